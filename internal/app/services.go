package app

import (
	"context"
	"log/slog"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/finance/payout"
	"khadamat/internal/finance/proof"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/calendar"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/dispute"
	"khadamat/internal/market/favourite"
	"khadamat/internal/market/gallery"
	"khadamat/internal/market/message"
	"khadamat/internal/market/quote"
	"khadamat/internal/market/review"
	"khadamat/internal/market/schedule"
	"khadamat/internal/market/statistics"
	"khadamat/internal/market/verification"
	"khadamat/internal/notify"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/cache"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/live"
	"khadamat/internal/platform/mail"
	"khadamat/internal/platform/outside"
	"khadamat/internal/platform/picture"
	"khadamat/internal/recon/engine"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/texts"
)

// Services are the domains, wired to each other over one database.
type Services struct {
	Accounts   *account.Service
	Catalog    *catalog.Catalog
	Bookings   *booking.Service
	Calendars  *calendar.Service
	Documents  *verification.Service
	Reviews    *review.Service
	Disputes   *dispute.Service
	Messages   *message.Service
	Favourites *favourite.Service
	Gallery    *gallery.Service
	Quotes     *quote.Service
	Payments   *payment.Service
	Sandbox    *sandbox.Service
	Ledger     *ledger.Book
	Payouts    *payout.Service
	Proof      *proof.Service
	Statistics *statistics.Service
	Features   *feature.Service
	Workspace  *workspace.Service
	AuditLog   *audit.Reader
	Notices    *notify.Service
	Office     *notify.Office
	Blobs      blob.Store
	Queue      *job.Queue
	Cache      *cache.Memory
}

// cacheBytes bounds what this process remembers.
const cacheBytes = 16 << 20

// Ground is what the domains stand on. The database is migrated; letters go to Sender, and what open pages are told through Hub.
type Ground struct {
	DB      *db.DB
	Clock   clock.Clock
	Hub     *live.Hub
	Blobs   blob.Store
	Sender  mail.Sender
	BaseURL string
	Logger  *slog.Logger
	Recon   Reconciling
	Paying  Paying
	House   payout.House // who pays and invoices; the zero value: a made-up company
}

// Reconciling is what 378 stands on.
type Reconciling struct {
	Folder    string            // where runs work, on this machine
	Runner    engine.Runner     // nil: nothing runs
	Chunks    blob.Store        // of uploads under way
	Databases map[string]string // addresses of databases that sources may ask, by name
	Outside   outside.Options   // how hooks are reached
}

