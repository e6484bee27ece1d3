// Package db opens the database, SQLite by default or PostgreSQL, and is the one way to run SQL: reads through a pool,
// changes through Tx. The SQL itself is written by hand in the domains' stores, one text for both engines with $1
// placeholders; what must differ is in dialect.go.
package db

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"khadamat/internal/platform/clock"

	_ "github.com/jackc/pgx/v5/stdlib" // the PostgreSQL driver, "pgx"
	_ "modernc.org/sqlite"             // the SQLite driver, "sqlite"
)

// Config says which database to open.
type Config struct {
	URL            string // postgres://…; empty for SQLite
	Folder         string // where SQLite keeps its file; made where it is missing
	MaxConnections int    // PostgreSQL only; 0 for the default
	CacheMegabytes int    // SQLite only: how much of its file a connection keeps in memory; 0 for the default
}

// DB is an open database. SQLite has one writing connection beside a pool of readers; PostgreSQL has one pool.
type DB struct {
	Dialect    Dialect
	writer     *sql.DB
	reader     *sql.DB
	clock      clock.Clock
	statements statements
}

const (
	defaultConnections = 24
	defaultCacheMB     = 16
	transactionTries   = 5
)

// Open opens the database, without migrating it. It fails where the folder cannot be made or the server cannot be reached.
func Open(ctx context.Context, config Config, clock clock.Clock) (*DB, error) {
	d := &DB{clock: clock}
	var err error
	if config.URL == "" {
		err = d.openSQLite(config.Folder, cmp.Or(config.CacheMegabytes, defaultCacheMB))
	} else {
		err = d.openPostgreSQL(config)
	}
	if err != nil {
		return nil, err
	}
	if err := d.writer.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("reach the database: %w", err), d.Close())
	}
	return d, nil
}

func (d *DB) openSQLite(folder string, cacheMB int) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	path := filepath.Join(folder, "khadamat.db")
	// busy_timeout comes first, so that the switch to WAL waits too where another process has the file open. recursive_triggers has
	// INSERT OR REPLACE ask the triggers of DELETE about what it replaces, which keeps append-only tables so.
	common := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=recursive_triggers(1)&_pragma=cache_size(-" +
		strconv.Itoa(cacheMB*1000) + ")"
	var err error
	if d.writer, err = sql.Open("sqlite", common+"&_txlock=immediate"); err != nil {
		return err
	}
	d.writer.SetMaxOpenConns(1)
	if d.reader, err = sql.Open("sqlite", common+"&_pragma=query_only(1)"); err != nil {
		return err
	}
	readers := 2 * runtime.NumCPU()
	d.reader.SetMaxOpenConns(readers)
	d.reader.SetMaxIdleConns(readers)
	d.Dialect = SQLite
	d.statements.on = true
	return nil
}

func (d *DB) openPostgreSQL(config Config) error {
	pool, err := sql.Open("pgx", config.URL)
	if err != nil {
		return fmt.Errorf("database address: %w", err)
	}
	size := config.MaxConnections
	if size <= 0 {
		size = defaultConnections
	}
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	d.writer, d.reader, d.Dialect = pool, pool, PostgreSQL
	return nil
}

// Close closes all connections.
func (d *DB) Close() error {
	if d.reader == nil || d.reader == d.writer {
		return d.writer.Close()
	}
	return errors.Join(d.reader.Close(), d.writer.Close())
}

// Writer is the pool that changes go through, for libraries that run SQL of their own. Stores use Tx.
func (d *DB) Writer() *sql.DB { return d.writer }

// Ping says whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.reader.PingContext(ctx) }

// Query runs a SELECT on the readers' pool. The caller closes the rows.
func (d *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if statement := d.readStatement(ctx, query); statement != nil {
		return statement.QueryContext(ctx, args...)
	}
	return d.reader.QueryContext(ctx, query, args...)
}

// QueryRow runs a SELECT of one row on the readers' pool.
func (d *DB) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	if statement := d.readStatement(ctx, query); statement != nil {
		return statement.QueryRowContext(ctx, args...)
	}
	return d.reader.QueryRowContext(ctx, query, args...)
}

// Querier is what DB and Tx share, for stores whose reads run inside a transaction as well as outside.
type Querier interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) *sql.Row
}

// Tx is a transaction that may change things. It carries the one time that everything inside it happens at.
type Tx struct {
	Now         time.Time
	db          *DB
	tx          *sql.Tx
	afterCommit []func()
	unprepared  []string
}

// ErrAgain is what a change returns to be run again from the start, because another transaction got ahead of it.
var ErrAgain = errors.New("db: run the transaction again")

// Tx runs change in one transaction and commits it where change returns nil; what AfterCommit was given runs then. SQLite
// takes its write lock at once, so nothing read inside can change before the commit; PostgreSQL runs at read committed, and
// change locks the rows it decides on with ForUpdate. Deadlocks, serialization failures and ErrAgain are tried again, a few times.
func (d *DB) Tx(ctx context.Context, change func(*Tx) error) error {
	for try := 1; ; try++ {
		err := d.once(ctx, change)
		if err == nil || try == transactionTries || !retryable(err) {
			return err
		}
	}
}

func (d *DB) once(ctx context.Context, change func(*Tx) error) error {
	inner, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer inner.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	tx := &Tx{Now: d.clock.Now(), db: d, tx: inner}
	if err := change(tx); err != nil {
		return err
	}
	if err := inner.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	d.statements.prepare(ctx, d.writer, tx.unprepared)
	for _, run := range tx.afterCommit {
		run()
	}
	return nil
}

// AfterCommit has run called once the transaction is committed, and never where it is not.
func (t *Tx) AfterCommit(run func()) { t.afterCommit = append(t.afterCommit, run) }

// Lock makes transactions that lock the same name take turns, until each ends. It is for changes that would otherwise wait for
// each other's rows in a circle. SQLite has nothing to do: its changes take turns anyway.
func (t *Tx) Lock(ctx context.Context, name string) error {
	if t.db.Dialect == SQLite {
		return nil
	}
	_, err := t.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", name)
	return err
}

// SQL is the transaction itself, for libraries that run SQL of their own inside it.
func (t *Tx) SQL() *sql.Tx { return t.tx }

// Dialect says which engine the transaction runs on.
func (t *Tx) Dialect() Dialect { return t.db.Dialect }

// Exec runs a statement that changes rows.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if statement := t.statement(ctx, query); statement != nil {
		return statement.ExecContext(ctx, args...)
	}
	return t.tx.ExecContext(ctx, query, args...)
}

// Query runs a SELECT, or a statement with RETURNING, inside the transaction.
func (t *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if statement := t.statement(ctx, query); statement != nil {
		return statement.QueryContext(ctx, args...)
	}
	return t.tx.QueryContext(ctx, query, args...)
}

// QueryRow is Query for one row.
func (t *Tx) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	if statement := t.statement(ctx, query); statement != nil {
		return statement.QueryRowContext(ctx, args...)
	}
	return t.tx.QueryRowContext(ctx, query, args...)
}
