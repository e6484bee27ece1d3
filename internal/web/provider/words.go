package provider

import (
	"context"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/web/ui"
)

// price is what a booking brings, or that the price was left open.
func price(ctx context.Context, b *booking.Booking) string {
	if b.Price.IsZero() {
		return ui.T(ctx, "provider_pages.service.pricing_quote")
	}
	return ui.Money(ctx, b.Price)
}

// listPrice is the price of a service as a list says it.
func listPrice(ctx context.Context, s catalog.Service) string {
	if s.Pricing == catalog.OnQuote {
		return ui.T(ctx, "provider_pages.service.pricing_quote")
	}
	return ui.Money(ctx, s.Price)
}

// dayLabel is the day shown: today and tomorrow by their names.
func dayLabel(ctx context.Context, date schedule.Date, zone *time.Location) string {
	return upperFirst(ui.NearDay(ctx, date.In(zone).Add(12*time.Hour), zone))
}

// dayWords is the day by its date.
func dayWords(ctx context.Context, date schedule.Date, zone *time.Location) string {
	return ui.Day(ctx, date.In(zone).Add(12*time.Hour), zone)
}

// languages are those in which a provider may say something, with what to call them.
var languages = []struct{ Code, Key string }{
	{"fr", "provider_pages.language.fr"},
	{"ar", "provider_pages.language.ar"},
	{"en", "provider_pages.language.en"},
}

// written is what a text says in one language alone: a form must not show the fallback as if it had been written.
func written(t catalog.Text, code string) string {
	switch code {
	case "fr":
		return t.FR
	case "ar":
		return t.AR
	}
	return t.EN
}

func direction(code string) string {
	if code == "ar" {
		return "rtl"
	}
	return "ltr"
}

// inOrder puts the reader's own language first.
func inOrder(ctx context.Context) []struct{ Code, Key string } {
	own := ui.Lang(ctx)
	ordered := make([]struct{ Code, Key string }, 0, len(languages))
	for _, l := range languages {
		if l.Code == own {
			ordered = append(ordered, l)
		}
	}
	for _, l := range languages {
		if l.Code != own {
			ordered = append(ordered, l)
		}
	}
	return ordered
}
