// Package bookings holds the pages of a booking's life: the one on which a customer books, the list of their bookings, and the
// booking itself with what either side may do. What a provider sees of a day or of all requests is in package provider.
package bookings

import (
	"time"

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

const day = 24 * time.Hour

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{catalog: config.Catalog, bookings: config.Bookings}
	routes.Get("/book/{serviceID}", route.SignedIn(p.showBook))
	routes.Post("/book/{serviceID}", route.SignedIn(p.book))
	routes.Get("/bookings", route.SignedIn(p.list))
	routes.Get("/bookings/{id}", route.SignedIn(p.show))
	for _, verb := range verbs {
		routes.Post("/bookings/{id}/"+verb.path, route.SignedIn(p.act(verb)))
	}
	for _, question := range questions {
		routes.Get("/bookings/{id}/"+question.path, route.SignedIn(p.ask(question)))
	}
	routes.Get("/bookings/{id}/reschedule", route.SignedIn(p.showReschedule))
	routes.Post("/bookings/{id}/reschedule", route.SignedIn(p.reschedule))
}
