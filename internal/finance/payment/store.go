package payment

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

var errNotFound = errs.New(errs.NotFound, "payment.not_found")

const columns = `id, booking_id, replaced, customer_id, provider_id, method, status, currency, price_minor, amount_minor, commission_minor, processor, ref, charge,
	decline, decline_at, url, language, begun_at, ended_at, done, keep_minor, wanted_minor, captured_minor, fee_minor, fee_known, earned_minor, refunded_minor,
	charged_back_minor, held_back_minor, earned_back_minor, pay_by, ask_at, tries, captured_at, created_at, updated_at`

var columnNames = strings.Fields(strings.ReplaceAll(columns, ",", " "))

func scan(row interface{ Scan(...any) error }) (Payment, error) {
	var p Payment
	var currency money.Currency
	err := row.Scan(&p.ID, &p.BookingID, &p.Replaced, &p.CustomerID, &p.ProviderID, &p.Method, &p.Status, &currency, &p.Price.Minor, &p.Amount.Minor, &p.Commission.Minor,
		&p.Processor, db.NullText(&p.Ref), db.NullText((*string)(&p.charge)), db.NullText(&p.Decline), db.Time(&p.declineAt), db.NullText(&p.url), db.NullText(&p.language),
		db.Time(&p.BegunAt), db.Time(&p.EndedAt), &p.Done, &p.Keep.Minor, &p.Wanted.Minor, &p.Captured.Minor, &p.Fee.Minor, &p.feeKnown, &p.Earned.Minor, &p.Refunded.Minor,
		&p.ChargedBack.Minor, &p.HeldBack.Minor, &p.EarnedBack.Minor, db.Time(&p.PayBy), db.Time(&p.askAt), &p.tries, db.Time(&p.CapturedAt), db.Time(&p.CreatedAt), db.Time(&p.UpdatedAt))
	for _, a := range []*money.Amount{&p.Price, &p.Amount, &p.Commission, &p.Keep, &p.Wanted, &p.Captured, &p.Fee, &p.Earned, &p.Refunded, &p.ChargedBack, &p.HeldBack, &p.EarnedBack} {
		a.Currency = currency
	}
	return p, err
}

func values(p Payment) []any {
	return append([]any{p.ID, p.BookingID, p.Replaced, p.CustomerID, p.ProviderID}, changing(p)...)
}

// changing are the columns from the method on.
func changing(p Payment) []any {
	return []any{string(p.Method), string(p.Status), string(p.Price.Currency), p.Price.Minor, p.Amount.Minor, p.Commission.Minor, p.Processor, db.Text(p.Ref), db.Text(string(p.charge)),
		db.Text(p.Decline), db.At(p.declineAt), db.Text(p.url), db.Text(p.language), db.At(p.BegunAt), db.At(p.EndedAt), p.Done, p.Keep.Minor, p.Wanted.Minor, p.Captured.Minor,
		p.Fee.Minor, p.feeKnown, p.Earned.Minor, p.Refunded.Minor, p.ChargedBack.Minor, p.HeldBack.Minor, p.EarnedBack.Minor, db.At(p.PayBy), db.At(p.askAt), p.tries,
		db.At(p.CapturedAt), db.At(p.CreatedAt), db.At(p.UpdatedAt)}
}

// insertNew adds the payment of a new booking; what is not named is as it is in the beginning.
const insertNew = `INSERT INTO payments (id, booking_id, customer_id, provider_id, method, status, currency, price_minor, amount_minor, commission_minor, processor, pay_by, created_at, updated_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)`

func insert(ctx context.Context, tx *db.Tx, p Payment) error {
	_, err := tx.Exec(ctx, insertNew, p.ID, p.BookingID, p.CustomerID, p.ProviderID, string(p.Method), string(p.Status), string(p.Price.Currency), p.Price.Minor,
		p.Amount.Minor, p.Commission.Minor, p.Processor, db.At(p.PayBy), db.At(p.CreatedAt))
	return err
}

var updateText = func() string {
	var sets []string
	for i, name := range columnNames[5:] {
		sets = append(sets, fmt.Sprintf("%s = $%d", name, i+3))
	}
	return `UPDATE payments SET replaced = $2, ` + strings.Join(sets, ", ") + ` WHERE id = $1`
}()

