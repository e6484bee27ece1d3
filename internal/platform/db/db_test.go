package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
)

func table(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Tx(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), "CREATE TABLE things (id TEXT PRIMARY KEY, n BIGINT NOT NULL, at BIGINT, note TEXT)")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func insert(ctx context.Context, tx *db.Tx, id string, n int) error {
	_, err := tx.Exec(ctx, "INSERT INTO things (id, n, at) VALUES ($1, $2, $3)", id, n, db.At(tx.Now))
	return err
}

func count(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.QueryRow(t.Context(), "SELECT count(*) FROM things").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAFailedTransactionLeavesNothingAndRunsNoAfterCommit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		table(t, d)
		ran, failure := false, errors.New("no")
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			tx.AfterCommit(func() { ran = true })
			if err := insert(t.Context(), tx, "a", 1); err != nil {
				return err
			}
			return failure
		})
		if !errors.Is(err, failure) || count(t, d) != 0 || ran {
			t.Fatalf("error %v, %d rows, after-commit ran: %v", err, count(t, d), ran)
		}
	})
}

func TestASecondRowWithTheSameKeyIsToldApartFromOtherErrors(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		table(t, d)
		add := func() error {
			return d.Tx(t.Context(), func(tx *db.Tx) error { return insert(t.Context(), tx, "a", 1) })
		}
		if err := add(); err != nil {
			t.Fatal(err)
		}
		if err := add(); !db.IsUnique(err) || db.IsOverlap(err) {
			t.Fatalf("second insert: %v", err)
		}
	})
}

// Run often enough for the statements to be prepared ones, by several goroutines, beside readers.
func TestConcurrentIncrementsAreAllCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		table(t, d)
		if err := d.Tx(t.Context(), func(tx *db.Tx) error { return insert(t.Context(), tx, "counter", 0) }); err != nil {
			t.Fatal(err)
		}
		const workers, each = 8, 25
		var wait sync.WaitGroup
		for range workers {
			wait.Go(func() {
				for range each {
					err := d.Tx(t.Context(), func(tx *db.Tx) error {
						var n int
						if err := tx.QueryRow(t.Context(), "SELECT n FROM things WHERE id = $1"+tx.Dialect().ForUpdate(), "counter").Scan(&n); err != nil {
							return err
						}
						_, err := tx.Exec(t.Context(), "UPDATE things SET n = $2 WHERE id = $1", "counter", n+1)
						return err
					})
					if err != nil {
						t.Error(err)
					}
					count(t, d)
				}
			})
		}
		wait.Wait()
		var n int
		if err := d.QueryRow(t.Context(), "SELECT n FROM things WHERE id = $1", "counter").Scan(&n); err != nil || n != workers*each {
			t.Fatalf("counted %d of %d: %v", n, workers*each, err)
		}
	})
}

func TestValuesComeBackAsTheyWereStored(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		table(t, d)
		stored := now.Now().Add(123 * time.Microsecond)
		note, err := db.JSON(map[string]string{"k": "ة"})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Tx(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO things (id, n, at, note) VALUES ($1, 1, $2, $3), ($4, 2, $5, $6)", "a", db.At(stored), note, "b", db.At(time.Time{}), db.Text(""))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		type thing struct {
			at   time.Time
			note map[string]string
		}
		rows, err := d.Query(t.Context(), "SELECT at, note FROM things WHERE id "+d.Dialect.In("$1")+" ORDER BY id", db.List([]string{"a", "b", "c"}))
		things, err := db.Collect(rows, err, func(rows *sql.Rows) (thing, error) {
			var one thing
			return one, rows.Scan(db.Time(&one.at), db.FromJSON(&one.note))
		})
		if err != nil || len(things) != 2 {
			t.Fatalf("%d things, %v", len(things), err)
		}
		if !things[0].at.Equal(stored) || things[0].note["k"] != "ة" || !things[1].at.IsZero() || things[1].note != nil {
			t.Fatalf("got %+v", things)
		}
	})
}

