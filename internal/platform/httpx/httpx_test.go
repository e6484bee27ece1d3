package httpx

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

func answer(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, text) })
}

func renderStatus(w http.ResponseWriter, _ *http.Request, err error) {
	w.WriteHeader(StatusOf(errs.CodeOf(err)))
	_, _ = io.WriteString(w, ErrorOf(err).Key)
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func get(headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/x", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func TestTheFirstMiddlewareOfAChainIsOutermost(t *testing.T) {
	var order []string
	note := func(name string) Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				order = append(order, name)
				next.ServeHTTP(w, r)
			})
		}
	}
	serve(Chain(answer("x"), note("a"), note("b")), get())
	if strings.Join(order, "") != "ab" {
		t.Errorf("order %v", order)
	}
}

func TestRequestID(t *testing.T) {
	var seen string
	h := RequestID(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { seen = RequestIDIn(r.Context()) }))
	for _, id := range []string{"01234567", "trace-1.2_3abc", strings.Repeat("a", 64)} {
		if got := serve(h, get("X-Request-Id", id)).Header().Get("X-Request-Id"); got != id || seen != id {
			t.Errorf("a sane id %q became %q, %q", id, got, seen)
		}
	}
	for _, id := range []string{"", "short", strings.Repeat("a", 65), "with space", "line\nbreak1", "quote\"quote", "عربي-عربي"} {
		if got := serve(h, get("X-Request-Id", id)).Header().Get("X-Request-Id"); got == id || !ids.Valid(got) || seen != got {
			t.Errorf("%q was answered with %q, context %q", id, got, seen)
		}
	}
}

func FuzzRequestID(f *testing.F) {
	f.Add("abc-123_x.y")
	f.Add("a\r\nSet-Cookie: x")
	h := RequestID(answer("x"))
	f.Fuzz(func(t *testing.T, id string) {
		r := get()
		r.Header["X-Request-Id"] = []string{id}
		got := serve(h, r).Header().Get("X-Request-Id")
		if strings.ContainsAny(got, "\r\n\x00 \"") || len(got) < 8 || len(got) > maxRequestIDBytes {
			t.Errorf("%q was sent back as %q", id, got)
		}
	})
}

func TestALogLineHasRouteAndAccountAndNothingSecret(t *testing.T) {
	var out bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&out, nil))
	mux := http.NewServeMux()
	mux.HandleFunc("POST /verify/{token}", func(w http.ResponseWriter, r *http.Request) {
		SetAccount(r.Context(), "acc-1")
		if AccountIn(r.Context()) != "acc-1" {
			t.Error("the account was not noted")
		}
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "12345")
	})
	// A middleware that copies the request stands between, as many do.
	h := Chain(MarkRoute(mux), RequestID, ClientAddress(nil), Log(logger), Timeout(time.Minute, nil))
	r := httptest.NewRequest(http.MethodPost, "/verify/s3cret-path?token=s3cret-query", strings.NewReader("s3cret-body"))
	r.Header.Set("Cookie", "session=s3cret-cookie")
	serve(h, r)
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v in %s", err, &out)
	}
	if line["route"] != "POST /verify/{token}" || line["method"] != "POST" || line["status"] != 418.0 || line["bytes"] != 5.0 || line["address"] != "192.0.2.1" {
		t.Errorf("line %s", &out)
	}
	if strings.Contains(out.String(), "s3cret") {
		t.Errorf("a secret was logged: %s", &out)
	}
	out.Reset()
	serve(h, get())
	if !strings.Contains(out.String(), `"path":"/x"`) {
		t.Errorf("a path without route is not logged: %s", &out)
	}
}

func TestAPanicIsAnsweredAsInternalAndLoggedWithItsStack(t *testing.T) {
	var out bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&out, nil))
	h := Recover(logger, renderStatus)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") }))
	if w := serve(h, get()); w.Code != 500 || w.Body.String() != "error.internal" {
		t.Errorf("answered %d %q", w.Code, w.Body)
	}
	if !strings.Contains(out.String(), "boom") || !strings.Contains(out.String(), "httpx_test.go") {
		t.Errorf("log %s", &out)
	}
}

func TestAnAnswerThatBeganIsCutOffByAPanicAndAbortPasses(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"after the first byte": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "half"); panic("boom") },
		"abort":                func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		func() {
			defer func() {
				if cause := recover(); cause != http.ErrAbortHandler {
					t.Errorf("%s: recovered %v", name, cause)
				}
			}()
			serve(Recover(slog.New(slog.DiscardHandler), renderStatus)(handler), get())
		}()
	}
}

