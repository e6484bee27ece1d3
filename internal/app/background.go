package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"khadamat/internal/feature"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/notify"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/idempotency"
)

// idempotencyKeysKept is how long a creation can be asked for again with the same answer.
const idempotencyKeysKept = 48 * time.Hour

// background runs what goes on beside the requests until ctx ends, and returns once all of it has stopped. Every node runs it:
// each task does no harm when another node does the same.
func (s *Services) background(ctx context.Context, d *db.DB, drain time.Duration, logger *slog.Logger) {
	var tasks sync.WaitGroup
	tasks.Go(func() { s.Accounts.Watch(ctx) })
	tasks.Go(func() { s.Statistics.Run(ctx) })
	tasks.Go(func() {
		if err := s.Catalog.Run(ctx); err != nil {
			logger.Error("the catalog has stopped", "error", err)
		}
	})
	tasks.Go(func() {
		if err := s.Queue.Run(ctx, drain); err != nil {
			logger.Error("the job queue has stopped", "error", err)
		}
	})
	every := func(interval time.Duration, name string, do func(context.Context) error) {
		tasks.Go(func() { repeat(ctx, interval, name, do, logger) })
	}
	every(feature.PollEvery, "look at the switches", s.Features.Poll)
	every(time.Second, "seal the audit log", func(ctx context.Context) error { return sealAudit(ctx, d) })
	every(time.Second, "seal the ledger", func(ctx context.Context) error { return sealLedger(ctx, d) })
	every(time.Minute, "expire requests", func(ctx context.Context) error {
		_, err := s.Bookings.ExpireDue(ctx)
		return err
	})
	every(time.Minute, "publish reviews", func(ctx context.Context) error {
		_, err := s.Reviews.PublishDue(ctx)
		return err
	})
	every(time.Minute, "look after payments", s.Payments.Tend)
	every(time.Minute, "prepare the week's payouts", func(ctx context.Context) error {
		_, err := s.Payouts.PrepareDue(ctx)
		return err
	})
	every(time.Minute, "look at other calendars", s.Calendars.EnqueueDue)
	every(time.Minute, "lift suspensions", func(ctx context.Context) error {
		_, err := s.Accounts.LiftDue(ctx)
		return err
	})
	every(time.Minute, "expire jobs", func(ctx context.Context) error {
		_, err := s.Quotes.ExpireDue(ctx)
		return err
	})
	every(time.Hour, "forget photos that were never posted", func(ctx context.Context) error {
		_, err := s.Quotes.ForgetUploads(ctx)
		return err
	})
	every(time.Hour, "forget idempotency keys", func(ctx context.Context) error { return idempotency.Forget(ctx, d, idempotencyKeysKept) })
	every(time.Hour, "forget what accounts need no more", s.Accounts.Prune)
	reminder := notify.NewReminder(s.Notices, s.Bookings)
	every(time.Minute, "send reminders", func(ctx context.Context) error {
		_, err := reminder.SendDue(ctx)
		return err
	})
	every(time.Hour, "forget old notifications", s.Notices.Prune)
	every(time.Minute, "look after the daily proof", s.Proof.Tend)
	every(10*time.Second, "look after reconciliations", s.Workspace.Tend)
	tasks.Wait()
	s.Cache.Close()
	if err := sealAudit(context.WithoutCancel(ctx), d); err != nil {
		logger.Error("cannot seal the audit log before leaving", "error", err)
	}
	if err := sealLedger(context.WithoutCancel(ctx), d); err != nil {
		logger.Error("cannot seal the ledger before leaving", "error", err)
	}
}

func repeat(ctx context.Context, interval time.Duration, name string, do func(context.Context) error, logger *slog.Logger) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			logger.Error("cannot "+name, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func sealAudit(ctx context.Context, d *db.DB) error {
	pending, err := audit.Pending(ctx, d)
	if err != nil || !pending {
		return err
	}
	_, err = audit.Seal(ctx, d)
	return err
}

func sealLedger(ctx context.Context, d *db.DB) error {
	pending, err := ledger.Pending(ctx, d)
	if err != nil || !pending {
		return err
	}
	_, err = ledger.Seal(ctx, d)
	return err
}
