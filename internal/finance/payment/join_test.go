package payment_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/market/booking"
	"khadamat/internal/money"
	"khadamat/internal/platform/db/dbtest"
)

// standing is what is known of a payment in the end, and what its transactions come to by account.
type standing struct {
	status                                                                      payment.Status
	captured, fee, earned, refunded, chargedBack, heldBack, earnedBack, refunds int64
	accounts                                                                    string
}

func mad(minor int64) money.Amount { return money.Of(minor, money.MAD) }

// done is a payment whose job was done, before anything is heard of its charge.
func done(price int64, method payment.Method) payment.Payment {
	at := dbtest.Start
	b := booking.Booking{ID: "b", CustomerID: "c", ProviderID: "p", Status: booking.Accepted, Start: at.Add(time.Hour), Price: mad(price), CreatedAt: at, UpdatedAt: at}
	p := payment.Draft(b, method, 1200)
	p.ID, p.Ref, p.BegunAt = "payment", "charge", at
	if _, err := p.Hear(processor.State{Ref: "charge", Status: processor.Authorised}, at); err != nil {
		panic(err)
	}
	b.Status = booking.Completed
	p.Follow(b, booking.Event{Kind: booking.EventCompleted, Status: booking.Completed})
	return p
}

// hears has a payment hear states one after the other.
func hears(t *rapid.T, p payment.Payment, states []processor.State) standing {
	sums := map[ledger.Account]int64{}
	posted := map[string]bool{}
	for i, s := range states {
		transactions, err := p.Hear(s, dbtest.Start.Add(time.Duration(i)*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		for _, transaction := range transactions {
			if posted[transaction.Key] {
				t.Fatalf("%s is posted twice", transaction.Key)
			}
			posted[transaction.Key] = true
			var sum int64
			for _, l := range transaction.Postings {
				sums[l.Account] += l.Minor
				sum += l.Minor
			}
			if sum != 0 || len(transaction.Postings) < 2 {
				t.Fatalf("%+v does not balance", transaction)
			}
		}
	}
	return standing{p.Status, p.Captured.Minor, p.Fee.Minor, p.Earned.Minor, p.Refunded.Minor, p.ChargedBack.Minor, p.HeldBack.Minor, p.EarnedBack.Minor, int64(len(p.Refunds)), fmt.Sprint(sums)}
}

// Whatever order and however often a payment hears what happened to its charge, it ends the same, and so do its books.
func TestTheOrderOfNewsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := rapid.Int64Range(100, 1_000_000).Draw(t, "price")
		method := rapid.SampledFrom([]payment.Method{payment.Card, payment.Deposit}).Draw(t, "method")
		p := done(price, method)
		at := dbtest.Start.Add(time.Hour)
		state := processor.State{Ref: "charge", PaymentID: "payment", Status: processor.Captured, Amount: p.Amount, Captured: p.Amount, Fee: mad(p.Amount.Minor / 40), CapturedAt: at}
		states := []processor.State{{Ref: "charge", Status: processor.Authorised, Amount: p.Amount}, state}
		left := p.Amount.Minor
		for i := range rapid.IntRange(0, 4).Draw(t, "refunds") {
			amount := rapid.Int64Range(0, left).Draw(t, "refund")
			if amount == 0 {
				continue
			}
			left -= amount
			state.Refunds = append(append([]processor.Refund(nil), state.Refunds...), processor.Refund{Ref: fmt.Sprintf("re_%d", i), Amount: mad(amount), At: at.Add(time.Duration(i) * time.Minute)})
			states = append(states, state)
		}
		if left > 0 && rapid.Bool().Draw(t, "charged back") {
			for _, status := range []processor.ChargebackStatus{processor.ChargebackOpened, rapid.SampledFrom([]processor.ChargebackStatus{processor.ChargebackWon, processor.ChargebackLost}).Draw(t, "end")} {
				state.Chargebacks = []processor.Chargeback{{Ref: "cb", Amount: mad(left), Fee: mad(15000), Status: status, At: at}}
				states = append(states, state)
			}
		}
		want := hears(t, p, states)
		var news []processor.State
		for range rapid.IntRange(1, 3).Draw(t, "copies") {
			news = append(news, states...)
		}
		if got := hears(t, done(price, method), rapid.Permutation(news).Draw(t, "news")); got != want {
			t.Fatalf("ends as\n%+v, want\n%+v", got, want)
		}
	})
}

// A payment that is given back whole leaves nothing with provider, house and state, in however many parts it goes.
func TestWhatIsGivenBackInPartsIsGivenBackWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := done(rapid.Int64Range(100, 1_000_000).Draw(t, "price"), payment.Card)
		state := processor.State{Ref: "charge", Status: processor.Captured, Amount: p.Amount, Captured: p.Amount, Fee: mad(1)}
		states := []processor.State{state}
		for left, i := p.Amount.Minor, 0; left > 0; i++ {
			amount := left
			if i < 9 {
				amount = rapid.Int64Range(1, left).Draw(t, "refund")
			}
			left -= amount
			state.Refunds = append(append([]processor.Refund(nil), state.Refunds...), processor.Refund{Ref: fmt.Sprint(i), Amount: mad(amount)})
			states = append(states, state)
		}
		got := hears(t, p, states)
		want := fmt.Sprint(map[ledger.Account]int64{ledger.Of(ledger.ProcessorClearing): -1, ledger.Of(ledger.ProcessorFees): 1, ledger.Of(ledger.FundsHeld): 0, ledger.Of(ledger.Refunds): 0,
			ledger.PayableTo("p"): 0, ledger.Of(ledger.Commission): 0, ledger.Of(ledger.VAT): 0})
		if got.accounts != want {
			t.Fatalf("left: %s, want %s", got.accounts, want)
		}
	})
}
