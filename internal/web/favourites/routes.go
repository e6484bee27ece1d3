// Package favourites holds the heart by which a reader saves a provider, and the page of those they saved.
package favourites

import (
	"net/http"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/favourite"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Config is what the pages stand on.
type Config struct {
	Favourites *favourite.Service
	Catalog    *catalog.Catalog
}

type pages struct {
	Config
}

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{config}
	routes.Get("/favourites", route.SignedIn(p.list))
	routes.Post("/favourites/{id}", route.SignedIn(p.set))
}

// scripted marks what a script of ours sends instead of a form.
const scripted = "X-Part"

// set saves a provider or forgets them, and goes back to the page that had the heart. A script that draws the heart itself gets no page.
func (p *pages) set(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, on := r.Context(), sent.Get("on") == "1"
	if err := p.Favourites.Set(ctx, ui.From(ctx).Actor, r.PathValue("id"), on); err != nil {
		return err
	}
	if r.Header.Get(scripted) != "" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	notice := "favourite.saved"
	if !on {
		notice = "favourite.removed"
	}
	ui.Notify(w, ui.Success, notice)
	return route.SeeOther(w, r, ui.LocalPath(sent.Get("next"), ui.Path(ctx, "/favourites")))
}

// saved is one favourite as the page shows it.
type saved struct {
	ID       string
	Gone     bool // not on offer any more
	Provider catalog.Provider
	City     catalog.City
	Services []string      // titles of the first few
	From     *money.Amount // the lowest price; nil where all are on quote
}

type listView struct {
	Items []saved
	Next  string
}

// titlesShown is how many services a card names.
const titlesShown = 3

func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page, err := p.Favourites.Mine(ctx, ui.From(ctx).Actor, r.URL.Query().Get("cursor"), 0)
	if err != nil {
		return err
	}
	view := listView{Next: page.NextCursor}
	for _, item := range page.Items {
		shown, err := p.saved(r, item.ProviderID)
		if err != nil {
			return err
		}
		view.Items = append(view.Items, shown)
	}
	return ui.Render(w, r, http.StatusOK, listPage(view))
}

// saved looks a provider up, in memory.
func (p *pages) saved(r *http.Request, id string) (saved, error) {
	ctx := r.Context()
	provider, err := p.Catalog.Provider(ctx, id)
	if errs.CodeOf(err) == errs.NotFound {
		return saved{ID: id, Gone: true}, nil
	}
	if err != nil {
		return saved{}, err
	}
	shown := saved{ID: id, Provider: provider}
	shown.City, _ = p.Catalog.City(provider.CityID)
	offers, err := p.Catalog.Offers(ctx, id)
	if err != nil {
		return saved{}, err
	}
	for _, offer := range offers {
		if len(shown.Services) < titlesShown {
			shown.Services = append(shown.Services, offer.Service.Title.In(ui.Lang(ctx)))
		}
		if price := offer.Service.Price; offer.Service.Pricing != catalog.OnQuote && (shown.From == nil || price.Minor < shown.From.Minor) {
			shown.From = &price
		}
	}
	return shown, nil
}
