package payment_test

import (
	"testing"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/market/booking"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// The fee of the sandbox is 2.4 % and 2.00 MAD: of 350.00 that is 10.40.
const fee = 1040

func TestACardIsReservedWhenBookedAndTakenWhenDone(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		v := m.stands(b, payment.Awaiting)
		if v.Amount.Minor != 35000 || !v.PayBy.Equal(m.clock.Now().Add(time.Hour)) || !v.MayPay || v.Processor != "sandbox" {
			t.Fatalf("a new payment is %+v", v)
		}
		m.pays(b)
		if v := m.stands(b, payment.Authorised); v.MayPay || len(v.Choices) > 0 {
			t.Fatalf("a reserved payment may still be changed: %+v", v)
		}
		m.books(nil)
		m.done(b)
		m.stands(b, payment.Capturing)
		m.work()
		v = m.stands(b, payment.Captured)
		if v.Captured.Minor != 35000 || v.Fee.Minor != fee || v.Earned.Minor != 35000 || v.ProviderShare().Minor != 30800 {
			t.Fatalf("taken: %+v", v.Payment)
		}
		m.books(map[ledger.Kind]int64{ledger.ProcessorClearing: 35000 - fee, ledger.ProcessorFees: fee, ledger.ProviderPayable: -30800, ledger.Commission: -3500, ledger.VAT: -700})
		if n := m.told.count(m.salma.ID, notify.PaymentReceived); n != 1 {
			t.Errorf("%d letters say that it was received", n)
		}
	})
}

func TestABookingThatIsNotPaidInTimeFallsAway(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		m.clock.Advance(59 * time.Minute)
		m.must(m.payments.Tend(t.Context()))
		m.stands(b, payment.Awaiting)
		m.clock.Advance(time.Minute)
		m.must(m.payments.Tend(t.Context()))
		m.stands(b, payment.Released)
		after, err := m.bookings.Booking(t.Context(), m.salma, b.ID)
		m.must(err)
		if after.Status != booking.CancelledByCustomer || after.Refund != nil {
			t.Errorf("the booking is %s, giving back %v", after.Status, after.Refund)
		}
		if m.told.count(m.salma.ID, notify.PaymentMissing) != 1 || m.told.count(m.owner.ID, notify.PaymentMissing) != 1 || m.told.count(m.owner.ID, notify.BookingCancelled) != 0 {
			t.Error("the two sides are not told once each that the payment is missing")
		}
		_, err = m.payments.Begin(t.Context(), m.salma, b.ID, "fr")
		m.refused(err, errs.Gone, "payment.not_needed")
	})
}

func TestWhetherItIsPaidIsAskedBeforeABookingFallsAway(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		m.types(m.begin(b), goodCard) // and nothing is heard of it
		m.gate.closed = true
		m.clock.Advance(2 * time.Hour)
		m.must(m.payments.Tend(t.Context()))
		m.stands(b, payment.Awaiting)
		m.gate.closed = false
		m.clock.Advance(time.Hour)
		m.must(m.payments.Tend(t.Context()))
		m.stands(b, payment.Authorised)
		after, err := m.bookings.Booking(t.Context(), m.salma, b.ID)
		m.must(err)
		if after.Status != booking.Accepted {
			t.Errorf("a paid booking is %s", after.Status)
		}
	})
}

// The customer pays in the moment between the question and the cancellation.
func TestABookingThatIsPaidAfterAllDoesNotFallAway(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		m.pays(b)
		m.refused(m.bookings.FallAway(t.Context(), b.ID), errs.Conflict, "payment.paid_already")
		after, err := m.bookings.Booking(t.Context(), m.salma, b.ID)
		m.must(err)
		if after.Status != booking.Accepted {
			t.Errorf("it is %s", after.Status)
		}
	})
}

