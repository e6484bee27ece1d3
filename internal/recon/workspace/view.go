package workspace

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// view is what a filter chooses, in an order.
type view struct {
	name   string
	chosen []int32
}

// keptViews bounds how many views a board remembers: those of the people who scroll just now.
const keptViews = 16

// The orders that entries are kept in: by what of an entry never changes, so that a new one is put in its place.
const (
	orderDate = iota
	orderAmount
	orderDifference
	orderConfidence
	orderAge
)

var orders = map[Sort]int{ByUrgency: orderAmount, ByDate: orderDate, ByAmount: orderAmount, ByDifference: orderDifference, ByConfidence: orderConfidence, ByAge: orderAge}

// sortable says what a Sort is; false where there is no such order.
func (s Sort) sortable() (by Sort, turned, ok bool) {
	name, turned := strings.CutPrefix(string(s), "-")
	by = cmp.Or(Sort(name), ByUrgency)
	_, ok = orders[by]
	return by, turned, ok
}

// compare orders entries; those that are alike stand in the order of their making.
func (b *board) compare(order int) func(i, j int32) int {
	return func(i, j int32) int {
		e, f := &b.entries[i], &b.entries[j]
		by := 0
		switch order {
		case orderDate:
			by = cmp.Compare(e.day, f.day)
		case orderAmount:
			by = cmp.Compare(abs(f.amount.Minor), abs(e.amount.Minor))
		case orderDifference:
			by = cmp.Compare(abs(f.difference.Minor), abs(e.difference.Minor))
		case orderConfidence:
			by = cmp.Compare(e.confidence, f.confidence)
		case orderAge:
			by = cmp.Compare(e.last, f.last)
			if (e.last == record.NoDay) != (f.last == record.NoDay) {
				by = -by // what has no date is not old
			}
		}
		return cmp.Or(by, cmp.Compare(i, j))
	}
}

// file puts a new entry into the orders that are there.
func (b *board) file(at int32) {
	for order, sorted := range b.orders {
		if sorted != nil {
			place, _ := slices.BinarySearchFunc(sorted, at, b.compare(order))
			b.orders[order] = slices.Insert(sorted, place, at)
		}
	}
}

// ordered returns all entries in an order, those that are no more among them.
func (b *board) ordered(order int) []int32 {
	if b.orders[order] == nil {
		all := make([]int32, len(b.entries))
		for i := range all {
			all[i] = int32(i) //nolint:gosec // as many as entries
		}
		slices.SortFunc(all, b.compare(order))
		b.orders[order] = all
	}
	return b.orders[order]
}

// urgency is in which order what waits for a person is looked at.
var urgency = []Status{StatusEscalated, StatusPending, StatusBreak, StatusSuggested, StatusOpen, StatusMatched, StatusSettled, StatusReconciled}

// isGone stands for the status of what is no more.
const isGone = 255

// rank is how urgent an entry is, from 1; isGone for one that is no more. The caller holds the lock for writing.
func (b *board) rank(at int32) uint8 {
	if b.shown[at] == 0 {
		if e := &b.entries[at]; e.gone {
			b.shown[at] = isGone
		} else {
			b.shown[at] = uint8(slices.Index(urgency, b.status(e)) + 1) //nolint:gosec // below ten
		}
	}
	return b.shown[at]
}

// choose returns the entries that a filter chooses, in an order. The caller holds the lock for writing.
func (b *board) choose(f Filter, sort Sort) []int32 {
	text, _ := json.Marshal(f) // plain values always marshal
	name := string(sort) + string(text)
	if at := slices.IndexFunc(b.views, func(v view) bool { return v.name == name }); at >= 0 {
		return b.views[at].chosen
	}
	by, turned, _ := sort.sortable()
	chosen := b.filtered(b.ordered(orders[by]), f, by == ByUrgency)
	if turned {
		slices.Reverse(chosen)
	}
	if len(b.views) >= keptViews {
		b.views = slices.Delete(b.views, 0, 1)
	}
	b.views = append(b.views, view{name, chosen})
	return chosen
}

