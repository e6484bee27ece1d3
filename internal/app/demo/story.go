package demo

import (
	"slices"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/message"
	"khadamat/internal/market/review"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
)

// chapter is a booking with what was said about it.
type chapter struct {
	booking.Past
	reviews  []review.Review
	messages []message.Message
}

// tell makes the bookings of a provider out of their plans, each with its whole history.
func (w *world) tell(p *provider) []chapter {
	r, said := newRandom(w.config.Seed, storyPart+uint64(p.index)), newRandom(w.config.Seed, wordsPart+uint64(p.index))
	all := make([]chapter, len(p.plans))
	for i := range p.plans {
		s := &story{world: w, random: r, provider: p, plan: &p.plans[i], customer: w.customers[p.plans[i].customer]}
		all[i].Past = s.tell()
		s.random = said
		all[i].reviews, all[i].messages = s.reviews(), s.messages()
	}
	return all
}

// story is one booking while it is told.
type story struct {
	*world
	*random
	provider *provider
	plan     *plan
	customer *customer
	booking  booking.Booking
	events   []booking.Event
}

func (s *story) tell() booking.Past {
	service := &s.provider.services[s.plan.service]
	rules := &s.provider.row.Availability
	slot := s.plan.slot
	s.booking = booking.Booking{
		ID: s.id(s.plan.created), CustomerID: s.customer.account.ID, ProviderID: s.provider.row.ID, ProviderAccountID: s.provider.account.ID,
		ServiceID: service.ID, Start: slot.Start, End: slot.End, Block: rules.Block(slot.Start, slot.End.Sub(slot.Start)),
		Instant: service.Instant, Policy: s.provider.row.Policy, CreatedAt: s.plan.created,
	}
	s.booking.Price, s.booking.Details = s.agreed(service)
	if s.booking.Status = booking.Requested; service.Instant {
		s.booking.Status = booking.Accepted
	}
	s.happen(booking.EventRequested, booking.CustomerSide, s.plan.created, "")
	s.unfold()
	s.booking.UpdatedAt = s.events[len(s.events)-1].At
	return booking.Past{Booking: s.booking, Events: s.events}
}

// agreed is what the two sides agreed on. Prices add up as package booking adds them up.
func (s *story) agreed(service *catalog.Service) (money.Amount, booking.Details) {
	base := service.Price
	if service.Pricing == catalog.Hourly {
		base = money.Of((base.Minor*int64(service.DurationMinutes)+30)/60, base.Currency)
	}
	total, lines := base, []booking.Line{{Title: service.Title, Price: base}}
	for _, a := range service.Addons {
		if slices.Contains(s.plan.addons, a.ID) {
			lines = append(lines, booking.Line{Title: a.Title, Price: a.Price})
			total.Minor += a.Price.Minor
		}
	}
	d := booking.Details{
		CustomerName: s.customer.account.Name, ProviderName: s.provider.row.Name, Title: service.Title, CityID: s.provider.row.CityID,
		Zone: zoneName, Place: service.Place, Lines: lines,
	}
	if service.Place == catalog.AtCustomer {
		d.Address = s.customer.address
	}
	if s.chance(35) {
		note := pick(s.random, notes)
		if s.chance(50) {
			note = pick(s.random, s.provider.field.notes)
		}
		d.Note = note.text().In(s.customer.account.Language)
	}
	return total, d
}

// happen adds an event; it always comes after the one before it, and before today began.
func (s *story) happen(kind booking.Kind, side booking.Side, at time.Time, reason string) time.Time {
	if n := len(s.events); n > 0 {
		at = later(at, s.events[n-1].At.Add(time.Duration(s.between(1e6, 9e6))*time.Microsecond))
	}
	if !at.Before(s.now) {
		before := s.events[len(s.events)-1].At
		at = before.Add(s.now.Sub(before) / 2)
	}
	at = at.Truncate(time.Microsecond)
	e := booking.Event{ID: s.id(at), BookingID: s.booking.ID, At: at, Side: side, Kind: kind, Status: s.booking.Status, Reason: reason}
	if side != booking.SystemSide {
		e.ActorID = s.booking.AccountOf(side)
	}
	s.events = append(s.events, e)
	return at
}

// unfold tells what came after the request.
func (s *story) unfold() {
	created, expiry := s.plan.created, s.plan.expiry()
	switch status := s.plan.status; status {
	case booking.Requested:
		s.booking.ExpiresAt = expiry
	case booking.Expired:
		s.booking.Status = status
		s.happen(booking.EventExpired, booking.SystemSide, expiry.Add(time.Duration(s.between(1, 59))*time.Second), "")
	case booking.Withdrawn:
		s.booking.Status = status
		s.happen(booking.EventWithdrawn, booking.CustomerSide, s.moment(created, earlier(expiry, s.now)), "")
	case booking.Declined:
		s.booking.Status = status
		at := earlier(created.Add(s.minutes(150, 20*60)), expiry.Add(-time.Minute))
		s.happen(booking.EventDeclined, booking.ProviderSide, at, s.reason(declineReasons, s.provider.account.Language, 70))
	default:
		accepted := s.accept(created, expiry)
		s.move(accepted)
		s.end(accepted)
	}
}

