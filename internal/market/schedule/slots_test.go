package schedule_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
)

const casablanca = "Africa/Casablanca"

// at reads an instant as RFC 3339 or as a time on the wall of Casablanca in the winter of 2026, when it is an hour ahead of UTC.
func at(text string) time.Time {
	if !strings.ContainsRune(text, 'T') {
		text = strings.Replace(text, " ", "T", 1) + ":00+01:00"
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

func between(start, end string) schedule.Interval {
	return schedule.Interval{Start: at(start), End: at(end)}
}

// walls writes the starts as the wall of the zone shows them, with the whole hours that it is ahead of UTC.
func walls(t *testing.T, slots []schedule.Interval, zoneName string) string {
	t.Helper()
	var list []string
	for _, s := range slots {
		list = append(list, s.Start.In(zone(t, zoneName)).Format("15:04-07"))
	}
	return strings.Join(list, " ")
}

func onDay(r schedule.Rules, duration time.Duration, busy []schedule.Interval, now time.Time, day string) []schedule.Interval {
	loc, err := schedule.Location(r.Zone)
	if err != nil {
		panic(err)
	}
	return r.Slots(duration, busy, now, date(day).In(loc), date(day).AddDays(1).In(loc))
}

func TestSlotsOnDaysWhenTheClockChanges(t *testing.T) {
	hours := func(zoneName string, step int, spans ...schedule.Span) schedule.Rules {
		r := weekly(spans...)
		r.Zone, r.StepMinutes = zoneName, step
		return r
	}
	night := schedule.Span{From: 0, To: 360}
	morning := schedule.Span{From: 540, To: 720}
	for _, c := range []struct {
		name     string
		rules    schedule.Rules
		duration time.Duration
		day      string
		want     string
	}{
		{"Ramadan begins: 02:00 comes twice and is offered the first time", hours(casablanca, 60, night), time.Hour, "2026-02-15", "00:00+01 01:00+01 02:00+01 03:00+00 04:00+00 05:00+00"},
		{"Ramadan begins: three hours that really pass", hours(casablanca, 60, night), 3 * time.Hour, "2026-02-15", "00:00+01 01:00+01 02:00+01 03:00+00"},
		{"Ramadan begins: a span that ends in the doubled hour ends the first time", hours(casablanca, 30, schedule.Span{From: 60, To: 150}), 30 * time.Minute, "2026-02-15", "01:00+01 01:30+01 02:00+01"},
		{"Ramadan begins: set back to before the span, the clock ends a slot", hours(casablanca, 15, schedule.Span{From: 150, To: 210}), 30 * time.Minute, "2026-02-15", "02:30+01 03:00+00"},
		{"Ramadan begins: the working day stands on the wall", hours(casablanca, 60, morning), time.Hour, "2026-02-15", "09:00+00 10:00+00 11:00+00"},
		{"the day before Ramadan", hours(casablanca, 60, morning), time.Hour, "2026-02-14", "09:00+01 10:00+01 11:00+01"},
		{"Ramadan ends: 02:00 does not come", hours(casablanca, 60, night), time.Hour, "2026-03-22", "00:00+00 01:00+00 03:00+01 04:00+01 05:00+01"},
		{"Ramadan ends: a slot runs over the hour left out", hours(casablanca, 60, night), 2 * time.Hour, "2026-03-22", "00:00+00 01:00+00 03:00+01 04:00+01"},
		{"Ramadan ends: a span that ends in the hour left out ends where it begins", hours(casablanca, 30, schedule.Span{From: 60, To: 150}), 30 * time.Minute, "2026-03-22", "01:00+00 01:30+00"},
		{"Ramadan ends: a span inside of the hour left out offers nothing", hours(casablanca, 5, schedule.Span{From: 125, To: 175}), 5 * time.Minute, "2026-03-22", ""},
		{"Ramadan ends: the grid does not move with the clock", hours(casablanca, 45, schedule.Span{From: 75, To: 330}), 30 * time.Minute, "2026-03-22", "01:15+00 03:30+01 04:15+01 05:00+01"},
		{"Ramadan 2027 begins", hours(casablanca, 60, morning), time.Hour, "2027-02-07", "09:00+00 10:00+00 11:00+00"},
		{"Ramadan 2027 ends, and Morocco stays at UTC", hours(casablanca, 60, night), time.Hour, "2027-03-14", "00:00+00 01:00+00 02:00+00 03:00+00 04:00+00 05:00+00"},
		{"Morocco goes to UTC for good: 01:00 comes twice", hours(casablanca, 60, night), time.Hour, "2026-09-20", "00:00+01 01:00+01 02:00+00 03:00+00 04:00+00 05:00+00"},
		{"Paris in spring", hours("Europe/Paris", 60, night), time.Hour, "2026-03-29", "00:00+01 01:00+01 03:00+02 04:00+02 05:00+02"},
		{"Paris in autumn", hours("Europe/Paris", 60, night), time.Hour, "2026-10-25", "00:00+02 01:00+02 02:00+02 03:00+01 04:00+01 05:00+01"},
		{"Cairo springs over midnight", hours("Africa/Cairo", 30, schedule.Span{From: 0, To: 120}), 30 * time.Minute, "2026-04-24", "01:00+03 01:30+03"},
		{"Lord Howe moves by half an hour", hours("Australia/Lord_Howe", 30, schedule.Span{From: 60, To: 180}), 30 * time.Minute, "2026-10-04", "01:00+10 01:30+10 02:30+11"},
	} {
		t.Run(c.name, func(t *testing.T) {
			slots := onDay(c.rules, c.duration, nil, date(c.day).AddDays(-2).In(time.UTC), c.day)
			if got := walls(t, slots, c.rules.Zone); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
			for _, s := range slots {
				if s.End.Sub(s.Start) != c.duration || s.Start.Location() != time.UTC {
					t.Errorf("slot %v does not last %v in UTC", s, c.duration)
				}
			}
		})
	}
}

func TestACustomerElsewhereSeesTheSameInstants(t *testing.T) {
	r := weekly(schedule.Span{From: 540, To: 720})
	newYork := zone(t, "America/New_York")
	now := at("2026-02-13 08:00").In(newYork)
	// A day in New York, from the working day before the clock changes in Casablanca to the one after.
	slots := r.Slots(time.Hour, nil, now, date("2026-02-14").In(newYork), date("2026-02-15").In(newYork))
	// Casablanca opens at 03:00 on the wall of New York, and closed before that day began there.
	if got, want := walls(t, slots, "America/New_York"), "03:00-05 03:30-05 04:00-05 04:30-05 05:00-05"; got != want {
		t.Errorf("on the 14th\n got %s\nwant %s", got, want)
	}
	slots = r.Slots(time.Hour, nil, now, date("2026-02-15").In(newYork), date("2026-02-16").In(newYork))
	if got, want := walls(t, slots, "America/New_York"), "04:00-05 04:30-05 05:00-05 05:30-05 06:00-05"; got != want {
		t.Errorf("on the 15th, an hour later for the customer\n got %s\nwant %s", got, want)
	}
	same := r.Slots(time.Hour, nil, now.UTC(), date("2026-02-15").In(newYork).UTC(), date("2026-02-16").In(newYork).UTC())
	if !slices.Equal(slots, same) {
		t.Errorf("asked in UTC\n got %v\nwant %v", same, slots)
	}
}

func TestSlotsAroundBookingsAndBuffers(t *testing.T) {
	now := at("2026-01-05 08:00")
	r := weekly(schedule.Span{From: 540, To: 720})
	buffered := r
	buffered.BufferBeforeMinutes, buffered.BufferAfterMinutes = 15, 30
	for _, c := range []struct {
		name  string
		rules schedule.Rules
		busy  []schedule.Interval
		want  string
	}{
		{"nothing booked", r, nil, "09:00 09:30 10:00 10:30 11:00"},
		{"adjacent slots are allowed", r, []schedule.Interval{between("2026-01-06 10:00", "2026-01-06 11:00")}, "09:00 11:00"},
		{"a minute in the way is in the way", r, []schedule.Interval{between("2026-01-06 09:59", "2026-01-06 11:01")}, ""},
		{"unsorted, overlapping and doubled", r, []schedule.Interval{between("2026-01-06 11:30", "2026-01-06 11:45"), between("2026-01-06 09:00", "2026-01-06 10:00"), between("2026-01-06 09:00", "2026-01-06 09:10"), between("2026-01-06 09:00", "2026-01-06 10:00")}, "10:00 10:30"},
		{"a short one within a long one", r, []schedule.Interval{between("2026-01-06 09:00", "2026-01-06 11:00"), between("2026-01-06 09:10", "2026-01-06 09:20")}, "11:00"},
		{"empty and reversed times are not busy", r, []schedule.Interval{between("2026-01-06 10:15", "2026-01-06 10:15"), between("2026-01-06 11:00", "2026-01-06 10:00")}, "09:00 09:30 10:00 10:30 11:00"},
		{"busy from long ago until long after", r, []schedule.Interval{between("2020-01-01 00:00", "2030-01-01 00:00")}, ""},
		{"buffers may reach beyond the hours", buffered, nil, "09:00 09:30 10:00 10:30 11:00"},
		{"buffers beyond the hours are kept free too", buffered, []schedule.Interval{between("2026-01-06 08:00", "2026-01-06 08:46"), between("2026-01-06 12:29", "2026-01-06 13:00")}, "09:30 10:00 10:30"},
		{"a block may touch a block", buffered, []schedule.Interval{between("2026-01-06 08:00", "2026-01-06 08:45"), buffered.Block(at("2026-01-06 11:00"), time.Hour)}, "09:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			given := slices.Clone(c.busy)
			slots := onDay(c.rules, time.Hour, c.busy, now, "2026-01-06")
			if got := strings.ReplaceAll(walls(t, slots, casablanca), "+01", ""); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if !slices.Equal(given, c.busy) {
				t.Error("the caller's busy times were changed")
			}
		})
	}
}

func TestExceptionsReplaceTheHoursOfTheirDate(t *testing.T) {
	r := weekly(schedule.Span{From: 540, To: 600})
	r.Exceptions = []schedule.Exception{
		{Date: date("2026-01-08"), Spans: []schedule.Span{{From: 1200, To: 1260}}},
		{Date: date("2026-01-06"), Reason: "Congé"},
	}
	now := at("2026-01-05 08:00")
	for day, want := range map[string]string{
		"2026-01-05": "09:00+01 09:30+01", "2026-01-06": "", "2026-01-07": "09:00+01 09:30+01", "2026-01-08": "20:00+01 20:30+01",
	} {
		if got := walls(t, onDay(r, 30*time.Minute, nil, now, day), casablanca); got != want {
			t.Errorf("%s: got %q, want %q", day, got, want)
		}
		if got := r.FreeOn(date(day), 30*time.Minute, nil, now); got != (want != "") {
			t.Errorf("FreeOn(%s) = %v", day, got)
		}
	}
}

func TestHoursThatTouchAtMidnightAreOne(t *testing.T) {
	night := weekly(schedule.Span{From: 0, To: 90}, schedule.Span{From: 1380, To: 1440})
	night.StepMinutes = 45
	now := at("2026-01-05 12:00")
	from, to := at("2026-01-06 20:00"), at("2026-01-07 12:00")
	if got, want := walls(t, night.Slots(90*time.Minute, nil, now, from, to), casablanca), "23:00+01 23:45+01 00:00+01"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	off := night
	off.Exceptions = []schedule.Exception{{Date: date("2026-01-07")}}
	if got := walls(t, off.Slots(90*time.Minute, nil, now, from, to), casablanca); got != "" {
		t.Errorf("before a day off, slots still cross midnight: %s", got)
	}
	always := weekly(schedule.Span{From: 0, To: 1440})
	always.StepMinutes = 240
	if got := len(always.Slots(24*time.Hour, nil, now, from, to)); got != 4 {
		t.Errorf("open day and night: %d slots of 24 hours begin between 20:00 and 12:00, want 4", got)
	}
	always.StepMinutes = 30
	for zoneName, start := range map[string]string{
		casablanca:     "2026-03-21T23:30:00Z", // the day between has 23 hours
		"Pacific/Apia": "2011-12-30T09:30:00Z", // the day between is left out
	} {
		always.Zone = zoneName
		if err := always.Allows(at(start), 24*time.Hour, nil, at(start)); err != nil {
			t.Errorf("open day and night in %s, 24 hours from %s: %v", zoneName, start, err)
		}
	}
	apart := weekly(schedule.Span{From: 1, To: 90}, schedule.Span{From: 1380, To: 1440})
	if got := walls(t, apart.Slots(80*time.Minute, nil, now, from, to), casablanca); got != "00:01+01" {
		t.Errorf("a minute apart at midnight: got %s, want 00:01+01", got)
	}
}

func TestNoticeAndHorizonEdges(t *testing.T) {
	r := weekly(schedule.Span{From: 540, To: 720})
	r.NoticeMinutes, r.HorizonDays = 60, 2
	edge := func(now string) string {
		slots := r.Slots(time.Hour, nil, at(now), at("2026-01-01 00:00"), at("2026-02-01 00:00"))
		first, last := slots[0].Start.In(zone(t, casablanca)), slots[len(slots)-1].Start.In(zone(t, casablanca))
		return first.Format("02 15:04") + " to " + last.Format("02 15:04")
	}
	for now, want := range map[string]string{
		"2026-01-06 08:30":          "06 09:30 to 08 11:00", // a start just as far off as the notice is offered
		"2026-01-06T08:30:01+01:00": "06 10:00 to 08 11:00", // a second later it is not
		"2026-01-06 23:59":          "07 09:00 to 08 11:00", // the horizon counts local dates, not hours
		"2026-01-07 00:00":          "07 09:00 to 09 11:00",
		"2026-01-06T23:30:00Z":      "07 09:00 to 09 11:00", // and dates of the provider's zone, not of UTC
	} {
		if got := edge(now); got != want {
			t.Errorf("now %s: slots %s, want %s", now, got, want)
		}
	}
}

func TestAllowsSaysWhyNot(t *testing.T) {
	r := weekly(schedule.Span{From: 540, To: 720})
	r.NoticeMinutes, r.HorizonDays, r.BufferAfterMinutes = 120, 7, 15
	unknown := r
	unknown.Zone = "Africa/Atlantis"
	now := at("2026-02-14 08:00")
	busy := []schedule.Interval{between("2026-02-14 11:45", "2026-02-14 12:30")}
	for _, c := range []struct {
		name     string
		rules    schedule.Rules
		start    time.Time
		duration time.Duration
		code     errs.Code
		want     string
	}{
		{"free", r, at("2026-02-14 10:30"), time.Hour, "", ""},
		{"past", r, at("2026-02-14 07:59"), time.Hour, errs.Invalid, "schedule.slot_past"},
		{"within the notice", r, at("2026-02-14 09:30"), time.Hour, errs.Invalid, "schedule.slot_too_soon"},
		{"beyond the horizon", r, at("2026-02-22T09:00:00Z"), time.Hour, errs.Invalid, "schedule.slot_too_far"},
		{"the last day of the horizon", r, at("2026-02-21T09:00:00Z"), time.Hour, "", ""},
		{"the end is after hours", r, at("2026-02-14 11:30"), time.Hour, errs.Invalid, "schedule.slot_outside_hours"},
		{"in the evening", r, at("2026-02-14 20:00"), time.Hour, errs.Invalid, "schedule.slot_outside_hours"},
		{"off the grid", r, at("2026-02-14 10:15"), time.Hour, errs.Invalid, "schedule.slot_off_step"},
		{"a microsecond off the grid", r, at("2026-02-14 10:30").Add(time.Microsecond), time.Hour, errs.Invalid, "schedule.slot_off_step"},
		{"the buffer runs into a booking", r, at("2026-02-14 11:00"), time.Hour, errs.Conflict, "schedule.slot_taken"},
		{"no duration", r, at("2026-02-14 10:30"), 0, errs.Invalid, "schedule.duration_out_of_range"},
		{"more than a day", r, at("2026-02-14 10:30"), 24*time.Hour + 1, errs.Invalid, "schedule.duration_out_of_range"},
		{"no such zone", unknown, at("2026-02-14 10:30"), time.Hour, errs.Invalid, "schedule.slot_outside_hours"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.rules.Allows(c.start, c.duration, busy, now)
			if c.want == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			e, ok := errors.AsType[*errs.Error](err)
			if !ok || e.Code != c.code || e.Key != c.want {
				t.Fatalf("got %v, want %s: %s", err, c.code, c.want)
			}
			if c.code == errs.Invalid && (len(e.Fields) != 1 || e.Fields[0].Key != c.want) {
				t.Errorf("the complaint names no field: %+v", e.Fields)
			}
		})
	}
	night := weekly(schedule.Span{From: 0, To: 360})
	if err := night.Allows(at("2026-02-15T02:00:00Z"), time.Hour, nil, now); err == nil || err.(*errs.Error).Key != "schedule.slot_off_step" {
		t.Errorf("the second 02:00 of the night gave %v", err)
	}
	early := weekly(schedule.Span{From: 150, To: 210})
	early.StepMinutes = 15
	if err := early.Allows(at("2026-02-15T01:45:00Z"), 30*time.Minute, nil, now); err == nil || err.(*errs.Error).Key != "schedule.slot_outside_hours" {
		t.Errorf("a slot from 02:45 that ends at 02:15 gave %v", err)
	}
}

