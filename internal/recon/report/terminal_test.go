package report

import (
	"bytes"
	"strings"
	"testing"
)

func TestTheTerminalShowsTheProof(t *testing.T) {
	r := made()
	r.Sources[1].Name = "bank\x1b[31m\n.csv" // what a terminal would obey is left out
	var out bytes.Buffer
	digestOf(t, r).Summary(&out, "en")
	want := `Reconciliation report · 1.5 s

Files
                            Left         Right
  File           grand-livre.csv  bank[31m.csv
  Rows read                   10             6
  Rejected rows                1             0
  Records                      9             6

Proof
  Left MAD     Count     Amount
  In               9   7,362.99
  = Matched        4   2,249.99
  + Suggested      1     120.00
  + Offset         2       0.00
  + Open           2   4,993.00
  Right MAD    Count     Amount
  In               5   2,357.49
  = Matched        3   2,237.49
  + Suggested      2     120.00
  + Offset         0       0.00
  + Open           0       0.00
  Right TND    Count     Amount
  In               1  1,234.567
  = Matched        0      0.000
  + Suggested      0      0.000
  + Offset         0      0.000
  + Open           1  1,234.567
  ✓ Nothing was lost: all sums add up.

Matched by pass
                Matches  Records   Time
  reference           1        2  0.0 s
  sums                2        6  0.0 s
  offsets             1        2  0.0 s
  nearly equal        1        2  0.0 s
  Match rate   60.0%
  Suggestions      1

Breaks by cause
  fee  1  12.50 MAD

Open items
  several candidates are as good       1  1,234.567 TND
  no candidate                         1      -7.00 MAD
  the best candidate is too different  1   5,000.00 MAD
`
	if got := strings.ReplaceAll(out.String(), "\u00a0", " "); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestColumnsCountWhatIsSeen(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "é": 1, "مَرْحَبًا": 5, "\u200e-5": 2, "1\u202f000": 5} {
		if got := columns(text); got != want {
			t.Errorf("%q takes %d places, want %d", text, got, want)
		}
	}
}
