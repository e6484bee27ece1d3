package account

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"khadamat/internal/platform/db"
)

func insertSession(ctx context.Context, tx *db.Tx, s Session, client Client) error {
	_, err := tx.Exec(ctx, `INSERT INTO sessions (id, account_id, address, user_agent, created_at, last_used_at, expires_at) VALUES ($1, $2, $3, $4, $5, $5, $6)`,
		s.ID, s.Account.ID, client.Address, client.UserAgent, db.At(tx.Now), db.At(s.RefreshExpiresAt))
	return err
}

func touchSession(ctx context.Context, tx *db.Tx, s Session, client Client) error {
	_, err := tx.Exec(ctx, `UPDATE sessions SET address = $2, user_agent = $3, last_used_at = $4, expires_at = $5 WHERE id = $1`,
		s.ID, client.Address, client.UserAgent, db.At(tx.Now), db.At(s.RefreshExpiresAt))
	return err
}

func insertRefreshToken(ctx context.Context, tx *db.Tx, s Session) error {
	_, err := tx.Exec(ctx, `INSERT INTO refresh_tokens (hash, session_id, issued_at) VALUES ($1, $2, $3)`, hashSecret(s.RefreshToken), s.ID, db.At(tx.Now))
	return err
}

func useRefreshToken(ctx context.Context, tx *db.Tx, token string) error {
	_, err := tx.Exec(ctx, `UPDATE refresh_tokens SET used_at = $2 WHERE hash = $1`, hashSecret(token), db.At(tx.Now))
	return err
}

// lockFamily returns the zero value for a token that nobody was given.
func lockFamily(ctx context.Context, tx *db.Tx, token string) (f family, err error) {
	lock := tx.Dialect().ForUpdate()
	if lock != "" {
		lock += " OF r, s"
	}
	err = tx.QueryRow(ctx, `SELECT `+accountColumns+`, s.id, s.created_at, s.expires_at, s.revoked_at, r.used_at
		FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id JOIN accounts a ON a.id = s.account_id WHERE r.hash = $1`+lock, hashSecret(token)).
		Scan(f.account.fields(&f.sessionID, db.Time(&f.createdAt), db.Time(&f.expiresAt), db.Time(&f.revokedAt), db.Time(&f.usedAt))...)
	return f, none(err)
}

func activeSessions(ctx context.Context, d *db.DB, accountID string, now time.Time) ([]ActiveSession, error) {
	rows, err := d.Query(ctx, `SELECT id, address, user_agent, created_at, last_used_at, expires_at FROM sessions
		WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY last_used_at DESC, id DESC LIMIT $3`, accountID, db.At(now), maxListed)
	return db.Collect(rows, err, func(rows *sql.Rows) (s ActiveSession, err error) {
		return s, rows.Scan(&s.ID, &s.Address, &s.UserAgent, db.Time(&s.CreatedAt), db.Time(&s.LastUsedAt), db.Time(&s.ExpiresAt))
	})
}

// revokeSession says whether there was a session under way to revoke.
func revokeSession(ctx context.Context, tx *db.Tx, accountID, id, reason string) (bool, error) {
	result, err := tx.Exec(ctx, `UPDATE sessions SET revoked_at = $3, revoked_reason = $4 WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL AND expires_at > $3`,
		id, accountID, db.At(tx.Now), reason)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// revokeSessions returns the ids of those that it revoked.
func revokeSessions(ctx context.Context, tx *db.Tx, accountID, reason string) ([]string, error) {
	return revokeSessionsBut(ctx, tx, accountID, "", reason)
}

func revokeSessionsBut(ctx context.Context, tx *db.Tx, accountID, keptID, reason string) ([]string, error) {
	rows, err := tx.Query(ctx, `UPDATE sessions SET revoked_at = $2, revoked_reason = $3
		WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND id <> $4 RETURNING id`, accountID, db.At(tx.Now), reason, keptID)
	return db.Collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
}

func sessionsRevokedSince(ctx context.Context, d *db.DB, since time.Time) (map[string]time.Time, error) {
	type revoked struct {
		id string
		at time.Time
	}
	rows, err := d.Query(ctx, `SELECT id, revoked_at FROM sessions WHERE revoked_at >= $1`, db.At(since))
	all, err := db.Collect(rows, err, func(rows *sql.Rows) (r revoked, err error) { return r, rows.Scan(&r.id, db.Time(&r.at)) })
	lately := make(map[string]time.Time, len(all))
	for _, r := range all {
		lately[r.id] = r.at
	}
	return lately, err
}

// lockKeys has nodes take turns in making keys. Reading goes on.
func lockKeys(ctx context.Context, tx *db.Tx) error {
	if tx.Dialect() != db.PostgreSQL {
		return nil // the transaction holds the only write lock
	}
	_, err := tx.Exec(ctx, `LOCK TABLE signing_keys IN EXCLUSIVE MODE`)
	return err
}

func readKeys(ctx context.Context, q db.Querier) (keySet, error) {
	rows, err := q.Query(ctx, `SELECT kid, private_key, created_at FROM signing_keys ORDER BY created_at, kid`)
	return db.Collect(rows, err, func(rows *sql.Rows) (signingKey, error) {
		var id, text string
		var createdAt time.Time
		if err := rows.Scan(&id, &text, db.Time(&createdAt)); err != nil {
			return signingKey{}, err
		}
		return parseSigningKey(id, text, createdAt)
	})
}

func insertKey(ctx context.Context, tx *db.Tx, key signingKey) error {
	_, err := tx.Exec(ctx, `INSERT INTO signing_keys (kid, private_key, created_at) VALUES ($1, $2, $3)`, key.id, key.text(), db.At(key.createdAt))
	return err
}

func deleteKey(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `DELETE FROM signing_keys WHERE kid = $1`, id)
	return err
}

