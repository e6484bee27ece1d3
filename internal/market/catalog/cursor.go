package catalog

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"math"
	"unicode/utf8"

	"khadamat/internal/platform/errs"
)

// A cursor says after which item the next page begins: a version, which orders it belongs to, and the key of that item. It needs
// no memory on the server, and keeps its place when items come and go.
const (
	cursorVersion = 1
	cursorHeader  = 1 + 4 + 8 + 8 // version, print, major, minor
	maxCursor     = 200
	maxIDBytes    = 64
)

// print tells queries apart that order items differently; a cursor of one is of no use to another. Filters do not count: they
// leave the order as it is.
func (q *Query) print() uint32 {
	hash := fnv.New32a()
	write := func(s string) {
		_, _ = hash.Write([]byte(s)) // a hash never fails
		_, _ = hash.Write([]byte{0})
	}
	write(string(q.Sort))
	if q.Sort == ByRelevance {
		write(fold(q.Text))
		if q.Text != "" {
			write(q.Language)
		}
	}
	if q.Sort == ByDistance && q.Near != nil {
		var point [16]byte
		binary.BigEndian.PutUint64(point[:8], math.Float64bits(q.Near.Latitude))
		binary.BigEndian.PutUint64(point[8:], math.Float64bits(q.Near.Longitude))
		_, _ = hash.Write(point[:])
	}
	return hash.Sum32()
}

func encodeCursor(print uint32, k key) string {
	raw := make([]byte, cursorHeader, cursorHeader+len(k.id))
	raw[0] = cursorVersion
	binary.BigEndian.PutUint32(raw[1:], print)
	binary.BigEndian.PutUint64(raw[5:], uint64(k.major))
	binary.BigEndian.PutUint64(raw[13:], uint64(k.minor))
	return base64.RawURLEncoding.EncodeToString(append(raw, k.id...))
}

// decodeCursor returns the key in a cursor, or invalid where it is none of ours or belongs to another order.
func decodeCursor(cursor string, print uint32) (key, error) {
	broken := errs.New(errs.Invalid, "catalog.bad_cursor")
	if len(cursor) > maxCursor {
		return key{}, broken
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return key{}, broken
	}
	if len(raw) <= cursorHeader || len(raw) > cursorHeader+maxIDBytes || raw[0] != cursorVersion || binary.BigEndian.Uint32(raw[1:]) != print {
		return key{}, broken
	}
	k := key{major: int64(binary.BigEndian.Uint64(raw[5:])), minor: int64(binary.BigEndian.Uint64(raw[13:])), id: string(raw[cursorHeader:])}
	if !utf8.ValidString(k.id) {
		return key{}, broken
	}
	return k, nil
}
