package match

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// model weighs evidence as Fellegi and Sunter do (A Theory for Record Linkage, 1969): each level of each comparison counts the binary
// logarithm of how much more often it is seen among records that belong together than among records that do not.
type model struct {
	comparisons []comparison
	weights     [][]float32 // by comparison and level
	share       float64     // of the records that have a partner
	prior       float64     // bits that speak for any pair, before its comparisons
	width       int         // records of the longer side
	odds        sync.Pool   // room of expect
	progress    *progress
}

const (
	rounds       = 12
	randomPairs  = 300_000
	mostWeight   = 40
	leastWeight  = -12
	smoothing    = 0.5
	firstShare   = 0.7
	enoughChange = 0.0005
)

// measure sets the levels of all pairs.
func (m *model) measure(pairs []pair) {
	room := make([]uint8, len(pairs)*len(m.comparisons))
	each(m.progress, len(pairs), func(i int) {
		pairs[i].levels = room[i*len(m.comparisons) : (i+1)*len(m.comparisons)]
		m.look(&pairs[i])
	})
}

// look sets the levels of a pair.
func (m *model) look(p *pair) {
	for k, c := range m.comparisons {
		p.levels[k] = c.level(int(p.left), int(p.right))
	}
}

// sieve measures pairs and keeps those that enough bits speak for; it stops at the comparison after which nothing can make up for the rest.
type sieve struct {
	m     *model
	least float32
	rest  []float32 // the most that the comparisons from one on can say
	room  []uint8
	kept  []pair
	kin   []*kin // of each comparison of texts, where the same left record is compared with many; else nil
}

func (m *model) sieve(least float32) sieve {
	rest := make([]float32, len(m.comparisons)+1)
	for k := len(m.comparisons) - 1; k >= 0; k-- {
		rest[k] = rest[k+1] + slices.Max(m.weights[k])
	}
	return sieve{m: m, least: least, rest: rest}
}

// many says that each left record is compared with many right ones.
func (s *sieve) many() {
	if len(s.kin) > 0 {
		return
	}
	s.kin = make([]*kin, len(s.m.comparisons))
	for k, c := range s.m.comparisons {
		t, ok := c.(*texts)
		for before := range k {
			if other, isText := s.m.comparisons[before].(*texts); ok && isText && other.left == t.left {
				s.kin[k] = s.kin[before]
			}
		}
		if ok && s.kin[k] == nil {
			s.kin[k] = &kin{}
		}
	}
}

// pairsAtOnce are the pairs whose levels share a piece of memory.
const pairsAtOnce = 64

func (s *sieve) add(left, right int32) {
	width := len(s.m.comparisons)
	if len(s.room) < width {
		s.room = make([]uint8, pairsAtOnce*width)
	}
	bits := float32(s.m.prior)
	for k, c := range s.m.comparisons {
		if len(s.kin) > 0 && s.kin[k] != nil {
			s.room[k] = c.(*texts).levelBy(s.kin[k], int(left), int(right))
		} else {
			s.room[k] = c.level(int(left), int(right))
		}
		if bits += s.m.weights[k][s.room[k]]; bits+s.rest[k+1] < s.least {
			return
		}
	}
	s.kept = append(s.kept, pair{left: left, right: right, levels: s.room[:width:width]})
	s.room = s.room[width:]
}

// sift runs a sieve over n pieces of work on all processors, and returns what it keeps in their order.
func (m *model) sift(n int, least float32, feed func(s *sieve, i int)) []pair {
	kept := make([][]pair, (n+atOnce-1)/atOnce)
	each(m.progress, len(kept), func(block int) {
		s := m.sieve(least)
		for i := block * atOnce; i < min((block+1)*atOnce, n); i++ {
			feed(&s, i)
		}
		kept[block] = s.kept
	})
	return slices.Concat(kept...)
}

// atOnce is how many pieces of work a worker takes at a time, at most.
const atOnce = 64

// each does a piece of work for every number below n, on all processors, until it is over.
func each(until *progress, n int, do func(i int)) {
	step := int64(max(1, min(atOnce, n/(4*runtime.GOMAXPROCS(0)))))
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		group.Go(func() {
			for {
				start := int(next.Add(step)) - int(step)
				if start >= n || until.over() {
					return
				}
				for i := start; i < min(n, start+int(step)); i++ {
					do(i)
				}
			}
		})
	}
	group.Wait()
}

// random returns how often each level is seen between records taken at random.
func (m *model) random(left, right []int32) [][]float64 {
	source := rand.New(rand.NewPCG(378, uint64(len(left)))) //nolint:gosec // the same pairs every time
	seen := make([][]float64, len(m.comparisons))
	for k, c := range m.comparisons {
		seen[k] = make([]float64, c.levels())
	}
	for range randomPairs {
		l, r := int(left[source.IntN(len(left))]), int(right[source.IntN(len(right))])
		for k, c := range m.comparisons {
			seen[k][c.level(l, r)] += 1.0 / randomPairs
		}
	}
	return seen
}

