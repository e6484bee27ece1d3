// Package dispute is what happens when the two sides of a booking cannot agree: one of them says what went wrong, both and an operator
// talk about it, and the operator decides, with a refund or without.
package dispute

import (
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
)

// OpenWithin is how long after the end of a booking a dispute about it may be opened.
const OpenWithin = 14 * 24 * time.Hour

// Status is how far a dispute is.
type Status string

// The closed set of states. Open becomes answered when the other side speaks; both end decided by an operator or withdrawn by who opened it.
const (
	Open      Status = "open"
	Answered  Status = "answered"
	Decided   Status = "decided"
	Withdrawn Status = "withdrawn"
)

// Reason says what a dispute is about.
type Reason string

// The closed set of reasons.
const (
	NotDone     Reason = "not_done"
	PoorQuality Reason = "poor_quality"
	Late        Reason = "late"
	Price       Reason = "price"
	Behaviour   Reason = "behaviour"
	NoShowWrong Reason = "no_show_wrong"
	Other       Reason = "other"
)

// Reasons lists them in the order in which they are offered.
var Reasons = []Reason{NotDone, PoorQuality, Late, Price, Behaviour, NoShowWrong, Other}

// ReasonKey is the message key of a reason's name.
func ReasonKey(reason Reason) string { return reasonKeys[reason] }

var reasonKeys = map[Reason]string{
	NotDone:     "dispute.reason.not_done",
	PoorQuality: "dispute.reason.poor_quality",
	Late:        "dispute.reason.late",
	Price:       "dispute.reason.price",
	Behaviour:   "dispute.reason.behaviour",
	NoShowWrong: "dispute.reason.no_show_wrong",
	Other:       "dispute.reason.other",
}

// Party is who speaks in a dispute.
type Party string

// The parties.
const (
	CustomerParty Party = "customer"
	ProviderParty Party = "provider"
	OperatorParty Party = "operator"
)

// Dispute is a copy of what is stored; changing its fields changes nothing.
type Dispute struct {
	ID                string
	BookingID         string
	CustomerID        string // an account
	ProviderID        string
	ProviderAccountID string
	CustomerName      string // names as they were when it was opened; empty once the person is erased
	ProviderName      string
	Service           catalog.Text
	Start             time.Time // of the booking
	Zone              string
	Price             money.Amount // what the booking costs: the most that can be given back
	OpenedBy          booking.Side
	Reason            Reason
	Status            Status
	Refund            *money.Amount // what the decision gives back; nil before
	Decision          string        // the operator's words
	DecidedBy         string
	CreatedAt         time.Time
	UpdatedAt         time.Time
	EndedAt           time.Time // decided or withdrawn; zero before
}

// Running says whether it still waits for a decision.
func (d *Dispute) Running() bool { return d.Status == Open || d.Status == Answered }

// SideOf says on which side of it an account stands.
func (d *Dispute) SideOf(accountID string) (booking.Side, bool) {
	switch accountID {
	case "":
		return "", false
	case d.CustomerID:
		return booking.CustomerSide, true
	case d.ProviderAccountID:
		return booking.ProviderSide, true
	}
	return "", false
}

// AccountOf is the account on one side.
func (d *Dispute) AccountOf(side booking.Side) string {
	if side == booking.CustomerSide {
		return d.CustomerID
	}
	return d.ProviderAccountID
}

// NameOf is what one side is called.
func (d *Dispute) NameOf(side booking.Side) string {
	if side == booking.CustomerSide {
		return d.CustomerName
	}
	return d.ProviderName
}

// partyOf says as what somebody speaks: operators who stand on a side speak for that side.
func (d *Dispute) partyOf(actor account.Actor) (Party, bool) {
	if side, ok := d.SideOf(actor.ID); ok {
		return Party(side), true
	}
	return OperatorParty, operates(actor)
}

func operates(actor account.Actor) bool {
	return actor.RequireRole(account.Moderator) == nil
}

// Openable returns nil where a dispute about the booking may be opened now: once an accepted booking's time has come, from the beginning,
// the end, the cancellation or the absence otherwise, and until OpenWithin after its end.
func Openable(b *booking.Booking, now time.Time) error {
	began := []booking.Status{booking.InProgress, booking.Completed, booking.NoShow, booking.CancelledByCustomer, booking.CancelledByProvider}
	switch {
	case b.Status == booking.Accepted && now.Before(b.Start):
		return errs.New(errs.Conflict, "dispute.too_early")
	case b.Status != booking.Accepted && !slices.Contains(began, b.Status):
		return errs.New(errs.Conflict, "dispute.nothing_happened")
	case now.After(b.End.Add(OpenWithin)):
		return errs.New(errs.Gone, "dispute.too_late")
	}
	return nil
}

// closes returns why the latest dispute about a booking, nil for none, leaves no room for another: it runs, or was decided, which is final.
// What was withdrawn can be taken up again.
func (d *Dispute) closes() error {
	switch {
	case d == nil || d.Status == Withdrawn:
		return nil
	case d.Status == Decided:
		return errs.New(errs.Conflict, "dispute.decided_already")
	}
	return errs.New(errs.Conflict, "dispute.open_already")
}

func (d *Dispute) ended() error { return errs.New(errs.Conflict, "dispute.ended_already") }

// speak notes that a party has said something; the other side's first words answer the dispute.
func (d *Dispute) speak(party Party, now time.Time) error {
	if !d.Running() {
		return d.ended()
	}
	if party == Party(d.OpenedBy.Other()) {
		d.Status = Answered
	}
	d.UpdatedAt = now
	return nil
}

// withdraw ends it for who opened it.
func (d *Dispute) withdraw(side booking.Side, now time.Time) error {
	if side != d.OpenedBy {
		return errs.New(errs.Forbidden, "dispute.not_yours")
	}
	if !d.Running() {
		return d.ended()
	}
	d.Status, d.UpdatedAt, d.EndedAt = Withdrawn, now, now
	return nil
}

// decide ends it with an operator's word. Nobody decides about themselves.
func (d *Dispute) decide(operatorID string, decision Decision, now time.Time) error {
	if _, ok := d.SideOf(operatorID); ok {
		return errs.New(errs.Forbidden, "dispute.own_case")
	}
	if !d.Running() {
		return d.ended()
	}
	refund := decision.Refund
	if refund.Currency != d.Price.Currency || refund.Minor < 0 || refund.Minor > d.Price.Minor {
		return errs.Fields{{Name: "refund", Key: "dispute.refund_out_of_range"}}.Err()
	}
	d.Status, d.Refund, d.Decision, d.DecidedBy, d.UpdatedAt, d.EndedAt = Decided, &refund, decision.Reason, operatorID, now, now
	return nil
}

// Message is something that a party said.
type Message struct {
	ID        string
	DisputeID string
	AuthorID  string
	Party     Party
	Words     string // empty once the author is erased
	CreatedAt time.Time
}

// Decision is how an operator ends a dispute. Refund is what the customer gets back altogether, from nothing to the price.
type Decision struct {
	Refund money.Amount
	Reason string
}
