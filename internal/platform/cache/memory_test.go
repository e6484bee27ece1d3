package cache_test

import (
	"fmt"
	"testing"
	"time"

	"khadamat/internal/platform/cache"
	"khadamat/internal/platform/cache/cachetest"
	"khadamat/internal/platform/clock"
)

func open(t *testing.T, maxBytes int64) (*cache.Memory, *clock.Manual) {
	t.Helper()
	now := clock.NewManual(time.Date(2026, time.May, 4, 10, 0, 0, 0, time.UTC))
	memory, err := cache.NewMemory(maxBytes, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(memory.Close)
	return memory, now
}

func TestMemoryIsACache(t *testing.T) {
	cachetest.Run(t, func(t *testing.T) cachetest.Subject {
		memory, now := open(t, 1<<20)
		return cachetest.Subject{Cache: memory, Advance: now.Advance}
	})
}

func TestMemoryIsBoundedByBytes(t *testing.T) {
	const maxBytes = 64 << 10
	memory, _ := open(t, maxBytes)
	value := make([]byte, 1<<10)
	for i := range 1000 {
		if err := memory.Set(t.Context(), fmt.Sprint(i), value, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	memory.Settle()
	if got := memory.Bytes(); got > maxBytes || got == 0 || memory.Len() >= 64 {
		t.Errorf("%d bytes in %d entries are held, want at most %d", got, memory.Len(), maxBytes)
	}
}

func TestABoundIsNeeded(t *testing.T) {
	if _, err := cache.NewMemory(0, clock.System{}); err == nil {
		t.Error("a cache without bound was opened")
	}
}
