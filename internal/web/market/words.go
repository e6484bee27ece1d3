package market

import (
	"context"
	"strings"

	"khadamat/internal/market/catalog"
	"khadamat/internal/web/ui"
)

// oftenSearched are the categories offered below the search of the home page.
var oftenSearched = []string{"plomberie", "menage", "electricite", "barbier", "soutien-scolaire"}

// childrenOf names the first few children of a category.
func childrenOf(ctx context.Context, category catalog.Category) string {
	const shown = 3
	var names []string
	for _, child := range category.Children[:min(shown, len(category.Children))] {
		names = append(names, child.Name.In(ui.Lang(ctx)))
	}
	return strings.Join(names, ui.T(ctx, "market.list_separator"))
}

// tradeAndCity is what a provider does and where, in a few words.
func (p *pages) tradeAndCity(ctx context.Context, hit catalog.Hit) string {
	category, _ := p.catalog.Category(hit.Service.CategoryID)
	return category.Name.In(ui.Lang(ctx)) + "\u00a0· " + p.cityName(ctx, hit.Provider.CityID)
}

func (p *pages) cityName(ctx context.Context, id string) string {
	city, _ := p.catalog.City(id)
	return city.Name.In(ui.Lang(ctx))
}

// where is the city of a hit and, where it is known, how far away it is.
func (s results) where(ctx context.Context, hit catalog.Hit) string {
	city := s.pages.cityName(ctx, hit.Provider.CityID)
	if hit.Distance == catalog.NoDistance {
		return city
	}
	if s.filters.Near == "" {
		return ui.T(ctx, "market.from_centre", "City", city, "Distance", ui.Distance(ctx, hit.Distance))
	}
	return city + "\u00a0· " + ui.Distance(ctx, hit.Distance)
}

// placeOf says where a service is done.
func placeOf(ctx context.Context, place catalog.Place) string {
	switch place {
	case catalog.AtProvider:
		return ui.T(ctx, "market.at_provider")
	case catalog.Remote:
		return ui.T(ctx, "market.remote")
	}
	return ui.T(ctx, "market.at_customer")
}

func placeIcon(place catalog.Place) string {
	switch place {
	case catalog.AtProvider:
		return "shop"
	case catalog.Remote:
		return "screen"
	}
	return "home"
}
