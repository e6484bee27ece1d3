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
}

// writeOff says whether a write-off settles its item at once or waits for somebody else.
func (s *subject) writeOff(amount money.Amount, settings Settings) {
	s.amount, s.code, s.state = amount.Minor, string(amount.Currency), pending
	limit := settings.WriteOffLimit
	if abs(amount.Minor) <= limit.Minor && (amount.Currency == limit.Currency || amount.Currency == "" || limit.Currency == "") {
		s.state = settled
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
	reason := "rejected"
	if v.Action == Unmatch {
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
	case e == nil:
	case e.single():
		e.state, e.reason, e.by, e.seq, e.writer = open, reason, v.By, v.seq, ""
		b.change(e)
	default:
		b.dissolve(e, reason, v.By, v.seq)
	}
}

// match makes an entry what a person put together.
func (b *board) match(e *entry, v *verdict) {
	e.manual, e.by, e.seq, e.reason = true, v.By, v.seq, v.Reason
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
	case Explain:
		if e.reason = v.Reason; e.state == broken {
			e.state = settled
		}
	case WriteOff:
		if e.state == open || e.state == broken {
			e.before, e.state, e.reason, e.writer = e.state, s.state, v.Reason, v.By
		}
	case Approve:
		if e.state == pending {
			e.state = settled
		}
	case Refuse:
		if e.state == pending {
			e.state = e.before
		}
	}
	e.by, e.seq = v.By, v.seq
}
