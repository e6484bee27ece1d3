package match

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// Outcome is what a reconciliation found.
type Outcome struct {
	found    finds
	Passes   []result.Pass
	Rules    []byte
	Opposite bool // amounts of the right count with the other sign
	run      *run
	ruled    *reasons // of what a ruleset that somebody wrote did; nil otherwise
}

// run is the state of an automatic reconciliation.
type run struct {
	s           *scored
	free        [2][]bool
	found       finds
	took        map[string]time.Duration // by pass
	amountsHold bool                     // what belongs together has equal amounts nearly always
	best        [2][]near                // of each record, its best candidate
	remembering sync.Mutex               // of best
	slots       sync.Pool                // room of pack
	labels      [2]*labels
	progress    *progress
}

// near is the best candidate that a record met.
type near struct {
	other  int32
	bits   float32
	chance float32
}

// Bounds of the decisions.
const (
	surePair       = 0.5 // the chance from which a pair is a match
	holdingShare   = 0.8 // of the sure pairs must have equal amounts for sums to be looked for
	offsetDays     = 10
	offsetBits     = 10
	otherReference = 8  // bits that speak against cancelling what names another document
	strangeDay     = -6 // bits of a lag that is not seen among matches
	lagMargin      = 1
	certain        = 0.9
	nextDay        = 2 // bits that a day next to a usual one is worth less
)

// About how much of the work is done after each step.
const (
	shareOfWords    = 0.1
	shareOfLearning = 0.15
	shareOfEqual    = 0.2
	shareOfSums     = 0.85
)

// Auto reconciles two sets without being told anything about them. What it costs grows with the number of records, not with its square:
// how the sides belong together is learnt from a stretch of time, equal amounts are joined, and what they leave open is looked at one
// stretch of time after the other.
func Auto(ctx context.Context, left, right *record.Set, tell Tell) (*Outcome, error) {
	p, stop := watch(ctx, tell)
	defer stop()
	p.step(shareOfWords, 1)
	r := &run{s: newScored(left, right, p), took: map[string]time.Duration{}, progress: p}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for k, set := range []*record.Set{left, right} {
		r.free[k], r.best[k] = make([]bool, set.Len()), make([]near, set.Len())
		for i := range r.free[k] {
			r.free[k][i], r.best[k][i] = true, near{other: none, bits: hopeless}
		}
	}
	all := [2][]int32{everyone(left.Len()), everyone(right.Len())}
	p.step(shareOfLearning, 1)
	stretch := r.stretch(all)
	pairs, chosen := r.s.learn(stretch[0], stretch[1])
	r.amountsHold = r.amountsDecide(pairs, chosen)
	if !r.amountsHold {
		if len(stretch[0]) < len(all[0]) || len(stretch[1]) < len(all[1]) {
			pairs, _ = r.s.learn(all[0], all[1])
		}
		r.timed("scored", func() { r.pairs("scored", pairs) })
		return r.outcome(), ctx.Err()
	}
	p.step(shareOfEqual, 1)
	r.timed("exact", func() { r.pairs("exact", r.sameAmounts()) })
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.timed("offset", r.cancelling)
	if err := r.rest(ctx, true); err != nil {
		return nil, err
	}
	return r.outcome(), nil
}

// cancelling takes the records of either side that cancel out.
func (r *run) cancelling() {
	var found [2][]Found
	var group sync.WaitGroup
	for side := range found {
		group.Go(func() { found[side] = r.offsets(side) })
	}
	group.Wait()
	for _, f := range slices.Concat(found[1], found[0]) {
		r.take(f)
	}
}

// rest takes what adds up, and at once with it what nearly agrees where that is wanted too; in the end what words alone lead to.
func (r *run) rest(ctx context.Context, near bool) (err error) {
	var group sync.WaitGroup
	group.Go(func() { r.labels[0] = labelsOf(r.s.left, r.s.words) })
	group.Go(func() { r.labels[1] = labelsOf(r.s.right, r.s.words) })
	group.Wait()
	r.timed("sum", func() {
		err = r.inPortions(ctx, shareOfSums, func(p *portion) []alternative {
			all := slices.Concat(r.sums(0, p), r.sums(1, p))
			if near {
				all = append(all, r.near(r.nearby(p))...)
			}
			return all
		})
	})
	if err != nil || !near {
		return err
	}
	r.timed("near", func() {
		err = r.inPortions(ctx, 1, func(p *portion) []alternative { return r.near(r.alike(p)) })
	})
	return err
}

