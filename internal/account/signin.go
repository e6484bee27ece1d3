package account

import (
	"context"
	"errors"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// Client is the program that a person uses, as far as it can be known.
type Client struct {
	Address   string
	UserAgent string
}

func (c Client) shortened() Client {
	return Client{Address: shorten(c.Address, addressRunes), UserAgent: shorten(c.UserAgent, userAgentRunes)}
}

// SignIn starts a session. It returns invalid for a malformed address or a missing password; unauthenticated, always the same, for
// an address that nobody has and for a wrong password; rate_limited, even for the right password, while the address is locked
// after five failures in 15 minutes; and unavailable where too many passwords are being hashed.
func (s *Service) SignIn(ctx context.Context, email, password string, client Client) (Session, error) {
	var f errs.Fields
	address := checkEmail(&f, email)
	checkGivenPassword(&f, password)
	if err := f.Err(); err != nil {
		return Session{}, err
	}
	session, err := s.signIn(ctx, address, password, client)
	if errors.Is(err, errPasswordChanged) {
		session, err = s.signIn(ctx, address, password, client)
	}
	return session, err
}

// errPasswordChanged says that the stored hash is no longer the one that the password was compared with. It goes no further than
// a second try, unless the hash changes under that too.
var errPasswordChanged = errs.New(errs.Unauthenticated, "account.wrong_credentials")

func (s *Service) signIn(ctx context.Context, address, password string, client Client) (Session, error) {
	if err := s.refuseLocked(ctx, address); err != nil {
		return Session{}, err
	}
	stored, err := credentialsByEmail(ctx, s.db, address)
	if err != nil {
		return Session{}, err
	}
	right, stale, err := s.hashing.check(ctx, password, stored.hash)
	if err != nil {
		return Session{}, err
	}
	if !right {
		return Session{}, s.countFailure(ctx, address, stored.ID)
	}
	newHash := ""
	if stale {
		if newHash, err = s.hashing.hash(ctx, password); err != nil {
			return Session{}, err
		}
	}
	return s.letIn(ctx, stored, newHash, client)
}

// refuseLocked spares locked addresses the hashing. What decides is the look under lock in countFailure and letIn: of many tries
// at once, no more than five learn whether they were right.
func (s *Service) refuseLocked(ctx context.Context, email string) error {
	f, err := readFailures(ctx, s.db, email, "")
	if err != nil {
		return err
	}
	return f.refuse(s.clock.Now())
}

func (s *Service) countFailure(ctx context.Context, email, accountID string) error {
	lockout := false
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		f, err := lockFailures(ctx, tx, email)
		if err != nil {
			return err
		}
		if err := f.refuse(tx.Now); err != nil {
			return err
		}
		lockout = f.add(tx.Now)
		if err := writeFailures(ctx, tx, email, f); err != nil {
			return err
		}
		if lockout && accountID != "" {
			return s.tellLocked(ctx, tx, accountID, f)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if lockout {
		s.logger.WarnContext(ctx, "signing in is locked after too many failures", "account", accountID)
	}
	return errs.New(errs.Unauthenticated, "account.wrong_credentials")
}

// tellLocked mails the owner at the first lockout of a series only, or whoever tries passwords could fill a mailbox too.
func (s *Service) tellLocked(ctx context.Context, tx *db.Tx, accountID string, f failures) error {
	if f.lockouts == 1 {
		if err := s.mailer.Mail(ctx, tx, accountID, MailSignInLocked, nil); err != nil {
			return err
		}
	}
	data, err := db.JSON(map[string]any{"lockouts": f.lockouts, "until": f.lockedUntil})
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "sign_in.locked", SubjectKind: "account", SubjectID: accountID, Data: data})
}

// letIn starts the session of somebody whose password was right. newHash replaces the stored one unless it is empty.
func (s *Service) letIn(ctx context.Context, stored credentials, newHash string, client Client) (Session, error) {
	// The key comes first: making one is a transaction of its own, and SQLite has one writer.
	key, err := s.keys.signer(ctx)
	if err != nil {
		return Session{}, err
	}
	var session Session
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		// Whoever changed the password meanwhile has ended all sessions; this one must not slip through.
		current, err := lockAccount(ctx, tx, stored.ID)
		if err != nil {
			return err
		}
		if current.hash != stored.hash {
			return errPasswordChanged
		}
		f, err := readFailures(ctx, tx, stored.Email, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		if err := f.refuse(tx.Now); err != nil {
			return err
		}
		if len(f.at) > 0 {
			if err := deleteFailures(ctx, tx, stored.Email); err != nil {
				return err
			}
		}
		if newHash != "" {
			if err := updatePassword(ctx, tx, stored.ID, newHash); err != nil {
				return err
			}
		}
		session, err = s.startSession(ctx, tx, current.Account, client)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	return s.sign(session, key)
}
