package catalog

import (
	"context"
	"database/sql"
	"fmt"

	"khadamat/internal/platform/db"
)

// Directory is where all providers and services belong, those that are off the market included: who counts bookings meets them too.
type Directory struct {
	Providers []ProviderEntry
	Services  []ServiceEntry
}

// ProviderEntry is a provider in a Directory.
type ProviderEntry struct{ ID, CityID string }

// ServiceEntry is a service in a Directory.
type ServiceEntry struct {
	ID, CategoryID string
	Title          Text
}

// Directory reads where all providers and services belong.
func (c *Catalog) Directory(ctx context.Context) (d Directory, err error) {
	rows, err := c.config.DB.Query(ctx, `SELECT id, city_id FROM providers`)
	d.Providers, err = db.Collect(rows, err, func(rows *sql.Rows) (p ProviderEntry, err error) {
		return p, rows.Scan(&p.ID, db.NullText(&p.CityID))
	})
	if err != nil {
		return Directory{}, fmt.Errorf("read where providers are: %w", err)
	}
	rows, err = c.config.DB.Query(ctx, `SELECT id, category_id, title FROM services`)
	d.Services, err = db.Collect(rows, err, func(rows *sql.Rows) (s ServiceEntry, err error) {
		return s, rows.Scan(&s.ID, &s.CategoryID, db.FromJSON(&s.Title))
	})
	if err != nil {
		return Directory{}, fmt.Errorf("read where services belong: %w", err)
	}
	return d, nil
}
