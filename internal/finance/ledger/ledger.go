// Package ledger is the journal of the house's money: double entry, append-only, in integer minor units. What was posted is never changed; what
// was wrong is reversed. The journal knows accounts and amounts, and nothing of bookings, cards or banks.
package ledger

import (
	"slices"
	"time"

	"khadamat/internal/money"
)

// Kind is what an account is for.
type Kind string

// The closed set of kinds. Debits raise what the house has or has spent, credits what it owes or has earned.
const (
	ProcessorClearing Kind = "processor_clearing" // what processors owe the house: captured, less fees, refunds, chargebacks and what the bank has received
	FundsHeld         Kind = "funds_held"         // customers' money that nobody has earned yet
	ProviderPayable   Kind = "provider_payable"   // what the house owes a provider; by provider. A debit balance is the provider's debt
	PayoutClearing    Kind = "payout_clearing"    // payouts that are sent and not yet seen at the bank
	Commission        Kind = "commission"         // earned, without VAT
	VAT               Kind = "vat"                // collected on commission, owed to the state
	ProcessorFees     Kind = "processor_fees"
	Refunds           Kind = "refunds"     // promised to customers and not yet paid back by the processor
	Chargebacks       Kind = "chargebacks" // taken back by card holders' banks and not yet decided
	Bank              Kind = "bank"        // as the bank's statements say
	Suspense          Kind = "suspense"    // seen at the bank, and nobody knows yet what it is
	WriteOffs         Kind = "write_offs"  // differences that the house has given up, or gained
)

// Kinds lists every kind, in the order of a trial balance.
var Kinds = []Kind{Bank, ProcessorClearing, Suspense, PayoutClearing, Chargebacks, FundsHeld, Refunds, ProviderPayable, VAT, Commission, ProcessorFees, WriteOffs}

// Account is where money stands. Only accounts of kind ProviderPayable have an owner, the provider.
type Account struct {
	Kind  Kind
	Owner string
}

// Valid says whether there can be such an account.
func (a Account) Valid() bool {
	return slices.Contains(Kinds, a.Kind) && (a.Kind == ProviderPayable) == (a.Owner != "")
}

// Of is the account of a kind that has no owner.
func Of(kind Kind) Account { return Account{Kind: kind} }

// PayableTo is the account of what the house owes a provider.
func PayableTo(providerID string) Account { return Account{ProviderPayable, providerID} }

// Posting is one line of a transaction. Minor is positive for a debit and negative for a credit.
type Posting struct {
	Account  Account
	Minor    int64
	Currency money.Currency
	negative bool // made by Debit or Credit of an amount below zero: that would be the other side
}

// Debit and Credit are how postings are made: the amount is positive. One that is not is refused when the posting is posted.
func Debit(account Account, amount money.Amount) Posting {
	return Posting{account, amount.Minor, amount.Currency, amount.Minor < 0}
}

// Credit takes a positive amount; see Debit.
func Credit(account Account, amount money.Amount) Posting {
	return Posting{account, -amount.Minor, amount.Currency, amount.Minor < 0}
}

// Amount is the posting with its sign: positive for a debit.
func (p Posting) Amount() money.Amount { return money.Of(p.Minor, p.Currency) }

// Transaction is what happened to money, whole or not at all: its postings add up to zero in each currency.
type Transaction struct {
	ID        string
	Key       string // business key, unique: "capture:0192…"; the same key posts once
	Type      string // what happened: "capture", "earning", "refund", "settlement" …
	At        time.Time
	Subject   string // what it is about: a booking, mostly
	Reference string // what others call it: the processor's, the bank's
	Actor     string // account of who did it; empty: the house
	Note      string
	Reverses  string // id of the transaction that this one takes back; only Reverse sets it
	Postings  []Posting
}

// Sealed is a transaction with its place in the chain.
type Sealed struct {
	Seq int64
	Transaction
}

// Reversal is the type of transactions that Reverse makes.
const Reversal = "reversal"

// What a transaction may hold at most.
const (
	LargestMinor = 10_000_000_000_000 // of one posting, either way
	MostPostings = 1000
	longestKey   = 300 // characters; of type, subject, reference and actor too
	longestNote  = 4000
)
