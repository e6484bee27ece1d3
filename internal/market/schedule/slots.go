package schedule

import (
	"iter"
	"slices"
	"time"

	"khadamat/internal/platform/errs"
)

// What one call may ask for and get at most.
const (
	MaxWindow   = 62 * 24 * time.Hour
	MaxSlots    = 5000
	MaxDuration = 24 * time.Hour

	// joinDays is how many midnights a slot can reach past: one, or two where the day between has 23 hours or is left out.
	joinDays = 2

	// Slots start between the years 1 and 9999, as dates do: beyond them the arithmetic on seconds might wrap around.
	minInstant = unixDayOfZero * secondsPerDay
	maxInstant = (unixDayOfZero + lastDay) * secondsPerDay
)

// Interval is a half-open stretch of time [Start, End): the instant End is no longer part of it.
type Interval struct{ Start, End time.Time }

// Overlaps says whether some instant belongs to both. Adjacent intervals do not overlap, and an empty one overlaps nothing.
func (i Interval) Overlaps(o Interval) bool {
	start, end := i.Start, i.End
	if o.Start.After(start) {
		start = o.Start
	}
	if o.End.Before(end) {
		end = o.End
	}
	return start.Before(end)
}

// Block returns a booking with its buffers: the time that must be kept free of other bookings' blocks.
func (r Rules) Block(start time.Time, duration time.Duration) Interval {
	return Interval{
		Start: start.Add(-minutes(r.BufferBeforeMinutes)),
		End:   start.Add(duration + minutes(r.BufferAfterMinutes)),
	}
}

// Slots returns the slots that can be booked and start in [from, to), ascending, in UTC. Busy are the blocks that are taken
// (bookings with their buffers, and times of busy calendars), in any order, overlapping or not.
//
// Starts stand on the grid of StepMinutes that begins at each span's From, as the wall shows it. A reading that the clock skips
// offers nothing; one that it shows twice is offered the first time. Duration is time that really passes. A slot, without its
// buffers, lies in one span from first to last, as the wall shows it; where a span ends at 24:00 and the next day begins with one at 00:00 the two are one, so that a slot
// may cross midnight, yet the grid begins anew at 00:00. Buffers may reach beyond the hours. The earliest start is now plus notice,
// the last one on the local date of now plus HorizonDays.
//
// The answer is bounded: the window ends MaxWindow after its first moment that is not too soon, and MaxSlots slots are given at
// most, the earliest ones. A duration that is not positive or beyond MaxDuration has no slots, nor have rules whose zone
// or numbers Validate refuses; other rules that it refuses get an answer of no meaning, within the same bounds.
func (r Rules) Slots(duration time.Duration, busy []Interval, now, from, to time.Time) []Interval {
	s, ok := r.search(duration, busy, now, from, to)
	if !ok {
		return nil
	}
	var slots []Interval
	for start := range s.starts() {
		if slots == nil {
			slots = make([]Interval, 0, s.candidates())
		}
		slots = append(slots, Interval{Start: start, End: start.Add(duration)})
		if len(slots) == MaxSlots {
			break
		}
	}
	return slots
}

// FreeOn says whether a slot starts on the date, as the provider's calendar shows it.
func (r Rules) FreeOn(date Date, duration time.Duration, busy []Interval, now time.Time) bool {
	loc, err := Location(r.Zone)
	if err != nil {
		return false
	}
	s, ok := r.search(duration, busy, now, date.In(loc), date.AddDays(1).In(loc))
	if !ok {
		return false
	}
	for range s.starts() {
		return true
	}
	return false
}

