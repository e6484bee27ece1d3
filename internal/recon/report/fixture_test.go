package report

import (
	"testing"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/recon/result"
)

// made is a reconciliation with every kind of match, both statuses, all reasons and a reject, as an engine would have found it. Its sums
// add up.
func made() *result.Result {
	day := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC) }
	mad := func(minor int64) money.Amount { return money.Of(minor, money.MAD) }
	left := []result.Record{
		{ID: "E1", Date: day(3, 2), Amount: mad(75000), Text: "Salma Testi, plomberie"},
		{ID: "E2", Date: day(3, 3), Amount: mad(20000), Text: "Facture \"A\"; acompte"},
		{ID: "E3", Date: day(3, 3), Amount: mad(30000), Text: "Solde, facture A"},
		{ID: "E4", Date: day(3, 4), Amount: mad(-4050), Text: "Remboursement"},
		{ID: "E5", Date: day(3, 5), Amount: mad(4050), Text: "Annulation du remboursement"},
		{ID: "=1+1", Date: day(3, 6), Amount: mad(99999), Text: "=HYPERLINK(\"x\")"},
		{ID: "E7", Date: day(3, 9), Amount: mad(12000), Text: "زبون للتجربة"},
		{ID: "E8", Date: day(1, 2), Amount: mad(500000), Text: "<script>alert(1)</script>"},
		{},
		{ID: "E10", Amount: mad(-700)},
	}
	right := []result.Record{
		{ID: "B1", Date: day(3, 4), Amount: mad(75000), Text: "VIR SALMA TESTI"},
		{ID: "B2", Date: day(3, 5), Amount: mad(50000), Text: "VIR GROUPE"},
		{ID: "B3", Date: day(3, 7), Amount: mad(98749), Text: "VIR, frais déduits"},
		{ID: "B4", Date: day(3, 9), Amount: mad(6000), Text: "+ESPECES"},
		{ID: "B5", Date: day(3, 10), Amount: mad(6000), Text: "ESPECES"},
		{ID: "B6", Date: day(3, 31), Amount: money.Of(1234567, "TND"), Text: "Virement reçu"},
	}
	at := func(records []result.Record) func(int) result.Record {
		return func(row int) result.Record { return records[row-1] }
	}
	l := func(rows ...int) (members []result.Member) {
		for _, row := range rows {
			members = append(members, result.Member{Side: result.Left, Row: row})
		}
		return members
	}
	r := func(rows ...int) []result.Member {
		members := l(rows...)
		for i := range members {
			members[i].Side = result.Right
		}
		return members
	}
	return &result.Result{
		Sources: []result.File{
			{
				Name: "grand-livre.csv", SHA256: "a1b2c3", Format: "csv", Encoding: "utf-8", Rows: 10, Records: 9, Currency: "MAD",
				Columns: []result.Column{
					{Name: "entry_id", Role: "id", Confidence: 0.99}, {Name: "posting_date", Role: "date", Format: "2006-01-02", Confidence: 1},
					{Name: "amount", Role: "amount", Format: "1234.56", Confidence: 1}, {Name: "note", Role: "margin"},
				},
				Record: at(left),
			},
			{
				Name: "relevé.xlsx", SHA256: "d4e5f6", Format: "xlsx", Rows: 6, Records: 6,
				Columns: []result.Column{{Name: "Référence", Role: "id", Confidence: 0.98}}, Record: at(right),
			},
		},
		Matches: []result.Match{
			{
				ID: 1, Kind: result.OneToOne, Status: result.Matched, Pass: "reference", Confidence: 0.99996, Members: append(l(1), r(1)...),
				Amount: mad(75000), Difference: mad(0), Days: 2,
				Parts: []result.Part{{Finding: "prior", Weight: -9}, {Field: "amount", Finding: "=", Weight: 8}, {Field: "date", Finding: "+2 d", Weight: -1.25}},
			},
			{
				ID: 2, Kind: result.ManyToOne, Status: result.Matched, Pass: "sums", Confidence: 0.95, Members: append(l(2, 3), r(2)...),
				Amount: mad(50000), Difference: mad(0), Days: 2,
			},
			{ID: 3, Kind: result.Offset, Status: result.Matched, Pass: "offsets", Confidence: 1, Members: l(4, 5), Amount: mad(4050), Difference: mad(0), Days: 1},
			{
				ID: 4, Kind: result.Break, Status: result.Matched, Pass: "near", Confidence: 0.9, Members: append(l(6), r(3)...),
				Amount: mad(99999), Difference: mad(1250), Days: 1, Cause: "fee",
				Parts: []result.Part{{Field: "prior", Finding: "1 of 60", Weight: -6}, {Field: "description ↔ Libellé", Finding: "=similar", Weight: 5}},
			},
			{
				ID: 5, Kind: result.OneToMany, Status: result.Suggested, Pass: "sums", Confidence: 0.5, Members: append(l(7), r(4, 5)...),
				Amount: mad(12000), Difference: mad(0), Days: 1,
			},
		},
		Open: []result.Open{
			{
				Member: l(8)[0], Reason: "too_different",
				Nearest: &result.Nearest{Member: r(1)[0], Confidence: 0.25, Apart: "amount +4250.00; date +61 d"},
			},
			{Member: l(10)[0], Reason: "no_candidate"},
			{Member: r(6)[0], Reason: "ambiguous"},
		},
		Rejects: []result.Reject{{Side: result.Left, Row: 9, Line: 10, Column: "amount", Value: "@SUM(A1)", Reason: "This is no amount."}},
		Sums: []result.Sums{
			{
				Side: result.Left, Currency: "MAD",
				In:      result.Sum{Count: 9, Minor: 75000 + 20000 + 30000 + 99999 + 12000 + 500000 - 700},
				Matched: result.Sum{Count: 4, Minor: 75000 + 20000 + 30000 + 99999}, Suggested: result.Sum{Count: 1, Minor: 12000},
				Offset: result.Sum{Count: 2}, Open: result.Sum{Count: 2, Minor: 499300}, Break: result.Sum{Count: 1, Minor: 99999},
			},
			{
				Side: result.Right, Currency: "MAD",
				In:      result.Sum{Count: 5, Minor: 75000 + 50000 + 98749 + 12000},
				Matched: result.Sum{Count: 3, Minor: 75000 + 50000 + 98749}, Suggested: result.Sum{Count: 2, Minor: 12000},
				Break: result.Sum{Count: 1, Minor: 98749},
			},
			{Side: result.Right, Currency: "TND", In: result.Sum{Count: 1, Minor: 1234567}, Open: result.Sum{Count: 1, Minor: 1234567}},
		},
		Passes: []result.Pass{
			{Name: "reference", Kind: "exact", Matches: 1, Records: 2, Took: 20 * time.Millisecond},
			{Name: "sums", Kind: "sum", Matches: 2, Records: 6}, {Name: "offsets", Kind: "offset", Matches: 1, Records: 2},
			{Name: "near", Kind: "near", Matches: 1, Records: 2},
		},
		Rules: []byte("version: 1\npasses:\n  - name: reference\n    kind: exact\n"),
		Took:  1500 * time.Millisecond,
	}
}

func digestOf(t *testing.T, r *result.Result) *Digest {
	t.Helper()
	d, err := New(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
