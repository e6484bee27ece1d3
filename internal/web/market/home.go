package market

import (
	"context"
	"net/http"

	"khadamat/internal/market/catalog"
	"khadamat/internal/web/ui"
)

// home is what the home page shows.
type home struct {
	cities     []catalog.City
	categories []catalog.Category
	popular    []catalog.Hit
	pages      *pages
}

const (
	popularShown       = 8
	popularOfACategory = 2
)

func (p *pages) home(w http.ResponseWriter, r *http.Request) error {
	popular, err := p.popular(r.Context())
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, homePage(home{
		cities: p.catalog.Cities(), categories: p.catalog.Categories(), popular: popular, pages: p,
	}))
}

// popular is what was booked most of late, and what is rated best where too little was booked.
func (p *pages) popular(ctx context.Context) ([]catalog.Hit, error) {
	booked, err := p.bookings.MostBooked(ctx)
	if err != nil {
		return nil, err
	}
	hits := make([]catalog.Hit, 0, len(booked)+catalog.MaxLimit)
	for _, id := range booked {
		if offer, err := p.catalog.Offer(ctx, id); err == nil { // else it is offered no more
			hits = append(hits, catalog.Hit{Service: &offer.Service, Provider: &offer.Provider, Distance: catalog.NoDistance})
		}
	}
	best, err := p.catalog.Search(ctx, catalog.Query{Sort: catalog.ByRating, Limit: catalog.MaxLimit, Language: ui.Lang(ctx)})
	if err != nil {
		return nil, err
	}
	return mixed(append(hits, best.Items...), popularShown), nil
}

// mixed takes the first services of different rated providers, few of each category, so that one trade does not fill the page.
func mixed(hits []catalog.Hit, most int) []catalog.Hit {
	providers, categories := map[string]bool{}, map[string]int{}
	chosen := make([]catalog.Hit, 0, most)
	for _, hit := range hits {
		if len(chosen) == most {
			break
		}
		if providers[hit.Provider.ID] || categories[hit.Service.CategoryID] == popularOfACategory || hit.Provider.RatingCount == 0 {
			continue
		}
		providers[hit.Provider.ID] = true
		categories[hit.Service.CategoryID]++
		chosen = append(chosen, hit)
	}
	return chosen
}
