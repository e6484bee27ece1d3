package workspace

import (
	"context"
	"database/sql"
	"time"

	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/db"
)

const sourceColumns = `id, side, name, kind, query, database_name, mapping, versions`

func (s *Source) fields(more ...any) []any {
	return append([]any{&s.ID, &s.Side, &s.Name, &s.Kind, &s.Query, &s.Database, db.FromJSON(&s.Mapping), &s.Versions}, more...)
}

func insertSource(ctx context.Context, tx *db.Tx, projectID string, s Source) error {
	_, err := tx.Exec(ctx, `INSERT INTO recon_sources (id, project_id, side, name, kind, query, database_name, mapping, versions) VALUES ($1, $2, $3, $4, $5, $6, $7, '{}', 0)`,
		s.ID, projectID, s.Side, s.Name, string(s.Kind), s.Query, s.Database)
	return err
}

func updateSource(ctx context.Context, tx *db.Tx, s Source) error {
	mapping, err := db.JSON(s.Mapping)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE recon_sources SET name = $2, kind = $3, query = $4, database_name = $5, mapping = $6 WHERE id = $1`,
		s.ID, s.Name, string(s.Kind), s.Query, s.Database, mapping)
	return err
}

func deleteSource(ctx context.Context, tx *db.Tx, id string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM recon_chunks WHERE upload_id IN (SELECT id FROM recon_uploads WHERE source_id = $1)`, id); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM recon_uploads WHERE source_id = $1`, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM recon_sources WHERE id = $1`, id)
	return err
}

func sourceByID(ctx context.Context, q db.Querier, id string) (s Source, projectID string, err error) {
	err = q.QueryRow(ctx, `SELECT `+sourceColumns+`, project_id FROM recon_sources WHERE id = $1`, id).Scan(s.fields(&projectID)...)
	return s, projectID, found(err)
}

func sourcesOf(ctx context.Context, q db.Querier, projectID string) ([]Source, error) {
	rows, err := q.Query(ctx, `SELECT `+sourceColumns+` FROM recon_sources WHERE project_id = $1 ORDER BY side`, projectID)
	return db.Collect(rows, err, func(rows *sql.Rows) (s Source, err error) { return s, rows.Scan(s.fields()...) })
}

const versionColumns = `id, source_id, number, file_name, sha256, bytes, format, row_count, rejected, loaded_by, loaded_at`

func (v *Version) fields() []any {
	return []any{&v.ID, &v.SourceID, &v.Number, &v.FileName, &v.SHA256, &v.Bytes, &v.Format, &v.Rows, &v.Rejected, db.NullText(&v.LoadedBy), db.Time(&v.LoadedAt)}
}

func insertVersion(ctx context.Context, tx *db.Tx, v Version, i *inspection, mark string) error {
	text, err := db.JSON(i)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO recon_versions (`+versionColumns+`, used, inspection, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, FALSE, $12, $13)`,
		v.ID, v.SourceID, v.Number, v.FileName, v.SHA256, v.Bytes, v.Format, v.Rows, v.Rejected, db.Text(v.LoadedBy), db.At(v.LoadedAt), text, mark); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE recon_sources SET versions = $2 WHERE id = $1`, v.SourceID, v.Number)
	return err
}

func versionByID(ctx context.Context, q db.Querier, id string) (v Version, err error) {
	err = q.QueryRow(ctx, `SELECT `+versionColumns+` FROM recon_versions WHERE id = $1`, id).Scan(v.fields()...)
	return v, found(err)
}

func versionBySHA256(ctx context.Context, q db.Querier, sourceID, sha256 string) (v Version, err error) {
	err = q.QueryRow(ctx, `SELECT `+versionColumns+` FROM recon_versions WHERE source_id = $1 AND sha256 = $2`, sourceID, sha256).Scan(v.fields()...)
	return v, found(err)
}

// versionsOf lists the latest first.
func versionsOf(ctx context.Context, q db.Querier, sourceID string, limit int) ([]Version, error) {
	rows, err := q.Query(ctx, `SELECT `+versionColumns+` FROM recon_versions WHERE source_id = $1 ORDER BY number DESC LIMIT $2`, sourceID, limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (v Version, err error) { return v, rows.Scan(v.fields()...) })
}

