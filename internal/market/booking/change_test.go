package booking_test

import (
	"testing"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"

	"pgregory.net/rapid"
)

func TestACancellationGivesBackWhatThePolicyOfTheBookingSays(t *testing.T) {
	each(t, func(m *market) {
		for _, c := range []struct {
			before time.Duration
			want   int64
		}{{25 * time.Hour, 20000}, {24 * time.Hour, 20000}, {24*time.Hour - time.Second, 10000}, {time.Minute, 10000}} {
			b := m.booked(m.salma, m.instant, m.clock.Now().AddDate(0, 0, 3).Truncate(24*time.Hour).Add(9*time.Hour))
			m.clock.Set(b.Start.Add(-c.before))
			b = m.do(m.bookings.Cancel(t.Context(), m.salma, b.ID, ""))
			if b.Status != booking.CancelledByCustomer || b.Refund == nil || b.Refund.Minor != c.want {
				t.Errorf("%s before: %s, refund %v", c.before, b.Status, b.Refund)
			}
		}
	})
}

func TestAProvidersCancellationGivesEverythingBack(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.instant, m.at(10, 0))
		m.clock.Set(m.at(9, 59))
		b = m.do(m.bookings.Cancel(t.Context(), m.provider, b.ID, "Panne de voiture"))
		if b.Status != booking.CancelledByProvider || *b.Refund != b.Price {
			t.Fatalf("%s, refund %v of %v", b.Status, b.Refund, b.Price)
		}
		m.booked(m.youssef, m.instant, m.at(10, 0).AddDate(0, 0, 1))
	})
}

func TestACancelledTimeIsFreeAgain(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.instant, m.at(10, 0))
		m.do(m.bookings.Cancel(t.Context(), m.salma, b.ID, ""))
		m.booked(m.youssef, m.instant, m.at(10, 0))
		_, err := m.bookings.Cancel(t.Context(), m.salma, b.ID, "")
		m.refused(err, errs.Conflict, "booking.wrong_state.cancelled_by_customer")
	})
}

func TestARequestIsWithdrawnAndNotCancelled(t *testing.T) {
	each(t, func(m *market) {
		b := m.do(m.bookings.Cancel(t.Context(), m.salma, m.booked(m.salma, m.request, m.at(10, 0)).ID, ""))
		if b.Status != booking.Withdrawn || b.Refund != nil {
			t.Fatalf("%s, refund %v", b.Status, b.Refund)
		}
		_, err := m.bookings.Accept(t.Context(), m.provider, b.ID)
		m.refused(err, errs.Gone, "booking.request_withdrawn")
	})
}

func TestAnotherTimeIsAProposalThatTheOtherSideAccepts(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.instant, m.at(10, 0))
		b = m.do(m.bookings.Propose(t.Context(), m.salma, b.ID, m.at(11, 0), "Plus tard, si possible"))
		if b.Proposal == nil || !b.Start.Equal(m.at(10, 0)) {
			t.Fatalf("starts %s, proposal %v", b.Start, b.Proposal)
		}
		_, err := m.bookings.AcceptReschedule(t.Context(), m.salma, b.ID)
		m.refused(err, errs.Forbidden, "booking.own_proposal")
		waiting := m.booked(m.youssef, m.request, m.at(12, 0))
		b = m.do(m.bookings.AcceptReschedule(t.Context(), m.provider, b.ID))
		if b.Proposal != nil || !b.Start.Equal(m.at(11, 0)) || !b.End.Equal(m.at(12, 0)) || !b.Block.End.Equal(m.at(12, 30)) {
			t.Fatalf("now %s–%s, block to %s", b.Start, b.End, b.Block.End)
		}
		if got := m.status(waiting.ID); got != booking.Declined {
			t.Fatalf("a request for the new time is %s", got)
		}
		m.booked(m.youssef, m.instant, m.at(9, 0)) // the old time is free again
	})
}

