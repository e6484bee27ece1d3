package match

import (
	"math"
	"slices"

	"khadamat/internal/recon/result"
)

// Found is a match by indexes from 0 into the sets.
type Found struct {
	Pass        string
	Kind        result.Kind
	Status      result.Status
	Left, Right []int
	Chance      float64
	Cause       string
	levels      []uint8 // of a pair that the evidence speaks for
}

// finds are many matches, in 24 bytes each and without a pointer: of two sides with ten million records there may be as many.
type finds struct {
	list    []find
	said    []said
	members []int32 // of those that are no pairs: how many left ones, how many right ones, these, and those
	levels  []uint8 // of those that have such, one for each comparison
	width   int     // how many comparisons there are
}

type find struct {
	chance      float64
	left, right int32 // of a pair; else where its members begin, and several
	evidence    int32 // which levels, from 1; 0: none
	said        int32
}

// several stands in place of a right record.
const several = -1

// said is what many matches have in common.
type said struct {
	pass, cause string
	kind        result.Kind
	status      result.Status
}

// add keeps a match.
func (k *finds) add(f *Found) {
	kept := find{chance: f.Chance, said: k.number(said{f.Pass, f.Cause, f.Kind, f.Status})}
	if len(f.Left) == 1 && len(f.Right) == 1 {
		kept.left, kept.right = int32(f.Left[0]), int32(f.Right[0]) //nolint:gosec // below two thousand million
	} else {
		kept.left, kept.right = int32(len(k.members)), several                 //nolint:gosec // below two thousand million
		k.members = append(k.members, int32(len(f.Left)), int32(len(f.Right))) //nolint:gosec // below two thousand million
		for _, members := range [2][]int{f.Left, f.Right} {
			for _, i := range members {
				k.members = append(k.members, int32(i)) //nolint:gosec // below two thousand million
			}
		}
	}
	if len(f.levels) > 0 {
		k.width = len(f.levels)
		k.levels = append(k.levels, f.levels...)
		kept.evidence = int32(len(k.levels) / k.width) //nolint:gosec // below two thousand million
	}
	k.list = append(k.list, kept)
}

// number finds what is said of a match, mostly what was said of the one before. There is little that differs.
func (k *finds) number(of said) int32 {
	if n := len(k.list); n > 0 && k.said[k.list[n-1].said] == of {
		return k.list[n-1].said
	}
	at := slices.Index(k.said, of)
	if at < 0 {
		at = len(k.said)
		k.said = append(k.said, of)
	}
	return int32(at) //nolint:gosec // a few for each pass
}

// membersOf are the left and the right records of a match that is no pair.
func (k *finds) membersOf(f *find) (left, right []int32) {
	m := k.members[f.left:]
	return m[2 : 2+m[0]], m[2+m[0] : 2+m[0]+m[1]]
}

// at reads a match. What it holds is good until the next one is read into the same.
func (k *finds) at(i int, into *Found) {
	f := &k.list[i]
	s := &k.said[f.said]
	*into = Found{Pass: s.pass, Kind: s.kind, Status: s.status, Chance: f.chance, Cause: s.cause, Left: into.Left[:0], Right: into.Right[:0]}
	if f.right == several {
		left, right := k.membersOf(f)
		for _, m := range left {
			into.Left = append(into.Left, int(m))
		}
		for _, m := range right {
			into.Right = append(into.Right, int(m))
		}
	} else {
		into.Left, into.Right = append(into.Left, int(f.left)), append(into.Right, int(f.right))
	}
	if f.evidence > 0 {
		into.levels = k.levels[int(f.evidence-1)*k.width : int(f.evidence)*k.width]
	}
}

// sort puts matches in the order of their first left record; what has none comes last.
func (k *finds) sort() {
	first := func(f *find) int {
		if f.right != several {
			return int(f.left)
		}
		left, right := k.membersOf(f)
		if len(left) > 0 {
			return int(left[0])
		}
		return math.MaxInt32 + int(right[0])
	}
	order := func(a, b find) int { return first(&a) - first(&b) }
	if !slices.IsSortedFunc(k.list, order) {
		slices.SortFunc(k.list, order)
	}
}

// count adds what was found to the counts of the passes.
func (k *finds) count(pass func(name string) *result.Pass) {
	for i := range k.list {
		f := &k.list[i]
		records := 2
		if f.right == several {
			left, right := k.membersOf(f)
			records = len(left) + len(right)
		}
		p := pass(k.said[f.said].pass)
		p.Matches++
		p.Records += records
	}
}

// Len is how many matches there are.
func (o *Outcome) Len() int { return len(o.found.list) }

// At reads a match by its number, from 0, in the order of their first left records; those without one come at the end. What it holds is
// good until the next one is read into the same.
func (o *Outcome) At(i int, into *Found) { o.found.at(i, into) }
