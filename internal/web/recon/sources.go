package recon

import (
	"context"
	"net/http"
	"strings"

	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// sourcesView is what the page of a project's sources shows.
type sourcesView struct {
	frame.Page
	Sources  []loadedSource
	Names    map[string]string // of members, by account
	Problems ui.Problems
	Added    workspace.SourceForm // what was filled in for a new one
}

// loadedSource is a source with its loads.
type loadedSource struct {
	workspace.Source
	Loads []workspace.Version
}

func (p *pages) sources(w http.ResponseWriter, r *http.Request) error {
	return p.renderSources(w, r, http.StatusOK, ui.Problems{})
}

func (p *pages) renderSources(w http.ResponseWriter, r *http.Request, status int, problems ui.Problems) error {
	ctx := r.Context()
	page, err := p.around(r, ui.T(ctx, "recon_pages.nav.sources"))
	if err != nil {
		return err
	}
	view := sourcesView{Page: page, Problems: problems, Added: workspace.SourceForm{Kind: workspace.Files}}
	sources, err := p.Workspace.Sources(ctx, actor(r), page.Project.ID)
	if err != nil {
		return err
	}
	loaded := true
	for _, source := range sources {
		loads, err := p.Workspace.Versions(ctx, actor(r), source.ID)
		if err != nil {
			return err
		}
		loaded = loaded && len(loads) > 0
		view.Sources = append(view.Sources, loadedSource{source, loads})
	}
	if loaded && page.May(workspace.Analyst) {
		view.Actions = runButton(page)
	}
	if view.Names, err = p.memberNames(r, page.Project.ID); err != nil {
		return err
	}
	return ui.Render(w, r, status, sourcesPage(view))
}

// memberNames are the names of a project's people, by account.
func (p *pages) memberNames(r *http.Request, projectID string) (map[string]string, error) {
	members, err := p.Workspace.Members(r.Context(), actor(r), projectID)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(members))
	for _, member := range members {
		names[member.AccountID] = member.Name
	}
	return names, nil
}

// sourceForm reads what a form says about a source.
func sourceForm(form map[string][]string) workspace.SourceForm {
	value := func(name string) string {
		if values := form[name]; len(values) > 0 {
			return strings.TrimSpace(values[0])
		}
		return ""
	}
	return workspace.SourceForm{Name: value("name"), Kind: workspace.SourceKind(value("kind")), Query: value("query"), Database: value("database")}
}

func (p *pages) addSource(w http.ResponseWriter, r *http.Request) error {
	form, err := route.Form(w, r)
	if err != nil {
		return err
	}
	if _, err = p.Workspace.AddSource(r.Context(), actor(r), r.PathValue("project"), sourceForm(form)); err != nil {
		return p.sourcesAgain(w, r, err)
	}
	ui.Notify(w, ui.Success, "recon_pages.sources.added")
	return to(w, r, r.PathValue("project"), "/sources")
}

func (p *pages) sourcesAgain(w http.ResponseWriter, r *http.Request, err error) error {
	if !again(err) {
		return err
	}
	return p.renderSources(w, r, http.StatusUnprocessableEntity, ui.Problems{General: sentence(ui.ProblemsOf(r.Context(), err))})
}

// sourceView is one source: what its columns are taken for, and what it asks where it asks a database.
type sourceView struct {
	frame.Page
	Side     sideView
	Problems ui.Problems
}

func (p *pages) source(w http.ResponseWriter, r *http.Request) error {
	return p.renderSource(w, r, http.StatusOK, ui.Problems{})
}

func (p *pages) renderSource(w http.ResponseWriter, r *http.Request, status int, problems ui.Problems) error {
	ctx := r.Context()
	page, err := p.around(r, "")
	if err != nil {
		return err
	}
	source, err := p.sourceOf(r)
	if err != nil {
		return err
	}
	view := sourceView{Page: page, Side: sideView{Source: source}, Problems: problems}
	view.Title = source.Name
	view.Above = &ui.Crumb{Href: page.Path(ctx, "/sources"), Label: ui.T(ctx, "recon_pages.nav.sources")}
	if view.Side.Ready() {
		if view.Side.Preview, err = p.Workspace.Preview(ctx, actor(r), source.Latest.ID, ui.From(ctx).Language); err != nil {
			return err
		}
	}
	return ui.Render(w, r, status, sourcePage(view))
}

// sourceOf returns the source that the path names.
func (p *pages) sourceOf(r *http.Request) (workspace.Source, error) {
	sources, err := p.Workspace.Sources(r.Context(), actor(r), r.PathValue("project"))
	if err != nil {
		return workspace.Source{}, err
	}
	for _, source := range sources {
		if source.ID == r.PathValue("source") {
			return source, nil
		}
	}
	return workspace.Source{}, errs.New(errs.NotFound, "error.not_found")
}

// changeSource does what a form asks of a source: keeps what is said about its columns, renames it, asks it for new records, or takes it away.
func (p *pages) changeSource(w http.ResponseWriter, r *http.Request) error {
	form, err := route.Form(w, r)
	if err != nil {
		return err
	}
	source, err := p.sourceOf(r)
	if err != nil {
		return err
	}
	next, done := "/sources", ""
	switch form.Get("do") {
	case "map":
		next, done = "/sources/"+source.ID, "recon_pages.sources.mapped"
		if err := p.saveMapping(r, &source, form, "0"); again(err) {
			return p.renderSource(w, r, http.StatusUnprocessableEntity, ui.Problems{General: sentence(ui.ProblemsOf(r.Context(), err))})
		} else if err != nil {
			return err
		}
	case "load":
		done = "recon_pages.sources.loaded"
		_, err = p.Workspace.Load(r.Context(), actor(r), source.ID, ui.From(r.Context()).Language)
	case "remove":
		done = "recon_pages.sources.removed"
		err = p.Workspace.RemoveSource(r.Context(), actor(r), source.ID)
	case "remove-version":
		done = "recon_pages.sources.version_removed"
		err = p.Workspace.RemoveVersion(r.Context(), actor(r), form.Get("version"))
	default:
		done = "recon_pages.sources.changed"
		changed := sourceForm(form)
		changed.Kind = source.Kind
		_, err = p.Workspace.ChangeSource(r.Context(), actor(r), source.ID, changed)
	}
	if err != nil {
		return p.sourcesAgain(w, r, err)
	}
	ui.Notify(w, ui.Success, done)
	return to(w, r, r.PathValue("project"), next)
}

// kindOptions are the kinds of sources.
func kindOptions(ctx context.Context) []ui.Option {
	var options []ui.Option
	for _, kind := range []workspace.SourceKind{workspace.Files, workspace.Query, workspace.Feed} {
		options = append(options, ui.Option{Value: string(kind), Label: ui.T(ctx, kindKeys[kind])})
	}
	return options
}
