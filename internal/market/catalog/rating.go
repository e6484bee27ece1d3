package catalog

import (
	"context"

	"khadamat/internal/platform/db"
)

// MeanOf is the mean that reviews with that sum and number of stars are shown with, as Provider.Rating has it.
func MeanOf(sum, count int64) float64 {
	p := Provider{RatingSum: sum, RatingCount: count}
	return p.Rating()
}

// SetRating stores the sum and the number of all stars that a provider was given, as part of tx, and shows them after its commit. Whoever
// calls it has counted them in the same transaction, with the provider's reviews locked.
func (c *Catalog) SetRating(ctx context.Context, tx *db.Tx, providerID string, sum, count int64) error {
	_, err := tx.Exec(ctx, `UPDATE providers SET rating_sum = $2, rating_count = $3, updated_at = $4 WHERE id = $1`, providerID, sum, count, db.At(tx.Now))
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { c.showChange(ctx, providerID) })
	return nil
}
