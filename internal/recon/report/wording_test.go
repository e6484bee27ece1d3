package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"khadamat/internal/recon/result"
)

func TestAnExplanationIsBoundedAndStaysText(t *testing.T) {
	for shift := range 4 {
		finding := strings.Repeat("x", shift) + strings.Repeat("ةéx", 300)
		m := &result.Match{Kind: result.OneToOne, Parts: []result.Part{{Field: "f", Finding: finding, Weight: 1}}}
		got := string(signs.append([]byte("before "), m, m.Parts))
		if !utf8.ValidString(got) || len(got) > maxExplanationBytes+len("before …") || len(got) < maxExplanationBytes || !strings.HasSuffix(got, "…") {
			t.Errorf("%d bytes, text: %v, %q", len(got), utf8.ValidString(got), got)
		}
	}
}

func TestAnExplanationLeavesOutThePriorOnly(t *testing.T) {
	said := newWording("en").explanation()
	for want, parts := range map[string][]result.Part{
		"one of each side":             nil,
		"amount: equal":                {{Field: "prior", Weight: -3}, {Field: "amount", Finding: "equal", Weight: 2}},
		"amount: equal; date: equal":   {{Field: "amount", Finding: "equal"}, {Field: "date", Finding: "equal", Weight: 1}},
		"against it: name: other":      {{Finding: "1 of 60", Weight: -6}, {Field: "name", Finding: "other", Weight: -1}},
		"b: y; against it: a: x; c: z": {{Field: "a", Finding: "x", Weight: -1}, {Field: "b", Finding: "y", Weight: 2}, {Field: "c", Finding: "z", Weight: -1}},
	} {
		if got := string(said.append(nil, &result.Match{Kind: result.OneToOne}, parts)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestNamesThatAreNewAreShownAsTheyAre(t *testing.T) {
	words := newWording("fr")
	for _, got := range []string{words.cause("tide"), words.kind("tide"), words.reason("tide"), words.role("tide"), words.pass("tide")} {
		if got != "tide" {
			t.Errorf("%q", got)
		}
	}
}

func TestARateIsOnlyWholeWhenAllIsDone(t *testing.T) {
	words := newWording("en")
	for want, of := range map[string][2]int{"–": {0, 0}, "0.0%": {0, 5}, "99.9%": {99_999, 100_000}, "100.0%": {7, 7}, "29.0%": {29, 100}} {
		if got := words.rate(of[0], of[1]); got != want {
			t.Errorf("%v: %s, want %s", of, got, want)
		}
	}
}

func TestAnUnknownLanguageIsFrench(t *testing.T) {
	for code, want := range map[string]string{"": "Gauche", "de": "Gauche", "fr": "Gauche", "en": "Left", "ar": "اليسار"} {
		if got := newWording(code).side(result.Left); got != want {
			t.Errorf("%q: %s, want %s", code, got, want)
		}
	}
}