// filtered returns those of some entries that a filter chooses, in their order, or the more urgent ones first.
func (b *board) filtered(entries []int32, f Filter, urgent bool) []int32 {
	var said []bool
	if f.Text != "" {
		said = b.saying(f.Text)
		f.Text = ""
	}
	var wanted [9]bool
	for i, status := range urgency {
		wanted[i+1] = len(f.Statuses) == 0 || slices.Contains(f.Statuses, status)
	}
	statuses := f.Statuses
	f.Statuses = nil
	quickly := reflect.ValueOf(f).IsZero() // nothing but the status decides
	f.Statuses = statuses
	var ranks [9][]int32
	chosen := make([]int32, 0, len(entries))
	for _, at := range entries {
		rank := b.rank(at)
		if rank == isGone || !wanted[rank] || said != nil && !said[at] || !quickly && !b.fits(&b.entries[at], &f) {
			continue
		}
		if urgent {
			ranks[rank] = append(ranks[rank], at)
		} else {
			chosen = append(chosen, at)
		}
	}
	for _, some := range ranks {
		chosen = append(chosen, some...)
	}
	return chosen
}

// fits checks all of a filter but status and text.
func (b *board) fits(e *entry, f *Filter) bool {
	switch {
	case len(f.Kinds) > 0 && (e.single() || !slices.Contains(f.Kinds, e.kind)),
		f.Side != nil && (!e.single() || b.records[e.members[0]].side != *f.Side),
		f.Pass != "" && e.pass != f.Pass,
		f.Cause != "" && (e.cause != f.Cause || e.kind != result.Break),
		f.Reason != "" && e.reason != f.Reason,
		f.MinAmount != nil && abs(e.amount.Minor) < *f.MinAmount,
		f.MaxAmount != nil && abs(e.amount.Minor) > *f.MaxAmount,
		f.Currency != "" && string(e.amount.Currency) != f.Currency,
		!f.From.IsZero() && (e.day == record.NoDay || e.day.Time().Before(f.From)),
		!f.To.IsZero() && (e.day == record.NoDay || !e.day.Time().Before(f.To)),
		f.MinAgeDays > 0 && b.age(e) < f.MinAgeDays:
		return false
	}
	if f.Assignee == "" {
		return true
	}
	assignee := b.remarks[e.id].assignee
	return assignee == f.Assignee || assignee == "" && f.Assignee == "none"
}

// folds are the records' ids and texts, folded, one after another in one text, so that one search goes through all of them.
type folds struct {
	text []byte
	ends []int // behind each record's line, with the line end
}

// fold makes the records ready for searching, once.
func (b *board) fold() *folds {
	if b.folded != nil {
		return b.folded
	}
	f := &folds{ends: make([]int, 0, len(b.records))}
	for i := range b.records {
		f.text = record.AppendFold(f.text, []byte(b.records[i].id+" "+b.records[i].text))
		f.text = append(f.text, '\n')
		f.ends = append(f.ends, len(f.text))
	}
	b.folded = f
	return f
}

// of is the line of a record.
func (f *folds) of(r int) []byte {
	from := 0
	if r > 0 {
		from = f.ends[r-1]
	}
	return f.text[from : f.ends[r]-1]
}

// saying marks the entries in one of whose records a text stands.
func (b *board) saying(text string) []bool {
	f, said, wanted := b.fold(), make([]bool, len(b.entries)), []byte(record.Fold(text))
	if len(wanted) == 0 {
		for at := range said {
			said[at] = true
		}
		return said
	}
	for from := 0; ; {
		hit := bytes.Index(f.text[from:], wanted)
		if hit < 0 {
			return said
		}
		r, _ := slices.BinarySearch(f.ends, from+hit+1)
		said[b.at[r]] = true
		from = f.ends[r]
	}
}

// counts are how many items have each status. The caller holds the lock for writing.
func (b *board) counts() map[Status]int {
	if b.counted != nil {
		return maps.Clone(b.counted)
	}
	var ranks [isGone + 1]int
	for at := range b.shown {
		ranks[b.rank(int32(at))]++ //nolint:gosec // as many as entries
	}
	counts := map[Status]int{}
	for i, status := range urgency {
		if n := ranks[i+1]; n > 0 {
			counts[status] = n
		}
	}
	b.counted = counts
	return maps.Clone(counts)
}