// save stores a payment with its refunds and chargebacks.
func save(ctx context.Context, tx *db.Tx, p Payment) error {
	if _, err := tx.Exec(ctx, updateText, append([]any{p.ID, p.Replaced}, changing(p)...)...); err != nil {
		return err
	}
	for _, r := range p.Refunds {
		if _, err := tx.Exec(ctx, `INSERT INTO payment_refunds (`+strings.Join(refundColumns, ", ")+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (payment_id, id) DO UPDATE SET ref = excluded.ref, status = excluded.status, posted = excluded.posted, sent_at = excluded.sent_at`,
			refundValues(p, r)...); err != nil {
			return err
		}
	}
	for _, c := range p.Chargebacks {
		if _, err := tx.Exec(ctx, `INSERT INTO payment_chargebacks (`+strings.Join(chargebackColumns, ", ")+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (payment_id, ref) DO UPDATE SET status = excluded.status, posted = excluded.posted, at = excluded.at`,
			chargebackValues(p, c)...); err != nil {
			return err
		}
	}
	return nil
}

var (
	refundColumns     = []string{"id", "payment_id", "ref", "minor", "status", "posted", "decided_at", "sent_at"}
	chargebackColumns = []string{"ref", "payment_id", "minor", "fee_minor", "reason", "status", "posted", "at"}
)

func refundValues(p Payment, r Refund) []any {
	return []any{r.ID, p.ID, db.Text(r.Ref), r.Amount.Minor, string(r.Status), r.posted, db.At(r.DecidedAt), db.At(r.SentAt)}
}

func chargebackValues(p Payment, c Chargeback) []any {
	return []any{c.Ref, p.ID, c.Amount.Minor, c.Fee.Minor, c.Reason, string(c.Status), c.posted, db.At(c.At)}
}

// find reads a payment with its refunds and chargebacks.
func find(ctx context.Context, q db.Querier, where string, args ...any) (Payment, error) {
	p, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM payments WHERE `+where, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return Payment{}, errNotFound
	}
	if err != nil {
		return Payment{}, err
	}
	err = p.loadParts(ctx, q)
	p.was, _ = p.next()
	p.stood = p.Status
	return p, err
}

// hold reads a payment that the transaction will change. Whoever changes the booking too holds that first.
func hold(ctx context.Context, tx *db.Tx, id string) (Payment, error) {
	return find(ctx, tx, `id = $1`+tx.Dialect().ForUpdate(), id)
}

func holdOf(ctx context.Context, tx *db.Tx, bookingID string) (Payment, error) {
	return find(ctx, tx, ofBooking+tx.Dialect().ForUpdate(), bookingID)
}

const ofBooking = `booking_id = $1 AND NOT replaced`

func findOf(ctx context.Context, q db.Querier, bookingID string) (Payment, error) {
	if !ids.Valid(bookingID) {
		return Payment{}, errNotFound
	}
	return find(ctx, q, ofBooking, bookingID)
}

func (p *Payment) loadParts(ctx context.Context, q db.Querier) error {
	// A charge that nobody has taken has neither.
	if p.Ref == "" {
		return nil
	}
	rows, err := q.Query(ctx, `SELECT id, ref, minor, status, posted, decided_at, sent_at FROM payment_refunds WHERE payment_id = $1 ORDER BY decided_at, id`, p.ID)
	p.Refunds, err = db.Collect(rows, err, func(rows *sql.Rows) (r Refund, err error) {
		r.Amount.Currency = p.Price.Currency
		return r, rows.Scan(&r.ID, db.NullText(&r.Ref), &r.Amount.Minor, &r.Status, &r.posted, db.Time(&r.DecidedAt), db.Time(&r.SentAt))
	})
	if err != nil {
		return err
	}
	rows, err = q.Query(ctx, `SELECT ref, minor, fee_minor, reason, status, posted, at FROM payment_chargebacks WHERE payment_id = $1 ORDER BY ref`, p.ID)
	p.Chargebacks, err = db.Collect(rows, err, func(rows *sql.Rows) (c Chargeback, err error) {
		c.Amount.Currency, c.Fee.Currency = p.Price.Currency, p.Price.Currency
		return c, rows.Scan(&c.Ref, &c.Amount.Minor, &c.Fee.Minor, &c.Reason, &c.Status, &c.posted, db.Time(&c.At))
	})
	return err
}

// accepted gives an unpaid payment its new last moment.
func accepted(ctx context.Context, tx *db.Tx, bookingID string, by time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE payments SET pay_by = $2, updated_at = $3 WHERE booking_id = $1 AND NOT replaced AND status = 'awaiting'`, bookingID, db.At(by), db.At(tx.Now))
	return err
}

// unpaid reads the payments whose time is over, the oldest first.
func unpaid(ctx context.Context, q db.Querier, now time.Time, limit int) ([]string, error) {
	return texts(q.Query(ctx, `SELECT id FROM payments WHERE status = 'awaiting' AND pay_by IS NOT NULL AND pay_by <= $1 AND NOT replaced ORDER BY pay_by LIMIT $2`, db.At(now), limit))
}

// silent reads the payments of which something should have been heard.
func silent(ctx context.Context, q db.Querier, now time.Time, limit int) ([]string, error) {
	return texts(q.Query(ctx, `SELECT id FROM payments WHERE ask_at IS NOT NULL AND ask_at <= $1 ORDER BY ask_at LIMIT $2`, db.At(now), limit))
}

func texts(rows *sql.Rows, err error) ([]string, error) {
	return db.Collect(rows, err, func(rows *sql.Rows) (s string, err error) { return s, rows.Scan(&s) })
}

// cashAllowed says whether a provider takes cash.
func cashAllowed(ctx context.Context, q db.Querier, providerID string) (allowed bool, err error) {
	err = q.QueryRow(ctx, `SELECT cash FROM payment_terms WHERE provider_id = $1`, providerID).Scan(&allowed)
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	return allowed, err
}

func allowCash(ctx context.Context, tx *db.Tx, providerID string, allowed bool) error {
	_, err := tx.Exec(ctx, `INSERT INTO payment_terms (provider_id, cash, updated_at) VALUES ($1, $2, $3)
		ON CONFLICT (provider_id) DO UPDATE SET cash = excluded.cash, updated_at = excluded.updated_at`, providerID, allowed, db.At(tx.Now))
	return err
}
