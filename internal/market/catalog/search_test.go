package catalog

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"

	"pgregory.net/rapid"
)

func filled(t testing.TB, providers, servicesEach int) *world {
	now := clock.NewManual(dbtest.Start)
	w := newWorld(t, dbtest.SQLite(t, now), now)
	w.fill(t, 7, providers, servicesEach)
	return w
}

// passes is the slow, obvious reading of a query's filters, with one of them left out.
func (w *world) passes(q Query, p *Provider, s *Service, without string) bool {
	category, _ := w.Category(s.CategoryID)
	priced := s.Pricing != OnQuote
	for name, ok := range map[string]bool{
		"city":     q.CityID == "" || p.CityID == q.CityID,
		"category": q.CategoryID == "" || s.CategoryID == q.CategoryID || category.ParentID == q.CategoryID,
		"price": (q.MinPrice == 0 || (priced && s.Price.Minor >= q.MinPrice)) &&
			(q.MaxPrice == 0 || (priced && s.Price.Minor <= q.MaxPrice)),
		"rating":   p.Rating() >= q.MinRating,
		"verified": q.Verified == nil || *q.Verified == p.Verified,
		"instant":  q.Instant == nil || *q.Instant == s.Instant,
	} {
		if !ok && name != without {
			return false
		}
	}
	return true
}

func (w *world) countWhere(q Query, without string, more func(p *Provider, s *Service) bool) (count int) {
	for _, e := range w.snapshot.Load().providers {
		for _, s := range e.services {
			if w.passes(q, e.provider, s, without) && more(e.provider, s) {
				count++
			}
		}
	}
	return count
}

func all(*Provider, *Service) bool { return true }

func anyQuery(w *world) *rapid.Generator[Query] {
	choice := rapid.SampledFrom([]*bool{nil, new(true), new(false)})
	return rapid.Custom(func(t *rapid.T) Query {
		q := Query{Verified: choice.Draw(t, "verified"), Instant: choice.Draw(t, "instant"),
			MinRating: rapid.SampledFrom([]float64{0, 3, 3.95, 4, 4.2, 4.5}).Draw(t, "rating"),
			MinPrice:  rapid.SampledFrom([]int64{0, 0, 100_00, 300_00}).Draw(t, "from"),
			MaxPrice:  rapid.SampledFrom([]int64{0, 0, 300_00, 500_00}).Draw(t, "to"),
			Sort:      rapid.SampledFrom([]Sort{"", ByPrice, ByRating, ByDistance}).Draw(t, "sort"),
			Limit:     rapid.IntRange(1, 30).Draw(t, "limit")}
		if rapid.Bool().Draw(t, "in a city") {
			q.CityID = rapid.SampledFrom(w.Cities()).Draw(t, "city").ID
		}
		if rapid.Bool().Draw(t, "in a category") {
			q.CategoryID = rapid.SampledFrom(w.reference().categories).Draw(t, "category").ID
		}
		if q.Sort == ByDistance {
			q.Near = &Point{33.9, -6.9}
		}
		return q
	})
}

