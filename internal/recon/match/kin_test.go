package match

import (
	"testing"

	"pgregory.net/rapid"
)

// someWords are texts of words that are often alike: of few letters, and of digits.
func someWords(t *rapid.T, x *lexicon, name string) []int32 {
	var words []int32
	for _, w := range rapid.SliceOfN(rapid.StringMatching(`[abc]{1,10}|[12]{3,9}|kh[12]{5}`), 0, 8).Draw(t, name) {
		words = append(words, x.of([]byte(w)))
	}
	return words
}

func TestWhatKinRemembersChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, k := newLexicon(), &kin{}
		one := someWords(t, x, "one")
		var others [][]int32
		for range 6 {
			others = append(others, someWords(t, x, "other"))
		}
		x.total = 100
		x.weigh()
		for _, turned := range []bool{false, true} {
			k.begin(nil) // what is known is known for one order
			k.begin(one)
			for _, other := range others {
				a, b := one, other
				if turned {
					a, b = other, one
				}
				if got, want := k.shared(x, other, turned), x.shared(a, b); got != want {
					t.Fatalf("%v and %v, turned %v: %v, want %v", one, other, turned, got, want)
				}
			}
		}
	})
}

func TestWordsThatAreWithinAChangeAreSo(t *testing.T) {
	word := rapid.StringMatching(`[ab]{1,9}`)
	rapid.Check(t, func(t *rapid.T) {
		s, other := []byte(word.Draw(t, "s")), []byte(word.Draw(t, "t"))
		if len(s) > len(other) {
			s, other = other, s
		}
		if string(s) == string(other) {
			return
		}
		if got, want := within(s, other), distance(s, other, 1) <= 1; got != want {
			t.Fatalf("%q and %q: %v, want %v", s, other, got, want)
		}
		x := newLexicon()
		a, b := x.of(s), x.of(other)
		x.weigh()
		if within(s, other) && !x.gists[a].near(&x.gists[b]) {
			t.Fatalf("%q and %q do not seem near", s, other)
		}
	})
}
