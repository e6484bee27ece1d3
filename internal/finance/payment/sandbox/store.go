package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

var errUnknown = errs.New(errs.NotFound, "processor.unknown_charge")

const columns = `ref, payment_id, amount_minor, currency, summary, language, return_url, immediate, status, decline, last_four, code_tries, captured_minor,
	fee_minor, captured_at, created_at, updated_at`

func scan(row interface{ Scan(...any) error }) (c charge, err error) {
	var captured, fee int64
	err = row.Scan(&c.state.Ref, &c.PaymentID, &c.Amount.Minor, &c.Amount.Currency, &c.Summary, &c.Language, &c.ReturnURL, &c.Immediate, &c.state.Status,
		&c.state.Decline, &c.lastFour, &c.codeTries, &captured, &fee, db.Time(&c.state.CapturedAt), db.Time(&c.createdAt), db.Time(&c.updatedAt))
	c.state.PaymentID, c.state.Amount = c.PaymentID, c.Amount
	if c.state.Status == processor.Captured {
		c.state.Captured, c.state.Fee = money.Of(captured, c.Amount.Currency), money.Of(fee, c.Amount.Currency)
	}
	return c, err
}

// values are those of columns.
func (c *charge) values() []any {
	return []any{c.state.Ref, c.PaymentID, c.Amount.Minor, string(c.Amount.Currency), c.Summary, c.Language, c.ReturnURL, c.Immediate, string(c.state.Status),
		c.state.Decline, c.lastFour, c.codeTries, c.state.Captured.Minor, c.state.Fee.Minor, db.At(c.state.CapturedAt), db.At(c.createdAt), db.At(c.updatedAt)}
}

// insert adds a charge; a second one of the same payment is a unique violation.
func insert(ctx context.Context, tx *db.Tx, c *charge) error {
	_, err := tx.Exec(ctx, `INSERT INTO sandbox_charges (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`, c.values()...)
	return err
}

// find reads a charge with its refunds and chargebacks; not_found where there is none.
func find(ctx context.Context, q db.Querier, ref string) (charge, error) {
	return complete(ctx, q, q.QueryRow(ctx, `SELECT `+columns+` FROM sandbox_charges WHERE ref = $1`, ref))
}

// hold is find for a charge that the transaction will change.
func hold(ctx context.Context, tx *db.Tx, ref string) (charge, error) {
	return complete(ctx, tx, tx.QueryRow(ctx, `SELECT `+columns+` FROM sandbox_charges WHERE ref = $1`+tx.Dialect().ForUpdate(), ref))
}

// holdOf is hold by the payment.
func holdOf(ctx context.Context, tx *db.Tx, paymentID string) (charge, error) {
	return complete(ctx, tx, tx.QueryRow(ctx, `SELECT `+columns+` FROM sandbox_charges WHERE payment_id = $1`+tx.Dialect().ForUpdate(), paymentID))
}

func complete(ctx context.Context, q db.Querier, row *sql.Row) (charge, error) {
	c, err := scan(row)
	if errors.Is(err, sql.ErrNoRows) {
		return charge{}, errUnknown
	}
	if err != nil || c.state.Status != processor.Captured {
		return c, err
	}
	rows, err := q.Query(ctx, `SELECT ref, key, amount_minor, at FROM sandbox_refunds WHERE charge_ref = $1 ORDER BY at, ref`, c.state.Ref)
	c.state.Refunds, err = db.Collect(rows, err, func(rows *sql.Rows) (r processor.Refund, err error) {
		r.Amount.Currency = c.Amount.Currency
		return r, rows.Scan(&r.Ref, &r.Key, &r.Amount.Minor, db.Time(&r.At))
	})
	if err != nil {
		return c, err
	}
	rows, err = q.Query(ctx, `SELECT ref, amount_minor, fee_minor, reason, status, at FROM sandbox_chargebacks WHERE charge_ref = $1 ORDER BY at, ref`, c.state.Ref)
	c.state.Chargebacks, err = db.Collect(rows, err, func(rows *sql.Rows) (b processor.Chargeback, err error) {
		b.Amount.Currency, b.Fee.Currency = c.Amount.Currency, c.Amount.Currency
		return b, rows.Scan(&b.Ref, &b.Amount.Minor, &b.Fee.Minor, &b.Reason, &b.Status, db.Time(&b.At))
	})
	return c, err
}

