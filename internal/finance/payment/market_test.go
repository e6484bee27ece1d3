package payment_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/job"
	"khadamat/internal/texts"
)

// market is a provider with a service at 350 dirhams that is booked at once, a customer, and the sandbox as the processor. Jobs wait until work is called.
type market struct {
	*testing.T
	db       *db.DB
	clock    *clock.Manual
	catalog  *catalog.Catalog
	bookings *booking.Service
	payments *payment.Service
	sandbox  *sandbox.Service
	gate     *gate
	jobs     *jobs
	told     *told
	people   people
	owner    account.Actor // of provider
	provider catalog.Provider
	service  catalog.Service
	salma    account.Actor
	finance  account.Actor
}

// gate stands before the processor and can be closed: then nobody is answered.
type gate struct {
	*sandbox.Service
	closed bool
	alias  map[string]string // other names that charges go by there
}

var errClosed = errs.New(errs.Unavailable, "processor.no_answer")

func (g *gate) Fetch(ctx context.Context, ref string) (processor.State, error) {
	if g.closed {
		return processor.State{}, errClosed
	}
	if known, ok := g.alias[ref]; ok {
		ref = known
	}
	return g.Service.Fetch(ctx, ref)
}

func (g *gate) Capture(ctx context.Context, ref string, amount money.Amount, key string) (processor.State, error) {
	if g.closed {
		return processor.State{}, errClosed
	}
	return g.Service.Capture(ctx, ref, amount, key)
}

// jobs keeps the jobs of committed transactions.
type jobs struct {
	mu      sync.Mutex
	waiting []job.Args
}

func (j *jobs) Enqueue(_ context.Context, tx *db.Tx, args job.Args) error {
	tx.AfterCommit(func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.waiting = append(j.waiting, args)
	})
	return nil
}

// EnqueueAt drops what the sandbox delivers later: tests deliver webhooks themselves.
func (j *jobs) EnqueueAt(context.Context, *db.Tx, job.Args, time.Time) error { return nil }

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

// count is how many letters of a template one account was sent.
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

type people map[string]account.Account

func (p people) Account(_ context.Context, id string) (account.Account, error) {
	if a, ok := p[id]; ok {
		return a, nil
	}
	return account.Account{}, errs.New(errs.NotFound, "error.not_found")
}

// later is the bookings, once there are any.
type later struct {
	*catalog.Catalog
	bookings *booking.Service
}

func (l *later) Booking(ctx context.Context, actor account.Actor, id string) (booking.Booking, error) {
	return l.bookings.Booking(ctx, actor, id)
}

func (l *later) FallAway(ctx context.Context, id string) error { return l.bookings.FallAway(ctx, id) }

var secret = []byte("a secret of the test")

// each runs test on a fresh market on both engines.
func each(t *testing.T, test func(m *market)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) { test(newMarket(t, d, now)) })
}

func newMarket(t *testing.T, d *db.DB, now *clock.Manual) *market {
	t.Helper()
	m := &market{T: t, db: d, clock: now, told: &told{}, people: people{}, jobs: &jobs{}}
	m.salma, m.owner, m.finance = m.person("Salma Bennani", account.Customer), m.person("Hamid Tazi", account.Provider), m.person("Nadia Finance", account.Finance)
	m.provider = catalog.Provider{ID: ids.New(), AccountID: m.owner.ID, Name: "Plomberie Atlas", CityID: "casablanca", Latitude: 33.57, Longitude: -7.58,
		Bio: catalog.Text{FR: "Plombier depuis vingt ans à Casablanca, du robinet qui goutte à la salle de bain entière."}, Status: catalog.Active,
		Policy: catalog.Moderate, Availability: always(), CreatedAt: now.Now(), UpdatedAt: now.Now()}
	m.service = catalog.Service{ID: ids.New(), ProviderID: m.provider.ID, CategoryID: "plomberie", Title: catalog.Text{FR: "Fuite d’eau"}, Description: catalog.Text{FR: "Fuite d’eau"},
		Pricing: catalog.Fixed, Price: money.Of(35000, money.MAD), DurationMinutes: 60, Place: catalog.AtCustomer, Instant: true, Active: true, CreatedAt: now.Now(), UpdatedAt: now.Now()}
	m.must(d.Tx(t.Context(), func(tx *db.Tx) error {
		return catalog.InsertMany(t.Context(), tx, []catalog.Provider{m.provider}, []catalog.Service{m.service})
	}))
	var err error
	m.catalog, err = catalog.New(t.Context(), catalog.Config{DB: d, Clock: now})
	m.must(err)
	m.sandbox = sandbox.New(sandbox.Config{DB: d, Clock: now, Queue: m.jobs, Secret: secret, BaseURL: "https://pay.example", Texts: texts.Catalog(),
		Deliver: func(ctx context.Context, header http.Header, body []byte) error {
			return m.payments.Receive(ctx, sandbox.Name, header, body)
		}})
	m.gate = &gate{Service: m.sandbox}
	world := &later{Catalog: m.catalog}
	m.payments = payment.New(payment.Config{DB: d, Clock: now, Queue: m.jobs, Bookings: world, Catalog: world, Notifier: m.told,
		Processors: map[string]processor.Processor{sandbox.Name: m.gate}, Default: sandbox.Name, BaseURL: "https://khadamat.example",
		Logger: slog.New(slog.DiscardHandler)})
	m.bookings = booking.New(booking.Config{DB: d, Clock: now, Catalog: m.catalog, Accounts: m.people, Notifier: m.told, Payments: m.payments})
	world.bookings = m.bookings
	return m
}

