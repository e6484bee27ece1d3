package web

import (
	"net/http"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/web/ui"
)

// Fail answers a request with an error as a page in the reader's language. Who must sign in is led to do so; what is the house's own
// fault is logged with its cause and shown as nothing but the id of the request.
func (s *Site) Fail(w http.ResponseWriter, r *http.Request, err error) {
	known := httpx.ErrorOf(err)
	s.failWith(w, r, httpx.StatusOf(known.Code), known)
}

func (s *Site) failWith(w http.ResponseWriter, r *http.Request, status int, known *errs.Error) {
	if ui.From(r.Context()).Texts == nil {
		// The error comes from outside the site: the cross-origin check, or a panic on the way.
		r = r.WithContext(ui.With(r.Context(), s.requestOf(r)))
	}
	if known.Code == errs.Unauthenticated && r.Method == http.MethodGet {
		next := ui.PathWith(r.Context(), "/sign-in", "next", ui.From(r.Context()).Here())
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	if status >= http.StatusInternalServerError {
		s.config.Logger.ErrorContext(r.Context(), "page failed", "path", r.URL.Path, "error", known)
	}
	httpx.SetRetryAfter(w.Header(), known)
	w.Header().Set("Cache-Control", "no-store")
	if err := ui.Render(w, r, status, errorPage(status, known)); err != nil {
		s.config.Logger.ErrorContext(r.Context(), "error page failed", "error", err)
		http.Error(w, http.StatusText(status), status)
	}
}

// errorTitle is the key of what a page says first about an error.
func errorTitle(code errs.Code) string {
	switch code {
	case errs.NotFound:
		return "web.error_not_found"
	case errs.Gone:
		return "web.error_gone"
	case errs.Forbidden:
		return "web.error_forbidden"
	case errs.Unauthenticated:
		return "web.error_unauthenticated"
	case errs.RateLimited:
		return "web.error_rate_limited"
	case errs.Unavailable:
		return "web.error_unavailable"
	case errs.Internal:
		return "web.error_internal"
	}
	return "web.error_invalid"
}

// orElse answers what the mux has no page for with our own pages: methods that an address has not, and unknown addresses, for which
// next is asked first where there is one.
func (s *Site) orElse(mux *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		answer := &probe{header: http.Header{}}
		handler.ServeHTTP(answer, r)
		switch answer.status {
		case http.StatusMethodNotAllowed:
			w.Header()["Allow"] = answer.header["Allow"]
			s.failWith(w, r, answer.status, errs.New(errs.Invalid, "error.method_not_allowed"))
		case http.StatusNotFound:
			if next != nil {
				next.ServeHTTP(w, r)
				return
			}
			s.Fail(w, r, errs.New(errs.NotFound, "error.not_found"))
		default:
			handler.ServeHTTP(w, r)
		}
	})
}

// probe takes what the mux would answer by itself, to see what it is.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header { return p.header }

func (p *probe) WriteHeader(status int) {
	if p.status == 0 {
		p.status = status
	}
}

func (p *probe) Write(content []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	return len(content), nil
}
