package i18n

import (
	"strconv"
	"time"
)

var monthNames = map[Language][12]string{
	French: {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	// The names that Morocco uses, which are not those of the Levant or of Egypt.
	Arabic:  {"يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"},
	English: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

var weekdayNames = map[Language][7]string{
	French:  {"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
	Arabic:  {"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
	English: {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

// known returns the language itself where it is one of ours, else the default.
func known(in Language) Language {
	if _, ok := monthNames[in]; ok {
		return in
	}
	return French
}

// FormatDate writes the day that t falls on in zone: "3 mars 2026", "3 مارس 2026", "3 March 2026".
func FormatDate(in Language, t time.Time, zone *time.Location) string {
	year, month, day := t.In(zone).Date()
	return dayOfMonth(in, day) + noBreakSpace + MonthName(in, month) + " " + strconv.Itoa(year)
}

// FormatDay is FormatDate with the weekday before it and without the year, for days near now: "mardi 3 mars".
func FormatDay(in Language, t time.Time, zone *time.Location) string {
	_, month, day := t.In(zone).Date()
	separator := " "
	if in == Arabic {
		separator = "، "
	}
	return FormatWeekday(in, t, zone) + separator + dayOfMonth(in, day) + noBreakSpace + MonthName(in, month)
}

// FormatTime writes the wall-clock time in zone, 24 hours, in digits that all three languages read: "14:05".
func FormatTime(_ Language, t time.Time, zone *time.Location) string {
	return t.In(zone).Format("15:04")
}

// FormatDateTime is FormatDate and FormatTime: "3 mars 2026 à 14:05".
func FormatDateTime(in Language, t time.Time, zone *time.Location) string {
	at := " à" + noBreakSpace
	switch in {
	case Arabic:
		at = " على الساعة" + noBreakSpace
	case English:
		at = " at" + noBreakSpace
	}
	return FormatDate(in, t, zone) + at + FormatTime(in, t, zone)
}

// FormatWeekday writes the weekday that t falls on in zone: "mardi".
func FormatWeekday(in Language, t time.Time, zone *time.Location) string {
	return WeekdayName(in, t.In(zone).Weekday())
}

// WeekdayName returns the name of a weekday as it stands within a sentence.
func WeekdayName(in Language, day time.Weekday) string {
	if day < time.Sunday || day > time.Saturday {
		return ""
	}
	return weekdayNames[known(in)][day]
}

// MonthName returns the name of a month as it stands within a sentence.
func MonthName(in Language, month time.Month) string {
	if month < time.January || month > time.December {
		return ""
	}
	return monthNames[known(in)][month-1]
}

func dayOfMonth(in Language, day int) string {
	if day == 1 && known(in) == French {
		return "1er"
	}
	return strconv.Itoa(day)
}

// unit is a stretch of time that RelativeTime counts in.
type unit struct {
	length time.Duration
	below  time.Duration // used for distances up to this
	past   map[Language]*text
	future map[Language]*text
}

// RelativeTime says how far t lies from now: "il y a 3 minutes", "dans 2 heures", "in 5 days". Within 45 seconds it is "now";
// beyond 30 days it counts months, and beyond a year years, whose lengths are the mean ones.
func RelativeTime(in Language, t, now time.Time) string {
	in = known(in)
	distance := t.Sub(now).Abs()
	future := t.After(now)
	if distance < 45*time.Second {
		return nowWords[in]
	}
	for _, u := range units {
		if distance > u.below {
			continue
		}
		words := u.past
		if future {
			words = u.future
		}
		count := max(int64(distance/u.length), 1)
		if distance > u.length && distance%u.length >= u.length/2 {
			count++
		}
		return words[in].render(in, map[string]any{"Count": count})
	}
	return ""
}

// Moment is a time as an argument of a text: it is told as FormatDateTime tells it, in the language of the text.
type Moment struct {
	At   time.Time
	Zone *time.Location
}
