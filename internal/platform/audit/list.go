package audit

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
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

const (
	defaultPage = 50
	largestPage = 100
)

// Reader reads the log. Whoever hands out what it returns asks first who may see it.
type Reader struct{ db *db.DB }

// NewReader returns a reader of the log in d.
func NewReader(d *db.DB) *Reader { return &Reader{d} }

// List returns a page of the log, the latest first. It returns invalid for a cursor that is none.
func (r *Reader) List(ctx context.Context, f Filter) (Page, error) {
	if f.Limit < 1 || f.Limit > largestPage {
		f.Limit = defaultPage
	}
	query := `SELECT ` + columns + `, seq, hash FROM audit_entries WHERE 1 = 1`
	var args []any
	where := func(condition string, values ...any) {
		numbers := make([]any, len(values))
		for i, value := range values {
			args = append(args, value)
			numbers[i] = "$" + strconv.Itoa(len(args))
		}
		query += fmt.Sprintf(condition, numbers...)
	}
	if f.ActorID != "" {
		where(` AND actor_id = %s`, f.ActorID)
	}
	if stem, all := strings.CutSuffix(f.Action, "."); all {
		where(` AND action >= %s AND action < %s`, stem+".", stem+"/") // the slash is the character after the dot
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
	if f.Cursor != "" {
		at, id, err := parseCursor(f.Cursor)
		if err != nil {
			return Page{}, err
		}
		where(` AND (at, id) < (%s, %s)`, at, id)
	}
	where(` ORDER BY at DESC, id DESC LIMIT %s`, f.Limit+1)
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
	return Page{Items: found[:f.Limit], NextCursor: cursorOf(last.Entry)}, nil
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

func cursorOf(e Entry) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(e.At.UnixMicro(), 10) + "." + e.ID))
}

func parseCursor(text string) (at int64, id string, err error) {
	broken := errs.Fields{{Name: "cursor", Key: "error.bad_cursor"}}.Err()
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return 0, "", broken
	}
	micros, id, found := strings.Cut(string(raw), ".")
	if at, err = strconv.ParseInt(micros, 10, 64); err != nil || !found || !ids.Valid(id) {
		return 0, "", broken
	}
	return at, id, nil
}
