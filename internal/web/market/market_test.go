package market_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"khadamat/internal/web/webtest"
)

var languages = []string{"fr", "ar", "en"}

func TestTheSearchFindsDespiteTypingMistakes(t *testing.T) {
	town := webtest.New(t)
	reader := town.Browser()
	for _, path := range []string{"/fr/search?q=fuitte", "/fr/search?q=plomier", "/ar/search?q=" + url.QueryEscape("تسرب"), "/fr/search?category=plomberie&city=casablanca", "/fr/search?category=travaux"} {
		page := reader.Get(path)
		if want := "/providers/" + town.Provider.ID; page.Status != http.StatusOK || !strings.Contains(page.Body, want) {
			t.Errorf("%s answers %d and does not lead to the provider", path, page.Status)
		}
	}
}

func TestAFilterIsKeptAndCanBeTakenAway(t *testing.T) {
	page := webtest.New(t).Browser().Get("/fr/search?q=fuite&city=casablanca&instant=1&max_price=300")
	if page.Value("q") != "fuite" || page.Value("max_price") != "300" {
		t.Errorf("the form forgot what was chosen: q %q, max_price %q", page.Value("q"), page.Value("max_price"))
	}
	for _, want := range []string{
		`href="/fr/search?city=casablanca&amp;instant=1&amp;q=fuite"`, // without the price
		`href="/fr/search?city=casablanca&amp;max_price=300&amp;q=fuite"`,
		`href="/fr/search?instant=1&amp;max_price=300&amp;q=fuite"`,
	} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("there is no link %s", want)
		}
	}
}

func TestWrongFiltersAreExplainedAndKept(t *testing.T) {
	reader := webtest.New(t).Browser()
	for query, want := range map[string]string{
		"date=yesterday":                     "Écrivez la date",
		"date=2026-05-01":                    "Cette date est déjà passée",
		"min_price=abc":                      "dirhams entiers",
		"min_price=-1":                       "dirhams entiers",
		"min_price=99999999999999999999":     "dirhams entiers",
		"min_price=500&max_price=100":        "inférieur au prix minimum",
		"min_rating=nan":                     "La note va de 0 à 5",
		"min_rating=9":                       "La note va de 0 à 5",
		"city=atlantis":                      "Nous ne connaissons pas cette ville",
		"category=" + url.QueryEscape("<b>"): "Cette catégorie n’existe pas",
		"near=here":                          "Choisissez plutôt une ville",
		"near=NaN,1":                         "",
		"near=91,0":                          "",
		"sort=luck":                          "Ce tri n’existe pas",
		"sort=distance":                      "indiquez où vous êtes",
		"cursor=broken":                      "Relancez la recherche",
		"q=" + strings.Repeat("a", 201):      "trop long",
		"q=a%00b":                            "contrôle",
		"q=%ff%fe":                           "lisible",
		"q=a%E2%80%AEb":                      "sens de lecture",
	} {
		page := reader.Get("/fr/search?" + query)
		if page.Status != http.StatusUnprocessableEntity || !page.Has(want) {
			t.Errorf("%.60s answers %d, want 422 with %q", query, page.Status, want)
		}
		for _, fault := range page.Faults("fr") {
			t.Errorf("%.60s: %s", query, fault)
		}
	}
}

func TestHostileWordsAreShownAsWords(t *testing.T) {
	reader := webtest.New(t).Browser()
	for _, text := range []string{`<script>alert(1)</script>`, `"><svg onload=alert(1)>`, `' autofocus onfocus='alert(1)`} {
		for _, language := range languages {
			page := reader.Get("/" + language + "/search?q=" + url.QueryEscape(text))
			if page.Value("q") != text || strings.Contains(page.Body, text) {
				t.Errorf("%s in %s: shown raw, or not kept: %q", text, language, page.Value("q"))
			}
			for _, fault := range page.Faults(language) {
				t.Errorf("%s: %s", text, fault)
			}
		}
	}
}

func TestNothingFoundSaysWhatToDoNext(t *testing.T) {
	page := webtest.New(t).Browser().Get("/fr/search?q=fuite&city=casablanca&min_price=5000")
	for _, want := range []string{"Rien trouvé", "sans les filtres", "Chercher dans toutes les villes"} {
		if !page.Has(want) {
			t.Errorf("%q is not said:\n%s", want, page.Words())
		}
	}
}

