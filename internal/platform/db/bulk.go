package db

import (
	"context"
	"fmt"
	"strings"
)

// bulkParameters bounds the placeholders of one statement for PostgreSQL, where each statement is a way there and back.
const bulkParameters = 1000

// bulkTriggered is how many rows one statement has for SQLite where the table has triggers.
const bulkTriggered = 32

// InsertMany inserts rows, each with one value a column. It is for filling tables, not for what a person does. SQLite gets them one by
// one: before a statement of many rows changes a page, it writes down what stood there, to be able to undo its first rows. Where a trigger
// runs it does so for one row too, and a few rows share what is written down.
func (t *Tx) InsertMany(ctx context.Context, table string, columns []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	size, err := t.bulkSize(ctx, table, len(columns))
	if err != nil {
		return err
	}
	size = min(size, len(rows))
	full, err := t.tx.PrepareContext(ctx, t.db.Dialect.insertText(table, columns, size))
	if err != nil {
		return fmt.Errorf("insert into %s: %w", table, err)
	}
	defer full.Close()
	args := make([]any, 0, size*len(columns))
	for len(rows) > 0 {
		n := min(size, len(rows))
		args = args[:0]
		for _, row := range rows[:n] {
			if len(row) != len(columns) {
				return fmt.Errorf("insert into %s: %d values for %d columns", table, len(row), len(columns))
			}
			args = append(args, row...)
		}
		if n == size {
			_, err = full.ExecContext(ctx, args...)
		} else {
			_, err = t.tx.ExecContext(ctx, t.db.Dialect.insertText(table, columns, n), args...)
		}
		if err != nil {
			return fmt.Errorf("insert into %s: %w", table, err)
		}
		rows = rows[n:]
	}
	return nil
}

// bulkSize is how many rows one statement inserts.
func (t *Tx) bulkSize(ctx context.Context, table string, columns int) (int, error) {
	if t.db.Dialect == PostgreSQL {
		return max(1, bulkParameters/columns), nil
	}
	var triggered bool
	err := t.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = $1 AND sql LIKE '% INSERT ON %')", table).Scan(&triggered)
	if err != nil || !triggered {
		return 1, err
	}
	return bulkTriggered, nil
}

// WithoutIndexes takes indexes away, fills, and makes them again as they were: to sort many keys once is much less work than to keep a
// dozen indexes in order row by row. It is for filling tables, and for indexes that the filling itself does not need.
func (t *Tx) WithoutIndexes(ctx context.Context, names []string, fill func() error) error {
	definition := "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = $1"
	if t.db.Dialect == PostgreSQL {
		definition = "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexname = $1"
	}
	again := make([]string, len(names))
	for i, name := range names {
		if err := t.QueryRow(ctx, definition, name).Scan(&again[i]); err != nil {
			return fmt.Errorf("find the index %s: %w", name, err)
		}
		if _, err := t.Exec(ctx, "DROP INDEX "+name); err != nil {
			return fmt.Errorf("take the index %s away: %w", name, err)
		}
	}
	if err := fill(); err != nil {
		return err
	}
	for i, name := range names {
		if _, err := t.Exec(ctx, again[i]); err != nil {
			return fmt.Errorf("make the index %s again: %w", name, err)
		}
	}
	return nil
}

// insertText numbers no placeholder for SQLite: it would keep a list of their names, and search it for each of them.
func (d Dialect) insertText(table string, columns []string, rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES ", table, strings.Join(columns, ", "))
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j := range columns {
			if j > 0 {
				b.WriteString(", ")
			}
			if d == SQLite {
				b.WriteByte('?')
			} else {
				fmt.Fprintf(&b, "$%d", i*len(columns)+j+1)
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}
