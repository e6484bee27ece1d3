// Package account holds the pages on which people sign up, sign in and out, confirm their address and choose a new password, and in
// demo mode the outbox in which they find the mails that the house would have sent them.
package account

import (
	"context"
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/platform/mail"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Outbox is where mails are kept that go nowhere.
type Outbox interface {
	List(ctx context.Context, limit int) ([]mail.Item, error)
	Get(ctx context.Context, id string) (mail.Item, error)
}

// Config is what the pages stand on. Outbox is nil where mails are really sent; then there are no pages for it.
type Config struct {
	Accounts *account.Service
	Outbox   Outbox
}

type pages struct {
	accounts *account.Service
	outbox   Outbox
}

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{accounts: config.Accounts, outbox: config.Outbox}
	routes.Get("/sign-in", p.showSignIn)
	routes.Post("/sign-in", p.signIn)
	routes.Get("/sign-up", p.showSignUp)
	routes.Post("/sign-up", p.signUp)
	routes.Post("/sign-out", p.signOut)
	routes.Get("/check-mail", route.SignedIn(p.checkMail))
	routes.Post("/check-mail", route.SignedIn(p.resend))
	routes.Get("/verify-email", p.showVerify)
	routes.Post("/verify-email", p.verify)
	routes.Get("/forgotten-password", p.showForgotten)
	routes.Post("/forgotten-password", p.forgotten)
	routes.Get("/reset-password", p.showReset)
	routes.Post("/reset-password", p.reset)
	if config.Outbox != nil {
		routes.Plain("GET /dev/outbox", p.listOutbox)
		routes.Plain("GET /dev/outbox/{id}", p.showMail)
	}
}

// clientOf is the program that the reader uses.
func clientOf(r *http.Request) account.Client {
	return account.Client{Address: httpx.AddressIn(r.Context()).String(), UserAgent: r.UserAgent()}
}

// home is where a person goes who has signed in and was not on the way to anywhere.
func home(r *http.Request, role account.Role) string {
	switch role {
	case account.Provider:
		return ui.Path(r.Context(), "/provider/day")
	case account.Customer:
		return ui.Path(r.Context(), "/bookings")
	}
	return ui.Path(r.Context(), "")
}

// formStatus is the status with which a form is shown again, and whether it is: an error that is not about what was filled in gets
// a page of its own. A wrong password is 422 and not 401, which would promise a WWW-Authenticate.
func formStatus(w http.ResponseWriter, err error) (status int, again bool) {
	switch errs.CodeOf(err) {
	case errs.Invalid, errs.Conflict, errs.Unauthenticated:
		return http.StatusUnprocessableEntity, true
	case errs.RateLimited:
		httpx.SetRetryAfter(w.Header(), err)
		return http.StatusTooManyRequests, true
	case errs.Unavailable:
		return http.StatusServiceUnavailable, true
	}
	return 0, false
}
