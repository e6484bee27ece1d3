package workspace

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"khadamat/internal/platform/db"
)

// stateNames are how states of items are stored with a decision.
var stateNames = map[state]string{settled: "settled", pending: "pending"}

// backNames are how those of items are stored whose last decision is taken back.
var backNames = map[state]string{suggested: "was_suggested", open: "was_open", broken: "was_break"}

// kept is how an action is stored: what takes back is a taking apart that says of its items what they were.
func (a Action) kept() string {
	if a == Undo {
		return string(Unmatch)
	}
	return string(a)
}

func insertVerdict(ctx context.Context, tx *db.Tx, projectID string, v verdict) error {
	_, err := tx.Exec(ctx, `INSERT INTO recon_decisions (project_id, seq, id, action, account_id, decided_at, reason, note, assignee, items) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		projectID, v.seq, v.ID, v.Action.kept(), v.By, db.At(v.At), v.Reason, v.Note, db.Text(v.assignee), len(v.about))
	if err != nil {
		return err
	}
	rows := make([][]any, len(v.about))
	for i, s := range v.about {
		came := stateNames[s.state]
		if s.back {
			came = backNames[s.state]
		}
		rows[i] = []any{projectID, v.seq, i, s.item, strings.Join(s.keys, " "), came, s.amount, s.code, s.waited}
	}
	if err := tx.InsertMany(ctx, "recon_decision_items",
		[]string{"project_id", "seq", "position", "item_id", "members", "state", "amount_minor", "currency", "waited_micros"}, rows); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE recon_projects SET decisions = $2 WHERE id = $1`, projectID, v.seq)
	return err
}

const verdictColumns = `d.seq, d.id, d.action, d.account_id, d.decided_at, d.reason, d.note, d.assignee`

func (v *verdict) fields(more ...any) []any {
	return append([]any{&v.seq, &v.ID, &v.Action, &v.By, db.Time(&v.At), &v.Reason, &v.Note, db.NullText(&v.assignee)}, more...)
}

const subjectColumns = `i.item_id, i.members, i.state, i.amount_minor, i.currency, i.waited_micros`

type stateScanner struct{ into *subject }

func (s stateScanner) Scan(value any) error {
	s.into.state, s.into.back = open, false
	for one, name := range stateNames {
		if value == name {
			s.into.state = one
		}
	}
	for one, name := range backNames {
		if value == name {
			s.into.state, s.into.back = one, true
		}
	}
	return nil
}

type keysScanner struct{ into *[]string }

func (s keysScanner) Scan(value any) error {
	text, _ := value.(string)
	*s.into = strings.Fields(text)
	return nil
}

func (s *subject) fields() []any {
	return []any{&s.item, keysScanner{&s.keys}, stateScanner{s}, &s.amount, &s.code, &s.waited}
}

// verdictsAfter reads decisions in their order with what they are about.
func verdictsAfter(ctx context.Context, q db.Querier, projectID string, seq int64, limit int) ([]verdict, error) {
	rows, err := q.Query(ctx, `SELECT `+verdictColumns+`, `+subjectColumns+` FROM recon_decisions d JOIN recon_decision_items i ON i.project_id = d.project_id AND i.seq = d.seq
		WHERE d.project_id = $1 AND d.seq > $2 AND d.seq <= $3 ORDER BY d.seq, i.position`, projectID, seq, seq+int64(limit))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []verdict
	for rows.Next() {
		var v verdict
		var s subject
		if err := rows.Scan(v.fields(s.fields()...)...); err != nil {
			return nil, err
		}
		if len(all) == 0 || all[len(all)-1].seq != v.seq {
			all = append(all, v)
		}
		last := &all[len(all)-1]
		if s.back {
			last.Action = Undo
		}
		last.about = append(last.about, s)
	}
	return all, rows.Err()
}

