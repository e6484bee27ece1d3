package reviews

import (
	"context"

	"github.com/a-h/templ"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/review"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/ui"
)

var errNotDone = errs.New(errs.Conflict, "review.not_completed")

// BookingView is what the page of a booking shows of reviews.
type BookingView struct {
	Standing review.Standing
	Customer review.Summary  // what providers say of the customer, for the provider
	Notes    []review.Review // the latest of those
}

// Nothing says whether there is nothing to show.
func (v BookingView) Nothing() bool {
	return v.Customer.Count == 0 && !v.invites() && v.Standing.Mine == nil && v.Standing.Theirs == nil
}

func (v BookingView) invites() bool { return v.Standing.Writable() }

func (v BookingView) other() string { return nameOf(&v.Standing.Booking, v.Standing.Side.Other()) }

const customerNotes = 3

// OfBooking reads what the page of a booking shows of reviews to the reader, who is one of its sides.
func OfBooking(ctx context.Context, service *review.Service, b *booking.Booking) (BookingView, error) {
	actor := ui.From(ctx).Actor
	var view BookingView
	var err error
	if b.Status == booking.Completed {
		if view.Standing, err = service.Of(ctx, actor, b.ID); err != nil {
			return view, err
		}
	} else {
		// Nothing can be written yet.
		view.Standing.Booking = *b
		view.Standing.Side, _ = b.SideOf(actor.ID)
		view.Standing.Closed = errNotDone
	}
	if view.Standing.Side == booking.ProviderSide && (b.Status == booking.Requested || b.Status == booking.Accepted) {
		if view.Customer, err = service.CustomerSummary(ctx, actor, b.CustomerID); err != nil || view.Customer.Count == 0 {
			return view, err
		}
		notes, err := service.OfCustomer(ctx, actor, b.CustomerID, "", customerNotes)
		view.Notes = notes.Items
		return view, err
	}
	return view, nil
}

// Box returns what puts OnBooking on the page of a booking; nil where there are no reviews.
func Box(service *review.Service) func(context.Context, *booking.Booking) (templ.Component, error) {
	return func(ctx context.Context, b *booking.Booking) (templ.Component, error) {
		if service == nil {
			return nil, nil
		}
		shown, err := OfBooking(ctx, service, b)
		return OnBooking(shown), err
	}
}
