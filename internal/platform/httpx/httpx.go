// Package httpx is what stands between the socket and a handler: middleware in net/http's own form, the server that drains, and
// the problem answer of the API. It renders no page and knows no route: who answers an error is told by a RenderError that the
// caller passes in, since web answers HTML and api problem+json.
package httpx

import (
	"context"
	"net/http"
	"net/netip"
	"sync/atomic"
)

// Middleware wraps a handler in another.
type Middleware = func(http.Handler) http.Handler

// RenderError answers a request with an error.
type RenderError func(w http.ResponseWriter, r *http.Request, err error)

// Chain returns the handler that goes through the middleware in the order given, the first one outermost.
func Chain(handler http.Handler, middleware ...Middleware) http.Handler {
	for i := len(middleware) - 1; i >= 0; i-- {
		handler = middleware[i](handler)
	}
	return handler
}

// exchange is what the middleware of one request knows together. It sits in the context once, so that a request is copied once,
// and what is found out further in (the route, the account) is seen further out. Account and route may be read by a goroutine that
// logs while the handler still writes them, hence the atomics.
type exchange struct {
	requestID string
	address   netip.Addr
	https     bool
	account   atomic.Pointer[string]
	route     atomic.Pointer[string]
	body      body
}

type exchangeKey struct{}

// exchangeOf returns the request's exchange, and the request that carries it where it had none.
func exchangeOf(r *http.Request) (*exchange, *http.Request) {
	if x := exchangeIn(r.Context()); x != nil {
		return x, r
	}
	x := &exchange{}
	return x, r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
}

func exchangeIn(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// RequestScope gives the request the place where middleware further in notes what middleware further out wants to know (route,
// account). Middleware of this package makes it by itself; others that call RouteOf afterwards stand within it.
func RequestScope(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, r = exchangeOf(r)
		next.ServeHTTP(w, r)
	})
}

// SetAccount notes whose request this is, for the log. It does nothing outside a request.
func SetAccount(ctx context.Context, id string) {
	if x := exchangeIn(ctx); x != nil {
		x.account.Store(&id)
	}
}

// AccountIn returns what SetAccount noted, or "".
func AccountIn(ctx context.Context) string {
	if x := exchangeIn(ctx); x != nil {
		return load(&x.account)
	}
	return ""
}

// MarkRoute stands directly around the mux and notes the pattern that it chose ("GET /fr/search"), which the mux tells only to the
// request that it was given itself.
func MarkRoute(mux http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x, r := exchangeOf(r)
		// Deferred, so that a request whose handler panics still has its route in the log.
		defer func() {
			if pattern := r.Pattern; pattern != "" {
				x.route.Store(&pattern)
			}
		}()
		mux.ServeHTTP(w, r)
	})
}

// RouteOf returns the pattern that MarkRoute noted, once the handler has returned, or "" where nothing matched.
func RouteOf(r *http.Request) string {
	if x := exchangeIn(r.Context()); x != nil {
		return load(&x.route)
	}
	return ""
}

func load(p *atomic.Pointer[string]) string {
	if s := p.Load(); s != nil {
		return *s
	}
	return ""
}
