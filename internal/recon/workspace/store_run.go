package workspace

import (
	"context"
	"database/sql"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/record"
)

// run is a row of its table: what everybody sees, and what the house keeps of it.
type run struct {
	Run
	projectID string
	language  i18n.Language
	node      string
	lease     time.Time
	locked    record.Day
	problem   *runProblem
	barred    []int
	archive   string // SHA-256 of the result
	took      time.Duration
}

// runProblem is why a run failed, for a reader of any language.
type runProblem struct {
	Texts map[i18n.Language]string `json:"texts"`
}

const runColumns = `id, project_id, number, state, full_run, ruleset, versions, account_id, language, queued_at, started_at, finished_at, node, lease_until, locked_through,
	progress, problem, figures, barred, result_sha256, took_micros`

func (r *run) fields() []any {
	return []any{&r.ID, &r.projectID, &r.Number, &r.State, &r.Full, &r.Ruleset, db.FromJSON(&r.Versions), db.NullText(&r.By), &r.language, db.Time(&r.QueuedAt), db.Time(&r.StartedAt),
		db.Time(&r.FinishedAt), db.NullText(&r.node), db.Time(&r.lease), dayScanner{&r.locked}, db.FromJSON(&r.Progress), db.FromJSON(&r.problem), db.FromJSON(&r.Figures),
		db.FromJSON(&r.barred), db.NullText(&r.archive), tookScanner{&r.took}}
}

// tookScanner scans microseconds; NULL is none.
type tookScanner struct{ into *time.Duration }

func (s tookScanner) Scan(value any) error {
	if n, ok := value.(int64); ok {
		*s.into = time.Duration(n) * time.Microsecond
	}
	return nil
}

func insertRun(ctx context.Context, tx *db.Tx, r run) error {
	versions, err := db.JSON(r.Versions)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO recon_runs (id, project_id, number, state, full_run, ruleset, versions, account_id, language, queued_at, lease_until, locked_through)
		VALUES ($1, $2, $3, 'queued', $4, $5, $6, $7, $8, $9, $10, $11)`, r.ID, r.projectID, r.Number, r.Full, r.Ruleset, versions, db.Text(r.By), string(r.language), db.At(r.QueuedAt),
		db.At(r.lease), day(r.locked))
	return err
}

func runByID(ctx context.Context, q db.Querier, id string) (r run, err error) {
	err = q.QueryRow(ctx, `SELECT `+runColumns+` FROM recon_runs WHERE id = $1`, id).Scan(r.fields()...)
	return r, found(err)
}

func activeRun(ctx context.Context, q db.Querier, projectID string) (active bool, err error) {
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM recon_runs WHERE project_id = $1 AND state IN ('queued', 'running'))`, projectID).Scan(&active)
	return active, err
}

// runsOf lists the latest first.
func runsOf(ctx context.Context, q db.Querier, projectID string, before db.Cursor, limit int) ([]run, error) {
	at, id := before.Backwards()
	rows, err := q.Query(ctx, `SELECT `+runColumns+` FROM recon_runs WHERE project_id = $1 AND (queued_at, id) < ($2, $3) ORDER BY queued_at DESC, id DESC LIMIT $4`,
		projectID, at, id, limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (r run, err error) { return r, rows.Scan(r.fields()...) })
}

// claim takes a run that waits, or whose node has died, for a node.
func claim(ctx context.Context, tx *db.Tx, id, node string, until time.Time) (bool, error) {
	done, err := tx.Exec(ctx, `UPDATE recon_runs SET state = 'running', node = $2, lease_until = $3, started_at = coalesce(started_at, $4)
		WHERE id = $1 AND (state = 'queued' OR state = 'running' AND lease_until <= $4)`, id, node, db.At(until), db.At(tx.Now))
	return changedOne(done, err)
}

// renew keeps a run for its node; false where it is no longer the node's: cancelled, or taken by another one.
func renew(ctx context.Context, tx *db.Tx, id, node string, until time.Time, progress *Progress) (bool, error) {
	text, err := db.JSON(progress)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `UPDATE recon_runs SET lease_until = $3, progress = $4 WHERE id = $1 AND node = $2 AND state = 'running'`, id, node, db.At(until), text)
	return changedOne(done, err)
}

func changedOne(done sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

// endRun stores how a run ended; false where it is no longer the node's. An empty node is anybody's.
func endRun(ctx context.Context, tx *db.Tx, r run, node string) (bool, error) {
	problem, err := db.JSON(r.problem)
	if err != nil {
		return false, err
	}
	figures, err := db.JSON(r.Figures)
	if err != nil {
		return false, err
	}
	barred, err := db.JSON(r.barred)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `UPDATE recon_runs SET state = $2, finished_at = $3, lease_until = NULL, problem = $4, figures = $5, barred = $6, result_sha256 = $7, took_micros = $8
		WHERE id = $1 AND state IN ('queued', 'running') AND (node = $9 OR $9 = '')`, r.ID, string(r.State), db.At(tx.Now), problem, figures, barred, db.Text(r.archive),
		r.took.Microseconds(), node)
	return changedOne(done, err)
}