func (m *market) person(name string, role account.Role) account.Actor {
	m.Helper()
	now := m.clock.Now()
	a := account.Account{ID: ids.New(), Email: ids.New() + "@example.test", Name: name, Role: role, Language: "fr", EmailVerifiedAt: now, CreatedAt: now}
	m.must(m.db.Tx(m.Context(), func(tx *db.Tx) error { return account.Insert(m.Context(), tx, a, "-") }))
	m.people[a.ID] = a
	return account.Actor{ID: a.ID, Role: role}
}

func always() schedule.Rules {
	rules := schedule.Rules{Zone: "Africa/Casablanca", HorizonDays: 60, StepMinutes: 60}
	for day := range rules.Week {
		rules.Week[day] = []schedule.Span{{From: 0, To: 24 * 60}}
	}
	return rules
}

func (m *market) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// refused fails unless err has the code and the key.
func (m *market) refused(err error, code errs.Code, key string) {
	m.Helper()
	if known, ok := err.(*errs.Error); !ok || known.Code != code || known.Key != key {
		m.Fatalf("got %v, want %s: %s", err, code, key)
	}
}

// book books the service in some days.
func (m *market) book(days int) booking.Booking {
	m.Helper()
	start := m.clock.Now().Add(time.Duration(days) * 24 * time.Hour).Truncate(time.Hour)
	b, err := m.bookings.Request(m.Context(), m.salma, booking.Request{ServiceID: m.service.ID, Start: start, Address: "12, rue des Orangers"})
	m.must(err)
	return b
}

// work works all jobs that wait, and those that come of it.
func (m *market) work() {
	m.Helper()
	for range 50 {
		m.jobs.mu.Lock()
		waiting := m.jobs.waiting
		m.jobs.waiting = nil
		m.jobs.mu.Unlock()
		if len(waiting) == 0 {
			return
		}
		for _, args := range waiting {
			m.must(m.payments.Work(m.Context(), args))
		}
	}
	m.Fatal("the jobs never end")
}

// forget loses all jobs that wait, as a queue would that stands still.
func (m *market) forget() {
	m.jobs.mu.Lock()
	defer m.jobs.mu.Unlock()
	m.jobs.waiting = nil
}

// begin goes to pay and returns the processor's name of the charge.
func (m *market) begin(b booking.Booking) string {
	m.Helper()
	page, err := m.payments.Begin(m.Context(), m.salma, b.ID, "fr")
	m.must(err)
	return path.Base(page)
}

const (
	goodCard = "4000 0000 0000 0077"
	poorCard = "4000 0000 0000 9995"
)

// types a card into the processor's page, which leads on or back.
func (m *market) types(ref, card string) {
	m.Helper()
	if got := m.typed(ref, card); got != http.StatusSeeOther {
		m.Fatalf("the card page answers %d", got)
	}
}

// hangs types the card that hangs: the page gives up, and the money is reserved all the same.
func (m *market) hangs(ref string) {
	m.Helper()
	if got := m.typed(ref, hangingCard); got != http.StatusServiceUnavailable {
		m.Fatalf("the card page answers %d", got)
	}
}

func (m *market) typed(ref, card string) int {
	m.Helper()
	form := url.Values{"number": {card}, "expiry": {"12 / 30"}, "cvc": {"123"}}
	r := httptest.NewRequest(http.MethodPost, "/sandbox/pay/"+ref, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	m.sandbox.Handler().ServeHTTP(w, r)
	return w.Code
}

// pays by card, and comes back.
func (m *market) pays(b booking.Booking) string {
	m.Helper()
	ref := m.begin(b)
	m.types(ref, goodCard)
	m.must(m.payments.Returned(m.Context(), m.salma, b.ID))
	return ref
}

// done has the provider do the job.
func (m *market) done(b booking.Booking) {
	m.Helper()
	_, err := m.bookings.Start(m.Context(), m.owner, b.ID)
	m.must(err)
	_, err = m.bookings.Complete(m.Context(), m.owner, b.ID)
	m.must(err)
}

func (m *market) of(b booking.Booking) payment.View {
	m.Helper()
	v, err := m.payments.For(m.Context(), m.salma, b.ID)
	m.must(err)
	return v
}

func (m *market) stands(b booking.Booking, want payment.Status) payment.View {
	m.Helper()
	v := m.of(b)
	if v.Status != want {
		m.Fatalf("the payment is %s, want %s: %+v", v.Status, want, v.Payment)
	}
	return v
}

// books checks the balances of the ledger by kind, in minor units, debits positive; what is not named has to be zero.
func (m *market) books(want map[ledger.Kind]int64) {
	m.Helper()
	book := ledger.NewBook(m.db)
	for _, kind := range ledger.Kinds {
		account := ledger.Of(kind)
		if kind == ledger.ProviderPayable {
			account = ledger.PayableTo(m.provider.ID)
		}
		got, err := book.Balance(m.Context(), account, money.MAD, time.Time{})
		m.must(err)
		if got.Minor != want[kind] {
			m.Errorf("%s stands at %d, want %d", kind, got.Minor, want[kind])
		}
	}
	if m.Failed() {
		m.FailNow()
	}
}

func (m *market) count(query string, args ...any) (n int) {
	m.Helper()
	m.must(m.db.QueryRow(m.Context(), query, args...).Scan(&n))
	return n
}
