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
		for _, record := range p.uses[at] {
			p.wanted[record] = append(p.wanted[record], int32(at)) //nolint:gosec // below two thousand million
		}
	}
	for at := range all {
		if p.fits(at) {
			p.take(at)
		}
	}
	p.changed, p.looked = make([]int32, records), make([]int32, len(all))
	for at := range p.looked {
		p.looked[at] = -1
	}
	for range packRounds {
		better := false
		for at := range all {
			if !p.chosen[at] && p.worthLooking(at) && p.exchange(at) {
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

	now     int32
	changed []int32 // by record: when its holder changed last
	looked  []int32 // by alternative: when an exchange for it was looked at last

	others, filled []int32 // room of exchange
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

func (p *packer) fits(at int) bool {
	if p.all[at].bits <= 0 {
		return false
	}
	for _, record := range p.uses[at] {
		if p.holder[record] != none {
			return false
		}
	}
	return true
}

func (p *packer) take(at int) {
	p.chosen[at] = true
	for _, record := range p.uses[at] {
		p.holder[record] = int32(at) //nolint:gosec // below two thousand million
	}
}

func (p *packer) drop(at int) {
	p.chosen[at] = false
	for _, record := range p.uses[at] {
		p.holder[record] = none
	}
}

// worthLooking is false where nothing around an alternative has changed since the last time.
func (p *packer) worthLooking(at int) bool {
	before := p.looked[at]
	p.looked[at] = p.now
	for _, record := range p.uses[at] {
		if p.changed[record] > before {
			return true
		}
		if h := p.holder[record]; h != none {
			for _, other := range p.uses[h] {
				if p.changed[other] > before {
					return true
				}
			}
		}
	}
	return false
}

// exchange takes an alternative in place of those in its way, and what then finds room, if all that is worth more.
func (p *packer) exchange(at int) bool {
	if p.all[at].bits <= 0 {
		return false
	}
	others := p.others[:0]
	for _, record := range p.uses[at] {
		if h := p.holder[record]; h != none && !slices.Contains(others, h) {
			others = append(others, h)
		}
	}
	lost := 0.0
	for _, o := range others {
		lost += p.all[o].bits
		p.drop(int(o))
	}
	p.take(at)
	gained := p.all[at].bits
	filled := p.filled[:0]
	for _, o := range others {
		for _, record := range p.uses[o] {
			if p.holder[record] != none {
				continue
			}
			for _, next := range p.wanted[record] {
				if !p.chosen[next] && p.fits(int(next)) {
					p.take(int(next))
					filled = append(filled, next)
					gained += p.all[next].bits
					break
				}
			}
		}
	}
	p.others, p.filled = others, filled
	if gained > lost+1e-9 {
		p.now++
		for _, around := range [][]int32{{int32(at)}, others, filled} { //nolint:gosec // below two thousand million
			for _, a := range around {
				for _, record := range p.uses[a] {
					p.changed[record] = p.now
				}
			}
		}
		return true
	}
	for _, f := range filled {
		p.drop(int(f))
	}
	p.drop(at)
	for _, o := range others {
		p.take(int(o))
	}
	return false
}
