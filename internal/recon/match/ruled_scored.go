package match

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"time"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/rules"
)

// scored takes what the evidence speaks for: pairs, offsets or sums; sums and pairs at once where a joint pass follows.
func (x *ruled) scored(s *stage, joint *Step) error {
	r, err := x.evidence()
	if err != nil {
		return err
	}
	r.free, r.found = [2][]bool{slices.Clone(s.able[0]), slices.Clone(s.able[1])}, finds{}
	switch {
	case s.Pass.Of == rules.Offsets:
		r.cancelling()
	case s.Pass.Of == rules.Sums:
		err = r.rest(x.ctx, joint != nil)
	default:
		r.pairs(s.Pass.Name, x.evident(r, s))
	}
	if err == nil {
		err = x.ctx.Err()
	}
	if err != nil {
		return err
	}
	var f Found
	for i := range r.found.list {
		r.found.at(i, &f)
		pass := &s.Pass
		if joint != nil && len(f.Left) == 1 && len(f.Right) == 1 {
			pass = &joint.Pass
		}
		x.judge(pass, f)
	}
	r.free, r.found = x.free, finds{}
	return nil
}

// judge keeps what was found if its chance is high enough.
func (x *ruled) judge(pass *rules.Pass, f Found) {
	match := rules.DefaultMatch
	if pass.Match != nil {
		match = *pass.Match
	}
	if pass.Suggest != nil && f.Chance < *pass.Suggest {
		return
	}
	f.Status = result.Matched
	if f.Chance < match {
		f.Status = result.Suggested
	}
	x.take(pass, f)
}

// evident are the pairs of eligible records that a pass allows.
func (x *ruled) evident(r *run, s *stage) []pair {
	able := func(p *pair) bool { return r.free[0][p.left] && r.free[1][p.right] }
	onlyAmounts := s.Amount != nil && s.Date == nil && len(s.Keys) == 0 && len(s.Alike) == 0 && s.Pass.Amount.Field == nil && s.Pass.Amount.Equal()
	if onlyAmounts && r.dated() {
		return slices.DeleteFunc(r.sameAmounts(), func(p pair) bool { return !able(&p) })
	}
	var open [2][]int32
	for k := range open {
		for i, free := range r.free[k] {
			if free {
				open[k] = append(open[k], int32(i)) //nolint:gosec // below two thousand million
			}
		}
		if len(open[k]) == 0 {
			return nil
		}
	}
	p := &pairing{x: x, s: s, views: [2]view{{0, s.able[0]}, {1, s.able[1]}}}
	var rooms [2][]byte
	pairs := slices.DeleteFunc(r.s.candidates(open[0], open[1], mostKept), func(c pair) bool {
		if _, ok := p.cost(c.left, c.right); !ok {
			return true
		}
		for _, key := range s.keys {
			left, hasLeft := key.appendKey(rooms[0][:0], 0, int(c.left))
			right, hasRight := key.appendKey(rooms[1][:0], 1, int(c.right))
			rooms = [2][]byte{left, right}
			if !hasLeft || !hasRight || !bytes.Equal(left, right) {
				return true
			}
		}
		return false
	})
	r.s.model.measure(pairs)
	return pairs
}

// evidence prepares what is compared and how much it weighs: as the ruleset says, or as is learnt.
func (x *ruled) evidence() (*run, error) {
	if x.run != nil {
		return x.run, nil
	}
	sides := x.sides
	if x.set.Evidence != nil {
		var err error
		if sides, err = x.readable(); err != nil {
			return nil, err
		}
	}
	r := &run{s: newScored(sides[0], sides[1], x.progress), took: map[string]time.Duration{}, progress: x.progress}
	if err := x.ctx.Err(); err != nil {
		return nil, err
	}
	if x.plan.Opposite {
		r.s.right.amount = slices.Clone(r.s.right.amount) // the set's own
		for i := range r.s.right.amount {
			r.s.right.amount[i] = -r.s.right.amount[i]
		}
	}
	for k, set := range sides {
		r.best[k] = make([]near, set.Len())
		for i := range r.best[k] {
			r.best[k][i] = near{other: none, bits: hopeless}
		}
	}
	r.free = x.free
	weighed := false
	if e := x.set.Evidence; e != nil {
		if err := x.compare(r); err != nil {
			return nil, err
		}
		weighed = e.Compare[0].Bits != nil || e.Compare[0].Agree != nil
	}
	if !weighed {
		stretch := r.stretch([2][]int32{everyone(sides[0].Len()), everyone(sides[1].Len())})
		r.s.learn(stretch[0], stretch[1])
	}
	x.run = r
	return r, nil
}

