package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"khadamat/internal/platform/ids"
)

func TestPlacesComeInTheReadersLanguage(t *testing.T) {
	h := newHouse(t)
	cases := map[string]struct{ path, accept, want string }{
		"French unless said otherwise": {"/cities", "", "Casablanca"},
		"Accept-Language":              {"/cities", "ar-MA,ar;q=0.9,fr;q=0.5", "الدار البيضاء"},
		"lang before Accept-Language":  {"/cities?lang=en", "ar", "Casablanca"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var cities List[City]
			got := h.visitor(t).with("Accept-Language", c.accept).get(c.path).want(http.StatusOK)
			got.into(&cities)
			if len(cities.Items) != 12 || cities.Items[0].Name != c.want || cities.Items[0].ID != "casablanca" || cities.NextCursor != nil {
				t.Errorf("%d cities, the first %+v", len(cities.Items), cities.Items[0])
			}
			if !strings.Contains(strings.Join(got.header.Values("Vary"), ","), "Accept-Language") {
				t.Errorf("Vary: %v", got.header.Values("Vary"))
			}
		})
	}
	var tree List[TopCategory]
	h.visitor(t).get("/categories").want(http.StatusOK).into(&tree)
	if len(tree.Items) < 5 || len(tree.Items[0].Children) == 0 || tree.Items[0].Children[0].Names.AR == "" {
		t.Errorf("the tree: %+v", tree.Items)
	}
}

func TestASearchAnswersAPageWithTotalAndFacets(t *testing.T) {
	h := newHouse(t)
	var page ServicePage
	h.visitor(t).get("/services?city=casablanca&q=fuite&instant=true&lang=en&near=33.5731,-7.5898&sort=distance").want(http.StatusOK).into(&page)
	if page.Total != 1 || len(page.Items) != 1 || page.NextCursor != nil {
		t.Fatalf("found %d of %d", len(page.Items), page.Total)
	}
	found := page.Items[0]
	if found.ID != h.instant.ID || found.ProviderID != h.shop.ID || !found.Instant || found.Title != "Leak repair" || found.Titles.AR != "إصلاح تسرب" ||
		found.Price != (Money{20000, "MAD"}) || found.Provider.Name != "Plomberie Atlas" || found.DistanceMetres == nil {
		t.Errorf("found %+v", found)
	}
	if len(page.Facets.Cities) != 12 || len(page.Facets.Prices) == 0 || page.Facets.Instant.Yes != 1 {
		t.Errorf("facets %+v", page.Facets)
	}
}

func TestFiltersOfASearch(t *testing.T) {
	h := newHouse(t)
	both, none := 2, 0
	cases := map[string]int{
		"":                both,
		"instant=true":    1,
		"instant=1":       1,
		"instant=false":   1,
		"verified=true":   none,
		"verified=false":  both,
		"min_price=30000": 1,
		"max_price=30000": 1,
		"min_rating=4":    both,
		"min_rating=4.9":  none,
		"city=rabat":      none,
		"date=2026-06-02": both,
		"date=2026-06-07": none, // a Sunday
		"category=" + h.catalog.Categories()[0].ID: both,
		"category=" + h.catalog.Categories()[1].ID: none,
		"city=&q=&date=&near=":                     both,
		"utm_source=newsletter":                    both,
		"q=chauffe-eau&instant=false&sort=price":   1,
		"q=" + "%D8%B3%D8%AE%D8%A7%D9%86":          1, // سخان
	}
	for query, want := range cases {
		t.Run(query, func(t *testing.T) {
			var page ServicePage
			h.visitor(t).get("/services?" + query).want(http.StatusOK).into(&page)
			if page.Total != want || len(page.Items) != want {
				t.Errorf("found %d of %d, want %d", len(page.Items), page.Total, want)
			}
		})
	}
}

func TestPagesFollowEachOtherByCursor(t *testing.T) {
	h := newHouse(t)
	var first, second ServicePage
	h.visitor(t).get("/services?limit=1&sort=price").want(http.StatusOK).into(&first)
	if first.NextCursor == nil || first.Items[0].ID != h.instant.ID || first.Items[0].DistanceMetres != nil {
		t.Fatalf("the first page: %+v", first)
	}
	h.visitor(t).get("/services?limit=1&sort=price&cursor=" + *first.NextCursor).want(http.StatusOK).into(&second)
	if second.NextCursor != nil || second.Items[0].ID != h.onRequest.ID || second.Total != 2 {
		t.Errorf("the second page: %+v", second)
	}
}

