package market_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"image/png"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"khadamat/internal/web/webtest"
)

var dataBlock = regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`)

// graph is what a page tells search engines, by type.
func graph(t *testing.T, page webtest.Page) map[string]map[string]any {
	t.Helper()
	found := dataBlock.FindStringSubmatch(page.Body)
	if found == nil {
		t.Fatalf("the page has no data block:\n%.400s", page.Body)
	}
	var block struct {
		Graph []map[string]any `json:"@graph"`
	}
	if err := json.Unmarshal([]byte(found[1]), &block); err != nil {
		t.Fatalf("%v: %s", err, found[1])
	}
	things := map[string]map[string]any{}
	for _, thing := range block.Graph {
		things[thing["@type"].(string)] = thing
	}
	return things
}

func TestThePageOfACategoryInACityTellsWhatThereIs(t *testing.T) {
	town := webtest.New(t)
	for language, want := range map[string][]string{
		"fr": {"Plomberie à Casablanca", "Le prix fixe est de 200 MAD", "Questions fréquentes", "Demander un devis", "aujourd’hui", "Fuite d’eau"},
		"ar": {"السباكة في الدار البيضاء", "أسئلة شائعة", "طلب عرض سعر", "تسرب الماء"},
		"en": {"Plumbing in Casablanca", "The fixed price is 200 MAD", "Common questions", "Request a quote"},
	} {
		page := town.Browser().Get("/" + language + "/casablanca/plomberie")
		if page.Status != http.StatusOK {
			t.Fatalf("%s answers %d", language, page.Status)
		}
		for _, words := range want {
			if !page.Has(words) {
				t.Errorf("%s: %q is not said:\n%s", language, words, page.Words())
			}
		}
		for _, fault := range page.Faults(language) {
			t.Errorf("%s: %s", language, fault)
		}
		things := graph(t, page)
		offers, _ := things["Service"]["offers"].(map[string]any)
		if offers["lowPrice"] != "200" || offers["priceCurrency"] != "MAD" || len(things["FAQPage"]["mainEntity"].([]any)) != 3 || things["BreadcrumbList"] == nil {
			t.Errorf("%s: search engines are told %v", language, things)
		}
	}
}

func TestCitiesAndCategoriesLeadToEachOther(t *testing.T) {
	town := webtest.New(t)
	for _, path := range []string{"/fr/casablanca", "/fr/casablanca/travaux", "/ar/casablanca"} {
		page := town.Browser().Get(path)
		if page.Status != http.StatusOK || !strings.Contains(page.Body, path[:3]+"/casablanca/plomberie") {
			t.Errorf("%s answers %d and does not lead to the plumbers of the city", path, page.Status)
		}
		for _, fault := range page.Faults(path[1:3]) {
			t.Errorf("%s: %s", path, fault)
		}
	}
	if page := town.Browser().Get("/fr/rabat/plomberie"); page.Status != http.StatusOK || !page.Has("Personne ici pour l’instant") ||
		!strings.Contains(page.Body, `content="noindex"`) || !strings.Contains(page.Body, "/fr/casablanca/plomberie") {
		t.Errorf("where nobody is the page answers %d, or does not say so, or does not lead to the next city", page.Status)
	}
}

func TestUnknownPlacesAreNotFoundAndShadowNothing(t *testing.T) {
	reader := webtest.New(t).Browser()
	for path, want := range map[string]int{
		"/fr/atlantis": http.StatusNotFound, "/fr/casablanca/alchimie": http.StatusNotFound, "/fr/atlantis/plomberie": http.StatusNotFound,
		"/de/casablanca": http.StatusNotFound, "/fr/casablanca/plomberie/x": http.StatusNotFound, "/fr/search": http.StatusOK, "/fr/providers/unknown": http.StatusNotFound,
		"/fr/sign-out": http.StatusMethodNotAllowed,
	} {
		if page := reader.Get(path); page.Status != want {
			t.Errorf("%s answers %d, want %d", path, page.Status, want)
		}
	}
}

func TestPagesNameThemselvesTheirLanguagesAndTheirPicture(t *testing.T) {
	town := webtest.New(t)
	for path, want := range map[string][]string{
		"/fr": {`<link rel="canonical" href="https://khadamat.example/fr"`, `hreflang="x-default" href="https://khadamat.example/"`, "/pictures/fr/home.png"},
		"/ar/casablanca/plomberie": {
			`<link rel="canonical" href="https://khadamat.example/ar/casablanca/plomberie"`, `hreflang="en" href="https://khadamat.example/en/casablanca/plomberie"`,
			`hreflang="x-default" href="https://khadamat.example/fr/casablanca/plomberie"`, `property="og:image" content="https://khadamat.example/pictures/ar/casablanca/plomberie.png"`,
		},
		// Results of a city and a category are that page with filters beside it.
		"/fr/search?city=casablanca&category=plomberie":  {`<link rel="canonical" href="https://khadamat.example/fr/casablanca/plomberie"`},
		"/fr/search?q=fuite":                             {`<meta name="robots" content="noindex"`},
		"/en/providers/" + town.Provider.ID + "?service": {"/pictures/en/providers/" + town.Provider.ID + ".png"},
	} {
		page := town.Browser().Get(path)
		for _, part := range want {
			if !strings.Contains(page.Body, part) {
				t.Errorf("%s has no %s", path, part)
			}
		}
	}
}

func TestAProviderIsToldAsALocalBusiness(t *testing.T) {
	town := webtest.New(t)
	business := graph(t, town.Browser().Get("/fr/providers/"+town.Provider.ID))["LocalBusiness"]
	offers, _ := business["makesOffer"].([]any)
	if business["name"] != town.Provider.Name || len(offers) != 2 || business["aggregateRating"] != nil {
		t.Errorf("told: %v, want two offers and no rating, as there is no review", business)
	}
	site := graph(t, town.Browser().Get("/ar"))["WebSite"]
	action, _ := site["potentialAction"].(map[string]any)
	if target, _ := action["target"].(map[string]any); target["urlTemplate"] != "https://khadamat.example/ar/search?q={search_term_string}" {
		t.Errorf("the site is searched at %v", action)
	}
}

func TestTheSitemapNamesEveryPageInEveryLanguage(t *testing.T) {
	town := webtest.New(t)
	reader := town.Browser()
	var index struct {
		Parts []struct {
			Loc     string `xml:"loc"`
			Lastmod string `xml:"lastmod"`
		} `xml:"sitemap"`
	}
	if err := xml.Unmarshal([]byte(reader.Get("/sitemap.xml").Body), &index); err != nil {
		t.Fatal(err)
	}
	if len(index.Parts) != 6 {
		t.Fatalf("%d parts, want places and providers in three languages", len(index.Parts))
	}
	listed := map[string]bool{}
	for _, part := range index.Parts {
		if part.Lastmod == "" {
			t.Errorf("%s does not say when it changed", part.Loc)
		}
		path, ours := strings.CutPrefix(part.Loc, "https://khadamat.example")
		answer := reader.Get(path)
		var set struct {
			URLs []struct {
				Loc   string `xml:"loc"`
				Links []struct {
					Language string `xml:"hreflang,attr"`
				} `xml:"link"`
			} `xml:"url"`
		}
		if err := xml.Unmarshal([]byte(answer.Body), &set); !ours || answer.Status != http.StatusOK || err != nil {
			t.Fatalf("%s answers %d: %v", part.Loc, answer.Status, err)
		}
		for _, address := range set.URLs {
			listed[strings.TrimPrefix(address.Loc, "https://khadamat.example")] = true
			if len(address.Links) != 4 {
				t.Errorf("%s has %d alternates, want three languages and a default", address.Loc, len(address.Links))
			}
		}
	}
	for _, path := range []string{"/fr", "/ar/casablanca", "/en/casablanca/plomberie", "/fr/casablanca/travaux", "/ar/providers/" + town.Provider.ID} {
		if !listed[path] {
			t.Errorf("%s is not listed", path)
		}
	}
	for path := range listed {
		if page := reader.Get(path); page.Status != http.StatusOK || strings.Contains(page.Body, `content="noindex"`) {
			t.Errorf("%s is listed, answers %d and may want not to be found", path, page.Status)
		}
	}
	for _, path := range []string{"/sitemaps/places-fr-2.xml", "/sitemaps/places-de-1.xml", "/sitemaps/people-fr-1.xml", "/sitemaps/places-fr-0.xml", "/sitemaps/x"} {
		if page := reader.Get(path); page.Status != http.StatusNotFound {
			t.Errorf("%s answers %d, want 404", path, page.Status)
		}
	}
	if robots := reader.Get("/robots.txt"); !strings.Contains(robots.Body, "Sitemap: https://khadamat.example/sitemap.xml") {
		t.Errorf("robots are not told of the sitemap: %s", robots.Body)
	}
}

func TestEveryLinkHasItsPicture(t *testing.T) {
	town := webtest.New(t)
	reader := town.Browser()
	seen := map[string]bool{}
	for _, path := range []string{"fr/home", "ar/casablanca", "en/casablanca/plomberie", "ar/casablanca/plomberie", "fr/providers/" + town.Provider.ID} {
		answer := reader.Get("/pictures/" + path + ".png")
		if answer.Status != http.StatusOK || answer.Header.Get("Content-Type") != "image/png" || answer.Header.Get("ETag") == "" {
			t.Fatalf("%s answers %d as %s", path, answer.Status, answer.Header.Get("Content-Type"))
		}
		drawn, err := png.Decode(bytes.NewReader([]byte(answer.Body)))
		if err != nil || drawn.Bounds().Dx() != 1200 || drawn.Bounds().Dy() != 630 {
			t.Errorf("%s: %v, want a picture of 1200 by 630", path, err)
		}
		if seen[answer.Header.Get("ETag")] {
			t.Errorf("%s is the picture of another page", path)
		}
		seen[answer.Header.Get("ETag")] = true
	}
	for _, path := range []string{"de/home", "fr/atlantis", "fr/casablanca/alchimie", "fr/providers/unknown"} {
		if answer := reader.Get("/pictures/" + path + ".png"); answer.Status != http.StatusNotFound {
			t.Errorf("%s answers %d, want 404", path, answer.Status)
		}
	}
	if answer := reader.Get("/pictures/fr/home.jpg"); answer.Status != http.StatusNotFound {
		t.Errorf("what is no PNG answers %d, want 404", answer.Status)
	}
}

func TestNothingFoundInACityLeadsToTheNextOne(t *testing.T) {
	page := webtest.New(t).Browser().Get("/fr/search?category=plomberie&city=rabat")
	for _, want := range []string{"Aussi dans les villes voisines", "Casablanca (2)", "Demander un devis"} {
		if !page.Has(want) {
			t.Errorf("%q is not said:\n%s", want, page.Words())
		}
	}
}

func TestAServiceOnQuoteLeadsToAskingForOne(t *testing.T) {
	town := webtest.New(t)
	for _, path := range []string{"/fr/casablanca/plomberie", "/fr/rabat/plomberie"} {
		city := strings.Split(path, "/")[2]
		if page := town.Browser().Get(path); !strings.Contains(page.Body, "/fr/quotes/new?category=plomberie&amp;city="+city) {
			t.Errorf("%s does not lead to asking for a quote", path)
		}
	}
}
