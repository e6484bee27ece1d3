package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"khadamat/internal/money"
	"khadamat/internal/platform/db"
)

// Proof is what Verify found: how many transactions the chain covers, its last hash, and how many wait for their seal. Who keeps a Head
// elsewhere can later tell that the chain was cut short.
type Proof struct {
	Sealed, Unsealed int64
	Postings         int64 // of what is sealed
	Head             string
}

// Verify recomputes the journal from its first transaction: the sums, the contents, the chain and the balances. It returns an error that
// names the first lie: the transaction by id and key, and what is wrong with it. The journal may grow meanwhile.
func Verify(ctx context.Context, d *db.DB) (Proof, error) {
	v := verifier{d: d, balances: map[purse]money.Amount{}}
	for _, check := range []func(context.Context) error{v.sealed, v.waiting, v.strays} {
		if err := check(ctx); err != nil {
			return v.proof, fmt.Errorf("ledger: %w", err)
		}
	}
	return v.proof, nil
}

type verifier struct {
	d        *db.DB
	proof    Proof
	balances map[purse]money.Amount // of what is sealed
}

// sealed goes through the chain to its end, and then holds the balances against it. Where the chain has grown until the balances were read,
// what is new is gone through too.
func (v *verifier) sealed(ctx context.Context) error {
	for {
		if err := v.chain(ctx); err != nil {
			return err
		}
		if done, err := v.kept(ctx); err != nil || done {
			return err
		}
	}
}

func (v *verifier) chain(ctx context.Context) error {
	rows, err := v.d.Query(ctx, `SELECT `+headers+`, s.seq, s.hash, `+lines+` FROM ledger_seals s
		JOIN ledger_transactions t ON t.id = s.transaction_id JOIN ledger_postings p ON p.transaction_id = t.id
		WHERE s.seq > $1 ORDER BY s.seq, p.line`, v.proof.Sealed)
	return scanStored(rows, err, func(s *stored) error {
		if s.seq != v.proof.Sealed+1 {
			return v.missing(ctx)
		}
		if err := s.verify(); err != nil {
			return err
		}
		if link(s.seq, v.proof.Head, &s.Transaction, s.content) != s.hash {
			return fmt.Errorf("%s (seal %d) is not what was sealed", s.name(), s.seq)
		}
		if err := addUp(v.balances, s.Postings); err != nil {
			return fmt.Errorf("%s: %w", s.name(), err)
		}
		v.proof.Sealed, v.proof.Head, v.proof.Postings = s.seq, s.hash, v.proof.Postings+int64(len(s.Postings))
		return nil
	})
}

func (t *Transaction) name() string { return fmt.Sprintf("transaction %s (%s)", t.ID, t.Key) }

// missing says what is wrong where the chain does not go on.
func (v *verifier) missing(ctx context.Context) error {
	seq := v.proof.Sealed + 1
	var id string
	err := v.d.QueryRow(ctx, "SELECT transaction_id FROM ledger_seals WHERE seq = $1", seq).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("seal %d is missing", seq)
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("transaction %s of seal %d is missing, or its postings are", id, seq)
}

// verify holds a transaction against the rules and against its own hash.
func (s *stored) verify() error {
	if err := s.check(); err != nil {
		return fmt.Errorf("%s is no transaction: %w", s.name(), err)
	}
	if s.strayed {
		return fmt.Errorf("%s has a posting at another time", s.name())
	}
	if s.Transaction.content() != s.content {
		return fmt.Errorf("%s is not what was posted", s.name())
	}
	return nil
}

