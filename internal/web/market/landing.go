package market

import (
	"context"
	"hash/fnv"
	"net/http"
	"strconv"
	"time"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// LastRoutes puts the pages of cities and of categories in a city on routes. Their addresses could be taken for many others, so
// these routes are asked only where no other page has the address.
func LastRoutes(routes *route.Routes, config Config) {
	p := newPages(config)
	routes.Get("/{city}", p.cityPage)
	routes.Get("/{city}/{category}", p.spotPage)
}

// spot is what the page of a category in a city shows.
type spot struct {
	city     catalog.City
	category catalog.Category
	family   string // the top category
	scene    catalog.Scene
	best     []catalog.Hit
	free     time.Time // midnight of the next day with a free time; zero where there is none soon
	nearby   []nearby
	related  []catalog.Category
	pages    *pages
}

// nearby is another city with how many services of the category it has.
type nearby struct {
	city     catalog.City
	services int
}

const (
	bestShown    = 6
	bestLookedAt = 40
	nearbyShown  = 4
	relatedShown = 8
	// daysLookedAhead bounds the search for the next free day: each day costs a query where nobody asked for it lately.
	daysLookedAhead = 7
)

func (p *pages) spotPage(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	shown, err := p.spot(ctx, r.PathValue("city"), r.PathValue("category"))
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, spotPage(shown))
}

func (p *pages) spot(ctx context.Context, cityID, categoryID string) (spot, error) {
	city, knownCity := p.catalog.City(cityID)
	category, knownCategory := p.catalog.Category(categoryID)
	if !knownCity || !knownCategory {
		return spot{}, errs.New(errs.NotFound, "error.not_found")
	}
	shown := spot{city: city, category: category, family: category.ParentID, scene: p.catalog.Scene(city.ID, category.ID), pages: p}
	if shown.family == "" {
		shown.family = category.ID
	}
	found, err := p.catalog.Search(ctx, catalog.Query{CityID: city.ID, CategoryID: category.ID, Limit: bestLookedAt, Language: ui.Lang(ctx)})
	if err != nil {
		return spot{}, err
	}
	shown.best = onePerProvider(found.Items, bestShown)
	shown.nearby = p.nearbyWith(city, found.Facets)
	shown.related = p.relatedTo(category, found.Facets)
	if len(shown.best) > 0 {
		if shown.free, err = p.nextFreeDay(ctx, city.ID, category.ID); err != nil {
			return spot{}, err
		}
	}
	return shown, nil
}

func onePerProvider(hits []catalog.Hit, most int) []catalog.Hit {
	seen := map[string]bool{}
	var chosen []catalog.Hit
	for _, hit := range hits {
		if !seen[hit.Provider.ID] && len(chosen) < most {
			seen[hit.Provider.ID] = true
			chosen = append(chosen, hit)
		}
	}
	return chosen
}

// nearbyWith are the nearest cities in which the category is on offer.
func (p *pages) nearbyWith(city catalog.City, facets *catalog.Facets) []nearby {
	var list []nearby
	for _, other := range p.catalog.Neighbours(city.ID) {
		if services := countOf(facets.Cities, other.ID); services > 0 && len(list) < nearbyShown {
			list = append(list, nearby{other, services})
		}
	}
	return list
}

// relatedTo are the children of a top category, or the sisters of a child, that the city has.
func (p *pages) relatedTo(category catalog.Category, facets *catalog.Facets) []catalog.Category {
	family := category.Children
	if category.ParentID != "" {
		top, _ := p.catalog.Category(category.ParentID)
		family = top.Children
	}
	var list []catalog.Category
	for _, one := range family {
		if one.ID != category.ID && countOf(facets.Categories, one.ID) > 0 && len(list) < relatedShown {
			list = append(list, one)
		}
	}
	return list
}

// nextFreeDay is the first of the next days on which somebody has a free time.
func (p *pages) nextFreeDay(ctx context.Context, cityID, categoryID string) (time.Time, error) {
	zone := ui.Zone(marketZone)
	today := schedule.DateOf(ui.From(ctx).Now, zone)
	for ahead := range daysLookedAhead {
		day := today.AddDays(ahead)
		found, err := p.catalog.Search(ctx, catalog.Query{CityID: cityID, CategoryID: categoryID, Date: day, Limit: 1})
		if err != nil {
			return time.Time{}, err
		}
		if found.Total > 0 {
			return day.In(zone), nil
		}
	}
	return time.Time{}, nil
}

// spotPath is the local path of the page of a category in a city, or of a city.
func spotPath(ctx context.Context, cityID, categoryID string) string {
	if categoryID == "" {
		return ui.Path(ctx, "/"+cityID)
	}
	return ui.Path(ctx, "/"+cityID+"/"+categoryID)
}

func (s spot) names(ctx context.Context) []any {
	return []any{"Category", s.category.Name.In(ui.Lang(ctx)), "City", s.city.Name.In(ui.Lang(ctx))}
}

// leads say the same in different words, so that pages beside each other do not read alike.
var leads = [...]string{"seo.lead_a", "seo.lead_b", "seo.lead_c"}

func (s spot) lead(ctx context.Context) string {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(s.city.ID + "/" + s.category.ID))
	return ui.T(ctx, leads[sum.Sum32()%uint32(len(leads))], append(s.names(ctx), "Count", s.scene.Providers)...)
}

func dirham(ctx context.Context, minor int64) string {
	return ui.Money(ctx, money.Of(minor, money.MAD))
}

