// Package reviews holds what pages show of reviews: the form on which one is written, the lists of one's own, the provider's with the
// replies, and the parts that a booking's and a provider's page show of them.
package reviews

import (
	"khadamat/internal/account"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/review"
	"khadamat/internal/web/route"
)

// Config is what the pages stand on.
type Config struct {
	Reviews *review.Service
	Catalog *catalog.Catalog
}

type pages struct {
	reviews *review.Service
	catalog *catalog.Catalog
}

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{reviews: config.Reviews, catalog: config.Catalog}
	routes.Get("/bookings/{id}/review", route.SignedIn(p.showWrite))
	routes.Post("/bookings/{id}/review", route.SignedIn(p.write))
	routes.Get("/reviews", route.SignedIn(p.mine))
	routes.Get("/reviews/{id}/report", route.SignedIn(p.showReport))
	routes.Post("/reviews/{id}/report", route.SignedIn(p.report))
	routes.Get("/provider/reviews", route.Only(p.received, account.Provider))
	routes.Post("/provider/reviews/{id}/reply", route.Only(p.reply, account.Provider))
}
