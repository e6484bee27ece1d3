// Package web is the site that people see: it finds out who reads and in which language, leads to the pages, and answers errors with
// pages. The pages live in the packages below, a folder per audience; no rule of the market and no SQL lives in any of them.
package web

import (
	"log/slog"
	"net/http"
	"time"

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
	"khadamat/internal/market/verification"
	"khadamat/internal/notify"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/workspace"
	accountpages "khadamat/internal/web/account"
	"khadamat/internal/web/admin"
	"khadamat/internal/web/bookings"
	"khadamat/internal/web/dev"
	mailpages "khadamat/internal/web/dev/mail"
	"khadamat/internal/web/disputes"
	"khadamat/internal/web/earnings"
	"khadamat/internal/web/favourites"
	"khadamat/internal/web/finance"
	"khadamat/internal/web/market"
	"khadamat/internal/web/notifications"
	"khadamat/internal/web/payments"
	"khadamat/internal/web/photos"
	"khadamat/internal/web/provider"
	"khadamat/internal/web/quotes"
	"khadamat/internal/web/recon"
	"khadamat/internal/web/reviews"
	"khadamat/internal/web/route"
)

// Config is what the site stands on.
type Config struct {
	Accounts   *account.Service
	Catalog    *catalog.Catalog
	Bookings   *booking.Service
	Calendars  *calendar.Service
	Documents  *verification.Service
	Reviews    *review.Service
	Disputes   *dispute.Service
	Messages   *message.Service
	Favourites *favourite.Service
	Gallery    *gallery.Service
	Quotes     *quote.Service
	Statistics *statistics.Service // nil: nothing is counted
	Features   *feature.Service    // nil: everything is on
	Workspace  *workspace.Service  // of 378; nil: it has no pages
	Ledger     *ledger.Book
	Payments   *payment.Service
	Payouts    *payout.Service
	Proof      *proof.Service // of the house's money; nil: finance has no pages
	AuditLog   *audit.Reader
	Notices    *notify.Service
	Outbox     mailpages.Outbox   // nil where mails are really sent
	Previews   mailpages.Previews // of mails; nil but in demo mode
	Texts      *i18n.Catalog
	Clock      clock.Clock
	Logger     *slog.Logger // nil: the default one
	BaseURL    string       // "https://khadamat.ma", for absolute addresses
	Demo       bool         // says on every page that nothing here is real
	Limits     Limits
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
	routes.Wrap(s.around)
	marketPages := market.Config{Catalog: config.Catalog, Bookings: config.Bookings, Reviews: config.Reviews, Gallery: config.Gallery, Favourites: config.Favourites}
	market.Routes(routes, marketPages)
	accountpages.Routes(routes, accountpages.Config{Accounts: config.Accounts, Catalog: config.Catalog, Features: config.Features})
	mailpages.Routes(routes, mailpages.Config{Outbox: config.Outbox, Previews: config.Previews})
	notifications.Routes(routes, notifications.Config{Notices: config.Notices})
	bookings.Routes(routes, bookings.Config{Accounts: config.Accounts, Catalog: config.Catalog, Bookings: config.Bookings, Messages: config.Messages,
		Boxes: []bookings.Box{payments.Box(config.Payments), reviews.Box(config.Reviews), disputes.Box(config.Disputes)}})
	if config.Payments != nil {
		payments.Routes(routes, payments.Config{Payments: config.Payments, BaseURL: config.BaseURL})
	}
	photos.Routes(routes, photos.Config{Gallery: config.Gallery, Quotes: config.Quotes})
	quotes.Routes(routes, quotes.Config{Catalog: config.Catalog, Quotes: config.Quotes})
	favourites.Routes(routes, favourites.Config{Favourites: config.Favourites, Catalog: config.Catalog})
	provider.Routes(routes, provider.Config{Accounts: config.Accounts, Catalog: config.Catalog, Bookings: config.Bookings, Calendars: config.Calendars, Documents: config.Documents, Statistics: config.Statistics, BaseURL: config.BaseURL, Photos: photosOf(config.Gallery)})
	reviews.Routes(routes, reviews.Config{Reviews: config.Reviews, Catalog: config.Catalog})
	disputes.Routes(routes, disputes.Config{Disputes: config.Disputes})
	admin.Routes(routes, admin.Config{
		Accounts: config.Accounts, Catalog: config.Catalog, Bookings: config.Bookings, Messages: config.Messages, Reviews: config.Reviews, Disputes: config.Disputes,
		Verifications: config.Documents, Statistics: config.Statistics, Features: config.Features, AuditLog: config.AuditLog,
	})
	if config.Payouts != nil {
		earnings.Routes(routes, earnings.Config{Payouts: config.Payouts})
	}
	if config.Proof != nil {
		finance.Routes(routes, finance.Config{Accounts: config.Accounts, Catalog: config.Catalog, Ledger: config.Ledger, Payments: config.Payments, Payouts: config.Payouts, Proof: config.Proof})
	}
	if config.Workspace != nil {
		recon.Routes(routes, recon.Config{Workspace: config.Workspace})
	}
	routes.Plain("GET /{$}", s.toLanguage)

	if config.Demo {
		dev.Routes(routes)
	}

	last := http.NewServeMux()
	market.LastRoutes(route.New(last, s.Fail), marketPages)

	pages := httpx.Chain(s.orElse(mux, s.orElse(last, nil)),
		httpx.RateLimit(httpx.NewLimiter(config.Clock, maxLimitedKeys), s.limitOf, s.Fail), s.read, httpx.MarkRoute)
	s.handler = s.withFixed(pages)
	return s
}

// TakesItsTime says whether a request may last longer than ordinary ones, such as one that brings a large file.
func TakesItsTime(r *http.Request) bool { return recon.TakesItsTime(r) }

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

// photosOf is nil where there is no gallery: an interface that holds a nil pointer would not be.
func photosOf(g *gallery.Service) provider.Photos {
	if g == nil {
		return nil
	}
	return g
}
