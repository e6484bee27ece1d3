package booking

import (
	"context"
	"slices"
	"time"

	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

// Agreement is what two sides have agreed on elsewhere: a job at a price and a time of their own.
type Agreement struct {
	CustomerID string
	ServiceID  string       // the provider's service that it belongs to
	Title      catalog.Text // what it is called; empty: as the service
	Start      time.Time
	Duration   time.Duration
	Price      money.Amount
	Address    string
	Note       string
	AcceptedBy Side // who said yes to the other side's proposal; the caller tells the proposer
}

// Agree makes an accepted booking of an agreement as part of tx; it tells who accepted it as an instant booking does, and both sides'
// open pages. The provider's hours
// do not bind it, since the provider agreed. It returns not_found for a service that is not on offer, forbidden where both sides are
// one, invalid with the fields at fault, and conflict where the provider's time has gone to another booking: tx must end then.
func (s *Service) Agree(ctx context.Context, tx *db.Tx, a Agreement) (Booking, error) {
	if err := a.clean(tx.Now); err != nil {
		return Booking{}, err
	}
	b, err := s.agreed(ctx, a, tx.Now)
	if err != nil {
		return Booking{}, err
	}
	if err := lockCalendar(ctx, tx, b.ProviderID); err != nil {
		return Booking{}, err
	}
	if err := insert(ctx, tx, b); err != nil {
		if db.IsOverlap(err) {
			return Booking{}, errs.Wrap(err, errs.Conflict, "booking.slot_taken")
		}
		return Booking{}, err
	}
	event := b.event(EventRequested)
	event.ActorID, event.Side = b.CustomerID, CustomerSide
	told := notice(b, event)
	told.Letters = slices.DeleteFunc(told.Letters, func(l notify.Letter) bool { return l.AccountID == b.AccountOf(a.AcceptedBy.Other()) })
	if err := s.recordAndTell(ctx, tx, b, event, told); err != nil {
		return Booking{}, err
	}
	return b, s.declineRivals(ctx, tx, b)
}

func (a *Agreement) clean(now time.Time) error {
	var fields errs.Fields
	a.Start = a.Start.UTC().Truncate(time.Microsecond)
	fields.Check(a.Start.After(now), "start", "schedule.slot_past")
	fields.Check(a.Duration > 0 && a.Duration <= longestBlock, "duration", "booking.unusable_duration")
	fields.Check(a.AcceptedBy == CustomerSide || a.AcceptedBy == ProviderSide, "side", "booking.unusable_side")
	fields.Check(a.Price.Minor >= 0 && a.Price.Currency.Valid(), "price", "booking.unusable_price")
	a.Address = text.Check(&fields, "address", a.Address, addressRules)
	a.Note = text.Check(&fields, "note", a.Note, noteRules)
	return fields.Err()
}

// agreed is the booking that an agreement makes.
func (s *Service) agreed(ctx context.Context, a Agreement, now time.Time) (Booking, error) {
	offer, err := s.config.Catalog.Offer(ctx, a.ServiceID)
	if err != nil {
		return Booking{}, err
	}
	if offer.Provider.AccountID == a.CustomerID {
		return Booking{}, errs.New(errs.Forbidden, "booking.own_service")
	}
	customer, err := s.config.Accounts.Account(ctx, a.CustomerID)
	if err != nil {
		return Booking{}, err
	}
	rules := offer.Provider.Availability
	block := rules.Block(a.Start, a.Duration)
	if block.End.Sub(block.Start) > longestBlock {
		return Booking{}, errs.Fields{{Name: "duration", Key: "booking.unusable_duration"}}.Err()
	}
	if a.Title == (catalog.Text{}) {
		a.Title = offer.Service.Title
	}
	return Booking{
		ID: ids.New(), CustomerID: a.CustomerID, ProviderID: offer.Provider.ID, ProviderAccountID: offer.Provider.AccountID, ServiceID: offer.Service.ID,
		Status: Accepted, Start: a.Start, End: a.Start.Add(a.Duration), Block: block, Instant: true, Policy: offer.Provider.Policy, Price: a.Price,
		Details: Details{CustomerName: customer.Name, ProviderName: offer.Provider.Name, Title: a.Title, CityID: offer.Provider.CityID,
			Zone: rules.Zone, Place: offer.Service.Place, Address: a.Address, Note: a.Note, Lines: []Line{{a.Title, a.Price}}},
		CreatedAt: now, UpdatedAt: now,
	}, nil
}

// Refund gives the customer back what an operator decided, as part of tx, in the place of what a cancellation gave back: from nothing to
// the price, once the booking's time has come or it was cancelled. It returns conflict in other states and invalid with the field
// refund. Whether the asker may decide is the caller's to know; the caller tells the two sides, this their open pages.
func (s *Service) Refund(ctx context.Context, tx *db.Tx, bookingID string, refund money.Amount, reason string) error {
	var fields errs.Fields
	reason = text.Check(&fields, "reason", reason, refundReasonRules)
	if err := fields.Err(); err != nil {
		return err
	}
	b, err := hold(ctx, tx, bookingID)
	if err != nil {
		return err
	}
	event, err := b.refund(refund, tx.Now)
	if err != nil {
		return err
	}
	event.Side, event.Reason = SystemSide, reason
	_, err = s.store(ctx, tx, b, event)
	return err
}

var refundReasonRules = text.Rules{MaxRunes: 3000, Multiline: true}

// FallAway cancels an accepted booking that was not paid in time, for the reason ReasonPaymentMissing. Whoever asks for it knows that; Payments may refuse it at the
// last moment, and tells the two sides. It returns conflict in other states.
func (s *Service) FallAway(ctx context.Context, id string) error {
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		b, err := hold(ctx, tx, id)
		if err != nil {
			return err
		}
		event, err := b.fallAway()
		if err != nil {
			return err
		}
		_, err = s.store(ctx, tx, b, event)
		return err
	})
}
