package match

import (
	"cmp"
	"math/bits"
	"slices"

	"khadamat/internal/recon/record"
)

// subsets finds the sets of numbers that add up to a target by meeting in the middle: the sums of all subsets of one half are looked up
// among those of the other (Horowitz and Sahni, Computing Partitions with Applications to the Knapsack Problem, 1974). Nearly all of them
// have no counterpart, which a bit for each of their hashes tells. It keeps its room from one search to the next.
type subsets struct {
	halves [2][]int64
	seen   [2][filterBits / 64]uint64 // the hashes of the sums of the first half, and of what those that may have a counterpart lack
	maybe  []int32                    // subsets of the second half whose counterpart may be there
	ones   []int32                    // subsets of the first half that may be one
	next   []int32                    // of each of these, the next one of its bucket
	first  [buckets]int32             // of each bucket, the first one of ones; none
	kin    kin
}

// buckets hold the subsets that may be a counterpart, by the hashes of their sums.
const buckets = 1 << 8

// filterBits are those of the filter for the largest half; smaller ones use less of it.
const filterBits = 1 << 16

// find lists the sets of two and more pieces that add up to target and use the first and the last day of the window, so that each set is
// found in one window only. A set has a bit for each of its pieces. Those of fewest members come first.
func (s *subsets) find(pool []piece, target int64, first, last record.Day) []uint32 {
	var onFirst, onLast uint32
	for i, p := range pool {
		if p.day == first {
			onFirst |= 1 << i
		}
		if p.day == last {
			onLast |= 1 << i
		}
	}
	if onFirst == 0 || onLast == 0 {
		return nil
	}
	middle := len(pool) / 2
	for k, half := range [][]piece{pool[:middle], pool[middle:]} {
		sums := room(&s.halves[k], 1<<len(half))
		sums[0] = 0
		for i, p := range half {
			for j, sum := range sums[:1<<i] {
				sums[1<<i+j] = sum + p.amount
			}
		}
	}
	used := min(middle+5, bits.TrailingZeros(filterBits))
	hashOf := func(sum int64) uint64 { return uint64(sum) * 0x9E3779B97F4A7C15 >> (64 - used) } //nolint:gosec // a hash
	clear(s.seen[0][:max(1, 1<<used/64)])
	clear(s.seen[1][:max(1, 1<<used/64)])
	for _, sum := range s.halves[0] {
		h := hashOf(sum)
		s.seen[0][h/64] |= 1 << (h % 64)
	}
	s.maybe, s.ones = s.maybe[:0], s.ones[:0]
	for j, sum := range s.halves[1] {
		if h := hashOf(target - sum); s.seen[0][h/64]>>(h%64)&1 != 0 {
			s.maybe = append(s.maybe, int32(j)) //nolint:gosec // at most 2^13
			s.seen[1][h/64] |= 1 << (h % 64)
		}
	}
	if len(s.maybe) == 0 {
		return nil
	}
	for i, sum := range s.halves[0] {
		if h := hashOf(sum); s.seen[1][h/64]>>(h%64)&1 != 0 {
			s.ones = append(s.ones, int32(i)) //nolint:gosec // at most 2^13
		}
	}
	for i := range s.first {
		s.first[i] = none
	}
	s.next = room(&s.next, len(s.ones))
	for at := len(s.ones) - 1; at >= 0; at-- {
		bucket := &s.first[hashOf(s.halves[0][s.ones[at]])%buckets]
		s.next[at], *bucket = *bucket, int32(at) //nolint:gosec // at most 2^13
	}
	var found []uint32
	for _, j := range s.maybe {
		lacking := target - s.halves[1][j]
		for at := s.first[hashOf(lacking)%buckets]; at != none && len(found) < mostFound; at = s.next[at] {
			if s.halves[0][s.ones[at]] != lacking {
				continue
			}
			set := uint32(s.ones[at]) | uint32(j)<<middle //nolint:gosec // at most mostPool pieces
			if members := bits.OnesCount32(set); set&onFirst != 0 && set&onLast != 0 && members >= 2 && members <= mostMembers {
				found = append(found, set)
			}
		}
	}
	slices.SortFunc(found, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(bits.OnesCount32(a), bits.OnesCount32(b)), cmp.Compare(a, b))
	})
	return found[:min(len(found), 4*mostSolutions)]
}

// room makes a slice that long, of what it has if that is enough.
func room[T any](of *[]T, length int) []T {
	if cap(*of) < length {
		*of = make([]T, length)
	}
	*of = (*of)[:length]
	return *of
}
