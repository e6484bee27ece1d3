package calendar

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"khadamat/internal/platform/outside"
)

func TestAddressesAreKeptInOneForm(t *testing.T) {
	for text, want := range map[string]string{
		" https://calendar.example/a.ics ":  "https://calendar.example/a.ics",
		"webcal://calendar.example/a.ics":   "https://calendar.example/a.ics",
		"WEBCALS://calendar.example/a?b=c#": "https://calendar.example/a?b=c",
	} {
		if got, err := cleanURL(text); err != nil || got != want {
			t.Errorf("%q is %q (%v)", text, got, err)
		}
	}
	for _, text := range []string{"", "calendar", "http://calendar.example/", "ftp://calendar.example/", "file:///etc/passwd", "https://", "https://user:pw@calendar.example/", "https://" + strings.Repeat("a", 3000), "https://\x00"} {
		if got, err := cleanURL(text); err == nil {
			t.Errorf("%q is taken as %q", text, got)
		}
	}
}

// elsewhere is a server with calendars, on this machine.
func elsewhere(t *testing.T, handler http.HandlerFunc) (address string, reach outside.Options) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return server.URL, outside.Options{AllowLoopback: true, Roots: roots}
}

func read(t *testing.T, address string, reach outside.Options) (string, error) {
	t.Helper()
	var content string
	err := fetch(t.Context(), outside.Client(reach), address, func(body io.Reader) error {
		bytes, err := io.ReadAll(body)
		content = string(bytes)
		return err
	})
	return content, err
}

func TestACalendarIsFetched(t *testing.T) {
	address, reach := elsewhere(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/a.ics", http.StatusFound)
			return
		}
		fmt.Fprint(w, "content")
	})
	for _, path := range []string{"/a.ics", "/moved"} {
		if content, err := read(t, address+path, reach); err != nil || content != "content" {
			t.Errorf("%s: %q (%v)", path, content, err)
		}
	}
}

func TestALoopbackServerIsRefusedWithoutAllowance(t *testing.T) {
	asked := false
	address, reach := elsewhere(t, func(http.ResponseWriter, *http.Request) { asked = true })
	reach.AllowLoopback = false
	named := strings.Replace(address, "127.0.0.1", "localhost", 1)
	for _, target := range []string{address, named} {
		if _, err := read(t, target, reach); !errors.Is(err, outside.ErrForbiddenAddress) || failureKey(err) != "calendar.failed.private" {
			t.Errorf("%s: %v", target, err)
		}
	}
	if asked {
		t.Error("the server was asked")
	}
}

func TestRedirectsEndSoonAndStayProtected(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "secret") }))
	t.Cleanup(plain.Close)
	hops := 0
	address, reach := elsewhere(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/plain":
			http.Redirect(w, r, plain.URL, http.StatusFound)
		case "/inside":
			http.Redirect(w, r, "https://10.0.0.1/", http.StatusFound)
		default:
			hops++
			http.Redirect(w, r, "/again", http.StatusFound)
		}
	})
	for path, want := range map[string]error{"/plain": outside.ErrNotHTTPS, "/inside": outside.ErrForbiddenAddress, "/again": outside.ErrRedirects} {
		if content, err := read(t, address+path, reach); !errors.Is(err, want) || content != "" {
			t.Errorf("%s: %q, %v", path, content, err)
		}
	}
	if hops > 4 {
		t.Errorf("%d hops", hops)
	}
}

func TestACalendarThatIsTooLargeIsNoticed(t *testing.T) {
	address, reach := elsewhere(t, func(w http.ResponseWriter, r *http.Request) {
		size := maxCalendarBytes
		if r.URL.Path == "/more" {
			size++
		}
		_, _ = io.CopyN(w, endless{}, int64(size))
	})
	if content, err := read(t, address+"/just", reach); err != nil || len(content) != maxCalendarBytes {
		t.Errorf("%d bytes (%v)", len(content), err)
	}
	if _, err := read(t, address+"/more", reach); !errors.Is(err, errTooLarge) || failureKey(err) != "calendar.failed.too_large" {
		t.Error(err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func TestACalendarThatNeverAnswersIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	address, reach := elsewhere(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := fetch(ctx, outside.Client(reach), address, func(io.Reader) error { return nil })
	if failureKey(err) != "calendar.failed.slow" {
		t.Errorf("%v is told as %s", err, failureKey(err))
	}
	if outside.Client(reach).Timeout != outside.Timeout {
		t.Error("a calendar may take for ever")
	}
}

func TestEveryFailureHasWordsOfItsOwn(t *testing.T) {
	address, reach := elsewhere(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/private":
			w.WriteHeader(http.StatusForbidden)
		default:
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	for path, want := range map[string]string{"/gone": "calendar.failed.gone", "/private": "calendar.failed.forbidden", "/broken": "calendar.failed.unreachable"} {
		if _, err := read(t, address+path, reach); failureKey(err) != want {
			t.Errorf("%s is told as %s", path, failureKey(err))
		}
	}
	if _, err := read(t, address, outside.Options{AllowLoopback: true}); failureKey(err) != "calendar.failed.unreachable" {
		t.Errorf("a server that nobody vouches for is told as %s (%v)", failureKey(err), err)
	}
	for err, want := range map[error]string{errNotCalendar: "calendar.failed.not_calendar", errTooMuch: "calendar.failed.too_much", outside.ErrRedirects: "calendar.failed.redirects"} {
		if got := failureKey(&url.Error{Op: "Get", URL: address, Err: err}); got != want {
			t.Errorf("%v is told as %s", err, got)
		}
	}
}
