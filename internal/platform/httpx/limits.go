package httpx

import (
	"context"
	"io"
	"net/http"
	"time"
)

// Timeout gives each request's context a deadline. Nothing is buffered: a handler learns of the deadline from its context, and the
// error it then returns becomes an answer as any other. Requests that except picks (a nil except picks none), such as WebSockets, have none.
func Timeout(limit time.Duration, except func(*http.Request) bool) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if except != nil && except(r) {
				next.ServeHTTP(w, r)
				return
			}
			ctx, cancel := context.WithTimeout(r.Context(), limit)
			defer cancel()
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

// body is what arrived before any limit was put on it, so that an inner BodyLimit can widen an outer one.
type body struct {
	raw     io.ReadCloser
	started bool
}

const (
	// lingerBytes and lingerTime bound how much of a refused body is read and thrown away, so that its sender, who may look at
	// the answer only when all is sent, finds one: closing on somebody who is still sending takes the answer away from them.
	lingerBytes = 16 << 20
	lingerTime  = 5 * time.Second
)

// BodyLimit makes reading more than maxBytes of a body fail with *http.MaxBytesError, which answers as too large. The innermost
// limit around a handler is the one that counts, so that a route can allow more or less than the general one.
func BodyLimit(maxBytes int64) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Body == nil || r.Body == http.NoBody {
				next.ServeHTTP(w, r)
				return
			}
			x, r := exchangeOf(r)
			outermost := !x.body.started
			if outermost {
				x.body = body{raw: r.Body, started: true}
			}
			limited := *r // the request belongs to whoever made it: change a copy
			limited.Body = http.MaxBytesReader(w, x.body.raw, maxBytes)
			next.ServeHTTP(w, &limited)
			// Who waits for a word before sending ("Expect: 100-continue") has not begun and needs no patience.
			if outermost && r.Header.Get("Expect") == "" {
				linger(w, x.body.raw)
			}
		})
	}
}

func linger(w http.ResponseWriter, raw io.Reader) {
	if http.NewResponseController(w).SetReadDeadline(time.Now().Add(lingerTime)) != nil {
		return // without a deadline, a sender who stops would hold us
	}
	_, _ = io.CopyN(io.Discard, raw, lingerBytes) // what goes wrong here is the sender's to find out
}
