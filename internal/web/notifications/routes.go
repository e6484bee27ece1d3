// Package notifications holds the pages on which people read what they were told, choose what they want to hear of, and stop the
// letters of a topic by the link that stands in them.
package notifications

import (
	"net/http"

	"khadamat/internal/notify"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Config is what the pages stand on.
type Config struct {
	Notices *notify.Service
}

type pages struct {
	notices *notify.Service
}

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{config.Notices}
	routes.Get("/notifications", route.SignedIn(p.list))
	routes.Post("/notifications/read", route.SignedIn(p.readAll))
	routes.Post("/notifications/{id}/open", route.SignedIn(p.open))
	routes.Get("/account/notifications", route.SignedIn(p.showPreferences))
	routes.Post("/account/notifications", route.SignedIn(p.setPreferences))
	routes.Get("/unsubscribe/{topic}/{secret}", p.askUnsubscribe)
	routes.Post("/unsubscribe/{topic}/{secret}", p.unsubscribe)
}

// open marks a notification as read and leads to what it is about.
func (p *pages) open(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	read, err := p.notices.MarkRead(ctx, ui.From(ctx).Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	return route.SeeOther(w, r, ui.Path(ctx, read.Path()))
}

func (p *pages) readAll(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := p.notices.MarkAllRead(ctx, ui.From(ctx).Actor); err != nil {
		return err
	}
	ui.Notify(w, ui.Success, "notifications.marked_all")
	return route.SeeOther(w, r, ui.Path(ctx, "/notifications"))
}
