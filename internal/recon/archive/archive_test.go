package archive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/archive"
	"khadamat/internal/recon/result"
)

// made is a result of pairs of records, of which every tenth stays open on both sides.
func made(pairs int) *result.Result {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	r := &result.Result{Rules: []byte("version: 1\n"), Notes: []string{"a note"}}
	for side := range 2 {
		r.Sources = append(r.Sources, result.File{
			Name: "made.csv", SHA256: "ab", Format: "csv", Encoding: "utf-8", Rows: pairs, Records: pairs, Currency: "MAD",
			Columns: []result.Column{{Name: "Libellé", Role: "description", Confidence: 0.5}, {Name: "Montant", Role: "amount"}},
			Pieces:  []result.Piece{{Name: "one.csv", Rows: pairs / 2}, {Name: "two.csv", Rows: pairs - pairs/2}},
			Record: func(row int) result.Record {
				return result.Record{
					ID: "EC" + strconv.Itoa(row), Date: start.AddDate(0, 0, row%365), Amount: money.Of(int64(row)*37-5000, money.MAD), Text: "VIREMENT REÇU DE \"CLIENT\" " + strconv.Itoa(row),
				}
			},
			Original: func(row int) []string {
				return []string{"VIREMENT REÇU DE \"CLIENT\" " + strconv.Itoa(row), money.Of(int64(row)*37-5000, money.MAD).String(), "EC" + strconv.Itoa(row), "2026-01-01", ""}
			},
			Key: func(row int) string { return strconv.Itoa(side) + "key" + strconv.Itoa(row) },
		})
	}
	parts := []result.Part{
		{Field: "prior", Weight: -12}, {Field: "ref ↔ Libellé", Finding: "KH4480680 found in the text", Weight: 11.25},
		{Field: "amount ↔ Crédit", Finding: "=", Weight: 9}, {Field: "date", Finding: "+2 d", Weight: -0.5},
	}
	for row := 1; row <= pairs; row++ {
		left, right := result.Member{Side: result.Left, Row: row}, result.Member{Side: result.Right, Row: row}
		if row%10 == 0 {
			near := &result.Nearest{Member: right, Confidence: 0.25, Apart: "+12.50"}
			r.Open = append(r.Open, result.Open{Member: left, Reason: "too_different", Nearest: near, More: []result.Nearest{{Member: result.Member{Side: result.Right, Row: 1}, Apart: "+1 d"}}})
			continue
		}
		r.Matches = append(r.Matches, result.Match{
			ID: len(r.Matches) + 1, Kind: result.OneToOne, Status: result.Matched, Pass: "exact", Confidence: 0.9987, Members: []result.Member{left, right},
			Amount: money.Of(int64(row)*37-5000, money.MAD), Difference: money.Of(0, money.MAD), Days: 2,
		})
	}
	for row := 10; row <= pairs; row += 10 {
		r.Open = append(r.Open, result.Open{Member: result.Member{Side: result.Right, Row: row}, Reason: "no_candidate"})
	}
	r.Explain = func(int) []result.Part { return parts }
	r.Sums = []result.Sums{{Side: result.Left, Currency: "MAD", In: result.Sum{Count: pairs, Minor: 5}, Open: result.Sum{Count: pairs, Minor: 5}}}
	r.Passes = []result.Pass{{Name: "exact", Kind: "exact", Matches: len(r.Matches), Records: 2 * len(r.Matches), Took: time.Second}}
	r.Rejects = []result.Reject{{Side: result.Right, Row: 3, Line: 4, Column: "Montant", Value: "x", Reason: "No amount."}}
	return r
}

func written(t testing.TB, r *result.Result) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "result #1?.sqlite")
	if err := archive.Write(t.Context(), path, r); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheSameResultGivesTheSameBytes(t *testing.T) {
	first, err := os.ReadFile(written(t, made(500)))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(written(t, made(500)))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("two archives of one result differ")
	}
}

func BenchmarkWrite(b *testing.B) {
	r := made(100_000)
	for b.Loop() {
		written(b, r)
	}
}

