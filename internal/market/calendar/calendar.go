// Package calendar joins a provider's bookings with the other calendars of their life: it writes the bookings as a feed that those can
// subscribe to, and reads from them when the provider is busy. It reads iCalendar (RFC 5545) as far as being busy goes.
package calendar

import (
	"net/url"
	"strings"
	"time"

	"khadamat/internal/platform/errs"
)

// Source is another calendar of a provider, at an address of its own.
type Source struct {
	ID         string
	ProviderID string
	AccountID  string
	Name       string
	URL        string
	// Failure is the key of what went wrong the last time it was fetched, Warning of what is not quite as it should be; empty where all
	// is well. What was busy before stays busy while fetching fails.
	Failure     string
	Warning     string
	Busy        int       // how many busy times it brought
	TriedAt     time.Time // zero: not yet
	SucceededAt time.Time // zero: not yet
	NextAt      time.Time
	CreatedAt   time.Time
}

// Host is what may be shown of the address; the rest of it is a secret with most calendars.
func (s Source) Host() string {
	parsed, err := url.Parse(s.URL)
	if err != nil {
		return ""
	}
	return parsed.Hostname()
}

// Waiting says whether it is being fetched for the first time.
func (s Source) Waiting() bool { return s.TriedAt.IsZero() }

// Feed says whether a provider's bookings have a secret address, and since when.
type Feed struct {
	Exists    bool
	CreatedAt time.Time
}

// The bounds of what a provider may connect.
const (
	MaxSources   = 3
	maxURLBytes  = 2000
	maxNameRunes = 60
)

// cleanURL returns an address in the form in which it is kept. Calendars hand out webcal:// for https://.
func cleanURL(text string) (string, error) {
	text = strings.TrimSpace(text)
	if len(text) > maxURLBytes {
		return "", wrongURL("calendar.url_too_long")
	}
	for _, scheme := range []string{"webcals://", "webcal://"} {
		if len(text) >= len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
			text = "https://" + text[len(scheme):]
			break
		}
	}
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" {
		return "", wrongURL("calendar.url_malformed")
	}
	if !strings.EqualFold(parsed.Scheme, "https") {
		return "", wrongURL("calendar.url_not_https")
	}
	if parsed.User != nil {
		return "", wrongURL("calendar.url_malformed")
	}
	parsed.Fragment = ""
	return parsed.String(), nil
}

func wrongURL(key string) error { return errs.Fields{{Name: "url", Key: key}}.Err() }
