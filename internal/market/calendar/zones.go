package calendar

import (
	"strings"
	"time"

	"khadamat/internal/market/schedule"
)

// windowsZones are the names that Outlook and Exchange give to time zones, as far as people of this market meet them.
var windowsZones = map[string]string{
	"Morocco Standard Time": "Africa/Casablanca", "Greenwich Standard Time": "Africa/Abidjan", "GMT Standard Time": "Europe/London",
	"Romance Standard Time": "Europe/Paris", "W. Europe Standard Time": "Europe/Berlin", "Central Europe Standard Time": "Europe/Budapest",
	"Central European Standard Time": "Europe/Warsaw", "E. Europe Standard Time": "Europe/Chisinau", "GTB Standard Time": "Europe/Bucharest",
	"FLE Standard Time": "Europe/Kiev", "Turkey Standard Time": "Europe/Istanbul", "Russian Standard Time": "Europe/Moscow",
	"Egypt Standard Time": "Africa/Cairo", "Libya Standard Time": "Africa/Tripoli", "W. Central Africa Standard Time": "Africa/Lagos",
	"South Africa Standard Time": "Africa/Johannesburg", "E. Africa Standard Time": "Africa/Nairobi", "Arab Standard Time": "Asia/Riyadh",
	"Arabian Standard Time": "Asia/Dubai", "Arabic Standard Time": "Asia/Baghdad", "Jordan Standard Time": "Asia/Amman",
	"Middle East Standard Time": "Asia/Beirut", "Syria Standard Time": "Asia/Damascus", "Israel Standard Time": "Asia/Jerusalem",
	"Iran Standard Time": "Asia/Tehran", "India Standard Time": "Asia/Kolkata", "China Standard Time": "Asia/Shanghai",
	"Eastern Standard Time": "America/New_York", "Central Standard Time": "America/Chicago", "Mountain Standard Time": "America/Denver",
	"Pacific Standard Time": "America/Los_Angeles", "Atlantic Standard Time": "America/Halifax", "UTC": "Etc/UTC", "Coordinated Universal Time": "Etc/UTC",
}

// zones finds what the names of time zones in one calendar stand for.
type zones struct {
	own   *time.Location // of times that say no zone, and of zones that nobody knows
	known map[string]*time.Location
}

func newZones(own *time.Location, calendar *component) *zones {
	z := &zones{own: own, known: map[string]*time.Location{}}
	for i := range calendar.children {
		if defined := &calendar.children[i]; defined.name == "VTIMEZONE" {
			if name := defined.value("TZID"); name != "" && named(name) == nil {
				z.known[name] = z.defined(defined)
			}
		}
	}
	return z
}

// defined reads the definition that a calendar brings along for a zone of its own: the real zone that it names, or its offset where it
// has a single one all year.
func (z *zones) defined(zone *component) *time.Location {
	if found := named(zone.value("X-LIC-LOCATION")); found != nil {
		return found
	}
	offsets := map[string]bool{}
	for i := range zone.children {
		offsets[zone.children[i].value("TZOFFSETTO")] = true
	}
	if len(offsets) == 1 {
		for text := range offsets {
			if seconds, ok := offsetSeconds(text); ok {
				return time.FixedZone("", seconds)
			}
		}
	}
	return z.own
}

// of returns the zone of a name; of no name it is the provider's own, since such times mean the clock on their wall.
func (z *zones) of(name string) *time.Location {
	if name == "" {
		return z.own
	}
	if found := named(name); found != nil {
		return found
	}
	if found := z.known[name]; found != nil {
		return found
	}
	return z.own
}

// named returns the zone that a name stands for everywhere, nil where it stands for none: an IANA name, one of Windows's, or an IANA
// name behind the path of who wrote the file (/mozilla.org/20050126_1/Europe/Paris).
func named(name string) *time.Location {
	if iana, ok := windowsZones[name]; ok {
		name = iana
	}
	if found, err := schedule.Location(name); err == nil {
		return found
	}
	if parts := strings.Split(name, "/"); len(parts) > 2 {
		if found, err := schedule.Location(strings.Join(parts[len(parts)-2:], "/")); err == nil {
			return found
		}
	}
	return nil
}

// offsetSeconds reads "+0100" or "-033000".
func offsetSeconds(text string) (int, bool) {
	if len(text) != 5 && len(text) != 7 {
		return 0, false
	}
	digits := 0
	for _, c := range text[1:] {
		if c < '0' || c > '9' {
			return 0, false
		}
		digits = digits*10 + int(c-'0')
	}
	if len(text) == 5 {
		digits *= 100
	}
	seconds := digits/10000*3600 + digits/100%100*60 + digits%100
	switch {
	case seconds > 18*3600:
		return 0, false
	case text[0] == '-':
		return -seconds, true
	}
	return seconds, text[0] == '+'
}
