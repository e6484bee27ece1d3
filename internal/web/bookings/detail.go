package bookings

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/ui"
)

// detailView is what the page of one booking shows.
type detailView struct {
	Booking  booking.Booking
	Side     booking.Side // the reader's
	City     catalog.City
	Timeline []booking.Event
	Thread   threadView
	Boxes    []templ.Component // what other rooms show of the booking
	Now      time.Time

	OnOffer       bool   // its service can still be booked
	ProviderPlace string // where the provider works, for a map; empty where that is not known
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

// waitedFor says whether the other side waits for something that only the reader can do.
func (v detailView) waitedFor() bool {
	return v.can(booking.DoAccept) || v.can(booking.DoComplete) || v.can(booking.DoNoShow) || v.startsSoon()
}

// soon is how long before the appointment its beginning is what a provider looks for first.
const soon = 12 * time.Hour

func (v detailView) startsSoon() bool {
	return v.can(booking.DoStart) && v.Now.After(v.Booking.Start.Add(-soon))
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

// Box is what another room shows on the page of a booking: what can be said about it once it is over. It may be nothing.
type Box func(ctx context.Context, b *booking.Booking) (templ.Component, error)

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	view, err := p.whole(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, detailPage(view))
}

// whole loads everything that the page of a booking shows.
func (p *pages) whole(r *http.Request) (detailView, error) {
	ctx := r.Context()
	view, err := p.detail(r)
	if err != nil {
		return view, err
	}
	b := &view.Booking
	if view.Timeline, err = p.bookings.Timeline(ctx, ui.From(ctx).Actor, b.ID); err != nil {
		return view, err
	}
	if err := p.loadThread(r, &view); err != nil {
		return view, err
	}
	for _, box := range p.boxes {
		part, err := box(ctx, b)
		if err != nil {
			return view, err
		}
		if part != nil {
			view.Boxes = append(view.Boxes, part)
		}
	}
	offer, err := p.catalog.Offer(ctx, b.ServiceID)
	if err != nil && errs.CodeOf(err) != errs.NotFound {
		return view, err
	}
	if err == nil {
		view.OnOffer, view.ProviderPlace = true, placeOf(offer.Provider)
	}
	return view, nil
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
