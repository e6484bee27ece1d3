package db

import (
	"context"
	"fmt"
	"strings"
)

// bulkParameters bounds the placeholders of one statement: the SQLite driver's work grows with the square of their number, and
// below a thousand the statements themselves begin to cost.
const bulkParameters = 1000

// InsertMany inserts rows, each with one value a column, as few statements of many rows. It is for filling tables, not for what
// a person does.
func (t *Tx) InsertMany(ctx context.Context, table string, columns []string, rows [][]any) error {
	size := max(1, bulkParameters/len(columns))
	full := t.db.Dialect.insertText(table, columns, min(size, len(rows)))
	args := make([]any, 0, size*len(columns))
	for len(rows) > 0 {
		n := min(size, len(rows))
		text := full
		if n < size {
			text = t.db.Dialect.insertText(table, columns, n)
		}
		args = args[:0]
		for _, row := range rows[:n] {
			if len(row) != len(columns) {
				return fmt.Errorf("insert into %s: %d values for %d columns", table, len(row), len(columns))
			}
			args = append(args, row...)
		}
		if _, err := t.tx.ExecContext(ctx, text, args...); err != nil {
			return fmt.Errorf("insert into %s: %w", table, err)
		}
		rows = rows[n:]
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
