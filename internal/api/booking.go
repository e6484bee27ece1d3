package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"

	"github.com/danielgtaylor/huma/v2"
)

// Booking is a booking as one of its two sides sees it.
type Booking struct {
	ID         string    `json:"id" example:"01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f"`
	Status     string    `json:"status" enum:"requested,accepted,in_progress,completed,declined,expired,withdrawn,cancelled_by_customer,cancelled_by_provider,no_show"`
	Side       string    `json:"side" enum:"customer,provider" doc:"On which side of it you are"`
	Actions    []string  `json:"actions" enum:"accept,decline,cancel,start,complete,no_show,reschedule,accept_reschedule,decline_reschedule" doc:"What you may do with it now"`
	ProviderID string    `json:"provider_id"`
	Provider   string    `json:"provider_name" example:"Plomberie Atlas"`
	Customer   string    `json:"customer_name" example:"Salma Benali"`
	ServiceID  string    `json:"service_id"`
	Title      string    `json:"title" doc:"Of the service when it was booked, in the reader's language"`
	Titles     Texts     `json:"titles"`
	CityID     string    `json:"city_id" example:"casablanca"`
	Start      Time      `json:"start"`
	End        Time      `json:"end"`
	Zone       string    `json:"zone" doc:"The IANA name of the provider's time zone" example:"Africa/Casablanca"`
	Instant    bool      `json:"instant"`
	Place      string    `json:"place" enum:"customer,provider,remote"`
	Address    string    `json:"address" doc:"Where the customer is; may be empty"`
	Note       string    `json:"note" doc:"From the customer; may be empty"`
	Price      Money     `json:"price" doc:"Everything, add-ons included"`
	Lines      []Line    `json:"lines" doc:"The service first, then its add-ons; they add up to the price"`
	Policy     string    `json:"policy" enum:"flexible,moderate,strict" doc:"Of cancellation, as it was when the booking was made"`
	FreeUntil  Time      `json:"free_cancellation_until" doc:"Until when the customer gets everything back"`
	Refund     *Money    `json:"refund,omitempty" doc:"What a cancellation or an operator gave back"`
	Proposal   *Proposal `json:"proposal,omitempty" doc:"Another time that one side proposes; only while it is open"`
	ExpiresAt  *Time     `json:"expires_at" doc:"When the request lapses; null unless it is one"`
	CreatedAt  Time      `json:"created_at"`
	UpdatedAt  Time      `json:"updated_at"`
}

// Line is one line of the price.
type Line struct {
	Title  string `json:"title" doc:"In the reader's language"`
	Titles Texts  `json:"titles"`
	Price  Money  `json:"price"`
}

// Proposal is another time for a booking.
type Proposal struct {
	Start Time   `json:"start"`
	End   Time   `json:"end"`
	By    string `json:"by" enum:"customer,provider"`
	At    Time   `json:"at" doc:"When it was made"`
}

// Event is one thing that happened to a booking.
type Event struct {
	ID     string `json:"id"`
	At     Time   `json:"at"`
	Side   string `json:"side" enum:"customer,provider,system" doc:"Who did it"`
	Kind   string `json:"kind" enum:"requested,accepted,declined,expired,withdrawn,started,completed,cancelled,no_show,reschedule_proposed,rescheduled,reschedule_declined,refunded"`
	Status string `json:"status" doc:"Of the booking after it"`
	Reason string `json:"reason" doc:"In the words of who did it; slot_taken where the system declined because another booking took the time; may be empty"`
	Start  *Time  `json:"start" doc:"The time that a reschedule is about; null for others"`
}

// BookingDetail is a booking with its history.
type BookingDetail struct {
	Booking
	Timeline []Event `json:"timeline" doc:"The oldest first"`
}

