package dispute

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

var errNotFound = errs.New(errs.NotFound, "dispute.not_found")

const columns = `id, booking_id, customer_id, provider_id, provider_account_id, customer_name, provider_name, service, start_at, zone, price_minor, currency,
	opened_by, reason, status, refund_minor, decision, decided_by, created_at, updated_at, ended_at`

func scan(row interface{ Scan(...any) error }) (d Dispute, err error) {
	var refund sql.NullInt64
	err = row.Scan(&d.ID, &d.BookingID, &d.CustomerID, &d.ProviderID, &d.ProviderAccountID, &d.CustomerName, &d.ProviderName, db.FromJSON(&d.Service),
		db.Time(&d.Start), &d.Zone, &d.Price.Minor, &d.Price.Currency, &d.OpenedBy, &d.Reason, &d.Status, &refund, db.NullText(&d.Decision), db.NullText(&d.DecidedBy),
		db.Time(&d.CreatedAt), db.Time(&d.UpdatedAt), db.Time(&d.EndedAt))
	if refund.Valid {
		amount := money.Of(refund.Int64, d.Price.Currency)
		d.Refund = &amount
	}
	return d, err
}

func collect(rows *sql.Rows, err error) ([]Dispute, error) {
	return db.Collect(rows, err, func(rows *sql.Rows) (Dispute, error) { return scan(rows) })
}

// insert adds a dispute; a second running one about the same booking is a violation of disputes_one_open.
func insert(ctx context.Context, tx *db.Tx, d Dispute) error {
	service, err := db.JSON(d.Service)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO disputes (id, booking_id, customer_id, provider_id, provider_account_id, customer_name, provider_name, service, start_at, zone,
		price_minor, currency, opened_by, reason, status, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		d.ID, d.BookingID, d.CustomerID, d.ProviderID, d.ProviderAccountID, d.CustomerName, d.ProviderName, service, db.At(d.Start), d.Zone,
		d.Price.Minor, string(d.Price.Currency), string(d.OpenedBy), string(d.Reason), string(d.Status), db.At(d.CreatedAt), db.At(d.UpdatedAt))
	return err
}

// save stores what the verbs may change.
func save(ctx context.Context, tx *db.Tx, d Dispute) error {
	var refund any
	if d.Refund != nil {
		refund = d.Refund.Minor
	}
	_, err := tx.Exec(ctx, `UPDATE disputes SET status = $2, refund_minor = $3, decision = $4, decided_by = $5, updated_at = $6, ended_at = $7 WHERE id = $1`,
		d.ID, string(d.Status), refund, db.Text(d.Decision), db.Text(d.DecidedBy), db.At(d.UpdatedAt), db.At(d.EndedAt))
	return err
}

func find(ctx context.Context, q db.Querier, id string) (Dispute, error) {
	return findWith(ctx, q, id, "")
}

// hold reads a dispute that the transaction will change.
func hold(ctx context.Context, tx *db.Tx, id string) (Dispute, error) {
	return findWith(ctx, tx, id, tx.Dialect().ForUpdate())
}

func findWith(ctx context.Context, q db.Querier, id, locking string) (Dispute, error) {
	if !ids.Valid(id) {
		return Dispute{}, errNotFound
	}
	d, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM disputes WHERE id = $1`+locking, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Dispute{}, errNotFound
	}
	return d, err
}

// latest reads the newest dispute about a booking, nil where there is none.
func latest(ctx context.Context, q db.Querier, bookingID string) (*Dispute, error) {
	found, err := collect(q.Query(ctx, `SELECT `+columns+` FROM disputes WHERE booking_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1`, bookingID))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// list reads disputes: of one account or, for an empty one, all; those that run from the oldest on, or all from the newest back.
func list(ctx context.Context, q db.Querier, accountID string, running bool, from db.Cursor, limit int) ([]Dispute, error) {
	query, args := `SELECT `+columns+` FROM disputes WHERE TRUE`, []any{}
	add := func(condition string, values ...any) {
		numbers := make([]any, len(values))
		for i := range values {
			numbers[i] = len(args) + i + 1
		}
		query += fmt.Sprintf(condition, numbers...)
		args = append(args, values...)
	}
	order, compare := "DESC", "<"
	if running {
		query += ` AND status IN ('open', 'answered')`
		order, compare = "ASC", ">"
	}
	if accountID != "" {
		add(` AND (customer_id = $%[1]d OR provider_account_id = $%[1]d)`, accountID)
	}
	if from.ID != "" {
		add(` AND (created_at, id) `+compare+` ($%d, $%d)`, db.At(from.At), from.ID)
	}
	add(` ORDER BY created_at `+order+`, id `+order+` LIMIT $%d`, limit)
	return collect(q.Query(ctx, query, args...))
}

func insertMessage(ctx context.Context, tx *db.Tx, m Message) error {
	_, err := tx.Exec(ctx, `INSERT INTO dispute_messages (id, dispute_id, author_id, party, words, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		m.ID, m.DisputeID, m.AuthorID, string(m.Party), m.Words, db.At(m.CreatedAt))
	return err
}

const messageColumns = `id, dispute_id, author_id, party, words, created_at`

func collectMessages(rows *sql.Rows, err error) ([]Message, error) {
	return db.Collect(rows, err, func(rows *sql.Rows) (m Message, err error) {
		return m, rows.Scan(&m.ID, &m.DisputeID, &m.AuthorID, &m.Party, &m.Words, db.Time(&m.CreatedAt))
	})
}

// messages reads the newest of a thread, in the order in which they were written.
func messages(ctx context.Context, d *db.DB, disputeID string, limit int) ([]Message, error) {
	found, err := collectMessages(d.Query(ctx, `SELECT `+messageColumns+` FROM dispute_messages WHERE dispute_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2`, disputeID, limit))
	slices.Reverse(found)
	return found, err
}

// operatorsIn reads the accounts of the operators who have spoken.
func operatorsIn(ctx context.Context, tx *db.Tx, disputeID string) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT author_id FROM dispute_messages WHERE dispute_id = $1 AND party = 'operator'`, disputeID)
	return db.Collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
}
