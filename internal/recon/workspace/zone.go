package workspace

import (
	"sync"
	"time"

	"khadamat/internal/platform/timezone"
	"khadamat/internal/recon/record"
)

// zone is where days and schedules are told. The house brings its time zones along, so that there is always this one.
var zone = sync.OnceValue(func() *time.Location {
	place, err := timezone.Load(casablanca)
	if err != nil {
		panic(err)
	}
	return place
})

// today is the day that a calendar in Casablanca shows.
func today(now time.Time) record.Day {
	local := now.In(zone())
	return record.DayOf(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC))
}

// monthOf names the month of a day: "2026-10".
func monthOf(d record.Day) string { return d.Time().Format("2006-01") }
