package sample_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"khadamat/internal/recon/sample"
)

// row is one of either side, as a reader of the files sees it.
type row struct {
	id    string
	date  time.Time
	minor int64
	text  string
	party string // of the ledger, as the next
	other string // the document
}

// member is a line of the truth.
type member struct{ kind, side, row, id string }

func write(t testing.TB, o sample.Options) (string, sample.Summary) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "set")
	summary, err := sample.Write(t.Context(), folder, o)
	if err != nil {
		t.Fatal(err)
	}
	return folder, summary
}

func content(t testing.TB, folder, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func table(t testing.TB, data []byte, delimiter rune) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = delimiter
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// minor reads a plain decimal with two places.
func minor(t testing.TB, text string) int64 {
	t.Helper()
	whole, cents, ok := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole+cents, 10, 64)
	if !ok || len(cents) != 2 || err != nil {
		t.Fatalf("amount %q: want a decimal with two places", text)
	}
	return n
}

func day(t testing.TB, layout, text string) time.Time {
	t.Helper()
	d, err := time.Parse(layout, text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func readBank(t testing.TB, folder string) (rows []row) {
	t.Helper()
	for i, r := range table(t, content(t, folder, sample.BankFile), ';') {
		if i < 4 { // preamble and header
			continue
		}
		debit, credit := strings.ReplaceAll(r[4], "\u202f", ""), strings.ReplaceAll(r[5], "\u202f", "")
		if (debit == "") == (credit == "") {
			t.Fatalf("bank row %d has debit %q and credit %q: want one of them", i-3, r[4], r[5])
		}
		amount := strings.Replace(credit, ",", ".", 1)
		if debit != "" {
			amount = "-" + strings.Replace(debit, ",", ".", 1)
		}
		rows = append(rows, row{id: r[3], date: day(t, "02/01/2006", r[0]), minor: minor(t, amount), text: r[2]})
	}
	return rows
}

func readLedger(t testing.TB, folder string) (rows []row) {
	t.Helper()
	for _, r := range table(t, content(t, folder, sample.LedgerFile), ',')[1:] {
		if r[3] != "MAD" {
			t.Fatalf("ledger row %s is in %q", r[0], r[3])
		}
		rows = append(rows, row{r[0], day(t, time.DateOnly, r[1]), minor(t, r[2]), r[4] + " | " + r[5], r[4], r[6]})
	}
	return rows
}

func readTruth(t testing.TB, folder string) map[string][]member {
	t.Helper()
	matches := map[string][]member{}
	for _, r := range table(t, content(t, folder, sample.TruthFile), ',')[1:] {
		matches[r[0]] = append(matches[r[0]], member{r[1], r[2], r[3], r[4]})
	}
	return matches
}

// matched is a true match with its rows.
type matched struct {
	kind        string
	left, right []row
}

// matches joins the truth with the rows, and checks that each row is in one match at most and is the one that the truth names.
func matches(t testing.TB, folder string, bank, ledger []row) (all []matched) {
	t.Helper()
	seen := map[[2]string]bool{}
	for id, members := range readTruth(t, folder) {
		m := matched{kind: members[0].kind}
		for _, who := range members {
			rows, to := bank, &m.left
			if who.side == "right" {
				rows, to = ledger, &m.right
			}
			n, err := strconv.Atoi(who.row)
			if err != nil || n < 1 || n > len(rows) || who.kind != m.kind || who.side != "left" && who.side != "right" {
				t.Fatalf("match %s has the member %+v", id, who)
			}
			if rows[n-1].id != who.id {
				t.Fatalf("match %s: %s row %d is %s, the truth says %s", id, who.side, n, rows[n-1].id, who.id)
			}
			if seen[[2]string{who.side, who.row}] {
				t.Fatalf("%s row %s is in two matches", who.side, who.row)
			}
			seen[[2]string{who.side, who.row}] = true
			*to = append(*to, rows[n-1])
		}
		all = append(all, m)
	}
	return all
}

func sum(rows []row) (total int64) {
	for _, r := range rows {
		total += r.minor
	}
	return total
}

// workdays counts the working days after one day, up to another.
func workdays(from, to time.Time) (n int) {
	for d := from; d.Before(to); {
		d = d.AddDate(0, 0, 1)
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
			n++
		}
	}
	return n
}

// check holds every rule of a set, whatever its size.
func check(t testing.TB, o sample.Options) (bank, ledger []row, all []matched) {
	t.Helper()
	folder, summary := write(t, o)
	bank, ledger = readBank(t, folder), readLedger(t, folder)
	all = matches(t, folder, bank, ledger)

	ids := map[string]bool{}
	for side, rows := range [][]row{bank, ledger} {
		for i, r := range rows {
			if ids[r.id] {
				t.Fatalf("%s stands twice", r.id)
			}
			ids[r.id] = true
			if i > 0 && r.date.Before(rows[i-1].date) {
				t.Fatalf("%s of %s comes after %s", r.id, r.date, rows[i-1].date)
			}
			if r.minor == 0 {
				t.Fatalf("%s has no amount", r.id)
			}
			if weekday := r.date.Weekday(); weekday == time.Sunday || side == 0 && weekday == time.Saturday {
				t.Fatalf("%s is on a %s", r.id, weekday)
			}
		}
	}

	members, sides, kinds := 0, [2]int{}, map[sample.Kind]int{}
	for _, m := range all {
		left, right := len(m.left), len(m.right)
		members, sides[0], sides[1] = members+left+right, sides[0]+left, sides[1]+right
		kinds[sample.Kind(m.kind)]++
		difference := sum(m.left) - sum(m.right)
		good := false
		switch sample.Kind(m.kind) {
		case sample.OneToOne:
			good = left == 1 && right == 1 && difference == 0
		case sample.Batch:
			good = left == 1 && right >= 2 && right <= 8 && difference == 0 && m.left[0].minor > 0
		case sample.Split:
			good = left >= 2 && left <= 4 && right == 1 && difference == 0
			for _, part := range m.left {
				good = good && (part.minor > 0) == (m.right[0].minor > 0)
			}
		case sample.Mismatch:
			good = left == 1 && right == 1 && difference != 0 && (m.left[0].minor > 0) == (m.right[0].minor > 0)
		case sample.Offset:
			good = (left == 2) != (right == 2) && left+right == 2 && difference == 0
		}
		if !good {
			t.Fatalf("%+v is no %s", m, m.kind)
		}
		for _, l := range m.left {
			for _, r := range m.right {
				if lag := workdays(r.date, l.date); l.date.Before(r.date) || lag > 4 {
					t.Fatalf("%s of %s is paid by %s of %s", r.id, r.date, l.id, l.date)
				}
			}
		}
	}

	first, last := ledger[0].date, ledger[len(ledger)-1].date
	if len(bank) > 0 {
		if bank[0].date.Before(first) {
			first = bank[0].date
		}
		if end := bank[len(bank)-1].date; end.After(last) {
			last = end
		}
	}
	want := sample.Summary{
		LedgerRows: o.Rows, BankRows: len(bank), TruthRows: members, LedgerOpen: len(ledger) - sides[1], BankOpen: len(bank) - sides[0],
		First: first, Last: last,
	}
	if len(ledger) != o.Rows {
		t.Fatalf("%d entries, want %d", len(ledger), o.Rows)
	}
	for kind, n := range kinds {
		if summary.Matches[kind] != n {
			t.Fatalf("the summary counts %d of %s, the truth has %d", summary.Matches[kind], kind, n)
		}
	}
	if len(summary.Matches) != len(kinds) {
		t.Fatalf("the summary has the kinds %v, the truth %v", summary.Matches, kinds)
	}
	summary.Matches = nil
	if got := summary; got.LedgerRows != want.LedgerRows || got.BankRows != want.BankRows || got.TruthRows != want.TruthRows ||
		got.LedgerOpen != want.LedgerOpen || got.BankOpen != want.BankOpen || !got.First.Equal(want.First) || !got.Last.Equal(want.Last) {
		t.Fatalf("the summary is %+v, the files say %+v", got, want)
	}
	return bank, ledger, all
}
