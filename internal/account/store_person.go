package account

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

const personColumns = accountColumns + `, (SELECT count(*) FROM sanctions s WHERE s.account_id = a.id),
	(SELECT max(last_used_at) FROM sessions s WHERE s.account_id = a.id)`

func (p *Person) fields() []any {
	return p.Account.fields(&p.SanctionCount, db.Time(&p.LastSeenAt))
}

// people returns one more than the limit where there are more.
func people(ctx context.Context, q db.Querier, filter PeopleFilter) ([]Person, error) {
	conditions, args := []string{"f.erased_at IS NULL"}, []any{filter.Limit + 1}
	add := func(before, after string, value any) {
		args = append(args, value)
		conditions = append(conditions, before+placeholder(len(args))+after)
	}
	if filter.Role != "" {
		add("f.role = ", "", string(filter.Role))
	}
	if filter.Standing != "" {
		add("f.standing = ", "", string(filter.Standing))
	}
	if filter.Cursor != "" {
		add("f.id < ", "", filter.Cursor)
	}
	words := strings.Fields(foldForSearch(filter.Query))
	for _, word := range words[:min(len(words), maxQueryWords)] {
		add("f.search LIKE ", ` ESCAPE '\'`, "%"+likeEscaper.Replace(word)+"%")
	}
	found := `SELECT f.id FROM accounts f WHERE ` + strings.Join(conditions, " AND ") + ` ORDER BY f.id DESC LIMIT $1`
	rows, err := q.Query(ctx, `SELECT `+personColumns+` FROM accounts a WHERE a.id IN (`+found+`) ORDER BY a.id DESC`, args...)
	return db.Collect(rows, err, func(rows *sql.Rows) (p Person, err error) { return p, rows.Scan(p.fields()...) })
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func placeholder(n int) string { return "$" + strconv.Itoa(n) }

func person(ctx context.Context, q db.Querier, id string) (p Person, err error) {
	err = q.QueryRow(ctx, `SELECT `+personColumns+` FROM accounts a WHERE a.id = $1`, id).Scan(p.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return p, errs.New(errs.NotFound, "error.not_found")
	}
	return p, err
}

func writeStanding(ctx context.Context, tx *db.Tx, accountID string, standing Standing, reason string, until time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE accounts SET standing = $2, standing_reason = $3, standing_until = $4 WHERE id = $1`,
		accountID, string(standing), db.Text(reason), db.At(until))
	return err
}

func insertSanction(ctx context.Context, tx *db.Tx, s Sanction) error {
	_, err := tx.Exec(ctx, `INSERT INTO sanctions (id, account_id, kind, reason, by_id, created_at, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		s.ID, s.AccountID, string(s.Kind), s.Reason, s.ByID, db.At(s.CreatedAt), db.At(s.Until))
	return err
}

// liftSanctions ends the suspensions and bans of an account. liftedBy is empty where they end by themselves.
func liftSanctions(ctx context.Context, tx *db.Tx, accountID, liftedBy string) error {
	_, err := tx.Exec(ctx, `UPDATE sanctions SET lifted_at = $2, lifted_by = $3 WHERE account_id = $1 AND lifted_at IS NULL AND kind <> 'warning'`,
		accountID, db.At(tx.Now), db.Text(liftedBy))
	return err
}

func sanctionsOf(ctx context.Context, q db.Querier, accountID string) ([]Sanction, error) {
	rows, err := q.Query(ctx, `SELECT s.id, s.account_id, s.kind, s.reason, s.by_id, b.name, s.created_at, s.until_at, s.lifted_at, s.lifted_by
		FROM sanctions s JOIN accounts b ON b.id = s.by_id WHERE s.account_id = $1 ORDER BY s.id DESC LIMIT $2`, accountID, maxSanctionsOf)
	return db.Collect(rows, err, func(rows *sql.Rows) (s Sanction, err error) {
		return s, rows.Scan(&s.ID, &s.AccountID, &s.Kind, &s.Reason, &s.ByID, &s.ByName, db.Time(&s.CreatedAt), db.Time(&s.Until), db.Time(&s.LiftedAt), db.NullText(&s.LiftedByID))
	})
}

// dueToLift returns accounts whose suspension is over.
func dueToLift(ctx context.Context, q db.Querier, now time.Time, limit int) ([]string, error) {
	rows, err := q.Query(ctx, `SELECT id FROM accounts WHERE standing_until IS NOT NULL AND standing_until <= $1 ORDER BY standing_until LIMIT $2`, db.At(now), limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
}

// tokenHashes returns those of the personal access tokens that an account may still use.
func tokenHashes(ctx context.Context, q db.Querier, accountID string) ([]string, error) {
	rows, err := q.Query(ctx, `SELECT hash FROM access_tokens WHERE account_id = $1 AND revoked_at IS NULL`, accountID)
	return db.Collect(rows, err, func(rows *sql.Rows) (hash string, err error) { return hash, rows.Scan(&hash) })
}
