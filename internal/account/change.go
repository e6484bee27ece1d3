package account

import (
	"context"
	"time"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

const (
	changeEmailLife     = 24 * time.Hour
	maxEmailChangesHour = 3
)

// ChangePassword replaces the actor's password. All other sessions end and all personal access tokens are revoked; the one that
// asks goes on. It returns unauthenticated for nobody, forbidden for an actor who speaks through a token, invalid with the field
// password (the present one) or new_password, rate_limited after too many wrong ones, and unavailable where too many are hashed.
func (s *Service) ChangePassword(ctx context.Context, actor Actor, present, next string) error {
	confirmed, err := s.confirm(ctx, actor, present)
	if err != nil {
		return err
	}
	var f errs.Fields
	checkPassword(&f, next, confirmed.Email)
	for i := range f {
		f[i].Name = "new_password"
	}
	if err := f.Err(); err != nil {
		return err
	}
	hash, err := s.hashing.hash(ctx, next)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := lockConfirmed(ctx, tx, confirmed); err != nil {
			return err
		}
		if err := updatePassword(ctx, tx, actor.ID, hash); err != nil {
			return err
		}
		if err := useMailedTokens(ctx, tx, actor.ID, resetPassword); err != nil {
			return err
		}
		if err := s.revokeOthers(ctx, tx, actor, "password_changed"); err != nil {
			return err
		}
		if err := s.mailer.Mail(ctx, tx, actor.ID, MailPasswordChanged, nil); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: "account.password_changed", SubjectKind: "account", SubjectID: actor.ID})
	})
}

// revokeOthers ends all sessions but the actor's own, and all personal access tokens.
func (s *Service) revokeOthers(ctx context.Context, tx *db.Tx, actor Actor, reason string) error {
	if _, err := s.endOthers(ctx, tx, actor, reason); err != nil {
		return err
	}
	tokens, err := revokeTokens(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	for _, token := range tokens {
		if err := s.tokenRevoked(ctx, tx, actor.ID, token); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) endOthers(ctx context.Context, tx *db.Tx, actor Actor, reason string) (int, error) {
	sessions, err := revokeSessionsBut(ctx, tx, actor.ID, actor.SessionID, reason)
	if err != nil {
		return 0, err
	}
	for _, id := range sessions {
		if err := s.sessionRevoked(ctx, tx, actor.ID, id, reason); err != nil {
			return 0, err
		}
	}
	return len(sessions), nil
}

// RevokeOthers ends all of the actor's sessions but the one that asks, and returns how many. It returns unauthenticated for nobody
// and forbidden for an actor who speaks through a token.
func (s *Service) RevokeOthers(ctx context.Context, actor Actor) (ended int, err error) {
	if err := requireSession(actor); err != nil {
		return 0, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		ended, err = s.endOthers(ctx, tx, actor, "revoked")
		return err
	})
	return ended, err
}

// AskEmailChange mails a link to another address, which becomes the actor's once the link is opened. It returns unauthenticated for
// nobody, forbidden for an actor who speaks through a token, invalid with the field password or email, conflict where the address
// has an account, and rate_limited after three in an hour or too many wrong passwords.
func (s *Service) AskEmailChange(ctx context.Context, actor Actor, email, password string) error {
	var f errs.Fields
	address := checkEmail(&f, email)
	if err := f.Err(); err != nil {
		return err
	}
	confirmed, err := s.confirm(ctx, actor, password)
	if err != nil {
		return err
	}
	taken, err := credentialsByEmail(ctx, s.db, address)
	if err != nil {
		return err
	}
	if taken.ID != "" {
		return errEmailTaken()
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := lockConfirmed(ctx, tx, confirmed); err != nil {
			return err
		}
		asked, err := countEmailChanges(ctx, tx, actor.ID, tx.Now.Add(-time.Hour))
		if err != nil {
			return err
		}
		if asked >= maxEmailChangesHour {
			return errs.New(errs.RateLimited, "account.email_changes").With(errs.Args{"Seconds": int(time.Hour / time.Second)})
		}
		if err := useEmailChanges(ctx, tx, actor.ID); err != nil {
			return err
		}
		secret := randomSecret()
		if err := insertEmailChange(ctx, tx, hashSecret(secret), actor.ID, address, tx.Now.Add(changeEmailLife)); err != nil {
			return err
		}
		letter := Letter{AccountID: actor.ID, Address: address, Template: MailChangeEmail, Words: map[string]string{"token": secret, "Email": address}}
		if err := s.mailer.Post(ctx, tx, letter); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: "account.email_change_asked", SubjectKind: "account", SubjectID: actor.ID})
	})
}

// PendingEmail returns the address that waits for its link to be opened, or "". It returns unauthenticated for nobody.
func (s *Service) PendingEmail(ctx context.Context, actor Actor) (string, error) {
	if err := actor.Require(); err != nil {
		return "", err
	}
	return pendingEmail(ctx, s.db, actor.ID, s.clock.Now())
}

// ConfirmEmailChange takes the token from the mail of AskEmailChange. The new address counts as verified, and the old one is told:
// its reader may not be the one who asked. It returns not_found for a token that was never mailed, gone for one that was used or
// is older than a day, and conflict where somebody else has taken the address meanwhile.
func (s *Service) ConfirmEmailChange(ctx context.Context, token string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		change, err := lockEmailChange(ctx, tx, token)
		if err != nil {
			return err
		}
		if err := (mailedToken{expiresAt: change.expiresAt, usedAt: change.usedAt}).check(tx.Now); err != nil {
			return err
		}
		current, err := lockAccount(ctx, tx, change.accountID)
		if err != nil {
			return err
		}
		if err := useEmailChanges(ctx, tx, current.ID); err != nil {
			return err
		}
		old, a := current.Email, current.Account
		a.Email, a.EmailVerifiedAt = change.email, tx.Now
		s.forget(ctx, tx, a.ID)
		if taken, err := credentialsByEmail(ctx, tx, a.Email); err != nil || taken.ID != "" && taken.ID != a.ID {
			if err == nil {
				err = errEmailTaken()
			}
			return err
		}
		if err := updateEmail(ctx, tx, a); err != nil {
			return err
		}
		for _, p := range []purpose{verifyEmail, resetPassword} { // links that went to the old address
			if err := useMailedTokens(ctx, tx, a.ID, p); err != nil {
				return err
			}
		}
		letter := Letter{AccountID: a.ID, Address: old, Template: MailEmailChanged, Words: map[string]string{"Email": a.Email}}
		if err := s.mailer.Post(ctx, tx, letter); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: a.ID, Action: "account.email_changed", SubjectKind: "account", SubjectID: a.ID})
	})
}