func TestACheckoutThatWasLeftIsLetGoWithItsBooking(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		ref := m.begin(b)
		m.clock.Advance(61 * time.Minute)
		m.must(m.payments.Tend(t.Context()))
		m.stands(b, payment.Releasing)
		m.work()
		m.stands(b, payment.Released)
		state, err := m.sandbox.Fetch(t.Context(), ref)
		m.must(err)
		if state.Status != "voided" {
			t.Errorf("the customer could still pay: the charge is %s", state.Status)
		}
	})
}

func TestWhatACancellationGivesBackIsNotTaken(t *testing.T) {
	for name, c := range map[string]struct {
		advance  time.Duration
		captured int64
		books    map[ledger.Kind]int64
	}{
		"free of charge": {0, 0, nil},
		"late": {48 * time.Hour, 17500, map[ledger.Kind]int64{
			ledger.ProcessorClearing: 17500 - 620, ledger.ProcessorFees: 620, ledger.ProviderPayable: -15400, ledger.Commission: -1750, ledger.VAT: -350,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(m *market) {
				b := m.book(3)
				m.pays(b)
				m.clock.Advance(c.advance + time.Hour)
				_, err := m.bookings.Cancel(m.Context(), m.salma, b.ID, "")
				m.must(err)
				m.work()
				want := payment.Released
				if c.captured > 0 {
					want = payment.Captured
				}
				if v := m.stands(b, want); v.Captured.Minor != c.captured || v.Refunded.Minor != 0 {
					m.Fatalf("%+v", v.Payment)
				}
				m.books(c.books)
			})
		})
	}
}

func TestANoShowCostsWhatALateCancellationWould(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		m.pays(b)
		m.clock.Set(b.Start.Add(20 * time.Minute))
		_, err := m.bookings.NoShow(t.Context(), m.owner, b.ID)
		m.must(err)
		m.work()
		if v := m.stands(b, payment.Captured); v.Captured.Minor != 17500 || v.Earned.Minor != 17500 {
			t.Fatalf("%+v", v.Payment)
		}
	})
}

func (m *market) refund(b booking.Booking, minor int64) {
	m.Helper()
	m.must(m.db.Tx(m.Context(), func(tx *db.Tx) error {
		return m.bookings.Refund(m.Context(), tx, b.ID, money.Of(minor, money.MAD), "Le robinet goutte toujours.")
	}))
}

// What an operator gives back is what the customer gets altogether, and may be raised.
func TestARefundComesFromWhatProviderAndHouseHaveEarned(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		m.pays(b)
		m.done(b)
		m.work()
		m.clock.Set(b.Start)
		m.refund(b, 10001)
		m.work()
		if v := m.stands(b, payment.Captured); v.Refunded.Minor != 10001 || len(v.Refunds) != 1 || v.Refunds[0].Status != payment.RefundSent {
			t.Fatalf("%+v", v.Payment)
		}
		m.books(map[ledger.Kind]int64{ledger.ProcessorClearing: 35000 - fee - 10001, ledger.ProcessorFees: fee, ledger.ProviderPayable: -30800 + 8801, ledger.Commission: -3500 + 1000, ledger.VAT: -700 + 200})
		m.refund(b, 35000)
		m.work()
		if v := m.of(b); v.Refunded.Minor != 35000 || len(v.Refunds) != 2 {
			t.Fatalf("%+v", v.Payment)
		}
		m.books(map[ledger.Kind]int64{ledger.ProcessorClearing: -fee, ledger.ProcessorFees: fee})
		m.refund(b, 0) // what is gone is gone
		m.work()
		if v := m.of(b); v.Refunded.Minor != 35000 {
			t.Fatalf("%+v", v.Payment)
		}
		if n := m.told.count(m.salma.ID, notify.RefundSent); n != 2 {
			t.Errorf("%d letters about two refunds", n)
		}
	})
}

func TestARefundThatIsDecidedBeforeTheEndIsNeverTaken(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		m.pays(b)
		_, err := m.bookings.Start(t.Context(), m.owner, b.ID)
		m.must(err)
		m.clock.Set(b.Start)
		m.refund(b, 5000)
		_, err = m.bookings.Complete(t.Context(), m.owner, b.ID)
		m.must(err)
		m.work()
		if v := m.stands(b, payment.Captured); v.Captured.Minor != 30000 || len(v.Refunds) != 0 {
			t.Fatalf("%+v", v.Payment)
		}
	})
}

