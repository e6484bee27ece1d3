package quote

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
)

const offerColumns = `id, job_id, provider_id, provider_account_id, provider_name, service_id, status, declined_by, proposed_by, duration_minutes, proposals,
	valid_until, created_at, updated_at`

func scanOffer(r row) (Offer, error) {
	var o Offer
	var declinedBy, proposedBy string
	var minutes int64
	err := r.Scan(&o.ID, &o.JobID, &o.ProviderID, &o.ProviderAccountID, &o.ProviderName, &o.ServiceID, &o.Status, db.NullText(&declinedBy), &proposedBy, &minutes,
		db.FromJSON(&o.Proposals), db.Time(&o.ValidUntil), db.Time(&o.CreatedAt), db.Time(&o.UpdatedAt))
	o.DeclinedBy, o.Duration = booking.Side(declinedBy), time.Duration(minutes)*time.Minute
	return o, err
}

func offerValues(o Offer) ([]any, error) {
	proposals, err := db.JSON(o.Proposals)
	return []any{o.ID, o.JobID, o.ProviderID, o.ProviderAccountID, o.ProviderName, o.ServiceID, string(o.Status), db.Text(string(o.DeclinedBy)), string(o.Last().By),
		int64(o.Duration / time.Minute), proposals, db.At(o.ValidUntil), db.At(o.CreatedAt), db.At(o.UpdatedAt)}, err
}

func insertOffer(ctx context.Context, tx *db.Tx, o Offer) error {
	values, err := offerValues(o)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO quote_offers (`+offerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, values...)
	return err
}

// saveOffer stores what may change.
func saveOffer(ctx context.Context, tx *db.Tx, o Offer) error {
	proposals, err := db.JSON(o.Proposals)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE quote_offers SET status = $2, declined_by = $3, proposed_by = $4, proposals = $5, valid_until = $6, updated_at = $7 WHERE id = $1`,
		o.ID, string(o.Status), db.Text(string(o.DeclinedBy)), string(o.Last().By), proposals, db.At(o.ValidUntil), db.At(o.UpdatedAt))
	return err
}

func findOffer(ctx context.Context, q db.Querier, id string) (Offer, error) {
	if !ids.Valid(id) {
		return Offer{}, errNotFound
	}
	return oneOffer(scanOffer(q.QueryRow(ctx, `SELECT `+offerColumns+` FROM quote_offers WHERE id = $1`, id)))
}

// offerOf reads the offer that a provider made for a job, or not_found.
func offerOf(ctx context.Context, q db.Querier, jobID, providerID string) (Offer, error) {
	return oneOffer(scanOffer(q.QueryRow(ctx, `SELECT `+offerColumns+` FROM quote_offers WHERE job_id = $1 AND provider_id = $2`, jobID, providerID)))
}

func oneOffer(o Offer, err error) (Offer, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return Offer{}, errNotFound
	}
	return o, err
}

// offersOf reads all offers for a job, in the order in which they came; there are MaxOffers at most.
func offersOf(ctx context.Context, q db.Querier, jobID string) ([]Offer, error) {
	rows, err := q.Query(ctx, `SELECT `+offerColumns+` FROM quote_offers WHERE job_id = $1 ORDER BY created_at, id`, jobID)
	return db.Collect(rows, err, func(rows *sql.Rows) (Offer, error) { return scanOffer(rows) })
}

// offersBy reads one page of a provider's offers, the newest first, and one row more where there is more.
func offersBy(ctx context.Context, d *db.DB, providerID string, after db.Cursor, limit int) ([]Offer, error) {
	query, args := paged(`SELECT `+offerColumns+` FROM quote_offers WHERE provider_id = $1`, []any{providerID}, after, limit)
	rows, err := d.Query(ctx, query, args...)
	return db.Collect(rows, err, func(rows *sql.Rows) (Offer, error) { return scanOffer(rows) })
}

// offersAmong reads the offers that a provider made for some jobs, by job.
func offersAmong(ctx context.Context, d *db.DB, providerID string, jobIDs []string) (map[string]Offer, error) {
	rows, err := d.Query(ctx, `SELECT `+offerColumns+` FROM quote_offers WHERE provider_id = $1 AND job_id `+d.Dialect.In("$2"), providerID, db.List(jobIDs))
	offers, err := db.Collect(rows, err, func(rows *sql.Rows) (Offer, error) { return scanOffer(rows) })
	byJob := make(map[string]Offer, len(offers))
	for _, o := range offers {
		byJob[o.JobID] = o
	}
	return byJob, err
}

// waitingFor counts the open offers of jobs that await an answer of one side, by job.
func waitingFor(ctx context.Context, d *db.DB, side booking.Side, jobIDs []string, now time.Time) (map[string]int, error) {
	rows, err := d.Query(ctx, `SELECT job_id, count(*) FROM quote_offers
		WHERE job_id `+d.Dialect.In("$1")+` AND status = 'open' AND proposed_by = $2 AND valid_until > $3 GROUP BY job_id`, db.List(jobIDs), string(side.Other()), db.At(now))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		counts[id] = n
	}
	return counts, rows.Err()
}
