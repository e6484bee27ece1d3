package market

import (
	"time"

	"khadamat/internal/market/schedule"
)

// times are the free times of one service: a week of days to choose from, and those of the chosen day.
type times struct {
	zone     *time.Location
	days     []dayChoice
	chosen   schedule.Date
	parts    []part        // of the chosen day; empty where nothing is free all week
	earlier  schedule.Date // zero where the week begins today
	later    schedule.Date // zero beyond the last week that can be looked at
	nextFree schedule.Date // where nothing is free all week: the next day that has a time; zero where there is none
}

// dayChoice is a day with how many times are free on it.
type dayChoice struct {
	date schedule.Date
	free int
}

// part is a part of a day with its free times.
type part struct {
	key    string // of its name
	starts []time.Time
}

const (
	weekDays = 7
	// maxDaysAhead is as far as times can be asked for at once, and so how far ahead the next free day is looked for.
	maxDaysAhead = 60
	maxWeeks     = 53
)

type freeTimes func(from, to schedule.Date) ([]schedule.Interval, error)

// findTimes shows the week that day lies in, counted from today, and chooses the first day in it, not before day, that has a free
// time. Where nobody asked for a day and the first week is full it goes on to the first week that is not.
func findTimes(free freeTimes, zone *time.Location, today, day schedule.Date, explicit bool) (times, error) {
	week := min(day.Sub(today)/weekDays, maxWeeks)
	shown, err := weekOf(free, zone, today, week, day)
	if err != nil || len(shown.parts) > 0 {
		return shown, err
	}
	end := today.AddDays((week + 1) * weekDays)
	ahead, err := free(end, end.AddDays(maxDaysAhead))
	if err != nil || len(ahead) == 0 {
		return shown, err
	}
	shown.nextFree = schedule.DateOf(ahead[0].Start, zone)
	if explicit {
		return shown, nil
	}
	return weekOf(free, zone, today, shown.nextFree.Sub(today)/weekDays, shown.nextFree)
}

func weekOf(free freeTimes, zone *time.Location, today schedule.Date, week int, day schedule.Date) (times, error) {
	first := today.AddDays(week * weekDays)
	slots, err := free(first, first.AddDays(weekDays))
	if err != nil {
		return times{}, err
	}
	shown := times{zone: zone, days: make([]dayChoice, weekDays)}
	for i := range shown.days {
		shown.days[i].date = first.AddDays(i)
	}
	if week > 0 {
		shown.earlier = first.AddDays(-weekDays)
	}
	if week < maxWeeks {
		shown.later = first.AddDays(weekDays)
	}
	for _, slot := range slots {
		date := schedule.DateOf(slot.Start, zone)
		at := date.Sub(first)
		if at < 0 || at >= weekDays {
			continue
		}
		shown.days[at].free++
		if shown.chosen.IsZero() && !date.Before(day) {
			shown.chosen = date
		}
		if date == shown.chosen {
			shown.parts = addTo(shown.parts, slot.Start, zone)
		}
	}
	return shown, nil
}

func addTo(parts []part, start time.Time, zone *time.Location) []part {
	key := partOf(start.In(zone).Hour())
	if len(parts) == 0 || parts[len(parts)-1].key != key {
		parts = append(parts, part{key: key})
	}
	last := &parts[len(parts)-1]
	last.starts = append(last.starts, start)
	return parts
}

func partOf(hour int) string {
	switch {
	case hour < 12:
		return "market.morning"
	case hour < 18:
		return "market.afternoon"
	}
	return "market.evening"
}
