package cache

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/maypok86/otter/v2"

	"khadamat/internal/platform/clock"
)

// entryOverheadBytes is about what an entry costs beside its key and value.
const entryOverheadBytes = 96

// Memory is a cache in this process, bounded by bytes.
type Memory struct {
	entries *otter.Cache[string, stored]
}

// stored is immutable; a change puts another in its place.
type stored struct {
	value      []byte
	ttl        time.Duration
	keepExpiry bool // this one replaces another without living longer
}

// NewMemory returns a cache that holds about maxBytes. Close it when done.
func NewMemory(maxBytes int64, clock clock.Clock) (*Memory, error) {
	if maxBytes <= 0 {
		return nil, fmt.Errorf("cache: %d bytes are no bound", maxBytes)
	}
	entries, err := otter.New(&otter.Options[string, stored]{
		MaximumWeight: uint64(maxBytes),
		Weigher: func(key string, s stored) uint32 {
			return uint32(min(len(key)+len(s.value)+entryOverheadBytes, math.MaxUint32))
		},
		ExpiryCalculator: expiry{},
		Clock:            ticking{clock},
	})
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	return &Memory{entries: entries}, nil
}

// Get returns the value under key.
func (m *Memory) Get(_ context.Context, key string) ([]byte, bool, error) {
	s, ok := m.entries.GetIfPresent(key)
	return s.value, ok, nil
}

// Set keeps a copy of value.
func (m *Memory) Set(_ context.Context, key string, value []byte, ttl time.Duration) error {
	if ttl <= 0 {
		return ErrTTL
	}
	m.entries.Set(key, stored{value: append([]byte{}, value...), ttl: ttl})
	return nil
}

// Delete forgets keys.
func (m *Memory) Delete(_ context.Context, keys ...string) error {
	for _, key := range keys {
		m.entries.Invalidate(key)
	}
	return nil
}

// Increment adds one to a counter.
func (m *Memory) Increment(_ context.Context, key string, ttl time.Duration) (int64, error) {
	if ttl <= 0 {
		return 0, ErrTTL
	}
	var count int64
	var failure error
	m.entries.Compute(key, func(old stored, found bool) (stored, otter.ComputeOp) {
		count, failure = 0, nil
		if found {
			parsed, err := strconv.ParseInt(string(old.value), 10, 64)
			if err != nil || parsed == math.MaxInt64 {
				failure = ErrNotCounter
				return old, otter.CancelOp
			}
			count = parsed
		}
		count++
		return stored{value: strconv.AppendInt(nil, count, 10), ttl: ttl, keepExpiry: found}, otter.WriteOp
	})
	if failure != nil {
		return 0, failure
	}
	return count, nil
}

// Bytes returns about how many bytes are held, for the metrics.
func (m *Memory) Bytes() int64 { return int64(m.entries.WeightedSize()) }

// Len returns about how many entries are held.
func (m *Memory) Len() int { return m.entries.EstimatedSize() }

// Close ends what runs in the background. The cache must not be used any more.
func (m *Memory) Close() { m.entries.StopAllGoroutines() }

// expiry gives each entry the time that it brought along.
type expiry struct{}

func (expiry) ExpireAfterCreate(e otter.Entry[string, stored]) time.Duration { return e.Value.ttl }

func (expiry) ExpireAfterUpdate(e otter.Entry[string, stored], _ stored) time.Duration {
	if e.Value.keepExpiry {
		return e.ExpiresAfter()
	}
	return e.Value.ttl
}

func (expiry) ExpireAfterRead(e otter.Entry[string, stored]) time.Duration { return e.ExpiresAfter() }

// ticking lets our clock tell otter the time; the pace at which it sweeps is the machine's.
type ticking struct{ clock clock.Clock }

func (t ticking) NowNano() int64                        { return t.clock.Now().UnixNano() }
func (t ticking) Tick(d time.Duration) <-chan time.Time { return time.Tick(d) }

// Settle carries out the evictions that are due. They happen in the background otherwise, soon after the write that calls for them.
func (m *Memory) Settle() { m.entries.CleanUp() }
