package proof

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

var errNotFound = errs.New(errs.NotFound, "error.not_found")

const fileColumns = `id, kind, name, sha256, reference, account, from_day, to_day, line_count, currency, total_minor, opening_minor, closing_minor, taken_at, taken_by`

// dayScanner scans "2006-01-02" as that day, midnight UTC.
type dayScanner struct{ into *time.Time }

func (s dayScanner) Scan(value any) (err error) {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("proof: %T is no day", value)
	}
	*s.into, err = time.Parse(time.DateOnly, text)
	return err
}

func (t *Taken) row() []any {
	return []any{t.ID, string(t.Kind), t.Name, t.SHA256, t.Reference, t.AccountID, t.From.Format(time.DateOnly), t.To.Format(time.DateOnly), t.Lines,
		string(t.Total.Currency), t.Total.Minor, t.Opening.Minor, t.Closing.Minor, db.At(t.TakenAt), db.Text(t.TakenBy)}
}

func scanTaken(row interface{ Scan(...any) error }) (t Taken, err error) {
	var currency money.Currency
	err = row.Scan(&t.ID, &t.Kind, &t.Name, &t.SHA256, &t.Reference, &t.AccountID, dayScanner{&t.From}, dayScanner{&t.To}, &t.Lines, &currency, &t.Total.Minor,
		&t.Opening.Minor, &t.Closing.Minor, db.Time(&t.TakenAt), db.NullText(&t.TakenBy))
	t.Total.Currency, t.Opening.Currency, t.Closing.Currency = currency, currency, currency
	if errors.Is(err, sql.ErrNoRows) {
		err = errNotFound
	}
	return t, err
}

