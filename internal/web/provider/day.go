package provider

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
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
	Money money.Amount     // what the day's jobs bring, those that were missed not counted
	Next  *booking.Booking // the job to do now or next; only of today
	Phone string           // of its customer, where they have told one
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
	if f.draft() && r.URL.RawQuery == "" {
		return route.SeeOther(w, r, ui.Path(r.Context(), startPath))
	}
	view := dayView{frame: f}
	if !f.Exists {
		return ui.Render(w, r, http.StatusOK, dayPage(view))
	}
	zone := view.zone()
	view.Today = schedule.DateOf(ui.From(r.Context()).Now, zone)
	view.Date = dateOr(r.URL.Query().Get("date"), view.Today)
	from, to := view.Date.In(zone), view.Date.AddDays(1).In(zone)
	jobs, err := p.between(r.Context(), ui.From(r.Context()).Actor, from, to, jobStatuses)
	if err != nil {
		return err
	}
	view.Jobs = len(jobs)
	view.Spans = spansOn(f.Provider.Availability, view.Date, zone)
	view.Rows = rowsOf(jobs, view.Spans)
	if view.Money, err = moneyOf(jobs); err != nil {
		return err
	}
	if view.Date == view.Today {
		if err := p.next(r, &view, jobs); err != nil {
			return err
		}
	}
	return ui.Render(w, r, http.StatusOK, dayPage(view))
}

// next finds the job that is under way, or the one that comes next, and how to call its customer.
func (p *pages) next(r *http.Request, view *dayView, jobs []booking.Booking) error {
	at := slices.IndexFunc(jobs, func(b booking.Booking) bool { return b.Status == booking.InProgress })
	if at < 0 {
		at = slices.IndexFunc(jobs, func(b booking.Booking) bool { return b.Status == booking.Accepted })
	}
	if at < 0 {
		return nil
	}
	view.Next = &jobs[at]
	customer, err := p.accounts.Account(r.Context(), view.Next.CustomerID)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	view.Phone = customer.Phone
	return err
}

func moneyOf(jobs []booking.Booking) (money.Amount, error) {
	total := money.Of(0, money.MAD)
	for _, b := range jobs {
		if b.Status == booking.NoShow {
			continue
		}
		var err error
		if total, err = total.Add(b.Price); err != nil {
			return total, err
		}
	}
	return total, nil
}

// way is the address of a map with the way to a job at the customer's; empty for other jobs.
func wayTo(b *booking.Booking, city string) string {
	if b.Details.Place != catalog.AtCustomer || b.Details.Address == "" {
		return ""
	}
	return "https://www.google.com/maps/dir/?" + url.Values{"api": {"1"}, "destination": {strings.ReplaceAll(b.Details.Address, "\n", ", ") + ", " + city}}.Encode()
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
	spans := rules.SpansOn(date)
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
