package httpx

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"khadamat/internal/platform/errs"
)

// Log writes one line for each request: method, route, path, status, bytes, duration, address. Never the query, a header or a body, since
// these carry tokens and what people type. Request id and account come from the logger, which reads them from the context.
// What the server got wrong is logged as an error, all else as information.
func Log(logger *slog.Logger) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, r = exchangeOf(r)
			started := time.Now()
			recorder := Record(w)
			defer func() {
				level := slog.LevelInfo
				if recorder.Status() >= 500 {
					level = slog.LevelError
				}
				ctx := r.Context()
				logger.LogAttrs(ctx, level, "request",
					slog.String("method", r.Method),
					slog.String("route", RouteOf(r)),
					slog.String("path", loggedPath(r)),
					slog.Int("status", recorder.Status()),
					slog.Int64("bytes", recorder.Bytes()),
					slog.Float64("duration_ms", float64(time.Since(started).Microseconds())/1000),
					slog.String("address", AddressIn(ctx).String()),
				)
			}()
			next.ServeHTTP(recorder, r)
		})
	}
}

// loggedPath is the path for requests that no route took, where it is what an operator wants to know; a route's own path may hold
// a token ("/verify/{token}").
func loggedPath(r *http.Request) string {
	const maxBytes = 200
	if RouteOf(r) != "" {
		return ""
	}
	return r.URL.Path[:min(len(r.URL.Path), maxBytes)]
}

// Recover answers a panic as an internal error and logs it with its stack. http.ErrAbortHandler passes: it is how a handler
// drops a connection. Where the answer has begun the connection is dropped too, so that nobody takes half an answer for a whole.
func Recover(logger *slog.Logger, render RenderError) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			recorder := Record(w)
			defer func() {
				cause := recover()
				if cause == nil {
					return
				}
				if cause == http.ErrAbortHandler {
					panic(cause)
				}
				logger.LogAttrs(r.Context(), slog.LevelError, "panic",
					slog.String("cause", fmt.Sprint(cause)), slog.String("stack", string(debug.Stack())))
				if recorder.Started() {
					panic(http.ErrAbortHandler)
				}
				render(recorder, r, errs.Wrap(fmt.Errorf("panic: %v", cause), errs.Internal, "error.internal"))
			}()
			next.ServeHTTP(recorder, r)
		})
	}
}
