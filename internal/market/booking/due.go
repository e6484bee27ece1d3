package booking

import (
	"context"
	"database/sql"
	"time"

	"khadamat/internal/notify"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// Beginning returns the accepted bookings that begin soon, for reminders: those behind after, by start and id, up to until.
func (s *Service) Beginning(ctx context.Context, after notify.Beginning, until time.Time, limit int) ([]notify.Beginning, error) {
	rows, err := s.config.DB.Query(ctx, `SELECT id, start_at FROM bookings WHERE status = 'accepted' AND (start_at, id) > ($1, $2) AND start_at <= $3 ORDER BY start_at, id LIMIT $4`,
		db.At(after.Start), after.ID, db.At(until), limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (b notify.Beginning, err error) {
		return b, rows.Scan(&b.ID, db.Time(&b.Start))
	})
}

// Appointment returns what a reminder tells of a booking that nobody else changes until tx ends, and false where it is not accepted
// any more.
func (s *Service) Appointment(ctx context.Context, tx *db.Tx, id string) (notify.Appointment, bool, error) {
	b, err := hold(ctx, tx, id)
	if errs.CodeOf(err) == errs.NotFound || (err == nil && b.Status != Accepted) {
		return notify.Appointment{}, false, nil
	}
	if err != nil {
		return notify.Appointment{}, false, err
	}
	return notify.Appointment{
		ID: b.ID, CustomerID: b.CustomerID, ProviderID: b.ProviderAccountID, CustomerName: b.Details.CustomerName, ProviderName: b.Details.ProviderName,
		Service: notify.Translated(b.Details.Title.In), Start: b.Start, Zone: b.Details.Zone, Price: b.Price, ChangedAt: b.UpdatedAt,
	}, true, nil
}
