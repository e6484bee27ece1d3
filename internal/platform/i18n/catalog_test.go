package i18n

import (
	"strings"
	"testing"
	"testing/fstest"
)

func load(t testing.TB, files map[string]string) (*Catalog, error) {
	t.Helper()
	system := fstest.MapFS{}
	for name, content := range files {
		system["locales/"+name] = &fstest.MapFile{Data: []byte(content)}
	}
	return Load(system)
}

func mustLoad(t testing.TB, files map[string]string) *Catalog {
	t.Helper()
	c, err := load(t, files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var visits = map[string]string{
	"fr/a.json": `{"hello": "Bonjour {{.Name}}, {{ .Name }} !", "bye": "Au revoir", "visits": {"one": "{{.Count}} visite", "other": "{{.Count}} visites"}}`,
	"ar/a.json": `{"visits": {"zero": "لا زيارات", "one": "زيارة", "two": "زيارتان", "few": "{{.Count}} زيارات", "many": "{{.Count}} زيارة", "other": "{{.Count}} زيارة."}}`,
	"en/a.json": `{"visits": {"one": "{{.Count}} visit", "other": "{{.Count}} visits"}}`,
	"en/b.json": `{"bye": "Bye"}`,
}

func TestPlaceholdersAreFilled(t *testing.T) {
	c := mustLoad(t, visits)
	if got := c.T(French, "hello", map[string]any{"Name": "Zineb"}); got != "Bonjour Zineb, Zineb !" {
		t.Errorf("got %q", got)
	}
	if got := c.T(French, "hello", nil); got != "Bonjour ,  !" {
		t.Errorf("a forgotten argument must leave nothing, got %q", got)
	}
	if got := c.T(French, "hello", map[string]any{"Name": 2026}); got != "Bonjour 2026, 2026 !" {
		t.Errorf("only Count is grouped, got %q", got)
	}
	if got := c.T(English, "bye", nil); got != "Bye" {
		t.Errorf("the second file of a language: got %q", got)
	}
}

func TestPluralFormsFollowTheLanguage(t *testing.T) {
	c := mustLoad(t, visits)
	for _, test := range []struct {
		in    Language
		count any
		want  string
	}{
		{French, 0, "0 visite"}, {French, 1, "1 visite"}, {French, 2, "2 visites"}, {French, int64(1234), "1\u202f234 visites"},
		{French, -1, "-1 visite"},
		{English, 0, "0 visits"}, {English, 1, "1 visit"}, {English, 2, "2 visits"},
		{Arabic, 0, "لا زيارات"}, {Arabic, 1, "زيارة"}, {Arabic, 2, "زيارتان"}, {Arabic, 3, "3 زيارات"}, {Arabic, 10, "10 زيارات"},
		{Arabic, 11, "11 زيارة"}, {Arabic, 99, "99 زيارة"}, {Arabic, 100, "100 زيارة."}, {Arabic, 103, "103 زيارات"},
		{Arabic, uint8(111), "111 زيارة"}, {Arabic, 9_000_000_003, "9.000.000.003 زيارات"},
	} {
		if got := c.T(test.in, "visits", map[string]any{"Count": test.count}); got != test.want {
			t.Errorf("%s %v: got %q, want %q", test.in, test.count, got, test.want)
		}
	}
}

func TestAnUnknownKeyIsReturnedAndCounted(t *testing.T) {
	c := mustLoad(t, visits)
	if got := c.T(English, "no.such", nil); got != "no.such" {
		t.Errorf("got %q", got)
	}
	c.T(English, "no.such", nil)
	if c.Missing() != 2 {
		t.Errorf("missing counted %d times, want 2", c.Missing())
	}
	if c.Has(English, "no.such") || !c.Has(English, "bye") {
		t.Error("Has must tell which texts exist")
	}
	if got := c.T("de", "bye", nil); got != "Au revoir" {
		t.Errorf("an unknown language is read in French, got %q", got)
	}
}

func TestAKeyOrItsFormsCanBeInspected(t *testing.T) {
	c := mustLoad(t, visits)
	if got := strings.Join(c.Keys(French), " "); got != "bye hello visits" {
		t.Errorf("keys: %q", got)
	}
	if got := strings.Join(c.Placeholders(French, "hello"), " "); got != "Name" {
		t.Errorf("placeholders: %q", got)
	}
	if got := strings.Join(c.Forms(Arabic, "visits"), " "); got != "zero one two few many other" {
		t.Errorf("forms: %q", got)
	}
	if c.Forms(French, "bye") != nil {
		t.Error("a text without plural has no forms")
	}
	blank := mustLoad(t, map[string]string{"fr/a.json": `{"x": " ", "y": {"one": "", "other": "z"}, "n": "{{.Name}}"}`})
	if !blank.Blank(French, "x") || !blank.Blank(French, "y") || blank.Blank(French, "n") {
		t.Error("Blank must find empty texts, and only them")
	}
}

func TestBrokenTextFilesAreRefused(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"key in two files":     {"fr/a.json": `{"k": "x"}`, "fr/b.json": `{"k": "y"}`},
		"key twice in a file":  {"fr/a.json": `{"k": "x", "k": "y"}`},
		"unknown plural form":  {"fr/a.json": `{"k": {"several": "x", "other": "y"}}`},
		"no other":             {"fr/a.json": `{"k": {"one": "x"}}`},
		"foreign placeholder":  {"fr/a.json": `{"k": "{{if .X}}y{{end}}"}`},
		"unclosed placeholder": {"fr/a.json": `{"k": "{{.X} y"}`},
		"after a good one":     {"fr/a.json": `{"k": "{{.X}} {{.y}}"}`},
		"number":               {"fr/a.json": `{"k": 3}`},
		"list":                 {"fr/a.json": `["k"]`},
		"cut off":              {"fr/a.json": `{"k": "x"`},
	} {
		if _, err := load(t, files); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := load(t, map[string]string{"fr/a.json": `{"k": "x"}`, "en/b.json": `{"k": "y"}`}); err != nil {
		t.Errorf("one key in two languages: %v", err)
	}
}

func TestAPlainTextCostsNoAllocation(t *testing.T) {
	c := mustLoad(t, visits)
	if n := testing.AllocsPerRun(100, func() { c.T(French, "bye", nil) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkPlain(b *testing.B) {
	c := mustLoad(b, visits)
	for b.Loop() {
		c.T(French, "bye", nil)
	}
}

func BenchmarkPlural(b *testing.B) {
	c := mustLoad(b, visits)
	args := map[string]any{"Count": 12}
	for b.Loop() {
		c.T(Arabic, "visits", args)
	}
}
