package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// rowOf writes one text as a row with a neighbour on each side.
func rowOf(s string) string {
	var out bytes.Buffer
	w := newCSVWriter(&out, "a,b,c")
	w.word("x")
	w.text(s)
	w.word("y")
	w.end()
	if err := w.close(); err != nil {
		panic(err) // a buffer takes everything
	}
	return strings.TrimPrefix(out.String(), "a,b,c\n")
}

func TestTextsAreHarmlessForSpreadsheets(t *testing.T) {
	for text, want := range map[string]string{
		"":                 "",
		"plain":            "plain",
		"زبون, للتجربة":    `"زبون, للتجربة"`,
		"=1+1":             "'=1+1",
		"+212600000000":    "+212600000000", // a number
		"-12.50":           "-12.50",
		"-12,50":           `"-12,50"`,
		"-12-13":           "'-12-13",
		"-1.2.3":           "'-1.2.3",
		"-":                "'-",
		"+cmd|' /C calc'!": "'+cmd|' /C calc'!",
		"@SUM(A1)":         "'@SUM(A1)",
		"\t=1":             "\"'\t'=1\"",
		"\r=1":             "\"'\r'=1\"",
		"a;=1+1":           `"a;'=1+1"`,
		"a\n@x":            "\"a\n'@x\"",
		"a=b":              "a=b",
		`say "so"`:         `"say ""so"""`,
		" led":             `" led"`,
		"bad\xffbytes":     "bad\uFFFDbytes",
	} {
		if got := rowOf(text); got != "x,"+want+",y\n" {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestDatesHaveATimeWhereThereIsOne(t *testing.T) {
	for want, date := range map[string]time.Time{
		"": {}, "2026-03-31": time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC), "2026-03-31 14:05:00": time.Date(2026, 3, 31, 14, 5, 0, 0, time.UTC),
	} {
		if got := string(appendDate(nil, date)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "a", "=1", "-1.5", "a;=1", "\"\r\n\t=x", "\xff\xfe,", "'=1", " ", "\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		written := rowOf(s)
		if !utf8.ValidString(written) {
			t.Fatalf("%q became %q, which is not UTF-8", s, written)
		}
		rows, err := csv.NewReader(strings.NewReader(written)).ReadAll()
		if err != nil || len(rows) != 1 || len(rows[0]) != 3 {
			t.Fatalf("%q became %q: rows %q, error %v", s, written, rows, err)
		}
		got := rows[0][1]
		if got != "" && strings.ContainsRune("=+-@\t\r\n", rune(got[0])) && !plainNumber(got) {
			t.Errorf("%q became %q, which begins a formula", s, got)
		}
		// Nothing but apostrophes was added. The reader of the test makes one line feed of CR LF.
		plain := strings.NewReplacer("'", "", "\r\n", "\n")
		if want := plain.Replace(strings.ToValidUTF8(s, "\uFFFD")); plain.Replace(got) != want {
			t.Errorf("%q was read back as %q", s, got)
		}
		for i := 1; i < len(got); i++ {
			if (got[i-1] == ';' || got[i-1] == '\t') && beginsFormula(got[i]) {
				t.Errorf("%q: a cell of %q could begin with a formula", s, got)
			}
		}
	})
}
