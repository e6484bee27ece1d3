package account

import (
	"net/http"

	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// forgottenView is what the page for a forgotten password shows.
type forgottenView struct {
	Email    string
	Problems ui.Problems
}

func (p *pages) showForgotten(w http.ResponseWriter, r *http.Request) error {
	if r.URL.Query().Has("sent") {
		return ui.Render(w, r, http.StatusOK, forgottenSentPage())
	}
	return ui.Render(w, r, http.StatusOK, forgottenPage(forgottenView{}))
}

// forgotten answers the same whether or not anybody has the address.
func (p *pages) forgotten(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	view := forgottenView{Email: sent.Get("email")}
	if err := p.accounts.ForgotPassword(ctx, view.Email); err != nil {
		status, again := formStatus(w, err)
		if !again {
			return err
		}
		view.Problems = ui.ProblemsOf(ctx, err)
		return ui.Render(w, r, status, forgottenPage(view))
	}
	return route.SeeOther(w, r, ui.PathWith(ctx, "/forgotten-password", "sent", "1"))
}

// resetView is what the page for a new password shows.
type resetView struct {
	Token    string
	Problems ui.Problems
}

func (p *pages) showReset(w http.ResponseWriter, r *http.Request) error {
	return ui.Render(w, r, http.StatusOK, resetPage(resetView{Token: r.URL.Query().Get("token")}))
}

func (p *pages) reset(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	view := resetView{Token: sent.Get("token")}
	err = p.accounts.ResetPassword(ctx, view.Token, sent.Get("password"))
	if code := errs.CodeOf(err); code == errs.Gone || code == errs.NotFound {
		return ui.Render(w, r, linkStatus(code), resetFailedPage())
	}
	if err != nil {
		status, again := formStatus(w, err)
		if !again {
			return err
		}
		view.Problems = ui.ProblemsOf(ctx, err)
		return ui.Render(w, r, status, resetPage(view))
	}
	ui.Notify(w, ui.Success, "account_pages.reset.done")
	return route.SeeOther(w, r, ui.Path(ctx, "/sign-in"))
}