func TestADepositIsTakenAtOnceAndTheRestAtTheDoor(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		_, err := m.payments.Choose(t.Context(), m.salma, b.ID, payment.Deposit)
		m.must(err)
		m.pays(b)
		v := m.stands(b, payment.Captured)
		if v.Captured.Minor != 7000 || v.AtDoor().Minor != 28000 || v.Earned.Minor != 0 {
			t.Fatalf("%+v", v.Payment)
		}
		m.books(map[ledger.Kind]int64{ledger.ProcessorClearing: 7000 - 368, ledger.ProcessorFees: 368, ledger.FundsHeld: -7000})
		m.done(b)
		m.work()
		// 70.00 less the commission of the whole price, 42.00.
		m.books(map[ledger.Kind]int64{ledger.ProcessorClearing: 7000 - 368, ledger.ProcessorFees: 368, ledger.ProviderPayable: -2800, ledger.Commission: -3500, ledger.VAT: -700})
		if v := m.of(b); v.ProviderShare().Minor != 2800 {
			t.Errorf("the provider has %s", v.ProviderShare())
		}
		m.clock.Set(b.Start)
		m.refund(b, 3500)
		m.work()
		m.books(map[ledger.Kind]int64{ledger.ProcessorClearing: 7000 - 368 - 3500, ledger.ProcessorFees: 368, ledger.ProviderPayable: -2800 + 3080, ledger.Commission: -3150, ledger.VAT: -630})
	})
}

func TestADepositIsGivenBackByThePolicy(t *testing.T) {
	each(t, func(m *market) {
		early, late := m.book(3), m.book(1)
		for _, b := range []booking.Booking{early, late} {
			_, err := m.payments.Choose(t.Context(), m.salma, b.ID, payment.Deposit)
			m.must(err)
			m.pays(b)
		}
		m.clock.Advance(time.Hour)
		for _, b := range []booking.Booking{early, late} {
			_, err := m.bookings.Cancel(t.Context(), m.salma, b.ID, "")
			m.must(err)
		}
		m.work()
		if v := m.of(early); v.Refunded.Minor != 7000 || v.Earned.Minor != 0 {
			t.Errorf("early: %+v", v.Payment)
		}
		if v := m.of(late); v.Refunded.Minor != 3500 || v.Earned.Minor != 3500 || v.ProviderShare().Minor != 3080 {
			t.Errorf("late: %+v", v.Payment)
		}
		m.books(map[ledger.Kind]int64{ledger.ProcessorClearing: 3500 - 2*368, ledger.ProcessorFees: 2 * 368, ledger.ProviderPayable: -3080, ledger.Commission: -350, ledger.VAT: -70})
	})
}

func TestTheCommissionOfACashJobIsTheProvidersDebt(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		_, err := m.payments.Choose(t.Context(), m.salma, b.ID, payment.Cash)
		m.must(err)
		if v := m.stands(b, payment.CashDue); !v.PayBy.IsZero() || v.AtDoor().Minor != 35000 {
			t.Fatalf("%+v", v.Payment)
		}
		m.clock.Advance(24 * time.Hour)
		m.must(m.payments.Tend(t.Context()))
		m.done(b)
		m.work()
		v := m.stands(b, payment.CashPaid)
		m.books(map[ledger.Kind]int64{ledger.ProviderPayable: 4200, ledger.Commission: -3500, ledger.VAT: -700})
		if v.ProviderShare().Minor != -4200 {
			t.Errorf("the provider has %s", v.ProviderShare())
		}
	})
}