// Allows returns nil exactly where Slots would offer a slot at start. Else it says why not: Conflict (schedule.slot_taken) where
// something busy is in the way, Invalid with the field "start" for a start that is past, too soon, too far, outside of the
// hours or off the step, and Invalid with the field "duration" for a duration without slots.
func (r Rules) Allows(start time.Time, duration time.Duration, busy []Interval, now time.Time) error {
	if !bookable(duration) {
		return refused("duration", errs.New(errs.Invalid, "schedule.duration_out_of_range"))
	}
	loc, err := Location(r.Zone)
	if err != nil || !r.numbersInRange() {
		return refused("start", errs.Wrap(err, errs.Invalid, "schedule.slot_outside_hours"))
	}
	switch {
	case start.Before(now):
		return refused("start", errs.New(errs.Invalid, "schedule.slot_past"))
	case start.Before(r.earliest(now)):
		return refused("start", errs.New(errs.Invalid, "schedule.slot_too_soon"))
	case !start.Before(r.horizonEnd(now, loc)):
		return refused("start", errs.New(errs.Invalid, "schedule.slot_too_far"))
	}
	s, ok := r.search(duration, nil, now, start, start.Add(1))
	switch {
	case !ok || !s.withinHours(start):
		return refused("start", errs.New(errs.Invalid, "schedule.slot_outside_hours"))
	case !s.onGrid():
		return refused("start", errs.New(errs.Invalid, "schedule.slot_off_step"))
	}
	block := r.Block(start, duration)
	if slices.ContainsFunc(busy, block.Overlaps) {
		return errs.New(errs.Conflict, "schedule.slot_taken")
	}
	return nil
}

func refused(field string, e *errs.Error) error {
	e.Fields = []errs.Field{{Name: field, Key: e.Key}}
	return e
}

func bookable(duration time.Duration) bool { return 0 < duration && duration <= MaxDuration }

func (r Rules) earliest(now time.Time) time.Time { return now.Add(minutes(r.NoticeMinutes)) }

func (r Rules) horizonEnd(now time.Time, loc *time.Location) time.Time {
	return firstInstant(loc, (localDay(now, loc)+int64(r.HorizonDays)+1)*secondsPerDay)
}

// search is one question for slots, made ready: the days it looks at with their spans, the clock on their walls, and what is busy.
type search struct {
	rules    *Rules
	duration time.Duration
	from, to time.Time // bounds of the starts, after notice, horizon and MaxWindow
	firstDay int64     // the Unix day of days[0]
	days     [][]Span  // the last joinDays of them only say what a slot may run into
	clock    wallClock
	busy     []Interval // ascending and disjoint
}

// search returns false where nothing can be offered, before it has cost anything.
func (r *Rules) search(duration time.Duration, busy []Interval, now, from, to time.Time) (*search, bool) {
	loc, err := Location(r.Zone)
	if err != nil || !r.numbersInRange() || !bookable(duration) {
		return nil, false
	}
	from = later(from, r.earliest(now))
	to = earlier(to, r.horizonEnd(now, loc))
	to = earlier(to, from.Add(MaxWindow))
	if !from.Before(to) || from.Unix() < minInstant || from.Unix() > maxInstant {
		return nil, false
	}
	// The day more is for zones that set their clocks back across midnight: its first minute comes before the end of the day before.
	first, last := localDay(from, loc), localDay(to, loc)+1
	s := &search{rules: r, duration: duration, from: from, to: to, firstDay: first}
	s.days = r.spansOf(first, int(last-first)+1+joinDays)
	s.clock = newWallClock(make([]period, 0, 4), loc, first*secondsPerDay, (last+1+joinDays)*secondsPerDay)
	s.busy = r.mergeBusy(busy, Interval{Start: from, End: to}, duration)
	return s, true
}

// spansOf returns the spans of count days: one pass over the exceptions, not one for each day.
func (r *Rules) spansOf(firstDay int64, count int) [][]Span {
	days := make([][]Span, count)
	for i := range days {
		days[i] = r.Week[weekdayOf(firstDay+int64(i))]
	}
	for i := range r.Exceptions {
		at := r.Exceptions[i].Date.unixDay() - firstDay
		if 0 <= at && at < int64(count) {
			days[at] = r.Exceptions[i].Spans
		}
	}
	return days
}

// mergeBusy returns the busy time that can matter to slots starting in the window, ascending and disjoint.
func (r *Rules) mergeBusy(busy []Interval, window Interval, duration time.Duration) []Interval {
	if len(busy) == 0 {
		return nil
	}
	reach := Interval{Start: r.Block(window.Start, duration).Start, End: r.Block(window.End, duration).End}
	kept := make([]Interval, 0, len(busy))
	for _, b := range busy {
		if b.Overlaps(reach) {
			kept = append(kept, b)
		}
	}
	slices.SortFunc(kept, func(a, b Interval) int { return a.Start.Compare(b.Start) })
	merged := kept[:0]
	for _, b := range kept {
		if n := len(merged); n > 0 && !b.Start.After(merged[n-1].End) {
			merged[n-1].End = later(merged[n-1].End, b.End)
			continue
		}
		merged = append(merged, b)
	}
	return merged
}

