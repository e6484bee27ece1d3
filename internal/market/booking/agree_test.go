package booking_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// agreement is one of Salma's about a whole morning, an hour before the provider's day begins.
func (m *market) agreement() booking.Agreement {
	return booking.Agreement{CustomerID: m.salma.ID, ServiceID: m.request.ID, Title: catalog.Text{FR: "Refaire la salle de bain"},
		Start: m.at(8, 0), Duration: 4 * time.Hour, Price: money.Of(123400, money.MAD), Address: "12, rue des Orangers", AcceptedBy: booking.CustomerSide}
}

func (m *market) agree(a booking.Agreement) (b booking.Booking, err error) {
	err = m.db.Tx(m.Context(), func(tx *db.Tx) error {
		b, err = m.bookings.Agree(m.Context(), tx, a)
		return err
	})
	return b, err
}

func TestAnAgreementBecomesABookingAtItsOwnPriceAndTime(t *testing.T) {
	each(t, func(m *market) {
		made, err := m.agree(m.agreement())
		m.must(err)
		b := m.do(m.bookings.Booking(t.Context(), m.provider, made.ID))
		if b.Status != booking.Accepted || b.Price.Minor != 123400 || len(b.Details.Lines) != 1 || b.Details.Title.FR != "Refaire la salle de bain" {
			t.Fatalf("%s at %s: %+v", b.Status, b.Price, b.Details)
		}
		if !b.Start.Equal(m.at(8, 0)) || !b.End.Equal(m.at(12, 0)) || !b.Block.End.Equal(m.at(12, 30)) {
			t.Fatalf("from %s to %s, block to %s", b.Start, b.End, b.Block.End)
		}
		if got := m.told.letters(m.salma.ID); !slices.Equal(got, []notify.Template{notify.BookingConfirmed}) {
			t.Errorf("the customer was written %v", got)
		}
		if got := m.told.letters(m.provider.ID); len(got) > 0 {
			t.Errorf("the proposer, whom the caller tells, was written %v", got)
		}
		if n := m.count("SELECT count(*) FROM audit_entries WHERE subject_id = $1", b.ID); n != 1 {
			t.Errorf("%d audit entries", n)
		}
	})
}

func TestAnAgreementTakesNoTimeThatIsHeldAndDeclinesRequestsForItsOwn(t *testing.T) {
	each(t, func(m *market) {
		waiting := m.booked(m.youssef, m.request, m.at(11, 0))
		_, err := m.agree(m.agreement())
		m.must(err)
		if got := m.status(waiting.ID); got != booking.Declined {
			t.Errorf("a request for that time is %s", got)
		}
		second := m.agreement()
		second.CustomerID, second.Start = m.youssef.ID, m.at(12, 0) // the buffer runs until 12:30
		_, err = m.agree(second)
		m.refused(err, errs.Conflict, "booking.slot_taken")
		second.Start = m.at(12, 30)
		_, err = m.agree(second)
		m.must(err)
	})
}

func TestRacingAgreementsMakeOneBooking(t *testing.T) {
	each(t, func(m *market) {
		var won atomic.Int32
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				switch _, err := m.agree(m.agreement()); errs.CodeOf(err) {
				case "":
					won.Add(1)
				case errs.Conflict:
				default:
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n := m.count("SELECT count(*) FROM bookings"); won.Load() != 1 || n != 1 {
			t.Fatalf("%d agreements went through, %d bookings", won.Load(), n)
		}
	})
}

func TestAnAgreementThatCannotBeIsRefused(t *testing.T) {
	each(t, func(m *market) {
		for name, c := range map[string]struct {
			change func(*booking.Agreement)
			code   errs.Code
			key    string
		}{
			"in the past":        {func(a *booking.Agreement) { a.Start = m.clock.Now() }, errs.Invalid, "schedule.slot_past"},
			"of no length":       {func(a *booking.Agreement) { a.Duration = 0 }, errs.Invalid, "booking.unusable_duration"},
			"too long":           {func(a *booking.Agreement) { a.Duration = 48 * time.Hour }, errs.Invalid, "booking.unusable_duration"},
			"below nothing":      {func(a *booking.Agreement) { a.Price.Minor = -1 }, errs.Invalid, "booking.unusable_price"},
			"accepted by nobody": {func(a *booking.Agreement) { a.AcceptedBy = "" }, errs.Invalid, "booking.unusable_side"},
			"of no currency":     {func(a *booking.Agreement) { a.Price.Currency = "X" }, errs.Invalid, "booking.unusable_price"},
			"with oneself":       {func(a *booking.Agreement) { a.CustomerID = m.provider.ID }, errs.Forbidden, "booking.own_service"},
			"on unknown service": {func(a *booking.Agreement) { a.ServiceID = ids.New() }, errs.NotFound, ""},
		} {
			a := m.agreement()
			c.change(&a)
			if _, err := m.agree(a); errs.CodeOf(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			} else {
				m.refused(err, c.code, c.key)
			}
		}
		if n := m.count("SELECT count(*) FROM bookings"); n != 0 {
			t.Errorf("%d bookings were made", n)
		}
	})
}

func (m *market) refund(id string, minor int64) error {
	return m.db.Tx(m.Context(), func(tx *db.Tx) error {
		return m.bookings.Refund(m.Context(), tx, id, money.Of(minor, money.MAD), "Travail à moitié fait")
	})
}

func TestAnOperatorsRefundStandsInTheBookingAndItsHistory(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.instant, m.at(10, 0))
		m.refused(m.refund(b.ID, 5000), errs.Conflict, "booking.refund_too_early")
		m.clock.Set(m.at(10, 0))
		m.do(m.bookings.Start(t.Context(), m.provider, b.ID))
		m.do(m.bookings.Complete(t.Context(), m.provider, b.ID))
		m.refused(m.refund(b.ID, 20001), errs.Invalid, "booking.refund_out_of_range")
		m.refused(m.refund(b.ID, -1), errs.Invalid, "booking.refund_out_of_range")
		m.must(m.refund(b.ID, 5000))
		b = m.do(m.bookings.Booking(t.Context(), m.salma, b.ID))
		if b.Status != booking.Completed || b.Refund == nil || b.Refund.Minor != 5000 {
			t.Fatalf("%s, refund %v", b.Status, b.Refund)
		}
		timeline, err := m.bookings.Timeline(t.Context(), m.salma, b.ID)
		m.must(err)
		if last := timeline[len(timeline)-1]; last.Kind != booking.EventRefunded || last.Refund == nil || last.Refund.Minor != 5000 || last.Reason != "Travail à moitié fait" {
			t.Fatalf("the last event is %+v", last)
		}
		if n := m.count("SELECT count(*) FROM audit_entries WHERE action = 'booking.refunded' AND subject_id = $1", b.ID); n != 1 {
			t.Fatalf("%d audit entries", n)
		}
		m.refused(m.refund(ids.New(), 0), errs.NotFound, "booking.not_found")
	})
}

