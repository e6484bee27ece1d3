package phrase_test

import (
	"testing"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/phrase"
)

func TestSignsAreSaidInTheReadersLanguage(t *testing.T) {
	for _, c := range []struct {
		sign string
		want [2]string // French, English
	}{
		{"=", [2]string{"égal", "equal"}},
		{"-12.50", [2]string{"écart de −12,50", "differs by −12.50"}},
		{"+1250.00", [2]string{"écart de +1\u202f250,00", "differs by +1,250.00"}},
		{"Σ = 0.00", [2]string{"somme nulle", "adds up to nothing"}},
		{"+0 d", [2]string{"le même jour", "the same day"}},
		{"+3 d", [2]string{"3 jours plus tard", "3 days later"}},
		{"-3 d", [2]string{"3 jours plus tôt", "3 days earlier"}},
		{"93 %, 45 bits", [2]string{"93 % des mots en commun", "93 % of the words in common"}},
		{"100 %", [2]string{"tous les mots en commun", "all words in common"}},
		{"Σ 3 = Σ 1 +0.02", [2]string{"somme de 3 = somme de 1, écart de +0,02", "sum of 3 = sum of 1, differs by +0.02"}},
		{"something else", [2]string{"something else", "something else"}},
	} {
		for i, language := range []i18n.Language{"fr", "en"} {
			if got := phrase.Finding(language, c.sign); got != c.want[i] {
				t.Errorf("%q in %s: %q, want %q", c.sign, language, got, c.want[i])
			}
		}
	}
}

func TestWhatKeepsApartNamesWhatWasCompared(t *testing.T) {
	for signs, want := range map[string]string{
		"":                           "",
		"amount -4.00; date +8 d":    "montant\u00a0: écart de −4,00; date\u00a0: 8 jours plus tard",
		"Libellé long 0 %, -2 bits":  "Libellé long\u00a0: aucun mot en commun",
		"+12.50; -1 d":               "écart de +12,50; 1 jour plus tôt",
		"un texte qui n'est rien":    "un texte qui n'est rien",
		"* 40 %, 12 bits; amount +1": "tous les textes\u00a0: 40 % des mots en commun; amount +1",
	} {
		if got := phrase.Apart("fr", signs); got != want {
			t.Errorf("%q: %q, want %q", signs, got, want)
		}
	}
}

func TestNamesOfTheHouseAreTranslatedAndOthersAreNot(t *testing.T) {
	for got, want := range map[string]string{
		phrase.Pass("fr", "exact"):         "clés égales",
		phrase.Pass("fr", "par référence"): "par référence",
		phrase.Cause("fr", "fee"):          "frais",
		phrase.Cause("fr", "tide"):         "tide",
		phrase.Reason("fr", "rejected"):    "suggestion rejetée",
		phrase.Reason("fr", "Litige"):      "Litige",
		phrase.Named("fr", "", "="):        "égal",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
