package recon

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/source"
	"khadamat/internal/recon/source/open"
	"khadamat/internal/texts"
)

// Input is one side: its files, read one after another. A row that stands in several of them counts once: in each later file, as many
// equal rows are left out as the files before have at most.
type Input struct {
	Name    string         `json:"name"` // empty: that of the files
	Files   []File         `json:"files"`
	Mapping record.Mapping `json:"mapping,omitempty"` // what a person said about columns; what it leaves out is learnt
}

// File is a file of records on this machine.
type File struct {
	Path   string `json:"path"`
	Name   string `json:"name"`             // as people know it; empty: that of the path
	SHA256 string `json:"sha256,omitempty"` // in hexadecimal; a file of another content is refused. Empty: not checked
	Format string `json:"format,omitempty"` // empty: found out
	Sheet  string `json:"sheet,omitempty"`
}

// Side is what is known of one side: its records, and what they were taken for.
type Side struct {
	kept    Kept
	set     *record.Set
	ids     *record.Texts
	amounts []int64
	known   []bool
	days    []record.Day
	ccy     *record.Texts
	naming  func() *names // once
	unmap   func() error  // nil: the records are held in memory
}

// Kept is what is known of a side besides its records, so that it need not be found out again.
type Kept struct {
	File     result.File
	Rejects  []result.Reject
	Notes    []string // what a reader should know about the files, in sentences
	Profiles []record.Profile
}

// names are the keys of a side's records: what they say, and which of equal ones they are, where that is not the first.
type names struct {
	contents []result.Content
	equals   map[int32]int
}

// Close gives back the file that the records lie in, where they were kept. Nothing of the side, its set and its file may be used after it.
func (s *Side) Close() error {
	if s.unmap == nil {
		return nil
	}
	unmap := s.unmap
	s.unmap = nil
	return unmap()
}

// Set returns the records with what their columns were taken for.
func (s *Side) Set() *record.Set { return s.set }

// Kept returns what is known of the side besides its records.
func (s *Side) Kept() *Kept { return &s.kept }

// File returns the side's source for a result. Currency is that of its amounts as Reconcile has settled it.
func (s *Side) File(currency string) result.File {
	s.kept.File.Currency = currency
	return s.kept.File
}

// Reading says how a side is read.
type Reading struct {
	Language i18n.Language         // of what people read about rows that cannot be read
	Keep     string                // a file that the records are kept in until Close, which Restore continues from; empty: they are held in memory
	Tell     func(rows, all int64) // told from time to time how many rows are done, and about how many there are: 0 where that is not known
}

// tellEvery is how many rows pass between two words about the progress.
const tellEvery = record.BlockRows

// Read reads a side and learns what its columns are. The error of a file that cannot be worked with is for Explain.
func Read(ctx context.Context, which result.Side, in Input, o Reading) (*Side, error) {
	r := &reader{side: &Side{set: &record.Set{}}, which: which, o: o, sentences: map[string]string{}, most: map[result.Content]int{}, several: len(in.Files) > 1}
	if o.Keep != "" {
		spill, err := record.NewSpill(o.Keep)
		if err != nil {
			return nil, err
		}
		r.spill = spill
	}
	if err := r.read(ctx, in); err != nil {
		if r.spill != nil {
			err = errors.Join(err, r.spill.Drop())
		}
		return nil, err
	}
	s := r.side
	if r.spill != nil {
		unmap, err := r.spill.Close(s.set)
		if err != nil {
			return nil, err
		}
		s.unmap = unmap
	}
	s.set.Learn()
	if err := s.set.Apply(in.Mapping); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", s.kept.File.Name, err), s.Close())
	}
	for i := range s.set.Columns {
		c := &s.set.Columns[i]
		s.kept.Profiles = append(s.kept.Profiles, c.Profile)
		s.kept.File.Columns = append(s.kept.File.Columns, result.Column{Name: c.Name, Role: string(c.Profile.Role), Format: c.Profile.Written(), Confidence: c.Profile.Confidence})
	}
	s.derive(which)
	return s, nil
}

