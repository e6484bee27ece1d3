package ledger

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// Post adds t to the journal as part of tx, at tx.Now; an ID is made where there is none. A key that was posted before with the same
// content posts nothing and is no error: posted is false then. It returns invalid for what is no transaction (unbalanced, zero, negative or
// too large amounts, an account that there cannot be, no key), and conflict where the key stands for another content. Where another
// transaction posts the same key at the same time, db.ErrAgain has tx run again: callers hand errors on as they are.
func Post(ctx context.Context, tx *db.Tx, t Transaction) (posted bool, err error) {
	if t.Reverses != "" {
		return false, errs.New(errs.Invalid, "ledger.not_by_reverse").With(errs.Args{"Key": t.Key})
	}
	return post(ctx, tx, &t)
}

func post(ctx context.Context, tx *db.Tx, t *Transaction) (bool, error) {
	if err := t.check(); err != nil {
		return false, err
	}
	content := t.content()
	var before string
	switch err := tx.QueryRow(ctx, "SELECT content FROM ledger_transactions WHERE key = $1", t.Key).Scan(&before); {
	case err == nil && before != content:
		return false, errs.New(errs.Conflict, "ledger.key_taken").With(errs.Args{"Key": t.Key})
	case err == nil:
		return false, nil
	case !errors.Is(err, sql.ErrNoRows):
		return false, err
	}
	if t.ID == "" {
		t.ID = ids.New()
	}
	t.At = tx.Now
	err := insert(ctx, tx, t, content)
	if db.IsUnique(err) {
		return false, errors.Join(db.ErrAgain, err)
	}
	return err == nil, err
}

// Reverse takes the transaction of key back, as part of tx: it posts the same amounts with their signs turned, under newKey. A reversal that
// was posted before is returned as it is. It returns not_found where nothing has the key, and conflict for a reversal, for what has been
// reversed before under another key, and where newKey stands for something else.
func Reverse(ctx context.Context, tx *db.Tx, key, newKey, actor, note string) (Transaction, error) {
	original, err := byKey(ctx, tx, key)
	if err != nil {
		return Transaction{}, err
	}
	if original.Reverses != "" {
		return Transaction{}, errs.New(errs.Conflict, "ledger.reversal_of_reversal").With(errs.Args{"Key": key})
	}
	t := Transaction{Key: newKey, Type: Reversal, Subject: original.Subject, Reference: original.Reference, Actor: actor, Note: note, Reverses: original.ID}
	t.Postings = slices.Clone(original.Postings)
	for i := range t.Postings {
		t.Postings[i].Minor = -t.Postings[i].Minor
	}
	var other string
	err = tx.QueryRow(ctx, "SELECT key FROM ledger_transactions WHERE reverses = $1", original.ID).Scan(&other)
	switch {
	case err == nil && other != newKey:
		return Transaction{}, errs.New(errs.Conflict, "ledger.reversed_before").With(errs.Args{"Key": key})
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return Transaction{}, err
	}
	posted, err := post(ctx, tx, &t)
	if err != nil || posted {
		return t, err
	}
	return byKey(ctx, tx, newKey)
}

// ListIndexes are the indexes that only lists read: what fills the journal may do without them meanwhile.
var ListIndexes = []string{"ledger_transactions_at", "ledger_transactions_type", "ledger_transactions_subject", "ledger_transactions_reference", "ledger_postings_kind", "ledger_postings_owner"}

// Import adds many transactions with times of their own, and seals them in the order in which they are given, for filling a database. An ID is
// made where there is none. It returns invalid for the first that is no transaction, and fails for a key that was posted before; tx must then not
// be committed.
func Import(ctx context.Context, tx *db.Tx, all []Transaction) error {
	c, err := openChain(ctx, tx)
	if err != nil {
		return err
	}
	const postingsEach = 4
	headers, postings := make([][]any, 0, len(all)), make([][]any, 0, postingsEach*len(all))
	for i := range all {
		t := &all[i]
		if err := t.check(); err != nil {
			return err
		}
		if t.ID == "" {
			t.ID = ids.New()
		}
		if !ids.Valid(t.ID) || t.At.IsZero() {
			return errs.New(errs.Invalid, "ledger.import_incomplete").With(errs.Args{"Key": t.Key})
		}
		content := t.content()
		headers, postings = append(headers, t.header(content)), t.rows(postings)
		c.add(t, content)
	}
	// The seals come before the transactions, which then need not wait for any.
	if err := tx.InsertMany(ctx, "ledger_postings", postingColumns, postings); err != nil {
		return err
	}
	if err := c.write(ctx); err != nil {
		return err
	}
	if err := tx.InsertMany(ctx, "ledger_transactions", headerColumns, headers); err != nil || tx.Dialect() == db.SQLite {
		return err
	}
	// PostgreSQL makes no index anew on a table whose references it has yet to look at.
	for _, when := range []string{"IMMEDIATE", "DEFERRED"} {
		if _, err := tx.Exec(ctx, "SET CONSTRAINTS ledger_postings_whole, ledger_seals_transaction "+when); err != nil {
			return err
		}
	}
	return nil
}
