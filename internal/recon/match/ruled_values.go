package match

import (
	"bytes"
	"hash/maphash"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/rules"
)

// values are what a side has for a compared field.
type values struct {
	minor    []int64 // of AmountValues
	known    []bool
	day      []record.Day    // of DayValues
	texts    []*record.Texts // of TextValues, read as one
	constant []byte          // in place of texts
	extract  *regexp.Regexp
	last     int
}

// load reads the values of some columns. Amounts and days come typed; texts stay where they are.
func load(set *record.Set, columns []int, as Values, field rules.Field, side int) (*values, error) {
	v := &values{last: field.Last}
	if field.Extract != "" {
		pattern, err := regexp.Compile(field.Extract)
		if err != nil {
			return nil, err
		}
		v.extract = pattern
	}
	for _, i := range columns {
		v.texts = append(v.texts, &set.Columns[i].Values)
	}
	switch as {
	case AmountValues:
		// A column that is named holds amounts as they stand; one that was found by its role keeps it: a debit counts less.
		if only := set.Columns[columns[0]]; len(columns) == 1 && only.Profile.Role != record.Amount && (nameOf(field, side) != string(record.Amount) || !isMoney(only.Profile.Role)) {
			only.Profile.Role = record.Amount
			v.minor, v.known = record.Amounts(&record.Set{Rows: set.Rows, Columns: []record.Column{only}})
			break
		}
		v.minor, v.known = record.AmountsOf(set, columns)
	case DayValues:
		v.day = record.DaysOf(set, columns)
	}
	return v, nil
}

// raw returns the text of a record, as it is written, in room where it has to be put together.
func (v *values) raw(i int, room []byte) []byte {
	if len(v.texts) == 0 {
		return v.constant
	}
	text := v.texts[0].At(i)
	if len(v.texts) > 1 {
		room = append(room[:0], text...)
		for _, t := range v.texts[1:] {
			room = append(append(room, ' '), t.At(i)...)
		}
		text = room
	}
	if v.extract != nil {
		at := v.extract.FindSubmatchIndex(text)
		switch {
		case at == nil:
			return nil
		case len(at) > 2 && at[2] >= 0:
			return text[at[2]:at[3]]
		}
		return text[at[0]:at[1]]
	}
	return text
}

// appendText appends the folded text of a record, and says whether it has one.
func (v *values) appendText(to []byte, i int) ([]byte, bool) {
	var room [256]byte
	start := len(to)
	to = appendFolded(to, v.raw(i, room[:0]))
	if v.last > 0 {
		kept, letters := ending(to[start:], v.last)
		if letters < v.last {
			return to[:start], false
		}
		to = append(to[:start], kept...)
	}
	return to, len(to) > start
}

// ending returns the last letters and digits of a text, at most so many, and how many they are.
func ending(text []byte, most int) ([]byte, int) {
	kept := bytes.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
	letters := utf8.RuneCount(kept)
	for ; letters > most; letters-- {
		_, size := utf8.DecodeRune(kept)
		kept = kept[size:]
	}
	return kept, letters
}

// appendFolded appends a text without case, accents and needless spaces.
func appendFolded(to, text []byte) []byte {
	start := len(to)
	to = record.AppendFold(to, text)
	end, gap := start, false
	for _, b := range to[start:] {
		if b == ' ' || '\t' <= b && b <= '\r' {
			gap = end > start
			continue
		}
		if gap {
			to[end], gap = ' ', false
			end++
		}
		to[end] = b
		end++
	}
	return to[:end]
}

// operand is a compared field with the values of both sides.
type operand struct {
	*Compared
	of       [2]*values
	opposite bool // the right amounts count with the other sign
}

// appendKey appends what must be equal, and says whether the record has it.
func (o *operand) appendKey(to []byte, side, i int) ([]byte, bool) {
	v := o.of[side]
	switch o.As {
	case AmountValues:
		if !v.known[i] {
			return to, false
		}
		return appendInt(to, o.amount(side, i)), true
	case DayValues:
		return appendInt(to, int64(v.day[i])), v.day[i] != record.NoDay
	}
	to, ok := v.appendText(to, i)
	return append(to, 0x1f), ok // which no text has
}

func appendInt(to []byte, n int64) []byte {
	for shift := 0; shift < 64; shift += 8 {
		to = append(to, byte(n>>shift)) //nolint:gosec // a byte of it
	}
	return to
}

// amount is a record's amount as the left side counts.
func (o *operand) amount(side, i int) int64 {
	if side == 1 && o.opposite && o.Money {
		return -o.of[1].minor[i]
	}
	return o.of[side].minor[i]
}

// view is what a pass sees of a side.
type view struct {
	side int
	able []bool
}

// spread lists numbers by group: those of group g are members[starts[g]:starts[g+1]], ascending.
type spread struct {
	starts  []int32
	members []int32
}

func (s *spread) of(group int) []int32 { return s.members[s.starts[group]:s.starts[group+1]] }

// gathering are the records of two views with equal keys.
type gathering struct {
	count int // groups, numbered in the order of their first left record
	sides [2]spread
}

// key is a hash so long that two of a thousand million different ones are equal with a chance below 10⁻²⁰.
type key [2]uint64

// outside is the group of records that have no key, or that see no partner.
const outside = -1

