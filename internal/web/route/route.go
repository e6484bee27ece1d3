// Package route is the seam between the site and its pages: it puts a page's handlers under every language, turns what they return
// into an answer, and guards those that need a known reader.
package route

import (
	"net/http"
	"net/url"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/web/ui"
)

// Handler answers a request, or returns the error that becomes an error page. It must not have written anything when it returns
// one.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Routes takes the pages of the site.
type Routes struct {
	mux    *http.ServeMux
	fail   httpx.RenderError
	around Around
}

// Around puts something around the handler of a page, which is given by its method and its path without the language.
type Around func(method, path string, handler Handler) Handler

// Wrap has around put around all pages in every language that are added from now on.
func (s *Routes) Wrap(around Around) { s.around = around }

// New returns routes on mux. Fail renders the errors that handlers return.
func New(mux *http.ServeMux, fail httpx.RenderError) *Routes { return &Routes{mux: mux, fail: fail} }

// Get puts a page under every language: Get("/search", …) answers GET and HEAD of /fr/search, /ar/search and /en/search. The path
// may have wildcards, as in "/providers/{id}"; an empty path is the home page.
func (s *Routes) Get(path string, handler Handler) { s.inEveryLanguage(http.MethodGet, path, handler) }

// Post is Get for what a form sends.
func (s *Routes) Post(path string, handler Handler) {
	s.inEveryLanguage(http.MethodPost, path, handler)
}

func (s *Routes) inEveryLanguage(method, path string, handler Handler) {
	if s.around != nil {
		handler = s.around(method, path, handler)
	}
	for _, language := range i18n.Languages {
		s.Plain(method+" /"+string(language)+path, handler)
	}
}

// Plain puts a handler under a pattern of the mux as it stands ("GET /robots.txt"), outside the languages.
func (s *Routes) Plain(pattern string, handler Handler) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := handler(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// SignedIn lets only known readers through. Others are sent to sign in and come back afterwards; after a form they come back to
// the page that had it.
func SignedIn(handler Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !ui.From(r.Context()).SignedIn() {
			return toSignIn(w, r)
		}
		return handler(w, r)
	}
}

// Only lets readers with one of the roles through, and admins. A reader who has another role is told that the page is not theirs.
func Only(handler Handler, roles ...account.Role) Handler {
	return SignedIn(func(w http.ResponseWriter, r *http.Request) error {
		if err := ui.From(r.Context()).Actor.RequireRole(roles...); err != nil {
			return err
		}
		return handler(w, r)
	})
}

func toSignIn(w http.ResponseWriter, r *http.Request) error {
	next := ui.From(r.Context()).Here()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		next = refererPath(r)
	}
	return SeeOther(w, r, ui.PathWith(r.Context(), "/sign-in", "next", next))
}

// refererPath is where a form was sent from, where that was a page of ours.
func refererPath(r *http.Request) string {
	referer, err := url.Parse(r.Referer())
	if err != nil || referer.Host != r.Host {
		return ""
	}
	return ui.LocalPath(referer.RequestURI(), "")
}

// SeeOther answers a form with the page to read next, a local path with its language (ui.Path makes one).
func SeeOther(w http.ResponseWriter, r *http.Request, path string) error {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, ui.LocalPath(path, ui.Path(r.Context(), "")), http.StatusSeeOther)
	return nil
}

// maxFormBytes is far more than any form of ours sends.
const maxFormBytes = 64 << 10

// Form reads the form that a POST carries. What is no form is Invalid; what is too large is TooLarge.
func Form(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	if err := r.ParseForm(); err != nil {
		if known := httpx.ErrorOf(err); known.Code != errs.Internal {
			return nil, known
		}
		return nil, errs.Wrap(err, errs.Invalid, "error.invalid")
	}
	return r.PostForm, nil
}
