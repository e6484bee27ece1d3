package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"khadamat/migrations"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// Migrate brings the schema up to date: the project's own set and the job queue's. Several nodes may start at once: on
// PostgreSQL they take turns under a lock.
func (d *DB) Migrate(ctx context.Context) error {
	set, err := migrations.For(string(d.Dialect))
	if err != nil {
		return err
	}
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.Dialect == PostgreSQL {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		dialect, options = goose.DialectPostgres, append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, d.writer, set, options...)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return d.migrateJobs(ctx)
}

// migrateJobs takes the queue's own schema up. Its versions cannot share a transaction (PostgreSQL does not let a new enum value
// be used in the one that adds it), so nodes take turns under an advisory lock that a connection of its own holds.
func (d *DB) migrateJobs(ctx context.Context) error {
	if d.Dialect == SQLite {
		return migrateQueue(ctx, riversqlite.New(d.writer))
	}
	holder, err := d.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer holder.Close()
	const queueLock = 0x6b68_6164 // any number that nobody else uses
	if _, err := holder.ExecContext(ctx, "SELECT pg_advisory_lock($1)", queueLock); err != nil {
		return err
	}
	err = migrateQueue(ctx, riverdatabasesql.New(d.writer))
	_, unlock := holder.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", queueLock)
	return errors.Join(err, unlock)
}

func migrateQueue(ctx context.Context, driver riverdriver.Driver[*sql.Tx]) error {
	migrator, err := rivermigrate.New(driver, nil)
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	return nil
}
