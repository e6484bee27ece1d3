// Package disputes holds the pages on which two sides who cannot agree say what went wrong, and the part that a booking's page shows of
// it. Operators decide elsewhere; Thread and Facts are what their page shares with these.
package disputes

import (
	"khadamat/internal/market/dispute"
	"khadamat/internal/web/route"
)

// Config is what the pages stand on.
type Config struct {
	Disputes *dispute.Service
}

type pages struct {
	disputes *dispute.Service
}

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{disputes: config.Disputes}
	routes.Get("/bookings/{id}/dispute", route.SignedIn(p.showOpen))
	routes.Post("/bookings/{id}/dispute", route.SignedIn(p.open))
	routes.Get("/disputes", route.SignedIn(p.list))
	routes.Get("/disputes/{id}", route.SignedIn(p.show))
	routes.Post("/disputes/{id}/messages", route.SignedIn(p.say))
	routes.Post("/disputes/{id}/withdraw", route.SignedIn(p.withdraw))
}
