package schedule

import (
	"fmt"
	"math"
	"sync"
	"time"

	"khadamat/internal/platform/timezone"
)

// zones keeps the locations that were loaded, by name: loading one unpacks and parses a file. Only names that load get in, and
// plausibleZone keeps a location from having more than one spelling, so the map is bounded by the tz database.
var zones sync.Map

// Location returns the zone with the given IANA name. Unlike timezone.Load it is cheap to call each time, and it knows
// neither "" nor "Local": a provider's hours never depend on where the server stands.
func Location(zone string) (*time.Location, error) {
	if known, ok := zones.Load(zone); ok {
		return known.(*time.Location), nil
	}
	if !plausibleZone(zone) {
		return nil, fmt.Errorf("%q is not the name of a time zone", zone)
	}
	loc, err := timezone.Load(zone)
	if err != nil {
		return nil, fmt.Errorf("load time zone: %w", err)
	}
	zones.Store(zone, loc)
	return loc, nil
}

// plausibleZone accepts the letters that IANA names are made of, in segments that start with a capital, and so refuses paths
// ("../x"), second spellings ("Africa//Casablanca") and the trees of the database with leap seconds ("right/…").
func plausibleZone(zone string) bool {
	if zone == "" || zone == "Local" || len(zone) > 64 || zone[0] < 'A' || zone[0] > 'Z' {
		return false
	}
	for i := range len(zone) {
		c := zone[i]
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '_', c == '-', c == '+':
		case c == '/' && zone[i-1] != '/' && i+1 < len(zone):
		default:
			return false
		}
	}
	return true
}

// wallClock turns readings of the clock on the wall into instants, for a stretch of time. A reading is written as the Unix
// second at which a clock on UTC would show it. time.Date does not say which instant it picks where the clock changes; this does.
type wallClock struct{ periods []period }

// period is a stretch [start, end) of Unix seconds in which the clock on the wall is offset seconds ahead of UTC.
type period struct{ start, end, offset int64 }

// clockMargin exceeds the distance between a reading and its instant: no zone is more than 16 hours away from UTC.
const clockMargin = 26 * 60 * 60

// newWallClock knows the readings from one second to another, and appends its periods to room to spare the caller a heap object.
func newWallClock(room []period, loc *time.Location, fromReading, toReading int64) wallClock {
	t := time.Unix(fromReading-clockMargin, 0).In(loc)
	for {
		start, end := t.ZoneBounds()
		_, offset := t.Zone()
		// An open end stands far outside of any reading, yet not so far that adding an offset would wrap around.
		p := period{start: math.MinInt64 / 4, end: math.MaxInt64 / 4, offset: int64(offset)}
		if !start.IsZero() {
			p.start = start.Unix()
		}
		if !end.IsZero() {
			p.end = end.Unix()
		}
		room = append(room, p)
		if p.end > toReading+clockMargin || !end.After(t) {
			return wallClock{periods: room}
		}
		t = end
	}
}

// first returns the first Unix second at which the wall shows the reading or, where the clock springs over it, a later one; and
// whether the wall shows the reading at all. A greater reading never has an earlier answer.
func (c wallClock) first(reading int64) (second int64, shown bool) {
	for _, p := range c.periods {
		if p.end+p.offset > reading {
			second = reading - p.offset
			return max(second, p.start), second >= p.start
		}
	}
	return c.periods[len(c.periods)-1].end, false
}

// setBackBefore returns the first second between two others, both excluded, at which the clock is set so that it shows less than
// the reading.
func (c wallClock) setBackBefore(reading, after, before int64) (second int64, ok bool) {
	for _, p := range c.periods {
		if after < p.start && p.start < before && p.start+p.offset < reading {
			return p.start, true
		}
	}
	return 0, false
}

func firstInstant(loc *time.Location, reading int64) time.Time {
	var room [4]period
	second, _ := newWallClock(room[:0], loc, reading, reading).first(reading)
	return time.Unix(second, 0).UTC()
}
