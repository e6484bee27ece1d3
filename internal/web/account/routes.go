// Package account holds the pages on which people sign up, sign in and out, confirm their address, and look after their account: who
// they are, their ways in, what the house keeps of them.
package account

import (
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Config is what the pages stand on.
type Config struct {
	Accounts *account.Service
	Catalog  *catalog.Catalog // for the names of cities
	Features *feature.Service // nil: everything is on
}

type pages struct {
	accounts *account.Service
	catalog  *catalog.Catalog
	features *feature.Service
}

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{accounts: config.Accounts, catalog: config.Catalog, features: config.Features}
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
	routes.Get("/sign-in/code", p.showCode)
	routes.Post("/sign-in/code", p.code)
	routes.Post("/sign-in/passkey", p.passkeySignIn)
	routes.Post("/sign-in/passkey/options", p.passkeyOptions)
	routes.Get("/terms", p.terms)
	routes.Get("/privacy", p.privacy)
	p.settings(routes)
}

// settings puts the pages on which people look after their account.
func (p *pages) settings(routes *route.Routes) {
	get := func(path string, handler route.Handler) { routes.Get("/account"+path, route.SignedIn(handler)) }
	post := func(path string, handler route.Handler) { routes.Post("/account"+path, route.SignedIn(handler)) }
	get("", p.overview)
	post("/terms", p.acceptTerms)
	get("/profile", p.showProfile)
	post("/profile", p.saveProfile)
	get("/addresses/new", p.newAddress)
	post("/addresses", p.saveAddress)
	get("/addresses/{id}", p.showAddress)
	post("/addresses/{id}", p.saveAddress)
	post("/addresses/{id}/remove", p.removeAddress)
	get("/security", p.security)
	get("/password", p.showPassword)
	post("/password", p.changePassword)
	get("/email", p.showEmail)
	post("/email", p.changeEmail)
	get("/second-factor", p.showFactor)
	post("/second-factor", p.beginFactor)
	post("/second-factor/confirm", p.confirmFactor)
	post("/second-factor/codes", p.renewRecovery)
	post("/second-factor/stop", p.stopFactor)
	get("/passkeys/new", p.showPasskey)
	post("/passkeys/options", p.beginPasskey)
	post("/passkeys", p.addPasskey)
	post("/passkeys/{id}/remove", p.removePasskey)
	get("/sessions", p.sessions)
	post("/sessions/others/revoke", p.revokeOthers)
	post("/sessions/{id}/revoke", p.revokeSession)
	get("/tokens", p.showTokens)
	post("/tokens", p.createToken)
	post("/tokens/{id}/revoke", p.revokeToken)
	get("/data", p.showData)
	post("/data", p.export)
	get("/erase", p.showErase)
	post("/erase", p.erase)
	// The link may be opened on a phone that nobody has signed in with.
	routes.Get("/account/confirm-email", p.showConfirmEmail)
	routes.Post("/account/confirm-email", p.confirmEmail)
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
	case account.Moderator, account.Admin:
		return ui.Path(r.Context(), "/admin")
	case account.Finance, account.Reviewer:
		return ui.Path(r.Context(), "/finance")
	}
	return ui.Path(r.Context(), "")
}

// formStatus is the status with which a form is shown again, and whether it is: an error that is not about what was filled in gets
// a page of its own. A wrong password is 422 and not 401, which would promise a WWW-Authenticate.
func formStatus(w http.ResponseWriter, err error) (status int, again bool) {
	switch errs.CodeOf(err) {
	case errs.Invalid, errs.Conflict, errs.Unauthenticated, errs.Forbidden:
		return http.StatusUnprocessableEntity, true
	case errs.RateLimited:
		httpx.SetRetryAfter(w.Header(), err)
		return http.StatusTooManyRequests, true
	case errs.Unavailable:
		return http.StatusServiceUnavailable, true
	}
	return 0, false
}
