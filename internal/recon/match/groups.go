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
	mostPool      = 22    // records in one window of days
	closeSpan     = 2     // days between the members of a group, whoever they are
	mostSpan      = 9     // days between members whose words tie them to the one they add up to
	lateDays      = 5     // beyond the usual ones, for a part that comes late and whose words tie it to the one they add up to
	tied          = 6     // bits that such words share
	mostFound     = 2_000 // sets of one search
	mostSolutions = 24    // kept for one record
	mostUntied    = 1_000 // records of the days of a sum from which on only those are members whose words tie them to it
	mostSaying    = 1_000 // of them may say a word that ties
	mostTied      = 200   // are looked at
	turnedBits    = 5     // that a member of the other sign speaks against a group
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
	ones, manies  []int32 // the free records of both
	words         *lexicon
	oneLabels     *labels
	manyLabels    *labels
	lag           func(one, many record.Day) (bits float64, usual bool) // how well the days fit
	shared        func(k *kin, one, many int) float64                   // bits that the words of both share
	ordered       []int                                                 // free records of the many side that have an amount, by day
	deviation     float64                                               // of the amounts of the many side
	round         int64
	roundShare    float64
	first, latest record.Day // offsets of days at which members may lie
	searches      sync.Pool
	progress      *progress

	indexing sync.Once
	saying   map[int32][]int // the records that say a word, by day
}

func (s *sums) find() []group {
	s.prepare()
	found := make([][]group, len(s.ones))
	each(s.progress, len(s.ones), func(at int) {
		if i := int(s.ones[at]); s.one.known[i] && s.one.amount[i] != 0 && s.one.day[i] != record.NoDay {
			found[at] = s.solutions(i)
		}
	})
	return slices.Concat(found...)
}

func (s *sums) prepare() {
	var sum, squares, n, round float64
	s.round = 1000
	for _, i := range s.manies {
		i := int(i)
		if !s.many.known[i] || s.many.day[i] == record.NoDay || s.many.amount[i] == 0 {
			continue
		}
		s.ordered = append(s.ordered, i)
		a := math.Abs(float64(s.many.amount[i]))
		sum, squares, n = sum+a, squares+a*a, n+1
		if s.many.amount[i]%s.round == 0 {
			round++
		}
	}
	slices.SortStableFunc(s.ordered, func(a, b int) int { return cmp.Compare(s.many.day[a], s.many.day[b]) })
	if n > 0 {
		s.deviation = math.Sqrt(math.Max(1, squares/n-sum/n*sum/n))
		s.roundShare = round / n
	}
}

// piece is a record that may be part of a sum.
type piece struct {
	index  int
	day    record.Day
	amount int64   // counted in the direction of the sum
	shared float64 // bits that its words share with the record that the sum is for; NaN: not looked at yet
}

// solutions lists the sets that add up to a record's amount, the best of them.
func (s *sums) solutions(one int) []group {
	target, sign := s.one.amount[one], int64(1)
	if target < 0 {
		target, sign = -target, -1
	}
	search, ok := s.searches.Get().(*subsets)
	if !ok {
		search = &subsets{}
	}
	defer s.searches.Put(search)
	k := &search.kin
	pieces := s.pieces(k, one, sign, target)
	var found []group
	var pool []piece
	for span := record.Day(0); span <= mostSpan; span++ {
		if span == closeSpan+1 {
			if pieces = s.tiedOf(k, one, pieces); len(pieces) < 2 {
				break
			}
		}
		from, to := 0, 0
		for start := s.one.day[one] + s.first; start+span <= s.one.day[one]+s.latest+lateDays; start++ {
			for from < len(pieces) && pieces[from].day < start {
				from++
			}
			for to < len(pieces) && pieces[to].day <= start+span {
				to++
			}
			if to-from < 2 || pieces[from].day != start || pieces[to-1].day != start+span {
				continue
			}
			pool = append(pool[:0], pieces[from:to]...)
			total := int64(0)
			for i := range pool {
				total += max(0, pool[i].amount)
			}
			if total < target {
				continue
			}
			likely := s.trim(k, one, pool)
			for _, set := range search.find(likely, target, start, start+span) {
				found = append(found, s.group(k, one, likely, set, target, span, len(pool)))
			}
		}
		if len(found) > 0 && span == closeSpan {
			break // what lies further apart is worse by far
		}
	}
	slices.SortFunc(found, func(a, b group) int { return cmp.Or(-cmp.Compare(a.bits, b.bits), slices.Compare(a.many, b.many)) })
	return found[:min(len(found), mostSolutions)]
}

