package workspace

import (
	"context"
	"database/sql"

	"khadamat/internal/platform/db"
)

// periodsOf lists the months that somebody prepared or signed, the latest first.
func periodsOf(ctx context.Context, q db.Querier, projectID string) ([]period, error) {
	rows, err := q.Query(ctx, `SELECT name, state, prepared_by, prepared_at, signed_by, signed_at, note, open_items, open_amounts, run_id, seq, result_hash
		FROM recon_periods WHERE project_id = $1 ORDER BY name DESC`, projectID)
	return db.Collect(rows, err, func(rows *sql.Rows) (p period, err error) {
		err = rows.Scan(&p.Name, &p.State, db.NullText(&p.PreparedBy), db.Time(&p.PreparedAt), db.NullText(&p.SignedBy), db.Time(&p.SignedAt), &p.Note, &p.Open,
			db.FromJSON(&p.OpenAmount), db.NullText(&p.runID), &p.seq, &p.hash)
		p.Through, _ = through(p.Name)
		return p, err
	})
}

func putPeriod(ctx context.Context, tx *db.Tx, projectID string, p period) error {
	amounts, err := db.JSON(p.OpenAmount)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO recon_periods (project_id, name, state, prepared_by, prepared_at, signed_by, signed_at, note, open_items, open_amounts, run_id, seq, result_hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (project_id, name) DO UPDATE SET state = excluded.state, prepared_by = excluded.prepared_by, prepared_at = excluded.prepared_at, signed_by = excluded.signed_by,
			signed_at = excluded.signed_at, note = excluded.note, open_items = excluded.open_items, open_amounts = excluded.open_amounts, run_id = excluded.run_id, seq = excluded.seq,
			result_hash = excluded.result_hash`,
		projectID, p.Name, string(p.State), db.Text(p.PreparedBy), db.At(p.PreparedAt), db.Text(p.SignedBy), db.At(p.SignedAt), p.Note, p.Open, amounts, db.Text(p.runID), p.seq, p.hash)
	return err
}