// BookingRequest is what a customer asks for.
type BookingRequest struct {
	ServiceID string   `json:"service_id" maxLength:"100" doc:"What is booked"`
	Start     string   `json:"start" format:"date-time" doc:"One of the free times" example:"2026-06-02T09:00:00+01:00"`
	AddonIDs  []string `json:"addon_ids,omitempty" maxItems:"50" doc:"Of the service's add-ons"`
	Address   string   `json:"address,omitempty" doc:"Where to come to; needed where the service is done at the customer's. Up to 300 letters" example:"12, rue des Orangers, Maârif"`
	Note      string   `json:"note,omitempty" doc:"For the provider; up to 1000 letters"`
}

type requestInput struct {
	Creation
	Body BookingRequest
}

type bookingAnswer struct {
	Location string `header:"Location" doc:"Where the booking is"`
	Body     Booking
}

type bookingsInput struct {
	As     string `query:"as" enum:"customer,provider" doc:"Whose bookings: yours as a customer, or those of the provider that you are. Left out, it follows your role"`
	Status string `query:"status" doc:"One status, or several with commas between them" example:"requested,accepted"`
	From   string `query:"from" doc:"Starts at or after: a time, or a date in Morocco" example:"2026-06-01"`
	To     string `query:"to" doc:"Starts before: a time, or a date in Morocco" example:"2026-07-01"`
	Order  string `query:"order" enum:"asc,desc" default:"asc" doc:"By start: the earliest first, or the latest"`
	Cursor string `query:"cursor" doc:"next_cursor of the page before"`
	Limit  int    `query:"limit" doc:"1 to 100; 20 where it is left out"`
}

func (a *api) addBookings() {
	create := huma.Operation{OperationID: "create-booking", Method: http.MethodPost, Path: "/bookings", Tags: []string{tagBookings}, DefaultStatus: http.StatusCreated,
		Summary: "Book a service", Errors: []int{404, 409},
		Description: "An instant service is accepted at once; any other waits for its provider, for 24 hours at most. 409 where the time has just gone to somebody else."}
	add(a, forMe, create, a.createBooking)
	add(a, forMe, huma.Operation{OperationID: "list-bookings", Method: http.MethodGet, Path: "/bookings", Tags: []string{tagBookings}, Errors: []int{422},
		Summary: "Your bookings", Description: "By start."}, a.listBookings)
	add(a, forMe, huma.Operation{OperationID: "get-booking", Method: http.MethodGet, Path: "/bookings/{id}", Tags: []string{tagBookings},
		Summary: "A booking", Description: "With its history. Only its two sides can see it."}, a.getBooking)
}

func (a *api) createBooking(ctx context.Context, c *call, in *requestInput) (*bookingAnswer, error) {
	if !a.Features.On(feature.Bookings) {
		return nil, feature.Bookings.Paused()
	}
	var fields errs.Fields
	start := parseTime(&fields, "start", in.Body.Start)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	if err := knownForm(in.Body.ServiceID); err != nil {
		return nil, err
	}
	made, err := a.Bookings.Request(ctx, c.actor, booking.Request{ServiceID: in.Body.ServiceID, Start: start, AddonIDs: in.Body.AddonIDs,
		Address: in.Body.Address, Note: in.Body.Note, IdempotencyKey: in.IdempotencyKey})
	if err != nil {
		return nil, err
	}
	return &bookingAnswer{Location: prefix + "/bookings/" + made.ID, Body: c.bookingOf(made)}, nil
}

func (a *api) listBookings(ctx context.Context, c *call, in *bookingsInput) (*answer[List[Booking]], error) {
	filter, err := in.filter(c.actor)
	if err != nil {
		return nil, err
	}
	page, err := a.Bookings.List(ctx, c.actor, filter)
	if err != nil {
		return nil, err
	}
	body := listOf(page.Items, c.bookingOf)
	body.NextCursor = cursorOrNull(page.NextCursor)
	return reply(body), nil
}

// marketZone is where a date without a time begins when no single provider is meant.
const marketZone = "Africa/Casablanca"

