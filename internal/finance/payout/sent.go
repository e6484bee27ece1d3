package payout

import (
	"context"
	"time"
)

// SentAfter lists the payouts that went to the bank after a place, by when they did and their ids: limit of them. The zero time and no id are
// before the first. It is for the house itself, which asks nobody.
func (s *Service) SentAfter(ctx context.Context, at time.Time, id string, limit int) ([]Payout, error) {
	micros := int64(0)
	if !at.IsZero() {
		micros = at.UnixMicro()
	}
	return payoutsWhere(ctx, s.config.DB, `sent_at IS NOT NULL AND (sent_at, id) > ($1, $2) ORDER BY sent_at, id LIMIT $3`, micros, id, limit)
}
