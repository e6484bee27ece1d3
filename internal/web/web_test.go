package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/texts"
	"khadamat/internal/web"
	"khadamat/internal/web/webtest"
)

var languages = []string{"fr", "ar", "en"}

// everyPage lists the pages of each reader, without their language.
func everyPage(town *webtest.Town) map[string][]string {
	provider := "/providers/" + town.Provider.ID
	return map[string][]string{
		"a stranger": {"", "/search", "/search?q=fuite", "/search?category=plomberie&city=casablanca&verified=1", "/search?q=xyzxyz", provider,
			provider + "?service=" + town.OnRequest.ID, "/sign-in", "/sign-up", "/forgotten-password"},
		"a customer": {"", "/bookings", "/book/" + town.Instant.ID + "?start=" + url.QueryEscape(town.At(10, 0).Format(time.RFC3339))},
		"a provider": {"/provider/requests", "/provider/day", "/provider/profile", "/provider/services", "/provider/hours"},
	}
}

func TestEveryPageIsWellMadeInEveryLanguage(t *testing.T) {
	town := webtest.New(t)
	readers := map[string]*webtest.Browser{"a stranger": town.Browser(), "a customer": town.As(town.Salma), "a provider": town.As(town.Owner)}
	for reader, paths := range everyPage(town) {
		for _, path := range paths {
			for _, language := range languages {
				page := readers[reader].Get("/" + language + path)
				if page.Status != http.StatusOK {
					t.Errorf("%s: /%s%s answers %d", reader, language, path, page.Status)
					continue
				}
				for _, fault := range page.Faults(language) {
					t.Errorf("%s: /%s%s: %s", reader, language, path, fault)
				}
			}
		}
	}
}

func TestNoTextIsMissingOnAnyPage(t *testing.T) {
	town := webtest.New(t)
	before := texts.Catalog().Missing()
	stranger := town.Browser()
	for _, path := range everyPage(town)["a stranger"] {
		stranger.Get("/ar" + path)
	}
	if missing := texts.Catalog().Missing() - before; missing != 0 {
		t.Errorf("%d texts are missing", missing)
	}
}

func TestTheRootLeadsToTheReadersLanguage(t *testing.T) {
	town := webtest.New(t)
	for name, test := range map[string]struct{ cookie, accept, want string }{
		"nothing known":            {"", "", "/fr"},
		"what the browser asks":    {"", "ar-MA,ar;q=0.9,fr;q=0.5", "/ar"},
		"what was last read":       {"en", "ar", "/en"},
		"a cookie of no language":  {"xx", "ar", "/ar"},
		"a cookie that leads away": {"//evil.test", "", "/fr"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Language", test.accept)
		if test.cookie != "" {
			r.AddCookie(&http.Cookie{Name: "kh_lang", Value: test.cookie})
		}
		w := httptest.NewRecorder()
		town.Server.Config.Handler.ServeHTTP(w, r)
		if got := w.Header().Get("Location"); w.Code != http.StatusFound || got != test.want {
			t.Errorf("%s: %d to %q, want %q", name, w.Code, got, test.want)
		}
	}
}

func TestReadingAPageRemembersItsLanguage(t *testing.T) {
	reader := webtest.New(t).Browser()
	reader.Get("/ar/search")
	if got := reader.Get("/").Location(); got != "/ar" {
		t.Errorf("the root leads to %q, want /ar", got)
	}
}

func TestTheLanguageSwitchKeepsThePage(t *testing.T) {
	page := webtest.New(t).Browser().Get("/fr/search?q=fuite&city=casablanca")
	if want := `href="/ar/search?q=fuite&amp;city=casablanca"`; !strings.Contains(page.Body, want) {
		t.Errorf("there is no link %s", want)
	}
}

func TestPagesTellSearchEnginesOfTheirTranslations(t *testing.T) {
	page := webtest.New(t).Browser().Get("/en/search?sort=price")
	for _, want := range []string{
		`<link rel="canonical" href="https://khadamat.example/en/search">`,
		`<link rel="alternate" hreflang="ar" href="https://khadamat.example/ar/search">`,
	} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("there is no %s", want)
		}
	}
}

