// Package cache is the port to what may be forgotten at any time: answers that cost something to make again, and counters of short
// life. Nothing that must not be lost belongs here. The in-process cache is the default; one that several nodes share fills the
// same port and passes the same suite (cachetest).
package cache

import (
	"context"
	"errors"
	"time"
)

// Cache keeps values under keys for a time. Implementations are safe for concurrent use.
type Cache interface {
	// Get returns the value under key and whether there is one. The caller must not change the bytes.
	Get(ctx context.Context, key string) ([]byte, bool, error)
	// Set keeps a copy of value for ttl, in the place of what was there. A ttl that is not positive is ErrTTL.
	Set(ctx context.Context, key string, value []byte, ttl time.Duration) error
	// Delete forgets keys; those that are not there are no error.
	Delete(ctx context.Context, keys ...string) error
	// Increment adds one to the counter under key and returns it. A counter begins at 0 and lives for the ttl of its first
	// increment; Get shows it as decimal text. A value that is no number is ErrNotCounter.
	Increment(ctx context.Context, key string, ttl time.Duration) (int64, error)
}

var (
	// ErrTTL says that something should be kept for no time at all.
	ErrTTL = errors.New("cache: the time to live is not positive")
	// ErrNotCounter says that a key holds something else than a counter.
	ErrNotCounter = errors.New("cache: the value is not a counter")
)
