package match

import (
	"math"
	"math/bits"
	"unicode"
	"unicode/utf8"

	"khadamat/internal/recon/record"
)

// lexicon numbers the words of both sides and knows how rare each is.
type lexicon struct {
	number map[string]int32
	words  []word
	gists  []gist
	total  int // records of both sides
}

// word is a folded word.
type word struct {
	text   string
	hash   uint64
	count  int32 // records that have it
	digits int8  // how many of its letters are digits
}

// gist is what of a word is looked at most.
type gist struct {
	bytes  uint64  // which bytes it is made of, by their last six bits
	bits   float32 // what it tells: the binary logarithm of how rare it is
	length int32
}

// lists are the words of each record, or of each record's field, in their order.
type lists struct {
	words []int32
	ends  []int32
}

func (l *lists) at(i int) []int32 {
	if i == 0 {
		return l.words[:l.ends[0]]
	}
	return l.words[l.ends[i-1]:l.ends[i]]
}

func newLexicon() *lexicon { return &lexicon{number: map[string]int32{}} }

// read splits the values of a column into words.
func (x *lexicon) read(values *record.Texts) *lists {
	l := &lists{ends: make([]int32, values.Len())}
	var folded []byte
	for i := range values.Len() {
		folded = record.AppendFold(folded[:0], values.At(i))
		l.words = x.split(l.words, folded)
		l.ends[i] = int32(len(l.words)) //nolint:gosec // below two thousand million words
	}
	return l
}

// split cuts a folded text where letters and digits end: "KH4480680" is a word, "tpe4821" too.
func (x *lexicon) split(into []int32, text []byte) []int32 {
	start := -1
	for i := 0; i <= len(text); {
		r, size := rune(-1), 1
		if i < len(text) {
			if r, size = rune(text[i]), 1; r >= utf8.RuneSelf {
				r, size = utf8.DecodeRune(text[i:])
			}
		}
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			if start < 0 {
				start = i
			}
		} else if start >= 0 {
			into = append(into, x.of(text[start:i]))
			start = -1
		}
		i += size
	}
	return into
}

func (x *lexicon) of(text []byte) int32 {
	if n, ok := x.number[string(text)]; ok {
		return n
	}
	w := word{text: string(text)}
	w.hash = textHash(w.text)
	for _, c := range text {
		if '0' <= c && c <= '9' {
			w.digits++
		}
	}
	return x.add(w)
}

func (x *lexicon) add(w word) int32 {
	n := int32(len(x.words)) //nolint:gosec // below two thousand million words
	x.words = append(x.words, w)
	x.number[w.text] = n
	return n
}

// join adds the words of another lexicon, and returns the number that each of them has here.
func (x *lexicon) join(other *lexicon) []int32 {
	numbers := make([]int32, len(other.words))
	for i, w := range other.words {
		n, ok := x.number[w.text]
		if ok {
			x.words[n].count += w.count
		} else {
			n = x.add(w)
		}
		numbers[i] = n
	}
	x.total += other.total
	return numbers
}

// renumber puts the numbers of another lexicon in place of those of the first.
func (l *lists) renumber(numbers []int32) {
	for i, w := range l.words {
		l.words[i] = numbers[w]
	}
}

// count adds the words of a side's records: each record once a word.
func (x *lexicon) count(records int, fields []*lists) {
	x.total += records
	last := make([]int32, len(x.words))
	for i := range last {
		last[i] = -1
	}
	for i := range records {
		for _, f := range fields {
			for _, w := range f.at(i) {
				if last[w] != int32(i) {
					last[w] = int32(i)
					x.words[w].count++
				}
			}
		}
	}
}

// weigh sets how much each word tells, after all were counted.
func (x *lexicon) weigh() {
	x.gists = make([]gist, len(x.words))
	for i := range x.words {
		w, g := &x.words[i], &x.gists[i]
		g.bits = float32(math.Log2(float64(x.total+1) / float64(w.count+1)))
		g.length = int32(len(w.text)) //nolint:gosec // a word
		for _, c := range []byte(w.text) {
			g.bytes |= 1 << (c & 63)
		}
	}
}

// alike, where two words are not unlike, says how alike two words are, from 0 to 1: one that is the other's beginning, that quotes its last digits, or that differs in a
// letter or two is nearly it.
func (x *lexicon) alike(a, b int32) float32 {
	if a == b {
		return 1
	}
	s, t := x.words[a].text, x.words[b].text
	if len(s) > len(t) {
		s, t = t, s
	}
	if x.words[a].digits > 0 || x.words[b].digits > 0 {
		if len(s) >= 4 && t[len(t)-len(s):] == s {
			return 0.9
		}
		if len(s) >= 6 && len(t)-len(s) <= 1 && distance(s, t, 1) <= 1 {
			return 0.6
		}
		return 0
	}
	if len(s) >= 2 && t[:len(s)] == s {
		if len(s) >= 4 || 2*len(s) >= len(t) {
			return 0.9
		}
		return 0.6
	}
	if len(s) == 1 && t[0] == s[0] {
		return 0.4 // an initial
	}
	if len(s) >= 4 && 5*len(s) >= 4*len(t)-4 {
		most := 1
		if len(s) >= 8 {
			most = 2
		}
		if d := distance(s, t, most); d <= most {
			return 0.85 - 0.1*float32(d-1)
		}
	}
	return 0
}

// unlike is a quick no: of a word that is the beginning or the end of another, or a change or two away from it, the longer one lacks two
// letters at most.
func (x *lexicon) unlike(a, b int32) bool {
	short, long := &x.gists[a], &x.gists[b]
	if short.length > long.length {
		short, long = long, short
	}
	return bits.OnesCount64(short.bytes&^long.bytes) > 2
}

// distance counts the letters to change, add, leave out or swap with their neighbour (optimal string alignment), and stops above most.
func distance(s, t string, most int) int {
	if len(s) > len(t) {
		s, t = t, s
	}
	if len(t)-len(s) > most || len(t) > 64 {
		return most + 1
	}
	var rows [3][65]int
	for j := range len(t) + 1 {
		rows[0][j] = j
	}
	before, last, now := &rows[2], &rows[0], &rows[1]
	for i := 1; i <= len(s); i++ {
		now[0] = i
		least := i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			d := min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				d = min(d, before[j-2]+1)
			}
			now[j] = d
			least = min(least, d)
		}
		if least > most {
			return most + 1
		}
		before, last, now = last, now, before
	}
	return last[len(t)]
}
