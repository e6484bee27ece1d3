// Package provider holds the pages from which a provider runs their work: the requests that wait, the day, and what they tell the
// market of themselves. They are made for one thumb on a cheap phone. A booking's own page is in package bookings.
package provider

import (
	"context"
	"net/http"
	"slices"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/calendar"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/statistics"
	"khadamat/internal/market/verification"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Config is what the pages stand on.
type Config struct {
	Accounts   Accounts
	Catalog    *catalog.Catalog
	Bookings   *booking.Service
	Calendars  *calendar.Service
	Documents  *verification.Service
	Statistics *statistics.Service
	Photos     Photos // nil: nobody has any
	BaseURL    string // for the addresses that a provider gives to others
}

// Accounts know how to reach a customer.
type Accounts interface {
	Account(ctx context.Context, id string) (account.Account, error)
}

type pages struct {
	accounts   Accounts
	catalog    *catalog.Catalog
	bookings   *booking.Service
	calendars  *calendar.Service
	documents  *verification.Service
	statistics *statistics.Service
	photos     Photos
	baseURL    string
}

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{accounts: config.Accounts, catalog: config.Catalog, bookings: config.Bookings, calendars: config.Calendars, documents: config.Documents, statistics: config.Statistics, photos: config.Photos, baseURL: config.BaseURL}
	get := func(path string, h route.Handler) { routes.Get(path, route.Only(h, account.Provider)) }
	post := func(path string, h route.Handler) { routes.Post(path, route.Only(h, account.Provider)) }
	get("/provider", toDay)
	get("/provider/requests", p.requests)
	post("/provider/requests/{id}/accept", p.answer((*booking.Service).Accept, "provider_pages.requests.accepted"))
	post("/provider/requests/{id}/decline", p.answer(declineWithoutReason, "provider_pages.requests.declined"))
	get("/provider/day", p.day)
	post("/provider/day/{id}/start", p.work((*booking.Service).Start, "provider_pages.day.started"))
	post("/provider/day/{id}/complete", p.work((*booking.Service).Complete, "provider_pages.day.completed"))
	get(startPath, p.start)
	get(startPath+"/photos", p.startPhotos)
	post("/provider/activate", p.activate)
	get("/provider/live", p.live)
	get("/provider/more", p.more)
	get("/provider/documents", p.showDocuments)
	post("/provider/documents", route.Upload(p.sendDocuments))
	post("/provider/documents/take-back", p.takeBack)
	get("/provider/documents/{id}", p.download)
	post("/provider/documents/{id}/remove", p.removeDocument)
	get(connectionsPath, p.showConnections)
	post(connectionsPath, p.connect)
	post(connectionsPath+"/feed", p.openFeed)
	post(connectionsPath+"/feed/close", p.closeFeed)
	post(connectionsPath+"/{id}/refresh", p.refresh)
	post(connectionsPath+"/{id}/remove", p.disconnect)
	routes.Plain("GET /calendar/{file}", p.feed)
	get("/provider/profile", p.showProfile)
	post("/provider/profile", p.saveProfile)
	get("/provider/services", p.services)
	get("/provider/services/new", p.newService)
	post("/provider/services/new", p.saveService)
	get("/provider/services/{id}", p.editService)
	post("/provider/services/{id}", p.saveService)
	post("/provider/services/{id}/hide", p.offer(false))
	post("/provider/services/{id}/show", p.offer(true))
	get(calendarPath, p.calendar)
	get(calendarPath+"/new", p.newOff)
	post(calendarPath+"/new", p.saveOff)
	post(calendarPath+"/usual", p.usual)
	post(calendarPath+"/{id}/move", p.move)
	get(statisticsPath, p.showStatistics)
	get("/provider/hours", p.showHours)
	post("/provider/hours", p.saveHours)
}

func toDay(w http.ResponseWriter, r *http.Request) error {
	return route.SeeOther(w, r, ui.Path(r.Context(), "/provider/day"))
}

// frame is what stands around every page of a provider: where they can go, what waits for them, and what keeps them from being
// found.
type frame struct {
	Provider catalog.Provider // zero before the first profile is saved
	City     string           // its name in the reader's language
	Exists   bool
	Requests []booking.Booking // those that can still be answered, soonest first
	More     bool              // whether there are more of them than are shown
	Steps    []step            // only for a draft
	Start    bool              // whether the page is a stage of the start
}

// step is one thing that a draft needs before it can be shown to the public, and the page on which it is given.
type step struct {
	Path string
	Done bool
}

// ready says whether nothing is missing.
func (f frame) ready() bool {
	for _, s := range f.Steps {
		if !s.Done {
			return false
		}
	}
	return f.Exists
}

func (f frame) draft() bool { return !f.Exists || f.Provider.Status == catalog.Draft }

func (f frame) stopped() bool {
	return f.Provider.Status == catalog.Suspended || f.Provider.Status == catalog.Banned
}

// frame loads what stands around the page.
func (p *pages) frame(r *http.Request) (frame, error) {
	ctx := r.Context()
	request := ui.From(ctx)
	own, err := p.catalog.ProviderOf(ctx, request.Actor.ID)
	if errs.CodeOf(err) == errs.NotFound {
		return frame{Steps: steps(catalog.Provider{}, request.Account, nil), Start: starting(r.URL.Query())}, nil
	}
	if err != nil {
		return frame{}, err
	}
	f := frame{Provider: own, Exists: true, Start: own.Status == catalog.Draft && starting(r.URL.Query())}
	if city, ok := p.catalog.City(own.CityID); ok {
		f.City = city.Name.In(ui.Lang(ctx))
	}
	if own.Status == catalog.Draft {
		services, err := p.catalog.ServicesOf(ctx, request.Actor, own.ID)
		if err != nil {
			return frame{}, err
		}
		f.Steps = steps(own, request.Account, services)
		return f, nil
	}
	waiting, err := p.bookings.List(ctx, request.Actor, booking.Filter{
		Side: booking.ProviderSide, Statuses: []booking.Status{booking.Requested}, Limit: maxRequests,
	})
	if err != nil {
		return frame{}, err
	}
	f.More = waiting.NextCursor != ""
	for _, b := range waiting.Items {
		if b.Can(booking.DoAccept, booking.ProviderSide, request.Now) == nil {
			f.Requests = append(f.Requests, b)
		}
	}
	return f, nil
}

// maxRequests bounds what one page shows; who has more answers some first.
const maxRequests = 50

// steps shows what a draft needs before a person runs into it.
func steps(own catalog.Provider, reader account.Account, services []catalog.Service) []step {
	missing := catalog.Missing(own, !reader.EmailVerifiedAt.IsZero(), services)
	done := func(field string) bool {
		return !slices.ContainsFunc(missing, func(f errs.Field) bool { return f.Name == field })
	}
	return []step{
		{"/check-mail", done("email")},
		{"/provider/profile", done("city_id")},
		{"/provider/profile", done("bio")},
		{"/provider/services", done("services")},
	}
}

// own returns the reader's provider; who has none yet is sent to make one.
func (p *pages) own(w http.ResponseWriter, r *http.Request) (found frame, ok bool, err error) {
	found, err = p.frame(r)
	if err != nil || found.Exists {
		return found, found.Exists, err
	}
	ui.Notify(w, ui.Info, "provider_pages.hours.need_profile")
	return found, false, route.SeeOther(w, r, stagePath(r.Context(), "/provider/profile"))
}
