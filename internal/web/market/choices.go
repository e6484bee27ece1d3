package market

import (
	"context"
	"strconv"

	"khadamat/internal/market/catalog"
	"khadamat/internal/web/ui"
)

// counted writes a choice with how many services it finds.
func counted(ctx context.Context, label string, count int) string {
	return label + " (" + ui.Number(ctx, count) + ")"
}

func countOf(counts []catalog.Count, id string) int {
	for _, count := range counts {
		if count.ID == id {
			return count.Count
		}
	}
	return 0
}

func (s results) facets() *catalog.Facets {
	if s.page.Facets != nil {
		return s.page.Facets
	}
	return &catalog.Facets{}
}

// cityOptions are all cities, with counts where there are results to count.
func (s results) cityOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "market.all_cities")}}
	for _, city := range s.cities {
		label := city.Name.In(ui.Lang(ctx))
		if s.page.Facets != nil {
			label = counted(ctx, label, countOf(s.page.Facets.Cities, city.ID))
		}
		options = append(options, ui.Option{Value: city.ID, Label: label})
	}
	return options
}

// ratingOptions are the bounds that the facets count, from the highest.
func (s results) ratingOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "market.any_rating")}}
	for _, rating := range s.facets().Ratings {
		value := strconv.FormatFloat(rating.Min, 'f', -1, 64)
		label := ui.T(ctx, "market.rating_from", "Rating", ui.Decimal(ctx, rating.Min, 1))
		options = append(options, ui.Option{Value: value, Label: counted(ctx, label, rating.Count)})
	}
	return withChosen(options, s.filters.MinRating)
}

// withChosen adds the choice in the address where the list has it not, so that sending the form again does not lose it.
func withChosen(options []ui.Option, value string) []ui.Option {
	for _, option := range options {
		if option.Value == value {
			return options
		}
	}
	return append(options, ui.Option{Value: value, Label: value})
}

func (s results) sortOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{
		{Label: ui.T(ctx, "market.sort_relevance")},
		{Value: string(catalog.ByRating), Label: ui.T(ctx, "market.sort_rating")},
		{Value: string(catalog.ByPrice), Label: ui.T(ctx, "market.sort_price")},
	}
	if s.filters.City != "" || s.filters.Near != "" {
		options = append(options, ui.Option{Value: string(catalog.ByDistance), Label: ui.T(ctx, "market.sort_distance")})
	}
	return options
}

// sort is the order chosen, as its option is valued.
func (s results) sort() string {
	if s.filters.Sort == string(catalog.ByRelevance) {
		return ""
	}
	return s.filters.Sort
}
