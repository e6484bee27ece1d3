package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
)

// floor is the least that storing a booking can cost on an engine: one transaction of prepared INSERTs with the rows that a
// booking made, and nothing read, decided or encoded.
type floor struct {
	db     *db.DB
	tables []table
}

// table is what a booking inserts into one: rows, with one statement.
type table struct {
	name      string
	columns   []string
	rows      [][]any
	statement *sql.Stmt
}

func newFloor(ctx context.Context, d *db.DB, bookingID string) (*floor, error) {
	f := &floor{db: d}
	for _, t := range []struct{ name, where string }{
		{"bookings", "id = $1"},
		{"booking_events", "booking_id = $1"},
		{"payments", "booking_id = $1"},
		{"audit_entries", "subject_id = $1"},
		{"notifications", "about = $1"},
		{"river_job", "kind = 'notify.letters' AND CAST(args AS TEXT) LIKE '%' || $1 || '%'"},
		{"idempotency_keys", "result LIKE '%' || $1 || '%'"},
	} {
		if err := f.read(ctx, t.name, t.where, bookingID); err != nil {
			return nil, fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return f, nil
}

// read takes the rows of a table as they were stored, and prepares their INSERT.
func (f *floor) read(ctx context.Context, name, where, bookingID string) error {
	rows, err := f.db.Query(ctx, "SELECT * FROM "+name+" WHERE "+where, bookingID)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	var found [][]any
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		found = append(found, row)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("no rows of the booking")
	}
	rows.Close()
	return f.prepare(ctx, name, columns, found)
}

func (f *floor) prepare(ctx context.Context, name string, columns []string, rows [][]any) error {
	t := table{name: name, rows: make([][]any, len(rows))}
	for i, column := range columns {
		if name == "river_job" && (column == "id" || rows[0][i] == nil) {
			continue // the database numbers jobs itself
		}
		t.columns = append(t.columns, column)
		for j, row := range rows {
			value := row[i]
			if at, ok := value.(time.Time); ok && f.db.Dialect == db.SQLite {
				value = at.UTC().Format("2006-01-02 15:04:05.000") // as the queue writes it
			}
			t.rows[j] = append(t.rows[j], value)
		}
	}
	places := make([]string, len(rows))
	for j := range places {
		row := make([]string, len(t.columns))
		for i := range row {
			row[i] = fmt.Sprintf("$%d", j*len(row)+i+1)
		}
		places[j] = "(" + strings.Join(row, ", ") + ")"
	}
	var err error
	t.statement, err = f.db.Writer().PrepareContext(ctx, "INSERT INTO "+name+" ("+strings.Join(t.columns, ", ")+") VALUES "+strings.Join(places, ", "))
	f.tables = append(f.tables, t)
	return err
}

// insert stores one booking at an opening.
func (f *floor) insert(ctx context.Context, at opening, who account.Actor) error {
	id := ids.New()
	changed := map[string]map[string]any{
		"bookings": {"id": id, "customer_id": who.ID, "provider_id": at.providerID, "provider_account_id": at.providerAccountID, "service_id": at.serviceID,
			"start_at": at.time.Start.UnixMicro(), "end_at": at.time.End.UnixMicro(), "block_start": at.block.Start.UnixMicro(), "block_end": at.block.End.UnixMicro()},
		"booking_events":   {"id": ids.New(), "booking_id": id, "actor_id": who.ID},
		"payments":         {"id": ids.New(), "booking_id": id, "customer_id": who.ID, "provider_id": at.providerID},
		"audit_entries":    {"id": ids.New(), "subject_id": id, "actor_id": who.ID},
		"notifications":    {"about": id, "account_id": who.ID},
		"idempotency_keys": {"scope": "booking.request:" + who.ID, "key": ids.New()},
	}
	tx, err := f.db.Writer().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	for _, t := range f.tables {
		values := slices.Concat(t.rows...)
		for i := range values {
			column := t.columns[i%len(t.columns)]
			if value, ok := changed[t.name][column]; ok {
				values[i] = value
			}
			if t.name == "notifications" && column == "id" {
				values[i] = ids.New()
			}
		}
		if _, err := tx.StmtContext(ctx, t.statement).ExecContext(ctx, values...); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return tx.Commit()
}

func (f *floor) close() {
	for _, t := range f.tables {
		_ = t.statement.Close()
	}
}
