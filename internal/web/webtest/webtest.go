// Package webtest gives tests of pages a small town to walk about in: the whole site over real services on SQLite, a few people, and
// browsers that keep their cookies.
package webtest

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

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
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/live"
	"khadamat/internal/platform/mail"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/texts"
	"khadamat/internal/web"
)

// Password is everybody's.
const Password = "une petite phrase"

// Town is a site with people. Its clock stands at dbtest.Start, a Monday at nine in Casablanca.
type Town struct {
	testing.TB
	DB         *db.DB
	Clock      *clock.Manual
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
	Statistics *statistics.Service
	Features   *feature.Service
	Outbox     *mail.Outbox
	Mails      *Mails
	Notices    *notify.Service
	Office     *notify.Office // writes letters, for previews
	Workspace  *workspace.Service
	Ledger     *ledger.Book
	Sandbox    *sandbox.Service
	Payments   *payment.Service
	Payouts    *payout.Service
	Proof      *proof.Service
	Server     *httptest.Server

	Salma, Youssef account.Account // customers with verified addresses
	Owner          account.Account // of Provider
	Provider       catalog.Provider
	Instant        catalog.Service // at the customer's, 60 minutes, with an add-on of 30
	OnRequest      catalog.Service

	queue   *job.Queue // of the workspace
	hub     *live.Hub
	working sync.Once
}

// cheap makes hashing quick: it is not what these tests are about.
var cheap = &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 8, KeyLength: 16}

// New builds a town.
func New(t testing.TB) *Town {
	t.Helper()
	now := clock.NewManual(dbtest.Start)
	town := &Town{TB: t, Clock: now, DB: dbtest.SQLite(t, now), Mails: &Mails{}}
	town.Notices = notices(town)
	town.Mails.notices = town.Notices
	town.Office = &notify.Office{Texts: texts.Catalog(), BaseURL: "https://khadamat.example"}
	standing := &standings{}
	town.Accounts = account.New(account.Config{DB: town.DB, Clock: now, Mailer: town.Mails, Hashing: cheap, Standings: standing, BaseURL: "https://khadamat.example"})
	var err error
	town.Outbox, err = mail.NewOutbox(t.TempDir(), "khadamat@example.test", now)
	town.must(err)
	town.populate()
	later := &busy{}
	town.Catalog, err = catalog.New(t.Context(), catalog.Config{DB: town.DB, Clock: now, Emails: emails{town.Accounts}, Busy: later})
	town.must(err)
	town.takePayments()
	town.Bookings = booking.New(booking.Config{DB: town.DB, Clock: now, Catalog: town.Catalog, Accounts: town.Accounts, Notifier: town.Mails, Calendars: elsewhere{town}, Payments: town.Payments})
	later.bookings, standing.catalog = town.Bookings, town.Catalog
	town.Accounts.Register(town.Catalog, town.Bookings)
	town.Disputes = dispute.New(dispute.Config{DB: town.DB, Clock: now, Bookings: town.Bookings, Notifier: town.Mails})
	town.Messages = message.New(message.Config{DB: town.DB, Clock: now, Bookings: town.Bookings, Disputes: town.Disputes, Notifier: town.Mails})
	town.Favourites = favourite.New(favourite.Config{DB: town.DB, Catalog: town.Catalog})
	town.Accounts.Register(town.Messages, town.Favourites, town.Notices)
	town.Statistics, err = statistics.New(statistics.Config{DB: town.DB, Clock: now, Bookings: town.Bookings, Catalog: town.Catalog, People: town.Accounts})
	town.must(err)
	town.Features, err = feature.New(t.Context(), town.DB)
	town.must(err)
	town.Reviews = review.New(review.Config{DB: town.DB, Clock: now, Bookings: town.Bookings, Catalog: town.Catalog, Notifier: town.Mails, Features: town.Features})
	town.Accounts.Register(town.Reviews, town.Disputes)
	town.connect()
	town.hangPictures()
	town.openWorkspace()
	town.watchMoney()
	town.runCatalog()
	site := web.New(web.Config{
		Accounts: town.Accounts, Catalog: town.Catalog, Bookings: town.Bookings, Calendars: town.Calendars, Documents: town.Documents, Messages: town.Messages, Favourites: town.Favourites, Outbox: town.Outbox,
		Statistics: town.Statistics, Features: town.Features, AuditLog: audit.NewReader(town.DB),
		Notices: town.Notices, Previews: town.Office,
		Gallery: town.Gallery, Quotes: town.Quotes, Workspace: town.Workspace,
		Ledger: town.Ledger, Payments: town.Payments, Payouts: town.Payouts, Proof: town.Proof,
		Reviews: town.Reviews, Disputes: town.Disputes, Texts: texts.Catalog(), Clock: now, BaseURL: "https://khadamat.example", Demo: true,
	})
	town.Server = httptest.NewServer(site)
	t.Cleanup(town.Server.Close)
	return town
}

