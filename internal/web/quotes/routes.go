// Package quotes holds the pages on which a price is found: customers post jobs and choose among offers, providers see the jobs near
// them and answer. What an accepted offer becomes is shown by package bookings.
package quotes

import (
	"errors"
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/quote"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Config is what the pages stand on.
type Config struct {
	Catalog *catalog.Catalog
	Quotes  *quote.Service
}

type pages struct {
	catalog *catalog.Catalog
	quotes  *quote.Service
}

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{catalog: config.Catalog, quotes: config.Quotes}
	routes.Get("/quotes", route.SignedIn(p.mine))
	routes.Get("/quotes/new", route.SignedIn(p.showNew))
	routes.Post("/quotes/new", route.SignedIn(route.Upload(p.post)))
	routes.Get("/quotes/{id}", route.SignedIn(p.show))
	routes.Get("/quotes/{id}/withdraw", route.SignedIn(p.askWithdraw))
	routes.Post("/quotes/{id}/withdraw", route.SignedIn(p.withdraw))
	routes.Get("/quotes/{id}/offers/{offer}/accept", route.SignedIn(p.askAccept))
	routes.Post("/quotes/{id}/offers/{offer}/accept", route.SignedIn(p.accept))
	routes.Get("/quotes/{id}/offers/{offer}/counter", route.SignedIn(p.showCounter))
	routes.Post("/quotes/{id}/offers/{offer}/counter", route.SignedIn(p.counter))
	routes.Get("/quotes/{id}/offers/{offer}/decline", route.SignedIn(p.askDecline))
	routes.Post("/quotes/{id}/offers/{offer}/decline", route.SignedIn(p.decline))
	routes.Get("/provider/quotes", route.Only(p.near, account.Provider))
	routes.Get("/provider/quotes/{id}", route.Only(p.showNear, account.Provider))
	routes.Post("/provider/quotes/{id}", route.Only(p.answer, account.Provider))
}

// home is the page of a job for one of its sides.
func home(jobID string, side booking.Side) string {
	if side == booking.ProviderSide {
		return "/provider/quotes/" + jobID
	}
	return "/quotes/" + jobID
}

// tooLate answers a button that is no longer there, because the other side or the clock was quicker: the reader sees the job as it is
// now and why nothing was done.
func tooLate(w http.ResponseWriter, r *http.Request, path string, err error) error {
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || (known.Code != errs.Conflict && known.Code != errs.Gone) {
		return err
	}
	ui.Notify(w, ui.Warning, known.Key)
	return route.SeeOther(w, r, ui.Path(r.Context(), path))
}

// statusOf is how a page with or without a refusal is answered.
func statusOf(cause error) int {
	if cause != nil {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}
