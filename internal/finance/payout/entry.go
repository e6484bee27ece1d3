package payout

import (
	"context"
	"slices"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
)

// EntryKind says what an entry is about.
type EntryKind string

// The closed set of kinds. What the ledger knows beyond them is a correction.
const (
	Earning    EntryKind = "earning"    // a job that was paid by card, or its deposit
	CashJob    EntryKind = "cash"       // a job that was paid at the door
	Refund     EntryKind = "refund"     // given back to the customer
	Chargeback EntryKind = "chargeback" // taken back by the customer's bank
	PaidOut    EntryKind = "payout"     // sent to the provider's bank account
	SentAgain  EntryKind = "returned"   // a payout that came back
	Correction EntryKind = "correction" // anything else
)

// kinds are those of the ledger's types.
var kinds = map[string]EntryKind{
	"earning": Earning, "cash": CashJob, "refund": Refund, "chargeback_lost": Chargeback, SentType: PaidOut, ReturnedType: SentAgain,
}

// Entry is one thing that changed what a provider is owed, as the provider reads it. Price - Commission - AtTheDoor = Amount for what has to do
// with a booking; what was given back is negative.
type Entry struct {
	ID         string // of the ledger's transaction
	At         time.Time
	Kind       EntryKind
	BookingID  string
	Title      catalog.Text // of the booking; empty where there is none
	Start      time.Time    // of the booking
	Price      money.Amount
	Commission money.Amount // VAT included
	VAT        money.Amount
	AtTheDoor  money.Amount // what the customer gave the provider in cash
	Amount     money.Amount // positive: owed to the provider
	Reference  string       // of a payout
}

// Own says whether the entry is earned or given back, and no transfer of what was earned before.
func (e *Entry) Own() bool { return e.Kind != PaidOut && e.Kind != SentAgain }

// entryOf reads a transaction as its provider does, as far as the ledger knows.
func entryOf(t ledger.Transaction, providerID string) Entry {
	commission, vat := -sumOf(t, ledger.Of(ledger.Commission)), -sumOf(t, ledger.Of(ledger.VAT))
	e := Entry{ID: t.ID, At: t.At, Kind: kinds[t.Type], Amount: effect(t, providerID), Commission: money.Of(commission+vat, money.MAD), VAT: money.Of(vat, money.MAD),
		Price: money.Of(0, money.MAD), AtTheDoor: money.Of(0, money.MAD)}
	switch e.Kind {
	case "":
		e.Kind = Correction
	case PaidOut, SentAgain:
		e.Reference = t.Reference
		return e
	}
	e.BookingID = t.Subject
	e.Price.Minor = e.Amount.Minor + e.Commission.Minor
	return e
}

// describe adds what is known of the booking. Of a job that was paid at the door, whole or but for a deposit, only the booking knows the price.
func (e *Entry) describe(b booking.Booking) {
	e.Title, e.Start = b.Details.Title, b.Start
	atTheDoor := e.Kind == CashJob || e.Kind == Earning && b.Status == booking.Completed
	if atTheDoor && b.Price.Currency == money.MAD && b.Price.Minor > e.Price.Minor {
		e.AtTheDoor.Minor, e.Price.Minor = b.Price.Minor-e.Price.Minor, b.Price.Minor
	}
}

// entries reads transactions as their provider does, with what was done.
func (s *Service) entries(ctx context.Context, providerID string, transactions []ledger.Transaction) ([]Entry, error) {
	all := make([]Entry, len(transactions))
	var asked []string
	for i, t := range transactions {
		all[i] = entryOf(t, providerID)
		if id := all[i].BookingID; id != "" {
			asked = append(asked, id)
		}
	}
	if len(asked) == 0 {
		return all, nil
	}
	slices.Sort(asked)
	found, err := s.config.Bookings.OfProvider(ctx, providerID, slices.Compact(asked))
	if err != nil {
		return nil, err
	}
	byID := make(map[string]booking.Booking, len(found))
	for _, b := range found {
		byID[b.ID] = b
	}
	for i := range all {
		if b, known := byID[all[i].BookingID]; known {
			all[i].describe(b)
		}
	}
	return all, nil
}
