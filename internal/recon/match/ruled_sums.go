package match

import (
	"cmp"
	"maps"
	"math"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/rules"
)

// Bounds of the search for records that add up.
const (
	mostAdding  = 40     // records in one window; where there are more, those that share the most words with the one, then the nearest
	mostTried   = 50_000 // branches of one search
	mostAnswers = 12     // sets kept of one search
	mostOfOne   = 24     // sets kept for one record
	sumsAtOnce  = 256    // records that a worker looks at in one go
	apartBits   = 2.5    // that a day between members speaks against a set
	mostSaid    = 8      // bits that the words of one member add
)

// adding is the search of a sum pass for records of one side and several of the other that add up to them.
type adding struct {
	x     *ruled
	s     *stage
	one   int // the side of the one record
	said  func(one, many int) float64
	broad float64        // the spread of the amounts of the many
	open  map[int32]bool // ones whose search did not see all
	found []alternative

	// Of the record that is looked at:
	size      int64 // of its amount
	sign      int64 // of its amount
	low, high int64 // between which sizes add up to it
	around    []part
	pool      []part
	rest      []int64 // what the pool from each place on adds up to
	chosen    []int
	tried     int
	first     record.Day // that a set must touch; NoDay: any
	sets      [][]part
}

// part is a record that may be one of several that add up.
type part struct {
	record int32
	day    record.Day
	size   int64
	said   float64 // bits that its words share with those of the one
}

// sums takes a record and several of the other side that add up to it.
func (x *ruled) sums(s *stage) error {
	sides := []int{0, 1}
	if s.Pass.Side != "" {
		sides = []int{sideOf(s.Pass.Side)}
	}
	if s.Pass.Most == 0 {
		s.Pass.Most = rules.DefaultMembers
	}
	views := [2]view{{0, s.able[0]}, {1, s.able[1]}}
	g := x.gather(views[0], views[1], s.keys)
	s.bits = math.Log2(float64(max(1, g.count)))
	var all []alternative
	open := map[int]bool{}
	for _, one := range sides {
		a := &adding{x: x, s: s, one: one, open: map[int32]bool{}}
		if s.Pass.Ambiguity == rules.Best {
			a.said = x.sharer(one)
		}
		a.measure()
		for k := range g.count {
			if err := a.group(g.sides[one].of(k), g.sides[1-one].of(k)); err != nil {
				return err
			}
		}
		for i := range a.open {
			open[a.slot(one, i)] = true
		}
		all = append(all, a.found...)
	}
	switch s.Pass.Ambiguity {
	case rules.Earliest: // taken as they were found
	case rules.Best:
		slots := [2][]int32{make([]int32, x.sides[0].Len()), make([]int32, x.sides[1].Len())}
		for _, at := range pack(all, slots) {
			x.takeSum(s, &all[at])
		}
	default:
		x.uniqueSums(s, all, open)
	}
	for i := range all {
		x.meet(view{side: 0}, view{side: 1}, int32(all[i].left[0]), int32(all[i].right[0])) //nolint:gosec // below two thousand million
	}
	return nil
}

func (a *adding) slot(side int, i int32) int { return 2*int(i) + side }

// takeSum keeps a set. One that could well have come about by chance is a suggestion.
func (x *ruled) takeSum(s *stage, a *alternative) {
	f := Found{Kind: result.Shape(len(a.left), len(a.right)), Left: a.left, Right: a.right, Chance: 1}
	if s.Pass.Ambiguity == rules.Best {
		f.Chance = chanceOf(unsoften(a.bits))
	}
	if f.Chance < surePair {
		f.Status = result.Suggested
	}
	x.take(&s.Pass, f)
}

// uniqueSums takes the sets without whose records no other set can do.
func (x *ruled) uniqueSums(s *stage, all []alternative, open map[int]bool) {
	users := map[int]int{}
	each := func(a *alternative, do func(slot int)) {
		for k, members := range [2][]int{a.left, a.right} {
			for _, i := range members {
				do(2*i + k)
			}
		}
	}
	for i := range all {
		each(&all[i], func(slot int) { users[slot]++ })
	}
	for i := range all {
		alone := true
		each(&all[i], func(slot int) { alone = alone && users[slot] == 1 && !open[slot] })
		if alone {
			x.takeSum(s, &all[i])
		}
	}
}

