package payment

import (
	"slices"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/money"
)

// vatPercent is the tax that a commission includes.
const vatPercent = 20

// Types of the ledger's transactions that payments make; each is the beginning of their keys too.
const (
	TypeCapture        = "capture"
	TypeEarning        = "earning"
	TypeCash           = "cash"
	TypeRefund         = "refund"
	TypeRefunded       = "refunded"
	TypeRefundFailed   = "refund_failed"
	TypeChargeback     = "chargeback"
	TypeChargebackWon  = "chargeback_won"
	TypeChargebackLost = "chargeback_lost"
)

func transaction(p Payment, kind, key, reference string, at time.Time, postings ...ledger.Posting) ledger.Transaction {
	return ledger.Transaction{
		Key: kind + ":" + key, Type: kind, At: at, Subject: p.BookingID, Reference: reference,
		Postings: slices.DeleteFunc(postings, func(l ledger.Posting) bool { return l.Minor == 0 }),
	}
}

// CaptureOf books p.Captured and p.Fee: the processor has taken it, and keeps its fee.
func CaptureOf(p Payment, at time.Time) ledger.Transaction {
	return transaction(p, TypeCapture, p.ID, p.Ref, at,
		move(ledger.Of(ledger.ProcessorClearing), p.Captured.Minor-p.Fee.Minor, p.Captured.Currency),
		ledger.Debit(ledger.Of(ledger.ProcessorFees), p.Fee),
		ledger.Credit(ledger.Of(ledger.FundsHeld), p.Captured))
}

// EarningOf books that so much of what was captured is earned. Of a deposit whose job was done (p.Done) the commission is that of the whole price,
// which may leave the provider owing.
func EarningOf(p Payment, amount money.Amount, at time.Time) ledger.Transaction {
	p.Earned = amount
	commission := p.CommissionEarned()
	return transaction(p, TypeEarning, p.ID, p.Ref, at, append(split(p, amount, commission),
		ledger.Debit(ledger.Of(ledger.FundsHeld), amount))...)
}

// CashOf books the commission of a job that was paid in cash: the provider owes it.
func CashOf(p Payment, at time.Time) ledger.Transaction {
	return transaction(p, TypeCash, p.ID, "", at, split(p, money.Of(0, p.Price.Currency), p.Commission)...)
}

// RefundOf books that r.Amount is promised to the customer: out of what nobody has earned, then out of what provider and house have earned,
// in proportion. p is the payment as it was before: with what was Captured and Earned, and what was taken back of it (HeldBack, EarnedBack).
func RefundOf(p Payment, r Refund, at time.Time) ledger.Transaction {
	postings, _, _ := takeBack(p, r.Amount)
	return transaction(p, TypeRefund, r.ID, r.Ref, at, append(postings, ledger.Credit(ledger.Of(ledger.Refunds), r.Amount))...)
}

// RefundedOf books that the processor has paid a refund back.
func RefundedOf(p Payment, r Refund, at time.Time) ledger.Transaction {
	return transaction(p, TypeRefunded, r.ID, r.Ref, at,
		ledger.Debit(ledger.Of(ledger.Refunds), r.Amount), ledger.Credit(ledger.Of(ledger.ProcessorClearing), r.Amount))
}

// RefundFailedOf books that a refund came back to the processor: it is owed to the customer again.
func RefundFailedOf(p Payment, r Refund, at time.Time) ledger.Transaction {
	return transaction(p, TypeRefundFailed, r.ID, r.Ref, at,
		ledger.Debit(ledger.Of(ledger.ProcessorClearing), r.Amount), ledger.Credit(ledger.Of(ledger.Refunds), r.Amount))
}

// ChargebackOf books that a chargeback was opened: the money and a fee are gone until it is decided.
func ChargebackOf(p Payment, c processor.Chargeback, at time.Time) ledger.Transaction {
	return transaction(p, TypeChargeback, c.Ref, c.Ref, at,
		ledger.Debit(ledger.Of(ledger.Chargebacks), c.Amount), ledger.Debit(ledger.Of(ledger.ProcessorFees), c.Fee),
		ledger.Credit(ledger.Of(ledger.ProcessorClearing), money.Of(c.Amount.Minor+c.Fee.Minor, c.Amount.Currency)))
}

