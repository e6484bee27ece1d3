package account

import (
	"net/http"

	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// showVerify asks for one tap instead of confirming at once: programs that look at mails open their links, and a GET changes
// nothing in this house.
func (p *pages) showVerify(w http.ResponseWriter, r *http.Request) error {
	return ui.Render(w, r, http.StatusOK, verifyPage(r.URL.Query().Get("token")))
}

func (p *pages) verify(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	err = p.accounts.VerifyEmail(ctx, sent.Get("token"))
	if code := errs.CodeOf(err); code == errs.Gone || code == errs.NotFound || code == errs.Invalid {
		return ui.Render(w, r, linkStatus(code), verifyFailedPage())
	}
	if err != nil {
		return err
	}
	ui.Notify(w, ui.Success, "account_pages.verify.done")
	if request := ui.From(ctx); request.SignedIn() {
		return route.SeeOther(w, r, home(r, request.Actor.Role))
	}
	return route.SeeOther(w, r, ui.Path(ctx, "/sign-in"))
}

// linkStatus is the status of a link that does not work: a token that never was reads like one that is over.
func linkStatus(code errs.Code) int {
	if code == errs.Gone {
		return http.StatusGone
	}
	return http.StatusNotFound
}
