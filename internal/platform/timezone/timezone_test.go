package timezone

import (
	"testing"
	"time"
)

func TestMoroccoIsAtUTCSinceSeptember2026(t *testing.T) {
	zone, err := Load("Africa/Casablanca")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]int{
		"2026-09-20T00:59:59Z": 3600, "2026-09-20T01:00:00Z": 0, "2026-11-22T12:00:00Z": 0, "2027-07-01T12:00:00Z": 0,
		"2026-03-01T12:00:00Z": 0, "2026-06-01T12:00:00Z": 3600, // Ramadan, and after it
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if _, offset := when.In(zone).Zone(); offset != want {
			t.Errorf("at %s the clock is %d s ahead of UTC, want %d (version %s)", at, offset, want, Version())
		}
	}
}

func TestZonesOfTheNeighboursAreThereAndOthersAreNot(t *testing.T) {
	for _, name := range []string{"Africa/Algiers", "Africa/Tunis", "Africa/Nouakchott", "Africa/El_Aaiun", "Europe/Paris", "Europe/Madrid", "America/Montreal", "UTC", "Asia/Dubai"} {
		if zone, err := Load(name); err != nil || zone.String() != name {
			t.Errorf("%s: %v, %v", name, zone, err)
		}
	}
	for _, name := range []string{"", "Africa", "Africa/Atlantis", "../etc/passwd", "africa/casablanca"} {
		if zone, err := Load(name); err == nil {
			t.Errorf("%q is taken for %s", name, zone)
		}
	}
}
