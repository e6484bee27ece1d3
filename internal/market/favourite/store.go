package favourite

import (
	"context"
	"database/sql"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// add saves a provider and says whether that is new. Two requests at once may exceed the bound by one, which harms nobody.
func add(ctx context.Context, tx *db.Tx, accountID, providerID string) (bool, error) {
	var saved int
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM favourites WHERE account_id = $1`, accountID).Scan(&saved); err != nil {
		return false, err
	}
	if saved >= maxSaved {
		return false, errs.New(errs.Conflict, "favourite.too_many")
	}
	done, err := tx.Exec(ctx, `INSERT INTO favourites (account_id, provider_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, accountID, providerID, db.At(tx.Now))
	return changed(done, err)
}

func remove(ctx context.Context, tx *db.Tx, accountID, providerID string) (bool, error) {
	done, err := tx.Exec(ctx, `DELETE FROM favourites WHERE account_id = $1 AND provider_id = $2`, accountID, providerID)
	return changed(done, err)
}

func changed(done sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	rows, err := done.RowsAffected()
	return rows > 0, err
}

func removeAll(ctx context.Context, tx *db.Tx, accountID string) error {
	_, err := tx.Exec(ctx, `DELETE FROM favourites WHERE account_id = $1`, accountID)
	return err
}

func mine(ctx context.Context, d *db.DB, accountID string, before db.Cursor, limit int) ([]Favourite, error) {
	at, id := before.Backwards()
	rows, err := d.Query(ctx, `SELECT provider_id, created_at FROM favourites WHERE account_id = $1 AND (created_at, provider_id) < ($2, $3)
		ORDER BY created_at DESC, provider_id DESC LIMIT $4`, accountID, at, id, limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (Favourite, error) {
		var f Favourite
		err := rows.Scan(&f.ProviderID, db.Time(&f.SavedAt))
		return f, err
	})
}

func among(ctx context.Context, d *db.DB, accountID string, providerIDs []string) (map[string]bool, error) {
	rows, err := d.Query(ctx, `SELECT provider_id FROM favourites WHERE account_id = $1 AND provider_id `+d.Dialect.In("$2"), accountID, db.List(providerIDs))
	found, err := db.Collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
	saved := make(map[string]bool, len(found))
	for _, id := range found {
		saved[id] = true
	}
	return saved, err
}

// Saved is a favourite of somebody's, for filling a database.
type Saved struct {
	AccountID  string
	ProviderID string
	At         time.Time
}

// InsertMany adds favourites as they are.
func InsertMany(ctx context.Context, tx *db.Tx, all []Saved) error {
	rows := make([][]any, len(all))
	for i, s := range all {
		rows[i] = []any{s.AccountID, s.ProviderID, db.At(s.At)}
	}
	return tx.InsertMany(ctx, "favourites", []string{"account_id", "provider_id", "created_at"}, rows)
}
