package bookings

import (
	"context"
	"net/url"
	"time"

	"khadamat/internal/market/catalog"
	"khadamat/internal/web/ui"
)

func addonHint(ctx context.Context, addon catalog.Addon) string {
	if addon.DurationMinutes == 0 {
		return ""
	}
	return "+ " + ui.Duration(ctx, addon.DurationMinutes)
}

func titleOf(view otherTimes) string {
	switch {
	case view.Taken:
		return "booking_pages.taken.title"
	case view.Form.Start == "":
		return "booking_pages.book.when_missing"
	}
	return "booking_pages.unavailable.title"
}

// reason is why a time cannot be had that was asked for.
func (v otherTimes) reason() string {
	if v.Form.Start == "" {
		return ""
	}
	return v.Why.Of("start")
}

func zoneOf(p catalog.Provider) *time.Location { return ui.Zone(p.Availability.Zone) }

// bookAddress is the booking page of another time, with the same add-ons.
func bookAddress(ctx context.Context, serviceID string, start time.Time, addonIDs []string) string {
	query := url.Values{"start": {start.Format(time.RFC3339)}}
	if len(addonIDs) > 0 {
		query["addon"] = addonIDs
	}
	return ui.Path(ctx, "/book/"+serviceID) + "?" + query.Encode()
}
