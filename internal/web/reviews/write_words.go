package reviews

import (
	"context"

	"khadamat/internal/market/booking"
	"khadamat/internal/web/ui"
)

// wordsHint says what is worth telling, and who will read it.
func wordsHint(ctx context.Context, view writeView) string {
	if view.Standing.Side == booking.CustomerSide {
		return ui.T(ctx, "review_pages.write.words_customer")
	}
	return ui.T(ctx, "review_pages.write.words_provider")
}

// blindWords say when others will see it.
func blindWords(ctx context.Context, view writeView) string {
	if view.atOnce(ui.From(ctx)) {
		return ui.T(ctx, "review_pages.write.at_once")
	}
	return ui.T(ctx, "review_pages.write.blind", "Name", view.other(), "Day", day(ctx, view.Standing.BlindTo, view.Standing.Booking.Details.Zone))
}

func blindIcon(ctx context.Context, view writeView) string {
	if view.atOnce(ui.From(ctx)) {
		return "eye"
	}
	return "hide"
}
