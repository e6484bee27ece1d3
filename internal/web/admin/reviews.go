package admin

import (
	"context"
	"net/http"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/review"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// reviewsView is what the list of reported reviews shows.
type reviewsView struct {
	frame
	Items    []review.Reported
	Next     string
	Refused  string // the review whose removal was refused
	Reason   string
	Problems ui.Problems
}

func (p *pages) reviewsView(r *http.Request) (reviewsView, error) {
	ctx := r.Context()
	f, err := p.frame(r, ui.T(ctx, "admin.reviews.title"))
	if err != nil {
		return reviewsView{}, err
	}
	page, err := p.Reviews.Reported(ctx, ui.From(ctx).Actor, r.URL.Query().Get("cursor"), reviewsShown)
	return reviewsView{frame: f, Items: page.Items, Next: next(ctx, "/admin/reviews", r, page.NextCursor)}, err
}

// reviewsShown is how many reported reviews stand on a page: each is read whole.
const reviewsShown = 10

func (p *pages) reviews(w http.ResponseWriter, r *http.Request) error {
	view, err := p.reviewsView(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, reviewsPage(view))
}

func (p *pages) keepReview(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	err := p.Reviews.Keep(ctx, ui.From(ctx).Actor, r.PathValue("id"))
	p.decided()
	return after(w, r, err, "admin.reviews.kept", "/admin/reviews")
}

func (p *pages) removeReview(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, id := r.Context(), r.PathValue("id")
	err = p.Reviews.Remove(ctx, ui.From(ctx).Actor, id, sent.Get("reason"))
	if err == nil || !ui.Refused(err) {
		p.decided()
		return after(w, r, err, "admin.reviews.removed", "/admin/reviews")
	}
	view, loading := p.reviewsView(r)
	if loading != nil {
		return loading
	}
	view.Refused, view.Reason, view.Problems = id, sent.Get("reason"), ui.ProblemsOf(ctx, err)
	return ui.Render(w, r, http.StatusUnprocessableEntity, reviewsPage(view))
}

// authorOf and subjectOf are who wrote a review and whom it is about.
func authorOf(r *review.Review) string {
	if r.Side == booking.ProviderSide {
		return r.ProviderName
	}
	return r.CustomerName
}

func subjectOf(r *review.Review) string {
	if r.Side == booking.ProviderSide {
		return r.CustomerName
	}
	return r.ProviderName
}

// problems are those of one review's removal.
func (v reviewsView) problems(id string) ui.Problems {
	if id != v.Refused {
		return ui.Problems{}
	}
	return v.Problems
}

func (v reviewsView) reason(id string) string {
	if id != v.Refused {
		return ""
	}
	return v.Reason
}

func reportWords(ctx context.Context, r review.Report) string {
	return said(ctx, reportKeys[r.Reason], string(r.Reason))
}
