package demo

import (
	"slices"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
)

// plan is a booking before its story is told: small, since there may be hundreds of thousands.
type plan struct {
	service  int
	addons   []string
	slot     schedule.Interval
	created  time.Time
	customer int
	status   booking.Status
	stars    int8              // that the customer gave; 0 where they gave none
	moves    schedule.Interval // the time that is proposed for an upcoming booking; zero where there is no proposal
}

// draws bounds how often a free time is looked for before a booking is left to somebody else.
const draws = 25

// booker hands out bookings to the customers of each town.
type booker struct {
	*world
	byTown []townsfolk
}

// townsfolk are the customers of a town, by how often they book.
type townsfolk struct {
	members []int
	loyalty weights
}

// book plans all bookings. What a provider's calendar has no room for goes to the next one.
func (w *world) book() {
	b := &booker{world: w, byTown: make([]townsfolk, len(towns))}
	for i, c := range w.customers {
		b.byTown[c.town].members = append(b.byTown[c.town].members, i)
	}
	for town := range b.byTown {
		folk := &b.byTown[town]
		folk.loyalty = weigh(folk.members, func(i int) float64 { return w.customers[i].loyalty })
	}
	total := bookingsAtScaleOne * w.config.Scale
	chances := make([]*random, len(w.providers))
	for i := range chances {
		chances[i] = newRandom(w.config.Seed, bookingPart+uint64(i))
	}
	total -= b.showcase(chances[mainProvider])
	open := weigh(w.providers, func(p *provider) float64 { return p.popularity * w.openShare(p) })
	left := 0
	for i, share := range open.share(total) {
		left += b.fill(chances[i], w.providers[i], share)
	}
	for round := 0; left > 0 && round < 20; round++ {
		for i, p := range w.providers {
			if left > 0 && p.popularity > 0 {
				left += b.fill(chances[i], p, 1) - 1
			}
		}
	}
	w.leaveOpen()
	r := newRandom(w.config.Seed, storyPart-1)
	for _, p := range w.providers {
		w.rate(r, p)
	}
}

// openShare is how much of the calendar's bookings fall into the time since the provider joined.
func (w *world) openShare(p *provider) float64 {
	all, first := w.calendar.weights, w.firstDay(p)
	return all[len(all)-1] - all[first-1]
}

// firstDay is the first day of the calendar on which the provider can have a booking.
func (w *world) firstDay(p *provider) int {
	return max(1, schedule.DateOf(p.row.CreatedAt, w.zone).Sub(w.calendar.first)+2)
}

// fill plans count bookings of a provider and returns how many found no time.
func (b *booker) fill(r *random, p *provider, count int) (left int) {
	first := b.firstDay(p)
	for range count {
		planned := false
		for try := 0; try < draws && !planned; try++ {
			planned = b.tryDay(r, p, b.calendar.weights.draw(r, first))
		}
		if !planned {
			left++
		}
	}
	return left
}

func (b *booker) tryDay(r *random, p *provider, day int) bool {
	if p.index == mainProvider && day >= pastDays && day <= pastDays+1 {
		return false // these two days are laid out by hand
	}
	n := r.IntN(len(p.services))
	addons, duration := r.addons(&p.services[n])
	slots := b.slots(p, day, duration)
	if len(slots) == 0 {
		return false
	}
	hours := weigh(slots, func(s schedule.Interval) float64 {
		return hourWeight(s.Start.In(b.zone).Hour(), b.calendar.ramadan[day])
	})
	slot := slots[hours.draw(r, 0)]
	created, ok := b.created(r, p, slot.Start)
	if !ok {
		return false
	}
	who, ok := b.somebody(r, p.town, slot)
	if !ok {
		return false
	}
	pl := plan{service: n, addons: addons, slot: slot, created: created, customer: who}
	pl.status = b.outcome(r, &p.services[n], &pl)
	if pl.status == booking.Accepted && r.chance(8) {
		pl.moves = b.otherTime(r, p, pl)
	}
	b.add(p, day, pl)
	return true
}

// add writes a plan into both calendars.
func (b *booker) add(p *provider, day int, pl plan) {
	p.days[day] = append(p.days[day], len(p.plans))
	p.plans = append(p.plans, pl)
	c := b.customers[pl.customer]
	c.busy = append(c.busy, pl.slot)
	if c.first.IsZero() || pl.created.Before(c.first) {
		c.first = pl.created
	}
}

// slots are the free times of a provider on a day, as somebody saw them who booked in time.
func (w *world) slots(p *provider, day int, duration time.Duration) []schedule.Interval {
	date := w.calendar.date(day)
	if rules := &p.row.Availability; len(rules.Week[date.Weekday()]) == 0 && len(rules.Exceptions) == 0 {
		return nil
	}
	var busy []schedule.Interval
	for _, i := range p.days[day] {
		s := p.plans[i].slot
		busy = append(busy, p.row.Availability.Block(s.Start, s.End.Sub(s.Start)))
	}
	from, to := date.In(w.zone), date.AddDays(1).In(w.zone)
	asked := from.Add(-time.Duration(p.row.Availability.NoticeMinutes) * time.Minute)
	return p.row.Availability.Slots(duration, busy, asked, from, to)
}

func (r *random) addons(s *catalog.Service) (chosen []string, duration time.Duration) {
	duration = s.Duration()
	for _, a := range s.Addons {
		if r.chance(18) {
			chosen = append(chosen, a.ID)
			duration += time.Duration(a.DurationMinutes) * time.Minute
		}
	}
	return chosen, duration
}

