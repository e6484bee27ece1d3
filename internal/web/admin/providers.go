package admin

import (
	"context"
	"net/http"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/statistics"
	"khadamat/internal/market/verification"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/figures"
	"khadamat/internal/web/ui"
)

// providersView is what the list of providers shows.
type providersView struct {
	frame
	Name     string
	Status   catalog.Status
	CityID   string
	Verified string
	Cities   []ui.Option
	Items    []providerLine
	First    string
	Next     string
}

type providerLine struct {
	catalog.Provider
	City string
}

func (p *pages) providers(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	f, err := p.frame(r, ui.T(ctx, "admin.providers.title"))
	if err != nil {
		return err
	}
	view := providersView{frame: f, Name: query.Get("q"), Status: catalog.Status(query.Get("status")), CityID: query.Get("city"), Verified: query.Get("verified"), Cities: p.cityOptions(ctx)}
	filter := catalog.OverseerFilter{Name: view.Name, CityID: view.CityID, Cursor: query.Get("cursor"), Limit: listPage}
	if statusBadges[view.Status].key != "" {
		filter.Status = view.Status
	}
	if view.Verified == "yes" || view.Verified == "no" {
		verified := view.Verified == "yes"
		filter.Verified = &verified
	}
	page, err := p.Catalog.Oversee(ctx, ui.From(ctx).Actor, filter)
	if err != nil {
		return err
	}
	for _, one := range page.Items {
		view.Items = append(view.Items, providerLine{one, p.cityName(ctx, one.CityID)})
	}
	view.First, view.Next = first(ctx, "/admin/providers", r), next(ctx, "/admin/providers", r, page.NextCursor)
	return ui.Render(w, r, http.StatusOK, providersPage(view))
}

func (v providersView) statuses(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "admin.filter.all_statuses")}}
	for _, status := range providerStatuses {
		options = append(options, ui.Option{Value: string(status), Label: ui.T(ctx, statusBadges[status].key)})
	}
	return options
}

func (v providersView) verified(ctx context.Context) []ui.Option {
	return []ui.Option{{Label: ui.T(ctx, "admin.filter.verified_or_not")}, {Value: "yes", Label: ui.T(ctx, "admin.filter.verified")}, {Value: "no", Label: ui.T(ctx, "admin.filter.unverified")}}
}

// providerView is what the page of one provider shows.
type providerView struct {
	frame
	Provider     catalog.Provider
	Owner        string // the account's name
	City         string
	Services     []serviceLine
	Verification verification.Status
	Figures      statistics.ProviderFigures
}

type serviceLine struct {
	catalog.Service
	Category string
}

func (p *pages) provider(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), ui.From(r.Context()).Actor
	found, services, err := p.Catalog.Inspect(ctx, actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	f, err := p.frame(r, found.Name)
	if err != nil {
		return err
	}
	f.Back = &ui.Crumb{Href: ui.Path(ctx, "/admin/providers"), Label: ui.T(ctx, "admin.providers.title")}
	view := providerView{frame: f, Provider: found, City: p.cityName(ctx, found.CityID), Verification: verification.None}
	for _, s := range services {
		view.Services = append(view.Services, serviceLine{s, p.categoryName(ctx, s.CategoryID)})
	}
	names, err := p.names(ctx, found.AccountID)
	if err != nil {
		return err
	}
	view.Owner = names[found.AccountID]
	submission, err := p.Verifications.Of(ctx, actor, found.ID)
	if err == nil {
		view.Verification = submission.Status
	} else if errs.CodeOf(err) != errs.NotFound {
		return err
	}
	if view.Figures, err = p.Statistics.Provider(ctx, actor, found.ID, figures.Days(r)); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, providerPage(view))
}

func (v providerView) cards(ctx context.Context) []ui.Figure {
	now := &v.Figures.Now
	card := func(label, value string, figure figures.Figure, good int) ui.Figure {
		return figures.Card(ctx, label, value, now, &v.Figures.Before, v.Figures.Buckets, figure, good)
	}
	return []ui.Figure{
		card(ui.T(ctx, "admin.dashboard.bookings"), ui.Number(ctx, int(now.Bookings)), figures.Bookings, 1),
		card(ui.T(ctx, "admin.dashboard.gross"), figures.Dirhams(ctx, figures.Gross(now)), figures.Gross, 1),
		card(ui.T(ctx, "admin.dashboard.cancelled"), ui.Number(ctx, int(now.Cancelled)), figures.Cancelled, -1),
		card(ui.T(ctx, "admin.dashboard.views"), ui.Number(ctx, int(now.Views)), figures.Views, 1),
	}
}
