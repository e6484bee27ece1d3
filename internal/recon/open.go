package recon

import (
	"cmp"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// The bounds of further candidates.
const (
	mostMore   = 4   // candidates, beside the nearest
	mostLooked = 24  // open records of a side that are looked at, those with the closest amounts
	farthest   = 0.2 // of the amount
)

// open lists the records that stay open, with the reasons.
func (u *union) open(r *result.Result) {
	byAmount := make([][]int32, len(u.sides))
	for k, s := range u.sides {
		if s.amounts == nil || !u.further {
			continue
		}
		for i, at := range u.at[k] {
			if at == 0 && s.known[i] {
				byAmount[k] = append(byAmount[k], int32(i)) //nolint:gosec // below two thousand million
			}
		}
		slices.SortStableFunc(byAmount[k], func(a, b int32) int { return cmp.Compare(s.amounts[a], s.amounts[b]) })
	}
	var places []place
	for k := range u.sides {
		for i, at := range u.at[k] {
			if at == 0 {
				places = append(places, place{k, int32(i)}) //nolint:gosec // below two thousand million
			}
		}
	}
	r.Open = make([]result.Open, len(places))
	var group sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		group.Go(func() {
			for n := w * len(places) / workers; n < (w+1)*len(places)/workers; n++ {
				r.Open[n] = u.openRecord(places[n].side, places[n].index, byAmount)
			}
		})
	}
	group.Wait()
}

// openRecord says why a record stays open, and what comes nearest to it.
func (u *union) openRecord(side int, i int32, byAmount [][]int32) result.Open {
	o := result.Open{Member: u.member(side, i), Reason: "no_candidate"}
	for n := range u.outcomes {
		of := &u.outcomes[n]
		for k, own := range []int{of.left, of.right} {
			if own != side {
				continue
			}
			at := of.part(k, i)
			if at < 0 {
				continue
			}
			near := of.Nearest(k, at)
			if near == nil || o.Nearest != nil && o.Nearest.Confidence >= near.Chance {
				continue
			}
			other := []int{of.right, of.left}[k]
			o.Reason = near.Reason
			o.Nearest = &result.Nearest{Member: u.member(other, of.whole(1-k, near.Other)), Confidence: near.Chance, Apart: near.Apart}
		}
	}
	if u.further {
		o.More = u.more(side, i, &o, byAmount)
	}
	return o
}

// more lists open records of other sides whose amounts and days come close.
func (u *union) more(side int, i int32, o *result.Open, byAmount [][]int32) []result.Nearest {
	s := u.sides[side]
	if s.amounts == nil || !s.known[i] {
		return nil
	}
	type candidate struct {
		side  int
		at    int32
		apart int64 // of the amounts
		days  int
		dated bool
		off   float64
	}
	var room [mostLooked * 2]candidate
	all := room[:0]
	amount := s.amounts[i]
	for k, other := range u.sides {
		if k == side || len(byAmount[k]) == 0 {
			continue
		}
		sought := amount
		if u.opposite[side] != u.opposite[k] {
			sought = -amount
		}
		up, _ := slices.BinarySearchFunc(byAmount[k], sought, func(at int32, sought int64) int { return cmp.Compare(other.amounts[at], sought) })
		down := up - 1
		for range mostLooked {
			if down < 0 && up == len(byAmount[k]) {
				break
			}
			var at int32
			if down < 0 || up < len(byAmount[k]) && other.amounts[byAmount[k][up]]-sought <= sought-other.amounts[byAmount[k][down]] {
				at = byAmount[k][up]
				up++
			} else {
				at = byAmount[k][down]
				down--
			}
			apart := sought - other.amounts[at]
			if float64(magnitude(apart)) > farthest*float64(magnitude(amount)) {
				break
			}
			if o.Nearest != nil && o.Nearest.Member == u.member(k, at) {
				continue
			}
			found := candidate{side: k, at: at, apart: apart, off: float64(magnitude(apart)) / (farthest * float64(max(1, magnitude(amount))))}
			if s.days != nil && other.days != nil && s.days[i] != record.NoDay && other.days[at] != record.NoDay {
				found.days, found.dated = int(other.days[at]-s.days[i]), true
				found.off += float64(max(found.days, -found.days)) / 30
			}
			all = append(all, found)
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.off, b.off), cmp.Compare(a.side, b.side), cmp.Compare(a.at, b.at))
	})
	more := make([]result.Nearest, min(len(all), mostMore))
	for n, c := range all[:len(more)] {
		more[n] = result.Nearest{Member: u.member(c.side, c.at), Apart: apartBy(c.apart, c.days, c.dated)}
	}
	return more
}

// apartBy says how far two records lie apart: "+12.50; -3 d".
func apartBy(amount int64, days int, dated bool) string {
	var room [48]byte
	b := room[:0]
	if amount != 0 {
		b = append(b, "+-"[min(1, max(0, -amount))])
		b = strconv.AppendInt(b, magnitude(amount)/100, 10)
		b = append(b, '.', '0'+byte(magnitude(amount)/10%10), '0'+byte(magnitude(amount)%10)) //nolint:gosec // a digit
	}
	if dated {
		if amount != 0 {
			b = append(b, "; "...)
		}
		if days >= 0 {
			b = append(b, '+')
		}
		b = append(strconv.AppendInt(b, int64(days), 10), " d"...)
	}
	return string(b)
}
