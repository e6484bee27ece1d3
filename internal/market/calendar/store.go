package calendar

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

var errNotFound = errs.New(errs.NotFound, "calendar.not_found")

const sourceColumns = `id, provider_id, account_id, name, url, failure, warning, busy_count, tried_at, succeeded_at, next_at, created_at`

func scanSource(row interface{ Scan(...any) error }) (s Source, err error) {
	return s, row.Scan(&s.ID, &s.ProviderID, &s.AccountID, &s.Name, &s.URL, db.NullText(&s.Failure), db.NullText(&s.Warning), &s.Busy,
		db.Time(&s.TriedAt), db.Time(&s.SucceededAt), db.Time(&s.NextAt), db.Time(&s.CreatedAt))
}

// sourcesWhere reads the sources that a condition, a constant text, picks.
func sourcesWhere(ctx context.Context, q db.Querier, condition string, args ...any) ([]Source, error) {
	rows, err := q.Query(ctx, `SELECT `+sourceColumns+` FROM calendar_sources WHERE `+condition, args...)
	return db.Collect(rows, err, func(rows *sql.Rows) (Source, error) { return scanSource(rows) })
}

func sourceByID(ctx context.Context, q db.Querier, id, suffix string) (Source, error) {
	if !ids.Valid(id) {
		return Source{}, errNotFound
	}
	s, err := scanSource(q.QueryRow(ctx, `SELECT `+sourceColumns+` FROM calendar_sources WHERE id = $1`+suffix, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Source{}, errNotFound
	}
	return s, err
}

func insertSource(ctx context.Context, tx *db.Tx, s Source) error {
	_, err := tx.Exec(ctx, `INSERT INTO calendar_sources (id, provider_id, account_id, name, url, busy_count, next_at, created_at) VALUES ($1, $2, $3, $4, $5, 0, $6, $7)`,
		s.ID, s.ProviderID, s.AccountID, s.Name, s.URL, db.At(s.NextAt), db.At(s.CreatedAt))
	return err
}

// saveFetch stores how fetching went.
func saveFetch(ctx context.Context, tx *db.Tx, s Source) error {
	_, err := tx.Exec(ctx, `UPDATE calendar_sources SET failure = $2, warning = $3, busy_count = $4, tried_at = $5, succeeded_at = $6 WHERE id = $1`,
		s.ID, db.Text(s.Failure), db.Text(s.Warning), s.Busy, db.At(s.TriedAt), db.At(s.SucceededAt))
	return err
}

// claim puts off when a source is fetched next, and says whether nobody else did so since it was read.
func claim(ctx context.Context, tx *db.Tx, s Source, next time.Time) (bool, error) {
	result, err := tx.Exec(ctx, `UPDATE calendar_sources SET next_at = $3 WHERE id = $1 AND next_at = $2`, s.ID, db.At(s.NextAt), db.At(next))
	if err != nil {
		return false, err
	}
	claimed, err := result.RowsAffected()
	return claimed == 1, err
}

func deleteSource(ctx context.Context, tx *db.Tx, id string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM calendar_busy WHERE source_id = $1`, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM calendar_sources WHERE id = $1`, id)
	return err
}

// replaceBusy puts new busy times in the place of all that a source had.
func replaceBusy(ctx context.Context, tx *db.Tx, s Source, busy []schedule.Interval) error {
	if _, err := tx.Exec(ctx, `DELETE FROM calendar_busy WHERE source_id = $1`, s.ID); err != nil {
		return err
	}
	rows := make([][]any, len(busy))
	for i, b := range busy {
		rows[i] = []any{s.ID, s.ProviderID, db.At(b.Start), db.At(b.End)}
	}
	return tx.InsertMany(ctx, "calendar_busy", []string{"source_id", "provider_id", "start_at", "end_at"}, rows)
}

func busyBySource(ctx context.Context, q db.Querier, sourceID string) ([]schedule.Interval, error) {
	rows, err := q.Query(ctx, `SELECT start_at, end_at FROM calendar_busy WHERE source_id = $1 ORDER BY start_at`, sourceID)
	return db.Collect(rows, err, func(rows *sql.Rows) (i schedule.Interval, err error) {
		return i, rows.Scan(db.Time(&i.Start), db.Time(&i.End))
	})
}

func busyByProvider(ctx context.Context, d *db.DB, providerIDs []string, from, to time.Time) (map[string][]schedule.Interval, error) {
	who, condition := db.List(providerIDs), d.Dialect.In("$1")
	if len(providerIDs) == 1 {
		who, condition = providerIDs[0], "= $1"
	}
	rows, err := d.Query(ctx, `SELECT provider_id, start_at, end_at FROM calendar_busy
		WHERE provider_id `+condition+` AND end_at > $2 AND start_at < $3`, who, db.At(from), db.At(to))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[string][]schedule.Interval{}
	for rows.Next() {
		var id string
		var i schedule.Interval
		if err := rows.Scan(&id, db.Time(&i.Start), db.Time(&i.End)); err != nil {
			return nil, err
		}
		found[id] = append(found[id], i)
	}
	return found, rows.Err()
}

// feed is the row of a secret address.
type feed struct {
	providerID, accountID string
	createdAt             time.Time
}

func feedWhere(ctx context.Context, q db.Querier, condition, arg string) (f feed, found bool, err error) {
	err = q.QueryRow(ctx, `SELECT provider_id, account_id, created_at FROM calendar_feeds WHERE `+condition, arg).Scan(&f.providerID, &f.accountID, db.Time(&f.createdAt))
	if errors.Is(err, sql.ErrNoRows) {
		return feed{}, false, nil
	}
	return f, err == nil, err
}

func putFeed(ctx context.Context, tx *db.Tx, f feed, tokenHash string) error {
	_, err := tx.Exec(ctx, `INSERT INTO calendar_feeds (provider_id, account_id, token_hash, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (provider_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at`,
		f.providerID, f.accountID, tokenHash, db.At(f.createdAt))
	return err
}

func deleteFeed(ctx context.Context, tx *db.Tx, providerID string) (bool, error) {
	result, err := tx.Exec(ctx, `DELETE FROM calendar_feeds WHERE provider_id = $1`, providerID)
	if err != nil {
		return false, err
	}
	deleted, err := result.RowsAffected()
	return deleted > 0, err
}
