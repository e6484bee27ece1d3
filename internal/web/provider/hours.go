package provider

import (
	"net/http"

	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// hoursView is what the form of the hours shows.
type hoursView struct {
	frame
	Form     hoursForm
	Problems ui.Problems
}

func (p *pages) showHours(w http.ResponseWriter, r *http.Request) error {
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	return ui.Render(w, r, http.StatusOK, hoursPage(hoursView{f, hoursFormOf(f.Provider.Availability), ui.Problems{}}))
}

func (p *pages) saveHours(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	ctx := r.Context()
	form := sentHours(sent)
	rules, err := form.rules(f.Provider.Availability.Zone)
	if err == nil {
		_, err = p.catalog.SetAvailability(ctx, ui.From(ctx).Actor, f.Provider.ID, rules)
	}
	if ui.Refused(err) {
		return ui.Render(w, r, http.StatusUnprocessableEntity, hoursPage(hoursView{f, form, ui.ProblemsOf(ctx, err)}))
	}
	if err != nil {
		return err
	}
	ui.Notify(w, ui.Success, "provider_pages.hours.saved")
	return route.SeeOther(w, r, ui.Path(ctx, "/provider/hours"))
}
