package payment

import (
	"slices"
	"strings"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// Hear joins a processor's whole answer with what is known of the payment and returns what follows from it for the ledger. Nothing is stored.
func (p *Payment) Hear(state processor.State, at time.Time) ([]ledger.Transaction, error) {
	return p.hear(state, at, at, true)
}

// hear is Hear for what was said at some moment and is heard now; of an event what is zero says nothing.
func (p *Payment) hear(s processor.State, at, now time.Time, whole bool) ([]ledger.Transaction, error) {
	booked := p.captureKnown()
	if err := p.learn(s, at, whole); err != nil {
		return nil, err
	}
	return p.book(now, !booked && p.captureKnown()), nil
}

// rank orders what a processor may say of a charge: nothing that ranks lower takes the place of what ranks higher.
var rank = map[processor.Status]int{
	processor.Created: 1, processor.Challenged: 2, processor.Declined: 2, processor.Authorised: 3, processor.Voided: 4, processor.Captured: 5,
}

// learn joins what the processor says with what is known: at is when it said so. Of a whole state, which is the processor's answer and no event, also
// that there is no fee is taken for true. The join is commutative, associative and idempotent, so neither order nor repetition matters. It returns conflict,
// and leaves the payment as it is, where the state is of another charge, in another currency, or of more money than was asked for.
func (p *Payment) learn(s processor.State, at time.Time, whole bool) error {
	if err := p.fits(s); err != nil {
		return err
	}
	if p.Ref == "" {
		p.Ref = s.Ref
	}
	if s.Captured.Minor > 0 && s.Status == "" {
		s.Status = processor.Captured
	}
	if rank[s.Status] > rank[p.charge] || (rank[s.Status] == rank[p.charge] && s.Status > p.charge) {
		p.charge = s.Status
	}
	p.learnDecline(s, at)
	if !p.captureKnown() {
		p.Captured.Minor = max(p.Captured.Minor, s.Captured.Minor)
		p.Fee.Minor = max(p.Fee.Minor, s.Fee.Minor)
		p.feeKnown = p.feeKnown || s.Fee.Minor > 0 || (whole && s.Captured.Minor > 0)
	}
	p.CapturedAt = earliest(p.CapturedAt, s.CapturedAt)
	for _, r := range s.Refunds {
		p.learnRefund(r, at)
	}
	for _, c := range s.Chargebacks {
		p.learnChargeback(c, at)
	}
	p.Status = p.standing()
	p.total()
	return nil
}

func (p *Payment) captureKnown() bool { return p.Captured.Minor > 0 && p.feeKnown }

// fits refuses what cannot be of this payment.
func (p *Payment) fits(s processor.State) error {
	if (p.Ref != "" && s.Ref != "" && s.Ref != p.Ref) || (s.PaymentID != "" && s.PaymentID != p.ID) {
		return errs.New(errs.Conflict, "payment.other_charge")
	}
	amounts := []money.Amount{s.Amount, s.Captured, s.Fee}
	for _, r := range s.Refunds {
		amounts = append(amounts, r.Amount)
	}
	for _, c := range s.Chargebacks {
		amounts = append(amounts, c.Amount, c.Fee)
	}
	for _, a := range amounts {
		if a.Minor != 0 && a.Currency != p.Price.Currency {
			return errs.New(errs.Conflict, "payment.other_currency")
		}
		if a.Minor < 0 || a.Minor > p.Amount.Minor && a != s.Fee && !isFee(s, a) {
			return errs.New(errs.Conflict, "payment.other_amount")
		}
	}
	return nil
}

// isFee: the fee of a chargeback may be more than the payment.
func isFee(s processor.State, a money.Amount) bool {
	return slices.ContainsFunc(s.Chargebacks, func(c processor.Chargeback) bool { return c.Fee == a })
}

// learnDecline keeps why the last try was refused, until one is not.
func (p *Payment) learnDecline(s processor.State, at time.Time) {
	if rank[p.charge] >= rank[processor.Authorised] {
		p.Decline, p.declineAt = "", time.Time{}
		return
	}
	if s.Decline != "" && (at.After(p.declineAt) || (at.Equal(p.declineAt) && s.Decline > p.Decline)) {
		p.Decline, p.declineAt = s.Decline, at
	}
}

func (p *Payment) learnRefund(r processor.Refund, at time.Time) {
	i := slices.IndexFunc(p.Refunds, func(known Refund) bool {
		return (r.Ref != "" && known.Ref == r.Ref) || (r.Key != "" && known.ID == r.Key)
	})
	if i < 0 {
		if r.Ref == "" || r.Amount.Minor <= 0 {
			return // nothing that could be told apart
		}
		// Made elsewhere, as on the processor's own pages.
		p.Refunds = append(p.Refunds, Refund{ID: r.Ref, Amount: r.Amount, Status: RefundSent, DecidedAt: said(r.At, at)})
		i = len(p.Refunds) - 1
	}
	known := &p.Refunds[i]
	if r.Ref != "" {
		known.Ref = r.Ref
	}
	known.SentAt = earliest(known.SentAt, said(r.At, at))
	switch {
	case r.Failed:
		known.Status = RefundFailed
	case known.Status == RefundWanted:
		known.Status = RefundSent
	}
}

var chargebackRank = map[processor.ChargebackStatus]int{processor.ChargebackOpened: 1, processor.ChargebackWon: 2, processor.ChargebackLost: 3}

func (p *Payment) learnChargeback(c processor.Chargeback, at time.Time) {
	if c.Ref == "" || chargebackRank[c.Status] == 0 {
		return
	}
	c.At = said(c.At, at)
	i := slices.IndexFunc(p.Chargebacks, func(known Chargeback) bool { return known.Ref == c.Ref })
	if i < 0 {
		if c.Amount.Minor > 0 {
			p.Chargebacks = append(p.Chargebacks, Chargeback{Chargeback: c})
		}
		return
	}
	known := &p.Chargebacks[i]
	known.At = earliest(known.At, c.At)
	if known.posted < 2 && chargebackRank[c.Status] > chargebackRank[known.Status] {
		known.Status = c.Status
	}
}

func said(at, otherwise time.Time) time.Time {
	if at.IsZero() {
		return otherwise
	}
	return at
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// total adds up what was given back and what was charged back.
func (p *Payment) total() {
	p.Refunded.Minor, p.ChargedBack.Minor = 0, 0
	for _, r := range p.Refunds {
		if r.Status == RefundSent {
			p.Refunded.Minor += r.Amount.Minor
		}
	}
	for _, c := range p.Chargebacks {
		if c.Status != processor.ChargebackWon {
			p.ChargedBack.Minor += c.Amount.Minor
		}
	}
}

// owed is what the customer is still to get back once the booking has ended: what was captured beyond what is kept, less all refunds and what their
// bank took back. A refund that failed is still owed under its own name.
func (p *Payment) owed() int64 {
	if p.EndedAt.IsZero() || !p.captureKnown() {
		return 0
	}
	owed := p.Captured.Minor - p.Keep.Minor - p.ChargedBack.Minor
	for _, r := range p.Refunds {
		owed -= r.Amount.Minor
	}
	return max(0, owed)
}

// book works out what of all that is known is not in the ledger yet, decides on the refund that is owed, and returns the transactions, in an order of their own
// that does not depend on when things became known: the capture; what was earned of it; refunds and chargebacks, which wait for the capture.
// captureNew says that the capture is known since just now.
func (p *Payment) book(now time.Time, captureNew bool) (all []ledger.Transaction) {
	if p.Method == Cash {
		if p.Status == CashPaid && p.Earned.Minor == 0 {
			p.Earned = p.Price
			all = append(all, CashOf(*p, now))
		}
		return all
	}
	if !p.captureKnown() {
		return nil
	}
	if captureNew {
		p.CapturedAt = said(p.CapturedAt, now)
		all = append(all, CaptureOf(*p, now))
	}
	if earned := min(p.Captured.Minor-p.HeldBack.Minor, p.Keep.Minor); !p.EndedAt.IsZero() && p.Earned.Minor == 0 && earned > 0 {
		all = append(all, EarningOf(*p, money.Of(earned, p.Price.Currency), now))
		p.Earned.Minor = earned
	}
	if owed := p.owed(); owed > 0 {
		name := ids.New
		if p.NewID != nil {
			name = p.NewID
		}
		p.Refunds = append(p.Refunds, Refund{ID: name(), Amount: money.Of(owed, p.Price.Currency), Status: RefundWanted, DecidedAt: now})
	}
	return append(append(all, p.bookRefunds(now)...), p.bookChargebacks(now)...)
}

func (p *Payment) bookRefunds(now time.Time) (all []ledger.Transaction) {
	slices.SortStableFunc(p.Refunds, func(a, b Refund) int {
		if c := a.DecidedAt.Compare(b.DecidedAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	for i := range p.Refunds {
		r := &p.Refunds[i]
		if r.posted == 0 {
			all = append(all, RefundOf(*p, *r, now))
			p.take(r.Amount)
			r.posted = 1
		}
		if r.posted == 1 && r.Status != RefundWanted {
			all = append(all, RefundedOf(*p, *r, now))
			r.posted = 2
		}
		if r.posted == 2 && r.Status == RefundFailed {
			all = append(all, RefundFailedOf(*p, *r, now))
			r.posted = 3
		}
	}
	return all
}

func (p *Payment) bookChargebacks(now time.Time) (all []ledger.Transaction) {
	slices.SortStableFunc(p.Chargebacks, func(a, b Chargeback) int { return strings.Compare(a.Ref, b.Ref) })
	for i := range p.Chargebacks {
		c := &p.Chargebacks[i]
		if c.posted == 0 {
			all = append(all, ChargebackOf(*p, c.Chargeback, now))
			c.posted = 1
		}
		if c.posted > 1 || c.Status == processor.ChargebackOpened {
			continue
		}
		if c.Status == processor.ChargebackWon {
			all = append(all, ChargebackWonOf(*p, c.Chargeback, now))
		} else {
			all = append(all, ChargebackLostOf(*p, c.Chargeback, now))
			p.take(c.Amount)
		}
		c.posted = 2
	}
	return all
}

// take notes what a refund or a lost chargeback took.
func (p *Payment) take(amount money.Amount) {
	_, held, earned := takeBack(*p, amount)
	p.HeldBack.Minor += held
	p.EarnedBack.Minor += earned
}
