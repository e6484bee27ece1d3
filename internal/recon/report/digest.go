package report

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/recon/result"
)

const (
	// maxListed is how many open items, and how many breaks, the page lists: the rest stands in the tables.
	maxListed = 200
	// maxDated bounds how many matches are looked at to find the last day of the files.
	maxDated = 10_000
	// pause is how many rows are written between two looks at the context.
	pause = 4096
)

// digest is what the reports have in common, taken from the result once.
type digest struct {
	*result.Result
	matched, suggested, offsets, breaks int // matches, each counted once: a suggestion of any kind is a suggestion
	causes                              []tally
	reasons                             []tally
	lastDay                             time.Time // that ages are counted to; zero where nothing has a date
	ages                                [len(ageLimits) + 2]age
	largestOpen                         []int // indexes into Open
	largestBreaks                       []int // indexes into Matches
}

// tally counts what shares a name, and adds up its amounts.
type tally struct {
	name    string
	count   int
	amounts amounts
}

// ageLimits are the last days of all stretches of age but the two last ones, which are "older" and "without a date".
var ageLimits = [...]int{7, 30, 60, 90}

// age is what is open for some stretch of days, by side.
type age struct {
	count   [result.MostSides]int
	amounts [result.MostSides]amounts
}

// all is how many records of all sides there are.
func (a *age) all() int {
	n := 0
	for _, count := range a.count {
		n += count
	}
	return n
}

func newDigest(ctx context.Context, r *result.Result) (*digest, error) {
	d := &digest{Result: r}
	causes, reasons := map[string]*tally{}, map[string]*tally{}
	for i := range r.Matches {
		m := &r.Matches[i]
		switch {
		case m.Status == result.Suggested:
			d.suggested++
		case m.Kind == result.Offset:
			d.offsets++
		case m.Kind == result.Break:
			d.breaks++
		default:
			d.matched++
		}
		if m.Kind == result.Break {
			count(causes, m.Cause, m.Difference)
		}
	}
	d.lastDay = lastDay(r)
	sizes := make([]float64, len(r.Open))
	for i := range r.Open {
		if i%pause == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		open := &r.Open[i]
		record := briefOf(r, open.Member)
		sizes[i] = size(record.Amount)
		count(reasons, open.Reason, record.Amount)
		a := &d.ages[d.ageOf(record.Date)]
		a.count[open.Side]++
		a.amounts[open.Side].add(record.Amount)
	}
	d.largestOpen = largest(len(r.Open), func(i int) (float64, bool) { return sizes[i], true })
	d.largestBreaks = largest(len(r.Matches), func(i int) (float64, bool) {
		return size(r.Matches[i].Difference), r.Matches[i].Kind == result.Break
	})
	d.causes, d.reasons = ordered(causes), ordered(reasons)
	return d, nil
}

// sides are the sides of the result.
func (d *digest) sides() []result.Side {
	sides := make([]result.Side, len(d.Sources))
	for i := range sides {
		sides[i] = result.Side(i) //nolint:gosec // eight at most
	}
	return sides
}

// recordOf returns what a report shows of a record.
func recordOf(r *result.Result, m result.Member) result.Record {
	if record := r.Sources[m.Side].Record; record != nil {
		return record(m.Row)
	}
	return result.Record{}
}

// briefOf is recordOf without the text.
func briefOf(r *result.Result, m result.Member) result.Record {
	if brief := r.Sources[m.Side].Brief; brief != nil {
		return brief(m.Row)
	}
	return recordOf(r, m)
}

func count(tallies map[string]*tally, name string, amount money.Amount) {
	t := tallies[name]
	if t == nil {
		t = &tally{name: name}
		tallies[name] = t
	}
	t.count++
	t.amounts.add(amount)
}

// ordered returns the tallies with the largest count first.
func ordered(tallies map[string]*tally) []tally {
	list := make([]tally, 0, len(tallies))
	for _, t := range tallies {
		list = append(list, *t)
	}
	slices.SortFunc(list, func(a, b tally) int { return cmp.Or(b.count-a.count, cmp.Compare(a.name, b.name)) })
	return list
}

