// Package ui is what every page is made of: the layout, the components, and what is known about the request while a page is
// rendered. It knows no route's data and calls no service; pages live in the packages beside it.
package ui

import (
	"context"
	"net/url"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/i18n"
)

// Request is what a page may know about who reads it and how. It is made once for each request, by package web.
type Request struct {
	Language  i18n.Language
	Texts     *i18n.Catalog
	Actor     account.Actor   // nobody where the reader has not signed in
	Account   account.Account // the actor's; zero for nobody
	URL       *url.URL        // as it was asked for, language and all
	BaseURL   string          // "https://khadamat.ma" for absolute addresses, without a slash at the end
	Now       time.Time
	Demo      bool
	RequestID string
	Unread    int     // how many notifications the reader has not read
	Notice    *Notice // what the page before wants to be said; nil for nothing
}

type requestKey struct{}

// With returns a context in which From finds request.
func With(ctx context.Context, request *Request) context.Context {
	return context.WithValue(ctx, requestKey{}, request)
}

// From returns the request that a page is rendered for. It is never nil: outside a request it is an empty one in French, so that
// an error page can be rendered whatever went wrong.
func From(ctx context.Context) *Request {
	if request, ok := ctx.Value(requestKey{}).(*Request); ok {
		return request
	}
	return &Request{Language: i18n.French, URL: &url.URL{Path: "/fr"}}
}

// SignedIn says whether the reader is a known person.
func (r *Request) SignedIn() bool { return r.Actor.SignedIn() }

// Here is the address of the page with its query, as a local path.
func (r *Request) Here() string { return r.URL.RequestURI() }

// own is the path without its language, and whether the page has one: a few, such as the outbox of the demo, have not.
func (r *Request) own() (string, bool) {
	path, ok := strings.CutPrefix(r.URL.Path, "/"+string(r.Language))
	return path, ok && (path == "" || path[0] == '/')
}

// PathIn is the address of the same page in another language, the home page where this one has no language.
func (r *Request) PathIn(language i18n.Language) string {
	path, ok := r.own()
	if !ok {
		return "/" + string(language)
	}
	address := url.URL{Path: "/" + string(language) + path, RawQuery: r.URL.RawQuery}
	return address.RequestURI()
}

// Home says whether this is the home page.
func (r *Request) Home() bool {
	path, ok := r.own()
	return ok && (path == "" || path == "/")
}

// Under says whether the page's path, without its language, is path or lies below it.
func (r *Request) Under(path string) bool {
	own, ok := r.own()
	return ok && (own == path || strings.HasPrefix(own, path+"/"))
}

// Path returns the address of a page in the reader's language: Path(ctx, "/search") is "/fr/search".
func Path(ctx context.Context, path string) string {
	return "/" + string(From(ctx).Language) + path
}

// PathWith is Path with a query of name and value pairs; pairs without a value are left out.
func PathWith(ctx context.Context, path string, pairs ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return Path(ctx, path)
	}
	return Path(ctx, path) + "?" + query.Encode()
}

// LocalPath returns next where it is a path of this site, else fallback: what an address asks us to go to next is anybody's to
// write, and must not lead elsewhere.
func LocalPath(next, fallback string) string {
	const maxBytes = 1000
	if len(next) > maxBytes || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") {
		return fallback
	}
	// Browsers read a backslash as a slash and drop tabs and line ends within an address.
	if strings.ContainsFunc(next, func(c rune) bool { return c == '\\' || c < ' ' || c == 0x7f }) {
		return fallback
	}
	parsed, err := url.Parse(next)
	if err != nil || parsed.IsAbs() || parsed.Host != "" || parsed.User != nil {
		return fallback
	}
	return next
}
