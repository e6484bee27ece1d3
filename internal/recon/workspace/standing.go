package workspace

import (
	"slices"

	"khadamat/internal/money"
	"khadamat/internal/recon/record"
)

// writtenOff is what is lost when an item is written off.
func (b *board) writtenOff(e *entry) money.Amount {
	if e.single() {
		return e.amount
	}
	return e.difference
}

// sealed says whether an entry lies in a period that is signed off: what is settled with one record of it, what waits with all of them.
// A board without a locked period has none.
func (b *board) sealed(e *entry) bool {
	if b.locked == record.NoDay {
		return false
	}
	if b.standing(e) == matched || e.state == settled {
		return slices.ContainsFunc(e.members, b.inLocked)
	}
	return !slices.ContainsFunc(e.members, func(m int32) bool { return !b.inLocked(m) })
}

func (b *board) inLocked(m int32) bool {
	d := b.records[m].day
	return d != record.NoDay && d <= b.locked
}

// standing is the state of an entry with the project's settings: a suggestion with chance enough counts as a match.
func (b *board) standing(e *entry) state {
	if e.state == suggested && b.settings.AcceptSuggested > 0 && e.confidence >= b.settings.AcceptSuggested {
		return matched
	}
	return e.state
}

// status is what people see.
func (b *board) status(e *entry) Status {
	standing := b.standing(e)
	sealed := b.sealed(e)
	switch {
	case sealed && (standing == matched || standing == settled):
		return StatusReconciled
	case standing == pending:
		return StatusPending
	case standing == settled:
		return StatusSettled
	case standing == matched:
		return StatusMatched
	case standing == suggested:
		return StatusSuggested
	case b.escalated(e):
		return StatusEscalated
	case standing == broken:
		return StatusBreak
	}
	return StatusOpen
}

// escalated says whether an open record, or a break, is too old or too large to wait.
func (b *board) escalated(e *entry) bool {
	at := e.amount.Minor
	if e.state == broken {
		at = e.difference.Minor
	}
	return b.settings.EscalateAbove > 0 && abs(at) > b.settings.EscalateAbove || b.settings.EscalateAfter > 0 && b.age(e) > b.settings.EscalateAfter
}

// age is how many days an entry waits, by the date of its latest record; 0 where it has none.
func (b *board) age(e *entry) int {
	if e.last == record.NoDay || e.last >= b.today {
		return 0
	}
	return int(b.today - e.last)
}
