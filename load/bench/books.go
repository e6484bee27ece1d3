package main

import (
	"context"
	"fmt"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
	"khadamat/load/rig"
)

// What the books that are read hold: the money of 18 months.
const (
	bookDays      = 540
	bookPayments  = 16_000
	bookProviders = 300
	readTarget    = 20 * time.Millisecond
	readSamples   = 50
)

// measureBooks fills a ledger as the demo does, and asks it what dashboards and pages ask.
func measureBooks(ctx context.Context, engine string, place rig.Place, _ options, report *rig.Report) error {
	d, err := db.Open(ctx, db.Config{URL: place.DatabaseURL, Folder: place.Folder, CacheMegabytes: 128}, clock.System{})
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	all, provider := eighteenMonths(time.Now())
	started := time.Now()
	if err := d.Tx(ctx, func(tx *db.Tx) error {
		return tx.WithoutIndexes(ctx, ledger.ListIndexes, func() error { return ledger.Import(ctx, tx, all) })
	}); err != nil {
		return err
	}
	report.Note(fmt.Sprintf("ledger, %s: import of %d transactions", engine, len(all)), fmt.Sprintf("%.2f s", time.Since(started).Seconds()))
	started = time.Now()
	if _, err := ledger.Verify(ctx, d); err != nil {
		return err
	}
	report.Note("… verify", fmt.Sprintf("%.2f s", time.Since(started).Seconds()))
	book, now := ledger.NewBook(d), time.Now()
	clearing, month := ledger.Of(ledger.ProcessorClearing), now.AddDate(0, -1, 0)
	for _, read := range []struct {
		what string
		do   func() error
	}{
		{"a balance, now", func() error { _, err := book.Balance(ctx, clearing, money.MAD, time.Time{}); return err }},
		{"a balance, a month ago", func() error { _, err := book.Balance(ctx, clearing, money.MAD, month); return err }},
		{"trial balance, now", func() error { _, err := book.Trial(ctx, time.Time{}); return err }},
		{"trial balance, a month ago", func() error { _, err := book.Trial(ctx, month); return err }},
		{"what providers are owed", func() error { _, err := book.Payables(ctx, time.Time{}); return err }},
		{"30 days of all kinds", func() error { _, err := book.Daily(ctx, ledger.Kinds, month, now, time.UTC); return err }},
		{"a provider's statement", func() error {
			_, err := book.Statement(ctx, ledger.PayableTo(provider), time.Time{}, time.Time{}, "", 50)
			return err
		}},
		{"the latest transactions", func() error { _, err := book.Find(ctx, ledger.Filter{Limit: 50}); return err }},
	} {
		var samples []time.Duration
		for range readSamples {
			started := time.Now()
			if err := read.do(); err != nil {
				return err
			}
			samples = append(samples, time.Since(started))
		}
		slowest := rig.Quantile(samples, 0.95)
		report.Figure("… "+read.what+", p95", rig.Millis(slowest), "< 20 ms", slowest < readTarget)
	}
	for _, read := range []struct {
		what string
		do   func() error
	}{
		{"trial balance, a year ago", func() error { _, err := book.Trial(ctx, now.AddDate(-1, 0, 0)); return err }},
		{"18 months of all kinds", func() error {
			_, err := book.Daily(ctx, ledger.Kinds, now.AddDate(0, -18, 0), now, time.UTC)
			return err
		}},
	} {
		started := time.Now()
		if err := read.do(); err != nil {
			return err
		}
		report.Note("… "+read.what, rig.Millis(time.Since(started)))
	}
	return nil
}

// eighteenMonths is the money of as many payments up to a moment: captured, earned, every fifth paid out. It returns one of the providers.
func eighteenMonths(until time.Time) (all []ledger.Transaction, provider string) {
	var providers [bookProviders]string
	for i := range providers {
		providers[i] = ids.New()
	}
	amount := func(minor int64) money.Amount { return money.Of(minor, money.MAD) }
	step := bookDays * 24 * time.Hour / bookPayments
	at := until.Add(-bookPayments * step)
	add := func(name, payment string, postings ...ledger.Posting) {
		all = append(all, ledger.Transaction{Key: name + ":" + payment, Type: name, At: at, Subject: payment, Postings: postings})
	}
	for i := range bookPayments {
		payment, payable, gross := ids.New(), ledger.PayableTo(providers[i%bookProviders]), int64(10_000+i%300*100)
		add("capture", payment, ledger.Debit(ledger.Of(ledger.ProcessorClearing), amount(gross-250)), ledger.Debit(ledger.Of(ledger.ProcessorFees), amount(250)),
			ledger.Credit(ledger.Of(ledger.FundsHeld), amount(gross)))
		add("earning", payment, ledger.Debit(ledger.Of(ledger.FundsHeld), amount(gross)), ledger.Credit(payable, amount(gross-gross/10-gross/50)),
			ledger.Credit(ledger.Of(ledger.Commission), amount(gross/10)), ledger.Credit(ledger.Of(ledger.VAT), amount(gross/50)))
		if i%5 == 4 {
			add("payout", payment, ledger.Debit(payable, amount(20_000)), ledger.Credit(ledger.Of(ledger.PayoutClearing), amount(20_000)))
		}
		at = at.Add(step)
	}
	return all, providers[0]
}
