package bookings

import (
	"net/http"

	"khadamat/internal/market/booking"
	"khadamat/internal/web/ui"
)

// listView is what the list of a customer's bookings shows.
type listView struct {
	Tab     tab
	Items   []booking.Booking
	Unread  map[string]int  // messages that wait, by booking
	OnOffer map[string]bool // services that can still be booked
	Next    string          // the cursor of the next page; empty on the last one
}

// tab is one of the views of the list.
type tab struct {
	view       string // in the address; empty for the first
	label      string
	statuses   []booking.Status
	descending bool
	empty      emptyWords
}

type emptyWords struct{ picture, title, hint string }

// tabs are what is still open, soonest first; what was done; and what came to nothing, both latest first.
var tabs = []tab{
	{"", "booking_pages.list.upcoming", []booking.Status{booking.Requested, booking.Accepted, booking.InProgress}, false,
		emptyWords{"empty-bookings", "booking_pages.list.empty_title", "booking_pages.list.empty_hint"}},
	{"past", "booking_pages.list.past", []booking.Status{booking.Completed, booking.NoShow}, true,
		emptyWords{"done", "booking_pages.list.empty_past_title", "booking_pages.list.empty_past_hint"}},
	{"cancelled", "booking_pages.list.cancelled", []booking.Status{booking.Declined, booking.Expired, booking.Withdrawn, booking.CancelledByCustomer, booking.CancelledByProvider}, true,
		emptyWords{"done", "booking_pages.list.empty_cancelled_title", "booking_pages.list.empty_cancelled_hint"}},
}

func tabOf(view string) tab {
	for _, t := range tabs[1:] {
		if t.view == view {
			return t
		}
	}
	return tabs[0]
}

// list shows the reader's bookings as a customer.
func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	actor, query := ui.From(ctx).Actor, r.URL.Query()
	view := listView{Tab: tabOf(query.Get("view")), OnOffer: map[string]bool{}}
	filter := booking.Filter{Side: booking.CustomerSide, Statuses: view.Tab.statuses, Descending: view.Tab.descending, Cursor: query.Get("cursor")}
	page, err := p.bookings.List(ctx, actor, filter)
	if err != nil {
		return err
	}
	view.Items, view.Next = page.Items, page.NextCursor
	if view.Unread, err = p.messages.Unread(ctx, actor); err != nil {
		return err
	}
	for _, b := range view.Items {
		_, err := p.catalog.Offer(ctx, b.ServiceID)
		view.OnOffer[b.ServiceID] = err == nil
	}
	return ui.Render(w, r, http.StatusOK, listPage(view))
}

// rebook says whether a booking of the list can be made once more.
func (v listView) rebook(b *booking.Booking) bool { return over(b.Status) && v.OnOffer[b.ServiceID] }
