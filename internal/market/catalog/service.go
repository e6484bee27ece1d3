package catalog

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// Terms knows whether a person has accepted the terms of the house; activation asks for it.
type Terms interface {
	TermsAccepted(ctx context.Context, accountID string) (bool, error)
}

// Emails knows whether an account's e-mail address is verified; activation asks for it.
type Emails interface {
	EmailVerified(ctx context.Context, accountID string) (bool, error)
}

// Busy knows which times of providers are taken: bookings with their buffers, and busy calendars. Providers without any may be
// missing in the answer.
type Busy interface {
	Busy(ctx context.Context, providerIDs []string, from, to time.Time) (map[string][]schedule.Interval, error)
}

// Config is what a catalog stands on. Busy may be nil: then nobody is ever busy.
type Config struct {
	DB     *db.DB
	Clock  clock.Clock
	Emails Emails
	Terms  Terms // nil: everybody has accepted them
	Busy   Busy
	Logger *slog.Logger
}

// Catalog is the service of this package; product.md keeps the word service for what providers offer. It reads from a snapshot
// in memory and writes to the database. It is safe for concurrent use.
type Catalog struct {
	config   Config
	snapshot atomic.Pointer[snapshot]
	words    *wordIndex
	free     *freeDays

	// refreshing is held while a new snapshot is made from the one before.
	refreshing sync.Mutex
	polled     time.Time // when it was last looked for changes
}

// New returns a catalog over a migrated database, with everything that is for sale in memory. Search by words works as soon as
// Run runs; everything else works at once.
func New(ctx context.Context, config Config) (*Catalog, error) {
	reference, err := loadReference(ctx, config.DB)
	if err != nil {
		return nil, err
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	c := &Catalog{config: config, words: newWordIndex(), free: newFreeDays(config.Busy, config.Clock)}
	c.snapshot.Store(newSnapshot(reference, nil))
	return c, c.Reload(ctx)
}

// reference is the cities and categories as they are now.
func (c *Catalog) reference() *reference { return c.snapshot.Load().reference }

// Cities returns the cities that one can choose from, in the order they are shown in. The answer is shared: it must not be changed.
func (c *Catalog) Cities() []City { return c.reference().shown }

// Categories returns the top categories that one can choose from, with their children. The answer is shared: it must not be changed.
func (c *Catalog) Categories() []Category { return c.reference().tree }

// City returns the city with the given id, hidden or not, and whether there is one.
func (c *Catalog) City(id string) (City, bool) {
	r := c.reference()
	at, ok := r.cityAt[id]
	if !ok {
		return City{}, false
	}
	return r.cities[at], true
}

// Category returns the category with the given id, top or child, hidden or not, and whether there is one.
func (c *Catalog) Category(id string) (Category, bool) {
	r := c.reference()
	at, ok := r.categoryAt[id]
	if !ok {
		return Category{}, false
	}
	return r.categories[at], true
}

// Provider returns an active provider as the public sees them. Any other is not_found.
func (c *Catalog) Provider(_ context.Context, id string) (Provider, error) {
	if entry := c.snapshot.Load().providers[id]; entry != nil {
		return *entry.provider, nil
	}
	return Provider{}, noProvider()
}

// ProviderOf returns the provider that an account is, whatever their status, or not_found where it is none.
func (c *Catalog) ProviderOf(ctx context.Context, accountID string) (Provider, error) {
	if !ids.Valid(accountID) {
		return Provider{}, noProvider()
	}
	return providerWhere(ctx, c.config.DB, "account_id = $1", accountID)
}

// Offers returns what an active provider offers, oldest first. Any other provider is not_found.
func (c *Catalog) Offers(_ context.Context, providerID string) ([]Offer, error) {
	entry := c.snapshot.Load().providers[providerID]
	if entry == nil {
		return nil, noProvider()
	}
	offers := make([]Offer, len(entry.services))
	for i, service := range entry.services {
		offers[i] = Offer{Service: *service, Provider: *entry.provider}
	}
	return offers, nil
}

// Offer returns a service with its provider: what a booking is decided on. Where either is not active it is not_found. What this
// process changed shows at once, what another node changed after the next poll.
func (c *Catalog) Offer(_ context.Context, serviceID string) (Offer, error) {
	snapshot := c.snapshot.Load()
	at, ok := snapshot.itemAt[serviceID]
	if !ok {
		return Offer{}, noService()
	}
	item := &snapshot.items[at]
	return Offer{Service: *item.service, Provider: *item.provider}, nil
}

func noProvider() *errs.Error { return errs.New(errs.NotFound, "catalog.provider_not_found") }

func noService() *errs.Error { return errs.New(errs.NotFound, "catalog.service_not_found") }
