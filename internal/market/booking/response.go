package booking

import (
	"context"
	"strconv"
	"time"
)

const (
	responseKept  = 10 * time.Minute
	fewestAnswers = 3 // of less nothing can be said
)

// ResponseTime is how long a provider usually takes to answer a request: the median of their latest 50 answers. False says that there
// are too few to tell. What was found out is kept for some minutes.
func (s *Service) ResponseTime(ctx context.Context, providerID string) (time.Duration, bool) {
	key := "booking.response:" + providerID
	if s.config.Cache != nil {
		if kept, found, err := s.config.Cache.Get(ctx, key); err == nil && found {
			took, err := strconv.ParseInt(string(kept), 10, 64)
			return time.Duration(took), err == nil && took >= 0
		}
	}
	took := time.Duration(-1)
	all, err := answers(ctx, s.config.DB, providerID)
	if err != nil {
		return 0, false // a page does without; the next one asks again
	}
	if len(all) >= fewestAnswers {
		took = all[len(all)/2]
	}
	if s.config.Cache != nil {
		// A cache that does not keep it costs another look, nothing else.
		_ = s.config.Cache.Set(ctx, key, strconv.AppendInt(nil, int64(took), 10), responseKept)
	}
	return max(took, 0), took >= 0
}
