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
	Charge       LineType = "capture"
	RefundLine   LineType = "refund"
	ChargebackLn LineType = "chargeback"
	Adjustment   LineType = "adjustment" // a chargeback won, a fee corrected
	PayoutLine   LineType = "payout"     // the last line of a batch: what the processor sends to the bank
)

// SettlementLine is one movement in a processor's daily settlement file. Net = Gross - Fee; the nets of a batch add up to what the bank receives.
type SettlementLine struct {
	ID        string // the processor's
	Processor string
	Type      LineType
	Ref       string // of the charge
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

// TakenKind says what a file that was taken in is.
type TakenKind string

// The closed set.
const (
	SettlementFile TakenKind = "settlement"
	StatementFile  TakenKind = "statement"
)

// Taken is a file that was taken in.
type Taken struct {
	ID          string
	Kind        TakenKind
	Name        string    // of the file
	SHA256      string    // of its bytes, which are kept as a blob
	Reference   string    // the batch, or the statement's number
	AccountID   string    // IBAN of a statement
	From, To    time.Time // days, midnight UTC
	Lines       int
	Total       money.Amount // what the batch sends to the bank; what a statement's lines add up to
	Opening     money.Amount // of a statement
	Closing     money.Amount // of a statement
	TakenAt     time.Time
	TakenBy     string // account; empty: the house
	TakenByName string
}

// TakenPage is a page of files, the latest first. NextCursor is empty on the last one.
type TakenPage struct {
	Items      []Taken
	NextCursor string
}