func TestUnknownAddressesAnswerWithAPage(t *testing.T) {
	reader := webtest.New(t).Browser()
	for path, language := range map[string]string{
		"/fr/nothing": "fr", "/ar/nothing": "ar", "/en/providers/unknown": "en", "/fr/providers/%00": "fr", "/ar/providers/" + strings.Repeat("a", 500): "ar",
		"/assets/nothing.css": "fr", "/fr/search/": "fr",
	} {
		page := reader.Get(path)
		if page.Status != http.StatusNotFound {
			t.Errorf("%s answers %d, want 404", path, page.Status)
		}
		for _, fault := range page.Faults(language) {
			t.Errorf("%s: %s", path, fault)
		}
	}
}

func TestAMethodThatAPageHasNotIsRefused(t *testing.T) {
	page := webtest.New(t).Browser().Post("/fr/search", nil)
	if page.Status != http.StatusMethodNotAllowed || !strings.Contains(page.Header.Get("Allow"), "GET") {
		t.Errorf("answers %d, allows %q", page.Status, page.Header.Get("Allow"))
	}
	for _, fault := range page.Faults("fr") {
		t.Error(fault)
	}
}

func TestHeadAnswersAsGetWithoutABody(t *testing.T) {
	town := webtest.New(t)
	answer, err := http.Head(town.Server.URL + "/fr")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK || answer.ContentLength <= 0 {
		t.Errorf("answers %d with length %d", answer.StatusCode, answer.ContentLength)
	}
}

func TestTheHousesOwnErrorsShowNothingButTheirID(t *testing.T) {
	town := webtest.New(t)
	fail := func(err error) *httptest.ResponseRecorder {
		site := web.New(web.Config{Accounts: town.Accounts, Catalog: town.Catalog, Bookings: town.Bookings, Texts: texts.Catalog(), Clock: town.Clock})
		w := httptest.NewRecorder()
		handler := httpx.RequestID(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { site.Fail(w, r, err) }))
		r := httptest.NewRequest(http.MethodGet, "/ar/search", nil)
		r.Header.Set(httpx.HeaderRequestID, "request-12345")
		handler.ServeHTTP(w, r)
		return w
	}
	w := fail(errs.Wrap(context.Canceled, errs.Internal, "error.internal"))
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "request-12345") || strings.Contains(w.Body.String(), "canceled") {
		t.Errorf("%d without its id, or with its cause:\n%s", w.Code, w.Body)
	}
	w = fail(errs.New(errs.RateLimited, "error.rate_limited").With(errs.Args{"Seconds": int64(7)}))
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "7" {
		t.Errorf("%d with Retry-After %q, want 429 and 7", w.Code, w.Header().Get("Retry-After"))
	}
	for _, code := range []errs.Code{errs.Forbidden, errs.Gone, errs.Invalid, errs.Conflict, errs.Unavailable, errs.TooLarge} {
		page := webtest.Page{Body: fail(errs.New(code, "error."+string(code))).Body.String()}
		for _, fault := range page.Faults("ar") {
			t.Errorf("%s: %s", code, fault)
		}
	}
}

func TestWhoMustSignInIsLedThereAndBack(t *testing.T) {
	town := webtest.New(t)
	path := "/en/bookings"
	got := town.Browser().Get(path)
	if want := "/en/sign-in?next=" + url.QueryEscape(path); got.Status != http.StatusSeeOther || got.Location() != want {
		t.Errorf("%d to %q, want %q", got.Status, got.Location(), want)
	}
}

func TestAFormOfAStrangerLeadsBackToThePageThatHadIt(t *testing.T) {
	town := webtest.New(t)
	for referer, want := range map[string]string{
		"http://example.com/fr/bookings/1": "/fr/sign-in?next=" + url.QueryEscape("/fr/bookings/1"),
		"https://evil.test/fr/bookings/1":  "/fr/sign-in",
		"//evil.test":                      "/fr/sign-in",
		"":                                 "/fr/sign-in",
	} {
		r := httptest.NewRequest(http.MethodPost, "/fr/bookings/1/cancel", nil)
		r.Header.Set("Referer", referer)
		w := httptest.NewRecorder()
		town.Server.Config.Handler.ServeHTTP(w, r)
		if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != want {
			t.Errorf("from %q: %d to %q, want %q", referer, w.Code, got, want)
		}
	}
}

