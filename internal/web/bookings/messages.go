package bookings

import (
	"context"
	"errors"
	"net/http"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/message"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Thread is what the two sides of a booking wrote to each other, as somebody reads it.
type Thread struct {
	Booking *booking.Booking
	Side    booking.Side // the reader's; empty for an operator
	Items   []message.Message
}

// threadView is the thread on the page of its booking, with the form to go on writing.
type threadView struct {
	Thread
	Earlier  string // cursor of the part before; empty where there is none
	Part     bool   // this is an earlier part
	Closed   bool
	Text     string // as it was sent
	Key      string // makes a form that is sent twice one message
	Problems ui.Problems
}

// silent says whether nothing was said and nothing can be.
func (v threadView) silent() bool { return v.Closed && len(v.Items) == 0 }

// threadDay is the messages of one day, for a heading above them.
type threadDay struct {
	At    time.Time
	Items []message.Message
}

// days groups the messages by the day that they were sent on, where the booking is.
func (t Thread) days() []threadDay {
	zone := ui.Zone(t.Booking.Details.Zone)
	var days []threadDay
	for _, m := range t.Items {
		if n := len(days); n == 0 || days[n-1].At.In(zone).Format(time.DateOnly) != m.SentAt.In(zone).Format(time.DateOnly) {
			days = append(days, threadDay{At: m.SentAt})
		}
		last := &days[len(days)-1]
		last.Items = append(last.Items, m)
	}
	return days
}

// mine says whether a message stands at the reader's end: for an operator, the provider's do.
func (t Thread) mine(m message.Message) bool {
	if t.Side == "" {
		return m.Side == booking.ProviderSide
	}
	return m.Side == t.Side
}

// lastRead is the last of the reader's own messages that the other side has seen; only that one says so.
func (t Thread) lastRead() string {
	for i := len(t.Items) - 1; i >= 0; i-- {
		if m := t.Items[i]; t.Side != "" && m.Side == t.Side && m.Read() {
			return m.ID
		}
	}
	return ""
}

// loadThread reads the part of the thread that the address names. Who looks at the end of it has seen it all.
func (p *pages) loadThread(r *http.Request, view *detailView) error {
	ctx, actor := r.Context(), ui.From(r.Context()).Actor
	before := r.URL.Query().Get("before")
	page, err := p.messages.Thread(ctx, actor, view.Booking.ID, before)
	if err != nil {
		return err
	}
	view.Thread = threadView{
		Thread:  Thread{Booking: &view.Booking, Side: view.Side, Items: page.Items},
		Earlier: page.Earlier, Part: before != "", Key: ids.New(),
		Closed: !view.Now.Before(message.ClosesAt(&view.Booking)),
	}
	if before != "" || r.Method == http.MethodHead {
		return nil
	}
	return p.messages.MarkRead(ctx, actor, view.Booking.ID)
}

// say sends what the reader wrote.
func (p *pages) say(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, id := r.Context(), r.PathValue("id")
	_, err = p.messages.Send(ctx, ui.From(ctx).Actor, id, sent.Get("text"), sent.Get("key"))
	if status, again := sayAgain(err); again {
		view, loading := p.whole(r)
		if loading != nil {
			return loading
		}
		view.Thread.Text, view.Thread.Problems = sent.Get("text"), threadProblems(ctx, err)
		return ui.Render(w, r, status, detailPage(view))
	}
	if err != nil {
		return tooLate(w, r, id, err)
	}
	return route.SeeOther(w, r, ui.Path(ctx, "/bookings/"+id)+"#messages")
}

// threadProblems puts a complaint about the whole message where its words are.
func threadProblems(ctx context.Context, err error) ui.Problems {
	problems := ui.ProblemsOf(ctx, err)
	if known, ok := errors.AsType[*errs.Error](err); ok && len(known.Fields) == 0 {
		problems.Fields["text"] = problems.General
	}
	return problems
}

// sayAgain is with which status the form is shown again that was refused with err, if it is.
func sayAgain(err error) (int, bool) {
	switch errs.CodeOf(err) {
	case errs.Invalid:
		return http.StatusUnprocessableEntity, true
	case errs.RateLimited:
		return http.StatusTooManyRequests, true
	}
	return 0, false
}
