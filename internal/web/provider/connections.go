package provider

import (
	"bytes"
	"net/http"
	"strings"

	"khadamat/internal/market/calendar"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

const connectionsPath = calendarPath + "/connections"

// connectionsView is what the page of the calendars elsewhere shows.
type connectionsView struct {
	frame
	Feed     calendar.Feed
	Address  string // the secret address, only right after it was made
	Sources  []calendar.Source
	Form     connectForm
	Problems ui.Problems
}

// connectForm is a calendar elsewhere as it was written.
type connectForm struct{ Name, URL, Key string }

// subscribe is the secret address as calendars on phones open it.
func (v connectionsView) subscribe() string {
	_, rest, _ := strings.Cut(v.Address, "://")
	return "webcal://" + rest
}

func (p *pages) showConnections(w http.ResponseWriter, r *http.Request) error {
	return p.connections(w, r, http.StatusOK, connectionsView{Form: connectForm{Key: ids.New()}})
}

// connections fills in what every look at the page shows.
func (p *pages) connections(w http.ResponseWriter, r *http.Request, status int, view connectionsView) error {
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	view.frame = f
	ctx, actor := r.Context(), ui.From(r.Context()).Actor
	if view.Feed, err = p.calendars.Feed(ctx, actor); err != nil {
		return err
	}
	if view.Sources, err = p.calendars.Sources(ctx, actor); err != nil {
		return err
	}
	return ui.Render(w, r, status, connectionsPage(view))
}

func (p *pages) connect(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	form := connectForm{Name: sent.Get("name"), URL: sent.Get("url"), Key: sent.Get("key")}
	_, err = p.calendars.Connect(ctx, ui.From(ctx).Actor, calendar.SourceInput{Name: form.Name, URL: form.URL, IdempotencyKey: form.Key})
	if ui.Refused(err) {
		form.Key = ids.New()
		return p.connections(w, r, http.StatusUnprocessableEntity, connectionsView{Form: form, Problems: ui.ProblemsOf(ctx, err)})
	}
	if err != nil {
		return err
	}
	ui.Notify(w, ui.Success, "provider_pages.connections.connected")
	return route.SeeOther(w, r, ui.Path(ctx, connectionsPath))
}

func (p *pages) refresh(w http.ResponseWriter, r *http.Request) error {
	err := p.calendars.Refresh(r.Context(), ui.From(r.Context()).Actor, r.PathValue("id"))
	if errs.CodeOf(err) == errs.RateLimited {
		err = errs.New(errs.Conflict, "calendar.fetched_just_now")
	}
	return comeBack(w, r, err, "provider_pages.connections.refreshing", ui.Path(r.Context(), connectionsPath))
}

func (p *pages) disconnect(w http.ResponseWriter, r *http.Request) error {
	err := p.calendars.Disconnect(r.Context(), ui.From(r.Context()).Actor, r.PathValue("id"))
	return comeBack(w, r, err, "provider_pages.connections.disconnected", ui.Path(r.Context(), connectionsPath))
}

// openFeed makes a secret address and shows it in its own answer: nothing but this answer ever holds it, so there is no page to lead to
// that could.
func (p *pages) openFeed(w http.ResponseWriter, r *http.Request) error {
	token, err := p.calendars.OpenFeed(r.Context(), ui.From(r.Context()).Actor)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.connections(w, r, http.StatusOK, connectionsView{Address: p.baseURL + "/calendar/" + token + ".ics", Form: connectForm{Key: ids.New()}})
}

func (p *pages) closeFeed(w http.ResponseWriter, r *http.Request) error {
	if err := p.calendars.CloseFeed(r.Context(), ui.From(r.Context()).Actor); err != nil {
		return err
	}
	ui.Notify(w, ui.Success, "provider_pages.connections.closed")
	return route.SeeOther(w, r, ui.Path(r.Context(), connectionsPath))
}

// feed is what calendars elsewhere read: who knows the secret is who may read it. Everything else is not there, with the same answer.
func (p *pages) feed(w http.ResponseWriter, r *http.Request) error {
	token, ok := strings.CutSuffix(r.PathValue("file"), ".ics")
	published, err := calendar.Published{}, error(errs.New(errs.NotFound, "calendar.not_found"))
	if ok {
		published, err = p.calendars.Publish(r.Context(), token)
	}
	h := w.Header()
	h.Set("X-Robots-Tag", "noindex")
	if errs.CodeOf(err) == errs.NotFound {
		h.Set("Cache-Control", "no-store")
		http.Error(w, "not found", http.StatusNotFound)
		return nil
	}
	if err != nil {
		return err
	}
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="khadamat.ics"`)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", published.ETag)
	http.ServeContent(w, r, "", published.ChangedAt, bytes.NewReader(published.Content))
	return nil
}
