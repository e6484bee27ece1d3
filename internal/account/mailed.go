package account

import (
	"context"
	"time"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// purpose says what a mailed token is for.
type purpose string

const (
	verifyEmail   purpose = "verify_email"
	resetPassword purpose = "reset_password"
)

const (
	verifyEmailLife   = 24 * time.Hour
	resetPasswordLife = time.Hour
	resendAfter       = time.Minute
	maxResetsAnHour   = 3
)

func (p purpose) life() time.Duration {
	if p == resetPassword {
		return resetPasswordLife
	}
	return verifyEmailLife
}

// mailToken makes a token and mails it. Both templates are named after their purpose.
func (s *Service) mailToken(ctx context.Context, tx *db.Tx, accountID string, p purpose) error {
	secret := randomSecret()
	if err := insertMailedToken(ctx, tx, hashSecret(secret), accountID, p, tx.Now.Add(p.life())); err != nil {
		return err
	}
	return s.mailer.Mail(ctx, tx, accountID, string(p), map[string]string{"token": secret})
}

// check returns gone for a token that was used or has expired.
func (m mailedToken) check(now time.Time) error {
	if !m.usedAt.IsZero() {
		return errs.New(errs.Gone, "account.link_used")
	}
	if !now.Before(m.expiresAt) {
		return errs.New(errs.Gone, "account.link_expired")
	}
	return nil
}

// VerifyEmail takes the token from the mail of SignUp or ResendVerification. It returns not_found for a token that was never
// mailed, and gone for one that was used or is older than a day.
func (s *Service) VerifyEmail(ctx context.Context, token string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		mailed, err := lockMailedToken(ctx, tx, token, verifyEmail)
		if err != nil {
			return err
		}
		if err := mailed.check(tx.Now); err != nil {
			return err
		}
		if err := useMailedTokens(ctx, tx, mailed.accountID, verifyEmail); err != nil {
			return err
		}
		s.forget(ctx, tx, mailed.accountID)
		if err := markVerified(ctx, tx, mailed.accountID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: mailed.accountID, Action: "account.email_verified", SubjectKind: "account", SubjectID: mailed.accountID})
	})
}

// ResendVerification mails the actor another link that verifies their address. It returns unauthenticated for nobody, conflict
// where the address is verified already, and rate_limited less than a minute after the last such mail.
func (s *Service) ResendVerification(ctx context.Context, actor Actor) error {
	if err := actor.Require(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		a, err := lockAccount(ctx, tx, actor.ID)
		if err != nil {
			return err
		}
		if !a.EmailVerifiedAt.IsZero() {
			return errs.New(errs.Conflict, "account.email_already_verified")
		}
		last, err := lastMailed(ctx, tx, a.ID, verifyEmail)
		if err != nil {
			return err
		}
		if wait := last.Add(resendAfter).Sub(tx.Now); wait > 0 {
			return errs.New(errs.RateLimited, "account.mailed_just_now").With(errs.Args{"Seconds": secondsUntil(wait)})
		}
		return s.mailToken(ctx, tx, a.ID, verifyEmail)
	})
}
