package workspace_test

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/recon/archive"
	"khadamat/internal/recon/engine"
	"khadamat/internal/recon/result"
)

// suggesting is a runner that finds nothing but suggestions, so many pairs.
type suggesting struct{ pairs int }

func (s suggesting) Run(ctx context.Context, folder string, job engine.Job, _ func(engine.Progress)) error {
	r := &result.Result{Rules: []byte("version: 1\nauto: true\n")}
	for side, source := range job.Sources {
		r.Sources = append(r.Sources, result.File{
			Name: source.Name, Format: "csv", Rows: s.pairs, Records: s.pairs, Currency: "MAD", Columns: []result.Column{{Name: "Reference", Role: "reference"}},
			Pieces: []result.Piece{{Name: source.Files[0].Name, SHA256: source.Files[0].SHA256, Rows: s.pairs}},
			Record: func(row int) result.Record {
				return result.Record{ID: fmt.Sprint("R", row), Date: time.Date(2026, 5, 1+row%28, 0, 0, 0, 0, time.UTC), Amount: money.Of(int64(row)*101, money.MAD), Text: fmt.Sprint("payment of ", row)}
			},
			Original: func(row int) []string { return []string{fmt.Sprint("R", row)} },
			Key:      func(row int) string { return fmt.Sprintf("%02dkey%08d", side, row) },
		})
	}
	for row := 1; row <= s.pairs; row++ {
		r.Matches = append(r.Matches, result.Match{ID: row, Kind: result.OneToOne, Status: result.Suggested, Pass: "scored", Confidence: 0.4,
			Members: []result.Member{{Side: 0, Row: row}, {Side: 1, Row: row}}, Amount: money.Of(int64(row)*101, money.MAD), Difference: money.Of(0, money.MAD)})
	}
	return archive.Write(ctx, filepath.Join(folder, "result.sqlite"), r)
}
