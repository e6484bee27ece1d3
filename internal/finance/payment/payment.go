// Package payment is the money of a booking: how the customer pays, what is reserved, taken and given back, and what that means in the ledger.
package payment

import (
	"time"

	"khadamat/internal/money"
)

// Method is how a customer pays.
type Method string

// The closed set of methods.
const (
	Card    Method = "card"    // reserved when booked, taken when done
	Deposit Method = "deposit" // a part by card, taken when booked; the rest in cash
	Cash    Method = "cash"
)

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

// Payment is the money of one booking. It is a copy of what is stored.
type Payment struct {
	ID          string
	BookingID   string
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
	Wanted      money.Amount // to be captured once the booking has ended; zero before
	Captured    money.Amount
	Fee         money.Amount
	Earned      money.Amount // of what was captured or paid in cash, what the provider and the house have earned
	Refunded    money.Amount
	ChargedBack money.Amount // and not won back
	PayBy       time.Time    // the booking falls away where it is not paid by then; zero: no such moment
	CapturedAt  time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}
