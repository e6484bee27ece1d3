// Package bookings holds the pages of a booking's life: the one on which a customer books, the list of their bookings, and the
// booking itself with what either side may do. What a provider sees of a day or of all requests is in package provider.
package bookings

import (
	"context"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/message"
	"khadamat/internal/web/route"
)

// Config is what the pages stand on.
type Config struct {
	Accounts Accounts
	Catalog  *catalog.Catalog
	Bookings *booking.Service
	Messages *message.Service
	Boxes    []Box // on the page of a booking, in their order
}

// Accounts know where people want their appointments to be.
type Accounts interface {
	// Addresses are those that the actor has saved, the default one first.
	Addresses(ctx context.Context, actor account.Actor) ([]account.Address, error)
}

type pages struct {
	accounts Accounts
	catalog  *catalog.Catalog
	bookings *booking.Service
	messages *message.Service
	boxes    []Box
}

const day = 24 * time.Hour

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{accounts: config.Accounts, catalog: config.Catalog, bookings: config.Bookings, messages: config.Messages, boxes: config.Boxes}
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
	routes.Get("/bookings/{id}/calendar.ics", route.SignedIn(p.calendarFile))
	routes.Post("/bookings/{id}/messages", route.SignedIn(p.say))
	routes.Get("/bookings/{id}/reschedule", route.SignedIn(p.showReschedule))
	routes.Post("/bookings/{id}/reschedule", route.SignedIn(p.reschedule))
}
