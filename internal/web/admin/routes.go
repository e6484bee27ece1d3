// Package admin holds the operator's console: what the market does, what waits for somebody to decide, the people on it, and how the
// house is set up. Moderators resolve what waits; admins set up as well.
package admin

import (
	"net/http"
	"sync"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/dispute"
	"khadamat/internal/market/message"
	"khadamat/internal/market/review"
	"khadamat/internal/market/statistics"
	"khadamat/internal/market/verification"
	"khadamat/internal/platform/audit"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Config is what the pages stand on.
type Config struct {
	Accounts      *account.Service
	Catalog       *catalog.Catalog
	Bookings      *booking.Service
	Messages      *message.Service
	Reviews       *review.Service
	Disputes      *dispute.Service
	Verifications *verification.Service
	Statistics    *statistics.Service
	Features      *feature.Service
	AuditLog      *audit.Reader
}

type pages struct {
	Config
	waiting waitingCounts
}

// marketZone is the zone in which operators see and ask for days.
const marketZone = "Africa/Casablanca"

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{Config: config}
	get := func(path string, h route.Handler) { routes.Get(path, route.Only(h, account.Moderator)) }
	post := func(path string, h route.Handler) { routes.Post(path, route.Only(h, account.Moderator)) }
	adminGet := func(path string, h route.Handler) { routes.Get(path, route.Only(h, account.Admin)) }
	adminPost := func(path string, h route.Handler) { routes.Post(path, route.Only(h, account.Admin)) }

	get("/admin", p.dashboard)
	get("/admin/statistics.csv", p.statisticsFile)

	get("/admin/people", p.people)
	get("/admin/people/{id}", p.person)
	post("/admin/people/{id}/sanction", p.sanction)
	post("/admin/people/{id}/lift", p.lift)

	get("/admin/verifications", p.verifications)
	get("/admin/verifications/{id}", p.verification)
	post("/admin/verifications/{id}/approve", p.approve)
	post("/admin/verifications/{id}/reject", p.reject)
	get("/admin/documents/{id}", p.document)

	get("/admin/providers", p.providers)
	get("/admin/providers/{id}", p.provider)

	get("/admin/bookings", p.bookings)
	get("/admin/bookings.csv", p.bookingsFile)
	get("/admin/bookings/{id}", p.booking)

	get("/admin/reviews", p.reviews)
	post("/admin/reviews/{id}/keep", p.keepReview)
	post("/admin/reviews/{id}/remove", p.removeReview)

	get("/admin/disputes", p.disputes)
	get("/admin/disputes/{id}", p.dispute)
	post("/admin/disputes/{id}/say", p.say)
	post("/admin/disputes/{id}/decide", p.decide)

	adminGet("/admin/categories", p.categories)
	adminPost("/admin/categories", p.addCategory)
	adminGet("/admin/categories/{id}", p.category)
	adminPost("/admin/categories/{id}", p.saveCategory)
	adminPost("/admin/categories/{id}/commission", p.saveCommission)
	adminPost("/admin/categories/{id}/do", p.doCategory)
	adminGet("/admin/cities", p.cities)
	adminPost("/admin/cities", p.addCity)
	adminGet("/admin/cities/{id}", p.city)
	adminPost("/admin/cities/{id}", p.saveCity)
	adminPost("/admin/cities/{id}/do", p.doCity)
	adminGet("/admin/features", p.features)
	adminPost("/admin/features/{name}", p.switchFeature)
	adminGet("/admin/audit", p.audit)
}

// waiting is what waits for an operator's decision. Each number stops at most.
type waiting struct{ Documents, Reviews, Disputes int }

func (w waiting) any() bool { return w.Documents+w.Reviews+w.Disputes > 0 }

const (
	mostWaiting = 100
	// waitingKept is how long the numbers beside the menu may be old; who decides something sees it at once.
	waitingKept = 10 * time.Second
)

// waitingCounts remembers what waits, so that not every page counts it.
type waitingCounts struct {
	mu    sync.Mutex
	known waiting
	at    time.Time
}

func (p *pages) whatWaits(r *http.Request) (waiting, error) {
	ctx, request := r.Context(), ui.From(r.Context())
	p.waiting.mu.Lock()
	defer p.waiting.mu.Unlock()
	if age := request.Now.Sub(p.waiting.at); !p.waiting.at.IsZero() && age >= 0 && age < waitingKept {
		return p.waiting.known, nil
	}
	documents, err := p.Verifications.Waiting(ctx, request.Actor, "", mostWaiting)
	if err != nil {
		return waiting{}, err
	}
	reviews, err := p.Reviews.Reported(ctx, request.Actor, "", mostWaiting)
	if err != nil {
		return waiting{}, err
	}
	disputes, err := p.Disputes.List(ctx, request.Actor, dispute.Filter{Open: true, Limit: mostWaiting})
	if err != nil {
		return waiting{}, err
	}
	p.waiting.known, p.waiting.at = waiting{len(documents.Items), len(reviews.Items), len(disputes.Items)}, request.Now
	return p.waiting.known, nil
}

// decided has the next page count anew what waits.
func (p *pages) decided() {
	p.waiting.mu.Lock()
	defer p.waiting.mu.Unlock()
	p.waiting.at = time.Time{}
}

// frame is what stands around every page of the console.
type frame struct {
	Title   string
	Waiting waiting
	Back    *ui.Crumb // the page above this one; nil where there is none
}

func (p *pages) frame(r *http.Request, title string) (frame, error) {
	waits, err := p.whatWaits(r)
	return frame{Title: title, Waiting: waits}, err
}

// after answers a form that changed something with the page to read next.
func after(w http.ResponseWriter, r *http.Request, err error, done, path string) error {
	if err != nil {
		return err
	}
	ui.Notify(w, ui.Success, done)
	return route.SeeOther(w, r, ui.Path(r.Context(), path))
}
