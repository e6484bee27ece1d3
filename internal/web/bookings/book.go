package bookings

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// bookForm is what the customer has filled in.
type bookForm struct {
	Start    string // as it was sent
	AddonIDs []string
	Saved    string // the id of a saved address; empty where none was chosen
	Address  string
	Note     string
	Key      string // makes a form that is sent twice one booking
}

func bookFormOf(sent url.Values) bookForm {
	return bookForm{Start: sent.Get("start"), AddonIDs: sent["addon_ids"], Saved: sent.Get("saved"), Address: sent.Get("address"), Note: sent.Get("note"), Key: sent.Get("key")}
}

func (f bookForm) has(addonID string) bool { return slices.Contains(f.AddonIDs, addonID) }

// bookView is what the booking page shows.
type bookView struct {
	Offer    catalog.Offer
	City     catalog.City
	Start    time.Time
	Price    booking.Price
	Saved    []account.Address // of the reader
	Form     bookForm
	Problems ui.Problems
}

func (v bookView) end() time.Time       { return v.Start.Add(v.Price.Duration) }
func (v bookView) zone() *time.Location { return ui.Zone(v.Offer.Provider.Availability.Zone) }
func (v bookView) onQuote() bool        { return v.Offer.Service.Pricing == catalog.OnQuote }

// wouldBe is the booking as far as the words on its policy need it.
func (v bookView) wouldBe() booking.Booking {
	return booking.Booking{
		Start: v.Start, End: v.end(), Policy: v.Offer.Provider.Policy, Price: v.Price.Total, Status: booking.Accepted,
		Details: booking.Details{ProviderName: v.Offer.Provider.Name, Zone: v.Offer.Provider.Availability.Zone},
	}
}

func (p *pages) showBook(w http.ResponseWriter, r *http.Request) error {
	return p.bookPage(w, r, bookForm{Start: r.URL.Query().Get("start"), AddonIDs: r.URL.Query()["addon"], Key: ids.New()}, nil)
}

// book makes the booking, or shows what it would cost where the customer asks for that alone: without scripts a price that depends
// on boxes ticked needs the server.
func (p *pages) book(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	form := bookFormOf(sent)
	start, err := parseStart(form.Start)
	if sent.Has("preview") || err != nil {
		return p.bookPage(w, r, form, nil)
	}
	ctx := r.Context()
	address, err := p.addressOf(ctx, form)
	if err != nil {
		return err
	}
	made, err := p.bookings.Request(ctx, ui.From(ctx).Actor, booking.Request{
		ServiceID: r.PathValue("serviceID"), Start: start, AddonIDs: form.AddonIDs, Address: address, Note: form.Note, IdempotencyKey: form.Key,
	})
	if err != nil {
		return p.bookPage(w, r, form, err)
	}
	notice := "booking_pages.done.requested"
	if made.Instant {
		notice = "booking_pages.done.booked"
	}
	ui.Notify(w, ui.Success, notice)
	return route.SeeOther(w, r, ui.Path(ctx, "/bookings/"+made.ID))
}

// another is chosen by who types an address instead of taking a saved one.
const another = "other"

// addressOf is the address that the form says, by its choice among the reader's own or in its words.
func (p *pages) addressOf(ctx context.Context, form bookForm) (string, error) {
	if form.Saved == "" || form.Saved == another {
		return form.Address, nil
	}
	saved, err := p.accounts.Addresses(ctx, ui.From(ctx).Actor)
	if err != nil {
		return "", err
	}
	for _, a := range saved {
		if a.ID == form.Saved {
			return a.Address, nil
		}
	}
	return form.Address, nil // it was removed meanwhile
}

// offerSaved has the reader choose among their addresses: the default one of them to begin with.
func (p *pages) offerSaved(ctx context.Context, view *bookView) error {
	if view.Offer.Service.Place != catalog.AtCustomer {
		return nil
	}
	var err error
	if view.Saved, err = p.accounts.Addresses(ctx, ui.From(ctx).Actor); err != nil || len(view.Saved) == 0 {
		return err
	}
	if view.Form.Saved == "" && view.Form.Address == "" {
		view.Form.Saved = view.Saved[0].ID
	}
	if !slices.ContainsFunc(view.Saved, func(a account.Address) bool { return a.ID == view.Form.Saved }) {
		view.Form.Saved = another
	}
	return nil
}

