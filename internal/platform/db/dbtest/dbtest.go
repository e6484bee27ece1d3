// Package dbtest runs store tests on both engines, each test on a fresh migrated database of its own.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
)

// PostgresURL names the environment variable with the address of a PostgreSQL server that tests may make databases on.
// scripts/with-postgres sets it for the command that it runs.
const PostgresURL = "KHADAMAT_TEST_DATABASE_URL"

// Start is where the clock that Each hands out stands: a Monday morning in Casablanca, outside Ramadan.
var Start = time.Date(2026, time.June, 1, 8, 0, 0, 0, time.UTC)

// Each runs test as a subtest on SQLite and on PostgreSQL. It fails, and does not skip, where there is no PostgreSQL server.
func Each(t *testing.T, test func(t *testing.T, d *db.DB, now *clock.Manual)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		now := clock.NewManual(Start)
		test(t, SQLite(t, now), now)
	})
	t.Run("postgres", func(t *testing.T) {
		now := clock.NewManual(Start)
		test(t, PostgreSQL(t, now), now)
	})
}

var liteTemplate = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "khadamat-template-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	d, err := db.Open(context.Background(), db.Config{Folder: folder}, clock.System{})
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(context.Background()); err != nil {
		return nil, err
	}
	// Closing the last connection folds the write-ahead log into the file.
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(folder, "khadamat.db"))
})

// SQLite returns a migrated SQLite database in a folder of the test's own.
func SQLite(t testing.TB, now clock.Clock) *db.DB {
	t.Helper()
	content, err := liteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "khadamat.db"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, db.Config{Folder: folder}, now)
}

var postgresTemplate = sync.OnceValues(func() (string, error) {
	address := os.Getenv(PostgresURL)
	if address == "" {
		return "", fmt.Errorf("%s is not set: run the tests with make test, or as scripts/with-postgres go test ./…", PostgresURL)
	}
	name := "template_" + compact(ids.New())
	if err := administer(address, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	d, err := db.Open(context.Background(), db.Config{URL: on(address, name)}, clock.System{})
	if err != nil {
		return "", err
	}
	defer d.Close()
	return name, d.Migrate(context.Background())
})

// PostgreSQL returns a migrated PostgreSQL database of the test's own, dropped when the test ends.
func PostgreSQL(t testing.TB, now clock.Clock) *db.DB {
	t.Helper()
	template, err := postgresTemplate()
	if err != nil {
		t.Fatal(err)
	}
	address, name := os.Getenv(PostgresURL), "test_"+compact(ids.New())
	if err := administer(address, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := administer(address, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return open(t, db.Config{URL: on(address, name)}, now)
}

func open(t testing.TB, config db.Config, now clock.Clock) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), config, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func administer(address, statement string) error {
	server, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	defer server.Close()
	_, err = server.ExecContext(context.Background(), statement)
	return err
}

func on(address, database string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return address
	}
	parsed.Path = "/" + database
	return parsed.String()
}

func compact(id string) string { return id[24:] + id[9:13] }
