package calendar

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"khadamat/internal/market/schedule"
)

const (
	// maxBusy bounds the busy times of one calendar that are kept, after those that touch have become one.
	maxBusy = 2000
	// maxOccurrences bounds how many occurrences of recurring events are looked at, those before the window included.
	maxOccurrences = 100_000
	maxRuleBytes   = 500
	maxInterval    = 1000
	maxTimesOfDay  = 48
	// longestEvent is how long one event may keep somebody busy: whoever is away for longer writes a new one.
	longestEvent = 366 * 24 * time.Hour
)

var errTooMuch = errors.New("more in the calendar than can be looked at")

// busyIn reads when a calendar says that its owner is busy within the window: ascending, disjoint, in UTC, maxBusy at most; cut says
// that there was more. Times without a zone are those on the wall in own. The error is errNotCalendar for what is no calendar, errTooMuch
// for one that is more than can be looked at, or that of ctx or source.
func busyIn(ctx context.Context, source io.Reader, own *time.Location, window schedule.Interval) (busy []schedule.Interval, cut bool, err error) {
	calendar, err := parse(source)
	if err != nil {
		return nil, false, err
	}
	e := &expansion{ctx: ctx, zones: newZones(own, &calendar), window: window, replaced: map[occurrence]bool{}}
	events, instances := e.events(&calendar)
	for _, list := range [][]event{events, instances} {
		for i := range list {
			if err := e.expand(&list[i]); err != nil {
				return nil, false, err
			}
		}
	}
	busy = merged(e.busy)
	if len(busy) > maxBusy {
		return busy[:maxBusy], true, nil
	}
	return busy, false, nil
}

// event is a VEVENT as far as being busy goes.
type event struct {
	*component
	uid    string
	start  moment
	length time.Duration // of a timed one
	days   int           // of an all-day one
}

// busy says whether it takes its owner's time at all.
func (e *event) busy() bool {
	return !strings.EqualFold(e.value("TRANSP"), "TRANSPARENT") && !strings.EqualFold(e.value("STATUS"), "CANCELLED")
}

// moment is a time as a calendar says it: in a zone, or a whole day.
type moment struct {
	at     time.Time // in its zone; of a whole day the midnight that begins it
	allDay bool
}

// occurrence is one time of one recurring event.
type occurrence struct {
	uid string
	at  int64
}

// expansion turns events into busy times.
type expansion struct {
	ctx         context.Context
	zones       *zones
	window      schedule.Interval
	replaced    map[occurrence]bool
	occurrences int
	busy        []schedule.Interval
}

// events returns the events, and apart from them those that replace one occurrence of another.
func (e *expansion) events(calendar *component) (events, instances []event) {
	for i := range calendar.children {
		c := &calendar.children[i]
		if c.name != "VEVENT" {
			continue
		}
		found, ok := e.event(c)
		if !ok {
			continue // without a time that can be read it takes no time
		}
		if p, instance := c.first("RECURRENCE-ID"); instance {
			if at, ok := e.moment(p, p.value); ok {
				e.replaced[occurrence{found.uid, at.at.Unix()}] = true
			}
			if found.busy() {
				delete(c.properties, "RRULE") // one occurrence does not recur
				instances = append(instances, found)
			}
			continue
		}
		if found.busy() {
			events = append(events, found)
		}
	}
	return events, instances
}

func (e *expansion) event(c *component) (event, bool) {
	p, ok := c.first("DTSTART")
	if !ok {
		return event{}, false
	}
	found := event{component: c, uid: c.value("UID")}
	if found.start, ok = e.moment(p, p.value); !ok {
		return event{}, false
	}
	found.days = 1
	if p, ok := c.first("DTEND"); ok {
		end, ok := e.moment(p, p.value)
		if !ok || !end.at.After(found.start.at) || end.at.Sub(found.start.at) > longestEvent {
			return event{}, false
		}
		found.length = end.at.Sub(found.start.at)
	} else if text := c.value("DURATION"); text != "" {
		if found.length, ok = duration(text); !ok || found.length > longestEvent {
			return event{}, false
		}
	}
	if found.start.allDay && found.length > 0 {
		found.days = max(1, int((found.length+12*time.Hour)/(24*time.Hour))) // a day in which the clock changes has 23 or 25 hours
	}
	return found, found.start.allDay || found.length > 0
}

// moment reads a time: 20260301, 20260301T090000, or 20260301T080000Z.
func (e *expansion) moment(p property, text string) (moment, bool) {
	text = strings.TrimSpace(text)
	zone := e.zones.of(p.params["TZID"])
	var m moment
	var err error
	switch {
	case len(text) == len("20060102"):
		// A whole day is one of the calendar on the provider's wall.
		if m.at, err = time.ParseInLocation("20060102", text, time.UTC); err == nil {
			year, month, day := m.at.Date()
			m.at, m.allDay = schedule.NewDate(year, month, day).In(e.zones.own), true
		}
	case strings.HasSuffix(text, "Z"):
		m.at, err = time.Parse("20060102T150405Z", text)
	default:
		m.at, err = time.ParseInLocation("20060102T150405", text, zone)
	}
	return m, err == nil && m.at.Year() >= 1900 && m.at.Year() <= 2200
}

