package catalog

import (
	"context"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
)

// SetVerified says, as part of tx, whether a provider's documents are approved. Whoever decides that writes the audit entry. It returns
// not_found where there is no such provider.
func (c *Catalog) SetVerified(ctx context.Context, tx *db.Tx, providerID string, verified bool) error {
	if !ids.Valid(providerID) {
		return noProvider()
	}
	result, err := tx.Exec(ctx, `UPDATE providers SET verified = $2, updated_at = $3 WHERE id = $1`, providerID, verified, db.At(tx.Now))
	if err != nil {
		return err
	}
	if changed, err := result.RowsAffected(); err != nil || changed == 0 {
		return noProvider()
	}
	tx.AfterCommit(func() { c.showChange(ctx, providerID) })
	return nil
}
