package booking

import (
	"context"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// OverseerFilter says which of all bookings an operator's list shows. The zero value of a field leaves it open.
type OverseerFilter struct {
	Statuses   []Status
	ProviderID string
	CustomerID string // the customer's account
	CityID     string
	Reference  string    // the last eight characters of an id, in any case, as people see them
	From, To   time.Time // of the start: [From, To)
	Cursor     string
	Limit      int // 1 to 100; 20 where it is 0
}

// All returns everybody's bookings to an operator, the latest start first. It returns forbidden to others, and invalid with the fields
// status, limit and cursor.
func (s *Service) All(ctx context.Context, actor account.Actor, f OverseerFilter) (Page, error) {
	if err := actor.RequireRole(account.Moderator); err != nil {
		return Page{}, err
	}
	own := Filter{Statuses: f.Statuses, Limit: f.Limit, Cursor: f.Cursor}
	after, err := own.validate()
	if err != nil {
		return Page{}, err
	}
	f.Limit = own.Limit
	if f.ProviderID != "" && !ids.Valid(f.ProviderID) || f.CustomerID != "" && !ids.Valid(f.CustomerID) {
		return Page{}, nil
	}
	items, err := overseen(ctx, s.config.DB, f, after)
	return pageOf(items, f.Limit), err
}

// Inspect returns any booking with its history to an operator. It returns forbidden to others.
func (s *Service) Inspect(ctx context.Context, actor account.Actor, id string) (Booking, []Event, error) {
	if err := actor.RequireRole(account.Moderator); err != nil {
		return Booking{}, nil, err
	}
	b, err := find(ctx, s.config.DB, id)
	if err != nil {
		return Booking{}, nil, err
	}
	history, err := events(ctx, s.config.DB, id)
	return b, history, err
}

// Total is what one day's bookings of one service in one state come to. The day is that of the start in Morocco.
type Total struct {
	Day        schedule.Date
	ServiceID  string
	ProviderID string
	Status     Status
	Count      int64
	Gross      money.Amount // of their prices, whatever was given back
}

// marketZone is the zone whose days the totals are of.
const marketZone = "Africa/Casablanca"

// maxTotalDays bounds what DailyTotals works through.
const maxTotalDays = 800

// DailyTotals counts the bookings that start in [from, to), at most 800 days of them, by day, service, provider and state, for the
// statistics; it shows nobody's name. Days without bookings are left out.
func (s *Service) DailyTotals(ctx context.Context, from, to time.Time) ([]Total, error) {
	zone, err := schedule.Location(marketZone)
	if err != nil {
		return nil, err
	}
	if to.Sub(from) > maxTotalDays*24*time.Hour {
		return nil, errs.Fields{{Name: "from", Key: "booking.too_many_days"}}.Err()
	}
	var all []Total
	for _, part := range ofOneOffset(from, to, zone) {
		found, err := dailyTotals(ctx, s.config.DB, part, zone)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// ofOneOffset cuts an interval where the zone's clock changes, so that within each part a day is a plain division.
func ofOneOffset(from, to time.Time, zone *time.Location) []schedule.Interval {
	var parts []schedule.Interval
	for from.Before(to) {
		end := to
		if _, change := from.In(zone).ZoneBounds(); !change.IsZero() && change.Before(to) {
			end = change
		}
		parts = append(parts, schedule.Interval{Start: from, End: end})
		from = end
	}
	return parts
}

const (
	longestView = 32 * 24 * time.Hour
	largestView = 300
)

// OfProviderWeek returns the bookings of the actor's own provider that reach into [from, to), by start: those that are asked for, agreed
// on or done, at most 300 of at most 32 days. It returns not_found to an account without provider.
func (s *Service) OfProviderWeek(ctx context.Context, actor account.Actor, from, to time.Time) ([]Booking, error) {
	if err := actor.Require(); err != nil {
		return nil, err
	}
	provider, err := s.config.Catalog.ProviderOf(ctx, actor.ID)
	if err != nil {
		return nil, err
	}
	if latest := from.Add(longestView); to.After(latest) {
		to = latest
	}
	return ofProvider(ctx, s.config.DB, provider.ID, schedule.Interval{Start: from, End: to}, largestView)
}
