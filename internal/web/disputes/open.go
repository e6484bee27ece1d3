package disputes

import (
	"errors"
	"net/http"

	"khadamat/internal/market/dispute"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// openView is the form that opens a dispute.
type openView struct {
	Standing dispute.Standing
	Reason   dispute.Reason
	Words    string
	Key      string
	Problems ui.Problems
}

func (p *pages) showOpen(w http.ResponseWriter, r *http.Request) error {
	return p.openAgain(w, r, dispute.Opening{}, nil)
}

// openAgain shows the form, with what was wrong with it where it was sent. Where there is a dispute already, or none to open, it leads
// there.
func (p *pages) openAgain(w http.ResponseWriter, r *http.Request, o dispute.Opening, cause error) error {
	ctx := r.Context()
	standing, err := p.disputes.Of(ctx, ui.From(ctx).Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	if standing.Latest != nil && standing.Latest.Running() {
		return route.SeeOther(w, r, ui.Path(ctx, "/disputes/"+standing.Latest.ID))
	}
	if known, ok := errors.AsType[*errs.Error](standing.Closed); ok {
		ui.Notify(w, ui.Warning, known.Key)
		return route.SeeOther(w, r, ui.Path(ctx, "/bookings/"+standing.Booking.ID))
	}
	status := http.StatusOK
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	view := openView{Standing: standing, Reason: o.Reason, Words: o.Words, Key: ids.New(), Problems: ui.ProblemsOf(ctx, cause)}
	return ui.Render(w, r, status, openPage(view))
}

func (p *pages) open(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	o := dispute.Opening{Reason: dispute.Reason(sent.Get("reason")), Words: sent.Get("words"), IdempotencyKey: sent.Get("key")}
	opened, err := p.disputes.Open(ctx, ui.From(ctx).Actor, r.PathValue("id"), o)
	switch errs.CodeOf(err) {
	case "":
		ui.Notify(w, ui.Success, "dispute_pages.open.done")
		return route.SeeOther(w, r, ui.Path(ctx, "/disputes/"+opened.ID))
	case errs.Invalid, errs.Conflict, errs.Gone:
		return p.openAgain(w, r, o, err)
	}
	return err
}
