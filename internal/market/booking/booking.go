// Package booking is the life of a booking, from request to done, and the policy that says what a cancellation costs.
package booking

import (
	"time"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
)

// Status is where in its life a booking is.
type Status string

// The closed set of states. Requested leads to the five after it; accepted to in progress, cancelled and no-show; in progress
// to completed.
const (
	Requested           Status = "requested"
	Accepted            Status = "accepted"
	Declined            Status = "declined"
	Expired             Status = "expired"
	Withdrawn           Status = "withdrawn"
	InProgress          Status = "in_progress"
	Completed           Status = "completed"
	CancelledByCustomer Status = "cancelled_by_customer"
	CancelledByProvider Status = "cancelled_by_provider"
	NoShow              Status = "no_show"
)

// Statuses lists every state, in the order of a booking's life.
var Statuses = []Status{Requested, Accepted, InProgress, Completed, Declined, Expired, Withdrawn, CancelledByCustomer, CancelledByProvider, NoShow}

// Valid says whether s is one of the states.
func (s Status) Valid() bool {
	for _, known := range Statuses {
		if s == known {
			return true
		}
	}
	return false
}

// Side is one of the parties of a booking.
type Side string

// The parties, and the system where nobody acts.
const (
	CustomerSide Side = "customer"
	ProviderSide Side = "provider"
	SystemSide   Side = "system"
)

// Other is the opposite party.
func (s Side) Other() Side {
	if s == CustomerSide {
		return ProviderSide
	}
	return CustomerSide
}

// Booking is a copy of what is stored; changing its fields changes nothing. What changes a booking are the verbs below, which only
// Service applies to the stored one.
type Booking struct {
	ID                string
	CustomerID        string // the customer's account
	ProviderID        string
	ProviderAccountID string
	ServiceID         string
	Status            Status
	Start, End        time.Time
	Block             schedule.Interval // the booking with its buffers
	Instant           bool
	Policy            catalog.Policy // the one in force when it was made
	Price             money.Amount   // everything, add-ons included
	Refund            *money.Amount  // what a cancellation or an operator gave back; nil while nobody did
	Details           Details
	Proposal          *Proposal // another time that one side proposes; nil where there is none
	ExpiresAt         time.Time // only while requested
	CreatedAt         time.Time
	UpdatedAt         time.Time
}

// Details are what the two sides agreed on, as it was called then.
type Details struct {
	CustomerName string        `json:"customer_name"`
	ProviderName string        `json:"provider_name"`
	Title        catalog.Text  `json:"title"`
	CityID       string        `json:"city_id"`
	Zone         string        `json:"zone"` // IANA name of the provider's time zone
	Place        catalog.Place `json:"place"`
	Address      string        `json:"address,omitempty"`
	Note         string        `json:"note,omitempty"`
	Lines        []Line        `json:"lines"` // the service first, then its add-ons; they add up to the price
}

// Line is one line of the price.
type Line struct {
	Title catalog.Text `json:"title"`
	Price money.Amount `json:"price"`
}

// Proposal is another time for an accepted booking, open until the other side answers or the booking's own time comes.
type Proposal struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	By    Side      `json:"by"`
	At    time.Time `json:"at"`
}

const (
	requestLifetime = 24 * time.Hour
	noShowAfter     = 15 * time.Minute
)

// SideOf says on which side of the booking an account stands.
func (b *Booking) SideOf(accountID string) (Side, bool) {
	switch accountID {
	case "":
		return "", false
	case b.CustomerID:
		return CustomerSide, true
	case b.ProviderAccountID:
		return ProviderSide, true
	}
	return "", false
}

// AccountOf is the account on one side.
func (b *Booking) AccountOf(side Side) string {
	if side == CustomerSide {
		return b.CustomerID
	}
	return b.ProviderAccountID
}

// Action is something a side may do with a booking; pages offer those that Can allows.
type Action string

// The actions, as they are called on the wire.
const (
	DoAccept            Action = "accept"
	DoDecline           Action = "decline"
	DoCancel            Action = "cancel"
	DoStart             Action = "start"
	DoComplete          Action = "complete"
	DoNoShow            Action = "no_show"
	DoReschedule        Action = "reschedule"
	DoAcceptReschedule  Action = "accept_reschedule"
	DoDeclineReschedule Action = "decline_reschedule"
)

