package bookings

import (
	"context"
	"strconv"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/web/ui"
)

// statusWord is how a status is said and coloured. Package provider says it the same way, through Status.
type statusWord struct {
	key  string
	tone ui.Tone
	icon string
}

var statusWords = map[booking.Status]statusWord{
	booking.Requested:           {"booking_pages.status.requested", ui.Warning, "clock"},
	booking.Accepted:            {"booking_pages.status.accepted", ui.Success, "check"},
	booking.InProgress:          {"booking_pages.status.in_progress", ui.Info, "bolt"},
	booking.Completed:           {"booking_pages.status.completed", ui.Neutral, "check"},
	booking.Declined:            {"booking_pages.status.declined", ui.Danger, "close"},
	booking.Expired:             {"booking_pages.status.expired", ui.Neutral, "clock"},
	booking.Withdrawn:           {"booking_pages.status.withdrawn", ui.Neutral, "close"},
	booking.CancelledByCustomer: {"booking_pages.status.cancelled_by_customer", ui.Danger, "close"},
	booking.CancelledByProvider: {"booking_pages.status.cancelled_by_provider", ui.Danger, "close"},
	booking.NoShow:              {"booking_pages.status.no_show", ui.Danger, "close"},
}

var eventKeys = map[booking.Kind]string{
	booking.EventRequested:          "booking_pages.event.requested",
	booking.EventAccepted:           "booking_pages.event.accepted",
	booking.EventDeclined:           "booking_pages.event.declined",
	booking.EventExpired:            "booking_pages.event.expired",
	booking.EventWithdrawn:          "booking_pages.event.withdrawn",
	booking.EventStarted:            "booking_pages.event.started",
	booking.EventCompleted:          "booking_pages.event.completed",
	booking.EventCancelled:          "booking_pages.event.cancelled",
	booking.EventNoShow:             "booking_pages.event.no_show",
	booking.EventRescheduleProposed: "booking_pages.event.reschedule_proposed",
	booking.EventRescheduled:        "booking_pages.event.rescheduled",
	booking.EventRescheduleDeclined: "booking_pages.event.reschedule_declined",
	booking.EventRefunded:           "booking_pages.event.refunded",
}

// said is what happened, in words.
func said(ctx context.Context, e booking.Event, zone *time.Location) string {
	key := eventKeys[e.Kind]
	if e.Kind == booking.EventRequested && e.Status == booking.Accepted { // an instant service
		key = eventKeys[booking.EventAccepted]
	}
	amount := ""
	if e.Refund != nil {
		amount = ui.Money(ctx, *e.Refund)
	}
	return ui.T(ctx, key, "Moment", moment(ctx, e.Start, zone), "Amount", amount)
}

// doneBy is who did it, as the reader would say.
func doneBy(ctx context.Context, b *booking.Booking, e booking.Event, reader booking.Side) string {
	switch e.Side {
	case reader:
		return ui.T(ctx, "booking_pages.event.by_you")
	case booking.SystemSide:
		if e.Kind == booking.EventRefunded {
			return ui.T(ctx, "booking_pages.event.by_operator")
		}
		return ui.T(ctx, "booking_pages.event.by_system")
	}
	return ui.T(ctx, "booking_pages.event.by", "Name", nameOf(b, e.Side))
}

// why is the reason given, or "".
func why(ctx context.Context, e booking.Event) string {
	if e.Side == booking.SystemSide && e.Reason == booking.ReasonSlotTaken {
		return ui.T(ctx, "booking_pages.event.slot_taken")
	}
	if e.Side == booking.SystemSide && e.Reason == booking.ReasonPaymentMissing {
		return ui.T(ctx, "booking_pages.event.payment_missing")
	}
	return e.Reason
}

// moment is a day and a time within a sentence: "mardi 3 mars à 14:05".
func moment(ctx context.Context, t time.Time, zone *time.Location) string {
	return ui.T(ctx, "booking_pages.when.moment", "Day", ui.Day(ctx, t, zone), "Time", ui.Time(ctx, t, zone))
}

// fullDay is a day, with its year where that is not the present one.
func fullDay(ctx context.Context, t time.Time, zone *time.Location) string {
	day := ui.Day(ctx, t, zone)
	if year := t.In(zone).Year(); year != ui.From(ctx).Now.In(zone).Year() {
		day += " " + strconv.Itoa(year)
	}
	return day
}

// times are the hours from start to end: "de 10:00 à 11:00".
func times(ctx context.Context, start, end time.Time, zone *time.Location) string {
	return ui.T(ctx, "booking_pages.when.range", "From", ui.Time(ctx, start, zone), "To", ui.Time(ctx, end, zone))
}

// again is where the same is booked once more.
func again(ctx context.Context, b *booking.Booking) string {
	return ui.PathWith(ctx, "/providers/"+b.ProviderID, "service", b.ServiceID)
}

const moroccanZone = "Africa/Casablanca"

// zoneName says which clock is meant.
func zoneName(ctx context.Context, zone string) string {
	if zone == moroccanZone {
		return ui.T(ctx, "booking_pages.zone.morocco")
	}
	return ui.T(ctx, "booking_pages.zone.other", "Zone", zone)
}

// policyWords say what a cancellation by the customer costs, with the exact moment until which it is free.
func policyWords(ctx context.Context, b *booking.Booking, now time.Time) []string {
	until := b.FreeUntil()
	afterwards := *b
	afterwards.Status = booking.Accepted
	refund, err := afterwards.RefundIfCancelled(booking.CustomerSide, until.Add(time.Second))
	none := err != nil || refund.IsZero()
	var words []string
	switch late := now.After(until); {
	case late && none:
		words = append(words, ui.T(ctx, "booking_pages.policy.now_none"))
	case late:
		words = append(words, ui.T(ctx, "booking_pages.policy.now_half"))
	default:
		words = append(words, ui.T(ctx, "booking_pages.policy.free_until", "Moment", moment(ctx, until, ui.Zone(b.Details.Zone))))
		if none {
			words = append(words, ui.T(ctx, "booking_pages.policy.then_none"))
		} else {
			words = append(words, ui.T(ctx, "booking_pages.policy.then_half"))
		}
	}
	return append(words, ui.T(ctx, "booking_pages.policy.provider_cancels", "Name", b.Details.ProviderName))
}

// placeWords say where the service is done, for the reader's side.
func placeWords(ctx context.Context, place catalog.Place, city catalog.City) string {
	switch place {
	case catalog.AtProvider:
		return ui.T(ctx, "booking_pages.place.provider", "City", city.Name.In(ui.Lang(ctx)))
	case catalog.Remote:
		return ui.T(ctx, "booking_pages.place.remote")
	}
	return ui.T(ctx, "booking_pages.place.customer", "City", city.Name.In(ui.Lang(ctx)))
}
