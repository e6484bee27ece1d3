package httpx

import (
	"fmt"
	"hash/maphash"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/errs"
)

// Limit allows Count requests at once, and from then on one in each Per ÷ Count: 5 in 15 minutes means five tries, then one
// every three minutes. Name tells limits apart in keys and headers; it is a plain word.
type Limit struct {
	Name  string
	Count int
	Per   time.Duration
}

// Decision says whether a request may go on.
type Decision struct {
	Allowed    bool
	Remaining  int
	RetryAfter time.Duration // until the next request would be allowed; 0 where this one is
	Reset      time.Duration // until all of Count is free again
}

const limiterShards = 16

// Limiter counts by key in bounded memory. It is a token bucket in the form of the generic cell rate algorithm: all it keeps of a
// key is the time at which its bucket will be full again, so a key costs one map entry and needs no clearing to be right.
type Limiter struct {
	clock   clock.Clock
	seed    maphash.Seed
	maxKeys int // a shard
	shards  [limiterShards]limiterShard
}

type limiterShard struct {
	mu   sync.Mutex
	full map[string]int64 // when the key's bucket is full again, in nanoseconds
}

// NewLimiter returns a limiter that remembers about maxKeys keys. Where more are in use at once some are forgotten, which
// forgives them: memory comes before strictness against a flood from that many addresses.
func NewLimiter(clock clock.Clock, maxKeys int) *Limiter {
	l := &Limiter{clock: clock, seed: maphash.MakeSeed(), maxKeys: max(maxKeys/limiterShards, 1)}
	for i := range l.shards {
		l.shards[i].full = make(map[string]int64)
	}
	return l
}

// Allow takes one token of the limit's bucket under key. A refused request takes none.
func (l *Limiter) Allow(key string, limit Limit) Decision {
	if limit.Count <= 0 || limit.Per <= 0 {
		return Decision{RetryAfter: time.Hour, Reset: time.Hour}
	}
	key = limit.Name + "\x00" + key
	shard := &l.shards[maphash.String(l.seed, key)%limiterShards]
	now := l.clock.Now().UnixNano()
	interval := int64(limit.Per) / int64(limit.Count)
	capacity := interval * int64(limit.Count)

	shard.mu.Lock()
	defer shard.mu.Unlock()
	full, known := shard.full[key]
	full = max(full, now)
	if wait := full + interval - now - capacity; wait > 0 {
		return Decision{RetryAfter: time.Duration(wait), Reset: time.Duration(full - now)}
	}
	if !known && len(shard.full) >= l.maxKeys {
		shard.makeRoom(now)
	}
	full += interval
	shard.full[key] = full
	return Decision{Allowed: true, Remaining: int((capacity - (full - now)) / interval), Reset: time.Duration(full - now)}
}

// makeRoom forgets the keys whose buckets are full, of which nothing needs to be known, and where there are none, some others.
// It looks at a bounded number, since a request waits for it.
func (s *limiterShard) makeRoom(now int64) {
	const maxLooked = 64
	looked, forgotten, other := 0, 0, ""
	for key, full := range s.full {
		if full <= now {
			delete(s.full, key)
			forgotten++
		}
		other = key
		if looked++; looked >= maxLooked {
			break
		}
	}
	if forgotten == 0 {
		delete(s.full, other)
	}
}

// Forget gives a key all of its tokens back, as after a success that shows who was asking.
func (l *Limiter) Forget(key string, limit Limit) {
	key = limit.Name + "\x00" + key
	shard := &l.shards[maphash.String(l.seed, key)%limiterShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	delete(shard.full, key)
}

// Len returns how many keys are remembered.
func (l *Limiter) Len() int {
	n := 0
	for i := range l.shards {
		l.shards[i].mu.Lock()
		n += len(l.shards[i].full)
		l.shards[i].mu.Unlock()
	}
	return n
}

// RateLimit refuses with rate_limited (429) and Retry-After what exceeds the limit that key names for a request; a false third
// result exempts it. Answers carry RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers).
func RateLimit(limiter *Limiter, key func(*http.Request) (string, Limit, bool), render RenderError) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			name, limit, limited := key(r)
			if !limited {
				next.ServeHTTP(w, r)
				return
			}
			decision := limiter.Allow(name, limit)
			h := w.Header()
			h.Set("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=%d", limit.Name, limit.Count, seconds(limit.Per)))
			h.Set("RateLimit", fmt.Sprintf("%q;r=%d;t=%d", limit.Name, decision.Remaining, seconds(decision.Reset)))
			if !decision.Allowed {
				h.Set("Retry-After", strconv.FormatInt(seconds(decision.RetryAfter), 10))
				render(w, r, decision.Err())
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Err returns the error of a refused request, nil for one that is allowed.
func (d Decision) Err() error {
	if d.Allowed {
		return nil
	}
	return errs.New(errs.RateLimited, "error.rate_limited").With(errs.Args{"Seconds": seconds(d.RetryAfter)})
}

// seconds rounds up: who comes back after that many is let in.
func seconds(d time.Duration) int64 { return int64(math.Ceil(d.Seconds())) }
