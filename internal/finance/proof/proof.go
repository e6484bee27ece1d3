// Package proof shows every day that the house's books agree with the outside world: it takes in the processor's settlement files and the bank's
// statements, hands them with the ledger and the payouts to a reconciliation, and has finance settle what does not agree.
package proof

import (
	"time"

	"khadamat/internal/money"
)

// LineType says what a line of a settlement file is about.
type LineType string

// The closed set.
const (
	Charge       LineType = "charge"
	RefundLine   LineType = "refund"
	ChargebackLn LineType = "chargeback"
	Adjustment   LineType = "adjustment" // a chargeback won, a fee corrected
)

// SettlementLine is one movement in a processor's daily settlement file. Net = Gross - Fee; the nets of a batch add up to what the bank receives.
type SettlementLine struct {
	ID        string // the processor's
	Processor string
	Type      LineType
	Ref       string // of the charge, refund or chargeback
	PaymentID string // ours, where the processor knows it
	Gross     money.Amount
	Fee       money.Amount
	Net       money.Amount
	Batch     string // names the transfer to the bank: "SBX-2026-11-20"
	At        time.Time
}

// BankLine is one movement on the house's account.
type BankLine struct {
	ID         string // made of statement and place
	AccountID  string // IBAN
	BookedOn   time.Time
	Amount     money.Amount // positive: received
	Reference  string       // end-to-end id, or what stands for it
	Text       string
	ReturnCode string // of a returned transfer: "AC04"
}
