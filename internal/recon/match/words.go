package match

import (
	"bytes"
	"math"
	"math/bits"
	"unicode"
	"unicode/utf8"

	"khadamat/internal/recon/record"
)

// lexicon numbers the words of both sides and knows how rare each is. There may be millions, so that they are kept without a pointer each.
type lexicon struct {
	slots   []uint64 // of a hash table: half of a word's hash, and its number from 1
	words   []word
	letters []byte // of all words, one after the other
	gists   []gist
	total   int // records of both sides
}

// word is a folded word.
type word struct {
	hash   uint64
	end    int64 // of its letters
	count  int32 // records that have it
	digits int8  // how many of its letters are digits
}

// gist is what of a word is looked at most.
type gist struct {
	bytes  uint64  // which bytes it is made of, by their last six bits
	head   uint64  // its first bytes, the first one the lowest
	tail   uint64  // its last bytes, the last one the highest
	bits   float32 // what it tells: the binary logarithm of how rare it is
	length uint16  // at most longWord
	digits bool
}

// longWord is the length of all words that have as many bytes or more, for a gist.
const longWord = math.MaxUint16

// gistBytes are those of the head and of the tail.
const gistBytes = 8

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

func newLexicon() *lexicon { return &lexicon{slots: make([]uint64, 1<<10)} }

// text returns the letters of a word. They must not be changed.
func (x *lexicon) text(w int32) []byte {
	if w == 0 {
		return x.letters[:x.words[0].end]
	}
	return x.letters[x.words[w-1].end:x.words[w].end]
}

