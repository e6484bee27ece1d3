package i18n

import (
	"math"
	"testing"
	"time"

	"khadamat/internal/platform/timezone"
)

func TestNumbersAndMoney(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{FormatNumber(French, 0), "0"},
		{FormatNumber(French, 999), "999"},
		{FormatNumber(French, 1234567), "1\u202f234\u202f567"},
		{FormatNumber(Arabic, 1234567), "1.234.567"},
		{FormatNumber(English, -1234), "-1,234"},
		{FormatNumber(Arabic, -1234), "\u200e-1.234"},
		{FormatNumber(English, math.MinInt64), "-9,223,372,036,854,775,808"},
		{FormatDecimal(French, 4.75, 1), "4,8"},
		{FormatDecimal(English, -0.04, 1), "0.0"},
		{FormatDecimal(English, math.NaN(), 1), "–"},
		{FormatDecimal(English, math.Inf(1), 1), "–"},
		{FormatDecimal(English, 1e30, 1), "–"},
		{FormatMoney(French, 123450, "MAD", 2), "1\u202f234,50\u00a0MAD"},
		{FormatMoney(Arabic, 123450, "MAD", 2), "1.234,50\u00a0د.م."},
		{FormatMoney(English, 123450, "MAD", 2), "1,234.50\u00a0MAD"},
		{FormatMoney(English, 5, "MAD", 2), "0.05\u00a0MAD"},
		{FormatMoney(English, -5, "MAD", 2), "-0.05\u00a0MAD"},
		{FormatMoney(English, 1234, "TND", 3), "1.234\u00a0TND"},
		{FormatMoney(English, 1234, "JPY", 0), "1,234\u00a0JPY"},
		{FormatMoney(Arabic, 1234, "EUR", 2), "12,34\u00a0EUR"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func casablanca(t *testing.T) *time.Location {
	t.Helper()
	zone, err := timezone.Load("Africa/Casablanca")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestDates(t *testing.T) {
	zone := casablanca(t)
	evening := time.Date(2026, time.July, 31, 23, 5, 0, 0, time.UTC) // already 1 August in Morocco
	ramadan := time.Date(2026, time.March, 3, 14, 5, 0, 0, time.UTC) // +00 in Ramadan
	for _, test := range []struct{ got, want string }{
		{FormatDate(French, evening, zone), "1er\u00a0août 2026"},
		{FormatDate(Arabic, evening, zone), "1\u00a0غشت 2026"},
		{FormatDate(English, evening, zone), "1\u00a0August 2026"},
		{FormatTime(French, evening, zone), "00:05"},
		{FormatTime(French, ramadan, zone), "14:05"},
		{FormatDateTime(French, ramadan, zone), "3\u00a0mars 2026 à\u00a014:05"},
		{FormatDateTime(Arabic, ramadan, zone), "3\u00a0مارس 2026 على الساعة\u00a014:05"},
		{FormatDateTime(English, ramadan, zone), "3\u00a0March 2026 at\u00a014:05"},
		{FormatWeekday(French, ramadan, zone), "mardi"},
		{FormatWeekday(Arabic, ramadan, zone), "الثلاثاء"},
		{FormatWeekday(English, evening, zone), "Saturday"},
		{FormatDay(French, ramadan, zone), "mardi 3\u00a0mars"},
		{FormatDay(Arabic, ramadan, zone), "الثلاثاء، 3\u00a0مارس"},
		{MonthName(Arabic, time.November), "نونبر"},
		{MonthName(French, 13), ""},
		{WeekdayName(French, 7), ""},
		{FormatDate("de", evening, zone), "1er\u00a0août 2026"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestRelativeTime(t *testing.T) {
	now := time.Date(2026, time.May, 4, 10, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		in       Language
		distance time.Duration
		want     string
	}{
		{French, 0, "à l’instant"},
		{French, -44 * time.Second, "à l’instant"},
		{French, -45 * time.Second, "il y a 1 minute"},
		{French, -3 * time.Minute, "il y a 3 minutes"},
		{French, 2 * time.Hour, "dans 2 heures"},
		{French, 59*time.Minute + 40*time.Second, "dans 1 heure"},
		{French, 23*time.Hour + 45*time.Minute, "dans 1 jour"},
		{French, -40 * day, "il y a 1 mois"},
		{English, -400 * day, "1 year ago"},
		{English, 5 * day, "in 5 days"},
		{Arabic, -time.Minute, "قبل دقيقة"},
		{Arabic, 2 * time.Hour, "بعد ساعتين"},
		{Arabic, -3 * day, "قبل 3 أيام"},
		{Arabic, -11 * day, "قبل 11 يوما"},
	} {
		if got := RelativeTime(test.in, now.Add(test.distance), now); got != test.want {
			t.Errorf("%s %s: got %q, want %q", test.in, test.distance, got, test.want)
		}
	}
	if got := RelativeTime(English, time.Time{}, now); got != "292 years ago" {
		t.Errorf("the longest distance: got %q", got)
	}
}

func TestEveryPhraseOfTimeHasAllForms(t *testing.T) {
	for _, u := range units {
		for _, words := range []map[Language]*text{u.past, u.future} {
			for _, in := range Languages {
				for i, f := range words[in].forms {
					wanted := false
					for _, name := range PluralForms[in] {
						wanted = wanted || name == formNames[i]
					}
					if f.present != wanted {
						t.Errorf("%s, %s, form %s: present %v", u.length, in, formNames[i], f.present)
					}
				}
			}
		}
	}
}