// Can returns nil where the side may do the action now, else the error that doing it would give.
func (b *Booking) Can(action Action, side Side, now time.Time) error {
	switch action {
	case DoAccept, DoDecline:
		return b.answerable(side, now)
	case DoCancel:
		return b.cancellable(now)
	case DoStart:
		return b.only(side, ProviderSide, Accepted)
	case DoComplete:
		return b.only(side, ProviderSide, InProgress)
	case DoNoShow:
		if err := b.only(side, ProviderSide, Accepted); err != nil {
			return err
		}
		return refuse(now.Before(b.Start.Add(noShowAfter)), errs.Conflict, "booking.no_show_too_early")
	case DoReschedule:
		if b.Status != Accepted {
			return b.wrongState()
		}
		return refuse(!now.Before(b.Start), errs.Gone, "booking.already_begun")
	case DoAcceptReschedule, DoDeclineReschedule:
		return b.proposalOpenFor(side, now)
	}
	return errs.New(errs.NotFound, "error.not_found")
}

func (b *Booking) only(side, allowed Side, status Status) error {
	if side != allowed {
		return errs.New(errs.Forbidden, "booking.not_your_side")
	}
	if b.Status != status {
		return b.wrongState()
	}
	return nil
}

// answerable: a request can be answered by the provider while it has neither expired nor been withdrawn.
func (b *Booking) answerable(side Side, now time.Time) error {
	if side != ProviderSide {
		return errs.New(errs.Forbidden, "booking.not_your_side")
	}
	switch {
	case b.Status == Expired || (b.Status == Requested && !now.Before(b.ExpiresAt)):
		return errs.New(errs.Gone, "booking.request_expired")
	case b.Status == Withdrawn:
		return errs.New(errs.Gone, "booking.request_withdrawn")
	case b.Status != Requested:
		return b.wrongState()
	}
	return nil
}

func (b *Booking) cancellable(now time.Time) error {
	switch {
	case b.Status == Requested:
		return nil
	case b.Status != Accepted:
		return b.wrongState()
	}
	return refuse(!now.Before(b.End), errs.Gone, "booking.already_over")
}

func (b *Booking) proposalOpenFor(side Side, now time.Time) error {
	switch {
	case b.Status != Accepted:
		return b.wrongState()
	case b.Proposal == nil:
		return errs.New(errs.Conflict, "booking.no_proposal")
	case b.Proposal.By == side:
		return errs.New(errs.Forbidden, "booking.own_proposal")
	}
	return refuse(!now.Before(b.Start) || !now.Before(b.Proposal.Start), errs.Gone, "booking.already_begun")
}

func (b *Booking) wrongState() error {
	return errs.New(errs.Conflict, "booking.wrong_state."+string(b.Status))
}

func refuse(when bool, code errs.Code, key string) error {
	if when {
		return errs.New(code, key)
	}
	return nil
}

// accept confirms a request.
func (b *Booking) accept(side Side, now time.Time) (Event, error) {
	if err := b.Can(DoAccept, side, now); err != nil {
		return Event{}, err
	}
	b.Status, b.ExpiresAt = Accepted, time.Time{}
	return b.event(EventAccepted), nil
}

// decline refuses a request. The system declines those whose time another booking took.
func (b *Booking) decline(side Side, now time.Time) (Event, error) {
	if side != SystemSide {
		if err := b.Can(DoDecline, side, now); err != nil {
			return Event{}, err
		}
	}
	b.Status, b.ExpiresAt = Declined, time.Time{}
	return b.event(EventDeclined), nil
}

// expire ends a request that nobody answered.
func (b *Booking) expire(now time.Time) (Event, error) {
	if b.Status != Requested || now.Before(b.ExpiresAt) {
		return Event{}, b.wrongState()
	}
	b.Status, b.ExpiresAt = Expired, time.Time{}
	return b.event(EventExpired), nil
}