// strayRuns are those that wait or run on a node that has not been heard of.
func strayRuns(ctx context.Context, q db.Querier, now time.Time) ([]string, error) {
	rows, err := q.Query(ctx, `SELECT id FROM recon_runs WHERE state IN ('queued', 'running') AND lease_until <= $1 LIMIT 50`, db.At(now))
	return db.Collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
}

// postpone gives a queued run that is nobody's more time to be taken; false where the run is somebody's by now.
func postpone(ctx context.Context, tx *db.Tx, id string, until time.Time) (bool, error) {
	done, err := tx.Exec(ctx, `UPDATE recon_runs SET lease_until = CASE WHEN state = 'queued' THEN $2 ELSE lease_until END
		WHERE id = $1 AND state IN ('queued', 'running') AND lease_until <= $3`, id, db.At(until), db.At(tx.Now))
	return changedOne(done, err)
}

// keptFigures are the figures of a project on a day.
type keptFigures struct {
	projectID string
	day       string
	runID     string
	seq       int64
	figures   Figures
}

func putFigures(ctx context.Context, tx *db.Tx, k keptFigures) error {
	text, err := db.JSON(k.figures)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO recon_figures (project_id, day, run_id, seq, figures) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (project_id, day) DO UPDATE SET run_id = excluded.run_id, seq = excluded.seq, figures = excluded.figures`, k.projectID, k.day, k.runID, k.seq, text)
	return err
}

// figuresOf lists a project's figures of some days, the latest first. Zero times leave the days open.
func figuresOf(ctx context.Context, q db.Querier, projectID string, from, to time.Time, limit int) ([]keptFigures, error) {
	first, last := "", "~"
	if !from.IsZero() {
		first = from.In(zone()).Format(time.DateOnly)
	}
	if !to.IsZero() {
		last = to.In(zone()).Format(time.DateOnly)
	}
	rows, err := q.Query(ctx, `SELECT project_id, day, run_id, seq, figures FROM recon_figures WHERE project_id = $1 AND day >= $2 AND day <= $3 ORDER BY day DESC LIMIT $4`,
		projectID, first, last, limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (k keptFigures, err error) {
		return k, rows.Scan(&k.projectID, &k.day, &k.runID, &k.seq, db.FromJSON(&k.figures))
	})
}

const rulesetColumns = `id, number, yaml, note, account_id, created_at`

// rulesetsOf lists the latest first.
func rulesetsOf(ctx context.Context, q db.Querier, projectID string) ([]Ruleset, error) {
	rows, err := q.Query(ctx, `SELECT `+rulesetColumns+` FROM recon_rulesets WHERE project_id = $1 ORDER BY number DESC`, projectID)
	return db.Collect(rows, err, func(rows *sql.Rows) (r Ruleset, err error) {
		return r, rows.Scan(&r.ID, &r.Number, &r.YAML, &r.Note, &r.By, db.Time(&r.At))
	})
}

func insertRuleset(ctx context.Context, tx *db.Tx, projectID string, r Ruleset) error {
	_, err := tx.Exec(ctx, `INSERT INTO recon_rulesets (project_id, `+rulesetColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`, projectID, r.ID, r.Number, r.YAML, r.Note, r.By, db.At(r.At))
	return err
}

// lastAutomatic is the last finished run that went by no ruleset of the project's; the zero run where there is none.
func lastAutomatic(ctx context.Context, q db.Querier, projectID string) (run, error) {
	rows, err := q.Query(ctx, `SELECT `+runColumns+` FROM recon_runs WHERE project_id = $1 AND state = 'finished' AND ruleset = 0 ORDER BY number DESC LIMIT 1`, projectID)
	found, err := db.Collect(rows, err, func(rows *sql.Rows) (r run, err error) { return r, rows.Scan(r.fields()...) })
	if err != nil || len(found) == 0 {
		return run{}, err
	}
	return found[0], nil
}

// runTimes are when runs of a project finished.
func runTimes(ctx context.Context, q db.Querier, projectID string, from, to time.Time) ([]time.Time, error) {
	rows, err := q.Query(ctx, `SELECT finished_at FROM recon_runs WHERE project_id = $1 AND state = 'finished' AND finished_at >= $2 AND finished_at < $3`, projectID, db.At(from), db.At(to))
	return db.Collect(rows, err, func(rows *sql.Rows) (at time.Time, err error) { return at, rows.Scan(db.Time(&at)) })
}
