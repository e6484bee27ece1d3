package api

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

func TestWhatIsNoRequestIsAProblemInEachLanguage(t *testing.T) {
	h := newHouse(t)
	login := "/auth/login"
	cases := map[string]struct {
		method, path, contentType, accept, body string
		status                                  int
	}{
		"an unknown address":          {"GET", "/castles", "", "", "", 404},
		"an unknown address of POST":  {"POST", "/castles", "application/json", "", "{}", 404},
		"an address outside of v1":    {"GET", "/api/v2/cities", "", "", "", 404},
		"the root of the API":         {"GET", "/api/", "", "", "", 404},
		"a slash too many":            {"GET", "/cities/", "", "", "", 404},
		"a method that is not there":  {"DELETE", "/cities", "", "", "", 405},
		"a POST to a read":            {"POST", "/services", "application/json", "", "{}", 405},
		"a GET of an action":          {"GET", "/bookings/" + ids.New() + "/accept", "", "", "", 405},
		"a method of one's own":       {"BREW", "/auth/login", "", "", "", 405},
		"a POST to the document":      {"POST", "/api/openapi.json", "", "", "", 405},
		"an answer that we lack":      {"GET", "/cities", "", "text/html", "", 406},
		"JSON, but never":             {"GET", "/cities", "", "application/json;q=0", "", 406},
		"no body":                     {"POST", login, "application/json", "", "", 400},
		"no JSON":                     {"POST", login, "application/json", "", "email=a", 400},
		"half of a JSON":              {"POST", login, "application/json", "", `{"email":"a@example.test","pass`, 400},
		"two JSONs":                   {"POST", login, "application/json", "", `{"email":"a@example.test","password":"x"}{}`, 400},
		"a trailing comma":            {"POST", login, "application/json", "", `{"email":"a@example.test","password":"x",}`, 400},
		"a number beyond all":         {"POST", login, "application/json", "", `{"email":1e999}`, 400},
		"a property twice":            {"POST", login, "application/json", "", `{"email":"a@example.test","password":"x","password":"y"}`, 400},
		"what is not UTF-8":           {"POST", login, "application/json", "", "{\"email\":\"\xff\xfe@example.test\",\"password\":\"x\"}", 400},
		"UTF-16":                      {"POST", login, "application/json", "", "\xff\xfe{\x00}\x00", 400},
		"a deep JSON":                 {"POST", login, "application/json", "", strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000), 400},
		"deep lists":                  {"POST", login, "application/json", "", strings.Repeat("[", 20000), 400},
		"null":                        {"POST", login, "application/json", "", "null", 422},
		"a list":                      {"POST", login, "application/json", "", "[]", 422},
		"a text":                      {"POST", login, "application/json", "", `"a"`, 422},
		"a form":                      {"POST", login, "application/x-www-form-urlencoded", "", "email=a&password=b", 415},
		"a plain text":                {"POST", login, "text/plain", "", `{"email":"a@example.test","password":"x"}`, 415},
		"no content type of any form": {"POST", login, ";+", "", `{}`, 415},
		"a body that is too large":    {"POST", login, "application/json", "", `{"email":"` + strings.Repeat("a", maxBodyBytes) + `"}`, 413},
		"a socket without upgrade":    {"GET", "/live", "", "", "", 401},
	}
	before := h.rows(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			heard := map[string]bool{}
			for _, language := range []string{"fr", "ar", "en"} {
				who := h.visitor(t).with("Accept-Language", language)
				if c.accept != "" {
					who = who.with("Accept", c.accept)
				}
				answer := who.send(c.method, c.path, c.contentType, c.body)
				p := answer.problem(c.status)
				heard[p.Title+p.Detail] = true
				if c.status == http.StatusMethodNotAllowed && answer.header.Get("Allow") == "" {
					t.Error("no Allow")
				}
			}
			if len(heard) != 3 {
				t.Errorf("said in %d ways: %v", len(heard), heard)
			}
		})
	}
	if after := h.rows(t); after != before {
		t.Errorf("something was stored:\n%s\n%s", before, after)
	}
}

func TestWhatMayBeAcceptedIsAnswered(t *testing.T) {
	h := newHouse(t)
	for _, accept := range []string{"", "*/*", "application/json", "application/*;q=0.5", "text/html,application/xhtml+xml,*/*;q=0.8", "application/problem+json, application/json", "APPLICATION/JSON"} {
		if got := h.visitor(t).with("Accept", accept).get("/cities"); got.status != http.StatusOK || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("%q: %d %s", accept, got.status, got.header.Get("Content-Type"))
		}
	}
}

