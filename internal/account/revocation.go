package account

import (
	"context"
	"sync"
	"time"
)

// revocations are the sessions that ended so lately that an access token of theirs may not have expired yet, so that Authenticate
// need not ask the database. What this node revokes is here at once; what others revoke comes with LearnRevocations. Their number
// is bounded by how many sessions can be started in accessLife, which the hashing of passwords bounds.
type revocations struct {
	mu      sync.RWMutex
	at      map[string]time.Time // session id → when it was revoked
	learned time.Time            // up to when the database was read
}

func newRevocations() *revocations { return &revocations{at: make(map[string]time.Time)} }

func (r *revocations) add(sessionID string, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at[sessionID] = at
}

func (r *revocations) has(sessionID string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, found := r.at[sessionID]
	return found
}

// commitDelay is how much later than its own time a transaction may become visible, and how far clocks of nodes may be apart.
const commitDelay = time.Minute

// LearnRevocations reads which sessions were revoked since it was last called, on this node or others, and forgets those whose
// access tokens have all expired. Watch calls it; it is exported for those who have a timer of their own.
func (s *Service) LearnRevocations(ctx context.Context) error {
	now := s.clock.Now()
	s.revoked.mu.RLock()
	since := s.revoked.learned.Add(-commitDelay)
	s.revoked.mu.RUnlock()
	if oldest := now.Add(-accessLife - commitDelay); since.Before(oldest) {
		since = oldest
	}
	lately, err := sessionsRevokedSince(ctx, s.db, since)
	if err != nil {
		return err
	}
	s.revoked.mu.Lock()
	defer s.revoked.mu.Unlock()
	for id, at := range lately {
		s.revoked.at[id] = at
	}
	for id, at := range s.revoked.at {
		if now.Sub(at) > accessLife+commitDelay {
			delete(s.revoked.at, id)
		}
	}
	s.revoked.learned = now
	return nil
}
