package finance

import (
	"context"
	"mime"
	"net/http"
	"strconv"

	"khadamat/internal/account"
	"khadamat/internal/finance/payout"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// payoutsView is the list of batches, and what the next one would be.
type payoutsView struct {
	frame
	pager
	Items    []payout.Batch
	Outlook  payout.Outlook
	Problems ui.Problems
}

func (p *pages) payoutsView(r *http.Request) (payoutsView, error) {
	ctx := r.Context()
	page, err := p.Payouts.Batches(ctx, actor(r), r.URL.Query().Get("cursor"), listPage)
	if err != nil {
		return payoutsView{}, err
	}
	view := payoutsView{Items: page.Items, pager: pagerOf(r, "/finance/payouts", page.NextCursor)}
	if view.Outlook, err = p.Payouts.Outlook(ctx, actor(r)); err != nil {
		return view, err
	}
	view.frame, err = p.frame(r, ui.T(ctx, "finance.nav.payouts"))
	return view, err
}

func (p *pages) payouts(w http.ResponseWriter, r *http.Request) error {
	view, err := p.payoutsView(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, payoutsPage(view))
}

// prepare makes a batch of all that is due.
func (p *pages) prepare(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	batch, err := p.Payouts.Prepare(ctx, actor(r))
	switch {
	case err == nil:
		ui.Notify(w, ui.Success, "finance.payouts.prepared")
		return route.SeeOther(w, r, ui.Path(ctx, "/finance/payouts/"+batch.ID))
	case !ui.Refused(err):
		return err
	}
	view, loading := p.payoutsView(r)
	if loading != nil {
		return loading
	}
	view.Problems = ui.ProblemsOf(ctx, err)
	return ui.Render(w, r, http.StatusUnprocessableEntity, payoutsPage(view))
}

// batchView is what the page of one batch shows.
type batchView struct {
	frame
	payout.Batch
	Payouts    []payout.Payout
	PreparedBy string // a name; empty: the house
	SentBy     string
	Own        bool // the reader prepared it, and so another one sends it
	Problems   ui.Problems
}

func (p *pages) batchView(r *http.Request) (batchView, error) {
	ctx := r.Context()
	batch, all, err := p.Payouts.Batch(ctx, actor(r), r.PathValue("id"))
	if err != nil {
		return batchView{}, err
	}
	view := batchView{Batch: batch, Payouts: all, Own: batch.PreparedBy == actor(r).ID}
	if view.PreparedBy, err = p.personName(ctx, batch.PreparedBy); err != nil {
		return view, err
	}
	if view.SentBy, err = p.personName(ctx, batch.SentBy); err != nil {
		return view, err
	}
	if view.frame, err = p.frame(r, batch.Name); err != nil {
		return view, err
	}
	view.Above = crumb(ctx, "/finance/payouts", ui.T(ctx, "finance.nav.payouts"))
	return view, nil
}

// personName is that of an account; empty for nobody.
func (p *pages) personName(ctx context.Context, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	found, err := p.Accounts.Account(ctx, id)
	if errs.CodeOf(err) == errs.NotFound {
		return shortID(id), nil
	}
	return found.Name, err
}

func (p *pages) batch(w http.ResponseWriter, r *http.Request) error {
	view, err := p.batchView(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, batchPage(view))
}

// send releases a batch: what is in it goes to the bank.
func (p *pages) send(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	_, err := p.Payouts.Send(ctx, actor(r), id)
	switch {
	case err == nil:
		ui.Notify(w, ui.Success, "finance.payouts.sent")
		return route.SeeOther(w, r, ui.Path(ctx, "/finance/payouts/"+id))
	case !ui.Refused(err) && errs.CodeOf(err) != errs.Forbidden:
		return err
	}
	view, loading := p.batchView(r)
	if loading != nil {
		return loading
	}
	view.Problems = ui.ProblemsOf(ctx, err)
	return ui.Render(w, r, http.StatusUnprocessableEntity, batchPage(view))
}

// batchFile is what the bank takes.
func (p *pages) batchFile(w http.ResponseWriter, r *http.Request) error {
	name, content, err := p.Payouts.File(r.Context(), actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/xml")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Length", strconv.Itoa(len(content)))
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(content)
	return nil
}

// maySend says whether the reader may release the batch, as far as a page can tell.
func (v batchView) maySend(ctx context.Context) bool {
	role := ui.From(ctx).Actor.Role
	return !v.Sent() && !v.Own && (role == account.Reviewer || role == account.Admin)
}
