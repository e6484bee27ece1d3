package match

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// Found is a match by indexes from 0 into the sets.
type Found struct {
	Pass        string
	Kind        result.Kind
	Status      result.Status
	Left, Right []int
	Chance      float64
	Cause       string
	Parts       []result.Part
}

// Outcome is what a reconciliation found.
type Outcome struct {
	Found  []Found // by their first left record, those without one at the end
	Passes []result.Pass
	Rules  []byte
	run    *run
	best   [2][]int32 // of each record, its best pair
}

// run is the state of an automatic reconciliation.
type run struct {
	s           *scored
	free        [2][]bool
	found       []Found
	took        map[string]time.Duration // by pass
	amountsHold bool                     // what belongs together has equal amounts nearly always
}

// Bounds of the decisions.
const (
	surePair      = 0.5 // the chance from which a pair is a match
	holdingShare  = 0.8 // of the sure pairs must have equal amounts for sums to be looked for
	offsetDays    = 10
	offsetBits    = 10
	strangeDay    = -6 // bits of a lag that is not seen among matches
	lagMargin     = 1
	certain       = 0.9
	nextDay       = 2 // bits that a day next to a usual one is worth less
	learningPairs = 20
)

// Auto reconciles two sets without being told anything about them.
func Auto(ctx context.Context, left, right *record.Set) (*Outcome, error) {
	r := &run{s: newScored(left, right), took: map[string]time.Duration{}}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for k, set := range []*record.Set{left, right} {
		r.free[k] = make([]bool, set.Len())
		for i := range r.free[k] {
			r.free[k][i] = true
		}
	}
	r.amountsHold = r.amountsDecide()
	if !r.amountsHold {
		r.timed("scored", func() { r.pairs("scored", func(*pair) bool { return true }) })
		return r.outcome(), nil
	}
	r.timed("exact", func() { r.pairs("exact", r.s.equalAmounts) })
	r.timed("offset", func() { r.offsets(1); r.offsets(0) })
	r.timed("sum", r.groups)
	return r.outcome(), ctx.Err()
}

func (r *run) timed(pass string, find func()) {
	started := time.Now()
	find()
	r.took[pass] = time.Since(started)
}

// amountsDecide says whether what belongs together has equal amounts nearly always, as the surest pairs show.
func (r *run) amountsDecide() bool {
	if r.s.left.amount == nil || r.s.right.amount == nil || r.s.left.day == nil || r.s.right.day == nil {
		return false
	}
	sure, equal := 0, 0
	for _, i := range r.s.chosen {
		if p := &r.s.pairs[i]; p.chance >= certain {
			sure++
			if r.s.equalAmounts(p) {
				equal++
			}
		}
	}
	return float64(equal) >= holdingShare*float64(sure)
}

func (s *scored) equalAmounts(p *pair) bool {
	return s.left.known[p.left] && s.right.known[p.right] && s.left.amount[p.left] == s.right.amount[p.right]
}

// pairs takes the pairs of free records that pass a test, by the best assignment among them.
func (r *run) pairs(pass string, test func(p *pair) bool) {
	var able []pair
	for i := range r.s.pairs {
		if p := &r.s.pairs[i]; r.free[0][p.left] && r.free[1][p.right] && p.bits > 0 && test(p) {
			able = append(able, *p)
		}
	}
	r.s.model.expect(able) // who has found a partner competes no more
	for _, i := range assign(able, r.s.left.set.Len(), r.s.right.set.Len()) {
		p := able[i]
		kind := result.OneToOne
		if r.s.left.amount != nil && r.s.right.amount != nil && !r.s.equalAmounts(&p) {
			kind = result.Break
		}
		r.take(Found{Pass: pass, Kind: kind, Left: []int{int(p.left)}, Right: []int{int(p.right)}, Chance: float64(p.chance), Cause: r.cause(&p), Parts: r.parts(&p)})
	}
}

func (r *run) side(k int) *side {
	if k == 0 {
		return r.s.left
	}
	return r.s.right
}

func (r *run) take(f Found) {
	f.Status = result.Matched
	if f.Chance < surePair {
		f.Status = result.Suggested
	}
	for _, i := range f.Left {
		r.free[0][i] = false
	}
	for _, i := range f.Right {
		r.free[1][i] = false
	}
	r.found = append(r.found, f)
}

