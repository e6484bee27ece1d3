package catalog

import (
	"context"
	"strings"

	"khadamat/internal/platform/db"
)

// ReadCities reads the cities from the database, in the order they are shown in, for who fills a database and needs no catalog.
func ReadCities(ctx context.Context, d *db.DB) ([]City, error) {
	r, err := loadReference(ctx, d)
	if err != nil {
		return nil, err
	}
	return r.cities, nil
}

// InsertMany stores providers and services exactly as they are, UpdatedAt included, for filling a database; nothing is validated but what
// the schema checks. Running catalogs need a Reload to see them.
func InsertMany(ctx context.Context, tx *db.Tx, providers []Provider, services []Service) error {
	rows := make([][]any, len(providers))
	for i, p := range providers {
		texts, err := jsonTexts(p.Bio, p.Availability)
		if err != nil {
			return err
		}
		rows[i] = []any{p.ID, p.AccountID, p.Name, db.Text(p.CityID), p.Latitude, p.Longitude, texts[0], string(p.Status), p.Verified, string(p.Policy),
			texts[1], p.RatingSum, p.RatingCount, db.At(p.CreatedAt), db.At(p.UpdatedAt)}
	}
	if err := tx.InsertMany(ctx, "providers", columnList(providerColumns), rows); err != nil {
		return err
	}
	rows = make([][]any, len(services))
	for i, s := range services {
		if s.Addons == nil {
			s.Addons = []Addon{}
		}
		texts, err := jsonTexts(s.Title, s.Description, s.Addons)
		if err != nil {
			return err
		}
		rows[i] = []any{s.ID, s.ProviderID, s.CategoryID, texts[0], texts[1], string(s.Pricing), s.Price.Minor, string(s.Price.Currency),
			s.DurationMinutes, string(s.Place), s.Instant, s.Active, texts[2], db.At(s.CreatedAt), db.At(s.UpdatedAt)}
	}
	return tx.InsertMany(ctx, "services", columnList(serviceColumns), rows)
}

func jsonTexts(values ...any) ([]string, error) {
	texts := make([]string, len(values))
	for i, value := range values {
		text, err := db.JSON(value)
		if err != nil {
			return nil, err
		}
		texts[i] = text
	}
	return texts, nil
}

func columnList(columns string) []string {
	return strings.Fields(strings.ReplaceAll(columns, ",", " "))
}
