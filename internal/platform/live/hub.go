// Package live tells those who are watching that something happened. It is a hint to look, never the only way to know: events
// can be lost, and whoever missed some is told to look at everything again ("resync").
package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"khadamat/internal/platform/clock"
)

// Resync is the type of the last event that a subscriber gets who could not keep up: fetch everything anew, then subscribe again.
const Resync = "resync"

// Event is something that happened. Data is anything that encoding/json takes; whoever receives it finds a json.RawMessage.
type Event struct {
	Topic string
	Type  string
	Data  any
	wire  []byte // the whole event as JSON, made once for all who receive it
}

// Message is an event on its way between nodes.
type Message struct {
	Topic string          `json:"topic"`
	Type  string          `json:"type"`
	Data  json.RawMessage `json:"data,omitempty"`
}

// Broker carries messages to every hub that is attached, the sender's included. Local does so within one process.
type Broker interface {
	// Publish must not block for long; what cannot be delivered is lost.
	Publish(Message) error
	// Attach calls deliver for every message, one at a time or several at once, until detach is called.
	Attach(deliver func(Message)) (detach func())
}

var (
	// ErrFull says that no more subscribers are taken.
	ErrFull = errors.New("live: too many subscribers")
	// ErrDraining says that the hub is about to end.
	ErrDraining = errors.New("live: draining")
)

// Options bound a hub. Zero values take the default that stands beside them.
type Options struct {
	QueueEvents    int           // 64: events that wait for one subscriber before it counts as slow
	MaxSubscribers int           // 20,000
	PingEvery      time.Duration // 25 s: below the idle time-outs of proxies and phone networks
	WriteTimeout   time.Duration // 10 s: for one event or ping to reach a client
	Clock          clock.Clock   // the system's: when a presence ends
}

// Hub hands events to subscribers. Publishing never waits for any of them.
type Hub struct {
	options Options
	broker  Broker
	detach  func()
	dropped atomic.Uint64
	serving sync.WaitGroup // WebSockets
	people  directory

	mu       sync.RWMutex
	draining bool
	all      map[*Subscription]struct{}
	byTopic  map[string]map[*Subscription]struct{}
}

// New returns a hub on a broker. Drain it when done.
func New(broker Broker, o Options) *Hub {
	h := &Hub{
		options: Options{
			QueueEvents:    orDefault(o.QueueEvents, 64),
			MaxSubscribers: orDefault(o.MaxSubscribers, 20_000),
			PingEvery:      orDefault(o.PingEvery, 25*time.Second),
			WriteTimeout:   orDefault(o.WriteTimeout, 10*time.Second),
			Clock:          o.Clock,
		},
		broker:  broker,
		all:     make(map[*Subscription]struct{}),
		byTopic: make(map[string]map[*Subscription]struct{}),
	}
	if h.options.Clock == nil {
		h.options.Clock = clock.System{}
	}
	h.people = directory{clock: h.options.Clock, topics: make(map[string]map[string]seat)}
	h.detach = broker.Attach(h.deliver)
	return h
}

func orDefault[T int | time.Duration](value, fallback T) T {
	if value > 0 {
		return value
	}
	return fallback
}

// Publish tells all who watch topic, on every node. It returns an error where Data does not marshal or the broker fails; nobody
// has been told then.
func (h *Hub) Publish(topic string, e Event) error {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return fmt.Errorf("live: publish %s: %w", e.Type, err)
	}
	if err := h.broker.Publish(Message{Topic: topic, Type: e.Type, Data: data}); err != nil {
		return fmt.Errorf("live: publish %s: %w", e.Type, err)
	}
	return nil
}

// Watched says whether anybody may be watching a topic: what is costly to tell need not be told to nobody. Where a broker reaches other
// hubs, somebody may watch there.
func (h *Hub) Watched(topic string) bool {
	if local, ok := h.broker.(*Local); !ok || local.hubs() > 1 {
		return true
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.byTopic[topic]) > 0
}

