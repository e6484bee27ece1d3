package recon

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"sort"
	"strconv"

	"khadamat/internal/recon/match"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/rules"
	"khadamat/internal/texts"
)

// union puts together what was found between pairs of sides: matches that share a record are one.
type union struct {
	sides    []*Side
	at       [][]int32 // by side and record: its match, from 1; 0: none
	matches  []result.Match
	refs     []refs // where each match's reasons are
	outcomes []outcome
	opposite []bool // by side: its amounts count with the other sign
	further  bool   // open records come with more candidates than one
	dropped  []string
	members  []result.Member // room of the matches'
	tell     match.Tell      // how much of what is matched between two sides is done

	apart  map[result.Member][][]result.Member // what people keep apart, by its first record
	within map[result.Member]bool              // the records that were matched between the two sides at hand, while anything is kept apart
}

// outcome is what was found between two sides.
type outcome struct {
	pairOf
	*match.Outcome
	rest  [2][]int32 // the records that took part, where not all did
	again bool       // it looked for other partners only, by the rules of one before
}

// ref names a find of an outcome.
type ref struct{ outcome, found int32 }

// refs are the finds that a match is made of: one nearly always.
type refs struct {
	first ref
	more  *[]ref // nil: none
}

const noOutcome = -1 // of matches that were settled before

func newUnion(sides []*Side) *union {
	u := &union{sides: sides, at: make([][]int32, len(sides)), opposite: make([]bool, len(sides))}
	for k, s := range sides {
		u.at[k] = make([]int32, s.set.Len())
	}
	return u
}

// settle takes over what was settled before. A match of which a record is gone, or has gone to another one, is dropped.
func (u *union) settle(o Options) {
	if len(o.Settled) == 0 {
		return
	}
	places := u.find(func(yield func(string) bool) {
		for _, settled := range o.Settled {
			for _, key := range settled.Members {
				if !yield(key) {
					return
				}
			}
		}
	})
	for _, settled := range o.Settled {
		m := result.Match{Kind: settled.Kind, Status: result.Matched, Pass: cmp.Or(settled.Pass, result.SettledPass), Settled: settled.ID,
			Confidence: cmp.Or(settled.Confidence, 1), Cause: settled.Cause}
		whole := len(settled.Members) > 0
		for _, key := range settled.Members {
			p, there := places[key]
			if !there || u.at[p.side][p.index] != 0 || slices.Contains(m.Members, u.member(p.side, p.index)) {
				whole = false
				break
			}
			m.Members = append(m.Members, u.member(p.side, p.index))
		}
		if !whole {
			u.dropped = append(u.dropped, settled.ID)
			continue
		}
		u.add(m, ref{noOutcome, 0})
	}
}

// place is a record by its side and its number there.
type place struct {
	side  int
	index int32
}

// find returns where the records of some keys are, of those that are there.
func (u *union) find(keys iter.Seq[string]) map[string]place {
	wanted, places := map[string]bool{}, map[string]place{}
	for key := range keys {
		wanted[key] = true
	}
	for k, s := range u.sides {
		for i := range s.set.Len() {
			if key := s.keyAt(i); wanted[key] {
				places[key] = place{k, int32(i)} //nolint:gosec // below two thousand million
			}
		}
	}
	return places
}

func (u *union) member(side int, i int32) result.Member {
	return result.Member{Side: result.Side(side), Row: int(u.sides[side].set.Rows[i])} //nolint:gosec // eight at most
}

// add adds a match whose members no other one has.
func (u *union) add(m result.Match, from ref) {
	u.matches, u.refs = append(u.matches, m), append(u.refs, refs{first: from})
	u.claim(len(u.matches)-1, m.Members)
}

// claim notes whose the records are.
func (u *union) claim(at int, members []result.Member) {
	for _, m := range members {
		u.at[m.Side][u.sides[m.Side].index(m.Row)] = int32(at + 1) //nolint:gosec // below two thousand million
	}
}

// reconcile matches two sides with each other.
func (u *union) reconcile(ctx context.Context, p pairOf) error {
	rest := [2][]int32{u.rest(p.left), u.rest(p.right)}
	u.within = map[result.Member]bool{}
	freed, learnt, err := u.match(ctx, p, rest, nil)
	if err != nil || len(freed) == 0 {
		return err
	}
	return u.rematch(ctx, p, rest, learnt, freed)
}