func TestTimeoutSetsADeadlineButForThoseExcepted(t *testing.T) {
	var has bool
	inner := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, has = r.Context().Deadline() })
	h := Timeout(time.Second, func(r *http.Request) bool { return r.Header.Get("Upgrade") != "" })(inner)
	if serve(h, get()); !has {
		t.Error("no deadline")
	}
	if serve(h, get("Upgrade", "websocket")); has {
		t.Error("an excepted request has a deadline")
	}
}

// A client of the plainest kind: it sends all it has before it looks at the answer.
func TestWhoeverSendsTooMuchGetsTheAnswer(t *testing.T) {
	server := httptest.NewServer(BodyLimit(1000)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	})))
	defer server.Close()
	const size = 4 << 20
	for range 5 {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", size); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(make([]byte, size)); err != nil {
			t.Fatalf("cut off while sending: %v", err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || answer.StatusCode != http.StatusRequestEntityTooLarge {
			t.Fatalf("got %v, %v", answer, err)
		}
	}
}

func TestTheInnermostBodyLimitCounts(t *testing.T) {
	read := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			renderStatus(w, r, ErrorOf(err))
		}
	})
	post := func(n int) *http.Request {
		return httptest.NewRequest(http.MethodPost, "/", strings.NewReader(strings.Repeat("a", n)))
	}
	for _, test := range []struct {
		name string
		h    http.Handler
		n    int
		want int
	}{
		{"within", BodyLimit(10)(read), 10, 200},
		{"beyond", BodyLimit(10)(read), 11, 413},
		{"widened", BodyLimit(10)(BodyLimit(100)(read)), 100, 200},
		{"beyond the wider", BodyLimit(10)(BodyLimit(100)(read)), 101, 413},
		{"narrowed", BodyLimit(100)(BodyLimit(10)(read)), 11, 413},
	} {
		if got := serve(test.h, post(test.n)).Code; got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

func TestSecurityHeadersAreStrict(t *testing.T) {
	h := Chain(answer("x"), ClientAddress(Loopback), SecurityHeaders)
	plain := get()
	plain.RemoteAddr = "127.0.0.1:5"
	w := serve(h, plain)
	for name, want := range map[string]string{
		"Content-Security-Policy":           "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"Cross-Origin-Opener-Policy":        "same-origin",
		"Cross-Origin-Embedder-Policy":      "require-corp",
		"Cross-Origin-Resource-Policy":      "same-origin",
		"X-Content-Type-Options":            "nosniff",
		"Referrer-Policy":                   "strict-origin-when-cross-origin",
		"X-Frame-Options":                   "DENY",
		"X-Permitted-Cross-Domain-Policies": "none",
		"Strict-Transport-Security":         "",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, want := range []string{"camera=()", "microphone=()", "payment=()", "geolocation=(self)"} {
		if !strings.Contains(w.Header().Get("Permissions-Policy"), want) {
			t.Errorf("Permissions-Policy lacks %s", want)
		}
	}
	secure := get("X-Forwarded-Proto", "https")
	secure.RemoteAddr = "127.0.0.1:5"
	if got := serve(h, secure).Header().Get("Strict-Transport-Security"); !strings.HasPrefix(got, "max-age=63072000") {
		t.Errorf("over https: HSTS %q", got)
	}
}

func TestABrowserActingForAnotherSiteIsRefused(t *testing.T) {
	protect, err := CrossOrigin(renderStatus, "https://partner.test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := CrossOrigin(renderStatus, "no origin"); err == nil {
		t.Error("a malformed trusted origin was taken")
	}
	for _, test := range []struct {
		name    string
		method  string
		headers []string
		want    int
	}{
		{"another site", http.MethodPost, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"another origin", http.MethodPost, []string{"Origin", "https://evil.test"}, 403},
		{"reading", http.MethodGet, []string{"Sec-Fetch-Site", "cross-site"}, 200},
		{"own page", http.MethodPost, []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"no browser", http.MethodPost, nil, 200},
		{"trusted", http.MethodPost, []string{"Origin", "https://partner.test", "Sec-Fetch-Site", "cross-site"}, 200},
	} {
		r := get(test.headers...)
		r.Method = test.method
		if got := serve(protect(answer("x")), r).Code; got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

func TestErrorsOfTheGroundAreTranslated(t *testing.T) {
	for _, test := range []struct {
		err  error
		want errs.Code
	}{
		{errs.New(errs.Gone, "x.y"), errs.Gone},
		{errors.Join(errors.New("a"), errs.New(errs.Conflict, "x.y")), errs.Conflict},
		{&http.MaxBytesError{Limit: 3}, errs.TooLarge},
		{context.DeadlineExceeded, errs.Unavailable},
		{io.ErrUnexpectedEOF, errs.Internal},
	} {
		if got := ErrorOf(test.err).Code; got != test.want {
			t.Errorf("%v: %s, want %s", test.err, got, test.want)
		}
	}
}