// prices tells what things cost, a sentence for each way of pricing that there is.
func (s spot) prices(ctx context.Context) []string {
	var list []string
	add := func(prices catalog.PriceRange, wide, single string) {
		if prices.Count == 0 {
			return
		}
		key := wide
		if prices.Low == prices.High {
			key = single
		}
		list = append(list, ui.T(ctx, key, "Low", dirham(ctx, prices.Low), "Typical", dirham(ctx, prices.Typical), "High", dirham(ctx, prices.High)))
	}
	add(s.scene.Fixed, "seo.price_range", "seo.price_single")
	add(s.scene.Hourly, "seo.hourly_range", "seo.hourly_single")
	if s.scene.Fixed.Count+s.scene.Hourly.Count < s.scene.Services {
		list = append(list, ui.T(ctx, "seo.price_quote"))
	}
	return list
}

// lowest is the lowest price there is, and whether there is one.
func (s spot) lowest() (int64, bool) {
	fixed, hourly := s.scene.Fixed, s.scene.Hourly
	switch {
	case fixed.Count == 0 && hourly.Count == 0:
		return 0, false
	case fixed.Count == 0 || hourly.Count > 0 && hourly.Low < fixed.Low:
		return hourly.Low, true
	}
	return fixed.Low, true
}

func (s spot) times(ctx context.Context) []string {
	var list []string
	if s.free.IsZero() {
		list = append(list, ui.T(ctx, "seo.free_none"))
	} else {
		list = append(list, ui.T(ctx, "seo.free_day", "Day", ui.NearDay(ctx, s.free, ui.Zone(marketZone))))
	}
	if s.scene.Instant > 0 {
		list = append(list, ui.T(ctx, "seo.instant", "Count", s.scene.Instant))
	}
	return list
}

func (s spot) trust(ctx context.Context) []string {
	var list []string
	if s.scene.Reviews > 0 {
		list = append(list, ui.T(ctx, "seo.rated", "Mean", ui.Decimal(ctx, s.scene.Mean, 1), "Count", s.scene.Reviews))
	}
	if s.scene.Verified > 0 {
		list = append(list, ui.T(ctx, "seo.verified", "Count", s.scene.Verified))
	}
	return list
}

// question is one that people ask about a kind of service.
type question struct{ text, answer string }

const questionsOfFamily = 3

// questions are those about the family of the category, general ones where it has none of its own.
func (s spot) questions(ctx context.Context) []question {
	prefix := "seo.family." + s.family
	if texts := ui.From(ctx).Texts; texts == nil || !texts.Has(ui.From(ctx).Language, prefix+".question_1") {
		prefix = "seo.family.any"
	}
	list := make([]question, questionsOfFamily)
	for i := range list {
		number := strconv.Itoa(i + 1)
		list[i] = question{ui.T(ctx, prefix+".question_"+number, s.names(ctx)...), ui.T(ctx, prefix+".answer_"+number, s.names(ctx)...)}
	}
	return list
}

func (s spot) crumbs(ctx context.Context) []ui.Crumb {
	language := ui.Lang(ctx)
	list := []ui.Crumb{
		{Href: ui.Path(ctx, ""), Label: ui.T(ctx, "web.home")},
		{Href: spotPath(ctx, s.city.ID, ""), Label: s.city.Name.In(language)},
	}
	if top, ok := s.pages.catalog.Category(s.category.ParentID); ok {
		list = append(list, ui.Crumb{Href: spotPath(ctx, s.city.ID, top.ID), Label: top.Name.In(language)})
	}
	return list
}

func (s spot) meta(ctx context.Context) ui.Meta {
	return ui.Meta{
		Title:       ui.T(ctx, "seo.title", s.names(ctx)...),
		Description: ui.T(ctx, "seo.description", append(s.names(ctx), "Count", s.scene.Providers)...),
		Image:       "/pictures/" + ui.Lang(ctx) + "/" + s.city.ID + "/" + s.category.ID + ".png",
		Schema:      s.schema(ctx),
		NoIndex:     s.scene.Providers == 0,
	}
}

// town is what the page of a city shows.
type town struct {
	city       catalog.City
	scene      catalog.Scene
	categories []catalog.Category
	counts     []catalog.Count
	best       []catalog.Hit
	nearby     []nearby
	pages      *pages
}

func (p *pages) cityPage(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	city, ok := p.catalog.City(r.PathValue("city"))
	if !ok {
		return errs.New(errs.NotFound, "error.not_found")
	}
	found, err := p.catalog.Search(ctx, catalog.Query{CityID: city.ID, Limit: catalog.MaxLimit, Language: ui.Lang(ctx)})
	if err != nil {
		return err
	}
	shown := town{city: city, scene: p.catalog.Scene(city.ID, ""), counts: found.Facets.Categories, best: mixed(found.Items, popularShown), nearby: p.nearbyWith(city, found.Facets), pages: p}
	for _, category := range p.catalog.Categories() {
		if countOf(shown.counts, category.ID) > 0 {
			shown.categories = append(shown.categories, category)
		}
	}
	return ui.Render(w, r, http.StatusOK, cityPage(shown))
}

// childrenWith are the children of a category that the city has.
func (t town) childrenWith(category catalog.Category) []catalog.Category {
	var list []catalog.Category
	for _, child := range category.Children {
		if countOf(t.counts, child.ID) > 0 {
			list = append(list, child)
		}
	}
	return list
}

func (t town) name(ctx context.Context) string { return t.city.Name.In(ui.Lang(ctx)) }

func (t town) meta(ctx context.Context) ui.Meta {
	return ui.Meta{
		Title:       ui.T(ctx, "seo.city_title", "City", t.name(ctx)),
		Description: excerpt(ui.T(ctx, "seo.city_lead", "City", t.name(ctx), "Count", t.scene.Providers)),
		Image:       "/pictures/" + ui.Lang(ctx) + "/" + t.city.ID + ".png",
		Schema:      t.schema(ctx),
		NoIndex:     t.scene.Providers == 0,
	}
}
