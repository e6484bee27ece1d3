package api

import (
	"net/http"
	"time"

	"khadamat/internal/platform/httpx"
)

// Limits are the bounds on how much one asker may ask for; 0 stands for the default. None binds a program on the same machine that
// comes without a proxy. How often a password may be tried is account's rule, not one of these.
type Limits struct {
	RequestsPerMinute int // of one address; default 600
	WritesPerMinute   int // of one account; default 120
	SignUpsPerHour    int // of one address: sign-ups and requests for mail; default 20
}

// maxLimiterKeys bounds how many addresses and accounts are remembered at a time: some 10 MB at most.
const maxLimiterKeys = 100_000

func (l Limits) orDefault() Limits {
	orElse := func(n, otherwise int) int {
		if n > 0 {
			return n
		}
		return otherwise
	}
	return Limits{
		RequestsPerMinute: orElse(l.RequestsPerMinute, 600),
		WritesPerMinute:   orElse(l.WritesPerMinute, 120),
		SignUpsPerHour:    orElse(l.SignUpsPerHour, 20),
	}
}

func (a *api) limitAddresses(next http.Handler) http.Handler {
	limit := httpx.Limit{Name: "requests", Count: a.Limits.RequestsPerMinute, Per: time.Minute}
	return httpx.RateLimit(a.limiter, byAddress(limit), renderError)(next)
}

func byAddress(limit httpx.Limit) func(*http.Request) (string, httpx.Limit, bool) {
	return func(r *http.Request) (string, httpx.Limit, bool) {
		if httpx.FromLoopback(r) {
			return "", limit, false
		}
		return httpx.Network(httpx.AddressIn(r.Context())).String(), limit, true
	}
}

// limitWrites returns rate_limited where the account changes too much.
func (c *call) limitWrites() error {
	if httpx.FromLoopback(c.r) || c.actor.ID == "" {
		return nil
	}
	limit := httpx.Limit{Name: "writes", Count: c.api.Limits.WritesPerMinute, Per: time.Minute}
	return c.api.limiter.Allow(c.actor.ID, limit).Err()
}

// limitSignUps returns rate_limited where the address signs up, or has mail sent, too often.
func (c *call) limitSignUps() error {
	name, limit, limited := byAddress(httpx.Limit{Name: "sign_ups", Count: c.api.Limits.SignUpsPerHour, Per: time.Hour})(c.r)
	if !limited {
		return nil
	}
	return c.api.limiter.Allow(name, limit).Err()
}
