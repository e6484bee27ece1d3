package payout

import (
	"context"
	"slices"
	"strings"
	"time"

	"khadamat/internal/finance/ledger"
)

// chargebackLife is how long the banks of card holders take to decide, at most.
const chargebackLife = 180 * 24 * time.Hour

// held works out, by provider, what is held back: what was earned with bookings that are disputed here or at the customer's bank. Then is what
// was earned with them before through, or at all where that is the zero time. Of one provider alone where an id is given.
func (s *Service) held(ctx context.Context, book *ledger.Book, providerID string, through time.Time) (map[string]twice, error) {
	bookings, err := s.contested(ctx, book, providerID)
	if err != nil {
		return nil, err
	}
	held := map[string]twice{}
	for _, c := range bookings {
		for owner, earned := range c.earned(through) {
			if providerID != "" && owner != providerID {
				continue
			}
			h := held[owner]
			h.then, h.now = h.then+max(0, earned.then), h.now+max(0, earned.now)
			held[owner] = h
		}
	}
	return held, nil
}

// contested is a booking whose money somebody argues about, with all that the ledger says of it.
type contested struct {
	bookingID    string
	chargeback   bool
	transactions []ledger.Transaction
}

// earned adds up what providers were credited with for the booking.
func (c contested) earned(through time.Time) map[string]twice {
	earned := map[string]twice{}
	for _, t := range c.transactions {
		for _, posting := range t.Postings {
			if posting.Account.Kind != ledger.ProviderPayable {
				continue
			}
			e := earned[posting.Account.Owner]
			e.now -= posting.Minor
			if through.IsZero() || t.At.Before(through) {
				e.then -= posting.Minor
			}
			earned[posting.Account.Owner] = e
		}
	}
	return earned
}

// contested finds the bookings of running disputes and of chargebacks that nobody has decided yet.
func (s *Service) contested(ctx context.Context, book *ledger.Book, providerID string) ([]contested, error) {
	running, err := s.config.Disputes.RunningBookings(ctx, providerID)
	if err != nil {
		return nil, err
	}
	var found []contested
	seen := map[string]bool{}
	for _, bookings := range running {
		for _, id := range bookings {
			transactions, err := about(ctx, book, id)
			if err != nil {
				return nil, err
			}
			seen[id] = true
			found = append(found, contested{id, false, transactions})
		}
	}
	charged, err := find(ctx, book, ledger.Filter{Type: "chargeback", From: s.config.Clock.Now().Add(-chargebackLife)})
	if err != nil {
		return nil, err
	}
	for _, chargeback := range charged {
		if id := chargeback.Subject; id != "" && !seen[id] {
			seen[id] = true
			transactions, err := about(ctx, book, id)
			if err != nil {
				return nil, err
			}
			if undecided(transactions) {
				found = append(found, contested{id, true, transactions})
			}
		}
	}
	slices.SortFunc(found, func(a, b contested) int { return strings.Compare(a.bookingID, b.bookingID) })
	return found, nil
}

// undecided says whether money of a booking stands on the account of chargebacks that were neither won nor lost.
func undecided(transactions []ledger.Transaction) bool {
	open := int64(0)
	for _, t := range transactions {
		open += sumOf(t, ledger.Of(ledger.Chargebacks))
	}
	return open > 0
}

// about reads all that the ledger says of a subject.
func about(ctx context.Context, book *ledger.Book, subject string) ([]ledger.Transaction, error) {
	return find(ctx, book, ledger.Filter{Subject: subject})
}

// mostFound bounds what is read of the ledger for one answer: far more than there is.
const mostFound = 20_000

// find reads all transactions that a filter lets through, the latest first.
func find(ctx context.Context, book *ledger.Book, f ledger.Filter) (all []ledger.Transaction, err error) {
	const pageSize = 100
	for f.Limit = pageSize; ; {
		page, err := book.Find(ctx, f)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if page.NextCursor == "" || len(all) >= mostFound {
			return all, nil
		}
		f.Cursor = page.NextCursor
	}
}
