package booking_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"khadamat/internal/market/booking"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// till is told of all events, and refuses the next one where it is full.
type till struct {
	kinds []booking.Kind
	full  error
}

func (c *till) Follow(_ context.Context, tx *db.Tx, b booking.Booking, e booking.Event) error {
	if b.ID != e.BookingID || b.Status != e.Status || e.At.IsZero() {
		return errors.New("the booking is not as it is after the event")
	}
	if c.full == nil {
		tx.AfterCommit(func() { c.kinds = append(c.kinds, e.Kind) })
	}
	return c.full
}

func TestWhoFollowsTheMoneyIsToldOfEveryEventAndCanUndoIt(t *testing.T) {
	each(t, func(m *market) {
		c := &till{}
		m.config.Payments = c
		m.bookings = booking.New(m.config)
		b := m.booked(m.salma, m.instant, m.at(10, 0))
		c.full = errs.New(errs.Conflict, "booking.already_over")
		_, err := m.bookings.Start(t.Context(), m.provider, b.ID)
		m.refused(err, errs.Conflict, "booking.already_over")
		if got := m.status(b.ID); got != booking.Accepted {
			t.Fatalf("an event that was undone left it %s", got)
		}
		c.full = nil
		m.do(m.bookings.Start(t.Context(), m.provider, b.ID))
		m.do(m.bookings.Complete(t.Context(), m.provider, b.ID))
		if want := []booking.Kind{booking.EventRequested, booking.EventStarted, booking.EventCompleted}; !slices.Equal(c.kinds, want) {
			t.Errorf("told of %v, want %v", c.kinds, want)
		}
	})
}

func TestOnlyAnAcceptedBookingFallsAway(t *testing.T) {
	each(t, func(m *market) {
		asked, agreed := m.booked(m.salma, m.request, m.at(10, 0)), m.booked(m.youssef, m.instant, m.at(13, 0))
		m.refused(m.bookings.FallAway(t.Context(), asked.ID), errs.Conflict, "booking.wrong_state.requested")
		m.must(m.bookings.FallAway(t.Context(), agreed.ID))
		m.refused(m.bookings.FallAway(t.Context(), agreed.ID), errs.Conflict, "booking.wrong_state.cancelled_by_customer")
		timeline, err := m.bookings.Timeline(t.Context(), m.provider, agreed.ID)
		m.must(err)
		last := timeline[len(timeline)-1]
		if last.Kind != booking.EventCancelled || last.Side != booking.SystemSide || last.Reason != booking.ReasonPaymentMissing || last.ActorID != "" {
			t.Errorf("the last event is %+v", last)
		}
		if again := m.booked(m.salma, m.instant, m.at(13, 0)); again.Status != booking.Accepted {
			t.Errorf("its time is not free again: %s", again.Status)
		}
	})
}
