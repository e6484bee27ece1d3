package account

import (
	"context"

	"khadamat/internal/platform/db"
)

// Any says whether there is any account yet.
func Any(ctx context.Context, q db.Querier) (any bool, err error) {
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM accounts)`).Scan(&any)
	return any, err
}

// InsertMany is Insert for many accounts that share the hash of one password, for filling a database. An address that is taken is
// refused as a unique key, which db.IsUnique tells.
func InsertMany(ctx context.Context, tx *db.Tx, accounts []Account, passwordHash string) error {
	rows := make([][]any, len(accounts))
	for i, a := range accounts {
		rows[i] = []any{a.ID, a.Email, passwordHash, a.Name, string(a.Role), a.Language, db.At(a.EmailVerifiedAt), db.At(a.CreatedAt)}
	}
	return tx.InsertMany(ctx, "accounts", []string{"id", "email", "password_hash", "name", "role", "language", "email_verified_at", "created_at"}, rows)
}
