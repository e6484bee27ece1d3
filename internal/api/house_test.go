package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/processor"
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
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/live"
	"khadamat/internal/platform/picture"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/texts"

	"github.com/alexedwards/argon2id"
)

const password = "une phrase de passe"

// house is the API over real services on a database of the test's own.
type house struct {
	db       *db.DB
	clock    *clock.Manual
	accounts *account.Service
	catalog  *catalog.Catalog
	bookings *booking.Service
	payments *payment.Service
	cards    *sandbox.Service
	payouts  *payout.Service
	proof    *proof.Service
	messages *message.Service
	reviews  *review.Service
	disputes *dispute.Service
	quotes   *quote.Service
	saved    *favourite.Service
	gallery  *gallery.Service
	agendas  *calendar.Service
	figures  *statistics.Service
	notices  *notify.Service
	features *feature.Service
	recon    *workspace.Service
	queue    *job.Queue
	broker   *live.Local
	hub      *live.Hub
	server   *httptest.Server
	log      *syncBuffer
	mailed   *mailbox

	customer, stranger, provider, moderator account.Account
	shop                                    catalog.Provider
	instant, onRequest                      catalog.Service
}

type lateBookings struct{ service *booking.Service }

func (l *lateBookings) Busy(ctx context.Context, providerIDs []string, from, to time.Time) (map[string][]schedule.Interval, error) {
	return l.service.Busy(ctx, providerIDs, from, to)
}

type verifiedEmails struct{}

func (verifiedEmails) EmailVerified(context.Context, string) (bool, error) { return true, nil }

// mailbox keeps the last token that was mailed to an account.
type mailbox struct {
	mu     sync.Mutex
	tokens map[string]string
}

// Post lets other letters go.
func (m *mailbox) Post(context.Context, *db.Tx, account.Letter) error { return nil }

func (m *mailbox) Mail(_ context.Context, _ *db.Tx, accountID, template string, args map[string]string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tokens[template+" "+accountID] = args["token"]
	return nil
}

func (m *mailbox) token(template, accountID string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tokens[template+" "+accountID]
}

type syncBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func newHouse(t testing.TB, limits ...Limits) *house {
	t.Helper()
	h := &house{clock: clock.NewManual(dbtest.Start), log: &syncBuffer{}, mailed: &mailbox{tokens: map[string]string{}}}
	h.db = dbtest.SQLite(t, h.clock)
	h.accounts = account.New(account.Config{DB: h.db, Clock: h.clock, Mailer: h.mailed,
		Hashing: &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 8, KeyLength: 16}})
	busy := &lateBookings{}
	var err error
	h.catalog, err = catalog.New(t.Context(), catalog.Config{DB: h.db, Clock: h.clock, Emails: verifiedEmails{}, Busy: busy})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.catalog.Run(ctx) }()
	h.broker = live.NewLocal()
	h.hub = live.New(h.broker, live.Options{Clock: h.clock})
	t.Cleanup(func() {
		h.hub.Drain()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	h.tell(t)
	h.cards = sandbox.New(sandbox.Config{DB: h.db, Clock: h.clock, Queue: idle{}, BaseURL: "https://pay.example", Texts: texts.Catalog()})
	market := &laterMarket{Catalog: h.catalog}
	h.payments = payment.New(payment.Config{DB: h.db, Clock: h.clock, Queue: idle{}, Bookings: market, Catalog: market, Notifier: h.notices,
		Processors: map[string]processor.Processor{sandbox.Name: h.cards}, Default: sandbox.Name, BaseURL: "https://khadamat.example"})
	h.bookings = booking.New(booking.Config{DB: h.db, Clock: h.clock, Catalog: h.catalog, Accounts: h.accounts, Notifier: h.notices, Payments: h.payments})
	market.bookings = h.bookings
	busy.service = h.bookings
	h.rooms(t)
	h.people(t)
	h.offers(t)
	h.server = httptest.NewServer(h.handler(limits...))
	t.Cleanup(h.server.Close)
	return h
}

// tell lets people be told as the house does, but that nobody mails their letters.
func (h *house) tell(t testing.TB) {
	t.Helper()
	queue := job.New(h.db, slog.New(slog.DiscardHandler))
	office := &notify.Office{Texts: texts.Catalog(), BaseURL: "https://khadamat.example"}
	office.Attach(queue)
	h.settle(t, queue)
	if err := queue.Open(); err != nil {
		t.Fatal(err)
	}
	h.notices = notify.New(notify.Config{DB: h.db, Clock: h.clock, Queue: queue, Hub: h.hub, Texts: texts.Catalog()})
}

// idle takes jobs that nobody works.
type idle struct{}

func (idle) Enqueue(context.Context, *db.Tx, job.Args) error { return nil }

func (idle) EnqueueAt(context.Context, *db.Tx, job.Args, time.Time) error { return nil }

// laterMarket is what payments ask of the market: the bookings are made with the payments that follow them.
type laterMarket struct {
	*catalog.Catalog
	bookings *booking.Service
}

func (m *laterMarket) Booking(ctx context.Context, actor account.Actor, id string) (booking.Booking, error) {
	return m.bookings.Booking(ctx, actor, id)
}

func (m *laterMarket) FallAway(ctx context.Context, id string) error {
	return m.bookings.FallAway(ctx, id)
}

// rooms opens what stands on accounts, catalog and bookings.
func (h *house) rooms(t testing.TB) {
	t.Helper()
	blobs, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if h.features, err = feature.New(t.Context(), h.db); err != nil {
		t.Fatal(err)
	}
	if h.figures, err = statistics.New(statistics.Config{DB: h.db, Clock: h.clock, Bookings: h.bookings, Catalog: h.catalog, People: h.accounts}); err != nil {
		t.Fatal(err)
	}
	pictures := picture.New(blobs)
	h.disputes = dispute.New(dispute.Config{DB: h.db, Clock: h.clock, Bookings: h.bookings, Notifier: h.notices})
	h.messages = message.New(message.Config{DB: h.db, Clock: h.clock, Bookings: h.bookings, Disputes: h.disputes, Notifier: h.notices})
	h.reviews = review.New(review.Config{DB: h.db, Clock: h.clock, Bookings: h.bookings, Catalog: h.catalog, Notifier: h.notices, Features: h.features})
	h.saved = favourite.New(favourite.Config{DB: h.db, Catalog: h.catalog})
	h.gallery = gallery.New(gallery.Config{DB: h.db, Pictures: pictures, Catalog: h.catalog, Features: h.features})
	h.quotes = quote.New(quote.Config{DB: h.db, Clock: h.clock, Catalog: h.catalog, Bookings: h.bookings, Accounts: h.accounts, Notifier: h.notices, Pictures: pictures, Features: h.features})
	h.agendas = calendar.New(calendar.Config{DB: h.db, Clock: h.clock, Catalog: h.catalog, Bookings: h.bookings, Accounts: h.accounts, Queue: idle{}, Notifier: h.notices, BaseURL: "https://khadamat.example"})
	h.payouts = payout.New(payout.Config{DB: h.db, Clock: h.clock, Book: ledger.NewBook(h.db), Blobs: blobs, Disputes: h.disputes, Providers: h.catalog, Accounts: h.accounts, Bookings: h.bookings, Notifier: h.notices})
	h.proof = proof.New(proof.Config{DB: h.db, Clock: h.clock, Blobs: blobs, Book: ledger.NewBook(h.db), Payouts: h.payouts, Workspace: h.recon, Accounts: h.accounts, IBAN: payout.DefaultHouse.IBAN})
	h.accounts.Register(h.catalog, h.bookings, h.messages, h.reviews, h.disputes, h.quotes, h.saved, h.notices)
}

// handler is the API with what internal/app puts around it, as far as it changes answers.
func (h *house) handler(limits ...Limits) http.Handler {
	config := Config{Accounts: h.accounts, Catalog: h.catalog, Bookings: h.bookings,
		Messages: h.messages, Reviews: h.reviews, Disputes: h.disputes, Quotes: h.quotes, Payments: h.payments, Payouts: h.payouts, Ledger: ledger.NewBook(h.db), Proof: h.proof, Favourites: h.saved, Gallery: h.gallery, Calendars: h.agendas,
		Statistics: h.figures, Notices: h.notices, Recon: h.recon, Features: h.features, Hub: h.hub, Texts: texts.Catalog(), Clock: h.clock,
		Logger: slog.New(slog.NewTextHandler(h.log, nil))}
	if len(limits) > 0 {
		config.Limits = limits[0]
	}
	return httpx.Chain(New(config), httpx.RequestID, httpx.ClientAddress(httpx.Loopback), httpx.Compress,
		httpx.Recover(config.Logger, RenderError(config.Texts)))
}

func (h *house) people(t testing.TB) {
	t.Helper()
	person := func(email, name string, role account.Role) account.Account {
		made, err := h.accounts.EnsureAccount(t.Context(), account.NewAccount{Email: email, Password: password, Name: name, Role: role, Language: "fr"})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	h.customer = person("salma@example.test", "Salma Benali", account.Customer)
	h.stranger = person("omar@example.test", "Omar Idrissi", account.Customer)
	h.provider = person("atlas@example.test", "Youssef Alaoui", account.Provider)
	h.moderator = person("amal@example.test", "Amal Berrada", account.Moderator)
}

func (h *house) offers(t testing.TB) {
	t.Helper()
	actor := account.Actor{ID: h.provider.ID, Role: account.Provider}
	shop, err := h.catalog.CreateProvider(t.Context(), actor, catalog.Profile{Name: "Plomberie Atlas", CityID: "casablanca", Policy: catalog.Moderate,
		Bio: catalog.Text{FR: strings.Repeat("Plombier à Casablanca depuis vingt ans. ", 3)}})
	if err != nil {
		t.Fatal(err)
	}
	category := h.catalog.Categories()[0].Children[0].ID
	put := func(title catalog.Text, price int64, instant bool) catalog.Service {
		made, err := h.catalog.PutService(t.Context(), actor, shop.ID, catalog.ServiceInput{CategoryID: category, Title: title, Pricing: catalog.Fixed,
			Description: catalog.Text{FR: "Nous trouvons la fuite et nous la réparons le jour même.", AR: "نصلح التسرب في نفس اليوم.", EN: "We find the leak and mend it the same day."},
			Price:       money.Of(price, money.MAD), DurationMinutes: 60, Place: catalog.AtCustomer, Instant: instant, Active: true,
			Addons: []catalog.Addon{{Title: catalog.Text{FR: "Déplacement de nuit"}, Price: money.Of(5000, money.MAD), DurationMinutes: 30}}})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	h.instant = put(catalog.Text{FR: "Réparation de fuite", AR: "إصلاح تسرب", EN: "Leak repair"}, 20000, true)
	h.onRequest = put(catalog.Text{FR: "Installation de chauffe-eau", AR: "تركيب سخان ماء", EN: "Water heater installation"}, 60000, false)
	if h.shop, err = h.catalog.Activate(t.Context(), actor, shop.ID); err != nil {
		t.Fatal(err)
	}
}

// client speaks with the API as one person.
type client struct {
	t      testing.TB
	house  *house
	http   *http.Client
	header http.Header
}

func (h *house) visitor(t testing.TB) *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, house: h, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, header: http.Header{}}
}

func (h *house) signedIn(t testing.TB, who account.Account) *client {
	t.Helper()
	c := h.visitor(t)
	c.post("/auth/login", map[string]any{"email": who.Email, "password": password}).want(http.StatusOK)
	return c
}

// reply is an answer of the API.
type got struct {
	t      testing.TB
	call   string
	status int
	header http.Header
	body   []byte
}

func (c *client) get(path string) *got { c.t.Helper(); return c.send(http.MethodGet, path, "", "") }

func (c *client) post(path string, body any) *got {
	c.t.Helper()
	if body == nil {
		return c.send(http.MethodPost, path, "", "")
	}
	if text, ok := body.(string); ok {
		return c.send(http.MethodPost, path, "application/json", text)
	}
	content, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.send(http.MethodPost, path, "application/json", string(content))
}

// send takes a path below /api/v1, or one that begins with /api.
func (c *client) send(method, path, contentType, body string) *got {
	c.t.Helper()
	if !strings.HasPrefix(path, "/api") {
		path = prefix + path
	}
	request, err := http.NewRequest(method, c.house.server.URL+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	for name, values := range c.header {
		request.Header[name] = values
	}
	response, err := c.http.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return &got{t: c.t, call: method + " " + path, status: response.StatusCode, header: response.Header, body: content}
}

func (c *client) with(name, value string) *client {
	copied := *c
	copied.header = c.header.Clone()
	copied.header.Set(name, value)
	return &copied
}

func (g *got) want(status int) *got {
	g.t.Helper()
	if g.status != status {
		g.t.Fatalf("%s: %d, want %d: %s", g.call, g.status, status, g.body)
	}
	return g
}

func (g *got) into(v any) {
	g.t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(g.body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		g.t.Fatalf("%s: %v: %s", g.call, err, g.body)
	}
}

// problem checks that the answer is a problem of the given status with all that every problem has.
func (g *got) problem(status int) Problem {
	g.t.Helper()
	g.want(status)
	if kind := g.header.Get("Content-Type"); kind != "application/problem+json" {
		g.t.Errorf("%s: %d as %s, want problem+json", g.call, g.status, kind)
	}
	var p Problem
	g.into(&p)
	if p.Status != status || p.Title == "" || p.Code == "" || p.RequestID == "" || p.RequestID != g.header.Get("X-Request-Id") {
		g.t.Errorf("%s: incomplete problem %+v", g.call, p)
	}
	if g.header.Get("Cache-Control") != "no-store" {
		g.t.Errorf("%s: a problem may be kept: %q", g.call, g.header.Get("Cache-Control"))
	}
	if p.Code == errs.Internal {
		g.t.Errorf("%s: internal: %s", g.call, g.body)
	}
	return p
}

func (p Problem) names(field string) bool {
	for _, at := range p.Errors {
		if at.Field == field {
			return true
		}
	}
	return false
}

// rows counts everything that is stored, so that a test can say that nothing was.
func (h *house) rows(t testing.TB) string {
	t.Helper()
	var all []string
	for _, table := range []string{"accounts", "sessions", "refresh_tokens", "mailed_tokens", "access_tokens", "providers", "services", "bookings", "booking_events", "audit_entries", "idempotency_keys",
		"messages", "reviews", "review_reports", "disputes", "dispute_messages", "quote_jobs", "quote_offers", "quote_photos", "favourites", "addresses", "calendar_sources", "sanctions"} {
		var n int
		if err := h.db.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s=%d", table, n))
	}
	return strings.Join(all, " ")
}

// slot returns the nth free time of a service from tomorrow on.
func (h *house) slot(t testing.TB, service catalog.Service, n int) time.Time {
	t.Helper()
	from := h.clock.Now().Add(24 * time.Hour)
	slots, err := h.bookings.Slots(t.Context(), h.shop.ID, service.ID, nil, from, from.Add(14*24*time.Hour))
	if err != nil || len(slots) <= n {
		t.Fatalf("%d slots, %v", len(slots), err)
	}
	return slots[n].Start
}

// book makes a booking of the customer's over the API.
func (h *house) book(t testing.TB, service catalog.Service, n int) Booking {
	t.Helper()
	var made Booking
	h.signedIn(t, h.customer).post("/bookings", map[string]any{"service_id": service.ID, "start": h.slot(t, service, n), "address": "12, rue des Orangers"}).want(http.StatusCreated).into(&made)
	return made
}
