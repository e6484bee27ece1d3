package booking

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"khadamat/internal/platform/db"
)

const (
	popularFor  = 30 * 24 * time.Hour
	popularKept = 10 * time.Minute
	maxPopular  = 200
)

// MostBooked returns the ids of the services with the most kept bookings in the last 30 days, the most booked
// first, at most 200 of them. What was counted is kept for some minutes.
func (s *Service) MostBooked(ctx context.Context) ([]string, error) {
	const key = "booking.most_booked"
	if s.config.Cache != nil {
		var ids []string
		if kept, found, err := s.config.Cache.Get(ctx, key); err == nil && found && json.Unmarshal(kept, &ids) == nil {
			return ids, nil
		}
	}
	now := s.config.Clock.Now()
	rows, err := s.config.DB.Query(ctx, `
		SELECT service_id FROM bookings
		WHERE start_at >= $1 AND start_at < $2 AND status IN ('accepted', 'in_progress', 'completed')
		GROUP BY service_id ORDER BY count(*) DESC, service_id LIMIT $3`, db.At(now.Add(-popularFor)), db.At(now), maxPopular)
	ids, err := db.Collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
	if err != nil {
		return nil, err
	}
	if s.config.Cache != nil {
		// A cache that does not keep it costs another count, nothing else.
		if kept, err := json.Marshal(ids); err == nil {
			_ = s.config.Cache.Set(ctx, key, kept, popularKept)
		}
	}
	return ids, nil
}
