package rig

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the PostgreSQL driver, "pgx"
	_ "modernc.org/sqlite"             // the SQLite driver, "sqlite"
)

// The two engines.
const (
	SQLite     = "sqlite"
	PostgreSQL = "postgres"
)

// Engines returns the engines that a flag names: one of the two, or both.
func Engines(name string) ([]string, error) {
	switch name {
	case "both":
		return []string{SQLite, PostgreSQL}, nil
	case SQLite, PostgreSQL:
		return []string{name}, nil
	}
	return nil, fmt.Errorf("engine %q: give %s, %s or both", name, SQLite, PostgreSQL)
}

// postgresURL names the environment variable with the address of a server to make databases on; scripts/with-postgres sets it.
const postgresURL = "KHADAMAT_TEST_DATABASE_URL"

// NewPlace makes a folder on the disk and, for PostgreSQL, a database. Remove takes both away.
func NewPlace(ctx context.Context, engine string) (Place, error) {
	folder, err := os.MkdirTemp("", "khadamat-load-*")
	if err != nil || engine == SQLite {
		return Place{Folder: folder}, err
	}
	admin := os.Getenv(postgresURL)
	if admin == "" {
		return Place{}, errors.Join(fmt.Errorf("%s is not set: run this below scripts/with-postgres", postgresURL), os.RemoveAll(folder))
	}
	name := fmt.Sprintf("load_%d", time.Now().UnixNano())
	if err := administer(ctx, admin, "CREATE DATABASE "+name); err != nil {
		return Place{}, errors.Join(err, os.RemoveAll(folder))
	}
	address, err := url.Parse(admin)
	if err != nil {
		return Place{}, err
	}
	address.Path = "/" + name
	return Place{Folder: folder, DatabaseURL: address.String()}, nil
}

// Remove takes the folder and the database away.
func (p Place) Remove() error {
	err := os.RemoveAll(p.Folder)
	if p.DatabaseURL == "" {
		return err
	}
	address, failure := url.Parse(p.DatabaseURL)
	if failure != nil {
		return errors.Join(err, failure)
	}
	return errors.Join(err, administer(context.Background(), os.Getenv(postgresURL), "DROP DATABASE "+strings.TrimPrefix(address.Path, "/")+" WITH (FORCE)"))
}

func administer(ctx context.Context, address, statement string) error {
	server, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	defer server.Close()
	_, err = server.ExecContext(ctx, statement)
	return err
}

// OpenReadOnly opens the database past the program under test, so that what it stored is seen with other eyes.
func (p Place) OpenReadOnly() (*sql.DB, error) {
	if p.DatabaseURL == "" {
		return sql.Open("sqlite", "file:"+filepath.Join(p.Folder, "khadamat.db")+"?mode=ro&_pragma=busy_timeout(10000)&_pragma=query_only(1)")
	}
	address, err := url.Parse(p.DatabaseURL)
	if err != nil {
		return nil, err
	}
	query := address.Query()
	query.Set("default_transaction_read_only", "on")
	address.RawQuery = query.Encode()
	return sql.Open("pgx", address.String())
}
