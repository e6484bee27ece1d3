// Package audit is the log of every change that somebody may one day have to answer for. An entry is written in the transaction
// of the change itself. Sealing, a moment later, puts the entries into one chain in which each hash covers the one before, so
// that a changed, removed or inserted entry shows. Sealing is apart from writing because a chain has one end: nodes that had to
// take turns there would take turns in everything.
package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"khadamat/internal/platform/chain"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
)

// Entry is one thing that happened. Data holds what changed, as a JSON object.
type Entry struct {
	ID          string
	At          time.Time
	ActorID     string // empty: the system
	Action      string // e.g. "booking.accepted"
	SubjectKind string
	SubjectID   string
	Data        string
}

const insertEntry = `INSERT INTO audit_entries (id, at, actor_id, action, subject_kind, subject_id, data) VALUES ($1, $2, $3, $4, $5, $6, $7)`

// Write adds an entry to the log as part of tx. ID, At and Data are filled where they are empty.
func Write(ctx context.Context, tx *db.Tx, e Entry) error {
	if e.ID == "" {
		e.ID = ids.New()
	}
	if e.At.IsZero() {
		e.At = tx.Now
	}
	if e.Data == "" {
		e.Data = "{}"
	}
	_, err := tx.Exec(ctx, insertEntry, e.ID, db.At(e.At), db.Text(e.ActorID), e.Action, e.SubjectKind, e.SubjectID, e.Data)
	return err
}

// ListIndexes are the indexes that only lists read: what fills the log may do without them meanwhile.
var ListIndexes = []string{"audit_entries_subject", "audit_entries_at", "audit_entries_actor", "audit_entries_action"}

// Import adds many entries that are complete but for Data, sealed in the order in which they are given, for filling a database.
func Import(ctx context.Context, tx *db.Tx, entries []Entry) error {
	seq, before, err := head(ctx, tx)
	if err != nil {
		return err
	}
	rows := make([][]any, len(entries))
	for i, e := range entries {
		if e.Data == "" {
			e.Data = "{}"
		}
		seq++
		before = e.hash(seq, before)
		rows[i] = []any{e.ID, db.At(e.At), db.Text(e.ActorID), e.Action, e.SubjectKind, e.SubjectID, e.Data, seq, before}
	}
	return tx.InsertMany(ctx, "audit_entries", []string{"id", "at", "actor_id", "action", "subject_kind", "subject_id", "data", "seq", "hash"}, rows)
}

// hash covers the seal before and the entry.
func (e Entry) hash(seq int64, before string) string {
	return chain.Hash(seq, before, e.ID, e.At.UnixMicro(), e.ActorID, e.Action, e.SubjectKind, e.SubjectID, e.Data)
}

const columns = `id, at, actor_id, action, subject_kind, subject_id, data`

func scan(rows *sql.Rows, more ...any) (Entry, error) {
	var e Entry
	into := append([]any{&e.ID, db.Time(&e.At), db.NullText(&e.ActorID), &e.Action, &e.SubjectKind, &e.SubjectID, &e.Data}, more...)
	return e, rows.Scan(into...)
}

// sealBatch bounds how many entries one transaction seals, so that it never holds the database for long.
const sealBatch = 500

// Seal chains all entries that have no seal yet and returns how many they were. Several nodes may call it at once.
func Seal(ctx context.Context, d *db.DB) (int, error) {
	return chain.InBatches(sealBatch, func() (int, error) { return sealSome(ctx, d) })
}

// Pending says whether there is anything to seal, without taking a write lock.
func Pending(ctx context.Context, d *db.DB) (pending bool, err error) {
	err = d.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM audit_entries WHERE seq IS NULL)`).Scan(&pending)
	return pending, err
}

func sealSome(ctx context.Context, d *db.DB) (int, error) {
	sealed := 0
	err := d.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "audit.chain"); err != nil {
			return err
		}
		seq, before, err := head(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT `+columns+` FROM audit_entries WHERE seq IS NULL ORDER BY id LIMIT $1`, sealBatch)
		entries, err := db.Collect(rows, err, func(rows *sql.Rows) (Entry, error) { return scan(rows) })
		if err != nil {
			return err
		}
		for _, e := range entries {
			seq++
			before = e.hash(seq, before)
			if _, err := tx.Exec(ctx, "UPDATE audit_entries SET seq = $2, hash = $3 WHERE id = $1", e.ID, seq, before); err != nil {
				return err
			}
		}
		sealed = len(entries)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("seal the audit log: %w", err)
	}
	return sealed, nil
}

// head returns the last seal; before the first one they are 0 and "".
func head(ctx context.Context, q db.Querier) (seq int64, hash string, err error) {
	err = q.QueryRow(ctx, "SELECT seq, hash FROM audit_entries WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1").Scan(&seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", nil
	}
	return seq, hash, err
}

// Proof is what Verify found: how many entries the chain covers, its last hash, and how many entries wait for their seal. Who
// keeps a Head elsewhere can later tell that the chain was cut short.
type Proof struct {
	Sealed, Unsealed int64
	Head             string
}

// Verify recomputes the chain from its first entry. It returns an error that names the first entry that does not agree.
func Verify(ctx context.Context, d *db.DB) (Proof, error) {
	var proof Proof
	rows, err := d.Query(ctx, `SELECT `+columns+`, seq, hash FROM audit_entries WHERE seq IS NOT NULL ORDER BY seq`)
	if err != nil {
		return proof, err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var hash string
		e, err := scan(rows, &seq, &hash)
		if err != nil {
			return proof, err
		}
		if seq != proof.Sealed+1 {
			return proof, fmt.Errorf("audit log: the entry with seal %d is missing", proof.Sealed+1)
		}
		if want := e.hash(seq, proof.Head); want != hash {
			return proof, fmt.Errorf("audit log: entry %s (seal %d, %s of %s %s) is not what was sealed", e.ID, seq, e.Action, e.SubjectKind, e.SubjectID)
		}
		proof.Sealed, proof.Head = seq, hash
	}
	if err := rows.Err(); err != nil {
		return proof, err
	}
	return proof, d.QueryRow(ctx, `SELECT count(*) FROM audit_entries WHERE seq IS NULL`).Scan(&proof.Unsealed)
}
