package provider

import (
	"net/http"
	"strconv"
	"time"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// hoursView is what the page of the hours shows.
type hoursView struct {
	frame
	Form     hoursForm
	Copied   bool // whether a day's hours were copied, which is not saved yet
	Special  []schedule.Exception
	Preview  []previewDay
	Problems ui.Problems
}

// previewDay is a day as customers see it: the times at which an appointment can begin.
type previewDay struct {
	Date   schedule.Date
	Starts []time.Time
}

const (
	previewDays   = 7
	previewStarts = 6 // of a day that are written out
	specialShown  = 50
)

func (p *pages) showHours(w http.ResponseWriter, r *http.Request) error {
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	return p.hours(w, r, http.StatusOK, hoursView{frame: f, Form: hoursFormOf(f.Provider.Availability)})
}

// hours fills in what every look at the page shows.
func (p *pages) hours(w http.ResponseWriter, r *http.Request, status int, view hoursView) error {
	rules, now := view.Provider.Availability, ui.From(r.Context()).Now
	zone := ui.Zone(rules.Zone)
	today := schedule.DateOf(now, zone)
	for _, e := range rules.Since(today).Exceptions {
		if len(view.Special) < specialShown {
			view.Special = append(view.Special, e)
		}
	}
	from, to := today.In(zone), today.AddDays(previewDays).In(zone)
	busy, err := p.bookings.Busy(r.Context(), []string{view.Provider.ID}, from.Add(-2*schedule.MaxDuration), to.Add(2*schedule.MaxDuration))
	if err != nil {
		return err
	}
	length, err := p.usualLength(r, view.Provider.ID)
	if err != nil {
		return err
	}
	starts := map[schedule.Date][]time.Time{}
	for _, slot := range rules.Slots(length, busy[view.Provider.ID], now, from, to) {
		date := schedule.DateOf(slot.Start, zone)
		starts[date] = append(starts[date], slot.Start)
	}
	for i := range previewDays {
		date := today.AddDays(i)
		view.Preview = append(view.Preview, previewDay{date, starts[date]})
	}
	return ui.Render(w, r, status, hoursPage(view))
}

// usualLength is how long the provider's first service takes; an hour where there is none yet.
func (p *pages) usualLength(r *http.Request, providerID string) (time.Duration, error) {
	services, err := p.catalog.ServicesOf(r.Context(), ui.From(r.Context()).Actor, providerID)
	for _, s := range services {
		if s.Active && s.Pricing != catalog.OnQuote {
			return s.Duration(), err
		}
	}
	return time.Hour, err
}

func (p *pages) saveHours(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	ctx := r.Context()
	form := sentHours(sent)
	if from, err := strconv.Atoi(sent.Get("copy")); err == nil {
		return p.hours(w, r, http.StatusOK, hoursView{frame: f, Form: form.copied(from), Copied: true})
	}
	rules, err := form.rules(f.Provider.Availability)
	if err == nil {
		_, err = p.catalog.SetAvailability(ctx, ui.From(ctx).Actor, f.Provider.ID, rules)
	}
	if ui.Refused(err) {
		return p.hours(w, r, http.StatusUnprocessableEntity, hoursView{frame: f, Form: form, Problems: ui.ProblemsOf(ctx, err)})
	}
	if err != nil {
		return err
	}
	if !f.Start {
		ui.Notify(w, ui.Success, "provider_pages.hours.saved")
	}
	return route.SeeOther(w, r, afterSaving(r, 3, "/provider/hours"))
}
