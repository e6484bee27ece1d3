package provider

import (
	"net/http"
	"slices"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/schedule"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// dayView is what the page of a day shows.
type dayView struct {
	frame
	Date  schedule.Date
	Today schedule.Date
	Spans []schedule.Interval // the hours of the day
	Rows  []row
	Jobs  int
}

func (v dayView) zone() *time.Location { return ui.Zone(v.Provider.Availability.Zone) }

// row is a job or, where Booking is nil, a stretch of free time between jobs.
type row struct {
	Booking *booking.Booking
	Free    schedule.Interval
}

func (r row) start() time.Time {
	if r.Booking != nil {
		return r.Booking.Start
	}
	return r.Free.Start
}

// shortestGap is the least free time that is worth a line.
const shortestGap = 15 * time.Minute

var jobStatuses = []booking.Status{booking.Accepted, booking.InProgress, booking.Completed, booking.NoShow}

func (p *pages) day(w http.ResponseWriter, r *http.Request) error {
	f, err := p.frame(r)
	if err != nil {
		return err
	}
	view := dayView{frame: f}
	if !f.Exists {
		return ui.Render(w, r, http.StatusOK, dayPage(view))
	}
	zone := view.zone()
	view.Today = schedule.DateOf(ui.From(r.Context()).Now, zone)
	view.Date = dateOr(r.URL.Query().Get("date"), view.Today)
	from, to := view.Date.In(zone), view.Date.AddDays(1).In(zone)
	page, err := p.bookings.List(r.Context(), ui.From(r.Context()).Actor, booking.Filter{
		Side: booking.ProviderSide, Statuses: jobStatuses, From: from, To: to, Limit: 100,
	})
	if err != nil {
		return err
	}
	view.Jobs = len(page.Items)
	view.Spans = spansOn(f.Provider.Availability, view.Date, zone)
	view.Rows = rowsOf(page.Items, view.Spans)
	return ui.Render(w, r, http.StatusOK, dayPage(view))
}

// dateOr reads a date as addresses carry it; what is none, or lies beyond all reason, is the fallback.
func dateOr(s string, fallback schedule.Date) schedule.Date {
	date, err := schedule.ParseDate(s)
	if year, _, _ := date.Civil(); err != nil || year < 2000 || year > 2200 {
		return fallback
	}
	return date
}

// spansOn are the working hours of a date.
func spansOn(rules schedule.Rules, date schedule.Date, zone *time.Location) []schedule.Interval {
	spans := rules.Week[date.Weekday()]
	for _, e := range rules.Exceptions {
		if e.Date == date {
			spans = e.Spans
		}
	}
	year, month, day := date.Civil()
	hours := make([]schedule.Interval, 0, len(spans))
	for _, s := range spans {
		at := func(minute int) time.Time { return time.Date(year, month, day, 0, minute, 0, 0, zone) }
		hours = append(hours, schedule.Interval{Start: at(s.From), End: at(s.To)})
	}
	return hours
}

// rowsOf puts jobs, which ascend, and the free time that they leave of the hours in order. Without jobs there is nothing to stand
// between.
func rowsOf(jobs []booking.Booking, hours []schedule.Interval) []row {
	if len(jobs) == 0 {
		return nil
	}
	var rows []row
	for i := range jobs {
		rows = append(rows, row{Booking: &jobs[i]})
	}
	for _, span := range hours {
		from := span.Start
		for _, job := range jobs {
			if job.Start.Before(span.End) && job.End.After(from) {
				rows = appendGap(rows, from, job.Start)
				from = job.End
			}
		}
		rows = appendGap(rows, from, span.End)
	}
	slices.SortStableFunc(rows, func(a, b row) int { return a.start().Compare(b.start()) })
	return rows
}

func appendGap(rows []row, from, to time.Time) []row {
	if to.Sub(from) < shortestGap {
		return rows
	}
	return append(rows, row{Free: schedule.Interval{Start: from, End: to}})
}

// work moves a job on and comes back to its day.
func (p *pages) work(do change, done string) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := route.Form(w, r)
		if err != nil {
			return err
		}
		ctx := r.Context()
		date := ""
		if day := dateOr(sent.Get("date"), schedule.Date{}); !day.IsZero() {
			date = day.String()
		}
		_, err = do(p.bookings, ctx, ui.From(ctx).Actor, r.PathValue("id"))
		return comeBack(w, r, err, done, ui.PathWith(ctx, "/provider/day", "date", date))
	}
}
