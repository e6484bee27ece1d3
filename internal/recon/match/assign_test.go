package match

import (
	"math"
	"math/rand/v2"
	"testing"
)

// most is the most that any choice of pairs is worth, by trying all.
func most(pairs []pair, at int, left, right map[int32]bool) float64 {
	if at == len(pairs) {
		return 0
	}
	best := most(pairs, at+1, left, right)
	p := pairs[at]
	if p.bits > 0 && !left[p.left] && !right[p.right] {
		left[p.left], right[p.right] = true, true
		best = math.Max(best, float64(p.bits)+most(pairs, at+1, left, right))
		delete(left, p.left)
		delete(right, p.right)
	}
	return best
}

func TestNoOtherChoiceOfPairsIsWorthMore(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 3000 {
		nLeft, nRight := 1+random.IntN(6), 1+random.IntN(6)
		var pairs []pair
		for l := range nLeft {
			for r := range nRight {
				if random.IntN(100) < 45 {
					pairs = append(pairs, pair{left: int32(l), right: int32(r), bits: float32(random.IntN(40) - 8)})
				}
			}
		}
		var got float64
		left, right := map[int32]bool{}, map[int32]bool{}
		for _, i := range assign(pairs, nLeft, nRight) {
			p := pairs[i]
			if left[p.left] || right[p.right] || p.bits <= 0 {
				t.Fatalf("round %d: %v is chosen, though one of its records is taken or nothing speaks for it", round, p)
			}
			left[p.left], right[p.right] = true, true
			got += float64(p.bits)
		}
		if want := most(pairs, 0, map[int32]bool{}, map[int32]bool{}); math.Abs(got-want) > 1e-6 {
			t.Fatalf("round %d: worth %v, the best is %v, of %v", round, got, want, pairs)
		}
	}
}
