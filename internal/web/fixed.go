package web

import (
	"encoding/json"
	"net/http"
	"strings"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/web/assets"
	"khadamat/internal/web/ui"
)

// withFixed answers what is the same for every reader before anything is asked about them.
func (s *Site) withFixed(pages http.Handler) http.Handler {
	robots := []byte("User-agent: *\nDisallow: /api/\nDisallow: /dev/\nAllow: /\n\nSitemap: " + s.config.BaseURL + "/sitemap.xml\n")
	manifest := s.webManifest()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			pages.ServeHTTP(w, r)
			return
		}
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, "/assets/"):
			if !assets.Serve(w, r) {
				s.Fail(w, r, errs.New(errs.NotFound, "error.not_found"))
			}
		case path == "/favicon.svg", path == "/favicon.ico":
			// Browsers that ask for the .ico by themselves take an SVG as well: its type says what it is.
			assets.ServeNamed(w, r, "illustrations/favicon.svg")
		case path == "/robots.txt":
			sendFixed(w, r, "text/plain; charset=utf-8", robots)
		case path == "/manifest.webmanifest":
			sendFixed(w, r, "application/manifest+json", manifest)
		default:
			pages.ServeHTTP(w, r)
		}
	})
}

func sendFixed(w http.ResponseWriter, r *http.Request, contentType string, content []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "public, max-age=86400")
	if r.Method != http.MethodHead {
		_, _ = w.Write(content)
	}
}

// webManifest lets phones put the site on their home screen.
func (s *Site) webManifest() []byte {
	content, err := json.Marshal(map[string]any{
		"name":             s.config.Texts.T(i18n.French, "web.site_name", nil),
		"start_url":        "/",
		"display":          "standalone",
		"background_color": "#faf7f2",
		"theme_color":      "#faf7f2",
		"icons": []map[string]string{
			{"src": "/favicon.svg", "sizes": "any", "type": "image/svg+xml"},
		},
	})
	if err != nil {
		panic(err) // strings always marshal
	}
	return content
}

// toLanguage sends the reader of "/" to the home page in their language.
func (s *Site) toLanguage(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Vary", "Accept-Language, Cookie")
	w.Header().Set("Cache-Control", "private, no-cache")
	http.Redirect(w, r, ui.Path(r.Context(), ""), http.StatusFound)
	return nil
}
