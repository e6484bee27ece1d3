// Package api is the REST interface under /api/v1, its OpenAPI document and its reference page. It holds no rules and no SQL: it
// turns what stands on the wire into calls of the domains' services and their answers and errors back. The wire types live here
// and nowhere else.
package api

import (
	"log/slog"
	"net/http"
	"strings"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/live"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

const prefix = "/api/v1"

// LivePath is where the WebSocket is, which no deadline of ordinary requests may bind.
const LivePath = prefix + "/live"

// Config is what the API stands on. All but Features, Logger and Limits must be set.
type Config struct {
	Accounts *account.Service
	Catalog  *catalog.Catalog
	Bookings *booking.Service
	Features *feature.Service // nil: everything is on
	Hub      *live.Hub
	Texts    *i18n.Catalog
	Clock    clock.Clock
	Logger   *slog.Logger // nil: the default one
	Limits   Limits
}

// api is the configuration with what is made from it once.
type api struct {
	Config
	huma    huma.API
	limiter *httpx.Limiter
	shelf   shelf
	order   []string // the ids of the operations as the reference shows them
}

// New returns the handler of everything under /api/. What is common to all answers of the house (request id, client address, log,
// security headers, deadlines, compression, cross-origin protection) stands around it; sign-in, limits, entity tags and the form
// of errors are its own.
func New(config Config) http.Handler {
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	config.Limits = config.Limits.orDefault()
	a := &api{Config: config, limiter: httpx.NewLimiter(config.Clock, maxLimiterKeys)}
	mux := http.NewServeMux()
	a.huma = humago.NewWithPrefix(mux, prefix, humaConfig())
	a.addOperations()
	a.describeLive()
	mux.HandleFunc("GET "+LivePath, a.serveLive)
	a.addDocuments(mux)
	refuseOtherMethods(mux, a.huma.OpenAPI())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { renderError(w, r, noSuchAddress()) })
	return httpx.Chain(httpx.MarkRoute(mux), a.prepare, a.limitAddresses, etags, checkQuery)
}

func (a *api) addOperations() {
	a.addAuth()
	a.addMe()
	a.addPlaces()
	a.addSearch()
	a.addProviders()
	a.addBookings()
	a.addBookingActions()
}

// etags leaves the socket alone, which has no body to hash.
func etags(next http.Handler) http.Handler {
	tagged := httpx.ETag(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == LivePath {
			next.ServeHTTP(w, r)
			return
		}
		tagged.ServeHTTP(w, r)
	})
}

// refuseOtherMethods gives every address a route without a method, which takes what the others leave: the mux's own 405 is plain text.
func refuseOtherMethods(mux *http.ServeMux, document *huma.OpenAPI) {
	for path, item := range document.Paths {
		var allowed []string
		for method, operation := range methodsOf(item) {
			if operation != nil {
				allowed = append(allowed, method)
				if method == http.MethodGet {
					allowed = append(allowed, http.MethodHead)
				}
			}
		}
		allow := strings.Join(sorted(allowed), ", ")
		mux.HandleFunc(prefix+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", allow)
			renderError(w, r, wrongMethod())
		})
	}
}

func methodsOf(item *huma.PathItem) map[string]*huma.Operation {
	return map[string]*huma.Operation{
		http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
	}
}
