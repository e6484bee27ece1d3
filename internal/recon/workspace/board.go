package workspace

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
	"sync"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// light is a record as a board holds it.
type light struct {
	key      string
	side     int
	row      int
	piece    int // the file of its side that it stands in
	day      record.Day
	amount   money.Amount
	id, text string
}

// found is a match as a run found it.
type foundMatch struct {
	number     int // in the archive
	kind       result.Kind
	status     result.Status
	pass       string
	confidence float64
	amount     money.Amount
	difference money.Amount
	days       int
	cause      string
	members    []int32 // records, by side and row
	settled    string  // how those who settled it before the run know it
}

// base is what a run found, for a board.
type base struct {
	records []light
	matches []foundMatch
	reasons map[int32]string // of open records, by number
	pieces  [][]string       // SHA-256 of the files of each side
	figures runFigures
}

// runFigures are what only the run knows.
type runFigures struct {
	Passes []result.Pass
	Took   time.Duration
}

// state is where an entry stands, whatever the day and the settings.
type state uint8

const (
	open state = iota
	suggested
	broken // matched, but it does not agree
	matched
	settled // a break that was explained, or what was written off
	pending // a write-off that waits for somebody else
)

// entry is an item of a board: a match, or an open record.
type entry struct {
	id         string
	members    []int32
	number     int // of its match in the archive; 0: none
	kind       result.Kind
	state      state
	before     *past // what it was before it was accepted, or written off
	gone       bool  // it is no more
	manual     bool
	confidence float64
	amount     money.Amount
	difference money.Amount
	days       int
	day        record.Day // of its first record
	last       record.Day // of its latest record; NoDay where none has one
	pass       string
	cause      string
	reason     string
	by         string // who decided last
	writer     string // who wrote it off
	oneSided   uint8  // 1: a match of records of one side
	seq        int64  // of the last decision
}

// past is what an entry was.
type past struct {
	state  state
	reason string
	by     string
}

func (e *entry) single() bool { return len(e.members) == 1 }

// decided says whether a person has settled what the entry is, so that the machine does not change it.
func (e *entry) decided() bool {
	return e.by != "" && (e.state == matched || e.state == settled || e.state == pending || e.manual)
}

// remarks are what people added to an item, whatever becomes of it.
type remarks struct {
	assignee string
	comments int
}

// opposite says whether the sides write the same movement with different signs, as most of the matches of two records show.
func (f *base) opposite() bool {
	votes := 0
	for _, m := range f.matches {
		if m.kind != result.OneToOne || len(m.members) != 2 {
			continue
		}
		switch left, right := f.records[m.members[0]].amount.Minor, f.records[m.members[1]].amount.Minor; {
		case left == 0:
		case left == right:
			votes--
		case left == -right:
			votes++
		}
	}
	return votes > 0
}

// board is a project's items: what its last finished run found, with all decisions since the first one replayed over it in their order.
type board struct {
	run      string
	loaded   [][]time.Time // when the files of each side were loaded
	figures  runFigures
	sides    int
	opposite bool // what is +10 on the first side is -10 on the others

	mu       sync.RWMutex
	seq      int64 // of the last decision counted in
	settings Settings
	locked   record.Day
	today    record.Day
	turn     int64 // counts changes, for what is computed from the board
	records  []light
	at       []int32 // the entry that each record belongs to
	alone    []int32 // the entry of each record by itself; -1: it has none yet
	byKey    map[string]int32
	entries  []entry
	shown    []uint8 // of each entry, how urgent its status is, from 1; 0: not known; isGone: it is no more
	byID     map[string]int32
	remarks  map[string]remarks
	apart    map[string][]string // the records, by keys, of items that people took apart, by item
	undone   map[string][]int64  // which decisions take back the one before, by item: of those that the board has not seen when it was made
	folded   *folds              // once somebody searched
	orders   [5][]int32          // entries in the orders of sorting, once somebody asked
	views    []view
	counted  map[Status]int
	summary  *Figures
	summed   int64 // the turn of the summary
}