func insertFile(ctx context.Context, tx *db.Tx, t Taken) error {
	_, err := tx.Exec(ctx, `INSERT INTO proof_files (`+fileColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`, t.row()...)
	return err
}

func fileByID(ctx context.Context, q db.Querier, id string) (Taken, error) {
	return scanTaken(q.QueryRow(ctx, `SELECT `+fileColumns+` FROM proof_files WHERE id = $1`, id))
}

// filesOf lists the latest first.
func filesOf(ctx context.Context, q db.Querier, kind TakenKind, before db.Cursor, limit int) ([]Taken, error) {
	at, id := before.Backwards()
	rows, err := q.Query(ctx, `SELECT `+fileColumns+` FROM proof_files WHERE kind = $1 AND (taken_at, id) < ($2, $3) ORDER BY taken_at DESC, id DESC LIMIT $4`, string(kind), at, id, limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (Taken, error) { return scanTaken(rows) })
}

func exists(ctx context.Context, q db.Querier, query string, args ...any) (found bool, err error) {
	err = q.QueryRow(ctx, `SELECT EXISTS (`+query+`)`, args...).Scan(&found)
	return found, err
}

func fileTaken(ctx context.Context, q db.Querier, kind TakenKind, sha256 string) (bool, error) {
	return exists(ctx, q, `SELECT 1 FROM proof_files WHERE kind = $1 AND sha256 = $2`, string(kind), sha256)
}

func batchTaken(ctx context.Context, q db.Querier, batch string) (bool, error) {
	return exists(ctx, q, `SELECT 1 FROM proof_files WHERE kind = 'settlement' AND reference = $1`, batch)
}

// lastStatement is the one that ends last; false where there is none yet.
func lastStatement(ctx context.Context, q db.Querier, accountID string) (t Taken, known bool, err error) {
	t, err = scanTaken(q.QueryRow(ctx, `SELECT `+fileColumns+` FROM proof_files WHERE kind = 'statement' AND account = $1 ORDER BY to_day DESC, taken_at DESC, id DESC LIMIT 1`, accountID))
	if errs.CodeOf(err) == errs.NotFound {
		return t, false, nil
	}
	return t, err == nil, err
}

// lastSeq is the number of the last line of a table.
func lastSeq(ctx context.Context, q db.Querier, table string) (seq int64, err error) {
	err = q.QueryRow(ctx, `SELECT coalesce(max(seq), 0) FROM `+table).Scan(&seq)
	return seq, err
}

var settlementRowColumns = []string{"seq", "file_id", "id", "line_id", "processor", "type", "ref", "payment_id", "batch", "currency", "gross_minor", "fee_minor", "net_minor", "at"}

// settlementRows are lines as they are stored; a line is known by its batch and its place, the payout line by its batch.
func settlementRows(seq int64, file Taken, lines []SettlementLine) [][]any {
	rows := make([][]any, len(lines))
	for i, l := range lines {
		rows[i] = []any{seq + int64(i) + 1, file.ID, settlementID(l, i+1), l.ID, l.Processor, string(l.Type), l.Ref, l.PaymentID, l.Batch, string(l.Net.Currency),
			l.Gross.Minor, l.Fee.Minor, l.Net.Minor, db.At(l.At)}
	}
	return rows
}

// insertSettlement adds the lines of a file in their order. The transaction takes turns with others that do.
func insertSettlement(ctx context.Context, tx *db.Tx, file Taken, lines []SettlementLine) error {
	if err := insertFile(ctx, tx, file); err != nil {
		return err
	}
	seq, err := lastSeq(ctx, tx, "proof_settlement_lines")
	if err != nil {
		return err
	}
	return tx.InsertMany(ctx, "proof_settlement_lines", settlementRowColumns, settlementRows(seq, file, lines))
}

var bankRowColumns = []string{"seq", "file_id", "id", "account", "booked_on", "currency", "minor", "reference", "text", "return_code"}

func bankRows(seq int64, file Taken, lines []BankLine) [][]any {
	rows := make([][]any, len(lines))
	for i, l := range lines {
		rows[i] = []any{seq + int64(i) + 1, file.ID, l.ID, l.AccountID, l.BookedOn.Format(time.DateOnly), string(l.Amount.Currency), l.Amount.Minor, l.Reference, l.Text, l.ReturnCode}
	}
	return rows
}

func insertStatement(ctx context.Context, tx *db.Tx, file Taken, lines []BankLine) error {
	if err := insertFile(ctx, tx, file); err != nil {
		return err
	}
	seq, err := lastSeq(ctx, tx, "proof_bank_lines")
	if err != nil {
		return err
	}
	return tx.InsertMany(ctx, "proof_bank_lines", bankRowColumns, bankRows(seq, file, lines))
}

// numbered is a line with the number under which it was taken in, and how the reconciliation knows it.
type numbered[L any] struct {
	seq  int64
	id   string
	line L
}

const settlementSelect = `SELECT seq, id, line_id, processor, type, ref, payment_id, batch, currency, gross_minor, fee_minor, net_minor, at FROM proof_settlement_lines `

func collectSettlement(rows *sql.Rows, err error) ([]numbered[SettlementLine], error) {
	return db.Collect(rows, err, func(rows *sql.Rows) (n numbered[SettlementLine], err error) {
		l := &n.line
		var currency money.Currency
		err = rows.Scan(&n.seq, &n.id, &l.ID, &l.Processor, &l.Type, &l.Ref, &l.PaymentID, &l.Batch, &currency, &l.Gross.Minor, &l.Fee.Minor, &l.Net.Minor, db.Time(&l.At))
		l.Gross.Currency, l.Fee.Currency, l.Net.Currency = currency, currency, currency
		return n, err
	})
}

func settlementAfter(ctx context.Context, q db.Querier, seq int64, limit int) ([]numbered[SettlementLine], error) {
	return collectSettlement(q.Query(ctx, settlementSelect+`WHERE seq > $1 ORDER BY seq LIMIT $2`, seq, limit))
}

func settlementByIDs(ctx context.Context, q db.Querier, in db.Dialect, ids []string) ([]numbered[SettlementLine], error) {
	return collectSettlement(q.Query(ctx, settlementSelect+`WHERE id `+in.In("$1"), db.List(ids)))
}

// capturesOf counts the captures that settlement files have of payments.
func capturesOf(ctx context.Context, q db.Querier, in db.Dialect, paymentIDs []string) (map[string]int, error) {
	rows, err := q.Query(ctx, `SELECT payment_id, count(*) FROM proof_settlement_lines WHERE type = 'capture' AND payment_id `+in.In("$1")+` GROUP BY payment_id`, db.List(paymentIDs))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		counts[id] = n
	}
	return counts, rows.Err()
}

const bankSelect = `SELECT seq, id, account, booked_on, currency, minor, reference, text, return_code FROM proof_bank_lines `

func collectBank(rows *sql.Rows, err error) ([]numbered[BankLine], error) {
	return db.Collect(rows, err, func(rows *sql.Rows) (n numbered[BankLine], err error) {
		l := &n.line
		err = rows.Scan(&n.seq, &n.id, &l.AccountID, dayScanner{&l.BookedOn}, &l.Amount.Currency, &l.Amount.Minor, &l.Reference, &l.Text, &l.ReturnCode)
		l.ID = n.id
		return n, err
	})
}

func bankAfter(ctx context.Context, q db.Querier, seq int64, limit int) ([]numbered[BankLine], error) {
	return collectBank(q.Query(ctx, bankSelect+`WHERE seq > $1 ORDER BY seq LIMIT $2`, seq, limit))
}

func bankByIDs(ctx context.Context, q db.Querier, in db.Dialect, ids []string) ([]numbered[BankLine], error) {
	return collectBank(q.Query(ctx, bankSelect+`WHERE id `+in.In("$1"), db.List(ids)))
}

func putFindings(ctx context.Context, tx *db.Tx, f *findings) error {
	text, err := db.JSON(f)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO proof_findings (project_id, run_id, seq, day, found_at, findings) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (project_id) DO UPDATE SET run_id = excluded.run_id, seq = excluded.seq, day = excluded.day, found_at = excluded.found_at, findings = excluded.findings`,
		f.ProjectID, f.Run, f.Seq, f.Today.Format(time.DateOnly), db.At(f.FoundAt), text)
	return err
}

