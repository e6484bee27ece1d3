// Package market holds the pages on which everybody finds somebody: the home page, the search and its suggestions, and what a
// provider shows of themselves with their free times. Booking one of these is in package bookings.
package market

import (
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/favourite"
	"khadamat/internal/market/gallery"
	"khadamat/internal/market/review"
	"khadamat/internal/web/route"
)

// Config is what the pages stand on. What is nil is left out of the page of a provider.
type Config struct {
	Catalog    *catalog.Catalog
	Bookings   *booking.Service
	Reviews    *review.Service
	Gallery    *gallery.Service
	Favourites *favourite.Service
}

type pages struct {
	Config
	catalog  *catalog.Catalog
	bookings *booking.Service
	pictures *pictures
}

func newPages(config Config) *pages {
	return &pages{Config: config, catalog: config.Catalog, bookings: config.Bookings, pictures: newPictures()}
}

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := newPages(config)
	routes.Get("", p.home)
	routes.Get("/search", p.search)
	routes.Get("/suggestions", p.suggestions)
	routes.Get("/providers/{id}", p.provider)
	routes.Plain("GET /pictures/{language}/{name}", p.picturePage)
	routes.Plain("GET /pictures/{language}/{kind}/{name}", p.picturePage)
	routes.Plain("GET /sitemap.xml", p.sitemapIndex)
	routes.Plain("GET /sitemaps/{part}", p.sitemapPart)
}
