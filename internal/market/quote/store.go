package quote

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
)

const jobColumns = `id, customer_id, customer_name, category_id, city_id, title, description, address, place, urgency, budget_min, budget_max, currency,
	status, offers, booking_id, expires_at, created_at, updated_at`

type row interface{ Scan(...any) error }

func scanJob(r row) (Job, error) {
	var j Job
	var low, high sql.NullInt64
	var currency money.Currency
	err := r.Scan(&j.ID, &j.CustomerID, &j.CustomerName, &j.CategoryID, &j.CityID, &j.Title, &j.Description, db.NullText(&j.Address), &j.Place, &j.Urgency,
		&low, &high, &currency, &j.Status, &j.Offers, db.NullText(&j.BookingID), db.Time(&j.ExpiresAt), db.Time(&j.CreatedAt), db.Time(&j.UpdatedAt))
	j.Budget = Budget{money.Of(low.Int64, currency), money.Of(high.Int64, currency)}
	return j, err
}

func jobValues(j Job) []any {
	return []any{j.ID, j.CustomerID, j.CustomerName, j.CategoryID, j.CityID, j.Title, j.Description, db.Text(j.Address), string(j.Place), string(j.Urgency),
		minor(j.Budget.Min), minor(j.Budget.Max), string(money.MAD), string(j.Status), j.Offers, db.Text(j.BookingID), db.At(j.ExpiresAt), db.At(j.CreatedAt), db.At(j.UpdatedAt)}
}

// minor is how an end of a budget is stored: NULL where it is open.
func minor(amount money.Amount) any {
	if amount.IsZero() {
		return nil
	}
	return amount.Minor
}

func insertJob(ctx context.Context, tx *db.Tx, j Job) error {
	_, err := tx.Exec(ctx, `INSERT INTO quote_jobs (`+jobColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`, jobValues(j)...)
	return err
}

// saveJob stores what may change.
func saveJob(ctx context.Context, tx *db.Tx, j Job) error {
	_, err := tx.Exec(ctx, `UPDATE quote_jobs SET address = $2, status = $3, offers = $4, booking_id = $5, updated_at = $6 WHERE id = $1`,
		j.ID, db.Text(j.Address), string(j.Status), j.Offers, db.Text(j.BookingID), db.At(j.UpdatedAt))
	return err
}

func findJob(ctx context.Context, q db.Querier, id, lock string) (Job, error) {
	if !ids.Valid(id) {
		return Job{}, errNotFound
	}
	j, err := scanJob(q.QueryRow(ctx, `SELECT `+jobColumns+` FROM quote_jobs WHERE id = $1`+lock, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Job{}, errNotFound
	}
	return j, err
}

// holdJob reads a job that the transaction will change, or whose offers it will. Nobody else does until it ends.
func holdJob(ctx context.Context, tx *db.Tx, id string) (Job, error) {
	return findJob(ctx, tx, id, tx.Dialect().ForUpdate())
}

func openJobsOf(ctx context.Context, q db.Querier, customerID string, now time.Time) (n int, err error) {
	return n, q.QueryRow(ctx, `SELECT count(*) FROM quote_jobs WHERE customer_id = $1 AND status = 'open' AND expires_at > $2`, customerID, db.At(now)).Scan(&n)
}

// jobsOf reads one page of a customer's jobs, the newest first, and one row more where there is more.
func jobsOf(ctx context.Context, d *db.DB, customerID string, open bool, after db.Cursor, limit int) ([]Job, error) {
	status := `status = 'open'`
	if !open {
		status = `status <> 'open'`
	}
	return listJobs(ctx, d, status+` AND customer_id = $1`, []any{customerID}, after, limit)
}

// jobsNear reads one page of the open jobs of a city in some categories, the newest first, but those of one account.
func jobsNear(ctx context.Context, d *db.DB, cityID string, categoryIDs []string, notOf string, now time.Time, after db.Cursor, limit int) ([]Job, error) {
	return listJobs(ctx, d, `status = 'open' AND city_id = $1 AND category_id `+d.Dialect.In("$2")+` AND customer_id <> $3 AND expires_at > $4`,
		[]any{cityID, db.List(categoryIDs), notOf, db.At(now)}, after, limit)
}

// listJobs adds the place in the list to a condition, a constant text over args.
func listJobs(ctx context.Context, d *db.DB, condition string, args []any, after db.Cursor, limit int) ([]Job, error) {
	query := `SELECT ` + jobColumns + ` FROM quote_jobs WHERE ` + condition
	query, args = paged(query, args, after, limit)
	rows, err := d.Query(ctx, query, args...)
	return db.Collect(rows, err, func(rows *sql.Rows) (Job, error) { return scanJob(rows) })
}

// paged ends a query with the order by creation, the newest first, behind a place in the list, and one row more than the limit.
func paged(query string, args []any, after db.Cursor, limit int) (string, []any) {
	if after.ID != "" {
		args = append(args, db.At(after.At), after.ID)
		query += fmt.Sprintf(` AND (created_at, id) < ($%d, $%d)`, len(args)-1, len(args))
	}
	args = append(args, limit+1)
	return query + fmt.Sprintf(` ORDER BY created_at DESC, id DESC LIMIT $%d`, len(args)), args
}

// jobsByID reads jobs in any order.
func jobsByID(ctx context.Context, d *db.DB, jobIDs []string) (map[string]Job, error) {
	rows, err := d.Query(ctx, `SELECT `+jobColumns+` FROM quote_jobs WHERE id `+d.Dialect.In("$1"), db.List(jobIDs))
	jobs, err := db.Collect(rows, err, func(rows *sql.Rows) (Job, error) { return scanJob(rows) })
	byID := make(map[string]Job, len(jobs))
	for _, j := range jobs {
		byID[j.ID] = j
	}
	return byID, err
}

// dueJobs reads the open jobs whose time is over, the oldest first.
func dueJobs(ctx context.Context, d *db.DB, now time.Time, limit int) ([]string, error) {
	rows, err := d.Query(ctx, `SELECT id FROM quote_jobs WHERE status = 'open' AND expires_at <= $1 ORDER BY expires_at LIMIT $2`, db.At(now), limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
}