func (h *Hub) deliver(m Message) {
	// Before anybody is told, so that who subscribes and then asks for people misses none.
	if m.Type == Present {
		h.people.note(m)
	}
	h.mu.RLock()
	subscribers := h.byTopic[m.Topic]
	var slow []*Subscription
	if len(subscribers) > 0 {
		e := encode(m)
		for s := range subscribers {
			if !s.offer(e) {
				slow = append(slow, s)
			}
		}
	}
	h.mu.RUnlock()
	for _, s := range slow {
		h.dropped.Add(1)
		s.Close()
	}
}

func encode(m Message) Event {
	wire, err := json.Marshal(m)
	if err != nil {
		// Only Data can fail to marshal, when a broker brings what is no JSON. Tell the watchers to look for themselves.
		m = Message{Topic: m.Topic, Type: Resync}
		wire, _ = json.Marshal(m)
	}
	return Event{Topic: m.Topic, Type: m.Type, Data: m.Data, wire: wire}
}

// Subscription is one watcher of some topics. C is closed after Close, when the watcher was too slow (its last event is Resync
// then), and when the hub drains.
type Subscription struct {
	C <-chan Event

	hub    *Hub
	topics []string
	queue  chan Event // room for one event more than the bound, so that Resync always fits

	mu     sync.Mutex
	closed bool
}

// Subscribe begins to watch topics. It returns ErrFull or ErrDraining where it cannot. The caller closes the subscription.
func (h *Hub) Subscribe(topics ...string) (*Subscription, error) {
	s := &Subscription{hub: h, topics: topics, queue: make(chan Event, h.options.QueueEvents+1)}
	s.C = s.queue
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.draining {
		return nil, ErrDraining
	}
	if len(h.all) >= h.options.MaxSubscribers {
		return nil, ErrFull
	}
	h.all[s] = struct{}{}
	for _, topic := range topics {
		if h.byTopic[topic] == nil {
			h.byTopic[topic] = make(map[*Subscription]struct{})
		}
		h.byTopic[topic][s] = struct{}{}
	}
	return s, nil
}

// offer queues an event, or Resync and nothing after it where the queue is full: then it returns false.
func (s *Subscription) offer(e Event) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return true
	}
	if len(s.queue) < cap(s.queue)-1 {
		s.queue <- e
		return true
	}
	s.queue <- encode(Message{Topic: e.Topic, Type: Resync})
	s.finish()
	return false
}

// finish closes the queue once. The caller holds s.mu.
func (s *Subscription) finish() {
	if !s.closed {
		s.closed = true
		close(s.queue)
	}
}

// Close ends the watching. It may be called more than once.
func (s *Subscription) Close() {
	s.mu.Lock()
	s.finish()
	s.mu.Unlock()
	h := s.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.all, s)
	for _, topic := range s.topics {
		delete(h.byTopic[topic], s)
		if len(h.byTopic[topic]) == 0 {
			delete(h.byTopic, topic)
		}
	}
}

// Drain closes every subscription and takes no new ones. It does not wait; Wait does.
func (h *Hub) Drain() {
	h.mu.Lock()
	h.draining = true
	subscriptions := make([]*Subscription, 0, len(h.all))
	for s := range h.all {
		subscriptions = append(subscriptions, s)
	}
	h.mu.Unlock()
	h.detach()
	for _, s := range subscriptions {
		s.Close()
	}
}

// Wait returns when every WebSocket has ended after Drain, or when done is closed; it says which.
func (h *Hub) Wait(done <-chan struct{}) bool {
	ended := make(chan struct{})
	go func() { h.serving.Wait(); close(ended) }()
	select {
	case <-ended:
		return true
	case <-done:
		return false
	}
}

// Draining says whether Drain was called.
func (h *Hub) Draining() bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.draining
}

// PingEvery is how often clients are pinged.
func (h *Hub) PingEvery() time.Duration { return h.options.PingEvery }

// Subscribers returns how many subscriptions there are.
func (h *Hub) Subscribers() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.all)
}

// Dropped returns how many subscribers were too slow so far.
func (h *Hub) Dropped() uint64 { return h.dropped.Load() }