// bookPage shows the form, with what was wrong with it, or the nearest free times where it is the time that cannot be had.
func (p *pages) bookPage(w http.ResponseWriter, r *http.Request, form bookForm, cause error) error {
	if cause != nil && !ui.Refused(cause) {
		return cause
	}
	ctx := r.Context()
	offer, err := p.catalog.Offer(ctx, r.PathValue("serviceID"))
	if err != nil {
		return err
	}
	view := bookView{Offer: offer, Form: form, Problems: ui.ProblemsOf(ctx, cause)}
	view.City, _ = p.catalog.City(offer.Provider.CityID)
	status := http.StatusOK
	if cause != nil {
		status = http.StatusUnprocessableEntity
		view.Form.Key = ids.New() // the key of a refused form may stand for an earlier booking
	}
	view.Price, err = p.bookings.Price(ctx, offer.Service.ID, form.AddonIDs)
	if ui.Refused(err) { // add-ons that the service does not have
		view.Problems, status = ui.ProblemsOf(ctx, err), http.StatusUnprocessableEntity
		view.Form.AddonIDs = nil
		view.Price, err = p.bookings.Price(ctx, offer.Service.ID, nil)
	}
	if err != nil {
		return err
	}
	if view.Start, err = parseStart(form.Start); err == nil {
		err = p.bookings.Available(r.Context(), view.Offer, view.Price.Duration, view.Start)
	}
	switch {
	case err == nil:
		if err := p.offerSaved(ctx, &view); err != nil {
			return err
		}
		return ui.Render(w, r, status, bookPage(view))
	case ui.Refused(err):
		return p.otherTimes(w, r, view, err)
	}
	return err
}

// parseStart reads a time as links and forms carry it.
func parseStart(s string) (time.Time, error) {
	start, err := time.Parse(time.RFC3339, s)
	if err != nil || start.Year() < 2000 || start.Year() > 9000 {
		return time.Time{}, errs.Fields{{Name: "start", Key: "booking_pages.form.start"}}.Err()
	}
	return start.UTC(), nil
}

const (
	nearestCount  = 8
	nearestBefore = 3 * day
	nearestAfter  = 14 * day
)

// otherTimes shows the free times nearest to the one that cannot be had.
func (p *pages) otherTimes(w http.ResponseWriter, r *http.Request, view bookView, cause error) error {
	ctx := r.Context()
	now := ui.From(ctx).Now
	wanted := view.Start
	if wanted.Before(now) || wanted.After(now.AddDate(1, 0, 0)) {
		wanted = now
	}
	slots, err := p.bookings.Slots(ctx, view.Offer.Provider.ID, view.Offer.Service.ID, view.Form.AddonIDs, wanted.Add(-nearestBefore), wanted.Add(nearestAfter))
	if err != nil {
		return err
	}
	taken := errs.CodeOf(cause) == errs.Conflict
	status := http.StatusUnprocessableEntity
	if taken {
		status = http.StatusConflict
	}
	return ui.Render(w, r, status, otherTimesPage(otherTimes{
		Offer: view.Offer, Taken: taken, Why: ui.ProblemsOf(ctx, cause), Days: byDay(nearest(slots, wanted), view.zone()), Form: view.Form,
	}))
}

// otherTimes is what the page shows on which a time could not be had.
type otherTimes struct {
	Offer catalog.Offer
	Taken bool
	Why   ui.Problems
	Days  []slotDay
	Form  bookForm
}

// nearest returns the slots closest to a moment, ascending.
func nearest(slots []schedule.Interval, to time.Time) []schedule.Interval {
	closest := slices.Clone(slots)
	slices.SortStableFunc(closest, func(a, b schedule.Interval) int {
		return int(a.Start.Sub(to).Abs() - b.Start.Sub(to).Abs())
	})
	closest = closest[:min(len(closest), nearestCount)]
	slices.SortFunc(closest, func(a, b schedule.Interval) int { return a.Start.Compare(b.Start) })
	return closest
}

// slotDay is the free times of one day.
type slotDay struct {
	Date  schedule.Date
	Slots []schedule.Interval
}

// byDay groups ascending slots by the day that they start on in a zone.
func byDay(slots []schedule.Interval, zone *time.Location) []slotDay {
	var days []slotDay
	for _, slot := range slots {
		date := schedule.DateOf(slot.Start, zone)
		if n := len(days); n == 0 || days[n-1].Date != date {
			days = append(days, slotDay{Date: date})
		}
		last := &days[len(days)-1]
		last.Slots = append(last.Slots, slot)
	}
	return days
}