func everyone(n int) []int32 {
	all := make([]int32, n)
	for i := range all {
		all[i] = int32(i) //nolint:gosec // below two thousand million
	}
	return all
}

func (r *run) timed(pass string, find func()) {
	started := time.Now()
	find()
	r.took[pass] += time.Since(started)
}

// amountsDecide says whether what belongs together has equal amounts nearly always, as the surest pairs show.
func (r *run) amountsDecide(pairs []pair, chosen []int) bool {
	if !r.dated() {
		return false
	}
	sure, equal := 0, 0
	for _, i := range chosen {
		if p := &pairs[i]; p.chance >= certain {
			sure++
			if r.s.equalAmounts(p) {
				equal++
			}
		}
	}
	return float64(equal) >= holdingShare*float64(sure)
}

// dated says whether both sides have amounts and dates.
func (r *run) dated() bool {
	return r.s.left.amount != nil && r.s.right.amount != nil && r.s.left.day != nil && r.s.right.day != nil
}

func (s *scored) equalAmounts(p *pair) bool {
	return s.left.known[p.left] && s.right.known[p.right] && s.left.amount[p.left] == s.right.amount[p.right]
}

// pairs takes those of some pairs that the best assignment among them chooses.
func (r *run) pairs(pass string, able []pair) {
	r.s.model.expect(able) // who has found a partner competes no more
	r.remember(able)
	f := Found{Pass: pass, Left: make([]int, 1), Right: make([]int, 1)}
	for _, i := range assign(able, r.s.left.set.Len(), r.s.right.set.Len()) {
		p := &able[i]
		f.Kind = result.OneToOne
		if r.s.left.amount != nil && r.s.right.amount != nil && !r.s.equalAmounts(p) {
			f.Kind = result.Break
		}
		f.Left[0], f.Right[0], f.Chance, f.Cause, f.levels = int(p.left), int(p.right), float64(p.chance), r.cause(p), p.levels
		r.take(f)
	}
}

// remember keeps the best candidate of each record, whichever portion sees it first.
func (r *run) remember(pairs []pair) {
	r.remembering.Lock()
	defer r.remembering.Unlock()
	for i := range pairs {
		p := &pairs[i]
		r.best[0][p.left].improve(near{p.right, p.bits, p.chance})
		r.best[1][p.right].improve(near{p.left, p.bits, p.chance})
	}
}