// match matches some records of two sides with each other, or looks for matches of a few of them only. It returns the rules by which it did, and
// the records of matches that people keep apart, which are not taken.
func (u *union) match(ctx context.Context, p pairOf, rest [2][]int32, about map[result.Member]bool) (freed map[result.Member]bool, learnt []byte, err error) {
	o := outcome{pairOf: p, rest: rest, again: about != nil}
	var sets [2]*record.Set
	for k, side := range []int{p.left, p.right} {
		set := u.sides[side].set
		if rest[k] != nil {
			set = set.Pick(rest[k])
		}
		if set.Len() == 0 {
			return nil, nil, nil
		}
		sets[k] = set
	}
	found, err := match.Run(ctx, p.rules, sets[0], sets[1], u.tell)
	if err != nil {
		return nil, nil, err
	}
	for _, set := range sets {
		set.Release() // matches take their place
	}
	o.Outcome = found
	u.outcomes = append(u.outcomes, o)
	u.turn(&o)
	number := len(u.outcomes) - 1
	u.matches, u.refs = slices.Grow(u.matches, found.Len()), slices.Grow(u.refs, found.Len())
	f := &match.Found{}
	freed = map[result.Member]bool{}
	for i := range found.Len() {
		found.At(i, f)
		m := result.Match{Kind: f.Kind, Status: f.Status, Pass: f.Pass, Confidence: f.Chance, Cause: f.Cause, Members: u.room(len(f.Left) + len(f.Right))}
		var others []int32
		for k, side := range []int{p.left, p.right} {
			for _, i := range [2][]int{f.Left, f.Right}[k] {
				at := o.whole(k, i)
				m.Members = append(m.Members, u.member(side, at))
				if other := u.at[side][at]; other != 0 && !slices.Contains(others, other-1) {
					others = append(others, other-1)
				}
			}
		}
		if about != nil && !slices.ContainsFunc(m.Members, func(member result.Member) bool { return about[member] }) {
			continue
		}
		if u.parts(m.Members) {
			for _, member := range m.Members {
				freed[member] = true
			}
			continue
		}
		if u.apart != nil {
			for _, member := range m.Members {
				u.within[member] = true
			}
		}
		from := ref{int32(number), int32(i)} //nolint:gosec // below two thousand million
		switch {
		case len(others) == 0:
			u.add(m, from)
		case m.Kind != result.Offset: // what cancels out here has found a partner on another side
			u.unite(others, &m, from)
		}
	}
	return freed, found.Rules, nil
}

// membersAtOnce are those that lie together in memory: many matches make few objects.
const membersAtOnce = 1 << 14

// room returns an empty list for so many members.
func (u *union) room(members int) []result.Member {
	if members > cap(u.members)-len(u.members) {
		u.members = make([]result.Member, 0, max(membersAtOnce, members))
	}
	at := len(u.members)
	u.members = u.members[:at+members]
	return u.members[at:at:len(u.members)]
}

// turn notes which side's amounts count with the other sign, seen from the first side.
func (u *union) turn(o *outcome) {
	known, other := min(o.left, o.right), max(o.left, o.right)
	u.opposite[other] = u.opposite[known] != o.Opposite
}

// rest returns the records of a side that may still be matched, nil for all: those that were not settled before, and that do not cancel
// out with others of their side.
func (u *union) rest(side int) []int32 {
	rest := make([]int32, 0, len(u.at[side]))
	for i, at := range u.at[side] {
		if at == 0 || u.refs[at-1].first.outcome != noOutcome && u.matches[at-1].Kind != result.Offset {
			rest = append(rest, int32(i)) //nolint:gosec // below two thousand million
		}
	}
	if len(rest) == len(u.at[side]) {
		return nil
	}
	return rest
}

// whole returns the number that a record of the left or right set (0 or 1) has in its side.
func (o *outcome) whole(k, i int) int32 {
	if o.rest[k] != nil {
		return o.rest[k][i]
	}
	return int32(i) //nolint:gosec // below two thousand million
}

// part returns the number that a record of a side has in the set that took part, -1 where it did not.
func (o *outcome) part(k int, i int32) int {
	if o.rest[k] == nil {
		return int(i)
	}
	if at, found := slices.BinarySearch(o.rest[k], i); found {
		return at
	}
	return -1
}

