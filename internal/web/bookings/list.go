package bookings

import (
	"net/http"

	"khadamat/internal/market/booking"
	"khadamat/internal/web/ui"
)

// listView is what the list of a customer's bookings shows.
type listView struct {
	Past  bool
	Items []booking.Booking
	Next  string // the cursor of the next page; empty on the last one
}

var (
	openStatuses = []booking.Status{booking.Requested, booking.Accepted, booking.InProgress}
	overStatuses = []booking.Status{
		booking.Completed, booking.Declined, booking.Expired, booking.Withdrawn,
		booking.CancelledByCustomer, booking.CancelledByProvider, booking.NoShow,
	}
)

// list shows the reader's bookings as a customer: what is still open, soonest first, or what is over, latest first.
func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	query := r.URL.Query()
	view := listView{Past: query.Get("view") == "past"}
	filter := booking.Filter{Side: booking.CustomerSide, Statuses: openStatuses, Cursor: query.Get("cursor")}
	if view.Past {
		filter.Statuses, filter.Descending = overStatuses, true
	}
	page, err := p.bookings.List(ctx, ui.From(ctx).Actor, filter)
	if err != nil {
		return err
	}
	view.Items, view.Next = page.Items, page.NextCursor
	return ui.Render(w, r, http.StatusOK, listPage(view))
}
