package calendar

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"khadamat/internal/platform/outside"
)

const maxCalendarBytes = 5 << 20

var errTooLarge = errors.New("the calendar is too large")

// statusError is an answer other than 200.
type statusError int

func (s statusError) Error() string { return fmt.Sprintf("the answer is status %d", int(s)) }

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
	case errors.Is(err, outside.ErrForbiddenAddress):
		return "calendar.failed.private"
	case errors.Is(err, outside.ErrRedirects), errors.Is(err, outside.ErrNotHTTPS):
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
