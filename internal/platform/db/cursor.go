package db

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// Cursor is where a page of a list ended that is ordered by a time and then by id. The zero one is before the first.
type Cursor struct {
	At time.Time
	ID string
}

// String is the cursor as it goes out to readers, who cannot tell what is in it.
func (c Cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(c.At.UnixMicro(), 10) + "." + c.ID))
}

// Backwards is the cursor's place in a list that runs backwards in time, for a comparison of (time, id) < (at, id): the zero cursor stands
// behind everything.
func (c Cursor) Backwards() (at int64, id string) {
	if c.ID == "" {
		return math.MaxInt64, "~"
	}
	return c.At.UnixMicro(), c.ID
}

// ParseCursor reads what String wrote; an empty text is the zero cursor. It returns invalid with the field cursor.
func ParseCursor(text string) (Cursor, error) {
	if text == "" {
		return Cursor{}, nil
	}
	broken := errs.Fields{{Name: "cursor", Key: "error.bad_cursor"}}.Err()
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return Cursor{}, broken
	}
	at, id, found := strings.Cut(string(raw), ".")
	micros, err := strconv.ParseInt(at, 10, 64)
	if !found || err != nil || !ids.Valid(id) {
		return Cursor{}, broken
	}
	return Cursor{time.UnixMicro(micros).UTC(), id}, nil
}

// The length of a page where nobody asked for one, and at most.
const (
	DefaultPage = 20
	LargestPage = 100
)

// ParsePage checks what page of a list is asked for; a limit of 0 is DefaultPage. It returns invalid with the field limit or cursor.
func ParsePage(limit int, cursor string) (int, Cursor, error) {
	if limit == 0 {
		limit = DefaultPage
	}
	if limit < 1 || limit > LargestPage {
		return 0, Cursor{}, errs.Fields{{Name: "limit", Key: "error.bad_limit"}}.Err()
	}
	after, err := ParseCursor(cursor)
	return limit, after, err
}