func TestFreeTimesLeadToTheirBooking(t *testing.T) {
	town := webtest.New(t)
	path := "/fr/providers/" + town.Provider.ID + "?service=" + town.Instant.ID
	link := "/fr/book/" + town.Instant.ID + "?start=" + url.QueryEscape(town.At(10, 0).Format(time.RFC3339))
	if page := town.Browser().Get(path + "&day=2026-06-02"); !strings.Contains(page.Body, link) {
		t.Fatalf("ten o'clock is free and no link leads to %s", link)
	}
	town.Book(town.Instant, town.At(10, 0))
	if page := town.Browser().Get(path + "&day=2026-06-02"); strings.Contains(page.Body, link) {
		t.Error("ten o'clock is taken and still offered")
	}
}

func TestOtherWeeksAreALinkAway(t *testing.T) {
	town := webtest.New(t)
	path := "/fr/providers/" + town.Provider.ID + "?service=" + town.Instant.ID
	page := town.Browser().Get(path)
	if !page.Has("Semaine suivante") || page.Has("Semaine précédente") {
		t.Error("the first week must lead on and not back")
	}
	page = town.Browser().Get(path + "&day=2026-06-09")
	if !page.Has("Semaine précédente") || !page.Has("Mardi 9 juin") && !page.Has("mardi 9 juin") {
		t.Errorf("the second week does not lead back, or has not its day:\n%s", page.Words())
	}
	for _, day := range []string{"2026-05-01", "tomorrow", "9999-12-31", "<b>"} {
		if page := town.Browser().Get(path + "&day=" + url.QueryEscape(day)); page.Status != http.StatusOK {
			t.Errorf("the day %s answers %d", day, page.Status)
		}
	}
	if page = town.Browser().Get(path + "&day=2026-12-01"); !page.Has("Aucun horaire libre") {
		t.Errorf("beyond the horizon something is offered:\n%s", page.Words())
	}
}

func TestUnknownProvidersAndServicesAreNotFound(t *testing.T) {
	town := webtest.New(t)
	for _, path := range []string{"/providers/unknown", "/providers/" + town.Provider.ID + "?service=unknown", "/providers/" + town.Instant.ID} {
		if page := town.Browser().Get("/ar" + path); page.Status != http.StatusNotFound {
			t.Errorf("%s answers %d, want 404", path, page.Status)
		}
	}
}

func TestSuggestionsLeadSomewhere(t *testing.T) {
	town := webtest.New(t)
	reader := town.Browser()
	for query, want := range map[string]string{"plom": "/fr/search?category=plomberie", "fuit": "/fr/search?q=Fuite+d%E2%80%99eau", "atlas": "/fr/providers/" + town.Provider.ID} {
		answer := reader.Get("/fr/suggestions?q=" + query)
		var list []struct{ Kind, Text, Hint, Href string }
		if err := json.Unmarshal([]byte(answer.Body), &list); err != nil {
			t.Fatalf("%s: %v: %s", query, err, answer.Body)
		}
		found := false
		for _, suggestion := range list {
			found = found || suggestion.Href == want && suggestion.Text != "" && suggestion.Hint != ""
		}
		if !found {
			t.Errorf("%s: nothing leads to %s: %s", query, want, answer.Body)
		}
	}
	if answer := reader.Get("/fr/suggestions?q=" + strings.Repeat("a", 300)); answer.Status != http.StatusUnprocessableEntity {
		t.Errorf("an endless word answers %d, want 422", answer.Status)
	}
	if answer := reader.Get("/fr/suggestions"); strings.TrimSpace(answer.Body) != "[]" {
		t.Errorf("no word is answered with %s", answer.Body)
	}
}

func TestThePolicyIsToldInWords(t *testing.T) {
	town := webtest.New(t)
	for language, want := range map[string]string{"fr": "24 heures avant", "ar": "24 ساعة قبل", "en": "24 hours before"} {
		if page := town.Browser().Get("/" + language + "/providers/" + town.Provider.ID); !page.Has(want) {
			t.Errorf("%s: %q is not said", language, want)
		}
	}
}