// save stores what the verbs may change.
func save(ctx context.Context, tx *db.Tx, c *charge) error {
	if _, err := tx.Exec(ctx, `UPDATE sandbox_charges SET summary = $2, language = $3, return_url = $4, status = $5, decline = $6, last_four = $7, code_tries = $8,
		captured_minor = $9, fee_minor = $10, captured_at = $11, updated_at = $12 WHERE ref = $1`,
		c.state.Ref, c.Summary, c.Language, c.ReturnURL, string(c.state.Status), c.state.Decline, c.lastFour, c.codeTries,
		c.state.Captured.Minor, c.state.Fee.Minor, db.At(c.state.CapturedAt), db.At(c.updatedAt)); err != nil {
		return err
	}
	for _, r := range c.state.Refunds {
		if _, err := tx.Exec(ctx, `INSERT INTO sandbox_refunds (ref, charge_ref, key, amount_minor, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (ref) DO NOTHING`,
			r.Ref, c.state.Ref, r.Key, r.Amount.Minor, db.At(r.At)); err != nil {
			return err
		}
	}
	for _, b := range c.state.Chargebacks {
		if _, err := tx.Exec(ctx, `INSERT INTO sandbox_chargebacks (ref, charge_ref, amount_minor, fee_minor, reason, status, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (ref) DO UPDATE SET status = excluded.status`,
			b.Ref, c.state.Ref, b.Amount.Minor, b.Fee.Minor, b.Reason, string(b.Status), db.At(b.At)); err != nil {
			return err
		}
	}
	return insertLines(ctx, tx, c.lines)
}

func insertLines(ctx context.Context, tx *db.Tx, lines []Line) error {
	rows := make([][]any, len(lines))
	for i, l := range lines {
		rows[i] = []any{l.ID, BatchName(DayOf(l.At)), string(l.Type), l.Charge, l.Payment, l.Gross.Minor, l.Fee.Minor, string(l.Gross.Currency), db.At(l.At)}
	}
	return tx.InsertMany(ctx, "sandbox_lines", []string{"id", "batch", "type", "charge_ref", "payment_id", "gross_minor", "fee_minor", "currency", "at"}, rows)
}

func linesOf(ctx context.Context, q db.Querier, batch string) ([]Line, error) {
	rows, err := q.Query(ctx, `SELECT id, type, charge_ref, payment_id, gross_minor, fee_minor, currency, at FROM sandbox_lines WHERE batch = $1 ORDER BY at, id`, batch)
	return db.Collect(rows, err, func(rows *sql.Rows) (l Line, err error) {
		err = rows.Scan(&l.ID, &l.Type, &l.Charge, &l.Payment, &l.Gross.Minor, &l.Fee.Minor, &l.Gross.Currency, db.Time(&l.At))
		l.Fee.Currency = l.Gross.Currency
		return l, err
	})
}

// remember notes what was asked for under a key. It returns false where the same was asked for before, conflict where it was something else, and
// db.ErrAgain where somebody else is just asking under the key.
func remember(ctx context.Context, tx *db.Tx, key, body string) (bool, error) {
	if key == "" || len(key) > maxKey {
		return false, errs.New(errs.Invalid, "processor.bad_key")
	}
	var before string
	err := tx.QueryRow(ctx, `SELECT body FROM sandbox_commands WHERE key = $1`, key).Scan(&before)
	switch {
	case err == nil && before != body:
		return false, errs.New(errs.Conflict, "processor.other_body")
	case err == nil:
		return false, nil
	case !errors.Is(err, sql.ErrNoRows):
		return false, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO sandbox_commands (key, body, at) VALUES ($1, $2, $3)`, key, body, db.At(tx.Now))
	if db.IsUnique(err) {
		err = db.ErrAgain
	}
	return err == nil, err
}

// sent is an event as operators see it.
type sent struct {
	ID         string
	Type       string
	At         time.Time
	Deliveries int
}

func insertEvent(ctx context.Context, tx *db.Tx, event processor.Event, body []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO sandbox_events (id, charge_ref, type, body, deliveries, at) VALUES ($1, $2, $3, $4, 0, $5)`,
		event.ID, event.State.Ref, event.Type, string(body), db.At(event.At))
	return err
}

func eventBody(ctx context.Context, q db.Querier, id string) ([]byte, error) {
	var body string
	err := q.QueryRow(ctx, `SELECT body FROM sandbox_events WHERE id = $1`, id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errs.New(errs.NotFound, "sandbox.unknown_event")
	}
	return []byte(body), err
}

func countDelivery(ctx context.Context, d *db.DB, id string) error {
	return d.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE sandbox_events SET deliveries = deliveries + 1 WHERE id = $1`, id)
		return err
	})
}

func eventsOf(ctx context.Context, q db.Querier, ref string) ([]sent, error) {
	rows, err := q.Query(ctx, `SELECT id, type, at, deliveries FROM sandbox_events WHERE charge_ref = $1 ORDER BY at, id`, ref)
	return db.Collect(rows, err, func(rows *sql.Rows) (e sent, err error) {
		return e, rows.Scan(&e.ID, &e.Type, db.Time(&e.At), &e.Deliveries)
	})
}

// latest reads the charges that changed last, without their refunds and chargebacks.
func latest(ctx context.Context, q db.Querier, limit int) ([]charge, error) {
	rows, err := q.Query(ctx, `SELECT `+columns+` FROM sandbox_charges ORDER BY updated_at DESC, ref DESC LIMIT $1`, limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (charge, error) { return scan(rows) })
}
