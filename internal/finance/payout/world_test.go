package payout_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payout"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// password is everybody's.
const password = "une petite phrase"

// world is a house with a ledger and people who work with its money. Its clock stands on a Monday at nine in Casablanca.
type world struct {
	testing.TB
	db      *db.DB
	clock   *clock.Manual
	book    *ledger.Book
	payouts *payout.Service
	told    *told
	// what the neighbours know
	providers providers
	disputes  disputes
	works     works

	finance, other, reviewer account.Actor
}

func newWorld(t testing.TB, d *db.DB, now *clock.Manual) *world {
	t.Helper()
	blobs, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		TB: t, db: d, clock: now, book: ledger.NewBook(d), told: &told{}, providers: providers{}, disputes: disputes{}, works: works{},
		finance: actor(account.Finance), other: actor(account.Finance), reviewer: actor(account.Reviewer),
	}
	w.payouts = payout.New(payout.Config{DB: d, Clock: now, Book: w.book, Blobs: blobs, Disputes: w.disputes, Providers: w.providers, Accounts: people{}, Bookings: w.works, Notifier: w.told})
	return w
}

// each runs test in a fresh world on both engines.
func each(t *testing.T, test func(w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) { test(newWorld(t, d, now)) })
}

func actor(role account.Role) account.Actor {
	return account.Actor{ID: ids.New(), Role: role, SessionID: ids.New()}
}

type providers map[string]catalog.Provider // by account

func (p providers) ProviderOf(_ context.Context, accountID string) (catalog.Provider, error) {
	if found, ok := p[accountID]; ok {
		return found, nil
	}
	return catalog.Provider{}, errs.New(errs.NotFound, "catalog.no_provider")
}

type disputes map[string][]string // bookings by provider

func (d disputes) RunningBookings(_ context.Context, providerID string) (map[string][]string, error) {
	if providerID != "" {
		return map[string][]string{providerID: d[providerID]}, nil
	}
	return d, nil
}

type works map[string]booking.Booking

func (w works) OfProvider(_ context.Context, providerID string, bookingIDs []string) (found []booking.Booking, err error) {
	for _, id := range bookingIDs {
		if b, ok := w[id]; ok && b.ProviderID == providerID {
			found = append(found, b)
		}
	}
	return found, nil
}

type people struct{}

func (people) Account(_ context.Context, id string) (account.Account, error) {
	return account.Account{ID: id, Name: "Salma"}, nil
}

func (people) Confirm(_ context.Context, _ account.Actor, given string) error {
	if given != password {
		return errs.Fields{{Name: "password", Key: "account.password_wrong"}}.Err()
	}
	return nil
}

// told keeps the letters of committed transactions.
type told struct {
	mu      sync.Mutex
	letters []notify.Letter
}

func (s *told) Tell(_ context.Context, tx *db.Tx, notice notify.Notice) error {
	tx.AfterCommit(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.letters = append(s.letters, notice.Letters...)
	})
	return nil
}

func (s *told) count(accountID string, template notify.Template) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, letter := range s.letters {
		if letter.AccountID == accountID && letter.Template == template {
			n++
		}
	}
	return n
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) tx(change func(tx *db.Tx) error) {
	w.Helper()
	w.must(w.db.Tx(w.Context(), change))
}

// refused checks that err has a code and a key, that of the error or of one of its fields.
func (w *world) refused(err error, code errs.Code, key string) {
	w.Helper()
	if errs.CodeOf(err) != code {
		w.Errorf("got %v, want %s", err, code)
		return
	}
	known := err.(*errs.Error) //nolint:errorlint // what has a code is one
	for _, field := range known.Fields {
		if field.Key == key {
			return
		}
	}
	if known.Key != key {
		w.Errorf("got %v, want %s", err, key)
	}
}

// provider adds somebody who earns.
func (w *world) provider(name string) account.Actor {
	who := actor(account.Provider)
	w.providers[who.ID] = catalog.Provider{ID: ids.New(), AccountID: who.ID, Name: name}
	return who
}

// of is the id of the provider that somebody is.
func (w *world) of(who account.Actor) string { return w.providers[who.ID].ID }

// casablancaIBAN is a made-up one with the right check digits.
const casablancaIBAN = "MA46 0117 8000 0012 3000 0607 8946"

// paidOn gives somebody a bank account.
func (w *world) paidOn(who account.Actor) {
	w.Helper()
	_, err := w.payouts.SetBankAccount(w.Context(), who, payout.BankAccountInput{Holder: w.providers[who.ID].Name, IBAN: casablancaIBAN, Password: password})
	w.must(err)
}