func TestFacetsAndTotalsAgreeWithASlowCount(t *testing.T) {
	w := filled(t, 60, 3)
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuery(w).Draw(t, "query")
		page, err := w.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		check := func(what string, got, want int) {
			if got != want {
				t.Errorf("%s: %d, a slow count gives %d", what, got, want)
			}
		}
		check("total", page.Total, w.countWhere(q, "", all))
		for _, facet := range page.Facets.Cities {
			check(facet.ID, facet.Count, w.countWhere(q, "city", func(p *Provider, _ *Service) bool { return p.CityID == facet.ID }))
		}
		for _, facet := range page.Facets.Categories {
			check(facet.ID, facet.Count, w.countWhere(q, "category", func(_ *Provider, s *Service) bool {
				category, _ := w.Category(s.CategoryID)
				return category.ID == facet.ID || category.ParentID == facet.ID
			}))
		}
		for _, facet := range page.Facets.Ratings {
			check("rating", facet.Count, w.countWhere(q, "rating", func(p *Provider, _ *Service) bool { return p.Rating() >= facet.Min }))
		}
		for _, facet := range page.Facets.Prices {
			check("price", facet.Count, w.countWhere(q, "price", func(_ *Provider, s *Service) bool {
				return s.Pricing != OnQuote && s.Price.Minor >= facet.Min && (facet.Max == 0 || s.Price.Minor <= facet.Max)
			}))
		}
		check("instant", page.Facets.Instant.Yes, w.countWhere(q, "instant", func(_ *Provider, s *Service) bool { return s.Instant }))
		check("not instant", page.Facets.Instant.No, w.countWhere(q, "instant", func(_ *Provider, s *Service) bool { return !s.Instant }))
		check("verified", page.Facets.Verified.Yes, w.countWhere(q, "verified", func(p *Provider, _ *Service) bool { return p.Verified }))
		check("not verified", page.Facets.Verified.No, w.countWhere(q, "verified", func(p *Provider, _ *Service) bool { return !p.Verified }))
	})
}

// pages reads a query to its end, calling between after each page.
func (w *world) pages(t interface {
	Helper()
	Fatal(...any)
}, q Query, between func()) (hits []Hit) {
	t.Helper()
	for range 1000 {
		page, err := w.Search(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		hits = append(hits, page.Items...)
		if page.NextCursor == "" {
			return hits
		}
		if len(page.Items) != q.Limit {
			t.Fatal("a page that is not the last one is not full")
		}
		q.Cursor = page.NextCursor
		between()
	}
	t.Fatal("the pages have no end")
	return nil
}

func TestPagesGiveEachServiceOnceAndInOrder(t *testing.T) {
	w := filled(t, 60, 3)
	w.run(t)
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuery(w).Draw(t, "query")
		q.Text = rapid.SampledFrom([]string{"", "domicile", "famille casablanca"}).Draw(t, "text")
		first, err := w.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		hits := w.pages(t, q, func() {})
		if len(hits) != first.Total {
			t.Errorf("pages give %d services of %d", len(hits), first.Total)
		}
		seen := map[string]bool{}
		for i, hit := range hits {
			if seen[hit.Service.ID] {
				t.Errorf("service %d comes twice", i)
			}
			seen[hit.Service.ID] = true
			if !w.passes(q, hit.Provider, hit.Service, "") {
				t.Errorf("service %d does not pass the filters", i)
			}
			if i > 0 && outOfOrder(q.Sort, hits[i-1], hit) {
				t.Errorf("by %q, %v comes before %v", q.Sort, hits[i-1].Service.Price, hit.Service.Price)
			}
		}
	})
}

func outOfOrder(order Sort, a, b Hit) bool {
	switch order {
	case ByPrice:
		aQuote, bQuote := a.Service.Pricing == OnQuote, b.Service.Pricing == OnQuote
		return (aQuote && !bQuote) || (!aQuote && !bQuote && a.Service.Price.Minor > b.Service.Price.Minor)
	case ByRating:
		return a.Provider.Rating() < b.Provider.Rating()
	case ByDistance:
		return a.Distance > b.Distance
	}
	return false
}

func TestPagesRepeatNothingWhileServicesAreAdded(t *testing.T) {
	for _, q := range []Query{{Limit: 7}, {Limit: 7, Sort: ByPrice}, {Limit: 7, Sort: ByRating}, {Limit: 7, Text: "domicile"},
		{Limit: 7, Sort: ByDistance, Near: &Point{34, -7}}} {
		t.Run(cmp.Or(string(q.Sort)+q.Text, "relevance"), func(t *testing.T) {
			w := filled(t, 20, 2)
			w.run(t)
			before := map[string]int{}
			for _, e := range w.snapshot.Load().providers {
				for _, s := range e.services {
					before[s.ID] = 0
				}
			}
			seed := uint64(100)
			hits := w.pages(t, q, func() { seed++; w.fill(t, seed, 2, 2) })
			seen := map[string]bool{}
			for _, hit := range hits {
				if seen[hit.Service.ID] {
					t.Error("a service comes twice")
				}
				seen[hit.Service.ID] = true
				delete(before, hit.Service.ID)
			}
			if len(before) != 0 {
				t.Errorf("%d services that were there all along never came", len(before))
			}
		})
	}
}