func opened(t testing.TB, r *result.Result) *archive.Archive {
	t.Helper()
	a, err := archive.Open(written(t, r))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// flat is a result as a text, with what its functions return.
func flat(t *testing.T, r *result.Result) string {
	t.Helper()
	var b bytes.Buffer
	for _, f := range r.Sources {
		for row := 1; row <= f.Rows; row++ {
			fmt.Fprintln(&b, f.Record(row), f.Original(row), f.Key(row))
		}
		f.Record, f.Original, f.Key = nil, nil, nil
		fmt.Fprintf(&b, "%+v\n", f)
	}
	for i := range r.Matches {
		fmt.Fprintf(&b, "%+v %+v\n", r.Matches[i], r.Parts(&r.Matches[i]))
	}
	for _, o := range r.Open {
		fmt.Fprintf(&b, "%+v %+v", o.Member, o.More)
		if o.Nearest != nil {
			fmt.Fprintf(&b, "%+v", *o.Nearest)
		}
		fmt.Fprintln(&b)
	}
	for _, p := range r.Passes {
		p.Took = 0
		fmt.Fprintf(&b, "%+v\n", p)
	}
	fmt.Fprintf(&b, "%+v %+v %s %q %q", r.Rejects, r.Sums, r.Rules, r.Notes, r.Dropped)
	return b.String()
}

func TestTheResultComesBackAsItWas(t *testing.T) {
	r := made(60)
	got, err := opened(t, r).Result(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want := flat(t, r); flat(t, got) != want {
		t.Errorf("it comes back as\n%s\nand was\n%s", flat(t, got), want)
	}
}

func TestRecordsAndMatchesAreVisitedOnce(t *testing.T) {
	a := opened(t, made(200))
	n, open := 0, 0
	if err := a.EachRecord(t.Context(), func(r archive.Record) error {
		n++
		if r.Number != n || (r.Match == 0) != (r.Row%10 == 0) || (r.Reason == "") != (r.Match > 0) || r.File != (r.Row-1)/100 {
			t.Errorf("record %d: %+v", n, r)
		}
		if r.Match == 0 {
			open++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	matches := 0
	if err := a.EachMatch(t.Context(), func(m archive.Match) error {
		matches++
		if m.ID != matches || len(m.Members) != 2 || m.Members[1] != m.Members[0]+200 || m.Amount.Currency != "MAD" {
			t.Errorf("match %d: %+v", matches, m)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if n != 400 || matches != 180 || open != 40 {
		t.Errorf("%d records, %d of them open, %d matches", n, open, matches)
	}
}

func TestOneMatchComesWithItsReasonsAndRecords(t *testing.T) {
	a := opened(t, made(50))
	m, parts, records, err := a.Match(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	if m.ID != 2 || len(parts) != 4 || parts[1].Weight != 11.25 || len(records) != 2 || records[0].Key != "0key2" || records[1].Key != "1key2" || len(records[0].Values) != 5 {
		t.Errorf("%+v %+v %+v", m, parts, records)
	}
	if _, _, _, err := a.Match(t.Context(), 9999); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("a match that is none: %v", err)
	}
	full, err := a.Records(t.Context(), []string{"1key4", "0key10"})
	if err != nil {
		t.Fatal(err)
	}
	if full[0].Side != result.Right || full[0].Row != 4 || len(full[1].Nearest) != 2 || full[1].Nearest[0].Number != 60 || full[1].Nearest[0].Apart != "+12.50" {
		t.Errorf("%+v", full)
	}
	if _, err := a.Records(t.Context(), []string{"0key1", "nobody"}); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("a record that is none: %v", err)
	}
}

func TestSearchFindsWordsWhateverTheirAccentsAndAmounts(t *testing.T) {
	a := opened(t, made(50))
	least, most := int64(37*8-5000), int64(37*12-5000)
	for name, c := range map[string]struct {
		q    archive.Query
		want int
	}{
		"a word":                {archive.Query{Text: "recu ec7"}, 1},
		"all":                   {archive.Query{}, 50},
		"amounts":               {archive.Query{Min: &least, Max: &most}, 5},
		"amounts that are open": {archive.Query{Min: &least, Max: &most, OpenOnly: true, Side: result.Right}, 1},
		"few":                   {archive.Query{Limit: 3}, 3},
		"nothing":               {archive.Query{Text: "nobody"}, 0},
		"what SQL means":        {archive.Query{Text: "' OR 1=1 %"}, 0},
	} {
		if found, err := a.Search(t.Context(), c.q); err != nil || len(found) != c.want {
			t.Errorf("%s: %d found, want %d (%v)", name, len(found), c.want, err)
		}
	}
}

func TestWhatIsNoArchiveIsNotOpened(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "rubbish"), bytes.Repeat([]byte("no archive"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"rubbish", "missing"} {
		if a, err := archive.Open(filepath.Join(folder, name)); err == nil {
			t.Errorf("%s is opened: %v", name, a.Close())
		}
	}
}

func TestACancelledArchiveLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := made(300)
	original := r.Sources[0].Original
	r.Sources[0].Original = func(row int) []string {
		cancel()
		return original(row)
	}
	folder := t.TempDir()
	if err := archive.Write(ctx, filepath.Join(folder, "a"), r); !errors.Is(err, context.Canceled) {
		t.Errorf("it ends with %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// The queue of a project is filled by two streams.
func BenchmarkEach(b *testing.B) {
	a := opened(b, made(100_000))
	for b.Loop() {
		n := 0
		if err := errors.Join(a.EachRecord(b.Context(), func(archive.Record) error { n++; return nil }), a.EachMatch(b.Context(), func(archive.Match) error { n++; return nil })); err != nil || n != 290_000 {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	a := opened(b, made(100_000))
	for b.Loop() {
		if found, err := a.Search(b.Context(), archive.Query{Text: "recu ec99999", Side: result.Right}); err != nil || len(found) != 1 {
			b.Fatal(found, err)
		}
	}
}
