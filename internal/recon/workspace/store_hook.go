package workspace

import (
	"context"
	"database/sql"
	"time"

	"khadamat/internal/platform/db"
)

func insertHook(ctx context.Context, tx *db.Tx, h Hook, secret string) error {
	events, err := db.JSON(h.Events)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO recon_hooks (id, project_id, url, events, secret, account_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		h.ID, h.ProjectID, h.URL, events, secret, h.CreatedBy, db.At(h.CreatedAt))
	return err
}

const hookColumns = `id, project_id, url, events, account_id, created_at`

func (h *Hook) fields(more ...any) []any {
	return append([]any{&h.ID, &h.ProjectID, &h.URL, db.FromJSON(&h.Events), &h.CreatedBy, db.Time(&h.CreatedAt)}, more...)
}

func hooksOf(ctx context.Context, q db.Querier, projectID string) ([]Hook, error) {
	rows, err := q.Query(ctx, `SELECT `+hookColumns+` FROM recon_hooks WHERE project_id = $1 AND removed_at IS NULL ORDER BY created_at, id`, projectID)
	return db.Collect(rows, err, func(rows *sql.Rows) (h Hook, err error) { return h, rows.Scan(h.fields()...) })
}

func hookByID(ctx context.Context, q db.Querier, id string) (h Hook, secret string, removed bool, err error) {
	var removedAt time.Time
	err = q.QueryRow(ctx, `SELECT `+hookColumns+`, secret, removed_at FROM recon_hooks WHERE id = $1`, id).Scan(h.fields(&secret, db.Time(&removedAt))...)
	return h, secret, !removedAt.IsZero(), found(err)
}

func removeHook(ctx context.Context, tx *db.Tx, id string) (bool, error) {
	done, err := tx.Exec(ctx, `UPDATE recon_hooks SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL`, id, db.At(tx.Now))
	return changedOne(done, err)
}

const deliveryColumns = `id, hook_id, event, body, state, attempts, status, failure, created_at, tried_at, replay_of`

func (d *Delivery) fields() []any {
	return []any{&d.ID, &d.HookID, &d.Event, &d.Body, &d.State, &d.Attempts, &d.Status, &d.Failure, db.Time(&d.CreatedAt), db.Time(&d.TriedAt), db.NullText(&d.ReplayOf)}
}

func insertDelivery(ctx context.Context, tx *db.Tx, d Delivery) error {
	_, err := tx.Exec(ctx, `INSERT INTO recon_deliveries (`+deliveryColumns+`) VALUES ($1, $2, $3, $4, $5, 0, 0, '', $6, NULL, $7)`,
		d.ID, d.HookID, d.Event, d.Body, string(d.State), db.At(d.CreatedAt), db.Text(d.ReplayOf))
	return err
}

func updateDelivery(ctx context.Context, tx *db.Tx, d Delivery) error {
	_, err := tx.Exec(ctx, `UPDATE recon_deliveries SET state = $2, attempts = $3, status = $4, failure = $5, tried_at = $6 WHERE id = $1`,
		d.ID, string(d.State), d.Attempts, d.Status, d.Failure, db.At(d.TriedAt))
	return err
}

func deliveryByID(ctx context.Context, q db.Querier, id string) (d Delivery, err error) {
	err = q.QueryRow(ctx, `SELECT `+deliveryColumns+` FROM recon_deliveries WHERE id = $1`, id).Scan(d.fields()...)
	return d, found(err)
}

func deliveriesOf(ctx context.Context, q db.Querier, hookID string, before db.Cursor, limit int) ([]Delivery, error) {
	at, id := before.Backwards()
	rows, err := q.Query(ctx, `SELECT `+deliveryColumns+` FROM recon_deliveries WHERE hook_id = $1 AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4`,
		hookID, at, id, limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (d Delivery, err error) { return d, rows.Scan(d.fields()...) })
}