// offsets finds pairs of one side that cancel out: equal amounts of the other sign, a few days apart, which say the same.
func (r *run) offsets(side int) {
	of := r.side(side)
	byAmount := map[int64][]int{}
	for i, free := range r.free[side] {
		if free && of.known[i] && of.amount[i] < 0 && of.day[i] != record.NoDay {
			byAmount[of.amount[i]] = append(byAmount[of.amount[i]], i)
		}
	}
	all := of.lists(of.columns())
	words := &texts{words: r.s.words}
	var able []pair
	for i, free := range r.free[side] {
		if !free || !of.known[i] || of.amount[i] <= 0 || of.day[i] == record.NoDay {
			continue
		}
		for _, j := range byAmount[-of.amount[i]] {
			apart := int(of.day[j] - of.day[i])
			if apart < -offsetDays || apart > offsetDays {
				continue
			}
			_, shared := words.agreement(gather(all, i, nil), gather(all, j, nil))
			if bits := shared - offsetBits - float32(max(apart, -apart))/2; bits > 0 {
				able = append(able, pair{left: int32(i), right: int32(j), bits: bits}) //nolint:gosec // below two thousand million
			}
		}
	}
	slices.SortFunc(able, func(a, b pair) int { return cmp.Or(cmp.Compare(a.left, b.left), cmp.Compare(a.right, b.right)) })
	for _, i := range assign(able, of.set.Len(), of.set.Len()) {
		members := []int{int(able[i].left), int(able[i].right)}
		slices.Sort(members)
		f := Found{Pass: "offset", Kind: result.Offset, Chance: chanceOf(float64(able[i].bits))}
		if side == 0 {
			f.Left = members
		} else {
			f.Right = members
		}
		r.take(f)
	}
}

// groups finds what adds up and what nearly agrees, both at once: a record that fits a sum may fit a partner with another amount too.
func (r *run) groups() {
	all := append(r.sums(0), r.sums(1)...)
	var near []pair
	for i := range r.s.pairs {
		if p := &r.s.pairs[i]; r.free[0][p.left] && r.free[1][p.right] && p.bits > 0 {
			near = append(near, *p)
		}
	}
	r.s.model.expect(near) // who has found a partner competes no more
	for i := range near {
		all = append(all, alternative{left: []int{int(near[i].left)}, right: []int{int(near[i].right)}, bits: float64(near[i].bits), pass: "near", pair: &near[i]})
	}
	for _, at := range pack(all, r.s.left.set.Len(), r.s.right.set.Len()) {
		a := all[at]
		f := Found{Pass: a.pass, Left: a.left, Right: a.right, Chance: chanceOf(a.bits)}
		switch {
		case a.pair != nil:
			f.Kind, f.Cause, f.Parts = result.Break, r.cause(a.pair), r.parts(a.pair)
			if r.s.equalAmounts(a.pair) {
				f.Kind = result.OneToOne
			}
		case len(a.left) == 1:
			f.Kind = result.OneToMany
		default:
			f.Kind = result.ManyToOne
		}
		r.take(f)
	}
}

// chanceOf turns bits for and against into a chance.
func chanceOf(bits float64) float64 { return 1 - 1/(1+math.Exp2(bits)) }

// sums lists records of one side that several of the other side add up to.
func (r *run) sums(side int) []alternative {
	one, many := r.side(side), r.side(1-side)
	lag := r.lag(side)
	s := &sums{one: one, many: many, oneFree: r.free[side], manyFree: r.free[1-side], first: 1, latest: -1, shared: r.sharer(side)}
	for d := record.Day(-farthest); d <= farthest; d++ {
		if lag[d+farthest] > strangeDay {
			if s.latest < s.first {
				s.first = d
			}
			s.latest = d
		}
	}
	s.lag = func(one, many record.Day) (float64, bool) {
		d := many - one
		if d < s.first || d > s.latest {
			return 0, false
		}
		return lag[d+farthest], lag[d+farthest] > strangeDay
	}
	var all []alternative
	for _, g := range s.find() {
		a := alternative{left: []int{g.one}, right: g.many, bits: g.bits, pass: "sum"}
		if side == 1 {
			a.left, a.right = g.many, []int{g.one}
		}
		all = append(all, a)
	}
	return all
}

// lag is what each number of days from a record of a side to its partner's weighs, as was learnt from pairs; one that is next to a usual
// one is taken for possible.
func (r *run) lag(side int) []float64 {
	bits := make([]float64, 2*farthest+1)
	for i := range bits {
		bits[i] = 2 * strangeDay
	}
	for k, c := range r.s.model.comparisons {
		if _, ok := c.(*days); !ok {
			continue
		}
		weights := r.s.model.weights[k][1:]
		for d := -farthest; d <= farthest; d++ {
			weight := float64(weights[d+farthest])
			for near := max(-farthest, d-lagMargin); near <= min(farthest, d+lagMargin); near++ {
				weight = max(weight, float64(weights[near+farthest])-nextDay)
			}
			if weight <= 0 {
				continue
			}
			at := d
			if side == 1 {
				at = -d
			}
			bits[at+farthest] = weight
		}
	}
	return bits
}

// sharer returns how many bits the words of a record and of one of the other side share, above what any two records do.
func (r *run) sharer(side int) func(one, many int) float64 {
	left, right := r.s.left.lists(r.s.left.columns()), r.s.right.lists(r.s.right.columns())
	words := &texts{words: r.s.words}
	return func(one, many int) float64 {
		l, r := one, many
		if side == 1 {
			l, r = many, one
		}
		_, shared := words.agreement(gather(left, l, nil), gather(right, r, nil))
		return float64(shared) - 2
	}
}
