// Package providerframe is what stands around every page of a provider: where they can go from here. It knows no provider and calls
// no service, so that any package with a page for providers can use it.
package providerframe

import (
	"context"

	"khadamat/internal/web/ui"
)

// Link is one of the places that a provider can go to.
type Link struct{ Path, Key, Icon string }

// Group is a few places that belong together.
type Group struct {
	Key   string
	Links []Link
}

// Groups are all places, in the order of a provider's day: first the work, then what they say of themselves, then the rest.
var Groups = []Group{
	{"provider_pages.nav.work", []Link{
		{"/provider/day", "provider_pages.nav.day", "sun"},
		{"/provider/requests", "provider_pages.nav.requests", "inbox"},
		{"/provider/calendar", "provider_pages.nav.calendar", "calendar"},
		{"/provider/quotes", "provider_pages.nav.quotes", "list"},
		{"/provider/earnings", "provider_pages.nav.earnings", "coins"},
	}},
	{"provider_pages.nav.shop", []Link{
		{"/provider/services", "provider_pages.nav.services", "wallet"},
		{"/provider/hours", "provider_pages.nav.hours", "clock"},
		{"/provider/photos", "provider_pages.nav.photos", "camera"},
		{"/provider/profile", "provider_pages.nav.profile", "shop"},
		{"/provider/payments", "payment_pages.nav", "lock"},
	}},
	{"provider_pages.nav.trust", []Link{
		{"/provider/reviews", "provider_pages.nav.reviews", "star"},
		{"/provider/documents", "provider_pages.nav.documents", "document"},
		{"/provider/statistics", "provider_pages.nav.statistics", "chart"},
	}},
}

type waitingKey struct{}

// WithWaiting returns a context in which the frame shows how many requests wait for an answer.
func WithWaiting(ctx context.Context, requests int) context.Context {
	return context.WithValue(ctx, waitingKey{}, requests)
}

func waiting(ctx context.Context, path string) int {
	if path != "/provider/requests" {
		return 0
	}
	requests, _ := ctx.Value(waitingKey{}).(int)
	return requests
}

// meta is what the layout is told of a page within the frame: somebody works on it, and it is nobody else's business.
func meta(m ui.Meta) ui.Meta {
	m.Work, m.NoIndex, m.Width = true, true, ""
	return m
}
