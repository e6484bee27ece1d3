package payout

import (
	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
)

// The types of the transactions that payouts make.
const (
	SentType     = "payout"
	PaidType     = "payout_paid"
	ReturnedType = "payout_returned"
)

// SentOf is how a payout that went to the bank is booked.
func SentOf(p Payout) ledger.Transaction {
	t := of(p, SentType, ledger.PayableTo(p.ProviderID), ledger.Of(ledger.PayoutClearing))
	t.At = p.SentAt
	return t
}

// PaidOf is how a payout is booked that was seen on the bank's statement. Its Reference may be set to the bank's.
func PaidOf(p Payout) ledger.Transaction {
	t := of(p, PaidType, ledger.Of(ledger.PayoutClearing), ledger.Of(ledger.Bank))
	t.At = p.SettledAt
	return t
}

// ReturnedOf is how a payout is booked that the provider's bank sent back: what came in was suspense until somebody said what it is, and is
// owed to the provider again.
func ReturnedOf(p Payout) ledger.Transaction {
	t := of(p, ReturnedType, ledger.Of(ledger.Suspense), ledger.PayableTo(p.ProviderID))
	t.At = p.SettledAt
	return t
}

func of(p Payout, kind string, debit, credit ledger.Account) ledger.Transaction {
	return ledger.Transaction{
		Key: kind + ":" + p.ID, Type: kind, Subject: p.ID, Reference: p.EndToEndID,
		Postings: []ledger.Posting{ledger.Debit(debit, p.Amount), ledger.Credit(credit, p.Amount)},
	}
}

// effect is what a transaction does to what a provider is owed: positive for more.
func effect(t ledger.Transaction, providerID string) money.Amount {
	return money.Of(-sumOf(t, ledger.PayableTo(providerID)), money.MAD)
}

// sumOf adds up a transaction's postings to an account in the house's currency: debits less credits, in minor units. What the ledger took in
// cannot overflow.
func sumOf(t ledger.Transaction, account ledger.Account) (minor int64) {
	for _, posting := range t.Postings {
		if posting.Account == account && posting.Currency == money.MAD {
			minor += posting.Minor
		}
	}
	return minor
}