// historyOf reads the decisions about some items, in their order, 200 of the latest.
func historyOf(ctx context.Context, q db.Querier, projectID string, itemIDs []string, in db.Dialect) ([]verdict, error) {
	rows, err := q.Query(ctx, `SELECT `+verdictColumns+`, `+subjectColumns+` FROM recon_decision_items i JOIN recon_decisions d ON d.project_id = i.project_id AND d.seq = i.seq
		WHERE i.project_id = $1 AND i.item_id `+in.In("$2")+` ORDER BY d.seq DESC LIMIT 200`, projectID, db.List(itemIDs))
	return db.Collect(rows, err, func(rows *sql.Rows) (v verdict, err error) {
		var s subject
		err = rows.Scan(v.fields(s.fields()...)...)
		v.about = []subject{s}
		if s.back {
			v.Action = Undo
		}
		return v, err
	})
}

// undoneOf are the decisions that take back the one before them, by item.
func undoneOf(ctx context.Context, q db.Querier, projectID string) (map[string][]int64, error) {
	rows, err := q.Query(ctx, `SELECT item_id, seq FROM recon_decision_items WHERE project_id = $1 AND state IN ('was_suggested', 'was_open', 'was_break')`, projectID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	undone := map[string][]int64{}
	for rows.Next() {
		var item string
		var seq int64
		if err := rows.Scan(&item, &seq); err != nil {
			return nil, err
		}
		undone[item] = append(undone[item], seq)
	}
	return undone, rows.Err()
}

// lock is who holds an item.
type lock struct {
	item, account string
	until         time.Time
}

// locksOf are the locks of a project that hold.
func locksOf(ctx context.Context, q db.Querier, projectID string, now time.Time) (map[string]lock, error) {
	rows, err := q.Query(ctx, `SELECT item_id, account_id, until FROM recon_locks WHERE project_id = $1 AND until > $2`, projectID, db.At(now))
	all, err := db.Collect(rows, err, func(rows *sql.Rows) (l lock, err error) { return l, rows.Scan(&l.item, &l.account, db.Time(&l.until)) })
	byItem := make(map[string]lock, len(all))
	for _, l := range all {
		byItem[l.item] = l
	}
	return byItem, err
}

// putLock takes or renews a lock; false where another person holds it.
func putLock(ctx context.Context, tx *db.Tx, projectID string, l lock) (bool, error) {
	done, err := tx.Exec(ctx, `INSERT INTO recon_locks (project_id, item_id, account_id, until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (project_id, item_id) DO UPDATE SET account_id = excluded.account_id, until = excluded.until
		WHERE recon_locks.account_id = excluded.account_id OR recon_locks.until <= $5`, projectID, l.item, l.account, db.At(l.until), db.At(tx.Now))
	return changedOne(done, err)
}

func deleteLock(ctx context.Context, tx *db.Tx, projectID, itemID, accountID string) (bool, error) {
	done, err := tx.Exec(ctx, `DELETE FROM recon_locks WHERE project_id = $1 AND item_id = $2 AND account_id = $3`, projectID, itemID, accountID)
	return changedOne(done, err)
}

func deleteStaleLocks(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM recon_locks WHERE until <= $1`, db.At(tx.Now))
	return err
}

// actsOf are what people did in a project, by decision and by how long its items had waited.
func actsOf(ctx context.Context, q db.Querier, projectID string, from, to time.Time) ([]act, error) {
	rows, err := q.Query(ctx, `SELECT d.account_id, d.action, d.decided_at, i.waited_micros, count(*) FROM recon_decisions d
		JOIN recon_decision_items i ON i.project_id = d.project_id AND i.seq = d.seq
		WHERE d.project_id = $1 AND d.decided_at >= $2 AND d.decided_at < $3 GROUP BY d.seq, d.account_id, d.action, d.decided_at, i.waited_micros ORDER BY d.seq`,
		projectID, db.At(from), db.At(to))
	return db.Collect(rows, err, func(rows *sql.Rows) (a act, err error) {
		return a, rows.Scan(&a.by, &a.action, db.Time(&a.at), &a.waited, &a.count)
	})
}
