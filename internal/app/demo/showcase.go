package demo

import (
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/schedule"
)

// showcase plans by hand what people who try the product see first: two full days of the main provider, requests that wait for
// their answer, and what is ahead of the main customer. It returns how many bookings it planned.
func (b *booker) showcase(r *random) int {
	p := b.providers[mainProvider]
	b.fullDay(r, p, pastDays, []int{0, 1, 0, 2, 0})
	b.fullDay(r, p, pastDays+1, []int{1, 0, 0, 1})
	for _, ahead := range []int{2, 3, 3, 5} {
		b.waiting(r, p, ahead)
	}
	b.mainCustomerAhead(r, p)
	return b.planned()
}

func (b *booker) planned() int {
	count := 0
	for _, p := range b.providers {
		count += len(p.plans)
	}
	return count
}

// fullDay puts the services one after another into a day, with a gap here and there.
func (b *booker) fullDay(r *random, p *provider, day int, services []int) {
	after := b.calendar.date(day).In(b.zone)
	for i, n := range services {
		pl := plan{service: n, status: booking.Accepted}
		slots := b.slots(p, day, p.services[n].Duration())
		for len(slots) > 0 && slots[0].Start.Before(after) {
			slots = slots[1:]
		}
		if len(slots) == 0 {
			return
		}
		pl.slot = slots[min(i%2, len(slots)-1)]
		who, ok := b.somebody(r, p.town, pl.slot)
		if i == 1 && day == pastDays+1 && b.free(mainCustomer, pl.slot) {
			who = mainCustomer
		}
		pl.customer, pl.created = who, r.lastEvening(b.now).AddDate(0, 0, -r.IntN(4))
		after = pl.slot.End
		if ok {
			b.add(p, day, pl)
		}
	}
}

// waiting plans a request that came last evening, for a day or the next one that is open.
func (b *booker) waiting(r *random, p *provider, ahead int) {
	const onRequest = 1
	for day := pastDays + ahead; day <= pastDays+futureDays; day++ {
		slots := b.slots(p, day, p.services[onRequest].Duration())
		if len(slots) == 0 {
			continue
		}
		slot := pick(r, slots)
		if who, ok := b.somebody(r, p.town, slot); ok {
			b.add(p, day, plan{service: onRequest, slot: slot, created: r.lastEvening(b.now), customer: who, status: booking.Requested})
			return
		}
	}
}

// mainCustomerAhead gives the main customer a request, an accepted booking and one that the provider would like to move.
func (b *booker) mainCustomerAhead(r *random, main *provider) {
	b.forMain(r, main, 4, booking.Requested, false)
	others := 0
	for _, p := range b.providers[mainProvider+1:] {
		if p.town != 0 || p.popularity == 0 || p.field == main.field {
			continue
		}
		if b.forMain(r, p, 3+2*others, booking.Accepted, others == 1) {
			others++
		}
		if others == 3 {
			return
		}
	}
}

func (b *booker) forMain(r *random, p *provider, ahead int, status booking.Status, moved bool) bool {
	for n, s := range p.services {
		if status == booking.Requested && s.Instant {
			continue
		}
		for day := pastDays + ahead; day < pastDays+ahead+6; day++ {
			slots := b.slots(p, day, s.Duration())
			if len(slots) == 0 {
				continue
			}
			pl := plan{service: n, slot: pick(r, slots), customer: mainCustomer, status: status, created: r.lastEvening(b.now)}
			if !b.free(mainCustomer, pl.slot) {
				continue
			}
			if status == booking.Accepted {
				pl.created = later(p.row.CreatedAt.Add(2*time.Hour), pl.created.AddDate(0, 0, -1))
			}
			if moved {
				pl.moves = b.otherTime(r, p, pl)
			}
			if moved && pl.moves == (schedule.Interval{}) {
				continue
			}
			b.add(p, day, pl)
			return true
		}
	}
	return false
}