// created returns when a time was booked: some days ahead, by day, after the provider joined and within their notice and horizon.
func (b *booker) created(r *random, p *provider, start time.Time) (time.Time, bool) {
	rules := &p.row.Availability
	latest := start.Add(-time.Duration(rules.NoticeMinutes)*time.Minute - time.Minute)
	if before := b.now.Add(-10 * time.Minute); before.Before(latest) {
		latest = before
	}
	earliest := later(p.row.CreatedAt.Add(2*time.Hour), start.AddDate(0, 0, 2-rules.HorizonDays))
	ahead := time.Duration(r.ExpFloat64() * float64(72*time.Hour))
	if r.chance(25) {
		ahead = time.Duration(r.ExpFloat64() * float64(5*time.Hour))
	}
	at := latest.Add(-ahead)
	if night := at.In(b.zone).Hour(); night < 7 { // people sleep
		at = at.Add(-time.Duration(night+3) * time.Hour)
	}
	at = at.Add(-time.Duration(r.IntN(30*60*1e6)) * time.Microsecond).Truncate(time.Microsecond)
	return at, at.After(earliest)
}

// somebody draws a customer of the town who has nothing else at that time.
func (b *booker) somebody(r *random, town int, slot schedule.Interval) (int, bool) {
	folk := &b.byTown[town]
	for range 8 {
		who := folk.members[folk.loyalty.draw(r, 0)]
		if b.free(who, slot) {
			return who, true
		}
	}
	return 0, false
}

func (b *booker) free(customer int, slot schedule.Interval) bool {
	for _, other := range b.customers[customer].busy {
		if other.Overlaps(slot) {
			return false
		}
	}
	return true
}

// outcomes are how bookings end, in hundredths.
type outcomes []struct {
	status booking.Status
	share  float64
}

var (
	pastInstant = outcomes{{booking.Completed, 85}, {booking.CancelledByCustomer, 8}, {booking.CancelledByProvider, 3}, {booking.NoShow, 4}}
	pastAsked   = outcomes{{booking.Completed, 72}, {booking.CancelledByCustomer, 6}, {booking.CancelledByProvider, 3}, {booking.NoShow, 3},
		{booking.Declined, 7}, {booking.Expired, 5}, {booking.Withdrawn, 4}}
	nextInstant = outcomes{{booking.Accepted, 93}, {booking.CancelledByCustomer, 5}, {booking.CancelledByProvider, 2}}
	nextAsked   = outcomes{{booking.Accepted, 60}, {booking.Requested, 22}, {booking.CancelledByCustomer, 5}, {booking.Declined, 6}, {booking.Withdrawn, 4}, {booking.Expired, 3}}
)

func (o outcomes) draw(r *random) booking.Status {
	n := r.Float64() * 100
	for _, one := range o {
		if n -= one.share; n < 0 {
			return one.status
		}
	}
	return o[0].status
}

// outcome decides how a booking stands today. It moves the creation of a request that still waits into last evening, so that it
// waits all day.
func (b *booker) outcome(r *random, s *catalog.Service, pl *plan) booking.Status {
	if pl.slot.Start.Before(b.now) {
		if s.Instant {
			return pastInstant.draw(r)
		}
		return pastAsked.draw(r)
	}
	if s.Instant {
		return nextInstant.draw(r)
	}
	status := nextAsked.draw(r)
	switch {
	case status == booking.Expired && pl.created.Add(25*time.Hour).After(b.now):
		status = booking.Declined
	case status == booking.Requested:
		if pl.slot.Start.Before(b.now.Add(34 * time.Hour)) { // too near to wait for
			return booking.Accepted
		}
		pl.created = r.lastEvening(b.now)
	}
	return status
}

func (r *random) lastEvening(now time.Time) time.Time {
	return r.moment(now.Add(-3*time.Hour), now.Add(-5*time.Minute))
}

// otherTime is a free time some days after an upcoming booking, or zero.
func (b *booker) otherTime(r *random, p *provider, pl plan) schedule.Interval {
	day := schedule.DateOf(pl.slot.Start, b.zone).Sub(b.calendar.first) + r.between(1, 4)
	if day > pastDays+futureDays {
		return schedule.Interval{}
	}
	slots := b.slots(p, day, pl.slot.End.Sub(pl.slot.Start))
	if len(slots) == 0 {
		return schedule.Interval{}
	}
	return pick(r, slots)
}

// leaveOpen has some providers forget to say last evening that the job is done.
func (w *world) leaveOpen() {
	var latest []*plan
	for _, p := range w.providers {
		for i := range p.plans {
			if p.plans[i].status == booking.Completed && p.plans[i].slot.End.After(w.now.AddDate(0, 0, -3)) {
				latest = append(latest, &p.plans[i])
			}
		}
	}
	slices.SortStableFunc(latest, func(a, b *plan) int { return b.slot.End.Compare(a.slot.End) })
	for _, pl := range latest[:min(len(latest), 3*w.config.Scale)] {
		pl.status = booking.InProgress
	}
}

// requestLifetime is how long a request waits for its answer, as package booking has it.
const requestLifetime = 24 * time.Hour

// expiry is when a request runs out.
func (pl *plan) expiry() time.Time {
	if at := pl.created.Add(requestLifetime); at.Before(pl.slot.Start) {
		return at
	}
	return pl.slot.Start
}

// minutes returns a time around the mean, given in minutes like the bound that it does not pass.
func (r *random) minutes(mean, bound float64) time.Duration {
	return time.Duration(min(bound, 1+r.ExpFloat64()*mean)*60e6) * time.Microsecond
}
