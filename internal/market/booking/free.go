package booking

import (
	"context"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
)

// Busy returns the times at which the providers cannot be booked: what bookings hold, buffers included, and what is taken in their
// other calendars.
func (s *Service) Busy(ctx context.Context, providerIDs []string, from, to time.Time) (map[string][]schedule.Interval, error) {
	blocks, err := busy(ctx, s.config.DB, providerIDs, schedule.Interval{Start: from, End: to}, "")
	if err != nil {
		return nil, err
	}
	return blocks, s.addElsewhere(ctx, blocks, providerIDs, from, to)
}

// addElsewhere adds what is taken in the providers' other calendars.
func (s *Service) addElsewhere(ctx context.Context, blocks map[string][]schedule.Interval, providerIDs []string, from, to time.Time) error {
	if s.config.Calendars == nil {
		return nil
	}
	elsewhere, err := s.config.Calendars.Busy(ctx, providerIDs, from, to)
	for id, taken := range elsewhere {
		blocks[id] = append(blocks[id], taken...)
	}
	return err
}

// Slots returns the free times of a service with add-ons that start in [from, to), at most two months of them. It returns not_found
// where the provider does not offer the service, and the errors of Price for the add-ons.
func (s *Service) Slots(ctx context.Context, providerID, serviceID string, addonIDs []string, from, to time.Time) ([]schedule.Interval, error) {
	offer, err := s.config.Catalog.Offer(ctx, serviceID)
	if err != nil {
		return nil, err
	}
	if offer.Provider.ID != providerID {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	price, err := priceOf(offer.Service, addonIDs)
	if err != nil {
		return nil, err
	}
	held, err := s.held(ctx, providerID, schedule.Interval{Start: from, End: to})
	if err != nil {
		return nil, err
	}
	return offer.Provider.Availability.Slots(price.Duration, held, s.config.Clock.Now(), from, to), nil
}

// SlotsFor returns the times that start in [from, to) and that a booking of the actor's could be moved to: its own time counts as
// free. There are none where the service is no longer on offer.
func (s *Service) SlotsFor(ctx context.Context, actor account.Actor, id string, from, to time.Time) ([]schedule.Interval, error) {
	b, err := s.Booking(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	offer, err := s.config.Catalog.Offer(ctx, b.ServiceID)
	if errs.CodeOf(err) == errs.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	others, err := s.heldByOthers(ctx, b, schedule.Interval{Start: from, End: to})
	if err != nil {
		return nil, err
	}
	slots := offer.Provider.Availability.Slots(b.End.Sub(b.Start), others, s.config.Clock.Now(), from, to)
	return slices.DeleteFunc(slots, func(slot schedule.Interval) bool { return slot.Start.Equal(b.Start) }), nil
}

// Available returns nil where a service could be booked with a duration at a time, else the error that booking it would give.
func (s *Service) Available(ctx context.Context, offer catalog.Offer, duration time.Duration, start time.Time) error {
	held, err := s.held(ctx, offer.Provider.ID, schedule.Interval{Start: start, End: start})
	if err != nil {
		return err
	}
	return offer.Provider.Availability.Allows(start, duration, held, s.config.Clock.Now())
}

// held are the provider's taken times wherever a block that starts in the interval could reach.
func (s *Service) held(ctx context.Context, providerID string, within schedule.Interval) ([]schedule.Interval, error) {
	return s.heldBut(ctx, providerID, within, "")
}

// heldByOthers is held without b itself.
func (s *Service) heldByOthers(ctx context.Context, b Booking, within schedule.Interval) ([]schedule.Interval, error) {
	return s.heldBut(ctx, b.ProviderID, within, b.ID)
}

func (s *Service) heldBut(ctx context.Context, providerID string, within schedule.Interval, exceptID string) ([]schedule.Interval, error) {
	providers := []string{providerID}
	reach := schedule.Interval{Start: within.Start.Add(-longestBlock), End: within.End.Add(longestBlock)}
	blocks, err := busy(ctx, s.config.DB, providers, reach, exceptID)
	if err != nil {
		return nil, err
	}
	err = s.addElsewhere(ctx, blocks, providers, reach.Start, reach.End)
	return blocks[providerID], err
}

// movable checks that the provider's rules and other bookings let b start at another time.
func (s *Service) movable(ctx context.Context, b Booking, start time.Time) error {
	offer, err := s.config.Catalog.Offer(ctx, b.ServiceID)
	if err != nil {
		return err
	}
	others, err := s.heldByOthers(ctx, b, schedule.Interval{Start: start, End: start})
	if err != nil {
		return err
	}
	return offer.Provider.Availability.Allows(start, b.End.Sub(b.Start), others, s.config.Clock.Now())
}
