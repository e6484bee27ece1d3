package booking

import (
	"context"
	"database/sql"

	"khadamat/internal/platform/db"
)

// OfProvider returns those of the bookings that are a provider's, in no order. Whoever hands them out asks first who may see them.
func (s *Service) OfProvider(ctx context.Context, providerID string, ids []string) ([]Booking, error) {
	rows, err := s.config.DB.Query(ctx, `SELECT `+columns+` FROM bookings WHERE provider_id = $1 AND id `+s.config.DB.Dialect.In("$2"), providerID, db.List(ids))
	return db.Collect(rows, err, func(rows *sql.Rows) (Booking, error) { return scan(rows) })
}
