package recon

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAComparisonShowsWhatWentAndWhatCame(t *testing.T) {
	lines := compare("version: 1\npasses:\n- exact\n- sum\n", "version: 1\npasses:\n- near\n- sum\n- offset\n")
	var shown []string
	for _, l := range lines {
		shown = append(shown, map[string]string{"same": "  ", "gone": "- ", "new": "+ "}[l.Kind()]+l.Text)
	}
	if got := strings.Join(shown, "\n"); got != "  version: 1\n  passes:\n- - exact\n+ - near\n  - sum\n+ - offset" {
		t.Errorf("\n%s", got)
	}
}

func TestBothTextsCanBeReadFromAComparison(t *testing.T) {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", ""}), 1, 12)
	rapid.Check(t, func(t *rapid.T) {
		before, after := append(words.Draw(t, "before"), "end"), append(words.Draw(t, "after"), "end")
		var old, now []string
		for _, l := range compare(strings.Join(before, "\n"), strings.Join(after, "\n")) {
			if l.Old > 0 {
				if old = append(old, l.Text); l.Old != len(old) {
					t.Fatalf("%q is line %d before, not %d", l.Text, len(old), l.Old)
				}
			}
			if l.New > 0 {
				if now = append(now, l.Text); l.New != len(now) {
					t.Fatalf("%q is line %d after, not %d", l.Text, len(now), l.New)
				}
			}
		}
		if strings.Join(old, "\n") != strings.Join(before, "\n") || strings.Join(now, "\n") != strings.Join(after, "\n") {
			t.Fatalf("%q and %q came out as %q and %q", before, after, old, now)
		}
	})
}
