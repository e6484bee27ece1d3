package schedule_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khadamat/internal/market/schedule"
)

// question is a random provider with random bookings, asked for slots over a few days on which the clock often changes.
type question struct {
	rules         schedule.Rules
	loc           *time.Location
	duration      time.Duration
	busy          []schedule.Interval
	now, from, to time.Time
}

func (q question) slots() []schedule.Interval {
	return q.rules.Slots(q.duration, q.busy, q.now, q.from, q.to)
}

var changeDays = []struct{ zone, date string }{
	{"Africa/Casablanca", "2026-02-15"}, {"Africa/Casablanca", "2026-03-22"}, {"Africa/Casablanca", "2026-06-10"},
	{"Europe/Paris", "2026-03-29"}, {"Europe/Paris", "2026-10-25"},
	{"Africa/Cairo", "2026-04-24"}, {"Africa/Cairo", "2026-10-30"}, // over midnight, ahead and back
	{"America/Havana", "2026-03-08"}, {"America/Havana", "2026-11-01"}, // the same, the other side of midnight
	{"Australia/Lord_Howe", "2026-04-05"}, {"Australia/Lord_Howe", "2026-10-04"}, // half an hour
	{"America/St_Johns", "2006-10-29"}, // from a minute past midnight back into the day before
	{"Pacific/Apia", "2011-12-30"},     // a day left out
	{"UTC", "2026-06-10"},
}

func drawQuestion(t *rapid.T) question {
	where := rapid.SampledFrom(changeDays).Draw(t, "where")
	loc, err := schedule.Location(where.zone)
	if err != nil {
		t.Fatal(err)
	}
	near := func(label string, hours int) time.Time {
		return date(where.date).In(loc).Add(time.Duration(rapid.IntRange(-hours*3600, hours*3600).Draw(t, label)) * time.Second)
	}
	q := question{loc: loc, rules: schedule.Rules{
		Zone:                where.zone,
		BufferBeforeMinutes: rapid.SampledFrom([]int{0, 0, 10, 61}).Draw(t, "before"),
		BufferAfterMinutes:  rapid.SampledFrom([]int{0, 0, 15, 90}).Draw(t, "after"),
		NoticeMinutes:       rapid.SampledFrom([]int{0, 0, 30, 1500}).Draw(t, "notice"),
		HorizonDays:         rapid.IntRange(1, 5).Draw(t, "horizon"),
		StepMinutes:         rapid.SampledFrom([]int{5, 7, 15, 30, 60}).Draw(t, "step"),
	}}
	for i := range q.rules.Week {
		q.rules.Week[i] = drawSpans(t)
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "exceptions") {
		q.rules.Exceptions = append(q.rules.Exceptions, schedule.Exception{Date: date(where.date).AddDays(i), Spans: drawSpans(t)})
	}
	q.duration = time.Duration(rapid.SampledFrom([]int{5, 30, 45, 60, 90, 180, 420, 1440}).Draw(t, "minutes")) * time.Minute
	for range rapid.IntRange(0, 5).Draw(t, "bookings") {
		start := near("booked", 48)
		end := start.Add(time.Duration(rapid.IntRange(-60, 10000).Draw(t, "seconds")) * time.Second)
		q.busy = append(q.busy, schedule.Interval{Start: start, End: end})
	}
	q.now, q.from = near("now", 60), near("from", 30)
	q.to = q.from.Add(time.Duration(rapid.IntRange(0, 60*60).Draw(t, "window")) * time.Minute)
	if err := q.rules.Validate(); err != nil {
		t.Fatalf("the drawn rules are not valid: %v", err)
	}
	return q
}

func drawSpans(t *rapid.T) []schedule.Span {
	ends := rapid.SliceOfNDistinct(rapid.IntRange(1, 1439), 0, 4, rapid.ID[int]).Draw(t, "ends")
	if rapid.Bool().Draw(t, "from midnight") {
		ends = append(ends, 0)
	}
	if rapid.Bool().Draw(t, "to midnight") {
		ends = append(ends, 1440)
	}
	slices.Sort(ends)
	var spans []schedule.Span
	touching := rapid.Bool().Draw(t, "touching")
	for i := 0; i+1 < len(ends); i++ {
		spans = append(spans, schedule.Span{From: ends[i], To: ends[i+1]})
		if !touching {
			i++
		}
	}
	return spans
}

func TestEverySlotKeepsTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		lastDate := schedule.DateOf(q.now, q.loc).AddDays(q.rules.HorizonDays)
		for i, s := range q.slots() {
			block := q.rules.Block(s.Start, q.duration)
			if !s.Start.Add(-time.Duration(q.rules.BufferBeforeMinutes)*time.Minute).Equal(block.Start) ||
				!s.End.Add(time.Duration(q.rules.BufferAfterMinutes)*time.Minute).Equal(block.End) {
				t.Fatalf("the block of %v is %v", s, block)
			}
			for _, b := range q.busy {
				if b.Start.Before(b.End) && block.Start.Before(b.End) && b.Start.Before(block.End) {
					t.Fatalf("the block %v overlaps the busy time %v", block, b)
				}
			}
			if s.Start.Before(q.now.Add(time.Duration(q.rules.NoticeMinutes) * time.Minute)) {
				t.Fatalf("slot %v starts before the notice is over", s)
			}
			if lastDate.Before(schedule.DateOf(s.Start, q.loc)) {
				t.Fatalf("slot %v starts beyond the horizon, %v", s, lastDate)
			}
			if s.Start.Before(q.from) || !s.Start.Before(q.to) || s.End.Sub(s.Start) != q.duration {
				t.Fatalf("slot %v does not start in the window, or lasts other than %v", s, q.duration)
			}
			if i > 0 && !q.slots()[i-1].Start.Before(s.Start) {
				t.Fatalf("slot %v is out of order", s)
			}
			if local := s.Start.In(q.loc); !openAt(spansOn(q.rules, schedule.DateOf(local, q.loc)), minuteOf(local)) {
				t.Fatalf("slot %v starts outside of the hours", s)
			}
			if local := s.End.Add(-time.Minute).In(q.loc); !openAt(spansOn(q.rules, schedule.DateOf(local, q.loc)), minuteOf(local)) {
				t.Fatalf("the last minute of slot %v lies outside of the hours", s)
			}
		}
	})
}

