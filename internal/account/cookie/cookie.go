// Package cookie is the one place that knows how a browser keeps a session: the names and attributes of the two cookies, and when
// they may go without Secure. What is in them is made and checked by package account.
package cookie

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/httpx"
)

// The names. "__Host-" makes browsers insist on Secure, Path=/ and no Domain, so that no neighbouring host can plant one.
const (
	accessName  = "kh_access"
	refreshName = "kh_refresh"
	hostPrefix  = "__Host-"
)

// keep is how long a browser keeps the cookies. The tokens carry their own, shorter, times; the cookies merely must not be gone
// before them, and each refresh renews both.
const keep = 30 * 24 * time.Hour

// maxValueBytes bounds what is taken for a token. Ours are far shorter.
const maxValueBytes = 4096

// Set keeps the session's tokens in the browser.
func Set(w http.ResponseWriter, r *http.Request, session account.Session) {
	secure := needsSecure(r)
	write(w, accessName, session.AccessToken, secure, int(keep.Seconds()))
	write(w, refreshName, session.RefreshToken, secure, int(keep.Seconds()))
}

// Clear makes the browser forget the session.
func Clear(w http.ResponseWriter, r *http.Request) {
	secure := needsSecure(r)
	write(w, accessName, "", secure, -1)
	write(w, refreshName, "", secure, -1)
}

// Access returns the access token that the browser sent, or "".
func Access(r *http.Request) string { return read(r, accessName) }

// Refresh returns the refresh token that the browser sent, or "".
func Refresh(r *http.Request) string { return read(r, refreshName) }

func write(w http.ResponseWriter, name, value string, secure bool, maxAgeSeconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: nameFor(name, secure), Value: value, Path: "/", MaxAge: maxAgeSeconds,
		Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// read knows only the name that Set would use for this request: a cookie without the prefix, which any neighbour can plant, is
// not looked at where the prefix is due.
func read(r *http.Request, name string) string {
	if len(r.Header["Cookie"]) == 0 {
		return ""
	}
	found, err := r.Cookie(nameFor(name, needsSecure(r)))
	if err != nil || len(found.Value) > maxValueBytes {
		return ""
	}
	return found.Value
}

func nameFor(name string, secure bool) string {
	if secure {
		return hostPrefix + name
	}
	return name
}

// needsSecure is false only on plain http at a loopback host: some browsers and most other clients drop Secure cookies there,
// and the first run on a developer's machine must work with all of them.
func needsSecure(r *http.Request) bool {
	return httpx.IsHTTPS(r.Context()) || r.TLS != nil || !loopbackHost(r.Host)
}

// loopbackHost says whether a Host header names this very machine. It is the browser's view that counts, so nothing is resolved.
func loopbackHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

// halfName is what somebody holds between password and code.
const (
	halfName = "kh_half"
	keepHalf = 5 * time.Minute
)

// SetHalf keeps what goes on with signing in until the code has come.
func SetHalf(w http.ResponseWriter, r *http.Request, half string) {
	write(w, halfName, half, needsSecure(r), int(keepHalf.Seconds()))
}

// Half returns what SetHalf kept, or "".
func Half(r *http.Request) string { return read(r, halfName) }

// ClearHalf makes the browser forget it.
func ClearHalf(w http.ResponseWriter, r *http.Request) { write(w, halfName, "", needsSecure(r), -1) }