// kept compares the balances that the sealer keeps with those of the chain. It is not done where the chain has grown meanwhile.
func (v *verifier) kept(ctx context.Context) (done bool, err error) {
	rows, err := v.d.Query(ctx, `SELECT h.seq, coalesce(b.kind, ''), coalesce(b.owner, ''), coalesce(b.currency, ''), coalesce(b.minor, 0)
		FROM (SELECT coalesce(max(seq), 0) AS seq FROM ledger_seals) h LEFT JOIN ledger_balances b ON 1 = 1`)
	seq, balances := v.proof.Sealed, map[purse]int64{}
	_, err = db.Collect(rows, err, func(rows *sql.Rows) (of purse, err error) {
		var minor int64
		if err = rows.Scan(&seq, (*string)(&of.Kind), &of.Owner, (*string)(&of.currency), &minor); err == nil && of.Kind != "" {
			balances[of] = minor
		}
		return of, err
	})
	switch {
	case err != nil:
		return false, err
	case seq < v.proof.Sealed:
		return false, fmt.Errorf("seal %d is missing", seq+1)
	case seq > v.proof.Sealed:
		// Either new seals, which the chain goes through next, or seals whose transactions are gone, where it cannot go on.
		return false, v.beyond(ctx)
	}
	all := slices.Collect(maps.Keys(balances))
	for of := range v.balances {
		if _, known := balances[of]; !known {
			all = append(all, of)
		}
	}
	slices.SortFunc(all, func(a, b purse) int { return cmp.Compare(a.String(), b.String()) })
	for _, of := range all {
		if kept, sum := balances[of], v.balances[of].Minor; kept != sum {
			return false, fmt.Errorf("the balance of %s is kept as %s and adds up to %s", of, money.Of(kept, of.currency), money.Of(sum, of.currency))
		}
	}
	return true, nil
}

func (p purse) String() string {
	if p.Owner == "" {
		return string(p.Kind)
	}
	return string(p.Kind) + " of " + p.Owner
}

// beyond returns an error where the next seal has no transaction with postings.
func (v *verifier) beyond(ctx context.Context) error {
	var there bool
	err := v.d.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM ledger_seals s JOIN ledger_transactions t ON t.id = s.transaction_id
		JOIN ledger_postings p ON p.transaction_id = t.id WHERE s.seq = $1)`, v.proof.Sealed+1).Scan(&there)
	if err != nil || there {
		return err
	}
	return v.missing(ctx)
}

// waiting goes through what has no seal yet: it is told from what has lost its seal by waiting for one.
func (v *verifier) waiting(ctx context.Context) error {
	rows, err := v.d.Query(ctx, `SELECT `+headers+`, `+noSeal+`, `+lines+whole(`SELECT transaction_id AS id FROM ledger_unsealed`)+`ORDER BY t.id, p.line`)
	return scanStored(rows, err, func(s *stored) error {
		v.proof.Unsealed++
		return s.verify()
	})
}

// strays looks for rows that nothing leads to.
func (v *verifier) strays(ctx context.Context) error {
	for _, look := range []struct{ query, lie string }{
		{`SELECT t.id, t.key FROM ledger_transactions t WHERE NOT EXISTS (SELECT 1 FROM ledger_postings WHERE transaction_id = t.id)`, "has no postings"},
		{`SELECT t.id, t.key FROM ledger_transactions t WHERE NOT EXISTS (SELECT 1 FROM ledger_seals WHERE transaction_id = t.id)
			AND NOT EXISTS (SELECT 1 FROM ledger_unsealed WHERE transaction_id = t.id)`, "has lost its seal"},
		{`SELECT u.transaction_id, '' FROM ledger_unsealed u WHERE EXISTS (SELECT 1 FROM ledger_seals WHERE transaction_id = u.transaction_id)
			OR NOT EXISTS (SELECT 1 FROM ledger_transactions WHERE id = u.transaction_id)`, "waits for a seal that it cannot get"},
		{`SELECT p.transaction_id, '' FROM ledger_postings p WHERE NOT EXISTS (SELECT 1 FROM ledger_transactions WHERE id = p.transaction_id)`, "has postings and is not there"},
	} {
		var t Transaction
		err := v.d.QueryRow(ctx, look.query+" ORDER BY 1 LIMIT 1").Scan(&t.ID, &t.Key)
		if err == nil {
			return fmt.Errorf("%s %s", t.name(), look.lie)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	return nil
}
