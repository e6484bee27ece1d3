package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// Book reads the journal. Whoever hands out what it returns asks first who may see it.
//
// What stood at a past moment is what stands now less what was posted since: what stands now is kept by the sealer for each account, so
// that the nearer the moment, the less there is to add up. Each sum is one statement, so that no sealing comes in between.
type Book struct {
	db      db.Querier
	dialect db.Dialect
}

// NewBook returns a reader of the journal in d.
func NewBook(d *db.DB) *Book { return &Book{d, d.Dialect} }

// In is the book as a transaction sees it, with what was posted in it.
func (b *Book) In(tx *db.Tx) *Book { return &Book{tx, tx.Dialect()} }

// moment is how at stands in a statement: what is not before it is taken off.
func moment(at time.Time) int64 {
	if at.IsZero() {
		return math.MaxInt64
	}
	return at.UnixMicro()
}

// parts are all that a balance is made of, as rows (kind, owner, currency, minor), for accounts that meet the condition: what is sealed, what
// waits for it, and, to be taken off, what was posted since; since is a further condition.
func parts(condition, since string) string {
	return `(SELECT kind, owner, currency, minor FROM ledger_balances WHERE ` + condition + `
		UNION ALL SELECT kind, owner, currency, minor FROM ledger_waiting WHERE ` + condition + `
		UNION ALL SELECT kind, owner, currency, -minor FROM ledger_postings WHERE ` + condition + ` AND ` + since + `) AS parts`
}

// of is the condition for one account, $2 and $3, in words that let both engines find the index.
func of(account Account) string {
	if account.Owner == "" {
		return `kind = $2 AND owner = $3`
	}
	return `kind = $2 AND owner = $3 AND owner <> ''`
}

// Balance returns what stood on an account just before a moment; the zero time is now. A debit balance is positive.
// An account that nothing was posted to has nothing.
func (b *Book) Balance(ctx context.Context, account Account, currency money.Currency, at time.Time) (money.Amount, error) {
	balance := money.Of(0, currency)
	err := b.db.QueryRow(ctx, `SELECT CAST(coalesce(sum(minor), 0) AS BIGINT) FROM `+parts(of(account)+` AND currency = $4`, `at >= $1`),
		moment(at), string(account.Kind), account.Owner, string(currency)).Scan(&balance.Minor)
	return balance, err
}

// Trial is a trial balance: each kind with the sum of its accounts' debit balances and that of their credit balances.
type Trial struct {
	At     time.Time // zero: now
	Rows   []TrialRow
	Totals []TrialTotal
}

// TrialRow is a kind in one currency. Credit is positive. An account stands on one side; only the providers' may stand on both.
type TrialRow struct {
	Kind          Kind
	Debit, Credit money.Amount
}

// TrialTotal is the foot of a trial balance in one currency.
type TrialTotal struct {
	Debit, Credit money.Amount
}

// Balanced says whether debits and credits are the same in each currency, as they are unless somebody has tampered with the journal.
func (t Trial) Balanced() bool {
	return !slices.ContainsFunc(t.Totals, func(total TrialTotal) bool { return total.Debit != total.Credit })
}

// Trial returns the trial balance just before a moment, the zero time being now: rows in the order of Kinds, then by currency, for kinds that anything
// was ever posted to.
func (b *Book) Trial(ctx context.Context, at time.Time) (Trial, error) {
	balances, err := b.balances(ctx, anyKind, at)
	if err != nil {
		return Trial{}, err
	}
	trial := Trial{At: at}
	for _, balance := range balances { // ordered by kind and currency
		kind, amount := balance.Kind, balance.amount
		if n := len(trial.Rows); n == 0 || trial.Rows[n-1].Kind != kind || trial.Rows[n-1].Debit.Currency != amount.Currency {
			trial.Rows = append(trial.Rows, TrialRow{kind, money.Of(0, amount.Currency), money.Of(0, amount.Currency)})
		}
		row, total := &trial.Rows[len(trial.Rows)-1], trial.total(amount.Currency)
		if amount.Minor > 0 {
			row.Debit.Minor += amount.Minor
			total.Debit.Minor += amount.Minor
		} else {
			row.Credit.Minor -= amount.Minor
			total.Credit.Minor -= amount.Minor
		}
	}
	return trial, nil
}