// newBoard makes a board of what a run found, before any decision. Matches whose number is barred come apart: they would change a period that is signed off.
func newBoard(run string, from *base, barred []int) *board {
	b := &board{run: run, figures: from.figures, sides: 2, opposite: from.opposite(), records: from.records, at: make([]int32, len(from.records)), alone: make([]int32, len(from.records)),
		byKey: make(map[string]int32, len(from.records)), byID: make(map[string]int32, len(from.matches)+len(from.reasons)), remarks: map[string]remarks{}, apart: map[string][]string{},
		entries: make([]entry, 0, len(from.matches)+len(from.reasons)), locked: record.NoDay}
	for i := range b.records {
		b.byKey[b.records[i].key] = int32(i) //nolint:gosec // below two thousand million records
		b.at[i], b.alone[i] = -1, -1
		b.sides = max(b.sides, b.records[i].side+1)
	}
	for _, m := range from.matches {
		if slices.Contains(barred, m.number) {
			continue
		}
		b.add(entry{id: b.idOf(m.members), members: m.members, number: m.number, kind: m.kind, state: stateOf(m), confidence: m.confidence, amount: m.amount, difference: m.difference,
			days: m.days, pass: m.pass, cause: m.cause})
	}
	for i := range b.records {
		if b.at[i] < 0 {
			b.free(int32(i), cmp.Or(from.reasons[int32(i)], "taken"), "", 0) //nolint:gosec // as above
		}
	}
	return b
}

func stateOf(m foundMatch) state {
	switch {
	case m.status == result.Suggested:
		return suggested
	case m.kind == result.Break:
		return broken
	}
	return matched
}

// idOf makes the id of an item of the keys of its records: that of an open record is its key.
func (b *board) idOf(members []int32) string {
	keys := make([]string, len(members))
	for i, m := range members {
		keys[i] = b.records[m].key
	}
	return itemID(keys)
}

var idLetters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// itemID is the same for the same records, in whatever order.
func itemID(keys []string) string {
	if len(keys) == 1 {
		return keys[0]
	}
	keys = slices.Clone(keys)
	slices.Sort(keys)
	sum := sha256.Sum256([]byte(strings.Join(keys, " ")))
	return "m" + idLetters.EncodeToString(sum[:16])
}

// add puts an entry on the board, in the place of one with its id that is no more. Its records belong to it from now on.
func (b *board) add(e entry) *entry {
	e.day, e.last = b.records[e.members[0]].day, record.NoDay
	for _, m := range e.members {
		if d := b.records[m].day; d != record.NoDay {
			e.last = max(e.last, d)
		}
	}
	at, known := b.byID[e.id]
	if known {
		b.entries[at], b.shown[at] = e, 0
		b.orders = [5][]int32{} // it may stand elsewhere in them now
	} else {
		at = int32(len(b.entries)) //nolint:gosec // as many as records, and some
		b.entries, b.shown = append(b.entries, e), append(b.shown, 0)
		b.byID[e.id] = at
		b.file(at)
	}
	for _, m := range e.members {
		b.at[m] = at
	}
	return &b.entries[at]
}

// free makes a record open, by itself.
func (b *board) free(r int32, reason, by string, seq int64) *entry {
	if at := b.alone[r]; at >= 0 {
		e := &b.entries[at]
		e.gone, e.state, e.reason, e.by, e.seq, e.before = false, open, reason, by, seq, nil
		b.at[r], b.shown[at] = at, 0
		return e
	}
	known := b.records[r]
	e := b.add(entry{id: known.key, members: []int32{r}, kind: result.OneToOne, state: open, amount: known.amount, reason: reason, by: by, seq: seq})
	b.alone[r] = b.byID[e.id]
	return e
}

// dissolve takes a match apart: its records are open again.
func (b *board) dissolve(e *entry, reason, by string, seq int64) {
	e.gone, e.by, e.seq = true, by, seq
	b.change(e)
	for _, m := range slices.Clone(e.members) { // free may move the entries
		b.free(m, reason, by, seq)
	}
}

// change has the status of an entry found out anew.
func (b *board) change(e *entry) { b.shown[b.byID[e.id]] = 0 }

