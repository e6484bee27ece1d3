package api

import (
	"context"
	"net/http"
	"strings"

	"khadamat/internal/account"
	"khadamat/internal/account/cookie"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/platform/i18n"
)

// call is one request as the endpoints see it.
type call struct {
	api      *api
	w        http.ResponseWriter
	r        *http.Request
	language i18n.Language

	// Who asks is found out at the first need: checking a signature costs more than answering from the catalog does.
	known bool
	actor account.Actor
	err   error
}

type callKey struct{}

// prepare puts the call into the request's context.
func (a *api) prepare(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{api: a, w: w, language: httpx.Language(r)}
		c.r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
		next.ServeHTTP(w, c.r)
	})
}

func callIn(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// who returns the person who asks. It returns unauthenticated where nobody is signed in, or the credentials are of no use.
func (c *call) who() (account.Actor, error) {
	if !c.known {
		c.known = true
		c.actor, c.err = c.authenticate()
		if c.err == nil {
			httpx.SetAccount(c.r.Context(), c.actor.ID)
		}
	}
	return c.actor, c.err
}

// authenticate takes a personal access token before a cookie: who sends one means it. An Authorization header of another scheme
// belongs to a proxy before us.
func (c *call) authenticate() (account.Actor, error) {
	ctx := c.r.Context()
	scheme, token, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return c.api.Accounts.AuthenticateToken(ctx, strings.TrimSpace(token))
	}
	if access := cookie.Access(c.r); access != "" {
		return c.api.Accounts.Authenticate(ctx, access)
	}
	return account.Actor{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
}

func (c *call) client() account.Client {
	return account.Client{Address: httpx.AddressIn(c.r.Context()).String(), UserAgent: c.r.UserAgent()}
}
