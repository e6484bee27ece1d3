package account

import (
	"context"
	"time"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// ForgotPassword mails a link that sets a new password, at most three an hour. It never tells whether anybody has the address:
// the answer is nil for every well-formed one, and invalid for others.
func (s *Service) ForgotPassword(ctx context.Context, email string) error {
	var f errs.Fields
	address := checkEmail(&f, email)
	if err := f.Err(); err != nil {
		return err
	}
	found, err := credentialsByEmail(ctx, s.db, address)
	if err != nil || found.ID == "" {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := lockAccount(ctx, tx, found.ID); err != nil {
			return err
		}
		mailed, err := countMailed(ctx, tx, found.ID, resetPassword, tx.Now.Add(-time.Hour))
		if err != nil || mailed >= maxResetsAnHour {
			return err
		}
		return s.mailToken(ctx, tx, found.ID, resetPassword)
	})
}

// ResetPassword sets a new password with the token from the mail of ForgotPassword. All sessions end and all personal access
// tokens are revoked, since somebody else may hold them; a lock on signing in is lifted, since whoever reads the mail is the
// owner. It returns invalid for a password that will not do, not_found for a token that was never mailed, gone for one that was
// used or is older than an hour, and unavailable where too many passwords are being hashed.
func (s *Service) ResetPassword(ctx context.Context, token, password string) error {
	mailed, err := readMailedToken(ctx, s.db, token, resetPassword)
	if err != nil {
		return err
	}
	if err := mailed.check(s.clock.Now()); err != nil {
		return err
	}
	owner, err := s.Account(ctx, mailed.accountID)
	if err != nil {
		return err
	}
	var f errs.Fields
	checkPassword(&f, password, owner.Email)
	if err := f.Err(); err != nil {
		return err
	}
	hash, err := s.hashing.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := lockAccount(ctx, tx, owner.ID); err != nil {
			return err
		}
		again, err := lockMailedToken(ctx, tx, token, resetPassword)
		if err != nil {
			return err
		}
		if err := again.check(tx.Now); err != nil {
			return err
		}
		return s.setPassword(ctx, tx, owner, hash)
	})
}

func (s *Service) setPassword(ctx context.Context, tx *db.Tx, owner Account, hash string) error {
	if err := useMailedTokens(ctx, tx, owner.ID, resetPassword); err != nil {
		return err
	}
	if err := updatePassword(ctx, tx, owner.ID, hash); err != nil {
		return err
	}
	if err := deleteFailures(ctx, tx, owner.Email); err != nil {
		return err
	}
	if err := s.revokeEverything(ctx, tx, owner.ID, "password_reset"); err != nil {
		return err
	}
	if err := s.mailer.Mail(ctx, tx, owner.ID, MailPasswordChanged, nil); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{ActorID: owner.ID, Action: "account.password_reset", SubjectKind: "account", SubjectID: owner.ID})
}

// revokeEverything ends all sessions of an account and revokes all its personal access tokens.
func (s *Service) revokeEverything(ctx context.Context, tx *db.Tx, accountID, reason string) error {
	sessions, err := revokeSessions(ctx, tx, accountID, reason)
	if err != nil {
		return err
	}
	for _, id := range sessions {
		if err := s.sessionRevoked(ctx, tx, accountID, id, reason); err != nil {
			return err
		}
	}
	tokens, err := revokeTokens(ctx, tx, accountID)
	if err != nil {
		return err
	}
	for _, token := range tokens {
		if err := s.tokenRevoked(ctx, tx, accountID, token); err != nil {
			return err
		}
	}
	return nil
}