// read splits the values of a column into words, until it is over.
func (x *lexicon) read(values *record.Texts, until *progress) *lists {
	l := &lists{ends: make([]int32, values.Len())}
	var folded []byte
	for i := range values.Len() {
		if i%oftenEnough == 0 && until.over() {
			break
		}
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
	hash := textHash(text)
	at, n := x.find(text, hash)
	if n != none {
		return n
	}
	digits := int8(0)
	for _, c := range text {
		if '0' <= c && c <= '9' {
			digits++
		}
	}
	return x.add(at, text, word{hash: hash, digits: digits})
}

// Of a slot, the upper half is the upper half of the hash, and the lower one the number.
const slotHash = 0xFFFFFFFF << 32

// find returns the number of a word, or none and the slot in which it has its place.
func (x *lexicon) find(text []byte, hash uint64) (slot int, number int32) {
	mask := uint64(len(x.slots) - 1)
	for at := (hash * 0x9E3779B97F4A7C15 >> 20) & mask; ; at = (at + 1) & mask {
		s := x.slots[at]
		if s == 0 {
			return int(at), none //nolint:gosec // below the number of slots
		}
		if n := int32(s) - 1; (s^hash)&slotHash == 0 && bytes.Equal(x.text(n), text) { //nolint:gosec // the lower half
			return int(at), n //nolint:gosec // below the number of slots
		}
	}
}

func (x *lexicon) add(slot int, text []byte, w word) int32 {
	x.letters = append(x.letters, text...)
	w.end = int64(len(x.letters))
	x.words = append(x.words, w)
	x.slots[slot] = w.hash&slotHash | uint64(len(x.words))
	if 2*len(x.words) > len(x.slots) {
		x.grow()
	}
	return int32(len(x.words) - 1) //nolint:gosec // below two thousand million words
}

// grow makes room for twice as many words.
func (x *lexicon) grow() {
	x.slots = make([]uint64, 2*len(x.slots))
	mask := uint64(len(x.slots) - 1)
	for n := range x.words {
		hash := x.words[n].hash
		at := (hash * 0x9E3779B97F4A7C15 >> 20) & mask
		for x.slots[at] != 0 {
			at = (at + 1) & mask
		}
		x.slots[at] = hash&slotHash | uint64(n+1) //nolint:gosec // a number of words
	}
}

// join adds the words of another lexicon, and returns the number that each of them has here.
func (x *lexicon) join(other *lexicon) []int32 {
	numbers := make([]int32, len(other.words))
	for i := range other.words {
		w, text := other.words[i], other.text(int32(i)) //nolint:gosec // below two thousand million words
		at, n := x.find(text, w.hash)
		if n != none {
			x.words[n].count += w.count
		} else {
			n = x.add(at, text, w)
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
	inParallel(len(x.words), func(from, to int) {
		for i := from; i < to; i++ {
			text := x.text(int32(i)) //nolint:gosec // below two thousand million words
			g := &x.gists[i]
			g.bits = float32(math.Log2(float64(x.total+1) / float64(x.words[i].count+1)))
			g.length, g.digits = uint16(min(len(text), longWord)), x.words[i].digits > 0
			for k, c := range text {
				g.bytes |= 1 << (c & 63)
				if k < gistBytes {
					g.head |= uint64(c) << (8 * k)
				}
			}
			for k, c := range text[max(0, len(text)-gistBytes):] {
				g.tail |= uint64(c) << (8 * (gistBytes - min(len(text), gistBytes) + k))
			}
		}
	})
}

// bits adds up what some words tell.
func (x *lexicon) bits(words []int32) (sum float32) {
	for _, w := range words {
		sum += x.gists[w].bits
	}
	return sum
}

// shared returns how many bits two texts of at most mostWords both say. Each word of one is given to one of the other.
func (x *lexicon) shared(a, b []int32) (shared float32) {
	used := uint64(0) // words of a
	for _, w := range b {
		best, at := float32(0), -1
		for i, v := range a {
			if v == w && used>>i&1 == 0 {
				best, at = 1, i
				break
			}
		}
		if at < 0 {
			of := &x.gists[w]
			for i, v := range a {
				if x.gists[v].unlike(of) || used>>i&1 != 0 {
					continue
				}
				if alike := x.alike(v, w); alike > best {
					best, at = alike, i
				}
			}
		}
		if at >= 0 {
			used |= 1 << at
			shared += best * min(x.gists[w].bits, x.gists[a[at]].bits)
		}
	}
	return shared
}

// alike says how alike two words are that are not unlike, from 0 to 1: one that is the other's beginning, that quotes its last digits, or
// that differs in a letter or two is nearly it. Most words are not, which their gists tell.
func (x *lexicon) alike(a, b int32) float32 {
	if a == b {
		return 1
	}
	short, long := &x.gists[a], &x.gists[b]
	if short.length > long.length {
		a, b, short, long = b, a, long, short
	}
	n := min(short.length, gistBytes)
	if short.digits || long.digits {
		switch {
		case short.length < 4:
		case (short.tail^long.tail)>>(64-8*n) == 0 && bytes.HasSuffix(x.text(b), x.text(a)):
			return 0.9
		case short.length >= 6 && long.length-short.length <= 1 && short.near(long) && within(x.text(a), x.text(b)):
			return 0.6
		}
		return 0
	}
	if n == 1 {
		if short.head == long.head&0xFF {
			return 0.4 // an initial
		}
		return 0
	}
	if n > 1 && (short.head^long.head)<<(64-8*n) == 0 && bytes.HasPrefix(x.text(b), x.text(a)) {
		if n >= 4 || 2*n >= long.length {
			return 0.9
		}
		return 0.6
	}
	if n < 4 || 5*int(short.length) < 4*int(long.length)-4 {
		return 0
	}
	if n < gistBytes {
		if short.near(long) && within(x.text(a), x.text(b)) {
			return 0.85
		}
		return 0
	}
	if d := distance(x.text(a), x.text(b), 2); d <= 2 {
		return 0.85 - 0.1*float32(d-1)
	}
	return 0
}

// unlike is a quick no: of a word that is the beginning or the end of another, or a change or two away from it, the longer one lacks two
// letters at most. It is asked so often that it does without branches.
func (g *gist) unlike(other *gist) bool {
	shorter := uint64((int64(g.length) - int64(other.length) - 1) >> 63) //nolint:gosec // all bits where g is not the longer one, else none
	both := (g.bytes ^ other.bytes) & shorter
	short, long := other.bytes^both, g.bytes^both
	return bits.OnesCount64(short&^long) > 2
}

// near is false of words that are more than one change apart: all but two of the letters of the longer one, those of the change, lie
// in what both begin with and what both end with.
func (short *gist) near(long *gist) bool {
	begin := bits.TrailingZeros64(short.head^long.head) / 8
	end := bits.LeadingZeros64(short.tail^long.tail) / 8
	return begin == gistBytes || end == gistBytes || begin+end >= int(long.length)-2
}

// within says whether two different words are one change apart: a letter changed, added, left out, or two neighbours swapped. The second
// one is not the shorter one.
func within(s, t []byte) bool {
	begin, end := 0, 0
	for begin < len(s) && s[begin] == t[begin] {
		begin++
	}
	for end < len(s)-begin && s[len(s)-1-end] == t[len(t)-1-end] {
		end++
	}
	s, t = s[begin:len(s)-end], t[begin:len(t)-end]
	return len(t) <= 1 || len(s) == 2 && len(t) == 2 && s[0] == t[1] && s[1] == t[0]
}

// mostLetters are the longest words of which the distance is found.
const mostLetters = 64

// distance counts the letters to change, add, leave out or swap with their neighbour (optimal string alignment), and stops above most.
// Only that part of the table is filled in whose distances can be that small.
func distance(s, t []byte, most int) int {
	if len(s) > len(t) {
		s, t = t, s
	}
	if len(t)-len(s) > most || len(t) > mostLetters {
		return most + 1
	}
	var rows [3][mostLetters + 2]int8
	before, last, now := &rows[2], &rows[0], &rows[1]
	far := int8(most + 1) //nolint:gosec // few
	for j := range min(most, len(t)) + 1 {
		last[j] = int8(j) //nolint:gosec // at most 64
	}
	last[min(most, len(t))+1] = far
	for i := 1; i <= len(s); i++ {
		from, to := max(1, i-most), min(len(t), i+most)
		now[from-1] = far
		if from == 1 {
			now[0] = int8(min(i, most+1)) //nolint:gosec // few
		}
		least := now[from-1]
		for j := from; j <= to; j++ {
			d := last[j-1]
			if s[i-1] != t[j-1] {
				d++
			}
			d = min(d, last[j]+1, now[j-1]+1)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				d = min(d, before[j-2]+1)
			}
			now[j] = min(d, far)
			least = min(least, d)
		}
		now[to+1] = far
		if least >= far {
			return most + 1
		}
		before, last, now = last, now, before
	}
	return int(last[len(t)])
}
