package web

import (
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/statistics"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// gate closes a page while a feature is switched off.
type gate struct {
	feature feature.Name
	when    func(*http.Request) bool // nil: always
}

// gates are the pages that are closed, by method and path. What leads to a form is closed with it, so that nobody fills in what cannot
// be sent.
var gates = map[string][]gate{
	"GET /book/{serviceID}":          {{feature: feature.Bookings}},
	"POST /book/{serviceID}":         {{feature: feature.Bookings}},
	"POST /bookings/{id}/messages":   {{feature: feature.Messages}},
	"GET /quotes/new":                {{feature: feature.Quotes}},
	"GET /bookings/{id}/review":      {{feature: feature.Reviews}},
	"GET /reviews/{id}/report":       {{feature: feature.Reviews}},
	"POST /provider/documents":       {{feature: feature.Uploads}},
	"POST /provider/photos":          {{feature: feature.Uploads}},
	"POST /sign-in/passkey":          {{feature: feature.Passkeys}},
	"POST /sign-in/passkey/options":  {{feature: feature.Passkeys}},
	"GET /account/passkeys/new":      {{feature: feature.Passkeys}},
	"POST /account/passkeys/options": {{feature: feature.Passkeys}},
	"POST /account/passkeys":         {{feature: feature.Passkeys}},
	"GET /sign-up":                   {{feature: feature.SignUp}, {feature: feature.ProviderSignUp, when: asProvider}},
	"POST /sign-up":                  {{feature: feature.SignUp}, {feature: feature.ProviderSignUp, when: asProvider}},
}

// asProvider says whether a sign-up is that of a provider.
func asProvider(r *http.Request) bool { return r.FormValue("role") == string(account.Provider) }

// visited are the pages whose visits are counted; in a path with {id} that is the provider's, in one with {serviceID} the service's.
var visited = map[string]statistics.Page{
	"":                  statistics.HomePage,
	"/search":           statistics.SearchPage,
	"/providers/{id}":   statistics.ProviderPage,
	"/book/{serviceID}": statistics.BookPage,
}

// around closes pages that are switched off, and counts visits.
func (s *Site) around(method, path string, handler route.Handler) route.Handler {
	if page, counted := visited[path]; counted && method == http.MethodGet && s.config.Statistics != nil {
		handler = s.count(page, handler)
	}
	closing := gates[method+" "+path]
	if len(closing) == 0 {
		return handler
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		for _, g := range closing {
			if s.config.Features.On(g.feature) {
				continue
			}
			if g.when != nil && method == http.MethodPost {
				if _, err := route.Form(w, r); err != nil {
					return err
				}
			}
			if g.when == nil || g.when(r) {
				return ui.Render(w, r, http.StatusConflict, pausedPage(g.feature.Paused()))
			}
		}
		return handler(w, r)
	}
}

// count counts what a person looks at, not what programs, scripts of ours, operators and providers themselves fetch.
func (s *Site) count(page statistics.Page, handler route.Handler) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := handler(w, r); err != nil || r.Method != http.MethodGet {
			return err
		}
		if into := r.Header.Get("Sec-Fetch-Dest"); (into != "" && into != "document") || r.Header.Get("Sec-Purpose") != "" || statistics.Robot(r.UserAgent()) {
			return nil
		}
		actor := ui.From(r.Context()).Actor
		if actor.Role == account.Moderator || actor.Role == account.Admin {
			return nil
		}
		providerID := r.PathValue("id")
		if offer, err := s.config.Catalog.Offer(r.Context(), r.PathValue("serviceID")); err == nil {
			providerID = offer.Provider.ID
		}
		if seen, err := s.config.Catalog.Provider(r.Context(), providerID); err == nil && actor.SignedIn() && seen.AccountID == actor.ID {
			return nil
		}
		s.config.Statistics.Visit(page, providerID)
		return nil
	}
}
