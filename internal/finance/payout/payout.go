// Package payout pays providers what they have earned: weekly, above a minimum, less what is disputed and what they owe for cash jobs. It
// also tells them what they earned, on statements and invoices.
package payout

import (
	"fmt"
	"time"

	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
)

// Minimum is the least that is paid out; less waits for the next week.
var Minimum = money.Of(100_00, money.MAD)

// Zone is whose clock weeks and months are counted on.
const Zone = "Africa/Casablanca"

// Status is where a payout stands.
type Status string

// The closed set of states.
const (
	Prepared Status = "prepared" // in a batch that nobody has released yet
	Sent     Status = "sent"     // in a batch whose file went to the bank
	Paid     Status = "paid"     // seen on the bank's statement
	Returned Status = "returned" // the provider's bank sent it back
	Dropped  Status = "dropped"  // prepared, and taken out when the batch was sent: the money was not there any more
)

// Statuses lists every state.
var Statuses = []Status{Prepared, Sent, Paid, Returned, Dropped}

// Payout is what one provider gets in one batch. It is a copy of what is stored.
type Payout struct {
	ID            string
	BatchID       string
	ProviderID    string
	ProviderName  string
	BankAccountID string
	Holder        string // the account holder's name
	IBAN          string
	Amount        money.Amount
	EndToEndID    string // what the bank calls it on both ends: "KHP-2026-W46-00012"
	Status        Status
	At            time.Time // prepared
	SentAt        time.Time
	SettledAt     time.Time // paid, returned or dropped
}

// settle moves a payout on from one state to another. It returns conflict where it stands elsewhere.
func (p *Payout) settle(from, to Status, now time.Time) error {
	if p.Status != from {
		return errs.New(errs.Conflict, "payout.wrong_state").With(errs.Args{"Name": p.EndToEndID})
	}
	p.Status = to
	if to == Sent {
		p.SentAt = now
	} else {
		p.SettledAt = now
	}
	return nil
}

// Batch is one file of payouts for the bank.
type Batch struct {
	ID         string
	Name       string // "KHP-2026-W46"
	Through    time.Time
	Count      int
	Total      money.Amount
	PreparedAt time.Time
	PreparedBy string    // account; empty: the house, each week
	SentAt     time.Time // zero: only prepared
	SentBy     string    // never who prepared it
	fileSHA256 string
}

// Sent says whether the file went to the bank.
func (b *Batch) Sent() bool { return !b.SentAt.IsZero() }

// sendable returns nil where somebody may release the batch.
func (b *Batch) sendable(accountID string) error {
	switch {
	case b.Sent():
		return errs.New(errs.Conflict, "payout.sent_already")
	case b.PreparedBy == accountID:
		return errs.New(errs.Forbidden, "payout.own_batch")
	}
	return nil
}

// zone is the clock of Zone, which the house brings along.
func zone() *time.Location {
	location, err := schedule.Location(Zone)
	if err != nil {
		panic(fmt.Errorf("payout: %w", err))
	}
	return location
}

// payHour is when on a Monday the house prepares the week's batch.
const payHour = 6

// weekStart is the Monday, 0:00 on the wall, of the week that now lies in.
func weekStart(now time.Time) time.Time {
	wall := now.In(zone())
	year, month, day := wall.Date()
	sinceMonday := (int(wall.Weekday()) + 6) % 7
	return time.Date(year, month, day-sinceMonday, 0, 0, 0, 0, zone()).UTC()
}

// dayStart is 0:00 on the wall of the day that now lies in.
func dayStart(now time.Time) time.Time {
	year, month, day := now.In(zone()).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone()).UTC()
}

// atPayHour is the moment of the week that begins at monday at which its batch is prepared.
func atPayHour(monday time.Time) time.Time {
	year, month, day := monday.In(zone()).Date()
	return time.Date(year, month, day, payHour, 0, 0, 0, zone()).UTC()
}

// NextPayout is when the house prepares its next weekly batch.
func NextPayout(now time.Time) time.Time {
	monday := weekStart(now)
	if at := atPayHour(monday); at.After(now) {
		return at
	}
	year, month, day := monday.In(zone()).Date()
	return time.Date(year, month, day+7, payHour, 0, 0, 0, zone()).UTC()
}

// BatchName names the nth batch of the week that now lies in, from one.
func BatchName(now time.Time, n int) string {
	year, week := now.In(zone()).ISOWeek()
	name := fmt.Sprintf("KHP-%d-W%02d", year, week)
	if n > 1 {
		name += fmt.Sprintf("-%d", n)
	}
	return name
}

// EndToEndID names the nth payout of a batch, from one.
func EndToEndID(batchName string, n int) string { return fmt.Sprintf("%s-%05d", batchName, n) }
