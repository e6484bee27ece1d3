package match

import (
	"cmp"
	"math"
	"slices"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/rules"
)

// Bounds of passes that find pairs.
const (
	mostCompared    = 200_000_000 // pairs of one pass
	likenessCosts   = 10          // as many pairs as one whose texts are compared counts for
	mostCandidates  = 64          // of a record, the least costly, from which the best are chosen
	leastCandidates = 8           // where there are so many records that memory would not do
	mostKeptPairs   = 16_000_000  // of one group
	pairWorth       = 2           // of a pair that agrees in all; its cost, from 0 to 1, is taken off
	oftenEnough     = 4096        // groups or records between two looks at whether the run was cancelled
	doubt           = 0.25        // of the confidence, for a pair that lies at all limits
)

// candidate is a pair of places in the group that is looked at.
type candidate struct {
	left, right int32
	cost        float32 // from 0, for a pair that agrees in all, to 1 at all limits
}

// slot is a right record in the order in which it is looked up.
type slot struct {
	day, amount int64
	record      int32
}

// pairing is what a pass that finds pairs looks at in one go: the records with equal keys.
type pairing struct {
	x           *ruled
	s           *stage
	views       [2]view
	left, right []int32 // records
	slots       []slot  // the right ones by day and amount, as far as the pass compares these
	days        []int   // where the slots of each day begin, and the end
	asked       int     // how often each was called
}

// pairs finds one to one: in each group of records with equal keys, what lies within the limits.
func (x *ruled) pairs(s *stage, left, right view, keys []*operand) error {
	g := x.gather(left, right, keys)
	s.bits = math.Log2(float64(max(1, g.count)))
	x.progress.step(1, g.count)
	for k := range g.count {
		if k%oftenEnough == 0 {
			if x.progress.over() {
				return x.ctx.Err()
			}
			x.progress.at(k)
		}
		p := &pairing{x: x, s: s, views: [2]view{left, right}, left: g.sides[0].of(k), right: g.sides[1].of(k)}
		if len(p.left) == 0 || len(p.right) == 0 {
			continue
		}
		if err := p.settle(); err != nil {
			return err
		}
	}
	return nil
}

// settle takes the pairs of a group as the pass says.
func (p *pairing) settle() error {
	if len(p.left) == 1 && len(p.right) == 1 {
		p.s.pairs++
		if cost, ok := p.cost(p.left[0], p.right[0]); ok {
			p.take(p.left[0], p.right[0], cost)
		}
		return nil
	}
	if p.s.pairs > mostCompared {
		return p.x.set.Problem(p.s.Path, "recon_rules.too_many_pairs", map[string]any{"Name": p.s.Pass.Name, "Most": mostCompared})
	}
	if p.s.Pass.Kind == rules.Exact {
		p.inOrder()
		return nil
	}
	p.order()
	switch p.s.Pass.Ambiguity {
	case rules.Best:
		return p.best()
	case rules.Earliest:
		return p.earliest()
	}
	return p.unique()
}

// order lays out the right records so that those within the limits of a left one stand together.
func (p *pairing) order() {
	p.slots = make([]slot, len(p.right))
	for i, r := range p.right {
		p.slots[i].record = r
		if p.s.date != nil {
			p.slots[i].day = int64(p.day(1, r))
		}
		if p.limitsAmount() {
			p.slots[i].amount = p.amount(1, r)
		}
	}
	slices.SortFunc(p.slots, func(a, b slot) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.amount, b.amount), cmp.Compare(a.record, b.record))
	})
	for i := range p.slots {
		if i == 0 || p.slots[i].day != p.slots[i-1].day {
			p.days = append(p.days, i)
		}
	}
	p.days = append(p.days, len(p.slots))
}

// limitsAmount says whether amounts bound which records are candidates: those of near passes differ as their causes say.
func (p *pairing) limitsAmount() bool {
	return p.s.amount != nil && (p.s.Pass.Kind == rules.Tolerance || p.s.Pass.Kind == rules.Scored)
}

