package match

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/rules"
)

// What findings of rules count in an explanation, in bits. They are not learnt: equal keys count by how many different ones there are, the
// others at most as much as stands here, and less towards their limits.
const (
	likenessBits = 6
	amountBits   = 8
	dateBits     = 4
	sumBits      = 8
)

// reasons explain what a ruleset did.
type reasons struct {
	x       *ruled
	steps   map[string]int // by the name of the pass
	sums    *operand       // the amounts of both sides by their role, nil without
	days    [2][]record.Day
	evident bool      // all passes go by evidence
	hints   [2][]hint // what makes the candidate of a record that was met its nearest one
}

// hint says how a record came by its candidate.
type hint uint8

const (
	noHint     hint = iota
	passHint        // a pass had it
	keyHint         // it has the same key
	amountHint      // it has the same amount
)

// chances of what a hint leads to.
var chances = [...]float64{passHint: 0.5, keyHint: 0.3, amountHint: 0.1}

func newReasons(x *ruled, steps map[string]int) *reasons {
	e := &reasons{x: x, steps: steps, days: x.days()}
	e.sums = e.amounts()
	e.evident = !slices.ContainsFunc(x.steps, func(s *stage) bool { return s.Pass.Kind != rules.Scored })
	e.look()
	return e
}

// parts are the reasons for what a pass found.
func (e *reasons) parts(f *Found) []result.Part {
	s := e.x.steps[e.steps[f.Pass]]
	if s.Pass.Kind == rules.Scored {
		return nil
	}
	var out []result.Part
	for _, key := range s.keys {
		out = append(out, result.Part{Field: key.Name, Finding: "=", Weight: s.bits / float64(len(s.keys))})
	}
	switch {
	case s.Pass.Kind == rules.Offset:
		out = append(out, result.Part{Field: "amount", Finding: "Σ = 0.00", Weight: sumBits})
	case s.Pass.Kind == rules.Group || s.Pass.Kind == rules.Sum:
		out = append(out, e.sum(s, f))
	default:
		out = append(out, e.pair(s, f)...)
	}
	return out
}

// sum says what the members add up to.
func (e *reasons) sum(s *stage, f *Found) result.Part {
	difference := int64(0)
	for _, i := range f.Left {
		difference += s.amount.amount(0, i)
	}
	for _, i := range f.Right {
		difference -= s.amount.amount(1, i)
	}
	return result.Part{Field: s.amount.Name, Finding: fmt.Sprintf("Σ %d = Σ %d%s", len(f.Left), len(f.Right), strings.TrimPrefix(inUnits(difference), "=")), Weight: sumBits}
}

// inUnits writes a difference, "=" where there is none.
func inUnits(minor int64) string {
	if minor == 0 {
		return "="
	}
	return fmt.Sprintf(" %+.2f", float64(minor)/minorPerUnit)
}

// pair says how the two compare in what need not be equal.
func (e *reasons) pair(s *stage, f *Found) []result.Part {
	var out []result.Part
	l, r := f.Left[0], f.Right[0]
	p := &pairing{x: e.x, s: s, views: [2]view{{side: 0}, {side: 1}}}
	for _, a := range s.alike {
		share := a.share(l, r)
		out = append(out, result.Part{Field: a.Name, Finding: fmt.Sprintf("%.0f %%", 100*share), Weight: likenessBits * float64(share)})
	}
	if s.amount != nil && (p.limitsAmount() || s.Pass.Kind == rules.Near) {
		a, b := s.amount.amount(0, l), s.amount.amount(1, r)
		weight := amountBits * (1 - float64(abs(a-b))/float64(max(1, abs(a), abs(b), abs(a-b))))
		out = append(out, result.Part{Field: s.amount.Name, Finding: strings.TrimSpace(inUnits(a - b)), Weight: weight})
	}
	if s.date != nil {
		cost, _ := p.dateCost(int32(l), int32(r)) //nolint:gosec // below two thousand million
		apart := int(s.date.of[1].day[r]) - int(s.date.of[0].day[l])
		out = append(out, result.Part{Field: s.date.Name, Finding: fmt.Sprintf("%+d d", apart), Weight: dateBits * (1 - float64(cost))})
	}
	return out
}

// of returns the nearest candidate of an open record, nil where it has none: one that a pass by rules had, or the one that the evidence
// speaks for most, or one that is like it.
func (e *reasons) of(side, i int) *Near {
	other, h := e.x.met[side][i], e.hints[side][i]
	reason := "taken"
	if other != none && e.x.free[1-side][other] {
		if reason = "too_different"; h == passHint {
			reason = ambiguous
		}
	}
	if e.x.run != nil && reason != ambiguous {
		if near := e.x.run.nearest(side, i); near != nil || e.evident {
			return near
		}
	}
	if other == none {
		return nil
	}
	l, r := i, int(other)
	if side == 1 {
		l, r = r, l
	}
	return &Near{Other: int(other), Chance: chances[h], Reason: reason, Apart: e.apart(l, r)}
}

