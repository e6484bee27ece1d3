package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"khadamat/internal/platform/errs"
)

func TestAcceptableTextIsStoredInOneForm(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"trimmed":                     {" \u00a0 Fuite d'eau \n", "Fuite d'eau"},
		"composed":                    {"re\u0301paration", "r\u00e9paration"},
		"arabic with vowels":          {"خِدْمَاتٌ", norm.NFC.String("خِدْمَاتٌ")},
		"direction marks are dropped": {"\u200fسباك\u200e \ufeffcasa", "سباك casa"},
		"joiner within letters":       {"می\u200cخواهم", "می\u200cخواهم"},
		"joined emoji":                {"👩\u200d🔧 ❤️\u200d🔥", "👩\u200d🔧 ❤️\u200d🔥"},
		"emoji skin":                  {"👩🏽\u200d🔧", "👩🏽\u200d🔧"},
		"tifinagh":                    {"ⴰⵣⵓⵍ", "ⴰⵣⵓⵍ"},
		"arabic number sign":          {"\u0600123", "\u0600123"},
		"empty":                       {"  ", ""},
	} {
		if got, key := Clean(test.in, Rules{}); key != "" || got != test.want {
			t.Errorf("%s: got %q, %q; want %q", name, got, key, test.want)
		}
	}
}

func TestUnacceptableTextIsRefusedWithItsReason(t *testing.T) {
	for _, test := range []struct {
		in    string
		rules Rules
		want  string
	}{
		{"", Rules{MinRunes: 1}, KeyRequired},
		{" \u200f ", Rules{MinRunes: 1}, KeyRequired},
		{"ab", Rules{MinRunes: 3}, KeyTooShort},
		{"abcd", Rules{MaxRunes: 3}, KeyTooLong},
		{strings.Repeat("a", 201), Rules{}, KeyTooLong},
		{strings.Repeat("\xff", 1<<20), Rules{}, KeyTooLong},
		{"a\xffb", Rules{}, KeyEncoding},
		{"\xed\xa0\x80", Rules{}, KeyEncoding}, // a surrogate
		{"a\x00b", Rules{}, KeyControl},
		{"a\x1b[31mb", Rules{Multiline: true}, KeyControl},
		{"a\u0085b", Rules{}, KeyControl},
		{"a\nb", Rules{}, KeySingleLine},
		{"a\tb", Rules{}, KeySingleLine},
		{"a\u2028b", Rules{}, KeySingleLine},
		{"a\u202eb", Rules{}, KeyDirection},
		{"a\u2066b", Rules{}, KeyDirection},
		{"\u202aab", Rules{}, KeyDirection},
		{"a\u200bb", Rules{}, KeyInvisible},
		{"a\u2060b", Rules{}, KeyInvisible},
		{"a\u00adb", Rules{}, KeyInvisible},
		{"a\u200d", Rules{}, KeyInvisible},
		{"\u200ca", Rules{}, KeyInvisible},
		{"a\u200d\u200db", Rules{}, KeyInvisible},
		{"1\u200d2", Rules{}, KeyInvisible},
		{"\u3164", Rules{}, KeyInvisible},
		{"\u2800", Rules{MinRunes: 1}, KeyInvisible},
		{"\U000e0041", Rules{}, KeyInvisible},
		{"a\ue000", Rules{}, KeyUnknown},
		{"a\U0010ffff", Rules{}, KeyUnknown},
		{"a\u0378", Rules{}, KeyUnknown},
		{"a\ufffd", Rules{}, KeyUnknown},
		{"a" + strings.Repeat("\u0338", 9), Rules{}, KeyMarks},
	} {
		if got, key := Clean(test.in, test.rules); key != test.want || got != "" {
			t.Errorf("Clean(%.20q, %+v) = %q, %q; want %q", test.in, test.rules, got, key, test.want)
		}
	}
}

func TestSeveralLinesKeepTheirEnds(t *testing.T) {
	got, key := Clean("a\r\nb\rc\u2028\td\n", Rules{Multiline: true})
	if key != "" || got != "a\nb\nc\n\td" {
		t.Errorf("got %q, %q", got, key)
	}
}

func TestLengthsCountCodePointsAfterComposing(t *testing.T) {
	if _, key := Clean("e\u0301e\u0301e\u0301", Rules{MinRunes: 3, MaxRunes: 3}); key != "" {
		t.Errorf("three letters: %q", key)
	}
	if _, key := Clean("سباك", Rules{MaxRunes: 4}); key != "" {
		t.Errorf("four letters of two bytes: %q", key)
	}
}

func TestCheckRecordsTheComplaintWithItsBounds(t *testing.T) {
	var fields errs.Fields
	Check(&fields, "title", "ab", Rules{MinRunes: 3, MaxRunes: 9})
	if got := Check(&fields, "bio", " ok ", Rules{MaxRunes: 9}); got != "ok" {
		t.Errorf("got %q", got)
	}
	if len(fields) != 1 || fields[0].Name != "title" || fields[0].Key != KeyTooShort || fields[0].Args["Min"] != 3 || fields[0].Args["Max"] != 9 {
		t.Errorf("got %+v", fields)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"Fuite d'eau", "a\u202eb", "👩\u200d🔧", "\r\n", "e\u0301", "\xff", "\u200f\u0301"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, multiline bool) {
		rules := Rules{MaxRunes: 50, Multiline: multiline}
		got, key := Clean(s, rules)
		if key != "" {
			if got != "" {
				t.Fatalf("refused with %s, yet returned %q", key, got)
			}
			return
		}
		if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) || utf8.RuneCountInString(got) > 50 {
			t.Fatalf("not in stored form: %q", got)
		}
		for _, r := range got {
			if unicode.Is(unicode.Cc, r) && !(multiline && (r == '\n' || r == '\t')) {
				t.Fatalf("control character in %q", got)
			}
		}
		if again, key := Clean(got, rules); key != "" || again != got {
			t.Fatalf("cleaning twice: %q became %q, %q", got, again, key)
		}
	})
}
