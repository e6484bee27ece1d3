package account

import (
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/account/cookie"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// signInView is what the sign-in page shows. The password is never sent back.
type signInView struct {
	Email    string
	Next     string // a local path, or empty
	Passkeys bool   // are possible
	Problems ui.Problems
}

func (p *pages) showSignIn(w http.ResponseWriter, r *http.Request) error {
	request := ui.From(r.Context())
	next := ui.LocalPath(r.URL.Query().Get("next"), "")
	if request.SignedIn() {
		return route.SeeOther(w, r, ui.LocalPath(next, home(r, request.Actor.Role)))
	}
	return p.renderSignIn(w, r, http.StatusOK, signInView{Next: next})
}

func (p *pages) signIn(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	view := signInView{Email: sent.Get("email"), Next: ui.LocalPath(sent.Get("next"), "")}
	session, err := p.accounts.SignIn(r.Context(), view.Email, sent.Get("password"), clientOf(r))
	if half, ok := account.HalfOf(err); ok {
		return toCode(w, r, half, view.Next)
	}
	if err != nil {
		status, again := formStatus(w, err)
		if !again {
			return err
		}
		view.Problems = ui.ProblemsOf(r.Context(), err)
		return p.renderSignIn(w, r, status, view)
	}
	cookie.Set(w, r, session)
	return route.SeeOther(w, r, ui.LocalPath(view.Next, home(r, session.Account.Role)))
}

// signOut ends the session, and the browser's memory of it even where the session had ended before.
func (p *pages) signOut(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if actor := ui.From(ctx).Actor; actor.SignedIn() {
		if err := p.accounts.SignOutSession(ctx, actor); err != nil {
			return err
		}
	}
	if err := p.accounts.SignOut(ctx, cookie.Refresh(r)); err != nil {
		return err
	}
	cookie.Clear(w, r)
	ui.Notify(w, ui.Info, "account_pages.sign_out.done")
	return route.SeeOther(w, r, ui.Path(ctx, ""))
}
