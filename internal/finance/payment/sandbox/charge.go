package sandbox

import (
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
)

// charge is money asked of a card holder. It changes through its verbs alone, which note what is to be told and what is to be settled.
type charge struct {
	processor.Charge
	state     processor.State
	lastFour  string
	codeTries int
	createdAt time.Time
	updatedAt time.Time

	news  []string // types of the events that the change made
	lines []Line   // what the change moved
}

// Event types, the processor's own words.
const (
	eventChallenged = "charge.challenged"
	eventAuthorised = "charge.authorised"
	eventDeclined   = "charge.declined"
	eventCaptured   = "charge.captured"
	eventVoided     = "charge.voided"
	eventRefunded   = "charge.refunded"
	eventChargeback = "chargeback.opened"
	eventDecided    = "chargeback.closed"
)

// Reasons of a decline.
const (
	declinedFunds     = "insufficient_funds"
	declinedExpired   = "expired_card"
	declinedChallenge = "challenge_failed"
)

// maxCodeTries is how often a card holder may mistype the code of their bank.
const maxCodeTries = 3

// payable says whether the card holder may still pay.
func (c *charge) payable() bool {
	return c.state.Status == processor.Created || c.state.Status == processor.Declined
}

// pay tries a card. It returns conflict where the charge does not wait for one.
func (c *charge) pay(card testCard, now time.Time) error {
	if !c.payable() {
		return errs.New(errs.Conflict, "sandbox.not_payable")
	}
	c.lastFour, c.codeTries = card.lastFour(), 0
	switch card.manner {
	case refused:
		c.decline(declinedFunds)
	case expired:
		c.decline(declinedExpired)
	case challenges:
		c.become(processor.Challenged, eventChallenged)
	default:
		return c.authorise(now)
	}
	return nil
}

// answer takes the code that the card holder typed for their bank. A wrong one costs a try; after the last one the charge is declined.
func (c *charge) answer(code string, now time.Time) error {
	if c.state.Status != processor.Challenged {
		return errs.New(errs.Conflict, "sandbox.not_payable")
	}
	if code == ChallengeCode {
		return c.authorise(now)
	}
	if c.codeTries++; c.codeTries >= maxCodeTries {
		c.decline(declinedChallenge)
	}
	return nil
}

// abandon lets the card holder take another card instead of answering their bank.
func (c *charge) abandon() error {
	if c.state.Status != processor.Challenged {
		return errs.New(errs.Conflict, "sandbox.not_payable")
	}
	c.decline(declinedChallenge)
	return nil
}

func (c *charge) authorise(now time.Time) error {
	c.state.Decline = ""
	if c.Immediate {
		return c.take(c.Amount, now)
	}
	c.become(processor.Authorised, eventAuthorised)
	return nil
}

// capture takes up to what is reserved, once.
func (c *charge) capture(amount money.Amount, now time.Time) error {
	if c.state.Status != processor.Authorised {
		return errs.New(errs.Conflict, "processor.not_capturable")
	}
	if amount.Currency != c.Amount.Currency || amount.Minor <= 0 || amount.Minor > c.Amount.Minor {
		return errs.New(errs.Invalid, "processor.bad_amount")
	}
	return c.take(amount, now)
}

func (c *charge) take(amount money.Amount, now time.Time) error {
	c.state.Captured, c.state.Fee, c.state.CapturedAt = amount, Fee(amount), now
	c.become(processor.Captured, eventCaptured)
	c.settle(TypeCapture, amount, c.state.Fee, now)
	return nil
}

// void lets go of what is reserved, or of what was never paid.
func (c *charge) void() error {
	if c.state.Status == processor.Captured || c.state.Status == processor.Voided {
		return errs.New(errs.Conflict, "processor.not_voidable")
	}
	c.become(processor.Voided, eventVoided)
	return nil
}

// refund gives back a part of what was captured.
func (c *charge) refund(amount money.Amount, key string, now time.Time) error {
	if c.state.Status != processor.Captured {
		return errs.New(errs.Conflict, "processor.not_refundable")
	}
	if amount.Currency != c.Amount.Currency || amount.Minor <= 0 {
		return errs.New(errs.Invalid, "processor.bad_amount")
	}
	if amount.Minor > c.left() {
		return errs.New(errs.Conflict, "processor.refund_too_high")
	}
	c.state.Refunds = append(c.state.Refunds, processor.Refund{Ref: newRef("re_"), Key: key, Amount: amount, At: now})
	c.news = append(c.news, eventRefunded)
	c.settle(TypeRefund, negative(amount), money.Of(0, amount.Currency), now)
	return nil
}

// chargeBack is the card holder's bank taking all money back that is left of the charge.
func (c *charge) chargeBack(reason string, now time.Time) error {
	if c.state.Status != processor.Captured || c.left() == 0 {
		return errs.New(errs.Conflict, "processor.not_refundable")
	}
	amount, fee := money.Of(c.left(), c.Amount.Currency), money.Of(chargebackFeeMinor, c.Amount.Currency)
	c.state.Chargebacks = append(c.state.Chargebacks, processor.Chargeback{
		Ref: newRef("cb_"), Amount: amount, Fee: fee, Reason: reason, Status: processor.ChargebackOpened, At: now,
	})
	c.news = append(c.news, eventChargeback)
	c.settle(TypeChargeback, negative(amount), fee, now)
	return nil
}

// decide ends the open chargeback: won, the money comes back, the fee does not.
func (c *charge) decide(won bool, now time.Time) error {
	for i := range c.state.Chargebacks {
		b := &c.state.Chargebacks[i]
		if b.Status != processor.ChargebackOpened {
			continue
		}
		b.Status = processor.ChargebackLost
		if won {
			b.Status = processor.ChargebackWon
			c.settle(TypeAdjustment, b.Amount, money.Of(0, b.Amount.Currency), now)
		}
		c.news = append(c.news, eventDecided)
		return nil
	}
	return errs.New(errs.Conflict, "sandbox.no_chargeback")
}

// left is what was captured and neither given back nor taken back, in minor units.
func (c *charge) left() int64 {
	left := c.state.Captured.Minor
	for _, r := range c.state.Refunds {
		left -= r.Amount.Minor
	}
	for _, b := range c.state.Chargebacks {
		if b.Status != processor.ChargebackWon {
			left -= b.Amount.Minor
		}
	}
	return left
}

func (c *charge) decline(reason string) {
	c.state.Decline = reason
	c.become(processor.Declined, eventDeclined)
}

func (c *charge) become(status processor.Status, event string) {
	c.state.Status = status
	c.news = append(c.news, event)
}

func (c *charge) settle(kind LineType, gross, fee money.Amount, now time.Time) {
	c.lines = append(c.lines, Line{
		ID: newRef("ln_"), Type: kind, Charge: c.state.Ref, Payment: c.PaymentID, Gross: gross, Fee: fee, At: now,
	})
}

func negative(a money.Amount) money.Amount { return money.Of(-a.Minor, a.Currency) }
