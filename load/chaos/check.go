package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"
)

// row is a stored booking.
type row struct {
	id, customer, provider, service, status string
	start, end, blockStart, blockEnd        int64
	price                                   int64
	events                                  []event
	audited                                 map[string]int // actions in the audit log
}

// event is a stored event of a booking.
type event struct {
	kind, status string
	start        time.Time
}

func (r *row) holds() bool {
	return r.status == "accepted" || r.status == "in_progress" || r.status == "completed"
}

// check reads the whole database and holds it against the ledger. It asks nothing of the program under test.
func (m *market) check(ctx context.Context) error {
	database, err := m.server.Place.OpenReadOnly()
	if err != nil {
		return err
	}
	defer database.Close()
	rows, order, err := readBookings(ctx, database)
	if err != nil {
		return err
	}
	if err := readHistory(ctx, database, rows); err != nil {
		return err
	}
	m.checkOverlaps(order)
	m.checkAcknowledged(rows)
	for _, r := range order {
		if !m.before[r.id] {
			m.checkHistory(r)
		}
	}
	return m.checkKeys(ctx, database, rows)
}

// readBookings reads all bookings, ordered by provider and time.
func readBookings(ctx context.Context, database *sql.DB) (map[string]*row, []*row, error) {
	found, err := database.QueryContext(ctx, `SELECT id, customer_id, provider_id, service_id, status, start_at, end_at, block_start, block_end, price_minor
		FROM bookings ORDER BY provider_id, block_start, block_end, id`)
	if err != nil {
		return nil, nil, err
	}
	defer found.Close()
	byID := map[string]*row{}
	var order []*row
	for found.Next() {
		r := &row{audited: map[string]int{}}
		if err := found.Scan(&r.id, &r.customer, &r.provider, &r.service, &r.status, &r.start, &r.end, &r.blockStart, &r.blockEnd, &r.price); err != nil {
			return nil, nil, err
		}
		byID[r.id] = r
		order = append(order, r)
	}
	return byID, order, found.Err()
}

func readHistory(ctx context.Context, database *sql.DB, rows map[string]*row) error {
	found, err := database.QueryContext(ctx, "SELECT booking_id, kind, status, data FROM booking_events ORDER BY booking_id, at, id")
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		var id, data string
		var e event
		if err := found.Scan(&id, &e.kind, &e.status, &data); err != nil {
			return err
		}
		var more struct {
			Start time.Time `json:"start"`
		}
		if err := json.Unmarshal([]byte(data), &more); err != nil {
			return err
		}
		e.start = more.Start
		if r := rows[id]; r != nil {
			r.events = append(r.events, e)
		}
	}
	if err := found.Err(); err != nil {
		return err
	}
	audited, err := database.QueryContext(ctx, "SELECT subject_id, action FROM audit_entries WHERE subject_kind = 'booking'")
	if err != nil {
		return err
	}
	defer audited.Close()
	for audited.Next() {
		var id, action string
		if err := audited.Scan(&id, &action); err != nil {
			return err
		}
		if r := rows[id]; r != nil {
			r.audited[action]++
		}
	}
	return audited.Err()
}

// checkOverlaps: of one provider, no booking that holds its time begins before the one before it is over, buffers included.
func (m *market) checkOverlaps(order []*row) {
	var last *row
	for _, r := range order {
		if !r.holds() {
			continue
		}
		if last != nil && last.provider == r.provider && r.blockStart < last.blockEnd {
			m.ledger.violate("DOUBLE BOOKING: %s (%s) and %s (%s) of provider %s overlap", last.id, last.status, r.id, r.status, r.provider)
		}
		if last == nil || last.provider != r.provider || r.blockEnd > last.blockEnd {
			last = r
		}
	}
	buffers := map[string]*provider{}
	for _, s := range m.services {
		buffers[s.provider.id] = s.provider
	}
	for _, r := range order {
		p := buffers[r.provider]
		if p == nil || m.before[r.id] {
			continue
		}
		if r.blockStart > r.start-p.bufferBefore.Microseconds() || r.blockEnd < r.end+p.bufferAfter.Microseconds() {
			m.ledger.violate("booking %s holds less than its time and the provider's buffers", r.id)
		}
	}
}

