package archive

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// Archive is an open archive. It is safe for many goroutines.
type Archive struct {
	db *sql.DB
}

// Open opens the archive at path to be read. It returns an error where there is none, or one of another format.
func Open(path string) (*Archive, error) {
	if _, err := os.Stat(path); err != nil { // SQLite would make one
		return nil, fmt.Errorf("archive: %w", err)
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&immutable=1&_pragma=query_only(1)&_pragma=mmap_size(1073741824)")
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	a := &Archive{db}
	var found int
	if err := a.fact(context.Background(), "format", &found); err != nil {
		return nil, errors.Join(fmt.Errorf("archive %s: %w", path, err), db.Close())
	}
	if found != format {
		return nil, errors.Join(fmt.Errorf("archive %s has format %d, want %d", path, found, format), db.Close())
	}
	return a, nil
}

// Close closes the archive.
func (a *Archive) Close() error { return a.db.Close() }

func (a *Archive) fact(ctx context.Context, name string, into any) error {
	var value string
	if err := a.db.QueryRowContext(ctx, "SELECT value FROM about WHERE name = ?", name).Scan(&value); err != nil {
		return err
	}
	return json.Unmarshal([]byte(value), into)
}

// About returns what the archive says of the run as a whole.
func (a *Archive) About(ctx context.Context) (*About, error) {
	about := &About{}
	var rules string
	err := errors.Join(a.fact(ctx, "rules", &rules), a.fact(ctx, "notes", &about.Notes), a.fact(ctx, "dropped", &about.Dropped))
	if err != nil {
		return nil, err
	}
	about.Rules = []byte(rules)
	err = a.each(ctx, "SELECT name, sha256, format, encoding, currency, rows, records, repeated, columns, files FROM sources ORDER BY side", nil, func(rows *sql.Rows) error {
		var f result.File
		var columns, files string
		if err := rows.Scan(&f.Name, &f.SHA256, &f.Format, &f.Encoding, &f.Currency, &f.Rows, &f.Records, &f.Repeated, &columns, &files); err != nil {
			return err
		}
		about.Sources = append(about.Sources, f)
		last := &about.Sources[len(about.Sources)-1]
		return errors.Join(json.Unmarshal([]byte(columns), &last.Columns), json.Unmarshal([]byte(files), &last.Pieces))
	})
	if err != nil {
		return nil, err
	}
	err = a.each(ctx, `SELECT side, currency, in_count, in_amount, matched_count, matched_amount, suggested_count, suggested_amount, offset_count, offset_amount,
		open_count, open_amount, break_count, break_amount FROM sums ORDER BY number`, nil, func(rows *sql.Rows) error {
		var s result.Sums
		err := rows.Scan(&s.Side, &s.Currency, &s.In.Count, &s.In.Minor, &s.Matched.Count, &s.Matched.Minor, &s.Suggested.Count, &s.Suggested.Minor,
			&s.Offset.Count, &s.Offset.Minor, &s.Open.Count, &s.Open.Minor, &s.Break.Count, &s.Break.Minor)
		about.Sums = append(about.Sums, s)
		return err
	})
	if err != nil {
		return nil, err
	}
	return about, a.each(ctx, "SELECT name, kind, matches, records FROM passes ORDER BY number", nil, func(rows *sql.Rows) error {
		var p result.Pass
		err := rows.Scan(&p.Name, &p.Kind, &p.Matches, &p.Records)
		about.Passes = append(about.Passes, p)
		return err
	})
}

func (a *Archive) each(ctx context.Context, query string, args []any, visit func(rows *sql.Rows) error) error {
	rows, err := a.db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := visit(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

const recordColumns = "r.number, r.side, r.row, r.file, r.key, r.match, r.day, r.amount, r.currency, r.id, r.text, r.reason"

// scanned takes a record out of a row.
type scanned struct {
	r                       Record
	match, day, amount      sql.NullInt64
	currency, id, text, why sql.NullString
	values, nearest         sql.NullString
	side                    int
	into                    []any
}

func newScanned(full bool) *scanned {
	s := &scanned{}
	s.into = []any{&s.r.Number, &s.side, &s.r.Row, &s.r.File, &s.r.Key, &s.match, &s.day, &s.amount, &s.currency, &s.id, &s.text, &s.why}
	if full {
		s.into = append(s.into, &s.values, &s.nearest)
	}
	return s
}

func (s *scanned) scan(rows *sql.Rows) (Record, error) {
	if err := rows.Scan(s.into...); err != nil {
		return Record{}, err
	}
	r := s.r
	r.Side, r.Match, r.Day = result.Side(s.side), int(s.match.Int64), record.NoDay //nolint:gosec // eight at most
	if s.day.Valid {
		r.Day = record.Day(s.day.Int64) //nolint:gosec // it was one
	}
	r.Amount = money.Of(s.amount.Int64, money.Currency(s.currency.String))
	r.ID, r.Text, r.Reason = s.id.String, s.text.String, s.why.String
	return r, nil
}

// EachRecord visits all records in the order of their numbers.
func (a *Archive) EachRecord(ctx context.Context, visit func(Record) error) error {
	s := newScanned(false)
	return a.each(ctx, "SELECT "+recordColumns+" FROM records r ORDER BY r.number", nil, func(rows *sql.Rows) error {
		r, err := s.scan(rows)
		if err != nil {
			return err
		}
		return visit(r)
	})
}

const matchColumns = "id, kind, status, pass, settled, confidence, amount, difference, currency, days, cause, members"

func scanMatch(rows interface{ Scan(into ...any) error }, more ...any) (Match, error) {
	var m Match
	var settled, currency, cause sql.NullString
	var members string
	err := rows.Scan(append([]any{&m.ID, &m.Kind, &m.Status, &m.Pass, &settled, &m.Confidence, &m.Amount.Minor, &m.Difference.Minor, &currency, &m.Days, &cause, &members}, more...)...)
	if err != nil {
		return m, err
	}
	m.Settled, m.Cause = settled.String, cause.String
	m.Amount.Currency, m.Difference.Currency = money.Currency(currency.String), money.Currency(currency.String)
	m.Members, err = parseNumbers(members)
	return m, err
}

// parseNumbers reads [1,2,3], which is most of what an index reads.
func parseNumbers(list string) ([]int, error) {
	numbers := make([]int, 0, 1+strings.Count(list, ","))
	n, digits := 0, false
	for i := range len(list) {
		switch c := list[i]; {
		case '0' <= c && c <= '9':
			n, digits = 10*n+int(c-'0'), true
		case digits:
			numbers = append(numbers, n)
			n, digits = 0, false
		case c != '[' && c != ']':
			return nil, fmt.Errorf("%q is no list of numbers", list)
		}
	}
	return numbers, nil
}

// EachMatch visits all matches in the order of their ids.
func (a *Archive) EachMatch(ctx context.Context, visit func(Match) error) error {
	return a.each(ctx, "SELECT "+matchColumns+" FROM matches ORDER BY id", nil, func(rows *sql.Rows) error {
		m, err := scanMatch(rows)
		if err != nil {
			return err
		}
		return visit(m)
	})
}

// Match returns a match with its evidence and its records in the order of its members. It returns not found where there is none.
func (a *Archive) Match(ctx context.Context, id int) (Match, []result.Part, []Full, error) {
	var parts sql.NullString
	m, err := scanMatch(a.db.QueryRowContext(ctx, "SELECT "+matchColumns+", parts FROM matches WHERE id = ?", id), &parts)
	if errors.Is(err, sql.ErrNoRows) {
		return m, nil, nil, errs.New(errs.NotFound, "recon_engine.no_such_match")
	}
	if err != nil {
		return m, nil, nil, err
	}
	records, err := a.Numbered(ctx, m.Members)
	if err != nil {
		return m, nil, nil, err
	}
	explained, err := parseParts(parts.String)
	return m, explained, records, err
}

// parseParts reads what appendParts wrote.
func parseParts(text string) ([]result.Part, error) {
	if text == "" {
		return nil, nil
	}
	var raw [][3]any
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return nil, err
	}
	parts := make([]result.Part, len(raw))
	for i, r := range raw {
		parts[i].Field, _ = r[0].(string)
		parts[i].Finding, _ = r[1].(string)
		parts[i].Weight, _ = r[2].(float64)
	}
	return parts, nil
}

const fullColumns = recordColumns + ", o.data, o.nearest FROM records r JOIN originals o ON o.number = r.number"

// fullBatch is how many records are asked for at once.
const fullBatch = 500

// records returns records in full, by one column, in the order of what is asked for. It returns not found where one is missing.
func records[K comparable](ctx context.Context, a *Archive, column string, keys []K, key func(*Full) K) ([]Full, error) {
	all := make([]Full, 0, len(keys))
	for batch := range slices.Chunk(keys, fullBatch) {
		args := make([]any, len(batch))
		for i, k := range batch {
			args[i] = k
		}
		found := make(map[K]Full, len(batch))
		s := newScanned(true)
		err := a.each(ctx, "SELECT "+fullColumns+" WHERE r."+column+" IN (?"+strings.Repeat(", ?", len(batch)-1)+")", args, func(rows *sql.Rows) error {
			full, err := s.full(rows)
			found[key(&full)] = full
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, k := range batch {
			full, ok := found[k]
			if !ok {
				return nil, errs.New(errs.NotFound, "recon_engine.no_such_record")
			}
			all = append(all, full)
		}
	}
	return all, nil
}

func (s *scanned) full(rows *sql.Rows) (Full, error) {
	r, err := s.scan(rows)
	if err != nil {
		return Full{}, err
	}
	full := Full{Record: r}
	if err := json.Unmarshal([]byte(s.values.String), &full.Values); err != nil {
		return full, err
	}
	if s.nearest.String == "" {
		return full, nil
	}
	var nearest [][3]any
	if err := json.Unmarshal([]byte(s.nearest.String), &nearest); err != nil {
		return full, err
	}
	for _, n := range nearest {
		number, _ := n[0].(float64)
		confidence, _ := n[1].(float64)
		apart, _ := n[2].(string)
		full.Nearest = append(full.Nearest, Nearest{int(number), confidence, apart})
	}
	return full, nil
}

// Records returns records by their keys, in the order of these. It returns not found where there is no such record.
func (a *Archive) Records(ctx context.Context, keys []string) ([]Full, error) {
	return records(ctx, a, "key", keys, func(r *Full) string { return r.Key })
}

// Numbered returns records by their numbers, in the order of these. It returns not found where there is no such record.
func (a *Archive) Numbered(ctx context.Context, numbers []int) ([]Full, error) {
	return records(ctx, a, "number", numbers, func(r *Full) int { return r.Number })
}

// mostFound bounds what a search returns.
const mostFound = 1000

// Search returns the records that a query chooses, in the order of their numbers.
func (a *Archive) Search(ctx context.Context, q Query) ([]Full, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 100
	}
	limit = min(limit, mostFound)
	from, where, args := "originals o", "", []any{int(q.Side), int(q.Side)}
	if q.Min != nil {
		where, args = where+" AND r.amount >= ?", append(args, *q.Min)
	}
	if q.Max != nil {
		where, args = where+" AND r.amount <= ?", append(args, *q.Max)
	}
	if q.OpenOnly {
		where += " AND r.match IS NULL"
	}
	if where != "" {
		from += " JOIN records r ON r.number = o.number"
	}
	// The records of a side have numbers in a row. Their values have everything that stands in id and text.
	const ofSide = "o.number > (SELECT coalesce(sum(records), 0) FROM sources WHERE side < ?) AND o.number <= (SELECT sum(records) FROM sources WHERE side <= ?)"
	var words [][]byte
	for _, word := range strings.Fields(record.Fold(q.Text)) {
		words = append(words, []byte(word))
	}
	var numbers []int
	var number int
	var values sql.RawBytes
	var folded []byte
	enough := errors.New("enough")
	err := a.each(ctx, "SELECT o.number, o.data FROM "+from+" WHERE "+ofSide+where+" ORDER BY o.number", args, func(rows *sql.Rows) error {
		if err := rows.Scan(&number, &values); err != nil {
			return err
		}
		if len(words) > 0 {
			folded = record.AppendFold(folded[:0], values)
		}
		for _, word := range words {
			if !bytes.Contains(folded, word) {
				return nil
			}
		}
		if numbers = append(numbers, number); len(numbers) == limit {
			return enough
		}
		return nil
	})
	if err != nil && !errors.Is(err, enough) {
		return nil, err
	}
	return a.Numbered(ctx, numbers)
}
