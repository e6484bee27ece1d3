// Package outside reaches addresses that people name, and nothing else: no private network, no machine of the house, whatever names resolve and
// redirects lead to.
package outside

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Options say how the outside is reached. The zero value is right for a server; the rest is for tests and demonstrations, whose outside
// stands on the machine itself.
type Options struct {
	AllowLoopback bool           // on any port
	Roots         *x509.CertPool // whom to trust; nil: the machine's own
}

// Timeout is how long a whole exchange may take.
const Timeout = 10 * time.Second

const (
	maxRedirects   = 3
	maxHeaderBytes = 64 << 10
)

// What an exchange fails with, in the chain of the client's error.
var (
	ErrForbiddenAddress = errors.New("an address that is not on the public internet")
	ErrRedirects        = errors.New("too many redirects")
	ErrNotHTTPS         = errors.New("a redirect away from https")
)

// Client returns a client that people may name addresses to: it speaks https with public addresses alone, whatever names resolve
// and redirects lead to, through no proxy, and gives up soon.
func Client(o Options) *http.Client {
	dialer := &net.Dialer{
		Timeout: Timeout, KeepAlive: -1,
		// Control sees the address that is really dialled, after every resolution: a name cannot change its mind in between.
		Control: func(_, address string, _ syscall.RawConn) error { return permitted(address, o) },
	}
	return &http.Client{
		Timeout: Timeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: true, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: maxHeaderBytes,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots}, TLSHandshakeTimeout: Timeout,
		},
		CheckRedirect: func(next *http.Request, before []*http.Request) error {
			switch {
			case len(before) > maxRedirects:
				return ErrRedirects
			case next.URL.Scheme != "https" || next.URL.User != nil:
				return ErrNotHTTPS
			}
			return nil
		},
	}
}

// refused are the networks that net/netip has no name for and that nothing public stands in: shared addresses of providers, those
// for tests and documentation, the reserved ones, and IPv6 ranges that carry an IPv4 address within.
var refused = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"),
}

// permitted returns nil for an address ("203.0.114.1:443") on the public internet at the port of https.
func permitted(address string, o Options) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return ErrForbiddenAddress
	}
	ip := at.Addr().Unmap()
	if ip.IsLoopback() && o.AllowLoopback {
		return nil
	}
	if at.Port() != 443 || at.Addr().Zone() != "" || !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return ErrForbiddenAddress
	}
	for _, network := range refused {
		if network.Contains(ip) {
			return ErrForbiddenAddress
		}
	}
	return nil
}
