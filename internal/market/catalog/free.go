package catalog

import (
	"context"
	"fmt"
	"sync"
	"time"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/clock"
)

// How long it is remembered who is free on a day, and for how many days at once. What this process changes is forgotten at once
// through Invalidate; the short life is for what other nodes change.
const (
	freeFor     = 5 * time.Second
	maxFreeDays = 64
)

// freeDays remembers who is free on which day.
type freeDays struct {
	busy  Busy
	clock clock.Clock

	mu   sync.Mutex
	days map[schedule.Date]*freeDay
}

type freeDay struct {
	expires time.Time

	mu       sync.Mutex
	busy     map[string][]schedule.Interval // by provider; who was asked for has an element even where they are never busy
	snapshot *snapshot                      // what known is about
	known    []freedom                      // by item
}

// freedom says whether an item has a free slot on a day.
type freedom uint8

const (
	notAsked freedom = iota
	isFree
	isTaken
)

func newFreeDays(busy Busy, clock clock.Clock) *freeDays {
	return &freeDays{busy: busy, clock: clock, days: map[schedule.Date]*freeDay{}}
}

// Invalidate forgets when a provider is free. Whoever changes bookings or busy calendars calls it after the commit.
func (c *Catalog) Invalidate(providerID string) { c.free.forget(providerID) }

func (f *freeDays) forget(providerID string) {
	f.mu.Lock()
	days := make([]*freeDay, 0, len(f.days))
	for _, day := range f.days {
		days = append(days, day)
	}
	f.mu.Unlock()
	// A day that is being filled right now is waited for: what it loads may be from before the change.
	for _, day := range days {
		day.mu.Lock()
		delete(day.busy, providerID)
		day.forget(providerID)
		day.mu.Unlock()
	}
}

func (d *freeDay) forget(providerID string) {
	if d.snapshot == nil || d.snapshot.providers[providerID] == nil {
		return
	}
	for _, service := range d.snapshot.providers[providerID].services {
		if at, ok := d.snapshot.itemAt[service.ID]; ok {
			d.known[at] = notAsked
		}
	}
}

func (f *freeDays) day(date schedule.Date, now time.Time) *freeDay {
	f.mu.Lock()
	defer f.mu.Unlock()
	day := f.days[date]
	if day != nil && now.Before(day.expires) {
		return day
	}
	for other, old := range f.days {
		if !now.Before(old.expires) || len(f.days) >= maxFreeDays {
			delete(f.days, other)
		}
	}
	day = &freeDay{expires: now.Add(freeFor), busy: map[string][]schedule.Interval{}}
	f.days[date] = day
	return day
}

// keep returns the candidates whose service has a free slot on the date. It reuses the candidates' memory.
func (f *freeDays) keep(ctx context.Context, s *snapshot, date schedule.Date, candidates []candidate) ([]candidate, error) {
	now := f.clock.Now()
	day := f.day(date, now)
	day.mu.Lock()
	defer day.mu.Unlock()
	if day.snapshot != s {
		day.snapshot, day.known = s, make([]freedom, len(s.items))
	}
	if err := f.load(ctx, day, date, candidates); err != nil {
		return nil, err
	}
	kept := candidates[:0]
	for _, found := range candidates {
		if day.known[found.at] == notAsked {
			it := &s.items[found.at]
			day.known[found.at] = isTaken
			if it.provider.Availability.FreeOn(date, it.service.Duration(), day.busy[it.provider.ID], now) {
				day.known[found.at] = isFree
			}
		}
		if day.known[found.at] == isFree {
			kept = append(kept, found)
		}
	}
	return kept, nil
}

// load asks once for the busy times of all providers among the candidates that are not known yet.
func (f *freeDays) load(ctx context.Context, day *freeDay, date schedule.Date, candidates []candidate) error {
	if f.busy == nil {
		return nil
	}
	asked := map[string]bool{}
	var missing []string
	for _, found := range candidates {
		if day.known[found.at] != notAsked {
			continue
		}
		id := day.snapshot.items[found.at].provider.ID
		if _, loaded := day.busy[id]; !loaded && !asked[id] {
			asked[id] = true
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	// Wide enough for any provider's zone, a slot of a day that begins at midnight, and buffers.
	midnight := date.In(time.UTC)
	loaded, err := f.busy.Busy(ctx, missing, midnight.Add(-24*time.Hour), midnight.Add(72*time.Hour))
	if err != nil {
		return fmt.Errorf("load busy times: %w", err)
	}
	for _, id := range missing {
		day.busy[id] = loaded[id]
	}
	return nil
}