// connect makes the providers' calendars and documents. Jobs are not worked: a test fetches a calendar itself.
func (town *Town) connect() {
	town.Helper()
	blobs, err := blob.NewFolder(town.TempDir())
	town.must(err)
	town.Calendars = calendar.New(calendar.Config{DB: town.DB, Clock: town.Clock, Catalog: town.Catalog, Bookings: town.Bookings, Accounts: town.Accounts,
		Queue: idle{}, Notifier: town.Mails, BaseURL: "https://khadamat.example"})
	town.Documents = verification.New(verification.Config{DB: town.DB, Clock: town.Clock, Blobs: blobs, Catalog: town.Catalog, Notifier: town.Mails})
	town.Accounts.Register(town.Calendars, town.Documents)
}

// idle takes jobs that nobody works.
type idle struct{}

func (idle) Enqueue(context.Context, *db.Tx, job.Args) error { return nil }

func (idle) EnqueueAt(context.Context, *db.Tx, job.Args, time.Time) error { return nil }

// runCatalog lets searches by words find something; it ends with the test.
func (town *Town) runCatalog() {
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := town.Catalog.Run(ctx); err != nil && ctx.Err() == nil {
			town.Error(err)
		}
	})
	town.Cleanup(func() {
		stop()
		running.Wait()
	})
}

// populate writes the people and what is on offer.
func (town *Town) populate() {
	town.Salma = town.Person("salma@example.test", "Salma Bennani", account.Customer)
	town.Youssef = town.Person("youssef@example.test", "Youssef Alaoui", account.Customer)
	town.Owner = town.Person("atlas@example.test", "Hamid Tazi", account.Provider)
	now := town.Clock.Now()
	town.Provider = catalog.Provider{
		ID: ids.New(), AccountID: town.Owner.ID, Name: "Plomberie Atlas", CityID: "casablanca", Latitude: 33.57, Longitude: -7.58,
		Bio:    catalog.Text{FR: "Plombier depuis vingt ans à Casablanca, du robinet qui goutte à la salle de bain entière."},
		Status: catalog.Active, Policy: catalog.Moderate, Availability: everyDay(), CreatedAt: now, UpdatedAt: now,
	}
	town.Instant, town.OnRequest = town.service("Fuite d’eau", "تسرب الماء", true), town.service("Chauffe-eau", "سخّان الماء", false)
	town.must(town.DB.Tx(town.Context(), func(tx *db.Tx) error {
		return catalog.InsertMany(town.Context(), tx, []catalog.Provider{town.Provider}, []catalog.Service{town.Instant, town.OnRequest})
	}))
}

func (town *Town) service(french, arabic string, instant bool) catalog.Service {
	now := town.Clock.Now()
	return catalog.Service{
		ID: ids.New(), ProviderID: town.Provider.ID, CategoryID: "plomberie", Title: catalog.Text{FR: french, AR: arabic}, Description: catalog.Text{FR: french},
		Pricing: catalog.Fixed, Price: money.Of(20000, money.MAD), DurationMinutes: 60, Place: catalog.AtCustomer, Instant: instant, Active: true,
		Addons:    []catalog.Addon{{ID: ids.New(), Title: catalog.Text{FR: "Joint neuf", AR: "جلدة جديدة"}, Price: money.Of(3000, money.MAD), DurationMinutes: 30}},
		CreatedAt: now, UpdatedAt: now,
	}
}

// everyDay is nine to six, half an hour's rest after a job, an hour's notice.
func everyDay() schedule.Rules {
	rules := schedule.Rules{Zone: "Africa/Casablanca", HorizonDays: 60, StepMinutes: 30, BufferAfterMinutes: 30, NoticeMinutes: 60}
	for weekday := range rules.Week {
		rules.Week[weekday] = []schedule.Span{{From: 9 * 60, To: 18 * 60}}
	}
	return rules
}