func TestWrongQuestionsAreRefusedByName(t *testing.T) {
	h := newHouse(t)
	long := strings.Repeat("a", 300)
	cases := map[string]struct {
		path, field string
		status      int
	}{
		"a word for a number":           {"/services?min_price=cheap", "min_price", 422},
		"a fraction for a whole number": {"/services?limit=1.5", "limit", 422},
		"a number that is too large":    {"/services?max_price=99999999999999999999", "max_price", 422},
		"a negative price":              {"/services?min_price=-1", "min_price", 422},
		"crossed prices":                {"/services?min_price=5&max_price=3", "max_price", 422},
		"no number":                     {"/services?min_rating=NaN", "min_rating", 422},
		"too many stars":                {"/services?min_rating=6", "min_rating", 422},
		"a limit beyond the bound":      {"/services?limit=101", "limit", 422},
		"a negative limit":              {"/services?limit=-1", "limit", 422},
		"neither yes nor no":            {"/services?instant=maybe", "instant", 422},
		"a day that is none":            {"/services?date=2026-02-30", "date", 422},
		"a time for a day":              {"/services?date=2026-06-02T10:00:00Z", "date", 422},
		"a day gone by":                 {"/services?date=2026-05-30", "date", 422},
		"half a point":                  {"/services?near=33.5", "near", 422},
		"a point of words":              {"/services?near=here,there", "near", 422},
		"a point off the earth":         {"/services?near=95,0", "near", 422},
		"a point that is no number":     {"/services?near=NaN,NaN", "near", 422},
		"an unknown order":              {"/services?sort=luck", "sort", 422},
		"distance from nowhere":         {"/services?sort=distance", "near", 422},
		"an unknown city":               {"/services?city=atlantis", "city", 422},
		"an unknown category":           {"/services?category=magic", "category", 422},
		"words that are too long":       {"/services?q=" + long, "q", 422},
		"words that are not UTF-8":      {"/services?q=%ff%fe", "q", 422},
		"words with NUL":                {"/services?q=a%00b", "q", 422},
		"words with control characters": {"/services?q=a%07b", "q", 422},
		"words that turn direction":     {"/services?q=a%E2%80%AEb", "q", 422},
		"a parameter twice":             {"/services?city=rabat&city=safi", "city", 422},
		"a broken cursor":               {"/services?cursor=xyz", "", 422},
		"a broken escape":               {"/services?q=%zz", "", 400},
		"a parameter without a value":   {"/services?q", "", 400},
		"an endless query":              {"/services?q=" + strings.Repeat("a", 9000), "", 414},
		"suggestions without UTF-8":     {"/suggestions?q=%ff", "q", 422},
		"a limit of suggestions":        {"/suggestions?q=a&limit=x", "limit", 422},
	}
	before := h.rows(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			saidIn(t, h.visitor(t), http.MethodGet, c.path, "", c.status, c.field)
		})
	}
	if after := h.rows(t); after != before {
		t.Errorf("something was stored:\n%s\n%s", before, after)
	}
}

// saidIn checks that a request is refused in each language in words of that language, naming the field at fault unless that is empty.
func saidIn(t *testing.T, c *client, method, path, body string, status int, field string) {
	t.Helper()
	heard := map[string]string{}
	for _, language := range []string{"fr", "ar", "en"} {
		contentType := ""
		if body != "" {
			contentType = "application/json"
		}
		p := c.with("Accept-Language", language).send(method, path, contentType, body).problem(status)
		if field != "" && !p.names(field) {
			t.Errorf("the field %s is not named: %+v", field, p)
		}
		said := p.Title + p.Detail
		for _, complaint := range p.Errors {
			said += complaint.Detail
			if complaint.Detail == complaint.Key {
				t.Errorf("%s has no text in %s", complaint.Key, language)
			}
		}
		if strings.ContainsFunc(said, func(r rune) bool { return r >= 0x600 && r < 0x700 }) != (language == "ar") {
			t.Errorf("not in %s: %s", language, said)
		}
		heard[said] = language
	}
	if len(heard) != 3 {
		t.Errorf("the same words in two languages: %v", heard)
	}
}

func TestSuggestionsGoOnFromWhatWasTyped(t *testing.T) {
	h := newHouse(t)
	var found List[Suggestion]
	h.visitor(t).get("/suggestions?q=Plomberie%20At").want(http.StatusOK).into(&found)
	at := slices.IndexFunc(found.Items, func(s Suggestion) bool { return s.Kind == "provider" })
	if at < 0 || found.Items[at].ID == nil || *found.Items[at].ID != h.shop.ID || found.Items[at].Text != "Plomberie Atlas" {
		t.Errorf("suggested %+v", found.Items)
	}
}

func TestAProviderComesWithTheirServicesAndWithoutTheirAffairs(t *testing.T) {
	h := newHouse(t)
	var p Provider
	got := h.visitor(t).get("/providers/" + h.shop.ID).want(http.StatusOK)
	got.into(&p)
	if p.ID != h.shop.ID || len(p.Services) != 2 || p.Zone != "Africa/Casablanca" || p.Policy != "moderate" || len(p.Services[0].Addons) != 1 {
		t.Errorf("provider %+v", p)
	}
	for _, private := range []string{h.provider.ID, h.provider.Email, "exceptions"} {
		if strings.Contains(string(got.body), private) {
			t.Errorf("the public sees %s", private)
		}
	}
	var detail ServiceDetail
	h.visitor(t).with("Accept-Language", "ar").get("/services/" + h.instant.ID).want(http.StatusOK).into(&detail)
	if detail.Title != "إصلاح تسرب" || detail.Description != "نصلح التسرب في نفس اليوم." || detail.Provider.ID != h.shop.ID {
		t.Errorf("service %+v", detail)
	}
}

