// Package cachetest is what every implementation of cache.Cache must do, as one suite of tests.
package cachetest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"khadamat/internal/platform/cache"
)

// Subject is an empty cache and the way to let time pass for it.
type Subject struct {
	Cache   cache.Cache
	Advance func(time.Duration)
}

// Run tests what open returns, a fresh one for each rule.
func Run(t *testing.T, open func(t *testing.T) Subject) {
	for name, rule := range map[string]func(*testing.T, Subject){
		"what was set is found until it is deleted": setGetDelete,
		"a value lives for its time":                expires,
		"setting again begins a new life":           replaced,
		"a counter counts within its first life":    counts,
		"every increment counts":                    concurrent,
		"what is no counter is not counted":         notCounter,
		"nothing is kept for no time":               refusesTTL,
		"a kept value is a copy":                    copies,
	} {
		t.Run(name, func(t *testing.T) { rule(t, open(t)) })
	}
}

func expect(t *testing.T, c cache.Cache, key, want string) {
	t.Helper()
	got, ok, err := c.Get(t.Context(), key)
	if err != nil || !ok || string(got) != want {
		t.Errorf("Get(%q) = %q, %v, %v; want %q", key, got, ok, err, want)
	}
}

func expectNone(t *testing.T, c cache.Cache, key string) {
	t.Helper()
	if got, ok, err := c.Get(t.Context(), key); err != nil || ok {
		t.Errorf("Get(%q) = %q, %v, %v; want none", key, got, ok, err)
	}
}

func set(t *testing.T, c cache.Cache, key, value string, ttl time.Duration) {
	t.Helper()
	if err := c.Set(t.Context(), key, []byte(value), ttl); err != nil {
		t.Fatalf("Set(%q): %v", key, err)
	}
}

func increment(t *testing.T, c cache.Cache, key string, ttl time.Duration, want int64) {
	t.Helper()
	if got, err := c.Increment(t.Context(), key, ttl); err != nil || got != want {
		t.Errorf("Increment(%q) = %d, %v; want %d", key, got, err, want)
	}
}

func setGetDelete(t *testing.T, s Subject) {
	expectNone(t, s.Cache, "a")
	set(t, s.Cache, "a", "1", time.Minute)
	set(t, s.Cache, "b", "", time.Minute)
	set(t, s.Cache, "ع \x00", "\xff", time.Minute)
	expect(t, s.Cache, "a", "1")
	expect(t, s.Cache, "b", "")
	expect(t, s.Cache, "ع \x00", "\xff")
	if err := s.Cache.Delete(t.Context(), "a", "b", "never there"); err != nil {
		t.Errorf("Delete: %v", err)
	}
	expectNone(t, s.Cache, "a")
	expectNone(t, s.Cache, "b")
	if err := s.Cache.Delete(t.Context()); err != nil {
		t.Errorf("deleting nothing: %v", err)
	}
}

func expires(t *testing.T, s Subject) {
	set(t, s.Cache, "short", "1", 2*time.Second)
	set(t, s.Cache, "long", "1", time.Hour)
	s.Advance(3 * time.Second)
	expectNone(t, s.Cache, "short")
	expect(t, s.Cache, "long", "1")
}

func replaced(t *testing.T, s Subject) {
	set(t, s.Cache, "a", "1", 2*time.Second)
	set(t, s.Cache, "a", "2", time.Hour)
	s.Advance(3 * time.Second)
	expect(t, s.Cache, "a", "2")
}

func counts(t *testing.T, s Subject) {
	increment(t, s.Cache, "n", 4*time.Second, 1)
	expect(t, s.Cache, "n", "1")
	s.Advance(2 * time.Second)
	increment(t, s.Cache, "n", 4*time.Second, 2)
	s.Advance(3 * time.Second)
	increment(t, s.Cache, "n", 4*time.Second, 1)
}

func concurrent(t *testing.T, s Subject) {
	const workers, each = 8, 50
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for range each {
				if _, err := s.Cache.Increment(t.Context(), "n", time.Hour); err != nil {
					t.Errorf("Increment: %v", err)
				}
			}
		})
	}
	all.Wait()
	increment(t, s.Cache, "n", time.Hour, workers*each+1)
}

func notCounter(t *testing.T, s Subject) {
	set(t, s.Cache, "a", "text", time.Minute)
	if _, err := s.Cache.Increment(t.Context(), "a", time.Minute); !errors.Is(err, cache.ErrNotCounter) {
		t.Errorf("counting a text: %v", err)
	}
	expect(t, s.Cache, "a", "text")
}

func refusesTTL(t *testing.T, s Subject) {
	if err := s.Cache.Set(t.Context(), "a", []byte("1"), 0); !errors.Is(err, cache.ErrTTL) {
		t.Errorf("Set: %v", err)
	}
	if _, err := s.Cache.Increment(t.Context(), "a", -time.Second); !errors.Is(err, cache.ErrTTL) {
		t.Errorf("Increment: %v", err)
	}
	expectNone(t, s.Cache, "a")
}

func copies(t *testing.T, s Subject) {
	value := []byte("before")
	if err := s.Cache.Set(t.Context(), "a", value, time.Minute); err != nil {
		t.Fatal(err)
	}
	copy(value, "after!")
	expect(t, s.Cache, "a", "before")
}