// markOf is how far a source was read; empty: nothing of it was.
func markOf(ctx context.Context, q db.Querier, sourceID string) (mark string, err error) {
	err = q.QueryRow(ctx, `SELECT coalesce((SELECT mark FROM recon_versions WHERE source_id = $1 ORDER BY number DESC LIMIT 1), '')`, sourceID).Scan(&mark)
	return mark, err
}

func inspectionOf(ctx context.Context, q db.Querier, versionID string) (*inspection, error) {
	i := &inspection{}
	err := q.QueryRow(ctx, `SELECT inspection FROM recon_versions WHERE id = $1`, versionID).Scan(db.FromJSON(i))
	return i, found(err)
}

func deleteUnusedVersion(ctx context.Context, tx *db.Tx, id string) (bool, error) {
	done, err := tx.Exec(ctx, `DELETE FROM recon_versions WHERE id = $1 AND NOT used`, id)
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

func useVersions(ctx context.Context, tx *db.Tx, ids []string) error {
	_, err := tx.Exec(ctx, `UPDATE recon_versions SET used = TRUE WHERE NOT used AND id `+tx.Dialect().In("$1"), db.List(ids))
	return err
}

func insertUpload(ctx context.Context, tx *db.Tx, accountID string, u Upload) error {
	_, err := tx.Exec(ctx, `INSERT INTO recon_uploads (id, source_id, account_id, file_name, sha256, bytes, received, expires_at) VALUES ($1, $2, $3, $4, $5, $6, 0, $7)`,
		u.ID, u.SourceID, accountID, u.FileName, u.SHA256, u.Bytes, db.At(u.ExpiresAt))
	return err
}

func uploadByID(ctx context.Context, q db.Querier, id, suffix string) (u Upload, accountID string, err error) {
	err = q.QueryRow(ctx, `SELECT id, source_id, account_id, file_name, sha256, bytes, received, expires_at FROM recon_uploads WHERE id = $1`+suffix, id).
		Scan(&u.ID, &u.SourceID, &accountID, &u.FileName, &u.SHA256, &u.Bytes, &u.Received, db.Time(&u.ExpiresAt))
	return u, accountID, found(err)
}

func insertChunk(ctx context.Context, tx *db.Tx, uploadID string, start int64, piece blob.Ref) error {
	if _, err := tx.Exec(ctx, `INSERT INTO recon_chunks (upload_id, start, bytes, sha256) VALUES ($1, $2, $3, $4)`, uploadID, start, piece.Bytes, piece.SHA256); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE recon_uploads SET received = $2 WHERE id = $1`, uploadID, start+piece.Bytes)
	return err
}

func chunksOf(ctx context.Context, q db.Querier, uploadID string) ([]string, error) {
	rows, err := q.Query(ctx, `SELECT sha256 FROM recon_chunks WHERE upload_id = $1 ORDER BY start`, uploadID)
	return db.Collect(rows, err, func(rows *sql.Rows) (sha256 string, err error) { return sha256, rows.Scan(&sha256) })
}

func chunkUsed(ctx context.Context, q db.Querier, sha256 string) (used bool, err error) {
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM recon_chunks WHERE sha256 = $1)`, sha256).Scan(&used)
	return used, err
}

func deleteUpload(ctx context.Context, tx *db.Tx, id string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM recon_chunks WHERE upload_id = $1`, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM recon_uploads WHERE id = $1`, id)
	return err
}

func expiredUploads(ctx context.Context, q db.Querier, now time.Time) ([]string, error) {
	rows, err := q.Query(ctx, `SELECT id FROM recon_uploads WHERE expires_at <= $1 ORDER BY expires_at LIMIT 100`, db.At(now))
	return db.Collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
}

// loadTimesOf are when the versions of a project were loaded first, by their SHA-256.
func loadTimesOf(ctx context.Context, q db.Querier, projectID string) (map[string]time.Time, error) {
	rows, err := q.Query(ctx, `SELECT v.sha256, min(v.loaded_at) FROM recon_versions v JOIN recon_sources s ON s.id = v.source_id WHERE s.project_id = $1 GROUP BY v.sha256`, projectID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	times := map[string]time.Time{}
	for rows.Next() {
		var sha256 string
		var at time.Time
		if err := rows.Scan(&sha256, db.Time(&at)); err != nil {
			return nil, err
		}
		times[sha256] = at
	}
	return times, rows.Err()
}