// A booking may move into its own time by half an hour; into another's it may not.
func TestTheTimesABookingCanMoveToAreThoseThatCanBeProposed(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.instant, m.at(10, 0))
		m.booked(m.youssef, m.instant, m.at(15, 0))
		slots, err := m.bookings.SlotsFor(t.Context(), m.salma, b.ID, m.at(0, 0), m.at(23, 0))
		m.must(err)
		offered := map[time.Time]bool{}
		for _, slot := range slots {
			offered[slot.Start] = true
		}
		if !offered[m.at(10, 30)] || offered[m.at(10, 0)] || offered[m.at(15, 0)] || offered[m.at(14, 0)] {
			t.Fatalf("offered %v", slots)
		}
		for at := m.at(8, 0); at.Before(m.at(19, 0)); at = at.Add(30 * time.Minute) {
			if _, err := m.bookings.Propose(t.Context(), m.salma, b.ID, at, ""); (err == nil) != offered[at] {
				t.Errorf("%s: offered %v, proposing it gives %v", at, offered[at], err)
			}
		}
		_, err = m.bookings.SlotsFor(t.Context(), m.youssef, b.ID, m.at(0, 0), m.at(23, 0))
		m.refused(err, errs.NotFound, "booking.not_found")
	})
}

func TestAProposalCanBeDeclinedAndTheTimeStays(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.instant, m.at(10, 0))
		m.do(m.bookings.Propose(t.Context(), m.provider, b.ID, m.at(15, 0), ""))
		b = m.do(m.bookings.DeclineReschedule(t.Context(), m.salma, b.ID, ""))
		if b.Proposal != nil || !b.Start.Equal(m.at(10, 0)) {
			t.Fatalf("starts %s, proposal %v", b.Start, b.Proposal)
		}
	})
}

func TestATimeThatIsNotFreeCannotBeProposedOrAccepted(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.instant, m.at(10, 0))
		m.booked(m.youssef, m.instant, m.at(15, 0))
		_, err := m.bookings.Propose(t.Context(), m.salma, b.ID, m.at(15, 0), "")
		m.refused(err, errs.Conflict, "schedule.slot_taken")
		_, err = m.bookings.Propose(t.Context(), m.salma, b.ID, m.at(10, 0), "")
		m.refused(err, errs.Invalid, "booking.same_time")
		_, err = m.bookings.Propose(t.Context(), m.salma, b.ID, m.clock.Now().Add(-time.Hour), "")
		m.refused(err, errs.Invalid, "schedule.slot_past")

		m.do(m.bookings.Propose(t.Context(), m.salma, b.ID, m.at(12, 0), ""))
		m.booked(m.youssef, m.instant, m.at(12, 0))
		_, err = m.bookings.AcceptReschedule(t.Context(), m.provider, b.ID)
		m.refused(err, errs.Conflict, "schedule.slot_taken")
		if stored, err := m.bookings.Booking(t.Context(), m.salma, b.ID); err != nil || !stored.Start.Equal(m.at(10, 0)) || stored.Proposal == nil {
			t.Fatalf("after the refusal: %+v, %v", stored, err)
		}
	})
}

// Whatever the price and the moment: nobody gets back more than was paid, a later cancellation never gives back more than an earlier
// one, flexible never less than moderate, moderate never less than strict, and a provider's cancellation gives back all.
func TestPoliciesAreFairAtAnyMoment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := money.Of(rapid.Int64Range(0, 1<<50).Draw(t, "price"), money.MAD)
		start := time.Date(2026, time.June, 2, 9, 0, 0, 0, time.UTC)
		moment := start.Add(-time.Duration(rapid.Int64Range(-int64(time.Hour), int64(100*time.Hour)).Draw(t, "before")))
		later := moment.Add(time.Duration(rapid.Int64Range(0, int64(50*time.Hour)).Draw(t, "later")))
		refund := func(policy catalog.Policy, side booking.Side, at time.Time) int64 {
			b := booking.Booking{Status: booking.Accepted, Policy: policy, Price: price, Start: start, End: start.Add(time.Hour)}
			amount, err := b.RefundIfCancelled(side, at)
			if err != nil || amount.Currency != price.Currency {
				t.Fatalf("%v, %v", amount, err)
			}
			return amount.Minor
		}
		least := price.Minor
		for _, policy := range []catalog.Policy{catalog.Flexible, catalog.Moderate, catalog.Strict} {
			now, after := refund(policy, booking.CustomerSide, moment), refund(policy, booking.CustomerSide, later)
			if now < 0 || now > least || after > now {
				t.Fatalf("%s: %d of %d now, %d later", policy, now, price.Minor, after)
			}
			if all := refund(policy, booking.ProviderSide, moment); all != price.Minor {
				t.Fatalf("%s: the provider cancels and %d of %d comes back", policy, all, price.Minor)
			}
			least = now
		}
	})
}