// readable returns the sides with all columns that the evidence compares as texts read as such.
func (x *ruled) readable() ([2]*record.Set, error) {
	c := &compiler{set: x.set, sides: x.sides}
	var out [2]*record.Set
	for k, set := range x.sides {
		own := *set
		own.Columns = slices.Clone(set.Columns)
		for i := range x.set.Evidence.Compare {
			names := [2][]string{x.set.Evidence.Compare[i].Left, x.set.Evidence.Compare[i].Right}[k]
			columns, err := c.named(k, names, "evidence.compare["+strconv.Itoa(i)+"]."+[2]string{rules.Left, rules.Right}[k])
			if err != nil {
				return out, err
			}
			for _, at := range columns {
				if p := &own.Columns[at].Profile; p.Type != record.Date && !isMoney(p.Role) && (p.Role == record.ID || p.Role == record.Currency || p.Type == record.Empty || p.Type == record.Number) {
					p.Type, p.Role = record.Text, record.Attribute
				}
			}
		}
		out[k] = &own
	}
	return out, nil
}

// named finds columns by their names.
func (c *compiler) named(side int, names []string, path string) ([]int, error) {
	var out []int
	for i, name := range names {
		columns, err := c.columns(side, name, path+"["+strconv.Itoa(i)+"]")
		if err != nil {
			return nil, err
		}
		out = append(out, columns...)
	}
	return out, nil
}

// compare puts the ruleset's comparisons and weights in place of those that the data suggest.
func (x *ruled) compare(r *run) error {
	m, s := r.s.model, r.s
	m.comparisons, m.weights = nil, nil
	c := &compiler{set: x.set, sides: x.sides}
	for i, given := range x.set.Evidence.Compare {
		path := "evidence.compare[" + strconv.Itoa(i) + "]"
		name := given.Name
		var compared comparison
		switch given.Kind {
		case rules.AmountComparison:
			if _, err := c.of(nil, "amount", AmountValues, path, []int{0, 1}); err != nil {
				return err
			}
			compared = &amounts{field: orElse(name, "amount"), left: s.left.amount, right: s.right.amount, has: [2][]bool{s.left.known, s.right.known}}
		case rules.DateComparison:
			if _, err := c.of(nil, "date", DayValues, path, []int{0, 1}); err != nil {
				return err
			}
			compared = &days{field: orElse(name, "date"), left: s.left.day, right: s.right.day}
		default:
			left, err := x.texts(c, s.left, 0, given.Left, path)
			if err != nil {
				return err
			}
			right, err := x.texts(c, s.right, 1, given.Right, path)
			if err != nil {
				return err
			}
			compared = &texts{field: orElse(name, given.Right[0]), words: s.words, left: left, right: right, part: given.Part}
		}
		weights, err := x.weights(compared, &given, path)
		if err != nil {
			return err
		}
		m.comparisons = append(m.comparisons, compared)
		if weights != nil {
			m.weights = append(m.weights, weights)
		}
	}
	m.prior = math.Log2(firstShare / (1 - firstShare) / float64(max(1, m.width)))
	if x.set.Evidence.Prior != nil {
		m.prior = *x.set.Evidence.Prior
	}
	return nil
}

func orElse(name, other string) string {
	if name == "" {
		return other
	}
	return name
}

