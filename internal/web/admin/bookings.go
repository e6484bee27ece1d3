package admin

import (
	"context"
	"net/http"
	"strings"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/web/ui"
)

// bookingsView is what the list of bookings shows.
type bookingsView struct {
	frame
	Status    booking.Status
	CityID    string
	Reference string
	From, To  string
	Cities    []ui.Option
	Items     []booking.Booking
	First     string
	Next      string
	File      string
}

// bookingFilter reads from an address which bookings are asked for. The day "to" is part of it.
func bookingFilter(r *http.Request) booking.OverseerFilter {
	query := r.URL.Query()
	f := booking.OverseerFilter{
		CityID: query.Get("city"), ProviderID: query.Get("provider"), CustomerID: query.Get("customer"), Reference: query.Get("reference"),
		From: dayParam(r, "from", 0), To: dayParam(r, "to", 1),
	}
	if status := booking.Status(query.Get("status")); status.Valid() {
		f.Statuses = []booking.Status{status}
	}
	return f
}

func (p *pages) bookings(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	f, err := p.frame(r, ui.T(ctx, "admin.bookings.title"))
	if err != nil {
		return err
	}
	filter := bookingFilter(r)
	filter.Cursor, filter.Limit = query.Get("cursor"), listPage
	page, err := p.Bookings.All(ctx, ui.From(ctx).Actor, filter)
	if err != nil {
		return err
	}
	view := bookingsView{
		frame: f, CityID: filter.CityID, Reference: filter.Reference, From: query.Get("from"), To: query.Get("to"), Cities: p.cityOptions(ctx), Items: page.Items,
		First: first(ctx, "/admin/bookings", r), Next: next(ctx, "/admin/bookings", r, page.NextCursor), File: with(ctx, "/admin/bookings.csv", r),
	}
	if len(filter.Statuses) > 0 {
		view.Status = filter.Statuses[0]
	}
	return ui.Render(w, r, http.StatusOK, bookingsPage(view))
}

func (v bookingsView) statuses(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "admin.filter.all_statuses")}}
	for _, status := range booking.Statuses {
		options = append(options, ui.Option{Value: string(status), Label: ui.T(ctx, bookingKeys[status])})
	}
	return options
}

// maxFileRows bounds a file; who needs more asks for fewer days at a time.
const maxFileRows = 50_000

// bookingsFile is the list of bookings as a table, page by page as they are read.
func (p *pages) bookingsFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	filter := bookingFilter(r)
	filter.Limit = 100
	// The first page is read before anything is sent, so that a filter that is refused is still answered with a page.
	page, err := p.Bookings.All(ctx, ui.From(ctx).Actor, filter)
	if err != nil {
		return err
	}
	file := newSheet(w, "khadamat-bookings-"+ui.From(ctx).Now.Format(time.DateOnly)+".csv")
	head := []string{"admin.csv.reference", "admin.csv.status", "admin.csv.start", "admin.csv.customer", "admin.csv.provider", "admin.csv.service", "admin.csv.city",
		"admin.csv.price", "admin.csv.refund", "admin.csv.currency", "admin.csv.made"}
	for i, key := range head {
		head[i] = ui.T(ctx, key)
	}
	file.row(head...)
	for rows := 0; rows < maxFileRows; {
		for i := range page.Items {
			b := &page.Items[i]
			file.row(p.fileRow(ctx, b)...)
			rows++
		}
		if page.NextCursor == "" {
			break
		}
		filter.Cursor = page.NextCursor
		if page, err = p.Bookings.All(ctx, ui.From(ctx).Actor, filter); err != nil {
			file.row(ui.T(ctx, "admin.csv.broken")) // it is too late for an error page, and half a file must not look whole
			break
		}
	}
	return file.flush()
}

func (p *pages) fileRow(ctx context.Context, b *booking.Booking) []string {
	refund := ""
	if b.Refund != nil {
		refund = plain(b.Refund.Minor)
	}
	zone := ui.Zone(b.Details.Zone)
	return []string{reference(b.ID), ui.T(ctx, bookingKeys[b.Status]), b.Start.In(zone).Format("2006-01-02 15:04"), b.Details.CustomerName, b.Details.ProviderName,
		b.Details.Title.In(ui.Lang(ctx)), p.cityName(ctx, b.Details.CityID), plain(b.Price.Minor), refund, string(b.Price.Currency), b.CreatedAt.In(zone).Format("2006-01-02 15:04")}
}

// bookingView is what the page of one booking shows.
type bookingView struct {
	frame
	Booking  booking.Booking
	Timeline []booking.Event
	City     string
	Thread   threadView
}

func (p *pages) booking(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	b, events, err := p.Bookings.Inspect(ctx, ui.From(ctx).Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	f, err := p.frame(r, b.Details.Title.In(ui.Lang(ctx)))
	if err != nil {
		return err
	}
	f.Back = &ui.Crumb{Href: ui.Path(ctx, "/admin/bookings"), Label: ui.T(ctx, "admin.bookings.title")}
	view := bookingView{frame: f, Booking: b, Timeline: events, City: p.cityName(ctx, b.Details.CityID)}
	if view.Thread, err = p.thread(r, &b); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, bookingPage(view))
}

// happened is an event of a booking in words.
func happened(ctx context.Context, e booking.Event, zone *time.Location) string {
	words := said(ctx, eventKeys[e.Kind], string(e.Kind))
	switch {
	case e.Refund != nil:
		words += " · " + ui.Money(ctx, *e.Refund)
	case !e.Start.IsZero():
		words += " · " + ui.DateTime(ctx, e.Start, zone)
	}
	return words
}

// whyOf is the reason of an event in a person's own words; what the system gives as a reason is none.
func whyOf(e booking.Event) string {
	if e.Side == booking.SystemSide || e.Reason == booking.ReasonSlotTaken {
		return ""
	}
	return strings.TrimSpace(e.Reason)
}

func minutes(b *booking.Booking) int { return int(b.End.Sub(b.Start) / time.Minute) }
