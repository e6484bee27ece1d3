package account

import (
	"context"
	"sync"
	"time"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// family is a session as the holder of one of its refresh tokens meets it.
type family struct {
	sessionID string
	createdAt time.Time
	expiresAt time.Time
	revokedAt time.Time
	usedAt    time.Time // when this token was used
	account   Account
}

// Refresh gives a new pair of tokens for a refresh token, which works once. It returns unauthenticated where the token is unknown,
// or its session has expired (30 days after its last use, 90 after signing in), was ended, or has just been ended by this call:
// a token that comes a second time was stolen from one of the two who hold it, and nobody can say from which.
func (s *Service) Refresh(ctx context.Context, refreshToken string, client Client) (Session, error) {
	if len(refreshToken) != secretLength {
		return Session{}, errSessionEnded()
	}
	key, err := s.keys.signer(ctx)
	if err != nil {
		return Session{}, err
	}
	var session Session
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		session = Session{}
		f, err := lockFamily(ctx, tx, refreshToken)
		if err != nil {
			return err
		}
		if f.sessionID == "" || !f.revokedAt.IsZero() || !tx.Now.Before(f.expiresAt) {
			return errSessionEnded()
		}
		if !f.usedAt.IsZero() {
			return s.refuseReused(ctx, tx, f, client) // nil, since its changes must last
		}
		session, err = rotate(ctx, tx, f, refreshToken, client.shortened())
		return err
	})
	if err != nil {
		return Session{}, err
	}
	if session.ID == "" {
		return Session{}, errSessionEnded()
	}
	return s.sign(session, key)
}

func rotate(ctx context.Context, tx *db.Tx, f family, refreshToken string, client Client) (Session, error) {
	session := Session{ID: f.sessionID, RefreshToken: randomSecret(), RefreshExpiresAt: tx.Now.Add(refreshLife), Account: f.account}
	if last := f.createdAt.Add(sessionLife); session.RefreshExpiresAt.After(last) {
		session.RefreshExpiresAt = last
	}
	if err := useRefreshToken(ctx, tx, refreshToken); err != nil {
		return Session{}, err
	}
	if err := insertRefreshToken(ctx, tx, session); err != nil {
		return Session{}, err
	}
	return session, touchSession(ctx, tx, session, client)
}

func (s *Service) refuseReused(ctx context.Context, tx *db.Tx, f family, client Client) error {
	client = client.shortened()
	data, err := db.JSON(map[string]any{"used_at": f.usedAt, "address": client.Address, "user_agent": client.UserAgent})
	if err != nil {
		return err
	}
	entry := audit.Entry{ActorID: f.account.ID, Action: "refresh_token.reused", SubjectKind: "session", SubjectID: f.sessionID, Data: data}
	if err := audit.Write(ctx, tx, entry); err != nil {
		return err
	}
	tx.AfterCommit(func() {
		s.logger.WarnContext(ctx, "a used refresh token came again; its session is revoked",
			"account", f.account.ID, "session", f.sessionID, "address", client.Address)
	})
	return s.endSession(ctx, tx, f.account.ID, f.sessionID, "refresh_token_reused")
}

const (
	sharedFor        = 10 * time.Second
	sharedTimeout    = 10 * time.Second
	maxSharedResults = 10_000
)

// rotations remembers the results of RefreshShared.
type rotations struct {
	mu      sync.Mutex
	results map[rotationKey]*rotation
}

type rotationKey struct{ hash, userAgent string }

// rotation is a refresh under way, or done once done is closed.
type rotation struct {
	done    chan struct{}
	session Session
	err     error
	until   time.Time // when to forget the result; zero while under way. Guarded by rotations.mu
}

func newRotations() *rotations { return &rotations{results: make(map[rotationKey]*rotation)} }

// RefreshShared is Refresh for pages, whose requests come several at once and all carry the same cookie: those that come with the
// same token from the same user agent within ten seconds of the first get the first one's answer, instead of being taken for
// thieves. The price: a thief who has the token and names the same user agent gets in unnoticed in those ten seconds, and is noticed
// as ever when either of the two refreshes next. The answers are remembered by this node alone; where there are several, a page's
// requests must go to the same one. The errors are those of Refresh, and unavailable where ctx ends while waiting for the first.
func (s *Service) RefreshShared(ctx context.Context, refreshToken string, client Client) (Session, error) {
	if len(refreshToken) != secretLength {
		return Session{}, errSessionEnded()
	}
	key := rotationKey{hash: hashSecret(refreshToken), userAgent: client.UserAgent}
	r, first := s.shared.join(key, s.clock.Now())
	if first {
		// The others wait for this one, so it goes on when its own asker leaves.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sharedTimeout)
		defer cancel()
		return s.shared.run(key, r, s.clock.Now, func() (Session, error) { return s.Refresh(ctx, refreshToken, client) })
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		return Session{}, errs.Wrap(ctx.Err(), errs.Unavailable, "error.unavailable")
	}
	if r.err == nil && s.revoked.has(r.session.ID) {
		return Session{}, errSessionEnded()
	}
	return r.session, r.err
}

// join returns the rotation under key, and whether the caller is the first and must run it.
func (m *rotations) join(key rotationKey, now time.Time) (r *rotation, first bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r, found := m.results[key]; found && (r.until.IsZero() || now.Before(r.until)) {
		return r, false
	}
	if len(m.results) >= maxSharedResults {
		m.forget(now)
	}
	r = &rotation{done: make(chan struct{})}
	m.results[key] = r
	return r, true
}

// forget drops what is over, or else everything that is not under way.
func (m *rotations) forget(now time.Time) {
	before := len(m.results)
	for key, r := range m.results {
		if !r.until.IsZero() && !now.Before(r.until) {
			delete(m.results, key)
		}
	}
	if len(m.results) < before {
		return
	}
	for key, r := range m.results {
		if !r.until.IsZero() {
			delete(m.results, key)
		}
	}
}

func (m *rotations) run(key rotationKey, r *rotation, now func() time.Time, refresh func() (Session, error)) (Session, error) {
	r.err = errSessionEnded() // what the others see should refresh panic
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		r.until = now().Add(sharedFor)
		if r.err != nil {
			delete(m.results, key)
		}
		close(r.done)
	}()
	r.session, r.err = refresh()
	return r.session, r.err
}
