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
// refused as a unique key, which db.IsUnique tells. Who has no time of accepting the terms has accepted them on signing up.
func InsertMany(ctx context.Context, tx *db.Tx, accounts []Account, passwordHash string) error {
	rows := make([][]any, len(accounts))
	for i, a := range accounts {
		if a.TermsAcceptedAt.IsZero() {
			a.TermsAcceptedAt = a.CreatedAt
		}
		rows[i] = []any{a.ID, a.Email, passwordHash, a.Name, string(a.Role), a.Language, db.At(a.EmailVerifiedAt), db.At(a.CreatedAt), db.At(a.TermsAcceptedAt), searchText(a)}
	}
	return tx.InsertMany(ctx, "accounts", []string{"id", "email", "password_hash", "name", "role", "language", "email_verified_at", "created_at", "terms_accepted_at", "search"}, rows)
}