// Restore returns the side that was read before, from the file that its records were kept in. It returns record.ErrTorn (in the chain)
// where the two do not belong together.
func Restore(which result.Side, keep string, kept *Kept) (*Side, error) {
	set, unmap, err := record.OpenSpilled(keep)
	if err != nil {
		return nil, err
	}
	if len(set.Columns) != len(kept.Profiles) || set.Len() != kept.File.Records {
		return nil, errors.Join(record.ErrTorn, unmap())
	}
	for i := range set.Columns {
		set.Columns[i].Profile = kept.Profiles[i]
	}
	s := &Side{kept: *kept, set: set, unmap: unmap}
	s.derive(which)
	return s, nil
}

// reader reads the files of a side.
type reader struct {
	side      *Side
	which     result.Side
	o         Reading
	spill     *record.Spill
	sentences map[string]string // each reason of a reject once
	several   bool
	most      map[result.Content]int // rows of each content: the most that one file has had
}

func (r *reader) read(ctx context.Context, in Input) error {
	s := r.side
	var shown []string
	for _, f := range in.Files {
		name := shownName(f.Name)
		if f.Name == "" {
			name = shownName(f.Path)
		}
		shown = append(shown, name)
		if err := r.file(ctx, f, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	file := &s.kept.File
	if file.Name = in.Name; in.Name == "" {
		file.Name = strings.Join(shown, " + ")
	}
	s.set.Name = file.Name
	if s.set.Len() == 0 {
		return fmt.Errorf("%s: %w", file.Name, &source.Problem{Key: "recon.no_records"})
	}
	file.Records = s.set.Len()
	file.SHA256 = file.Pieces[0].SHA256
	if len(file.Pieces) > 1 {
		all := sha256.New()
		for _, piece := range file.Pieces {
			all.Write([]byte(piece.SHA256))
		}
		file.SHA256 = hex.EncodeToString(all.Sum(nil))
	}
	return nil
}

// shownName is a name as people see it: without the folders of whoever sent it, and nothing that a terminal or a page would obey.
func shownName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > 120 {
		name = string(runes[:119]) + "…"
	}
	return name
}

// file reads one file.
func (r *reader) file(ctx context.Context, f File, name string) error {
	s := r.side
	sum, err := fingerprint(ctx, f.Path)
	if err != nil {
		return err
	}
	if f.SHA256 != "" && !strings.EqualFold(f.SHA256, sum) {
		return &source.Problem{Key: "recon_engine.file_changed"}
	}
	from, err := open.File(f.Path, source.Options{Format: source.Format(f.Format), Sheet: f.Sheet})
	if err != nil {
		return err
	}
	defer from.Close()
	described := from.Description()
	for _, note := range described.Notes {
		s.kept.Notes = append(s.kept.Notes, name+": "+valid(Explain(r.o.Language, &note)))
	}
	if file := &s.kept.File; len(file.Pieces) == 0 {
		file.Format, file.Encoding = string(described.Format), described.Encoding
	}
	columns := r.columns(described.Header)
	first, err := r.rows(ctx, from, columns, described.Header)
	if err != nil {
		return err
	}
	s.kept.File.Pieces = append(s.kept.File.Pieces, result.Piece{Name: name, SHA256: sum, Rows: s.kept.File.Rows - first})
	return nil
}

// columns returns, for each column of the set, the place of its value in the rows of a file; -1 where the file has none. Columns that the
// files before did not have are added.
func (r *reader) columns(header []string) []int {
	set := r.side.set
	places := slices.Repeat([]int{-1}, len(set.Columns))
	for at, name := range header {
		name = valid(name)
		k := 0
		for k < len(places) && (places[k] >= 0 || set.Columns[k].Name != name) {
			k++
		}
		if k == len(places) {
			set.AddColumn(name)
			places = append(places, -1)
		}
		places[k] = at
	}
	return places
}

// rows reads the rows of a file and returns how many there were before.
func (r *reader) rows(ctx context.Context, from source.Source, columns []int, header []string) (before int, err error) {
	s := r.side
	file := &s.kept.File
	before = file.Rows
	keys := result.NewKeys(r.which, header)
	counted := map[result.Content]int{}
	for {
		row, err := from.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		var problem *source.Problem
		if err != nil && !(errors.As(err, &problem) && problem.Row > 0) {
			return before, err
		}
		file.Rows++
		if done := file.Rows; done%tellEvery == 0 {
			r.tell(from, before)
			if err := ctx.Err(); err != nil {
				return before, err
			}
		}
		if problem != nil {
			s.kept.Rejects = append(s.kept.Rejects, r.reject(before, problem))
			continue
		}
		if r.several {
			content := keys.Content(func(column int) []byte { return row.Values[column] })
			if counted[content]++; counted[content] <= r.most[content] {
				file.Repeated++
				continue
			}
			r.most[content]++
		}
		s.set.Rows = append(s.set.Rows, int32(before+row.Number)) //nolint:gosec // below two thousand million rows
		for i, place := range columns {
			var value []byte
			if place >= 0 {
				value = row.Values[place]
			}
			s.set.Columns[i].Values.Add(value)
		}
		if r.spill != nil && s.set.Len()%record.BlockRows == 0 {
			if err := r.spill.Keep(s.set); err != nil {
				return before, err
			}
		}
	}
	r.tell(from, before)
	return before, nil
}

// reject says why a row cannot be read.
func (r *reader) reject(before int, problem *source.Problem) result.Reject {
	reason := valid(texts.Catalog().T(r.o.Language, problem.Key, problem.Args))
	if known, ok := r.sentences[reason]; ok {
		reason = known
	} else {
		r.sentences[reason] = reason
	}
	return result.Reject{Side: r.which, Row: before + problem.Row, Line: problem.Line, Column: valid(problem.Column), Value: valid(problem.Value), Reason: reason}
}

// valid makes text of what may be none, so that it can be kept as JSON and come back as it was.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// tell says how far it is. How many rows there are is concluded from how much of the file was read for those that are done.
func (r *reader) tell(from source.Source, before int) {
	if r.o.Tell == nil {
		return
	}
	rows := int64(r.side.kept.File.Rows)
	all := int64(0)
	if done, size := open.Position(from); done > 0 {
		all = int64(before) + int64(float64(rows-int64(before))*float64(size)/float64(done))
	}
	r.o.Tell(rows, max(all, rows))
}

// fingerprint returns the SHA-256 of a file.
func fingerprint(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	buffer := make([]byte, 1<<20)
	for {
		n, err := f.Read(buffer)
		sum.Write(buffer[:n])
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(sum.Sum(nil)), nil
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return "", err
		}
	}
}

