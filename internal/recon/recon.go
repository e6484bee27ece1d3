// Package recon reconciles two sets of records: it reads them whatever they look like, finds what belongs together, and says what does
// not and why.
package recon

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/match"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/source"
	"khadamat/internal/recon/source/open"
	"khadamat/internal/texts"
)

// Progress is told what a reconciliation is doing: the stage, and how many rows of it are done.
type Progress func(stage string, rows int)

// Options say how files are reconciled. The zero value does all by itself.
type Options struct {
	Language i18n.Language // of what people read about rows that cannot be read
	Progress Progress      // nil: nobody is told
}

func (o *Options) tell(stage string, rows int) {
	if o.Progress != nil {
		o.Progress(stage, rows)
	}
}

// side is what is known of one file.
type side struct {
	file    result.File
	set     *record.Set
	rejects []result.Reject
	notes   []source.Problem
	ids     *record.Texts
	amounts []int64
	known   []bool
	days    []record.Day
	ccy     *record.Texts
	at      []int32 // the record of each row, from 1; 0 where it was rejected
}

// Files reconciles two files without being told anything about them. The error of a file that cannot be worked with is for Explain.
func Files(ctx context.Context, left, right string, o Options) (*result.Result, error) {
	started := time.Now()
	var sides [2]*side
	for i, path := range []string{left, right} {
		s, err := read(ctx, path, result.Side(i), o) //nolint:gosec // 0 or 1
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		sides[i] = s
	}
	o.tell("match", sides[0].set.Len()+sides[1].set.Len())
	outcome, err := match.Auto(ctx, sides[0].set, sides[1].set)
	if err != nil {
		return nil, err
	}
	r := &result.Result{Rules: outcome.Rules}
	for i, s := range sides {
		s.file.Currency = currencyOf(s, sides[1-i])
		s.file.Record = s.record
		r.Sources[i] = s.file
		r.Rejects = append(r.Rejects, s.rejects...)
	}
	fill(r, sides, outcome)
	r.Passes = outcome.Passes
	r.Took = time.Since(started)
	return r, nil
}

// Inspection is what was found out about a file without reconciling it.
type Inspection struct {
	Name     string            `json:"name"`
	Format   string            `json:"format"`
	Encoding string            `json:"encoding"`
	Rows     int               `json:"rows"`
	Records  int               `json:"records"`
	Columns  []InspectedColumn `json:"columns"`
	Problems []string          `json:"problems,omitempty"`
}

// InspectedColumn is what a column was taken for.
type InspectedColumn struct {
	Name       string   `json:"name"`
	Role       string   `json:"role"`
	Type       string   `json:"type"`
	Format     string   `json:"format,omitempty"`
	Confidence float64  `json:"confidence"`
	Filled     int      `json:"filled"`
	Sample     []string `json:"sample"`
}

// Inspect reads a file and says how it is written and what its columns were taken for.
func Inspect(ctx context.Context, path string, o Options) (*Inspection, error) {
	s, err := read(ctx, path, result.Left, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	found := &Inspection{Name: s.file.Name, Format: s.file.Format, Encoding: s.file.Encoding, Rows: s.file.Rows, Records: s.file.Records}
	for i := range s.set.Columns {
		c := &s.set.Columns[i]
		found.Columns = append(found.Columns, InspectedColumn{Name: c.Name, Role: string(c.Profile.Role), Type: string(c.Profile.Type), Format: c.Profile.Written(),
			Confidence: c.Profile.Confidence, Filled: c.Profile.Filled, Sample: c.Profile.Sample})
	}
	for _, note := range s.notes {
		found.Problems = append(found.Problems, Explain(o.Language, &note))
	}
	for _, reject := range s.rejects {
		found.Problems = append(found.Problems, fmt.Sprintf("row %d: %s", reject.Row, reject.Reason))
	}
	return found, nil
}

// SetOf returns the two files of a folder that are to be reconciled: left.csv and right.csv, or bank.csv and ledger.csv.
func SetOf(folder string) (left, right string, err error) {
	for _, names := range [][2]string{{"left.csv", "right.csv"}, {"bank.csv", "ledger.csv"}} {
		left, right = filepath.Join(folder, names[0]), filepath.Join(folder, names[1])
		if _, err = os.Stat(left); err == nil {
			return left, right, nil
		}
	}
	return "", "", fmt.Errorf("%s has neither left.csv and right.csv nor bank.csv and ledger.csv", folder)
}

// tellEvery is how many rows pass between two words about the progress.
const tellEvery = 50_000

func read(ctx context.Context, path string, which result.Side, o Options) (*side, error) {
	sum, err := fingerprint(path)
	if err != nil {
		return nil, err
	}
	from, err := open.File(path, source.Options{})
	if err != nil {
		return nil, err
	}
	defer from.Close()
	described := from.Description()
	s := &side{notes: described.Notes, set: &record.Set{Name: filepath.Base(path)}, at: []int32{0}}
	for _, name := range described.Header {
		s.set.Columns = append(s.set.Columns, record.Column{Name: name})
	}
	rows := 0
	for {
		row, err := from.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		var problem *source.Problem
		if errors.As(err, &problem) && problem.Row > 0 {
			rows++
			s.at = append(s.at, 0)
			s.rejects = append(s.rejects, result.Reject{Side: which, Row: problem.Row, Line: problem.Line, Column: problem.Column, Value: problem.Value, Reason: texts.Catalog().T(o.Language, problem.Key, problem.Args)})
			continue
		}
		if err != nil {
			return nil, err
		}
		rows++
		s.set.Rows = append(s.set.Rows, int32(row.Number)) //nolint:gosec // below two thousand million rows
		s.at = append(s.at, int32(len(s.set.Rows)))        //nolint:gosec // below two thousand million rows
		for i := range s.set.Columns {
			s.set.Columns[i].Values.Add(row.Values[i])
		}
		if rows%tellEvery == 0 {
			o.tell("read "+s.set.Name, rows)
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
	}
	if s.set.Len() == 0 {
		return nil, &source.Problem{Key: "recon.no_records"}
	}
	o.tell("learn "+s.set.Name, rows)
	s.set.Learn()
	s.ids, s.ccy = record.IDs(s.set), record.Currencies(s.set)
	s.amounts, s.known = record.Amounts(s.set)
	s.days = record.Days(s.set)
	s.file = result.File{Name: s.set.Name, SHA256: sum, Format: string(described.Format), Encoding: described.Encoding, Rows: rows, Records: s.set.Len()}
	for _, c := range s.set.Columns {
		s.file.Columns = append(s.file.Columns, result.Column{Name: c.Name, Role: string(c.Profile.Role), Format: c.Profile.Written(), Confidence: c.Profile.Confidence})
	}
	return s, nil
}

func fingerprint(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
