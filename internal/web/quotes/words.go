package quotes

import (
	"context"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/quote"
	"khadamat/internal/money"
	"khadamat/internal/web/photos"
	"khadamat/internal/web/ui"
)

// word is how a state or a choice is said and coloured.
type word struct {
	key  string
	tone ui.Tone
	icon string
}

var urgencyWords = map[quote.Urgency]word{
	quote.Today:     {"quote_pages.urgency.today", ui.Danger, "bolt"},
	quote.ThisWeek:  {"quote_pages.urgency.week", ui.Warning, "clock"},
	quote.ThisMonth: {"quote_pages.urgency.month", ui.Info, "calendar"},
	quote.Whenever:  {"quote_pages.urgency.flexible", ui.Neutral, ""},
}

var urgencyHints = map[quote.Urgency]string{
	quote.Today:     "quote_pages.urgency.today_hint",
	quote.ThisWeek:  "quote_pages.urgency.week_hint",
	quote.ThisMonth: "quote_pages.urgency.month_hint",
	quote.Whenever:  "quote_pages.urgency.flexible_hint",
}

var jobWords = map[quote.JobStatus]word{
	quote.JobOpen:      {"quote_pages.status.open", ui.Success, ""},
	quote.JobTaken:     {"quote_pages.status.taken", ui.Success, "check"},
	quote.JobWithdrawn: {"quote_pages.status.withdrawn", ui.Neutral, "close"},
	quote.JobExpired:   {"quote_pages.status.expired", ui.Neutral, "clock"},
}

var placeKeys = map[catalog.Place]string{
	catalog.AtCustomer: "quote_pages.place.customer",
	catalog.AtProvider: "quote_pages.place.provider",
	catalog.Remote:     "quote_pages.place.remote",
}

// offerWord says how an offer stands, as one of its sides would say.
func offerWord(o *quote.Offer, job *quote.Job, side booking.Side, now time.Time) word {
	switch o.Status {
	case quote.OfferAccepted:
		return word{"quote_pages.offer.accepted", ui.Success, "check"}
	case quote.OfferClosed:
		return word{"quote_pages.offer.closed", ui.Neutral, ""}
	case quote.OfferDeclined:
		switch {
		case o.DeclinedBy == side && side == booking.ProviderSide:
			return word{"quote_pages.offer.taken_back", ui.Neutral, ""}
		case o.DeclinedBy == booking.ProviderSide:
			return word{"quote_pages.offer.provider_left", ui.Neutral, ""}
		}
		return word{"quote_pages.offer.declined", ui.Neutral, "close"}
	}
	switch {
	case o.Lapsed(now) || job.Open(now) != nil:
		return word{"quote_pages.offer.lapsed", ui.Neutral, "clock"}
	case o.Turn() == side:
		return word{"quote_pages.offer.your_turn", ui.Warning, ""}
	}
	return word{"quote_pages.offer.their_turn", ui.Info, "clock"}
}

// budgetWords say what a customer means to spend.
func budgetWords(ctx context.Context, b quote.Budget) string {
	low, high := ui.Money(ctx, b.Min), ui.Money(ctx, b.Max)
	switch {
	case b.IsZero():
		return ui.T(ctx, "quote_pages.budget.open")
	case b.Max.IsZero():
		return ui.T(ctx, "quote_pages.budget.from", "Min", low)
	case b.Min.IsZero():
		return ui.T(ctx, "quote_pages.budget.up_to", "Max", high)
	case b.Min == b.Max:
		return high
	}
	return ui.T(ctx, "quote_pages.budget.between", "Min", low, "Max", high)
}

// titleOf is a job's title; that of somebody who has left is gone with them.
func titleOf(ctx context.Context, job *quote.Job) string {
	if job.Title == "" {
		return ui.T(ctx, "quote_pages.erased")
	}
	return job.Title
}

// nameOr is a name; that of somebody who has left is gone with them.
func nameOr(ctx context.Context, name string) string {
	if name == "" {
		return ui.T(ctx, "quote_pages.somebody")
	}
	return name
}

// moment is a day and a time within a sentence: "mardi 3 mars à 14:05".
func moment(ctx context.Context, t time.Time, zone *time.Location) string {
	return ui.T(ctx, "quote_pages.moment", "Day", ui.NearDay(ctx, t, zone), "Time", ui.Time(ctx, t, zone))
}

const moroccanZone = "Africa/Casablanca"

// zoneOf is the provider's clock, and the country's for one who is no longer there.
func (p *pages) zoneOf(ctx context.Context, providerID string) *time.Location {
	if found, err := p.catalog.Provider(ctx, providerID); err == nil {
		return ui.Zone(found.Availability.Zone)
	}
	return ui.Zone(moroccanZone)
}

// place is what a job's category and city are called.
type place struct{ Category, City string }

func (p *pages) place(ctx context.Context, job *quote.Job) place {
	category, _ := p.catalog.Category(job.CategoryID)
	city, _ := p.catalog.City(job.CityID)
	return place{category.Name.In(ui.Lang(ctx)), city.Name.In(ui.Lang(ctx))}
}

func shown(all []quote.Photo) []photos.Shown {
	pictures := make([]photos.Shown, len(all))
	for i, p := range all {
		pictures[i] = photos.Shown(p)
	}
	return pictures
}

// westernDigits are those of a number as people write it: Arabic digits read as the others, spaces and points between thousands go.
var westernDigits = strings.NewReplacer("٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9",
	" ", "", "\u00a0", "", "\u202f", "")

// dirhams reads a whole amount. What is empty is nothing said; what is no such amount is one that no rule lets through.
func dirhams(written string) money.Amount {
	written = westernDigits.Replace(strings.TrimSpace(written))
	if written == "" {
		return money.Of(0, money.MAD)
	}
	n, err := strconv.ParseInt(written, 10, 64)
	if err != nil || n < 1 || n > quote.MaxPrice {
		return money.Of(-1, money.MAD)
	}
	return quote.Dirhams(n)
}

// wholeDirhams writes an amount as dirhams reads it.
func wholeDirhams(amount money.Amount) string { return strconv.FormatInt(amount.Minor/100, 10) }
