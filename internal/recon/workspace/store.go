package workspace

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/recon/record"
)

// found makes "no row" not_found.
func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return errNotFound
	}
	return err
}

// day is how a day is stored: NULL for none.
func day(d record.Day) any {
	if d == record.NoDay {
		return nil
	}
	return int64(d)
}

type dayScanner struct{ into *record.Day }

func (s dayScanner) Scan(value any) error {
	*s.into = record.NoDay
	if n, ok := value.(int64); ok {
		*s.into = record.Day(n) //nolint:gosec // stored by day
	}
	return nil
}

const projectColumns = `p.id, p.name, p.description, p.settings, p.locked_through, p.runs, p.decisions, p.current_run_id, p.fresh_at, p.next_run_at, p.created_by,
	p.created_at, p.archived_at, p.version, p.built_in`

func (p *project) fields(more ...any) []any {
	return append([]any{&p.ID, &p.Name, &p.Description, db.FromJSON(&p.Settings), dayScanner{&p.LockedThrough}, &p.runs, &p.decisions, db.NullText(&p.current),
		db.Time(&p.freshAt), db.Time(&p.nextRunAt), &p.createdBy, db.Time(&p.CreatedAt), db.Time(&p.ArchivedAt), &p.Version, db.NullText(&p.builtIn)}, more...)
}

func projectByID(ctx context.Context, q db.Querier, id, suffix string) (p project, err error) {
	err = q.QueryRow(ctx, `SELECT `+projectColumns+` FROM recon_projects p WHERE p.id = $1`+suffix, id).Scan(p.fields()...)
	return p, found(err)
}

// projectBuiltIn is the project that the house keeps under a key.
func projectBuiltIn(ctx context.Context, q db.Querier, key, suffix string) (p project, err error) {
	err = q.QueryRow(ctx, `SELECT `+projectColumns+` FROM recon_projects p WHERE p.built_in = $1`+suffix, key).Scan(p.fields()...)
	return p, found(err)
}

func insertProject(ctx context.Context, tx *db.Tx, p project) error {
	settings, err := db.JSON(p.Settings)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO recon_projects (id, name, description, settings, runs, decisions, next_run_at, created_by, created_at, version, built_in)
		VALUES ($1, $2, $3, $4, 0, 0, $5, $6, $7, 1, $8)`, p.ID, p.Name, p.Description, settings, db.At(p.nextRunAt), p.createdBy, db.At(p.CreatedAt), db.Text(p.builtIn))
	return err
}

func updateProject(ctx context.Context, tx *db.Tx, p project) error {
	settings, err := db.JSON(p.Settings)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE recon_projects SET name = $2, description = $3, settings = $4, locked_through = $5, runs = $6, decisions = $7, current_run_id = $8,
		fresh_at = $9, next_run_at = $10, archived_at = $11, version = $12 WHERE id = $1`, p.ID, p.Name, p.Description, settings, day(p.LockedThrough), p.runs, p.decisions,
		db.Text(p.current), db.At(p.freshAt), db.At(p.nextRunAt), db.At(p.ArchivedAt), p.Version)
	return err
}

func roleOf(ctx context.Context, q db.Querier, projectID, accountID string) (role Role, err error) {
	err = q.QueryRow(ctx, `SELECT role FROM recon_members WHERE project_id = $1 AND account_id = $2`, projectID, accountID).Scan(&role)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return role, err
}

func putMember(ctx context.Context, tx *db.Tx, projectID, accountID string, role Role) error {
	_, err := tx.Exec(ctx, `INSERT INTO recon_members (project_id, account_id, role, since) VALUES ($1, $2, $3, $4)
		ON CONFLICT (project_id, account_id) DO UPDATE SET role = excluded.role`, projectID, accountID, string(role), db.At(tx.Now))
	return err
}

func deleteMember(ctx context.Context, tx *db.Tx, projectID, accountID string) error {
	_, err := tx.Exec(ctx, `DELETE FROM recon_members WHERE project_id = $1 AND account_id = $2`, projectID, accountID)
	return err
}

func membersOf(ctx context.Context, q db.Querier, projectID string) ([]Member, error) {
	rows, err := q.Query(ctx, `SELECT account_id, role, since FROM recon_members WHERE project_id = $1 ORDER BY since, account_id`, projectID)
	return db.Collect(rows, err, func(rows *sql.Rows) (m Member, err error) {
		return m, rows.Scan(&m.AccountID, &m.Role, db.Time(&m.Since))
	})
}

// cardsOf lists projects, the one with the latest run first, then the latest made. The house's own, which run by themselves, come last.
func cardsOf(ctx context.Context, d *db.DB, accountID string, all, archived bool) ([]ProjectCard, error) {
	rows, err := d.Query(ctx, `SELECT `+projectColumns+`, m.role, (SELECT count(*) FROM recon_sources s WHERE s.project_id = p.id),
			(SELECT count(*) FROM recon_members o WHERE o.project_id = p.id)
		FROM recon_projects p LEFT JOIN recon_members m ON m.project_id = p.id AND m.account_id = $1
		WHERE (m.account_id IS NOT NULL OR $2 = 1) AND (p.archived_at IS NOT NULL) = ($3 = 1)
		ORDER BY p.built_in IS NOT NULL, coalesce((SELECT max(r.queued_at) FROM recon_runs r WHERE r.project_id = p.id), 0) DESC, p.id DESC`, accountID, number(all), number(archived))
	return db.Collect(rows, err, func(rows *sql.Rows) (card ProjectCard, err error) {
		var p project
		var role sql.NullString
		err = rows.Scan(p.fields(&role, &card.Sources, &card.Members)...)
		card.Project = p.Project
		card.Mine = Role(role.String)
		return card, err
	})
}

// number is a condition as both engines take it for a placeholder.
func number(condition bool) int64 {
	if condition {
		return 1
	}
	return 0
}

// dueProjects are those whose schedule has something to start now.
func dueProjects(ctx context.Context, q db.Querier, now time.Time, settle time.Duration) ([]string, error) {
	rows, err := q.Query(ctx, `SELECT p.id FROM recon_projects p WHERE p.archived_at IS NULL AND (p.next_run_at <= $1 OR p.fresh_at <= $2 AND p.settings LIKE '%"RunOnNewData":true%')
		AND NOT EXISTS (SELECT 1 FROM recon_runs r WHERE r.project_id = p.id AND r.state IN ('queued', 'running')) LIMIT 100`, db.At(now), db.At(now.Add(-settle)))
	return db.Collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
}

// staleFigures are projects in which more was decided than the kept figures count in.
func staleFigures(ctx context.Context, q db.Querier) ([]string, error) {
	rows, err := q.Query(ctx, `SELECT p.id FROM recon_projects p WHERE p.current_run_id IS NOT NULL AND p.archived_at IS NULL
		AND p.decisions > coalesce((SELECT max(f.seq) FROM recon_figures f WHERE f.project_id = p.id), -1) LIMIT 20`)
	return db.Collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
}
