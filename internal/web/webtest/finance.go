package webtest

import (
	"context"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/finance/payout"
	"khadamat/internal/finance/proof"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/blob"
	"khadamat/internal/texts"
)

// takePayments makes what takes customers' money: the sandbox, and the payments that follow bookings. Jobs are not worked: a test sweeps itself.
func (town *Town) takePayments() {
	town.Helper()
	town.Ledger = ledger.NewBook(town.DB)
	town.Sandbox = sandbox.New(sandbox.Config{DB: town.DB, Clock: town.Clock, Queue: idle{}, Secret: []byte("between us"), BaseURL: "https://cards.example", Texts: texts.Catalog()})
	town.Payments = payment.New(payment.Config{
		DB: town.DB, Clock: town.Clock, Queue: idle{}, Bookings: laterMarket{town}, Catalog: laterMarket{town}, Notifier: town.Mails,
		Processors: map[string]processor.Processor{sandbox.Name: town.Sandbox}, Default: sandbox.Name, BaseURL: "https://khadamat.example",
	})
}

// watchMoney makes what pays providers and proves the books.
func (town *Town) watchMoney() {
	town.Helper()
	blobs, err := blob.NewFolder(town.TempDir())
	town.must(err)
	town.Payouts = payout.New(payout.Config{DB: town.DB, Clock: town.Clock, Book: town.Ledger, Blobs: blobs, Disputes: town.Disputes, Providers: town.Catalog,
		Accounts: town.Accounts, Bookings: town.Bookings, Notifier: town.Mails})
	town.Accounts.Register(town.Payouts)
	town.Proof = proof.New(proof.Config{DB: town.DB, Clock: town.Clock, Blobs: blobs, Book: town.Ledger, Payouts: town.Payouts, Workspace: town.Workspace,
		Accounts: town.Accounts, IBAN: payout.DefaultHouse.IBAN})
}

// laterMarket is what payments ask of the market, which is made after them.
type laterMarket struct{ town *Town }

func (m laterMarket) Booking(ctx context.Context, actor account.Actor, id string) (booking.Booking, error) {
	return m.town.Bookings.Booking(ctx, actor, id)
}

func (m laterMarket) FallAway(ctx context.Context, id string) error {
	return m.town.Bookings.FallAway(ctx, id)
}

func (m laterMarket) Offer(ctx context.Context, serviceID string) (catalog.Offer, error) {
	return m.town.Catalog.Offer(ctx, serviceID)
}

func (m laterMarket) Category(id string) (catalog.Category, bool) { return m.town.Catalog.Category(id) }

func (m laterMarket) ProviderOf(ctx context.Context, accountID string) (catalog.Provider, error) {
	return m.town.Catalog.ProviderOf(ctx, accountID)
}
