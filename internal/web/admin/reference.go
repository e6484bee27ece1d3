package admin

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// namesIn reads a form's three names of a city or category.
func namesIn(sent url.Values) catalog.Text {
	return catalog.Text{FR: sent.Get("name_fr"), AR: sent.Get("name_ar"), EN: sent.Get("name_en")}
}

// renamed gives the complaints about names the names of the form's inputs.
func renamed(problems ui.Problems) ui.Problems {
	for _, language := range []string{"fr", "ar", "en"} {
		if words, ok := problems.Fields["name."+language]; ok {
			problems.Fields["name_"+language] = words
		}
	}
	return problems
}

// categoriesView is what the page of all categories shows.
type categoriesView struct {
	frame
	Tops     []catalog.CategoryEntry
	Input    catalog.CategoryInput
	Problems ui.Problems
}

func (p *pages) categoriesView(r *http.Request) (categoriesView, error) {
	ctx := r.Context()
	f, err := p.frame(r, ui.T(ctx, "admin.reference.title"))
	if err != nil {
		return categoriesView{}, err
	}
	_, tops, err := p.Catalog.Reference(ctx, ui.From(ctx).Actor)
	return categoriesView{frame: f, Tops: tops, Input: catalog.CategoryInput{Key: ids.New()}}, err
}

func (p *pages) categories(w http.ResponseWriter, r *http.Request) error {
	view, err := p.categoriesView(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, categoriesPage(view))
}

func (v categoriesView) parents(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "admin.reference.top")}}
	for _, top := range v.Tops {
		options = append(options, ui.Option{Value: top.ID, Label: top.Name.In(ui.Lang(ctx))})
	}
	return options
}

func (p *pages) addCategory(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	input := catalog.CategoryInput{ID: strings.TrimSpace(sent.Get("id")), ParentID: sent.Get("parent_id"), Name: namesIn(sent), Key: sent.Get("key")}
	err = p.Catalog.AddCategory(ctx, ui.From(ctx).Actor, input)
	if err == nil || !ui.Refused(err) {
		return after(w, r, err, "admin.reference.added", "/admin/categories")
	}
	view, loading := p.categoriesView(r)
	if loading != nil {
		return loading
	}
	view.Input, view.Problems = input, renamed(ui.ProblemsOf(ctx, err))
	return ui.Render(w, r, http.StatusUnprocessableEntity, categoriesPage(view))
}

// categoryView is what the page of one category shows.
type categoryView struct {
	frame
	Category   catalog.Category
	Name       catalog.Text
	Commission string // as it stands in the form
	Inherited  int64  // what it would have without its own
	Problems   ui.Problems
}

func (p *pages) categoryView(r *http.Request) (categoryView, error) {
	ctx := r.Context()
	category, ok := p.Catalog.Category(r.PathValue("id"))
	if !ok {
		return categoryView{}, errs.New(errs.NotFound, "error.not_found")
	}
	f, err := p.frame(r, category.Name.In(ui.Lang(ctx)))
	if err != nil {
		return categoryView{}, err
	}
	f.Back = &ui.Crumb{Href: ui.Path(ctx, "/admin/categories"), Label: ui.T(ctx, "admin.nav.categories")}
	view := categoryView{frame: f, Category: category, Name: category.Name, Inherited: catalog.DefaultCommissionBasisPoints}
	if parent, ok := p.Catalog.Category(category.ParentID); ok {
		view.Inherited = parent.CommissionBasisPoints
	}
	if category.OwnCommission {
		view.Commission = plain(category.CommissionBasisPoints)
	}
	return view, nil
}

func (p *pages) category(w http.ResponseWriter, r *http.Request) error {
	view, err := p.categoryView(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, categoryPage(view))
}

func (p *pages) saveCategory(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, id := r.Context(), r.PathValue("id")
	err = p.Catalog.RenameCategory(ctx, ui.From(ctx).Actor, catalog.CategoryInput{ID: id, Name: namesIn(sent)})
	if err == nil || !ui.Refused(err) {
		return after(w, r, err, "admin.reference.saved", "/admin/categories/"+id)
	}
	return p.categoryAgain(w, r, err, func(view *categoryView) { view.Name = namesIn(sent) })
}

func (p *pages) saveCommission(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, id := r.Context(), r.PathValue("id")
	err = p.setCommission(ctx, id, strings.TrimSpace(sent.Get("commission")))
	if err == nil || !ui.Refused(err) {
		return after(w, r, err, "admin.reference.saved", "/admin/categories/"+id)
	}
	return p.categoryAgain(w, r, err, func(view *categoryView) { view.Commission = sent.Get("commission") })
}

// setCommission reads a per cent; nothing written takes the category's own commission away.
func (p *pages) setCommission(ctx context.Context, id, written string) error {
	if written == "" {
		return p.Catalog.SetCommission(ctx, ui.From(ctx).Actor, id, nil)
	}
	points, ok := hundredths(strings.TrimSuffix(written, "%"))
	if !ok {
		return errs.Fields{{Name: "commission", Key: "admin.reference.commission_bad"}}.Err()
	}
	return p.Catalog.SetCommission(ctx, ui.From(ctx).Actor, id, &points)
}

func (p *pages) categoryAgain(w http.ResponseWriter, r *http.Request, refusal error, sent func(*categoryView)) error {
	view, err := p.categoryView(r)
	if err != nil {
		return err
	}
	view.Problems = renamed(ui.ProblemsOf(r.Context(), refusal))
	sent(&view)
	return ui.Render(w, r, http.StatusUnprocessableEntity, categoryPage(view))
}

