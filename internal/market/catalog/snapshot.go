package catalog

import (
	"cmp"
	"hash/crc32"
	"math"
	"slices"
	"strings"
	"sync"
)

// snapshot is everything that the public can find, at one moment. It is immutable, so any number of readers share it without a
// lock; a change makes a new one.
type snapshot struct {
	reference *reference // items' numbers of cities and categories are indexes in it
	providers map[string]*entry
	items     []item
	itemAt    map[string]int32    // by service id
	orders    map[Sort][]int32    // items in each order that does not depend on the query
	counted   countCache          // counts by filter
	suggest   func() []suggestion // made when first asked for
}

// entry is an active provider with their active services, as one version of them.
type entry struct {
	provider *Provider
	services []*Service
}

// item is what filters and orders need of a service, side by side in memory: a search reads all of them.
type item struct {
	service     *Service
	provider    *Provider
	price       int64 // minor units; noPrice on quote
	ratingMilli int32 // the Bayesian mean, in thousandths of a star
	standing    int32
	city        int16 // index in reference.cities
	category    int16 // index in reference.categories
	top         int16 // the same for the top category
	rating      int16 // as it is shown, in tenths of a star
	verified    bool
	instant     bool
	at          vector // of the provider
}

const noPrice = math.MaxInt64

// What a provider's standing adds to the rating, in thousandths of a star: the order of results among equal matches.
const (
	standingVerified = 150
	standingInstant  = 50
	// standingLot bounds what a lot, drawn once from the service's id, takes away again: among providers that stand about
	// equally no one's services fill the page, and everybody's come up somewhere.
	standingLot = 250
)

func newSnapshot(r *reference, providers map[string]*entry) *snapshot {
	count := 0
	for _, e := range providers {
		count += len(e.services)
	}
	s := &snapshot{reference: r, providers: providers, items: make([]item, 0, count), itemAt: make(map[string]int32, count)}
	for _, e := range providers {
		for _, service := range e.services {
			if it, ok := r.item(e.provider, service); ok {
				s.items = append(s.items, it)
			}
		}
	}
	// Best standing first: the default order then reads the items from front to back, and the others differ from it little.
	slices.SortFunc(s.items, func(a, b item) int { return compareKeys(a.key(ByRelevance, 0), b.key(ByRelevance, 0)) })
	for i := range s.items {
		s.itemAt[s.items[i].service.ID] = int32(i)
	}
	s.orders = map[Sort][]int32{}
	for _, order := range []Sort{ByRelevance, ByPrice, ByRating} {
		s.orders[order] = s.ordered(order)
	}
	s.suggest = sync.OnceValue(func() []suggestion { return newSuggestions(r, s) })
	return s
}

func (r *reference) item(p *Provider, s *Service) (item, bool) {
	city, knownCity := r.cityAt[p.CityID]
	category, knownCategory := r.categoryAt[s.CategoryID]
	if !knownCity || !knownCategory {
		return item{}, false
	}
	top := category
	if parent := r.categories[category].ParentID; parent != "" {
		top = r.categoryAt[parent]
	}
	it := item{
		service: s, provider: p, price: s.Price.Minor, city: int16(city), category: int16(category), top: int16(top),
		ratingMilli: int32(math.Round(p.ratingMean() * 1000)), rating: tenths(p.Rating()), verified: p.Verified, instant: s.Instant,
		at: vectorOf(Point{p.Latitude, p.Longitude}),
	}
	if s.Pricing == OnQuote {
		it.price = noPrice
	}
	it.standing = it.ratingMilli
	if it.verified {
		it.standing += standingVerified
	}
	if it.instant {
		it.standing += standingInstant
	}
	it.standing -= int32(crc32.ChecksumIEEE([]byte(s.ID)) % standingLot)
	return it, true
}

func (s *snapshot) ordered(order Sort) []int32 {
	at := make([]int32, len(s.items))
	for i := range at {
		at[i] = int32(i)
	}
	slices.SortFunc(at, func(a, b int32) int { return compareKeys(s.items[a].key(order, 0), s.items[b].key(order, 0)) })
	return at
}

// key is where an item stands in an order: lower comes first. It depends on the item and the query alone, never on the other
// items, so that a cursor keeps its place whatever is added or removed.
type key struct {
	major, minor int64
	id           string
}

func compareKeys(a, b key) int {
	if c := cmp.Compare(a.major, b.major); c != 0 {
		return c
	}
	if c := cmp.Compare(a.minor, b.minor); c != 0 {
		return c
	}
	return strings.Compare(a.id, b.id)
}

// key returns the item's place. Measure is the score of its words where the order is relevance, and metres where it is distance.
func (it *item) key(order Sort, measure int64) key {
	k := key{minor: -int64(it.standing), id: it.service.ID}
	switch order {
	case ByPrice:
		k.major = it.price
	case ByRating:
		k.major, k.minor = -int64(it.ratingMilli), -it.provider.RatingCount
	case ByDistance:
		k.major = measure
	default:
		k.major = -measure
	}
	return k
}
