package recon

import (
	"context"
	"maps"
	"slices"

	"khadamat/internal/recon/result"
)

// mostRounds bounds how often other partners are looked for: in each round, those that were found in the one before may be kept apart, too.
const mostRounds = 5

// keepApart takes over which records are not to be matched with each other. What has a record that is not there any more cannot happen again.
func (u *union) keepApart(sets [][]string) {
	if len(sets) == 0 {
		return
	}
	places := u.find(slices.Values(slices.Concat(sets...)))
	u.apart = map[result.Member][][]result.Member{}
	for _, keys := range sets {
		var members []result.Member
		for _, key := range keys {
			if p, ok := places[key]; ok {
				members = append(members, u.member(p.side, p.index))
			}
		}
		if len(members) == len(keys) && len(members) > 1 {
			u.apart[members[0]] = append(u.apart[members[0]], members)
		}
	}
}

// parts says whether people keep apart what a match holds: two of its records, or exactly all of them.
func (u *union) parts(members []result.Member) bool {
	if len(u.apart) == 0 {
		return false
	}
	for _, member := range members {
		for _, set := range u.apart[member] {
			if len(set) != 2 && len(set) != len(members) {
				continue
			}
			if !slices.ContainsFunc(set, func(m result.Member) bool { return !slices.Contains(members, m) }) {
				return true
			}
		}
	}
	return false
}

// rematch looks for other partners of records whose match people keep apart, among what is open between the two sides: once for those of the
// left side, without any of the right side's, and once the other way round, so that the same match cannot come again. It goes by what was learnt.
func (u *union) rematch(ctx context.Context, p pairOf, rest [2][]int32, learnt []byte, freed map[result.Member]bool) error {
	if p.rules.Auto {
		set, err := parse(learnt)
		if err != nil {
			return err
		}
		p.rules = set
	}
	sides := [2]int{p.left, p.right}
	for range mostRounds {
		more := map[result.Member]bool{}
		for k := range sides {
			among := rest
			for other, side := range sides {
				among[other] = slices.DeleteFunc(u.numbers(side, rest[other]), func(i int32) bool {
					member := u.member(side, i)
					return u.within[member] || other != k && freed[member]
				})
			}
			again, _, err := u.match(ctx, p, among, freed)
			if err != nil {
				return err
			}
			maps.Copy(more, again)
		}
		known := len(freed)
		if maps.Copy(freed, more); len(freed) == known {
			return nil
		}
	}
	return nil
}

// numbers are the records of a side that take part, in a slice of their own.
func (u *union) numbers(side int, rest []int32) []int32 {
	if rest != nil {
		return slices.Clone(rest)
	}
	all := make([]int32, len(u.at[side]))
	for i := range all {
		all[i] = int32(i) //nolint:gosec // below two thousand million
	}
	return all
}