func TestABrokenCursorIsRefused(t *testing.T) {
	w := filled(t, 20, 2)
	w.run(t)
	page, err := w.Search(t.Context(), Query{Limit: 5, Sort: ByPrice})
	if err != nil {
		t.Fatal(err)
	}
	good := page.NextCursor
	raw, _ := base64.RawURLEncoding.DecodeString(good)
	raw[0]++
	for name, q := range map[string]Query{
		"not base64":       {Sort: ByPrice, Cursor: "!!!"},
		"cut short":        {Sort: ByPrice, Cursor: good[:10]},
		"of another order": {Sort: ByRating, Cursor: good},
		"of other words":   {Text: "plombier", Cursor: good},
		"another version":  {Sort: ByPrice, Cursor: base64.RawURLEncoding.EncodeToString(raw)},
		"endless":          {Sort: ByPrice, Cursor: strings.Repeat("A", 10_000)},
	} {
		if _, err := w.Search(t.Context(), q); errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "catalog.bad_cursor") {
			t.Errorf("%s: %v, want invalid catalog.bad_cursor", name, err)
		}
	}
	if _, err := w.Search(t.Context(), Query{Limit: 9, Sort: ByPrice, CityID: "rabat", Cursor: good}); err != nil {
		t.Errorf("a cursor stays good when filters change: %v", err)
	}
}

func FuzzCursor(f *testing.F) {
	w := filled(f, 20, 2)
	page, err := w.Search(f.Context(), Query{Limit: 5})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(page.NextCursor)
	f.Add("")
	f.Add("AQ")
	f.Fuzz(func(t *testing.T, cursor string) {
		page, err := w.Search(t.Context(), Query{Limit: 5, Cursor: cursor})
		if err != nil && errs.CodeOf(err) != errs.Invalid {
			t.Errorf("cursor %q: %v", cursor, err)
		}
		if err == nil && page.Total != 40 {
			t.Errorf("cursor %q changes the total to %d", cursor, page.Total)
		}
		print := uint32(7)
		if k, err := decodeCursor(cursor, print); err == nil && encodeCursor(print, k) != cursor {
			t.Errorf("cursor %q is read as %v, which is written as %q", cursor, k, encodeCursor(print, k))
		}
	})
}

func TestDistancesAreThoseOnTheGround(t *testing.T) {
	casablanca, rabat := vectorOf(Point{33.5731, -7.5898}), vectorOf(Point{34.0209, -6.8416})
	if metres := casablanca.metresTo(rabat); metres < 84_500 || metres > 86_000 {
		t.Errorf("from Casablanca to Rabat are about 85 km, not %d m", metres)
	}
	if metres := casablanca.metresTo(casablanca); metres != 0 {
		t.Errorf("a place is %d m away from itself", metres)
	}
	if metres := vectorOf(Point{90, 0}).metresTo(vectorOf(Point{-90, 0})); metres < 20_000_000 || metres > 20_030_000 {
		t.Errorf("from pole to pole are about 20,015 km, not %d m", metres)
	}
	step := vectorOf(Point{33.5731, -7.5898 + 0.0001}).metresTo(casablanca)
	if step != 9 {
		t.Errorf("a ten-thousandth of a degree of longitude is 9 m at Casablanca, not %d", step)
	}
}

