package payment_test

import (
	"testing"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/market/booking"
	"khadamat/internal/platform/errs"
)

// The card takes each command, and does not answer the first time.
const hangingCard = "4000 0000 0000 0119"

func TestAPaymentThatHangsIsSettledByAskingTheProcessor(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		m.pays(b)
		m.done(b)
		m.forget() // the job is lost
		m.gate.closed = true
		m.clock.Advance(3 * time.Minute)
		m.must(m.payments.Tend(t.Context()))
		m.stands(b, payment.Capturing)
		m.books(nil)
		m.gate.closed = false
		m.must(m.payments.Tend(t.Context())) // too early to ask again
		m.stands(b, payment.Capturing)
		m.clock.Advance(5 * time.Minute)
		m.must(m.payments.Tend(t.Context()))
		m.stands(b, payment.Captured)
	})
}

func TestACustomerWhoDoesNotComeBackHasPaidAllTheSame(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		m.types(m.begin(b), goodCard)
		m.clock.Advance(time.Minute)
		m.must(m.payments.Tend(t.Context()))
		m.stands(b, payment.Awaiting)
		m.clock.Advance(2 * time.Minute)
		m.must(m.payments.Tend(t.Context()))
		m.stands(b, payment.Authorised)
	})
}

func TestWhatTheProcessorDoesNotAnswerIsAskedForAgainAndDoneOnce(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		ref := m.begin(b)
		m.hangs(ref)
		m.must(m.payments.Returned(t.Context(), m.salma, b.ID))
		m.done(b)
		id := m.of(b).ID
		m.forget()
		again := func() error { return m.payments.Act(t.Context(), id) }
		m.refused(again(), errs.Unavailable, "processor.no_answer")
		m.stands(b, payment.Capturing)
		m.must(again())
		m.stands(b, payment.Captured)
		m.clock.Set(b.Start)
		m.refund(b, 35000)
		m.forget()
		m.refused(again(), errs.Unavailable, "processor.no_answer")
		m.must(again())
		m.must(again())
		if v := m.of(b); v.Refunded.Minor != 35000 || len(v.Refunds) != 1 || v.Refunds[0].Status != payment.RefundSent {
			t.Fatalf("%+v", v.Payment)
		}
		m.books(map[ledger.Kind]int64{ledger.ProcessorClearing: -fee, ledger.ProcessorFees: fee})
	})
}

// Reservations do not last for ever: that of a booking weeks ahead runs out at the processor, and has to be made again.
func TestAReservationThatRunsOutIsMadeAgain(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(30)
		first := m.pays(b)
		m.clock.Advance(7 * 24 * time.Hour)
		_, err := m.sandbox.Void(t.Context(), first, "expired")
		m.must(err)
		to := m.receiver().URL + "/webhooks/payments/sandbox"
		m.signed(to, processor.Event{ID: "evt_1", Type: "charge.voided", At: m.clock.Now(), State: m.state(first)})
		m.must(m.payments.Sweep(t.Context()))
		v := m.stands(b, payment.Awaiting)
		if !v.MayPay || !v.PayBy.Equal(m.clock.Now().Add(24*time.Hour)) {
			t.Fatalf("the customer is not asked again: %+v", v)
		}
		if second := m.pays(b); second == first {
			t.Fatal("the customer is led to the page that is closed")
		}
		m.stands(b, payment.Authorised)
		m.done(b)
		m.work()
		m.stands(b, payment.Captured)
	})
}

// A charge that was voided on the processor's own pages cannot be captured; nobody earns what was not taken.
func TestAReservationThatWasLetGoElsewhereIsNotTaken(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		ref := m.pays(b)
		_, err := m.sandbox.Void(t.Context(), ref, "elsewhere")
		m.must(err)
		m.done(b)
		m.work()
		if v := m.stands(b, payment.Released); v.Captured.Minor != 0 || v.Earned.Minor != 0 {
			t.Fatalf("%+v", v.Payment)
		}
		m.books(nil)
		if state, err := m.bookings.Booking(t.Context(), m.salma, b.ID); err != nil || state.Status != booking.Completed {
			t.Errorf("%s, %v", state.Status, err)
		}
	})
}
