package archive

import (
	"context"
	"database/sql"
	"slices"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// Result rebuilds the result as the run had it, but for its times. Records and evidence are held in memory, about 300 bytes a record; the
// values of records are read when they are asked for, as long as the archive is open, and are nil where that fails.
func (a *Archive) Result(ctx context.Context) (*result.Result, error) {
	about, err := a.About(ctx)
	if err != nil {
		return nil, err
	}
	r := &result.Result{Sources: about.Sources, Sums: about.Sums, Passes: about.Passes, Rules: about.Rules, Notes: about.Notes, Dropped: about.Dropped}
	sides := make([]held, len(r.Sources))
	var members []result.Member // by number
	err = a.EachRecord(ctx, func(record Record) error {
		sides[record.Side].records = append(sides[record.Side].records, record)
		members = append(members, result.Member{Side: record.Side, Row: record.Row})
		return nil
	})
	if err != nil {
		return nil, err
	}
	for k := range sides {
		side := &sides[k]
		f := &r.Sources[k]
		f.Record, f.Key = side.record, side.key
		f.Original = func(row int) []string { return a.original(side, row) }
	}
	if err := a.rebuildMatches(ctx, r, members); err != nil {
		return nil, err
	}
	if err := a.rebuildOpen(ctx, r, members); err != nil {
		return nil, err
	}
	r.Rejects, err = a.Rejects(ctx)
	return r, err
}

// Rejects returns the rows, and the values of rows, that could not be read.
func (a *Archive) Rejects(ctx context.Context) (rejects []result.Reject, err error) {
	err = a.each(ctx, "SELECT side, row, line, field, value, reason FROM rejects ORDER BY number", nil, func(rows *sql.Rows) error {
		var reject result.Reject
		err := rows.Scan(&reject.Side, &reject.Row, &reject.Line, &reject.Column, &reject.Value, &reject.Reason)
		rejects = append(rejects, reject)
		return err
	})
	return rejects, err
}

// held are the records of a side, by row.
type held struct{ records []Record }

func (h *held) at(row int) *Record {
	if row > 0 && row <= len(h.records) && h.records[row-1].Row == row {
		return &h.records[row-1]
	}
	at, found := slices.BinarySearchFunc(h.records, row, func(r Record, row int) int { return r.Row - row })
	if !found {
		return nil
	}
	return &h.records[at]
}

func (h *held) key(row int) string {
	if r := h.at(row); r != nil {
		return r.Key
	}
	return ""
}

func (h *held) record(row int) result.Record {
	r := h.at(row)
	if r == nil {
		return result.Record{}
	}
	shown := result.Record{ID: r.ID, Amount: r.Amount, Text: r.Text}
	if r.Day != record.NoDay {
		shown.Date = r.Day.Time()
	}
	return shown
}

func (a *Archive) original(side *held, row int) []string {
	r := side.at(row)
	if r == nil {
		return nil
	}
	full, err := a.Numbered(context.Background(), []int{r.Number})
	if err != nil {
		return nil
	}
	return full[0].Values
}

func (a *Archive) rebuildMatches(ctx context.Context, r *result.Result, members []result.Member) error {
	var evidence record.Texts
	var parts sql.RawBytes
	err := a.each(ctx, "SELECT "+matchColumns+", parts FROM matches ORDER BY id", nil, func(rows *sql.Rows) error {
		m, err := scanMatch(rows, &parts)
		if err != nil {
			return err
		}
		found := result.Match{ID: m.ID, Kind: m.Kind, Status: m.Status, Pass: m.Pass, Settled: m.Settled, Confidence: m.Confidence, Amount: m.Amount,
			Difference: m.Difference, Days: m.Days, Cause: m.Cause}
		for _, number := range m.Members {
			found.Members = append(found.Members, members[number-1])
		}
		r.Matches = append(r.Matches, found)
		evidence.Add(parts)
		return nil
	})
	r.Explain = func(id int) []result.Part {
		if id < 1 || id > evidence.Len() {
			return nil
		}
		explained, err := parseParts(string(evidence.At(id - 1)))
		if err != nil {
			return nil // it was written by us
		}
		return explained
	}
	return err
}

func (a *Archive) rebuildOpen(ctx context.Context, r *result.Result, members []result.Member) error {
	s := newScanned(true)
	return a.each(ctx, "SELECT "+fullColumns+" WHERE r.match IS NULL ORDER BY r.number", nil, func(rows *sql.Rows) error {
		full, err := s.full(rows)
		if err != nil {
			return err
		}
		open := result.Open{Member: members[full.Number-1], Reason: full.Reason}
		for i, n := range full.Nearest {
			near := result.Nearest{Member: members[n.Number-1], Confidence: n.Confidence, Apart: n.Apart}
			if i == 0 && n.Confidence > 0 {
				open.Nearest = &near
			} else {
				open.More = append(open.More, near)
			}
		}
		r.Open = append(r.Open, open)
		return nil
	})
}
