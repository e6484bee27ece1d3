package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/db"
)

// Statement is a part of an account's history, the earliest line first.
type Statement struct {
	Account    Account
	Opening    []money.Amount // before the first line of this page: an amount for each currency that was ever posted to the account
	Lines      []Line
	Closing    []money.Amount // at the end of the period, on whatever page
	NextCursor string         // empty on the last page
}

// Line is what one transaction did to the account in one currency. Amount is positive for a debit; Balance is what stood afterwards.
type Line struct {
	TransactionID, Key, Type, Subject, Reference, Note string
	At                                                 time.Time
	Amount, Balance                                    money.Amount
}

// Statement returns a page of an account's statement of [from, to); the zero times leave it open. A page has up to limit transactions, 1 to
// 100, or 20 where limit is 0. It returns invalid with the field limit or cursor.
func (b *Book) Statement(ctx context.Context, account Account, from, to time.Time, cursor string, limit int) (Statement, error) {
	limit, after, err := db.ParsePage(limit, cursor)
	if err != nil {
		return Statement{}, err
	}
	s := Statement{Account: account}
	// Everything before the page: the period's beginning, or where the page before ended.
	at, id := from.UnixMicro(), ""
	if from.IsZero() {
		at = 0
	}
	if after.ID != "" {
		at, id = after.At.UnixMicro(), after.ID
	}
	until := moment(to)
	if s.Lines, err = b.lines(ctx, account, at, id, until, limit+1); err != nil {
		return Statement{}, err
	}
	if s.Opening, err = b.before(ctx, account, at, id); err != nil {
		return Statement{}, err
	}
	if s.Closing, err = b.before(ctx, account, until, ""); err != nil {
		return Statement{}, err
	}
	s.cut(limit)
	running := map[money.Currency]int64{}
	for _, amount := range s.Opening {
		running[amount.Currency] = amount.Minor
	}
	for i := range s.Lines {
		line := &s.Lines[i]
		running[line.Amount.Currency] += line.Amount.Minor
		line.Balance = money.Of(running[line.Amount.Currency], line.Amount.Currency)
	}
	return s, nil
}

// cut leaves the lines of up to limit transactions and says where the next page begins.
func (s *Statement) cut(limit int) {
	transactions := 0
	for i, line := range s.Lines {
		if i > 0 && s.Lines[i-1].TransactionID == line.TransactionID {
			continue
		}
		if transactions++; transactions > limit {
			last := s.Lines[i-1]
			s.Lines, s.NextCursor = s.Lines[:i], db.Cursor{At: last.At, ID: last.TransactionID}.String()
			return
		}
	}
}

// lines reads what up to limit transactions after a place did to an account.
func (b *Book) lines(ctx context.Context, account Account, at int64, id string, until int64, limit int) ([]Line, error) {
	rows, err := b.db.Query(ctx, `SELECT `+headers+`, `+noSeal+`, `+lines+whole(`SELECT DISTINCT at, transaction_id AS id FROM ledger_postings
			WHERE `+of(account)+` AND at >= $1 AND (at, transaction_id) > ($1, $4) AND at < $5 ORDER BY at, transaction_id LIMIT $6`)+`ORDER BY t.at, t.id, p.line`,
		at, string(account.Kind), account.Owner, id, until, limit)
	var all []Line
	err = scanStored(rows, err, func(s *stored) error {
		all = append(all, s.linesOf(account)...)
		return nil
	})
	return all, err
}

// linesOf is what a transaction did to an account: a line for each currency.
func (t *Transaction) linesOf(account Account) (all []Line) {
	for _, p := range t.Postings {
		if p.Account != account {
			continue
		}
		i := slices.IndexFunc(all, func(line Line) bool { return line.Amount.Currency == p.Currency })
		if i < 0 {
			i = len(all)
			all = append(all, Line{TransactionID: t.ID, Key: t.Key, Type: t.Type, Subject: t.Subject, Reference: t.Reference, Note: t.Note, At: t.At,
				Amount: money.Of(0, p.Currency)})
		}
		all[i].Amount.Minor += p.Minor
	}
	return all
}

// before returns what stood on an account before a place, by currency: without an id before anything of that time, else after the transaction.
func (b *Book) before(ctx context.Context, account Account, at int64, id string) ([]money.Amount, error) {
	rows, err := b.db.Query(ctx, `SELECT currency, CAST(sum(minor) AS BIGINT) FROM `+parts(of(account), `at >= $1 AND (at, transaction_id) > ($1, $4)`)+`
		GROUP BY currency ORDER BY currency`, at, string(account.Kind), account.Owner, id)
	return db.Collect(rows, err, func(rows *sql.Rows) (amount money.Amount, err error) {
		return amount, rows.Scan((*string)(&amount.Currency), &amount.Minor)
	})
}

