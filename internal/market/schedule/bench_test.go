package schedule_test

import (
	"testing"
	"time"

	"khadamat/internal/market/schedule"
)

// month is a provider's working month with 50 bookings, over the first day of Ramadan.
func month() (r schedule.Rules, busy []schedule.Interval, now time.Time) {
	r = weekly(schedule.Span{From: 540, To: 750}, schedule.Span{From: 840, To: 1140})
	r.Week[time.Sunday] = nil
	r.StepMinutes, r.BufferBeforeMinutes, r.BufferAfterMinutes, r.NoticeMinutes = 15, 10, 10, 120
	r.Exceptions = []schedule.Exception{{Date: date("2026-02-20")}}
	now = at("2026-02-02 08:00")
	for i := range 50 {
		day := now.Add(time.Duration((i*7)%30) * 24 * time.Hour)
		busy = append(busy, r.Block(day.Add(time.Duration(1+i%9)*time.Hour), time.Hour))
	}
	return r, busy, now
}

func BenchmarkSlots30Days50Bookings(b *testing.B) {
	r, busy, now := month()
	b.ReportAllocs()
	for b.Loop() {
		if len(r.Slots(time.Hour, busy, now, now, now.Add(30*24*time.Hour))) < 300 {
			b.Fatal("too few slots")
		}
	}
}

func BenchmarkAllows(b *testing.B) {
	r, busy, now := month()
	start := r.Slots(time.Hour, busy, now, now, now.Add(30*24*time.Hour))[100].Start
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Allows(start, time.Hour, busy, now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFreeOn(b *testing.B) {
	r, busy, now := month()
	b.ReportAllocs()
	for b.Loop() {
		if !r.FreeOn(date("2026-02-12"), time.Hour, busy, now) {
			b.Fatal("not free")
		}
	}
}
