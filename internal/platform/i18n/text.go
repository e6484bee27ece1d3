package i18n

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// The plural forms of CLDR, as indexes into text.forms.
const (
	zero = iota
	one
	two
	few
	many
	other
	formCount
)

var formNames = [formCount]string{"zero", "one", "two", "few", "many", "other"}

// PluralForms are the forms that whole numbers take in each language (CLDR), so the forms that a text with a plural must have.
var PluralForms = map[Language][]string{
	French:  {"one", "other"},
	Arabic:  {"zero", "one", "two", "few", "many", "other"},
	English: {"one", "other"},
}

var tags = map[Language]language.Tag{French: language.French, Arabic: language.Arabic, English: language.English}

// text is one message. Texts are cut into segments once, at load, instead of being executed as templates: a page shows a hundred
// of them, and go-i18n's Localizer matches languages and runs text/template at each.
type text struct {
	forms  [formCount]form
	plural bool
	plain  bool // no plural and no placeholder: forms[other].literal is the whole text
}

type form struct {
	present  bool
	literal  string    // the whole text where there is no placeholder
	segments []segment // else its parts
}

// segment is a piece of text or, where name is set, a placeholder.
type segment struct {
	literal string
	name    string
}

var placeholder = regexp.MustCompile(`\{\{\s*\.([A-Z][A-Za-z0-9]*)\s*\}\}`)

func compile(in Language, raw json.RawMessage) (text, error) {
	var t text
	var plain string
	if err := json.Unmarshal(raw, &plain); err == nil {
		f, err := compileForm(plain)
		if err != nil {
			return text{}, err
		}
		t.forms[other] = f
		t.plain = len(f.segments) == 0
		return t, nil
	}
	var byName map[string]string
	if err := json.Unmarshal(raw, &byName); err != nil {
		return text{}, errors.New("neither a text nor an object of plural forms")
	}
	t.plural = true
	for name, value := range byName {
		i := indexOfForm(name)
		if i < 0 {
			return text{}, fmt.Errorf("unknown plural form %q", name)
		}
		f, err := compileForm(value)
		if err != nil {
			return text{}, err
		}
		t.forms[i] = f
	}
	if !t.forms[other].present {
		return text{}, fmt.Errorf("no plural form \"other\" in %s", in)
	}
	return t, nil
}

func indexOfForm(name string) int {
	for i, n := range formNames {
		if n == name {
			return i
		}
	}
	return -1
}

func compileForm(value string) (form, error) {
	f := form{present: true}
	rest := value
	for _, at := range placeholder.FindAllStringSubmatchIndex(value, -1) {
		before := value[len(value)-len(rest) : at[0]]
		if before != "" {
			f.segments = append(f.segments, segment{literal: before})
		}
		f.segments = append(f.segments, segment{name: value[at[2]:at[3]]})
		rest = value[at[1]:]
	}
	if f.segments == nil {
		f.literal = value
	} else if rest != "" {
		f.segments = append(f.segments, segment{literal: rest})
	}
	for _, s := range f.segments {
		if strings.Contains(s.literal, "{{") || strings.Contains(s.literal, "}}") {
			return form{}, fmt.Errorf("a placeholder that is not of the form {{.Name}} in %q", value)
		}
	}
	if strings.Contains(f.literal, "{{") || strings.Contains(f.literal, "}}") {
		return form{}, fmt.Errorf("a placeholder that is not of the form {{.Name}} in %q", value)
	}
	return f, nil
}

func (t *text) render(in Language, args map[string]any) string {
	chosen := &t.forms[other]
	if t.plural {
		if count, ok := integer(args["Count"]); ok {
			if f := &t.forms[formOf(in, count)]; f.present {
				chosen = f
			}
		}
	}
	if chosen.segments == nil {
		return chosen.literal
	}
	var b strings.Builder
	b.Grow(64)
	for _, s := range chosen.segments {
		if s.name == "" {
			b.WriteString(s.literal)
			continue
		}
		writeArgument(&b, in, s.name, args[s.name])
	}
	return b.String()
}

func writeArgument(b *strings.Builder, in Language, name string, value any) {
	switch v := value.(type) {
	case nil:
		// A forgotten argument leaves a hole in a sentence; it must not put "<nil>" before a person.
	case string:
		b.WriteString(v)
	case Moment:
		b.WriteString(FormatDateTime(in, v.At, v.Zone))
	default:
		if n, ok := integer(value); ok && name == "Count" {
			b.WriteString(FormatNumber(in, n))
			return
		}
		fmt.Fprint(b, v)
	}
}

// formOf returns the index of the plural form of a whole number.
func formOf(in Language, count int64) int {
	// The rules look at the last digits only; cutting keeps what they see and fits an int on every machine.
	if count < 0 {
		count = -(count + 1) + 1
		if count < 0 {
			return other
		}
	}
	n := int(count)
	if count > 1_000_000 {
		n = int(count%1_000_000) + 1_000_000
	}
	switch plural.Cardinal.MatchPlural(tags[in], n, 0, 0, 0, 0) {
	case plural.Zero:
		return zero
	case plural.One:
		return one
	case plural.Two:
		return two
	case plural.Few:
		return few
	case plural.Many:
		return many
	}
	return other
}

func integer(value any) (int64, bool) {
	switch v := value.(type) {
	case int:
		return int64(v), true
	case int64:
		return v, true
	case int32:
		return int64(v), true
	case int16:
		return int64(v), true
	case int8:
		return int64(v), true
	case uint:
		return int64(v), true
	case uint64:
		return int64(v), true
	case uint32:
		return int64(v), true
	case uint16:
		return int64(v), true
	case uint8:
		return int64(v), true
	}
	return 0, false
}
