package provider

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/text"
)

// hoursForm is the hours as they stand in the form: what the provider wrote, right or wrong.
type hoursForm struct {
	Week       [7][]spanForm // by time.Weekday
	Exceptions []exceptionForm
	Numbers    map[string]string // buffers, notice, horizon and step by the names that schedule complains about them
}

// spanForm is a stretch of a day, as "09:00" to "12:30".
type spanForm struct{ From, To string }

func (s spanForm) empty() bool { return s.From == "" && s.To == "" }

// exceptionForm is a special day. The form's last one is for a new day.
type exceptionForm struct {
	Date   string
	Spans  []spanForm
	Reason string
}

func (e exceptionForm) empty() bool {
	return e.Date == "" && e.Reason == "" && len(trimmed(e.Spans)) == 0
}

const (
	spansOffered   = 2 // fields for stretches in a day; a day that has more keeps them
	maxSpanFields  = schedule.MaxSpansPerDay + 1
	maxDayFields   = schedule.MaxExceptions + 1
	minutesPerHour = 60
)

// numberNames are the numbers of the rules in the order of the form, each with its label.
var numberNames = []struct{ Name, Label, Hint string }{
	{"buffer_before_minutes", "provider_pages.hours.buffer_before", ""},
	{"buffer_after_minutes", "provider_pages.hours.buffer_after", ""},
	{"notice_minutes", "provider_pages.hours.notice", "provider_pages.hours.notice_hint"},
	{"horizon_days", "provider_pages.hours.horizon", ""},
	{"step_minutes", "provider_pages.hours.step", ""},
}

// weekdays are the days in the order in which Morocco's calendars print them.
var weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

func hoursFormOf(rules schedule.Rules) hoursForm {
	f := hoursForm{Numbers: map[string]string{
		"buffer_before_minutes": strconv.Itoa(rules.BufferBeforeMinutes), "buffer_after_minutes": strconv.Itoa(rules.BufferAfterMinutes),
		"notice_minutes": strconv.Itoa(rules.NoticeMinutes), "horizon_days": strconv.Itoa(rules.HorizonDays), "step_minutes": strconv.Itoa(rules.StepMinutes),
	}}
	for weekday, spans := range rules.Week {
		f.Week[weekday] = withRoom(spanForms(spans))
	}
	for _, e := range rules.Exceptions {
		f.Exceptions = append(f.Exceptions, exceptionForm{Date: e.Date.String(), Spans: withRoom(spanForms(e.Spans)), Reason: e.Reason})
	}
	return f.withNewDay()
}

func (f hoursForm) withNewDay() hoursForm {
	f.Exceptions = append(f.Exceptions, exceptionForm{Spans: withRoom(nil)})
	return f
}

func spanForms(spans []schedule.Span) []spanForm {
	forms := make([]spanForm, len(spans))
	for i, s := range spans {
		forms[i] = spanForm{clock(s.From), clock(s.To)}
	}
	return forms
}

func withRoom(spans []spanForm) []spanForm {
	for len(spans) < spansOffered {
		spans = append(spans, spanForm{})
	}
	return spans
}

func trimmed(spans []spanForm) []spanForm {
	var kept []spanForm
	for _, s := range spans {
		if !s.empty() {
			kept = append(kept, s)
		}
	}
	return kept
}

// clock writes a minute of the day. Midnight at the end of a day is 00:00 in a browser's field for times.
func clock(minute int) string {
	return fmt.Sprintf("%02d:%02d", minute/minutesPerHour%24, minute%minutesPerHour)
}

// sentHours reads the form. Special days that are ticked to go are left out, and so is an empty new one.
func sentHours(sent url.Values) hoursForm {
	f := hoursForm{Numbers: map[string]string{}}
	for _, n := range numberNames {
		f.Numbers[n.Name] = strings.TrimSpace(sent.Get(n.Name))
	}
	for weekday := range f.Week {
		f.Week[weekday] = withRoom(sentSpans(sent, "week."+strconv.Itoa(weekday)))
	}
	for i := range maxDayFields {
		name := "exceptions." + strconv.Itoa(i)
		e := exceptionForm{Date: sent.Get(name + ".date"), Spans: sentSpans(sent, name), Reason: sent.Get(name + ".reason")}
		if sent.Get(name+".remove") == "" && !e.empty() {
			e.Spans = withRoom(e.Spans)
			f.Exceptions = append(f.Exceptions, e)
		}
	}
	return f.withNewDay()
}

func sentSpans(sent url.Values, name string) []spanForm {
	from, to := sent[name+".from"], sent[name+".to"]
	var spans []spanForm
	for i := range min(max(len(from), len(to)), maxSpanFields) {
		s := spanForm{}
		if i < len(from) {
			s.From = from[i]
		}
		if i < len(to) {
			s.To = to[i]
		}
		if !s.empty() {
			spans = append(spans, s)
		}
	}
	return spans
}

// rules reads the times and numbers of the form; what is none is a complaint about its field.
func (f hoursForm) rules(zone string) (schedule.Rules, error) {
	var fields errs.Fields
	number := func(name string) int { return wholeNumber(&fields, name, f.Numbers[name]) }
	rules := schedule.Rules{
		Zone: zone, BufferBeforeMinutes: number("buffer_before_minutes"), BufferAfterMinutes: number("buffer_after_minutes"),
		NoticeMinutes: number("notice_minutes"), HorizonDays: number("horizon_days"), StepMinutes: number("step_minutes"),
	}
	for weekday, spans := range f.Week {
		rules.Week[weekday] = spansOf(&fields, "week."+strconv.Itoa(weekday), spans)
	}
	for i, e := range f.Exceptions {
		if e.empty() {
			continue
		}
		name := "exceptions." + strconv.Itoa(i)
		date, err := schedule.ParseDate(e.Date)
		fields.Check(err == nil, name, "schedule.date_malformed")
		reason := text.Check(&fields, name, e.Reason, text.Rules{MaxRunes: schedule.MaxReasonRunes})
		rules.Exceptions = append(rules.Exceptions, schedule.Exception{Date: date, Spans: spansOf(&fields, name, e.Spans), Reason: reason})
	}
	return rules, fields.Err()
}

func spansOf(fields *errs.Fields, name string, forms []spanForm) []schedule.Span {
	spans := []schedule.Span{}
	for _, s := range trimmed(forms) {
		from, ok := minuteOf(s.From)
		to, okTo := minuteOf(s.To)
		if !ok || !okTo {
			fields.Add(name, "provider_pages.hours.time_bad", nil)
			return spans
		}
		if to == 0 { // until midnight
			to = 24 * minutesPerHour
		}
		spans = append(spans, schedule.Span{From: from, To: to})
	}
	return spans
}

// minuteOf reads "09:30", and "24:00" for the end of a day. Some browsers add seconds.
func minuteOf(s string) (int, bool) {
	if s == "24:00" {
		return 24 * minutesPerHour, true
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Hour()*minutesPerHour + t.Minute(), true
		}
	}
	return 0, false
}
