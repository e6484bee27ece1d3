package review_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/review"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// market is a provider with a service that is booked at once, some customers, an operator, and what they are told.
type market struct {
	*testing.T
	db       *db.DB
	clock    *clock.Manual
	catalog  *catalog.Catalog
	bookings *booking.Service
	reviews  *review.Service
	told     *told
	people   people
	paused   paused
	owner    account.Actor // of provider
	provider catalog.Provider
	service  catalog.Service
	salma    account.Actor
	youssef  account.Actor
	operator account.Actor
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

// paused is what an operator has switched off.
type paused map[feature.Name]bool

func (p paused) On(name feature.Name) bool { return !p[name] }

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
	m := &market{T: t, db: d, clock: now, told: &told{}, people: people{}}
	m.salma, m.youssef = m.person("Salma Bennani", account.Customer), m.person("Youssef Alaoui", account.Customer)
	m.owner, m.operator = m.person("Hamid Tazi", account.Provider), m.person("Nadia Moderatrice", account.Moderator)
	m.provider = catalog.Provider{ID: ids.New(), AccountID: m.owner.ID, Name: "Plomberie Atlas", CityID: "casablanca", Latitude: 33.57, Longitude: -7.58,
		Bio: catalog.Text{FR: "Plombier depuis vingt ans à Casablanca, du robinet qui goutte à la salle de bain entière."}, Status: catalog.Active,
		Policy: catalog.Moderate, Availability: always(), CreatedAt: now.Now(), UpdatedAt: now.Now()}
	m.service = catalog.Service{ID: ids.New(), ProviderID: m.provider.ID, CategoryID: "plomberie", Title: catalog.Text{FR: "Fuite d’eau"}, Description: catalog.Text{FR: "Fuite d’eau"},
		Pricing: catalog.Fixed, Price: money.Of(20000, money.MAD), DurationMinutes: 60, Place: catalog.AtCustomer, Instant: true, Active: true, CreatedAt: now.Now(), UpdatedAt: now.Now()}
	m.must(d.Tx(t.Context(), func(tx *db.Tx) error {
		return catalog.InsertMany(t.Context(), tx, []catalog.Provider{m.provider}, []catalog.Service{m.service})
	}))
	var err error
	m.catalog, err = catalog.New(t.Context(), catalog.Config{DB: d, Clock: now})
	m.must(err)
	m.bookings = booking.New(booking.Config{DB: d, Clock: now, Catalog: m.catalog, Accounts: m.people, Notifier: m.told})
	m.paused = paused{}
	m.reviews = review.New(review.Config{DB: d, Clock: now, Bookings: m.bookings, Catalog: m.catalog, Notifier: m.told, Features: m.paused})
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

// booked is a booking an hour from now.
func (m *market) booked(who account.Actor) booking.Booking {
	m.Helper()
	b, err := m.bookings.Request(m.Context(), who, booking.Request{ServiceID: m.service.ID, Start: m.clock.Now().Truncate(time.Hour).Add(time.Hour), Address: "12, rue des Orangers"})
	m.must(err)
	return b
}

// done is a booking that the provider has just completed.
func (m *market) done(who account.Actor) booking.Booking {
	m.Helper()
	b := m.booked(who)
	m.clock.Set(b.Start)
	_, err := m.bookings.Start(m.Context(), m.owner, b.ID)
	m.must(err)
	m.clock.Set(b.End)
	b, err = m.bookings.Complete(m.Context(), m.owner, b.ID)
	m.must(err)
	return b
}

// says writes a review that may not be refused.
func (m *market) says(who account.Actor, b booking.Booking, stars int, words string) review.Review {
	m.Helper()
	r, err := m.reviews.Write(m.Context(), who, b.ID, review.Input{Stars: stars, Words: words})
	m.must(err)
	return r
}

// published is a review that both sides' writing has made public.
func (m *market) published(who account.Actor, stars int, words string) review.Review {
	m.Helper()
	b := m.done(who)
	r := m.says(who, b, stars, words)
	m.says(m.owner, b, 5, "Client charmant")
	r, err := m.reviews.Review(m.Context(), who, r.ID)
	m.must(err)
	return r
}

func (m *market) refused(err error, code errs.Code, key string) {
	m.Helper()
	e, ok := err.(*errs.Error)
	if !ok || e.Code != code {
		m.Fatalf("got %v, want %s", err, code)
	}
	if e.Key == key {
		return
	}
	for _, field := range e.Fields {
		if field.Key == key {
			return
		}
	}
	m.Fatalf("got %v, want %s", err, key)
}

// shown are the words that everybody can read about the provider.
func (m *market) shown() (words []string) {
	m.Helper()
	page, err := m.reviews.OfProvider(m.Context(), m.provider.ID, "", 100)
	m.must(err)
	for _, r := range page.Items {
		words = append(words, r.Words)
	}
	return words
}

func (m *market) summary() review.Summary {
	m.Helper()
	s, err := m.reviews.Summary(m.Context(), m.provider.ID)
	m.must(err)
	return s
}

// rated is what the catalog holds, in the database as in memory.
func (m *market) rated() (sum, count int64) {
	m.Helper()
	stored, err := m.catalog.ProviderOf(m.Context(), m.owner.ID)
	m.must(err)
	seen, err := m.catalog.Provider(m.Context(), m.provider.ID)
	m.must(err)
	if seen.RatingSum != stored.RatingSum || seen.RatingCount != stored.RatingCount {
		m.Fatalf("the catalog shows %d/%d and stores %d/%d", seen.RatingSum, seen.RatingCount, stored.RatingSum, stored.RatingCount)
	}
	return stored.RatingSum, stored.RatingCount
}

func (m *market) standing(who account.Actor, b booking.Booking) review.Standing {
	m.Helper()
	s, err := m.reviews.Of(m.Context(), who, b.ID)
	m.must(err)
	return s
}
