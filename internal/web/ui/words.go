package ui

import (
	"context"
	"fmt"
	"time"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
)

// T returns the text under key in the reader's language. Arguments are either pairs of name and value ("Count", 3) or one
// errs.Args.
func T(ctx context.Context, key string, args ...any) string {
	request := From(ctx)
	if request.Texts == nil {
		return key
	}
	return request.Texts.T(request.Language, key, argsOf(args))
}

func argsOf(args []any) map[string]any {
	if len(args) == 0 {
		return nil
	}
	if whole, ok := args[0].(errs.Args); ok {
		return whole
	}
	named := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok {
			named[name] = args[i+1]
		}
	}
	return named
}

// Lang is the code of the reader's language, as catalog.Text.In wants it.
func Lang(ctx context.Context) string { return string(From(ctx).Language) }

// Money writes an amount as the reader's language does; whole amounts go without their zero decimals, as prices in a shop do.
func Money(ctx context.Context, amount money.Amount) string {
	language, digits := From(ctx).Language, amount.Currency.Digits()
	scale := int64(1)
	for range digits {
		scale *= 10
	}
	if amount.Minor%scale == 0 {
		return i18n.FormatMoney(language, amount.Minor/scale, string(amount.Currency), 0)
	}
	return i18n.FormatMoney(language, amount.Minor, string(amount.Currency), digits)
}

// Number writes a whole number.
func Number(ctx context.Context, n int) string {
	return i18n.FormatNumber(From(ctx).Language, int64(n))
}

// Decimal writes a number with that many decimals.
func Decimal(ctx context.Context, value float64, decimals int) string {
	return i18n.FormatDecimal(From(ctx).Language, value, decimals)
}

// Zone returns the location of an IANA name, UTC for one that is unknown.
func Zone(name string) *time.Location {
	location, err := schedule.Location(name)
	if err != nil {
		return time.UTC
	}
	return location
}

// Date writes the date of t in zone: "3 mars 2026".
func Date(ctx context.Context, t time.Time, zone *time.Location) string {
	return i18n.FormatDate(From(ctx).Language, t, zone)
}

// Day writes the weekday and the date without the year: "mardi 3 mars".
func Day(ctx context.Context, t time.Time, zone *time.Location) string {
	return i18n.FormatDay(From(ctx).Language, t, zone)
}

// Weekday writes the weekday: "mardi".
func Weekday(ctx context.Context, t time.Time, zone *time.Location) string {
	return i18n.FormatWeekday(From(ctx).Language, t, zone)
}

// Time writes the wall-clock time: "14:05".
func Time(ctx context.Context, t time.Time, zone *time.Location) string {
	return i18n.FormatTime(From(ctx).Language, t, zone)
}

// DateTime writes date and time: "3 mars 2026 à 14:05".
func DateTime(ctx context.Context, t time.Time, zone *time.Location) string {
	return i18n.FormatDateTime(From(ctx).Language, t, zone)
}

// Relative says how far t is from now: "il y a 3 minutes".
func Relative(ctx context.Context, t time.Time) string {
	request := From(ctx)
	return i18n.RelativeTime(request.Language, t, request.Now)
}

// NearDay is Day, or "today" and "tomorrow" where t falls on these.
func NearDay(ctx context.Context, t time.Time, zone *time.Location) string {
	now := From(ctx).Now.In(zone)
	switch t.In(zone).Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return T(ctx, "web.today")
	case now.AddDate(0, 0, 1).Format(time.DateOnly):
		return T(ctx, "web.tomorrow")
	}
	return Day(ctx, t, zone)
}

// Duration writes a number of minutes: "45 min", "1 h 30".
func Duration(ctx context.Context, minutes int) string {
	hours, rest := minutes/60, minutes%60
	switch {
	case hours == 0:
		return T(ctx, "web.duration_minutes", "Minutes", rest)
	case rest == 0:
		return T(ctx, "web.duration_hours", "Count", hours)
	}
	return T(ctx, "web.duration_hours_minutes", "Count", hours, "Minutes", fmt.Sprintf("%02d", rest))
}

// Distance writes a distance in metres: "850 m", "3,2 km".
func Distance(ctx context.Context, metres int) string {
	if metres < 1000 {
		return T(ctx, "web.distance_m", "Metres", Number(ctx, (metres+5)/10*10))
	}
	decimals := 1
	if metres >= 10_000 {
		decimals = 0
	}
	return T(ctx, "web.distance_km", "Kilometres", Decimal(ctx, float64(metres)/1000, decimals))
}

// PriceOf writes what a service costs: "250 MAD", "120 MAD / h", or that it is on quote.
func PriceOf(ctx context.Context, service *catalog.Service) string {
	switch service.Pricing {
	case catalog.OnQuote:
		return T(ctx, "web.price_on_quote")
	case catalog.Hourly:
		return T(ctx, "web.price_hourly", "Price", Money(ctx, service.Price))
	}
	return Money(ctx, service.Price)
}

// PolicyOf says in a sentence what a customer gets back who cancels.
func PolicyOf(ctx context.Context, policy catalog.Policy) string {
	switch policy {
	case catalog.Flexible:
		return T(ctx, "web.policy_flexible")
	case catalog.Moderate:
		return T(ctx, "web.policy_moderate")
	}
	return T(ctx, "web.policy_strict")
}
