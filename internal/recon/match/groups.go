package match

import (
	"cmp"
	"math"
	"slices"

	"khadamat/internal/recon/record"
)

// The bounds of the search for sums.
const (
	mostMembers   = 12     // of a group, beside the one that they add up to
	mostPool      = 40     // records in one window of days
	closeSpan     = 2      // days between the members of a group, whoever they are
	mostSpan      = 9      // days between members whose words tie them to the one they add up to
	tied          = 6      // bits that such words share
	mostSteps     = 60_000 // of one search
	mostSolutions = 24     // kept for one record
	sureGroup     = 4      // bits from which a group is a match, and no suggestion
	mostShared    = 8      // bits that the words of one member add
	farBits       = 0.5    // and each beyond closeSpan
	spanBits      = 2.5    // what a day between members speaks against a group
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

// solutions lists the sets that add up to a record's amount, the best of them.
func (s *sums) solutions(one int) []group {
	target, sign := s.one.amount[one], int64(1)
	if target < 0 {
		target, sign = -target, -1
	}
	var found []group
	tried := 1.0
	for span := record.Day(0); span <= mostSpan; span++ {
		for start := s.one.day[one] + s.first; start+span <= s.one.day[one]+s.latest; start++ {
			pool := s.pool(one, start, span, sign, target)
			if len(pool) < 2 {
				continue
			}
			sets := s.search(pool, target, start, span)
			for _, size := range []int{2, 3, 4} {
				tried += choose(len(pool), size)
			}
			for _, many := range sets {
				found = append(found, group{one: one, many: many, bits: s.weigh(one, many, target, len(pool), span)})
			}
		}
		if len(found) > 0 && span == closeSpan {
			break // what lies further apart is worse by far
		}
	}
	slices.SortFunc(found, func(a, b group) int { return cmp.Or(-cmp.Compare(a.bits, b.bits), slices.Compare(a.many, b.many)) })
	return found[:min(len(found), mostSolutions)]
}

// pool are the free records of a window of days that may be part of a sum: of its sign, and smaller. Where there are too many, those whose
// words fit best are taken.
func (s *sums) pool(one int, start, span record.Day, sign, target int64) []int {
	var pool []int
	for day := start; day <= start+span; day++ {
		if _, usual := s.lag(s.one.day[one], day); !usual {
			continue
		}
		for _, i := range s.byDay[day] {
			if a := s.many.amount[i] * sign; a > 0 && a < target && (span <= closeSpan || s.shared(one, i) >= tied) {
				pool = append(pool, i)
			}
		}
	}
	if len(pool) > mostPool {
		fit := make(map[int]float64, len(pool))
		for _, i := range pool {
			fit[i] = s.shared(one, i)
		}
		slices.SortStableFunc(pool, func(a, b int) int { return -cmp.Compare(fit[a], fit[b]) })
		pool = pool[:mostPool]
	}
	slices.SortStableFunc(pool, func(a, b int) int {
		return -cmp.Compare(abs(s.many.amount[a]), abs(s.many.amount[b]))
	})
	return pool
}

func abs(n int64) int64 { return max(n, -n) }

// search lists the sets of two and more of the pool that add up to target and use the first and the last day of the window, so that each
// set is found in one window only.
func (s *sums) search(pool []int, target int64, start, span record.Day) [][]int {
	rest := make([]int64, len(pool)+1)
	for i := len(pool) - 1; i >= 0; i-- {
		rest[i] = rest[i+1] + abs(s.many.amount[pool[i]])
	}
	var found [][]int
	var chosen []int
	steps := 0
	var walk func(at int, left int64)
	walk = func(at int, left int64) {
		if steps++; steps > mostSteps || len(found) >= 4*mostSolutions {
			return
		}
		if left == 0 {
			if len(chosen) >= 2 && s.spans(chosen, start, span) {
				set := slices.Clone(chosen)
				slices.Sort(set)
				found = append(found, set)
			}
			return
		}
		if at == len(pool) || len(chosen) == mostMembers || rest[at] < left {
			return
		}
		if a := abs(s.many.amount[pool[at]]); a <= left {
			chosen = append(chosen, pool[at])
			walk(at+1, left-a)
			chosen = chosen[:len(chosen)-1]
		}
		walk(at+1, left)
	}
	walk(0, target)
	return found
}

func (s *sums) spans(set []int, start, span record.Day) bool {
	first, last := false, false
	for _, i := range set {
		first = first || s.many.day[i] == start
		last = last || s.many.day[i] == start+span
	}
	return first && last
}

// weigh returns the bits for a set against its adding up by chance.
func (s *sums) weigh(one int, many []int, target int64, pool int, span record.Day) float64 {
	k := len(many)
	tried := 0.0
	for size := 2; size <= k; size++ {
		tried += choose(pool, size)
	}
	// How likely a set of so many has this very sum: the sums lie about as a normal distribution does, on round steps where all members are.
	spread := s.deviation * math.Sqrt(2*math.Pi*float64(k))
	likely := 1 / spread
	if target%s.round == 0 {
		likely = math.Max(likely, math.Pow(s.roundShare, float64(k))*float64(s.round)/spread)
	}
	bits := -math.Log2(likely*tried) - spanBits*float64(min(span, closeSpan)) - farBits*float64(max(0, span-closeSpan))
	lag := 0.0
	for _, i := range many {
		bits += math.Min(mostShared, s.shared(one, i))
		days, _ := s.lag(s.one.day[one], s.many.day[i])
		lag += days
	}
	return bits + lag/float64(k) // the members came together, so their lag counts once
}

func choose(n, k int) float64 {
	out := 1.0
	for i := range k {
		out = out * float64(n-i) / float64(i+1)
	}
	return out
}
