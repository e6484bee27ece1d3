package dispute_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/dispute"
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
	disputes *dispute.Service
	refunds  *refunds
	told     *told
	people   people
	owner    account.Actor // of provider
	provider catalog.Provider
	service  catalog.Service
	salma    account.Actor
	youssef  account.Actor
	operator account.Actor
}

// told keeps the notices of committed transactions.
type told struct {
	mu       sync.Mutex
	letters  []notify.Letter
	watchers []string
}

func (s *told) Tell(_ context.Context, tx *db.Tx, notice notify.Notice) error {
	tx.AfterCommit(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.letters = append(s.letters, notice.Letters...)
		s.watchers = notice.Watchers
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
	m.refunds = &refunds{Service: m.bookings, given: map[string]money.Amount{}}
	m.disputes = dispute.New(dispute.Config{DB: d, Clock: now, Bookings: m.refunds, Notifier: m.told})
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

// opened is a dispute of Salma's about a job that was done.
func (m *market) opened() dispute.Dispute {
	m.Helper()
	d, err := m.disputes.Open(m.Context(), m.salma, m.done(m.salma).ID, dispute.Opening{Reason: dispute.PoorQuality, Words: words})
	m.must(err)
	return d
}

const words = "Le joint fuit encore, et il refuse de revenir."

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

// said is who spoke, in order.
func (m *market) said(id string) (parties []dispute.Party) {
	m.Helper()
	thread, err := m.disputes.Messages(m.Context(), m.operator, id)
	m.must(err)
	for _, message := range thread {
		parties = append(parties, message.Party)
	}
	return parties
}

// refunds stands in for what bookings do with a decision: it keeps the last one, or refuses.
type refunds struct {
	*booking.Service
	mu     sync.Mutex
	given  map[string]money.Amount
	refuse error
}

func (r *refunds) Refund(_ context.Context, tx *db.Tx, bookingID string, refund money.Amount, _ string) error {
	if r.refuse != nil {
		return r.refuse
	}
	tx.AfterCommit(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.given[bookingID] = refund
	})
	return nil
}