// checkAcknowledged: every acknowledged booking is stored with what was acknowledged, and so is every acknowledged change.
func (m *market) checkAcknowledged(rows map[string]*row) {
	for _, e := range m.ledger.entries {
		r := rows[e.id]
		if r == nil {
			m.ledger.violate("LOST: booking %s of key %s was acknowledged and is not there", e.id, e.key)
			continue
		}
		if r.customer != e.customer.accountID || r.provider != e.service.provider.id || r.service != e.service.id || r.price != e.price || r.end-r.start != e.end.Sub(e.start).Microseconds() {
			m.ledger.violate("booking %s is not what was acknowledged: %+v", e.id, r)
		}
		start := e.start
		have := map[fact]int{}
		for _, one := range r.events {
			f := fact{kind: one.kind, status: one.status}
			if one.kind == "rescheduled" {
				f.start, start = one.start.UTC(), one.start
			}
			have[f]++
		}
		if r.start != start.UnixMicro() {
			m.ledger.violate("booking %s starts at %d; its history says %s", e.id, r.start, start)
		}
		for _, told := range e.told {
			told.start = told.start.UTC()
			if have[told]--; have[told] < 0 {
				m.ledger.violate("LOST: %s of booking %s was acknowledged and is not in its history", told.kind, e.id)
			}
		}
	}
}

// next are the states that may follow each other.
var next = map[string]map[string]bool{
	"requested":   {"accepted": true, "declined": true, "withdrawn": true, "expired": true},
	"accepted":    {"accepted": true, "in_progress": true, "cancelled_by_customer": true, "cancelled_by_provider": true, "no_show": true},
	"in_progress": {"completed": true},
}

// checkHistory: a booking's events are a path through the states that ends where the booking is, and each has its audit entry.
func (m *market) checkHistory(r *row) {
	if len(r.events) == 0 || r.events[0].kind != "requested" {
		m.ledger.violate("booking %s does not begin with its request: %v", r.id, r.events)
		return
	}
	for i, e := range r.events[1:] {
		if before := r.events[i].status; !next[before][e.status] {
			m.ledger.violate("booking %s went from %s to %s: %v", r.id, before, e.status, r.events)
		}
	}
	if last := r.events[len(r.events)-1]; last.status != r.status {
		m.ledger.violate("booking %s is %s and its history ends with %s", r.id, r.status, last.status)
	}
	for _, e := range r.events {
		r.audited["booking."+e.kind]--
	}
	for action, left := range r.audited {
		if left != 0 {
			m.ledger.violate("booking %s: %d more audit entries than events for %s", r.id, left, action)
		}
	}
}

// checkKeys: each booking of the run was made under exactly one key, each acknowledged key made its booking, and a refused key none.
func (m *market) checkKeys(ctx context.Context, database *sql.DB, rows map[string]*row) error {
	found, err := database.QueryContext(ctx, "SELECT key, result FROM idempotency_keys WHERE scope LIKE 'booking.request:%'")
	if err != nil {
		return err
	}
	defer found.Close()
	keyOf := map[string]string{}
	for found.Next() {
		var key, result string
		if err := found.Scan(&key, &result); err != nil {
			return err
		}
		var made struct{ ID string }
		if err := json.Unmarshal([]byte(result), &made); err != nil {
			return err
		}
		if other := keyOf[made.ID]; other != "" {
			m.ledger.violate("booking %s stands under two keys: %s and %s", made.ID, other, key)
		}
		keyOf[made.ID] = key
		e := m.ledger.byKey[key]
		switch {
		case e != nil && e.id != made.ID:
			m.ledger.violate("key %s was acknowledged as %s and made %s", key, e.id, made.ID)
		case e == nil && m.ledger.refused[key]:
			m.ledger.violate("key %s was refused and made booking %s all the same", key, made.ID)
		}
		if rows[made.ID] == nil {
			m.ledger.violate("key %s made booking %s, which is not there", key, made.ID)
		}
	}
	for id := range rows {
		if !m.before[id] && keyOf[id] == "" {
			m.ledger.violate("booking %s was made and its key is lost", id)
		}
	}
	for key, e := range m.ledger.byKey {
		if keyOf[e.id] != key {
			m.ledger.violate("key %s was acknowledged and is lost", key)
		}
	}
	return found.Err()
}
