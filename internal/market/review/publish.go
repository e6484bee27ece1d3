package review

import (
	"context"

	"khadamat/internal/market/booking"
	"khadamat/internal/platform/db"
)

// publishBatch bounds what one call of PublishDue works through.
const publishBatch = 500

// PublishDue counts and tells the reviews that have been blind for long enough and returns how many they were. It is run every minute;
// until it has come by, readers see them all the same, by their time.
func (s *Service) PublishDue(ctx context.Context) (int, error) {
	overdue, err := due(ctx, s.config.DB, s.config.Clock.Now(), publishBatch)
	if err != nil {
		return 0, err
	}
	published := 0
	for _, providerID := range overdue {
		err := s.withProvider(ctx, providerID, func(tx *db.Tx) error {
			fresh, err := dueOf(ctx, tx, providerID, tx.Now, publishBatch)
			if err != nil {
				return err
			}
			published += len(fresh)
			return s.publish(ctx, tx, fresh)
		})
		if err != nil {
			return published, err
		}
	}
	return published, nil
}

// publish makes reviews of one provider public, each once: they are told, and counted where customers wrote them. The provider is
// locked.
func (s *Service) publish(ctx context.Context, tx *db.Tx, fresh []*Review) error {
	counts := ""
	for _, r := range fresh {
		r.publish(tx.Now)
		if err := save(ctx, tx, *r); err != nil {
			return err
		}
		if r.Side == booking.CustomerSide {
			counts = r.ProviderID
		}
		if err := s.audit(ctx, tx, "", "review.published", *r); err != nil {
			return err
		}
		if err := s.config.Notifier.Tell(ctx, tx, publishedNotice(*r)); err != nil {
			return err
		}
	}
	if counts == "" {
		return nil
	}
	return s.count(ctx, tx, counts)
}

// count counts a provider's reviews anew and hands the sum on to the catalog.
func (s *Service) count(ctx context.Context, tx *db.Tx, providerID string) error {
	summary, err := counted(ctx, tx, providerID)
	if err != nil {
		return err
	}
	if err := saveCounts(ctx, tx, providerID, summary); err != nil {
		return err
	}
	return s.config.Catalog.SetRating(ctx, tx, providerID, summary.sum(), summary.Count)
}
