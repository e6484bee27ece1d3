package result_test

import (
	"testing"

	"khadamat/internal/recon/result"
)

func TestTheFullestOfTheOtherSidesTellsTheShape(t *testing.T) {
	type record struct {
		side     result.Side
		minor    int64
		opposite bool
	}
	for name, c := range map[string]struct {
		records            []record
		shape              result.Kind
		amount, difference int64
	}{
		"one of each of three sides":         {[]record{{0, 500, false}, {1, 500, false}, {2, 500, false}}, result.OneToOne, 500, 0},
		"two on one of the others":           {[]record{{0, 500, false}, {1, 500, false}, {2, 200, false}, {2, 300, false}}, result.OneToMany, 500, 0},
		"the side that differs most":         {[]record{{0, 500, false}, {1, 490, false}, {2, 530, false}}, result.OneToOne, 500, -30},
		"the first side with records":        {[]record{{1, 200, false}, {1, 300, false}, {3, -500, true}}, result.ManyToOne, 500, 0},
		"what is left of one side by itself": {[]record{{1, 200, false}, {1, -150, false}}, result.Offset, 50, 50},
		"nothing":                            {nil, result.Offset, 0, 0},
	} {
		var tally result.Tally
		for _, r := range c.records {
			tally.Add(r.side, r.minor, r.opposite)
		}
		if shape, amount, difference := tally.Measure(); shape != c.shape || amount != c.amount || difference != c.difference {
			t.Errorf("%s: %s, %d, %d apart", name, shape, amount, difference)
		}
	}
}
