package schedule

import (
	"cmp"
	"time"

	"khadamat/internal/platform/errs"
)

const (
	secondsPerDay = 24 * 60 * 60
	// unixDayOfZero is the day number, counted from 1970-01-01, of 0001-01-01: the zero Date, as for time.Time.
	unixDayOfZero = -719162
	// lastDay is 9999-12-31 counted from the zero Date, the last day that four digits of year can write.
	lastDay    = 3652058
	dateLayout = "2006-01-02"
)

// Date is a day of the civil calendar, with no zone and no time of day. It can be compared with == and be a map key; its text
// form is 2026-02-15. It lies between 0001-01-01 (the zero value) and 9999-12-31; arithmetic stops at these ends.
type Date struct{ day int32 }

// NewDate returns the given day; it normalises as time.Date does, so that 31 April is 1 May.
func NewDate(year int, month time.Month, day int) Date {
	return dateOfUnixDay(unixDay(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()))
}

// DateOf returns the day that the calendar on the wall shows in loc at the instant t.
func DateOf(t time.Time, loc *time.Location) Date { return dateOfUnixDay(localDay(t, loc)) }

// ParseDate reads 2026-02-15, and nothing else: no other layout, no day that the month does not have. The error is Invalid.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(dateLayout, text)
	if err != nil {
		return Date{}, errs.Wrap(err, errs.Invalid, "schedule.date_malformed")
	}
	if t.Year() < 1 {
		return Date{}, errs.New(errs.Invalid, "schedule.date_malformed")
	}
	return dateOfUnixDay(unixDay(t.Unix())), nil
}

// AddDays returns the day that lies n days later, or earlier where n is negative.
func (d Date) AddDays(n int) Date {
	n = max(-lastDay, min(n, lastDay))
	return dateOfUnixDay(d.unixDay() + int64(n))
}

// Sub returns how many days d lies after o.
func (d Date) Sub(o Date) int { return int(d.day - o.day) }

// Compare orders days: -1 where d is before o, 0 where they are the same, +1 where d is after o.
func (d Date) Compare(o Date) int { return cmp.Compare(d.day, o.day) }

// Before says whether d is an earlier day than o.
func (d Date) Before(o Date) bool { return d.day < o.day }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return weekdayOf(d.unixDay()) }

// Civil returns the year, month and day of the month.
func (d Date) Civil() (year int, month time.Month, day int) { return d.midnightUTC().Date() }

// In returns the first instant of the day in loc. That is midnight, except where the clock springs over midnight; where the
// zone leaves out the whole day, it is the first instant after it.
func (d Date) In(loc *time.Location) time.Time {
	return firstInstant(loc, d.unixDay()*secondsPerDay).In(loc)
}

// IsZero says whether d is 0001-01-01, the value of a Date that nobody set.
func (d Date) IsZero() bool { return d == Date{} }

// String returns the text form, 2026-02-15.
func (d Date) String() string { return d.midnightUTC().Format(dateLayout) }

// MarshalText writes the text form.
func (d Date) MarshalText() ([]byte, error) {
	return d.midnightUTC().AppendFormat(make([]byte, 0, len(dateLayout)), dateLayout), nil
}

// UnmarshalText reads the text form; its errors are those of ParseDate.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func (d Date) unixDay() int64 { return int64(d.day) + unixDayOfZero }

func (d Date) midnightUTC() time.Time { return time.Unix(d.unixDay()*secondsPerDay, 0).UTC() }

func dateOfUnixDay(day int64) Date {
	return Date{day: int32(max(0, min(day-unixDayOfZero, lastDay)))}
}

// unixDay returns the day, counted from 1970-01-01, that the second falls on. Division alone would round days before 1970 up.
func unixDay(second int64) int64 {
	day := second / secondsPerDay
	if second%secondsPerDay < 0 {
		day--
	}
	return day
}

func localDay(t time.Time, loc *time.Location) int64 {
	_, offset := t.In(loc).Zone()
	return unixDay(t.Unix() + int64(offset))
}

// weekdayOf relies on 1970-01-01 having been a Thursday.
func weekdayOf(day int64) time.Weekday {
	return time.Weekday(((day+int64(time.Thursday))%7 + 7) % 7)
}
