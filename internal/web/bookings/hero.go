package bookings

import (
	"context"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/web/ui"
)

// next is what happens next, in one sentence, or how it ended.
func (v detailView) next(ctx context.Context) string {
	key := v.nextKey()
	if key == "" {
		return ""
	}
	b := &v.Booking
	until := b.ExpiresAt
	if b.Status != booking.Requested {
		until = b.Start
	}
	return ui.T(ctx, key, "Name", v.other(), "Moment", nearMoment(ctx, until, v.zone()), "Time", ui.Time(ctx, b.End, v.zone()))
}

// bySide is a sentence for each side.
type bySide struct{ customer, provider string }

func (s bySide) of(side booking.Side) string {
	if side == booking.ProviderSide {
		return s.provider
	}
	return s.customer
}

var nextKeys = map[booking.Status]bySide{
	booking.Requested:  {"booking_pages.next.requested_customer", "booking_pages.next.requested_provider"},
	booking.InProgress: {"booking_pages.next.in_progress_customer", "booking_pages.next.in_progress_provider"},
	booking.Completed:  {"booking_pages.next.completed_customer", "booking_pages.next.completed_provider"},
	booking.Declined:   {"booking_pages.next.declined_customer", "booking_pages.next.declined_provider"},
	booking.Expired:    {"booking_pages.next.expired_customer", "booking_pages.next.expired_provider"},
	booking.Withdrawn:  {"booking_pages.next.withdrawn_customer", "booking_pages.next.withdrawn_provider"},
	booking.NoShow:     {"booking_pages.next.no_show_customer", "booking_pages.next.no_show_provider"},
}

var comingKeys = map[catalog.Place]bySide{
	catalog.AtCustomer: {"booking_pages.next.comes_to_you", "booking_pages.next.go_to_customer"},
	catalog.AtProvider: {"booking_pages.next.go_to_provider", "booking_pages.next.customer_comes"},
	catalog.Remote:     {"booking_pages.next.remote", "booking_pages.next.remote"},
}

var (
	begunKeys = bySide{"booking_pages.next.begun_customer", "booking_pages.next.begun_provider"}
	overKeys  = bySide{"booking_pages.next.over_customer", "booking_pages.next.over_provider"}
)

func (v detailView) nextKey() string {
	b := &v.Booking
	switch b.Status {
	case booking.Accepted:
		switch {
		case v.Now.Before(b.Start):
			return comingKeys[b.Details.Place].of(v.Side)
		case v.Now.Before(b.End):
			return begunKeys.of(v.Side)
		}
		return overKeys.of(v.Side)
	case booking.CancelledByCustomer, booking.CancelledByProvider:
		if (b.Status == booking.CancelledByCustomer) == (v.Side == booking.CustomerSide) {
			return "booking_pages.next.you_cancelled"
		}
		return "booking_pages.next.they_cancelled"
	}
	return nextKeys[b.Status].of(v.Side)
}

// nearMoment is moment with today and tomorrow by their names.
func nearMoment(ctx context.Context, t time.Time, zone *time.Location) string {
	return ui.T(ctx, "booking_pages.when.moment", "Day", ui.NearDay(ctx, t, zone), "Time", ui.Time(ctx, t, zone))
}

// rebook says whether the reader is offered to book the same again.
func (v detailView) rebook() bool {
	return v.Side == booking.CustomerSide && v.OnOffer && over(v.Booking.Status)
}

// over says whether nothing can happen to a booking any more.
func over(status booking.Status) bool {
	switch status {
	case booking.Requested, booking.Accepted, booking.InProgress:
		return false
	}
	return true
}

// elsewhere says whether the reader should look for somebody else: what they asked for came to nothing by no doing of theirs.
func (v detailView) elsewhere() bool {
	if v.Side != booking.CustomerSide {
		return false
	}
	switch v.Booking.Status {
	case booking.Declined, booking.Expired, booking.CancelledByProvider:
		return true
	}
	return false
}

// dated says whether the appointment belongs into a calendar.
func (v detailView) dated() bool {
	return (v.Booking.Status == booking.Accepted || v.Booking.Status == booking.Requested) && v.Now.Before(v.Booking.End)
}
