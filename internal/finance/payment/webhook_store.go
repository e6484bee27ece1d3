package payment

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// insertWebhook stores a webhook, and says whether it is the first of its name.
func insertWebhook(ctx context.Context, tx *db.Tx, w Webhook) (bool, error) {
	event, err := db.JSON(w.event)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `INSERT INTO payment_webhooks (id, processor, event_id, type, payment_id, ref, status, tries, event, body, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10) ON CONFLICT (processor, event_id) DO NOTHING`,
		w.ID, w.Processor, w.EventID, w.Type, w.PaymentID, w.Ref, string(w.Status), event, w.Body, db.At(w.ReceivedAt))
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

const webhookColumns = `id, processor, event_id, type, payment_id, ref, status, problem, tries, received_at, processed_at`

func (w *Webhook) fields() []any {
	return []any{&w.ID, &w.Processor, &w.EventID, &w.Type, &w.PaymentID, &w.Ref, &w.Status, db.NullText(&w.Problem), &w.Tries, db.Time(&w.ReceivedAt), db.Time(&w.ProcessedAt)}
}

// receivedWebhooks reads what is not processed yet, what came first first.
func receivedWebhooks(ctx context.Context, q db.Querier, limit int) ([]Webhook, error) {
	rows, err := q.Query(ctx, `SELECT `+webhookColumns+`, event FROM payment_webhooks WHERE status = 'received' ORDER BY id LIMIT $1`, limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (w Webhook, err error) {
		return w, rows.Scan(append(w.fields(), db.FromJSON(&w.event))...)
	})
}

// processed notes what became of webhooks.
func processed(ctx context.Context, tx *db.Tx, all []Webhook, status WebhookStatus, problem string) error {
	if len(all) == 0 {
		return nil
	}
	names := make([]string, len(all))
	for i, w := range all {
		names[i] = w.ID
	}
	_, err := tx.Exec(ctx, `UPDATE payment_webhooks SET status = $2, problem = $3, tries = tries + 1, processed_at = $4 WHERE id `+tx.Dialect().In("$1"),
		db.List(names), string(status), db.Text(problem), db.At(tx.Now))
	return err
}

func findWebhook(ctx context.Context, q db.Querier, id string) (Webhook, error) {
	if !ids.Valid(id) {
		return Webhook{}, errNotFound
	}
	var w Webhook
	err := q.QueryRow(ctx, `SELECT `+webhookColumns+`, body FROM payment_webhooks WHERE id = $1`, id).Scan(append(w.fields(), &w.Body)...)
	if errors.Is(err, sql.ErrNoRows) {
		return w, errs.New(errs.NotFound, "payment.webhook_not_found")
	}
	return w, err
}

// listWebhooks reads a page of webhooks, the latest first, and one more.
func listWebhooks(ctx context.Context, q db.Querier, f WebhookFilter, after db.Cursor) ([]Webhook, error) {
	query, args := `SELECT `+webhookColumns+` FROM payment_webhooks WHERE TRUE`, []any{}
	add := func(condition string, values ...any) {
		numbers := make([]any, len(values))
		for i := range values {
			numbers[i] = len(args) + i + 1
		}
		query += fmt.Sprintf(condition, numbers...)
		args = append(args, values...)
	}
	if f.Status != "" {
		add(` AND status = $%d`, string(f.Status))
	}
	if f.PaymentID != "" {
		add(` AND payment_id = $%d`, f.PaymentID)
	}
	if after.ID != "" {
		add(` AND (received_at, id) < ($%d, $%d)`, db.At(after.At), after.ID)
	}
	add(` ORDER BY received_at DESC, id DESC LIMIT $%d`, f.Limit+1)
	rows, err := q.Query(ctx, query, args...)
	return db.Collect(rows, err, func(rows *sql.Rows) (w Webhook, err error) { return w, rows.Scan(w.fields()...) })
}
