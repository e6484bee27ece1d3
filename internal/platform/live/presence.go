package live

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"khadamat/internal/platform/clock"
)

// Present is the type of the events that say where people are; their data is a Presence.
const Present = "presence"

// PresenceLasts is how long somebody counts as present who is not announced again.
const PresenceLasts = time.Minute

// Person is somebody who may be present.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Presence says that a person is somewhere with one connection, and what they look at there. Who has two connections is present twice.
type Presence struct {
	Seat   string    `json:"seat"` // the connection
	Person Person    `json:"person"`
	Here   bool      `json:"here"` // false: has left
	Item   *string   `json:"item"` // what they look at; nil: nothing in particular
	At     time.Time `json:"at"`
	Until  time.Time `json:"until"` // when it ends unless it is said again
}

// Announce tells all who watch topic, on every node, where somebody is. The seat is announced again before its PresenceLasts have passed,
// and once with Here false when its connection ends. At and Until are set here.
func (h *Hub) Announce(topic string, p Presence) error {
	p.At = h.options.Clock.Now().UTC()
	p.Until = p.At.Add(PresenceLasts)
	return h.Publish(topic, Event{Type: Present, Data: p})
}

// People returns who is present at a topic, on whatever node, by name and seat. Who subscribed before it was called misses nobody.
func (h *Hub) People(topic string) []Presence { return h.people.at(topic, h.options.Clock.Now()) }

// directory holds who is present where, as this node heard it.
type directory struct {
	clock clock.Clock

	mu        sync.Mutex
	topics    map[string]map[string]seat
	announced int // since the last sweep
}

// seat is a presence with its end on this node's clock.
type seat struct {
	presence Presence
	until    time.Time
}

// sweepEvery bounds how many announcements of people who left without a word are kept.
const sweepEvery = 1000

// note takes down a presence that was announced. What is none, which a broker could bring, is left alone.
func (d *directory) note(m Message) {
	var p Presence
	if json.Unmarshal(m.Data, &p) != nil || p.Seat == "" {
		return
	}
	now := d.clock.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.announced++; d.announced >= sweepEvery {
		d.sweep(now)
	}
	if !p.Here {
		delete(d.topics[m.Topic], p.Seat)
		if len(d.topics[m.Topic]) == 0 {
			delete(d.topics, m.Topic)
		}
		return
	}
	if d.topics[m.Topic] == nil {
		d.topics[m.Topic] = map[string]seat{}
	}
	d.topics[m.Topic][p.Seat] = seat{p, now.Add(PresenceLasts)}
}

// sweep forgets those whose time has passed. The caller holds d.mu.
func (d *directory) sweep(now time.Time) {
	d.announced = 0
	for topic, seats := range d.topics {
		for id, s := range seats {
			if !now.Before(s.until) {
				delete(seats, id)
			}
		}
		if len(seats) == 0 {
			delete(d.topics, topic)
		}
	}
}

func (d *directory) at(topic string, now time.Time) []Presence {
	d.mu.Lock()
	defer d.mu.Unlock()
	people := make([]Presence, 0, len(d.topics[topic]))
	for _, s := range d.topics[topic] {
		if now.Before(s.until) {
			people = append(people, s.presence)
		}
	}
	slices.SortFunc(people, func(a, b Presence) int {
		return strings.Compare(a.Person.Name+"\x00"+a.Seat, b.Person.Name+"\x00"+b.Seat)
	})
	return people
}
