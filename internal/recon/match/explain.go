package match

import (
	"cmp"
	"fmt"
	"slices"

	"khadamat/internal/recon/result"
)

// Parts are the reasons for what was found, by its number: what the prior says, and each comparison.
func (o *Outcome) Parts(i int) []result.Part {
	var rooms [2][1]int
	f := &Found{Left: rooms[0][:0], Right: rooms[1][:0]}
	o.found.at(i, f)
	switch {
	case f.levels != nil:
	case o.ruled != nil:
		return o.ruled.parts(f)
	default:
		return nil
	}
	return o.run.parts(&pair{left: int32(f.Left[0]), right: int32(f.Right[0]), levels: f.levels}) //nolint:gosec // below two thousand million
}

func (r *run) parts(p *pair) []result.Part {
	m := r.s.model
	out := []result.Part{{Field: "prior", Weight: m.prior}}
	for k, c := range m.comparisons {
		if p.levels[k] == 0 {
			continue
		}
		out = append(out, result.Part{Field: c.name(), Finding: c.finding(int(p.left), int(p.right)), Weight: float64(m.weights[k][p.levels[k]])})
	}
	return out
}

func (c *amounts) finding(l, r int) string {
	if d := c.left[l] - c.right[r]; d != 0 {
		return fmt.Sprintf("%+.2f", float64(d)/100)
	}
	return "="
}

func (c *days) finding(l, r int) string { return fmt.Sprintf("%+d d", int(c.right[r])-int(c.left[l])) }

func (c *texts) finding(l, r int) string {
	share, shared := c.agreement(c.left.at(l), c.right.at(r))
	return fmt.Sprintf("%.0f %%, %.0f bits", 100*share, shared)
}

// cause says what most likely made two amounts differ.
func (r *run) cause(p *pair) string {
	if r.s.left.amount == nil || r.s.right.amount == nil || r.s.equalAmounts(p) {
		return ""
	}
	a, b := r.s.left.amount[p.left], r.s.right.amount[p.right]
	apart := abs(a - b)
	switch {
	case swapped(a, b):
		return "swapped_digits"
	case apart <= 5:
		return "rounding"
	case float64(apart) <= 0.04*float64(max(abs(a), abs(b))):
		return "fee"
	}
	return "other"
}

// outcome sorts what was found and counts it.
func (r *run) outcome() *Outcome {
	r.found.sort()
	o := &Outcome{found: r.found, run: r}
	at := map[string]int{}
	o.found.count(func(name string) *result.Pass {
		i, ok := at[name]
		if !ok {
			i = len(o.Passes)
			at[name] = i
			o.Passes = append(o.Passes, result.Pass{Name: name, Kind: name, Took: r.took[name]})
		}
		return &o.Passes[i]
	})
	slices.SortFunc(o.Passes, func(a, b result.Pass) int {
		return cmp.Compare(slices.Index(passes, a.Name), slices.Index(passes, b.Name))
	})
	o.Rules = r.rules()
	return o
}

// hopeless are the bits below which a candidate is none.
const hopeless = -10

// passes are the names of the passes in their order.
var passes = []string{"exact", "offset", "sum", "near", "scored"}

// rules writes down what was done, and with what was learnt from the data.
func (r *run) rules() []byte { return r.ruleset().YAML() }

// Near is the best partner that an open record could have had.
type Near struct {
	Other  int // its index
	Chance float64
	Reason string // taken, too_different, ambiguous
	Apart  string
}

// Nearest returns the best candidate of a record of a side (0 or 1), nil where it has none.
func (o *Outcome) Nearest(side, i int) *Near {
	if o.ruled != nil {
		return o.ruled.of(side, i)
	}
	return o.run.nearest(side, i)
}

func (r *run) nearest(side, i int) *Near {
	best := r.best[side][i]
	if best.other == none {
		return nil
	}
	n := &Near{Other: int(best.other), Chance: float64(best.chance), Reason: "too_different"}
	p := &pair{left: int32(i), right: best.other, levels: make([]uint8, len(r.s.model.comparisons))} //nolint:gosec // below two thousand million
	if side == 1 {
		p.left, p.right = p.right, p.left
	}
	r.s.model.look(p)
	if !r.free[1-side][n.Other] {
		n.Reason = "taken"
	} else if best.bits > 0 {
		n.Reason = "ambiguous"
	}
	for k, c := range r.s.model.comparisons {
		if w := r.s.model.weights[k][p.levels[k]]; p.levels[k] > 0 && w < 0 {
			if n.Apart != "" {
				n.Apart += "; "
			}
			n.Apart += c.name() + " " + c.finding(int(p.left), int(p.right))
		}
	}
	return n
}
