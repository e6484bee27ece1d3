package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/platform/i18n"
)

// Problem is httpx.Problem with what the OpenAPI document says about it.
type Problem struct {
	Type      string               `json:"type" doc:"Always about:blank: the status and the code say what kind of problem it is" example:"about:blank"`
	Title     string               `json:"title" doc:"The problem in the reader's language" example:"Certaines informations sont à corriger."`
	Status    int                  `json:"status" doc:"The HTTP status" example:"422"`
	Detail    string               `json:"detail,omitempty" doc:"What happened and what to do, in the reader's language"`
	Instance  string               `json:"instance,omitempty" doc:"Not used"`
	Code      errs.Code            `json:"code" doc:"The kind of problem, for programs" enum:"invalid,unauthenticated,forbidden,not_found,conflict,gone,too_large,rate_limited,unavailable,internal" example:"invalid"`
	RequestID string               `json:"request_id,omitempty" doc:"Under which the log has more; give it to whoever helps you"`
	Errors    []httpx.ProblemField `json:"errors,omitempty" doc:"What is wrong with which input"`
}

// GetStatus is for huma.
func (p *Problem) GetStatus() int { return p.Status }

// Error is for huma.
func (p *Problem) Error() string { return string(p.Code) + ": " + p.Title }

// ContentType is for huma, which would send JSON.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// refusal is an error of HTTP itself. The code of its cause is as near as errs comes; the status says it exactly.
type refusal struct {
	status int
	cause  *errs.Error
}

func (r refusal) Error() string { return strconv.Itoa(r.status) + " " + r.cause.Error() }

func (r refusal) Unwrap() error { return r.cause }

func badRequest(key string) error {
	return refusal{status: http.StatusBadRequest, cause: errs.New(errs.Invalid, key)}
}

func noSuchAddress() error { return errs.New(errs.NotFound, "api.no_such_address") }

func wrongMethod() error {
	return refusal{status: http.StatusMethodNotAllowed, cause: errs.New(errs.Invalid, "error.method_not_allowed")}
}

// problemOf describes err to whoever asked. What is our fault goes to the log with its cause.
func problemOf(ctx context.Context, err error) httpx.Problem {
	c := callIn(ctx)
	p := httpx.ProblemOf(err, c.api.Texts, c.language, httpx.RequestIDIn(ctx))
	if refused, ok := errors.AsType[refusal](err); ok {
		p.Status = refused.status
		p.Title = c.api.Texts.T(c.language, refused.cause.Key, refused.cause.Args)
		p.Detail = ""
	}
	if p.Code == errs.Internal {
		c.api.Logger.LogAttrs(ctx, slog.LevelError, "request failed", slog.Any("error", err))
	}
	return p
}

// headersOf are the headers that an answer with p has besides those of every answer.
func headersOf(p httpx.Problem, err error, set func(name, value string)) {
	set("Cache-Control", "no-store")
	switch p.Status {
	case http.StatusUnauthorized:
		set("WWW-Authenticate", `Bearer realm="khadamat"`)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		set("Retry-After", retryAfter(err))
	}
}

// retryAfter returns the seconds that the error names, or one.
func retryAfter(err error) string {
	if known, ok := errors.AsType[*errs.Error](err); ok {
		switch seconds := known.Args["Seconds"].(type) {
		case int:
			return strconv.Itoa(seconds)
		case int64:
			return strconv.FormatInt(seconds, 10)
		}
	}
	return "1"
}

// renderError answers with err as problem+json. It is for what happens outside of huma.
func renderError(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r.Context(), err)
	headersOf(p, err, w.Header().Set)
	w.Header().Add("Vary", "Accept-Language")
	p.Write(w)
}

// RenderError answers with err as problem+json, for the middleware that stands around the API: a refused origin, a panic. The
// request need not have come as far as the API.
func RenderError(texts *i18n.Catalog) httpx.RenderError {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		p := httpx.ProblemOf(err, texts, httpx.Language(r), httpx.RequestIDIn(r.Context()))
		headersOf(p, err, w.Header().Set)
		p.Write(w)
	}
}
