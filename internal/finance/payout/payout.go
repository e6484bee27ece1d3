// Package payout pays providers what they have earned: weekly, above a minimum, less what is disputed and what they owe for cash jobs.
package payout

import (
	"time"

	"khadamat/internal/money"
)

// Status is where a payout stands.
type Status string

// The closed set of states.
const (
	Prepared Status = "prepared" // in a batch that nobody has released yet
	Sent     Status = "sent"     // in a batch whose file went to the bank
	Paid     Status = "paid"     // seen on the bank's statement
	Returned Status = "returned" // the provider's bank sent it back
)

// Payout is what one provider gets in one batch. It is a copy of what is stored.
type Payout struct {
	ID         string
	BatchID    string
	ProviderID string
	Holder     string // the account holder's name
	IBAN       string
	Amount     money.Amount
	EndToEndID string // what the bank calls it on both ends: "KHP-2026-W46-00012"
	Status     Status
	At         time.Time // prepared
	SentAt     time.Time
	SettledAt  time.Time // paid or returned
}

// Batch is one file of payouts for the bank.
type Batch struct {
	ID      string
	Name    string // "KHP-2026-W46"
	Through time.Time
	Count   int
	Total   money.Amount
	SentAt  time.Time // zero: only prepared
	SentBy  string    // never who prepared it
}
