package account

import (
	"context"
	"time"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

const (
	refreshLife = 30 * 24 * time.Hour // from the last use …
	sessionLife = 90 * 24 * time.Hour // … and never longer than this from signing in
	maxListed   = 100
)

// Session is what a person holds who signed in. Both tokens are secrets.
type Session struct {
	ID               string
	AccessToken      string // a signed token, see Authenticate
	AccessExpiresAt  time.Time
	RefreshToken     string // works once, see Refresh
	RefreshExpiresAt time.Time
	Account          Account
}

// ActiveSession is a session as its owner sees it in a list.
type ActiveSession struct {
	ID         string
	Address    string
	UserAgent  string
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time
	Current    bool // the one that asks
}

func (s *Service) startSession(ctx context.Context, tx *db.Tx, a Account, client Client) (Session, error) {
	session := Session{ID: ids.New(), RefreshToken: randomSecret(), RefreshExpiresAt: tx.Now.Add(refreshLife), Account: a}
	if err := insertSession(ctx, tx, session, client.shortened()); err != nil {
		return Session{}, err
	}
	return session, insertRefreshToken(ctx, tx, session)
}

// errSessionEnded asks to sign in again, whatever ended the session.
func errSessionEnded() error { return errs.New(errs.Unauthenticated, "account.session_ended") }

// SignOut ends the session that a refresh token belongs to. It is not an error where there is none: the person wanted out.
func (s *Service) SignOut(ctx context.Context, refreshToken string) error {
	if len(refreshToken) != secretLength {
		return nil
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		family, err := lockFamily(ctx, tx, refreshToken)
		if err != nil || family.sessionID == "" || !family.revokedAt.IsZero() {
			return err
		}
		return s.endSession(ctx, tx, family.account.ID, family.sessionID, "signed_out")
	})
}

// SignOutSession ends the session that the actor speaks from. It returns unauthenticated for nobody; for an actor without a
// session and for a session that has ended it does nothing.
func (s *Service) SignOutSession(ctx context.Context, actor Actor) error {
	if err := actor.Require(); err != nil {
		return err
	}
	if actor.SessionID == "" {
		return nil
	}
	err := s.Revoke(ctx, actor, actor.SessionID)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	return err
}

// Sessions returns the actor's sessions that are under way, the last used first, a hundred at most. It returns unauthenticated for
// nobody.
func (s *Service) Sessions(ctx context.Context, actor Actor) ([]ActiveSession, error) {
	if err := actor.Require(); err != nil {
		return nil, err
	}
	sessions, err := activeSessions(ctx, s.db, actor.ID, s.clock.Now())
	for i := range sessions {
		sessions[i].Current = sessions[i].ID == actor.SessionID
	}
	return sessions, err
}

// Revoke ends one of the actor's sessions. It returns unauthenticated for nobody, and not_found for a session that has ended or is
// somebody else's.
func (s *Service) Revoke(ctx context.Context, actor Actor, sessionID string) error {
	if err := actor.Require(); err != nil {
		return err
	}
	if !ids.Valid(sessionID) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		return s.endSession(ctx, tx, actor.ID, sessionID, "revoked")
	})
}

func (s *Service) endSession(ctx context.Context, tx *db.Tx, accountID, sessionID, reason string) error {
	ended, err := revokeSession(ctx, tx, accountID, sessionID, reason)
	if err != nil {
		return err
	}
	if !ended {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return s.sessionRevoked(ctx, tx, accountID, sessionID, reason)
}

// sessionRevoked writes down that a session ended, and has this node refuse its access tokens from the commit on.
func (s *Service) sessionRevoked(ctx context.Context, tx *db.Tx, accountID, sessionID, reason string) error {
	now := tx.Now
	tx.AfterCommit(func() { s.revoked.add(sessionID, now) })
	data, err := db.JSON(map[string]string{"reason": reason})
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{ActorID: accountID, Action: "session.revoked", SubjectKind: "session", SubjectID: sessionID, Data: data})
}
