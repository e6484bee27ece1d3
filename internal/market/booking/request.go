package booking

import (
	"context"
	"errors"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

// Request is what a customer asks for.
type Request struct {
	ServiceID      string
	Start          time.Time
	AddonIDs       []string
	Address        string // needed where the service is done at the customer's
	Note           string
	IdempotencyKey string // optional: the same key and request is answered with the booking it made
}

var (
	addressRules = text.Rules{MaxRunes: 300, Multiline: true}
	noteRules    = text.Rules{MaxRunes: 1000, Multiline: true}
)

// Price is what a booking would cost, line by line, and how long it would take.
type Price struct {
	Lines    []Line
	Total    money.Amount
	Duration time.Duration
}

// Price adds up a service and its add-ons. It returns not_found for an unknown service and invalid with the field addon_ids for an
// add-on that the service does not have, or that is named twice.
func (s *Service) Price(ctx context.Context, serviceID string, addonIDs []string) (Price, error) {
	offer, err := s.config.Catalog.Offer(ctx, serviceID)
	if err != nil {
		return Price{}, err
	}
	return priceOf(offer.Service, addonIDs)
}

func priceOf(service catalog.Service, addonIDs []string) (Price, error) {
	base, err := basePrice(service)
	if err != nil {
		return Price{}, err
	}
	price := Price{Lines: []Line{{service.Title, base}}, Total: base, Duration: service.Duration()}
	for i, id := range addonIDs {
		at := slices.IndexFunc(service.Addons, func(a catalog.Addon) bool { return a.ID == id })
		if at < 0 || slices.Contains(addonIDs[:i], id) {
			return Price{}, errs.Fields{{Name: "addon_ids", Key: "booking.unknown_addon"}}.Err()
		}
		addon := service.Addons[at]
		price.Lines = append(price.Lines, Line{addon.Title, addon.Price})
		price.Duration += time.Duration(addon.DurationMinutes) * time.Minute
		if price.Total, err = price.Total.Add(addon.Price); err != nil {
			return Price{}, err
		}
	}
	return price, nil
}

// basePrice is the service's price for its whole duration. On quote it is nothing yet: the two agree on the spot.
func basePrice(service catalog.Service) (money.Amount, error) {
	if service.Pricing == catalog.Hourly {
		return service.Price.Scale(int64(service.DurationMinutes), 60)
	}
	return service.Price, nil
}

// Request asks for a booking; of an instant service it is accepted at once. It returns invalid with the fields at fault, not_found
// for an unknown service, forbidden for one's own, and conflict where the time is taken or the idempotency key was used otherwise.
func (s *Service) Request(ctx context.Context, actor account.Actor, r Request) (Booking, error) {
	if err := actor.Require(); err != nil {
		return Booking{}, err
	}
	if err := r.clean(); err != nil {
		return Booking{}, err
	}
	request := idempotent(actor.ID, r)
	if before, found, err := idempotency.Answer[Booking](ctx, s.config.DB, request); found || err != nil {
		return before, err
	}
	b, err := s.draft(ctx, actor, r)
	if err == nil {
		b, err = s.add(ctx, request, b)
	}
	if errs.CodeOf(err) == errs.Conflict || errors.Is(err, idempotency.ErrRaced) {
		// The time may have gone to this very request, asked a moment earlier.
		if before, found, again := idempotency.Answer[Booking](ctx, s.config.DB, request); found || again != nil {
			return before, again
		}
	}
	return b, err
}

func (r *Request) clean() error {
	var fields errs.Fields
	fields.Check(!r.Start.IsZero(), "start", "text.required")
	r.Start = r.Start.UTC().Truncate(time.Microsecond)
	r.Address = text.Check(&fields, "address", r.Address, addressRules)
	r.Note = text.Check(&fields, "note", r.Note, noteRules)
	return fields.Err()
}

// draft makes the booking that the request asks for, unless the provider's rules or bookings forbid it.
func (s *Service) draft(ctx context.Context, actor account.Actor, r Request) (Booking, error) {
	offer, err := s.config.Catalog.Offer(ctx, r.ServiceID)
	if err != nil {
		return Booking{}, err
	}
	if offer.Provider.AccountID == actor.ID {
		return Booking{}, errs.New(errs.Forbidden, "booking.own_service")
	}
	if offer.Service.Place == catalog.AtCustomer && r.Address == "" {
		return Booking{}, errs.Fields{{Name: "address", Key: "booking.address_needed"}}.Err()
	}
	price, err := priceOf(offer.Service, r.AddonIDs)
	if err != nil {
		return Booking{}, err
	}
	if err := s.Available(ctx, offer, price.Duration, r.Start); err != nil {
		return Booking{}, err
	}
	customer, err := s.config.Accounts.Account(ctx, actor.ID)
	if err != nil {
		return Booking{}, err
	}
	now, rules := s.config.Clock.Now(), offer.Provider.Availability
	b := Booking{
		ID: ids.New(), CustomerID: actor.ID, ProviderID: offer.Provider.ID, ProviderAccountID: offer.Provider.AccountID, ServiceID: offer.Service.ID,
		Status: Requested, Start: r.Start, End: r.Start.Add(price.Duration), Block: rules.Block(r.Start, price.Duration),
		Instant: offer.Service.Instant, Policy: offer.Provider.Policy, Price: price.Total,
		Details: Details{CustomerName: customer.Name, ProviderName: offer.Provider.Name, Title: offer.Service.Title, CityID: offer.Provider.CityID,
			Zone: rules.Zone, Place: offer.Service.Place, Address: r.Address, Note: r.Note, Lines: price.Lines},
		ExpiresAt: now.Add(requestLifetime), CreatedAt: now, UpdatedAt: now,
	}
	if b.ExpiresAt.After(b.Start) {
		b.ExpiresAt = b.Start
	}
	if b.Instant {
		b.Status, b.ExpiresAt = Accepted, time.Time{}
	}
	return b, nil
}

// add stores a new booking with its first event. The database has the last word on whether its time is free.
func (s *Service) add(ctx context.Context, request idempotency.Request, b Booking) (Booking, error) {
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if b.Status == Accepted {
			if err := lockCalendar(ctx, tx, b.ProviderID); err != nil {
				return err
			}
		}
		if err := insert(ctx, tx, b); err != nil {
			return err
		}
		event := b.event(EventRequested)
		event.ActorID, event.Side = b.CustomerID, CustomerSide
		if err := s.record(ctx, tx, b, event); err != nil {
			return err
		}
		if b.Status == Accepted {
			if err := s.declineRivals(ctx, tx, b); err != nil {
				return err
			}
		}
		return idempotency.Keep(ctx, tx, request, b)
	})
	return b, err
}
