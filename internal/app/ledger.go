package app

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/timezone"
)

// VerifyLedger recomputes the ledger and prints its proof, or returns an error that names the first lie.
func VerifyLedger(ctx context.Context, s Storage, out io.Writer) error {
	return withLedger(ctx, s, func(d *db.DB, _ *time.Location) error {
		proof, err := ledger.Verify(ctx, d)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "ledger: %d transactions with %d postings sealed and true, %d true and not sealed yet\nhead %s\n", proof.Sealed, proof.Postings, proof.Unsealed, proof.Head)
		return err
	})
}

// PrintTrial prints the trial balance at the beginning of a day, written as 2026-11-22, in Morocco; the empty day is now. It returns an error
// where it is not even.
func PrintTrial(ctx context.Context, s Storage, day string, out io.Writer) error {
	return withLedger(ctx, s, func(d *db.DB, zone *time.Location) error {
		at, err := beginningOf(day, zone)
		if err != nil {
			return err
		}
		trial, err := ledger.NewBook(d).Trial(ctx, at)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(table, "account\tdebit\tcredit\t")
		for _, row := range trial.Rows {
			fmt.Fprintf(table, "%s\t%s\t%s\t\n", row.Kind, row.Debit, row.Credit)
		}
		for _, total := range trial.Totals {
			fmt.Fprintf(table, "total\t%s\t%s\t\n", total.Debit, total.Credit)
		}
		if err := table.Flush(); err != nil {
			return err
		}
		if !trial.Balanced() {
			return fmt.Errorf("the trial balance is not even")
		}
		return nil
	})
}

// PrintStatement prints an account's history, from the beginning of a day to that of another in Morocco; empty days leave it open. The
// account is a kind, with its owner behind a colon where it has one.
func PrintStatement(ctx context.Context, s Storage, account, from, to string, out io.Writer) error {
	return withLedger(ctx, s, func(d *db.DB, zone *time.Location) error {
		begin, err := beginningOf(from, zone)
		if err != nil {
			return err
		}
		end, err := beginningOf(to, zone)
		if err != nil {
			return err
		}
		kind, owner, _ := strings.Cut(account, ":")
		of := ledger.Account{Kind: ledger.Kind(kind), Owner: owner}
		if !of.Valid() {
			return fmt.Errorf("account %q: give one of %v, provider_payable with its provider as provider_payable:ID", account, ledger.Kinds)
		}
		return printStatement(ctx, ledger.NewBook(d), of, begin, end, zone, out)
	})
}

func printStatement(ctx context.Context, book *ledger.Book, of ledger.Account, begin, end time.Time, zone *time.Location, out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	balances := func(what string, amounts []money.Amount) {
		for _, amount := range amounts {
			fmt.Fprintf(table, "%s\t\t\t\t%s\n", what, amount)
		}
	}
	for cursor := ""; ; {
		page, err := book.Statement(ctx, of, begin, end, cursor, db.LargestPage)
		if err != nil {
			return inWords(err)
		}
		if cursor == "" {
			balances("opening", page.Opening)
		}
		for _, line := range page.Lines {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", line.At.In(zone).Format("2006-01-02 15:04:05"), line.Key, line.Reference, line.Amount, line.Balance)
		}
		if cursor = page.NextCursor; cursor == "" {
			balances("closing", page.Closing)
			return table.Flush()
		}
	}
}

// withLedger opens the database for a command. Days are those of Morocco.
func withLedger(ctx context.Context, s Storage, do func(*db.DB, *time.Location) error) error {
	zone, err := timezone.Load("Africa/Casablanca")
	if err != nil {
		return err
	}
	d, err := open(ctx, s.database(), clock.System{})
	if err != nil {
		return err
	}
	defer d.Close()
	return do(d, zone)
}

func beginningOf(day string, zone *time.Location) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("day %q: write it as 2026-11-22", day)
	}
	return at, nil
}
