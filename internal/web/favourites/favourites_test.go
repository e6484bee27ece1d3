package favourites_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"khadamat/internal/platform/ids"
	"khadamat/internal/web/webtest"
)

func TestAProviderIsSavedAndFoundAgain(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	if empty := salma.Get("/fr/favourites"); empty.Status != http.StatusOK || !empty.Has("Pas encore de favori") || !empty.Has("Trouver un prestataire") {
		t.Errorf("the empty page does not say what to do next:\n%s", empty.Words())
	}
	back := "/fr/providers/" + town.Provider.ID
	answer := salma.Post("/fr/favourites/"+town.Provider.ID, url.Values{"on": {"1"}, "next": {back}})
	if answer.Status != http.StatusSeeOther || answer.Location() != back {
		t.Fatalf("saving answers %d to %q, want back to %q", answer.Status, answer.Location(), back)
	}
	list := salma.Get("/fr/favourites")
	for _, words := range []string{"Plomberie Atlas", "Casablanca", "À partir de 200 MAD", "Fuite d’eau"} {
		if !list.Has(words) {
			t.Errorf("the list does not say %q:\n%s", words, list.Words())
		}
	}
	if !strings.Contains(list.Body, `aria-pressed="true"`) || !strings.Contains(list.Body, back) {
		t.Error("the saved provider has no pressed heart or no link")
	}
	salma.Post("/fr/favourites/"+town.Provider.ID, url.Values{"on": {"0"}})
	if list := salma.Get("/fr/favourites"); list.Has("Plomberie Atlas") {
		t.Error("a forgotten provider is still there")
	}
}

func TestAScriptGetsNoPage(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	answer := salma.PostWith("/fr/favourites/"+town.Provider.ID, url.Values{"on": {"1"}}, "X-Part", "1")
	if answer.Status != http.StatusNoContent || answer.Body != "" || town.Count("favourites") != 1 {
		t.Errorf("status %d with %d bytes, %d saved", answer.Status, len(answer.Body), town.Count("favourites"))
	}
}

func TestSavingIsForKnownReadersAndProviders(t *testing.T) {
	town := webtest.New(t)
	salma, stranger := town.As(town.Salma), town.Browser()
	if got := stranger.Post("/fr/favourites/"+town.Provider.ID, url.Values{"on": {"1"}}); got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Location(), "/fr/sign-in") {
		t.Errorf("a stranger is led to %q with %d", got.Location(), got.Status)
	}
	if got := stranger.Get("/ar/favourites"); got.Status != http.StatusSeeOther {
		t.Errorf("a stranger's list answers %d", got.Status)
	}
	for _, id := range []string{ids.New(), "x", "%00"} {
		if got := salma.Post("/fr/favourites/"+id, url.Values{"on": {"1"}}); got.Status != http.StatusNotFound {
			t.Errorf("saving %q answers %d, want 404", id, got.Status)
		}
	}
	for _, next := range []string{"https://evil.example/", "//evil.example", "/\\evil.example"} {
		if got := salma.Post("/fr/favourites/"+town.Provider.ID, url.Values{"on": {"1"}, "next": {next}}); got.Location() != "/fr/favourites" {
			t.Errorf("next %q leads to %q", next, got.Location())
		}
	}
	if got := salma.Get("/fr/favourites?cursor=nonsense"); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a broken cursor answers %d, want 422", got.Status)
	}
}

func TestThePageReadsInEveryLanguage(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	for _, saved := range []bool{false, true} {
		if saved {
			salma.Post("/fr/favourites/"+town.Provider.ID, url.Values{"on": {"1"}})
		}
		for _, language := range []string{"fr", "ar", "en"} {
			page := salma.Get("/" + language + "/favourites")
			for _, fault := range page.Faults(language) {
				t.Errorf("%s, saved %v: %s", language, saved, fault)
			}
			if strings.Contains(page.Body, "favourite.") {
				t.Errorf("%s shows a key instead of a text", language)
			}
		}
	}
}
