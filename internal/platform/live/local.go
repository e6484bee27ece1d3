package live

import "sync"

// Local is the broker of hubs within one process.
type Local struct {
	mu       sync.RWMutex
	next     int
	delivers map[int]func(Message)
}

// NewLocal returns a broker without hubs.
func NewLocal() *Local { return &Local{delivers: make(map[int]func(Message))} }

// Publish delivers to every hub before it returns.
func (l *Local) Publish(m Message) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, deliver := range l.delivers {
		deliver(m)
	}
	return nil
}

func (l *Local) hubs() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return len(l.delivers)
}

// Attach adds a hub.
func (l *Local) Attach(deliver func(Message)) (detach func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := l.next
	l.next++
	l.delivers[id] = deliver
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.delivers, id)
	}
}