func TestAJobThatWasDoneBeforeTheCustomerPaidWasPaidAtTheDoor(t *testing.T) {
	each(t, func(m *market) {
		plain, begun := m.book(3), m.book(4)
		ref := m.begin(begun)
		m.done(plain)
		m.done(begun)
		m.work()
		for _, b := range []booking.Booking{plain, begun} {
			if v := m.stands(b, payment.CashPaid); v.Method != payment.Cash {
				t.Errorf("%+v", v.Payment)
			}
		}
		m.books(map[ledger.Kind]int64{ledger.ProviderPayable: 8400, ledger.Commission: -7000, ledger.VAT: -1400})
		if state, err := m.sandbox.Fetch(t.Context(), ref); err != nil || state.Status != "voided" {
			t.Errorf("the customer could still pay by card: %s, %v", state.Status, err)
		}
	})
}

func TestHowToPayCanBeChosenUntilItIsPaid(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		choose := func(method payment.Method) error {
			_, err := m.payments.Choose(t.Context(), m.salma, b.ID, method)
			return err
		}
		m.must(m.payments.SetTerms(t.Context(), m.owner, false))
		m.refused(choose(payment.Cash), errs.Forbidden, "payment.cash_refused")
		m.refused(choose(payment.Deposit), errs.Forbidden, "payment.cash_refused")
		if v := m.of(b); len(v.Choices) != 0 {
			t.Errorf("a provider who takes no cash is offered %v", v.Choices)
		}
		m.must(m.payments.SetTerms(t.Context(), m.owner, true))
		if err := choose("cheque"); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("a cheque: %v", err)
		}
		_, err := m.payments.Choose(t.Context(), m.owner, b.ID, payment.Cash)
		m.refused(err, errs.Forbidden, "payment.not_yours")
		first := m.begin(b)
		m.must(choose(payment.Deposit))
		second := m.begin(b)
		if first == second || m.of(b).Amount.Minor != 7000 {
			t.Fatalf("another amount is another charge: %s and %s", first, second)
		}
		m.work()
		if state, err := m.sandbox.Fetch(t.Context(), first); err != nil || state.Status != "voided" {
			t.Errorf("the first page still takes money: %s, %v", state.Status, err)
		}
		m.must(choose(payment.Cash))
		m.must(choose(payment.Card))
		// The customer has paid on the page, and the house does not know yet.
		m.types(m.begin(b), goodCard)
		m.refused(choose(payment.Cash), errs.Conflict, "payment.paid_already")
		m.stands(b, payment.Authorised)
	})
}

func TestARefusedCardLeavesRoomForAnother(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		ref := m.begin(b)
		m.types(ref, poorCard)
		m.must(m.payments.Returned(t.Context(), m.salma, b.ID))
		if v := m.stands(b, payment.Awaiting); v.Decline != "insufficient_funds" || !v.MayPay {
			t.Fatalf("%+v", v.Payment)
		}
		if again := m.begin(b); again != ref {
			t.Errorf("the customer is sent to %s after %s", again, ref)
		}
		m.pays(b)
		if v := m.stands(b, payment.Authorised); v.Decline != "" {
			t.Errorf("still refused: %s", v.Decline)
		}
	})
}

func TestARequestThatComesToNothingIsLetGo(t *testing.T) {
	each(t, func(m *market) {
		m.service.Instant = false
		m.must(m.db.Tx(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE services SET instant = FALSE`)
			return err
		}))
		m.must(m.catalog.Reload(t.Context()))
		declined, accepted := m.book(3), m.book(4)
		if v := m.stands(declined, payment.Awaiting); !v.PayBy.Equal(declined.ExpiresAt) {
			t.Errorf("to be paid by %s, the request ends at %s", v.PayBy, declined.ExpiresAt)
		}
		m.pays(declined)
		_, err := m.bookings.Decline(t.Context(), m.owner, declined.ID, "")
		m.must(err)
		m.clock.Advance(time.Hour)
		_, err = m.bookings.Accept(t.Context(), m.owner, accepted.ID)
		m.must(err)
		m.work()
		m.stands(declined, payment.Released)
		if v := m.stands(accepted, payment.Awaiting); !v.PayBy.Equal(m.clock.Now().Add(time.Hour)) {
			t.Errorf("an accepted request is to be paid by %s", v.PayBy)
		}
		m.books(nil)
	})
}
