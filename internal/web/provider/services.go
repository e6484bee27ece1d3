package provider

import (
	"net/http"

	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// servicesView is what the list of services shows.
type servicesView struct {
	frame
	Services []catalog.Service
}

func (p *pages) services(w http.ResponseWriter, r *http.Request) error {
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	all, err := p.catalog.ServicesOf(r.Context(), ui.From(r.Context()).Actor, f.Provider.ID)
	if err != nil {
		return err
	}
	if f.Start && len(all) == 0 {
		return route.SeeOther(w, r, stagePath(r.Context(), "/provider/services/new"))
	}
	return ui.Render(w, r, http.StatusOK, servicesPage(servicesView{f, all}))
}

// serviceView is what a service's form shows.
type serviceView struct {
	frame
	Form       serviceForm
	Categories []catalog.Category
	Problems   ui.Problems
}

func (p *pages) newService(w http.ResponseWriter, r *http.Request) error {
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	form := serviceForm{Pricing: catalog.Fixed, Place: catalog.AtCustomer, DurationMinutes: "60", Active: true, Key: ids.New()}
	return ui.Render(w, r, http.StatusOK, servicePage(serviceView{f, form.withRoom(), p.catalog.Categories(), ui.Problems{}}))
}

func (p *pages) editService(w http.ResponseWriter, r *http.Request) error {
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	service, err := p.serviceOf(r, f.Provider.ID)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, servicePage(serviceView{f, formOf(service).withRoom(), p.catalog.Categories(), ui.Problems{}}))
}

// serviceOf is the provider's own service that the address names.
func (p *pages) serviceOf(r *http.Request, providerID string) (catalog.Service, error) {
	all, err := p.catalog.ServicesOf(r.Context(), ui.From(r.Context()).Actor, providerID)
	if err != nil {
		return catalog.Service{}, err
	}
	for _, s := range all {
		if s.ID == r.PathValue("id") {
			return s, nil
		}
	}
	return catalog.Service{}, errs.New(errs.NotFound, "error.not_found")
}

// saveService adds a service, or replaces the one that the address names.
func (p *pages) saveService(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	ctx := r.Context()
	form := serviceFormOf(sent)
	form.Active = true
	if form.ID = r.PathValue("id"); form.ID != "" {
		before, err := p.serviceOf(r, f.Provider.ID)
		if err != nil {
			return err
		}
		form.Active = before.Active // hiding and showing have buttons of their own
	}
	input, err := form.input()
	if err == nil {
		_, err = p.catalog.PutService(ctx, ui.From(ctx).Actor, f.Provider.ID, input)
	}
	if ui.Refused(err) {
		form.Key = ids.New()
		view := serviceView{f, form.withRoom(), p.catalog.Categories(), ui.ProblemsOf(ctx, err)}
		return ui.Render(w, r, http.StatusUnprocessableEntity, servicePage(view))
	}
	if err != nil {
		return err
	}
	ui.Notify(w, ui.Success, "provider_pages.service.saved")
	return route.SeeOther(w, r, f.formPath(ctx, "/provider/services"))
}

// offer shows a service to customers, or hides it from them.
func (p *pages) offer(shown bool) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, ok, err := p.own(w, r)
		if err != nil || !ok {
			return err
		}
		service, err := p.serviceOf(r, f.Provider.ID)
		if err != nil {
			return err
		}
		ctx := r.Context()
		input := inputOf(service)
		input.Active = shown
		if _, err := p.catalog.PutService(ctx, ui.From(ctx).Actor, f.Provider.ID, input); err != nil {
			return err
		}
		notice := "provider_pages.services.was_hidden"
		if shown {
			notice = "provider_pages.services.was_shown"
		}
		ui.Notify(w, ui.Success, notice)
		return route.SeeOther(w, r, f.formPath(ctx, "/provider/services"))
	}
}
