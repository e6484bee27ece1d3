package report

import (
	"encoding/json"
	"io"

	"khadamat/internal/money"
	"khadamat/internal/recon/result"
)

// The form of summary.json. Amounts are plain decimals in quotes, so that nobody's floating point changes them; times are seconds.
type (
	summary struct {
		Sides       map[string]sideSummary `json:"sides"`
		Rejects     int                    `json:"rejects"` // values and rows; one row may have several
		Matches     matchSummary           `json:"matches"`
		MatchedRate *float64               `json:"matched_rate"` // of the records of all sides; null without records
		Passes      []passSummary          `json:"passes"`
		Breaks      []tallySummary         `json:"breaks"`
		Open        []tallySummary         `json:"open"`
		Sums        []sumsSummary          `json:"sums"`
		Proved      bool                   `json:"proved"`
		Notes       []string               `json:"notes,omitempty"`
		Seconds     float64                `json:"seconds,omitempty"`
	}
	sideSummary struct {
		File         string          `json:"file"`
		SHA256       string          `json:"sha256"`
		Format       string          `json:"format"`
		Encoding     string          `json:"encoding,omitempty"`
		Currency     string          `json:"currency,omitempty"`
		Rows         int             `json:"rows"`
		Records      int             `json:"records"`
		RejectedRows int             `json:"rejected_rows"`
		RepeatedRows int             `json:"repeated_rows,omitempty"` // of files after the first of a side
		Open         int             `json:"open"`
		Columns      []columnSummary `json:"columns"`
	}
	columnSummary struct {
		Name       string   `json:"name"`
		Role       string   `json:"role"`
		Format     string   `json:"format,omitempty"`
		Confidence *float64 `json:"confidence"`
	}
	matchSummary struct {
		All       int `json:"all"`
		Matched   int `json:"matched"`
		Suggested int `json:"suggested"`
		Offsets   int `json:"offsets"`
		Breaks    int `json:"breaks"`
	}
	passSummary struct {
		Name    string  `json:"name"`
		Kind    string  `json:"kind"`
		Matches int     `json:"matches"`
		Records int     `json:"records"`
		Seconds float64 `json:"seconds,omitempty"`
	}
	tallySummary struct {
		Name    string            `json:"name"`
		Count   int               `json:"count"`
		Amounts map[string]string `json:"amounts"` // by currency
	}
	sumsSummary struct {
		Side      string     `json:"side"`
		Currency  string     `json:"currency"`
		In        sumSummary `json:"in"`
		Matched   sumSummary `json:"matched"`
		Suggested sumSummary `json:"suggested"`
		Offset    sumSummary `json:"offset"`
		Open      sumSummary `json:"open"`
		Break     sumSummary `json:"break"`
		Proved    bool       `json:"proved"`
	}
	sumSummary struct {
		Count  int    `json:"count"`
		Amount string `json:"amount,omitempty"`
	}
)

// JSON writes what summary.json holds.
func (d *Digest) JSON(w io.Writer) error { return writeSummary(w, d.of) }

func writeSummary(w io.Writer, d *digest) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(d.summary())
}

func (d *digest) summary() summary {
	s := summary{
		Sides:   map[string]sideSummary{},
		Rejects: len(d.Rejects),
		Matches: matchSummary{len(d.Matches), d.matched, d.suggested, d.offsets, d.breaks},
		Passes:  []passSummary{},
		Breaks:  tallySummaries(d.causes),
		Open:    tallySummaries(d.reasons),
		Sums:    []sumsSummary{},
		Proved:  d.proved(),
		Notes:   d.Notes,
		Seconds: d.Took.Seconds(),
	}
	if in, settled := d.records(); in > 0 {
		rate := float64(settled) / float64(in)
		s.MatchedRate = &rate
	}
	for _, side := range d.sides() {
		s.Sides[side.String()] = d.sideSummary(side)
	}
	for _, p := range d.Passes {
		s.Passes = append(s.Passes, passSummary{p.Name, p.Kind, p.Matches, p.Records, p.Took.Seconds()})
	}
	for _, sums := range d.Sums {
		s.Sums = append(s.Sums, sumsSummary{
			sums.Side.String(), sums.Currency,
			sumOf(sums.In, sums.Currency), sumOf(sums.Matched, sums.Currency), sumOf(sums.Suggested, sums.Currency),
			sumOf(sums.Offset, sums.Currency), sumOf(sums.Open, sums.Currency), sumOf(sums.Break, sums.Currency),
			proved(sums),
		})
	}
	return s
}

func (d *digest) sideSummary(side result.Side) sideSummary {
	f := d.Sources[side]
	s := sideSummary{
		File: f.Name, SHA256: f.SHA256, Format: f.Format, Encoding: f.Encoding, Currency: f.Currency,
		Rows: f.Rows, Records: f.Records, RejectedRows: d.rejected(side), RepeatedRows: f.Repeated, Open: d.openOf(side), Columns: []columnSummary{},
	}
	for _, c := range f.Columns {
		shown := columnSummary{Name: c.Name, Role: c.Role, Format: c.Format}
		if finite(c.Confidence) {
			shown.Confidence = &c.Confidence
		}
		s.Columns = append(s.Columns, shown)
	}
	return s
}

func tallySummaries(tallies []tally) []tallySummary {
	list := make([]tallySummary, len(tallies))
	for i, t := range tallies {
		list[i] = tallySummary{t.name, t.count, map[string]string{}}
		for _, sum := range t.amounts {
			list[i].Amounts[string(sum.Currency)] = decimal(sum)
		}
	}
	return list
}

func sumOf(s result.Sum, currency string) sumSummary {
	amount := money.Of(s.Minor, money.Currency(currency))
	if absent(amount) {
		return sumSummary{Count: s.Count}
	}
	return sumSummary{s.Count, decimal(amount)}
}
