// Package timezone knows the time zones of the world. Governments change them at short notice (Morocco moved to UTC+0 on 20 September
// 2026), so that neither the machine's files nor the ones of the compiler can be relied on: the house brings its own.
package timezone

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"sync"
	"time"
)

// The IANA time zone database, compiled; `scripts/timezones` writes it anew from a system that has a newer one. The archive's comment is
// its version.
//
//go:embed zoneinfo.zip
var archive []byte

var open = sync.OnceValues(func() (*zip.Reader, error) { return zip.NewReader(bytes.NewReader(archive), int64(len(archive))) })

// Version is that of the database, as IANA counts: "2026f".
func Version() string {
	files, err := open()
	if err != nil {
		return ""
	}
	return files.Comment
}

// Load returns the zone with an IANA name. It reads it each time.
func Load(name string) (*time.Location, error) {
	files, err := open()
	if err != nil {
		return nil, fmt.Errorf("time zones: %w", err)
	}
	file, err := files.Open(name)
	if err != nil {
		return nil, fmt.Errorf("no time zone is called %q", name)
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("time zone %s: %w", name, err)
	}
	return time.LoadLocationFromTZData(name, data)
}
