package httpx

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
)

// Problem is the error answer of the API (RFC 9457), with three members of its own: the code of the error, the id of the request
// and the inputs at fault.
type Problem struct {
	Type      string         `json:"type"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail,omitempty"`
	Instance  string         `json:"instance,omitempty"`
	Code      errs.Code      `json:"code"`
	RequestID string         `json:"request_id,omitempty"`
	Errors    []ProblemField `json:"errors,omitempty"`
}

// ProblemField is a complaint about one input: its name, the text for people, and the key of that text for programs.
type ProblemField struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
	Key    string `json:"key"`
}

var statuses = map[errs.Code]int{
	errs.Invalid:         http.StatusUnprocessableEntity,
	errs.Unauthenticated: http.StatusUnauthorized,
	errs.Forbidden:       http.StatusForbidden,
	errs.NotFound:        http.StatusNotFound,
	errs.Conflict:        http.StatusConflict,
	errs.Gone:            http.StatusGone,
	errs.TooLarge:        http.StatusRequestEntityTooLarge,
	errs.RateLimited:     http.StatusTooManyRequests,
	errs.Unavailable:     http.StatusServiceUnavailable,
	errs.Internal:        http.StatusInternalServerError,
}

// StatusOf returns the HTTP status of a code, 500 for one that is not of the set.
func StatusOf(code errs.Code) int {
	if status, ok := statuses[code]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// ErrorOf returns err as the error that is answered: the first *errs.Error in its chain; too large for a body beyond its limit;
// unavailable for a request that ran out of time; internal for all else.
func ErrorOf(err error) *errs.Error {
	if known, ok := errors.AsType[*errs.Error](err); ok {
		return known
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errs.Wrap(err, errs.TooLarge, "error.too_large")
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return errs.Wrap(err, errs.Unavailable, "error.unavailable")
	}
	return errs.Wrap(err, errs.Internal, "error.internal")
}

// ProblemOf describes an error to a person in their language. An internal one says nothing but the id of the request.
func ProblemOf(err error, catalog *i18n.Catalog, language i18n.Language, requestID string) Problem {
	known := ErrorOf(err)
	if _, ok := statuses[known.Code]; !ok || known.Code == errs.Internal {
		known = &errs.Error{Code: errs.Internal}
	}
	generic := "error." + string(known.Code)
	p := Problem{
		Type:      "about:blank",
		Title:     catalog.T(language, generic, known.Args),
		Status:    StatusOf(known.Code),
		Code:      known.Code,
		RequestID: requestID,
	}
	if known.Key != generic && known.Key != "" {
		p.Detail = catalog.T(language, known.Key, known.Args)
	}
	for _, field := range known.Fields {
		p.Errors = append(p.Errors, ProblemField{
			Field: field.Name, Detail: catalog.T(language, field.Key, field.Args), Key: field.Key,
		})
	}
	return p
}

// Write answers with the problem. It is never kept by a cache.
func (p Problem) Write(w http.ResponseWriter) {
	content, err := json.Marshal(p)
	if err != nil {
		// Strings and numbers always marshal; encoding/json replaces what is not UTF-8.
		panic(err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	h.Del("ETag")
	w.WriteHeader(p.Status)
	_, _ = w.Write(content)
}

// Language returns the language that an API client asks for: ?lang=, then Accept-Language, then French.
func Language(r *http.Request) i18n.Language {
	if language, ok := i18n.Parse(r.URL.Query().Get("lang")); ok {
		return language
	}
	return i18n.Match(r.Header.Get("Accept-Language"))
}

func crossOriginError(cause error) error {
	return errs.Wrap(cause, errs.Forbidden, "error.cross_origin")
}

// SetRetryAfter tells programs what the message tells people: how many seconds to wait, where err says so in its argument Seconds.
func SetRetryAfter(header http.Header, err error) {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Args["Seconds"] != nil {
		header.Set("Retry-After", fmt.Sprint(e.Args["Seconds"]))
	}
}
