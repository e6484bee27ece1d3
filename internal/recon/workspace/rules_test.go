package workspace_test

import (
	"strings"
	"testing"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/workspace"
)

const byReference = `version: 1
passes:
  - name: same reference
    kind: exact
    fields: [Reference]
`

func TestRulesAreKeptInVersionsAndUsed(t *testing.T) {
	each(t, func(h *house) {
		p := h.books()
		_, err := h.SaveRuleset(t.Context(), h.analyst, p.ID, workspace.RulesetForm{YAML: "version: 1\npasses:\n  - nmae: x\n"})
		h.refused(err, errs.Invalid, "recon_workspace.rules_broken")
		if problems := h.CheckRuleset("version: 1\npasses:\n  - nmae: x\n", i18n.English); len(problems) == 0 || problems[0].Line != 3 || problems[0].Text == "" {
			t.Errorf("%+v", problems)
		}
		for i, note := range []string{"first", "second"} {
			saved, err := h.SaveRuleset(t.Context(), h.analyst, p.ID, workspace.RulesetForm{YAML: byReference + "# " + note + "\n", Note: note})
			h.must(err)
			if saved.Number != i+1 {
				t.Errorf("%+v", saved)
			}
		}
		_, err = h.Start(t.Context(), h.analyst, p.ID, workspace.RunForm{Ruleset: 3})
		h.refused(err, errs.Invalid, "recon_workspace.no_such_ruleset")
		r := h.run(p, workspace.RunForm{Full: true, Ruleset: -1})
		if r.Ruleset != 2 {
			t.Errorf("the newest one is %d", r.Ruleset)
		}
		used, err := h.RunRules(t.Context(), h.reviewer, r.ID)
		h.must(err)
		if !strings.Contains(used, "same reference") {
			t.Errorf("it used\n%s", used)
		}
		if found := h.items(p, workspace.Filter{Pass: "same reference"}); len(found) != 40 {
			t.Errorf("%d matches by reference", len(found))
		}
		if templates := h.RulesetTemplates(i18n.Arabic); len(templates) < 5 || len(h.RulesetSchema(i18n.Arabic)) == 0 {
			t.Errorf("%d templates", len(templates))
		}
	})
}

func TestWhatARulesetWouldDoIsTriedWithoutDoingIt(t *testing.T) {
	h := lite(t)
	p := h.books()
	trial, err := h.TryRuleset(t.Context(), h.analyst, p.ID, workspace.TryForm{YAML: byReference}, i18n.English)
	h.must(err)
	if trial.After != 40 || trial.Before < 40 || len(trial.Problems) > 0 || trial.Records != [2]int{42, 41} || len(trial.Change) != 40 || trial.Change[0].Left[0] == "" {
		t.Errorf("%+v", trial)
	}
	trial, err = h.TryRuleset(t.Context(), h.analyst, p.ID, workspace.TryForm{YAML: strings.Replace(byReference, "Reference", "Refrence", 1)}, i18n.English)
	h.must(err)
	if len(trial.Problems) != 1 || !strings.Contains(trial.Problems[0].Text, "Reference") || trial.Problems[0].Line == 0 {
		t.Errorf("%+v", trial.Problems)
	}
	_, err = h.TryRuleset(t.Context(), h.stranger, p.ID, workspace.TryForm{YAML: byReference}, i18n.English)
	h.refused(err, errs.NotFound, "error.not_found")
	_, err = h.TryRuleset(t.Context(), h.analyst, p.ID, workspace.TryForm{YAML: byReference, Sample: -1}, i18n.English)
	h.refused(err, errs.Invalid, "recon_workspace.bad_sample")
	if counts := h.counts(p); counts[workspace.StatusMatched] != 40 {
		t.Errorf("%v", counts)
	}
}

func TestADatabaseIsAskedAndCannotBeChanged(t *testing.T) {
	h := lite(t)
	p := h.project()
	_, err := h.AddSource(t.Context(), h.analyst, p.ID, workspace.SourceForm{Kind: workspace.Query, Query: "SELECT 1", Database: "books"})
	h.refused(err, errs.Forbidden, "recon_workspace.role_needed")
	ask := func(query string) (workspace.Version, error) {
		t.Helper()
		sources, err := h.Sources(t.Context(), h.owner, p.ID)
		h.must(err)
		_, err = h.ChangeSource(t.Context(), h.owner, sources[0].ID, workspace.SourceForm{Name: "Books", Kind: workspace.Query, Query: query, Database: "books"})
		h.must(err)
		return h.Load(t.Context(), h.analyst, sources[0].ID, i18n.English)
	}
	v, err := ask(`SELECT 'INV-' || n AS reference, DATE '2026-05-01' + n AS day, (n * 1.5)::numeric(10, 2) AS amount FROM generate_series(1, 30) n`)
	h.must(err)
	shown, err := h.Preview(t.Context(), h.analyst, v.ID, i18n.English)
	h.must(err)
	if v.Rows != 30 || strings.Join(shown.Rows[1], ",") != "INV-2,2026-05-03,3.00" {
		t.Errorf("%+v: %v", v, shown.Rows[1])
	}
	for _, query := range []string{"SELEKT 1", "CREATE TABLE mischief (n int)", "SELECT pg_sleep('x')"} {
		_, err = ask(query)
		h.refused(err, errs.Invalid, "recon_workspace.database_failed")
	}
	sources, err := h.Sources(t.Context(), h.owner, p.ID)
	h.must(err)
	_, err = h.Load(t.Context(), h.analyst, sources[1].ID, i18n.English)
	h.refused(err, errs.Conflict, "recon_workspace.not_files")
	_, err = h.Load(t.Context(), h.stranger, sources[0].ID, i18n.English)
	h.refused(err, errs.NotFound, "error.not_found")
}
