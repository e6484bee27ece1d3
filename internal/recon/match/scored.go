package match

import (
	"slices"
	"strings"
	"sync"

	"khadamat/internal/recon/record"
)

// side is a set as the scored pass sees it.
type side struct {
	set    *record.Set
	words  map[int]*lists // by column
	text   *lists         // of all columns together
	amount []int64        // minor units; nil without amounts
	known  []bool         // whether a record has an amount
	day    []record.Day   // nil without dates
}

// scored is what is known of two sets: their words, what is compared, and how much each agreement tells.
type scored struct {
	words       *lexicon
	left, right *side
	model       *model
}

func newSide(set *record.Set, x *lexicon, until *progress) *side {
	s := &side{set: set, words: map[int]*lists{}}
	for i := range set.Columns {
		c := &set.Columns[i]
		if c.Profile.Role == record.ID || c.Profile.Role == record.Currency || c.Profile.Type == record.Empty {
			continue
		}
		if c.Profile.Type == record.Text || c.Profile.Type == record.Number && c.Profile.Role == record.Attribute || c.Profile.Role == record.Reference {
			s.words[i] = x.read(&c.Values, until)
		}
	}
	s.amount, s.known = record.Amounts(set)
	s.day = record.Days(set)
	x.count(set.Len(), s.lists(s.columns()))
	return s
}

func (s *side) columns() []int {
	var all []int
	for i := range s.words {
		all = append(all, i)
	}
	slices.Sort(all)
	return all
}

func (s *side) lists(columns []int) []*lists {
	out := make([]*lists, len(columns))
	for i, c := range columns {
		out[i] = s.words[c]
	}
	return out
}

// together puts the words of all columns of a record behind each other.
func (s *side) together() *lists {
	columns := s.columns()
	if len(columns) == 1 {
		return s.words[columns[0]]
	}
	fields := s.lists(columns)
	count := 0
	for _, f := range fields {
		count += len(f.words)
	}
	t := &lists{words: make([]int32, 0, count), ends: make([]int32, s.set.Len())}
	for i := range t.ends {
		for _, f := range fields {
			t.words = append(t.words, f.at(i)...)
		}
		t.ends[i] = int32(len(t.words)) //nolint:gosec // below two thousand million words
	}
	return t
}

// compare decides what is compared with what: columns of one name with each other; where the sides name their columns differently, each
// text of the side that has more of them with all the text of the other.
func (s *scored) compare() []comparison {
	var out []comparison
	if s.left.amount != nil && s.right.amount != nil {
		out = append(out, &amounts{field: "amount", left: s.left.amount, right: s.right.amount, has: [2][]bool{s.left.known, s.right.known}})
	}
	if s.left.day != nil && s.right.day != nil {
		out = append(out, &days{field: "date", left: s.left.day, right: s.right.day})
	}
	l, r := s.left.columns(), s.right.columns()
	named := map[string]int{}
	for _, c := range l {
		named[record.Fold(strings.TrimSpace(s.left.set.Columns[c].Name))] = c
	}
	var rest []int
	same := 0
	for _, c := range r {
		name := s.right.set.Columns[c].Name
		if other, ok := named[record.Fold(strings.TrimSpace(name))]; ok {
			out = append(out, &texts{field: name, words: s.words, left: s.left.words[other], right: s.right.words[c]})
			same++
			continue
		}
		rest = append(rest, c)
	}
	if same == len(r) {
		if len(l) > 1 && len(r) > 1 {
			out = append(out, &texts{field: "*", words: s.words, left: s.left.text, right: s.right.text})
		}
		return out
	}
	for _, c := range rest {
		out = append(out, &texts{field: s.right.set.Columns[c].Name, words: s.words, left: s.left.text, right: s.right.words[c], part: true})
	}
	return out
}

