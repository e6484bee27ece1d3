package api

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"khadamat/internal/account"
)

// fuzzTargets are the POSTs with a body. Those that hash passwords come last, so that a short run sees the others too.
var fuzzTargets = []string{"/bookings", "/bookings/01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f/cancel", "/bookings/01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f/reschedule",
	"/bookings/01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f/messages", "/bookings/01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f/review", "/bookings/01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f/dispute",
	"/reviews/01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f/reply", "/reviews/01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f/report", "/disputes/01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f/messages",
	"/quotes", "/quotes/photos", "/quotes/01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f/offers", "/me/addresses", "/me/export", "/provider/calendars",
	"/me/tokens", "/auth/verify", "/auth/forgot", "/auth/reset", "/auth/login", "/auth/signup"}

// send goes without a socket, which a fuzzer has no time for.
func (h *house) direct(handler http.Handler, session account.Session, method, target, contentType string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost/", bytes.NewReader(body))
	r.URL = &url.URL{Scheme: "http", Host: "localhost"}
	r.URL.Path, r.URL.RawQuery = target, ""
	r.RemoteAddr = "127.0.0.1:1"
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	r.AddCookie(&http.Cookie{Name: "kh_access", Value: session.AccessToken})
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, r)
	return answer
}

func (h *house) session(t testing.TB) account.Session {
	t.Helper()
	session, err := h.accounts.SignIn(t.Context(), h.customer.Email, password, account.Client{})
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// FuzzBody: whatever the body is, the answer is never our fault, and a refusal is a problem.
func FuzzBody(f *testing.F) {
	h := newHouse(f)
	handler, session := h.handler(), h.session(f)
	for i, seed := range []string{`{}`, `{"start":"2026-06-02T09:00:00Z"}`, `{"name":"a"}`, `{"token":"a"}`, `{"email":"a@b.test"}`, `null`, `[[[[`, "\xff", `{"reason":"\u0000"}`,
		`{"email":"a@b.test","password":"x"}`, `{"service_id":"` + h.instant.ID + `","start":"2026-06-02T08:00:00Z","address":"12, rue des Orangers","addon_ids":["a"]}`} {
		f.Add(uint8(i), "application/json", []byte(seed))
	}
	f.Add(uint8(0), "text/plain;charset=utf-16", []byte("{}"))
	f.Fuzz(func(t *testing.T, at uint8, contentType string, body []byte) {
		target := fuzzTargets[int(at)%len(fuzzTargets)]
		answer := h.direct(handler, session, http.MethodPost, prefix+target, contentType, body)
		checkFuzzed(t, answer, target)
	})
}

func checkFuzzed(t *testing.T, answer *httptest.ResponseRecorder, target string) {
	t.Helper()
	if answer.Code >= 500 && answer.Code != http.StatusServiceUnavailable {
		t.Fatalf("%s: %d %s", target, answer.Code, answer.Body)
	}
	if answer.Code >= 400 && answer.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("%s: %d as %s", target, answer.Code, answer.Header().Get("Content-Type"))
	}
}

// FuzzQuery: whatever the query string is, the answer is never our fault, and a refusal is a problem.
func FuzzQuery(f *testing.F) {
	h := newHouse(f)
	handler, session := h.handler(), h.session(f)
	paths := []string{"/services", "/suggestions", "/providers/" + h.shop.ID + "/slots", "/bookings", "/cities",
		"/providers/" + h.shop.ID + "/reviews", "/me/reviews", "/me/favourites", "/me/notifications", "/quotes", "/disputes", "/provider/statistics", "/admin/people", "/admin/bookings"}
	for i, seed := range []string{"q=plombier&city=rabat", "q=%ff", "limit=-1&cursor=AAAA", "from=2026-06-01&to=2026-07-01", "status=a,b&as=provider", "near=1e308,NaN&sort=distance",
		"date=9999-12-31", "a=b&a=c", "%", "q=%00", "cursor=AQAAAAAAAAAAAAAAAAAAAAAAAAAA", "from=0001-01-01T00:00:00Z&to=9999-12-31T00:00:00Z", "instant=TRUE;q"} {
		f.Add(uint8(i), seed)
	}
	f.Fuzz(func(t *testing.T, at uint8, query string) {
		path := paths[int(at)%len(paths)]
		r := httptest.NewRequest(http.MethodGet, "http://localhost"+prefix+path, nil)
		r.URL.RawQuery = query
		r.RemoteAddr = "127.0.0.1:1"
		r.AddCookie(&http.Cookie{Name: "kh_access", Value: session.AccessToken})
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		checkFuzzed(t, answer, path+"?"+query)
	})
}

// FuzzPath: whatever stands in the place of an id, it is somebody else's or nobody's.
func FuzzPath(f *testing.F) {
	h := newHouse(f)
	handler, session := h.handler(), h.session(f)
	for _, seed := range []string{"1", "..", "\x00", "\xff", "01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f", "a/b", "%2e"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		for _, at := range []string{"/services/", "/providers/", "/bookings/", "/quotes/", "/disputes/", "/admin/people/"} {
			checkFuzzed(t, h.direct(handler, session, http.MethodGet, prefix+at+id, "", nil), at)
		}
	})
}
