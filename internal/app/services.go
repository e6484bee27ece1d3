package app

import (
	"context"
	"log/slog"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/notify"
	"khadamat/internal/platform/cache"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/live"
	"khadamat/internal/platform/mail"
	"khadamat/internal/texts"
)

// Services are the domains, wired to each other over one database.
type Services struct {
	Accounts *account.Service
	Catalog  *catalog.Catalog
	Bookings *booking.Service
	Queue    *job.Queue
	Cache    *cache.Memory
}

// cacheBytes bounds what this process remembers.
const cacheBytes = 16 << 20

// NewServices wires the domains. The database is migrated; letters go to sender, and to open pages through hub.
func NewServices(ctx context.Context, d *db.DB, clock clock.Clock, hub *live.Hub, sender mail.Sender, baseURL string, logger *slog.Logger) (*Services, error) {
	queue := job.New(d, logger)
	notices := notify.New(queue, hub, logger)
	remembers, err := cache.NewMemory(cacheBytes, clock)
	if err != nil {
		return nil, err
	}
	accounts := account.New(account.Config{DB: d, Clock: clock, Mailer: notices, Logger: logger, Cache: remembers})
	office := notify.Office{Accounts: accounts, Sender: sender, Texts: texts.Catalog(), BaseURL: baseURL}
	office.Attach(queue)
	if err := queue.Open(); err != nil {
		return nil, err
	}
	// The catalog asks bookings which days are free, and bookings ask the catalog what is on offer.
	busy := &laterBusy{}
	offers, err := catalog.New(ctx, catalog.Config{DB: d, Clock: clock, Emails: emails{accounts}, Busy: busy, Logger: logger})
	if err != nil {
		return nil, err
	}
	bookings := booking.New(booking.Config{DB: d, Clock: clock, Catalog: offers, Accounts: accounts, Notifier: notices})
	busy.bookings = bookings
	return &Services{accounts, offers, bookings, queue, remembers}, nil
}

// laterBusy is the bookings' answer to the catalog, filled in once there are bookings.
type laterBusy struct{ bookings *booking.Service }

func (b *laterBusy) Busy(ctx context.Context, providerIDs []string, from, to time.Time) (map[string][]schedule.Interval, error) {
	return b.bookings.Busy(ctx, providerIDs, from, to)
}

// emails is what the catalog asks of accounts.
type emails struct{ accounts *account.Service }

func (e emails) EmailVerified(ctx context.Context, accountID string) (bool, error) {
	a, err := e.accounts.Account(ctx, accountID)
	return !a.EmailVerifiedAt.IsZero(), err
}
