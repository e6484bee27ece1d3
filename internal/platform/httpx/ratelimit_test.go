package httpx

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"khadamat/internal/platform/clock"
)

var start = time.Date(2026, time.May, 4, 10, 0, 0, 0, time.UTC)

func TestFiveTriesThenOneEveryThreeMinutes(t *testing.T) {
	now := clock.NewManual(start)
	limiter := NewLimiter(now, 1000)
	limit := Limit{Name: "signin", Count: 5, Per: 15 * time.Minute}
	for i := range 5 {
		if d := limiter.Allow("a", limit); !d.Allowed || d.Remaining != 4-i {
			t.Fatalf("try %d: %+v", i, d)
		}
	}
	refused := limiter.Allow("a", limit)
	if refused.Allowed || refused.RetryAfter != 3*time.Minute || refused.Reset != 15*time.Minute {
		t.Fatalf("sixth try: %+v", refused)
	}
	if !limiter.Allow("b", limit).Allowed || !limiter.Allow("a", Limit{Name: "other", Count: 1, Per: time.Minute}).Allowed {
		t.Error("another key, or another limit, is not its own bucket")
	}
	now.Advance(3*time.Minute - time.Microsecond)
	if limiter.Allow("a", limit).Allowed {
		t.Error("a token came too early")
	}
	now.Advance(time.Microsecond)
	if !limiter.Allow("a", limit).Allowed || limiter.Allow("a", limit).Allowed {
		t.Error("after three minutes there is one token")
	}
	now.Advance(time.Hour)
	for i := range 6 {
		if got := limiter.Allow("a", limit).Allowed; got != (i < 5) {
			t.Errorf("after an hour, try %d: %v", i, got)
		}
	}
	limiter.Forget("a", limit)
	if !limiter.Allow("a", limit).Allowed {
		t.Error("a forgotten key has its tokens back")
	}
}

func TestALimitOfNothingAllowsNothing(t *testing.T) {
	if NewLimiter(clock.NewManual(start), 10).Allow("a", Limit{Name: "x"}).Allowed {
		t.Error("allowed")
	}
}

func TestMemoryIsBoundedAndKeepsThoseAtTheirLimit(t *testing.T) {
	now := clock.NewManual(start)
	limiter := NewLimiter(now, 160)
	limit := Limit{Name: "x", Count: 1, Per: time.Minute}
	for i := range 10_000 {
		limiter.Allow(fmt.Sprint(i), limit)
		if i%100 == 0 {
			now.Advance(time.Minute)
		}
	}
	if n := limiter.Len(); n > 160 {
		t.Errorf("%d keys are remembered, want at most 160", n)
	}
	limiter.Allow("last", limit)
	if limiter.Allow("last", limit).Allowed {
		t.Error("a key that was just used is forgotten")
	}
}

func TestRefusedRequestsAreToldWhenToComeBack(t *testing.T) {
	limiter := NewLimiter(clock.NewManual(start), 100)
	limit := Limit{Name: "pages", Count: 1, Per: 90 * time.Second}
	h := RateLimit(limiter, func(r *http.Request) (string, Limit, bool) {
		return "k", limit, r.Header.Get("Exempt") == ""
	}, renderStatus)(answer("x"))
	first := serve(h, get())
	if first.Code != 200 || first.Header().Get("RateLimit-Policy") != `"pages";q=1;w=90` || first.Header().Get("RateLimit") != `"pages";r=0;t=90` {
		t.Errorf("first: %d %v", first.Code, first.Header())
	}
	second := serve(h, get())
	if second.Code != 429 || second.Header().Get("Retry-After") != "90" || second.Body.String() != "error.rate_limited" {
		t.Errorf("second: %d %v %s", second.Code, second.Header(), second.Body)
	}
	exempt := serve(h, get("Exempt", "1"))
	if exempt.Code != 200 || exempt.Header().Get("RateLimit") != "" {
		t.Errorf("exempt: %d %v", exempt.Code, exempt.Header())
	}
}

func BenchmarkAllow(b *testing.B) {
	limiter := NewLimiter(clock.System{}, 100_000)
	limit := Limit{Name: "x", Count: 100, Per: time.Minute}
	for b.Loop() {
		limiter.Allow("198.51.100.1/32", limit)
	}
}
