package payment_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/market/booking"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// receiver is the address that processors send their webhooks to.
func (m *market) receiver() *httptest.Server {
	m.Helper()
	server := httptest.NewServer(m.payments.Receiver(func(w http.ResponseWriter, _ *http.Request, err error) {
		status, ok := map[errs.Code]int{errs.Unauthenticated: 401, errs.NotFound: 404, errs.Invalid: 422, errs.TooLarge: 413}[errs.CodeOf(err)]
		if !ok {
			m.Error(err)
			status = 500
		}
		w.WriteHeader(status)
	}))
	m.Cleanup(server.Close)
	return server
}

// send posts a body as a processor would and returns the status of the answer.
func (m *market) send(to string, header http.Header, body []byte) int {
	request, err := http.NewRequestWithContext(m.Context(), http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		m.Error(err)
		return 0
	}
	request.Header = header
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		m.Error(err)
		return 0
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		m.Error(err)
	}
	return answer.StatusCode
}

// signed sends an event with a good signature.
func (m *market) signed(to string, event processor.Event) int {
	body, err := sandbox.Encode(event)
	if err != nil {
		m.Error(err)
		return 0
	}
	return m.send(to, sandbox.Sign(secret, m.clock.Now(), body), body)
}

func (m *market) state(ref string) processor.State {
	m.Helper()
	state, err := m.sandbox.Fetch(m.Context(), ref)
	m.must(err)
	return state
}

func TestForgedAndStaleWebhooksAreRefusedAndChangeNothing(t *testing.T) {
	each(t, func(m *market) {
		to := m.receiver().URL + "/webhooks/payments/sandbox"
		b := m.book(3)
		ref := m.begin(b)
		m.types(ref, goodCard)
		body, err := sandbox.Encode(processor.Event{ID: "evt_1", Type: "charge.authorised", At: m.clock.Now(), State: m.state(ref)})
		m.must(err)
		now := m.clock.Now()
		for name, c := range map[string]struct {
			to     string
			header http.Header
			body   []byte
			want   int
		}{
			"unsigned":         {to, http.Header{}, body, 401},
			"another's secret": {to, sandbox.Sign([]byte("guessed"), now, body), body, 401},
			"changed":          {to, sandbox.Sign(secret, now, body), append([]byte(" "), body...), 401},
			"stale":            {to, sandbox.Sign(secret, now.Add(-6*time.Minute), body), body, 401},
			"no event":         {to, sandbox.Sign(secret, now, []byte("{}")), []byte("{}"), 422},
			"too large":        {to, sandbox.Sign(secret, now, body), bytes.Repeat([]byte("x"), 300<<10), 413},
			"nobody's name":    {to + "s", sandbox.Sign(secret, now, body), body, 404},
		} {
			if got := m.send(c.to, c.header, c.body); got != c.want {
				t.Errorf("%s is answered %d, want %d", name, got, c.want)
			}
		}
		m.work()
		if n := m.count(`SELECT count(*) FROM payment_webhooks`); n != 0 {
			t.Errorf("%d of them are stored", n)
		}
		m.stands(b, payment.Awaiting)
		if got := m.send(to, sandbox.Sign(secret, now, body), body); got != 200 {
			t.Fatalf("the true one is answered %d", got)
		}
		m.stands(b, payment.Awaiting) // stored first …
		m.work()
		m.stands(b, payment.Authorised) // … processed by a job
	})
}

