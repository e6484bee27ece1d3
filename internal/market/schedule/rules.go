// Package schedule says when a provider can be booked: it turns weekly hours, exceptions, buffers, notice, horizon and step into
// free times. Pure functions over time: no clock, no database, no calendars fetched; who calls brings the hour and what is busy.
package schedule

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"

	"khadamat/internal/platform/errs"
)

// The bounds of what a provider may set.
const (
	MinStepMinutes   = 5
	MaxStepMinutes   = 240
	MaxBufferMinutes = 240
	MaxNoticeMinutes = 30 * 24 * 60
	MinHorizonDays   = 1
	MaxHorizonDays   = 365
	MaxExceptions    = 400
	MaxSpansPerDay   = 24
	MaxReasonRunes   = 200

	minutesPerDay = 24 * 60
)

// Span is a stretch of a day in minutes from local midnight, To not included; To may be up to 1440. The minutes are those on the
// wall: 540 is 09:00 on the wall, on days when the clock changes too.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

func (s Span) inDay() bool { return 0 <= s.From && s.From < s.To && s.To <= minutesPerDay }

// Exception replaces the weekly hours of one date. Without spans it is a day off.
type Exception struct {
	Date   Date   `json:"date"`
	Spans  []Span `json:"spans"`
	Reason string `json:"reason"`
}

// Rules are all that a provider says about when they work. Zone is an IANA name; Week is indexed by time.Weekday, so Sunday first.
type Rules struct {
	Zone                string      `json:"zone"`
	Week                [7][]Span   `json:"week"`
	Exceptions          []Exception `json:"exceptions"`
	BufferBeforeMinutes int         `json:"buffer_before_minutes"`
	BufferAfterMinutes  int         `json:"buffer_after_minutes"`
	NoticeMinutes       int         `json:"notice_minutes"`
	HorizonDays         int         `json:"horizon_days"`
	StepMinutes         int         `json:"step_minutes"`
}

// MarshalJSON writes lists that hold nothing as [], so that readers of the API need not tell null from an empty day.
func (r Rules) MarshalJSON() ([]byte, error) {
	type plain Rules // without this method
	for i, spans := range r.Week {
		if spans == nil {
			r.Week[i] = []Span{}
		}
	}
	exceptions := make([]Exception, len(r.Exceptions))
	for i, e := range r.Exceptions {
		if e.Spans == nil {
			e.Spans = []Span{}
		}
		exceptions[i] = e
	}
	r.Exceptions = exceptions
	return json.Marshal(plain(r))
}

// Validate returns nil or one Invalid error that names every field at fault: zone, week.1 (Monday), exceptions, exceptions.0,
// buffer_before_minutes and so on. Spans that touch are fine, spans that overlap or stand out of order are not.
func (r Rules) Validate() error {
	var fields errs.Fields
	if _, err := Location(r.Zone); err != nil {
		fields.Add("zone", "schedule.zone_unknown", nil)
	}
	for weekday, spans := range r.Week {
		checkSpans(&fields, "week."+strconv.Itoa(weekday), spans)
	}
	r.checkExceptions(&fields)
	for _, n := range r.numbers() {
		switch {
		case n.min <= n.value && n.value <= n.max:
		case n.inDays:
			fields.Add(n.name, "schedule.days_between", errs.Args{"Min": n.min, "Max": n.max})
		default:
			fields.Add(n.name, "schedule.minutes_between", errs.Args{"Min": n.min, "Max": n.max})
		}
	}
	return fields.Err()
}

func (r Rules) checkExceptions(fields *errs.Fields) {
	if len(r.Exceptions) > MaxExceptions {
		// The list is not looked at further: an answer with a complaint for each of a million entries helps nobody.
		fields.Add("exceptions", "schedule.too_many_exceptions", errs.Args{"Max": MaxExceptions})
		return
	}
	seen := make(map[Date]bool, len(r.Exceptions))
	for i, e := range r.Exceptions {
		name := "exceptions." + strconv.Itoa(i)
		fields.Check(!seen[e.Date], name, "schedule.exception_twice")
		seen[e.Date] = true
		if utf8.RuneCountInString(e.Reason) > MaxReasonRunes {
			fields.Add(name, "schedule.reason_too_long", errs.Args{"Max": MaxReasonRunes})
		}
		checkSpans(fields, name, e.Spans)
	}
}

// checkSpans records the first complaint about the spans of one day; the later ones would mostly follow from it.
func checkSpans(fields *errs.Fields, name string, spans []Span) {
	if len(spans) > MaxSpansPerDay {
		fields.Add(name, "schedule.too_many_spans", errs.Args{"Max": MaxSpansPerDay})
		return
	}
	for i, s := range spans {
		if !s.inDay() {
			fields.Add(name, "schedule.span_out_of_range", nil)
			return
		}
		if i > 0 && s.From < spans[i-1].To {
			fields.Add(name, "schedule.spans_overlap", nil)
			return
		}
	}
}

type number struct {
	name            string
	value, min, max int
	inDays          bool
}

func (r Rules) numbers() [5]number {
	return [5]number{
		{name: "buffer_before_minutes", value: r.BufferBeforeMinutes, max: MaxBufferMinutes},
		{name: "buffer_after_minutes", value: r.BufferAfterMinutes, max: MaxBufferMinutes},
		{name: "notice_minutes", value: r.NoticeMinutes, max: MaxNoticeMinutes},
		{name: "horizon_days", value: r.HorizonDays, min: MinHorizonDays, max: MaxHorizonDays, inDays: true},
		{name: "step_minutes", value: r.StepMinutes, min: MinStepMinutes, max: MaxStepMinutes},
	}
}

func (r Rules) numbersInRange() bool {
	for _, n := range r.numbers() {
		if n.value < n.min || n.value > n.max {
			return false
		}
	}
	return true
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }
