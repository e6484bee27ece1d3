package payout

import (
	"context"
	"database/sql"
	"errors"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

var errNotFound = errs.New(errs.NotFound, "payout.not_found")

const payoutColumns = `id, batch_id, provider_id, provider_name, bank_account_id, holder, iban, amount_minor, currency, end_to_end_id, status, prepared_at, sent_at, settled_at`

func scanPayout(row interface{ Scan(...any) error }) (p Payout, err error) {
	return p, row.Scan(&p.ID, &p.BatchID, &p.ProviderID, &p.ProviderName, &p.BankAccountID, &p.Holder, &p.IBAN, &p.Amount.Minor, &p.Amount.Currency, &p.EndToEndID, &p.Status,
		db.Time(&p.At), db.Time(&p.SentAt), db.Time(&p.SettledAt))
}

func payoutsWhere(ctx context.Context, q db.Querier, condition string, args ...any) ([]Payout, error) {
	rows, err := q.Query(ctx, `SELECT `+payoutColumns+` FROM payouts WHERE `+condition, args...)
	return db.Collect(rows, err, func(rows *sql.Rows) (Payout, error) { return scanPayout(rows) })
}

// ofBatch reads the payouts of a batch in the order of its file.
func ofBatch(ctx context.Context, q db.Querier, batchID, locking string) ([]Payout, error) {
	return payoutsWhere(ctx, q, `batch_id = $1 ORDER BY end_to_end_id`+locking, batchID)
}

// listPayouts reads payouts from the newest back; an empty provider or status leaves nothing out.
func listPayouts(ctx context.Context, q db.Querier, providerID string, status Status, from db.Cursor, limit int) ([]Payout, error) {
	at, id := from.Backwards()
	return payoutsWhere(ctx, q, `(prepared_at, id) < ($1, $2) AND ($3 = '' OR provider_id = $3) AND ($4 = '' OR status = $4) ORDER BY prepared_at DESC, id DESC LIMIT $5`,
		at, id, providerID, string(status), limit)
}

// hold reads a payout that the transaction will change.
func hold(ctx context.Context, tx *db.Tx, endToEndID string) (Payout, error) {
	found, err := payoutsWhere(ctx, tx, `end_to_end_id = $1`+tx.Dialect().ForUpdate(), endToEndID)
	if err != nil {
		return Payout{}, err
	}
	if len(found) == 0 {
		return Payout{}, errNotFound
	}
	return found[0], nil
}

func insertPayouts(ctx context.Context, tx *db.Tx, payouts []Payout) error {
	rows := make([][]any, len(payouts))
	for i, p := range payouts {
		rows[i] = []any{p.ID, p.BatchID, p.ProviderID, p.ProviderName, p.BankAccountID, p.Holder, p.IBAN, p.Amount.Minor, string(p.Amount.Currency), p.EndToEndID, string(p.Status),
			db.At(p.At), db.At(p.SentAt), db.At(p.SettledAt)}
	}
	return tx.InsertMany(ctx, "payouts", []string{"id", "batch_id", "provider_id", "provider_name", "bank_account_id", "holder", "iban", "amount_minor", "currency", "end_to_end_id",
		"status", "prepared_at", "sent_at", "settled_at"}, rows)
}

func savePayout(ctx context.Context, tx *db.Tx, p Payout) error {
	_, err := tx.Exec(ctx, `UPDATE payouts SET status = $2, sent_at = $3, settled_at = $4 WHERE id = $1`, p.ID, string(p.Status), db.At(p.SentAt), db.At(p.SettledAt))
	return err
}

const batchColumns = `id, name, through, payout_count, total_minor, currency, prepared_at, prepared_by, sent_at, sent_by, file_sha256`

func scanBatch(row interface{ Scan(...any) error }) (b Batch, err error) {
	return b, row.Scan(&b.ID, &b.Name, db.Time(&b.Through), &b.Count, &b.Total.Minor, &b.Total.Currency, db.Time(&b.PreparedAt), db.NullText(&b.PreparedBy),
		db.Time(&b.SentAt), db.NullText(&b.SentBy), db.NullText(&b.fileSHA256))
}

func findBatch(ctx context.Context, q db.Querier, id, locking string) (Batch, error) {
	if !ids.Valid(id) {
		return Batch{}, errNotFound
	}
	b, err := scanBatch(q.QueryRow(ctx, `SELECT `+batchColumns+` FROM payout_batches WHERE id = $1`+locking, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Batch{}, errNotFound
	}
	return b, err
}

func listBatches(ctx context.Context, q db.Querier, from db.Cursor, limit int) ([]Batch, error) {
	at, id := from.Backwards()
	rows, err := q.Query(ctx, `SELECT `+batchColumns+` FROM payout_batches WHERE (prepared_at, id) < ($1, $2) ORDER BY prepared_at DESC, id DESC LIMIT $3`, at, id, limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (Batch, error) { return scanBatch(rows) })
}

func insertBatches(ctx context.Context, tx *db.Tx, batches []Batch) error {
	rows := make([][]any, len(batches))
	for i, b := range batches {
		rows[i] = []any{b.ID, b.Name, db.At(b.Through), b.Count, b.Total.Minor, string(b.Total.Currency), db.At(b.PreparedAt), db.Text(b.PreparedBy),
			db.At(b.SentAt), db.Text(b.SentBy), db.Text(b.fileSHA256)}
	}
	return tx.InsertMany(ctx, "payout_batches", []string{"id", "name", "through", "payout_count", "total_minor", "currency", "prepared_at", "prepared_by", "sent_at", "sent_by",
		"file_sha256"}, rows)
}

func saveBatch(ctx context.Context, tx *db.Tx, b Batch) error {
	_, err := tx.Exec(ctx, `UPDATE payout_batches SET payout_count = $2, total_minor = $3, sent_at = $4, sent_by = $5, file_sha256 = $6 WHERE id = $1`,
		b.ID, b.Count, b.Total.Minor, db.At(b.SentAt), db.Text(b.SentBy), db.Text(b.fileSHA256))
	return err
}

// nextBatchName is the first name of the week of now that no batch has.
func nextBatchName(ctx context.Context, tx *db.Tx) (string, error) {
	for n := 1; ; n++ {
		name := BatchName(tx.Now, n)
		var taken bool
		err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM payout_batches WHERE name = $1)`, name).Scan(&taken)
		if err != nil || !taken {
			return name, err
		}
	}
}

// lookedAt notes that the house has looked at a week, and says whether it had before.
func lookedAt(ctx context.Context, tx *db.Tx, through any) (before bool, err error) {
	done, err := tx.Exec(ctx, `INSERT INTO payout_weeks (through, prepared_at) VALUES ($1, $2) ON CONFLICT (through) DO NOTHING`, through, db.At(tx.Now))
	if err != nil {
		return false, err
	}
	added, err := done.RowsAffected()
	return added == 0, err
}

const accountColumns = `id, provider_id, account_id, holder, iban, created_at, replaced_at`

// accountsWhere reads bank accounts.
func accountsWhere(ctx context.Context, q db.Querier, condition string, args ...any) ([]BankAccount, error) {
	rows, err := q.Query(ctx, `SELECT `+accountColumns+` FROM payout_accounts WHERE `+condition, args...)
	return db.Collect(rows, err, func(rows *sql.Rows) (a BankAccount, err error) {
		return a, rows.Scan(&a.ID, &a.ProviderID, &a.AccountID, &a.Holder, &a.IBAN, db.Time(&a.CreatedAt), db.Time(&a.ReplacedAt))
	})
}

func insertAccounts(ctx context.Context, tx *db.Tx, accounts []BankAccount) error {
	rows := make([][]any, len(accounts))
	for i, a := range accounts {
		rows[i] = []any{a.ID, a.ProviderID, a.AccountID, a.Holder, a.IBAN, db.At(a.CreatedAt), db.At(a.ReplacedAt)}
	}
	return tx.InsertMany(ctx, "payout_accounts", []string{"id", "provider_id", "account_id", "holder", "iban", "created_at", "replaced_at"}, rows)
}