func (t *Trial) total(currency money.Currency) *TrialTotal {
	i := slices.IndexFunc(t.Totals, func(total TrialTotal) bool { return total.Debit.Currency == currency })
	if i < 0 {
		i = len(t.Totals)
		t.Totals = append(t.Totals, TrialTotal{money.Of(0, currency), money.Of(0, currency)})
	}
	return &t.Totals[i]
}

// anyKind is a condition that every account meets, and by which the index of kinds is found.
var anyKind = func() string {
	names := make([]string, len(Kinds))
	for i, kind := range Kinds {
		names[i] = "'" + string(kind) + "'"
	}
	return "kind IN (" + strings.Join(names, ", ") + ")"
}()

// listed is kinds as the argument of a condition made by Dialect.In.
func listed(kinds []Kind) string {
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = string(kind)
	}
	return db.List(names)
}

type balance struct {
	Account
	amount money.Amount
}

// balances returns those of all accounts that meet the condition, by kind in the order of Kinds, currency and owner.
func (b *Book) balances(ctx context.Context, condition string, at time.Time) ([]balance, error) {
	rows, err := b.db.Query(ctx, `SELECT kind, owner, currency, CAST(sum(minor) AS BIGINT) FROM `+parts(condition, `at >= $1`)+` GROUP BY kind, owner, currency`, moment(at))
	all, err := db.Collect(rows, err, func(rows *sql.Rows) (found balance, err error) {
		return found, rows.Scan((*string)(&found.Kind), &found.Owner, (*string)(&found.amount.Currency), &found.amount.Minor)
	})
	slices.SortFunc(all, func(a, b balance) int {
		return cmp.Or(cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind)), cmp.Compare(a.amount.Currency, b.amount.Currency), cmp.Compare(a.Owner, b.Owner))
	})
	return all, err
}

// Payables returns what the house owed each provider just before a moment, the zero time being now; negative where the provider owes the house.
// Providers with nothing on either side are left out. It is for a ledger of one currency: it returns conflict where a provider has two.
func (b *Book) Payables(ctx context.Context, at time.Time) (map[string]money.Amount, error) {
	balances, err := b.balances(ctx, `kind = 'provider_payable' AND owner <> ''`, at)
	if err != nil {
		return nil, err
	}
	owed := map[string]money.Amount{}
	for _, found := range balances {
		if found.amount.IsZero() {
			continue
		}
		if _, twice := owed[found.Owner]; twice {
			return nil, errs.New(errs.Conflict, "ledger.two_currencies").With(errs.Args{"Owner": found.Owner})
		}
		owed[found.Owner] = money.Of(-found.amount.Minor, found.amount.Currency)
	}
	return owed, nil
}

// Transaction returns the one with the id, or not_found.
func (b *Book) Transaction(ctx context.Context, id string) (Transaction, error) {
	return one(ctx, b.db, "t.id = $1", id)
}

// ReversalOf returns the transaction that takes back the one with the id, or not_found where nothing does.
func (b *Book) ReversalOf(ctx context.Context, id string) (Transaction, error) {
	return one(ctx, b.db, "t.reverses = $1", id)
}

// ByKey returns the one with the business key, or not_found.
func (b *Book) ByKey(ctx context.Context, key string) (Transaction, error) {
	return byKey(ctx, b.db, key)
}

// mostSince bounds how many transactions Since returns at once.
const mostSince = 10_000

// Since returns up to limit transactions that touch any of the kinds and are sealed after a place in the chain, in its order; 0 is before
// the first. The last one's Seq is where to go on. Limit is 1 to 10,000.
func (b *Book) Since(ctx context.Context, kinds []Kind, after int64, limit int) ([]Sealed, error) {
	if limit < 1 || limit > mostSince {
		return nil, fmt.Errorf("ledger: %d transactions at once; it is 1 to %d", limit, mostSince)
	}
	rows, err := b.db.Query(ctx, `SELECT `+headers+`, page.seq, '', `+lines+whole(`SELECT seq, transaction_id AS id FROM ledger_seals s WHERE seq > $1
			AND EXISTS (SELECT 1 FROM ledger_postings WHERE transaction_id = s.transaction_id AND kind `+b.dialect.In("$2")+`)
			ORDER BY seq LIMIT $3`)+`ORDER BY page.seq, p.line`, after, listed(kinds), limit)
	all, err := collect(rows, err)
	found := make([]Sealed, len(all))
	for i, s := range all {
		found[i] = Sealed{s.seq, s.Transaction}
	}
	return found, err
}
