package source

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// encoded writes text in the code page. What the page does not have fails the test.
func (c *codePage) encoded(t testing.TB, text string) string {
	t.Helper()
	var b strings.Builder
	for _, r := range text {
		i := slices.Index(c.upper[:], r)
		switch {
		case r < utf8.RuneSelf:
			b.WriteByte(byte(r))
		case i < 0:
			t.Fatalf("%s has no %q", c.name, r)
		default:
			b.WriteByte(byte(0x80 + i))
		}
	}
	return b.String()
}

// What banks and ledgers write, in small letters and in capitals, in French and in Arabic.
const (
	frenchRows = "Date;Libellé;Débit;Crédit\n02/01/2024;Virement reçu de l'élève;;1 246,05\n03/01/2024;Prélèvement à échéance n° 7;205,06;\n" +
		"04/01/2024;Intérêts créditeurs août;;12,00\n05/01/2024;Chèque rejeté Benoît;30,00;\n"
	capitalRows = "RÉFÉRENCE;LIBELLÉ;MONTANT\nA1;VIREMENT REÇU SOCIÉTÉ GÉNÉRALE;10,00\nA2;PRÉLÈVEMENT ÉCHÉANCE;20,00\nA3;INTÉRÊTS;30,00\n"
	arabicRows  = "التاريخ;البيان;المبلغ\n2024-01-02;تحويل من شركة الأطلس للتجارة;120,50\n2024-01-03;رسوم مسك الحساب;10,00\n2024-01-04;سحب نقدي الدار البيضاء;500,00\n"
	oneAccent   = "id;text;amount\n1;facture;10.00\n2;réglée;11.00\n"
)

func TestOldCodePagesAreFoundByHowTheTextReads(t *testing.T) {
	tests := map[string][]string{
		latinName: {frenchRows, capitalRows, oneAccent, "id;text;amount\n1;Œuvre, cœur;10,00 €\n", "n;montant\n1;1\u00A0246,05\n2;3\u00A0000,00\n",
			"id;text;amount\n1;Müller Straße;1,00\n", "id;text;amount\n1;ESPAÑA año;1,00\n", "id;text;amount\n1;Operação São João;1,00\n", "id;text;amount\n1;Søren;1,00\n"},
		arabicName:    {arabicRows, "date,text,amount\n2024-01-02,تحويل,1.00\n2024-01-03,café الدار البيضاء,10.00\n"},
		"iso-8859-15": {"id;text;amount\n1;Œuvre, cœur;10,00 €\n2;réglé à Fès;5,00 €\n"},
		"iso-8859-6":  {arabicRows},
		"cp850":       {frenchRows, capitalRows, oneAccent, "id;text;amount\n1;À RÉGLER;2,00\n2;Être à l'heure;3,00\n", "id;text;amount\n1;N° 12;2,00\n", "n;montant\n1;1\u00A0246,05\n"},
		"cp858":       {"id;text;amount\n1;réglé;10,00 €\n2;À PAYER;5,00 €\n"},
		"cp720":       {arabicRows, "date;text;amount\n2024-01-02;تحويل;1,00\n2024-01-03;café الدار البيضاء;10,00\n"},
		"macintosh":   {frenchRows, capitalRows, oneAccent, "id;text;amount\n1;« Œuvre » l’été;10,00 €\n"},
	}
	for name, texts := range tests {
		t.Run(name, func(t *testing.T) {
			for _, text := range texts {
				want, got := readCSV(t, text), readCSV(t, encoded(t, name, text))
				if got.Encoding != name || show(got.rows) != show(want.rows) || strings.Join(got.Header, ";") != strings.Join(want.Header, ";") {
					t.Errorf("%s: %q\n%s", got.Encoding, got.Header, show(got.rows))
				}
			}
		})
	}
}

func TestEveryCodePageCanBeForced(t *testing.T) {
	for _, page := range codePages {
		text := "id;text\n1;"
		for _, r := range page.upper {
			if r != utf8.RuneError && r > 0x9F {
				text += string(r)
			}
		}
		s, err := OpenCSV(strings.NewReader(page.encoded(t, text+"\n2;x\n")), Options{Encoding: page.name})
		if err != nil {
			t.Fatal(err)
		}
		if got := readAll(t, s); got.Encoding != page.name || !strings.Contains(text, strings.TrimSpace(got.rows[0][1])) {
			t.Errorf("%s: %q", page.name, got.rows)
		}
	}
}

// 437 has the letters of French where 850 has them, and ISO-8859-1 where Windows-1252 has them.
func TestCodePagesThatReadAlikeAreReadRight(t *testing.T) {
	for _, name := range []string{"cp437", "iso-8859-1"} {
		if got := readCSV(t, encoded(t, name, frenchRows)); show(got.rows) != show(readCSV(t, frenchRows).rows) {
			t.Errorf("%s as %s: %s", name, got.Encoding, show(got.rows))
		}
	}
}

// A slip in the table would put a letter out of the order of the alphabet, in which the page has them.
func TestTheArabicAlphabetIsInOrderInCodePage720(t *testing.T) {
	var letters []rune
	for _, r := range cp720 {
		if arabic(r) && r <= 0x064A {
			letters = append(letters, r)
		}
	}
	if len(letters) != 37 || !slices.IsSorted(slices.DeleteFunc(slices.Clone(letters), func(r rune) bool { return r == 'ـ' })) {
		t.Errorf("%d: %q", len(letters), string(letters))
	}
}
