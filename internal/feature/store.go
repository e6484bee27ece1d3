package feature

import (
	"context"
	"database/sql"
	"errors"

	"khadamat/internal/platform/db"
)

func switches(ctx context.Context, q db.Querier) ([]Switch, error) {
	rows, err := q.Query(ctx, `SELECT name, enabled, changed_by, changed_at FROM feature_switches`)
	return db.Collect(rows, err, func(rows *sql.Rows) (s Switch, err error) {
		return s, rows.Scan(&s.Name, &s.On, &s.ChangedBy, db.Time(&s.ChangedAt))
	})
}

// enabled says whether a feature is on in the database; it is where nobody ever switched it.
func enabled(ctx context.Context, q db.Querier, name Name) (on bool, err error) {
	err = q.QueryRow(ctx, `SELECT enabled FROM feature_switches WHERE name = $1`, string(name)).Scan(&on)
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	return on, err
}

func store(ctx context.Context, tx *db.Tx, s Switch) error {
	_, err := tx.Exec(ctx, `INSERT INTO feature_switches (name, enabled, changed_by, changed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET enabled = excluded.enabled, changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
		string(s.Name), s.On, s.ChangedBy, db.At(s.ChangedAt))
	return err
}
