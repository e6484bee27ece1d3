package provider

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
)

// hoursForm is the usual hours as they stand in the form: what the provider wrote, right or wrong. Special days have a form of their own.
type hoursForm struct {
	Week    [7][]spanForm     // by time.Weekday
	Numbers map[string]string // buffers, notice, horizon and step by the names that schedule complains about them
}

// spanForm is a stretch of a day, as "09:00" to "12:30".
type spanForm struct{ From, To string }

func (s spanForm) empty() bool { return s.From == "" && s.To == "" }

const (
	spansOffered   = 2 // fields for stretches in a day; a day that has more keeps them
	maxSpanFields  = schedule.MaxSpansPerDay + 1
	minutesPerHour = 60
)

// numberChoice is one of the numbers of the rules, with the values that a list offers. Any other value that is in force is offered too.
type numberChoice struct {
	Name, Label, Hint string
	Values            []int
	InDays            bool
}

// numberChoices are the numbers of the rules in the order of the form.
var numberChoices = []numberChoice{
	{Name: "buffer_before_minutes", Label: "provider_pages.hours.buffer_before", Hint: "provider_pages.hours.buffer_before_hint", Values: []int{0, 10, 15, 30, 45, 60, 90, 120}},
	{Name: "buffer_after_minutes", Label: "provider_pages.hours.buffer_after", Hint: "provider_pages.hours.buffer_after_hint", Values: []int{0, 10, 15, 30, 45, 60, 90, 120}},
	{Name: "notice_minutes", Label: "provider_pages.hours.notice", Hint: "provider_pages.hours.notice_hint", Values: []int{0, 60, 120, 240, 720, 1440, 2880, 10080}},
	{Name: "horizon_days", Label: "provider_pages.hours.horizon", Hint: "provider_pages.hours.horizon_hint", Values: []int{7, 14, 30, 60, 90, 180, 365}, InDays: true},
	{Name: "step_minutes", Label: "provider_pages.hours.step", Hint: "provider_pages.hours.step_hint", Values: []int{10, 15, 20, 30, 60, 120}},
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

// sentHours reads the form.
func sentHours(sent url.Values) hoursForm {
	f := hoursForm{Numbers: map[string]string{}}
	for _, n := range numberChoices {
		f.Numbers[n.Name] = strings.TrimSpace(sent.Get(n.Name))
	}
	for weekday := range f.Week {
		f.Week[weekday] = withRoom(sentSpans(sent, "week."+strconv.Itoa(weekday)))
	}
	return f
}

// copied gives every working day the hours of one: the days that have none stay free, unless all do.
func (f hoursForm) copied(from int) hoursForm {
	if from < 0 || from >= len(f.Week) {
		return f
	}
	for weekday, spans := range f.Week {
		if len(trimmed(spans)) > 0 || (weekday >= int(time.Monday) && weekday <= int(time.Friday)) {
			f.Week[weekday] = withRoom(trimmed(f.Week[from]))
		}
	}
	return f
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

// rules reads the times and numbers of the form; what is none is a complaint about its field. Zone and special days are those before.
func (f hoursForm) rules(before schedule.Rules) (schedule.Rules, error) {
	var fields errs.Fields
	number := func(name string) int { return wholeNumber(&fields, name, f.Numbers[name]) }
	rules := schedule.Rules{
		Zone: before.Zone, Exceptions: before.Exceptions,
		BufferBeforeMinutes: number("buffer_before_minutes"), BufferAfterMinutes: number("buffer_after_minutes"),
		NoticeMinutes: number("notice_minutes"), HorizonDays: number("horizon_days"), StepMinutes: number("step_minutes"),
	}
	for weekday, spans := range f.Week {
		rules.Week[weekday] = spansOf(&fields, "week."+strconv.Itoa(weekday), spans)
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