// live returns the item of an id that is on the board.
func (b *board) live(id string) *entry {
	if at, ok := b.byID[id]; ok && !b.entries[at].gone {
		return &b.entries[at]
	}
	return nil
}

// lookup returns the records of keys, and false where one is not there.
func (b *board) lookup(keys []string) ([]int32, bool) {
	members := make([]int32, len(keys))
	for i, key := range keys {
		r, ok := b.byKey[key]
		if !ok {
			return nil, false
		}
		members[i] = r
	}
	slices.Sort(members) // by side and row
	return members, true
}

// hold returns the item that people decided about by its records, and makes it where the machine put the records elsewhere meanwhile: what a
// person decided counts more. It returns nil where records are no more, or where another person's decision holds them.
func (b *board) hold(id string, keys []string, seq int64) *entry {
	if e := b.live(id); e != nil {
		return e
	}
	members, ok := b.lookup(keys)
	if !ok {
		return nil
	}
	for _, m := range members {
		if b.entries[b.at[m]].decided() {
			return nil
		}
	}
	for _, m := range members {
		if e := &b.entries[b.at[m]]; !e.single() {
			b.dissolve(e, "taken", "", seq)
		}
	}
	if len(members) == 1 {
		return b.live(id)
	}
	for _, m := range members {
		b.entries[b.at[m]].gone = true
		b.shown[b.at[m]] = 0
	}
	return b.add(b.together(members))
}

// together is the match of records that a person puts together.
func (b *board) together(members []int32) entry {
	e := entry{id: b.idOf(members), members: members, manual: true, pass: "manual", confidence: 1, state: matched}
	var tally result.Tally
	first, last := record.NoDay, record.NoDay
	for _, m := range members {
		r := &b.records[m]
		tally.Add(result.Side(r.side), r.amount.Minor, b.opposite && r.side > 0) //nolint:gosec // eight at most
		if e.amount.Currency == "" {
			e.amount.Currency = r.amount.Currency
		}
		if r.day != record.NoDay {
			if first == record.NoDay || r.day < first {
				first = r.day
			}
			last = max(last, r.day)
		}
	}
	if first != record.NoDay {
		e.days = int(last - first)
	}
	e.difference.Currency = e.amount.Currency
	if e.kind, e.amount.Minor, e.difference.Minor = tally.Measure(); e.kind == result.Offset {
		e.oneSided, e.amount.Minor = 1, 0
		for _, m := range members {
			e.amount.Minor += max(0, b.records[m].amount.Minor)
		}
	}
	if e.difference.Minor != 0 {
		e.kind, e.state, e.cause = result.Break, broken, "other"
	}
	return e
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// ground gives the board the project's settings and the day as they are now.
func (b *board) ground(p project, today record.Day) {
	b.mu.Lock()
	defer b.mu.Unlock()
	same := b.today == today && b.locked == p.LockedThrough && b.settings.EscalateAfter == p.Settings.EscalateAfter &&
		b.settings.EscalateAbove == p.Settings.EscalateAbove && b.settings.AcceptSuggested == p.Settings.AcceptSuggested
	b.today, b.locked, b.settings = today, p.LockedThrough, p.Settings
	if !same {
		clear(b.shown)
		b.turned()
	}
}

// turned forgets what was computed from the board as it was.
func (b *board) turned() {
	b.turn++
	b.views, b.counted = b.views[:0], nil
}

// item is an entry as people see it, but for names and locks.
func (b *board) item(e *entry) Item {
	first := &b.records[e.members[0]]
	i := Item{ID: e.id, Kind: e.kind, Status: b.status(e), Side: -1, Amount: e.amount, Difference: e.difference, Days: e.days, Text: first.text, RecordID: first.id,
		Members: len(e.members), Pass: e.pass, Confidence: e.confidence, Cause: e.cause, Reason: e.reason, AgeDays: b.age(e), By: e.by}
	if e.single() {
		i.Side = first.side
	}
	if e.day != record.NoDay {
		i.Date = e.day.Time()
	}
	said := b.remarks[e.id]
	i.Assignee, i.Comments = said.assignee, said.comments
	return i
}
