package review

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

const (
	defaultPage = 20
	largestPage = 100
)

// cursor is where a page of a list ended; the zero one is before the first.
type cursor struct {
	at time.Time
	id string
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(c.at.UnixMicro(), 10) + "." + c.id))
}

// paging checks what a list was asked for, invalid with the fields limit and cursor.
func paging(limit int, after string) (int, cursor, error) {
	if limit == 0 {
		limit = defaultPage
	}
	if limit < 1 || limit > largestPage {
		return 0, cursor{}, errs.Fields{{Name: "limit", Key: "error.bad_limit"}}.Err()
	}
	from, ok := parseCursor(after)
	if !ok {
		return 0, cursor{}, errs.Fields{{Name: "cursor", Key: "error.bad_cursor"}}.Err()
	}
	return limit, from, nil
}

func parseCursor(text string) (cursor, bool) {
	if text == "" {
		return cursor{}, true
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return cursor{}, false
	}
	at, id, found := strings.Cut(string(raw), ".")
	micros, err := strconv.ParseInt(at, 10, 64)
	return cursor{time.UnixMicro(micros).UTC(), id}, found && err == nil && ids.Valid(id)
}
