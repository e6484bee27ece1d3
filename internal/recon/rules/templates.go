package rules

import (
	"embed"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/texts"
)

//go:embed templates
var templates embed.FS

// Template is a ruleset to begin with.
type Template struct {
	ID          string // bank, payout, booking, tables, persons
	Name        string
	Description string
	YAML        []byte
}

// Templates returns the rulesets to begin with, in the language of who reads them. The most usual stands first.
func Templates(language i18n.Language) []Template {
	all := []struct{ id, name, about string }{
		{"bank", "recon_rules.template.bank", "recon_rules.template.bank_about"},
		{"payout", "recon_rules.template.payout", "recon_rules.template.payout_about"},
		{"booking", "recon_rules.template.booking", "recon_rules.template.booking_about"},
		{"tables", "recon_rules.template.tables", "recon_rules.template.tables_about"},
		{"persons", "recon_rules.template.persons", "recon_rules.template.persons_about"},
	}
	out := make([]Template, len(all))
	for i, t := range all {
		content, err := templates.ReadFile("templates/" + t.id + ".yaml")
		if err != nil {
			panic(err) // they are part of the binary
		}
		set, problems := Parse(content)
		if len(problems) > 0 {
			panic(&problems[0])
		}
		set.Name, set.Description = texts.Catalog().T(language, t.name, nil), texts.Catalog().T(language, t.about, nil)
		out[i] = Template{ID: t.id, Name: set.Name, Description: set.Description, YAML: set.YAML()}
	}
	return out
}
