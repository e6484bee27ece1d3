package reviews

import (
	"context"
	"strconv"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/review"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/web/ui"
)

// starWords say what so many stars mean, from one to five.
var starWords = [5]string{"review_pages.stars.one", "review_pages.stars.two", "review_pages.stars.three", "review_pages.stars.four", "review_pages.stars.five"}

var reasonKeys = map[review.Reason]string{
	review.Spam:    "review_pages.report.spam",
	review.Insult:  "review_pages.report.insult",
	review.False:   "review_pages.report.false",
	review.Private: "review_pages.report.private",
	review.Other:   "review_pages.report.other",
}

// PublicName is how a person is called where everybody reads it: the first name and the first letter of the last. Whoever was erased is
// called something general.
func PublicName(ctx context.Context, name string) string {
	if short := account.ShortName(name); short != "" {
		return short
	}
	return ui.T(ctx, "review_pages.somebody")
}

// reviewer is who wrote a review, as this reader may know it: providers' names are public, customers' in short.
func reviewer(ctx context.Context, r *review.Review) string {
	if r.Side == booking.CustomerSide {
		return PublicName(ctx, r.CustomerName)
	}
	return providerName(ctx, r.ProviderName)
}

// reviewed is whom a review is about, as its author knows them.
func reviewed(ctx context.Context, r *review.Review) string {
	if r.Side == booking.CustomerSide {
		return providerName(ctx, r.ProviderName)
	}
	return PublicName(ctx, r.CustomerName)
}

func providerName(ctx context.Context, name string) string {
	if name == "" {
		return ui.T(ctx, "review_pages.former_provider")
	}
	return name
}

// avatarID is what the avatar of an author is drawn from, the same as elsewhere.
func avatarID(r *review.Review) string {
	if r.Side == booking.CustomerSide {
		return r.AuthorID
	}
	return r.ProviderID
}

// month is when something was, near enough for a review: "juin 2026".
func month(ctx context.Context, t time.Time) string {
	local := t.In(ui.Zone("Africa/Casablanca"))
	return ui.T(ctx, "review_pages.month", "Month", i18n.MonthName(ui.From(ctx).Language, local.Month()), "Year", strconv.Itoa(local.Year()))
}

func day(ctx context.Context, t time.Time, zone string) string {
	return ui.Date(ctx, t, ui.Zone(zone))
}

// share is how much of the reviews gave so many stars, in whole hundredths; a few are never nothing.
func share(s review.Summary, stars int) string {
	n := s.Stars[stars-1]
	if s.Count == 0 || n == 0 {
		return "0"
	}
	return strconv.FormatInt(max(2, n*100/s.Count), 10)
}

func nameOf(b *booking.Booking, side booking.Side) string {
	if side == booking.ProviderSide {
		return b.Details.ProviderName
	}
	return b.Details.CustomerName
}

func avatarOf(b *booking.Booking, side booking.Side) string {
	if side == booking.ProviderSide {
		return b.ProviderID
	}
	return b.CustomerID
}
