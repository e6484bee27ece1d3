package httpx

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func TestTheClientIsTheRightMostUntrustedAddress(t *testing.T) {
	trusted := append([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, Loopback...)
	var client netip.Addr
	var https bool
	h := ClientAddress(trusted)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		client, https = AddressIn(r.Context()), IsHTTPS(r.Context())
	}))
	for _, test := range []struct {
		name, peer string
		headers    []string
		want       string
		https      bool
	}{
		{"no proxy", "203.0.113.9:1234", nil, "203.0.113.9", false},
		{"a stranger's claim", "203.0.113.9:1234", []string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "https"}, "203.0.113.9", false},
		{"one proxy", "127.0.0.1:1234", []string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "https"}, "198.51.100.1", true},
		{"a forged left entry", "127.0.0.1:1", []string{"X-Forwarded-For", "1.1.1.1, 198.51.100.1"}, "198.51.100.1", false},
		{"two proxies", "[::1]:1", []string{"X-Forwarded-For", "198.51.100.1, 10.1.2.3"}, "198.51.100.1", false},
		{"two headers", "127.0.0.1:1", []string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-For", "10.1.2.3"}, "198.51.100.1", false},
		{"all trusted", "127.0.0.1:1", []string{"X-Forwarded-For", "10.9.9.9, 10.1.2.3"}, "10.9.9.9", false},
		{"garbage", "127.0.0.1:1", []string{"X-Forwarded-For", "198.51.100.1, unknown"}, "127.0.0.1", false},
		{"garbage behind a proxy", "127.0.0.1:1", []string{"X-Forwarded-For", "unknown, 10.1.2.3"}, "10.1.2.3", false},
		{"empty", "127.0.0.1:1", []string{"X-Forwarded-For", ""}, "127.0.0.1", false},
		{"with ports", "127.0.0.1:1", []string{"X-Forwarded-For", "[2001:db8::1]:443"}, "2001:db8::1", false},
		{"brackets", "127.0.0.1:1", []string{"X-Forwarded-For", "[2001:db8::1]"}, "2001:db8::1", false},
		{"IPv4 in IPv6", "[::ffff:127.0.0.1]:1", []string{"X-Forwarded-For", "::ffff:198.51.100.1"}, "198.51.100.1", false},
		{"the last proxy's scheme", "127.0.0.1:1", []string{"X-Forwarded-Proto", "https, http"}, "127.0.0.1", false},
	} {
		r := get(test.headers...)
		r.RemoteAddr = test.peer
		serve(h, r)
		if client.String() != test.want || https != test.https {
			t.Errorf("%s: %s, https %v; want %s, %v", test.name, client, https, test.want, test.https)
		}
	}
}

func TestFromLoopbackMeansNobodySpeaksForAnother(t *testing.T) {
	for _, test := range []struct {
		peer    string
		headers []string
		want    bool
	}{
		{"127.0.0.1:1", nil, true}, {"[::1]:1", nil, true}, {"[::ffff:127.0.0.1]:1", nil, true},
		{"127.0.0.1:1", []string{"X-Forwarded-For", "127.0.0.1"}, false}, {"127.0.0.1:1", []string{"Forwarded", "for=x"}, false},
		{"203.0.113.9:1", nil, false}, {"", nil, false},
	} {
		r := get(test.headers...)
		r.RemoteAddr = test.peer
		if got := FromLoopback(r); got != test.want {
			t.Errorf("%q %v: %v", test.peer, test.headers, got)
		}
	}
}

func TestLimitsCountByNetwork(t *testing.T) {
	for address, want := range map[string]string{"198.51.100.7": "198.51.100.7/32", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64"} {
		if got := Network(netip.MustParseAddr(address)).String(); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
	if Network(netip.Addr{}).IsValid() {
		t.Error("no address has a network")
	}
}

func FuzzForwardedFor(f *testing.F) {
	f.Add("198.51.100.1, 10.0.0.1", "unknown")
	f.Add(strings.Repeat(",", 100), "[::1%eth0]:80")
	peer := netip.MustParseAddr("127.0.0.1")
	f.Fuzz(func(t *testing.T, first, second string) {
		client := forwardedFor([]string{first, second}, peer, Loopback)
		if !client.IsValid() || client.Zone() != "" || client.Is4In6() {
			t.Errorf("%q, %q gave %s", first, second, client)
		}
		if _, ok := parseAddress(strings.TrimSpace(lastEntry([]string{first, second}))); !ok && client != peer {
			t.Errorf("%q, %q: believed %s past garbage", first, second, client)
		}
	})
}
