package review

import (
	"context"

	"khadamat/internal/market/booking"
	"khadamat/internal/platform/db"
)

// InsertMany stores reviews exactly as they are, for filling a database, tells nobody, and brings their providers' counts up to date. Those that
// are public should be Counted; the rating in the catalog is the caller's to agree with them.
func InsertMany(ctx context.Context, tx *db.Tx, reviews []Review) error {
	rows := make([][]any, len(reviews))
	var order []string
	seen := map[string]bool{}
	for i, r := range reviews {
		row, err := values(r)
		if err != nil {
			return err
		}
		rows[i] = row
		if r.Side == booking.CustomerSide && !seen[r.ProviderID] {
			seen[r.ProviderID] = true
			order = append(order, r.ProviderID)
		}
	}
	if err := tx.InsertMany(ctx, "reviews", columnNames, rows); err != nil {
		return err
	}
	for _, id := range order {
		all, err := counted(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := saveCounts(ctx, tx, id, all); err != nil {
			return err
		}
	}
	return nil
}
