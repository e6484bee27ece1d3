package catalog

import (
	"context"
	"errors"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// SetStanding takes the provider of an account off the market (Suspended, Banned) or puts them back (Active), as part of tx. A
// provider who was never on the market stays a draft, and an account that is no provider's is left alone: neither is an error.
func (c *Catalog) SetStanding(ctx context.Context, tx *db.Tx, accountID string, status Status) error {
	if status == Draft {
		return errors.New("catalog: a standing is active, suspended or banned")
	}
	p, err := providerWhere(ctx, tx, "account_id = $1"+tx.Dialect().ForUpdate(), accountID)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	if err != nil || p.Status == Draft || p.Status == status {
		return err
	}
	p.Status, p.UpdatedAt = status, tx.Now
	if err := updateProvider(ctx, tx, p); err != nil {
		return err
	}
	tx.AfterCommit(func() { c.showChange(ctx, p.ID) })
	return nil
}
