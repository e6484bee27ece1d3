package reviews

import (
	"context"
	"errors"
	"net/http"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/review"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// receivedView is the provider's page of all that customers wrote, what waits for a reply first.
type receivedView struct {
	Provider catalog.Provider
	Summary  review.Summary
	Waiting  []booking.Booking // customers to review
	Open     review.Page       // without a reply
	Answered review.Page
	OpenFrom string // cursors of the pages shown; empty for the first
	DoneFrom string
	Refused  refusedReply
}

// receivedItems is how many reviews either list shows at a time.
const receivedItems = 5

// refusedReply is a reply that would not do, with its words kept.
type refusedReply struct {
	ReviewID string
	Words    string
	Problems ui.Problems
}

func (p *pages) received(w http.ResponseWriter, r *http.Request) error {
	return p.receivedAgain(w, r, refusedReply{})
}

// receivedAgain shows the page, with what was wrong with a reply where there was one.
func (p *pages) receivedAgain(w http.ResponseWriter, r *http.Request, refused refusedReply) error {
	ctx, actor, query := r.Context(), ui.From(r.Context()).Actor, r.URL.Query()
	view := receivedView{OpenFrom: query.Get("open"), DoneFrom: query.Get("answered"), Refused: refused}
	var err error
	view.Provider, err = p.catalog.ProviderOf(ctx, actor.ID)
	if errs.CodeOf(err) == errs.NotFound {
		return ui.Render(w, r, http.StatusOK, receivedPage(view))
	}
	if err != nil {
		return err
	}
	if view.Summary, err = p.reviews.Summary(ctx, view.Provider.ID); err != nil {
		return err
	}
	if view.Waiting, err = p.reviews.Waiting(ctx, actor, booking.ProviderSide, waitingItems); err != nil {
		return err
	}
	if view.Open, err = p.reviews.Own(ctx, actor, view.Provider.ID, false, view.OpenFrom, receivedItems); err != nil {
		return err
	}
	if view.Answered, err = p.reviews.Own(ctx, actor, view.Provider.ID, true, view.DoneFrom, receivedItems); err != nil {
		return err
	}
	status := http.StatusOK
	if refused.ReviewID != "" {
		status = http.StatusUnprocessableEntity
	}
	return ui.Render(w, r, status, receivedPage(view))
}

func (v receivedView) link(ctx context.Context, open, answered string) string {
	return ui.PathWith(ctx, "/provider/reviews", "open", open, "answered", answered)
}

// key is the idempotency key of a reply's form.
func (v receivedView) key() string { return ids.New() }

// wordsFor are those that were refused, for the form that they came from.
func (v receivedView) wordsFor(id string) (words, problem string) {
	if v.Refused.ReviewID != id {
		return "", ""
	}
	return v.Refused.Words, v.Refused.Problems.Of("reply")
}

func (p *pages) reply(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, id := r.Context(), r.PathValue("id")
	_, err = p.reviews.Reply(ctx, ui.From(ctx).Actor, id, sent.Get("reply"), sent.Get("key"))
	known, _ := errors.AsType[*errs.Error](err)
	switch errs.CodeOf(err) {
	case "":
		ui.Notify(w, ui.Success, "review_pages.reply.done")
	case errs.Invalid:
		return p.receivedAgain(w, r, refusedReply{id, sent.Get("reply"), ui.ProblemsOf(ctx, err)})
	case errs.Conflict:
		ui.Notify(w, ui.Warning, known.Key)
	default:
		return err
	}
	return route.SeeOther(w, r, ui.Path(ctx, "/provider/reviews"))
}
