// Package sample writes sets for trying out a reconciliation: a bank statement, the ledger it should agree with, and the truth about
// which of their rows belong together. Everybody and everything in them is made up.
package sample

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Names of the files of a set.
const (
	BankFile   = "bank.csv"   // the left side
	LedgerFile = "ledger.csv" // the right side
	TruthFile  = "truth.csv"  // match_id,kind,side,row,record_id: one row for each member of a match
)

// Kind is the shape of a true match.
type Kind string

// The closed set of kinds.
const (
	OneToOne Kind = "one_to_one" // one bank line, one entry, the same amount
	Batch    Kind = "batch"      // a card terminal's settlement: one bank line, 2 to 8 entries that add up to it
	Split    Kind = "split"      // an entry paid in 2 to 4 bank lines that add up to it
	Mismatch Kind = "mismatch"   // one bank line, one entry, and amounts that differ by a fee, swapped digits or rounding
	Offset   Kind = "offset"     // two rows of one side that cancel out
)

// Options say how large a set is and which one it is.
type Options struct {
	Rows int    // entries of the ledger, at least 1
	Seed uint64 // the same options give the same bytes, on every machine
	// PerDay is about how many entries a weekday has; a Saturday has a third of that, a Sunday none. 0: a sixtieth of the rows, but
	// from 20 to 2,000, so that larger sets are longer and not denser.
	PerDay int
	// Until is a Monday; the set ends in its week, more or less. Zero: one of the year 2025.
	Until time.Time
}

// Summary counts what was written.
type Summary struct {
	LedgerRows, BankRows, TruthRows int
	LedgerOpen, BankOpen            int // rows without a match
	Matches                         map[Kind]int
	First, Last                     time.Time // the days of the first and the last row of either side
}

// longest is the number of days beyond which a set would leave the calendar that programs are used to: about two and a half centuries.
const longest = 91_250

// until is the Monday of the week in which sets end, more or less: a set is longer towards the past.
var until = time.Date(2025, time.December, 29, 0, 0, 0, 0, time.UTC)

// Write makes a set in the folder, which is created where it is missing. Files of the same names are replaced when all is written: an
// error before that, also that of a cancelled context, leaves them as they were. Memory depends on PerDay and not on Rows. An error about
// the options says which one is wrong.
func Write(ctx context.Context, folder string, o Options) (Summary, error) {
	o, err := o.complete()
	if err != nil {
		return Summary{}, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return Summary{}, fmt.Errorf("create the folder of the sample: %w", err)
	}
	names := []string{BankFile, LedgerFile, TruthFile}
	var files []*os.File
	defer func() {
		for _, f := range files { // what was renamed is not found any more, and closed twice is closed
			f.Close()
			os.Remove(f.Name())
		}
	}()
	var writers []io.Writer
	for _, name := range names {
		f, err := os.Create(filepath.Join(folder, name+".part"))
		if err != nil {
			return Summary{}, fmt.Errorf("create a file of the sample: %w", err)
		}
		files, writers = append(files, f), append(writers, f)
	}
	summary, err := generate(ctx, writers[0], writers[1], writers[2], o)
	if err != nil {
		return Summary{}, fmt.Errorf("write the sample: %w", err)
	}
	for _, f := range files {
		if err := f.Close(); err != nil {
			return Summary{}, fmt.Errorf("write the sample: %w", err)
		}
	}
	for i, f := range files {
		if err := os.Rename(f.Name(), filepath.Join(folder, names[i])); err != nil {
			return Summary{}, fmt.Errorf("put the sample in place: %w", err)
		}
	}
	return summary, nil
}

func (o Options) complete() (Options, error) {
	if o.Rows < 1 {
		return o, fmt.Errorf("a sample of %d rows: ask for at least 1", o.Rows)
	}
	if o.Until.IsZero() {
		o.Until = until
	}
	if o.Until.Weekday() != time.Monday {
		return o, fmt.Errorf("a sample until %s: ask for a Monday", o.Until.Format(time.DateOnly))
	}
	if o.PerDay < 0 {
		return o, fmt.Errorf("a sample of %d rows per day: ask for at least 1, or 0 for what suits its size", o.PerDay)
	}
	if o.PerDay == 0 {
		o.PerDay = min(max(o.Rows/60, 20), 2000)
	}
	if o.PerDay = min(o.PerDay, o.Rows); o.Rows/perWeek(o.PerDay) > longest/7 {
		return o, fmt.Errorf("a sample of %d rows with %d per day would last more than two and a half centuries: ask for more per day", o.Rows, o.PerDay)
	}
	return o, nil
}

// perWeek is about how many entries five weekdays and a Saturday have.
func perWeek(perDay int) int { return 5*perDay + perDay/3 }

// generate writes the set day by day: it thinks up the events of a day, which may reach some days ahead, then writes that day's rows.
func generate(ctx context.Context, bank, ledger, truth io.Writer, o Options) (Summary, error) {
	start := o.Until.AddDate(0, 0, -7*(o.Rows/perWeek(o.PerDay)))
	g := newGenerator(o, start, bank, ledger, truth)
	for day, last := 0, horizon; day < last; day++ {
		if err := ctx.Err(); err != nil {
			return Summary{}, err
		}
		if g.planned < o.Rows {
			g.plan(day)
			last = day + horizon
		}
		if err := errors.Join(g.ledger.write(day, &g.chance), g.bank.write(day, &g.chance)); err != nil {
			return Summary{}, err
		}
	}
	if err := errors.Join(g.ledger.out.Flush(), g.bank.out.Flush(), g.truth.out.Flush()); err != nil {
		return Summary{}, err
	}
	return Summary{
		LedgerRows: g.ledger.rows, BankRows: g.bank.rows, TruthRows: g.truth.rows,
		LedgerOpen: g.ledger.open, BankOpen: g.bank.open,
		Matches: g.truth.matches,
		First:   start.AddDate(0, 0, min(g.ledger.first, g.bank.first)),
		Last:    start.AddDate(0, 0, max(g.ledger.last, g.bank.last)),
	}, nil
}

func buffered(w io.Writer) *bufio.Writer { return bufio.NewWriterSize(w, 1<<18) }
