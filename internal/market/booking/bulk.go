package booking

import (
	"context"
	"slices"
	"strings"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
)

// auditEntry is what the audit log keeps of an event.
func auditEntry(b Booking, e Event) (audit.Entry, error) {
	data, err := db.JSON(struct {
		Status Status `json:"status"`
		Side   Side   `json:"side"`
		Reason string `json:"reason,omitempty"`
		Start  int64  `json:"start"` // microseconds since 1970 UTC, like everything that is stored
		Price  int64  `json:"price_minor"`
		Refund *int64 `json:"refund_minor,omitempty"`
	}{e.Status, e.Side, e.Reason, b.Start.UnixMicro(), b.Price.Minor, refundMinor(b)})
	return audit.Entry{At: e.At, ActorID: e.ActorID, Action: "booking." + string(e.Kind), SubjectKind: "booking", SubjectID: b.ID, Data: data}, err
}

func refundMinor(b Booking) *int64 {
	if b.Refund == nil {
		return nil
	}
	return &b.Refund.Minor
}

// ListIndexes are the indexes that only lists read: what fills the tables may do without them meanwhile.
var ListIndexes = []string{"bookings_start", "bookings_status", "bookings_city", "bookings_reference", "bookings_asked", "bookings_customer",
	"bookings_provider", "bookings_expiry", "booking_events_booking"}

// Past is a booking with its whole history, for filling a database.
type Past struct {
	Booking Booking
	Events  []Event // in their order, with their IDs
}

// Import adds bookings as they are, with their events and audit entries, and tells nobody. An entry's ID is made by entryID from
// the event's, so that the same import makes the same rows. Events and entries go in by their IDs, which is by their time where these are UUIDv7:
// keys that only grow are stored in half the time.
func Import(ctx context.Context, tx *db.Tx, all []Past, entryID func(eventID string) string) error {
	var bookings, happened [][]any
	var entries []audit.Entry
	for _, past := range all {
		row, err := values(past.Booking)
		if err != nil {
			return err
		}
		bookings = append(bookings, row)
		for _, e := range past.Events {
			row, err := eventValues(e)
			if err != nil {
				return err
			}
			happened = append(happened, row)
			entry, err := auditEntry(past.Booking, e)
			if err != nil {
				return err
			}
			entry.ID = entryID(e.ID)
			entries = append(entries, entry)
		}
	}
	if err := tx.InsertMany(ctx, "bookings", columnNames, bookings); err != nil {
		return refusedOverlap(err)
	}
	slices.SortFunc(happened, func(a, b []any) int { return strings.Compare(a[0].(string), b[0].(string)) })
	slices.SortFunc(entries, func(a, b audit.Entry) int { return strings.Compare(a.ID, b.ID) })
	if err := tx.InsertMany(ctx, "booking_events", eventColumns, happened); err != nil {
		return err
	}
	return audit.Import(ctx, tx, entries)
}
