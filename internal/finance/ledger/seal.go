package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"khadamat/internal/money"
	"khadamat/internal/platform/chain"
	"khadamat/internal/platform/db"
)

// A transaction is sealed a moment after it was posted, in batches, as entries of the audit log are: a chain has one end, and what posts
// would take turns there. The sealer also keeps each account's balance.

// sealBatch bounds how many transactions are sealed at once, so that sealing never holds the database for long.
const sealBatch = 500

// link is a transaction's seal: it covers the seal before, and the transaction's id, time and content.
func link(seq int64, before string, t *Transaction, content string) string {
	return chain.Hash(seq, before, t.ID, t.At.UnixMicro(), content)
}

// purse is an account in one currency.
type purse struct {
	Account
	currency money.Currency
}

// ending is the end of the chain while it grows in a transaction.
type ending struct {
	tx       *db.Tx
	seq      int64
	hash     string
	seals    [][]any
	balances map[purse]money.Amount
	overflow error
}

// openChain takes the end of the chain for this transaction alone.
func openChain(ctx context.Context, tx *db.Tx) (*ending, error) {
	if err := tx.Lock(ctx, "ledger.chain"); err != nil {
		return nil, err
	}
	c := &ending{tx: tx, balances: map[purse]money.Amount{}}
	var err error
	c.seq, c.hash, err = head(ctx, tx)
	return c, err
}

// head returns the last seal; before the first one they are 0 and "".
func head(ctx context.Context, q db.Querier) (seq int64, hash string, err error) {
	err = q.QueryRow(ctx, "SELECT seq, hash FROM ledger_seals ORDER BY seq DESC LIMIT 1").Scan(&seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", nil
	}
	return seq, hash, err
}

func (c *ending) add(t *Transaction, content string) {
	c.seq++
	c.hash = link(c.seq, c.hash, t, content)
	c.seals = append(c.seals, []any{c.seq, t.ID, c.hash})
	if err := addUp(c.balances, t.Postings); err != nil && c.overflow == nil {
		c.overflow = err
	}
}

// addUp adds postings to balances.
func addUp(balances map[purse]money.Amount, postings []Posting) error {
	for _, p := range postings {
		of := purse{p.Account, p.Currency}
		sum, err := money.Of(balances[of].Minor, p.Currency).Add(p.Amount())
		if err != nil {
			return fmt.Errorf("the balance of %s %s: %w", p.Account.Kind, p.Account.Owner, err)
		}
		balances[of] = sum
	}
	return nil
}

// write stores the seals and what they add to the balances.
func (c *ending) write(ctx context.Context) error {
	if c.overflow != nil {
		return c.overflow
	}
	if err := c.tx.InsertMany(ctx, "ledger_seals", []string{"seq", "transaction_id", "hash"}, c.seals); err != nil {
		return err
	}
	for of, change := range c.balances {
		if _, err := c.tx.Exec(ctx, `INSERT INTO ledger_balances (kind, owner, currency, minor) VALUES ($1, $2, $3, $4)
			ON CONFLICT (kind, owner, currency) DO UPDATE SET minor = ledger_balances.minor + excluded.minor`,
			string(of.Kind), of.Owner, string(of.currency), change.Minor); err != nil {
			return err
		}
	}
	return nil
}

// Seal chains all transactions that have no seal yet and returns how many they were. Several nodes may call it at once.
func Seal(ctx context.Context, d *db.DB) (int, error) {
	return chain.InBatches(sealBatch, func() (int, error) { return sealSome(ctx, d) })
}

// Pending says whether there is anything to seal, without taking a write lock.
func Pending(ctx context.Context, d *db.DB) (pending bool, err error) {
	err = d.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM ledger_unsealed)`).Scan(&pending)
	return pending, err
}

func sealSome(ctx context.Context, d *db.DB) (int, error) {
	sealed := 0
	err := d.Tx(ctx, func(tx *db.Tx) error {
		c, err := openChain(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT `+headers+`, `+noSeal+`, `+lines+
			whole(`SELECT transaction_id AS id FROM ledger_unsealed ORDER BY transaction_id LIMIT $1`)+`ORDER BY t.id, p.line`, sealBatch)
		waiting, err := collect(rows, err)
		if err != nil {
			return err
		}
		done := make([]string, len(waiting))
		for i, s := range waiting {
			c.add(&s.Transaction, s.content)
			done[i] = s.ID
		}
		sealed = len(done)
		if sealed == 0 {
			return nil
		}
		if err := c.write(ctx); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "DELETE FROM ledger_unsealed WHERE transaction_id "+tx.Dialect().In("$1"), db.List(done))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("seal the ledger: %w", err)
	}
	return sealed, nil
}
