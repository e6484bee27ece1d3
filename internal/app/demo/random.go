package demo

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"sort"
	"time"
)

// random is the one source of chance: the same seed gives the same rows.
type random struct{ *rand.Rand }

// newRandom returns a generator for one part of the data. Parts have generators of their own, so that a change in one of them
// does not shuffle all the others.
func newRandom(seed int64, part uint64) *random {
	return &random{rand.New(rand.NewPCG(uint64(seed), part))} //nolint:gosec // demo data needs to be repeatable, not secret
}

// id makes an identifier of the shape of a UUIDv7 out of the time and the generator.
func (r *random) id(at time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(at.UnixMilli())<<16|0x7000|r.Uint64()&0x0fff) // version 7
	binary.BigEndian.PutUint64(b[8:], r.Uint64()&(1<<62-1)|1<<63)                          // the variant of RFC 9562
	var text [36]byte
	hex.Encode(text[0:8], b[0:4])
	hex.Encode(text[9:13], b[4:6])
	hex.Encode(text[14:18], b[6:8])
	hex.Encode(text[19:23], b[8:10])
	hex.Encode(text[24:36], b[10:16])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}

// chance is true so many times in a hundred.
func (r *random) chance(inHundred int) bool { return r.IntN(100) < inHundred }

// between returns a number from low to high, both included.
func (r *random) between(low, high int) int { return low + r.IntN(high-low+1) }

// moment returns a time from from up to to; from where there is no room between them.
func (r *random) moment(from, to time.Time) time.Time {
	room := to.Sub(from).Microseconds()
	if room <= 0 {
		return from
	}
	return from.Add(time.Duration(r.Int64N(room)) * time.Microsecond)
}

func pick[T any](r *random, from []T) T { return from[r.IntN(len(from))] }

// weights draws positions in proportion to their weights.
type weights []float64 // running sums

func weigh[T any](items []T, weight func(T) float64) weights {
	sums, sum := make(weights, len(items)), 0.0
	for i, item := range items {
		sum += weight(item)
		sums[i] = sum
	}
	return sums
}

// draw returns a position that is not before first.
func (w weights) draw(r *random, first int) int {
	low := 0.0
	if first > 0 {
		low = w[first-1]
	}
	return min(len(w)-1, first+sort.SearchFloat64s(w[first:], low+r.Float64()*(w[len(w)-1]-low)))
}

// share divides total into whole parts in proportion to the weights; the parts add up to the total.
func (w weights) share(total int) []int {
	parts, given := make([]int, len(w)), 0
	for i, sum := range w {
		upTo := int(float64(total)*sum/w[len(w)-1] + 0.5)
		parts[i], given = upTo-given, upTo
	}
	return parts
}
