package cookie

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/platform/httpx"
)

var session = account.Session{AccessToken: "the.access.token", RefreshToken: "the-refresh-token"}

func request(host string, edit ...func(*http.Request)) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://"+host+"/", nil)
	for _, change := range edit {
		change(r)
	}
	return r
}

func overTLS(r *http.Request) { r.TLS = &tls.ConnectionState{} }

func TestOnlyPlainHTTPAtALoopbackHostGoesWithoutSecure(t *testing.T) {
	cases := map[string]struct {
		request *http.Request
		secure  bool
	}{
		"localhost with a port":   {request("localhost:8080"), false},
		"a name below localhost":  {request("app.localhost:8080"), false},
		"capitals and a dot":      {request("LocalHost.:8080"), false},
		"IPv4":                    {request("127.0.0.1:8080"), false},
		"IPv4 of the same block":  {request("127.9.8.7"), false},
		"IPv6":                    {request("[::1]:8080"), false},
		"IPv6 without a port":     {request("[::1]"), false},
		"localhost over TLS":      {request("localhost:8443", overTLS), true},
		"a public name":           {request("khadamat.ma"), true},
		"a look-alike":            {request("localhost.example.com"), true},
		"another look-alike":      {request("notlocalhost"), true},
		"a private address":       {request("192.168.1.2:8080"), true},
		"a public name, over TLS": {request("khadamat.ma", overTLS), true},
		"no host":                 {request("x", func(r *http.Request) { r.Host = "" }), true},
		"what is no host at all":  {request("x", func(r *http.Request) { r.Host = "::::" }), true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			answer := httptest.NewRecorder()
			Set(answer, c.request, session)
			cookies := answer.Result().Cookies()
			if len(cookies) != 2 {
				t.Fatalf("%d cookies, want 2", len(cookies))
			}
			for _, set := range cookies {
				if set.Secure != c.secure || strings.HasPrefix(set.Name, hostPrefix) != c.secure {
					t.Errorf("%s: Secure is %v, want %v with the prefix to match", set.Name, set.Secure, c.secure)
				}
				if !set.HttpOnly || set.SameSite != http.SameSiteLaxMode || set.Path != "/" || set.Domain != "" || set.MaxAge <= 0 {
					t.Errorf("%s: %+v", set.Name, set)
				}
			}
		})
	}
}

func TestAProxyThatSpeaksHTTPSMakesCookiesSecure(t *testing.T) {
	handler := httpx.ClientAddress(httpx.Loopback)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { Set(w, r, session) }))
	r := request("localhost:8080", func(r *http.Request) {
		r.RemoteAddr = "127.0.0.1:1234"
		r.Header.Set("X-Forwarded-Proto", "https")
	})
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, r)
	for _, set := range answer.Result().Cookies() {
		if !set.Secure || !strings.HasPrefix(set.Name, "__Host-") {
			t.Errorf("%s goes without Secure", set.Name)
		}
	}
}

func TestWhatIsSetIsRead(t *testing.T) {
	for _, host := range []string{"localhost:8080", "khadamat.ma"} {
		answer := httptest.NewRecorder()
		Set(answer, request(host), session)
		next := request(host)
		for _, set := range answer.Result().Cookies() {
			next.AddCookie(set)
		}
		if Access(next) != session.AccessToken || Refresh(next) != session.RefreshToken {
			t.Errorf("%s: read %q and %q", host, Access(next), Refresh(next))
		}
	}
}

func TestACookieWithoutThePrefixIsIgnoredWhereThePrefixIsDue(t *testing.T) {
	r := request("khadamat.ma", func(r *http.Request) {
		r.AddCookie(&http.Cookie{Name: "kh_access", Value: "planted"})
		r.AddCookie(&http.Cookie{Name: "kh_refresh", Value: "planted"})
	})
	if Access(r) != "" || Refresh(r) != "" {
		t.Errorf("read %q and %q, want nothing", Access(r), Refresh(r))
	}
}

func TestNoCookieIsNoToken(t *testing.T) {
	r := request("localhost")
	if Access(r) != "" || Refresh(r) != "" {
		t.Error("a token out of nothing")
	}
	r.AddCookie(&http.Cookie{Name: "kh_access", Value: strings.Repeat("a", maxValueBytes+1)})
	if Access(r) != "" {
		t.Error("an over-long cookie was taken for a token")
	}
}

func TestClearForgetsBoth(t *testing.T) {
	answer := httptest.NewRecorder()
	Clear(answer, request("khadamat.ma"))
	names := map[string]bool{}
	for _, set := range answer.Result().Cookies() {
		if set.MaxAge >= 0 || set.Value != "" || !set.Secure {
			t.Errorf("%s is not cleared: %+v", set.Name, set)
		}
		names[set.Name] = true
	}
	if !names["__Host-kh_access"] || !names["__Host-kh_refresh"] {
		t.Errorf("cleared %v", names)
	}
}
