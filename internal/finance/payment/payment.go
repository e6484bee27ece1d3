// Package payment is the money of a booking: how the customer pays, what is reserved, taken and given back, and what that means in the ledger.
// A payment knows one charge at a processor. What the processor says of it, by answers and by webhooks, in any order and any number of times, is
// joined with what is known already; what follows from it is worked out anew each time.
package payment

import (
	"slices"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/market/booking"
	"khadamat/internal/money"
	"khadamat/internal/platform/ids"
)

// Method is how a customer pays.
type Method string

// The closed set of methods.
const (
	Card    Method = "card"    // reserved when booked, taken when done
	Deposit Method = "deposit" // a part by card, taken when booked; the rest in cash
	Cash    Method = "cash"
)

// Methods lists them in the order in which they are offered.
var Methods = []Method{Card, Deposit, Cash}

// Status is where a payment stands.
type Status string

// The closed set of states.
const (
	Awaiting   Status = "awaiting"   // the customer has not paid or reserved yet
	Authorised Status = "authorised" // reserved
	Capturing  Status = "capturing"  // to be taken; the processor has not confirmed yet
	Captured   Status = "captured"
	Releasing  Status = "releasing" // to be let go; the processor has not confirmed yet
	Released   Status = "released"  // let go, or never needed
	CashDue    Status = "cash_due"  // the customer pays at the door
	CashPaid   Status = "cash_paid"
)

// Statuses lists every state.
var Statuses = []Status{Awaiting, Authorised, Capturing, Captured, Releasing, Released, CashDue, CashPaid}

// DepositPercent is the part of the price that a deposit is.
const DepositPercent = 20

// payWithin is how long after its acceptance a booking waits for its payment.
const payWithin = time.Hour

// Payment is the money of one booking. It is a copy of what is stored.
type Payment struct {
	ID          string
	BookingID   string
	Replaced    bool   // the customer chose another way after this one was begun
	CustomerID  string // account
	ProviderID  string
	Method      Method
	Status      Status
	Price       money.Amount // of the booking
	Amount      money.Amount // by card: the price, or the deposit
	Commission  money.Amount // of the price, VAT included
	Processor   string       // "sandbox", "stripe"; empty for cash
	Ref         string       // the processor's name of the charge; empty before the customer went to pay
	Decline     string       // why the last try was refused; empty: it was not
	Done        bool         // the job was done: of a deposit the commission of the whole price is due
	Keep        money.Amount // what of Amount is not the customer's any more, once the booking has ended
	Wanted      money.Amount // to be captured once the booking has ended; zero before
	Captured    money.Amount
	Fee         money.Amount
	Earned      money.Amount // of what was captured or paid in cash, what the provider and the house have earned
	Refunded    money.Amount
	ChargedBack money.Amount // and not won back
	HeldBack    money.Amount // what refunds and lost chargebacks have taken of what nobody had earned …
	EarnedBack  money.Amount // … and of what had been earned
	PayBy       time.Time    // the booking falls away where it is not paid by then; zero: no such moment
	BegunAt     time.Time    // when the customer first went to pay
	EndedAt     time.Time    // when the booking was done, missed, cancelled, declined …; zero before
	CapturedAt  time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Refunds     []Refund     // by the time they were decided; lists of payments leave them out
	Chargebacks []Chargeback // likewise

	// NewID names the refunds that the payment decides on; nil: ids.New. It is for making the same history twice.
	NewID func() string

	charge    processor.Status
	declineAt time.Time
	url       string
	language  string
	feeKnown  bool
	askAt     time.Time
	tries     int
	was       deed   // what was to be done when it was read
	stood     Status // how it stood then
}

// RefundStatus is how far a refund is.
type RefundStatus string

// The closed set.
const (
	RefundWanted RefundStatus = "wanted" // decided; the processor has not confirmed yet
	RefundSent   RefundStatus = "sent"
	RefundFailed RefundStatus = "failed" // the processor could not; the money is owed to the customer
)