// unite makes one match of those that share records with a new one. It is as sure as the least sure of them.
func (u *union) unite(others []int32, m *result.Match, from ref) {
	slices.Sort(others)
	into := &u.matches[others[0]]
	join := func(other *result.Match) {
		for _, member := range other.Members {
			if !slices.Contains(into.Members, member) {
				into.Members = append(into.Members, member)
			}
		}
		into.Confidence = min(into.Confidence, other.Confidence)
		if other.Status == result.Suggested {
			into.Status = result.Suggested
		}
		if other.Kind == result.Break && into.Kind != result.Break {
			into.Kind, into.Cause = result.Break, other.Cause
		} else if into.Kind != result.Break {
			into.Kind = "" // by its shape
		}
	}
	join(m)
	into, all := &u.matches[others[0]], &u.refs[others[0]]
	if all.more == nil {
		all.more = &[]ref{}
	}
	*all.more = append(*all.more, from)
	for _, other := range others[1:] {
		join(&u.matches[other])
		*all.more = append(*all.more, u.refs[other].first)
		if more := u.refs[other].more; more != nil {
			*all.more = append(*all.more, *more...)
		}
		u.matches[other].Members = nil // it is no more
	}
	u.claim(int(others[0]), into.Members)
}

// result makes matches, open records and sums of what was found.
func (u *union) result(o Options) (*result.Result, error) {
	u.order()
	r := &result.Result{Matches: u.matches, Explain: u.explain, Dropped: u.dropped}
	if n := len(u.dropped); n > 0 {
		r.Notes = append(r.Notes, texts.Catalog().T(o.Language, "recon_engine.settled_dropped", map[string]any{"Number": strconv.Itoa(n)}))
	}
	for _, s := range u.sides {
		r.Sources = append(r.Sources, s.kept.File)
		r.Rejects = append(r.Rejects, s.kept.Rejects...)
		r.Notes = append(r.Notes, s.kept.Notes...)
	}
	var err error
	if r.Rules, err = u.rules(o); err != nil {
		return nil, err
	}
	for i := range r.Matches {
		r.Matches[i].ID = i + 1
		u.measure(&r.Matches[i])
	}
	r.Passes = u.passes()
	u.open(r)
	u.sums(r)
	return r, nil
}

// rules are the ruleset that does the same again: the one that was given, or what was learnt, of each two sides where there are more.
func (u *union) rules(o Options) ([]byte, error) {
	switch {
	case len(o.Rules) > 0 || len(u.outcomes) == 0:
		return o.Rules, nil
	case len(u.sides) == 2:
		return u.outcomes[0].Rules, nil
	}
	all := rules.Ruleset{Version: rules.Version}
	for i := range u.outcomes {
		of := &u.outcomes[i]
		if of.again {
			continue
		}
		learnt, err := parse(of.Rules)
		if err != nil {
			return nil, err
		}
		sides := []string{result.Side(of.left).String(), result.Side(of.right).String()} //nolint:gosec // eight at most
		all.Pairs = append(all.Pairs, rules.Pair{Sides: sides, Sign: learnt.Sign, Evidence: learnt.Evidence, Passes: learnt.Passes})
	}
	return all.YAML(), nil
}

// order sorts the matches by their first members and leaves out those that have become part of others.
func (u *union) order() {
	kept := 0
	for i := range u.matches {
		if len(u.matches[i].Members) > 0 {
			u.matches[kept], u.refs[kept] = u.matches[i], u.refs[i]
			kept++
		}
	}
	u.matches, u.refs = u.matches[:kept], u.refs[:kept]
	for i := range u.matches {
		slices.SortFunc(u.matches[i].Members, func(a, b result.Member) int { return cmp.Or(cmp.Compare(a.Side, b.Side), cmp.Compare(a.Row, b.Row)) })
	}
	if !sort.IsSorted((*byFirstMember)(u)) {
		sort.Stable((*byFirstMember)(u))
	}
	for i := range u.matches {
		u.claim(i, u.matches[i].Members)
	}
}

type byFirstMember union

func (b *byFirstMember) Len() int { return len(b.matches) }

func (b *byFirstMember) Less(i, j int) bool {
	x, y := b.matches[i].Members[0], b.matches[j].Members[0]
	return x.Side < y.Side || x.Side == y.Side && x.Row < y.Row
}

func (b *byFirstMember) Swap(i, j int) {
	b.matches[i], b.matches[j] = b.matches[j], b.matches[i]
	b.refs[i], b.refs[j] = b.refs[j], b.refs[i]
}

// explain collects the evidence of a match.
func (u *union) explain(id int) []result.Part {
	if id < 1 || id > len(u.refs) {
		return nil
	}
	from := &u.refs[id-1]
	parts := u.partsOf(from.first)
	if from.more != nil {
		for _, more := range *from.more {
			parts = append(parts, u.partsOf(more)...)
		}
	}
	return parts
}

func (u *union) partsOf(from ref) []result.Part {
	if from.outcome == noOutcome {
		return nil
	}
	return u.outcomes[from.outcome].Parts(int(from.found))
}
