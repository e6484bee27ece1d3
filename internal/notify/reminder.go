package notify

import (
	"context"
	"sync"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/db"
)

// Appointment is an accepted booking, as far as a reminder of it tells.
type Appointment struct {
	ID                         string
	CustomerID, ProviderID     string // accounts
	CustomerName, ProviderName string
	Service                    Value
	Start                      time.Time
	Zone                       string
	Price                      money.Amount
	ChangedAt                  time.Time // when it was made or last changed: who has done that needs no reminder of before
}

// Beginning is when a booking begins.
type Beginning struct {
	ID    string
	Start time.Time
}

// Appointments knows which bookings begin soon.
type Appointments interface {
	// Beginning returns accepted bookings that begin after a moment and not after another, by start and id: those that come behind
	// after, limit at most.
	Beginning(ctx context.Context, after Beginning, until time.Time, limit int) ([]Beginning, error)
	// Appointment returns a booking that nobody else changes until tx ends, and false where it is not accepted any more.
	Appointment(ctx context.Context, tx *db.Tx, id string) (Appointment, bool, error)
}

// due is one kind of reminder: how long before the start it is due, and how late it may still come where no node was running.
type due struct {
	template   Template
	lead, late time.Duration
}

var reminders = []due{
	{ReminderDay, 24 * time.Hour, 6 * time.Hour},
	{ReminderSoon, 2 * time.Hour, time.Hour},
}

const (
	beginningsAtOnce = 500
	// overlap is how far a sweep looks back beyond the one before: what was being written then is seen now.
	overlap = 5 * time.Minute
)

// Reminder reminds both sides of what begins soon. Several nodes may run it at once.
type Reminder struct {
	notices      *Service
	appointments Appointments

	mu    sync.Mutex
	swept time.Time // up to which moment all that was due has been sent
}

// NewReminder returns a reminder of appointments, told through notices.
func NewReminder(notices *Service, appointments Appointments) *Reminder {
	return &Reminder{notices: notices, appointments: appointments}
}

// SendDue sends the reminders that are due and returns to how many bookings. It is run every minute. Nobody is reminded of a booking that
// was made, accepted or moved after the moment at which its reminder was due; one that was moved is reminded of at its new time.
func (r *Reminder) SendDue(ctx context.Context) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, sent := r.notices.config.Clock.Now(), 0
	for _, kind := range reminders {
		from := now.Add(-kind.late)
		if since := r.swept.Add(-overlap); since.After(from) {
			from = since
		}
		n, err := r.sweep(ctx, kind, from.Add(kind.lead), now.Add(kind.lead))
		sent += n
		if err != nil {
			return sent, err
		}
	}
	r.swept = now
	return sent, nil
}

// sweep reminds of everything that begins in (from, until].
func (r *Reminder) sweep(ctx context.Context, kind due, from, until time.Time) (sent int, err error) {
	for after := (Beginning{Start: from}); ; {
		some, err := r.appointments.Beginning(ctx, after, until, beginningsAtOnce)
		if err != nil {
			return sent, err
		}
		for _, b := range some {
			done, err := reminded(ctx, r.notices.config.DB, b.ID, b.Start, kind.template)
			if err == nil && !done {
				done, err = r.remind(ctx, kind, b)
				if done {
					sent++
				}
			}
			if err != nil {
				return sent, err
			}
		}
		if len(some) < beginningsAtOnce {
			return sent, nil
		}
		after = some[len(some)-1]
	}
}

// remind tells both sides of a booking, unless it has changed or another node was quicker.
func (r *Reminder) remind(ctx context.Context, kind due, b Beginning) (sent bool, err error) {
	err = r.notices.config.DB.Tx(ctx, func(tx *db.Tx) error {
		sent = false
		a, ok, err := r.appointments.Appointment(ctx, tx, b.ID)
		if err != nil || !ok || !a.Start.Equal(b.Start) || a.ChangedAt.After(a.Start.Add(-kind.lead)) {
			return err
		}
		if sent, err = recordReminder(ctx, tx, a.ID, a.Start, kind.template); err != nil || !sent {
			return err
		}
		return r.notices.Tell(ctx, tx, Notice{Letters: []Letter{
			{AccountID: a.CustomerID, Template: kind.template, Args: a.args(a.ProviderName)},
			{AccountID: a.ProviderID, Template: kind.template, Args: a.args(a.CustomerName)},
		}})
	})
	return sent && err == nil, err
}

func (a Appointment) args(other string) map[string]Value {
	return map[string]Value{
		"ID": Words(a.ID), "Customer": Words(a.CustomerName), "Provider": Words(a.ProviderName), "Other": Words(other),
		"Service": a.Service, "Start": Moment(a.Start, a.Zone), "Price": Money(a.Price),
	}
}
