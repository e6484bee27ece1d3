package api

import (
	"math"

	"khadamat/internal/market/catalog"
)

// Service is something that a provider offers, as a search finds it.
type Service struct {
	ID              string          `json:"id" example:"01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f"`
	ProviderID      string          `json:"provider_id"`
	CategoryID      string          `json:"category_id" example:"plomberie"`
	Title           string          `json:"title" doc:"In the reader's language" example:"Réparation de fuite"`
	Titles          Texts           `json:"titles"`
	Pricing         string          `json:"pricing" enum:"fixed,hourly,quote" doc:"What the price is for: the whole, an hour, or nothing yet"`
	Price           Money           `json:"price"`
	DurationMinutes int             `json:"duration_minutes" example:"60"`
	Place           string          `json:"place" enum:"customer,provider,remote" doc:"Where it is done"`
	Instant         bool            `json:"instant" doc:"Booked without the provider's consent"`
	Rating          float64         `json:"rating" doc:"The provider's stars: a Bayesian mean, to one decimal" example:"4.6"`
	RatingCount     int64           `json:"rating_count" example:"48"`
	Provider        ProviderSummary `json:"provider"`
	DistanceMetres  *int            `json:"distance_m" doc:"To the provider from near; null where none was asked for" example:"1850"`
}

// ProviderSummary is what a service says of who offers it.
type ProviderSummary struct {
	ID        string  `json:"id"`
	Name      string  `json:"name" example:"Plomberie Atlas"`
	CityID    string  `json:"city_id" example:"casablanca"`
	Latitude  float64 `json:"latitude" doc:"To some 100 metres"`
	Longitude float64 `json:"longitude" doc:"To some 100 metres"`
	Verified  bool    `json:"verified" doc:"Documents were approved"`
	Policy    string  `json:"policy" enum:"flexible,moderate,strict" doc:"Of cancellation"`
}

// ServiceDetail is a service with all there is to know before booking it.
type ServiceDetail struct {
	Service
	Description  string  `json:"description" doc:"In the reader's language"`
	Descriptions Texts   `json:"descriptions"`
	Addons       []Addon `json:"addons"`
}

// Addon is something that can be booked on top of a service.
type Addon struct {
	ID              string `json:"id"`
	Title           string `json:"title" doc:"In the reader's language"`
	Titles          Texts  `json:"titles"`
	Price           Money  `json:"price"`
	DurationMinutes int    `json:"duration_minutes" doc:"How much longer it takes"`
}

// ServicePage is one page of what a search found.
type ServicePage struct {
	List[Service]
	Total  int    `json:"total" doc:"How many the whole search found" example:"212"`
	Facets Facets `json:"facets"`
}

func serviceOf(s *catalog.Service, p *catalog.Provider, language string) Service {
	return Service{
		ID: s.ID, ProviderID: s.ProviderID, CategoryID: s.CategoryID, Title: s.Title.In(language), Titles: textsOf(s.Title),
		Pricing: string(s.Pricing), Price: moneyOf(s.Price), DurationMinutes: s.DurationMinutes, Place: string(s.Place), Instant: s.Instant,
		Rating: p.Rating(), RatingCount: p.RatingCount, Provider: summaryOf(p),
	}
}

func summaryOf(p *catalog.Provider) ProviderSummary {
	return ProviderSummary{ID: p.ID, Name: p.Name, CityID: p.CityID, Latitude: blurred(p.Latitude), Longitude: blurred(p.Longitude), Verified: p.Verified, Policy: string(p.Policy)}
}

// blurred rounds a coordinate to three decimals: many providers work from home, and a quarter is near enough to choose one.
func blurred(degrees float64) float64 { return math.Round(degrees*1000) / 1000 }

func detailOf(o catalog.Offer, language string) ServiceDetail {
	return ServiceDetail{
		Service:     serviceOf(&o.Service, &o.Provider, language),
		Description: o.Service.Description.In(language), Descriptions: textsOf(o.Service.Description),
		Addons: listOf(o.Service.Addons, func(addon catalog.Addon) Addon {
			return Addon{ID: addon.ID, Title: addon.Title.In(language), Titles: textsOf(addon.Title), Price: moneyOf(addon.Price), DurationMinutes: addon.DurationMinutes}
		}).Items,
	}
}

func facetsOf(f *catalog.Facets) Facets {
	count := func(c catalog.Count) Count { return Count(c) }
	return Facets{
		Categories: listOf(f.Categories, count).Items, Cities: listOf(f.Cities, count).Items,
		Ratings: listOf(f.Ratings, func(r catalog.RatingCount) RatingCount { return RatingCount(r) }).Items,
		Prices: listOf(f.Prices, func(p catalog.PriceCount) PriceCount {
			bucket := PriceCount{Min: p.Min, Count: p.Count}
			if p.Max > 0 {
				bucket.Max = &p.Max
			}
			return bucket
		}).Items,
		Instant: YesNoCount(f.Instant), Verified: YesNoCount(f.Verified),
	}
}