// learn finds the weights without labels by expectation and maximisation, from the pairs of some records. Other than usual, what a pair is
// believed to be depends on all pairs that compete with it for the same records, since a record has one partner at most: that keeps the
// two classes apart where the pairs that do not belong together look much alike.
func (m *model) learn(pairs []pair, left, right []int32) {
	random := m.random(left, right)
	m.weights = nil
	for k := range m.comparisons {
		m.weights = append(m.weights, m.first(k, random[k]))
	}
	total := float64(len(left)) * float64(len(right))
	outside := math.Max(0, total-float64(len(pairs)))
	before := 0.0
	m.share = firstShare
	for range rounds {
		if m.progress.over() {
			return
		}
		m.prior = math.Log2(m.share / (1 - m.share) / float64(max(len(left), len(right))))
		m.expect(pairs)
		together := 0.0
		for i := range pairs {
			together += float64(pairs[i].chance)
		}
		if together < 1 {
			return
		}
		for k, c := range m.comparisons {
			same, apart := make([]float64, c.levels()), make([]float64, c.levels())
			for i := range pairs {
				p := &pairs[i]
				same[p.levels[k]] += float64(p.chance)
				apart[p.levels[k]] += 1 - float64(p.chance)
			}
			m.weights[k] = weigh(same, apart, random[k], together, total, outside)
		}
		m.share = math.Min(0.999, math.Max(0.001, together/float64(min(len(left), len(right)))))
		if math.Abs(together-before) < enoughChange*together {
			break
		}
		before = together
	}
	m.prior = math.Log2(m.share / (1 - m.share) / float64(max(len(left), len(right))))
	m.expect(pairs)
}

// weigh turns counts of levels into bits. Level 0, of which nothing is known, weighs nothing.
func weigh(same, apart, random []float64, together, total, outside float64) []float32 {
	levels := float64(len(same) - 1)
	known, knownApart := together-same[0], 0.0
	for l := 1; l < len(same); l++ {
		apart[l] += outside * random[l]
		knownApart += apart[l]
	}
	weights := make([]float32, len(same))
	for l := 1; l < len(same); l++ {
		match := (same[l] + smoothing/levels) / (known + smoothing)
		chance := (apart[l] + smoothing) / (knownApart + smoothing*levels)
		weights[l] = float32(math.Max(leastWeight, math.Min(mostWeight, math.Log2(match/chance))))
	}
	return weights
}

// first guesses weights to begin with: that records which belong together agree.
func (m *model) first(k int, random []float64) []float32 {
	c := m.comparisons[k]
	weights := make([]float32, c.levels())
	for l := 1; l < len(weights); l++ {
		rare := float32(math.Log2(1 / (random[l] + 1.0/randomPairs)))
		switch c := c.(type) {
		case *texts:
			step, telling := (l-1)/tellingSteps, float32((l-1)%tellingSteps)
			agree := float32(step) / (alikeSteps - 1)
			weights[l] = agree*agree*min(3+3*telling, 16) - 3*(1-agree)
		case *amounts:
			switch {
			case l == 1:
				weights[l] = min(rare, 10)
			case l == c.levels()-1:
				weights[l] = -8
			default:
				weights[l] = max(-4, 4-1.2*float32(l-2))
			}
		case *days:
			d := l - 1 - farthest
			switch {
			case -2 <= d && d <= 5:
				weights[l] = 2
			case -5 <= d && d <= 21:
				weights[l] = 0
			default:
				weights[l] = -3
			}
		}
	}
	return weights
}

// expect sets the evidence and the chance of each pair.
func (m *model) expect(pairs []pair) {
	// The odds of each record, in all pairs that compete for it; cleared after use.
	all, ok := m.odds.Get().(*[2][]float64)
	if !ok {
		all = &[2][]float64{make([]float64, m.width), make([]float64, m.width)}
	}
	defer m.odds.Put(all)
	for i := range pairs {
		p := &pairs[i]
		p.bits = m.evidence(p)
		odds := math.Exp2(math.Min(100, float64(p.bits)))
		all[0][p.left] += odds
		all[1][p.right] += odds
		p.chance = float32(odds)
	}
	for i := range pairs {
		p := &pairs[i]
		odds := float64(p.chance)
		p.chance = min(1, float32(odds/(1+all[0][p.left]+all[1][p.right]-odds)))
	}
	for i := range pairs {
		all[0][pairs[i].left], all[1][pairs[i].right] = 0, 0
	}
}

// evidence adds up what all comparisons of a pair say.
func (m *model) evidence(p *pair) float32 {
	bits := float32(m.prior)
	for k, l := range p.levels {
		bits += m.weights[k][l]
	}
	return bits
}
