package quote_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"slices"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/quote"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/picture"
)

// shop is a provider with a service.
type shop struct {
	actor    account.Actor
	provider catalog.Provider
	service  catalog.Service
}

// market is a small market on a real database: two plumbers and a barber in Casablanca, a plumber in Rabat, and two customers.
type market struct {
	*testing.T
	db                          *db.DB
	clock                       *clock.Manual
	quotes                      *quote.Service
	offers                      *catalog.Catalog
	bookings                    *booking.Service
	told                        *told
	switches                    switches
	atlas, rif, barber, faraway shop
	salma, youssef              account.Actor
}

// told keeps the notices of committed transactions.
type told struct {
	mu      sync.Mutex
	notices []notify.Notice
}

func (s *told) Tell(_ context.Context, tx *db.Tx, notice notify.Notice) error {
	tx.AfterCommit(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.notices = append(s.notices, notice)
	})
	return nil
}

// letters lists the templates that one account was sent, and forgets them.
func (s *told) letters(accountID string) (templates []notify.Template) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.notices {
		s.notices[i].Letters = slices.DeleteFunc(s.notices[i].Letters, func(letter notify.Letter) bool {
			if letter.AccountID != accountID {
				return false
			}
			templates = append(templates, letter.Template)
			return true
		})
	}
	return templates
}

// switches are the features that are off.
type switches map[feature.Name]bool

func (s switches) On(name feature.Name) bool { return !s[name] }

type people map[string]account.Account

func (p people) Account(_ context.Context, id string) (account.Account, error) {
	if a, ok := p[id]; ok {
		return a, nil
	}
	return account.Account{}, errs.New(errs.NotFound, "error.not_found")
}

// each runs test on a fresh market on both engines.
func each(t *testing.T, test func(m *market)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) { test(newMarket(t, d, now)) })
}

func newMarket(t *testing.T, d *db.DB, now *clock.Manual) *market {
	t.Helper()
	m := &market{T: t, db: d, clock: now, told: &told{}, switches: switches{}}
	known := people{}
	person := func(name string, role account.Role) account.Actor {
		a := account.Account{ID: ids.New(), Email: ids.New() + "@example.test", Name: name, Role: role, Language: "fr", EmailVerifiedAt: now.Now(), CreatedAt: now.Now()}
		m.must(d.Tx(t.Context(), func(tx *db.Tx) error { return account.Insert(t.Context(), tx, a, "-") }))
		known[a.ID] = a
		return account.Actor{ID: a.ID, Role: role}
	}
	open := func(name, city, category string) shop {
		s := shop{actor: person(name, account.Provider)}
		s.provider = catalog.Provider{ID: ids.New(), AccountID: s.actor.ID, Name: name, CityID: city, Latitude: 33.57, Longitude: -7.58,
			Bio: catalog.Text{FR: "Artisan depuis vingt ans, du robinet qui goutte à la salle de bain entière, sept jours sur sept."}, Status: catalog.Active,
			Policy: catalog.Moderate, Availability: everyDay(), CreatedAt: now.Now(), UpdatedAt: now.Now()}
		s.service = catalog.Service{ID: ids.New(), ProviderID: s.provider.ID, CategoryID: category, Title: catalog.Text{FR: "Sur devis"}, Description: catalog.Text{FR: "Sur devis"},
			Pricing: catalog.OnQuote, Price: money.Of(0, money.MAD), DurationMinutes: 60, Place: catalog.AtCustomer, Active: true, CreatedAt: now.Now(), UpdatedAt: now.Now()}
		m.must(d.Tx(t.Context(), func(tx *db.Tx) error {
			return catalog.InsertMany(t.Context(), tx, []catalog.Provider{s.provider}, []catalog.Service{s.service})
		}))
		return s
	}
	m.salma, m.youssef = person("Salma Bennani", account.Customer), person("Youssef Alaoui", account.Customer)
	m.atlas, m.rif = open("Plomberie Atlas", "casablanca", "plomberie"), open("Rif Travaux", "casablanca", "peinture")
	m.barber, m.faraway = open("Barbier Anfa", "casablanca", "barbier"), open("Plomberie Rabat", "rabat", "plomberie")
	offers, err := catalog.New(t.Context(), catalog.Config{DB: d, Clock: now})
	m.must(err)
	m.offers = offers
	m.bookings = booking.New(booking.Config{DB: d, Clock: now, Catalog: offers, Accounts: known, Notifier: m.told})
	blobs, err := blob.NewFolder(t.TempDir())
	m.must(err)
	m.quotes = quote.New(quote.Config{DB: d, Clock: now, Catalog: offers, Bookings: m.bookings, Accounts: known, Notifier: m.told, Pictures: picture.New(blobs), Features: m.switches})
	return m
}

func everyDay() schedule.Rules {
	rules := schedule.Rules{Zone: "Africa/Casablanca", HorizonDays: 60, StepMinutes: 30, BufferAfterMinutes: 30, NoticeMinutes: 60}
	for day := range rules.Week {
		rules.Week[day] = []schedule.Span{{From: 9 * 60, To: 18 * 60}}
	}
	return rules
}

func (m *market) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// at is a time of the day after the clock's first one, on the wall in Casablanca (an hour ahead of UTC then).
func (m *market) at(hour, minute int) time.Time {
	return time.Date(2026, time.June, 2, hour-1, minute, 0, 0, time.UTC)
}

// input is a job that nothing is wrong with.
func input() quote.JobInput {
	return quote.JobInput{CategoryID: "plomberie", CityID: "casablanca", Title: "Refaire la salle de bain", Description: "Deux robinets fuient et la douche est à changer.",
		Address: "12, rue des Orangers", Place: catalog.AtCustomer, Urgency: quote.ThisWeek, Budget: quote.Budget{Min: quote.Dirhams(500), Max: quote.Dirhams(1500)}}
}

func (m *market) post() quote.Job {
	m.Helper()
	j, err := m.quotes.Post(m.Context(), m.salma, input())
	m.must(err)
	return j
}

// terms is an offer that nothing is wrong with.
func (m *market) terms(s shop) quote.OfferInput {
	return quote.OfferInput{ServiceID: s.service.ID, Price: quote.Dirhams(900), Start: m.at(10, 0), DurationMinutes: 120, Words: "Je viens avec tout le matériel.", ValidFor: 72 * time.Hour}
}

func (m *market) answer(s shop, j quote.Job) quote.Offer {
	m.Helper()
	o, err := m.quotes.Answer(m.Context(), s.actor, j.ID, m.terms(s))
	m.must(err)
	return o
}

// job reads a job as its customer does.
func (m *market) job(id string) quote.View {
	m.Helper()
	view, err := m.quotes.Job(m.Context(), m.salma, id)
	m.must(err)
	return view
}

// refused fails unless err has the code and the key, its own or a field's.
func (m *market) refused(err error, code errs.Code, key string) {
	m.Helper()
	if errs.CodeOf(err) != code {
		m.Fatalf("got %v, want %s %s", err, code, key)
	}
	if e, ok := err.(*errs.Error); key != "" && (!ok || (e.Key != key && !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Key == key }))) {
		m.Fatalf("got %v, want %s", err, key)
	}
}

func (m *market) count(query string, args ...any) (n int) {
	m.Helper()
	m.must(m.db.QueryRow(m.Context(), query, args...).Scan(&n))
	return n
}

func photo() *bytes.Reader {
	var file bytes.Buffer
	_ = png.Encode(&file, image.NewRGBA(image.Rect(0, 0, 8, 8)))
	return bytes.NewReader(file.Bytes())
}
