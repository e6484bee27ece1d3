package provider

import (
	"errors"
	"net/http"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/text"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// The kinds of change of one date.
const (
	kindOff   = "off"   // hours that are usually worked, and are not this time
	kindDay   = "day"   // the whole day off
	kindExtra = "extra" // hours that are usually not worked, and are this time
)

// offForm is a change of one date as it stands in the form.
type offForm struct {
	Kind     string
	Date     string
	From, To string
	Reason   string
	Next     string // the page to come back to: "hours", else the calendar
}

// offView is what the page of that form shows.
type offView struct {
	frame
	Form     offForm
	Problems ui.Problems
}

func (p *pages) newOff(w http.ResponseWriter, r *http.Request) error {
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	query := r.URL.Query()
	today := schedule.DateOf(ui.From(r.Context()).Now, ui.Zone(f.Provider.Availability.Zone))
	form := offForm{Kind: query.Get("kind"), Date: dateOr(query.Get("date"), today).String(), From: query.Get("from"), To: query.Get("to"), Next: query.Get("next")}
	if form.Kind != kindDay && form.Kind != kindExtra {
		form.Kind = kindOff
	}
	if from, ok := minuteOf(form.From); !ok {
		form.From, form.To = "", ""
	} else if _, ok := minuteOf(form.To); !ok {
		form.To = clock(min(from+minutesPerHour, minutesOfDay))
	}
	return ui.Render(w, r, http.StatusOK, offPage(offView{f, form, ui.Problems{}}))
}

func (p *pages) saveOff(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	ctx := r.Context()
	form := offForm{Kind: sent.Get("kind"), Date: sent.Get("date"), From: sent.Get("from"), To: sent.Get("to"), Reason: sent.Get("reason"), Next: sent.Get("next")}
	today := schedule.DateOf(ui.From(ctx).Now, ui.Zone(f.Provider.Availability.Zone))
	rules, err := form.rules(f.Provider.Availability, today)
	if err == nil {
		_, err = p.catalog.SetAvailability(ctx, ui.From(ctx).Actor, f.Provider.ID, rules)
	}
	if ui.Refused(err) {
		return ui.Render(w, r, http.StatusUnprocessableEntity, offPage(offView{f, form, ui.ProblemsOf(ctx, err)}))
	}
	if err != nil {
		return err
	}
	ui.Notify(w, ui.Success, offDone[form.Kind])
	return route.SeeOther(w, r, form.back(r))
}

var offDone = map[string]string{
	kindOff: "provider_pages.off.done_off", kindDay: "provider_pages.off.done_day", kindExtra: "provider_pages.off.done_extra",
}

func (f offForm) back(r *http.Request) string {
	if f.Next == "hours" {
		return ui.Path(r.Context(), "/provider/hours") + "#exceptions"
	}
	return ui.PathWith(r.Context(), calendarPath, "date", f.Date)
}

// rules are what the provider's hours become; those of dates that are over are forgotten on the way.
func (f offForm) rules(rules schedule.Rules, today schedule.Date) (schedule.Rules, error) {
	var fields errs.Fields
	date, err := schedule.ParseDate(f.Date)
	fields.Check(err == nil, "date", "schedule.date_malformed")
	fields.Check(err != nil || !date.Before(today), "date", "provider_pages.off.over")
	reason := text.Check(&fields, "reason", f.Reason, text.Rules{MaxRunes: schedule.MaxReasonRunes})
	span := schedule.Span{From: 0, To: minutesOfDay}
	if f.Kind != kindDay {
		span = f.span(&fields)
	}
	fields.Check(offDone[f.Kind] != "", "kind", "provider_pages.off.kind_unknown")
	if err := fields.Err(); err != nil {
		return rules, err
	}
	rules = rules.Since(today)
	if f.Kind == kindExtra {
		return rules.WithExtra(date, span, reason), nil
	}
	return rules.WithOff(date, span, reason), nil
}

func (f offForm) span(fields *errs.Fields) schedule.Span {
	from, okFrom := minuteOf(f.From)
	to, okTo := minuteOf(f.To)
	if okTo && to == 0 {
		to = minutesOfDay
	}
	if !okFrom || !okTo {
		fields.Add("from", "provider_pages.hours.time_bad", nil)
	} else {
		fields.Check(from < to, "from", "schedule.span_out_of_range")
	}
	return schedule.Span{From: from, To: to}
}

// usual gives a date the hours of its weekday again.
func (p *pages) usual(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	ctx := r.Context()
	date, err := schedule.ParseDate(sent.Get("date"))
	if err != nil {
		return err
	}
	if _, err := p.catalog.SetAvailability(ctx, ui.From(ctx).Actor, f.Provider.ID, f.Provider.Availability.WithUsual(date)); err != nil {
		return err
	}
	ui.Notify(w, ui.Success, "provider_pages.off.done_usual")
	return route.SeeOther(w, r, offForm{Next: sent.Get("next"), Date: date.String()}.back(r))
}

// moveWords say to a provider what the schedule says to customers.
var moveWords = map[string]string{
	"schedule.slot_outside_hours": "provider_pages.calendar.outside_hours",
	"schedule.slot_off_step":      "provider_pages.calendar.off_step",
	"schedule.slot_past":          "provider_pages.calendar.past",
	"schedule.slot_too_soon":      "provider_pages.calendar.too_soon",
	"schedule.slot_too_far":       "provider_pages.calendar.too_far",
	"schedule.slot_taken":         "provider_pages.calendar.taken",
}

// ownWords turns a refusal of a time into one that the calendar's page says.
func ownWords(err error) error {
	known, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	keys := []string{known.Key}
	for _, field := range known.Fields {
		keys = append(keys, field.Key)
	}
	for _, key := range keys {
		if own := moveWords[key]; own != "" {
			return errs.Wrap(err, errs.Conflict, own)
		}
	}
	if known.Code == errs.Invalid && len(known.Fields) > 0 {
		return errs.Wrap(err, errs.Conflict, known.Fields[0].Key)
	}
	return err
}
