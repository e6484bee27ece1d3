package db

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Dialect is the engine. Everything in which the engines differ for Go code stands in this file.
type Dialect string

// The two engines.
const (
	SQLite     Dialect = "sqlite"
	PostgreSQL Dialect = "postgres"
)

// ForUpdate is what a SELECT inside a transaction ends with where it reads rows that the transaction decides on. SQLite needs
// nothing: the transaction holds the only write lock.
func (d Dialect) ForUpdate() string {
	if d == PostgreSQL {
		return " FOR UPDATE"
	}
	return ""
}

// In is the condition, behind an expression, that it is one of the texts of a JSON array in the placeholder, e.g. "id " + In("$1"):
// one statement text whatever the number of values. The argument is made by List. PostgreSQL uses an index for an array, but not
// for a subquery.
func (d Dialect) In(placeholder string) string {
	if d == PostgreSQL {
		return "= ANY (ARRAY(SELECT json_array_elements_text(" + placeholder + "::json)))"
	}
	return "IN (SELECT value FROM json_each(" + placeholder + "))"
}

// Using is what stands behind a table's name where SQLite has to be told by which index to look: it keeps no statistics, and guesses.
// PostgreSQL knows better by itself.
func (d Dialect) Using(index string) string {
	if d == SQLite {
		return " INDEXED BY " + index
	}
	return ""
}

// List is the argument for In.
func List(values []string) string {
	if values == nil {
		values = []string{}
	}
	text, _ := json.Marshal(values) // a slice of strings always marshals
	return string(text)
}

// IsUnique says whether err is the refusal of a second row with the same unique key.
func IsUnique(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23505"
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return false
}

// IsReferenced says whether err is the refusal of a change that would leave a row of another table without what it refers to.
func IsReferenced(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23503"
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
	}
	return false
}

// IsOverlap says whether err is the refusal of a time range that overlaps another: an exclusion constraint, or the SQLite
// trigger that stands in for one and raises "overlap".
func IsOverlap(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23P01"
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_TRIGGER && strings.Contains(lite.Error(), "overlap")
	}
	return false
}

// retryable says whether the same transaction may succeed when it is run once more.
func retryable(err error) bool {
	if errors.Is(err, ErrAgain) {
		return true
	}
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}
