package audit

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/platform/db"
)

// Record is an entry as it is read: with its seal, or without one while it waits for it (Seq is zero then).
type Record struct {
	Entry
	Seq  int64
	Hash string
}

// Filter says which entries a list shows. The zero value of a field leaves it open.
type Filter struct {
	ActorID   string
	Action    string // a whole action, or with a dot at its end all that begin so: "booking."
	SubjectID string
	From, To  time.Time // [From, To)
	Cursor    string
	Limit     int // 1 to 100; 50 otherwise
}

// Page is a part of the log, the latest entry first. NextCursor is empty on the last one.
type Page struct {
	Items      []Record
	NextCursor string
}

// Reader reads the log. Whoever hands out what it returns asks first who may see it.
type Reader struct{ db *db.DB }

// NewReader returns a reader of the log in d.
func NewReader(d *db.DB) *Reader { return &Reader{d} }

// List returns a page of the log, the latest first. It returns invalid with the field limit or cursor.
func (r *Reader) List(ctx context.Context, f Filter) (Page, error) {
	limit, after, err := db.ParsePage(f.Limit, f.Cursor)
	if err != nil {
		return Page{}, err
	}
	f.Limit = limit
	conditions := ` WHERE 1 = 1`
	var args []any
	where := func(condition string, values ...any) {
		numbers := make([]any, len(values))
		for i, value := range values {
			args = append(args, value)
			numbers[i] = "$" + strconv.Itoa(len(args))
		}
		conditions += fmt.Sprintf(condition, numbers...)
	}
	if f.ActorID != "" {
		where(` AND actor_id = %s`, f.ActorID)
	}
	var kinds []string
	if stem, all := strings.CutSuffix(f.Action, "."); all && (f.ActorID != "" || f.SubjectID != "") {
		where(` AND action >= %s AND action < %s`, stem+".", stem+"/") // the slash is the character after the dot
	} else if all {
		if kinds, err = r.actionsIn(ctx, f.Action); err != nil || len(kinds) == 0 {
			return Page{}, err
		}
	} else if f.Action != "" {
		where(` AND action = %s`, f.Action)
	}
	if f.SubjectID != "" {
		where(` AND subject_id = %s`, f.SubjectID)
	}
	if !f.From.IsZero() {
		where(` AND at >= %s`, db.At(f.From))
	}
	if !f.To.IsZero() {
		where(` AND at < %s`, db.At(f.To))
	}
	if after.ID != "" {
		where(` AND (at, id) < (%s, %s)`, db.At(after.At), after.ID)
	}
	order := fmt.Sprintf(` ORDER BY at DESC, id DESC LIMIT %d`, f.Limit+1)
	from := ` FROM audit_entries` + r.db.Dialect.Using(f.index())
	query := `SELECT ` + columns + `, seq, hash` + from + conditions + order
	if len(kinds) > 0 {
		query, args = latestOf(kinds, from+conditions, order, args)
	}
	rows, err := r.db.Query(ctx, query, args...)
	found, err := db.Collect(rows, err, func(rows *sql.Rows) (record Record, err error) {
		var seq sql.NullInt64
		record.Entry, err = scan(rows, &seq, db.NullText(&record.Hash))
		record.Seq = seq.Int64
		return record, err
	})
	if err != nil || len(found) <= f.Limit {
		return Page{Items: found}, err
	}
	last := found[f.Limit-1]
	return Page{Items: found[:f.Limit], NextCursor: db.Cursor{At: last.At, ID: last.ID}.String()}, nil
}

// index is the one that has the fewest entries to look at.
func (f Filter) index() string {
	switch {
	case f.SubjectID != "":
		return "audit_entries_subject"
	case f.ActorID != "":
		return "audit_entries_actor"
	case f.Action != "":
		return "audit_entries_action"
	}
	return "audit_entries_at"
}

// latestOf asks for the latest entries of some actions: for the latest of each, and for the latest of those. An index has each action's
// in order, but not those of all that begin alike.
func latestOf(actions []string, from, order string, args []any) (string, []any) {
	each := make([]string, len(actions))
	for i, action := range actions {
		args = append(args, action)
		each[i] = fmt.Sprintf(`SELECT id FROM (SELECT id%s AND action = $%d%s) AS latest`, from, len(args), order)
	}
	return `SELECT ` + columns + `, seq, hash FROM audit_entries WHERE id IN (` + strings.Join(each, " UNION ALL ") + `)` + order, args
}

// actionsIn returns all actions in the log that begin so.
func (r *Reader) actionsIn(ctx context.Context, stem string) ([]string, error) {
	all, err := r.Actions(ctx)
	return slices.DeleteFunc(all, func(action string) bool { return !strings.HasPrefix(action, stem) }), err
}

// State says how far the chain reaches and how many entries wait for their seal, without computing the chain anew as Verify does.
func (r *Reader) State(ctx context.Context) (Proof, error) {
	var proof Proof
	var err error
	if proof.Sealed, proof.Head, err = head(ctx, r.db); err != nil {
		return proof, err
	}
	return proof, r.db.QueryRow(ctx, `SELECT count(*) FROM audit_entries WHERE seq IS NULL`).Scan(&proof.Unsealed)
}

// Actions returns all actions that are in the log, in ascending order. It jumps from one to the next in the index instead of reading
// the log.
func (r *Reader) Actions(ctx context.Context) ([]string, error) {
	rows, err := r.db.Query(ctx, `WITH RECURSIVE known (action) AS (
			SELECT min(action) FROM audit_entries
			UNION ALL SELECT (SELECT min(e.action) FROM audit_entries e WHERE e.action > known.action) FROM known WHERE known.action IS NOT NULL)
		SELECT action FROM known WHERE action IS NOT NULL`)
	return db.Collect(rows, err, func(rows *sql.Rows) (action string, err error) { return action, rows.Scan(&action) })
}
