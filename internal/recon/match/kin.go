package match

import "math/bits"

// kin remembers which words are alike to those of one text, while that text is compared with many others: of these, most words come up again
// and again, and hardly any is alike.
type kin struct {
	of    []int32 // the text
	now   uint32  // its number
	known [1 << kinBits]struct {
		word  int32
		text  uint32 // for which it is known
		alike uint64 // a bit for each word of the text
	}
}

const kinBits = 8

// begin takes another text.
func (k *kin) begin(of []int32) {
	if len(of) == len(k.of) && (len(of) == 0 || &of[0] == &k.of[0]) && k.now > 0 {
		return
	}
	if k.of, k.now = of, k.now+1; k.now == 0 {
		*k = kin{of: of, now: 1}
	}
}

// alike returns which words of the text are alike to a word; turned says that the text is the second one of a comparison.
func (k *kin) alike(x *lexicon, w int32, turned bool) uint64 {
	known := &k.known[uint32(w)%(1<<kinBits)] //nolint:gosec // not below 0
	if known.word == w && known.text == k.now {
		return known.alike
	}
	known.word, known.text, known.alike = w, k.now, 0
	of := &x.gists[w]
	for i, v := range k.of {
		unlike := false
		if turned {
			unlike = of.unlike(&x.gists[v])
		} else {
			unlike = x.gists[v].unlike(of)
		}
		if v == w || !unlike && x.alike(v, w) > 0 {
			known.alike |= 1 << i
		}
	}
	return known.alike
}

// shared is lexicon.shared of the text and another one; turned says that the text is the second one.
func (k *kin) shared(x *lexicon, other []int32, turned bool) (shared float32) {
	used := uint64(0)
	if !turned {
		for _, w := range other {
			if able := k.alike(x, w, false); able != 0 {
				shared += x.give(k.of, w, able, &used)
			}
		}
		return shared
	}
	var alike [mostWords]uint64
	any := uint64(0)
	for i, v := range other {
		alike[i] = k.alike(x, v, true)
		any |= alike[i]
	}
	for ; any != 0; any &= any - 1 {
		at := bits.TrailingZeros64(any)
		able := uint64(0)
		for i := range other {
			able |= alike[i] >> at & 1 << i
		}
		shared += x.give(other, k.of[at], able, &used)
	}
	return shared
}

// give finds for a word the one of a that is most alike, of those that are able and not used yet, and returns the bits that both say.
func (x *lexicon) give(a []int32, w int32, able uint64, used *uint64) float32 {
	best, at := float32(0), -1
	able &^= *used
	for left := able; left != 0; left &= left - 1 {
		if i := bits.TrailingZeros64(left); a[i] == w {
			best, at = 1, i
			break
		}
	}
	if at < 0 {
		for left := able; left != 0; left &= left - 1 {
			i := bits.TrailingZeros64(left)
			if alike := x.alike(a[i], w); alike > best {
				best, at = alike, i
			}
		}
	}
	if at < 0 {
		return 0
	}
	*used |= 1 << at
	return best * min(x.gists[w].bits, x.gists[a[at]].bits)
}