// pieces are the records that may be part of a sum, a usual number of days away: of its sign and smaller, or of the other sign where its
// words tie it to the sum, as a refund in a batch of sales.
func (s *sums) pieces(k *kin, one int, sign, target int64) []piece {
	near := s.within(s.ordered, one)
	dense := len(near) > mostUntied
	own := s.oneLabels.of(one)
	var all []piece
	add := func(i int, tie bool) {
		p := piece{index: i, day: s.many.day[i], amount: s.many.amount[i] * sign, shared: math.NaN()}
		_, usual := s.lag(s.one.day[one], p.day)
		late := p.day > s.one.day[one]+s.latest
		free := usual && p.amount > 0 && !dense // needs no words
		if free == tie || !usual && !late || p.amount < 0 && -p.amount >= target || s.words.contradict(own, s.manyLabels.of(i)) {
			return
		}
		if !tie || s.look(k, one, &p) >= tied || !late && agree(own, s.manyLabels.of(i)) {
			all = append(all, p)
		}
	}
	if !dense {
		for _, i := range near {
			add(i, false)
		}
	}
	for _, i := range s.tiedTo(one) {
		add(i, true)
	}
	slack := int64(0)
	for i := range all {
		slack += max(0, -all[i].amount)
	}
	all = slices.DeleteFunc(all, func(p piece) bool { return p.amount >= target+slack || p.amount == target })
	if dense && len(all) > mostTied {
		slices.SortStableFunc(all, func(a, b piece) int { return -cmp.Compare(a.shared, b.shared) })
		all = all[:mostTied]
	}
	slices.SortFunc(all, func(a, b piece) int { return s.order(a.index, b.index) })
	return all
}

// within cuts out of records in the order of their days those of the days in which members of a sum may lie.
func (s *sums) within(ordered []int, one int) []int {
	by := func(i int, day record.Day) int { return cmp.Compare(s.many.day[i], day) }
	from, _ := slices.BinarySearchFunc(ordered, s.one.day[one]+s.first, by)
	to, _ := slices.BinarySearchFunc(ordered, s.one.day[one]+s.latest+lateDays+1, by)
	return ordered[from:max(from, to)]
}

// tiedTo looks up the records of those days that say a telling word of a record, and so may be members though they come late, are of the other sign,
// or are among very many.
func (s *sums) tiedTo(one int) []int {
	s.indexing.Do(s.index)
	var all []int
	words := slices.Clone(s.one.text.at(one))
	slices.Sort(words)
	for _, w := range slices.Compact(words) {
		if some := s.within(s.saying[w], one); len(some) <= mostSaying {
			all = append(all, some...)
		}
	}
	slices.SortFunc(all, s.order)
	return slices.Compact(all)
}

// order is that of the days.
func (s *sums) order(a, b int) int {
	return cmp.Or(cmp.Compare(s.many.day[a], s.many.day[b]), cmp.Compare(a, b))
}

// index lists the records that say a word.
func (s *sums) index() {
	s.saying = map[int32][]int{}
	for _, i := range s.ordered {
		for _, w := range s.many.text.at(i) {
			if list := s.saying[w]; len(list) == 0 || list[len(list)-1] != i {
				s.saying[w] = append(list, i)
			}
		}
	}
}

// tiedOf leaves the pieces whose words tie them to a record.
func (s *sums) tiedOf(k *kin, one int, pieces []piece) []piece {
	for i := range pieces {
		s.look(k, one, &pieces[i])
	}
	return slices.DeleteFunc(pieces, func(p piece) bool { return p.shared < tied })
}

// look returns the bits that the words of a piece share with a record.
func (s *sums) look(k *kin, one int, p *piece) float64 {
	if math.IsNaN(p.shared) {
		p.shared = s.shared(k, one, p.index)
	}
	return p.shared
}

// trim leaves the pieces whose words fit best, the largest first.
func (s *sums) trim(k *kin, one int, pool []piece) []piece {
	if len(pool) > mostPool {
		for i := range pool {
			s.look(k, one, &pool[i])
		}
		slices.SortStableFunc(pool, func(a, b piece) int { return -cmp.Compare(a.shared, b.shared) })
		pool = pool[:mostPool]
	}
	slices.SortStableFunc(pool, func(a, b piece) int { return -cmp.Compare(a.amount, b.amount) })
	return pool
}

func abs(n int64) int64 { return max(n, -n) }

// group weighs a set of the pool, in bits against its adding up by chance among as many records as there were.
func (s *sums) group(k *kin, one int, pool []piece, set uint32, target int64, span record.Day, records int) group {
	members := bits.OnesCount32(set)
	tried := 0.0
	for size := 2; size <= members; size++ {
		tried += choose(records, size)
	}
	// How likely a set of so many has this very sum: the sums lie about as a normal distribution does, on round steps where all members are.
	spread := s.deviation * math.Sqrt(2*math.Pi*float64(members))
	likely := 1 / spread
	if target%s.round == 0 {
		likely = math.Max(likely, math.Pow(s.roundShare, float64(members))*float64(s.round)/spread)
	}
	g := group{one: one, many: make([]int, 0, members)}
	g.bits = -math.Log2(likely*tried) - spanBits*float64(min(span, closeSpan)) - farBits*float64(max(0, span-closeSpan))
	lag := 0.0
	for ; set != 0; set &= set - 1 {
		p := &pool[bits.TrailingZeros32(set)]
		g.many = append(g.many, p.index)
		g.bits += math.Min(mostShared, s.look(k, one, p))
		if p.amount < 0 {
			g.bits -= turnedBits
		}
		days, _ := s.lag(s.one.day[one], p.day)
		lag += days
	}
	slices.Sort(g.many)
	g.bits += lag / float64(members) // the members came together, so their lag counts once
	return g
}

func choose(n, k int) float64 {
	out := 1.0
	for i := range k {
		out = out * float64(n-i) / float64(i+1)
	}
	return out
}