// derive reads amounts, days and the like out of the columns.
func (s *Side) derive(which result.Side) {
	s.ids, s.ccy = record.IDs(s.set), record.Currencies(s.set)
	s.set.Derive()
	s.amounts, s.known = record.Amounts(s.set)
	s.days = record.Days(s.set)
	s.set.Release()
	s.naming = sync.OnceValue(func() *names { return s.nameAll(which) })
	s.kept.File.Record, s.kept.File.Brief, s.kept.File.Original, s.kept.File.Key = s.record, s.brief, s.original, s.key
}

// index returns the number of a row's record, -1 where the row is none.
func (s *Side) index(row int) int {
	if row > 0 && row <= len(s.set.Rows) && int(s.set.Rows[row-1]) == row {
		return row - 1
	}
	at, found := slices.BinarySearch(s.set.Rows, int32(row)) //nolint:gosec // no row is larger
	if !found {
		return -1
	}
	return at
}

// nameAll makes the keys of all records.
func (s *Side) nameAll(which result.Side) *names {
	columns := make([]string, len(s.set.Columns))
	for i := range columns {
		columns[i] = s.set.Columns[i].Name
	}
	n := &names{contents: make([]result.Content, s.set.Len()), equals: map[int32]int{}}
	var pieces sync.WaitGroup
	var next atomic.Int64
	for range 2 { // few, for others work beside us
		pieces.Go(func() {
			keys := result.NewKeys(which, columns)
			for {
				start := int(next.Add(record.BlockRows)) - record.BlockRows
				if start >= len(n.contents) {
					return
				}
				for i := start; i < min(start+record.BlockRows, len(n.contents)); i++ {
					n.contents[i] = keys.Content(func(column int) []byte { return s.set.Columns[column].Values.At(i) })
				}
			}
		})
	}
	pieces.Wait()
	order := make([]int32, len(n.contents))
	for i := range order {
		order[i] = int32(i) //nolint:gosec // below two thousand million
	}
	slices.SortFunc(order, func(a, b int32) int {
		if c := bytes.Compare(n.contents[a][:], n.contents[b][:]); c != 0 {
			return c
		}
		return int(a - b)
	})
	for k := 1; k < len(order); k++ {
		if n.contents[order[k]] == n.contents[order[k-1]] {
			n.equals[order[k]] = n.equals[order[k-1]] + 1
		}
	}
	return n
}

