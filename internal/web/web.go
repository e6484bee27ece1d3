// Package web is the site that people see: it finds out who reads and in which language, leads to the pages, and answers errors with
// pages. The pages live in the packages below, a folder per audience; no rule of the market and no SQL lives in any of them.
package web

import (
	"log/slog"
	"net/http"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/platform/i18n"
	accountpages "khadamat/internal/web/account"
	"khadamat/internal/web/bookings"
	"khadamat/internal/web/market"
	"khadamat/internal/web/provider"
	"khadamat/internal/web/route"
)

// Config is what the site stands on.
type Config struct {
	Accounts *account.Service
	Catalog  *catalog.Catalog
	Bookings *booking.Service
	Outbox   accountpages.Outbox // nil where mails are really sent
	Texts    *i18n.Catalog
	Clock    clock.Clock
	Logger   *slog.Logger // nil: the default one
	BaseURL  string       // "https://khadamat.ma", for absolute addresses
	Demo     bool         // says on every page that nothing here is real
	Limits   Limits
}

// Limits are how much one address may ask for. Requests straight from this machine are not counted.
type Limits struct {
	Pages httpx.Limit // all requests but those for assets; zero: 300 a minute
	Forms httpx.Limit // those that send a form; zero: 60 a minute
}

// maxLimitedKeys bounds what the limiter remembers: about 10 MB.
const maxLimitedKeys = 100_000

// Site answers all requests that are not the API's.
type Site struct {
	config  Config
	handler http.Handler
}

// New returns the site. It does no I/O.
func New(config Config) *Site {
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	if config.Limits.Pages.Count == 0 {
		config.Limits.Pages = httpx.Limit{Name: "pages", Count: 300, Per: time.Minute}
	}
	if config.Limits.Forms.Count == 0 {
		config.Limits.Forms = httpx.Limit{Name: "forms", Count: 60, Per: time.Minute}
	}
	s := &Site{config: config}
	mux := http.NewServeMux()
	routes := route.New(mux, s.Fail)
	market.Routes(routes, market.Config{Catalog: config.Catalog, Bookings: config.Bookings})
	accountpages.Routes(routes, accountpages.Config{Accounts: config.Accounts, Outbox: config.Outbox})
	bookings.Routes(routes, bookings.Config{Catalog: config.Catalog, Bookings: config.Bookings})
	provider.Routes(routes, provider.Config{Catalog: config.Catalog, Bookings: config.Bookings})
	routes.Plain("GET /{$}", s.toLanguage)

	pages := httpx.Chain(s.orNotFound(mux),
		httpx.RateLimit(httpx.NewLimiter(config.Clock, maxLimitedKeys), s.limitOf, s.Fail), s.read, httpx.MarkRoute)
	s.handler = s.withFixed(pages)
	return s
}

// ServeHTTP answers a request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Site) limitOf(r *http.Request) (string, httpx.Limit, bool) {
	if httpx.FromLoopback(r) {
		return "", httpx.Limit{}, false
	}
	key := httpx.Network(httpx.AddressIn(r.Context())).String()
	if r.Method == http.MethodPost {
		return key, s.config.Limits.Forms, true
	}
	return key, s.config.Limits.Pages, true
}
