package gallery

import (
	"context"
	"database/sql"
	"errors"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
)

const columns = `id, provider_id, small_sha256, large_sha256, width, height, caption, position, created_at`

func scan(row interface{ Scan(...any) error }) (p stored, err error) {
	err = row.Scan(&p.ID, &p.ProviderID, &p.Picture.Small, &p.Picture.Large, &p.Width, &p.Height, &p.Caption, &p.Position, db.Time(&p.CreatedAt))
	p.Picture.Width, p.Picture.Height = p.Width, p.Height
	return p, err
}

// photosOf reads a provider's photos in their order; there are MaxPhotos at most.
func photosOf(ctx context.Context, q db.Querier, providerID string) ([]stored, error) {
	rows, err := q.Query(ctx, `SELECT `+columns+` FROM gallery_photos WHERE provider_id = $1 ORDER BY position, id LIMIT $2`, providerID, MaxPhotos)
	return db.Collect(rows, err, func(rows *sql.Rows) (stored, error) { return scan(rows) })
}

func find(ctx context.Context, q db.Querier, id string) (stored, error) {
	if !ids.Valid(id) {
		return stored{}, errNotFound
	}
	p, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM gallery_photos WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return stored{}, errNotFound
	}
	return p, err
}

func count(ctx context.Context, q db.Querier, providerID string) (n int, err error) {
	return n, q.QueryRow(ctx, `SELECT count(*) FROM gallery_photos WHERE provider_id = $1`, providerID).Scan(&n)
}

// lock has changes of one provider's photos take turns.
func lock(ctx context.Context, tx *db.Tx, providerID string) error {
	return tx.Lock(ctx, "gallery:"+providerID)
}

func insert(ctx context.Context, tx *db.Tx, p stored) error {
	_, err := tx.Exec(ctx, `INSERT INTO gallery_photos (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, p.ProviderID, p.Picture.Small, p.Picture.Large, p.Width, p.Height, p.Caption, p.Position, db.At(p.CreatedAt))
	return err
}

func setCaption(ctx context.Context, tx *db.Tx, id, caption string) error {
	_, err := tx.Exec(ctx, `UPDATE gallery_photos SET caption = $2 WHERE id = $1`, id, caption)
	return err
}

func setPosition(ctx context.Context, tx *db.Tx, id string, position int64) error {
	_, err := tx.Exec(ctx, `UPDATE gallery_photos SET position = $2 WHERE id = $1`, id, position)
	return err
}

func remove(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `DELETE FROM gallery_photos WHERE id = $1`, id)
	return err
}

func removeAll(ctx context.Context, tx *db.Tx, providerID string) error {
	_, err := tx.Exec(ctx, `DELETE FROM gallery_photos WHERE provider_id = $1`, providerID)
	return err
}
