package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"khadamat/internal/money"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"

	_ "modernc.org/sqlite" // the driver, "sqlite"
)

// Write writes an archive of a result. It appears at path when it is whole; the same result gives the same bytes. Times are left out.
func Write(ctx context.Context, path string, r *result.Result) (err error) {
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("archive: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(part) // the first error is the one to tell
		}
	}()
	if err := write(ctx, part, r); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close(), os.Rename(part, path)); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	return nil
}

func write(ctx context.Context, path string, r *result.Result) error {
	address := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=page_size(16384)&_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=locking_mode(EXCLUSIVE)&_pragma=cache_size(-64000)"
	db, err := sql.Open("sqlite", address)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	w := &writer{ctx: ctx, tx: tx, r: r, batches: make(chan batch, 4), inserted: make(chan error, 1)}
	if err := errors.Join(w.fill(), w.indexes()); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return errors.Join(tx.Commit(), db.Close())
}

// fill writes all rows.
func (w *writer) fill() (err error) {
	if _, err := w.tx.ExecContext(w.ctx, schema); err != nil {
		return err
	}
	go w.insert() // until there are no more batches
	defer func() {
		close(w.batches)
		err = errors.Join(err, <-w.inserted)
	}()
	for _, step := range []func() error{w.about, w.number, w.matches, w.records, w.rest} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// writer writes one archive.
type writer struct {
	ctx      context.Context //nolint:containedctx // of one call of Write
	tx       *sql.Tx
	r        *result.Result
	batches  chan batch
	inserted chan error
	numbers  [][]int32 // by side and row: the record's number; 0: the row is no record
	match    []int32   // by number: the record's match
	open     []int32   // by number: its place among the open records, from 1
}

// bulk is how many rows are inserted by one statement. Each call costs as much as a row; the driver looks each value up among all of them.
const bulk = 6

// table is one that rows are inserted into, all of its columns.
type table struct {
	w            *writer
	many, single *sql.Stmt
	columns      int
	values       []any // of the next rows
}

// batch is rows on their way into a table.
type batch struct {
	into   *table
	values []any
}

func (w *writer) table(name string, columns int) (*table, error) {
	one := "(?" + strings.Repeat(", ?", columns-1) + ")"
	many, err := w.tx.PrepareContext(w.ctx, "INSERT INTO "+name+" VALUES "+one+strings.Repeat(", "+one, bulk-1))
	if err != nil {
		return nil, err
	}
	single, err := w.tx.PrepareContext(w.ctx, "INSERT INTO "+name+" VALUES "+one)
	return &table{w: w, many: many, single: single, columns: columns}, err
}

// row takes a row, which is inserted while the next ones are made.
func (t *table) row(values ...any) error {
	if t.values == nil {
		t.values = make([]any, 0, bulk*t.columns)
	}
	if t.values = append(t.values, values...); len(t.values) < bulk*t.columns {
		return nil
	}
	return t.end()
}

// end sends the rows that were taken on their way.
func (t *table) end() error {
	t.w.batches <- batch{t, t.values}
	t.values = nil
	return t.w.ctx.Err()
}

// insert inserts batches in the order in which they come.
func (w *writer) insert() {
	var failed error
	for b := range w.batches {
		if failed != nil {
			continue
		}
		if len(b.values) == bulk*b.into.columns {
			_, failed = b.into.many.Exec(b.values...)
			continue
		}
		for values := range slices.Chunk(b.values, b.into.columns) {
			if _, failed = b.into.single.Exec(values...); failed != nil {
				break
			}
		}
	}
	w.inserted <- failed
}

func (w *writer) about() error {
	into, err := w.table("about", 2)
	if err != nil {
		return err
	}
	for _, fact := range []struct {
		name  string
		value any
	}{{"format", format}, {"rules", string(w.r.Rules)}, {"notes", w.r.Notes}, {"dropped", w.r.Dropped}} {
		value, err := json.Marshal(fact.value)
		if err != nil {
			return err
		}
		if err := into.row(fact.name, string(value)); err != nil {
			return err
		}
	}
	if err := into.end(); err != nil {
		return err
	}
	into, err = w.table("sources", 11)
	if err != nil {
		return err
	}
	for side, f := range w.r.Sources {
		columns, err := json.Marshal(f.Columns)
		if err != nil {
			return err
		}
		files, err := json.Marshal(f.Pieces)
		if err != nil {
			return err
		}
		if err := into.row(side, f.Name, f.SHA256, f.Format, f.Encoding, f.Currency, f.Rows, f.Records, f.Repeated, string(columns), string(files)); err != nil {
			return err
		}
	}
	return into.end()
}

// number gives the records their numbers, and says of each what became of it.
func (w *writer) number() error {
	w.match, w.open = []int32{0}, []int32{0}
	for _, f := range w.r.Sources {
		numbers := make([]int32, f.Rows+1)
		for row := 1; row <= f.Rows; row++ {
			if f.Key(row) != "" {
				numbers[row] = int32(len(w.match)) //nolint:gosec // below two thousand million
				w.match, w.open = append(w.match, 0), append(w.open, 0)
			}
		}
		w.numbers = append(w.numbers, numbers)
	}
	for i := range w.r.Matches {
		for _, m := range w.r.Matches[i].Members {
			w.match[w.numbers[m.Side][m.Row]] = int32(w.r.Matches[i].ID) //nolint:gosec // below two thousand million
		}
	}
	for i := range w.r.Open {
		w.open[w.numbers[w.r.Open[i].Side][w.r.Open[i].Row]] = int32(i + 1) //nolint:gosec // below two thousand million
	}
	return nil
}

func (w *writer) matches() error {
	into, err := w.table("matches", 13)
	if err != nil {
		return err
	}
	var members, parts []byte
	for i := range w.r.Matches {
		m := &w.r.Matches[i]
		members, parts = append(members[:0], '['), appendParts(parts[:0], w.r.Parts(m))
		for k, member := range m.Members {
			if k > 0 {
				members = append(members, ',')
			}
			members = strconv.AppendInt(members, int64(w.numbers[member.Side][member.Row]), 10)
		}
		members = append(members, ']')
		if err := into.row(m.ID, string(m.Kind), string(m.Status), m.Pass, filled(m.Settled), m.Confidence, m.Amount.Minor, m.Difference.Minor, filled(string(m.Amount.Currency)),
			m.Days, filled(m.Cause), string(members), filled(string(parts))); err != nil {
			return err
		}
	}
	return into.end()
}

// filled leaves out what is empty.
func filled(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func (w *writer) records() error {
	into, err := w.table("records", 12)
	if err != nil {
		return err
	}
	originals, err := w.table("originals", 3)
	if err != nil {
		return err
	}
	var values, nearest []byte
	for side := range w.r.Sources {
		f := &w.r.Sources[side]
		piece, last := 0, f.Rows
		if len(f.Pieces) > 0 {
			last = f.Pieces[0].Rows
		}
		for at := 1; at <= f.Rows; at++ {
			for at > last && piece < len(f.Pieces)-1 {
				piece++
				last += f.Pieces[piece].Rows
			}
			number := w.numbers[side][at]
			if number == 0 {
				continue
			}
			shown := f.Record(at)
			var day, amount, reason, match any
			if !shown.Date.IsZero() {
				day = int64(record.DayOf(shown.Date))
			}
			if shown.Amount != (money.Amount{}) {
				amount = shown.Amount.Minor
			}
			nearest = nearest[:0]
			if w.match[number] > 0 {
				match = int64(w.match[number])
			} else if at := w.open[number]; at > 0 {
				reason = w.r.Open[at-1].Reason
				nearest = w.appendNearest(nearest, &w.r.Open[at-1])
			}
			if err := into.row(int64(number), side, at, piece, f.Key(at), match, day, amount, filled(string(shown.Amount.Currency)), filled(shown.ID), filled(shown.Text), reason); err != nil {
				return err
			}
			values = append(values[:0], '[')
			for k, value := range f.Original(at) {
				if k > 0 {
					values = append(values, ',')
				}
				values = appendText(values, value)
			}
			if err := originals.row(int64(number), string(append(values, ']')), filled(string(nearest))); err != nil {
				return err
			}
		}
	}
	return errors.Join(into.end(), originals.end())
}

func (w *writer) appendNearest(b []byte, open *result.Open) []byte {
	all := open.More
	if open.Nearest != nil {
		all = append([]result.Nearest{*open.Nearest}, all...)
	}
	for k, n := range all {
		b = append(b, ","[:min(k, 1)]...)
		if k == 0 {
			b = append(b, '[')
		}
		b = strconv.AppendInt(append(b, '['), int64(w.numbers[n.Side][n.Row]), 10)
		b = appendNumber(append(b, ','), n.Confidence)
		b = append(appendText(append(b, ','), n.Apart), ']')
	}
	if len(all) > 0 {
		b = append(b, ']')
	}
	return b
}

// appendParts appends the evidence of a match: [[field, finding, bits], …]; nothing where there is none.
func appendParts(b []byte, parts []result.Part) []byte {
	for k, p := range parts {
		b = append(b, ","[:min(k, 1)]...)
		if k == 0 {
			b = append(b, '[')
		}
		b = appendText(append(b, '['), p.Field)
		b = appendText(append(b, ','), p.Finding)
		b = append(appendNumber(append(b, ','), p.Weight), ']')
	}
	if len(parts) > 0 {
		b = append(b, ']')
	}
	return b
}

// mostBits stands for evidence that is beyond all doubt, which JSON has no number for.
const mostBits = 1e9

func appendNumber(b []byte, f float64) []byte {
	if math.IsNaN(f) {
		f = 0
	}
	return strconv.AppendFloat(b, max(-mostBits, min(mostBits, f)), 'g', -1, 64)
}

// appendText appends a text as JSON.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == '"' || s[i] == '\\' || s[i] >= utf8.RuneSelf && !utf8.ValidString(s) {
			quoted, _ := json.Marshal(s) // a text can always be written
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// rest writes the small tables.
func (w *writer) rest() error {
	into, err := w.table("rejects", 7)
	if err != nil {
		return err
	}
	for i, r := range w.r.Rejects {
		if err := into.row(i+1, int(r.Side), r.Row, r.Line, r.Column, r.Value, r.Reason); err != nil {
			return err
		}
	}
	if err := into.end(); err != nil {
		return err
	}
	if into, err = w.table("sums", 15); err != nil {
		return err
	}
	for i, s := range w.r.Sums {
		if err := into.row(i+1, int(s.Side), s.Currency, s.In.Count, s.In.Minor, s.Matched.Count, s.Matched.Minor, s.Suggested.Count, s.Suggested.Minor,
			s.Offset.Count, s.Offset.Minor, s.Open.Count, s.Open.Minor, s.Break.Count, s.Break.Minor); err != nil {
			return err
		}
	}
	if err := into.end(); err != nil {
		return err
	}
	if into, err = w.table("passes", 5); err != nil {
		return err
	}
	for i, p := range w.r.Passes {
		if err := into.row(i+1, p.Name, p.Kind, p.Matches, p.Records); err != nil {
			return err
		}
	}
	return into.end()
}

// indexes makes the index after the rows: to sort many keys once is much less work than to keep them in order.
func (w *writer) indexes() error {
	_, err := w.tx.ExecContext(w.ctx, "CREATE UNIQUE INDEX records_by_key ON records (key)")
	return err
}
