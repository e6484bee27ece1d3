package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/ids"
)

const historyDays = 540

// history is 18 months of captures, earnings and weekly payouts up to the start of the test's clock: 35,000 transactions.
func history() []ledger.Transaction {
	const payments, providers = 16_000, 300
	var all []ledger.Transaction
	at := dbtest.Start.Add(-historyDays * 24 * time.Hour)
	step := historyDays * 24 * time.Hour / payments
	add := func(one ledger.Transaction) {
		one.ID, one.At = ids.New(), at
		all = append(all, one)
	}
	for i := range payments {
		at = at.Add(step)
		name, provider := fmt.Sprint(i), fmt.Sprintf("0192aaaa-0000-7000-8000-%012d", i%providers)
		add(capture(name, 10_000+int64(i%300)*100, 250))
		add(earning(name, provider, 10_000+int64(i%300)*100))
		if i%5 == 4 {
			add(move("payout:"+name, ledger.PayableTo(provider), ledger.Of(ledger.PayoutClearing), 20_000))
		}
	}
	return all
}

func filled(b *testing.B, d *db.DB) {
	b.Helper()
	all := history()
	started := time.Now()
	if err := d.Tx(b.Context(), func(tx *db.Tx) error { return ledger.Import(b.Context(), tx, all) }); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d transactions imported in %.2f s", len(all), time.Since(started).Seconds())
}

// What dashboards and pages ask for, on 18 months of history.
func BenchmarkReads(b *testing.B) {
	for name, open := range map[string]func(testing.TB, clock.Clock) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.PostgreSQL} {
		d := open(b, clock.NewManual(dbtest.Start))
		filled(b, d)
		book, ctx, now := ledger.NewBook(d), b.Context(), dbtest.Start
		provider := ledger.PayableTo("0192aaaa-0000-7000-8000-000000000007")
		clearing := ledger.Of(ledger.ProcessorClearing)
		for what, read := range map[string]func() error{
			"balance now":           func() error { _, err := book.Balance(ctx, clearing, money.MAD, time.Time{}); return err },
			"balance a month ago":   func() error { _, err := book.Balance(ctx, clearing, money.MAD, now.AddDate(0, -1, 0)); return err },
			"balance a year ago":    func() error { _, err := book.Balance(ctx, clearing, money.MAD, now.AddDate(-1, 0, 0)); return err },
			"balance of a provider": func() error { _, err := book.Balance(ctx, provider, money.MAD, now.AddDate(-1, 0, 0)); return err },
			"trial now":             func() error { _, err := book.Trial(ctx, time.Time{}); return err },
			"trial a month ago":     func() error { _, err := book.Trial(ctx, now.AddDate(0, -1, 0)); return err },
			"trial a year ago":      func() error { _, err := book.Trial(ctx, now.AddDate(-1, 0, 0)); return err },
			"payables":              func() error { _, err := book.Payables(ctx, time.Time{}); return err },
			"payables a week ago":   func() error { _, err := book.Payables(ctx, now.AddDate(0, 0, -7)); return err },
			"30 days": func() error {
				_, err := book.Daily(ctx, ledger.Kinds, now.AddDate(0, 0, -30), now, time.UTC)
				return err
			},
			"18 months": func() error {
				_, err := book.Daily(ctx, ledger.Kinds, now.AddDate(0, -18, 0), now, time.UTC)
				return err
			},
			"statement":             func() error { _, err := book.Statement(ctx, clearing, now.AddDate(0, -1, 0), now, "", 50); return err },
			"statement, whole":      func() error { _, err := book.Statement(ctx, clearing, time.Time{}, time.Time{}, "", 50); return err },
			"statement of provider": func() error { _, err := book.Statement(ctx, provider, time.Time{}, time.Time{}, "", 50); return err },
			"find latest":           func() error { _, err := book.Find(ctx, ledger.Filter{Limit: 50}); return err },
			"find by kind": func() error {
				_, err := book.Find(ctx, ledger.Filter{Kind: ledger.PayoutClearing, Limit: 50})
				return err
			},
			"find by kind and type": func() error {
				_, err := book.Find(ctx, ledger.Filter{Kind: ledger.FundsHeld, Type: "earning", Limit: 50})
				return err
			},
			"find by provider": func() error { _, err := book.Find(ctx, ledger.Filter{Owner: provider.Owner, Limit: 50}); return err },
			"find by type and time": func() error {
				_, err := book.Find(ctx, ledger.Filter{Type: "move", To: now.AddDate(-1, 0, 0), Limit: 50})
				return err
			},
			"find by subject":   func() error { _, err := book.Find(ctx, ledger.Filter{Subject: "booking of 77"}); return err },
			"find by reference": func() error { _, err := book.Find(ctx, ledger.Filter{Reference: "ch_77"}); return err },
			"since, 1000": func() error {
				_, err := book.Since(ctx, []ledger.Kind{ledger.ProcessorClearing}, 20_000, 1000)
				return err
			},
			"verify": func() error { _, err := ledger.Verify(ctx, d); return err },
		} {
			b.Run(name+"/"+what, func(b *testing.B) {
				for b.Loop() {
					if err := read(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
