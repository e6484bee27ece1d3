package statistics

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/db"
)

// epoch is the day from which stored days are counted.
var epoch = schedule.DateOf(time.Unix(0, 0), time.UTC)

func stored(day schedule.Date) int64 { return int64(day.Sub(epoch)) }

// addVisits adds counts to what is stored. The rows are taken in one order by all nodes, so that they wait for each other instead of
// standing in each other's way.
func addVisits(ctx context.Context, tx *db.Tx, counts map[visitKey]int64) error {
	keys := make([]visitKey, 0, len(counts))
	for key := range counts {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b visitKey) int {
		return cmp.Or(cmp.Compare(a.providerID, b.providerID), a.day.Compare(b.day), cmp.Compare(a.page, b.page))
	})
	for _, key := range keys {
		_, err := tx.Exec(ctx, `INSERT INTO daily_visits (provider_id, day, page, visits) VALUES ($1, $2, $3, $4)
			ON CONFLICT (provider_id, day, page) DO UPDATE SET visits = daily_visits.visits + excluded.visits`,
			key.providerID, stored(key.day), string(key.page), counts[key])
		if err != nil {
			return err
		}
	}
	return nil
}

// visitsOf are the visits of a day.
type visitsOf struct {
	Day    schedule.Date
	Page   Page
	Visits int64
}

// visitsSince reads the visits of a provider's pages, or of all pages for an empty id.
func visitsSince(ctx context.Context, d *db.DB, providerID string, from, to schedule.Date) ([]visitsOf, error) {
	rows, err := d.Query(ctx, `SELECT day, page, visits FROM daily_visits WHERE provider_id = $1 AND day >= $2 AND day <= $3`, providerID, stored(from), stored(to))
	return db.Collect(rows, err, func(rows *sql.Rows) (v visitsOf, err error) {
		var day int64
		err = rows.Scan(&day, &v.Page, &v.Visits)
		v.Day = epoch.AddDays(int(day))
		return v, err
	})
}

// ImportVisits adds visits that were not counted here, for who fills a database.
func ImportVisits(ctx context.Context, tx *db.Tx, day schedule.Date, page Page, providerID string, visits int64) error {
	counts := map[visitKey]int64{{day, page, ""}: visits}
	if providerID != "" {
		counts[visitKey{day, page, providerID}] = visits
	}
	return addVisits(ctx, tx, counts)
}
