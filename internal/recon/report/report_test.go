package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"khadamat/internal/money"
	"khadamat/internal/recon/result"
)

// write writes a result into a new folder and returns its files.
func write(t *testing.T, r *result.Result, o Options) map[string][]byte {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "made", "on", "the", "way")
	if err := Write(t.Context(), folder, r, o); err != nil {
		t.Fatal(err)
	}
	return read(t, folder)
}

func read(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = content
	}
	return files
}

func names(files map[string][]byte) []string {
	var list []string
	for name := range files {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

func TestTheTablesSayAllThatWasFound(t *testing.T) {
	files := write(t, made(), Options{Language: "ar"}) // what programs read is the same in every language
	for name, want := range map[string]string{
		"matches.csv": matchesHeader + `
1,one_to_one,matched,left,1,E1,reference,1.0000,750.00,0.00,amount: =; against: date: +2 d
1,one_to_one,matched,right,1,B1,reference,1.0000,750.00,0.00,amount: =; against: date: +2 d
2,many_to_one,matched,left,2,E2,sums,0.9500,200.00,0.00,many_to_one
2,many_to_one,matched,left,3,E3,sums,0.9500,300.00,0.00,many_to_one
2,many_to_one,matched,right,2,B2,sums,0.9500,500.00,0.00,many_to_one
3,offset,matched,left,4,E4,offsets,1.0000,-40.50,0.00,offset
3,offset,matched,left,5,E5,offsets,1.0000,40.50,0.00,offset
4,break,matched,left,6,'=1+1,near,0.9000,999.99,12.50,fee; description ↔ Libellé: =similar
4,break,matched,right,3,B3,near,0.9000,987.49,12.50,fee; description ↔ Libellé: =similar
5,one_to_many,suggested,left,7,E7,sums,0.5000,120.00,0.00,one_to_many
5,one_to_many,suggested,right,4,B4,sums,0.5000,60.00,0.00,one_to_many
5,one_to_many,suggested,right,5,B5,sums,0.5000,60.00,0.00,one_to_many
`,
		"open.csv": openHeader + `
left,8,E8,2026-01-02,5000.00,MAD,too_different,"right 1 B1 (0.2500): amount +4250.00; date +61 d"
left,10,E10,,-7.00,MAD,no_candidate,
right,6,B6,2026-03-31,1234.567,TND,ambiguous,
`,
		"rejects.csv": rejectsHeader + `
left,9,amount,'@SUM(A1),This is no amount.
`,
		"rules.yaml": string(made().Rules),
	} {
		// Explanations with a semicolon are quoted, which the lines above leave out to be readable.
		if got := string(files[name]); unquoted(t, got) != unquoted(t, want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// unquoted returns the cells of a table, whatever their quotes.
func unquoted(t *testing.T, table string) string {
	t.Helper()
	if !strings.Contains(table, ",") {
		return table
	}
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil {
		t.Fatalf("%v in\n%s", err, table)
	}
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(strings.Join(row, "|") + "\n")
	}
	return b.String()
}

func TestTheSummaryProvesThatNothingWasLost(t *testing.T) {
	var got summary
	if err := json.Unmarshal(write(t, made(), Options{})["summary.json"], &got); err != nil {
		t.Fatal(err)
	}
	if !got.Proved || got.Rejects != 1 || got.Seconds != 1.5 || got.Passes[0].Seconds != 0.02 {
		t.Errorf("proved %v, rejects %d, seconds %v, %+v", got.Proved, got.Rejects, got.Seconds, got.Passes)
	}
	if want := (matchSummary{All: 5, Matched: 2, Suggested: 1, Offsets: 1, Breaks: 1}); got.Matches != want {
		t.Errorf("matches %+v, want %+v", got.Matches, want)
	}
	if left := got.Sides["left"]; left.Rows != left.Records+left.RejectedRows || left.RejectedRows != 1 || left.Open != 2 {
		t.Errorf("left %+v", left)
	}
	if want := 9.0 / 15; got.MatchedRate == nil || *got.MatchedRate != want {
		t.Errorf("rate %v, want %v", got.MatchedRate, want)
	}
	if sums := got.Sums[2]; sums.Open.Amount != "1234.567" || sums.Currency != "TND" || !sums.Proved {
		t.Errorf("sums in dinars %+v", sums)
	}
	if len(got.Breaks) != 1 || got.Breaks[0].Name != "fee" || got.Breaks[0].Amounts["MAD"] != "12.50" {
		t.Errorf("breaks %+v", got.Breaks)
	}
	if len(got.Open) != 3 || got.Open[2].Name != "too_different" || got.Open[2].Amounts["MAD"] != "5000.00" {
		t.Errorf("open %+v", got.Open)
	}
}

func TestASumThatDoesNotAddUpIsSaidEverywhere(t *testing.T) {
	for name, spoil := range map[string]func(*result.Result){
		"amount":  func(r *result.Result) { r.Sums[0].Open.Minor++ },
		"count":   func(r *result.Result) { r.Sums[1].Matched.Count-- },
		"records": func(r *result.Result) { r.Sources[0].Records-- },
	} {
		t.Run(name, func(t *testing.T) {
			r := made()
			spoil(r)
			files := write(t, r, Options{Language: "en"})
			var terminal bytes.Buffer
			digestOf(t, r).Summary(&terminal, "en")
			for place, text := range map[string]string{"page": string(files["report.html"]), "terminal": terminal.String()} {
				if !strings.Contains(text, "The sums do not add up") || strings.Contains(text, "Nothing was lost") {
					t.Errorf("the %s does not say that the sums do not add up", place)
				}
			}
			if !strings.Contains(string(files["summary.json"]), `"proved": false`) {
				t.Error("summary.json calls it proved")
			}
		})
	}
}

func TestTheSameResultGivesTheSameBytes(t *testing.T) {
	for _, language := range []string{"fr", "ar", "en"} {
		first := write(t, made(), Options{Language: language})
		for range 5 {
			for name, content := range write(t, made(), Options{Language: language}) {
				if !bytes.Equal(content, first[name]) {
					t.Fatalf("%s in %s differs between two writes", name, language)
				}
			}
		}
	}
}

func TestOnlyTheSummaryHoldsTimes(t *testing.T) {
	quick, slow := made(), made()
	slow.Took *= 3
	slow.Passes[0].Took *= 7
	first, second := write(t, quick, Options{}), write(t, slow, Options{})
	for name := range first {
		if same := bytes.Equal(first[name], second[name]); same == (name == "summary.json") {
			t.Errorf("%s is the same for a slower run: %v", name, same)
		}
	}
}

func TestFormatsAreWrittenAsAsked(t *testing.T) {
	for _, test := range []struct {
		formats []Format
		want    []string
	}{
		{nil, []string{"matches.csv", "open.csv", "rejects.csv", "report.html", "report.xlsx", "rules.yaml", "summary.json"}},
		{Formats, []string{"matches.csv", "open.csv", "rejects.csv", "report.html", "report.xlsx", "rules.yaml", "summary.json"}},
		{[]Format{CSV}, []string{"matches.csv", "open.csv", "rejects.csv"}},
		{[]Format{JSON, YAML}, []string{"rules.yaml", "summary.json"}},
	} {
		if got := names(write(t, made(), Options{Formats: test.formats})); !slices.Equal(got, test.want) {
			t.Errorf("%v: %v, want %v", test.formats, got, test.want)
		}
	}
}

func TestAWriteThatFailsLeavesTheReportsBeforeIt(t *testing.T) {
	folder := t.TempDir()
	if err := Write(t.Context(), folder, made(), Options{Formats: []Format{CSV}}); err != nil {
		t.Fatal(err)
	}
	before := read(t, folder)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Write(ctx, folder, made(), Options{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	files := []file{
		{CSV, "matches.csv", func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, "half a")
			return err
		}},
		{CSV, "open.csv", func(context.Context, io.Writer) error { return io.ErrShortWrite }},
	}
	if err := writeFiles(t.Context(), folder, files); !errors.Is(err, io.ErrShortWrite) {
		t.Fatalf("error %v", err)
	}
	after := read(t, folder)
	if !slices.Equal(names(after), names(before)) || !bytes.Equal(after["matches.csv"], before["matches.csv"]) {
		t.Errorf("after the failures: %v, before: %v", names(after), names(before))
	}
}

func TestAFolderThatCannotBeMadeIsAnError(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write(t.Context(), filepath.Join(name, "folder"), made(), Options{}); err == nil {
		t.Error("no error")
	}
}

func TestAResultOfNothingIsReported(t *testing.T) {
	r := &result.Result{Rules: []byte{}}
	files := write(t, r, Options{Language: "en"})
	if got := string(files["matches.csv"]); got != matchesHeader+"\n" {
		t.Errorf("matches.csv: %q", got)
	}
	if page := string(files["report.html"]); !strings.Contains(page, "No record was read") || strings.Contains(page, "NaN") {
		t.Error("the page does not say that nothing was read")
	}
	if summary := string(files["summary.json"]); strings.Contains(summary, "matched_rate\": 0") || strings.Contains(summary, "seconds") {
		t.Errorf("summary.json: %s", summary)
	}
	digestOf(t, r).Summary(io.Discard, "en")
}

func TestAgesCountToTheLastDayButForAnOutlier(t *testing.T) {
	r := made()
	d, err := newDigest(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if got := d.lastDay.Format("2006-01-02"); got != "2026-03-31" {
		t.Errorf("last day %s", got)
	}
	want := [len(ageLimits) + 2][result.MostSides]int{0: {0, 1}, 3: {1, 0}, 5: {1, 0}} // 0, 88 days and no date
	for i, a := range d.ages {
		if a.count != want[i] {
			t.Errorf("age %d: %v, want %v", i, a.count, want[i])
		}
	}
	// The thousand other records outvote one slip of the pen.
	record := r.Sources[1].Record
	r.Sources[1].Record = func(row int) result.Record {
		if row > 6 {
			later := record(6)
			if row == 7 {
				later.Date = later.Date.AddDate(36, 0, 0)
			}
			return later
		}
		return record(row)
	}
	for row := 7; row < 1100; row++ {
		r.Open = append(r.Open, result.Open{Member: result.Member{Side: result.Right, Row: row}})
	}
	if got := lastDay(r).Format("2006-01-02"); got != "2026-03-31" {
		t.Errorf("last day with an outlier %s", got)
	}
}

func TestTheLargestComeFirstAndNoMoreThanTheirLimit(t *testing.T) {
	got := largest(10_000, func(i int) (float64, bool) { return float64(i % 1000), i%2 == 0 })
	if len(got) != maxListed || got[0] != 998 || got[1] != 1998 || got[10] != 996 {
		t.Errorf("%d places, first %v", len(got), got[:12])
	}
	if got := largest(3, func(i int) (float64, bool) { return 0, true }); !slices.Equal(got, []int{0, 1, 2}) {
		t.Errorf("equals: %v", got)
	}
}

func TestDecimals(t *testing.T) {
	for want, amount := range map[string]money.Amount{
		"0.00": money.Of(0, "MAD"), "0.05": money.Of(5, "MAD"), "-0.50": money.Of(-50, "EUR"), "1508.90": money.Of(150890, "MAD"),
		"7": money.Of(7, "JPY"), "-0.007": money.Of(-7, "TND"), "-92233720368547758.08": money.Of(-1<<63, "MAD"),
	} {
		if got := decimal(amount); got != want {
			t.Errorf("%v: %s, want %s", amount, got, want)
		}
	}
}

func TestASumOfAmountsStaysWithinItsRange(t *testing.T) {
	var sums amounts
	for range 2 {
		sums.add(money.Of(1<<62, "MAD"))
		sums.add(money.Of(-1<<63, "EUR"))
	}
	sums.add(money.Amount{})
	want := amounts{money.Of(-1<<63, "EUR"), money.Of(1<<63-1, "MAD")}
	if !slices.Equal(sums, want) {
		t.Errorf("%v, want %v", sums, want)
	}
}

func TestNumbersThatAreNoneDoNotSpoilAReport(t *testing.T) {
	r := made()
	r.Matches[3].Confidence, r.Sources[0].Columns[0].Confidence = math.NaN(), math.NaN()
	r.Matches[3].Parts[1].Weight = math.Inf(1)
	files := write(t, r, Options{Language: "en"})
	for name, content := range files {
		if name != "report.xlsx" && bytes.Contains(content, []byte("NaN")) {
			t.Errorf("%s holds NaN", name)
		}
	}
	if !bytes.Contains(files["report.html"], []byte("+∞")) && !bytes.Contains(files["report.html"], []byte("&#43;∞")) {
		t.Error("the page does not show endless evidence")
	}
	if got, err := opened(t, files["report.xlsx"]).GetCellValue("Breaks", "O2"); err != nil || got != "" {
		t.Errorf("a sheet shows %q (%v)", got, err)
	}
}
