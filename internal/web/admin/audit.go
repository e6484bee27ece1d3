package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"khadamat/internal/platform/audit"
	"khadamat/internal/web/ui"
)

// auditView is what the page of the audit log shows.
type auditView struct {
	frame
	Actor, Action, Subject, From, To string
	Actions                          []string
	Items                            []audit.Record
	Names                            map[string]string
	State                            audit.Proof
	First, Next                      string
}

func (p *pages) audit(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	f, err := p.frame(r, ui.T(ctx, "admin.nav.audit"))
	if err != nil {
		return err
	}
	view := auditView{frame: f, Actor: strings.TrimSpace(query.Get("actor")), Action: query.Get("action"), Subject: strings.TrimSpace(query.Get("subject")), From: query.Get("from"), To: query.Get("to")}
	page, err := p.AuditLog.List(ctx, audit.Filter{
		ActorID: view.Actor, Action: view.Action, SubjectID: view.Subject, From: dayParam(r, "from", 0), To: dayParam(r, "to", 1), Cursor: query.Get("cursor"),
	})
	if err != nil {
		return err
	}
	if view.State, err = p.AuditLog.State(ctx); err != nil {
		return err
	}
	if view.Actions, err = p.AuditLog.Actions(ctx); err != nil {
		return err
	}
	view.Items, view.First, view.Next = page.Items, first(ctx, "/admin/audit", r), next(ctx, "/admin/audit", r, page.NextCursor)
	var who []string
	for _, record := range page.Items {
		who = append(who, record.ActorID)
	}
	if view.Names, err = p.names(ctx, who...); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, auditPage(view))
}

// actions are what one can look for: everything of one kind, or one action.
func (v auditView) actions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "admin.filter.all_actions")}}
	kind := ""
	for _, action := range v.Actions {
		if of, _, ok := strings.Cut(action, "."); ok && of != kind {
			kind = of
			options = append(options, ui.Option{Value: of + ".", Label: of + ".*"})
		}
		options = append(options, ui.Option{Value: action, Label: action})
	}
	return options
}

// who is the name of an actor: the system's where there is none, the id's end where the account is gone.
func (v auditView) who(ctx context.Context, record audit.Record) string {
	switch name := v.Names[record.ActorID]; {
	case record.ActorID == "":
		return ui.T(ctx, "admin.side.system")
	case name == "":
		return reference(record.ActorID)
	default:
		return name
	}
}

// subjectPath is where a subject of the log can be looked at; empty where there is no page of it.
func subjectPath(record audit.Record) string {
	switch record.SubjectKind {
	case "booking":
		return "/admin/bookings/" + record.SubjectID
	case "account":
		return "/admin/people/" + record.SubjectID
	case "provider":
		return "/admin/providers/" + record.SubjectID
	case "dispute":
		return "/admin/disputes/" + record.SubjectID
	case "category":
		return "/admin/categories/" + record.SubjectID
	case "city":
		return "/admin/cities/" + record.SubjectID
	}
	return ""
}

// shownData is what an entry says beside its columns, with a line for each thing; nothing where it says nothing.
func shownData(record audit.Record) string {
	if record.Data == "" || record.Data == "{}" {
		return ""
	}
	var lines bytes.Buffer
	if json.Indent(&lines, []byte(record.Data), "", "  ") != nil {
		return record.Data
	}
	return lines.String()
}

// second writes a moment to the second, in the market's zone.
func second(t time.Time) string { return t.In(ui.Zone(marketZone)).Format("2006-01-02 15:04:05") }
