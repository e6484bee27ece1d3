package disputes

import (
	"context"

	"github.com/a-h/templ"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/dispute"
	"khadamat/internal/web/ui"
)

// OfBooking reads what the page of a booking shows of disputes to the reader, who is one of its sides.
func OfBooking(ctx context.Context, service *dispute.Service, b *booking.Booking) (dispute.Standing, error) {
	return service.Of(ctx, ui.From(ctx).Actor, b.ID)
}

// Box returns what puts OnBooking on the page of a booking; nil where there are no disputes.
func Box(service *dispute.Service) func(context.Context, *booking.Booking) (templ.Component, error) {
	return func(ctx context.Context, b *booking.Booking) (templ.Component, error) {
		if service == nil {
			return nil, nil
		}
		shown, err := OfBooking(ctx, service, b)
		return OnBooking(shown), err
	}
}
