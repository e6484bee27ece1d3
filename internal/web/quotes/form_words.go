package quotes

import (
	"context"
	"slices"
	"strconv"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/quote"
	"khadamat/internal/web/ui"
)

// priceHint reminds a provider of what the customer means to spend.
func priceHint(ctx context.Context, b quote.Budget) string {
	if b.IsZero() {
		return ui.T(ctx, "quote_pages.offer_form.price_hint")
	}
	return ui.T(ctx, "quote_pages.offer_form.price_budget", "Budget", budgetWords(ctx, b))
}

func serviceOptions(language string, services []catalog.Service) []ui.Option {
	options := make([]ui.Option, len(services))
	for i, s := range services {
		options[i] = ui.Option{Value: s.ID, Label: s.Title.In(language)}
	}
	return options
}

// durationOptions are the lengths to choose from, and the service's own where it is none of these.
func durationOptions(ctx context.Context, own string) []ui.Option {
	lengths := slices.Clone(durations)
	if n, err := strconv.Atoi(own); err == nil && n >= quote.MinDurationMinutes && n <= quote.MaxDurationMinutes && !slices.Contains(lengths, n) {
		lengths = append(lengths, n)
		slices.Sort(lengths)
	}
	options := make([]ui.Option, len(lengths))
	for i, n := range lengths {
		options[i] = ui.Option{Value: strconv.Itoa(n), Label: ui.Duration(ctx, n)}
	}
	return options
}

func declineTitle(ctx context.Context, o offerView) string {
	if o.Side == booking.ProviderSide {
		return ui.T(ctx, "quote_pages.decline.take_back_title")
	}
	return ui.T(ctx, "quote_pages.decline.title")
}

func declineLead(ctx context.Context, o offerView) string {
	if o.Side == booking.ProviderSide {
		return ui.T(ctx, "quote_pages.decline.take_back_lead", "Name", o.within(ctx))
	}
	return ui.T(ctx, "quote_pages.decline.lead", "Name", o.within(ctx))
}