// texts are the words of some columns of a side.
func (x *ruled) texts(c *compiler, of *side, k int, names []string, path string) (*lists, error) {
	word := [2]string{rules.Left, rules.Right}[k]
	columns, err := c.named(k, names, path+"."+word)
	if err != nil {
		return nil, err
	}
	for _, i := range columns {
		if of.words[i] == nil {
			return nil, x.set.Problem(path+"."+word, "recon_rules.not_texts", map[string]any{"Name": x.sides[k].Columns[i].Name, "Source": x.sides[k].Name})
		}
	}
	switch {
	case len(columns) == 1:
		return of.words[columns[0]], nil
	case slices.Equal(columns, of.columns()):
		return of.text, nil
	}
	some := side{set: of.set, words: map[int]*lists{}}
	for _, i := range columns {
		some.words[i] = of.words[i]
	}
	return some.together(), nil
}

// weights returns the bits of each level, nil where they are to be learnt.
func (x *ruled) weights(c comparison, given *rules.Comparison, path string) ([]float32, error) {
	switch {
	case given.Bits != nil:
		if len(given.Bits) != c.levels() {
			return nil, x.set.Problem(path+".bits", "recon_rules.other_levels", map[string]any{"Wanted": c.levels(), "Given": len(given.Bits)})
		}
		bits := make([]float32, len(given.Bits))
		for i, b := range given.Bits {
			bits[i] = float32(b)
		}
		return bits, nil
	case given.Agree == nil:
		return nil, nil
	}
	bits := make([]float32, c.levels())
	for level := 1; level < len(bits); level++ {
		bits[level] = float32(*given.Disagree + (*given.Agree-*given.Disagree)*agreementOf(c, level))
	}
	return bits, nil
}

// noDays is how far dates lie apart that do not agree at all, where weights are set by hand.
const noDays = 14

// agreementOf is how much a level agrees, from 0 to 1.
func agreementOf(c comparison, level int) float64 {
	switch c.(type) {
	case *amounts:
		return 1 - float64(level-1)/float64(c.levels()-2)
	case *days:
		apart := level - 1 - farthest
		if level > 2*farthest+1 {
			apart = noDays
		}
		return max(0, 1-math.Abs(float64(apart))/noDays)
	}
	return float64((level-1)/tellingSteps) / (alikeSteps - 1)
}

// ruleset writes down what Auto did and what it learnt, so that Run does the same.
func (r *run) ruleset() *rules.Ruleset {
	set := &rules.Ruleset{Version: rules.Version, Sign: rules.Same, Evidence: &rules.Evidence{Prior: &r.s.model.prior}}
	for k, c := range r.s.model.comparisons {
		compared := rules.Comparison{Name: c.name()}
		switch c := c.(type) {
		case *amounts:
			compared.Kind = rules.AmountComparison
		case *days:
			compared.Kind = rules.DateComparison
		case *texts:
			compared.Kind, compared.Part = rules.TextComparison, c.part
			compared.Left, compared.Right = r.s.left.names(c.left), r.s.right.names(c.right)
		}
		for _, w := range r.s.model.weights[k] {
			compared.Bits = append(compared.Bits, shortest(w))
		}
		set.Evidence.Compare = append(set.Evidence.Compare, compared)
	}
	if !r.amountsHold {
		set.Passes = []rules.Pass{{Name: "scored", Kind: rules.Scored}}
		return set
	}
	set.Passes = []rules.Pass{
		{Name: "exact", Kind: rules.Scored, Amount: &rules.AmountLimit{Absolute: &rules.Range{}}},
		{Name: "offset", Kind: rules.Scored, Of: rules.Offsets},
		{Name: "sum", Kind: rules.Scored, Of: rules.Sums},
		{Name: "near", Kind: rules.Scored, Joint: true},
	}
	return set
}

// shortest returns the number with the fewest digits that still is the same weight.
func shortest(w float32) float64 {
	n, err := strconv.ParseFloat(strconv.FormatFloat(float64(w), 'g', -1, 32), 64)
	if err != nil {
		return float64(w)
	}
	return n
}

// names are the names of the columns that words were read from.
func (s *side) names(of *lists) []string {
	var all []string
	for _, i := range s.columns() {
		if s.words[i] == of {
			return []string{s.set.Columns[i].Name}
		}
		all = append(all, s.set.Columns[i].Name)
	}
	return all
}