// gather joins two views by the equality of all operands: linear in the number of records. Without operands, all are one group. Groups
// that have records of the first view only are kept.
func (x *ruled) gather(left, right view, by []*operand) *gathering {
	nLeft, nRight := len(left.able), len(right.able)
	ids := [2][]int32{make([]int32, nLeft), make([]int32, nRight)}
	g := &gathering{}
	if len(by) == 0 {
		g.count = 1
		for k, v := range []view{left, right} {
			for i, able := range v.able {
				if !able {
					ids[k][i] = outside
				}
			}
		}
	} else {
		g.count = x.number(ids, left, right, by)
	}
	for k := range ids {
		g.sides[k] = sortOut(ids[k], g.count)
	}
	return g
}

// around gathers all records that have the key of one that asks, of either side.
func (x *ruled) around(by []*operand, asks func(k, i int) bool) *gathering {
	var ids [2][]int32
	table := newKeyTable(0)
	for k := range ids {
		view := view{k, make([]bool, x.sides[k].Len())}
		for i := range view.able {
			view.able[i] = asks(k, i)
		}
		ids[k] = make([]int32, len(view.able))
		keys := make([]key, len(view.able))
		x.hash(view, by, func(i int, of key) { keys[i] = of })
		for _, of := range keys {
			if of != (key{}) {
				table.add(of)
			}
		}
	}
	for k := range ids {
		x.hash(view{k, slices.Repeat([]bool{true}, len(ids[k]))}, by, func(i int, of key) { ids[k][i] = table.find(of) })
	}
	g := &gathering{count: len(table.keys)}
	for k := range ids {
		g.sides[k] = sortOut(ids[k], g.count)
		ids[k] = nil
	}
	return g
}

// keyTable numbers keys in the order in which they are added.
type keyTable struct {
	slots []int32 // numbers from 1
	keys  []key
}

// newKeyTable returns a table with room for so many keys.
func newKeyTable(keys int) *keyTable {
	size := 16
	for size < 2*keys {
		size *= 2
	}
	return &keyTable{slots: make([]int32, size)}
}

func (t *keyTable) slot(k key) int {
	at := int(k[0]) & (len(t.slots) - 1) //nolint:gosec // a hash
	for t.slots[at] != 0 && t.keys[t.slots[at]-1] != k {
		at = (at + 1) & (len(t.slots) - 1)
	}
	return at
}

// find returns the number of a key, outside where it has none.
func (t *keyTable) find(k key) int32 {
	if k == (key{}) {
		return outside
	}
	return t.slots[t.slot(k)] - 1
}

// add returns the number of a key, a new one where it has none.
func (t *keyTable) add(k key) int32 {
	at := t.slot(k)
	if t.slots[at] == 0 {
		if t.keys = append(t.keys, k); 2*len(t.keys) > len(t.slots) {
			t.slots = make([]int32, 2*len(t.slots))
			for n, other := range t.keys {
				t.slots[t.slot(other)] = int32(n + 1) //nolint:gosec // below two thousand million
			}
			return int32(len(t.keys) - 1) //nolint:gosec // below two thousand million
		}
		t.slots[at] = int32(len(t.keys)) //nolint:gosec // below two thousand million
	}
	return t.slots[at] - 1
}

// number gives each record the number of its group, and returns how many groups there are.
func (x *ruled) number(ids [2][]int32, left, right view, by []*operand) int {
	keys := make([]key, len(left.able))
	x.hash(left, by, func(i int, k key) { keys[i] = k })
	table := newKeyTable(len(keys))
	table.keys = keys[:0] // there are never more than were looked at
	for i, k := range keys {
		ids[0][i] = outside
		if k != (key{}) {
			ids[0][i] = table.add(k)
		}
	}
	x.hash(right, by, func(i int, k key) { ids[1][i] = table.find(k) })
	return len(table.keys)
}

// hash tells for each record of a view the hash of what it must agree in, zero where it lacks some of that. It tells several at once.
func (x *ruled) hash(v view, by []*operand, tell func(i int, k key)) {
	inParallel(len(v.able), func(from, to int) {
		var room []byte
		for i := from; i < to; i++ {
			room = room[:0]
			ok := v.able[i]
			for k := 0; ok && k < len(by); k++ {
				room, ok = by[k].appendKey(room, v.side, i)
			}
			if !ok {
				tell(i, key{})
				continue
			}
			tell(i, key{maphash.Bytes(x.seeds[0], room) | 1, maphash.Bytes(x.seeds[1], room)})
		}
	})
}

// sortOut lists records by group.
func sortOut(ids []int32, groups int) spread {
	s := spread{starts: make([]int32, groups+1)}
	n := 0
	for _, id := range ids {
		if id != outside {
			s.starts[id+1]++
			n++
		}
	}
	for g := range groups {
		s.starts[g+1] += s.starts[g]
	}
	s.members = make([]int32, n)
	next := slices.Clone(s.starts[:groups])
	for i, id := range ids {
		if id != outside {
			s.members[next[id]] = int32(i) //nolint:gosec // below two thousand million
			next[id]++
		}
	}
	return s
}

// inParallel cuts the numbers below n into a stretch for each processor.
func inParallel(n int, do func(from, to int)) {
	workers := runtime.GOMAXPROCS(0)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() { do(w*n/workers, (w+1)*n/workers) })
	}
	group.Wait()
}
