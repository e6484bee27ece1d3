package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
)

// fill puts more services into the catalog: three to a provider.
func (h *house) fill(b *testing.B, services int) {
	b.Helper()
	cities, tops := h.catalog.Cities(), h.catalog.Categories()
	err := h.db.Tx(b.Context(), func(tx *db.Tx) error {
		for i := range services / 3 {
			owner := account.Account{ID: ids.New(), Email: fmt.Sprintf("p%d@example.test", i), Name: "Provider", Role: account.Provider, Language: "fr", CreatedAt: tx.Now}
			if err := account.Insert(b.Context(), tx, owner, "none"); err != nil {
				return err
			}
			if err := h.insertProvider(b.Context(), tx, i, owner, cities[i%len(cities)], tops[i%len(tops)]); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = h.catalog.Reload(b.Context())
	}
	if err != nil {
		b.Fatal(err)
	}
}

func (h *house) insertProvider(ctx context.Context, tx *db.Tx, i int, owner account.Account, city catalog.City, top catalog.Category) error {
	p := catalog.Provider{ID: ids.New(), AccountID: owner.ID, Name: fmt.Sprintf("Atelier %d", i), CityID: city.ID, Latitude: city.Latitude, Longitude: city.Longitude,
		Status: catalog.Active, Policy: catalog.Flexible, Availability: catalog.DefaultAvailability(), RatingSum: int64(i % 45 * 4), RatingCount: int64(i % 45), CreatedAt: tx.Now, UpdatedAt: tx.Now}
	if err := catalog.InsertProvider(ctx, tx, p); err != nil {
		return err
	}
	for j := range 3 {
		s := catalog.Service{ID: ids.New(), ProviderID: p.ID, CategoryID: top.Children[j%len(top.Children)].ID, Pricing: catalog.Fixed, Price: money.Of(int64(10000+137*i+j), money.MAD),
			Title:       catalog.Text{FR: fmt.Sprintf("Réparation de fuite numéro %d", i), AR: "إصلاح تسرب المياه", EN: "Leak repair at home"},
			Description: catalog.Text{FR: "Nous venons le jour même."}, DurationMinutes: 60, Place: catalog.AtCustomer, Instant: j == 0, Active: true, CreatedAt: tx.Now, UpdatedAt: tx.Now}
		if err := catalog.InsertService(ctx, tx, s); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkSearchPage is the list of 20 services over 1,000, without the socket.
func BenchmarkSearchPage(b *testing.B) {
	h := newHouse(b)
	h.fill(b, 1000)
	handler := h.handler()
	for _, path := range []string{"/services?limit=20", "/services?limit=20&city=casablanca&sort=price", "/services?limit=20&q=fuite", "/cities"} {
		b.Run(path, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, "http://localhost"+prefix+path, nil)
			r.RemoteAddr = "127.0.0.1:1"
			b.ReportAllocs()
			for b.Loop() {
				w := &discard{header: http.Header{}}
				handler.ServeHTTP(w, r)
				if w.status != http.StatusOK {
					b.Fatal(w.status)
				}
			}
		})
	}
}

// BenchmarkEncodePage compares the shelf with encoding the same page anew.
func BenchmarkEncodePage(b *testing.B) {
	h := newHouse(b)
	h.fill(b, 1000)
	page, err := h.catalog.Search(b.Context(), catalog.Query{Limit: 20})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("shelf", func(b *testing.B) {
		var s shelf
		b.ReportAllocs()
		for b.Loop() {
			_ = s.page(page, "fr")
		}
	})
	b.Run("anew", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			items := make([]Service, len(page.Items))
			for i, hit := range page.Items {
				items[i] = serviceOf(hit.Service, hit.Provider, "fr")
			}
			_ = encode(ServicePage{List: List[Service]{Items: items}, Total: page.Total, Facets: facetsOf(page.Facets)})
		}
	})
}

type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(p []byte) (int, error) { return io.Discard.Write(p) }
