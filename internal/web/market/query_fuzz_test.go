package market_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"khadamat/internal/web/webtest"
)

// Whatever stands in the address, the search page and the provider page answer, and know what is wrong.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{
		"q=plombier&city=casablanca&min_price=10&max_price=5", "near=33.57,-7.59&sort=distance", "near=NaN,Inf", "near=1e999,2", "date=2026-13-40", "min_rating=NaN",
		"min_price=99999999999999999999", "cursor=AAAA&sort=price", "q=%ff%00", "from=2026-06-02&service=x", "q=" + strings.Repeat("a", 300), "verified=1&instant=1&min_rating=4.5",
	} {
		f.Add(seed)
	}
	town := webtest.New(f)
	paths := []string{"/fr/search?", "/ar/providers/" + town.Provider.ID + "?", "/en/suggestions?"}
	f.Fuzz(func(t *testing.T, query string) {
		if _, err := url.Parse("/?" + query); err != nil || strings.ContainsAny(query, " #\r\n") {
			return // no client can send this
		}
		for _, path := range paths {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, town.Server.URL+path+query, nil)
			if err != nil {
				return
			}
			answer, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode >= http.StatusInternalServerError {
				t.Errorf("%s%q: %d", path, query, answer.StatusCode)
			}
		}
	})
}
