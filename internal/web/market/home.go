package market

import (
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
	popularLookedAt    = catalog.MaxLimit
	popularOfACategory = 2
)

func (p *pages) home(w http.ResponseWriter, r *http.Request) error {
	best, err := p.catalog.Search(r.Context(), catalog.Query{Sort: catalog.ByRating, Limit: popularLookedAt, Language: ui.Lang(r.Context())})
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, homePage(home{
		cities: p.catalog.Cities(), categories: p.catalog.Categories(), popular: mixed(best.Items, popularShown), pages: p,
	}))
}

// mixed takes the first services of different providers, few of each category, so that the best rated trade does not fill the page.
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
