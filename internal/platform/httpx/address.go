package httpx

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
)

// maxForwardedEntries bounds how many X-Forwarded-For entries are looked at, from the right. Real chains have a handful.
const maxForwardedEntries = 32

// Loopback are the peers that are trusted as proxies unless told otherwise.
var Loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// ClientAddress finds out who is asking: the peer, or where the peer is a trusted proxy the right-most X-Forwarded-For entry
// that is not one. Entries further left are anybody's claim. Whether the request came over https is the peer's own word, or, of a
// trusted proxy, the last X-Forwarded-Proto.
func ClientAddress(trusted []netip.Prefix) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			x, r := exchangeOf(r)
			peer := peerOf(r)
			x.address, x.https = peer, r.TLS != nil
			if contains(trusted, peer) {
				x.address = forwardedFor(r.Header["X-Forwarded-For"], peer, trusted)
				if scheme := lastEntry(r.Header["X-Forwarded-Proto"]); scheme != "" {
					x.https = strings.EqualFold(scheme, "https")
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// AddressIn returns the address that ClientAddress found, or the invalid zero address.
func AddressIn(ctx context.Context) netip.Addr {
	if x := exchangeIn(ctx); x != nil {
		return x.address
	}
	return netip.Addr{}
}

// IsHTTPS says whether the client speaks https, be it with us or with the proxy before us.
func IsHTTPS(ctx context.Context) bool {
	x := exchangeIn(ctx)
	return x != nil && x.https
}

// FromLoopback says whether a request comes straight from this machine: the peer is a loopback address and no proxy says that it
// speaks for somebody else.
func FromLoopback(r *http.Request) bool {
	forwarded := r.Header["X-Forwarded-For"] != nil || r.Header["Forwarded"] != nil || r.Header["X-Real-Ip"] != nil
	return !forwarded && peerOf(r).IsLoopback()
}

// Network returns the part of an address that one customer of an Internet provider holds: an IPv4 address whole, of an IPv6
// address the first 64 bits. Limits count by it, since one machine has 2^64 IPv6 addresses to choose from.
func Network(address netip.Addr) netip.Prefix {
	bits := 64
	if address.Is4() {
		bits = 32
	}
	prefix, err := address.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}

func peerOf(r *http.Request) netip.Addr {
	address, _ := parseAddress(r.RemoteAddr)
	return address
}

// forwardedFor walks the entries from the right. It stops at what is no address: whoever wrote that is not to be believed
// further, so the last good hop is the client.
func forwardedFor(headers []string, peer netip.Addr, trusted []netip.Prefix) netip.Addr {
	client, looked := peer, 0
	for i := len(headers) - 1; i >= 0; i-- {
		rest := headers[i]
		for more := true; more; {
			var entry string
			if at := strings.LastIndexByte(rest, ','); at >= 0 {
				rest, entry = rest[:at], rest[at+1:]
			} else {
				rest, entry, more = "", rest, false
			}
			if looked++; looked > maxForwardedEntries {
				return client
			}
			address, ok := parseAddress(strings.TrimSpace(entry))
			if !ok {
				return client
			}
			client = address
			if !contains(trusted, address) {
				return client
			}
		}
	}
	return client
}

// parseAddress reads "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]" and "[2001:db8::1]:80", and returns the address
// without zone and, where it is an IPv4 address in IPv6 clothes, as IPv4.
func parseAddress(s string) (netip.Addr, bool) {
	if address, err := netip.ParseAddrPort(s); err == nil {
		return plain(address.Addr()), true
	}
	if len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' {
		s = s[1 : len(s)-1]
	}
	address, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}, false
	}
	return plain(address), true
}

func plain(address netip.Addr) netip.Addr { return address.Unmap().WithZone("") }

func contains(prefixes []netip.Prefix, address netip.Addr) bool {
	for _, prefix := range prefixes {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

func lastEntry(headers []string) string {
	if len(headers) == 0 {
		return ""
	}
	last := headers[len(headers)-1]
	return strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
}
