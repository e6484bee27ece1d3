// Package frame is what stands around every page of 378's workspace: where one can go, what the page is called and what can be done on
// it. The pages live in the packages beside it.
package frame

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"khadamat/internal/account"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Page is what the frame needs to know of a page.
type Page struct {
	Title   string             // the page's first heading
	Project *workspace.Project // nil on pages across projects
	Waiting int                // items that wait for a person, shown beside the review; 0: nothing is shown
	Actions templ.Component    // at the end of the title's line; nil: none
	Above   *ui.Crumb          // the page above this one within its section; nil where there is none
	Quiet   bool               // the title is only read out, for pages that need all the room there is
	Fill    bool               // as high as the window on a wide screen; what is in it scrolls by itself
}

// Only lets those through who work with 378, and admins.
func Only(handler route.Handler) route.Handler {
	return route.Only(handler, account.Finance, account.Reviewer)
}

// Projects is what the frame asks of the workspace.
type Projects interface {
	// Project returns a project that the actor is a member of; not found otherwise.
	Project(ctx context.Context, actor account.Actor, id string) (workspace.Project, error)
}

// Of returns the frame of a page of the project that the request's path names ("/recon/{project}/…").
func Of(r *http.Request, projects Projects, title string) (Page, error) {
	project, err := projects.Project(r.Context(), ui.From(r.Context()).Actor, r.PathValue("project"))
	if err != nil {
		return Page{}, err
	}
	return Page{Title: title, Project: &project}, nil
}

// Path is the address of a page of the project in the reader's language: Path(ctx, "/review"). An empty path is the results.
func (p Page) Path(ctx context.Context, path string) string {
	return ui.Path(ctx, p.own(path))
}

// full is the title that the browser shows.
func (p Page) full(ctx context.Context) string {
	if p.Project == nil {
		return p.Title + " · " + ui.T(ctx, "recon_pages.nav.name")
	}
	return p.Title + " · " + p.Project.Name
}

// own is Path without the language.
func (p Page) own(path string) string { return "/recon/" + p.Project.ID + path }

// May says whether the reader's role in the project allows what needs role.
func (p Page) May(role workspace.Role) bool {
	return p.Project != nil && rank[p.Project.Mine] >= rank[role] && p.Project.ArchivedAt.IsZero()
}

// rank orders the roles: each may what the one before it may.
var rank = map[workspace.Role]int{workspace.Viewer: 1, workspace.Analyst: 2, workspace.Reviewer: 3, workspace.Owner: 4}

// section is a page of the rail.
type section struct {
	path, key, icon string
	exact           bool // what lies below the path has entries of its own
	count           int
}

var across = []section{
	{path: "/recon", key: "recon_pages.nav.projects", icon: "list", exact: true},
	{path: "/recon/analytics", key: "recon_pages.nav.analytics", icon: "chart"},
	{path: "/recon/new", key: "recon_pages.nav.new", icon: "plus"},
}

func (p Page) sections() []section {
	if p.Project == nil {
		return across
	}
	return []section{
		{path: p.own(""), key: "recon_pages.nav.results", icon: "chart", exact: true},
		{path: p.own("/review"), key: "recon_pages.nav.review", icon: "inbox", count: p.Waiting},
		{path: p.own("/sources"), key: "recon_pages.nav.sources", icon: "document"},
		{path: p.own("/rules"), key: "recon_pages.nav.rules", icon: "filter"},
		{path: p.own("/runs"), key: "recon_pages.nav.runs", icon: "bolt"},
		{path: p.own("/periods"), key: "recon_pages.nav.periods", icon: "lock"},
		{path: p.own("/activity"), key: "recon_pages.nav.activity", icon: "clock"},
		{path: p.own("/settings"), key: "recon_pages.nav.settings", icon: "settings"},
	}
}

// current marks the section that the page belongs to.
func (s section) current(ctx context.Context) templ.Attributes {
	request := ui.From(ctx)
	if s.exact {
		if request.URL.Path != ui.Path(ctx, s.path) {
			return nil
		}
	} else if !request.Under(s.path) {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}
