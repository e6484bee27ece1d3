package schedule_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
)

func TestDateReadsOneLayoutOnly(t *testing.T) {
	for _, text := range []string{"", "2026-2-15", "15/02/2026", "2026-02-30", "2026-02-15T00:00:00Z", " 2026-02-15", "0000-01-01", "-001-01-01", "10000-01-01", "2026-13-01", "٢٠٢٦-٠٢-١٥"} {
		if d, err := schedule.ParseDate(text); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("ParseDate(%q) = %v, %v; want an Invalid error", text, d, err)
		}
	}
	d, err := schedule.ParseDate("2028-02-29")
	if err != nil || d != schedule.NewDate(2028, time.February, 29) || d.String() != "2028-02-29" {
		t.Errorf("ParseDate(2028-02-29) = %v, %v", d, err)
	}
}

func TestDateAgreesWithTheCalendarOfPackageTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := time.Unix(rapid.Int64Range(-719162, 2932896).Draw(t, "day")*86400, 0).UTC()
		d := schedule.NewDate(day.Date())
		if d.String() != day.Format("2006-01-02") || d.Weekday() != day.Weekday() || !d.In(time.UTC).Equal(day) {
			t.Fatalf("%v: got %v, a %v, beginning %v", day, d, d.Weekday(), d.In(time.UTC))
		}
		if back := schedule.DateOf(day.Add(24*time.Hour-1), time.UTC); back != d {
			t.Fatalf("the last instant of %v is on %v", d, back)
		}
		n := rapid.IntRange(-50000, 50000).Draw(t, "n")
		moved := day.AddDate(0, 0, n)
		if moved.Year() < 1 || moved.Year() > 9999 {
			return
		}
		if later := d.AddDays(n); later.String() != moved.Format("2006-01-02") || later.Sub(d) != n || d.Before(later) != (n > 0) {
			t.Fatalf("%v + %d days = %v, want %v", d, n, later, moved)
		}
	})
}

func TestDateArithmeticStopsAtTheEndsOfTheCalendar(t *testing.T) {
	huge := int(^uint(0) >> 1)
	if got := date("2026-02-15").AddDays(huge).String(); got != "9999-12-31" {
		t.Errorf("far ahead: %s", got)
	}
	if got := date("2026-02-15").AddDays(-huge - 1); !got.IsZero() || got.String() != "0001-01-01" {
		t.Errorf("far back: %s", got)
	}
}

func TestDateBeginsAtItsFirstInstant(t *testing.T) {
	for _, c := range []struct{ date, zone, want string }{
		{"2026-02-15", "Africa/Casablanca", "2026-02-14T23:00:00Z"},
		{"2026-02-16", "Africa/Casablanca", "2026-02-16T00:00:00Z"},
		{"2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00Z"},     // the clock springs from 00:00 to 01:00
		{"2026-11-01", "America/Havana", "2026-11-01T04:00:00Z"},   // 00:00 comes twice
		{"2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z"},     // Samoa left this day out
		{"1988-04-03", "America/St_Johns", "1988-04-03T03:30:00Z"}, // the clock springs a minute after midnight
	} {
		if got := date(c.date).In(zone(t, c.zone)).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s in %s begins at %s, want %s", c.date, c.zone, got, c.want)
		}
	}
}

func TestDateIsTextInJSON(t *testing.T) {
	in := map[schedule.Date][]schedule.Date{date("2026-02-15"): {date("2026-03-22")}}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `{"2026-02-15":["2026-03-22"]}` {
		t.Fatalf("%s, %v", text, err)
	}
	var out map[schedule.Date][]schedule.Date
	if err := json.Unmarshal(text, &out); err != nil || out[date("2026-02-15")][0] != date("2026-03-22") {
		t.Fatalf("%v, %v", out, err)
	}
	var d schedule.Date
	if err := json.Unmarshal([]byte(`"2026-02-31"`), &d); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("2026-02-31 was read as %v, %v", d, err)
	}
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-02-15", "0001-01-01", "9999-12-31", "2026-02-30", "2026-2-1", "", "0000-00-00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := schedule.ParseDate(text)
		if err == nil && d.String() != text {
			t.Errorf("%q was read as %v", text, d)
		}
		if err != nil && (errs.CodeOf(err) != errs.Invalid || !d.IsZero()) {
			t.Errorf("%q gave %v, %v", text, d, err)
		}
	})
}

func date(text string) schedule.Date {
	d, err := schedule.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := schedule.Location(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}
