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
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/live"
	"khadamat/internal/recon/engine"
	"khadamat/internal/texts"
)

// fillEmpty fills the database with demo data unless there is anything in it.
func fillEmpty(ctx context.Context, s Storage, logger *slog.Logger) error {
	started := time.Now()
	summary, err := prepareDemo(ctx, s, demo.Config{Scale: 1, Day: started}, logger)
	if errs.CodeOf(err) == errs.Conflict {
		return nil
	}
	if err != nil {
		return err
	}
	logger.Info("filled the empty database with demo data", "bookings", summary.Bookings, "providers", summary.Providers, "seconds", time.Since(started).Seconds())
	return nil
}

// prepareDemo fills an empty database and has its last evening played by the house itself, by a clock that stands there. The letters
// that this writes wait in the queue for the first server.
func prepareDemo(ctx context.Context, s Storage, config demo.Config, logger *slog.Logger) (summary demo.Summary, err error) {
	evening := clock.NewManual(time.Now())
	storage := s.database()
	storage.CacheMegabytes = 128 // hundreds of thousands of rows go into a dozen indexes at once
	if config.DB, err = open(ctx, storage, evening); err != nil {
		return summary, err
	}
	defer func() { err = errors.Join(err, config.DB.Close()) }()
	blobs, err := blob.NewFolder(s.blobFolder())
	if err != nil {
		return summary, err
	}
	config.Blobs, config.Folder = blobs, s.demoFolder()
	if summary, err = demo.Fill(ctx, config); err != nil {
		return summary, err
	}
	evening.Set(summary.Cast.Evening())
	hub := live.New(live.NewLocal(), live.Options{})
	defer hub.Drain()
	house, err := NewServices(ctx, Ground{DB: config.DB, Clock: evening, Hub: hub, Blobs: blobs, Logger: logger,
		Recon: Reconciling{Folder: s.reconFolder(), Runner: engine.InProcess()}})
	if err != nil {
		return summary, err
	}
	defer house.Cache.Close()
	return summary, demo.Play(ctx, demo.Stage{
		DB: config.DB, Clock: evening, Accounts: house.Accounts, Favourites: house.Favourites, Gallery: house.Gallery, Quotes: house.Quotes,
		Reviews: house.Reviews, Disputes: house.Disputes, Verifications: house.Documents, Workspace: house.Workspace, Proof: house.Proof,
	}, summary.Cast)
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
	started := time.Now()
	summary, err := prepareDemo(ctx, c.Storage, demo.Config{Seed: c.Seed, Scale: c.Scale, Day: day}, slog.New(slog.DiscardHandler))
	if err != nil {
		return inWords(err)
	}
	fmt.Fprintf(out, "%d providers, %d services, %d customers, %d bookings in %.1f s\n", summary.Providers, summary.Services, summary.Customers, summary.Bookings, time.Since(started).Seconds())
	return nil
}

// VerifyAudit recomputes the audit log's chain and prints its proof, or returns an error that names the first lie.
func VerifyAudit(ctx context.Context, s Storage, out io.Writer) error {
	d, err := open(ctx, s.database(), clock.System{})
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
