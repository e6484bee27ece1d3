package provider

import (
	"context"
	"unicode"
	"unicode/utf8"

	"khadamat/internal/market/catalog"
	"khadamat/internal/web/ui"
)

func (v profileView) cities(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "provider_pages.profile.city_choose")}}
	for _, c := range v.Cities {
		options = append(options, ui.Option{Value: c.ID, Label: c.Name.In(ui.Lang(ctx))})
	}
	return options
}

func policyOptions(ctx context.Context) []ui.Option {
	var options []ui.Option
	for _, c := range policyChoices {
		options = append(options, ui.Option{Value: string(c.Policy), Label: ui.T(ctx, c.Name), Hint: ui.T(ctx, c.Say)})
	}
	return options
}

// categories are the children of the tree, each after the name of what it belongs to.
func (v serviceView) categories(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "provider_pages.service.category_choose")}}
	for _, top := range v.Categories {
		for _, child := range top.Children {
			options = append(options, ui.Option{Value: child.ID, Label: top.Name.In(ui.Lang(ctx)) + " · " + child.Name.In(ui.Lang(ctx))})
		}
	}
	return options
}

func pricingOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(catalog.Fixed), Label: ui.T(ctx, "provider_pages.service.pricing_fixed")},
		{Value: string(catalog.Hourly), Label: ui.T(ctx, "provider_pages.service.pricing_hourly")},
		{Value: string(catalog.OnQuote), Label: ui.T(ctx, "provider_pages.service.pricing_quote")},
	}
}

func placeOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(catalog.AtCustomer), Label: ui.T(ctx, "provider_pages.service.place_customer")},
		{Value: string(catalog.AtProvider), Label: ui.T(ctx, "provider_pages.service.place_provider")},
		{Value: string(catalog.Remote), Label: ui.T(ctx, "provider_pages.service.place_remote")},
	}
}

// upperFirst begins a label with a capital.
func upperFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
