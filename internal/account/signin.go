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
// an address that nobody has and for a wrong password; forbidden, with the reason, for who is suspended or banned; rate_limited,
// even for the right password, while the address is locked after five failures in 15 minutes; and unavailable where too many
// passwords are being hashed. Where the account has a second factor, the error is unauthenticated and HalfOf has what
// SignInWithCode goes on with.
func (s *Service) SignIn(ctx context.Context, email, password string, client Client) (Session, error) {
	return s.SignInAtOnce(ctx, email, password, "", client)
}

// SignInAtOnce is SignIn with a code of the second factor (or a recovery code) in the same request. A wrong code is
// unauthenticated and counts like a wrong password; without a second factor the code is not looked at.
func (s *Service) SignInAtOnce(ctx context.Context, email, password, code string, client Client) (Session, error) {
	var f errs.Fields
	address := checkEmail(&f, email)
	checkGivenPassword(&f, password)
	if err := f.Err(); err != nil {
		return Session{}, err
	}
	session, err := s.signIn(ctx, address, password, code, client)
	if errors.Is(err, errPasswordChanged) {
		session, err = s.signIn(ctx, address, password, code, client)
	}
	return session, err
}

// errPasswordChanged says that the stored hash is no longer the one that the password was compared with. It goes no further than
// a second try, unless the hash changes under that too.
var errPasswordChanged = errs.New(errs.Unauthenticated, "account.wrong_credentials")

func (s *Service) signIn(ctx context.Context, address, password, code string, client Client) (Session, error) {
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
	return s.letIn(ctx, stored, newHash, code, client)
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

// letIn starts the session of somebody whose password was right, or a half-session where there is a second factor and no code yet.
// newHash replaces the stored one unless it is empty.
func (s *Service) letIn(ctx context.Context, stored credentials, newHash, code string, client Client) (Session, error) {
	// The key comes first: making one is a transaction of its own, and SQLite has one writer.
	key, err := s.keys.signer(ctx)
	if err != nil {
		return Session{}, err
	}
	var session Session
	var half string
	wrongCode := false
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		session, half, wrongCode = Session{}, "", false
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
		if err := current.refuseStanding(tx.Now); err != nil {
			return err
		}
		if newHash != "" {
			if err := updatePassword(ctx, tx, stored.ID, newHash); err != nil {
				return err
			}
		}
		factor, err := factorOf(ctx, tx, stored.ID, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		if factor.on() && code == "" {
			half, err = beginChallenge(ctx, tx, secondFactor, stored.ID, "{}")
			return err
		}
		if factor.on() {
			right, err := s.spend(ctx, tx, stored.ID, factor, code)
			if err != nil {
				return err
			}
			if !right {
				wrongCode = true
				return nil
			}
		}
		session, err = s.welcome(ctx, tx, current.Account, len(f.at) > 0, client)
		return err
	})
	switch {
	case err != nil:
		return Session{}, err
	case half != "":
		return Session{}, errCodeNeeded(half)
	case wrongCode:
		return Session{}, s.countWrongCode(ctx, stored.Email, stored.ID)
	}
	return s.sign(session, key)
}

// welcome starts the session of somebody who has proved everything there was to prove; only now are failures forgiven, or whoever
// has the password could try codes without end.
func (s *Service) welcome(ctx context.Context, tx *db.Tx, a Account, failed bool, client Client) (Session, error) {
	if failed {
		if err := deleteFailures(ctx, tx, a.Email); err != nil {
			return Session{}, err
		}
	}
	return s.startSession(ctx, tx, a, client)
}
