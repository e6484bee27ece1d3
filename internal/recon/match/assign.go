package match

import (
	"cmp"
	"container/heap"
	"slices"
)

// assign chooses pairs so that no record is used twice and the evidence of the chosen ones, which must be for them, adds up to the most
// there can be: the assignment of least cost, found by shortest augmenting paths over the pairs that there are (Jonker and Volgenant, A
// Shortest Augmenting Path Algorithm, 1987, for sparse graphs). It returns the numbers of the chosen pairs, in order.
func assign(pairs []pair, nLeft, nRight int) []int {
	starts := make([]int32, nLeft+1)
	var edges []int32
	for i := range pairs {
		if pairs[i].bits > 0 {
			edges = append(edges, int32(i)) //nolint:gosec // below two thousand million
			starts[pairs[i].left+1]++
		}
	}
	slices.SortStableFunc(edges, func(a, b int32) int { return cmp.Compare(pairs[a].left, pairs[b].left) })
	for i := range nLeft {
		starts[i+1] += starts[i]
	}
	a := &assigner{pairs: pairs, edges: edges, starts: starts, price: make([]float64, nRight), taker: make([]int32, nRight), chosen: make([]int32, nLeft),
		distance: make([]float64, nRight), via: make([]int32, nRight), state: make([]uint8, nRight)}
	for i := range a.taker {
		a.taker[i] = none
	}
	for i := range a.chosen {
		a.chosen[i] = none
	}
	for l := range nLeft {
		a.augment(int32(l)) //nolint:gosec // below two thousand million
	}
	var out []int
	for _, e := range a.chosen {
		if e != none {
			out = append(out, int(e))
		}
	}
	return out
}

const none = -1

type assigner struct {
	pairs  []pair
	edges  []int32   // numbers of pairs, by left record
	starts []int32   // of each left record's edges
	price  []float64 // of each right record, the dual variable
	taker  []int32   // the pair that has a right record
	chosen []int32   // the pair that a left record has

	distance []float64 // of a search, by right record
	via      []int32   // the pair over which it was reached
	state    []uint8   // 0 not seen, 1 seen, 2 settled
}

type step struct {
	distance float64
	right    int32
}

type queue []step

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].distance < q[j].distance || q[i].distance == q[j].distance && q[i].right < q[j].right
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(step)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// gain is what a left record has of a pair at present prices.
func (a *assigner) gain(e int32) float64 { return float64(a.pairs[e].bits) - a.price[a.pairs[e].right] }

// augment finds a partner for a left record, moving others where all together gain by it, or leaves one without a partner who gains
// least: to have none is worth nothing, and nothing is paid for it.
func (a *assigner) augment(l int32) {
	best := 0.0
	for _, e := range a.edges[a.starts[l]:a.starts[l+1]] {
		best = max(best, a.gain(e))
	}
	// Most find what is best for them free.
	first := int32(none)
	for _, e := range a.edges[a.starts[l]:a.starts[l+1]] {
		if r := a.pairs[e].right; best > 0 && a.taker[r] == none && a.gain(e) == best && (first == none || r < a.pairs[first].right) {
			first = e
		}
	}
	if first != none {
		a.taker[a.pairs[first].right], a.chosen[l] = first, first
		return
	}
	var open queue
	var seen []int32
	reach := func(from int32, base, level float64) {
		for _, e := range a.edges[a.starts[from]:a.starts[from+1]] {
			r := a.pairs[e].right
			d := base + level - a.gain(e)
			if a.state[r] == 0 || a.state[r] == 1 && d < a.distance[r] {
				if a.state[r] == 0 {
					seen = append(seen, r)
				}
				a.state[r], a.distance[r], a.via[r] = 1, d, e
				heap.Push(&open, step{d, r})
			}
		}
	}
	// The end of the search: a free right record, or a left record that is left alone.
	end, endDistance, alone := int32(none), best, l
	reach(l, 0, best)
	for len(open) > 0 {
		s := heap.Pop(&open).(step)
		if a.state[s.right] == 2 || s.distance > a.distance[s.right] {
			continue
		}
		if s.distance >= endDistance {
			break
		}
		a.state[s.right] = 2
		e := a.taker[s.right]
		if e == none {
			end, endDistance, alone = s.right, s.distance, none
			break
		}
		other := a.pairs[e].left
		level := a.gain(e)
		if s.distance+level < endDistance { // that one goes without
			end, endDistance, alone = s.right, s.distance+level, other
		}
		reach(other, s.distance, level)
	}
	for _, r := range seen {
		if a.state[r] == 2 && a.distance[r] < endDistance {
			a.price[r] += endDistance - a.distance[r]
		}
		a.state[r] = 0
	}
	if end == none {
		return
	}
	if alone != none {
		a.chosen[alone] = none
	}
	for r := end; ; {
		e := a.via[r]
		from := a.pairs[e].left
		before := a.chosen[from]
		a.taker[r], a.chosen[from] = e, e
		if from == l || before == none {
			return
		}
		r = a.pairs[before].right
	}
}