func TestARequestThatCameToNothingHasNothingToGiveBack(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.request, m.at(10, 0))
		m.refused(m.refund(b.ID, 0), errs.Conflict, "booking.wrong_state.requested")
		m.do(m.bookings.Decline(t.Context(), m.provider, b.ID, ""))
		m.refused(m.refund(b.ID, 0), errs.Conflict, "booking.wrong_state.declined")
	})
}

// A cancellation after an operator's decision takes nothing of it back.
func TestACancellationDoesNotLowerWhatAnOperatorDecided(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.instant, m.at(10, 0))
		m.clock.Set(m.at(10, 5))
		m.must(m.refund(b.ID, 15000))
		b = m.do(m.bookings.Cancel(t.Context(), m.salma, b.ID, ""))
		if b.Refund == nil || b.Refund.Minor != 15000 {
			t.Fatalf("the refund is %v, the policy gives 10000 and the operator 15000", b.Refund)
		}
	})
}

// elsewhere is another calendar that has one appointment for everybody.
type elsewhere schedule.Interval

func (e elsewhere) Busy(_ context.Context, providerIDs []string, from, to time.Time) (map[string][]schedule.Interval, error) {
	busy := map[string][]schedule.Interval{}
	if e.Start.Before(to) && from.Before(e.End) {
		for _, id := range providerIDs {
			busy[id] = []schedule.Interval{schedule.Interval(e)}
		}
	}
	return busy, nil
}

func TestTimesOfAnotherCalendarCannotBeBooked(t *testing.T) {
	each(t, func(m *market) {
		config := m.config
		config.Calendars = elsewhere{Start: m.at(12, 0), End: m.at(13, 0)}
		m.bookings = booking.New(config)
		b := m.booked(m.salma, m.instant, m.at(9, 0))
		slots, err := m.bookings.Slots(t.Context(), m.offer.ID, m.instant.ID, nil, m.at(0, 0), m.at(23, 0))
		m.must(err)
		movable, err := m.bookings.SlotsFor(t.Context(), m.salma, b.ID, m.at(0, 0), m.at(23, 0))
		m.must(err)
		for name, all := range map[string][]schedule.Interval{"slots": slots, "slots for moving": movable} {
			for _, slot := range all {
				if slot.Start.After(m.at(10, 30)) && slot.Start.Before(m.at(13, 0)) {
					t.Errorf("%s offer %s", name, slot.Start)
				}
			}
			if !slices.ContainsFunc(all, func(s schedule.Interval) bool { return s.Start.Equal(m.at(13, 0)) }) {
				t.Errorf("%s do not offer 13:00, right after the appointment", name)
			}
		}
		_, err = m.book(m.youssef, m.request, m.at(12, 0))
		m.refused(err, errs.Conflict, "schedule.slot_taken")
		_, err = m.bookings.Propose(t.Context(), m.salma, b.ID, m.at(12, 30), "")
		m.refused(err, errs.Conflict, "schedule.slot_taken")
		busy, err := m.bookings.Busy(t.Context(), []string{m.offer.ID}, m.at(0, 0), m.at(23, 0))
		m.must(err)
		if len(busy[m.offer.ID]) != 2 {
			t.Errorf("busy at %v, want the booking and the appointment", busy)
		}
	})
}
