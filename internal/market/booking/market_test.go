package booking_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
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
)

// market is a small market on a real database: one provider with an instant service and one on request, and some customers.
type market struct {
	*testing.T
	db       *db.DB
	clock    *clock.Manual
	config   booking.Config
	bookings *booking.Service
	told     *told
	people   people
	provider account.Actor
	offer    catalog.Provider
	instant  catalog.Service
	request  catalog.Service
	salma    account.Actor
	youssef  account.Actor
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

// letters lists the templates that one account was sent.
func (s *told) letters(accountID string) (templates []notify.Template) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, notice := range s.notices {
		for _, letter := range notice.Letters {
			if letter.AccountID == accountID {
				templates = append(templates, letter.Template)
			}
		}
	}
	return templates
}

// people tells the names of the accounts of the test.
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
	m := &market{T: t, db: d, clock: now, told: &told{}}
	m.people = people{}
	var owner account.Account
	add := func(name string, role account.Role) account.Actor {
		a := account.Account{ID: ids.New(), Email: ids.New() + "@example.test", Name: name, Role: role, Language: "fr", EmailVerifiedAt: now.Now(), CreatedAt: now.Now()}
		m.must(d.Tx(t.Context(), func(tx *db.Tx) error { return account.Insert(t.Context(), tx, a, "-") }))
		m.people[a.ID] = a
		owner = a
		return account.Actor{ID: a.ID, Role: role}
	}
	m.salma, m.youssef = add("Salma Bennani", account.Customer), add("Youssef Alaoui", account.Customer)
	m.provider = add("Plomberie Atlas", account.Provider)
	m.offer = catalog.Provider{ID: ids.New(), AccountID: owner.ID, Name: owner.Name, CityID: "casablanca", Latitude: 33.57, Longitude: -7.58,
		Bio: catalog.Text{FR: "Plombier depuis vingt ans à Casablanca, du robinet qui goutte à la salle de bain entière."}, Status: catalog.Active,
		Policy: catalog.Moderate, Availability: everyDay(9*60, 18*60), CreatedAt: now.Now(), UpdatedAt: now.Now()}
	service := func(title string, instant bool) catalog.Service {
		return catalog.Service{ID: ids.New(), ProviderID: m.offer.ID, CategoryID: "plomberie", Title: catalog.Text{FR: title}, Description: catalog.Text{FR: title},
			Pricing: catalog.Fixed, Price: money.Of(20000, money.MAD), DurationMinutes: 60, Place: catalog.AtCustomer, Instant: instant, Active: true,
			Addons:    []catalog.Addon{{ID: ids.New(), Title: catalog.Text{FR: "Joint neuf"}, Price: money.Of(3000, money.MAD), DurationMinutes: 30}},
			CreatedAt: now.Now(), UpdatedAt: now.Now()}
	}
	m.instant, m.request = service("Fuite d’eau", true), service("Chauffe-eau", false)
	m.must(d.Tx(t.Context(), func(tx *db.Tx) error {
		if err := catalog.InsertProvider(t.Context(), tx, m.offer); err != nil {
			return err
		}
		if err := catalog.InsertService(t.Context(), tx, m.instant); err != nil {
			return err
		}
		return catalog.InsertService(t.Context(), tx, m.request)
	}))
	offers, err := catalog.New(t.Context(), catalog.Config{DB: d, Clock: now})
	m.must(err)
	m.config = booking.Config{DB: d, Clock: now, Catalog: offers, Accounts: m.people, Notifier: m.told}
	m.bookings = booking.New(m.config)
	return m
}

func everyDay(from, to int) schedule.Rules {
	rules := schedule.Rules{Zone: "Africa/Casablanca", HorizonDays: 60, StepMinutes: 30, BufferAfterMinutes: 30, NoticeMinutes: 60}
	for day := range rules.Week {
		rules.Week[day] = []schedule.Span{{From: from, To: to}}
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

func (m *market) book(who account.Actor, service catalog.Service, start time.Time) (booking.Booking, error) {
	return m.bookings.Request(m.Context(), who, booking.Request{ServiceID: service.ID, Start: start, Address: "12, rue des Orangers"})
}

// booked is book where nothing may go wrong.
func (m *market) booked(who account.Actor, service catalog.Service, start time.Time) booking.Booking {
	m.Helper()
	b, err := m.book(who, service, start)
	m.must(err)
	return b
}

// do runs an action that may not go wrong.
func (m *market) do(b booking.Booking, err error) booking.Booking {
	m.Helper()
	m.must(err)
	return b
}

// refused fails unless err has the code and the key.
func (m *market) refused(err error, code errs.Code, key string) {
	m.Helper()
	if errs.CodeOf(err) != code {
		m.Fatalf("got %v, want %s", err, code)
	}
	if e, ok := err.(*errs.Error); key != "" && (!ok || (e.Key != key && !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Key == key }))) {
		m.Fatalf("got %v, want %s", err, key)
	}
}

// status reads the stored status.
func (m *market) status(id string) (status booking.Status) {
	m.Helper()
	m.must(m.db.QueryRow(m.Context(), "SELECT status FROM bookings WHERE id = $1", id).Scan(&status))
	return status
}

func (m *market) count(query string, args ...any) (n int) {
	m.Helper()
	m.must(m.db.QueryRow(m.Context(), query, args...).Scan(&n))
	return n
}
