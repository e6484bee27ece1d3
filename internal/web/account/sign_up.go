package account

import (
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/account/cookie"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// signUpView is what the sign-up page shows. The password is never sent back.
type signUpView struct {
	Role     account.Role
	Name     string
	Email    string
	Next     string // a local path, or empty
	Terms    bool   // are accepted
	Key      string // makes a form that is sent twice one account
	Problems ui.Problems
}

func (p *pages) showSignUp(w http.ResponseWriter, r *http.Request) error {
	request := ui.From(r.Context())
	query := r.URL.Query()
	view := signUpView{Role: account.Customer, Next: ui.LocalPath(query.Get("next"), ""), Key: ids.New()}
	if request.SignedIn() {
		return route.SeeOther(w, r, ui.LocalPath(view.Next, home(r, request.Actor.Role)))
	}
	if query.Get("role") == string(account.Provider) {
		view.Role = account.Provider
	}
	return ui.Render(w, r, http.StatusOK, signUpPage(view))
}

// signUp makes the account and signs its owner in at once: what a customer was about to book shall not have to wait for a mail.
func (p *pages) signUp(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	view := signUpView{
		Role: account.Role(sent.Get("role")), Name: sent.Get("name"), Email: sent.Get("email"),
		Next: ui.LocalPath(sent.Get("next"), ""), Key: sent.Get("key"),
		Terms: sent.Get("terms_accepted") != "",
	}
	session, err := p.makeAccount(r, view, sent.Get("password"))
	if err != nil {
		status, again := formStatus(w, err)
		if !again {
			return err
		}
		view.Problems, view.Key = ui.ProblemsOf(ctx, err), ids.New()
		if view.Role != account.Customer && view.Role != account.Provider {
			view.Problems.Fields["role"] = ui.T(ctx, "account_pages.sign_up.role_required")
		}
		return ui.Render(w, r, status, signUpPage(view))
	}
	cookie.Set(w, r, session)
	return route.SeeOther(w, r, ui.PathWith(ctx, "/check-mail", "next", view.Next))
}

func (p *pages) makeAccount(r *http.Request, view signUpView, password string) (account.Session, error) {
	ctx := r.Context()
	made, err := p.accounts.SignUp(ctx, account.NewAccount{
		Email: view.Email, Password: password, Name: view.Name, Role: view.Role, Language: ui.Lang(ctx), TermsAccepted: view.Terms,
		IdempotencyKey: view.Key,
	})
	if err != nil {
		return account.Session{}, err
	}
	return p.accounts.SignIn(ctx, made.Email, password, clientOf(r))
}

// mailView is what the page shows that sends people to their mail.
type mailView struct {
	Next     string
	Problem  string
	Verified bool
}

func (p *pages) checkMail(w http.ResponseWriter, r *http.Request) error {
	return ui.Render(w, r, http.StatusOK, checkMailPage(mailViewOf(r, r.URL.Query().Get("next"))))
}

func mailViewOf(r *http.Request, next string) mailView {
	request := ui.From(r.Context())
	return mailView{Next: ui.LocalPath(next, home(r, request.Actor.Role)), Verified: !request.Account.EmailVerifiedAt.IsZero()}
}

// resend sends the mail again, or says how long to wait before the next one.
func (p *pages) resend(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	err = p.accounts.ResendVerification(ctx, ui.From(ctx).Actor)
	switch errs.CodeOf(err) {
	case "":
		ui.Notify(w, ui.Success, "account_pages.check_mail.resent")
	case errs.Conflict:
		ui.Notify(w, ui.Info, "account_pages.check_mail.verified")
	case errs.RateLimited:
		status, _ := formStatus(w, err)
		view := mailViewOf(r, sent.Get("next"))
		view.Problem = ui.ProblemsOf(ctx, err).General
		return ui.Render(w, r, status, checkMailPage(view))
	default:
		return err
	}
	return route.SeeOther(w, r, ui.PathWith(ctx, "/check-mail", "next", ui.LocalPath(sent.Get("next"), "")))
}
