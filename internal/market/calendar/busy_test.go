package calendar

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"khadamat/internal/market/schedule"
)

var casablanca = func() *time.Location {
	zone, err := schedule.Location("Africa/Casablanca")
	if err != nil {
		panic(err)
	}
	return zone
}()

// spring is a window that holds the end of Ramadan 2026: on March 22 at 02:00 Casablanca's clocks go from +00 to +01.
var spring = schedule.Interval{Start: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), End: time.Date(2026, 8, 28, 0, 0, 0, 0, time.UTC)}

// ics is a calendar of lines.
func ics(lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCALENDAR\r\n"
}

func vevent(lines ...string) string {
	return "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT"
}

// spans writes busy times in short: "03-02 09:00Z-10:30Z" where they begin and end on one day.
func spans(busy []schedule.Interval) string {
	words := make([]string, len(busy))
	for i, b := range busy {
		end := b.End.Format("15:04Z")
		if b.End.Sub(b.Start) >= 24*time.Hour || b.End.Day() != b.Start.Day() {
			end = b.End.Format("01-02 15:04Z")
		}
		words[i] = b.Start.Format("01-02 15:04Z") + "-" + end
	}
	return strings.Join(words, ", ")
}

func TestWhenACalendarSaysThatItsOwnerIsBusy(t *testing.T) {
	for name, test := range map[string]struct{ content, want string }{
		"a time in UTC":                                            {vevent("DTSTART:20260302T080000Z", "DTEND:20260302T093000Z"), "03-02 08:00Z-09:30Z"},
		"a length instead of an end":                               {vevent("DTSTART:20260302T080000Z", "DURATION:PT1H30M"), "03-02 08:00Z-09:30Z"},
		"a length in weeks":                                        {vevent("DTSTART:20260302T080000Z", "DURATION:P1W"), "03-02 08:00Z-03-09 08:00Z"},
		"floating times are those on the provider's wall":          {vevent("DTSTART:20260402T090000", "DTEND:20260402T100000"), "04-02 08:00Z-09:00Z"},
		"floating times in Ramadan":                                {vevent("DTSTART:20260310T090000", "DTEND:20260310T100000"), "03-10 09:00Z-10:00Z"},
		"a zone by its IANA name":                                  {vevent("DTSTART;TZID=Europe/Paris:20260402T090000", "DTEND;TZID=Europe/Paris:20260402T100000"), "04-02 07:00Z-08:00Z"},
		"a zone by Windows's name, quoted":                         {vevent(`DTSTART;TZID="Romance Standard Time":20260402T090000`, `DTEND;TZID="Romance Standard Time":20260402T100000`), "04-02 07:00Z-08:00Z"},
		"a zone behind a path":                                     {vevent("DTSTART;TZID=/mozilla.org/20050126_1/Europe/Paris:20260402T090000", "DURATION:PT1H"), "04-02 07:00Z-08:00Z"},
		"a zone that nobody knows is the provider's":               {vevent("DTSTART;TZID=Moon:20260402T090000", "DURATION:PT1H"), "04-02 08:00Z-09:00Z"},
		"a zone that the calendar defines by its offset":           {"BEGIN:VTIMEZONE\r\nTZID:Office\r\nBEGIN:STANDARD\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" + vevent("DTSTART;TZID=Office:20260402T090000", "DURATION:PT1H"), "04-02 06:00Z-07:00Z"},
		"a zone that the calendar defines by a real one":           {"BEGIN:VTIMEZONE\r\nTZID:Mine\r\nX-LIC-LOCATION:Asia/Dubai\r\nEND:VTIMEZONE\r\n" + vevent("DTSTART;TZID=Mine:20260402T090000", "DURATION:PT1H"), "04-02 05:00Z-06:00Z"},
		"a whole day is one on the provider's wall":                {vevent("DTSTART;VALUE=DATE:20260402", "DTEND;VALUE=DATE:20260403"), "04-01 23:00Z-04-02 23:00Z"},
		"a whole day without an end":                               {vevent("DTSTART;VALUE=DATE:20260402"), "04-01 23:00Z-04-02 23:00Z"},
		"three whole days":                                         {vevent("DTSTART;VALUE=DATE:20260402", "DTEND;VALUE=DATE:20260405"), "04-01 23:00Z-04-04 23:00Z"},
		"the day on which Ramadan ends has 23 hours":               {vevent("DTSTART;VALUE=DATE:20260322", "DTEND;VALUE=DATE:20260323"), "03-22 00:00Z-23:00Z"},
		"each week at the same time on the wall, Ramadan or not":   {vevent("DTSTART;TZID=Africa/Casablanca:20260316T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3"), "03-16 09:00Z-10:00Z, 03-23 08:00Z-09:00Z, 03-30 08:00Z-09:00Z"},
		"each week in Paris when its clocks change":                {vevent("DTSTART;TZID=Europe/Paris:20260323T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2"), "03-23 08:00Z-09:00Z, 03-30 07:00Z-08:00Z"},
		"each day but some":                                        {vevent("DTSTART:20260302T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20260303T080000Z,20260304T080000Z"), "03-02 08:00Z-09:00Z, 03-05 08:00Z-09:00Z"},
		"a day left out in another zone":                           {vevent("DTSTART:20260402T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2", "EXDATE;TZID=Europe/Paris:20260403T100000"), "04-02 08:00Z-09:00Z"},
		"whole days of a rule, one left out":                       {vevent("DTSTART;VALUE=DATE:20260402", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260403"), "04-01 23:00Z-04-02 23:00Z, 04-03 23:00Z-04-04 23:00Z"},
		"until a day":                                              {vevent("DTSTART:20260302T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260303T235959Z"), "03-02 08:00Z-09:00Z, 03-03 08:00Z-09:00Z"},
		"the last Friday of the month":                             {vevent("DTSTART:20260327T080000Z", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=2"), "03-27 08:00Z-09:00Z, 04-24 08:00Z-09:00Z"},
		"a rule that began decades ago":                            {vevent("DTSTART:19950306T080000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260331T000000Z"), "03-09 08:00Z-09:00Z, 03-23 08:00Z-09:00Z"},
		"a birthday":                                               {vevent("DTSTART;VALUE=DATE:19800402", "RRULE:FREQ=YEARLY"), "04-01 23:00Z-04-02 23:00Z"},
		"one occurrence moved":                                     {vevent("DTSTART:20260302T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2") + "\r\n" + vevent("RECURRENCE-ID:20260303T080000Z", "DTSTART:20260304T150000Z", "DURATION:PT30M"), "03-02 08:00Z-09:00Z, 03-04 15:00Z-15:30Z"},
		"one occurrence cancelled":                                 {vevent("DTSTART:20260302T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2") + "\r\n" + vevent("RECURRENCE-ID:20260303T080000Z", "DTSTART:20260303T080000Z", "DURATION:PT1H", "STATUS:CANCELLED"), "03-02 08:00Z-09:00Z"},
		"more dates beside the rule":                               {vevent("DTSTART:20260302T080000Z", "DURATION:PT1H", "RDATE:20260305T080000Z"), "03-02 08:00Z-09:00Z, 03-05 08:00Z-09:00Z"},
		"what does not take time":                                  {vevent("DTSTART:20260302T080000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT"), ""},
		"what is cancelled":                                        {vevent("DTSTART:20260302T080000Z", "DURATION:PT1H", "STATUS:CANCELLED"), ""},
		"what lasts no time":                                       {vevent("DTSTART:20260302T080000Z"), ""},
		"what ends before it begins":                               {vevent("DTSTART:20260302T080000Z", "DTEND:20260302T070000Z"), ""},
		"what cannot be read as a time takes none":                 {vevent("DTSTART:tomorrow", "DTEND:20260302T070000Z") + "\r\n" + vevent("DTSTART:20260302T080000Z", "DURATION:PT1H"), "03-02 08:00Z-09:00Z"},
		"what is over":                                             {vevent("DTSTART:20250302T080000Z", "DURATION:PT1H"), ""},
		"what goes on":                                             {vevent("DTSTART:20260220T080000Z", "DTEND:20260303T080000Z"), "02-20 08:00Z-03-03 08:00Z"},
		"what overlaps or touches is one":                          {vevent("DTSTART:20260302T080000Z", "DURATION:PT1H") + "\r\n" + vevent("DTSTART:20260302T083000Z", "DURATION:PT1H") + "\r\n" + vevent("DTSTART:20260302T093000Z", "DURATION:PT1H"), "03-02 08:00Z-10:30Z"},
		"folded lines, alarms and descriptions":                    {vevent("DESCRIPTION:a very long\r\n  text: with; signs\r\n\tand more", "DTSTART:2026030\r\n 2T080000Z", "BEGIN:VALARM\r\nDURATION:PT9H\r\nTRIGGER:-PT15M\r\nEND:VALARM", "DURATION:PT1H"), "03-02 08:00Z-09:00Z"},
		"line ends of Unix, and lines of nonsense between":         {strings.ReplaceAll(vevent("no colon here", ";", "DTSTART:20260302T080000Z", "DURATION:PT1H"), "\r\n", "\n"), "03-02 08:00Z-09:00Z"},
		"tasks and notes are no appointments":                      {"BEGIN:VTODO\r\nUID:2\r\nDTSTART:20260302T080000Z\r\nDURATION:PT1H\r\nEND:VTODO", ""},
		"names in small letters, times in capital ones":            {strings.ReplaceAll(strings.ReplaceAll(vevent("DTSTART:20260302T080000Z", "DURATION:PT1H"), "DTSTART", "dtstart"), "BEGIN", "begin"), "03-02 08:00Z-09:00Z"},
		"a rule with a place for each hour would be within bounds": {vevent("DTSTART:20260302T000000Z", "DURATION:PT5M", "RRULE:FREQ=DAILY;COUNT=3;BYHOUR=0,12"), "03-02 00:00Z-00:05Z, 03-02 12:00Z-12:05Z, 03-03 00:00Z-00:05Z"},
	} {
		t.Run(name, func(t *testing.T) {
			busy, cut, err := busyIn(t.Context(), strings.NewReader(ics(test.content)), casablanca, spring)
			if got := spans(busy); err != nil || cut || got != test.want {
				t.Errorf("busy %q, want %q (%v)", got, test.want, err)
			}
		})
	}
}

func TestACalendarBeginsWithOrWithoutAByteOrderMark(t *testing.T) {
	busy, _, err := busyIn(t.Context(), strings.NewReader("\ufeff"+ics(vevent("DTSTART:20260302T080000Z", "DURATION:PT1H"))), casablanca, spring)
	if err != nil || len(busy) != 1 {
		t.Errorf("%v (%v)", busy, err)
	}
}

func TestWhatIsNoCalendarOrTooMuchIsRefused(t *testing.T) {
	many := strings.Repeat(vevent("DTSTART:20260302T080000Z", "DURATION:PT1H")+"\r\n", maxEvents+1)
	for name, test := range map[string]struct {
		content string
		want    error
	}{
		"nothing":                        {"", errNotCalendar},
		"a web page":                     {"<!doctype html><title>Sign in</title>", errNotCalendar},
		"an event without its calendar":  {vevent("DTSTART:20260302T080000Z"), errNotCalendar},
		"broken off":                     {"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260302T080000Z", errNotCalendar},
		"crossed ends":                   {"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", errNotCalendar},
		"nested without end":             {"BEGIN:VCALENDAR\r\n" + strings.Repeat("BEGIN:VEVENT\r\n", 100_000), errNotCalendar},
		"an endless rule":                {ics(vevent("DTSTART:20260302T080000Z", "RRULE:"+strings.Repeat("A", 100_000), "DURATION:PT1H")), errNotCalendar},
		"a rule that is none":            {ics(vevent("DTSTART:20260302T080000Z", "DURATION:PT1H", "RRULE:FREQ=SOMETIMES")), errNotCalendar},
		"a rule of seconds":              {ics(vevent("DTSTART:19700101T000000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY")), errTooMuch},
		"a rule of hours":                {ics(vevent("DTSTART:19700101T000000Z", "DURATION:PT1S", "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30")), errTooMuch},
		"every minute of the day":        {ics(vevent("DTSTART:20260302T080000Z", "DURATION:PT1S", "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7;BYMINUTE=0,1,2,3,4,5,6,7")), errTooMuch},
		"an interval that wraps around":  {ics(vevent("DTSTART:20260302T080000Z", "DURATION:PT1H", "RRULE:FREQ=YEARLY;INTERVAL=9223372036854775807")), errTooMuch},
		"more events than anybody has":   {ics(many), errTooMuch},
		"more occurrences than a person": {ics(strings.Repeat(vevent("DTSTART:20260101T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY")+"\r\n", 1000)), errTooMuch},
	} {
		t.Run(name, func(t *testing.T) {
			if busy, _, err := busyIn(t.Context(), strings.NewReader(test.content), casablanca, spring); !errors.Is(err, test.want) || busy != nil {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

func TestOfTooManyBusyTimesTheFirstAreKept(t *testing.T) {
	var b strings.Builder
	for i := range maxBusy + 10 {
		at := spring.Start.Add(time.Duration(i) * time.Hour)
		fmt.Fprintf(&b, "%s\r\n", vevent("DTSTART:"+at.Format("20060102T150405Z"), "DURATION:PT30M"))
	}
	busy, cut, err := busyIn(t.Context(), strings.NewReader(ics(b.String())), casablanca, spring)
	if err != nil || !cut || len(busy) != maxBusy || !busy[0].Start.Equal(spring.Start) {
		t.Errorf("%d busy times, cut %v (%v)", len(busy), cut, err)
	}
}

func TestReadingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := busyIn(ctx, strings.NewReader(ics(vevent("DTSTART:20260302T080000Z", "DURATION:PT1H"))), casablanca, spring); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestOffsetsOfZones(t *testing.T) {
	for text, want := range map[string]int{"+0100": 3600, "-0330": -12600, "+000000": 0, "+053015": 19815} {
		if got, ok := offsetSeconds(text); !ok || got != want {
			t.Errorf("%s is %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "0100", "+1", "+9900", "+01:0", "1+100"} {
		if got, ok := offsetSeconds(text); ok {
			t.Errorf("%q is %d", text, got)
		}
	}
}

// Whatever a calendar holds, its busy times ascend, are apart, touch the window, and are not too many.
func FuzzBusy(f *testing.F) {
	f.Add(ics(vevent("DTSTART;TZID=Europe/Paris:20260316T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260601T000000Z", "EXDATE:20260318T090000")))
	f.Add(ics(vevent("DTSTART;VALUE=DATE:20260316", "DTEND;VALUE=DATE:20260320", "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=-1")))
	f.Add(ics("BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:DAYLIGHT\r\nTZOFFSETTO:-0430\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE", vevent("DTSTART;TZID=X:20260316T090000", "DURATION:P1DT2H")))
	f.Add("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;A=\"b\n c\":20260101\nEND:VEVENT\nEND:VCALENDAR")
	f.Fuzz(func(t *testing.T, content string) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		busy, _, err := busyIn(ctx, strings.NewReader(content), casablanca, spring)
		if err != nil {
			return
		}
		if len(busy) > maxBusy {
			t.Fatalf("%d busy times", len(busy))
		}
		for i, b := range busy {
			if !b.Start.Before(b.End) || !b.Overlaps(spring) || (i > 0 && !busy[i-1].End.Before(b.Start)) {
				t.Fatalf("busy times %v", busy)
			}
		}
	})
}
