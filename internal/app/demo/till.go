package demo

import (
	"slices"
	"strings"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
)

// till is the money of the bookings: how each was paid, and what the processor has settled day by day.
type till struct {
	*world
	*random
	payments []payment.Payment
	charges  []sandbox.Record // what the processor itself still knows
	posted   []ledger.Transaction
	settled  map[schedule.Date][]sandbox.Line
	eventful map[string]bool // by payment: more has happened to it than its capture
	planted  []Planted
	swapped  map[schedule.Date]bool // days whose batch the bank books with swapped digits
}

func (w *world) openTill() *till {
	return &till{world: w, random: newRandom(w.config.Seed, moneyPart), settled: map[schedule.Date][]sandbox.Line{},
		eventful: map[string]bool{}, swapped: map[schedule.Date]bool{}}
}

// methods are how people pay, in hundredths.
func (t *till) method(b *booking.Booking) payment.Method {
	switch n := t.IntN(100); {
	case b.Details.Place == catalog.Remote || n < 70:
		return payment.Card
	case n < 78 && b.Instant:
		return payment.Deposit
	default:
		return payment.Cash
	}
}

// pay tells how the money of a booking went, by the rules of package payment.
func (t *till) pay(past *booking.Past) error {
	first := moment(&past.Booking, past.Events[0])
	if first.Price.Minor == 0 {
		return nil
	}
	p := payment.Draft(first, t.method(&first), catalog.DefaultCommissionBasisPoints)
	p.ID, p.NewID = t.id(first.CreatedAt), func() string { return t.id(first.CreatedAt) }
	if p.Method != payment.Cash {
		p.Processor, p.Ref, p.BegunAt = sandbox.Name, "ch_"+strings.ReplaceAll(p.ID, "-", ""), first.CreatedAt
		if err := t.reserve(&p, t.soon(first.CreatedAt)); err != nil {
			return err
		}
	}
	at := first.CreatedAt
	for _, e := range past.Events[1:] {
		at = e.At
		t.post(p.Follow(moment(&past.Booking, e), e)...)
	}
	p.UpdatedAt = later(p.UpdatedAt, at)
	if p.Method != payment.Cash && !p.EndedAt.IsZero() {
		if err := t.finish(&p, t.soon(p.EndedAt)); err != nil {
			return err
		}
	}
	t.payments = append(t.payments, p)
	if p.Ref != "" && t.now.Sub(p.UpdatedAt) < remembered {
		t.charges = append(t.charges, charge(&p, &past.Booking))
	}
	return nil
}

// moment is the booking as an event left it.
func moment(b *booking.Booking, e booking.Event) booking.Booking {
	then := *b
	then.Status, then.UpdatedAt = e.Status, e.At
	if e.Kind != booking.EventCancelled {
		then.Refund = nil
	}
	return then
}

// hear takes in what the processor says.
func (t *till) hear(p *payment.Payment, state processor.State, at time.Time) error {
	state.Ref, state.PaymentID, p.UpdatedAt = p.Ref, p.ID, later(p.UpdatedAt, at)
	follows, err := p.Hear(state, at)
	t.post(follows...)
	return err
}

// reserve reserves the price, or takes the deposit.
func (t *till) reserve(p *payment.Payment, at time.Time) error {
	if p.Method == payment.Deposit {
		return t.capture(p, p.Amount, at)
	}
	return t.hear(p, processor.State{Status: processor.Authorised, Amount: p.Amount}, at)
}

func (t *till) capture(p *payment.Payment, amount money.Amount, at time.Time) error {
	fee := sandbox.Fee(amount)
	t.settle(at, sandbox.Line{Type: sandbox.TypeCapture, Charge: p.Ref, Payment: p.ID, Gross: amount, Fee: fee})
	return t.hear(p, processor.State{Status: processor.Captured, Amount: p.Amount, Captured: amount, Fee: fee, CapturedAt: at}, at)
}

