package demo

import (
	"time"

	"khadamat/internal/market/schedule"
)

const (
	pastDays   = 548 // eighteen months
	futureDays = 21
)

// calendar says how much is booked on which day, from pastDays before today to futureDays after it.
type calendar struct {
	first   schedule.Date
	ramadan []bool
	weights weights
}

func newCalendar(today schedule.Date, zone *time.Location) calendar {
	c := calendar{first: today.AddDays(-pastDays), ramadan: make([]bool, pastDays+futureDays+1)}
	days := make([]int, len(c.ramadan))
	for i := range days {
		days[i] = i
		// In Morocco the clock itself says that it is Ramadan: it goes back to the hour of Greenwich.
		_, offset := c.first.AddDays(i).In(zone).Add(12 * time.Hour).Zone()
		c.ramadan[i] = offset == 0
	}
	c.weights = weigh(days, c.weight)
	return c
}

func (c calendar) date(day int) schedule.Date { return c.first.AddDays(day) }

func (c calendar) weight(day int) float64 {
	weight := 0.6 + 0.8*float64(day)/pastDays // the market grows
	switch c.date(day).Weekday() {
	case time.Saturday:
		weight *= 1.6
	case time.Sunday:
		weight *= 0.6
	case time.Friday:
		weight *= 0.8
	}
	_, month, _ := c.date(day).Civil()
	switch {
	case c.ramadan[day]:
		weight *= 0.75
	case month == time.August: // weddings, and families home from abroad
		weight *= 1.2
	}
	if ahead := day - pastDays; ahead > 0 {
		weight *= 6 / float64(6+ahead) // most people book a few days ahead
	}
	return weight
}

// hourWeight says how much people like an hour of the day.
func hourWeight(hour int, ramadan bool) float64 {
	switch {
	case ramadan && hour >= 17: // the table is laid
		return 0.1
	case hour >= 9 && hour <= 11:
		return 1.6
	case hour >= 17 && hour <= 18:
		return 1.3
	case hour < 8 || hour >= 20:
		return 0.6
	}
	return 1
}
