package demo

import (
	"time"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
)

func hours(spans ...int) []schedule.Span {
	var day []schedule.Span
	for i := 0; i < len(spans); i += 2 {
		day = append(day, schedule.Span{From: spans[i], To: spans[i+1]})
	}
	return day
}

const hour = 60

// week is one kind of working week: an ordinary day, Friday with its prayer, Saturday and Sunday.
type week struct{ ordinary, friday, saturday, sunday []schedule.Span }

var (
	artisanWeeks = []week{
		{hours(8*hour+30, 12*hour+30, 14*hour, 18*hour+30), hours(8*hour+30, 12*hour, 15*hour, 18*hour+30), hours(9*hour, 13*hour, 14*hour+30, 18*hour), nil},
		{hours(9*hour, 13*hour, 14*hour+30, 19*hour), hours(9*hour, 12*hour, 15*hour, 19*hour), hours(9*hour, 15*hour), nil},
		{hours(8*hour, 12*hour, 13*hour+30, 18*hour), hours(8*hour, 12*hour, 14*hour+30, 18*hour), hours(8*hour, 14*hour), hours(9*hour, 13*hour)},
	}
	// longWeeks have no pause in which a long job would have to stop.
	longWeeks = []week{
		{hours(8*hour, 19*hour), hours(8*hour, 12*hour+15, 14*hour+30, 19*hour), hours(8*hour, 20*hour), nil},
		{hours(8*hour, 20*hour), hours(8*hour, 12*hour, 14*hour+30, 20*hour), hours(8*hour, 20*hour), hours(9*hour, 19*hour)},
	}
	salonWeeks = []week{
		{hours(10*hour, 14*hour, 15*hour, 20*hour), hours(10*hour, 12*hour+30, 15*hour, 20*hour), hours(9*hour+30, 21*hour), nil},
		{hours(9*hour+30, 13*hour, 14*hour, 20*hour), hours(9*hour+30, 12*hour+30, 15*hour, 20*hour+30), hours(9*hour+30, 21*hour), hours(11*hour, 18*hour)},
	}
	lessonWeeks = []week{
		{hours(15*hour, 21*hour), hours(15*hour, 21*hour), hours(9*hour, 13*hour, 14*hour+30, 19*hour), nil},
		{hours(10*hour, 13*hour, 16*hour, 21*hour), hours(10*hour, 12*hour, 16*hour, 20*hour), hours(9*hour, 18*hour), hours(10*hour, 14*hour)},
	}
)

// mainRules are those of the plumber that people who try the product sign in as.
func mainRules(today schedule.Date) schedule.Rules {
	rules := schedule.Rules{Zone: zoneName, StepMinutes: 30, BufferAfterMinutes: 15, NoticeMinutes: 120, HorizonDays: 60}
	artisanWeeks[0].fill(&rules)
	for ahead := range 2 {
		if date := today.AddDays(ahead); len(rules.Week[date.Weekday()]) == 0 {
			rules.Exceptions = append(rules.Exceptions, schedule.Exception{Date: date, Spans: hours(9*hour, 13*hour, 14*hour+30, 18*hour), Reason: "Ouverture exceptionnelle"})
		}
	}
	return rules
}

func (k week) fill(rules *schedule.Rules) {
	for day := time.Monday; day <= time.Thursday; day++ {
		rules.Week[day] = k.ordinary
	}
	rules.Week[time.Friday], rules.Week[time.Saturday], rules.Week[time.Sunday] = k.friday, k.saturday, k.sunday
}

// rules makes up when a provider of these services works.
func (r *random) rules(f *field, services []catalog.Service, today schedule.Date) schedule.Rules {
	rules := schedule.Rules{
		Zone: zoneName, StepMinutes: 30,
		NoticeMinutes: pick(r, []int{60, 120, 120, 240, 720, 1440}), HorizonDays: pick(r, []int{30, 45, 60, 60, 90}),
	}
	longest, moving := 0, false
	for _, s := range services {
		minutes := s.DurationMinutes
		for _, a := range s.Addons {
			minutes += a.DurationMinutes
		}
		longest, moving = max(longest, minutes), moving || s.Place == catalog.AtCustomer
	}
	weeks := artisanWeeks
	switch {
	case longest > 3*hour:
		weeks = longWeeks
	case f.categoryID == beauty.categoryID:
		weeks = salonWeeks
	case f.categoryID == lessons.categoryID:
		weeks = lessonWeeks
	}
	pick(r, weeks).fill(&rules)
	if f.categoryID == beauty.categoryID && r.chance(60) {
		rules.Week[time.Monday] = nil
	}
	if moving {
		rules.BufferBeforeMinutes, rules.BufferAfterMinutes = pick(r, []int{0, 0, 15}), pick(r, []int{15, 15, 30})
	} else {
		rules.BufferAfterMinutes = pick(r, []int{0, 5, 10})
	}
	if r.chance(25) {
		off := today.AddDays(r.between(4, 40))
		for day := range r.between(1, 3) {
			rules.Exceptions = append(rules.Exceptions, schedule.Exception{Date: off.AddDays(day), Reason: "Congé"})
		}
	}
	return rules
}