// earner is a provider with a bank account.
func (w *world) earner(name string) account.Actor {
	who := w.provider(name)
	w.paidOn(who)
	return who
}

func mad(dirhams int64) money.Amount { return money.Of(dirhams*100, money.MAD) }

// earned books a job for a price by card: 12 % are the house's, of which a sixth is VAT. It returns the booking.
func (w *world) earned(who account.Actor, price money.Amount) string {
	w.Helper()
	id := ids.New()
	w.post(earning(id, w.of(who), price))
	return id
}

func earning(bookingID, providerID string, price money.Amount) ledger.Transaction {
	commission := must(price.Percent(12))
	net := must(commission.Scale(10, 12))
	return ledger.Transaction{Key: "earning:" + bookingID, Type: "earning", Subject: bookingID, Postings: []ledger.Posting{
		ledger.Debit(ledger.Of(ledger.FundsHeld), price), ledger.Credit(ledger.PayableTo(providerID), must(price.Sub(commission))),
		ledger.Credit(ledger.Of(ledger.Commission), net), ledger.Credit(ledger.Of(ledger.VAT), must(commission.Sub(net))),
	}}
}

// cash books a job that was paid at the door: the provider owes the commission.
func (w *world) cash(who account.Actor, price money.Amount) { w.deposited(who, price, mad(0)) }

// deposited books a job of whose price a part was paid by card, or nothing: the provider gets that less the commission on all of it.
func (w *world) deposited(who account.Actor, price, card money.Amount) string {
	w.Helper()
	commission := must(price.Percent(12))
	net := must(commission.Scale(10, 12))
	id, kind := ids.New(), "cash"
	postings := []ledger.Posting{
		{Account: ledger.PayableTo(w.of(who)), Minor: commission.Minor - card.Minor, Currency: money.MAD},
		ledger.Credit(ledger.Of(ledger.Commission), net), ledger.Credit(ledger.Of(ledger.VAT), must(commission.Sub(net))),
	}
	if !card.IsZero() {
		kind, postings = "earning", append(postings, ledger.Debit(ledger.Of(ledger.FundsHeld), card))
	}
	w.post(ledger.Transaction{Key: kind + ":" + id, Type: kind, Subject: id, Postings: postings})
	return id
}

// refunded gives a customer back all that was paid for a booking after it was earned.
func (w *world) refunded(who account.Actor, bookingID string, price money.Amount) {
	w.Helper()
	t := earning(bookingID, w.of(who), price)
	t.Key, t.Type = "refund:"+bookingID, "refund"
	for i := range t.Postings {
		t.Postings[i].Minor = -t.Postings[i].Minor
	}
	t.Postings[0].Account = ledger.Of(ledger.Refunds)
	w.post(t)
}

func (w *world) post(t ledger.Transaction) {
	w.Helper()
	w.tx(func(tx *db.Tx) error {
		_, err := ledger.Post(w.Context(), tx, t)
		return err
	})
}

func must(a money.Amount, err error) money.Amount {
	if err != nil {
		panic(err)
	}
	return a
}

// balance is what stands on an account; a debit is positive.
func (w *world) balance(account ledger.Account) int64 {
	w.Helper()
	b, err := w.book.Balance(w.Context(), account, money.MAD, time.Time{})
	w.must(err)
	return b.Minor
}

// nextDay moves the clock on, so that what happened is before today.
func (w *world) nextDay() { w.clock.Advance(24 * time.Hour) }

// prepared has finance prepare a batch of what was posted before today.
func (w *world) prepared() payout.Batch {
	w.Helper()
	b, err := w.payouts.Prepare(w.Context(), w.finance)
	w.must(err)
	return b
}

// amounts are those of a batch's payouts by provider, in words.
func (w *world) amounts(b payout.Batch) map[string]string {
	w.Helper()
	_, payouts, err := w.payouts.Batch(w.Context(), w.finance, b.ID)
	w.must(err)
	all := map[string]string{}
	for _, p := range payouts {
		all[p.ProviderName] = fmt.Sprint(p.Amount)
	}
	return all
}

// paid has the bank pay a payout.
func (w *world) paid(p payout.Payout) {
	w.Helper()
	w.tx(func(tx *db.Tx) error {
		_, _, err := w.payouts.Paid(w.Context(), tx, p.EndToEndID, payout.BankLine{Amount: money.Of(-p.Amount.Minor, p.Amount.Currency)})
		return err
	})
}

// erase takes a person out of what payouts keep.
func (w *world) erase(who account.Actor) error {
	return w.db.Tx(w.Context(), func(tx *db.Tx) error { return w.payouts.Erase(w.Context(), tx, who.ID) })
}
