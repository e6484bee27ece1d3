package main

import (
	"strings"
	"testing"
	"time"
)

// The checks are worth something only if they fail: each case plants one fault in a market that is otherwise right.
func TestTheChecksFindWhatIsPlanted(t *testing.T) {
	start := time.Date(2026, time.June, 2, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		plant func(m *market, rows []*row)
		want  string
	}{
		"nothing":                      {func(*market, []*row) {}, ""},
		"two bookings at one time":     {func(_ *market, rows []*row) { rows[1].blockStart -= time.Hour.Microseconds() }, "DOUBLE BOOKING"},
		"a long one over two":          {func(_ *market, rows []*row) { rows[0].blockEnd += 3 * time.Hour.Microseconds() }, "DOUBLE BOOKING"},
		"a buffer that is not held":    {func(_ *market, rows []*row) { rows[0].blockEnd = rows[0].end }, "less than its time"},
		"an acknowledged booking gone": {func(m *market, _ []*row) { m.ledger.entries[0].id = "other" }, "LOST: booking"},
		"another price":                {func(m *market, _ []*row) { m.ledger.entries[0].price++ }, "not what was acknowledged"},
		"another start":                {func(_ *market, rows []*row) { rows[0].start++; rows[0].end++ }, "its history says"},
		"an acknowledged change gone": {func(m *market, _ []*row) {
			m.ledger.entries[0].told = append(m.ledger.entries[0].told, fact{kind: "cancelled", status: "x"})
		}, "LOST: cancelled"},
		"a change acknowledged twice": {func(m *market, _ []*row) {
			m.ledger.entries[0].told = append(m.ledger.entries[0].told, fact{kind: "requested", status: "requested"})
		}, "LOST: requested"},
		"a status without its event": {func(_ *market, rows []*row) { rows[0].status = "completed" }, "its history ends with"},
		"an event that cannot follow": {func(_ *market, rows []*row) {
			rows[0].events = append(rows[0].events, event{kind: "requested", status: "requested"})
		}, "went from accepted to requested"},
		"a history without a beginning":   {func(_ *market, rows []*row) { rows[0].events = rows[0].events[1:] }, "does not begin with its request"},
		"an event without an audit entry": {func(_ *market, rows []*row) { rows[0].audited["booking.accepted"] = 0 }, "audit entries than events"},
		"an audit entry without an event": {func(_ *market, rows []*row) { rows[0].audited["booking.started"] = 1 }, "audit entries than events"},
	} {
		t.Run(name, func(t *testing.T) {
			m, rows := rightMarket(start)
			c.plant(m, rows)
			byID := map[string]*row{}
			for _, r := range rows {
				byID[r.id] = r
			}
			m.checkOverlaps(rows)
			m.checkAcknowledged(byID)
			for _, r := range rows {
				m.checkHistory(r)
			}
			found := strings.Join(m.ledger.violations, "\n")
			if (c.want == "") != (found == "") || !strings.Contains(found, c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

// rightMarket has one provider with three bookings after each other, each with half an hour of buffer, all acknowledged.
func rightMarket(start time.Time) (*market, []*row) {
	p := &provider{id: "provider", bufferAfter: 30 * time.Minute}
	s := &service{id: "service", provider: p}
	m := &market{ledger: newLedger(), services: []*service{s}, before: map[string]bool{}}
	var rows []*row
	for i, id := range []string{"first", "second", "third"} {
		begin := start.Add(time.Duration(i) * 90 * time.Minute)
		end := begin.Add(time.Hour)
		rows = append(rows, &row{id: id, customer: "customer", provider: p.id, service: s.id, status: "accepted", price: 20000,
			start: begin.UnixMicro(), end: end.UnixMicro(), blockStart: begin.UnixMicro(), blockEnd: end.Add(p.bufferAfter).UnixMicro(),
			events:  []event{{kind: "requested", status: "requested"}, {kind: "accepted", status: "accepted"}},
			audited: map[string]int{"booking.requested": 1, "booking.accepted": 1}})
		m.ledger.add(&entry{id: id, key: id, customer: &person{accountID: "customer"}, service: s, start: begin, end: end, price: 20000, status: "accepted",
			told: []fact{{kind: "requested", status: "requested"}, {kind: "accepted", status: "accepted"}}})
	}
	return m, rows
}