func insertToken(ctx context.Context, tx *db.Tx, accountID string, t Token, hash string) error {
	_, err := tx.Exec(ctx, `INSERT INTO access_tokens (id, account_id, name, hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		t.ID, accountID, t.Name, hash, db.At(t.CreatedAt), db.At(t.ExpiresAt))
	return err
}

func countTokens(ctx context.Context, tx *db.Tx, accountID string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM access_tokens WHERE account_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)`,
		accountID, db.At(tx.Now)).Scan(&n)
	return n, err
}

func tokensOf(ctx context.Context, d *db.DB, accountID string) ([]Token, error) {
	rows, err := d.Query(ctx, `SELECT id, name, created_at, expires_at, last_used_at FROM access_tokens
		WHERE account_id = $1 AND revoked_at IS NULL ORDER BY id DESC LIMIT $2`, accountID, 2*maxTokens)
	return db.Collect(rows, err, func(rows *sql.Rows) (t Token, err error) {
		return t, rows.Scan(&t.ID, &t.Name, db.Time(&t.CreatedAt), db.Time(&t.ExpiresAt), db.Time(&t.LastUsedAt))
	})
}

type revokedToken struct{ id, hash string }

func revokeToken(ctx context.Context, tx *db.Tx, accountID, id string) (revokedToken, bool, error) {
	token := revokedToken{id: id}
	err := tx.QueryRow(ctx, `UPDATE access_tokens SET revoked_at = $3 WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL RETURNING hash`,
		id, accountID, db.At(tx.Now)).Scan(&token.hash)
	if errors.Is(err, sql.ErrNoRows) {
		return token, false, nil
	}
	return token, err == nil, err
}

func revokeTokens(ctx context.Context, tx *db.Tx, accountID string) ([]revokedToken, error) {
	rows, err := tx.Query(ctx, `UPDATE access_tokens SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL RETURNING id, hash`, accountID, db.At(tx.Now))
	return db.Collect(rows, err, func(rows *sql.Rows) (t revokedToken, err error) { return t, rows.Scan(&t.id, &t.hash) })
}

// storedToken is a personal access token that was not revoked; nobody's where there is none.
type storedToken struct {
	actor      Actor
	expiresAt  time.Time
	lastUsedAt time.Time
}

func tokenByHash(ctx context.Context, d *db.DB, hash string) (t storedToken, err error) {
	err = d.QueryRow(ctx, `SELECT a.id, a.role, t.expires_at, t.last_used_at FROM access_tokens t JOIN accounts a ON a.id = t.account_id
		WHERE t.hash = $1 AND t.revoked_at IS NULL AND a.standing = 'good' AND a.erased_at IS NULL`, hash).Scan(&t.actor.ID, &t.actor.Role, db.Time(&t.expiresAt), db.Time(&t.lastUsedAt))
	return t, none(err)
}

func touchToken(ctx context.Context, tx *db.Tx, hash string) error {
	_, err := tx.Exec(ctx, `UPDATE access_tokens SET last_used_at = $2 WHERE hash = $1`, hash, db.At(tx.Now))
	return err
}