// cancel takes the booking back: a request is withdrawn by its customer or declined by its provider, an accepted booking is
// cancelled with the refund that the policy in force gives.
func (b *Booking) cancel(side Side, now time.Time) (Event, error) {
	if err := b.Can(DoCancel, side, now); err != nil {
		return Event{}, err
	}
	if b.Status == Requested {
		if side == ProviderSide {
			return b.decline(side, now)
		}
		b.Status, b.ExpiresAt = Withdrawn, time.Time{}
		return b.event(EventWithdrawn), nil
	}
	refund, err := b.RefundIfCancelled(side, now)
	if err != nil {
		return Event{}, err
	}
	if b.Refund != nil && b.Refund.Minor > refund.Minor { // an operator has decided on more
		refund = *b.Refund
	}
	b.Refund, b.Proposal, b.Status = &refund, nil, CancelledByCustomer
	if side == ProviderSide {
		b.Status = CancelledByProvider
	}
	return b.event(EventCancelled), nil
}

// fallAway takes back an accepted booking that was not paid in time. Nothing was taken, so there is nothing to give back.
func (b *Booking) fallAway() (Event, error) {
	if b.Status != Accepted {
		return Event{}, b.wrongState()
	}
	b.Proposal, b.Status = nil, CancelledByCustomer
	e := b.event(EventCancelled)
	e.Side, e.Reason = SystemSide, ReasonPaymentMissing
	return e, nil
}

// start says that the job has begun. A provider may begin early: the two may have agreed on it at the door.
func (b *Booking) start(side Side, now time.Time) (Event, error) {
	if err := b.Can(DoStart, side, now); err != nil {
		return Event{}, err
	}
	b.Status, b.Proposal = InProgress, nil
	return b.event(EventStarted), nil
}

// complete says that the job is done.
func (b *Booking) complete(side Side, now time.Time) (Event, error) {
	if err := b.Can(DoComplete, side, now); err != nil {
		return Event{}, err
	}
	b.Status = Completed
	return b.event(EventCompleted), nil
}

// missed says that the customer was not there.
func (b *Booking) missed(side Side, now time.Time) (Event, error) {
	if err := b.Can(DoNoShow, side, now); err != nil {
		return Event{}, err
	}
	b.Status, b.Proposal = NoShow, nil
	return b.event(EventNoShow), nil
}

// refund gives the customer back what an operator decided, once the booking's time has come or it was cancelled.
func (b *Booking) refund(amount money.Amount, now time.Time) (Event, error) {
	switch b.Status {
	case Completed, NoShow, CancelledByCustomer, CancelledByProvider:
	case Accepted, InProgress:
		if now.Before(b.Start) {
			return Event{}, errs.New(errs.Conflict, "booking.refund_too_early")
		}
	default:
		return Event{}, b.wrongState()
	}
	if amount.Currency != b.Price.Currency || amount.Minor < 0 || amount.Minor > b.Price.Minor {
		return Event{}, errs.Fields{{Name: "refund", Key: "booking.refund_out_of_range"}}.Err()
	}
	b.Refund = &amount
	e := b.event(EventRefunded)
	e.Refund = &amount
	return e, nil
}

// propose asks the other side for another time of the same length. A newer proposal takes the place of an open one.
func (b *Booking) propose(side Side, start, now time.Time) (Event, error) {
	if err := b.Can(DoReschedule, side, now); err != nil {
		return Event{}, err
	}
	if start.Equal(b.Start) {
		return Event{}, errs.Fields{{Name: "start", Key: "booking.same_time"}}.Err()
	}
	b.Proposal = &Proposal{Start: start, End: start.Add(b.End.Sub(b.Start)), By: side, At: now}
	e := b.event(EventRescheduleProposed)
	e.Start = b.Proposal.Start
	return e, nil
}

// acceptReschedule moves the booking to the proposed time, buffers and all.
func (b *Booking) acceptReschedule(side Side, now time.Time) (Event, error) {
	if err := b.Can(DoAcceptReschedule, side, now); err != nil {
		return Event{}, err
	}
	shift := b.Proposal.Start.Sub(b.Start)
	b.Start, b.End = b.Proposal.Start, b.Proposal.End
	b.Block = schedule.Interval{Start: b.Block.Start.Add(shift), End: b.Block.End.Add(shift)}
	b.Proposal = nil
	e := b.event(EventRescheduled)
	e.Start = b.Start
	return e, nil
}

// declineReschedule keeps the booking where it is.
func (b *Booking) declineReschedule(side Side, now time.Time) (Event, error) {
	if err := b.Can(DoDeclineReschedule, side, now); err != nil {
		return Event{}, err
	}
	b.Proposal = nil
	return b.event(EventRescheduleDeclined), nil
}