func (p *pairing) day(k int, i int32) record.Day { return p.s.date.of[p.views[k].side].day[i] }

func (p *pairing) amount(k int, i int32) int64 { return p.s.amount.amount(p.views[k].side, int(i)) }

func (p *pairing) known(k int, i int32) bool { return p.s.amount.of[p.views[k].side].known[i] }

// each visits the right records within the limits of a left one, by day and amount, until visit says no. It errs where a pass compares too much.
func (p *pairing) each(l int32, visit func(r int32, cost float32) bool) error {
	if p.asked++; p.asked%oftenEnough == 0 && p.x.ctx.Err() != nil {
		return p.x.ctx.Err()
	}
	from, to := int64(math.MinInt64), int64(math.MaxInt64)
	if p.s.date != nil {
		day := p.day(0, l)
		if day == record.NoDay {
			return nil
		}
		shift := int64(0)
		if p.s.Causes.DateShift != nil {
			shift = int64(*p.s.Causes.DateShift)
		}
		from, to = int64(day)+p.s.Date.From-shift, int64(day)+p.s.Date.To+shift
	}
	low, high := int64(math.MinInt64), int64(math.MaxInt64)
	if p.limitsAmount() {
		if !p.known(0, l) {
			return nil
		}
		low, high = p.s.Amount.reach(p.amount(0, l))
	}
	first, _ := slices.BinarySearchFunc(p.days[:len(p.days)-1], from, func(at int, day int64) int { return cmp.Compare(p.slots[at].day, day) })
	for d := first; d < len(p.days)-1 && p.slots[p.days[d]].day <= to; d++ {
		slots := p.slots[p.days[d]:p.days[d+1]]
		at, _ := slices.BinarySearchFunc(slots, low, func(s slot, amount int64) int { return cmp.Compare(s.amount, amount) })
		p.s.pairs++
		for ; at < len(slots) && slots[at].amount <= high; at++ {
			p.s.pairs++
			if len(p.s.alike) > 0 {
				p.s.pairs += likenessCosts
			}
			if cost, ok := p.cost(l, slots[at].record); ok && !visit(slots[at].record, cost) {
				return nil
			}
		}
	}
	if p.s.pairs > mostCompared {
		return p.x.set.Problem(p.s.Path, "recon_rules.too_many_pairs", map[string]any{"Name": p.s.Pass.Name, "Most": mostCompared})
	}
	return nil
}

// reach returns the right amounts among which those lie that are within the limits of a left one.
func (w *Within) reach(left int64) (low, high int64) {
	low, high = math.MinInt64, math.MaxInt64
	if w.To != math.MaxInt64 {
		low, high = left-w.To, left-w.From
	}
	if share := max(math.Abs(w.FromShare), math.Abs(w.ToShare)); w.Percent && share < 1 {
		farthest := int64(math.Ceil(share/(1-share)*math.Abs(float64(left)))) + 1
		low, high = max(low, left-farthest), min(high, left+farthest)
	}
	return low, high
}

// holds says whether a difference, of amounts of which the larger is given, lies within, and how near the limits from 0 to 1.
func (w *Within) holds(difference, larger int64) (float32, bool) {
	if difference < w.From || difference > w.To {
		return 0, false
	}
	cost := 0.0
	if w.To != math.MaxInt64 && difference != 0 {
		cost = math.Abs(float64(difference)) / math.Max(math.Abs(float64(w.From)), math.Abs(float64(w.To)))
	}
	if w.Percent && difference != 0 {
		share := float64(difference) / float64(larger)
		if larger == 0 || share < w.FromShare || share > w.ToShare {
			return 0, false
		}
		cost = max(cost, math.Abs(share)/max(math.Abs(w.FromShare), math.Abs(w.ToShare)))
	}
	return float32(cost), true
}

