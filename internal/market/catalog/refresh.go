package catalog

import (
	"context"
	"fmt"
	"maps"
	"time"

	"khadamat/internal/platform/db"
)

const (
	pollEvery = 2 * time.Second
	// pollOverlap is how far a poll looks back behind the start of the one before: a transaction that began earlier may commit
	// later, and the clocks of nodes differ a little.
	pollOverlap = 30 * time.Second
)

// Run keeps the catalog in step until ctx ends: it builds the index of words, and looks for what other nodes have changed. It
// returns nil when ctx ends, and an error where the index cannot be built. There must be one Run at a time.
func (c *Catalog) Run(ctx context.Context) error {
	defer c.words.close()
	if err := c.buildWords(); err != nil {
		return err
	}
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			if err := c.Poll(ctx); err != nil && ctx.Err() == nil {
				c.config.Logger.WarnContext(ctx, "the catalog could not look for changes", "error", err)
			}
			if c.words.scattered() {
				if err := c.buildWords(); err != nil {
					return err
				}
			}
		}
	}
}

// buildWords builds a fresh index beside the one in use, then puts it in its place. Changes made meanwhile are caught up with.
func (c *Catalog) buildWords() error {
	built, err := newWordTable(c.snapshot.Load())
	if err != nil {
		return fmt.Errorf("build the index of words: %w", err)
	}
	c.refreshing.Lock()
	defer c.refreshing.Unlock()
	if err := built.follow(c.snapshot.Load()); err != nil {
		return fmt.Errorf("catch up with the index of words: %w", err)
	}
	return c.words.use(built)
}

// Reload reads everything anew from the database. Who filled the database in one go calls it; single changes show by themselves.
func (c *Catalog) Reload(ctx context.Context) error {
	c.refreshing.Lock()
	defer c.refreshing.Unlock()
	started := c.config.Clock.Now()
	entries, err := loadEntries(ctx, c.config.DB, "status = 'active'", "TRUE")
	if err != nil {
		return fmt.Errorf("load the catalog: %w", err)
	}
	c.polled = started
	return c.show(entries)
}

// Poll looks once for what other nodes have changed; Run does so every two seconds.
func (c *Catalog) Poll(ctx context.Context) error {
	c.refreshing.Lock()
	defer c.refreshing.Unlock()
	started := c.config.Clock.Now()
	if err := c.pollReference(ctx); err != nil {
		return err
	}
	changes, err := changesSince(ctx, c.config.DB, c.polled.Add(-pollOverlap))
	if err != nil {
		return err
	}
	current := c.snapshot.Load()
	var changed []string
	for _, change := range changes {
		if known := current.providers[change.providerID]; known == nil || !known.provider.UpdatedAt.Equal(change.at) {
			changed = append(changed, change.providerID)
		}
	}
	if err := c.reread(ctx, changed); err != nil {
		return err
	}
	c.polled = started
	return nil
}

// showChange shows a provider that this process has just changed. Where that fails the change itself still stands, and the next
// poll shows it.
func (c *Catalog) showChange(ctx context.Context, providerID string) {
	ctx = context.WithoutCancel(ctx)
	c.refreshing.Lock()
	defer c.refreshing.Unlock()
	if err := c.reread(ctx, []string{providerID}); err != nil {
		c.config.Logger.WarnContext(ctx, "a change of the catalog will show late", "provider", providerID, "error", err)
	}
}

// reread brings the given providers up to date; the caller holds refreshing.
func (c *Catalog) reread(ctx context.Context, providerIDs []string) error {
	if len(providerIDs) == 0 {
		return nil
	}
	in, list := c.config.DB.Dialect.In("$1"), db.List(providerIDs)
	fresh, err := loadEntries(ctx, c.config.DB, "status = 'active' AND id "+in, "provider_id "+in, list)
	if err != nil {
		return err
	}
	current := c.snapshot.Load().providers
	entries := maps.Clone(current)
	differs := false
	for _, id := range providerIDs {
		if fresh[id] != nil {
			entries[id] = fresh[id]
		} else {
			delete(entries, id)
		}
		differs = differs || entries[id] != current[id]
		c.free.forget(id)
	}
	if !differs {
		return nil
	}
	return c.show(entries)
}

// show makes entries what readers see; the caller holds refreshing.
func (c *Catalog) show(entries map[string]*entry) error {
	next := newSnapshot(c.reference(), entries)
	c.snapshot.Store(next)
	return c.words.follow(next)
}

// loadEntries reads the active providers and services that the conditions, constant texts over the same arguments, pick.
func loadEntries(ctx context.Context, d *db.DB, providers, services string, args ...any) (map[string]*entry, error) {
	found, err := providersWhere(ctx, d, providers, args...)
	if err != nil {
		return nil, err
	}
	entries := make(map[string]*entry, len(found))
	for i := range found {
		entries[found[i].ID] = &entry{provider: &found[i]}
	}
	offered, err := servicesWhere(ctx, d, services+" AND active AND removed_at IS NULL ORDER BY created_at, id", args...)
	if err != nil {
		return nil, err
	}
	for i := range offered {
		if e := entries[offered[i].ProviderID]; e != nil {
			e.services = append(e.services, &offered[i])
		}
	}
	return entries, nil
}
