package dev_test

import (
	"net/http"
	"strings"
	"testing"

	"khadamat/internal/web/ui"
	"khadamat/internal/web/webtest"
)

func TestThePageOfComponentsHasThemAllInEveryLanguage(t *testing.T) {
	reader := webtest.New(t).Browser()
	for _, language := range []string{"fr", "ar", "en"} {
		page := reader.Get("/dev/components?lang=" + language)
		if page.Status != http.StatusOK {
			t.Fatalf("%s answers %d", language, page.Status)
		}
		for _, fault := range page.Faults(language) {
			t.Errorf("%s: %s", language, fault)
		}
		for _, class := range []string{"switch", "stepper", "progress", "dialog", "toast", "skeleton", "tag", "stars", "stars-choice", "table", "stat", "menu", "tabs", "chip", "badge", "notice", "timeline", "empty", "avatar", "crumbs", "pages"} {
			if !strings.Contains(page.Body, `class="`+class) && !strings.Contains(page.Body, " "+class+`"`) && !strings.Contains(page.Body, "check "+class) {
				t.Errorf("%s: no component of the class %s", language, class)
			}
		}
		for _, name := range ui.IconNames() {
			if !strings.Contains(page.Body, ">"+name+"<") {
				t.Errorf("%s: the icon %s is not shown", language, name)
			}
		}
	}
}

func TestThePageOfComponentsCanBeAskedToBeDark(t *testing.T) {
	reader := webtest.New(t).Browser()
	for theme, want := range map[string]string{"dark": `data-theme="dark"`, "light": `data-theme="light"`} {
		if page := reader.Get("/dev/components?theme=" + theme); !strings.Contains(page.Body, want) {
			t.Errorf("%s is not asked of the browser", theme)
		}
	}
	if page := reader.Get("/dev/components"); strings.Contains(page.Body, "data-theme") {
		t.Error("a theme is set that nobody asked for")
	}
	if page := reader.Get("/dev/components?theme=loud"); page.Status != http.StatusNotFound {
		t.Errorf("an unknown theme answers %d, want 404", page.Status)
	}
}