func TestSlotsAreThoseThatAWalkByTheMinuteFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		got, want := q.slots(), walkByTheMinute(q)
		if !slices.EqualFunc(got, want, func(s schedule.Interval, start time.Time) bool { return s.Start.Equal(start) }) {
			t.Fatalf("in %v, rules %+v, duration %v\n got %v\nwant starts %v", q.loc, q.rules, q.duration, got, want)
		}
	})
}

func TestAllowsAgreesWithSlots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		offered := make(map[int64]bool)
		for _, s := range q.slots() {
			offered[s.Start.UnixMicro()] = true
		}
		second := time.Duration(rapid.IntRange(1, 59).Draw(t, "second")) * time.Second
		for start := q.from.Truncate(time.Minute).Add(time.Minute); start.Before(q.to); start = start.Add(time.Minute) {
			if err := q.rules.Allows(start, q.duration, q.busy, q.now); (err == nil) != offered[start.UnixMicro()] {
				t.Fatalf("%v: offered %v, yet Allows says %v", start, offered[start.UnixMicro()], err)
			}
		}
		if start := q.from.Truncate(time.Minute).Add(second); q.rules.Allows(start, q.duration, q.busy, q.now) == nil {
			t.Fatalf("%v is between minutes, and allowed", start)
		}
	})
}

func TestFreeOnAgreesWithSlots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		for day, last := schedule.DateOf(q.from, q.loc), schedule.DateOf(q.to, q.loc); !last.Before(day); day = day.AddDays(1) {
			slots := q.rules.Slots(q.duration, q.busy, q.now, day.In(q.loc), day.AddDays(1).In(q.loc))
			if got := q.rules.FreeOn(day, q.duration, q.busy, q.now); got != (len(slots) > 0) {
				t.Fatalf("FreeOn(%v) = %v with %d slots", day, got, len(slots))
			}
		}
	})
}

// walkByTheMinute is the slow and obvious way: it looks at every minute, and at every minute of the slot that starts there.
func walkByTheMinute(q question) (starts []time.Time) {
	lastDate := schedule.DateOf(q.now, q.loc).AddDays(q.rules.HorizonDays)
	shown := make(map[string]bool)
	for t := q.from.Add(-48 * time.Hour).Truncate(time.Minute); t.Before(q.to); t = t.Add(time.Minute) {
		reading := t.In(q.loc).Format("2006-01-02 15:04")
		again := shown[reading]
		shown[reading] = true
		if again || t.Before(q.from) || t.Before(q.now.Add(time.Duration(q.rules.NoticeMinutes)*time.Minute)) ||
			lastDate.Before(schedule.DateOf(t, q.loc)) {
			continue
		}
		block := q.rules.Block(t, q.duration)
		if staysOpen(q, t) && !slices.ContainsFunc(q.busy, block.Overlaps) {
			starts = append(starts, t)
		}
	}
	return starts
}

// staysOpen says whether t stands on the grid of a span, and each minute of the slot in that span or what it runs into at midnight.
func staysOpen(q question, t time.Time) bool {
	day, minute := schedule.DateOf(t, q.loc), minuteOf(t.In(q.loc))
	spans := spansOn(q.rules, day)
	i := slices.IndexFunc(spans, func(s schedule.Span) bool {
		return s.From <= minute && minute < s.To && (minute-s.From)%q.rules.StepMinutes == 0
	})
	if i < 0 {
		return false
	}
	for end := t.Add(q.duration); t.Before(end); t = t.Add(time.Minute) {
		if !inSpanOrBeyondMidnight(q.rules, day, spans[i], t.In(q.loc)) {
			return false
		}
	}
	return true
}

func inSpanOrBeyondMidnight(r schedule.Rules, day schedule.Date, span schedule.Span, local time.Time) bool {
	today, minute := schedule.DateOf(local, local.Location()), minuteOf(local)
	for ; day.Before(today); day = day.AddDays(1) {
		next := spansOn(r, day.AddDays(1))
		if span.To != 1440 || len(next) == 0 || next[0].From != 0 {
			return false
		}
		span = next[0]
	}
	return day == today && span.From <= minute && minute < span.To
}

func spansOn(r schedule.Rules, day schedule.Date) []schedule.Span {
	for _, e := range r.Exceptions {
		if e.Date == day {
			return e.Spans
		}
	}
	return r.Week[day.Weekday()]
}

func openAt(spans []schedule.Span, minute int) bool {
	return slices.ContainsFunc(spans, func(s schedule.Span) bool { return s.From <= minute && minute < s.To })
}

func minuteOf(local time.Time) int { return local.Hour()*60 + local.Minute() }