// accept has the provider accept what was not booked at once, and returns when it was settled.
func (s *story) accept(created, expiry time.Time) time.Time {
	if s.booking.Instant {
		return created
	}
	s.booking.Status = booking.Accepted
	return s.happen(booking.EventAccepted, booking.ProviderSide, earlier(created.Add(s.minutes(120, 20*60)), expiry.Add(-time.Minute)), "")
}

// move tells of another time that one side proposed: upcoming ones may wait for an answer, past ones got theirs.
func (s *story) move(accepted time.Time) {
	until := earlier(s.plan.slot.Start.Add(-3*time.Hour), s.now)
	side := booking.CustomerSide
	if s.plan.moves != (schedule.Interval{}) {
		side = booking.ProviderSide
		at := s.propose(side, accepted, until, s.plan.moves.Start)
		s.booking.Proposal = &booking.Proposal{Start: s.plan.moves.Start, End: s.plan.moves.End, By: side, At: at}
		return
	}
	if until.Sub(accepted) < 8*time.Hour || !s.chance(6) {
		return
	}
	if s.chance(40) {
		side = booking.ProviderSide
	}
	half := accepted.Add(until.Sub(accepted) / 2)
	answer, start := booking.EventRescheduled, s.plan.slot.Start
	if s.chance(30) {
		answer, start = booking.EventRescheduleDeclined, s.plan.slot.Start.AddDate(0, 0, 7)
	}
	s.propose(side, accepted, half, start)
	s.happen(answer, side.Other(), s.moment(half, until), "")
	if answer == booking.EventRescheduled {
		s.events[len(s.events)-1].Start = start
	}
}

func (s *story) propose(side booking.Side, from, to, start time.Time) time.Time {
	at := s.happen(booking.EventRescheduleProposed, side, s.moment(from, to), s.reason(moveReasons, s.languageOf(side), 60))
	s.events[len(s.events)-1].Start = start
	return at
}

// end tells how an accepted booking went on.
func (s *story) end(accepted time.Time) {
	start, end := s.plan.slot.Start, s.plan.slot.End
	switch status := s.plan.status; status {
	case booking.InProgress, booking.Completed:
		s.booking.Status = booking.InProgress
		s.happen(booking.EventStarted, booking.ProviderSide, start.Add(time.Duration(s.between(-5*60, 12*60))*time.Second), "")
		if status == booking.Completed {
			s.booking.Status = status
			s.happen(booking.EventCompleted, booking.ProviderSide, end.Add(time.Duration(s.between(-8*60, 25*60))*time.Second), "")
		}
	case booking.NoShow:
		s.booking.Status = status
		s.happen(booking.EventNoShow, booking.ProviderSide, start.Add(time.Duration(s.between(16*60, 45*60))*time.Second), "")
	case booking.CancelledByCustomer, booking.CancelledByProvider:
		s.cancel(accepted, status)
	}
}

// cancel takes the booking back with the refund that the policy gives. Most customers cancel while it is free.
func (s *story) cancel(accepted time.Time, status booking.Status) {
	side, reasons := booking.CustomerSide, cancelReasons
	if status == booking.CancelledByProvider {
		side, reasons = booking.ProviderSide, declineReasons
	}
	last := s.events[len(s.events)-1].At
	until := earlier(s.plan.slot.Start.Add(-20*time.Minute), s.now.Add(-time.Minute))
	if free := s.booking.FreeUntil(); side == booking.CustomerSide && s.chance(70) && free.After(last.Add(10*time.Minute)) {
		until = earlier(until, free)
	}
	s.booking.Status = status
	at := s.happen(booking.EventCancelled, side, s.moment(later(accepted, last), until), s.reason(reasons, s.languageOf(side), 65))
	refund, err := s.booking.RefundIfCancelled(side, at)
	if err != nil { // a part of an amount of some thousand dirhams cannot overflow
		refund = s.booking.Price
	}
	s.booking.Refund = &refund
}

func (s *story) languageOf(side booking.Side) string {
	if side == booking.ProviderSide {
		return s.provider.account.Language
	}
	return s.customer.account.Language
}

// reason is what somebody gives as a reason, in their language, so many times in a hundred.
func (s *story) reason(reasons []words, language string, inHundred int) string {
	if !s.chance(inHundred) {
		return ""
	}
	return pick(s.random, reasons).text().In(language)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
