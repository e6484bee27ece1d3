package account

import (
	"encoding/json"
	"net/http"

	"khadamat/internal/account/cookie"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// codeView is what the page shows that asks for the code of the second factor.
type codeView struct {
	Next     string
	Problems ui.Problems
}

// toCode goes on with signing in at the page that asks for a code.
func toCode(w http.ResponseWriter, r *http.Request, half, next string) error {
	cookie.SetHalf(w, r, half)
	return route.SeeOther(w, r, ui.PathWith(r.Context(), "/sign-in/code", "next", next))
}

func (p *pages) showCode(w http.ResponseWriter, r *http.Request) error {
	next := ui.LocalPath(r.URL.Query().Get("next"), "")
	if request := ui.From(r.Context()); request.SignedIn() || cookie.Half(r) == "" {
		return route.SeeOther(w, r, ui.PathWith(r.Context(), "/sign-in", "next", next))
	}
	return ui.Render(w, r, http.StatusOK, codePage(codeView{Next: next}))
}

func (p *pages) code(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	view := codeView{Next: ui.LocalPath(sent.Get("next"), "")}
	session, err := p.accounts.SignInWithCode(ctx, cookie.Half(r), sent.Get("code"), clientOf(r))
	if code := errs.CodeOf(err); code == errs.Gone || code == errs.Forbidden || code == errs.RateLimited {
		cookie.ClearHalf(w, r)
		status, _ := formStatus(w, err)
		if code == errs.Gone {
			status = http.StatusUnprocessableEntity
		}
		return p.renderSignIn(w, r, status, signInView{Next: view.Next, Problems: ui.ProblemsOf(ctx, err)})
	}
	if err != nil {
		status, again := formStatus(w, err)
		if !again {
			return err
		}
		view.Problems = ui.ProblemsOf(ctx, err)
		return ui.Render(w, r, status, codePage(view))
	}
	cookie.ClearHalf(w, r)
	cookie.Set(w, r, session)
	return route.SeeOther(w, r, ui.LocalPath(view.Next, home(r, session.Account.Role)))
}

// passkeyOptions answers the script of the sign-in page.
func (p *pages) passkeyOptions(w http.ResponseWriter, r *http.Request) error {
	if err := p.passkeysPaused(); err != nil {
		return err
	}
	ceremony, err := p.accounts.BeginPasskeySignIn(r.Context())
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, ceremony)
}

func (p *pages) passkeySignIn(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	view := signInView{Next: ui.LocalPath(sent.Get("next"), "")}
	session, err := p.accounts.SignInWithPasskey(ctx, sent.Get("challenge"), sent.Get("credential"), clientOf(r))
	if err != nil {
		status, again := formStatus(w, err)
		if errs.CodeOf(err) == errs.Gone {
			status, again = http.StatusUnprocessableEntity, true
		}
		if !again {
			return err
		}
		view.Problems = ui.ProblemsOf(ctx, err)
		return p.renderSignIn(w, r, status, view)
	}
	cookie.Set(w, r, session)
	return route.SeeOther(w, r, ui.LocalPath(view.Next, home(r, session.Account.Role)))
}

func (p *pages) renderSignIn(w http.ResponseWriter, r *http.Request, status int, view signInView) error {
	view.Passkeys = p.passkeys()
	return ui.Render(w, r, status, signInPage(view))
}

// sendJSON answers a script of ours.
func sendJSON(w http.ResponseWriter, status int, answer any) error {
	content, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(content) // nobody is there any more to be told of an error
	return nil
}