func TestFreeTimes(t *testing.T) {
	h := newHouse(t)
	slots := func(query string) []Slot {
		t.Helper()
		var found List[Slot]
		h.visitor(t).get("/providers/" + h.shop.ID + "/slots" + query).want(http.StatusOK).into(&found)
		return found.Items
	}
	day := slots("?from=2026-06-02&to=2026-06-03")
	if len(day) == 0 || day[0].Start.Format(time.RFC3339) != "2026-06-02T08:00:00Z" || day[0].End.Sub(day[0].Start) != time.Hour {
		t.Errorf("a day in the provider's zone: %v", day)
	}
	same := slots("?from=2026-06-02T00:00:00%2B01:00&to=2026-06-02T23:00:00Z&service=" + h.instant.ID)
	if !slices.Equal(same, day) {
		t.Errorf("the same day as times: %v", same)
	}
	if all := slots(""); len(all) <= len(day) || all[len(all)-1].Start.After(h.clock.Now().Add(14*24*time.Hour)) {
		t.Errorf("without a window: %d slots", len(all))
	}
	var first, second List[Slot]
	h.visitor(t).get("/providers/" + h.shop.ID + "/slots?from=2026-06-02&to=2026-06-03&limit=2").want(http.StatusOK).into(&first)
	if first.NextCursor == nil || !slices.Equal(first.Items, day[:2]) {
		t.Fatalf("the first two: %+v", first)
	}
	h.visitor(t).get("/providers/" + h.shop.ID + "/slots?from=2026-06-02&to=2026-06-03&cursor=" + *first.NextCursor).want(http.StatusOK).into(&second)
	if second.NextCursor != nil || !slices.Equal(second.Items, day[2:]) {
		t.Errorf("the rest: %+v", second)
	}
	h.book(t, h.instant, 0)
	if left := slots("?from=2026-06-02&to=2026-06-03"); slices.Contains(left, day[0]) || len(left) >= len(day) {
		t.Errorf("a booked time is still free: %v", left)
	}
}

func TestWindowsOfFreeTimesAreChecked(t *testing.T) {
	h := newHouse(t)
	for name, c := range map[string]struct{ query, field string }{
		"words":               {"?from=tomorrow", "from"},
		"a time without zone": {"?from=2026-06-02T10:00:00", "from"},
		"backwards":           {"?from=2026-06-03&to=2026-06-02", "to"},
		"empty":               {"?from=2026-06-03&to=2026-06-03", "to"},
		"more than 62 days":   {"?from=2026-06-01&to=2026-09-01", "to"},
		"the past alone":      {"?to=2026-05-01", "to"},
		"no page at all":      {"?limit=0", "limit"},
		"a broken cursor":     {"?cursor=next", ""},
	} {
		t.Run(name, func(t *testing.T) {
			saidIn(t, h.visitor(t), http.MethodGet, "/providers/"+h.shop.ID+"/slots"+c.query, "", 422, c.field)
		})
	}
}

func TestUnknownThingsOfTheCatalogAreNotFound(t *testing.T) {
	h := newHouse(t)
	nobody := ids.New()
	for _, id := range []string{nobody, "1", "..%2f..", "%00", "%ff%fe", strings.Repeat("a", 500), "' OR 1=1", "01977C3E-2B1A-7C54-9B3E-5A1F0C2D4E6F"} {
		id = strings.ReplaceAll(id, " ", "%20")
		for _, path := range []string{"/services/" + id, "/providers/" + id, "/providers/" + id + "/slots"} {
			saidIn(t, h.visitor(t), http.MethodGet, path, "", 404, "")
		}
	}
	saidIn(t, h.visitor(t), http.MethodGet, "/providers/"+h.shop.ID+"/slots?service="+nobody, "", 404, "")
}

func TestReadsCarryAnETag(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/cities", "/services", "/services/" + h.instant.ID, "/providers/" + h.shop.ID, "/providers/" + h.shop.ID + "/slots", "/api/openapi.json", "/api/docs"} {
		tag := h.visitor(t).get(path).want(http.StatusOK).header.Get("ETag")
		if tag == "" {
			t.Errorf("%s has no ETag", path)
		}
		again := h.visitor(t).with("If-None-Match", tag).get(path).want(http.StatusNotModified)
		if len(again.body) != 0 {
			t.Errorf("%s: 304 with a body", path)
		}
	}
}