func (s *Side) keyAt(i int) string {
	n := s.naming()
	return result.Key(n.contents[i], n.equals[int32(i)]) //nolint:gosec // below two thousand million
}

// key returns the key of a row's record.
func (s *Side) key(row int) string {
	i := s.index(row)
	if i < 0 {
		return ""
	}
	return s.keyAt(i)
}

// currency is that of a record's amount.
func (s *Side) currency(i int) money.Currency {
	if only := s.kept.File.Currency; s.ccy != nil && only == "" { // where there is one, all records name it
		if named := bytes.TrimSpace(s.ccy.At(i)); len(named) > 0 {
			return money.Currency(strings.ToUpper(string(named)))
		}
	}
	return money.Currency(s.kept.File.Currency)
}

func (s *Side) amount(i int) money.Amount {
	if s.amounts == nil {
		return money.Amount{}
	}
	return money.Of(s.amounts[i], s.currency(i))
}

// brief shows a record by its row, without its text.
func (s *Side) brief(row int) result.Record {
	i := s.index(row)
	if i < 0 {
		return result.Record{}
	}
	r := result.Record{Amount: s.amount(i)}
	if s.ids != nil {
		r.ID = string(s.ids.At(i))
	}
	if s.days != nil && s.days[i] != record.NoDay {
		r.Date = s.days[i].Time()
	}
	return r
}

// record shows a record by its row.
func (s *Side) record(row int) result.Record {
	r := s.brief(row)
	i := s.index(row)
	if i < 0 {
		return r
	}
	var words []string
	for k := range s.set.Columns {
		c := &s.set.Columns[k]
		if c.Profile.Type != record.Text || c.Profile.Role == record.ID || c.Profile.Role == record.Currency || &c.Values == s.ids {
			continue
		}
		if value := bytes.TrimSpace(c.Values.At(i)); len(value) > 0 {
			words = append(words, string(value))
		}
	}
	r.Text = strings.Join(words, " · ")
	return r
}

// original returns the values of a row's record as they stand in the file.
func (s *Side) original(row int) []string {
	i := s.index(row)
	if i < 0 {
		return nil
	}
	values := make([]string, len(s.set.Columns))
	for k := range values {
		values[k] = string(s.set.Columns[k].Values.At(i))
	}
	return values
}

// settleCurrencies gives each side the currency of its amounts where it has one only: its own, or else that of the others where they all
// have the same, or what a ruleset says.
func settleCurrencies(sides []*Side, said string) {
	own := make([]string, len(sides))
	all := map[string]bool{}
	for k, s := range sides {
		if s.ccy != nil {
			own[k] = s.onlyCurrency()
			all[own[k]] = true
		}
	}
	for k, s := range sides {
		switch currency := strings.Join(slices.Collect(maps.Keys(all)), ""); {
		case s.ccy != nil:
			s.kept.File.Currency = own[k]
		case said != "":
			s.kept.File.Currency = said
		case len(all) == 1:
			s.kept.File.Currency = currency
		}
	}
}

// onlyCurrency is the one that all records name, empty where they differ.
func (s *Side) onlyCurrency() string {
	first := bytes.TrimSpace(s.ccy.At(0))
	for i := range s.ccy.Len() {
		if !bytes.Equal(bytes.TrimSpace(s.ccy.At(i)), first) {
			return ""
		}
	}
	return strings.ToUpper(string(first))
}