func TestTheAnswerIsBounded(t *testing.T) {
	always := weekly(schedule.Span{From: 0, To: 1440})
	always.HorizonDays, always.StepMinutes = 365, 5
	now := at("2026-01-05 12:00")
	slots := always.Slots(time.Hour, nil, now, at("0001-01-01T00:00:00Z"), at("9999-01-01T00:00:00Z"))
	if len(slots) != schedule.MaxSlots || !slots[0].Start.Equal(now) {
		t.Errorf("%d slots from %v, want %d from now on", len(slots), slots[0].Start, schedule.MaxSlots)
	}
	always.StepMinutes = 240
	slots = always.Slots(time.Hour, nil, now, now, at("9999-01-01T00:00:00Z"))
	if last := slots[len(slots)-1].Start; last.Sub(now) >= schedule.MaxWindow || last.Sub(now) < schedule.MaxWindow-8*time.Hour {
		t.Errorf("the last slot is %v ahead, want just under %v", last.Sub(now), schedule.MaxWindow)
	}
}

func TestTheFirstMinuteOfADayMayComeBeforeTheEndOfTheDayBefore(t *testing.T) {
	// At 00:01 of 29 October 2006 clocks in St. John's went back to 23:01 of the 28th.
	r := weekly(schedule.Span{From: 0, To: 1440})
	r.Zone = "America/St_Johns"
	slots := r.Slots(time.Minute, nil, at("2006-10-28T12:00:00Z"), at("2006-10-29T02:15:00Z"), at("2006-10-29T02:45:00Z"))
	if got := walls(t, slots, r.Zone); got != "00:00-02" {
		t.Errorf("got %q, want midnight alone, the second 23:00 having been offered before", got)
	}
}

func TestNothingIsOfferedBeyondTheCalendar(t *testing.T) {
	r := weekly(schedule.Span{From: 0, To: 1440})
	for _, second := range []int64{-1 << 63, -1 << 62, -62135596801, 253402300800, 1 << 40, 1 << 62, 1<<63 - 1} {
		now := time.Unix(second, 0)
		if slots := r.Slots(time.Hour, nil, now, now, now.Add(48*time.Hour)); slots != nil {
			t.Errorf("second %d: %v", second, slots[0])
		}
		if err := r.Allows(now, time.Hour, nil, now); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("second %d: Allows says %v", second, err)
		}
	}
}
