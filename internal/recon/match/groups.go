package match

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sync"

	"khadamat/internal/recon/record"
)

// The bounds of the search for sums.
const (
	mostMembers   = 12    // of a group, beside the one that they add up to
	mostPool      = 26    // records in one window of days
	closeSpan     = 2     // days between the members of a group, whoever they are
	mostSpan      = 9     // days between members whose words tie them to the one they add up to
	tied          = 6     // bits that such words share
	mostFound     = 2_000 // sets of one search
	mostSolutions = 24    // kept for one record
	mostShared    = 8     // bits that the words of one member add
	farBits       = 0.5   // and each beyond closeSpan
	spanBits      = 2.5   // what a day between members speaks against a group
)

// group is a record of one side with those of the other side that add up to it, by their indexes.
type group struct {
	one  int
	many []int
	bits float64
}

// sums finds records whose amount is the sum of several of the other side. Whether a set of records that adds up is more than chance is
// weighed in bits: for it speak the sum itself, the more so the fewer sets were tried and the less round it is, and the words that the
// records share; against it, that its members lie days apart. Sets that want the same record compete, and the choice is made for all
// that are tied together.
type sums struct {
	one, many     *side
	ones, manies  []int32                                               // the free records of both
	lag           func(one, many record.Day) (bits float64, usual bool) // how well the days fit
	shared        func(one, many int) float64                           // bits that the words of both share
	byDay         map[record.Day][]int                                  // free records of the many side
	deviation     float64                                               // of the amounts of the many side
	round         int64
	roundShare    float64
	first, latest record.Day // offsets of days at which members may lie
	searches      sync.Pool
}

func (s *sums) find() []group {
	s.prepare()
	found := make([][]group, len(s.ones))
	each(len(s.ones), func(at int) {
		if i := int(s.ones[at]); s.one.known[i] && s.one.amount[i] != 0 && s.one.day[i] != record.NoDay {
			found[at] = s.solutions(i)
		}
	})
	return slices.Concat(found...)
}

func (s *sums) prepare() {
	s.byDay = map[record.Day][]int{}
	var sum, squares, n, round float64
	s.round = 1000
	for _, i := range s.manies {
		i := int(i)
		if !s.many.known[i] || s.many.day[i] == record.NoDay || s.many.amount[i] == 0 {
			continue
		}
		s.byDay[s.many.day[i]] = append(s.byDay[s.many.day[i]], i)
		a := math.Abs(float64(s.many.amount[i]))
		sum, squares, n = sum+a, squares+a*a, n+1
		if s.many.amount[i]%s.round == 0 {
			round++
		}
	}
	if n > 0 {
		s.deviation = math.Sqrt(math.Max(1, squares/n-sum/n*sum/n))
		s.roundShare = round / n
	}
}

// piece is a record that may be part of a sum.
type piece struct {
	index  int
	day    record.Day
	amount int64   // without its sign
	shared float64 // bits that its words share with the record that the sum is for
}

// solutions lists the sets that add up to a record's amount, the best of them.
func (s *sums) solutions(one int) []group {
	target, sign := s.one.amount[one], int64(1)
	if target < 0 {
		target, sign = -target, -1
	}
	pieces := s.pieces(one, sign, target)
	var found []group
	search, ok := s.searches.Get().(*subsets)
	if !ok {
		search = &subsets{}
	}
	defer s.searches.Put(search)
	var pool []piece
	for span := record.Day(0); span <= mostSpan; span++ {
		for start := s.one.day[one] + s.first; start+span <= s.one.day[one]+s.latest; start++ {
			pool = pool[:0]
			total := int64(0)
			for _, p := range pieces {
				if start <= p.day && p.day <= start+span && (span <= closeSpan || p.shared >= tied) {
					pool = append(pool, p)
					total += p.amount
				}
			}
			if len(pool) < 2 || total < target {
				continue
			}
			likely := trim(pool)
			for _, set := range search.find(likely, target, start, start+span) {
				found = append(found, s.group(one, likely, set, target, span, len(pool)))
			}
		}
		if len(found) > 0 && span == closeSpan {
			break // what lies further apart is worse by far
		}
	}
	slices.SortFunc(found, func(a, b group) int { return cmp.Or(-cmp.Compare(a.bits, b.bits), slices.Compare(a.many, b.many)) })
	return found[:min(len(found), mostSolutions)]
}

