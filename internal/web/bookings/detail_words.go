package bookings

import (
	"context"
	"time"
	"unicode"
	"unicode/utf8"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/web/ui"
)

// onQuote says whether the price of a booking's service was left open.
func onQuote(b *booking.Booking) bool {
	return len(b.Details.Lines) > 0 && b.Details.Lines[0].Price.IsZero()
}

// avatarID keeps a person's avatar the same on every page.
func avatarID(b *booking.Booking, side booking.Side) string {
	if side == booking.ProviderSide {
		return b.ProviderID
	}
	return b.CustomerID
}

// placeFor says where the service is done, as the reader's side would.
func placeFor(ctx context.Context, view detailView) string {
	if view.Side == booking.ProviderSide && view.Booking.Details.Place == catalog.AtCustomer {
		return ui.T(ctx, "booking_pages.place.at_customer", "City", view.City.Name.In(ui.Lang(ctx)))
	}
	return placeWords(ctx, view.Booking.Details.Place, view.City)
}

func cancelLabel(ctx context.Context, view detailView) string {
	if view.Booking.Status == booking.Requested {
		return ui.T(ctx, "booking_pages.action.withdraw")
	}
	return ui.T(ctx, "booking_pages.tool.cancel")
}

// more is the next page of the list.
func (v listView) more(ctx context.Context) string {
	return ui.PathWith(ctx, "/bookings", "view", v.Tab.view, "cursor", v.Next)
}

// dayOf is the day of a booking: near ones without their year.
func dayOf(ctx context.Context, b *booking.Booking) string {
	zone := ui.Zone(b.Details.Zone)
	if ui.From(ctx).Now.Sub(b.Start).Abs() < 180*day {
		return ui.NearDay(ctx, b.Start, zone)
	}
	return ui.Date(ctx, b.Start, zone)
}

// upperFirst begins a line with a capital; French and English write their days of the week small or within a sentence.
func upperFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// slotID is the id of a choice on the page of free times.
func slotID(start time.Time) string { return "slot-" + start.UTC().Format("20060102T1504") }