func TestASessionOutlivesItsAccessToken(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	town.Clock.Advance(20 * time.Minute)
	page := salma.Get("/fr/bookings")
	if page.Status != http.StatusOK || !slices.ContainsFunc(page.Header["Set-Cookie"], func(c string) bool { return strings.HasPrefix(c, "kh_access=") }) {
		t.Errorf("answers %d with the cookies %v, want 200 and a new access token", page.Status, page.Header["Set-Cookie"])
	}
	if again := salma.Get("/fr/bookings"); again.Status != http.StatusOK {
		t.Errorf("the page after it answers %d", again.Status)
	}
}

func TestAnEndedSessionReadsOnAsNobody(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	town.Clock.Advance(100 * 24 * time.Hour)
	page := salma.Get("/fr")
	if page.Status != http.StatusOK || page.Has(town.Salma.Name) {
		t.Errorf("answers %d, still with her name: %v", page.Status, page.Has(town.Salma.Name))
	}
	if cleared := strings.Join(page.Header["Set-Cookie"], " "); !strings.Contains(cleared, "kh_refresh=;") {
		t.Errorf("the cookies are kept: %s", cleared)
	}
}

func TestPagesOfTheSignedInAreKeptByNobody(t *testing.T) {
	town := webtest.New(t)
	if got := town.As(town.Salma).Get("/fr").Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("a customer's page may be kept: %q", got)
	}
	if got := town.Browser().Get("/fr").Header.Get("Cache-Control"); !strings.Contains(got, "private") {
		t.Errorf("a stranger's page may be kept by others: %q", got)
	}
}

func TestOneAddressCannotAskForEverything(t *testing.T) {
	town := webtest.New(t)
	site := httpx.ClientAddress(httpx.Loopback)(web.New(web.Config{
		Accounts: town.Accounts, Catalog: town.Catalog, Bookings: town.Bookings, Texts: texts.Catalog(), Clock: town.Clock,
		Limits: web.Limits{Pages: httpx.Limit{Name: "pages", Count: 3, Per: time.Minute}},
	}))
	ask := func(address, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr = address
		w := httptest.NewRecorder()
		site.ServeHTTP(w, r)
		return w
	}
	for range 3 {
		if w := ask("192.0.2.7:1000", "/fr"); w.Code != http.StatusOK {
			t.Fatalf("within the limit: %d", w.Code)
		}
	}
	w := ask("192.0.2.7:1001", "/ar")
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("beyond the limit: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	for _, fault := range (webtest.Page{Body: w.Body.String()}).Faults("ar") {
		t.Error(fault)
	}
	for _, address := range []string{"192.0.2.8:1", "127.0.0.1:1"} {
		for range 5 {
			if w := ask(address, "/fr/nothing"); address == "127.0.0.1:1" && w.Code != http.StatusNotFound {
				t.Fatalf("this machine itself is limited: %d", w.Code)
			}
		}
	}
	if w := ask("192.0.2.9:1", "/fr"); w.Code != http.StatusOK {
		t.Errorf("another address pays for the first: %d", w.Code)
	}
}

func TestFixedFilesAreThere(t *testing.T) {
	reader := webtest.New(t).Browser()
	for path, want := range map[string]string{
		"/robots.txt": "text/plain; charset=utf-8", "/favicon.svg": "image/svg+xml", "/favicon.ico": "image/svg+xml", "/manifest.webmanifest": "application/manifest+json",
	} {
		page := reader.Get(path)
		if got := page.Header.Get("Content-Type"); page.Status != http.StatusOK || got != want || page.Body == "" {
			t.Errorf("%s answers %d as %q with %d bytes", path, page.Status, got, len(page.Body))
		}
	}
}

func TestANoticeIsSaidOnceAndOnlyInOurWords(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	out := salma.Post("/fr/sign-out", nil)
	if out.Status != http.StatusSeeOther {
		t.Fatalf("sign-out answers %d", out.Status)
	}
	for _, value := range []string{"%%%", "c3VjY2VzcyA8c2NyaXB0Pg", "c3VjY2VzcyB3ZWIuZHVyYXRpb25faG91cnM"} { // "success <script>", "success web.duration_hours"
		r := httptest.NewRequest(http.MethodGet, "/fr", nil)
		r.AddCookie(&http.Cookie{Name: "kh_notice", Value: value})
		w := httptest.NewRecorder()
		town.Server.Config.Handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "page-notice") {
			t.Errorf("%s: %d, or said something", value, w.Code)
		}
	}
}