// moments reads a list of times, or of periods, of which the beginning counts.
func (e *expansion) moments(properties []property) []moment {
	var all []moment
	for _, p := range properties {
		for text := range strings.SplitSeq(p.value, ",") {
			begin, _, _ := strings.Cut(text, "/")
			if m, ok := e.moment(p, begin); ok {
				all = append(all, m)
			}
		}
	}
	return all
}

// expand adds all occurrences of an event within the window.
func (e *expansion) expand(ev *event) error {
	if err := e.ctx.Err(); err != nil {
		return err
	}
	instance := ev.value("RECURRENCE-ID") != ""
	skipped := map[int64]bool{}
	for _, m := range e.moments(ev.properties["EXDATE"]) {
		skipped[m.at.Unix()] = true
	}
	take := func(start time.Time) {
		if skipped[start.Unix()] || (!instance && e.replaced[occurrence{ev.uid, start.Unix()}]) {
			return
		}
		e.add(ev, start)
	}
	for _, m := range e.moments(ev.properties["RDATE"]) {
		take(m.at)
	}
	text := ev.value("RRULE")
	if text == "" {
		take(ev.start.at)
		return nil
	}
	rule, err := e.rule(ev, text)
	if err != nil {
		return err
	}
	next := rule.Iterator()
	for {
		start, ok := next()
		if !ok || !start.Before(e.window.End) {
			return nil
		}
		if e.occurrences++; e.occurrences > maxOccurrences {
			return errTooMuch
		}
		if e.occurrences%1000 == 0 && e.ctx.Err() != nil {
			return e.ctx.Err()
		}
		take(start)
	}
}

// rule reads how an event recurs. Rules that recur within the day, or name more times of a day than anybody has appointments, are more
// than is looked at.
func (e *expansion) rule(ev *event, text string) (*rrule.RRule, error) {
	if len(text) > maxRuleBytes {
		return nil, errTooMuch
	}
	option, err := rrule.StrToROptionInLocation(strings.ToUpper(text), ev.start.at.Location())
	if err != nil {
		return nil, fmt.Errorf("%w: a rule cannot be read: %w", errNotCalendar, err)
	}
	if option.Freq > rrule.DAILY || option.Interval > maxInterval || len(option.Bysecond) > 0 ||
		max(1, len(option.Byhour))*max(1, len(option.Byminute)) > maxTimesOfDay {
		return nil, errTooMuch
	}
	option.Dtstart = ev.start.at
	if option.Count == 0 {
		option.Dtstart = nearer(option, e.window.Start.Add(-longestEvent))
	}
	rule, err := rrule.NewRRule(*option)
	if err != nil {
		return nil, fmt.Errorf("%w: a rule makes no sense: %w", errNotCalendar, err)
	}
	return rule, nil
}

// nearer returns the start of a daily or weekly rule moved on by whole periods, so that years that are over need not be walked through.
func nearer(option *rrule.ROption, to time.Time) time.Time {
	days := max(1, option.Interval)
	switch option.Freq {
	case rrule.DAILY:
	case rrule.WEEKLY:
		days *= 7
	default:
		return option.Dtstart
	}
	periods := int(to.Sub(option.Dtstart)/(24*time.Hour))/days - 1
	if periods <= 0 {
		return option.Dtstart
	}
	return option.Dtstart.AddDate(0, 0, periods*days)
}

// add records one occurrence, as far as it lies within the window.
func (e *expansion) add(ev *event, start time.Time) {
	end := start.Add(ev.length)
	if ev.start.allDay {
		date := schedule.DateOf(start.Add(time.Hour), e.zones.own)
		start, end = date.In(e.zones.own), date.AddDays(ev.days).In(e.zones.own)
	}
	taken := schedule.Interval{Start: start.UTC(), End: end.UTC()}
	if taken.Overlaps(e.window) {
		e.busy = append(e.busy, taken)
	}
}

// merged makes one of busy times that touch, and puts them in order.
func merged(all []schedule.Interval) []schedule.Interval {
	slices.SortFunc(all, func(a, b schedule.Interval) int { return a.Start.Compare(b.Start) })
	kept := all[:0]
	for _, i := range all {
		if last := len(kept) - 1; last >= 0 && !i.Start.After(kept[last].End) {
			if i.End.After(kept[last].End) {
				kept[last].End = i.End
			}
			continue
		}
		kept = append(kept, i)
	}
	return kept
}

// duration reads P1DT2H30M or P2W. A negative one, or none at all, takes no time.
func duration(text string) (time.Duration, bool) {
	text, ok := strings.CutPrefix(strings.TrimPrefix(strings.ToUpper(text), "+"), "P")
	if !ok {
		return 0, false
	}
	units := map[byte]time.Duration{'W': 7 * 24 * time.Hour, 'D': 24 * time.Hour, 'H': time.Hour, 'M': time.Minute, 'S': time.Second}
	var total time.Duration
	number, digits := time.Duration(0), 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == 'T' && digits == 0:
		case '0' <= c && c <= '9' && digits < 7:
			number, digits = number*10+time.Duration(c-'0'), digits+1
		case units[c] > 0 && digits > 0:
			if total += number * units[c]; number*units[c] > longestEvent {
				return 0, false
			}
			number, digits = 0, 0
		default:
			return 0, false
		}
	}
	return total, digits == 0 && total > 0
}
