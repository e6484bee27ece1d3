package match

import (
	"cmp"
	"slices"
)

// alternative is one way to use some records: those of a group, or of a pair that does not agree in all.
type alternative struct {
	left, right []int
	bits        float64
	pass        string
	pair        *pair
}

const packRounds = 6

// pack chooses among alternatives that compete for records, so that what speaks for the chosen ones adds up to as much as can be found:
// the best first, then any exchange of some for another, and for what that makes room for, which is worth more. (The problem, weighted
// set packing, has no quick exact solution.) It returns their numbers in order. Slots are room for a number of each record of both sides,
// all zero, and are so again at the end.
func pack(all []alternative, slots [2][]int32) []int {
	slices.SortStableFunc(all, func(a, b alternative) int {
		return cmp.Or(-cmp.Compare(a.bits, b.bits), slices.Compare(a.left, b.left), slices.Compare(a.right, b.right))
	})
	p := &packer{all: all, chosen: make([]bool, len(all))}
	records := p.number(slots)
	p.wanted, p.holder = make([][]int32, records), make([]int32, records)
	for i := range p.holder {
		p.holder[i] = none
	}
	for at := range all {
		p.each(at, func(record int32) { p.wanted[record] = append(p.wanted[record], int32(at)) }) //nolint:gosec // below two thousand million
	}
	for at := range all {
		if p.fits(at) {
			p.take(at)
		}
	}
	for range packRounds {
		better := false
		for at := range all {
			if !p.chosen[at] && p.exchange(at) {
				better = true
			}
		}
		if !better {
			break
		}
	}
	var out []int
	for at, chosen := range p.chosen {
		if chosen {
			out = append(out, at)
		}
	}
	return out
}

type packer struct {
	all    []alternative
	uses   [][]int32 // by alternative: the records, numbered as they come up
	wanted [][]int32 // by record: the alternatives that want it, the best first
	holder []int32   // by record: the chosen alternative that has it
	chosen []bool
}

// number gives each record that is wanted a number, and returns how many there are.
func (p *packer) number(slots [2][]int32) int {
	p.uses = make([][]int32, len(p.all))
	count := int32(0)
	for at := range p.all {
		a := &p.all[at]
		uses := make([]int32, 0, len(a.left)+len(a.right))
		for side, members := range [2][]int{a.left, a.right} {
			for _, i := range members {
				if slots[side][i] == 0 {
					count++
					slots[side][i] = count
				}
				uses = append(uses, slots[side][i]-1)
			}
		}
		p.uses[at] = uses
	}
	for at := range p.all {
		for side, members := range [2][]int{p.all[at].left, p.all[at].right} {
			for _, i := range members {
				slots[side][i] = 0
			}
		}
	}
	return int(count)
}

func (p *packer) each(at int, visit func(record int32)) {
	for _, record := range p.uses[at] {
		visit(record)
	}
}

func (p *packer) fits(at int) bool {
	fits := p.all[at].bits > 0
	p.each(at, func(record int32) { fits = fits && p.holder[record] == none })
	return fits
}

func (p *packer) take(at int) {
	p.chosen[at] = true
	p.each(at, func(record int32) { p.holder[record] = int32(at) }) //nolint:gosec // below two thousand million
}

func (p *packer) drop(at int) {
	p.chosen[at] = false
	p.each(at, func(record int32) { p.holder[record] = none })
}

// exchange takes an alternative in place of those in its way, and what then finds room, if all that is worth more.
func (p *packer) exchange(at int) bool {
	var others []int
	p.each(at, func(record int32) {
		if h := p.holder[record]; h != none && !slices.Contains(others, int(h)) {
			others = append(others, int(h))
		}
	})
	lost := 0.0
	for _, o := range others {
		lost += p.all[o].bits
		p.drop(o)
	}
	p.take(at)
	gained := p.all[at].bits
	filled := []int{}
	for _, o := range others {
		p.each(o, func(record int32) {
			if p.holder[record] != none {
				return
			}
			for _, next := range p.wanted[record] {
				if !p.chosen[next] && p.fits(int(next)) {
					p.take(int(next))
					filled = append(filled, int(next))
					gained += p.all[next].bits
					break
				}
			}
		})
	}
	if gained > lost+1e-9 {
		return true
	}
	for _, f := range filled {
		p.drop(f)
	}
	p.drop(at)
	for _, o := range others {
		p.take(o)
	}
	return false
}
