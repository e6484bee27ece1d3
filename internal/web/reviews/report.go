package reviews

import (
	"context"
	"errors"
	"net/http"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/review"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// reportView is the form with which a review is reported.
type reportView struct {
	Review   review.Review
	Back     string
	Reason   review.Reason
	Words    string
	Problems ui.Problems
}

// back is the page that shows the review to the reader.
func back(ctx context.Context, r *review.Review) string {
	if r.Side == booking.CustomerSide {
		return ui.Path(ctx, "/providers/"+r.ProviderID) + "#reviews"
	}
	return ui.Path(ctx, "/reviews")
}

func (p *pages) showReport(w http.ResponseWriter, r *http.Request) error {
	return p.reportAgain(w, r, review.ReportInput{}, nil)
}

func (p *pages) reportAgain(w http.ResponseWriter, r *http.Request, in review.ReportInput, cause error) error {
	ctx := r.Context()
	found, err := p.reviews.Review(ctx, ui.From(ctx).Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	status := http.StatusOK
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	view := reportView{Review: found, Back: back(ctx, &found), Reason: in.Reason, Words: in.Words, Problems: ui.ProblemsOf(ctx, cause)}
	return ui.Render(w, r, status, reportPage(view))
}

func (p *pages) report(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, actor, id := r.Context(), ui.From(r.Context()).Actor, r.PathValue("id")
	in := review.ReportInput{Reason: review.Reason(sent.Get("reason")), Words: sent.Get("words")}
	err = p.reviews.Report(ctx, actor, id, in)
	known, _ := errors.AsType[*errs.Error](err)
	switch errs.CodeOf(err) {
	case "":
		ui.Notify(w, ui.Success, "review_pages.report.done")
	case errs.Invalid:
		return p.reportAgain(w, r, in, err)
	case errs.Conflict:
		ui.Notify(w, ui.Info, known.Key)
	default:
		return err
	}
	found, err := p.reviews.Review(ctx, actor, id)
	if err != nil {
		return err
	}
	return route.SeeOther(w, r, back(ctx, &found))
}

func reasons(ctx context.Context) []ui.Option {
	options := make([]ui.Option, len(review.Reasons))
	for i, reason := range review.Reasons {
		options[i] = ui.Option{Value: string(reason), Label: ui.T(ctx, reasonKeys[reason])}
	}
	return options
}
