package catalog

import "sync"

// filter is the part of a query that picks services by what they are, not by words or time. It is comparable: counts are kept
// by it.
type filter struct {
	city, category     int16 // indexes in reference; any for all
	minRating          int16 // tenths
	verified, instant  int8  // any, no or yes
	minPrice, maxPrice int64 // 0: no bound
}

const (
	anyOf   = -1
	nowhere = -2
	no      = 0
	yes     = 1
)

func (r *reference) filter(q Query) filter {
	f := filter{city: anyOf, category: anyOf, minRating: tenths(q.MinRating), verified: wanted(q.Verified),
		instant: wanted(q.Instant), minPrice: q.MinPrice, maxPrice: q.MaxPrice}
	if q.CityID != "" {
		f.city = numberIn(r.cityAt, q.CityID)
	}
	if q.CategoryID != "" {
		f.category = numberIn(r.categoryAt, q.CategoryID)
	}
	return f
}

// numberIn is the number of a city or category. One that an operator removed since the query was checked has none: nothing is in it.
func numberIn(at map[string]int, id string) int16 {
	if n, known := at[id]; known {
		return int16(n)
	}
	return nowhere
}

func wanted(choice *bool) int8 {
	switch {
	case choice == nil:
		return anyOf
	case *choice:
		return yes
	}
	return no
}

// misses is a set of filters that an item does not pass. An item that misses one alone counts in that one's facet; one that
// misses nothing counts in all of them.
type misses uint8

const (
	missesCity misses = 1 << iota
	missesCategory
	missesPrice
	missesRating
	missesVerified
	missesInstant
)

// many says whether more than one filter is missed: then the item counts nowhere.
func (m misses) many() bool { return m&(m-1) != 0 }

// within says whether nothing but one filter is missed.
func (m misses) within(one misses) bool { return m&^one == 0 }

func (f *filter) misses(it *item) misses {
	var m misses
	if f.city != anyOf && f.city != it.city {
		m |= missesCity
	}
	if f.category != anyOf && f.category != it.category && f.category != it.top {
		m |= missesCategory
	}
	if (f.minPrice > 0 || f.maxPrice > 0) && (it.price == noPrice || it.price < f.minPrice || (f.maxPrice > 0 && it.price > f.maxPrice)) {
		m |= missesPrice
	}
	if it.rating < f.minRating {
		m |= missesRating
	}
	if f.verified != anyOf && (f.verified == yes) != it.verified {
		m |= missesVerified
	}
	if f.instant != anyOf && (f.instant == yes) != it.instant {
		m |= missesInstant
	}
	return m
}

// ratingSteps and priceSteps are the choices that the facets offer.
var (
	ratingSteps = [...]float64{4.5, 4, 3.5, 3}
	priceSteps  = [...]int64{0, 100_00, 200_00, 400_00, 800_00}
)

// counts is a filter's answer without the items themselves.
type counts struct {
	total  int
	facets *Facets
}

// tally adds up items into facets.
type tally struct {
	total             int
	categories        []int
	cities            []int
	ratings           [len(ratingSteps)]int
	prices            [len(priceSteps)]int
	instant, verified YesNo
}

func (r *reference) newTally() *tally {
	return &tally{categories: make([]int, len(r.categories)), cities: make([]int, len(r.cities))}
}

func (t *tally) add(it *item, m misses) {
	if m == 0 {
		t.total++
	}
	if m.within(missesCategory) {
		t.categories[it.category]++
		if it.top != it.category {
			t.categories[it.top]++
		}
	}
	if m.within(missesCity) {
		t.cities[it.city]++
	}
	if m.within(missesRating) {
		for i, step := range ratingTenths {
			if it.rating >= step {
				t.ratings[i]++
			}
		}
	}
	if m.within(missesPrice) && it.price != noPrice {
		t.prices[priceStep(it.price)]++
	}
	if m.within(missesInstant) {
		t.instant.add(it.instant)
	}
	if m.within(missesVerified) {
		t.verified.add(it.verified)
	}
}

var ratingTenths = func() (all [len(ratingSteps)]int16) {
	for i, step := range ratingSteps {
		all[i] = tenths(step)
	}
	return all
}()

func priceStep(price int64) int {
	at := len(priceSteps) - 1
	for price < priceSteps[at] {
		at--
	}
	return at
}

func (y *YesNo) add(has bool) {
	if has {
		y.Yes++
	} else {
		y.No++
	}
}

func (t *tally) counts(r *reference) counts {
	f := &Facets{Categories: make([]Count, len(r.categories)), Cities: make([]Count, len(r.cities)), Instant: t.instant, Verified: t.verified}
	for i, category := range r.categories {
		f.Categories[i] = Count{ID: category.ID, Count: t.categories[i]}
	}
	for i, city := range r.cities {
		f.Cities[i] = Count{ID: city.ID, Count: t.cities[i]}
	}
	for i, step := range ratingSteps {
		f.Ratings = append(f.Ratings, RatingCount{Min: step, Count: t.ratings[i]})
	}
	for i, step := range priceSteps {
		bucket := PriceCount{Min: step, Count: t.prices[i]}
		if i+1 < len(priceSteps) {
			bucket.Max = priceSteps[i+1] - 1
		}
		f.Prices = append(f.Prices, bucket)
	}
	return counts{total: t.total, facets: f}
}

// countCache keeps the counts of filters that were asked for, for the life of one snapshot.
type countCache struct {
	mu    sync.RWMutex
	known map[filter]counts
}

// maxCounted bounds the cache; a Facets is about 2 KB.
const maxCounted = 512

func (s *snapshot) count(r *reference, f filter) counts {
	s.counted.mu.RLock()
	known, ok := s.counted.known[f]
	s.counted.mu.RUnlock()
	if ok {
		return known
	}
	t := r.newTally()
	for i := range s.items {
		if m := f.misses(&s.items[i]); !m.many() {
			t.add(&s.items[i], m)
		}
	}
	made := t.counts(r)
	s.counted.mu.Lock()
	defer s.counted.mu.Unlock()
	if s.counted.known == nil || len(s.counted.known) >= maxCounted {
		s.counted.known = map[filter]counts{}
	}
	s.counted.known[f] = made
	return made
}
