// Package queue is where people settle what a reconciliation found: its results, the queue of what waits for them, each item with the
// reasons for it, matching by hand, sign-off by period, and who did what. Nothing is decided here; the workspace decides.
package queue

import (
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Config is what the pages stand on.
type Config struct {
	Workspace *workspace.Service
}

type pages struct{ Config }

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{config}
	get := func(path string, h route.Handler) { routes.Get("/recon/{project}"+path, frame.Only(h)) }
	post := func(path string, h route.Handler) { routes.Post("/recon/{project}"+path, frame.Only(h)) }

	get("", p.results)
	get("/export", p.export)
	get("/review", p.review)
	get("/review/rows", p.rows)
	get("/items/{item}", p.item)
	post("/act", p.act)
	get("/match", p.matchDesk)
	post("/match", p.match)
	get("/periods", p.periods)
	post("/periods", p.period)
	get("/activity", p.activity)
}

// around is what every page here begins with: the frame of its project.
func (p *pages) around(r *http.Request, title string) (frame.Page, error) {
	return frame.Of(r, p.Workspace, title)
}

func actor(r *http.Request) account.Actor { return ui.From(r.Context()).Actor }
