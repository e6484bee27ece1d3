package account

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// accountColumns give an erased account no address: what is stored in its place only keeps the column unique.
const accountColumns = `a.id, CASE WHEN a.erased_at IS NULL THEN a.email ELSE '' END, a.name, a.role, a.language, a.email_verified_at, a.created_at,
	a.phone, a.terms_accepted_at, a.standing, a.standing_until, a.standing_reason, a.erased_at`

func (a *Account) fields(more ...any) []any {
	return append([]any{&a.ID, &a.Email, &a.Name, &a.Role, &a.Language, db.Time(&a.EmailVerifiedAt), db.Time(&a.CreatedAt),
		db.NullText(&a.Phone), db.Time(&a.TermsAcceptedAt), &a.Standing, db.Time(&a.StandingUntil), db.NullText(&a.StandingReason), db.Time(&a.ErasedAt)}, more...)
}

// none is for reads in which no row is an answer and not a failure.
func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// Insert stores an account under its id and folded address, exactly as it is given, with a hash from HashPassword. It is for demo
// data and checks nothing. It returns conflict where the address has an account.
func Insert(ctx context.Context, tx *db.Tx, a Account, passwordHash string) error {
	result, err := tx.Exec(ctx, `INSERT INTO accounts (id, email, password_hash, name, role, language, email_verified_at, created_at, terms_accepted_at, search)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (email) DO NOTHING`,
		a.ID, a.Email, passwordHash, a.Name, string(a.Role), a.Language, db.At(a.EmailVerifiedAt), db.At(a.CreatedAt), db.At(a.TermsAcceptedAt), searchText(a))
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errEmailTaken()
}

// credentials are an account with the hash of its password.
type credentials struct {
	Account
	hash string
}

// credentialsByEmail returns the zero value where nobody has the address.
func credentialsByEmail(ctx context.Context, q db.Querier, email string) (c credentials, err error) {
	err = q.QueryRow(ctx, `SELECT `+accountColumns+`, a.password_hash FROM accounts a WHERE a.email = $1`, email).Scan(c.fields(&c.hash)...)
	return c, none(err)
}

// lockAccount keeps others from changing the account until the transaction ends. It returns not_found where there is none.
func lockAccount(ctx context.Context, tx *db.Tx, id string) (c credentials, err error) {
	err = tx.QueryRow(ctx, `SELECT `+accountColumns+`, a.password_hash FROM accounts a WHERE a.id = $1`+tx.Dialect().ForUpdate(), id).Scan(c.fields(&c.hash)...)
	if errors.Is(err, sql.ErrNoRows) {
		return c, errs.New(errs.NotFound, "error.not_found")
	}
	return c, err
}

func accountsByID(ctx context.Context, d *db.DB, ids []string) (map[string]Account, error) {
	found := make(map[string]Account, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := d.Query(ctx, `SELECT `+accountColumns+` FROM accounts a WHERE a.id `+d.Dialect.In("$1"), db.List(ids))
	all, err := db.Collect(rows, err, func(rows *sql.Rows) (a Account, err error) { return a, rows.Scan(a.fields()...) })
	for _, a := range all {
		found[a.ID] = a
	}
	return found, err
}

func updatePassword(ctx context.Context, tx *db.Tx, id, hash string) error {
	_, err := tx.Exec(ctx, `UPDATE accounts SET password_hash = $2 WHERE id = $1`, id, hash)
	return err
}

// accountByID reads one account, or not_found.
func accountByID(ctx context.Context, q db.Querier, id string) (Account, error) {
	var a Account
	err := q.QueryRow(ctx, `SELECT `+accountColumns+` FROM accounts a WHERE a.id = $1`, id).Scan(a.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return a, errs.New(errs.NotFound, "error.not_found")
	}
	return a, err
}

func markVerified(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE accounts SET email_verified_at = $2 WHERE id = $1 AND email_verified_at IS NULL`, id, db.At(tx.Now))
	return err
}

// mailedToken is a token that was sent by mail.
type mailedToken struct {
	accountID string
	expiresAt time.Time
	usedAt    time.Time
}

func insertMailedToken(ctx context.Context, tx *db.Tx, hash, accountID string, p purpose, expiresAt time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO mailed_tokens (hash, account_id, purpose, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		hash, accountID, string(p), db.At(tx.Now), db.At(expiresAt))
	return err
}

// readMailedToken returns not_found for a token that was never mailed for this purpose.
func readMailedToken(ctx context.Context, q db.Querier, token string, p purpose) (mailedToken, error) {
	return mailedTokenBy(ctx, q, token, p, "")
}

func lockMailedToken(ctx context.Context, tx *db.Tx, token string, p purpose) (mailedToken, error) {
	return mailedTokenBy(ctx, tx, token, p, tx.Dialect().ForUpdate())
}

func mailedTokenBy(ctx context.Context, q db.Querier, token string, p purpose, lock string) (m mailedToken, err error) {
	unknown := errs.New(errs.NotFound, "account.link_unknown")
	if len(token) != secretLength {
		return m, unknown
	}
	err = q.QueryRow(ctx, `SELECT account_id, expires_at, used_at FROM mailed_tokens WHERE hash = $1 AND purpose = $2`+lock, hashSecret(token), string(p)).
		Scan(&m.accountID, db.Time(&m.expiresAt), db.Time(&m.usedAt))
	if errors.Is(err, sql.ErrNoRows) {
		return m, unknown
	}
	return m, err
}

// useMailedTokens makes all of an account's tokens for a purpose useless: with one used, the others have nothing left to do.
func useMailedTokens(ctx context.Context, tx *db.Tx, accountID string, p purpose) error {
	_, err := tx.Exec(ctx, `UPDATE mailed_tokens SET used_at = $3 WHERE account_id = $1 AND purpose = $2 AND used_at IS NULL`, accountID, string(p), db.At(tx.Now))
	return err
}

func lastMailed(ctx context.Context, q db.Querier, accountID string, p purpose) (at time.Time, err error) {
	err = q.QueryRow(ctx, `SELECT max(created_at) FROM mailed_tokens WHERE account_id = $1 AND purpose = $2`, accountID, string(p)).Scan(db.Time(&at))
	return at, err
}

func countMailed(ctx context.Context, q db.Querier, accountID string, p purpose, after time.Time) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT count(*) FROM mailed_tokens WHERE account_id = $1 AND purpose = $2 AND created_at > $3`, accountID, string(p), db.At(after)).Scan(&n)
	return n, err
}

