package texts

import (
	"slices"
	"strings"
	"testing"

	"khadamat/internal/platform/i18n"
)

// dynamicPrefixes are the keys that the code puts together from parts, each with the reason. Keep it short: a key that is
// written out can be checked.
var dynamicPrefixes = []string{
	"error.",               // "error." + errs.Code, for an error whose own key has no text
	"mail.",                // "mail." + the letter's template + ".subject", ".body", ".action"
	"booking.wrong_state.", // + the status that forbids an action
	"seo.family.",          // + the top category + ".question_" or ".answer_" + a number
}

func TestEveryKeyExistsInAllLanguagesWithTheSamePlaceholders(t *testing.T) {
	catalog := Catalog()
	for _, key := range allKeys(catalog) {
		for _, language := range i18n.Languages {
			if !catalog.Has(language, key) {
				t.Errorf("%s: no text in %s", key, language)
			}
		}
		want := catalog.Placeholders(i18n.French, key)
		for _, language := range i18n.Languages[1:] {
			if got := catalog.Placeholders(language, key); catalog.Has(language, key) && !slices.Equal(got, want) {
				t.Errorf("%s: placeholders %v in %s, %v in French", key, got, language, want)
			}
		}
	}
}

func TestPluralsAreCompleteInEachLanguage(t *testing.T) {
	catalog := Catalog()
	for _, language := range i18n.Languages {
		for _, key := range catalog.Keys(language) {
			forms := catalog.Forms(language, key)
			if (forms != nil) != (catalog.Forms(i18n.French, key) != nil) {
				t.Errorf("%s: has plural forms in one of French and %s, not in the other", key, language)
			}
			if forms != nil && !slices.Equal(forms, i18n.PluralForms[language]) {
				t.Errorf("%s: forms %v in %s, want %v", key, forms, language, i18n.PluralForms[language])
			}
		}
	}
}

func TestNoTextIsEmpty(t *testing.T) {
	catalog := Catalog()
	for _, language := range i18n.Languages {
		for _, key := range catalog.Keys(language) {
			if catalog.Blank(language, key) {
				t.Errorf("%s is empty in %s", key, language)
			}
		}
	}
}

func TestEveryKeyThatTheCodeAsksForHasAText(t *testing.T) {
	catalog := Catalog()
	for key, places := range scanRepository(t).asked {
		if !catalog.Has(i18n.French, key) {
			t.Errorf("%s: no text; asked for at %s", key, strings.Join(places, ", "))
		}
	}
}

func TestEveryTextIsUsed(t *testing.T) {
	mentioned := scanRepository(t).mentioned
	for _, key := range allKeys(Catalog()) {
		dynamic := slices.ContainsFunc(dynamicPrefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
		if !mentioned[key] && !dynamic {
			t.Errorf("%s: nothing uses this text", key)
		}
	}
}

func TestDynamicPrefixesStandForTexts(t *testing.T) {
	keys := allKeys(Catalog())
	for _, prefix := range dynamicPrefixes {
		if !slices.ContainsFunc(keys, func(key string) bool { return strings.HasPrefix(key, prefix) }) {
			t.Errorf("no key starts with %q: take it off the list", prefix)
		}
	}
}

func allKeys(catalog *i18n.Catalog) []string {
	var keys []string
	for _, language := range i18n.Languages {
		keys = append(keys, catalog.Keys(language)...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
