package booking

import (
	"context"
	"strconv"
	"time"
)

const doneKept = 10 * time.Minute

// Done is how many jobs a provider has finished. False says that it cannot be told now: a page does without. What was counted is kept
// for some minutes.
func (s *Service) Done(ctx context.Context, providerID string) (int, bool) {
	key := "booking.done:" + providerID
	if s.config.Cache != nil {
		if kept, found, err := s.config.Cache.Get(ctx, key); err == nil && found {
			count, err := strconv.Atoi(string(kept))
			return count, err == nil
		}
	}
	var count int
	err := s.config.DB.QueryRow(ctx, `SELECT count(*) FROM bookings WHERE provider_id = $1 AND status = 'completed'`, providerID).Scan(&count)
	if err != nil {
		return 0, false
	}
	if s.config.Cache != nil {
		// A cache that does not keep it costs another count, nothing else.
		_ = s.config.Cache.Set(ctx, key, strconv.AppendInt(nil, int64(count), 10), doneKept)
	}
	return count, true
}