func TestHitsHaveADistanceWhereThereIsAPlaceToMeasureFrom(t *testing.T) {
	w := filled(t, 5, 1)
	near, err := w.Search(t.Context(), Query{Near: &Point{33.5, -7.5}})
	if err != nil {
		t.Fatal(err)
	}
	nowhere, err := w.Search(t.Context(), Query{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range near.Items {
		if near.Items[i].Distance <= 0 || nowhere.Items[i].Distance != NoDistance {
			t.Errorf("distances %d and %d", near.Items[i].Distance, nowhere.Items[i].Distance)
		}
	}
}

func TestOneReviewDoesNotBeatFifty(t *testing.T) {
	for _, test := range []struct {
		sum, count int64
		want       float64
	}{{0, 0, 4.2}, {5, 1, 4.3}, {250, 50, 4.9}, {1, 1, 3.9}, {100, 100, 1.3}} {
		p := Provider{RatingSum: test.sum, RatingCount: test.count}
		if got := p.Rating(); got != test.want {
			t.Errorf("%d stars in %d reviews show as %v, want %v", test.sum, test.count, got, test.want)
		}
	}
}

func TestEveryFieldOfAQueryIsChecked(t *testing.T) {
	w := filled(t, 1, 1)
	for _, test := range []struct {
		rule, field, key string
		query            Query
	}{
		{"unknown city", "city", "catalog.city_unknown", Query{CityID: "paris"}},
		{"unknown category", "category", "catalog.category_unknown", Query{CategoryID: "'; DROP TABLE"}},
		{"crossed prices", "max_price", "catalog.price_bounds_crossed", Query{MinPrice: 2, MaxPrice: 1}},
		{"negative price", "min_price", "catalog.price_negative", Query{MinPrice: -1}},
		{"negative upper price", "max_price", "catalog.price_negative", Query{MaxPrice: -1}},
		{"yesterday", "date", "catalog.date_past", Query{Date: schedule.NewDate(2026, 5, 31)}},
		{"too many stars", "min_rating", "catalog.rating_out_of_range", Query{MinRating: 5.1}},
		{"no number of stars", "min_rating", "catalog.rating_out_of_range", Query{MinRating: math.NaN()}},
		{"off the earth", "near", "catalog.not_on_earth", Query{Near: &Point{Latitude: 91}}},
		{"nowhere", "near", "catalog.not_on_earth", Query{Near: &Point{Longitude: math.NaN()}}},
		{"distance from nowhere", "near", "catalog.near_required", Query{Sort: ByDistance}},
		{"unknown order", "sort", "catalog.sort_unknown", Query{Sort: "soonest"}},
		{"too many at once", "limit", "catalog.limit_out_of_range", Query{Limit: 101}},
		{"less than one", "limit", "catalog.limit_out_of_range", Query{Limit: -1}},
		{"unknown language", "lang", "catalog.language_unknown", Query{Language: "de"}},
		{"too many words", "q", "text.too_long", Query{Text: strings.Repeat("é", MaxQueryRunes+1)}},
		{"control characters", "q", "text.control", Query{Text: "a\x00b"}},
		{"direction overrides", "q", "text.direction", Query{Text: "a\u202eb"}},
		{"not UTF-8", "q", "text.encoding", Query{Text: "a\xff"}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			_, err := w.Search(t.Context(), test.query)
			wantField(t, err, test.field, test.key)
		})
	}
	if _, err := w.Search(t.Context(), Query{Date: schedule.NewDate(2026, 6, 1), Limit: 100, MinRating: 5, MaxPrice: 1, MinPrice: 1}); err != nil {
		t.Errorf("bounds themselves are fine: %v", err)
	}
}

// wantField checks that an error is invalid and complains of one field alone, with the given key.
func wantField(t *testing.T, err error, field, key string) {
	t.Helper()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Code != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != field || e.Fields[0].Key != key {
		t.Errorf("got %v, want %s: %s alone", err, field, key)
	}
}

func TestTheDateFilterKeepsWhoHasAFreeSlot(t *testing.T) {
	now := clock.NewManual(dbtest.Start)
	w := newWorld(t, dbtest.SQLite(t, now), now)
	_, p, _ := w.plumber(t)
	_, other, _ := w.plumber(t)
	tuesday := schedule.NewDate(2026, 6, 2)
	found := func(date schedule.Date) []string {
		page, err := w.Search(t.Context(), Query{Date: date})
		if err != nil {
			t.Fatal(err)
		}
		if page.Total != len(page.Items) || page.Facets.Cities[0].Count != page.Total {
			t.Errorf("total %d, facet %d, items %d", page.Total, page.Facets.Cities[0].Count, len(page.Items))
		}
		var all []string
		for _, hit := range page.Items {
			all = append(all, hit.Provider.ID)
		}
		slices.Sort(all)
		return all
	}
	both := []string{p.ID, other.ID}
	slices.SortFunc(both, cmp.Compare[string])
	if got := found(tuesday); !slices.Equal(got, both) {
		t.Errorf("on a working day %v are found, want both", got)
	}
	if got := found(schedule.NewDate(2026, 6, 7)); len(got) != 0 {
		t.Errorf("on Sunday %v are found", got)
	}
	if got := found(schedule.NewDate(2027, 6, 1)); len(got) != 0 {
		t.Errorf("beyond the horizon %v are found", got)
	}
	whole := schedule.Interval{Start: tuesday.In(dbtest.Start.Location()), End: tuesday.AddDays(1).In(dbtest.Start.Location())}
	w.busy.take(p.ID, whole)
	asked := w.busy.asked
	if got := found(tuesday); !slices.Equal(got, both) || w.busy.asked != asked {
		t.Errorf("within a few seconds the answer is remembered: %v", got)
	}
	w.Invalidate(p.ID)
	if got := found(tuesday); !slices.Equal(got, []string{other.ID}) {
		t.Errorf("after Invalidate %v are found, want the other alone", got)
	}
	w.busy.take(other.ID, whole)
	now.Advance(freeFor)
	if got := found(tuesday); len(got) != 0 {
		t.Errorf("after a few seconds %v are found, want none", got)
	}
}

func BenchmarkSearch(b *testing.B) {
	now := clock.NewManual(dbtest.Start)
	w := newWorld(b, dbtest.SQLite(b, now), now)
	w.fill(b, 7, 2500, 4)
	w.run(b)
	if _, err := w.Search(b.Context(), Query{Text: "plombier"}); err != nil {
		b.Fatal(err)
	}
	near := &Point{33.57, -7.59}
	for _, bench := range []struct {
		name  string
		query Query
	}{
		{"all", Query{}},
		{"filters", Query{CityID: "rabat", CategoryID: "travaux", Instant: new(true), MaxPrice: 400_00, Sort: ByPrice}},
		{"distance", Query{Near: near, Sort: ByDistance}},
		{"date", Query{Date: schedule.NewDate(2026, 6, 2)}},
		{"word", Query{Text: "plombier"}},
		{"words", Query{Text: "plombier casablanca"}},
		{"mistakes", Query{Text: "plomier casablnca"}},
		{"arabic", Query{Text: "سباك بالرباط"}},
		{"everywhere", Query{Text: "service pour toute la famille a domicile"}},
		{"endless", Query{Text: strings.Repeat("qsdfghjklmwxcvbnazertyui ", 8)}},
		{"nonsense", Query{Text: "kjhgfdsqwx mlkjhgfdpo azertyuiop wxcvbnqsdf"}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.Search(b.Context(), bench.query); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, prefix := range []string{"pl", "plonbe", "zzzzzzzz"} {
		b.Run("suggest "+prefix, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.Suggest(b.Context(), prefix, "fr", 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("change", func(b *testing.B) {
		for b.Loop() {
			for id := range w.snapshot.Load().providers {
				w.showChange(b.Context(), id)
				break
			}
		}
	})
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			w.node(b)
		}
	})
	b.Run("words index", func(b *testing.B) {
		for b.Loop() {
			if err := w.buildWords(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
