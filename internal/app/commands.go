package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"khadamat/internal/app/demo"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/texts"
)

// fillEmpty fills the database with demo data unless there is anything in it.
func fillEmpty(ctx context.Context, d *db.DB, logger *slog.Logger) error {
	started := time.Now()
	summary, err := demo.Fill(ctx, demo.Config{DB: d, Scale: 1, Day: started})
	if errs.CodeOf(err) == errs.Conflict {
		return nil
	}
	if err != nil {
		return err
	}
	logger.Info("filled the empty database with demo data", "bookings", summary.Bookings, "providers", summary.Providers, "seconds", time.Since(started).Seconds())
	return nil
}

// Demo fills an empty database with demo data.
type Demo struct {
	Storage
	Scale int    `help:"How many times the usual amount, 1 to 20." default:"1"`
	Seed  int64  `help:"Another seed makes other people." default:"378"`
	Day   string `help:"The day that the data ends around, as 2026-11-22; today where it is empty."`
}

// Run fills the database and prints what is in it. It refuses a database that is not empty.
func (c Demo) Run(ctx context.Context, out io.Writer) error {
	day := time.Now()
	if c.Day != "" {
		var err error
		if day, err = time.Parse(time.DateOnly, c.Day); err != nil {
			return fmt.Errorf("day %q: write it as 2026-11-22", c.Day)
		}
	}
	d, err := open(ctx, c.Storage)
	if err != nil {
		return err
	}
	defer d.Close()
	started := time.Now()
	summary, err := demo.Fill(ctx, demo.Config{DB: d, Seed: c.Seed, Scale: c.Scale, Day: day})
	if err != nil {
		return inWords(err)
	}
	fmt.Fprintf(out, "%d providers, %d services, %d customers, %d bookings in %.1f s\n", summary.Providers, summary.Services, summary.Customers, summary.Bookings, time.Since(started).Seconds())
	return nil
}

// VerifyAudit recomputes the audit log's chain and prints its proof, or returns an error that names the first lie.
func VerifyAudit(ctx context.Context, s Storage, out io.Writer) error {
	d, err := open(ctx, s)
	if err != nil {
		return err
	}
	defer d.Close()
	proof, err := audit.Verify(ctx, d)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "audit log: %d entries sealed and true, %d not sealed yet\nhead %s\n", proof.Sealed, proof.Unsealed, proof.Head)
	return nil
}

// inWords says an error of a domain in English, the language of the command line.
func inWords(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return errors.New(texts.Catalog().T("en", e.Key, e.Args))
	}
	return err
}