// ChargebackWonOf books that the money of a chargeback has come back.
func ChargebackWonOf(p Payment, c processor.Chargeback, at time.Time) ledger.Transaction {
	return transaction(p, TypeChargebackWon, c.Ref, c.Ref, at,
		ledger.Debit(ledger.Of(ledger.ProcessorClearing), c.Amount), ledger.Credit(ledger.Of(ledger.Chargebacks), c.Amount))
}

// ChargebackLostOf books that the money of a chargeback stays gone: it is taken back as a refund is. p is the payment as it was before.
func ChargebackLostOf(p Payment, c processor.Chargeback, at time.Time) ledger.Transaction {
	postings, _, _ := takeBack(p, c.Amount)
	return transaction(p, TypeChargebackLost, c.Ref, c.Ref, at, append(postings, ledger.Credit(ledger.Of(ledger.Chargebacks), c.Amount))...)
}

// CommissionEarned is the commission, VAT included, on what was earned.
func (p *Payment) CommissionEarned() money.Amount {
	if p.Method == Cash || (p.Method == Deposit && p.Done) {
		return p.Commission
	}
	return part(p.Commission, p.Earned.Minor, p.Price.Minor)
}

// ProviderShare is what the provider has of what the house took in: of an earned payment what is theirs after commission, refunds and lost
// chargebacks. It is negative where they owe the commission of cash.
func (p *Payment) ProviderShare() money.Amount {
	in := p.Earned.Minor - p.EarnedBack.Minor
	commission := p.CommissionEarned().Minor - p.commissionBack(p.EarnedBack.Minor).Minor
	switch {
	case p.Earned.Minor == 0:
		return money.Of(0, p.Price.Currency)
	case p.Method == Cash:
		in = 0
	}
	return money.Of(in-commission, p.Price.Currency)
}

// commissionBack is the commission that is given back where so much altogether is taken back of what was earned.
func (p *Payment) commissionBack(back int64) money.Amount {
	of := p.Earned.Minor
	if p.Method == Deposit && p.Done {
		of = p.Price.Minor
	}
	return part(p.CommissionEarned(), back, of)
}

// split credits an amount to provider, house and state.
func split(p Payment, amount, commission money.Amount) []ledger.Posting {
	net := part(commission, 100, 100+vatPercent)
	return []ledger.Posting{
		move(ledger.PayableTo(p.ProviderID), commission.Minor-amount.Minor, amount.Currency),
		ledger.Credit(ledger.Of(ledger.Commission), net),
		ledger.Credit(ledger.Of(ledger.VAT), money.Of(commission.Minor-net.Minor, commission.Currency)),
	}
}

// move debits what is positive and credits what is negative.
func move(account ledger.Account, minor int64, currency money.Currency) ledger.Posting {
	if minor < 0 {
		return ledger.Credit(account, money.Of(-minor, currency))
	}
	return ledger.Debit(account, money.Of(minor, currency))
}

// takeBack debits an amount where it is, and returns what of it nobody had earned and what somebody had. What is more than was captured, as where
// a refunded payment is charged back too, is the house's loss. What was earned goes back in proportion: each time the difference between what has
// to be back by then and what was before, so that a payment that is given back whole in parts leaves nothing behind.
func takeBack(p Payment, amount money.Amount) (postings []ledger.Posting, held, earned int64) {
	currency := amount.Currency
	if p.Method != Cash {
		held = min(amount.Minor, max(0, p.Captured.Minor-p.Earned.Minor-p.HeldBack.Minor))
		earned = min(amount.Minor-held, max(0, p.Earned.Minor-p.EarnedBack.Minor))
	}
	before, after := p.commissionBack(p.EarnedBack.Minor), p.commissionBack(p.EarnedBack.Minor+earned)
	netBefore, netAfter := part(before, 100, 100+vatPercent).Minor, part(after, 100, 100+vatPercent).Minor
	commission := after.Minor - before.Minor
	return []ledger.Posting{
		ledger.Debit(ledger.Of(ledger.FundsHeld), money.Of(held, currency)),
		move(ledger.PayableTo(p.ProviderID), earned-commission, currency),
		ledger.Debit(ledger.Of(ledger.Commission), money.Of(netAfter-netBefore, currency)),
		ledger.Debit(ledger.Of(ledger.VAT), money.Of(commission-(netAfter-netBefore), currency)),
		ledger.Debit(ledger.Of(ledger.WriteOffs), money.Of(amount.Minor-held-earned, currency)),
	}, held, earned
}
