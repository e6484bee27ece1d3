package queue

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// doneKeys say what was done, with how many items.
var doneKeys = map[workspace.Action]string{
	workspace.Accept: "recon_queue.done.accept", workspace.Reject: "recon_queue.done.reject", workspace.Match: "recon_queue.done.match",
	workspace.Unmatch: "recon_queue.done.unmatch", workspace.Assign: "recon_queue.done.assign", workspace.Remark: "recon_queue.done.comment",
	workspace.Explain: "recon_queue.done.explain", workspace.WriteOff: "recon_queue.done.write_off", workspace.Approve: "recon_queue.done.approve",
	workspace.Refuse: "recon_queue.done.refuse", workspace.Undo: "recon_queue.done.undo",
}

// noticeKeys say the same without a number, for a page that is loaded anew.
var noticeKeys = map[workspace.Action]string{
	workspace.Accept: "recon_queue.notice.accept", workspace.Reject: "recon_queue.notice.reject", workspace.Match: "recon_queue.notice.match",
	workspace.Unmatch: "recon_queue.notice.unmatch", workspace.Assign: "recon_queue.notice.assign", workspace.Remark: "recon_queue.notice.comment",
	workspace.Explain: "recon_queue.notice.explain", workspace.WriteOff: "recon_queue.notice.write_off", workspace.Approve: "recon_queue.notice.approve",
	workspace.Refuse: "recon_queue.notice.refuse", workspace.Undo: "recon_queue.notice.undo",
}

// undone are the actions that can be taken back.
var undone = map[workspace.Action]bool{workspace.Accept: true, workspace.Match: true, workspace.WriteOff: true}

// answer is what a script of the queue gets for a form.
type answer struct {
	Say     string   `json:"say,omitempty"`     // what was done
	Undo    []string `json:"undo,omitempty"`    // items by which it can be taken back
	Open    string   `json:"open,omitempty"`    // the item that came of it
	Seq     int64    `json:"seq,omitempty"`     // of the decision
	Problem string   `json:"problem,omitempty"` // what is wrong, where nothing was done
}

// act does what a form of the queue or of an item asks for: with one item, with those that are chosen, or with all that a filter chooses.
func (p *pages) act(w http.ResponseWriter, r *http.Request) error {
	form, err := route.Form(w, r)
	if err != nil {
		return err
	}
	act := workspace.Act{
		Action: workspace.Action(form.Get("do")), Items: form["item"], Reason: form.Get("reason"), Note: strings.TrimSpace(form.Get("note")),
		Assignee: form.Get("assignee"),
	}
	if act.Action == workspace.Remark {
		act.Note = strings.TrimSpace(form.Get("text"))
	}
	if act.Assignee == nobody {
		act.Assignee = ""
	}
	if seq, err := strconv.ParseInt(form.Get("seq"), 10, 64); err == nil {
		act.Seq = seq
	}
	if doneKeys[act.Action] == "" || act.Action == workspace.Match {
		return errs.New(errs.Invalid, "error.invalid")
	}
	if form.Get("all") != "" {
		if act.Items, err = p.chosen(r, form.Get("filter")); err != nil {
			return err
		}
	}
	return p.decide(w, r, act, form.Get("back"))
}

// chosen are the items that a filter chooses which the list was narrowed down to.
func (p *pages) chosen(r *http.Request, filter string) ([]string, error) {
	query, err := url.ParseQuery(filter)
	if err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "error.invalid")
	}
	return p.Workspace.ItemIDs(r.Context(), actor(r), r.PathValue("project"), viewOf(query).Filter)
}

// decide does an act and says so: to a script as JSON, which also hears why nothing was done, else on the page that the form leads back to.
func (p *pages) decide(w http.ResponseWriter, r *http.Request, act workspace.Act, back string) error {
	ctx := r.Context()
	script := strings.Contains(r.Header.Get("Accept"), "application/json")
	if act.Action != workspace.Match && len(act.Items) == 0 {
		return p.refuse(w, r, errs.New(errs.Invalid, "recon_queue.none_chosen"), script)
	}
	done, err := p.Workspace.Decide(ctx, actor(r), r.PathValue("project"), act)
	if err != nil {
		return p.refuse(w, r, err, script)
	}
	if script {
		return sendJSON(w, http.StatusOK, answerTo(ctx, act, done))
	}
	ui.Notify(w, ui.Success, noticeKeys[act.Action])
	return route.SeeOther(w, r, ui.LocalPath(back, ui.Path(ctx, "/recon/"+r.PathValue("project")+"/review")))
}

func answerTo(ctx context.Context, act workspace.Act, done workspace.Decided) answer {
	a := answer{Say: ui.T(ctx, doneKeys[act.Action], "Count", done.Count), Seq: done.Seq}
	if act.Action == workspace.Match && len(done.Items) > 0 {
		a.Open = done.Items[0].ID
	}
	if undone[act.Action] && done.Count <= len(done.Items) {
		for _, item := range done.Items {
			a.Undo = append(a.Undo, item.ID)
		}
	}
	return a
}

// refuse tells a script in a sentence why nothing was done; without one it is a page.
func (p *pages) refuse(w http.ResponseWriter, r *http.Request, err error, script bool) error {
	if !script {
		return err
	}
	known := httpx.ErrorOf(err)
	if known.Code == errs.Internal {
		return err
	}
	problems := ui.ProblemsOf(r.Context(), known)
	words := problems.General
	if len(known.Fields) > 0 {
		words = problems.Of(known.Fields[0].Name)
	}
	return sendJSON(w, httpx.StatusOf(known.Code), answer{Problem: words})
}

// sendJSON answers a script of ours.
func sendJSON(w http.ResponseWriter, status int, answer any) error {
	content, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(content) // nobody is there any more to be told of an error
	return nil
}