// starts yields the starts of all slots, ascending.
func (s *search) starts() iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		busy := s.busy
		for start := range s.fitting() {
			block := s.rules.Block(start, s.duration)
			for len(busy) > 0 && !busy[0].End.After(block.Start) {
				busy = busy[1:]
			}
			if len(busy) > 0 && busy[0].Start.Before(block.End) {
				continue
			}
			if !yield(start) {
				return
			}
		}
	}
}

// fitting yields the starts on the grid whose slots lie in the hours, busy or not. They ascend because the readings of the grid
// do, and a greater reading is never shown first at an earlier instant.
func (s *search) fitting() iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		for day := range s.days[:len(s.days)-joinDays] {
			for _, span := range s.days[day] {
				if span.inDay() && !s.fittingIn(day, span, yield) {
					return
				}
			}
		}
	}
}

// fittingIn yields the starts in one span. It returns false once no more are wanted.
func (s *search) fittingIn(day int, span Span, yield func(time.Time) bool) bool {
	end := s.end(day, span)
	if !end.After(s.from) {
		return true
	}
	for minute := span.From; minute < span.To; minute += s.rules.StepMinutes {
		start, shown := s.at(day, minute)
		switch {
		case !start.Before(s.to):
			return false
		case start.Add(s.duration).After(end):
			return true
		case !shown || start.Before(s.from) || start.Add(s.duration).After(s.turnedBack(day, span, start, end)):
		case !yield(start):
			return false
		}
	}
	return true
}

// withinHours says whether a slot at start lies in a span, on its grid or not.
func (s *search) withinHours(start time.Time) bool {
	for day := range s.days[:len(s.days)-joinDays] {
		for _, span := range s.days[day] {
			if !span.inDay() {
				continue
			}
			opens, _ := s.at(day, span.From)
			closes := s.turnedBack(day, span, start, s.end(day, span))
			if !start.Before(opens) && !start.Add(s.duration).After(closes) {
				return true
			}
		}
	}
	return false
}

// onGrid says whether some start on the grid fits into the hours.
func (s *search) onGrid() bool {
	for range s.fitting() {
		return true
	}
	return false
}

// at returns the first instant at which the wall shows the minute of the day or more, and whether it shows just that.
func (s *search) at(day, minute int) (time.Time, bool) {
	second, shown := s.clock.first(s.reading(day, minute))
	return time.Unix(second, 0).UTC(), shown
}

func (s *search) reading(day, minute int) int64 {
	return (s.firstDay+int64(day))*secondsPerDay + int64(minute)*60
}

// end returns when the span of the day is over, together with the spans that it runs into at midnight.
func (s *search) end(day int, span Span) time.Time {
	for last := min(day+joinDays, len(s.days)-1); span.To == minutesPerDay && day < last; day++ {
		next := s.days[day+1]
		if len(next) == 0 || next[0].From != 0 || !next[0].inDay() {
			break
		}
		span = next[0]
	}
	end, _ := s.at(day, span.To)
	return end
}

// turnedBack returns the first moment after start and before end at which the clock is set back to before the span, so that work
// rests until the wall shows From again: 02:30 to 06:00 in a night when 03:00 becomes 02:00. Else it returns end.
func (s *search) turnedBack(day int, span Span, start, end time.Time) time.Time {
	if second, ok := s.clock.setBackBefore(s.reading(day, span.From), start.Unix(), end.Unix()); ok {
		return time.Unix(second, 0).UTC()
	}
	return end
}

// candidates returns how many slots there can be at most, so that the answer is allocated once.
func (s *search) candidates() int {
	count := 0
	for _, spans := range s.days[:len(s.days)-joinDays] {
		for _, span := range spans {
			if span.inDay() {
				count += (span.To - span.From + s.rules.StepMinutes - 1) / s.rules.StepMinutes
			}
		}
	}
	return min(count, MaxSlots)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