func TestWebhooksOfUnknownChargesAndTypesAreKeptAndCanBeReplayed(t *testing.T) {
	each(t, func(m *market) {
		to := m.receiver().URL + "/webhooks/payments/sandbox"
		stranger := processor.State{Ref: "ch_nobody", PaymentID: ids.New(), Status: processor.Captured, Amount: money.Of(100, money.MAD), Captured: money.Of(100, money.MAD), Fee: money.Of(2, money.MAD)}
		b := m.book(3)
		m.pays(b)
		greedy := m.state(m.of(b).Ref)
		greedy.Status, greedy.Amount.Minor = processor.Captured, 99999
		greedy.Captured = greedy.Amount
		for i, event := range []processor.Event{{Type: "charge.captured", State: stranger}, {Type: "balance.available", State: m.state(m.of(b).Ref)}, {Type: "charge.captured", State: greedy}} {
			event.ID, event.At = fmt.Sprintf("evt_%d", i), m.clock.Now()
			for range 2 {
				if got := m.signed(to, event); got != 200 {
					t.Fatalf("answered %d", got)
				}
			}
		}
		m.work()
		page, err := m.payments.Webhooks(t.Context(), m.finance, payment.WebhookFilter{})
		m.must(err)
		got := map[string]payment.WebhookStatus{}
		for _, w := range page.Items {
			got[w.EventID] = w.Status
		}
		if want := map[string]payment.WebhookStatus{"evt_0": payment.WebhookUnknown, "evt_1": payment.WebhookIgnored, "evt_2": payment.WebhookFailed}; len(page.Items) != 3 || !reflect.DeepEqual(got, want) {
			t.Fatalf("kept: %v", got)
		}
		m.stands(b, payment.Authorised)
		m.books(nil)
		unknown := page.Items[slices.IndexFunc(page.Items, func(w payment.Webhook) bool { return w.EventID == "evt_0" })]
		// The payment turns up: its row was restored, say.
		m.must(m.db.Tx(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE payments SET id = $2, ref = $3, price_minor = 100, amount_minor = 100 WHERE booking_id = $1`, b.ID, stranger.PaymentID, stranger.Ref)
			return err
		}))
		_, err = m.payments.Webhook(t.Context(), m.salma, unknown.ID)
		m.refused(err, errs.Forbidden, "error.forbidden")
		m.refused(m.payments.Replay(t.Context(), m.owner, unknown.ID), errs.Forbidden, "error.forbidden")
		for range 2 {
			m.must(m.payments.Replay(t.Context(), m.finance, unknown.ID))
			m.work()
		}
		again, err := m.payments.Webhook(t.Context(), m.finance, unknown.ID)
		m.must(err)
		if again.Status != payment.WebhookProcessed || again.Body == "" {
			t.Errorf("after its replay it is %s", again.Status)
		}
		if v := m.of(b); v.Captured.Minor != 100 {
			t.Errorf("%+v", v.Payment)
		}
		m.must(m.payments.Tend(t.Context()))
	})
}

// What is captured, refunded on the processor's own pages, charged back and decided on arrives in any order.
func TestAChargebackTakesBackWhatWasEarnedOnceItIsLost(t *testing.T) {
	each(t, func(m *market) {
		to := m.receiver().URL + "/webhooks/payments/sandbox"
		b := m.book(3)
		ref := m.pays(b)
		m.done(b)
		m.work()
		_, err := m.sandbox.ChargeBack(t.Context(), ref, "fraudulent")
		m.must(err)
		_, err = m.sandbox.Decide(t.Context(), ref, false)
		m.must(err)
		// Its opening was never told.
		m.signed(to, processor.Event{ID: "evt_lost", Type: "charge.captured", At: m.clock.Now(), State: m.state(ref)})
		m.must(m.payments.Sweep(t.Context()))
		v := m.of(b)
		if v.ChargedBack.Minor != 35000 {
			t.Fatalf("%+v", v.Payment)
		}
		m.books(map[ledger.Kind]int64{ledger.ProcessorClearing: -fee - 15000, ledger.ProcessorFees: fee + 15000})
		if n := m.count(`SELECT count(*) FROM ledger_transactions WHERE type IN ('chargeback', 'chargeback_lost')`); n != 2 {
			t.Errorf("%d transactions tell of its opening and its end", n)
		}
	})
}

// A processor may call a charge something else in some of its webhooks, and leave out whose it is.
func TestAChargeThatGoesByAnotherNameIsAskedFor(t *testing.T) {
	each(t, func(m *market) {
		to := m.receiver().URL + "/webhooks/payments/sandbox"
		b := m.book(3)
		ref := m.begin(b)
		m.types(ref, goodCard)
		m.gate.alias = map[string]string{"intent_1": ref}
		said := m.state(ref)
		said.Ref, said.PaymentID, said.Status = "intent_1", "", processor.Created
		m.signed(to, processor.Event{ID: "evt_1", Type: "charge.authorised", At: m.clock.Now(), State: said})
		m.gate.closed = true
		if err := m.payments.Sweep(t.Context()); errs.CodeOf(err) != errs.Unavailable {
			t.Fatalf("nobody answers: %v", err)
		}
		m.stands(b, payment.Awaiting)
		m.gate.closed = false
		m.must(m.payments.Sweep(t.Context()))
		if v := m.stands(b, payment.Authorised); v.Ref != ref {
			t.Errorf("it is called %s now", v.Ref)
		}
	})
}

// story is a payment of the storm and all that the processor said of it, in order.
type story struct {
	booking booking.Booking
	events  []processor.Event
}

// stories has payments of all kinds go their ways at the processor without the house hearing of it.
func (m *market) stories(count int) []story {
	m.Helper()
	all := make([]story, count)
	serial := 0
	for i := range all {
		s := &all[i]
		start := m.clock.Now().Truncate(time.Hour).Add(time.Duration(48+i) * time.Hour)
		b, err := m.bookings.Request(m.Context(), m.salma, booking.Request{ServiceID: m.service.ID, Start: start, Address: "12, rue des Orangers"})
		m.must(err)
		s.booking = b
		deposit := i%5 == 0
		if deposit {
			_, err := m.payments.Choose(m.Context(), m.salma, b.ID, payment.Deposit)
			m.must(err)
		}
		ref := m.begin(b)
		said := func() {
			serial++
			m.clock.Advance(time.Millisecond)
			s.events = append(s.events, processor.Event{ID: fmt.Sprintf("evt_%05d", serial), Type: "charge.captured", At: m.clock.Now(), State: m.state(ref)})
		}
		m.types(ref, poorCard)
		said()
		m.types(ref, goodCard)
		said()
		m.must(m.payments.Returned(m.Context(), m.salma, b.ID))
		if i%7 != 6 {
			m.done(b)
		} else {
			_, err := m.bookings.Cancel(m.Context(), m.owner, b.ID, "")
			m.must(err)
		}
		m.forget()
		p := m.of(b)
		switch {
		case p.Status == payment.Releasing:
			_, err := m.sandbox.Void(m.Context(), ref, "void:"+ref)
			m.must(err)
			said()
			continue
		case !deposit:
			_, err := m.sandbox.Capture(m.Context(), ref, p.Wanted, "capture:"+p.ID)
			m.must(err)
			said()
		}
		for n := range i % 3 {
			if deposit && i%7 == 6 {
				break // it is given back already
			}
			_, err := m.sandbox.Refund(m.Context(), ref, money.Of(int64(701+n*13), money.MAD), fmt.Sprintf("elsewhere-%d-%d", i, n))
			m.must(err)
			said()
		}
		if i%4 == 1 {
			_, err := m.sandbox.ChargeBack(m.Context(), ref, "fraudulent")
			m.must(err)
			said()
			_, err = m.sandbox.Decide(m.Context(), ref, i%8 == 1)
			m.must(err)
			said()
		}
	}
	return all
}

// outcome is what the house knows of a payment in the end, and what the ledger says of its booking, without the names that differ from run to run.
type outcome struct {
	Status                                       payment.Status
	Decline                                      string
	Captured, Fee, Earned, Refunded, ChargedBack int64
	HeldBack, EarnedBack                         int64
	Refunds                                      []int64
	Accounts                                     map[ledger.Kind]int64
	Transactions                                 []string
}

func (m *market) outcome(b booking.Booking) outcome {
	m.Helper()
	v := m.of(b)
	o := outcome{Status: v.Status, Decline: v.Decline, Captured: v.Captured.Minor, Fee: v.Fee.Minor, Earned: v.Earned.Minor, Refunded: v.Refunded.Minor, ChargedBack: v.ChargedBack.Minor,
		HeldBack: v.HeldBack.Minor, EarnedBack: v.EarnedBack.Minor, Accounts: map[ledger.Kind]int64{}}
	for _, r := range v.Refunds {
		o.Refunds = append(o.Refunds, r.Amount.Minor)
	}
	slices.Sort(o.Refunds)
	page, err := ledger.NewBook(m.db).Find(m.Context(), ledger.Filter{Subject: b.ID, Limit: 100})
	m.must(err)
	for _, t := range page.Items {
		var moved int64
		for _, p := range t.Postings {
			o.Accounts[p.Account.Kind] += p.Minor
			moved += max(0, p.Minor)
		}
		o.Transactions = append(o.Transactions, fmt.Sprintf("%s %d", t.Type, moved))
	}
	slices.Sort(o.Transactions)
	return o
}

// TestAStormOfWebhooksEndsAsIfEachCameOnceInOrder sends what a processor says of a hundred payments many times over, shuffled, by several clients at
// once, and compares with a house that heard each once and in order.
func TestAStormOfWebhooksEndsAsIfEachCameOnceInOrder(t *testing.T) {
	const payments, copies, clients = 120, 14, 16
	for name, open := range map[string]func(testing.TB, clock.Clock) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.PostgreSQL} {
		t.Run(name, func(t *testing.T) {
			calmClock, stormyClock := clock.NewManual(dbtest.Start), clock.NewManual(dbtest.Start)
			calm, stormy := newMarket(t, open(t, calmClock), calmClock), newMarket(t, open(t, stormyClock), stormyClock)
			want, stories := calm.stories(payments), stormy.stories(payments)
			to := calm.receiver().URL + "/webhooks/payments/sandbox"
			for _, s := range want {
				for _, event := range s.events {
					if got := calm.signed(to, event); got != 200 {
						t.Fatalf("answered %d", got)
					}
				}
				calm.must(calm.payments.Sweep(t.Context()))
			}
			sent := stormy.storm(stories, copies, clients)
			t.Logf("%d webhooks about %d payments", sent, payments)
			for i := range stories {
				if got, want := stormy.outcome(stories[i].booking), calm.outcome(want[i].booking); !reflect.DeepEqual(got, want) {
					t.Fatalf("payment %d ends as\n%+v, want\n%+v", i, got, want)
				}
			}
			trial, err := ledger.NewBook(stormy.db).Trial(t.Context(), time.Time{})
			stormy.must(err)
			if !trial.Balanced() || len(trial.Rows) < 7 {
				t.Errorf("the trial balance is %+v", trial)
			}
		})
	}
}

// storm sends every event several times over in an order of its own, while they are processed, and returns how many there were.
func (m *market) storm(stories []story, copies, clients int) int {
	m.Helper()
	var all []processor.Event
	for _, s := range stories {
		for range copies {
			all = append(all, s.events...)
		}
	}
	random := rand.New(rand.NewPCG(378, 1))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	to := m.receiver().URL + "/webhooks/payments/sandbox"
	next := make(chan processor.Event)
	var sending, sweeping sync.WaitGroup
	for range clients {
		sending.Go(func() {
			for event := range next {
				if got := m.signed(to, event); got != 200 {
					m.Errorf("answered %d", got)
				}
			}
		})
	}
	done := make(chan struct{})
	sweeping.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				if err := m.payments.Sweep(m.Context()); err != nil {
					m.Error(err)
				}
			}
		}
	})
	for _, event := range all {
		next <- event
	}
	close(next)
	sending.Wait()
	close(done)
	sweeping.Wait()
	m.must(m.payments.Sweep(m.Context()))
	left := m.count(`SELECT count(*) FROM payment_webhooks WHERE status <> 'processed'`)
	stored := m.count(`SELECT count(*) FROM payment_webhooks`)
	if left != 0 || stored != len(all)/copies {
		m.Fatalf("%d webhooks are not processed; %d are stored of %d", left, stored, len(all)/copies)
	}
	return len(all)
}

func TestOnlyFinancePeopleSeeAllPayments(t *testing.T) {
	each(t, func(m *market) {
		first, second := m.book(3), m.book(4)
		ref := m.pays(second)
		_, err := m.payments.Payments(t.Context(), m.owner, payment.Filter{})
		m.refused(err, errs.Forbidden, "error.forbidden")
		_, err = m.payments.Payment(t.Context(), account.Actor{}, m.of(first).ID)
		m.refused(err, errs.Unauthenticated, "error.unauthenticated")
		page, err := m.payments.Payments(t.Context(), m.finance, payment.Filter{Limit: 1})
		m.must(err)
		next, err := m.payments.Payments(t.Context(), m.finance, payment.Filter{Limit: 1, Cursor: page.NextCursor})
		m.must(err)
		if len(page.Items) != 1 || len(next.Items) != 1 || next.NextCursor != "" || page.Items[0].ID == next.Items[0].ID {
			t.Fatalf("%+v, %+v", page, next)
		}
		for _, f := range []payment.Filter{{Text: ref}, {Text: second.ID}, {Status: payment.Authorised}, {Method: payment.Card, Status: payment.Authorised, From: m.clock.Now().Add(-time.Hour)}} {
			found, err := m.payments.Payments(t.Context(), m.finance, f)
			m.must(err)
			if len(found.Items) != 1 || found.Items[0].BookingID != second.ID {
				t.Errorf("%+v finds %+v", f, found.Items)
			}
		}
		_, err = m.payments.Payments(t.Context(), m.finance, payment.Filter{Status: "lost"})
		if errs.CodeOf(err) != errs.Invalid {
			t.Errorf("an unknown status: %v", err)
		}
		detail, err := m.payments.Payment(t.Context(), m.finance, m.of(second).ID)
		m.must(err)
		var words []string
		for _, moment := range detail.Moments {
			words = append(words, moment.Type)
		}
		if got := strings.Join(words, " "); got != "created begun" {
			t.Errorf("its story is %s", got)
		}
	})
}