// cost says whether two records of a group are candidates, and how much keeps them apart: the mean over what is compared.
func (p *pairing) cost(l, r int32) (float32, bool) {
	if p.s.Pass.Kind == rules.Near {
		return p.nearCost(l, r)
	}
	sum, n := float32(0), float32(0)
	if p.s.date != nil {
		cost, ok := p.dateCost(l, r)
		if !ok {
			return 0, false
		}
		sum, n = sum+cost, n+1
	}
	if p.limitsAmount() {
		if !p.known(0, l) || !p.known(1, r) {
			return 0, false
		}
		a, b := p.amount(0, l), p.amount(1, r)
		cost, ok := p.s.Amount.holds(a-b, max(abs(a), abs(b)))
		if !ok {
			return 0, false
		}
		sum, n = sum+cost, n+1
	}
	cost, ok := p.likeness(l, r)
	if !ok {
		return 0, false
	}
	if len(p.s.alike) > 0 {
		sum, n = sum+cost, n+1
	}
	return sum / max(1, n), true
}

func (p *pairing) dateCost(l, r int32) (float32, bool) {
	a, b := p.day(0, l), p.day(1, r)
	if a == record.NoDay || b == record.NoDay {
		return 0, false
	}
	return p.s.Date.holds(int64(b)-int64(a), 0)
}

// likeness returns how unlike the texts are that need not be equal, from 0 to 1, and whether they are alike enough.
func (p *pairing) likeness(l, r int32) (float32, bool) {
	sum := float32(0)
	for _, a := range p.s.alike {
		share := a.share(int(l), int(r))
		if share < a.least() {
			return 0, false
		}
		sum += 1 - share
	}
	return sum / float32(max(1, len(p.s.alike))), true
}

// take keeps a pair.
func (p *pairing) take(l, r int32, cost float32) {
	f := Found{Kind: result.OneToOne, Chance: 1 - doubt*float64(cost)}
	if p.s.Pass.Kind == rules.Offset {
		members := []int{int(l), int(r)}
		slices.Sort(members)
		f.Kind = result.Offset
		if p.views[0].side == 0 {
			f.Left = members
		} else {
			f.Right = members
		}
		p.x.take(&p.s.Pass, f)
		return
	}
	p.x.pair = [2]int{int(l), int(r)}
	f.Left, f.Right = p.x.pair[:1], p.x.pair[1:]
	if p.s.Pass.Kind == rules.Near {
		if f.Cause, _ = p.cause(l, r); f.Cause != "" {
			f.Kind = result.Break
		}
	}
	p.x.take(&p.s.Pass, f)
}

// unique takes the pairs whose records have no other candidate.
func (p *pairing) unique() error {
	seen := make(map[int32]int, len(p.right)) // left records that see a right one
	only := make([]int32, len(p.left))
	costs := make([]float32, len(p.left))
	for i, l := range p.left {
		only[i] = none
		met := 0
		err := p.each(l, func(r int32, cost float32) bool {
			met++
			seen[r]++
			only[i], costs[i] = r, cost
			return true
		})
		if err != nil {
			return err
		}
		if met > 1 {
			p.x.meet(p.views[0], p.views[1], l, only[i])
			only[i] = none
		}
	}
	for i, l := range p.left {
		switch {
		case only[i] == none:
		case seen[only[i]] == 1:
			p.take(l, only[i], costs[i])
		default:
			p.x.meet(p.views[0], p.views[1], l, only[i])
		}
	}
	return nil
}

