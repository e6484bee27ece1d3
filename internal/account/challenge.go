package account

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// challengeKind says what was begun.
type challengeKind string

const (
	secondFactor  challengeKind = "second_factor"
	passkeyAdd    challengeKind = "passkey_add"
	passkeySignIn challengeKind = "passkey_sign_in"
)

const (
	challengeLife  = 5 * time.Minute
	challengeTries = 5
)

// challenge is something that was begun and is not over.
type challenge struct {
	accountID string // empty: nobody knows yet who it is
	data      string
	tries     int
}

// errChallengeOver asks to begin again.
func errChallengeOver() error { return errs.New(errs.Gone, "account.challenge_over") }

// beginChallenge returns the secret that ends it.
func beginChallenge(ctx context.Context, tx *db.Tx, kind challengeKind, accountID, data string) (string, error) {
	secret := randomSecret()
	_, err := tx.Exec(ctx, `INSERT INTO challenges (hash, kind, account_id, data, tries, expires_at) VALUES ($1, $2, $3, $4, 0, $5)`,
		hashSecret(secret), string(kind), db.Text(accountID), data, db.At(tx.Now.Add(challengeLife)))
	return secret, err
}

// lockChallenge returns gone for one that is over, was tried too often, or never began.
func lockChallenge(ctx context.Context, tx *db.Tx, kind challengeKind, secret string) (c challenge, err error) {
	if len(secret) != secretLength {
		return c, errChallengeOver()
	}
	err = tx.QueryRow(ctx, `SELECT account_id, data, tries FROM challenges WHERE hash = $1 AND kind = $2 AND expires_at > $3 AND tries < $4`+tx.Dialect().ForUpdate(),
		hashSecret(secret), string(kind), db.At(tx.Now), challengeTries).Scan(db.NullText(&c.accountID), &c.data, &c.tries)
	if errors.Is(err, sql.ErrNoRows) {
		return c, errChallengeOver()
	}
	return c, err
}

func countTry(ctx context.Context, tx *db.Tx, secret string) error {
	_, err := tx.Exec(ctx, `UPDATE challenges SET tries = tries + 1 WHERE hash = $1`, hashSecret(secret))
	return err
}

func endChallenge(ctx context.Context, tx *db.Tx, secret string) error {
	_, err := tx.Exec(ctx, `DELETE FROM challenges WHERE hash = $1`, hashSecret(secret))
	return err
}
