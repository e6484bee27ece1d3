// Package market holds the pages on which everybody finds somebody: the home page, the search and its suggestions, and what a
// provider shows of themselves with their free times. Booking one of these is in package bookings.
package market

import (
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/web/route"
)

// Config is what the pages stand on.
type Config struct {
	Catalog  *catalog.Catalog
	Bookings *booking.Service
}

type pages struct {
	catalog  *catalog.Catalog
	bookings *booking.Service
}

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{catalog: config.Catalog, bookings: config.Bookings}
	routes.Get("", p.home)
	routes.Get("/search", p.search)
	routes.Get("/suggestions", p.suggestions)
	routes.Get("/providers/{id}", p.provider)
}
