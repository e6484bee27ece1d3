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

	mu    sync.Mutex
	busy  map[string][]schedule.Interval // by provider; loaded ones have an element even where they are never busy
	known map[freeKey]bool
}

type freeKey struct {
	providerID      string
	durationMinutes int
}

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
		for known := range day.known {
			if known.providerID == providerID {
				delete(day.known, known)
			}
		}
		day.mu.Unlock()
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
	day = &freeDay{expires: now.Add(freeFor), busy: map[string][]schedule.Interval{}, known: map[freeKey]bool{}}
	f.days[date] = day
	return day
}

// keep returns the candidates whose service has a free slot on the date. It reuses the candidates' memory.
func (f *freeDays) keep(ctx context.Context, s *snapshot, date schedule.Date, candidates []candidate) ([]candidate, error) {
	now := f.clock.Now()
	day := f.day(date, now)
	day.mu.Lock()
	defer day.mu.Unlock()
	if err := f.load(ctx, day, s, date, candidates); err != nil {
		return nil, err
	}
	kept := candidates[:0]
	for _, found := range candidates {
		it := &s.items[found.at]
		asked := freeKey{it.provider.ID, it.service.DurationMinutes}
		free, known := day.known[asked]
		if !known {
			free = it.provider.Availability.FreeOn(date, it.service.Duration(), day.busy[asked.providerID], now)
			day.known[asked] = free
		}
		if free {
			kept = append(kept, found)
		}
	}
	return kept, nil
}

// load asks once for the busy times of all providers among the candidates that are not known yet.
func (f *freeDays) load(ctx context.Context, day *freeDay, s *snapshot, date schedule.Date, candidates []candidate) error {
	if f.busy == nil {
		return nil
	}
	asked := map[string]bool{}
	var missing []string
	for _, found := range candidates {
		id := s.items[found.at].provider.ID
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
