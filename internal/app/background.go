package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

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
	every(time.Second, "seal the audit log", func(ctx context.Context) error { return sealAudit(ctx, d) })
	every(time.Minute, "expire requests", func(ctx context.Context) error {
		_, err := s.Bookings.ExpireDue(ctx)
		return err
	})
	every(time.Hour, "forget idempotency keys", func(ctx context.Context) error { return idempotency.Forget(ctx, d, idempotencyKeysKept) })
	every(time.Hour, "forget what accounts need no more", s.Accounts.Prune)
	tasks.Wait()
	s.Cache.Close()
	if err := sealAudit(context.WithoutCancel(ctx), d); err != nil {
		logger.Error("cannot seal the audit log before leaving", "error", err)
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