// findingsOf are those that were kept last; nil where there are none.
func findingsOf(ctx context.Context, q db.Querier, projectID string) (*findings, error) {
	f := &findings{}
	err := q.QueryRow(ctx, `SELECT findings FROM proof_findings WHERE project_id = $1`, projectID).Scan(db.FromJSON(f))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return f, err
}

// Filled is a file with its lines, for Import: those of a settlement file, the payout line last, or those of a statement.
type Filled struct {
	Taken      Taken // without ID: one is made
	Settlement []SettlementLine
	Bank       []BankLine // with their ids (LineID)
}

// Import adds files with their lines in bulk, as part of tx, checking nothing; the files themselves are whoever's who imports. What the bank lines
// make in the ledger is TransactionOf's.
func Import(ctx context.Context, tx *db.Tx, files []Filled) error {
	settled, err := lastSeq(ctx, tx, "proof_settlement_lines")
	if err != nil {
		return err
	}
	banked, err := lastSeq(ctx, tx, "proof_bank_lines")
	if err != nil {
		return err
	}
	var headers, lines, bank [][]any
	for i := range files {
		file := files[i].Taken
		if file.ID == "" {
			file.ID = ids.New()
		}
		headers = append(headers, file.row())
		lines = append(lines, settlementRows(settled, file, files[i].Settlement)...)
		bank = append(bank, bankRows(banked, file, files[i].Bank)...)
		settled, banked = settled+int64(len(files[i].Settlement)), banked+int64(len(files[i].Bank))
	}
	if err := tx.InsertMany(ctx, "proof_files", []string{"id", "kind", "name", "sha256", "reference", "account", "from_day", "to_day", "line_count", "currency", "total_minor",
		"opening_minor", "closing_minor", "taken_at", "taken_by"}, headers); err != nil {
		return err
	}
	if err := tx.InsertMany(ctx, "proof_settlement_lines", settlementRowColumns, lines); err != nil {
		return err
	}
	return tx.InsertMany(ctx, "proof_bank_lines", bankRowColumns, bank)
}
