package disputes

import (
	"errors"
	"net/http"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/dispute"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// detailView is the page of one dispute.
type detailView struct {
	Dispute  dispute.Dispute
	Messages []dispute.Message
	Side     booking.Side // the reader's; empty for operators
	Text     string
	Key      string
	Problems ui.Problems
}

func (v detailView) withdrawable() bool { return v.Dispute.Running() && v.Side == v.Dispute.OpenedBy }

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.showAgain(w, r, "", nil)
}

func (p *pages) showAgain(w http.ResponseWriter, r *http.Request, text string, cause error) error {
	ctx, actor := r.Context(), ui.From(r.Context()).Actor
	view := detailView{Text: text, Key: ids.New(), Problems: ui.ProblemsOf(ctx, cause)}
	var err error
	if view.Dispute, err = p.disputes.Dispute(ctx, actor, r.PathValue("id")); err != nil {
		return err
	}
	if view.Messages, err = p.disputes.Messages(ctx, actor, view.Dispute.ID); err != nil {
		return err
	}
	view.Side, _ = view.Dispute.SideOf(actor.ID)
	status := http.StatusOK
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	return ui.Render(w, r, status, detailPage(view))
}

func (p *pages) say(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	err = p.disputes.Say(ctx, ui.From(ctx).Actor, r.PathValue("id"), sent.Get("text"), sent.Get("key"))
	if errs.CodeOf(err) == errs.Invalid {
		return p.showAgain(w, r, sent.Get("text"), err)
	}
	return p.comeBack(w, r, err, "")
}

func (p *pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	_, err := p.disputes.Withdraw(r.Context(), ui.From(r.Context()).Actor, r.PathValue("id"))
	return p.comeBack(w, r, err, "dispute_pages.withdraw.done")
}

// comeBack leads to the dispute, which says how it went; where somebody else was quicker, why nothing was done.
func (p *pages) comeBack(w http.ResponseWriter, r *http.Request, err error, done string) error {
	known, _ := errors.AsType[*errs.Error](err)
	switch errs.CodeOf(err) {
	case "":
		if done != "" {
			ui.Notify(w, ui.Success, done)
		}
	case errs.Conflict:
		ui.Notify(w, ui.Warning, known.Key)
	default:
		return err
	}
	return route.SeeOther(w, r, ui.Path(r.Context(), "/disputes/"+r.PathValue("id")))
}
