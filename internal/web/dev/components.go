// Package dev holds the pages that a demonstration shows to those who work on the site: every component in all its states. The page
// is also what pictures are compared of: "?lang=ar&theme=dark" makes it the same on every machine.
package dev

import (
	"context"
	"net/http"
	"time"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/web/assets"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Routes puts the pages on routes. Who serves no demonstration does not call it.
func Routes(routes *route.Routes) {
	routes.Plain("GET /dev/components", components)
}

// specimen is what the page of components shows.
type specimen struct {
	theme    string // "light" or "dark" where the address asks for one
	language i18n.Language
}

func components(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	request := *ui.From(r.Context())
	if language, ok := i18n.Parse(query.Get("lang")); ok {
		request.Language = language
	}
	theme := query.Get("theme")
	if theme != "" && theme != "light" && theme != "dark" {
		return errs.New(errs.NotFound, "error.not_found")
	}
	// What the page shows of times is the same whenever a picture is made of it.
	request.Now = time.Date(2026, time.June, 2, 9, 0, 0, 0, time.UTC)
	r = r.WithContext(ui.With(r.Context(), &request))
	return ui.Render(w, r, http.StatusOK, componentsPage(specimen{theme: theme, language: request.Language}))
}

// tokens are the colours that have a meaning, in the order in which they are shown.
var tokens = []string{
	"brand", "coral", "ground", "surface", "sunken", "line", "line-strong", "text", "heading", "muted", "accent", "accent-fill",
	"accent-soft", "accent-line", "star", "success", "success-soft", "info", "info-soft", "warning", "warning-soft", "danger", "danger-soft", "focus",
}

// drawings are the illustrations that there are, by name.
var drawings = assets.Drawings()

// address is this page with another language or theme.
func address(language i18n.Language, theme string) string {
	at := "/dev/components?lang=" + string(language)
	if theme != "" {
		at += "&theme=" + theme
	}
	return at
}

func themeTabs(ctx context.Context, shown specimen) []ui.Tab {
	return []ui.Tab{
		{Href: address(shown.language, ""), Label: ui.T(ctx, "dev.device"), Current: shown.theme == ""},
		{Href: address(shown.language, "light"), Label: ui.T(ctx, "dev.light"), Current: shown.theme == "light"},
		{Href: address(shown.language, "dark"), Label: ui.T(ctx, "dev.dark"), Current: shown.theme == "dark"},
	}
}
