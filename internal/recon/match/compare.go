package match

import (
	"math"

	"khadamat/internal/recon/record"
)

// comparison says on which level two records agree in one respect. Level 0 means that nothing can be said, since one has no value.
type comparison interface {
	name() string
	levels() int
	level(left, right int) uint8
	finding(left, right int) string
}

// amounts compares two amounts, signed, in minor units.
type amounts struct {
	field       string
	left, right []int64
	has         [2][]bool
}

func (c *amounts) name() string { return c.field }

// Bounds of the relative difference of each level from 2 on; level 1 is equal, then swapped digits, then these.
var amountBounds = []float64{0.0015, 0.01, 0.025, 0.05, 0.08, 0.13, 0.3}

func (c *amounts) levels() int { return 3 + len(amountBounds) + 2 }

func (c *amounts) level(l, r int) uint8 {
	if !c.has[0][l] || !c.has[1][r] {
		return 0
	}
	a, b := c.left[l], c.right[r]
	if a == b {
		return 1
	}
	if a < 0 != (b < 0) {
		return uint8(c.levels() - 1)
	}
	if swapped(a, b) {
		return 2
	}
	apart := math.Abs(float64(a-b)) / math.Max(math.Abs(float64(a)), math.Abs(float64(b)))
	for i, bound := range amountBounds {
		if apart <= bound {
			return uint8(3 + i)
		}
	}
	return uint8(3 + len(amountBounds))
}

// swapped says whether two amounts have the same digits but for two neighbours that changed places; the first two may have made the number
// shorter by a zero: 500.00 and 050.00.
func swapped(a, b int64) bool {
	if a < 0 {
		a, b = -a, -b
	}
	if (a-b)%9 != 0 || a == b || b < 0 {
		return false
	}
	for at := int64(1); at*10 <= max(a, b); at *= 10 {
		if a/at%10 == b/(at*10)%10 && b/at%10 == a/(at*10)%10 && a/at%10 != b/at%10 {
			return a/(at*100) == b/(at*100) && a%at == b%at
		}
	}
	return false
}

// days compares two dates by the days from the left to the right one.
type days struct {
	field       string
	left, right []record.Day
}

const farthest = 35

func (c *days) name() string { return c.field }
func (c *days) levels() int  { return 2*farthest + 1 + 1 + 2 }
func (c *days) level(l, r int) uint8 {
	a, b := c.left[l], c.right[r]
	if a == record.NoDay || b == record.NoDay {
		return 0
	}
	switch d := int(b) - int(a); {
	case d < -farthest:
		return uint8(2*farthest + 2)
	case d > farthest:
		return uint8(2*farthest + 3)
	default:
		return uint8(d + farthest + 1)
	}
}

// texts compares two lists of words: how much of what the shorter one tells the other one says too, and how rare that is.
type texts struct {
	field       string
	words       *lexicon
	left, right *lists // the words of what is compared
	part        bool   // the right one is compared as a part of the left one, whatever else that says
}

// The levels: how alike times how telling.
const (
	alikeSteps   = 10
	tellingSteps = 7
)

func (c *texts) name() string { return c.field }
func (c *texts) levels() int  { return 1 + alikeSteps*tellingSteps }

// mostWords are the words of a text that are compared.
const mostWords = 64

func few(words []int32) []int32 { return words[:min(len(words), mostWords)] }

func (c *texts) level(l, r int) uint8 {
	a, b := c.left.at(l), c.right.at(r)
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	share, shared := c.agreement(a, b)
	return levelOf(share, shared)
}

// levelBy is level, for a left record that is compared with many right ones.
func (c *texts) levelBy(k *kin, l, r int) uint8 {
	a, b := few(c.left.at(l)), few(c.right.at(r))
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	k.begin(a)
	shared := k.shared(c.words, b, false)
	return levelOf(c.share(a, b, shared), shared)
}

func levelOf(share, shared float32) uint8 {
	step := min(int(share*(alikeSteps-1)+0.001), alikeSteps-1) // the last step is for all of it
	telling := min(int(shared/4), tellingSteps-1)
	return uint8(1 + step*tellingSteps + telling)
}

// agreement returns which share of the bits is said by both, and how many these are. Each word of one is given to one of the other.
func (c *texts) agreement(a, b []int32) (share, shared float32) {
	a, b = few(a), few(b)
	shared = c.words.shared(a, b)
	return c.share(a, b, shared), shared
}

// share is which share of the bits of two texts the bits that both say are.
func (c *texts) share(a, b []int32, shared float32) float32 {
	whole := c.words.bits(b)
	if !c.part {
		whole = (c.words.bits(a) + whole) / 2
	}
	if whole == 0 {
		return 1
	}
	return min(1, shared/whole)
}
