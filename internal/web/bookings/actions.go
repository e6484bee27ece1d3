package bookings

import (
	"context"
	"errors"
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// verb is something that one button does to a booking.
type verb struct {
	path   string
	done   string // the key of what the next page says
	change func(s *booking.Service, ctx context.Context, actor account.Actor, id, reason string) (booking.Booking, error)
}

// plain makes a change that takes no reason one that is given one.
func plain(change func(*booking.Service, context.Context, account.Actor, string) (booking.Booking, error)) func(*booking.Service, context.Context, account.Actor, string, string) (booking.Booking, error) {
	return func(s *booking.Service, ctx context.Context, actor account.Actor, id, _ string) (booking.Booking, error) {
		return change(s, ctx, actor, id)
	}
}

var verbs = []verb{
	{"accept", "booking_pages.done.accepted", plain((*booking.Service).Accept)},
	{"decline", "booking_pages.done.declined", (*booking.Service).Decline},
	{"cancel", "booking_pages.done.cancelled", (*booking.Service).Cancel},
	{"start", "booking_pages.done.started", plain((*booking.Service).Start)},
	{"complete", "booking_pages.done.completed", plain((*booking.Service).Complete)},
	{"no-show", "booking_pages.done.no_show", plain((*booking.Service).NoShow)},
	{"reschedule/accept", "booking_pages.done.rescheduled", plain((*booking.Service).AcceptReschedule)},
	{"reschedule/decline", "booking_pages.done.reschedule_declined", (*booking.Service).DeclineReschedule},
}

// act does what the button says and goes back to the booking, which tells how it went.
func (p *pages) act(v verb) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := route.Form(w, r)
		if err != nil {
			return err
		}
		ctx, id := r.Context(), r.PathValue("id")
		changed, err := v.change(p.bookings, ctx, ui.From(ctx).Actor, id, sent.Get("reason"))
		if asked, ok := questionAt(v.path); ok && errs.CodeOf(err) == errs.Invalid {
			return p.askAgain(w, r, asked, sent.Get("reason"), err)
		}
		if err != nil {
			return tooLate(w, r, id, err)
		}
		ui.Notify(w, ui.Success, doneKey(v, changed))
		return route.SeeOther(w, r, ui.Path(ctx, "/bookings/"+id))
	}
}

func doneKey(v verb, b booking.Booking) string {
	switch {
	case v.path == "cancel" && b.Status == booking.Withdrawn:
		return "booking_pages.done.withdrawn"
	case v.path == "cancel" && b.Status == booking.Declined:
		return "booking_pages.done.declined"
	}
	return v.done
}

// tooLate answers a button that the booking no longer has, because the other side or the clock was quicker: the reader sees the
// booking as it is now and why nothing was done.
func tooLate(w http.ResponseWriter, r *http.Request, id string, err error) error {
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || (known.Code != errs.Conflict && known.Code != errs.Gone && known.Code != errs.Invalid) {
		return err
	}
	ui.Notify(w, ui.Warning, known.Key)
	return route.SeeOther(w, r, ui.Path(r.Context(), "/bookings/"+id))
}

// question is a page that asks before something is done that cannot be undone.
type question struct {
	path   string
	action booking.Action
}

var questions = []question{
	{"cancel", booking.DoCancel},
	{"decline", booking.DoDecline},
	{"no-show", booking.DoNoShow},
}

func questionAt(path string) (question, bool) {
	for _, q := range questions {
		if q.path == path {
			return q, true
		}
	}
	return question{}, false
}

func (p *pages) ask(q question) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error { return p.askAgain(w, r, q, "", nil) }
}

// askAgain shows the question with what was wrong with the reason.
func (p *pages) askAgain(w http.ResponseWriter, r *http.Request, q question, reason string, cause error) error {
	view, err := p.detail(r)
	if err != nil {
		return err
	}
	if err := view.Booking.Can(q.action, view.Side, view.Now); err != nil {
		return tooLate(w, r, view.Booking.ID, err)
	}
	status := http.StatusOK
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	asked := questionView{detailView: view, question: q, Reason: reason, Problems: ui.ProblemsOf(r.Context(), cause)}
	if q.action == booking.DoCancel {
		if asked.Refund, err = view.Booking.RefundIfCancelled(view.Side, view.Now); err != nil {
			return err
		}
	}
	return ui.Render(w, r, status, questionPage(asked))
}
