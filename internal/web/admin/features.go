package admin

import (
	"net/http"

	"khadamat/internal/feature"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// featuresView is what the page of switches shows.
type featuresView struct {
	frame
	Switches []feature.Switch
	Names    map[string]string // of those who switched
}

var featureWords = map[feature.Name]struct{ name, hint string }{
	feature.Bookings:       {"admin.feature.bookings", "admin.feature.bookings_hint"},
	feature.SignUp:         {"admin.feature.sign_up", "admin.feature.sign_up_hint"},
	feature.ProviderSignUp: {"admin.feature.provider_sign_up", "admin.feature.provider_sign_up_hint"},
	feature.Quotes:         {"admin.feature.quotes", "admin.feature.quotes_hint"},
	feature.Messages:       {"admin.feature.messages", "admin.feature.messages_hint"},
	feature.Reviews:        {"admin.feature.reviews", "admin.feature.reviews_hint"},
	feature.Uploads:        {"admin.feature.uploads", "admin.feature.uploads_hint"},
	feature.Passkeys:       {"admin.feature.passkeys", "admin.feature.passkeys_hint"},
}

func (p *pages) features(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := p.frame(r, ui.T(ctx, "admin.nav.features"))
	if err != nil {
		return err
	}
	view := featuresView{frame: f}
	if view.Switches, err = p.Features.Switches(ctx, ui.From(ctx).Actor); err != nil {
		return err
	}
	var who []string
	for _, one := range view.Switches {
		who = append(who, one.ChangedBy)
	}
	if view.Names, err = p.names(ctx, who...); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, featuresPage(view))
}

func (p *pages) switchFeature(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, on := r.Context(), sent.Get("do") == "on"
	done := "admin.feature.paused"
	if on {
		done = "admin.feature.resumed"
	}
	err = p.Features.Set(ctx, ui.From(ctx).Actor, feature.Name(r.PathValue("name")), on)
	return after(w, r, err, done, "/admin/features")
}