func (in *bookingsInput) filter(actor account.Actor) (booking.Filter, error) {
	zone, err := schedule.Location(marketZone)
	if err != nil {
		return booking.Filter{}, err
	}
	var fields errs.Fields
	f := booking.Filter{Side: booking.Side(in.As), Descending: in.Order == "desc", Cursor: in.Cursor, Limit: in.Limit,
		From: parseMoment(&fields, "from", in.From, zone), To: parseMoment(&fields, "to", in.To, zone)}
	if f.Side == "" && actor.Role == account.Provider {
		f.Side = booking.ProviderSide
	}
	f.Statuses = parseStatuses(&fields, in.Status)
	return f, fields.Err()
}

// parseStatuses reads names with commas between them. Whether they exist is for bookings to say.
func parseStatuses(fields *errs.Fields, text string) []booking.Status {
	if text == "" {
		return nil
	}
	names := strings.Split(text, ",")
	fields.Check(len(names) <= len(booking.Statuses), "status", "booking.unknown_status")
	statuses := make([]booking.Status, 0, len(booking.Statuses))
	for _, name := range names[:min(len(names), len(booking.Statuses))] {
		statuses = append(statuses, booking.Status(strings.TrimSpace(name)))
	}
	return statuses
}

func (a *api) getBooking(ctx context.Context, c *call, in *idInput) (*answer[BookingDetail], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	found, err := a.Bookings.Booking(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	timeline, err := a.Bookings.Timeline(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(BookingDetail{Booking: c.bookingOf(found), Timeline: listOf(timeline, eventOf).Items}), nil
}

func eventOf(e booking.Event) Event {
	return Event{ID: e.ID, At: timeOf(e.At), Side: string(e.Side), Kind: string(e.Kind), Status: string(e.Status), Reason: e.Reason, Start: timeOrNull(e.Start)}
}

func (c *call) bookingOf(b booking.Booking) Booking {
	side, _ := b.SideOf(c.actor.ID)
	language, d := string(c.language), b.Details
	wire := Booking{
		ID: b.ID, Status: string(b.Status), Side: string(side), Actions: actionsOf(&b, side, c.api.Clock.Now()),
		ProviderID: b.ProviderID, Provider: d.ProviderName, Customer: d.CustomerName, ServiceID: b.ServiceID, Title: d.Title.In(language), Titles: textsOf(d.Title),
		CityID: d.CityID, Start: timeOf(b.Start), End: timeOf(b.End), Zone: d.Zone, Instant: b.Instant, Place: string(d.Place), Address: d.Address, Note: d.Note,
		Price: moneyOf(b.Price), Lines: listOf(d.Lines, func(line booking.Line) Line { return lineOf(line, language) }).Items,
		Policy: string(b.Policy), FreeUntil: timeOf(b.FreeUntil()), ExpiresAt: timeOrNull(b.ExpiresAt), CreatedAt: timeOf(b.CreatedAt), UpdatedAt: timeOf(b.UpdatedAt),
	}
	if b.Refund != nil {
		refund := moneyOf(*b.Refund)
		wire.Refund = &refund
	}
	if p := b.Proposal; p != nil {
		wire.Proposal = &Proposal{Start: timeOf(p.Start), End: timeOf(p.End), By: string(p.By), At: timeOf(p.At)}
	}
	return wire
}

func lineOf(line booking.Line, language string) Line {
	return Line{Title: line.Title.In(language), Titles: textsOf(line.Title), Price: moneyOf(line.Price)}
}

var allActions = []booking.Action{booking.DoAccept, booking.DoDecline, booking.DoCancel, booking.DoStart, booking.DoComplete, booking.DoNoShow,
	booking.DoReschedule, booking.DoAcceptReschedule, booking.DoDeclineReschedule}

func actionsOf(b *booking.Booking, side booking.Side, now time.Time) []string {
	allowed := []string{}
	for _, action := range allActions {
		if b.Can(action, side, now) == nil {
			allowed = append(allowed, string(action))
		}
	}
	return allowed
}
