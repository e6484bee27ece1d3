package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

var (
	headerColumns  = []string{"id", "key", "type", "at", "subject", "reference", "actor", "note", "reverses", "content", "lines"}
	postingColumns = []string{"transaction_id", "line", "of_lines", "kind", "owner", "currency", "minor", "at"}
)

func (t *Transaction) header(content string) []any {
	return []any{t.ID, t.Key, t.Type, db.At(t.At), t.Subject, t.Reference, t.Actor, t.Note, db.Text(t.Reverses), content, len(t.Postings)}
}

// rows appends the transaction's postings as they are stored.
func (t *Transaction) rows(to [][]any) [][]any {
	for i, p := range t.Postings {
		to = append(to, []any{t.ID, i + 1, len(t.Postings), string(p.Account.Kind), p.Account.Owner, string(p.Currency), p.Minor, db.At(t.At)})
	}
	return to
}

const insertHeader = `INSERT INTO ledger_transactions (id, key, type, at, subject, reference, actor, note, reverses, content, lines) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

// insert stores a transaction, its postings first: its own row is where the database adds them up.
func insert(ctx context.Context, tx *db.Tx, t *Transaction, content string) error {
	args := make([]any, 0, len(postingColumns)*len(t.Postings))
	for _, row := range t.rows(nil) {
		args = append(args, row...)
	}
	if _, err := tx.Exec(ctx, insertPostings(len(t.Postings)), args...); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, insertHeader, t.header(content)...)
	return err
}

// insertPostings is the one statement for so many postings.
func insertPostings(n int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO ledger_postings (transaction_id, line, of_lines, kind, owner, currency, minor, at) VALUES ")
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		k := i * len(postingColumns)
		fmt.Fprintf(&b, "($%d, $%d, $%d, $%d, $%d, $%d, $%d, $%d)", k+1, k+2, k+3, k+4, k+5, k+6, k+7, k+8)
	}
	return b.String()
}

const (
	headers = `t.id, t.key, t.type, t.at, t.subject, t.reference, t.actor, t.note, t.reverses, t.content`
	lines   = `p.kind, p.owner, p.currency, p.minor, p.at`
	noSeal  = `0, ''`
)

// whole is where transactions with their postings are read from whose ids the page selects. CROSS JOIN is how SQLite is told to begin with
// the page.
func whole(page string) string {
	return ` FROM (` + page + `) AS page CROSS JOIN ledger_transactions t CROSS JOIN ledger_postings p
		WHERE t.id = page.id AND p.transaction_id = t.id `
}

// stored is a transaction as it was read, with what Verify holds against it.
type stored struct {
	Transaction
	content string
	seq     int64 // 0: not sealed, or not asked for
	hash    string
	strayed bool // a posting is not at the transaction's time
}

// scanStored gathers rows of headers, a seal's number and hash, and lines, ordered so that a transaction's postings are next to each other, and hands
// each transaction on.
func scanStored(rows *sql.Rows, err error, each func(*stored) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	var last *stored
	for rows.Next() {
		var s stored
		var p Posting
		var at int64
		if err := rows.Scan(&s.ID, &s.Key, &s.Type, db.Time(&s.At), &s.Subject, &s.Reference, &s.Actor, &s.Note, db.NullText(&s.Reverses), &s.content, &s.seq, &s.hash,
			(*string)(&p.Account.Kind), &p.Account.Owner, (*string)(&p.Currency), &p.Minor, &at); err != nil {
			return err
		}
		if last == nil || last.ID != s.ID {
			if last != nil {
				if err := each(last); err != nil {
					return err
				}
			}
			last = &s
		}
		last.Postings = append(last.Postings, p)
		last.strayed = last.strayed || at != s.At.UnixMicro()
	}
	if err := rows.Err(); err != nil || last == nil {
		return err
	}
	return each(last)
}

// collect reads transactions with their postings.
func collect(rows *sql.Rows, err error) (all []*stored, _ error) {
	err = scanStored(rows, err, func(s *stored) error {
		all = append(all, s)
		return nil
	})
	return all, err
}

func one(ctx context.Context, q db.Querier, condition string, arg string) (Transaction, error) {
	rows, err := q.Query(ctx, `SELECT `+headers+`, `+noSeal+`, `+lines+` FROM ledger_transactions t JOIN ledger_postings p ON p.transaction_id = t.id WHERE `+condition+` ORDER BY p.line`, arg)
	all, err := collect(rows, err)
	if err != nil {
		return Transaction{}, err
	}
	if len(all) == 0 {
		return Transaction{}, errs.New(errs.NotFound, "ledger.not_found")
	}
	return all[0].Transaction, nil
}

func byKey(ctx context.Context, q db.Querier, key string) (Transaction, error) {
	return one(ctx, q, "t.key = $1", key)
}