// NewServices wires the domains.
func NewServices(ctx context.Context, ground Ground) (*Services, error) {
	d, clock, logger := ground.DB, ground.Clock, ground.Logger
	queue := job.New(d, logger)
	remembers, err := cache.NewMemory(cacheBytes, clock)
	if err != nil {
		return nil, err
	}
	notices := notify.New(notify.Config{DB: d, Clock: clock, Queue: queue, Hub: ground.Hub, Texts: texts.Catalog(), Cache: remembers, Logger: logger})
	standings := &laterStandings{}
	accounts := account.New(account.Config{
		DB: d, Clock: clock, Mailer: accountPost{notices}, Logger: logger, Cache: remembers, Standings: standings, BaseURL: ground.BaseURL,
	})
	office := &notify.Office{Accounts: accounts, Notices: notices, Sender: ground.Sender, Texts: texts.Catalog(), BaseURL: ground.BaseURL}
	office.Attach(queue)
	elsewhere := &laterCalendars{}
	job.Work(queue, elsewhere.fetch)
	settling := workspace.New(workspace.Config{
		DB: d, Clock: clock, Blobs: ground.Blobs, Hub: ground.Hub, Queue: queue, Accounts: accounts, Logger: logger, Chunks: ground.Recon.Chunks,
		Runner: ground.Recon.Runner, Folder: ground.Recon.Folder, Databases: ground.Recon.Databases, Outside: ground.Recon.Outside,
	})
	settling.Attach(queue)
	accounts.Register(settling.Holder())
	market := &laterMarket{}
	payments, cards := newPayments(ground, queue, market, notices)
	if err := queue.Open(); err != nil {
		return nil, err
	}
	// The catalog asks bookings which days are free, and bookings ask the catalog what is on offer.
	busy := &laterBusy{}
	offers, err := catalog.New(ctx, catalog.Config{DB: d, Clock: clock, Emails: emails{accounts}, Terms: emails{accounts}, Busy: busy, Logger: logger})
	if err != nil {
		return nil, err
	}
	bookings := booking.New(booking.Config{DB: d, Clock: clock, Catalog: offers, Accounts: accounts, Notifier: notices, Cache: remembers, Calendars: elsewhere, Payments: payments})
	busy.bookings = bookings
	market.bookings, market.catalog = bookings, offers
	calendars := calendar.New(calendar.Config{
		DB: d, Clock: clock, Catalog: offers, Bookings: bookings, Accounts: accounts, Queue: queue, Notifier: notices, BaseURL: ground.BaseURL, Logger: logger,
	})
	elsewhere.calendars = calendars
	documents := verification.New(verification.Config{DB: d, Clock: clock, Blobs: ground.Blobs, Catalog: offers, Notifier: notices, Logger: logger})
	accounts.Register(calendars, documents)
	disputes := dispute.New(dispute.Config{DB: d, Clock: clock, Bookings: bookings, Notifier: notices})
	book := ledger.NewBook(d)
	payouts := payout.New(payout.Config{
		DB: d, Clock: clock, Book: book, Blobs: ground.Blobs, Disputes: disputes, Providers: offers, Accounts: accounts, Bookings: bookings, Notifier: notices,
		House: ground.House, Logger: logger,
	})
	proofs := proof.New(proof.Config{
		DB: d, Clock: clock, Blobs: ground.Blobs, Book: book, Payouts: payouts, Settlements: cards, Workspace: settling, Accounts: accounts, IBAN: payouts.House().IBAN,
		Logger: logger,
	})
	messages := message.New(message.Config{DB: d, Clock: clock, Bookings: bookings, Disputes: disputes, Notifier: notices})
	favourites := favourite.New(favourite.Config{DB: d, Catalog: offers})
	figures, err := statistics.New(statistics.Config{DB: d, Clock: clock, Bookings: bookings, Catalog: offers, People: accounts, Logger: logger})
	if err != nil {
		return nil, err
	}
	features, err := feature.New(ctx, d)
	if err != nil {
		return nil, err
	}
	reviews := review.New(review.Config{DB: d, Clock: clock, Bookings: bookings, Catalog: offers, Notifier: notices, Features: features})
	pictures := picture.New(ground.Blobs)
	photos := gallery.New(gallery.Config{DB: d, Pictures: pictures, Catalog: offers, Cache: remembers, Features: features, Logger: logger})
	quotes := quote.New(quote.Config{
		DB: d, Clock: clock, Catalog: offers, Bookings: bookings, Accounts: accounts, Notifier: notices, Pictures: pictures, Features: features, Logger: logger,
	})
	standings.catalog = offers
	accounts.Register(reviews, disputes, payments, payouts)
	accounts.Register(photos, quotes)
	accounts.Register(offers, bookings, messages, favourites)
	accounts.Register(notices)
	return &Services{
		Accounts:   accounts,
		Catalog:    offers,
		Bookings:   bookings,
		Calendars:  calendars,
		Documents:  documents,
		Reviews:    reviews,
		Disputes:   disputes,
		Messages:   messages,
		Favourites: favourites,
		Gallery:    photos,
		Quotes:     quotes,
		Payments:   payments,
		Sandbox:    cards,
		Ledger:     book,
		Payouts:    payouts,
		Proof:      proofs,
		Statistics: figures,
		Features:   features,
		Workspace:  settling,
		AuditLog:   audit.NewReader(d),
		Notices:    notices,
		Office:     office,
		Blobs:      ground.Blobs,
		Queue:      queue,
		Cache:      remembers,
	}, nil
}

// laterBusy is the bookings' answer to the catalog, filled in once there are bookings.
type laterBusy struct{ bookings *booking.Service }

func (b *laterBusy) Busy(ctx context.Context, providerIDs []string, from, to time.Time) (map[string][]schedule.Interval, error) {
	return b.bookings.Busy(ctx, providerIDs, from, to)
}

// laterCalendars are what bookings ask of calendars, filled in once there are calendars, which are made of bookings.
type laterCalendars struct{ calendars *calendar.Service }

func (c *laterCalendars) Busy(ctx context.Context, providerIDs []string, from, to time.Time) (map[string][]schedule.Interval, error) {
	return c.calendars.Busy(ctx, providerIDs, from, to)
}

func (c *laterCalendars) fetch(ctx context.Context, fetch calendar.FetchJob) error {
	return c.calendars.Fetch(ctx, fetch.SourceID)
}

// emails is what the catalog asks of accounts.
type emails struct{ accounts *account.Service }

func (e emails) EmailVerified(ctx context.Context, accountID string) (bool, error) {
	a, err := e.accounts.Account(ctx, accountID)
	return !a.EmailVerifiedAt.IsZero(), err
}

func (e emails) TermsAccepted(ctx context.Context, accountID string) (bool, error) {
	a, err := e.accounts.Account(ctx, accountID)
	return !a.TermsAcceptedAt.IsZero(), err
}
