package queue

import (
	"context"
	"net/http"
	"strings"

	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/ui"
)

// activityRows is how many entries of the audit trail a page has.
const activityRows = 50

// activityPage is who did what, the latest first.
type activityPage struct {
	frame.Page
	Days    []activityDay
	Members []workspace.Member
	Next    string
	First   string
}

// activityDay is what was done on one day.
type activityDay struct {
	Label   string
	Entries []workspace.AuditEntry
}

func (p *pages) activity(w http.ResponseWriter, r *http.Request) error {
	ctx, cursor := r.Context(), r.URL.Query().Get("cursor")
	around, err := p.around(r, ui.T(ctx, "recon_queue.activity.title"))
	if err != nil {
		return err
	}
	trail, err := p.Workspace.Audit(ctx, actor(r), around.Project.ID, cursor, activityRows)
	if err != nil {
		return err
	}
	page := &activityPage{Page: around, Days: byDay(ctx, trail.Items)}
	if page.Members, err = p.Workspace.Members(ctx, actor(r), around.Project.ID); err != nil {
		return err
	}
	if trail.NextCursor != "" {
		page.Next = ui.PathWith(ctx, "/recon/"+around.Project.ID+"/activity", "cursor", trail.NextCursor)
	}
	if cursor != "" {
		page.First = around.Path(ctx, "/activity")
	}
	return ui.Render(w, r, http.StatusOK, activityTemplate(page))
}

func byDay(ctx context.Context, entries []workspace.AuditEntry) []activityDay {
	var days []activityDay
	for _, entry := range entries {
		label := ui.Date(ctx, entry.At, ui.Zone(officeZone))
		if len(days) == 0 || days[len(days)-1].Label != label {
			days = append(days, activityDay{Label: label})
		}
		last := &days[len(days)-1]
		last.Entries = append(last.Entries, entry)
	}
	return days
}

// entryKeys say what was done, by the action of the audit log.
var entryKeys = map[string]string{
	"recon.accept": "recon_queue.did.accept", "recon.reject": "recon_queue.did.reject", "recon.match": "recon_queue.did.match",
	"recon.unmatch": "recon_queue.did.unmatch", "recon.assign": "recon_queue.did.assign", "recon.comment": "recon_queue.did.comment",
	"recon.undo": "recon_queue.did.undo", "recon.explain": "recon_queue.did.explain", "recon.write_off": "recon_queue.did.write_off", "recon.approve": "recon_queue.did.approve",
	"recon.refuse": "recon_queue.did.refuse",

	"recon.project.created": "recon_queue.entry.project_created", "recon.project.changed": "recon_queue.entry.project_changed",
	"recon.project.archived": "recon_queue.entry.project_archived", "recon.project.restored": "recon_queue.entry.project_restored",
	"recon.member.set": "recon_queue.entry.member_set", "recon.member.removed": "recon_queue.entry.member_removed",
	"recon.source.added": "recon_queue.entry.source_added", "recon.source.changed": "recon_queue.entry.source_changed",
	"recon.source.mapped": "recon_queue.entry.source_mapped", "recon.source.removed": "recon_queue.entry.source_removed",
	"recon.version.loaded": "recon_queue.entry.version_loaded", "recon.version.removed": "recon_queue.entry.version_removed",
	"recon.rules.saved": "recon_queue.entry.rules_saved",
	"recon.run.started": "recon_queue.entry.run_started", "recon.run.finished": "recon_queue.entry.run_finished",
	"recon.run.failed": "recon_queue.entry.run_failed", "recon.run.cancelled": "recon_queue.entry.run_cancelled",
	"recon.period.prepared": "recon_queue.entry.period_prepared", "recon.period.signed": "recon_queue.entry.period_signed",
	"recon.period.reopened": "recon_queue.entry.period_reopened",
	"recon.hook.added":      "recon_queue.entry.hook_added", "recon.hook.removed": "recon_queue.entry.hook_removed",
	"recon.hook.replayed": "recon_queue.entry.hook_replayed",
}

// entryWords is an entry in words; an action without words of its own is told by its name.
func entryWords(ctx context.Context, entry *workspace.AuditEntry) string {
	return said(ctx, entryKeys[entry.Action], strings.ReplaceAll(strings.TrimPrefix(entry.Action, "recon."), "_", " "))
}

// factKeys are the details of entries that a reader is told, in their order. The others are for programs: ids, hashes, settings.
var factKeys = []struct{ name, key string }{
	{"number", "recon_queue.fact.number"}, {"name", "recon_queue.fact.name"}, {"file", "recon_queue.fact.file"}, {"rows", "recon_queue.fact.rows"},
	{"period", "recon_queue.fact.period"}, {"count", "recon_queue.fact.count"}, {"reason", "recon_queue.fact.reason"}, {"note", "recon_queue.fact.note"},
	{"host", "recon_queue.fact.host"},
}

// fact is a detail of an entry.
type fact struct{ Name, Value string }

// facts are the details of an entry.
func (p *activityPage) facts(ctx context.Context, entry *workspace.AuditEntry) []fact {
	var facts []fact
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, fact{name, value})
		}
	}
	for _, known := range factKeys {
		switch v := entry.Data[known.name].(type) {
		case string:
			if known.name == "period" {
				v = monthName(ctx, v)
			}
			add(ui.T(ctx, known.key), v)
		case float64:
			add(ui.T(ctx, known.key), ui.Number(ctx, int(v)))
		}
	}
	for _, name := range []string{"account", "assignee"} {
		if id, ok := entry.Data[name].(string); ok && id != "" {
			add(ui.T(ctx, "recon_queue.fact.person"), memberName(p.Members, id))
		}
	}
	return facts
}

// run is the run that an entry is about, empty where it is about none.
func entryRun(entry *workspace.AuditEntry) string {
	id, _ := entry.Data["run"].(string)
	return id
}

// maxLinks is how many of an entry's items are linked; a decision may be about a hundred thousand.
const maxLinks = 3

// entryItems are the first items that an entry is about.
func entryItems(entry *workspace.AuditEntry) []string {
	var ids []string
	if list, ok := entry.Data["items"].([]any); ok {
		for _, id := range list[:min(len(list), maxLinks)] {
			if id, ok := id.(string); ok {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// entryName is who did it; the house has no account.
func entryName(ctx context.Context, entry *workspace.AuditEntry) string {
	if entry.ActorID == "" {
		return ui.T(ctx, "recon_queue.activity.house")
	}
	return entry.Name
}
