package catalog

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/db"
)

const providerColumns = `id, account_id, name, city_id, latitude, longitude, bio, status, verified, policy, availability,
	rating_sum, rating_count, created_at, updated_at`

// scanner is what sql.Row and sql.Rows share.
type scanner interface{ Scan(into ...any) error }

func scanProvider(row scanner) (p Provider, err error) {
	return p, row.Scan(&p.ID, &p.AccountID, &p.Name, db.NullText(&p.CityID), &p.Latitude, &p.Longitude, db.FromJSON(&p.Bio),
		&p.Status, &p.Verified, &p.Policy, db.FromJSON(&p.Availability), &p.RatingSum, &p.RatingCount,
		db.Time(&p.CreatedAt), db.Time(&p.UpdatedAt))
}

const serviceColumns = `id, provider_id, category_id, title, description, pricing, price_minor, currency, duration_minutes,
	place, instant, active, addons, created_at, updated_at`

func scanService(row scanner) (s Service, err error) {
	var currency string
	err = row.Scan(&s.ID, &s.ProviderID, &s.CategoryID, db.FromJSON(&s.Title), db.FromJSON(&s.Description), &s.Pricing,
		&s.Price.Minor, &currency, &s.DurationMinutes, &s.Place, &s.Instant, &s.Active, db.FromJSON(&s.Addons),
		db.Time(&s.CreatedAt), db.Time(&s.UpdatedAt))
	s.Price.Currency = money.Currency(currency)
	return s, err
}

// providerWhere returns the one provider that the condition, a constant text, picks, or not_found.
func providerWhere(ctx context.Context, q db.Querier, condition string, args ...any) (Provider, error) {
	p, err := scanProvider(q.QueryRow(ctx, `SELECT `+providerColumns+` FROM providers WHERE `+condition, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return Provider{}, noProvider()
	}
	return p, err
}

func providersWhere(ctx context.Context, q db.Querier, condition string, args ...any) ([]Provider, error) {
	rows, err := q.Query(ctx, `SELECT `+providerColumns+` FROM providers WHERE `+condition, args...)
	return db.Collect(rows, err, func(rows *sql.Rows) (Provider, error) { return scanProvider(rows) })
}

// serviceWhere returns the one service that the condition, a constant text, picks, or not_found.
func serviceWhere(ctx context.Context, q db.Querier, condition string, args ...any) (Service, error) {
	s, err := scanService(q.QueryRow(ctx, `SELECT `+serviceColumns+` FROM services WHERE `+condition, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return Service{}, noService()
	}
	return s, err
}

func servicesWhere(ctx context.Context, q db.Querier, condition string, args ...any) ([]Service, error) {
	rows, err := q.Query(ctx, `SELECT `+serviceColumns+` FROM services WHERE `+condition, args...)
	return db.Collect(rows, err, func(rows *sql.Rows) (Service, error) { return scanService(rows) })
}

// change is a provider that was changed, and when.
type change struct {
	providerID string
	at         time.Time
}

func changesSince(ctx context.Context, d *db.DB, since time.Time) ([]change, error) {
	rows, err := d.Query(ctx, `SELECT id, updated_at FROM providers WHERE updated_at >= $1`, since.UnixMicro())
	return db.Collect(rows, err, func(rows *sql.Rows) (c change, err error) {
		return c, rows.Scan(&c.providerID, db.Time(&c.at))
	})
}

// InsertProvider stores a new provider as they are, for who fills a database; nothing is validated but what the schema checks.
// UpdatedAt becomes the time of the transaction, so that running nodes see it; a zero CreatedAt does too.
func InsertProvider(ctx context.Context, tx *db.Tx, p Provider) error {
	bio, err := db.JSON(p.Bio)
	if err != nil {
		return err
	}
	availability, err := db.JSON(p.Availability)
	if err != nil {
		return err
	}
	if p.CreatedAt.IsZero() {
		p.CreatedAt = tx.Now
	}
	_, err = tx.Exec(ctx, `INSERT INTO providers (`+providerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		p.ID, p.AccountID, p.Name, db.Text(p.CityID), p.Latitude, p.Longitude, bio, string(p.Status), p.Verified, string(p.Policy),
		availability, p.RatingSum, p.RatingCount, db.At(p.CreatedAt), db.At(tx.Now))
	return err
}

func updateProvider(ctx context.Context, tx *db.Tx, p Provider) error {
	bio, err := db.JSON(p.Bio)
	if err != nil {
		return err
	}
	availability, err := db.JSON(p.Availability)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE providers SET name = $2, city_id = $3, latitude = $4, longitude = $5, bio = $6, status = $7,
		policy = $8, availability = $9, updated_at = $10 WHERE id = $1`,
		p.ID, p.Name, db.Text(p.CityID), p.Latitude, p.Longitude, bio, string(p.Status), string(p.Policy), availability, db.At(p.UpdatedAt))
	return err
}

func touchProvider(ctx context.Context, tx *db.Tx, p Provider) error {
	_, err := tx.Exec(ctx, `UPDATE providers SET updated_at = $2 WHERE id = $1`, p.ID, db.At(p.UpdatedAt))
	return err
}

// InsertService stores a new service as it is, for who fills a database; nothing is validated but what the schema checks. A zero
// CreatedAt becomes the time of the transaction. Running nodes see it when its provider changes, so insert that in the same
// transaction.
func InsertService(ctx context.Context, tx *db.Tx, s Service) error {
	if s.CreatedAt.IsZero() {
		s.CreatedAt = tx.Now
	}
	return insertOrUpdate(ctx, tx, s, `INSERT INTO services (`+serviceColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`, db.At(s.CreatedAt))
}

func updateService(ctx context.Context, tx *db.Tx, s Service) error {
	return insertOrUpdate(ctx, tx, s, `UPDATE services SET category_id = $3, title = $4, description = $5, pricing = $6,
		price_minor = $7, currency = $8, duration_minutes = $9, place = $10, instant = $11, active = $12, addons = $13,
		updated_at = $14 WHERE id = $1 AND provider_id = $2`)
}

// insertOrUpdate runs a statement whose first thirteen arguments are the service's columns in the order of serviceColumns; what
// more it needs comes before updated_at, its last.
func insertOrUpdate(ctx context.Context, tx *db.Tx, s Service, statement string, more ...any) error {
	title, err := db.JSON(s.Title)
	if err != nil {
		return err
	}
	description, err := db.JSON(s.Description)
	if err != nil {
		return err
	}
	if s.Addons == nil {
		s.Addons = []Addon{}
	}
	addons, err := db.JSON(s.Addons)
	if err != nil {
		return err
	}
	args := []any{s.ID, s.ProviderID, s.CategoryID, title, description, string(s.Pricing), s.Price.Minor, string(s.Price.Currency),
		s.DurationMinutes, string(s.Place), s.Instant, s.Active, addons}
	_, err = tx.Exec(ctx, statement, append(append(args, more...), db.At(tx.Now))...)
	return err
}

func removeService(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE services SET removed_at = $2, active = $3, updated_at = $2 WHERE id = $1`, id, db.At(tx.Now), false)
	return err
}
