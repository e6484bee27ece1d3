package bookings

import (
	"net/http"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// rescheduleView is what the page shows on which a reader picks another time.
type rescheduleView struct {
	detailView
	From     schedule.Date // the first of the seven days shown
	Days     []slotDay
	Start    string // the choice, as it was sent
	Reason   string
	Problems ui.Problems
}

const weekDays = 7

// earlier is the week before, unless that is over.
func (v rescheduleView) earlier() (schedule.Date, bool) {
	before := v.From.AddDays(-weekDays)
	today := schedule.DateOf(v.Now, v.zone())
	if !today.Before(v.From) {
		return schedule.Date{}, false
	}
	if before.Before(today) {
		before = today
	}
	return before, true
}

// later is the week after, as far as anything can be booked.
func (v rescheduleView) later() (schedule.Date, bool) {
	after := v.From.AddDays(weekDays)
	last := schedule.DateOf(v.Now, v.zone()).AddDays(schedule.MaxHorizonDays)
	return after, !last.Before(after)
}

func (p *pages) showReschedule(w http.ResponseWriter, r *http.Request) error {
	return p.rescheduleAgain(w, r, "", "", nil)
}

func (p *pages) reschedule(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, id := r.Context(), r.PathValue("id")
	start, err := parseStart(sent.Get("start"))
	if err == nil {
		_, err = p.bookings.Propose(ctx, ui.From(ctx).Actor, id, start, sent.Get("reason"))
	}
	if err != nil {
		return p.rescheduleAgain(w, r, sent.Get("start"), sent.Get("reason"), err)
	}
	ui.Notify(w, ui.Success, "booking_pages.done.proposed")
	return route.SeeOther(w, r, ui.Path(ctx, "/bookings/"+id))
}

// rescheduleAgain shows a week of free times with what was wrong with the choice.
func (p *pages) rescheduleAgain(w http.ResponseWriter, r *http.Request, start, reason string, cause error) error {
	if cause != nil && !ui.Refused(cause) && errs.CodeOf(cause) != errs.Gone {
		return cause
	}
	detail, err := p.detail(r)
	if err != nil {
		return err
	}
	if err := detail.Booking.Can(booking.DoReschedule, detail.Side, detail.Now); err != nil {
		return tooLate(w, r, detail.Booking.ID, err)
	}
	view := rescheduleView{detailView: detail, Start: start, Reason: reason, Problems: ui.ProblemsOf(r.Context(), cause)}
	view.From = firstDay(r.FormValue("from"), detail, start)
	from := view.From.In(view.zone())
	slots, err := p.bookings.SlotsFor(r.Context(), ui.From(r.Context()).Actor, detail.Booking.ID, from, view.From.AddDays(weekDays).In(view.zone()))
	if err != nil {
		return err
	}
	view.Days = byDay(slots, view.zone())
	status := http.StatusOK
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	return ui.Render(w, r, status, reschedulePage(view))
}

// firstDay is the day that the reader asked for, that of their choice, or the booking's own; never one that is over, nor one
// beyond what can be booked.
func firstDay(asked string, detail detailView, start string) schedule.Date {
	zone := detail.zone()
	today := schedule.DateOf(detail.Now, zone)
	day, err := schedule.ParseDate(asked)
	if err != nil {
		moment := detail.Booking.Start
		if chosen, err := parseStart(start); err == nil {
			moment = chosen
		}
		day = schedule.DateOf(moment, zone)
	}
	if day.Before(today) {
		return today
	}
	if last := today.AddDays(schedule.MaxHorizonDays); last.Before(day) {
		return last
	}
	return day
}

// noon is a moment within a date, for its words.
func noon(date schedule.Date, zone *time.Location) time.Time {
	return date.In(zone).Add(12 * time.Hour)
}