func (n *near) improve(by near) {
	if cmp.Or(cmp.Compare(by.bits, n.bits), cmp.Compare(by.chance, n.chance), cmp.Compare(n.other, by.other)) > 0 {
		*n = by
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
	r.found.add(&f)
}

// offsets finds pairs of one side that cancel out: equal amounts of the other sign, a few days apart, which say the same.
func (r *run) offsets(side int) (found []Found) {
	of := r.side(side)
	var ordered []int32
	for i, free := range r.free[side] {
		if free && of.known[i] && of.amount[i] != 0 && of.day[i] != record.NoDay {
			ordered = append(ordered, int32(i)) //nolint:gosec // below two thousand million
		}
	}
	slices.SortFunc(ordered, func(a, b int32) int {
		return cmp.Or(cmp.Compare(of.amount[a], of.amount[b]), cmp.Compare(of.day[a], of.day[b]), cmp.Compare(a, b))
	})
	var able []pair
	for _, i := range ordered {
		if of.amount[i] <= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(ordered, of.day[i]-offsetDays, func(j int32, day record.Day) int {
			return cmp.Or(cmp.Compare(of.amount[j], -of.amount[i]), cmp.Compare(of.day[j], day))
		})
		for ; at < len(ordered) && of.amount[ordered[at]] == -of.amount[i] && of.day[ordered[at]] <= of.day[i]+offsetDays; at++ {
			j := ordered[at]
			bits := r.s.words.shared(few(of.text.at(int(i))), few(of.text.at(int(j)))) - offsetBits - float32(abs(int64(of.day[j]-of.day[i])))/2
			if of.differ(int(i), int(j)) {
				bits -= otherReference
			}
			if bits > 0 {
				able = append(able, pair{left: i, right: j, bits: bits})
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
		found = append(found, f)
	}
	return found
}

// differ says whether two records of a side name different documents.
func (s *side) differ(a, b int) bool {
	for i := range s.set.Columns {
		if p := &s.set.Columns[i].Profile; p.Role != record.Reference || p.Unique { // one that is never the same names the record
			continue
		}
		if l := s.words[i]; l != nil && len(l.at(a)) > 0 && len(l.at(b)) > 0 && !slices.Equal(l.at(a), l.at(b)) {
			return true
		}
	}
	return false
}

// near are the pairs that more speaks for than against, whatever their amounts. What adds up and what nearly agrees is chosen from at once:
// a record that fits a sum may fit a partner with another amount too.
func (r *run) near(pairs []pair) []alternative {
	r.s.model.expect(pairs) // who has found a partner competes no more
	r.remember(pairs)
	var all []alternative
	for i := range pairs {
		if p := &pairs[i]; p.bits > 0 {
			all = append(all, alternative{left: []int{int(p.left)}, right: []int{int(p.right)}, bits: float64(p.bits), pass: "near", pair: p})
		}
	}
	return all
}

// choose finds the best of what competes for the same records, as far as it may be settled here.
func (r *run) choose(all []alternative, settles func(*alternative) bool) (found []Found) {
	slots, ok := r.slots.Get().(*[2][]int32)
	if !ok {
		slots = &[2][]int32{make([]int32, r.s.left.set.Len()), make([]int32, r.s.right.set.Len())}
	}
	defer r.slots.Put(slots)
	for _, at := range pack(all, *slots) {
		a := all[at]
		if !settles(&a) {
			continue
		}
		f := Found{Pass: a.pass, Left: a.left, Right: a.right, Chance: chanceOf(a.bits)}
		switch {
		case a.pair != nil:
			f.Kind, f.Cause, f.levels = result.Break, r.cause(a.pair), a.pair.levels
			if r.s.equalAmounts(a.pair) {
				f.Kind = result.OneToOne
			}
		case len(a.left) == 1:
			f.Kind = result.OneToMany
		default:
			f.Kind = result.ManyToOne
		}
		found = append(found, f)
	}
	return found
}

// chanceOf turns bits for and against into a chance.
func chanceOf(bits float64) float64 { return 1 - 1/(1+math.Exp2(bits)) }

// sums lists records of one side that several of the other side add up to.
func (r *run) sums(side int, of *portion) []alternative {
	one, many := r.side(side), r.side(1-side)
	lag := r.lag(side)
	s := &sums{one: one, many: many, ones: of.records[side], manies: of.records[1-side], words: r.s.words, oneLabels: r.labels[side], manyLabels: r.labels[1-side], shared: r.sharer(side), progress: r.progress}
	s.first, s.latest = usual(lag)
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

// usual returns the first and the last number of days that are seen between records which belong together; first is after last where none is.
func usual(lag []float64) (first, last record.Day) {
	first, last = 1, 0
	for d := record.Day(-farthest); d <= farthest; d++ {
		if lag[d+farthest] > strangeDay {
			if last < first {
				first = d
			}
			last = d
		}
	}
	return first, last
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

// commonBits are those that any two texts share, about.
const commonBits = 2

// sharer returns how many bits the words of a record and of one of the other side share, above what any two records do. It is asked for one
// record and many others.
func (r *run) sharer(side int) func(k *kin, one, many int) float64 {
	of, others := r.side(side).text, r.side(1-side).text
	return func(k *kin, one, many int) float64 {
		k.begin(few(of.at(one)))
		return float64(k.shared(r.s.words, few(others.at(many)), side == 1)) - commonBits
	}
}
