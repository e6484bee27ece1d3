package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
	"khadamat/load/rig"
)

// postingShare is how much of the floor's rate posting must reach.
const postingShare = 0.5

// measurePosting lets ledger.Post and a bare transaction with the same rows take turns, one writer first and then many. The rows are those
// of an earning, the house's most frequent transaction: a header and four postings.
func measurePosting(ctx context.Context, engine string, place rig.Place, o options, report *rig.Report) error {
	d, err := db.Open(ctx, db.Config{URL: place.DatabaseURL, Folder: place.Folder}, clock.System{})
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	bare, err := newBarePosting(ctx, d)
	if err != nil {
		return err
	}
	defer bare.close()
	post := func() error {
		return d.Tx(ctx, func(tx *db.Tx) error {
			posted, err := ledger.Post(ctx, tx, earning(ids.New()))
			if err == nil && !posted {
				err = fmt.Errorf("a new key was posted before")
			}
			return err
		})
	}
	for _, writers := range []int{1, 16} {
		var posts, floors, shares []float64
		for round := range o.rounds + 1 {
			a, err := takeTurn(writers, o.round, post)
			if err != nil {
				return fmt.Errorf("post: %w", err)
			}
			b, err := takeTurn(writers, o.round, func() error { return bare.insert(ctx) })
			if err != nil {
				return fmt.Errorf("floor: %w", err)
			}
			if round > 0 { // the first warms caches and statements
				posts, floors, shares = append(posts, a), append(floors, b), append(shares, a/b)
			}
		}
		share := rig.Median(shares)
		report.Figure(fmt.Sprintf("ledger posting, %s, %d writers", engine, writers),
			fmt.Sprintf("%.0f/s of %.0f/s: %.0f %% (%.0f to %.0f)", rig.Median(posts), rig.Median(floors), 100*share, 100*slices.Min(shares), 100*slices.Max(shares)),
			fmt.Sprintf("≥ %.0f %% of the floor", 100*postingShare), share >= postingShare)
	}
	return nil
}

// earning is what a provider gets of 350 dirhams.
func earning(payment string) ledger.Transaction {
	amount := func(minor int64) money.Amount { return money.Of(minor, money.MAD) }
	return ledger.Transaction{Key: "earning:" + payment, Type: "earning", Subject: payment, Reference: "ch_" + payment, Postings: []ledger.Posting{
		ledger.Debit(ledger.Of(ledger.FundsHeld), amount(35_000)), ledger.Credit(ledger.PayableTo("0192aaaa-0000-7000-8000-000000000001"), amount(30_800)),
		ledger.Credit(ledger.Of(ledger.Commission), amount(3_500)), ledger.Credit(ledger.Of(ledger.VAT), amount(700))}}
}

// barePosting is the least that storing an earning can cost on an engine: one transaction of two prepared INSERTs into the same tables, with
// the same indexes, constraints and triggers, and nothing read, decided or hashed.
type barePosting struct {
	db               *db.DB
	postings, header *sql.Stmt
	content          string
}

func newBarePosting(ctx context.Context, d *db.DB) (*barePosting, error) {
	b := &barePosting{db: d, content: strings.Repeat("0", 64)}
	var places []string
	for i := range earning("").Postings {
		k := 8 * i
		places = append(places, fmt.Sprintf("($%d, $%d, $%d, $%d, $%d, $%d, $%d, $%d)", k+1, k+2, k+3, k+4, k+5, k+6, k+7, k+8))
	}
	var err error
	if b.postings, err = d.Writer().PrepareContext(ctx, `INSERT INTO ledger_postings (transaction_id, line, of_lines, kind, owner, currency, minor, at) VALUES `+strings.Join(places, ", ")); err != nil {
		return nil, err
	}
	b.header, err = d.Writer().PrepareContext(ctx, `INSERT INTO ledger_transactions (id, key, type, at, subject, reference, actor, note, reverses, content, lines)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
	return b, err
}

func (b *barePosting) insert(ctx context.Context) error {
	t, id, at := earning(ids.New()), ids.New(), time.Now().UnixMicro()
	tx, err := b.db.Writer().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	var values []any
	for i, p := range t.Postings {
		values = append(values, id, i+1, len(t.Postings), string(p.Account.Kind), p.Account.Owner, string(p.Currency), p.Minor, at)
	}
	if _, err := tx.StmtContext(ctx, b.postings).ExecContext(ctx, values...); err != nil {
		return err
	}
	if _, err := tx.StmtContext(ctx, b.header).ExecContext(ctx, id, t.Key, t.Type, at, t.Subject, t.Reference, "", "", nil, b.content, len(t.Postings)); err != nil {
		return err
	}
	return tx.Commit()
}

func (b *barePosting) close() {
	_ = b.postings.Close()
	_ = b.header.Close()
}

// takeTurn does something so many times with n writers and returns how many a second they did.
func takeTurn(n, times int, do func() error) (float64, error) {
	var next atomic.Int64
	var failure atomic.Pointer[error]
	var writers sync.WaitGroup
	began := time.Now()
	for range n {
		writers.Go(func() {
			for next.Add(1) <= int64(times) && failure.Load() == nil {
				if err := do(); err != nil {
					failure.Store(&err)
				}
			}
		})
	}
	writers.Wait()
	if err := failure.Load(); err != nil {
		return 0, *err
	}
	return float64(times) / time.Since(began).Seconds(), nil
}