// finish does what the booking's end asks of the processor: takes what is kept, lets go or gives back the rest. Some card holders ask their bank
// for the money, weeks later; the house is told of it, and loses it in the end.
func (t *till) finish(p *payment.Payment, at time.Time) error {
	switch {
	case p.Captured.Minor > 0:
	case p.Wanted.Minor > 0:
		if err := t.capture(p, p.Wanted, at); err != nil {
			return err
		}
	default:
		return t.hear(p, processor.State{Status: processor.Voided, Amount: p.Amount}, at)
	}
	for _, r := range p.Refunds {
		t.eventful[p.ID] = true
		t.settle(at, sandbox.Line{Type: sandbox.TypeRefund, Charge: p.Ref, Payment: p.ID, Gross: money.Of(-r.Amount.Minor, r.Amount.Currency)})
		back := processor.Refund{Ref: "re_" + r.ID[24:] + p.Ref[3:15], Key: r.ID, Amount: r.Amount, At: at}
		if err := t.hear(p, processor.State{Refunds: []processor.Refund{back}}, at); err != nil {
			return err
		}
	}
	if at = at.AddDate(0, 0, t.between(5, 25)); t.IntN(700) == 0 && len(p.Refunds) == 0 && at.Before(t.now.AddDate(0, 0, -1)) {
		return t.chargeBack(p, at)
	}
	return nil
}

func (t *till) chargeBack(p *payment.Payment, at time.Time) error {
	back := processor.Chargeback{Ref: "dp_" + p.Ref[3:], Amount: p.Captured, Fee: sandbox.ChargebackFee(), Reason: "fraudulent", Status: processor.ChargebackOpened, At: at}
	t.eventful[p.ID] = true
	t.settle(at, sandbox.Line{Type: sandbox.TypeChargeback, Charge: p.Ref, Payment: p.ID, Gross: money.Of(-back.Amount.Minor, back.Amount.Currency), Fee: back.Fee})
	err := t.hear(p, processor.State{Chargebacks: []processor.Chargeback{back}}, at)
	if decided := at.AddDate(0, 0, 20); err == nil && decided.Before(t.now.AddDate(0, 0, -1)) {
		back.Status = processor.ChargebackLost
		err = t.hear(p, processor.State{Chargebacks: []processor.Chargeback{back}}, decided)
	}
	return err
}

// soon is some seconds later, but before today.
func (t *till) soon(at time.Time) time.Time {
	at = at.Add(time.Duration(t.between(1e6, 40e6)) * time.Microsecond)
	return earlier(at, t.now.Add(-time.Millisecond))
}

// settle puts a line into the processor's file of the day.
func (t *till) settle(at time.Time, line sandbox.Line) {
	day := schedule.DateOf(at, t.zone)
	line.ID, line.At = "txn_"+t.id(at)[19:], at.Truncate(time.Second)
	if line.Fee.Currency == "" {
		line.Fee = money.Of(0, line.Gross.Currency)
	}
	t.settled[day] = append(t.settled[day], line)
}

func (t *till) post(transactions ...ledger.Transaction) {
	for _, one := range transactions {
		one.ID = t.id(one.At)
		t.posted = append(t.posted, one)
	}
}

// days are those on which the processor settled anything, in their order.
func (t *till) days() []schedule.Date {
	var all []schedule.Date
	for day, lines := range t.settled {
		slices.SortStableFunc(lines, func(a, b sandbox.Line) int { return a.At.Compare(b.At) })
		all = append(all, day)
	}
	slices.SortFunc(all, schedule.Date.Compare)
	return all
}

// inOrder sorts what was posted as it happened.
func (t *till) inOrder() {
	slices.SortStableFunc(t.posted, func(a, b ledger.Transaction) int { return a.At.Compare(b.At) })
}

// remembered is how long the processor itself still knows a charge.
const remembered = 60 * 24 * time.Hour

// charge is what the processor knows of a payment.
func charge(p *payment.Payment, b *booking.Booking) sandbox.Record {
	r := sandbox.Record{
		Charge: processor.Charge{PaymentID: p.ID, Amount: p.Amount, Summary: b.Details.Title.In("fr"), Language: "fr",
			ReturnURL: "http://localhost:8080/fr/bookings/" + b.ID, Immediate: p.Method == payment.Deposit},
		State:     processor.State{Ref: p.Ref, PaymentID: p.ID, Status: processor.Authorised, Amount: p.Amount, Captured: p.Captured, Fee: p.Fee, CapturedAt: p.CapturedAt},
		LastFour:  "0077",
		CreatedAt: b.CreatedAt,
	}
	switch p.Status {
	case payment.Captured:
		r.State.Status = processor.Captured
	case payment.Released:
		r.State.Status = processor.Voided
	}
	for _, back := range p.Refunds {
		r.State.Refunds = append(r.State.Refunds, processor.Refund{Ref: back.Ref, Key: back.ID, Amount: back.Amount, At: back.SentAt})
	}
	for _, back := range p.Chargebacks {
		r.State.Chargebacks = append(r.State.Chargebacks, back.Chargeback)
	}
	return r
}
