package market

import (
	"context"
	"net/http"
	"strings"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/web/ui"
)

// results is what the search page shows.
type results struct {
	filters    filters
	page       catalog.Page
	problems   ui.Problems
	cities     []catalog.City
	categories []catalog.Category
	today      schedule.Date
	elsewhere  int      // where nothing was found: how much there is without the filters of the panel
	nearby     []nearby // where nothing was found in a city: the nearest ones that have it
	pages      *pages
}

func (p *pages) search(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	shown := results{
		filters: filtersOf(r.URL.Query()), cities: p.catalog.Cities(), categories: p.catalog.Categories(), pages: p,
		today: schedule.DateOf(ui.From(ctx).Now, ui.Zone(marketZone)),
	}
	found, err := p.find(ctx, shown.filters)
	switch {
	case ui.Refused(err):
		shown.problems = ui.ProblemsOf(ctx, err)
		return ui.Render(w, r, http.StatusUnprocessableEntity, searchPage(shown))
	case err != nil:
		return err
	}
	shown.page = found
	if found.Total == 0 && shown.filters.chosen() > 0 {
		wider, err := p.find(ctx, filters{Text: shown.filters.Text, City: shown.filters.City})
		if err != nil {
			return err
		}
		shown.elsewhere = wider.Total
	}
	if city, known := p.catalog.City(shown.filters.City); known && found.Total == 0 {
		anywhere := shown.filters
		anywhere.City, anywhere.Cursor = "", ""
		wider, err := p.find(ctx, anywhere)
		if err != nil {
			return err
		}
		shown.nearby = p.nearbyWith(city, wider.Facets)
	}
	return ui.Render(w, r, http.StatusOK, searchPage(shown))
}

func (p *pages) find(ctx context.Context, f filters) (catalog.Page, error) {
	query, err := f.query(p.catalog, ui.Lang(ctx))
	if err != nil {
		return catalog.Page{}, err
	}
	return p.catalog.Search(ctx, query)
}

// marketZone is where "today" is decided before a provider is chosen.
const marketZone = "Africa/Casablanca"

func address(ctx context.Context, f filters) string {
	values := f.values()
	if len(values) == 0 {
		return ui.Path(ctx, "/search")
	}
	return ui.Path(ctx, "/search") + "?" + values.Encode()
}

// with is the address of this search with one thing changed, from its first page.
func (s results) with(ctx context.Context, change func(*filters)) string {
	changed := s.filters
	changed.Cursor = ""
	change(&changed)
	return address(ctx, changed)
}

func (s results) nextPage(ctx context.Context) string {
	if s.page.NextCursor == "" {
		return ""
	}
	return s.with(ctx, func(f *filters) { f.Cursor = s.page.NextCursor })
}

func (s results) firstPage(ctx context.Context) string {
	if s.filters.Cursor == "" {
		return ""
	}
	return s.with(ctx, func(*filters) {})
}

// title says what is being looked at: the words, the category, the city.
func (s results) title(ctx context.Context) string {
	what := s.filters.Text
	if category, ok := s.pages.catalog.Category(s.filters.Category); ok && what == "" {
		what = category.Name.In(ui.Lang(ctx))
	}
	city, inCity := s.pages.catalog.City(s.filters.City)
	where := city.Name.In(ui.Lang(ctx))
	switch {
	case what != "" && inCity:
		return ui.T(ctx, "market.results_what_where", "What", what, "Where", where)
	case what != "":
		return ui.T(ctx, "market.results_what", "What", what)
	case inCity:
		return ui.T(ctx, "market.results_where", "Where", where)
	}
	return ui.T(ctx, "market.results_all")
}

// removal is a chosen filter and the address without it.
type removal struct{ href, label string }

func (s results) removals(ctx context.Context) []removal {
	var list []removal
	add := func(is bool, label string, clear func(*filters)) {
		if is {
			list = append(list, removal{s.with(ctx, clear), label})
		}
	}
	f, language := s.filters, ui.Lang(ctx)
	category, known := s.pages.catalog.Category(f.Category)
	add(known, category.Name.In(language), func(f *filters) { f.Category = "" })
	city, known := s.pages.catalog.City(f.City)
	add(known, city.Name.In(language), func(f *filters) { f.City = "" })
	if date, err := schedule.ParseDate(f.Date); err == nil {
		zone := ui.Zone(marketZone)
		add(true, ui.T(ctx, "market.free_on", "Day", ui.NearDay(ctx, date.In(zone), zone)), func(f *filters) { f.Date = "" })
	}
	add(f.MinPrice != "", ui.T(ctx, "market.price_from", "Price", f.MinPrice), func(f *filters) { f.MinPrice = "" })
	add(f.MaxPrice != "", ui.T(ctx, "market.price_to", "Price", f.MaxPrice), func(f *filters) { f.MaxPrice = "" })
	add(f.MinRating != "", ui.T(ctx, "market.rating_from", "Rating", f.MinRating), func(f *filters) { f.MinRating = "" })
	add(f.Verified, ui.T(ctx, "market.only_verified"), func(f *filters) { f.Verified = false })
	add(f.Instant, ui.T(ctx, "market.only_instant"), func(f *filters) { f.Instant = false })
	add(f.Near != "", ui.T(ctx, "market.near_you"), func(f *filters) {
		f.Near = ""
		if f.Sort == string(catalog.ByDistance) && f.City == "" {
			f.Sort = ""
		}
	})
	return list
}

// meta leads search engines from results of a city and a category to the page about these; other results are not for them.
func (s results) meta(ctx context.Context) ui.Meta {
	m := ui.Meta{Title: s.title(ctx), HideSearch: true, NoIndex: s.filters.Text != "" || s.filters.Cursor != "" || s.page.Total == 0}
	if s.filters.City != "" && !m.NoIndex {
		m.Canonical = spotPath(ctx, s.filters.City, s.filters.Category)
		m.Image = "/pictures/" + strings.TrimPrefix(m.Canonical, "/") + ".png"
	}
	return m
}
