package api

import (
	"context"
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/platform/errs"

	"github.com/danielgtaylor/huma/v2"
)

// Reason is why somebody does something, in their own words.
type Reason struct {
	Reason string `json:"reason,omitempty" doc:"For the other side; up to 500 letters" example:"Je suis souffrant ce jour-là."`
}

type reasonInput struct {
	ID   string  `path:"id"`
	Body *Reason // may be left out
}

func (in *reasonInput) reason() string {
	if in.Body == nil {
		return ""
	}
	return in.Body.Reason
}

// RescheduleRequest is another time for a booking.
type RescheduleRequest struct {
	Start  string `json:"start" format:"date-time" doc:"One of the free times" example:"2026-06-03T09:00:00+01:00"`
	Reason string `json:"reason,omitempty" doc:"For the other side; up to 500 letters"`
}

type rescheduleInput struct {
	ID   string `path:"id"`
	Body RescheduleRequest
}

func (a *api) addBookingActions() {
	op := func(id, path, summary, description string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodPost, Path: "/bookings/{id}/" + path, Tags: []string{tagBookings},
			Summary: summary, Description: description, Errors: []int{409, 410}}
	}
	b := a.Bookings
	add(a, forMe, op("accept-booking", "accept", "Accept a request", "The provider's. Of several requests for one time the first acceptance wins, and the others are declined."), plainAction(b.Accept))
	add(a, forMe, op("decline-booking", "decline", "Decline a request", "The provider's."), reasonedAction(b.Decline))
	add(a, forMe, op("cancel-booking", "cancel", "Cancel a booking", "Either side's. A request is withdrawn or declined; an accepted booking is refunded as its policy says, in full where the provider cancels."), reasonedAction(b.Cancel))
	add(a, forMe, op("start-booking", "start", "Start the job", "The provider's."), plainAction(b.Start))
	add(a, forMe, op("complete-booking", "complete", "Complete the job", "The provider's."), plainAction(b.Complete))
	add(a, forMe, op("no-show-booking", "no-show", "The customer was not there", "The provider's, from a quarter of an hour after the start."), plainAction(b.NoShow))
	add(a, forMe, op("reschedule-booking", "reschedule", "Propose another time", "Either side's; the other side accepts or declines it. A newer proposal takes the place of an open one."), a.reschedule)
	add(a, forMe, op("accept-reschedule", "reschedule/accept", "Accept the proposed time", "Of the side that did not propose it."), plainAction(b.AcceptReschedule))
	add(a, forMe, op("decline-reschedule", "reschedule/decline", "Decline the proposed time", "Of the side that did not propose it. The booking stays where it is."), reasonedAction(b.DeclineReschedule))
}

func plainAction(act func(context.Context, account.Actor, string) (booking.Booking, error)) func(context.Context, *call, *idInput) (*answer[Booking], error) {
	return func(ctx context.Context, c *call, in *idInput) (*answer[Booking], error) {
		if err := knownForm(in.ID); err != nil {
			return nil, err
		}
		return c.changed(act(ctx, c.actor, in.ID))
	}
}

func reasonedAction(act func(ctx context.Context, actor account.Actor, id, reason string) (booking.Booking, error)) func(context.Context, *call, *reasonInput) (*answer[Booking], error) {
	return func(ctx context.Context, c *call, in *reasonInput) (*answer[Booking], error) {
		if err := knownForm(in.ID); err != nil {
			return nil, err
		}
		return c.changed(act(ctx, c.actor, in.ID, in.reason()))
	}
}

func (a *api) reschedule(ctx context.Context, c *call, in *rescheduleInput) (*answer[Booking], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	var fields errs.Fields
	start := parseTime(&fields, "start", in.Body.Start)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return c.changed(a.Bookings.Propose(ctx, c.actor, in.ID, start, in.Body.Reason))
}

func (c *call) changed(b booking.Booking, err error) (*answer[Booking], error) {
	if err != nil {
		return nil, err
	}
	return reply(c.bookingOf(b)), nil
}
