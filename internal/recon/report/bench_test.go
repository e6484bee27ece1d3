package report

import (
	"context"
	"io"
	"strconv"
	"testing"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/recon/result"
)

// large is a result of pairs, one open item for each twenty of them.
func large(pairs int) *result.Result {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ids := [2][]string{make([]string, pairs+1), make([]string, pairs+1)}
	for row := 1; row <= pairs; row++ {
		ids[0][row], ids[1][row] = "EC"+strconv.Itoa(row), "OP"+strconv.Itoa(row)
	}
	r := &result.Result{Sources: make([]result.File, 2), Rules: []byte("version: 1\n")}
	for side := range r.Sources {
		r.Sources[side] = result.File{Name: "made.csv", Rows: pairs, Records: pairs, Record: func(row int) result.Record {
			return result.Record{
				ID: ids[side][row], Date: start.AddDate(0, 0, row%365), Amount: money.Of(int64(row)*37-5000, money.MAD), Text: "VIREMENT RECU DE CLIENT",
			}
		}}
	}
	parts := []result.Part{
		{Finding: "prior", Weight: -12}, {Field: "document_ref ↔ Libellé", Finding: "KH4480680 found in the text", Weight: 11},
		{Field: "amount ↔ Crédit", Finding: "equal", Weight: 9}, {Field: "posting_date ↔ Date opération", Finding: "2 days later", Weight: -0.5},
	}
	for row := 1; row <= pairs; row++ {
		if row%20 == 0 {
			r.Open = append(r.Open, result.Open{Member: result.Member{Row: row}, Reason: "no_candidate"})
			continue
		}
		r.Matches = append(r.Matches, result.Match{
			ID: len(r.Matches) + 1, Kind: result.OneToOne, Status: result.Matched, Pass: "reference", Confidence: 0.9987,
			Members: []result.Member{{Side: result.Left, Row: row}, {Side: result.Right, Row: row}}, Parts: parts,
			Difference: money.Of(0, money.MAD),
		})
	}
	return r
}

func BenchmarkMatches(b *testing.B) {
	r := large(500_000)
	for b.Loop() {
		if err := writeMatches(context.Background(), io.Discard, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWorkbook(b *testing.B) {
	r, words := large(500_000), newWording("fr")
	for b.Loop() {
		d, err := newDigest(context.Background(), r)
		if err == nil {
			err = writeWorkbook(context.Background(), io.Discard, d, words, maxSheetRows)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	r, folder := large(500_000), b.TempDir()
	for b.Loop() {
		if err := Write(context.Background(), folder, r, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
