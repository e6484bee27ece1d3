package main

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// entry is one booking as its client knows it.
type entry struct {
	id       string
	key      string
	request  map[string]string
	customer *person
	service  *service
	start    time.Time // as first acknowledged
	end      time.Time
	price    int64

	// What follows changes, under the ledger's lock.
	status   string
	proposed bool
	told     []fact
	at       int // its place among the open ones; -1 once it is closed
}

// fact is one change that the server has acknowledged: it must be in the booking's history for ever.
type fact struct {
	kind   string
	status string
	start  time.Time // of a reschedule
}

// ledger is everything that the server has acknowledged, and every contradiction found.
type ledger struct {
	mu         sync.Mutex
	entries    []*entry
	byKey      map[string]*entry
	byID       map[string]*entry
	open       []*entry // those that can still change
	refused    map[string]bool
	violations []string
	count      int // of violations, of which only the first are kept
}

func newLedger() *ledger {
	return &ledger{byKey: map[string]*entry{}, byID: map[string]*entry{}, refused: map[string]bool{}}
}

const violationsShown = 40

func (l *ledger) violate(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.count++; l.count <= violationsShown {
		l.violations = append(l.violations, fmt.Sprintf(format, args...))
	}
}

// add takes an acknowledged booking in and returns the booking that the same key or id was acknowledged as before, if there is one.
func (l *ledger) add(e *entry) (same, clash *entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if known := l.byKey[e.key]; known != nil {
		return known, nil
	}
	if other := l.byID[e.id]; other != nil {
		return nil, other
	}
	delete(l.refused, e.key)
	l.byKey[e.key], l.byID[e.id] = e, e
	l.entries = append(l.entries, e)
	e.at = len(l.open)
	l.open = append(l.open, e)
	return nil, nil
}

// refuse keeps the key of a request that was refused for good: no booking may exist under it.
func (l *ledger) refuse(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byKey[key] == nil {
		l.refused[key] = true
	}
}

// pick returns any booking that can still change and, as a copy, what is known of it; nil where there is none.
func (l *ledger) pick(random *rand.Rand) (e *entry, status string, proposed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.open) == 0 {
		return nil, "", false
	}
	e = l.open[random.IntN(len(l.open))]
	return e, e.status, e.proposed
}

// any returns any booking that was acknowledged; nil where there is none.
func (l *ledger) any(random *rand.Rand) *entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.entries) == 0 {
		return nil
	}
	return l.entries[random.IntN(len(l.entries))]
}

// see takes in what the server says of a booking now, and the change it has just acknowledged, if it was one.
func (l *ledger) see(e *entry, status string, proposed bool, acknowledged *fact) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.status, e.proposed = status, proposed
	if acknowledged != nil {
		e.told = append(e.told, *acknowledged)
	}
	if status == "requested" || status == "accepted" || status == "in_progress" || e.at < 0 {
		return
	}
	last := l.open[len(l.open)-1]
	l.open[e.at], last.at = last, e.at
	l.open = l.open[:len(l.open)-1]
	e.at = -1
}
