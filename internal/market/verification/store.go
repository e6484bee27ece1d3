package verification

import (
	"context"
	"database/sql"
	"errors"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

const columns = `provider_id, account_id, provider_name, status, reason, submitted_at, decided_at, decided_by`

func scan(row interface{ Scan(...any) error }) (s Submission, err error) {
	return s, row.Scan(&s.ProviderID, &s.AccountID, &s.ProviderName, &s.Status, db.NullText(&s.Reason), db.Time(&s.SubmittedAt), db.Time(&s.DecidedAt), db.NullText(&s.DecidedBy))
}

var errNotFound = errs.New(errs.NotFound, "verification.not_found")

// find reads the submission that a condition, a constant text over one argument, picks, with its documents.
func find(ctx context.Context, q db.Querier, condition, arg string) (Submission, error) {
	if !ids.Valid(arg) {
		return Submission{}, errNotFound
	}
	s, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM verifications WHERE `+condition, arg))
	if errors.Is(err, sql.ErrNoRows) {
		return Submission{}, errNotFound
	}
	if err != nil {
		return Submission{}, err
	}
	s.Documents, err = documents(ctx, q, "provider_id = $1", s.ProviderID)
	return s, err
}

// hold is find for a submission that the transaction changes.
func hold(ctx context.Context, tx *db.Tx, providerID string) (Submission, error) {
	return find(ctx, tx, "provider_id = $1"+tx.Dialect().ForUpdate(), providerID)
}

func documents(ctx context.Context, q db.Querier, condition, arg string) ([]Document, error) {
	rows, err := q.Query(ctx, `SELECT id, provider_id, kind, name, media_type, bytes, sha256, uploaded_at FROM documents WHERE `+condition+` ORDER BY kind`, arg)
	return db.Collect(rows, err, func(rows *sql.Rows) (d Document, err error) {
		return d, rows.Scan(&d.ID, &d.ProviderID, &d.Kind, &d.Name, &d.MediaType, &d.Bytes, &d.sha256, db.Time(&d.UploadedAt))
	})
}

// begin makes the submission of a provider who has none yet.
func begin(ctx context.Context, tx *db.Tx, s Submission) error {
	_, err := tx.Exec(ctx, `INSERT INTO verifications (provider_id, account_id, provider_name, status, updated_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (provider_id) DO NOTHING`, s.ProviderID, s.AccountID, s.ProviderName, string(None), db.At(tx.Now))
	return err
}

func save(ctx context.Context, tx *db.Tx, s Submission) error {
	_, err := tx.Exec(ctx, `UPDATE verifications SET provider_name = $2, status = $3, reason = $4, submitted_at = $5, decided_at = $6, decided_by = $7, updated_at = $8
		WHERE provider_id = $1`,
		s.ProviderID, s.ProviderName, string(s.Status), db.Text(s.Reason), db.At(s.SubmittedAt), db.At(s.DecidedAt), db.Text(s.DecidedBy), db.At(tx.Now))
	return err
}

func insertDocument(ctx context.Context, tx *db.Tx, d Document) error {
	_, err := tx.Exec(ctx, `INSERT INTO documents (id, provider_id, kind, name, media_type, bytes, sha256, uploaded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		d.ID, d.ProviderID, string(d.Kind), d.Name, d.MediaType, d.Bytes, d.sha256, db.At(d.UploadedAt))
	return err
}

func deleteDocument(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `DELETE FROM documents WHERE id = $1`, id)
	return err
}

func forget(ctx context.Context, tx *db.Tx, providerID string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM documents WHERE provider_id = $1`, providerID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM verifications WHERE provider_id = $1`, providerID)
	return err
}

// waiting reads submissions that nobody has decided on, the oldest first, without their documents.
func waiting(ctx context.Context, d *db.DB, after db.Cursor, limit int) ([]Submission, error) {
	rows, err := d.Query(ctx, `SELECT `+columns+` FROM verifications
		WHERE status = 'submitted' AND (submitted_at > $1 OR (submitted_at = $1 AND provider_id > $2)) ORDER BY submitted_at, provider_id LIMIT $3`,
		after.At.UnixMicro(), after.ID, limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (Submission, error) { return scan(rows) })
}
