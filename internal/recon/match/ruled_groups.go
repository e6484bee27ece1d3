package match

import (
	"math"
	"slices"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// groups takes all records with equal keys whose sums agree.
func (x *ruled) groups(s *stage) {
	g := x.gather(view{0, s.able[0]}, view{1, s.able[1]}, s.keys)
	s.bits = math.Log2(float64(max(1, g.count)))
	shapes := s.Pass.Shapes
	if shapes == nil {
		shapes = []result.Kind{result.OneToMany, result.ManyToOne, result.ManyToMany}
	}
	for k := range g.count {
		members := [2][]int32{g.sides[0].of(k), g.sides[1].of(k)}
		kind := result.Shape(len(members[0]), len(members[1])) // an offset where one side has none, which is no group
		if !slices.Contains(shapes, kind) {
			continue
		}
		cost, ok := s.agree(members)
		if !ok {
			for _, l := range members[0] {
				x.meet(view{side: 0}, view{side: 1}, l, members[1][0])
			}
			for _, r := range members[1] {
				x.meet(view{side: 0}, view{side: 1}, members[0][0], r)
			}
			continue
		}
		x.take(&s.Pass, Found{Kind: kind, Left: widen(members[0]), Right: widen(members[1]), Chance: 1 - doubt*float64(cost)})
	}
}

func widen(members []int32) []int {
	out := make([]int, len(members))
	for i, m := range members {
		out[i] = int(m)
	}
	return out
}

// agree says whether the sums of the members, and their dates, lie within the limits, and how near these.
func (s *stage) agree(members [2][]int32) (float32, bool) {
	var sums [2]int64
	first, last := [2]record.Day{math.MaxInt32, math.MaxInt32}, [2]record.Day{math.MinInt32, math.MinInt32}
	for k := range members {
		for _, i := range members[k] {
			if !s.amount.of[k].known[i] {
				return 0, false
			}
			sums[k] += s.amount.amount(k, int(i))
			if s.date == nil {
				continue
			}
			day := s.date.of[k].day[i]
			if day == record.NoDay {
				return 0, false
			}
			first[k], last[k] = min(first[k], day), max(last[k], day)
		}
	}
	cost, ok := s.Amount.holds(sums[0]-sums[1], max(abs(sums[0]), abs(sums[1])))
	if !ok || s.date == nil {
		return cost, ok
	}
	for _, apart := range []int64{int64(first[1]) - int64(last[0]), int64(last[1]) - int64(first[0])} {
		c, ok := s.Date.holds(apart, 0)
		if !ok {
			return 0, false
		}
		cost = max(cost, c)
	}
	return cost, true
}

// offsets takes records of one side that cancel out: pairs, and with a key and more members, all records of the key.
func (x *ruled) offsets(s *stage) error {
	sides := []int{1, 0}
	if s.Pass.Side != "" {
		sides = []int{sideOf(s.Pass.Side)}
	}
	for _, k := range sides {
		amounts := s.amount.of[k]
		size := &values{minor: make([]int64, len(amounts.minor)), known: amounts.known}
		positive, negative := view{k, slices.Clone(s.able[k])}, view{k, slices.Clone(s.able[k])}
		for i, a := range amounts.minor {
			size.minor[i] = abs(a)
			positive.able[i] = positive.able[i] && amounts.known[i] && a > 0
			negative.able[i] = negative.able[i] && amounts.known[i] && a < 0
		}
		o := &operand{Compared: &Compared{As: AmountValues}}
		o.of[k] = size
		if err := x.pairs(s, positive, negative, append(s.keys[:len(s.keys):len(s.keys)], o)); err != nil {
			return err
		}
		if len(s.keys) > 0 && s.Pass.Most > 2 {
			x.cancelled(s, k)
		}
	}
	return nil
}

// cancelled takes all open records of a side with equal keys where they add up to nothing.
func (x *ruled) cancelled(s *stage, k int) {
	able := slices.Clone(s.able[k])
	for i := range able {
		able[i] = able[i] && x.free[k][i] && s.amount.of[k].known[i]
	}
	g := x.gather(view{k, able}, view{k, make([]bool, len(able))}, s.keys)
	for group := range g.count {
		members := g.sides[0].of(group)
		if len(members) < 2 || len(members) > s.Pass.Most {
			continue
		}
		sum, moved := int64(0), false
		first, last := record.Day(math.MaxInt32), record.Day(math.MinInt32)
		for _, i := range members {
			sum += s.amount.of[k].minor[i]
			moved = moved || s.amount.of[k].minor[i] != 0
			if s.date != nil {
				first, last = min(first, s.date.of[k].day[i]), max(last, s.date.of[k].day[i])
			}
		}
		if sum != 0 || !moved || s.date != nil && (first == record.NoDay || int64(last)-int64(first) > max(s.Date.To, -s.Date.From)) {
			continue
		}
		f := Found{Kind: result.Offset, Chance: 1}
		if k == 0 {
			f.Left = widen(members)
		} else {
			f.Right = widen(members)
		}
		x.take(&s.Pass, f)
	}
}
