package i18n

import (
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	for header, want := range map[string]Language{
		"":                                French,
		"*":                               French,
		"de, es;q=0.5":                    French,
		"ar":                              Arabic,
		"AR-MA":                           Arabic,
		"ary,fr;q=0.9":                    Arabic,
		"en-GB,en;q=0.9,fr;q=0.8":         English,
		"fr;q=0.3, en;q=0.7, ar;q=0.6":    English,
		"en;q=0, ar;q=0.1":                Arabic,
		"en;q=NaN, ar;q=0.1":              Arabic,
		"en;q=7, ar;q=0.1":                Arabic,
		"en ; q=0.2 , ar ; q=0.4":         Arabic,
		"de,en;q=0.5":                     English,
		"french":                          French,
		strings.Repeat("de,", 400) + "en": French,
	} {
		if got := Match(header); got != want {
			t.Errorf("Match(%.40q) = %s, want %s", header, got, want)
		}
	}
}

func TestParseTakesOnlyTheCodesOfAddresses(t *testing.T) {
	for _, l := range Languages {
		if got, ok := Parse(string(l)); !ok || got != l {
			t.Errorf("Parse(%q) = %q, %v", l, got, ok)
		}
	}
	for _, s := range []string{"", "FR", "fr-MA", "de", "fr "} {
		if _, ok := Parse(s); ok {
			t.Errorf("Parse(%q) was accepted", s)
		}
	}
}

func TestOnlyArabicGoesRightToLeft(t *testing.T) {
	if Arabic.Direction() != "rtl" || French.Direction() != "ltr" || English.Direction() != "ltr" {
		t.Error("wrong direction")
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5")
	f.Add(";;;q=,,,=q;")
	f.Fuzz(func(t *testing.T, header string) {
		if _, ok := Parse(string(Match(header))); !ok {
			t.Errorf("Match(%q) is none of our languages", header)
		}
	})
}