// Filter says which transactions a list shows. The zero value of a field leaves it open.
type Filter struct {
	Type      string
	Subject   string
	Reference string
	Kind      Kind      // that touch an account of the kind
	Owner     string    // that touch the owner's account
	From, To  time.Time // [From, To)
	Cursor    string
	Limit     int // 1 to 100; 20 where it is 0
}

// Page is a part of the journal, the latest transaction first. NextCursor is empty on the last one.
type Page struct {
	Items      []Transaction
	NextCursor string
}

// Find returns a page of the transactions that a filter lets through, the latest first. It returns invalid with the field limit or cursor.
func (b *Book) Find(ctx context.Context, f Filter) (Page, error) {
	limit, after, err := db.ParsePage(f.Limit, f.Cursor)
	if err != nil {
		return Page{}, err
	}
	chosen, args := f.query(b.dialect, after, limit+1)
	rows, err := b.db.Query(ctx, `SELECT `+headers+`, `+noSeal+`, `+lines+whole(chosen)+`ORDER BY t.at DESC, t.id DESC, p.line`, args...)
	all, err := collect(rows, err)
	if err != nil {
		return Page{}, err
	}
	var page Page
	for _, s := range all {
		page.Items = append(page.Items, s.Transaction)
	}
	if len(page.Items) > limit {
		last := page.Items[limit-1]
		page.Items, page.NextCursor = slices.Clip(page.Items[:limit]), db.Cursor{At: last.At, ID: last.ID}.String()
	}
	return page, nil
}

// query chooses the ids of a page. Behind an expression, a kind's index does not tempt SQLite away from a transaction's few postings.
func (f Filter) query(dialect db.Dialect, after db.Cursor, limit int) (string, []any) {
	var args []any
	conditions := ""
	where := func(condition string, values ...any) {
		numbers := make([]any, len(values))
		for i, value := range values {
			args = append(args, value)
			numbers[i] = "$" + strconv.Itoa(len(args))
		}
		conditions += " AND " + fmt.Sprintf(condition, numbers...)
	}
	chosen, at, id := "SELECT t.at AS at, t.id AS id FROM ledger_transactions t"+dialect.Using(f.index()), "t.at", "t.id"
	switch {
	case f.ofAccount():
		chosen, at, id = "SELECT DISTINCT p.at AS at, p.transaction_id AS id FROM ledger_postings p JOIN ledger_transactions t ON t.id = p.transaction_id", "p.at", "p.transaction_id"
		if f.Kind != "" {
			where("p.kind = %s", string(f.Kind))
		}
		if f.Owner != "" {
			where("p.owner = %s AND p.owner <> ''", f.Owner)
		}
	case f.Kind != "":
		where("EXISTS (SELECT 1 FROM ledger_postings WHERE transaction_id = t.id AND kind || '' = %s)", string(f.Kind))
	}
	if f.Subject != "" {
		where("t.subject = %s AND t.subject <> ''", f.Subject)
	}
	if f.Reference != "" {
		where("t.reference = %s AND t.reference <> ''", f.Reference)
	}
	if f.Type != "" {
		where("t.type = %s", f.Type)
	}
	if !f.From.IsZero() {
		where(at+" >= %s", db.At(f.From))
	}
	if !f.To.IsZero() {
		where(at+" < %s", db.At(f.To))
	}
	if after.ID != "" {
		where("("+at+", "+id+") < (%s, %s)", db.At(after.At), after.ID)
	}
	return fmt.Sprintf("%s WHERE 1 = 1%s ORDER BY 1 DESC, 2 DESC LIMIT %d", chosen, conditions, limit), args
}

// ofAccount says whether an account's postings lead to the transactions, in their order: where it narrows the search most.
func (f Filter) ofAccount() bool {
	return f.Owner != "" || f.Kind != "" && f.Subject == "" && f.Reference == ""
}

// index is the one of transactions that has the fewest to look at.
func (f Filter) index() string {
	switch {
	case f.Subject != "":
		return "ledger_transactions_subject"
	case f.Reference != "":
		return "ledger_transactions_reference"
	case f.Type != "":
		return "ledger_transactions_type"
	}
	return "ledger_transactions_at"
}
