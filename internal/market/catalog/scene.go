package catalog

import (
	"cmp"
	"slices"
	"time"
)

// Scene is what the market offers of one category in one city, in figures. Prices are minor units of services with that pricing.
type Scene struct {
	Providers int
	Verified  int // of these
	Services  int
	Instant   int // of these
	Reviews   int64
	Mean      float64 // of all reviews of these providers, plain; zero where there are none
	Fixed     PriceRange
	Hourly    PriceRange
	Popular   []PopularService // the most offered first
	UpdatedAt time.Time        // of the provider who changed last; zero where there is none
}

// PriceRange is how far prices go. Count is zero where there are none; Typical is the median.
type PriceRange struct {
	Count              int
	Low, Typical, High int64
}

// PopularService is a service that several providers offer under the same title. Service is the cheapest of them, those on quote
// last; it is shared with other readers and must not be changed.
type PopularService struct {
	Service   *Service
	Providers int
}

// maxPopular is how many popular services a scene tells of.
const maxPopular = 6

// Scene returns the figures of a category, top or child, in a city; an empty id stands for all. Unknown ones have nothing on offer.
func (c *Catalog) Scene(cityID, categoryID string) Scene {
	var scene Scene
	var fixed, hourly []int64
	providers := map[string]bool{}
	popular := map[string]*PopularService{}
	var ratingSum int64
	snapshot := c.snapshot.Load()
	for i := range snapshot.items {
		it := &snapshot.items[i]
		if !c.within(it, cityID, categoryID) {
			continue
		}
		scene.Services++
		if it.instant {
			scene.Instant++
		}
		switch it.service.Pricing {
		case Fixed:
			fixed = append(fixed, it.service.Price.Minor)
		case Hourly:
			hourly = append(hourly, it.service.Price.Minor)
		}
		addPopular(popular, it)
		if providers[it.provider.ID] {
			continue
		}
		providers[it.provider.ID] = true
		scene.Providers++
		if it.verified {
			scene.Verified++
		}
		scene.Reviews += it.provider.RatingCount
		ratingSum += it.provider.RatingSum
		if it.provider.UpdatedAt.After(scene.UpdatedAt) {
			scene.UpdatedAt = it.provider.UpdatedAt
		}
	}
	if scene.Reviews > 0 {
		scene.Mean = float64(ratingSum) / float64(scene.Reviews)
	}
	scene.Fixed, scene.Hourly, scene.Popular = rangeOf(fixed), rangeOf(hourly), mostOffered(popular)
	return scene
}

func (c *Catalog) within(it *item, cityID, categoryID string) bool {
	if cityID != "" && it.provider.CityID != cityID {
		return false
	}
	if categoryID == "" || it.service.CategoryID == categoryID {
		return true
	}
	category, ok := c.Category(it.service.CategoryID)
	return ok && category.ParentID == categoryID
}

// addPopular counts a title in French, or in whatever language it has: the same work has the same title there.
func addPopular(popular map[string]*PopularService, it *item) {
	key := fold(it.service.Title.In("fr"))
	known := popular[key]
	if known == nil {
		popular[key] = &PopularService{Service: it.service, Providers: 1}
		return
	}
	known.Providers++
	if it.price < priceOrNone(known.Service) {
		known.Service = it.service
	}
}

func priceOrNone(service *Service) int64 {
	if service.Pricing == OnQuote {
		return noPrice
	}
	return service.Price.Minor
}

func mostOffered(popular map[string]*PopularService) []PopularService {
	all := make([]PopularService, 0, len(popular))
	for _, one := range popular {
		all = append(all, *one)
	}
	slices.SortFunc(all, func(a, b PopularService) int {
		return cmp.Or(cmp.Compare(b.Providers, a.Providers), cmp.Compare(a.Service.ID, b.Service.ID))
	})
	return all[:min(len(all), maxPopular)]
}

func rangeOf(prices []int64) PriceRange {
	if len(prices) == 0 {
		return PriceRange{}
	}
	slices.Sort(prices)
	return PriceRange{Count: len(prices), Low: prices[0], Typical: prices[len(prices)/2], High: prices[len(prices)-1]}
}

// Listed is a provider as lists for search engines have them.
type Listed struct {
	ID        string
	UpdatedAt time.Time
}

// Listed returns all active providers who offer something, the oldest id first: ids begin with the time of their making, so that
// who is added later moves nobody from one part of a list to another.
func (c *Catalog) Listed() []Listed {
	entries := c.snapshot.Load().providers
	list := make([]Listed, 0, len(entries))
	for id, entry := range entries {
		if len(entry.services) > 0 {
			list = append(list, Listed{ID: id, UpdatedAt: entry.provider.UpdatedAt})
		}
	}
	slices.SortFunc(list, func(a, b Listed) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// Neighbours returns the other cities, the nearest first.
func (c *Catalog) Neighbours(cityID string) []City {
	here, ok := c.City(cityID)
	if !ok {
		return nil
	}
	at := vectorOf(Point{here.Latitude, here.Longitude})
	others := slices.DeleteFunc(slices.Clone(c.Cities()), func(city City) bool { return city.ID == cityID })
	slices.SortFunc(others, func(a, b City) int {
		return cmp.Compare(vectorOf(Point{a.Latitude, a.Longitude}).metresTo(at), vectorOf(Point{b.Latitude, b.Longitude}).metresTo(at))
	})
	return others
}

// Spot is a city, or a category in a city, in which something is on offer. CategoryID is empty for the city as a whole.
type Spot struct {
	CityID     string
	CategoryID string
	UpdatedAt  time.Time // of the provider there who changed last
}

// Spots returns every city with something on offer, and every category in it, top and child, in order of their ids.
func (c *Catalog) Spots() []Spot {
	newest := map[Spot]time.Time{}
	see := func(spot Spot, at time.Time) {
		if known, ok := newest[spot]; !ok || at.After(known) {
			newest[spot] = at
		}
	}
	snapshot := c.snapshot.Load()
	for i := range snapshot.items {
		it := &snapshot.items[i]
		spot := Spot{CityID: it.provider.CityID}
		see(spot, it.provider.UpdatedAt)
		spot.CategoryID = it.service.CategoryID
		see(spot, it.provider.UpdatedAt)
		if category, ok := c.Category(spot.CategoryID); ok && category.ParentID != "" {
			spot.CategoryID = category.ParentID
			see(spot, it.provider.UpdatedAt)
		}
	}
	spots := make([]Spot, 0, len(newest))
	for spot, at := range newest {
		spot.UpdatedAt = at
		spots = append(spots, spot)
	}
	slices.SortFunc(spots, func(a, b Spot) int {
		return cmp.Or(cmp.Compare(a.CityID, b.CityID), cmp.Compare(a.CategoryID, b.CategoryID))
	})
	return spots
}
