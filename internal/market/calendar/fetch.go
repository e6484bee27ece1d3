package calendar

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

const (
	maxCalendarBytes = 5 << 20
	fetchTimeout     = 10 * time.Second
	maxRedirects     = 3
	maxHeaderBytes   = 64 << 10
)

// Outside says how the service reaches other calendars. The zero value is right for a server; the rest is for tests, whose calendars
// stand on the machine itself.
type Outside struct {
	AllowLoopback bool           // on any port
	Roots         *x509.CertPool // whom to trust; nil: the machine's own
}

var (
	errForbiddenAddress = errors.New("an address that is not on the public internet")
	errRedirects        = errors.New("too many redirects")
	errNotHTTPS         = errors.New("a redirect away from https")
	errTooLarge         = errors.New("the calendar is too large")
)

// statusError is an answer other than 200.
type statusError int

func (s statusError) Error() string { return fmt.Sprintf("the answer is status %d", int(s)) }

// newClient returns a client that people may name addresses to: it speaks https with public addresses alone, whatever names resolve
// and redirects lead to, through no proxy, and gives up soon.
func newClient(outside Outside) *http.Client {
	dialer := &net.Dialer{
		Timeout: fetchTimeout, KeepAlive: -1,
		// Control sees the address that is really dialled, after every resolution: a name cannot change its mind in between.
		Control: func(_, address string, _ syscall.RawConn) error { return permitted(address, outside) },
	}
	return &http.Client{
		Timeout: fetchTimeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: true, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: maxHeaderBytes,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: outside.Roots}, TLSHandshakeTimeout: fetchTimeout,
		},
		CheckRedirect: func(next *http.Request, before []*http.Request) error {
			switch {
			case len(before) > maxRedirects:
				return errRedirects
			case next.URL.Scheme != "https" || next.URL.User != nil:
				return errNotHTTPS
			}
			return nil
		},
	}
}

// refused are the networks that net/netip has no name for and that no public calendar stands in: shared addresses of providers, those
// for tests and documentation, the reserved ones, and IPv6 ranges that carry an IPv4 address within.
var refused = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"),
}

// permitted returns nil for an address ("203.0.114.1:443") on the public internet at the port of https.
func permitted(address string, outside Outside) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return errForbiddenAddress
	}
	ip := at.Addr().Unmap()
	if ip.IsLoopback() && outside.AllowLoopback {
		return nil
	}
	if at.Port() != 443 || at.Addr().Zone() != "" || !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return errForbiddenAddress
	}
	for _, network := range refused {
		if network.Contains(ip) {
			return errForbiddenAddress
		}
	}
	return nil
}

// fetch hands the content of a calendar to read, which gets maxCalendarBytes at most and errTooLarge after them.
func fetch(ctx context.Context, client *http.Client, address string, read func(io.Reader) error) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "text/calendar, */*;q=0.1")
	request.Header.Set("User-Agent", "Khadamat (calendar subscription)")
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return statusError(answer.StatusCode)
	}
	return read(&bounded{source: answer.Body, left: maxCalendarBytes})
}

// bounded reads a source as far as it is allowed to go; unlike with io.LimitReader the rest is noticed.
type bounded struct {
	source io.Reader
	left   int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.source.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// failureKey is what a provider is told of a calendar that could not be fetched or read.
func failureKey(err error) string {
	status, isStatus := errors.AsType[statusError](err)
	timeout, isTimeout := errors.AsType[net.Error](err)
	unknownHost, isName := errors.AsType[*net.DNSError](err)
	switch {
	case errors.Is(err, errForbiddenAddress):
		return "calendar.failed.private"
	case errors.Is(err, errRedirects), errors.Is(err, errNotHTTPS):
		return "calendar.failed.redirects"
	case errors.Is(err, errTooLarge):
		return "calendar.failed.too_large"
	case errors.Is(err, errTooMuch):
		return "calendar.failed.too_much"
	case errors.Is(err, context.DeadlineExceeded), isTimeout && timeout.Timeout():
		return "calendar.failed.slow"
	case errors.Is(err, errNotCalendar):
		return "calendar.failed.not_calendar"
	case isName && unknownHost.IsNotFound:
		return "calendar.failed.no_host"
	case isStatus && (status == http.StatusNotFound || status == http.StatusGone):
		return "calendar.failed.gone"
	case isStatus && (status == http.StatusUnauthorized || status == http.StatusForbidden):
		return "calendar.failed.forbidden"
	}
	return "calendar.failed.unreachable"
}

// hostOnly takes what an error may tell of the secret address out of it, for the log.
func hostOnly(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
