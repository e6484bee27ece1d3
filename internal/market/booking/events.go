package booking

import (
	"time"

	"khadamat/internal/money"
)

// Kind says what happened to a booking.
type Kind string

// The closed set of events.
const (
	EventRequested          Kind = "requested"
	EventAccepted           Kind = "accepted"
	EventDeclined           Kind = "declined"
	EventExpired            Kind = "expired"
	EventWithdrawn          Kind = "withdrawn"
	EventStarted            Kind = "started"
	EventCompleted          Kind = "completed"
	EventCancelled          Kind = "cancelled"
	EventNoShow             Kind = "no_show"
	EventRescheduleProposed Kind = "reschedule_proposed"
	EventRescheduled        Kind = "rescheduled"
	EventRescheduleDeclined Kind = "reschedule_declined"
	EventRefunded           Kind = "refunded"
)

// Event is one thing that happened to a booking: what, who did it, why, and the status after it.
type Event struct {
	ID        string
	BookingID string
	At        time.Time
	ActorID   string // empty: the system
	Side      Side
	Kind      Kind
	Status    Status
	Reason    string        // a person's own words; empty where none were given
	Start     time.Time     // the time that a reschedule is about; zero for other events
	Refund    *money.Amount // what an operator decided; nil for other events
}

// ReasonSlotTaken is the reason the system gives when it declines a request whose time another booking took.
const ReasonSlotTaken = "slot_taken"

// ReasonPaymentMissing is the reason the system gives when it cancels a booking that the customer has not paid in time.
const ReasonPaymentMissing = "payment_missing"

func (b *Booking) event(kind Kind) Event { return Event{BookingID: b.ID, Kind: kind, Status: b.Status} }
