package catalog

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
)

// verifiedEmails are the accounts whose address is verified.
type verifiedEmails map[string]bool

func (v verifiedEmails) EmailVerified(_ context.Context, accountID string) (bool, error) {
	return v[accountID], nil
}

// bookedTimes stands in for booking: what providers have taken, and how often it was asked for.
type bookedTimes struct {
	mu    sync.Mutex
	taken map[string][]schedule.Interval
	asked int
}

func (b *bookedTimes) Busy(_ context.Context, providerIDs []string, from, to time.Time) (map[string][]schedule.Interval, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	answer := map[string][]schedule.Interval{}
	for _, id := range providerIDs {
		for _, taken := range b.taken[id] {
			if taken.Overlaps(schedule.Interval{Start: from, End: to}) {
				answer[id] = append(answer[id], taken)
			}
		}
	}
	return answer, nil
}

func (b *bookedTimes) take(providerID string, taken schedule.Interval) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.taken[providerID] = append(b.taken[providerID], taken)
}

// world is a catalog over a real database with what it stands on.
type world struct {
	*Catalog
	db     *db.DB
	now    *clock.Manual
	emails verifiedEmails
	busy   *bookedTimes
}

func newWorld(t testing.TB, d *db.DB, now *clock.Manual) *world {
	t.Helper()
	w := &world{db: d, now: now, emails: verifiedEmails{}, busy: &bookedTimes{taken: map[string][]schedule.Interval{}}}
	w.Catalog = w.node(t)
	return w
}

// node is another process over the same database.
func (w *world) node(t testing.TB) *Catalog {
	t.Helper()
	c, err := New(t.Context(), Config{DB: w.db, Clock: w.now, Emails: w.emails, Busy: w.busy})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// run runs the catalog until the test ends.
func (w *world) run(t testing.TB) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// person makes an account with a verified address.
func (w *world) person(t testing.TB, role account.Role) account.Actor {
	t.Helper()
	var id string
	err := w.db.Tx(t.Context(), func(tx *db.Tx) (err error) {
		id, err = insertAccount(t.Context(), tx, role)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.emails[id] = true
	return account.Actor{ID: id, Role: role}
}

func insertAccount(ctx context.Context, tx *db.Tx, role account.Role) (string, error) {
	id := ids.New()
	_, err := tx.Exec(ctx, `INSERT INTO accounts (id, email, password_hash, name, role, language, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, id+"@khadamat.test", "x", "Somebody", string(role), "fr", db.At(tx.Now))
	return id, err
}

func plumberProfile() Profile {
	return Profile{Name: "Youssef El Amrani", CityID: "casablanca", Policy: Moderate,
		Bio: Text{FR: "Quinze ans de métier à Casablanca, fuites et chauffe-eau, devis clair avant de commencer."}}
}

func plumbing() ServiceInput {
	return ServiceInput{CategoryID: "plomberie", Title: Text{FR: "Réparation de fuite", AR: "إصلاح تسرب الماء", EN: "Leak repair"},
		Description: Text{FR: "Recherche et réparation."}, Pricing: Fixed, Price: money.Of(250_00, money.MAD), DurationMinutes: 60,
		Place: AtCustomer, Instant: true, Active: true,
		Addons: []Addon{{Title: Text{FR: "Joint neuf"}, Price: money.Of(40_00, money.MAD), DurationMinutes: 15}}}
}

// plumber makes an active provider with one service.
func (w *world) plumber(t testing.TB) (account.Actor, Provider, Service) {
	t.Helper()
	actor := w.person(t, account.Provider)
	p, err := w.CreateProvider(t.Context(), actor, plumberProfile())
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.PutService(t.Context(), actor, p.ID, plumbing())
	if err != nil {
		t.Fatal(err)
	}
	p, err = w.Activate(t.Context(), actor, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return actor, p, s
}

// fill stores providers with services, different in all that can be filtered by, and the same for the same seed.
func (w *world) fill(t testing.TB, seed uint64, providers, servicesEach int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	err := w.db.Tx(t.Context(), func(tx *db.Tx) error {
		for range providers {
			p, services := w.random(r, servicesEach)
			var err error
			if p.AccountID, err = insertAccount(t.Context(), tx, account.Provider); err != nil {
				return err
			}
			if err := InsertProvider(t.Context(), tx, p); err != nil {
				return err
			}
			for _, s := range services {
				if err := InsertService(t.Context(), tx, s); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
}

var familyNames = []string{"Bennani", "El Fassi", "Alaoui", "Tazi", "Berrada", "Idrissi", "Chraibi", "Lahlou", "Naciri", "Sefrioui"}

func (w *world) random(r *rand.Rand, count int) (Provider, []Service) {
	city := w.Cities()[r.IntN(len(w.Cities()))]
	reviews := r.Int64N(40)
	p := Provider{ID: ids.New(), Name: fmt.Sprintf("%s %d", familyNames[r.IntN(len(familyNames))], r.IntN(100)), CityID: city.ID,
		Latitude: city.Latitude + r.Float64()/10, Longitude: city.Longitude + r.Float64()/10, Status: Active, Verified: r.IntN(3) == 0,
		Policy: Flexible, Availability: DefaultAvailability(), RatingCount: reviews, RatingSum: reviews + r.Int64N(4*reviews+1),
		Bio: Text{FR: "Travail soigné et rapide dans toute la ville, sept jours sur sept, avec le sourire."}}
	services := make([]Service, count)
	for i := range services {
		category := w.reference().categories[r.IntN(len(w.reference().categories))]
		for category.ParentID == "" {
			category = w.reference().categories[r.IntN(len(w.reference().categories))]
		}
		services[i] = Service{ID: ids.New(), ProviderID: p.ID, CategoryID: category.ID, Pricing: Fixed,
			Price: money.Of(50_00+r.Int64N(900)*100, money.MAD), DurationMinutes: 30 + 30*r.IntN(4), Place: AtCustomer,
			Instant: r.IntN(2) == 0, Active: true,
			Title:       Text{FR: category.Name.FR + " à domicile", AR: category.Name.AR + " في المنزل", EN: category.Name.EN + " at home"},
			Description: Text{FR: "Un service de " + category.Name.FR + " pour toute la famille, matériel compris, satisfait ou remboursé."}}
		if r.IntN(10) == 0 {
			services[i].Pricing, services[i].Price.Minor = OnQuote, 0
		}
	}
	return p, services
}
