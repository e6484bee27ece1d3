package recon

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"khadamat/internal/money"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
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
