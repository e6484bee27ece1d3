package reviews

import (
	"net/http"
	"net/url"
	"strconv"

	"khadamat/internal/market/review"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// writeView is the form of a review, a new one or one that nobody else has seen yet.
type writeView struct {
	Standing review.Standing
	Stars    int
	Words    string
	Key      string
	Problems ui.Problems
}

func (v writeView) other() string { return nameOf(&v.Standing.Booking, v.Standing.Side.Other()) }

// atOnce says whether the review will be public as soon as it is sent.
func (v writeView) atOnce(r *ui.Request) bool {
	return v.Standing.TheyDid || !r.Now.Before(v.Standing.BlindTo)
}

func (p *pages) showWrite(w http.ResponseWriter, r *http.Request) error {
	view, err := p.form(r)
	if err != nil {
		return err
	}
	if refused, err := p.closed(w, r, view.Standing); refused || err != nil {
		return err
	}
	if mine := view.Standing.Mine; mine != nil {
		view.Stars, view.Words = mine.Stars, mine.Words
	} else if stars, err := strconv.Atoi(r.URL.Query().Get("stars")); err == nil && 1 <= stars && stars <= 5 {
		view.Stars = stars
	}
	return ui.Render(w, r, http.StatusOK, writePage(view))
}

func (p *pages) form(r *http.Request) (writeView, error) {
	standing, err := p.reviews.Of(r.Context(), ui.From(r.Context()).Actor, r.PathValue("id"))
	return writeView{Standing: standing, Key: ids.New()}, err
}

// closed leads back to the booking, saying why, where there is no review to write.
func (p *pages) closed(w http.ResponseWriter, r *http.Request, standing review.Standing) (bool, error) {
	key := ""
	if known, ok := standing.Closed.(*errs.Error); ok {
		key = known.Key
	}
	switch {
	case errs.CodeOf(standing.Closed) == errs.Conflict: // not done, or paused
	case standing.Mine == nil && key == "", standing.Editable():
		return false, nil
	case standing.Mine != nil:
		key = "review.published_already"
	}
	ui.Notify(w, ui.Warning, key)
	return true, route.SeeOther(w, r, ui.Path(r.Context(), "/bookings/"+standing.Booking.ID))
}

func (p *pages) write(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	stars, _ := strconv.Atoi(sent.Get("stars")) // what is no number is no star either
	in := review.Input{Stars: stars, Words: sent.Get("words"), IdempotencyKey: sent.Get("key")}
	written, err := p.save(r, sent, in)
	switch errs.CodeOf(err) {
	case "":
	case errs.Invalid:
		return p.writeAgain(w, r, in, err)
	case errs.Conflict, errs.Gone:
		known, _ := err.(*errs.Error)
		ui.Notify(w, ui.Warning, known.Key)
		return route.SeeOther(w, r, ui.Path(ctx, "/bookings/"+r.PathValue("id")))
	default:
		return err
	}
	done := "review_pages.write.done_blind"
	if written.Public(ui.From(ctx).Now) {
		done = "review_pages.write.done_public"
	}
	ui.Notify(w, ui.Success, done)
	return route.SeeOther(w, r, ui.Path(ctx, "/bookings/"+r.PathValue("id")))
}

// save writes a new review, or the other one that the form stood for.
func (p *pages) save(r *http.Request, sent url.Values, in review.Input) (review.Review, error) {
	ctx, actor := r.Context(), ui.From(r.Context()).Actor
	if id := sent.Get("review"); id != "" {
		return p.reviews.Edit(ctx, actor, id, in)
	}
	return p.reviews.Write(ctx, actor, r.PathValue("id"), in)
}

// writeAgain shows the form with what was wrong with it.
func (p *pages) writeAgain(w http.ResponseWriter, r *http.Request, in review.Input, cause error) error {
	view, err := p.form(r)
	if err != nil {
		return err
	}
	view.Stars, view.Words, view.Problems = in.Stars, in.Words, ui.ProblemsOf(r.Context(), cause)
	return ui.Render(w, r, http.StatusUnprocessableEntity, writePage(view))
}