const ambiguous = "ambiguous"

// apart says in what two records differ: their amounts, their dates, and the texts that the ruleset compares.
func (e *reasons) apart(l, r int) string {
	var out []string
	if a := e.sums; a != nil && a.of[0].known[l] && a.of[1].known[r] {
		if d := a.amount(0, l) - a.amount(1, r); d != 0 {
			out = append(out, a.Name+inUnits(d))
		}
	}
	if days := e.days; days[0] != nil && days[1] != nil && days[0][l] != record.NoDay && days[1][r] != record.NoDay && days[0][l] != days[1][r] {
		out = append(out, fmt.Sprintf("date %+d d", int(days[1][r])-int(days[0][l])))
	}
	if a := e.unlike(l, r); a != nil {
		out = append(out, fmt.Sprintf("%s %.0f %%", a.Name, 100*a.share(l, r)))
	}
	return strings.Join(out, "; ")
}

// unlike is the first comparison of texts in the ruleset by which two records are not alike enough, nil without.
func (e *reasons) unlike(l, r int) *likeness {
	for _, s := range e.x.steps {
		for _, a := range s.alike {
			if a.share(l, r) < a.least() {
				return a
			}
		}
	}
	return nil
}

// amounts are the amounts of both sides by their role, nil without.
func (e *reasons) amounts() *operand {
	c := &compiler{set: e.x.set, sides: e.x.sides}
	compared, err := c.of(nil, string(record.Amount), AmountValues, "", []int{0, 1})
	if err != nil {
		return nil
	}
	o, err := e.x.operand(&compared)
	if err != nil {
		return nil
	}
	return o
}

// Bounds of the search for the nearest candidates.
const (
	mostLookedAt = 200 // of a group, for each record
	dayMinor     = 100 // minor units that a day counts for in what is near
)

// look finds the nearest candidates of all open records: what a pass met, then what has the same key as a pass asks for, then what has the
// same amount.
func (e *reasons) look() {
	x := e.x
	for k := range e.hints {
		e.hints[k] = make([]hint, len(x.met[k]))
		for i, other := range x.met[k] {
			if other != none && x.free[k][i] {
				e.hints[k][i] = passHint
			}
		}
	}
	if e.evident {
		return
	}
	amounts := e.sums
	seen := map[string]bool{}
	for _, s := range x.steps {
		var keys []*operand
		name := ""
		for _, key := range s.keys {
			if key.As == TextValues && s.Pass.Kind != rules.Offset && s.Pass.Kind != rules.Scored {
				keys = append(keys, key)
				name += key.Name + "\x00" + key.Field.Extract + "\x00"
			}
		}
		if only := len(keys) == 1 && keys[0].Name == string(record.Currency); len(keys) > 0 && !only && !seen[name] {
			seen[name] = true
			e.lookBy(keys, amounts, keyHint)
		}
	}
	if amounts != nil {
		e.lookBy([]*operand{amounts}, amounts, amountHint)
	}
}

// lookBy gives open records without a candidate the nearest one that has equal keys.
func (e *reasons) lookBy(keys []*operand, amounts *operand, as hint) {
	x := e.x
	g := x.around(keys, func(k, i int) bool { return x.free[k][i] && e.hints[k][i] == noHint })
	days := e.days
	distance := func(l, r int32) float64 {
		d := 0.0
		if amounts != nil {
			d += math.Abs(float64(amounts.amount(0, int(l)) - amounts.amount(1, int(r))))
		}
		if days[0] != nil && days[1] != nil {
			d += dayMinor * math.Abs(float64(days[0][l])-float64(days[1][r]))
		}
		return d
	}
	inParallel(g.count, func(from, to int) {
		for group := from; group < to; group++ {
			members := [2][]int32{g.sides[0].of(group), g.sides[1].of(group)}
			for k := range members {
				others := members[1-k]
				for at, i := range members[k] {
					if e.hints[k][i] != noHint || !x.free[k][i] || len(others) == 0 {
						continue
					}
					// Of very many, those that stand about where this one stands.
					near := max(0, min(at*len(others)/len(members[k])-mostLookedAt/2, len(others)-mostLookedAt))
					best := math.Inf(1)
					for _, other := range others[near:min(len(others), near+mostLookedAt)] {
						l, r := i, other
						if k == 1 {
							l, r = other, i
						}
						if d := distance(l, r); d < best {
							best, x.met[k][i] = d, other
						}
					}
					e.hints[k][i] = as
				}
			}
		}
	})
}
