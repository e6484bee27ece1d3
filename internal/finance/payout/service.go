package payout

import (
	"context"
	"log/slog"
	"slices"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/notify"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// Disputes know which bookings the two sides argue about.
type Disputes interface {
	// RunningBookings returns, by provider, the bookings of disputes that wait for a decision; of one provider alone where an id is given.
	RunningBookings(ctx context.Context, providerID string) (map[string][]string, error)
}

// Providers know whom an account is.
type Providers interface {
	// ProviderOf returns the provider that an account is, whatever their status, or not_found.
	ProviderOf(ctx context.Context, accountID string) (catalog.Provider, error)
}

// Accounts know people.
type Accounts interface {
	Account(ctx context.Context, id string) (account.Account, error)
	// Confirm returns nil where the password is the actor's own, and invalid with the field password otherwise.
	Confirm(ctx context.Context, actor account.Actor, password string) error
}

// Bookings know what was done.
type Bookings interface {
	// OfProvider returns those of the bookings that are a provider's, in no order.
	OfProvider(ctx context.Context, providerID string, ids []string) ([]booking.Booking, error)
}

// Notifier tells people, inside the transaction of what happened.
type Notifier interface {
	Tell(ctx context.Context, tx *db.Tx, notice notify.Notice) error
}

// Config is what a Service stands on.
type Config struct {
	DB        *db.DB
	Clock     clock.Clock
	Book      *ledger.Book
	Blobs     blob.Store
	Disputes  Disputes
	Providers Providers
	Accounts  Accounts
	Bookings  Bookings
	Notifier  Notifier
	House     House        // the zero value: DefaultHouse
	Logger    *slog.Logger // nil: none
}

// Service pays providers and tells them what they earned. It is safe for concurrent use.
type Service struct{ config Config }

// New returns a service over a migrated database. It does no I/O.
func New(config Config) *Service {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.House.Name == "" {
		config.House = DefaultHouse
	}
	return &Service{config}
}

// House is who pays.
func (s *Service) House() House { return s.config.House }

// mayLook is for everybody who works with the house's money.
func mayLook(actor account.Actor) error { return actor.RequireRole(account.Finance, account.Reviewer) }

// Filter says which payouts a list shows. Empty members leave nothing out.
type Filter struct {
	ProviderID string
	Status     Status
	Cursor     string
	Limit      int // 1 to 100; 20 where it is 0
}

// Page is a part of a list of payouts, the newest first. NextCursor is empty on the last one.
type Page struct {
	Items      []Payout
	NextCursor string
}

// Payouts lists payouts for finance. It returns forbidden to others, and invalid with the fields status, limit and cursor.
func (s *Service) Payouts(ctx context.Context, actor account.Actor, f Filter) (Page, error) {
	if err := mayLook(actor); err != nil {
		return Page{}, err
	}
	return s.list(ctx, f)
}

func (s *Service) list(ctx context.Context, f Filter) (Page, error) {
	if f.Status != "" && !slices.Contains(Statuses, f.Status) {
		return Page{}, errs.Fields{{Name: "status", Key: "payout.unknown_status"}}.Err()
	}
	limit, from, err := db.ParsePage(f.Limit, f.Cursor)
	if err != nil {
		return Page{}, err
	}
	items, err := listPayouts(ctx, s.config.DB, f.ProviderID, f.Status, from, limit+1)
	if err != nil || len(items) <= limit {
		return Page{Items: items}, err
	}
	last := items[limit-1]
	return Page{Items: items[:limit], NextCursor: db.Cursor{At: last.At, ID: last.ID}.String()}, nil
}

// BatchPage is a part of the list of batches, the newest first. NextCursor is empty on the last one.
type BatchPage struct {
	Items      []Batch
	NextCursor string
}

// Batches lists all batches for finance. It returns forbidden to others, and invalid with the fields limit and cursor.
func (s *Service) Batches(ctx context.Context, actor account.Actor, cursor string, limit int) (BatchPage, error) {
	if err := mayLook(actor); err != nil {
		return BatchPage{}, err
	}
	limit, from, err := db.ParsePage(limit, cursor)
	if err != nil {
		return BatchPage{}, err
	}
	items, err := listBatches(ctx, s.config.DB, from, limit+1)
	if err != nil || len(items) <= limit {
		return BatchPage{Items: items}, err
	}
	last := items[limit-1]
	return BatchPage{Items: items[:limit], NextCursor: db.Cursor{At: last.PreparedAt, ID: last.ID}.String()}, nil
}

// Batch returns one batch with its payouts in the order of the file, for finance. It returns forbidden to others.
func (s *Service) Batch(ctx context.Context, actor account.Actor, id string) (Batch, []Payout, error) {
	if err := mayLook(actor); err != nil {
		return Batch{}, nil, err
	}
	b, err := findBatch(ctx, s.config.DB, id, "")
	if err != nil {
		return Batch{}, nil, err
	}
	payouts, err := ofBatch(ctx, s.config.DB, id, "")
	return b, payouts, err
}

func (s *Service) audit(ctx context.Context, tx *db.Tx, actorID, action, kind, id string, data any) error {
	written, err := db.JSON(data)
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{ActorID: actorID, Action: action, SubjectKind: kind, SubjectID: id, Data: written})
}

// own is the provider that the actor is. It returns unauthenticated for nobody and not_found for who is none.
func (s *Service) own(ctx context.Context, actor account.Actor) (catalog.Provider, error) {
	if err := actor.Require(); err != nil {
		return catalog.Provider{}, err
	}
	return s.config.Providers.ProviderOf(ctx, actor.ID)
}

// Import adds batches, payouts and bank accounts that are complete, in bulk and without notices, for filling a database. What happened to the
// money is imported into the ledger, see SentOf, PaidOf and ReturnedOf.
func Import(ctx context.Context, tx *db.Tx, batches []Batch, payouts []Payout, accounts []BankAccount) error {
	if err := insertAccounts(ctx, tx, accounts); err != nil {
		return err
	}
	if err := insertBatches(ctx, tx, batches); err != nil {
		return err
	}
	return insertPayouts(ctx, tx, payouts)
}
