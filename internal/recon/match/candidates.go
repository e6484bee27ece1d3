package match

import (
	"math"
	"runtime"
	"slices"
	"sync"
)

// pair is a left and a right record that may belong together, by their index from 0.
type pair struct {
	left, right int32
	levels      []uint8 // of each comparison
	bits        float32 // the evidence, of all comparisons
	chance      float32 // that they belong together, given all that compete with them
}

// A record is looked up by its clues: its words, their neighbours, its amount, its days. Two records that share many rare clues are
// candidates. This is retrieval as search engines do it, with the inverse document frequency as weight: no blocking keys have to be
// chosen, and nothing is compared with everything.
type clues struct {
	all  []uint64 // hashes
	ends []int64
}

func (c *clues) of(i int) []uint64 {
	if i == 0 {
		return c.all[:c.ends[0]]
	}
	return c.all[c.ends[i-1]:c.ends[i]]
}

// clue kinds keep equal numbers of different meaning apart.
const (
	wordClue = iota
	beginningClue
	endingClue
	neighboursClue
	wholeClue
	amountClue
	dayClue
	wordAmountClue
	gramClue
)

func clue(kind int, parts ...uint64) uint64 {
	h := uint64(kind)*0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019 //nolint:gosec // a small constant
	for _, p := range parts {
		h ^= p
		h *= 0xBF58476D1CE4E5B9
		h ^= h >> 31
	}
	return h
}

func textHash(text []byte) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h
}

// amountBand cuts amounts into bands of a twentieth each; neighbouring bands hold what differs by up to that.
func amountBand(minor int64) int {
	return int(math.Round(math.Log(math.Abs(float64(minor))+1) / math.Log(1.07)))
}

// index finds for each clue the right records that have it.
type index struct {
	starts map[uint64]int32 // into lists
	lists  [][]int32
}

const (
	mostPerClue = 400 // right records of a clue: one that more have tells little and costs much
	mostKept    = 48  // candidates of a record
	leastKept   = 6   // where there are very many records
	mostPairs   = 4_000_000
	fewKept     = 16 // of one where it is known what tells
)

func buildIndex(right *clues, n int) *index {
	counts := make(map[uint64]int32, len(right.all)/2)
	for _, c := range right.all {
		counts[c]++
	}
	ix := &index{starts: make(map[uint64]int32, len(counts))}
	for i := range n {
		for _, c := range right.of(i) {
			if counts[c] > mostPerClue {
				continue
			}
			at, ok := ix.starts[c]
			if !ok {
				at = int32(len(ix.lists)) //nolint:gosec // below two thousand million
				ix.starts[c] = at
				ix.lists = append(ix.lists, make([]int32, 0, counts[c]))
			}
			ix.lists[at] = append(ix.lists[at], int32(i)) //nolint:gosec // below two thousand million
		}
	}
	return ix
}

// candidates returns for each left record the right ones that share the most telling clues with it, and the same the other way round,
// each pair once, in order.
func candidates(left, right *clues, nLeft, nRight, kept int, until *progress) []pair {
	forward := retrieve(left, buildIndex(right, nRight), nLeft, nRight, kept, until)
	backward := retrieve(right, buildIndex(left, nLeft), nRight, nLeft, kept, until)
	keys := make([]uint64, 0, len(forward)+len(backward))
	for _, p := range forward {
		keys = append(keys, uint64(p[0])<<32|uint64(p[1])) //nolint:gosec // indexes
	}
	for _, p := range backward {
		keys = append(keys, uint64(p[1])<<32|uint64(p[0])) //nolint:gosec // indexes
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	all := make([]pair, len(keys))
	for i, key := range keys {
		all[i].left, all[i].right = int32(key>>32), int32(key) //nolint:gosec // indexes
	}
	return all
}

func retrieve(from *clues, ix *index, n, others, kept int, until *progress) [][2]int32 {
	workers := runtime.GOMAXPROCS(0)
	found := make([][][2]int32, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			score := make([]float32, others)
			var touched []int32
			var order []uint64
			found[w] = make([][2]int32, 0, kept*n/workers)
			for i := w * n / workers; i < (w+1)*n/workers; i++ {
				if i%oftenEnough == 0 && until.over() {
					return
				}
				touched = touched[:0]
				for _, c := range from.of(i) {
					at, ok := ix.starts[c]
					if !ok {
						continue
					}
					list := ix.lists[at]
					weight := float32(math.Log2(float64(others+1) / float64(len(list))))
					for _, j := range list {
						if score[j] == 0 {
							touched = append(touched, j)
						}
						score[j] += weight
					}
				}
				order = order[:0]
				for _, j := range touched {
					// Scores are positive, so their bits are in their order: turned round, the best come first.
					order = append(order, uint64(^math.Float32bits(score[j]))<<32|uint64(j)) //nolint:gosec // an index
					score[j] = 0
				}
				if len(order) > kept {
					slices.Sort(order)
				}
				for _, key := range order[:min(len(order), kept)] {
					found[w] = append(found[w], [2]int32{int32(i), int32(key)}) //nolint:gosec // below two thousand million
				}
			}
		})
	}
	group.Wait()
	return slices.Concat(found...)
}
