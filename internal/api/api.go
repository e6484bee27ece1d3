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
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payout"
	"khadamat/internal/finance/proof"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/calendar"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/dispute"
	"khadamat/internal/market/favourite"
	"khadamat/internal/market/gallery"
	"khadamat/internal/market/message"
	"khadamat/internal/market/quote"
	"khadamat/internal/market/review"
	"khadamat/internal/market/statistics"
	"khadamat/internal/notify"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/live"
	"khadamat/internal/recon/workspace"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

const prefix = "/api/v1"

// LivePath is where people hear of their own changes.
const LivePath = prefix + "/live"

// Config is what the API stands on. All but Features, Logger and Limits must be set.
type Config struct {
	Accounts   *account.Service
	Catalog    *catalog.Catalog
	Bookings   *booking.Service
	Messages   *message.Service
	Reviews    *review.Service
	Disputes   *dispute.Service
	Quotes     *quote.Service
	Payments   *payment.Service
	Ledger     *ledger.Book
	Payouts    *payout.Service
	Proof      *proof.Service
	Favourites *favourite.Service
	Gallery    *gallery.Service
	Calendars  *calendar.Service
	Statistics *statistics.Service
	Notices    *notify.Service
	Recon      *workspace.Service
	Features   *feature.Service // nil: everything is on
	Hub        *live.Hub
	Texts      *i18n.Catalog
	Clock      clock.Clock
	Logger     *slog.Logger // nil: the default one
	Limits     Limits
}

// api is the configuration with what is made from it once.
type api struct {
	Config
	huma    huma.API
	mux     *http.ServeMux
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
	a := &api{Config: config, limiter: httpx.NewLimiter(config.Clock, maxLimiterKeys), mux: http.NewServeMux()}
	mux := a.mux
	a.huma = humago.NewWithPrefix(mux, prefix, humaConfig())
	a.addOperations()
	a.describeLive()
	mux.HandleFunc("GET "+LivePath, a.serveLive)
	a.describeReconLive()
	mux.HandleFunc("GET "+reconLivePath, a.serveReconLive)
	a.addDocuments(mux)
	mux.HandleFunc("/", a.refuse)
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
	a.addPayments()
	a.addPayouts()
	a.addMessages()
	a.addReviews()
	a.addDisputes()
	a.addQuotes()
	a.addOffers()
	a.addFavourites()
	a.addNotifications()
	a.addSettings()
	a.addOwnProvider()
	a.addOperators()
	a.addFinance()
	a.addRecon()
}

// isSocket says whether a request is for one of the WebSockets.
func isSocket(r *http.Request) bool {
	if r.URL.Path == LivePath {
		return true
	}
	id, below := strings.CutPrefix(r.URL.Path, reconProjects)
	id, live := strings.CutSuffix(id, "/live")
	return below && live && !strings.Contains(id, "/")
}

// etags leaves sockets alone, which have no body to hash.
func etags(next http.Handler) http.Handler {
	tagged := httpx.ETag(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isSocket(r) {
			next.ServeHTTP(w, r)
			return
		}
		tagged.ServeHTTP(w, r)
	})
}

// methods are those that an address may have, in the order in which a refusal names them.
var methods = []string{http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodPatch, http.MethodPost, http.MethodPut}

// refuse takes what no route takes: an address that there is not, or a method that it has not. The mux's own 405 is plain text.
func (a *api) refuse(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range methods {
		if _, pattern := a.mux.Handler(&http.Request{Method: method, Host: r.Host, URL: r.URL}); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		renderError(w, r, noSuchAddress())
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	renderError(w, r, wrongMethod())
}
