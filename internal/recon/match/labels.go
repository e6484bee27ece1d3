package match

import (
	"bytes"
	"slices"
)

// labels are the numbers that a record gives to something by name: "TPE 4821" gives the number 4821 to "tpe". Two records that give another
// number to the same thing contradict each other.
type labels struct {
	pairs [][2]int32 // a word and the number after it
	ends  []int32
}

// labelsOf reads the labels of a side's records.
func labelsOf(of *side, words *lexicon) *labels {
	l := &labels{ends: make([]int32, of.set.Len())}
	fields := of.lists(of.columns())
	for i := range l.ends {
		for _, f := range fields {
			own := f.at(i)
			for k := 1; k < len(own); k++ {
				if words.words[own[k-1]].digits == 0 && words.words[own[k]].digits > 0 {
					l.pairs = append(l.pairs, [2]int32{own[k-1], own[k]})
				}
			}
		}
		l.ends[i] = int32(len(l.pairs)) //nolint:gosec // below two thousand million
	}
	return l
}

func (l *labels) of(i int) [][2]int32 {
	if i == 0 {
		return l.pairs[:l.ends[0]]
	}
	return l.pairs[l.ends[i-1]:l.ends[i]]
}

// agree says whether two records give the same number to something that both name.
func agree(a, b [][2]int32) bool {
	return slices.ContainsFunc(a, func(p [2]int32) bool { return slices.Contains(b, p) })
}

// contradict says whether two records give only other numbers to something that both name. A number that is the beginning or the end of
// the other one is that number, written short.
func (x *lexicon) contradict(a, b [][2]int32) bool {
	for _, p := range a {
		named, agreed := false, false
		for _, q := range b {
			if p[0] == q[0] {
				named = true
				agreed = agreed || p[1] == q[1] || x.shortened(p[1], q[1])
			}
		}
		if named && !agreed {
			return true
		}
	}
	return false
}

func (x *lexicon) shortened(a, b int32) bool {
	s, t := x.text(a), x.text(b)
	return bytes.HasPrefix(s, t) || bytes.HasPrefix(t, s) || bytes.HasSuffix(s, t) || bytes.HasSuffix(t, s)
}