func TestHEADIsAGETWithoutABody(t *testing.T) {
	h := newHouse(t)
	got := h.visitor(t).send(http.MethodHead, "/cities", "", "").want(http.StatusOK)
	if len(got.body) != 0 || got.header.Get("ETag") == "" {
		t.Errorf("%d bytes, ETag %q", len(got.body), got.header.Get("ETag"))
	}
}

func TestAClientThatHangsUpIsNoErrorOfOurs(t *testing.T) {
	h := newHouse(t)
	conn, err := net.Dial("tcp", h.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"email\"")
	conn.(*net.TCPConn).CloseWrite() //nolint:errcheck // what follows fails where it did
	answer := make([]byte, 512)
	n, _ := conn.Read(answer)
	conn.Close()
	if !strings.Contains(string(answer[:n]), " 400 ") {
		t.Errorf("answered %q", answer[:n])
	}
	if said := h.log.String(); strings.Contains(said, "level=ERROR") {
		t.Errorf("logged: %s", said)
	}
}

func TestWhatIsOurFaultIsLoggedAndNotShown(t *testing.T) {
	h := newHouse(t)
	c := h.signedIn(t, h.customer)
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	got := c.get("/bookings")
	h.db = nil
	got.want(http.StatusInternalServerError)
	var p Problem
	got.into(&p)
	if p.Code != errs.Internal || p.Detail != "" || len(p.Errors) != 0 || p.RequestID == "" || strings.Contains(string(got.body), "sql") {
		t.Errorf("shown: %s", got.body)
	}
	if !strings.Contains(h.log.String(), "database is closed") {
		t.Errorf("logged: %s", h.log.String())
	}
}

// through makes a client come through a proxy, as one of the given address.
func through(c *client, address string) *client { return c.with("X-Forwarded-For", address) }

func TestOneAddressIsLimited(t *testing.T) {
	h := newHouse(t, Limits{RequestsPerMinute: 3})
	for range 3 {
		through(h.visitor(t), "192.0.2.1").get("/cities").want(http.StatusOK)
	}
	refused := through(h.visitor(t), "192.0.2.1").get("/cities")
	refused.problem(http.StatusTooManyRequests)
	if refused.header.Get("Retry-After") != "20" {
		t.Errorf("Retry-After: %q, want 20", refused.header.Get("Retry-After"))
	}
	through(h.visitor(t), "192.0.2.2").get("/cities").want(http.StatusOK)
	for range 5 {
		h.visitor(t).get("/cities").want(http.StatusOK)
	}
}

func TestOneAccountIsLimitedInWhatItChanges(t *testing.T) {
	h := newHouse(t, Limits{WritesPerMinute: 2})
	c := h.signedIn(t, h.customer)
	for i := range 2 {
		through(c, fmt.Sprintf("192.0.2.%d", i)).post("/bookings/"+ids.New()+"/cancel", nil).problem(http.StatusNotFound)
	}
	refused := through(c, "192.0.2.9").post("/bookings/"+ids.New()+"/cancel", nil)
	refused.problem(http.StatusTooManyRequests)
	if refused.header.Get("Retry-After") != "30" {
		t.Errorf("Retry-After: %q, want 30", refused.header.Get("Retry-After"))
	}
	through(c, "192.0.2.9").get("/bookings").want(http.StatusOK)
	c.post("/bookings/"+ids.New()+"/cancel", nil).problem(http.StatusNotFound)
}

func TestSignUpsAreLimited(t *testing.T) {
	h := newHouse(t, Limits{SignUpsPerHour: 1})
	through(h.visitor(t), "192.0.2.1").post("/auth/signup", newcomer()).want(http.StatusCreated)
	before := h.rows(t)
	other := newcomer()
	other["email"] = "other@example.test"
	through(h.visitor(t), "192.0.2.1").post("/auth/signup", other).problem(http.StatusTooManyRequests)
	through(h.visitor(t), "192.0.2.1").post("/auth/forgot", map[string]any{"email": "other@example.test"}).problem(http.StatusTooManyRequests)
	if after := h.rows(t); after != before {
		t.Error("a refused sign-up stored something")
	}
	through(h.visitor(t), "192.0.2.7").post("/auth/signup", other).want(http.StatusCreated)
}
