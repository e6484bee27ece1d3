package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"khadamat/internal/money"
	"khadamat/internal/recon/result"
)

// opened opens a workbook with a reader that is not ours.
func opened(t *testing.T, content []byte) *excelize.File {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	})
	return book
}

func TestTheWorkbookHoldsWhatTheResultHolds(t *testing.T) {
	book := opened(t, write(t, made(), Options{Language: "en"})["report.xlsx"])
	if got := fmt.Sprint(book.GetSheetList()); got != "[Summary Matches Open Breaks Rejects]" {
		t.Fatalf("sheets %s", got)
	}
	for place, want := range map[string]string{
		"Summary!A1": "Reconciliation report", "Summary!A2": "Nothing was lost: all sums add up.", "Summary!B3": "0.6000",
		"Matches!A1": "No.", "Matches!A2": "1", "Matches!B2": "one of each side", "Matches!C2": "Matched", "Matches!D3": "Right",
		"Matches!F2": "E1", "Matches!G2": "46083", "Matches!H2": "750.00", "Matches!I2": "MAD", "Matches!J2": "0.00", "Matches!L2": "1.0000",
		"Matches!H7": "-40.50", "Matches!F9": "=1+1", "Matches!M9": "=HYPERLINK(\"x\")", "Matches!J9": "12.50", "Matches!C13": "Suggested",
		"Matches!N2": "amount: equal; against it: date: 2 days later", "Matches!M11": "زبون للتجربة", "Matches!A14": "",
		"Open!E2": "5000.00", "Open!H2": "the best candidate is too different", "Open!J2": "1", "Open!K2": "B1", "Open!L2": "0.2500", "Open!M2": "amount: differs by +4,250.00; date: 61 days later", "Matches!K9": "nearly equal",
		"Open!G2": "<script>alert(1)</script>", "Open!D3": "", "Open!E4": "1234.567", "Open!F4": "TND",
		"Breaks!A2": "4", "Breaks!B2": "fee", "Breaks!D2": "6", "Breaks!G2": "999.99", "Breaks!I2": "B3", "Breaks!K2": "987.49", "Breaks!M2": "12.50",
		"Rejects!B2": "9", "Rejects!C2": "10", "Rejects!E2": "@SUM(A1)", "Rejects!F2": "This is no amount.",
	} {
		sheet, cell, _ := strings.Cut(place, "!")
		got, err := book.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
		if err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", place, got, want, err)
		}
		if formula, err := book.GetCellFormula(sheet, cell); err != nil || formula != "" {
			t.Errorf("%s is a formula: %q (%v)", place, formula, err)
		}
	}
	// As a reader sees them, in the form that the styles say.
	for place, want := range map[string]string{"Matches!G2": "03-02-26", "Matches!H9": "999.99", "Matches!L13": "50.00%", "Open!E2": "5,000.00", "Open!E4": "1,234.567"} {
		sheet, cell, _ := strings.Cut(place, "!")
		if got, err := book.GetCellValue(sheet, cell); err != nil || got != want {
			t.Errorf("%s is shown as %q, want %q (%v)", place, got, want, err)
		}
	}
	for _, sheet := range book.GetSheetList()[1:] {
		panes, err := book.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: the header does not stay: %+v (%v)", sheet, panes, err)
		}
	}
	filters := map[string]bool{}
	for _, name := range book.GetDefinedName() {
		filters[name.RefersTo] = true
	}
	for _, want := range []string{"'Matches'!$A$1:$N$13", "'Open'!$A$1:$M$4", "'Breaks'!$A$1:$P$2", "'Rejects'!$A$1:$F$2"} {
		if !filters[want] {
			t.Errorf("no filter over %s in %v", want, filters)
		}
	}
}

func TestTheWorkbookReadsFromRightToLeftInArabic(t *testing.T) {
	for language, want := range map[string]bool{"ar": true, "fr": false} {
		book := opened(t, write(t, made(), Options{Language: language})["report.xlsx"])
		for _, sheet := range book.GetSheetList() {
			view, err := book.GetSheetView(sheet, 0)
			if err != nil || (view.RightToLeft != nil && *view.RightToLeft) != want {
				t.Errorf("%s, %s: right to left is not %v (%v)", language, sheet, want, err)
			}
		}
	}
}

func TestASheetThatIsFullSaysSo(t *testing.T) {
	d, err := newDigest(t.Context(), made())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := writeWorkbook(t.Context(), &out, d, newWording("en"), 2); err != nil {
		t.Fatal(err)
	}
	book := opened(t, out.Bytes())
	for sheet, want := range map[string]int{"Matches": 4, "Open": 4, "Breaks": 2, "Rejects": 2} {
		rows, err := book.GetRows(sheet)
		if err != nil || len(rows) != want {
			t.Errorf("%s has %d rows, want %d (%v)", sheet, len(rows), want, err)
			continue
		}
		if full := strings.Contains(rows[len(rows)-1][0], "ends at 2 rows"); full != (want == 4) {
			t.Errorf("%s ends with %q", sheet, rows[len(rows)-1])
		}
	}
	if note, err := book.GetCellValue("Summary", "A4"); err != nil || !strings.Contains(note, "ends at 2 rows") {
		t.Errorf("the summary says %q (%v)", note, err)
	}
}

func TestASheetShowsWhatItCan(t *testing.T) {
	day := func(year int) time.Time { return time.Date(year, 3, 1, 13, 45, 0, 0, time.UTC) }
	records := []result.Record{
		{Date: day(1900), Amount: money.Of(-1234, "JPY")}, {Date: day(1899), Amount: money.Of(5, "TND")},
		{Date: day(9999), Amount: money.Of(1<<62, "MAD")}, {Date: day(12026), Text: strings.Repeat("é", 40_000)},
	}
	r := made()
	r.Sources[0].Record = func(row int) result.Record { return records[row-1] }
	r.Open = nil
	for row := range records {
		r.Open = append(r.Open, result.Open{Member: result.Member{Row: row + 1}})
	}
	r.Matches = nil
	book := opened(t, write(t, r, Options{Language: "en"})["report.xlsx"])
	for cell, want := range map[string]string{
		"D2": "61", "E2": "-1234", "D3": "1899-03-01", "E3": "0.005", "D4": "2958160", "E4": "46116860184273879.04", "D5": "12026-03-01", "E5": "",
		"G5": strings.Repeat("é", maxCellUnits),
	} {
		if got, err := book.GetCellValue("Open", cell, excelize.Options{RawCellValue: true}); err != nil || got != want {
			t.Errorf("%s is %.40q, want %.40q (%v)", cell, got, want, err)
		}
	}
}

func FuzzWorkbook(f *testing.F) {
	for _, seed := range []string{"a", "=1", "\x00\x1f", "]]>&<\"'", "_x000D_", "\r\n\t", "\xff", "\U0001F600", "\uFFFE", " a "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := made()
		record := r.Sources[0].Record
		r.Sources[0].Record = func(row int) result.Record {
			changed := record(row)
			changed.Text = s
			return changed
		}
		d, err := newDigest(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := writeWorkbook(t.Context(), &out, d, newWording("fr"), maxSheetRows); err != nil {
			t.Fatal(err)
		}
		got, err := opened(t, out.Bytes()).GetCellValue("Rapprochements", "M2")
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Map(func(r rune) rune {
			if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
				return 0xFFFD
			}
			return r
		}, s) // which makes of each byte that is no UTF-8 a letter that says so
		if len(want) < maxCellUnits && got != want {
			t.Errorf("%q was read back as %q", s, got)
		}
	})
}
