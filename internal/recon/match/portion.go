package match

import (
	"cmp"
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"khadamat/internal/recon/record"
)

// portion is a stretch of time: the free records of both sides that lie in it, and in a margin around it.
type portion struct {
	records     [2][]int32
	first, last record.Day // without the margin
}

// Sizes of what is looked at in one go.
const (
	learnt      = 6_000 // records of a side that the weights are learnt from
	leastDays   = 15    // that they must cover
	atATime     = 4_000 // open records of a portion
	dayMargin   = 5     // days around a portion beside the usual lag
	mostOfEqual = 48    // candidates of the same amount
)

// stretch returns the records that are enough to learn from: all of them, or those of a stretch of time in the middle.
func (r *run) stretch(all [2][]int32) [2][]int32 {
	if !r.dated() || max(len(all[0]), len(all[1])) <= learnt {
		return all
	}
	busier := 0
	if len(all[1]) > len(all[0]) {
		busier = 1
	}
	days := r.side(busier).day
	ordered := slices.DeleteFunc(slices.Clone(days), func(d record.Day) bool { return d == record.NoDay })
	if len(ordered) < learnt {
		return all
	}
	slices.Sort(ordered)
	middle := len(ordered) / 2
	first, last := ordered[middle-learnt/2], ordered[middle+learnt/2-1]
	for last-first < leastDays {
		first, last = first-1, last+1
	}
	var some [2][]int32
	for k := range some {
		for i, d := range r.side(k).day {
			if first <= d && d <= last {
				some[k] = append(some[k], int32(i)) //nolint:gosec // below two thousand million
			}
		}
		if len(some[k]) == 0 {
			return all
		}
	}
	return some
}

// sameAmounts are the pairs of equal amounts that lie a usual number of days apart, and that more speaks for than against.
func (r *run) sameAmounts() []pair {
	right := r.s.right
	ordered := slices.DeleteFunc(everyone(right.set.Len()), func(i int32) bool { return !right.known[i] || right.day[i] == record.NoDay })
	slices.SortFunc(ordered, func(a, b int32) int {
		return cmp.Or(cmp.Compare(right.amount[a], right.amount[b]), cmp.Compare(right.day[a], right.day[b]), cmp.Compare(a, b))
	})
	left := r.s.left
	first, last := usual(r.lag(0))
	return r.s.model.sift(left.set.Len(), 0, func(s *sieve, i int) {
		if !left.known[i] || left.day[i] == record.NoDay {
			return
		}
		at, _ := slices.BinarySearchFunc(ordered, left.day[i]+first, func(j int32, day record.Day) int {
			return cmp.Or(cmp.Compare(right.amount[j], left.amount[i]), cmp.Compare(right.day[j], day))
		})
		for _, j := range ordered[at:min(len(ordered), at+mostOfEqual)] {
			if right.amount[j] != left.amount[i] || right.day[j] > left.day[i]+last {
				break
			}
			s.add(int32(i), j) //nolint:gosec // below two thousand million
		}
	})
}

// portions cuts what is open into stretches of time, so that each is looked at by itself, however much there is.
func (r *run) portions() []portion {
	type dated struct {
		day  record.Day
		side int8
		at   int32
	}
	var open []dated
	var undated [2][]int32
	for k := range r.free {
		for i, free := range r.free[k] {
			switch {
			case !free:
			case r.side(k).day[i] == record.NoDay:
				undated[k] = append(undated[k], int32(i)) //nolint:gosec // below two thousand million
			default:
				open = append(open, dated{r.side(k).day[i], int8(k), int32(i)}) //nolint:gosec // below two thousand million
			}
		}
	}
	slices.SortFunc(open, func(a, b dated) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.side, b.side), cmp.Compare(a.at, b.at))
	})
	first, last := usual(r.lag(0))
	margin := max(last, -first) + dayMargin
	var out []portion
	for from := 0; from < len(open); {
		to := min(len(open), from+2*atATime)
		for to < len(open) && open[to].day <= max(open[to-1].day, open[from].day+2*margin) {
			to++
		}
		if to < len(open) && open[len(open)-1].day <= open[to].day+2*margin {
			to = len(open)
		}
		p := portion{first: open[from].day, last: open[to-1].day}
		low, high := from, to
		for low > 0 && open[low-1].day >= p.first-margin {
			low--
		}
		for high < len(open) && open[high].day <= p.last+margin {
			high++
		}
		for _, o := range open[low:high] {
			p.records[o.side] = append(p.records[o.side], o.at)
		}
		out = append(out, p)
		from = to
	}
	if len(out) == 0 {
		out = []portion{{}}
	}
	for k := range undated {
		at := &out[len(out)-1].records[k]
		*at = append(*at, undated[k]...)
	}
	return out
}

