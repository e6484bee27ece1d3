package account

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

func credentialsByID(ctx context.Context, q db.Querier, id string) (c credentials, err error) {
	err = q.QueryRow(ctx, `SELECT `+accountColumns+`, a.password_hash FROM accounts a WHERE a.id = $1`, id).Scan(c.fields(&c.hash)...)
	if errors.Is(err, sql.ErrNoRows) {
		return c, errs.New(errs.NotFound, "error.not_found")
	}
	return c, err
}

func updateProfile(ctx context.Context, tx *db.Tx, a Account) error {
	_, err := tx.Exec(ctx, `UPDATE accounts SET name = $2, language = $3, phone = $4, search = $5 WHERE id = $1`,
		a.ID, a.Name, a.Language, db.Text(a.Phone), searchText(a))
	return err
}

// updateEmail returns conflict where somebody else has the address.
func updateEmail(ctx context.Context, tx *db.Tx, a Account) error {
	_, err := tx.Exec(ctx, `UPDATE accounts SET email = $2, email_verified_at = $3, search = $4 WHERE id = $1`, a.ID, a.Email, db.At(a.EmailVerifiedAt), searchText(a))
	if db.IsUnique(err) {
		return errEmailTaken()
	}
	return err
}

func markTermsAccepted(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE accounts SET terms_accepted_at = $2 WHERE id = $1 AND terms_accepted_at IS NULL`, id, db.At(tx.Now))
	return err
}

// eraseAccount leaves a row that says no more than that there was somebody. The address is one that can never be (RFC 2606), and
// no password has the hash.
func eraseAccount(ctx context.Context, tx *db.Tx, a Account) error {
	for _, step := range []string{
		`DELETE FROM addresses WHERE account_id = $1`,
		`DELETE FROM email_changes WHERE account_id = $1`,
		`DELETE FROM mailed_tokens WHERE account_id = $1`,
		`DELETE FROM recovery_codes WHERE account_id = $1`,
		`DELETE FROM second_factors WHERE account_id = $1`,
		`DELETE FROM passkeys WHERE account_id = $1`,
		`DELETE FROM challenges WHERE account_id = $1`,
		`DELETE FROM access_tokens WHERE account_id = $1`,
		`UPDATE sanctions SET reason = '' WHERE account_id = $1`,
		`UPDATE sessions SET address = '', user_agent = '' WHERE account_id = $1`,
	} {
		if _, err := tx.Exec(ctx, step, a.ID); err != nil {
			return err
		}
	}
	if err := deleteFailures(ctx, tx, a.Email); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE accounts SET email = $2, password_hash = '', name = $3, phone = NULL, search = '', email_verified_at = NULL,
		standing_reason = NULL, standing_until = NULL, erased_at = $4 WHERE id = $1`, a.ID, a.ID+"@erased.invalid", ErasedName(a.Language), db.At(tx.Now))
	return err
}

func addressesOf(ctx context.Context, q db.Querier, accountID string) ([]Address, error) {
	rows, err := q.Query(ctx, `SELECT id, label, address, city_id, is_default FROM addresses WHERE account_id = $1 ORDER BY is_default DESC, created_at, id LIMIT $2`,
		accountID, maxAddresses)
	return db.Collect(rows, err, func(rows *sql.Rows) (a Address, err error) {
		return a, rows.Scan(&a.ID, &a.Label, &a.Address, &a.CityID, &a.Default)
	})
}

func insertAddress(ctx context.Context, tx *db.Tx, accountID string, a Address) error {
	_, err := tx.Exec(ctx, `INSERT INTO addresses (id, account_id, label, address, city_id, is_default, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, accountID, a.Label, a.Address, a.CityID, a.Default, db.At(tx.Now))
	return err
}

func updateAddress(ctx context.Context, tx *db.Tx, accountID string, a Address) (bool, error) {
	return changed(tx.Exec(ctx, `UPDATE addresses SET label = $3, address = $4, city_id = $5, is_default = $6 WHERE id = $1 AND account_id = $2`,
		a.ID, accountID, a.Label, a.Address, a.CityID, a.Default))
}

func deleteAddress(ctx context.Context, tx *db.Tx, accountID, id string) (bool, error) {
	return changed(tx.Exec(ctx, `DELETE FROM addresses WHERE id = $1 AND account_id = $2`, id, accountID))
}

// leaveDefault makes no other address than the given one the default.
func leaveDefault(ctx context.Context, tx *db.Tx, accountID, id string) error {
	_, err := tx.Exec(ctx, `UPDATE addresses SET is_default = FALSE WHERE account_id = $1 AND id <> $2 AND is_default`, accountID, id)
	return err
}

func changed(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// emailChange is a link that makes another address the account's.
type emailChange struct {
	accountID, email  string
	expiresAt, usedAt time.Time
}

func insertEmailChange(ctx context.Context, tx *db.Tx, hash, accountID, email string, expiresAt time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO email_changes (hash, account_id, email, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		hash, accountID, email, db.At(tx.Now), db.At(expiresAt))
	return err
}

func countEmailChanges(ctx context.Context, tx *db.Tx, accountID string, after time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM email_changes WHERE account_id = $1 AND created_at > $2`, accountID, db.At(after)).Scan(&n)
	return n, err
}

// lockEmailChange returns not_found for a token that was never mailed.
func lockEmailChange(ctx context.Context, tx *db.Tx, token string) (c emailChange, err error) {
	unknown := errs.New(errs.NotFound, "account.link_unknown")
	if len(token) != secretLength {
		return c, unknown
	}
	err = tx.QueryRow(ctx, `SELECT account_id, email, expires_at, used_at FROM email_changes WHERE hash = $1`+tx.Dialect().ForUpdate(), hashSecret(token)).
		Scan(&c.accountID, &c.email, db.Time(&c.expiresAt), db.Time(&c.usedAt))
	if errors.Is(err, sql.ErrNoRows) {
		return c, unknown
	}
	return c, err
}

func useEmailChanges(ctx context.Context, tx *db.Tx, accountID string) error {
	_, err := tx.Exec(ctx, `UPDATE email_changes SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL`, accountID, db.At(tx.Now))
	return err
}

// pendingEmail returns the address that waits for its link to be opened, or "".
func pendingEmail(ctx context.Context, q db.Querier, accountID string, now time.Time) (email string, err error) {
	err = q.QueryRow(ctx, `SELECT email FROM email_changes WHERE account_id = $1 AND used_at IS NULL AND expires_at > $2 ORDER BY created_at DESC LIMIT 1`,
		accountID, db.At(now)).Scan(&email)
	return email, none(err)
}
