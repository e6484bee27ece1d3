package market

import (
	"context"
	"math"
	"strconv"

	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
	"khadamat/internal/web/ui"
)

// What search engines are told, in the words of schema.org.

func absolute(ctx context.Context, path string) string { return ui.From(ctx).BaseURL + path }

// breadcrumbs are the pages above this one and, last, the page itself.
func breadcrumbs(ctx context.Context, above []ui.Crumb, here string) ui.Thing {
	items := make([]ui.Thing, 0, len(above)+1)
	for i, crumb := range above {
		items = append(items, ui.Thing{"@type": "ListItem", "position": i + 1, "name": crumb.Label, "item": absolute(ctx, crumb.Href)})
	}
	items = append(items, ui.Thing{"@type": "ListItem", "position": len(items) + 1, "name": here})
	return ui.Thing{"@type": "BreadcrumbList", "itemListElement": items}
}

// siteSchema tells what the site is and how it is searched.
func siteSchema(ctx context.Context) []ui.Thing {
	name, home := ui.T(ctx, "web.site_name"), absolute(ctx, ui.Path(ctx, ""))
	return []ui.Thing{
		{"@type": "Organization", "@id": absolute(ctx, "/#organization"), "name": name, "url": absolute(ctx, "/"), "logo": absolute(ctx, "/favicon.svg")},
		{
			"@type": "WebSite", "name": name, "url": home, "inLanguage": ui.Lang(ctx), "publisher": ui.Thing{"@id": absolute(ctx, "/#organization")},
			"potentialAction": ui.Thing{
				"@type": "SearchAction", "target": ui.Thing{"@type": "EntryPoint", "urlTemplate": absolute(ctx, ui.Path(ctx, "/search")) + "?q={search_term_string}"},
				"query-input": "required name=search_term_string",
			},
		},
	}
}

// majorUnits writes an amount as schema.org wants it: "250" or "250.50".
func majorUnits(minor int64) string {
	if minor%minorOfDirham == 0 {
		return strconv.FormatInt(minor/minorOfDirham, 10)
	}
	return strconv.FormatFloat(float64(minor)/minorOfDirham, 'f', 2, 64)
}

func oneDecimal(mean float64) float64 { return math.Round(mean*10) / 10 }

func rating(mean float64, count int64) ui.Thing {
	return ui.Thing{"@type": "AggregateRating", "ratingValue": oneDecimal(mean), "reviewCount": count, "bestRating": 5, "worstRating": 1}
}

func area(ctx context.Context, city catalog.City) ui.Thing {
	return ui.Thing{"@type": "City", "name": city.Name.In(ui.Lang(ctx)), "address": ui.Thing{"@type": "PostalAddress", "addressLocality": city.Name.In(ui.Lang(ctx)), "addressCountry": "MA"}}
}

func (s spot) schema(ctx context.Context) []ui.Thing {
	heading := ui.T(ctx, "seo.heading", s.names(ctx)...)
	service := ui.Thing{"@type": "Service", "name": heading, "serviceType": s.category.Name.In(ui.Lang(ctx)), "areaServed": area(ctx, s.city), "url": absolute(ctx, spotPath(ctx, s.city.ID, s.category.ID))}
	if s.scene.Fixed.Count > 0 {
		service["offers"] = ui.Thing{"@type": "AggregateOffer", "priceCurrency": string(money.MAD), "lowPrice": majorUnits(s.scene.Fixed.Low), "highPrice": majorUnits(s.scene.Fixed.High), "offerCount": s.scene.Fixed.Count}
	}
	if s.scene.Reviews > 0 {
		service["aggregateRating"] = rating(s.scene.Mean, s.scene.Reviews)
	}
	questions := make([]ui.Thing, 0, questionsOfFamily)
	for _, q := range s.questions(ctx) {
		questions = append(questions, ui.Thing{"@type": "Question", "name": q.text, "acceptedAnswer": ui.Thing{"@type": "Answer", "text": q.answer}})
	}
	return []ui.Thing{breadcrumbs(ctx, s.crumbs(ctx), heading), service, providerList(ctx, s.best), {"@type": "FAQPage", "mainEntity": questions}}
}

func (t town) schema(ctx context.Context) []ui.Thing {
	above := []ui.Crumb{{Href: ui.Path(ctx, ""), Label: ui.T(ctx, "web.home")}}
	return []ui.Thing{breadcrumbs(ctx, above, t.name(ctx)), providerList(ctx, t.best)}
}

func providerList(ctx context.Context, hits []catalog.Hit) ui.Thing {
	items := make([]ui.Thing, 0, len(hits))
	for i, hit := range hits {
		items = append(items, ui.Thing{"@type": "ListItem", "position": i + 1, "url": absolute(ctx, ui.Path(ctx, "/providers/"+hit.Provider.ID)), "name": hit.Provider.Name})
	}
	return ui.Thing{"@type": "ItemList", "itemListElement": items}
}

// schema tells of a provider as a local business with what it offers.
func (shown profile) schema(ctx context.Context) []ui.Thing {
	language, provider := ui.Lang(ctx), shown.provider
	here := absolute(ctx, ui.Path(ctx, "/providers/"+provider.ID))
	offers := make([]ui.Thing, 0, len(shown.services))
	for _, service := range shown.services {
		offer := ui.Thing{"@type": "Offer", "itemOffered": ui.Thing{"@type": "Service", "name": service.Title.In(language)}, "availability": "https://schema.org/InStock"}
		if service.Pricing != catalog.OnQuote {
			offer["price"], offer["priceCurrency"] = majorUnits(service.Price.Minor), string(service.Price.Currency)
		}
		offers = append(offers, offer)
	}
	business := ui.Thing{
		"@type": "LocalBusiness", "@id": here + "#business", "name": provider.Name, "description": provider.Bio.In(language), "url": here,
		"image": ui.From(ctx).BaseURL + shown.picture(ctx), "areaServed": area(ctx, shown.city),
		"address":    ui.Thing{"@type": "PostalAddress", "addressLocality": shown.city.Name.In(language), "addressCountry": "MA"},
		"makesOffer": offers,
	}
	if provider.RatingCount > 0 {
		business["aggregateRating"] = rating(float64(provider.RatingSum)/float64(provider.RatingCount), provider.RatingCount)
	}
	return []ui.Thing{breadcrumbs(ctx, crumbs(ctx, shown), provider.Name), business}
}

func (shown profile) picture(ctx context.Context) string {
	return "/pictures/" + ui.Lang(ctx) + "/providers/" + shown.provider.ID + ".png"
}