// lastDay returns the last date of the records, of which it looks at evenly spread ones where there are many. One date in a thousand may
// be later, so that a slip of the pen (2062 for 2026) does not make everything old.
func lastDay(r *result.Result) time.Time {
	var dates []time.Time
	see := func(m result.Member) {
		if date := briefOf(r, m).Date; !date.IsZero() {
			dates = append(dates, date)
		}
	}
	for i := 0; i < len(r.Matches); i += 1 + len(r.Matches)/maxDated {
		members := r.Matches[i].Members
		for j := 0; j < len(members); j += 1 + len(members)/8 {
			see(members[j])
		}
	}
	for i := 0; i < len(r.Open); i += 1 + len(r.Open)/maxDated {
		see(r.Open[i].Member)
	}
	if len(dates) == 0 {
		return time.Time{}
	}
	slices.SortFunc(dates, time.Time.Compare)
	return dates[len(dates)-1-len(dates)/1000]
}

// ageOf returns the stretch of age that a date falls into.
func (d *digest) ageOf(date time.Time) int {
	if date.IsZero() {
		return len(ageLimits) + 1
	}
	days := int(d.lastDay.Sub(date) / (24 * time.Hour))
	for i, limit := range ageLimits {
		if days <= limit {
			return i
		}
	}
	return len(ageLimits)
}

// size is what an amount is ranked by: its whole units, whatever the currency.
func size(a money.Amount) float64 {
	return math.Abs(float64(a.Minor)) / math.Pow10(a.Currency.Digits())
}

// largest returns the places of the largest of n values, at most maxListed of them, the largest first and the earlier first among equals.
// A value may say that it does not count.
func largest(n int, value func(i int) (size float64, counts bool)) []int {
	type ranked struct {
		size float64
		at   int
	}
	var kept []ranked
	cut := func() {
		slices.SortFunc(kept, func(a, b ranked) int { return cmp.Or(cmp.Compare(b.size, a.size), a.at-b.at) })
		kept = kept[:min(len(kept), maxListed)]
	}
	least := math.Inf(-1) // from which on a value may be among them
	for i := range n {
		if size, counts := value(i); counts && size > least {
			kept = append(kept, ranked{size, i})
		}
		if len(kept) == 2*maxListed {
			cut()
			least = kept[maxListed-1].size
		}
	}
	cut()
	places := make([]int, len(kept))
	for i, k := range kept {
		places[i] = k.at
	}
	return places
}

// records returns how many records came in on all sides, and how many of them are settled: matched, breaks among them, or offset.
func (d *digest) records() (in, settled int) {
	for _, s := range d.Sums {
		in += s.In.Count
		settled += s.Matched.Count + s.Offset.Count
	}
	return in, settled
}

// openOf returns how many records of a side are open.
func (d *digest) openOf(side result.Side) int {
	open := 0
	for _, s := range d.Sums {
		if s.Side == side {
			open += s.Open.Count
		}
	}
	return open
}

// rejected returns how many rows of a side could not be read.
func (d *digest) rejected(side result.Side) int {
	return d.Sources[side].Rejected()
}

// proved says that the sums of one side and currency add up: what came in is what is accounted for, in count and in amount.
func proved(s result.Sums) bool {
	return s.In.Count == s.Matched.Count+s.Suggested.Count+s.Offset.Count+s.Open.Count &&
		s.In.Minor == s.Matched.Minor+s.Suggested.Minor+s.Offset.Minor+s.Open.Minor
}

// proved says that nothing was lost: every sum adds up, and the records of each side are those that were counted.
func (d *digest) proved() bool {
	var counted [result.MostSides]int
	for _, s := range d.Sums {
		if !proved(s) {
			return false
		}
		counted[s.Side] += s.In.Count
	}
	for side, source := range d.Sources {
		if counted[side] != source.Records {
			return false
		}
	}
	return true
}
