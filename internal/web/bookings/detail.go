package bookings

import (
	"net/http"
	"strings"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/web/ui"
)

// detailView is what the page of one booking shows.
type detailView struct {
	Booking  booking.Booking
	Side     booking.Side // the reader's
	City     catalog.City
	Timeline []booking.Event
	Now      time.Time
}

func (v detailView) zone() *time.Location { return ui.Zone(v.Booking.Details.Zone) }

// other is the name of the side that the reader is not on.
func (v detailView) other() string { return nameOf(&v.Booking, v.Side.Other()) }

// can says whether the reader may do something now.
func (v detailView) can(action booking.Action) bool {
	return v.Booking.Can(action, v.Side, v.Now) == nil
}

// cancels says whether the reader may cancel. A provider declines a request instead.
func (v detailView) cancels() bool {
	return v.can(booking.DoCancel) && (v.Side == booking.CustomerSide || v.Booking.Status != booking.Requested)
}

// acts says whether there is anything at all that the reader may do.
func (v detailView) acts() bool {
	if v.cancels() {
		return true
	}
	for _, action := range []booking.Action{booking.DoAccept, booking.DoStart, booking.DoComplete, booking.DoNoShow, booking.DoReschedule} {
		if v.can(action) {
			return true
		}
	}
	return false
}

// reference is the end of the id: short enough to be told on the telephone, and the part that differs between two bookings of
// one minute.
func (v detailView) reference() string {
	return strings.ToUpper(v.Booking.ID[len(v.Booking.ID)-8:])
}

// newestFirst is the timeline as a reader wants it: what has happened last stands at the top.
func (v detailView) newestFirst() []booking.Event {
	reversed := make([]booking.Event, 0, len(v.Timeline))
	for i := len(v.Timeline) - 1; i >= 0; i-- {
		reversed = append(reversed, v.Timeline[i])
	}
	return reversed
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	view, err := p.detail(r)
	if err != nil {
		return err
	}
	if view.Timeline, err = p.bookings.Timeline(r.Context(), ui.From(r.Context()).Actor, view.Booking.ID); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, detailPage(view))
}

// detail loads the booking that the address names, for one of its sides.
func (p *pages) detail(r *http.Request) (detailView, error) {
	request := ui.From(r.Context())
	b, err := p.bookings.Booking(r.Context(), request.Actor, r.PathValue("id"))
	if err != nil {
		return detailView{}, err
	}
	view := detailView{Booking: b, Now: request.Now}
	view.Side, _ = b.SideOf(request.Actor.ID)
	view.City, _ = p.catalog.City(b.Details.CityID)
	return view, nil
}

func nameOf(b *booking.Booking, side booking.Side) string {
	if side == booking.ProviderSide {
		return b.Details.ProviderName
	}
	return b.Details.CustomerName
}