// Refund is money given back, or to be.
type Refund struct {
	ID        string // ours, which the processor gets as its key; the processor's name where it was made there
	Ref       string // the processor's
	Amount    money.Amount
	Status    RefundStatus
	DecidedAt time.Time
	SentAt    time.Time
	posted    int // 1: the decision is in the ledger, 2: the payment too, 3: its failure too
}

// Chargeback is money that the card holder's bank took back.
type Chargeback struct {
	processor.Chargeback
	posted int // 1: its opening is in the ledger, 2: its end too
}

// Draft is the payment that a new booking begins with; method Card is what customers begin with. It does no I/O.
func Draft(b booking.Booking, method Method, commissionBasisPoints int64) Payment {
	zero := money.Of(0, b.Price.Currency)
	p := Payment{
		ID: ids.New(), BookingID: b.ID, CustomerID: b.CustomerID, ProviderID: b.ProviderID, Status: Awaiting,
		Price: b.Price, Commission: part(b.Price, commissionBasisPoints, 10_000), Keep: zero, Wanted: zero, Captured: zero, Fee: zero, Earned: zero,
		Refunded: zero, ChargedBack: zero, HeldBack: zero, EarnedBack: zero, PayBy: payBy(b), CreatedAt: b.CreatedAt, UpdatedAt: b.CreatedAt,
	}
	p.choose(method)
	return p
}

// payBy is the moment until which the customer of a booking has to pay: an hour after it was accepted, its start, or the end of the request.
func payBy(b booking.Booking) time.Time {
	if b.Status == booking.Requested {
		return b.ExpiresAt
	}
	by := b.UpdatedAt.Add(payWithin)
	if b.Start.Before(by) {
		return b.Start
	}
	return by
}

// choose makes an unpaid payment one of another method.
func (p *Payment) choose(method Method) {
	p.Method, p.Status = method, Awaiting
	switch method {
	case Card:
		p.Amount = p.Price
	case Deposit:
		p.Amount = part(p.Price, DepositPercent, 100)
	case Cash:
		p.Amount, p.Status, p.Processor, p.PayBy = money.Of(0, p.Price.Currency), CashDue, "", time.Time{}
	}
}

// Open says whether the customer can still choose how to pay.
func (p *Payment) Open() bool {
	return p.EndedAt.IsZero() && (p.Status == Awaiting || p.Status == CashDue)
}

// AtDoor is what the customer pays in cash.
func (p *Payment) AtDoor() money.Amount {
	return money.Of(p.Price.Minor-p.Amount.Minor, p.Price.Currency)
}

// end notes that the booking has come to its end: the job was done or not, and keep of the card's amount is not the customer's any more.
func (p *Payment) end(keep money.Amount, done bool, at time.Time) {
	p.EndedAt, p.Done, p.PayBy = at, done, time.Time{}
	if p.Method == Cash {
		p.Status = Released
		if done {
			p.Status = CashPaid
		}
		return
	}
	p.Keep = keep
	if p.Method == Card {
		p.Wanted = keep
	}
	p.Status = p.standing()
}

// successor is the payment that takes this one's place.
func (p *Payment) successor(method Method, at time.Time) Payment {
	zero := money.Of(0, p.Price.Currency)
	s := Payment{
		ID: ids.New(), BookingID: p.BookingID, CustomerID: p.CustomerID, ProviderID: p.ProviderID, Processor: p.Processor, Price: p.Price, Commission: p.Commission,
		Keep: zero, Wanted: zero, Captured: zero, Fee: zero, Earned: zero, Refunded: zero, ChargedBack: zero, HeldBack: zero, EarnedBack: zero,
		PayBy: p.PayBy, CreatedAt: at, UpdatedAt: at,
	}
	s.choose(method)
	return s
}