// best takes the choice of pairs that is worth the most together.
func (p *pairing) best() error {
	var able []pair
	at := make(map[int32]int32, len(p.right))
	for i, r := range p.right {
		at[r] = int32(i) //nolint:gosec // below two thousand million
	}
	kept := min(mostCandidates, max(leastCandidates, mostKeptPairs/len(p.left)))
	var own []candidate
	for i, l := range p.left {
		own = own[:0]
		err := p.each(l, func(r int32, cost float32) bool {
			own = append(own, candidate{int32(i), at[r], cost}) //nolint:gosec // below two thousand million
			return true
		})
		if err != nil {
			return err
		}
		if len(own) > kept {
			// Of equal costs, those that stand where this one stands: so that many alike do not all ask for the same few.
			place := int32(i * len(p.right) / len(p.left)) //nolint:gosec // below two thousand million
			slices.SortStableFunc(own, func(a, b candidate) int {
				return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(max(a.right-place, place-a.right), max(b.right-place, place-b.right)))
			})
			own = own[:kept]
		}
		slices.SortFunc(own, func(a, b candidate) int { return cmp.Compare(a.right, b.right) })
		for _, c := range own {
			able = append(able, pair{left: c.left, right: c.right, bits: pairWorth - c.cost})
		}
	}
	for _, i := range assign(able, len(p.left), len(p.right)) {
		p.take(p.left[able[i].left], p.right[able[i].right], pairWorth-able[i].bits)
	}
	for i := range able {
		p.x.meet(p.views[0], p.views[1], p.left[able[i].left], p.right[able[i].right])
	}
	return nil
}

// earliest gives each left record, the earliest first, the earliest right one that is left.
func (p *pairing) earliest() error {
	order := slices.Clone(p.left)
	if p.s.date != nil {
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(p.day(0, a), p.day(0, b)) })
	}
	taken := make(map[int32]bool, len(p.right))
	for _, l := range order {
		best, bestDay, bestCost := int32(none), int64(0), float32(0)
		err := p.each(l, func(r int32, cost float32) bool {
			day := int64(0)
			if p.s.date != nil {
				day = int64(p.day(1, r))
			}
			if best != none && day > bestDay {
				return false // the days come in their order
			}
			if !taken[r] && (best == none || r < best) {
				best, bestDay, bestCost = r, day, cost
			}
			return true
		})
		if err != nil {
			return err
		}
		if best != none {
			taken[best] = true
			p.take(l, best, bestCost)
		}
	}
	return nil
}

// Bounds of exact passes.
const (
	mostExact = 64  // records of a side with equal keys among which the best pairs are found; more are paired in their order
	yearApart = 366 // days from which nothing is further
)

// inOrder pairs records that agree in all by their dates, where both sides have such, and else by their rows: for best, so that dates lie
// as near as they can; for earliest, and where there are very many, one after the other. Where only unique pairs are wanted, there is none.
func (p *pairing) inOrder() {
	if a := p.s.Pass.Ambiguity; a == rules.Unique || a == "" {
		for _, l := range p.left {
			p.x.meet(p.views[0], p.views[1], l, p.right[0])
		}
		for _, r := range p.right {
			p.x.meet(p.views[0], p.views[1], p.left[0], r)
		}
		return
	}
	day := func(k int, i int32) record.Day { return 0 }
	if days := p.x.days(); days[0] != nil && days[1] != nil {
		day = func(k int, i int32) record.Day { return days[k][i] }
	}
	var order [2][]int32
	for k, members := range [2][]int32{p.left, p.right} {
		order[k] = slices.Clone(members)
		slices.SortStableFunc(order[k], func(a, b int32) int { return cmp.Compare(day(k, a), day(k, b)) })
	}
	left, right := order[0], order[1]
	if p.s.Pass.Ambiguity == rules.Best && max(len(left), len(right)) <= mostExact {
		var able []pair
		for i, l := range left {
			for j, r := range right {
				apart := math.Abs(float64(day(0, l)) - float64(day(1, r)))
				able = append(able, pair{left: int32(i), right: int32(j), bits: pairWorth - float32(min(apart, yearApart)/yearApart)}) //nolint:gosec // few
			}
		}
		for _, i := range assign(able, len(left), len(right)) {
			p.take(left[able[i].left], right[able[i].right], 0)
		}
	} else {
		for i := range min(len(left), len(right)) {
			p.take(left[i], right[i], 0)
		}
	}
}