func TestReadersCannotWrite(t *testing.T) {
	d := dbtest.SQLite(t, clock.System{})
	rows, err := d.Query(t.Context(), "DELETE FROM idempotency_keys RETURNING key")
	if err == nil {
		for rows.Next() {
		}
		err = rows.Err()
		rows.Close()
	}
	if err == nil {
		t.Fatal("a change through the readers' pool went through")
	}
}

func TestManyRowsAreInsertedAsTheyAre(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		table(t, d)
		const n = 5000
		rows := make([][]any, n)
		for i := range rows {
			rows[i] = []any{fmt.Sprintf("%05d", i), i, "note " + fmt.Sprint(i)}
		}
		if err := d.Tx(t.Context(), func(tx *db.Tx) error {
			return tx.InsertMany(t.Context(), "things", []string{"id", "n", "note"}, rows)
		}); err != nil {
			t.Fatal(err)
		}
		var right int
		if err := d.QueryRow(t.Context(), "SELECT count(*) FROM things WHERE note = 'note ' || n AND CAST(id AS INTEGER) = n").Scan(&right); err != nil || right != n || count(t, d) != n {
			t.Fatalf("%d of %d rows are right, %v", right, count(t, d), err)
		}
		if err := d.Tx(t.Context(), func(tx *db.Tx) error {
			return tx.InsertMany(t.Context(), "things", []string{"id", "n"}, [][]any{{"x", 1}, {"y"}})
		}); err == nil || count(t, d) != n {
			t.Fatalf("a row that is too short: %v, %d rows", err, count(t, d))
		}
	})
}

func TestIndexesAreAwayOnlyWhileATableIsFilled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		table(t, d)
		there := func(q db.Querier) bool {
			query := "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name = 'things_n'"
			if d.Dialect == db.PostgreSQL {
				query = "SELECT count(*) FROM pg_indexes WHERE schemaname = current_schema() AND indexname = 'things_n'"
			}
			var n int
			if err := q.QueryRow(t.Context(), query).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n == 1
		}
		fill := func(names []string, fails error) error {
			return d.Tx(t.Context(), func(tx *db.Tx) error {
				return tx.WithoutIndexes(t.Context(), names, func() error {
					if there(tx) {
						t.Error("the index is there while the table is filled")
					}
					return errors.Join(tx.InsertMany(t.Context(), "things", []string{"id", "n"}, [][]any{{"a", 1}, {"b", 2}}), fails)
				})
			})
		}
		if err := d.Tx(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "CREATE UNIQUE INDEX things_n ON things (n) WHERE n > 0")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		broken := errors.New("broken")
		if err := fill([]string{"things_n"}, broken); !errors.Is(err, broken) || !there(d) || count(t, d) != 0 {
			t.Fatalf("a filling that fails: %v, the index is there: %v, %d rows", err, there(d), count(t, d))
		}
		if err := fill([]string{"things_n", "things_none"}, nil); err == nil || !there(d) || count(t, d) != 0 {
			t.Fatalf("an index that there is not: %v, the index is there: %v, %d rows", err, there(d), count(t, d))
		}
		if err := fill([]string{"things_n"}, nil); err != nil || !there(d) || count(t, d) != 2 {
			t.Fatalf("%v, the index is there: %v, %d rows", err, there(d), count(t, d))
		}
		if err := d.Tx(t.Context(), func(tx *db.Tx) error {
			return tx.InsertMany(t.Context(), "things", []string{"id", "n"}, [][]any{{"c", 2}})
		}); !db.IsUnique(err) {
			t.Fatalf("the index that came back lets a key in twice: %v", err)
		}
	})
}

func TestAFolderMayBeCalledAnything(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "50% #1 ?a=b é")
	d, err := db.Open(t.Context(), db.Config{Folder: folder}, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := os.Stat(filepath.Join(folder, "khadamat.db")); err != nil {
		t.Fatal(err)
	}
}

func TestMigratingTwiceChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}
