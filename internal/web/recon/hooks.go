package recon

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// hooksView is what the page of a project's webhooks shows. Secret is shown once, after one was made.
type hooksView struct {
	frame.Page
	Hooks    []workspace.Hook
	Secret   string
	Added    workspace.HookForm
	Problems ui.Problems
}

// chosen says whether a new hook is to be told of an event: of all where nothing was said yet.
func (v *hooksView) chosen(event string) bool {
	return len(v.Added.Events) == 0 || slices.Contains(v.Added.Events, event)
}

func (p *pages) hooks(w http.ResponseWriter, r *http.Request) error {
	view, err := p.hooksView(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, hooksPage(view))
}

func (p *pages) hooksView(r *http.Request) (hooksView, error) {
	page, err := p.around(r, ui.T(r.Context(), "recon_pages.hooks.title"))
	if err != nil {
		return hooksView{}, err
	}
	page.Above = &ui.Crumb{Href: page.Path(r.Context(), "/settings"), Label: ui.T(r.Context(), "recon_pages.nav.settings")}
	view := hooksView{Page: page}
	view.Hooks, err = p.Workspace.Hooks(r.Context(), actor(r), page.Project.ID)
	return view, err
}

// addHook makes a hook and shows its secret on the page that follows at once: it is not kept anywhere to be shown again.
func (p *pages) addHook(w http.ResponseWriter, r *http.Request) error {
	form, err := route.Form(w, r)
	if err != nil {
		return err
	}
	wanted := workspace.HookForm{URL: strings.TrimSpace(form.Get("url")), Events: form["events"]}
	_, secret, err := p.Workspace.AddHook(r.Context(), actor(r), r.PathValue("project"), wanted)
	if err != nil && !again(err) {
		return err
	}
	view, broken := p.hooksView(r)
	if broken != nil {
		return broken
	}
	status := http.StatusOK
	view.Secret = secret
	if err != nil {
		status, view.Added, view.Problems = http.StatusUnprocessableEntity, wanted, ui.ProblemsOf(r.Context(), err)
	}
	return ui.Render(w, r, status, hooksPage(view))
}

// deliveriesView is what a hook was told.
type deliveriesView struct {
	frame.Page
	Hook        workspace.Hook
	Deliveries  []workspace.Delivery
	First, Next string
	Problems    ui.Problems
}

const deliveriesOnPage = 50

func (p *pages) deliveries(w http.ResponseWriter, r *http.Request) error {
	return p.renderDeliveries(w, r, http.StatusOK, ui.Problems{})
}

func (p *pages) renderDeliveries(w http.ResponseWriter, r *http.Request, status int, problems ui.Problems) error {
	ctx := r.Context()
	all, err := p.hooksView(r)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all.Hooks, func(h workspace.Hook) bool { return h.ID == r.PathValue("hook") })
	if at < 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	view := deliveriesView{Page: all.Page, Hook: all.Hooks[at], Problems: problems}
	view.Title = ui.T(ctx, "recon_pages.hooks.deliveries")
	path := "/recon/" + view.Project.ID + "/settings/hooks"
	view.Above = &ui.Crumb{Href: ui.Path(ctx, path), Label: ui.T(ctx, "recon_pages.hooks.title")}
	cursor := r.URL.Query().Get("cursor")
	found, err := p.Workspace.Deliveries(ctx, actor(r), view.Hook.ID, cursor, deliveriesOnPage)
	if err != nil {
		return err
	}
	view.Deliveries = found.Items
	if cursor != "" {
		view.First = ui.Path(ctx, path+"/"+view.Hook.ID)
	}
	if found.NextCursor != "" {
		view.Next = ui.PathWith(ctx, path+"/"+view.Hook.ID, "cursor", found.NextCursor)
	}
	return ui.Render(w, r, status, deliveriesPage(view))
}

// changeHook takes a hook away, or tells it something again.
func (p *pages) changeHook(w http.ResponseWriter, r *http.Request) error {
	form, err := route.Form(w, r)
	if err != nil {
		return err
	}
	next, done := "/settings/hooks", "recon_pages.hooks.removed"
	if form.Get("do") == "replay" {
		next, done = "/settings/hooks/"+r.PathValue("hook"), "recon_pages.hooks.replayed"
		_, err = p.Workspace.Replay(r.Context(), actor(r), form.Get("delivery"))
	} else {
		err = p.Workspace.RemoveHook(r.Context(), actor(r), r.PathValue("hook"))
	}
	if again(err) {
		return p.renderDeliveries(w, r, http.StatusConflict, ui.ProblemsOf(r.Context(), err))
	}
	if err != nil {
		return err
	}
	ui.Notify(w, ui.Success, done)
	return to(w, r, r.PathValue("project"), next)
}

// eventNames lists events as people call them.
func eventNames(ctx context.Context, events []string) string {
	names := make([]string, len(events))
	for i, event := range events {
		names[i] = said(ctx, eventKeys[event], event)
	}
	return strings.Join(names, " · ")
}

// indented writes JSON with a line for each thing.
func indented(body string) string {
	var lines bytes.Buffer
	if json.Indent(&lines, []byte(body), "", "  ") != nil {
		return body
	}
	return lines.String()
}