// inPortions looks at what is open: every other portion at once, each for what lies within it, and then those between, with all that
// crosses their borders, up to a share of all matching. So no two that are looked at together can want the same record, and how many there are at a time changes nothing.
func (r *run) inPortions(ctx context.Context, share float64, find func(p *portion) []alternative) error {
	portions := r.portions()
	r.progress.step(share, len(portions))
	for turn := range min(2, len(portions)) {
		found := make([][]Found, len(portions))
		var group errgroup.Group
		group.SetLimit(runtime.GOMAXPROCS(0))
		for i := turn; i < len(portions); i += 2 {
			group.Go(func() error {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				defer r.progress.did(1)
				p := &portions[i]
				for k := range p.records {
					p.records[k] = slices.DeleteFunc(p.records[k], func(i int32) bool { return !r.free[k][i] })
				}
				found[i] = r.choose(find(p), func(a *alternative) bool { return turn == 1 || len(portions) == 1 || p.within(r, a) })
				return ctx.Err()
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
		for _, some := range found {
			for _, f := range some {
				r.take(f)
			}
		}
	}
	return nil
}

// within says whether all records of an alternative lie in the portion, and not in its margin. Those without a day are in one portion only.
func (p *portion) within(r *run, a *alternative) bool {
	for side, members := range [2][]int{a.left, a.right} {
		for _, i := range members {
			if day := r.side(side).day[i]; day != record.NoDay && (day < p.first || day > p.last) {
				return false
			}
		}
	}
	return true
}

// manyPairs are the pairs of a window of days for each record, beyond which those that share telling words are looked up instead.
const manyPairs = 100

// nearby are the pairs of a portion that lie a usual number of days apart, or, where these are many, that share telling clues.
func (r *run) nearby(p *portion) []pair {
	first, last := usual(r.lag(0))
	left, right := r.s.left, r.s.right
	ordered := slices.DeleteFunc(slices.Clone(p.records[1]), func(i int32) bool { return right.day[i] == record.NoDay })
	slices.SortStableFunc(ordered, func(a, b int32) int { return cmp.Compare(right.day[a], right.day[b]) })
	window := func(i int32) []int32 {
		if left.day[i] == record.NoDay {
			return nil
		}
		by := func(j int32, day record.Day) int { return cmp.Compare(right.day[j], day) }
		from, _ := slices.BinarySearchFunc(ordered, left.day[i]+first, by)
		to, _ := slices.BinarySearchFunc(ordered, left.day[i]+last+1, by)
		return ordered[from:to]
	}
	pairs := 0
	for _, i := range p.records[0] {
		pairs += len(window(i))
	}
	if pairs > manyPairs*(len(p.records[0])+len(p.records[1])) {
		return r.alike(p)
	}
	return r.s.model.sift(len(p.records[0]), 0, func(s *sieve, at int) {
		i := p.records[0][at]
		s.many()
		for _, j := range window(i) {
			s.add(i, j)
		}
	})
}

// alike are the pairs of a portion that share telling clues.
func (r *run) alike(p *portion) []pair {
	pairs := r.s.candidates(p.records[0], p.records[1], fewKept)
	return r.s.model.sift(len(pairs), hopeless, func(s *sieve, i int) { s.add(pairs[i].left, pairs[i].right) })
}