// Person adds somebody with a verified address.
func (town *Town) Person(email, name string, role account.Role) account.Account {
	town.Helper()
	made, err := town.Accounts.EnsureAccount(town.Context(), account.NewAccount{Email: email, Password: Password, Name: name, Role: role, Language: "fr"})
	town.must(err)
	return made
}

// At is a time of the day after the clock's first one, on the wall in Casablanca, which is an hour ahead of UTC then.
func (town *Town) At(hour, minute int) time.Time {
	return time.Date(2026, time.June, 2, hour-1, minute, 0, 0, time.UTC)
}

// Book makes a booking of Salma's.
func (town *Town) Book(service catalog.Service, start time.Time) booking.Booking {
	town.Helper()
	made, err := town.Bookings.Request(town.Context(), Actor(town.Salma), booking.Request{ServiceID: service.ID, Start: start, Address: "12, rue des Orangers"})
	town.must(err)
	return made
}

// Actor is the account as somebody who acts.
func Actor(a account.Account) account.Actor { return account.Actor{ID: a.ID, Role: a.Role} }

// Count returns how many rows a table has.
func (town *Town) Count(table string) int {
	town.Helper()
	var rows int
	town.must(town.DB.QueryRow(town.Context(), "SELECT count(*) FROM "+table).Scan(&rows))
	return rows
}

func (town *Town) must(err error) {
	town.Helper()
	if err != nil {
		town.Fatal(err)
	}
}

// Mails keeps what the house would have mailed and told.
type Mails struct {
	mu     sync.Mutex
	tokens map[string][]string // by template

	notices *notify.Service
}

// Mail keeps the token of a mail about an account.
func (m *Mails) Mail(_ context.Context, tx *db.Tx, _, template string, args map[string]string) error {
	tx.AfterCommit(func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.tokens == nil {
			m.tokens = map[string][]string{}
		}
		m.tokens[template] = append(m.tokens[template], args["token"])
	})
	return nil
}

// Post is Mail for letters with more to them.
func (m *Mails) Post(ctx context.Context, tx *db.Tx, letter account.Letter) error {
	return m.Mail(ctx, tx, letter.AccountID, letter.Template, letter.Words)
}

// Tell tells people as the house does, but that nobody mails their letters.
func (m *Mails) Tell(ctx context.Context, tx *db.Tx, notice notify.Notice) error {
	return m.notices.Tell(ctx, tx, notice)
}

// notices is the town's crier: what it tells is under people's bells, and its letters stay in the queue.
func notices(town *Town) *notify.Service {
	queue := job.New(town.DB, slog.New(slog.DiscardHandler))
	town.must(queue.Open())
	hub := live.New(live.NewLocal(), live.Options{})
	town.Cleanup(hub.Drain)
	return notify.New(notify.Config{DB: town.DB, Clock: town.Clock, Queue: queue, Hub: hub, Texts: texts.Catalog()})
}

// Tokens are those that were mailed with a template, the oldest first.
func (m *Mails) Tokens(template string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.tokens[template]...)
}

type emails struct{ accounts *account.Service }

func (e emails) EmailVerified(ctx context.Context, accountID string) (bool, error) {
	a, err := e.accounts.Account(ctx, accountID)
	return !a.EmailVerifiedAt.IsZero(), err
}

type busy struct{ bookings *booking.Service }

func (b *busy) Busy(ctx context.Context, providerIDs []string, from, to time.Time) (map[string][]schedule.Interval, error) {
	return b.bookings.Busy(ctx, providerIDs, from, to)
}

// elsewhere are the providers' other calendars, once there are some.
type elsewhere struct{ town *Town }

func (e elsewhere) Busy(ctx context.Context, providerIDs []string, from, to time.Time) (map[string][]schedule.Interval, error) {
	return e.town.Calendars.Busy(ctx, providerIDs, from, to)
}

type standings struct{ catalog *catalog.Catalog }

func (s *standings) SetStanding(ctx context.Context, tx *db.Tx, accountID string, standing account.Standing) error {
	return s.catalog.SetStanding(ctx, tx, accountID, map[account.Standing]catalog.Status{
		account.Good: catalog.Active, account.Suspended: catalog.Suspended, account.Banned: catalog.Banned}[standing])
}
