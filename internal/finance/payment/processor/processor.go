// Package processor is the port to those who move card money. Adapters are packages of their own; nothing here does I/O.
package processor

import (
	"context"
	"net/http"
	"time"

	"khadamat/internal/money"
)

// Status is how far a charge is at the processor.
type Status string

// The closed set of states. Ranks grow: a later state is never followed by an earlier one, whatever order news arrive in.
const (
	Created    Status = "created"    // waits for the customer
	Challenged Status = "challenged" // the customer's bank asks them (3-D Secure)
	Authorised Status = "authorised" // the money is reserved
	Captured   Status = "captured"   // taken, whole or in part
	Voided     Status = "voided"     // let go without being taken
	Declined   Status = "declined"   // the last try was refused; the customer may try again
)

// Charge is money asked of a customer.
type Charge struct {
	PaymentID string // ours; the idempotency key of its creation too
	Amount    money.Amount
	Summary   string // what the customer reads on the card page
	Language  string // fr, ar, en
	ReturnURL string // where the customer's browser goes after the card page
	Immediate bool   // captured at once instead of reserved: deposits
}

// Checkout is where the customer pays: card numbers are typed there and nowhere else.
type Checkout struct {
	Ref string // the processor's name of the charge
	URL string
}

// State is all that a processor knows of a charge. An event may carry a part of it: what is zero there says nothing.
type State struct {
	Ref         string
	PaymentID   string
	Status      Status
	Decline     string       // why the last try was refused: insufficient_funds, expired_card, challenge_failed, suspected_fraud …
	Amount      money.Amount // asked for
	Captured    money.Amount // altogether; zero while nothing was
	Fee         money.Amount // what the processor keeps of the capture
	CapturedAt  time.Time
	Refunds     []Refund
	Chargebacks []Chargeback
}

// Refund is money given back.
type Refund struct {
	Ref    string
	Key    string // ours, as it was asked for; empty where it was made elsewhere
	Amount money.Amount
	Failed bool
	At     time.Time
}

// ChargebackStatus is how far a chargeback is.
type ChargebackStatus string

// The closed set.
const (
	ChargebackOpened ChargebackStatus = "opened" // the money is gone already
	ChargebackWon    ChargebackStatus = "won"    // and comes back
	ChargebackLost   ChargebackStatus = "lost"
)

// Chargeback is money that the card holder's bank takes back.
type Chargeback struct {
	Ref    string
	Amount money.Amount
	Fee    money.Amount
	Reason string
	Status ChargebackStatus
	At     time.Time
}

// Event is news that a processor sends.
type Event struct {
	ID    string
	Type  string // the processor's own word
	At    time.Time
	State State
}

// Processor moves card money. Its methods return errs.Unavailable where the processor cannot be reached or does not know yet (ask again with the
// same key: nothing is done twice), errs.Conflict where the charge is not in a state for it, errs.NotFound for a charge it does not know.
type Processor interface {
	Name() string // "sandbox", "stripe"
	Begin(ctx context.Context, charge Charge) (Checkout, error)
	Fetch(ctx context.Context, ref string) (State, error)
	// Capture takes up to what is reserved, once; the rest is let go.
	Capture(ctx context.Context, ref string, amount money.Amount, key string) (State, error)
	Void(ctx context.Context, ref, key string) (State, error)
	Refund(ctx context.Context, ref string, amount money.Amount, key string) (State, error)
	// Read checks the signature and age of what arrived as a webhook and returns what it says. It returns errs.Unauthenticated for a forged or a
	// stale one and errs.Invalid for one that cannot be read; a type that it does not know is an Event with an empty State.
	Read(header http.Header, body []byte) (Event, error)
}
