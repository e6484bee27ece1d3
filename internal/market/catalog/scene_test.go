package catalog

import (
	"testing"

	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/ids"
)

// offering puts a provider with services of these prices in dirhams on the market; zero is on quote.
func offering(t *testing.T, d *db.DB, at *clock.Manual, account, city, category string, verified bool, dirhams ...int64) Provider {
	t.Helper()
	now := at.Now()
	p := Provider{ID: ids.New(), AccountID: account, Name: "Atelier", CityID: city, Bio: Text{FR: "Un atelier."}, Status: Active, Verified: verified,
		Policy: Moderate, RatingSum: 45, RatingCount: 10, CreatedAt: now, UpdatedAt: now}
	var services []Service
	for _, price := range dirhams {
		s := Service{ID: ids.New(), ProviderID: p.ID, CategoryID: category, Title: Text{FR: "Fuite d’eau"}, Pricing: Fixed, Price: money.Of(price*100, money.MAD),
			DurationMinutes: 60, Place: AtCustomer, Active: true, CreatedAt: now, UpdatedAt: now}
		if price == 0 {
			s.Pricing = OnQuote
		}
		services = append(services, s)
	}
	if err := d.Tx(t.Context(), func(tx *db.Tx) error { return InsertMany(t.Context(), tx, []Provider{p}, services) }); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestASceneCountsWhatIsOnOfferThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, at *clock.Manual) {
		w := newWorld(t, d, at)
		a, b, c := w.person(t, "provider"), w.person(t, "provider"), w.person(t, "provider")
		offering(t, d, at, a.ID, "casablanca", "plomberie", true, 100, 300)
		offering(t, d, at, b.ID, "casablanca", "plomberie", false, 200, 0)
		offering(t, d, at, c.ID, "casablanca", "menage", false, 900)
		if err := w.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		scene := w.Scene("casablanca", "plomberie")
		if scene.Providers != 2 || scene.Verified != 1 || scene.Services != 4 || scene.Reviews != 20 || scene.Mean != 4.5 {
			t.Errorf("plumbers: %+v", scene)
		}
		if want := (PriceRange{Count: 3, Low: 10000, Typical: 20000, High: 30000}); scene.Fixed != want {
			t.Errorf("prices %+v, want %+v", scene.Fixed, want)
		}
		if len(scene.Popular) != 1 || scene.Popular[0].Service.Price.Minor != 10000 {
			t.Errorf("popular: %+v, want one title at its lowest price", scene.Popular)
		}
		for name, providers := range map[string]int{"travaux": 2, "": 3, "alchimie": 0} {
			if got := w.Scene("casablanca", name).Providers; got != providers {
				t.Errorf("%q: %d providers, want %d", name, got, providers)
			}
		}
		if got := w.Scene("rabat", "plomberie"); got.Services != 0 {
			t.Errorf("Rabat has %+v, want nothing", got)
		}
		if got := len(w.Spots()); got != 5 {
			t.Errorf("%d spots, want the city, its two categories and their two families: %v", got, w.Spots())
		}
		if got := len(w.Listed()); got != 3 {
			t.Errorf("%d providers listed, want 3", got)
		}
	})
}

func TestTheNearestCityComesFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, at *clock.Manual) {
		w := newWorld(t, d, at)
		near := w.Neighbours("casablanca")
		if len(near) != len(w.Cities())-1 || near[0].ID != "rabat" || near[len(near)-1].ID != "oujda" {
			t.Errorf("from Casablanca: %v", near)
		}
		if near := w.Neighbours("atlantis"); near != nil {
			t.Errorf("from nowhere: %v", near)
		}
	})
}
