package workspace

import (
	"slices"

	"khadamat/internal/money"
)

// verdict is a decision as it is stored and replayed.
type verdict struct {
	Decision
	seq      int64
	assignee string
	about    []subject
}

// subject is one item that a decision is about. It names the item's records, so that the decision survives new runs.
type subject struct {
	item   string
	keys   []string
	state  state  // of a write-off: settled or pending
	amount int64  // written off, in minor units
	code   string // currency
	waited int64  // microseconds
	back   bool   // of an item whose last decision is taken back: it is in the state that it had before
}

// writeOff says whether a write-off settles its item at once or waits for somebody else.
func (s *subject) writeOff(amount money.Amount, settings Settings) {
	s.amount, s.code, s.state = amount.Minor, string(amount.Currency), pending
	limit := settings.WriteOffLimit
	if abs(amount.Minor) <= limit.Minor && (amount.Currency == limit.Currency || amount.Currency == "" || limit.Currency == "") {
		s.state = settled
	}
}

// takesBack notes what an item was before, where the decision about it is taken back.
func (s *subject) takesBack(action Action, e *entry) {
	if action == Undo && e.before != nil {
		s.back, s.state = true, e.before.state
	}
}

// apply counts a decision in, and returns the entries that it touched, the new ones among them. It never fails: what a decision was about
// and is no more leaves it without effect, but for what people said.
func (b *board) apply(v *verdict) (touched []int32) {
	b.seq = v.seq
	b.turned()
	touch := func(ids ...string) {
		for _, id := range ids {
			if at, ok := b.byID[id]; ok {
				touched = append(touched, at)
			}
		}
	}
	for i := range v.about {
		s := &v.about[i]
		switch v.Action {
		case Assign, Remark:
			said := b.remarks[s.item]
			if v.Action == Assign {
				said.assignee = v.assignee
			} else {
				said.comments++
			}
			b.remarks[s.item] = said
			if e := b.live(s.item); e != nil && v.Action == Assign {
				e.seq = v.seq
			}
		case Undo:
			b.takeBack(v, s)
		case Reject, Unmatch:
			b.takeApart(v, s)
			touch(s.keys...)
		case Match:
			for _, key := range s.keys { // what is left of a suggestion that held one of them
				if r, ok := b.byKey[key]; ok {
					for _, m := range b.entries[b.at[r]].members {
						touch(b.records[m].key)
					}
				}
			}
			if e := b.hold(s.item, s.keys, v.seq); e != nil {
				b.match(e, v)
			}
			touch(s.keys...)
		case Accept, WriteOff:
			if b.takenBack(v.seq, s.item) && b.live(s.item) == nil {
				break // it would tear apart what the machine made meanwhile
			}
			if e := b.hold(s.item, s.keys, v.seq); e != nil {
				e.decide(v, s)
				b.change(e)
			}
		default:
			if e := b.hold(s.item, s.keys, v.seq); e != nil {
				e.decide(v, s)
				b.change(e)
			}
		}
		touch(s.item)
	}
	slices.Sort(touched)
	return slices.Compact(touched)
}

// takeApart undoes an item. Where the machine has put two records together again that a person took apart, that match goes too.
func (b *board) takeApart(v *verdict, s *subject) {
	if len(s.keys) > 1 {
		b.apart[s.item] = s.keys
	}
	reason := "rejected"
	if v.Action != Reject {
		reason = "unmatched"
	}
	e := b.live(s.item)
	if e == nil && len(s.keys) == 2 {
		if members, ok := b.lookup(s.keys); ok && b.at[members[0]] == b.at[members[1]] {
			if holds := &b.entries[b.at[members[0]]]; !holds.decided() {
				e = holds
			}
		}
	}
	switch {
	case e == nil: // a later run kept it apart itself
		for _, key := range s.keys {
			if r, ok := b.byKey[key]; ok && b.entries[b.at[r]].single() && b.entries[b.at[r]].state == open {
				b.free(r, reason, v.By, v.seq)
			}
		}
	case e.single():
		e.state, e.reason, e.by, e.seq, e.writer, e.before = open, reason, v.By, v.seq, "", nil
		b.change(e)
	default:
		b.dissolve(e, reason, v.By, v.seq)
	}
}

// takenBack says whether a decision about an item is taken back later on.
func (b *board) takenBack(seq int64, item string) bool {
	return slices.ContainsFunc(b.undone[item], func(later int64) bool { return later > seq })
}

// takeBack makes an item what it was before somebody accepted it or wrote it off.
func (b *board) takeBack(v *verdict, s *subject) {
	e := b.live(s.item)
	switch {
	case e == nil:
	case e.before != nil:
		e.state, e.reason, e.by, e.writer, e.before = e.before.state, e.before.reason, e.before.by, "", nil
		e.seq = v.seq
		b.change(e)
	case !s.back:
		b.takeApart(v, s)
	}
}

// match makes an entry what a person put together.
func (b *board) match(e *entry, v *verdict) {
	delete(b.apart, e.id)
	e.manual, e.by, e.seq, e.reason, e.before = true, v.By, v.seq, v.Reason, nil
	if e.state == suggested {
		e.state = matched
	}
	if e.state == broken && v.Reason != "" {
		e.state = settled
	}
	b.change(e)
}

// decide changes the state of an entry.
func (e *entry) decide(v *verdict, s *subject) {
	switch v.Action {
	case Accept:
		if e.state == suggested {
			e.state = matched
		}
		// A run that left it alone says that it is a match.
		e.before = &past{suggested, e.reason, ""}
	case Explain:
		if e.reason = v.Reason; e.state == broken {
			e.state = settled
		}
	case WriteOff:
		if e.state == open || e.state == broken {
			e.before, e.state, e.reason, e.writer = &past{e.state, e.reason, e.by}, s.state, v.Reason, v.By
		}
	case Approve:
		if e.state == pending {
			e.state = settled
		}
	case Refuse:
		if e.state == pending {
			e.state, e.before = e.before.state, nil
		}
	}
	e.by, e.seq = v.By, v.seq
}