// measure finds out how widely the amounts of the many are spread.
func (a *adding) measure() {
	var sum, squares, n float64
	for i, able := range a.s.able[1-a.one] {
		if able && a.s.amount.of[1-a.one].known[i] {
			size := math.Abs(float64(a.s.amount.of[1-a.one].minor[i]))
			sum, squares, n = sum+size, squares+size*size, n+1
		}
	}
	a.broad = math.Sqrt(max(1, squares/max(1, n)-sum/max(1, n)*sum/max(1, n)))
}

// group looks at the records with equal keys.
func (a *adding) group(ones, manies []int32) error {
	if len(ones) == 0 || len(manies) < 2 {
		return nil
	}
	known := a.s.amount.of[1-a.one].known
	ordered := slices.DeleteFunc(slices.Clone(manies), func(i int32) bool {
		return !known[i] || a.s.date != nil && a.day(1-a.one, i) == record.NoDay
	})
	slices.SortStableFunc(ordered, func(i, j int32) int { return cmp.Compare(a.day(1-a.one, i), a.day(1-a.one, j)) })
	order := slices.Clone(ones)
	if a.s.Pass.Ambiguity == rules.Earliest {
		slices.SortStableFunc(order, func(i, j int32) int { return cmp.Compare(a.day(a.one, i), a.day(a.one, j)) })
	}
	if a.s.Pass.Ambiguity == rules.Earliest || len(order) <= sumsAtOnce {
		return a.each(order, ordered)
	}
	blocks := make([]*adding, (len(order)+sumsAtOnce-1)/sumsAtOnce)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for b := range blocks {
		group.Go(func() error {
			blocks[b] = &adding{x: a.x, s: a.s, one: a.one, said: a.said, broad: a.broad, open: map[int32]bool{}}
			return blocks[b].each(order[b*sumsAtOnce:min((b+1)*sumsAtOnce, len(order))], ordered)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, block := range blocks {
		a.found = append(a.found, block.found...)
		maps.Copy(a.open, block.open)
	}
	return nil
}

// each looks at records one by one, each with those of the other side, ordered by day, that are in time.
func (a *adding) each(ones, ordered []int32) error {
	if a.x.ctx.Err() != nil {
		return a.x.ctx.Err()
	}
	for _, one := range ones {
		if !a.s.amount.of[a.one].known[one] || a.s.date != nil && a.day(a.one, one) == record.NoDay {
			continue
		}
		from, to := 0, len(ordered)
		if a.s.date != nil {
			first, last := int64(a.day(a.one, one))+a.s.Date.From, int64(a.day(a.one, one))+a.s.Date.To
			if a.one == 1 {
				first, last = int64(a.day(1, one))-a.s.Date.To, int64(a.day(1, one))-a.s.Date.From
			}
			compare := func(i int32, day int64) int { return cmp.Compare(int64(a.day(1-a.one, i)), day) }
			from, _ = slices.BinarySearchFunc(ordered, first, compare)
			to, _ = slices.BinarySearchFunc(ordered, last+1, compare)
		}
		if err := a.answers(one, ordered[from:to]); err != nil {
			return err
		}
	}
	return nil
}

// day is a record's day; without dates all have one.
func (a *adding) day(side int, i int32) record.Day {
	if a.s.date == nil {
		return 0
	}
	return a.s.date.of[side].day[i]
}

// answers lists the sets that add up to a record: of those in the window at once, or of each stretch that members may span.
func (a *adding) answers(one int32, window []int32) error {
	begin := len(a.found)
	if a.look(one, window); len(a.around) < 2 {
		return nil
	}
	if atomic.LoadInt64(&a.s.pairs) > mostCompared {
		return a.x.set.Problem(a.s.Path, "recon_rules.too_many_pairs", map[string]any{"Name": a.s.Pass.Name, "Most": mostCompared})
	}
	if a.s.Pass.Span == nil || a.s.date == nil {
		a.search(one, a.around, record.NoDay)
	} else {
		for from := 0; from < len(a.around); {
			day := a.around[from].day
			next, to := from, from
			for to < len(a.around) && int64(a.around[to].day) <= int64(day)+int64(*a.s.Pass.Span) {
				if to++; a.around[to-1].day == day {
					next = to
				}
			}
			a.search(one, a.around[from:to], day)
			from = next
		}
	}
	if a.s.Pass.Ambiguity == rules.Earliest {
		if len(a.found) > begin {
			a.x.takeSum(a.s, &a.found[begin])
			a.found = a.found[:begin]
		}
		return nil
	}
	own := a.found[begin:]
	slices.SortStableFunc(own, func(a, b alternative) int { return -cmp.Compare(a.bits, b.bits) })
	if len(own) > mostOfOne {
		a.open[one] = true
		a.found = a.found[:begin+mostOfOne]
	}
	return nil
}

// look finds the records of a window that may be part of a sum: open, of its sign, and no larger.
func (a *adding) look(one int32, window []int32) {
	a.around = a.around[:0]
	a.low, a.high, a.sign = a.target(one)
	a.size = abs(a.s.amount.amount(a.one, int(one)))
	many := 1 - a.one
	if a.high <= 0 || !a.x.free[a.one][one] {
		return
	}
	for _, i := range window {
		if size := a.sign * a.s.amount.amount(many, int(i)); size > 0 && size <= a.high && a.x.free[many][i] {
			a.around = append(a.around, part{record: i, day: a.day(many, i), size: size})
		}
	}
	atomic.AddInt64(&a.s.pairs, int64(len(window)))
	if a.said == nil || len(a.around) < 2 {
		return
	}
	atomic.AddInt64(&a.s.pairs, likenessCosts*int64(len(a.around)))
	for k := range a.around {
		a.around[k].said = a.said(int(one), int(a.around[k].record))
	}
}

// search lists the sets of some records that add up to a record's amount. Where a day is given, one of them has to lie on it, so that
// stretches that overlap do not give a set twice.
func (a *adding) search(one int32, among []part, first record.Day) {
	if len(among) < 2 {
		return
	}
	a.choosePool(one, among)
	a.rest = append(a.rest[:0], make([]int64, len(a.pool)+1)...)
	for i := len(a.pool) - 1; i >= 0; i-- {
		a.rest[i] = a.rest[i+1] + a.pool[i].size
	}
	a.tried, a.sets, a.chosen, a.first = 0, a.sets[:0], a.chosen[:0], first
	a.walk(0, 0)
	if a.tried > mostTried || len(a.sets) >= mostAnswers {
		a.open[one] = true
	}
	for _, set := range a.sets {
		members := make([]int, len(set))
		for i, p := range set {
			members[i] = int(p.record)
		}
		slices.Sort(members)
		alt := alternative{left: []int{int(one)}, right: members, bits: soften(a.weigh(set)), pass: a.s.Pass.Name}
		if a.one == 1 {
			alt.left, alt.right = alt.right, alt.left
		}
		a.found = append(a.found, alt)
	}
}

// choosePool leaves a pool that can be searched, the largest first; for earliest, in the order of their days.
func (a *adding) choosePool(one int32, among []part) {
	a.pool = append(a.pool[:0], among...)
	earliest := a.s.Pass.Ambiguity == rules.Earliest
	if len(a.pool) > mostAdding {
		a.open[one] = true
		if !earliest {
			day := a.day(a.one, one)
			slices.SortStableFunc(a.pool, func(p, q part) int {
				return cmp.Or(-cmp.Compare(p.said, q.said), cmp.Compare(max(p.day-day, day-p.day), max(q.day-day, day-q.day)))
			})
		}
		a.pool = a.pool[:mostAdding]
	}
	if !earliest {
		slices.SortStableFunc(a.pool, func(p, q part) int { return -cmp.Compare(p.size, q.size) })
	}
}

// target returns between which sums of sizes a set must lie, sizes being amounts times sign.
func (a *adding) target(one int32) (low, high, sign int64) {
	amount := a.s.amount.amount(a.one, int(one))
	limits := a.s.Amount
	var from, to int64 // of the sum
	if a.one == 0 {
		from, to = limits.reach(amount)
	} else { // left less right lies from From to To
		turned := Within{From: -limits.To, To: -limits.From, Percent: limits.Percent, FromShare: -limits.ToShare, ToShare: -limits.FromShare}
		if limits.To == math.MaxInt64 {
			turned.From, turned.To = math.MinInt64, math.MaxInt64
		}
		from, to = turned.reach(amount)
	}
	if amount < 0 {
		return -to, -from, -1
	}
	return from, to, 1
}

// walk tries the records of the pool from one on.
func (a *adding) walk(at int, sum int64) {
	if a.tried++; a.tried > mostTried || len(a.sets) >= mostAnswers {
		return
	}
	if sum >= a.low && len(a.chosen) >= 2 && a.holds(sum) {
		set := make([]part, len(a.chosen))
		for i, c := range a.chosen {
			set[i] = a.pool[c]
		}
		if a.first == record.NoDay || slices.ContainsFunc(set, func(p part) bool { return p.day == a.first }) {
			a.sets = append(a.sets, set)
			if a.s.Pass.Ambiguity == rules.Earliest {
				a.tried = mostTried // one is enough
				return
			}
		}
	}
	if len(a.chosen) == a.s.Pass.Most {
		return
	}
	for i := at; i < len(a.pool); i++ {
		if sum+a.rest[i] < a.low {
			return
		}
		if sum+a.pool[i].size > a.high {
			continue
		}
		a.chosen = append(a.chosen, i)
		a.walk(i+1, sum+a.pool[i].size)
		a.chosen = a.chosen[:len(a.chosen)-1]
	}
}

// holds is a last look at limits in per cent, which reach bounds from outside.
func (a *adding) holds(sum int64) bool {
	difference := a.sign * (a.size - sum)
	if a.one == 1 {
		difference = -difference
	}
	_, ok := a.s.Amount.holds(difference, max(a.size, sum))
	return ok
}

// weigh returns the bits that speak for a set: that its sum is right, the more so the fewer sets there were to try; that its words are
// those of the one record; against it, that its members lie days apart.
func (a *adding) weigh(set []part) float64 {
	k := len(set)
	tried := 0.0
	for size := 2; size <= k; size++ {
		tried += choose(len(a.pool), size)
	}
	width := float64(a.high-a.low) + 1
	likely := min(0.5, width/(a.broad*math.Sqrt(2*math.Pi*float64(k))))
	bits := -math.Log2(likely * max(1, tried))
	first, last := set[0].day, set[0].day
	for _, p := range set {
		first, last = min(first, p.day), max(last, p.day)
		bits += min(mostSaid, p.said)
	}
	return bits - apartBits*float64(last-first)
}

// soften makes bits positive and keeps their order: a set that is likelier chance than not may still be the best there is.
func soften(bits float64) float64 {
	if bits > 50 {
		return bits
	}
	return math.Log1p(math.Exp2(bits)) / math.Ln2
}

// unsoften undoes soften.
func unsoften(bits float64) float64 {
	if bits > 50 {
		return bits
	}
	return math.Log2(math.Expm1(bits * math.Ln2))
}

// sharer returns how many bits the words of a record of a side share with those of one of the other, above what any two do.
func (x *ruled) sharer(one int) func(one, many int) float64 {
	of := x.read()
	return func(i, many int) float64 {
		pair := [2]int{i, many}
		return float64(of.words.shared(few(of.left.text.at(pair[one])), few(of.right.text.at(pair[1-one])))) - commonBits
	}
}

// read reads the words of both sides, once.
func (x *ruled) read() *scored {
	if x.words == nil {
		x.words = newScored(x.sides[0], x.sides[1], x.progress)
	}
	return x.words
}
