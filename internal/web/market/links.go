package market

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/web/ui"
)

// timesLink leads to the free times of a service, from a day on where one is named.
func timesLink(ctx context.Context, providerID, serviceID, day string) string {
	return ui.PathWith(ctx, "/providers/"+providerID, "service", serviceID, "day", day) + "#times"
}

// quoteLink leads to asking several providers for an offer.
func quoteLink(ctx context.Context, categoryID, cityID string) string {
	return ui.PathWith(ctx, "/quotes/new", "category", categoryID, "city", cityID)
}

// bookLink leads to the booking of a service at a time.
func bookLink(ctx context.Context, serviceID string, start time.Time) string {
	return ui.PathWith(ctx, "/book/"+serviceID, "start", start.UTC().Format(time.RFC3339))
}

func currentDay(is bool) templ.Attributes {
	if !is {
		return nil
	}
	return templ.Attributes{"aria-current": "date"}
}

// shortWeekday is the weekday as it fits over the number of a day. Arabic names have no usual short form: theirs goes without the
// article.
func shortWeekday(ctx context.Context, day time.Time, zone *time.Location) string {
	name := ui.Weekday(ctx, day, zone)
	if ui.From(ctx).Language == i18n.Arabic {
		return strings.TrimPrefix(name, "ال")
	}
	return string([]rune(name)[:3])
}

// excerpt is the beginning of a text, as search engines show it.
func excerpt(text string) string {
	const maxRunes = 155
	if utf8.RuneCountInString(text) <= maxRunes {
		return text
	}
	cut := string([]rune(text)[:maxRunes])
	if at := strings.LastIndexByte(cut, ' '); at > 0 {
		cut = cut[:at]
	}
	return cut + "…"
}

// crumbs lead from a provider to others of the same trade and city.
func crumbs(ctx context.Context, shown profile) []ui.Crumb {
	list := []ui.Crumb{{Href: ui.Path(ctx, ""), Label: ui.T(ctx, "web.home")}}
	if len(shown.topics) > 0 {
		topic := shown.topics[0]
		list = append(list, ui.Crumb{Href: spotPath(ctx, shown.city.ID, ""), Label: shown.city.Name.In(ui.Lang(ctx))})
		list = append(list, ui.Crumb{Href: spotPath(ctx, shown.city.ID, topic.ID), Label: topic.Name.In(ui.Lang(ctx))})
	}
	return list
}
