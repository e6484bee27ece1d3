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
)

func TestOnlyPublicAddressesAreReached(t *testing.T) {
	for _, address := range []string{
		"127.0.0.1:443", "127.9.9.9:443", "[::1]:443", "10.0.0.1:443", "172.16.0.1:443", "172.31.255.255:443", "192.168.1.1:443", "169.254.169.254:443",
		"0.0.0.0:443", "0.1.2.3:443", "100.64.0.1:443", "192.0.0.1:443", "198.18.0.1:443", "224.0.0.1:443", "240.0.0.1:443", "255.255.255.255:443",
		"[::]:443", "[fc00::1]:443", "[fd12:3456::1]:443", "[fe80::1]:443", "[fe80::1%eth0]:443", "[fec0::1]:443", "[ff02::1]:443", "[::ffff:10.0.0.1]:443", "[::ffff:127.0.0.1]:443",
		"[64:ff9b::a00:1]:443", "[2002:a00:1::]:443", "[2001:db8::1]:443", "[2001::1]:443", "[::7f00:1]:443",
		"93.184.215.14:80", "93.184.215.14:22", "93.184.215.14:8443", "nonsense", "",
	} {
		if err := permitted(address, Outside{}); !errors.Is(err, errForbiddenAddress) {
			t.Errorf("%s is reached", address)
		}
	}
	for _, address := range []string{"93.184.215.14:443", "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:443"} {
		if err := permitted(address, Outside{}); err != nil {
			t.Errorf("%s is not reached: %v", address, err)
		}
	}
	if permitted("127.0.0.1:9999", Outside{AllowLoopback: true}) != nil || permitted("10.0.0.1:443", Outside{AllowLoopback: true}) == nil {
		t.Error("the allowance for tests is not that for loopback")
	}
}

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
func elsewhere(t *testing.T, handler http.HandlerFunc) (address string, outside Outside) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return server.URL, Outside{AllowLoopback: true, Roots: roots}
}

func read(t *testing.T, address string, outside Outside) (string, error) {
	t.Helper()
	var content string
	err := fetch(t.Context(), newClient(outside), address, func(body io.Reader) error {
		bytes, err := io.ReadAll(body)
		content = string(bytes)
		return err
	})
	return content, err
}

func TestACalendarIsFetched(t *testing.T) {
	address, outside := elsewhere(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/a.ics", http.StatusFound)
			return
		}
		fmt.Fprint(w, "content")
	})
	for _, path := range []string{"/a.ics", "/moved"} {
		if content, err := read(t, address+path, outside); err != nil || content != "content" {
			t.Errorf("%s: %q (%v)", path, content, err)
		}
	}
}

func TestALoopbackServerIsRefusedWithoutAllowance(t *testing.T) {
	asked := false
	address, outside := elsewhere(t, func(http.ResponseWriter, *http.Request) { asked = true })
	outside.AllowLoopback = false
	named := strings.Replace(address, "127.0.0.1", "localhost", 1)
	for _, target := range []string{address, named} {
		if _, err := read(t, target, outside); !errors.Is(err, errForbiddenAddress) || failureKey(err) != "calendar.failed.private" {
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
	address, outside := elsewhere(t, func(w http.ResponseWriter, r *http.Request) {
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
	for path, want := range map[string]error{"/plain": errNotHTTPS, "/inside": errForbiddenAddress, "/again": errRedirects} {
		if content, err := read(t, address+path, outside); !errors.Is(err, want) || content != "" {
			t.Errorf("%s: %q, %v", path, content, err)
		}
	}
	if hops > maxRedirects+1 {
		t.Errorf("%d hops", hops)
	}
}

func TestACalendarThatIsTooLargeIsNoticed(t *testing.T) {
	address, outside := elsewhere(t, func(w http.ResponseWriter, r *http.Request) {
		size := maxCalendarBytes
		if r.URL.Path == "/more" {
			size++
		}
		_, _ = io.CopyN(w, endless{}, int64(size))
	})
	if content, err := read(t, address+"/just", outside); err != nil || len(content) != maxCalendarBytes {
		t.Errorf("%d bytes (%v)", len(content), err)
	}
	if _, err := read(t, address+"/more", outside); !errors.Is(err, errTooLarge) || failureKey(err) != "calendar.failed.too_large" {
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
	address, outside := elsewhere(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := fetch(ctx, newClient(outside), address, func(io.Reader) error { return nil })
	if failureKey(err) != "calendar.failed.slow" {
		t.Errorf("%v is told as %s", err, failureKey(err))
	}
	if newClient(outside).Timeout != fetchTimeout {
		t.Error("a calendar may take for ever")
	}
}

func TestEveryFailureHasWordsOfItsOwn(t *testing.T) {
	address, outside := elsewhere(t, func(w http.ResponseWriter, r *http.Request) {
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
		if _, err := read(t, address+path, outside); failureKey(err) != want {
			t.Errorf("%s is told as %s", path, failureKey(err))
		}
	}
	if _, err := read(t, address, Outside{AllowLoopback: true}); failureKey(err) != "calendar.failed.unreachable" {
		t.Errorf("a server that nobody vouches for is told as %s (%v)", failureKey(err), err)
	}
	for err, want := range map[error]string{errNotCalendar: "calendar.failed.not_calendar", errTooMuch: "calendar.failed.too_much", errRedirects: "calendar.failed.redirects"} {
		if got := failureKey(&url.Error{Op: "Get", URL: address, Err: err}); got != want {
			t.Errorf("%v is told as %s", err, got)
		}
	}
}