// readFailures returns the zero value for an address without failures. lock ends the statement.
func readFailures(ctx context.Context, q db.Querier, email, lock string) (f failures, err error) {
	var at []int64
	err = q.QueryRow(ctx, `SELECT failed_at, lockouts, locked_until FROM sign_in_failures WHERE email = $1`+lock, email).
		Scan(db.FromJSON(&at), &f.lockouts, db.Time(&f.lockedUntil))
	for _, microseconds := range at {
		f.at = append(f.at, time.UnixMicro(microseconds).UTC())
	}
	return f, none(err)
}

// lockFailures is readFailures for an address of which the transaction counts one: it makes sure that there is a row to lock.
func lockFailures(ctx context.Context, tx *db.Tx, email string) (failures, error) {
	_, err := tx.Exec(ctx, `INSERT INTO sign_in_failures (email, failed_at, last_failed_at, lockouts) VALUES ($1, '[]', $2, 0) ON CONFLICT (email) DO NOTHING`, email, db.At(tx.Now))
	if err != nil {
		return failures{}, err
	}
	return readFailures(ctx, tx, email, tx.Dialect().ForUpdate())
}

func writeFailures(ctx context.Context, tx *db.Tx, email string, f failures) error {
	at := make([]int64, 0, maxFailures)
	for _, failed := range f.at {
		at = append(at, failed.UnixMicro())
	}
	text, err := db.JSON(at)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE sign_in_failures SET failed_at = $2, last_failed_at = $3, lockouts = $4, locked_until = $5 WHERE email = $1`,
		email, text, db.At(tx.Now), f.lockouts, db.At(f.lockedUntil))
	return err
}

func deleteFailures(ctx context.Context, tx *db.Tx, email string) error {
	_, err := tx.Exec(ctx, `DELETE FROM sign_in_failures WHERE email = $1`, email)
	return err
}

// keepEnded is how long what has ended can still be told from what never was.
const keepEnded = 30 * 24 * time.Hour

func prune(ctx context.Context, tx *db.Tx) error {
	now, old := db.At(tx.Now), db.At(tx.Now.Add(-keepEnded))
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM refresh_tokens WHERE session_id IN (SELECT id FROM sessions WHERE expires_at <= $1 OR revoked_at IS NOT NULL)`, []any{now}},
		{`DELETE FROM sessions WHERE expires_at < $1 OR revoked_at < $1`, []any{old}},
		{`DELETE FROM mailed_tokens WHERE expires_at < $1`, []any{old}},
		{`DELETE FROM email_changes WHERE expires_at < $1`, []any{old}},
		{`DELETE FROM challenges WHERE expires_at <= $1`, []any{now}},
		{`DELETE FROM sign_in_failures WHERE last_failed_at < $1`, []any{db.At(tx.Now.Add(-keepFailures))}},
	} {
		if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// accountsWithRole lists those in good standing, by id.
func accountsWithRole(ctx context.Context, d *db.DB, roles []string) ([]Account, error) {
	rows, err := d.Query(ctx, `SELECT `+accountColumns+` FROM accounts a WHERE a.role `+d.Dialect.In("$1")+` AND a.standing = 'good' AND a.erased_at IS NULL ORDER BY a.id`, db.List(roles))
	return db.Collect(rows, err, func(rows *sql.Rows) (a Account, err error) { return a, rows.Scan(a.fields()...) })
}