// clues lists what each of some records is looked up by.
func (s *scored) clues(of *side, some []int32, spread bool) *clues {
	c := &clues{all: make([]uint64, 0, 32*len(some)), ends: make([]int64, len(some))}
	columns := of.columns()
	fields := of.lists(columns)
	grams := s.words.total < 40_000
	var own []uint64
	for at, i := range some {
		own = own[:0]
		known := of.amount != nil && of.known[i]
		for k, f := range fields {
			before := int32(none)
			var whole uint64
			for _, w := range f.at(int(i)) {
				x, text := &s.words.words[w], s.words.text(w)
				whole = clue(wholeClue, whole, x.hash)
				own = append(own, clue(wordClue, x.hash))
				if before != none {
					own = append(own, clue(neighboursClue, s.words.words[before].hash, x.hash))
				}
				if x.digits > 0 && len(text) > 5 {
					own = append(own, clue(endingClue, textHash(text[len(text)-5:])))
				} else if len(text) > 4 {
					own = append(own, clue(beginningClue, textHash(text[:4])))
				}
				if known {
					band := amountBand(of.amount[i])
					for d := -1; d <= 1; d++ {
						if d == 0 || spread {
							own = append(own, clue(wordAmountClue, x.hash, uint64(band+d))) //nolint:gosec // a hash
						}
					}
				}
				if grams && len(text) >= 3 {
					padded := append(append([]byte{'^'}, text...), '$')
					for g := 0; g+3 <= len(padded); g++ {
						own = append(own, clue(gramClue, uint64(k), textHash(padded[g:g+3]))) //nolint:gosec // a small number
					}
				}
				before = w
			}
			own = append(own, clue(wholeClue, uint64(k), whole)) //nolint:gosec // a small number
		}
		if known {
			own = append(own, clue(amountClue, uint64(of.amount[i]))) //nolint:gosec // a hash
			if of.day != nil && of.day[i] != record.NoDay {
				for d := 0; d < 2; d++ {
					own = append(own, clue(dayClue, uint64(of.amount[i]), uint64((int(of.day[i])+7*d)/14))) //nolint:gosec // a hash
				}
			}
		}
		slices.Sort(own)
		own = slices.Compact(own)
		c.all = append(c.all, own...)
		c.ends[at] = int64(len(c.all))
	}
	return c
}

// newScored reads the words of two sets, until it is over, and decides what is compared with what.
func newScored(left, right *record.Set, until *progress) *scored {
	s := &scored{words: newLexicon()}
	others := newLexicon()
	var group sync.WaitGroup
	group.Go(func() { s.left = newSide(left, s.words, until) })
	group.Go(func() { s.right = newSide(right, others, until) })
	group.Wait()
	numbers := s.words.join(others)
	for _, l := range s.right.words {
		l.renumber(numbers)
	}
	s.words.weigh()
	group.Go(func() { s.left.text = s.left.together() })
	group.Go(func() { s.right.text = s.right.together() })
	group.Wait()
	s.model = &model{comparisons: s.compare(), width: max(left.Len(), right.Len()), progress: until}
	return s
}

// candidates are pairs of some left and some right records that share telling clues: at most so many for each record.
func (s *scored) candidates(left, right []int32, kept int) []pair {
	pairs := candidates(s.clues(s.left, left, true), s.clues(s.right, right, false), len(left), len(right), kept, s.model.progress)
	for i := range pairs {
		pairs[i].left, pairs[i].right = left[pairs[i].left], right[pairs[i].right]
	}
	return pairs
}

// learn finds out from some records how two sets belong together, and returns their pairs, the best chosen.
func (s *scored) learn(left, right []int32) (pairs []pair, chosen []int) {
	pairs = s.candidates(left, right, max(leastKept, min(mostKept, mostPairs/max(len(left), len(right)))))
	s.model.measure(pairs)
	s.model.learn(pairs, left, right)
	return pairs, assign(pairs, s.left.set.Len(), s.right.set.Len())
}