// pieces are the records that may be part of a sum: of its sign, smaller, and a usual number of days away.
func (s *sums) pieces(one int, sign, target int64) []piece {
	var all []piece
	for day := s.one.day[one] + s.first; day <= s.one.day[one]+s.latest; day++ {
		if _, usual := s.lag(s.one.day[one], day); !usual {
			continue
		}
		for _, i := range s.byDay[day] {
			if a := s.many.amount[i] * sign; a > 0 && a < target {
				all = append(all, piece{index: i, day: day, amount: a, shared: s.shared(one, i)})
			}
		}
	}
	return all
}

// trim leaves the pieces whose words fit best, the largest first.
func trim(pool []piece) []piece {
	if len(pool) > mostPool {
		slices.SortStableFunc(pool, func(a, b piece) int { return -cmp.Compare(a.shared, b.shared) })
		pool = pool[:mostPool]
	}
	slices.SortStableFunc(pool, func(a, b piece) int { return -cmp.Compare(a.amount, b.amount) })
	return pool
}

func abs(n int64) int64 { return max(n, -n) }

// subsets finds the sets of numbers that add up to a target by meeting in the middle: the sums of all subsets of one half are looked up
// among those of the other (Horowitz and Sahni, Computing Partitions with Applications to the Knapsack Problem, 1974). It keeps its room
// from one search to the next.
type subsets struct {
	halves [2][]int64
	slots  []int32 // a hash table: numbers of subsets of the first half, from 1
	next   []int32 // the next subset of the same slot
}

// find lists the sets of two and more pieces that add up to target and use the first and the last day of the window, so that each set is
// found in one window only. Those of fewest members come first.
func (s *subsets) find(pool []piece, target int64, first, last record.Day) []uint32 {
	var onFirst, onLast uint32
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
	for i, p := range pool {
		if p.day == first {
			onFirst |= 1 << i
		}
		if p.day == last {
			onLast |= 1 << i
		}
	}
	size := 2 * len(s.halves[0])
	clear(room(&s.slots, size))
	room(&s.next, len(s.halves[0]))
	slot := func(sum int64) uint64 { return uint64(sum) * 0x9E3779B97F4A7C15 >> 32 % uint64(size) } //nolint:gosec // a hash
	for i, sum := range s.halves[0] {
		if sum <= target {
			at := slot(sum)
			s.next[i], s.slots[at] = s.slots[at], int32(i+1) //nolint:gosec // at most 2^13
		}
	}
	var found []uint32
	for j, sum := range s.halves[1] {
		if sum > target {
			continue
		}
		for i := s.slots[slot(target-sum)]; i != 0; i = s.next[i-1] {
			set := uint32(i-1) | uint32(j)<<middle //nolint:gosec // at most mostPool pieces
			if s.halves[0][i-1] != target-sum || set&onFirst == 0 || set&onLast == 0 || bits.OnesCount32(set) < 2 || bits.OnesCount32(set) > mostMembers {
				continue
			}
			if found = append(found, set); len(found) == mostFound {
				break
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

// group weighs a set of the pool, in bits against its adding up by chance among as many records as there were.
func (s *sums) group(one int, pool []piece, set uint32, target int64, span record.Day, records int) group {
	k := bits.OnesCount32(set)
	tried := 0.0
	for size := 2; size <= k; size++ {
		tried += choose(records, size)
	}
	// How likely a set of so many has this very sum: the sums lie about as a normal distribution does, on round steps where all members are.
	spread := s.deviation * math.Sqrt(2*math.Pi*float64(k))
	likely := 1 / spread
	if target%s.round == 0 {
		likely = math.Max(likely, math.Pow(s.roundShare, float64(k))*float64(s.round)/spread)
	}
	g := group{one: one, many: make([]int, 0, k)}
	g.bits = -math.Log2(likely*tried) - spanBits*float64(min(span, closeSpan)) - farBits*float64(max(0, span-closeSpan))
	lag := 0.0
	for ; set != 0; set &= set - 1 {
		p := &pool[bits.TrailingZeros32(set)]
		g.many = append(g.many, p.index)
		g.bits += math.Min(mostShared, p.shared)
		days, _ := s.lag(s.one.day[one], p.day)
		lag += days
	}
	slices.Sort(g.many)
	g.bits += lag / float64(k) // the members came together, so their lag counts once
	return g
}

func choose(n, k int) float64 {
	out := 1.0
	for i := range k {
		out = out * float64(n-i) / float64(i+1)
	}
	return out
}
