// Package recon holds the pages of 378 with which a team sets a reconciliation up and keeps it going: its projects, the way from two files to a
// first run, sources, rules, runs, settings, and figures across projects. What people settle is in package queue.
package recon

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/recon/queue"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Config is what the pages stand on.
type Config struct {
	Workspace *workspace.Service
}

type pages struct {
	Config
	reference map[i18n.Language]func() []topic
}

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{Config: config, reference: map[i18n.Language]func() []topic{}}
	for _, language := range i18n.Languages {
		p.reference[language] = referenceOf(func() []byte { return config.Workspace.RulesetSchema(language) })
	}
	get := func(path string, h route.Handler) { routes.Get("/recon"+path, frame.Only(patient(h))) }
	post := func(path string, h route.Handler) { routes.Post("/recon"+path, frame.Only(patient(h))) }

	get("", p.projects)
	get("/analytics", p.analytics)
	get("/new", p.begin)
	post("/new", plainUpload(p.create))
	post("/new/begin", answering(p.createEmpty))

	get("/{project}/setup", p.setup)
	post("/{project}/setup", p.finishSetup)

	get("/{project}/sources", p.sources)
	post("/{project}/sources", p.addSource)
	get("/{project}/sources/{source}", p.source)
	post("/{project}/sources/{source}", p.changeSource)
	post("/{project}/sources/{source}/files", plainUpload(p.addFiles))
	post("/{project}/sources/{source}/uploads", answering(p.beginUpload))
	post("/{project}/uploads/{upload}", answering(p.putChunk))
	post("/{project}/uploads/{upload}/finish", answering(p.finishUpload))

	get("/{project}/rules", p.rules)
	post("/{project}/rules", p.saveRules)
	post("/{project}/rules/check", p.checkRules)

	get("/{project}/runs", p.runs)
	post("/{project}/runs", p.start)
	get("/{project}/runs/{run}", p.run)
	post("/{project}/runs/{run}/cancel", p.cancel)

	get("/{project}/settings", p.settings)
	post("/{project}/settings", p.saveSettings)
	post("/{project}/settings/members", p.saveMember)
	post("/{project}/settings/archive", p.archive)
	get("/{project}/settings/hooks", p.hooks)
	post("/{project}/settings/hooks", p.addHook)
	get("/{project}/settings/hooks/{hook}", p.deliveries)
	post("/{project}/settings/hooks/{hook}", p.changeHook)

	queue.Routes(routes, queue.Config{Workspace: config.Workspace})
}

// around is what every page of a project begins with: the frame of its project, with how much waits in it.
func (p *pages) around(r *http.Request, title string) (frame.Page, error) {
	page, err := frame.Of(r, p.Workspace, title)
	if err != nil {
		return frame.Page{}, err
	}
	items, err := p.Workspace.Items(r.Context(), actor(r), page.Project.ID, workspace.Filter{}, workspace.ByUrgency, 0, 1)
	page.Waiting = frame.WaitingIn(items.Counts)
	return page, err
}

// patience is how long a file may take to come in and to be read.
const patience = 15 * time.Minute

// slow are the pages, below /recon, on which files come in, are read or go out; what they do may last as long as patience.
var slow = regexp.MustCompile(`^/[a-z]{2}/recon/(new|[^/]+/(setup|export|rules|sources/[^/]+(/files)?|uploads/[^/]+(/finish)?))$`)

// TakesItsTime says whether a request may last longer than ordinary ones.
func TakesItsTime(r *http.Request) bool { return slow.MatchString(r.URL.Path) }

// patient gives a slow page its time.
func patient(handler route.Handler) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !TakesItsTime(r) {
			return handler(w, r)
		}
		ctx, cancel := context.WithTimeout(r.Context(), patience)
		defer cancel()
		// A writer that knows no deadlines has none that could be in the way.
		controller := http.NewResponseController(w)
		_ = controller.SetReadDeadline(time.Now().Add(patience))
		_ = controller.SetWriteDeadline(time.Now().Add(patience))
		return handler(w, r.WithContext(ctx))
	}
}

func actor(r *http.Request) account.Actor { return ui.From(r.Context()).Actor }

// to answers a form with the page of the project to read next.
func to(w http.ResponseWriter, r *http.Request, projectID, path string) error {
	return route.SeeOther(w, r, ui.Path(r.Context(), "/recon/"+projectID+path))
}

// again says whether a form that was refused is shown again; a conflict that is nobody's input is told there as well.
func again(err error) bool { return err != nil && ui.Refused(err) }