// replace lets this payment go for another one.
func (p *Payment) replace(at time.Time) {
	p.Replaced = true
	p.end(money.Of(0, p.Price.Currency), false, at)
}

// keepWith is what stays of the card's amount where the customer gets so much of the price back by the policy: the same share of what they paid.
func (p *Payment) keepWith(refund money.Amount) money.Amount {
	return money.Of(p.Amount.Minor-part(p.Amount, refund.Minor, p.Price.Minor).Minor, p.Price.Currency)
}

// keepAfter is what stays of it where an operator gives so much back: from the card as far as it goes.
func (p *Payment) keepAfter(refund money.Amount) money.Amount {
	return money.Of(max(0, p.Amount.Minor-refund.Minor), p.Price.Currency)
}

// standing is the status that follows from how far the charge is and from the booking's end.
func (p *Payment) standing() Status {
	ended := !p.EndedAt.IsZero()
	switch {
	case p.Method == Cash:
		return p.Status
	case p.Captured.Minor > 0:
		return Captured
	case p.charge == processor.Voided:
		return Released
	case p.charge == processor.Authorised && !ended:
		return Authorised
	case p.charge == processor.Authorised && p.Keep.Minor > 0, p.charge == processor.Captured:
		return Capturing
	case !ended:
		return Awaiting
	case p.Ref == "":
		return Released
	}
	return Releasing
}

// lapsed says whether the charge is gone while the booking goes on: the page where the customer pays was closed, or the reservation ran out.
func (p *Payment) lapsed() bool {
	return p.charge == processor.Voided && p.EndedAt.IsZero() && !p.Replaced
}

// renewWithin is how long a customer has to reserve the money again whose reservation ran out.
const renewWithin = 24 * time.Hour

// renewed is the payment that takes the place of one that has lapsed. A job whose time has come does not fall away for it.
func (p *Payment) renewed(b booking.Booking, now time.Time) Payment {
	s := p.successor(p.Method, now)
	switch by := now.Add(renewWithin); {
	case b.Status == booking.Requested:
		s.PayBy = b.ExpiresAt
	case p.stood == Awaiting:
		s.PayBy = p.PayBy
	case !now.Before(b.Start):
		s.PayBy = time.Time{}
	case b.Start.Before(by):
		s.PayBy = b.Start
	default:
		s.PayBy = by
	}
	return s
}

// deed is something that the processor is to do.
type deed string

const (
	nothing   deed = ""
	capturing deed = "capture"
	voiding   deed = "void"
	refunding deed = "refund"
	asking    deed = "ask" // nothing to do but to hear how far it is
)

// next is what the processor is to do now, and for which refund.
func (p *Payment) next() (deed, *Refund) {
	switch {
	case p.Ref == "":
		return nothing, nil
	case p.Captured.Minor > 0 && p.feeKnown:
		if at := slices.IndexFunc(p.Refunds, func(r Refund) bool { return r.Status == RefundWanted }); at >= 0 {
			return refunding, &p.Refunds[at]
		}
		return nothing, nil
	case p.charge == processor.Captured:
		return asking, nil
	case p.EndedAt.IsZero() || p.charge == processor.Voided:
		return nothing, nil
	case p.charge == processor.Authorised && p.Wanted.Minor > 0:
		return capturing, nil
	case p.charge == processor.Authorised && p.Keep.Minor > 0:
		return asking, nil
	}
	return voiding, nil
}

// underway says whether something is to come of the processor, which is to be asked where it does not come.
func (p *Payment) underway() bool {
	deed, _ := p.next()
	return deed != nothing || (p.Status == Awaiting && p.Ref != "")
}

// part is a share of an amount, rounded half to even. The whole is positive and at least as large as the share of it, so it fits.
func part(a money.Amount, share, whole int64) money.Amount {
	scaled, err := a.Scale(share, whole)
	if err != nil {
		return money.Of(0, a.Currency)
	}
	return scaled
}
