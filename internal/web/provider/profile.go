package provider

import (
	"net/http"

	"khadamat/internal/market/catalog"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// profileView is what the profile's form shows.
type profileView struct {
	frame
	Profile  catalog.Profile
	Cities   []catalog.City
	Problems ui.Problems
}

// policyChoice is a cancellation policy with its words.
type policyChoice struct {
	Policy    catalog.Policy
	Name, Say string
}

var policyChoices = []policyChoice{
	{catalog.Flexible, "provider_pages.profile.flexible", "provider_pages.profile.flexible_hint"},
	{catalog.Moderate, "provider_pages.profile.moderate", "provider_pages.profile.moderate_hint"},
	{catalog.Strict, "provider_pages.profile.strict", "provider_pages.profile.strict_hint"},
}

func (p *pages) showProfile(w http.ResponseWriter, r *http.Request) error {
	f, err := p.frame(r)
	if err != nil {
		return err
	}
	view := profileView{frame: f, Cities: p.catalog.Cities()}
	view.Profile = catalog.Profile{Name: ui.From(r.Context()).Account.Name, Policy: catalog.Flexible}
	if f.Exists {
		view.Profile = profileOf(f.Provider)
	}
	return ui.Render(w, r, http.StatusOK, profilePage(view))
}

func profileOf(own catalog.Provider) catalog.Profile {
	return catalog.Profile{
		Name: own.Name, CityID: own.CityID, Latitude: own.Latitude, Longitude: own.Longitude, Bio: own.Bio, Policy: own.Policy,
	}
}

// saveProfile makes the reader a provider the first time, and changes their profile from then on.
func (p *pages) saveProfile(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	f, err := p.frame(r)
	if err != nil {
		return err
	}
	profile := catalog.Profile{
		Name: sent.Get("name"), CityID: sent.Get("city_id"), Policy: catalog.Policy(sent.Get("policy")),
		Bio: textOf(sent, "bio"),
	}
	if profile.CityID == f.Provider.CityID { // else the middle of the new city
		profile.Latitude, profile.Longitude = f.Provider.Latitude, f.Provider.Longitude
	}
	ctx := r.Context()
	if f.Exists {
		_, err = p.catalog.UpdateProfile(ctx, ui.From(ctx).Actor, f.Provider.ID, profile)
	} else {
		_, err = p.catalog.CreateProvider(ctx, ui.From(ctx).Actor, profile)
	}
	if ui.Refused(err) {
		view := profileView{frame: f, Profile: profile, Cities: p.catalog.Cities(), Problems: ui.ProblemsOf(ctx, err)}
		return ui.Render(w, r, http.StatusUnprocessableEntity, profilePage(view))
	}
	if err != nil {
		return err
	}
	if !f.Start {
		ui.Notify(w, ui.Success, "provider_pages.profile.saved")
	}
	return route.SeeOther(w, r, afterSaving(r, 1, "/provider/profile"))
}