// doCategory moves, hides, shows or removes a category.
func (p *pages) doCategory(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, actor, id := r.Context(), ui.From(r.Context()).Actor, r.PathValue("id")
	switch sent.Get("do") {
	case "up", "down":
		err = p.Catalog.MoveCategory(ctx, actor, id, sent.Get("do") == "up")
	case "hide", "show":
		err = p.Catalog.HideCategory(ctx, actor, id, sent.Get("do") == "hide")
	case "remove":
		err = p.Catalog.RemoveCategory(ctx, actor, id)
	default:
		err = errs.New(errs.NotFound, "error.not_found")
	}
	if err != nil && ui.Refused(err) {
		return p.categoryAgain(w, r, err, func(*categoryView) {})
	}
	return after(w, r, err, "admin.reference.saved", "/admin/categories")
}

// citiesView is what the page of all cities shows.
type citiesView struct {
	frame
	Cities   []catalog.CityEntry
	Form     cityForm
	Problems ui.Problems
}

// cityForm is a city as it stands in a form.
type cityForm struct {
	ID                  string
	Name                catalog.Text
	Latitude, Longitude string
	Key                 string
}

// cityIn reads a city's form.
func cityIn(sent url.Values) cityForm {
	return cityForm{ID: strings.TrimSpace(sent.Get("id")), Name: namesIn(sent), Latitude: sent.Get("latitude"), Longitude: sent.Get("longitude"), Key: sent.Get("key")}
}

// input reads the numbers of the form; what is no number is off the earth.
func (f cityForm) input() catalog.CityInput {
	degrees := func(s string) float64 {
		n, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(s), ",", ".", 1), 64)
		if err != nil {
			return 1000
		}
		return n
	}
	return catalog.CityInput{ID: f.ID, Name: f.Name, Latitude: degrees(f.Latitude), Longitude: degrees(f.Longitude), Key: f.Key}
}

func (p *pages) citiesView(r *http.Request) (citiesView, error) {
	ctx := r.Context()
	f, err := p.frame(r, ui.T(ctx, "admin.nav.cities"))
	if err != nil {
		return citiesView{}, err
	}
	cities, _, err := p.Catalog.Reference(ctx, ui.From(ctx).Actor)
	return citiesView{frame: f, Cities: cities, Form: cityForm{Key: ids.New()}}, err
}

func (p *pages) cities(w http.ResponseWriter, r *http.Request) error {
	view, err := p.citiesView(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, citiesPage(view))
}

func (p *pages) addCity(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, form := r.Context(), cityIn(sent)
	err = p.Catalog.AddCity(ctx, ui.From(ctx).Actor, form.input())
	if err == nil || !ui.Refused(err) {
		return after(w, r, err, "admin.reference.added", "/admin/cities")
	}
	view, loading := p.citiesView(r)
	if loading != nil {
		return loading
	}
	view.Form, view.Problems = form, renamed(ui.ProblemsOf(ctx, err))
	return ui.Render(w, r, http.StatusUnprocessableEntity, citiesPage(view))
}

// cityView is what the page of one city shows.
type cityView struct {
	frame
	City     catalog.City
	Form     cityForm
	Problems ui.Problems
}

func (p *pages) cityView(r *http.Request) (cityView, error) {
	ctx := r.Context()
	city, ok := p.Catalog.City(r.PathValue("id"))
	if !ok {
		return cityView{}, errs.New(errs.NotFound, "error.not_found")
	}
	f, err := p.frame(r, city.Name.In(ui.Lang(ctx)))
	if err != nil {
		return cityView{}, err
	}
	f.Back = &ui.Crumb{Href: ui.Path(ctx, "/admin/cities"), Label: ui.T(ctx, "admin.nav.cities")}
	degrees := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	return cityView{frame: f, City: city, Form: cityForm{ID: city.ID, Name: city.Name, Latitude: degrees(city.Latitude), Longitude: degrees(city.Longitude)}}, nil
}

func (p *pages) city(w http.ResponseWriter, r *http.Request) error {
	view, err := p.cityView(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, cityPage(view))
}

func (p *pages) saveCity(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, id, form := r.Context(), r.PathValue("id"), cityIn(sent)
	form.ID = id
	err = p.Catalog.UpdateCity(ctx, ui.From(ctx).Actor, form.input())
	if err == nil || !ui.Refused(err) {
		return after(w, r, err, "admin.reference.saved", "/admin/cities/"+id)
	}
	return p.cityAgain(w, r, err, func(view *cityView) { view.Form = form })
}

func (p *pages) cityAgain(w http.ResponseWriter, r *http.Request, refusal error, sent func(*cityView)) error {
	view, err := p.cityView(r)
	if err != nil {
		return err
	}
	view.Problems = renamed(ui.ProblemsOf(r.Context(), refusal))
	sent(&view)
	return ui.Render(w, r, http.StatusUnprocessableEntity, cityPage(view))
}

// doCity moves, hides, shows or removes a city.
func (p *pages) doCity(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, actor, id := r.Context(), ui.From(r.Context()).Actor, r.PathValue("id")
	switch sent.Get("do") {
	case "up", "down":
		err = p.Catalog.MoveCity(ctx, actor, id, sent.Get("do") == "up")
	case "hide", "show":
		err = p.Catalog.HideCity(ctx, actor, id, sent.Get("do") == "hide")
	case "remove":
		err = p.Catalog.RemoveCity(ctx, actor, id)
	default:
		err = errs.New(errs.NotFound, "error.not_found")
	}
	if err != nil && ui.Refused(err) {
		return p.cityAgain(w, r, err, func(*cityView) {})
	}
	return after(w, r, err, "admin.reference.saved", "/admin/cities")
}
