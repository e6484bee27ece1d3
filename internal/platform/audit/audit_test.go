package audit_test

import (
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
)

func write(t *testing.T, d *db.DB, n int) {
	t.Helper()
	for i := range n {
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			return audit.Write(t.Context(), tx, audit.Entry{Action: "thing.changed", SubjectKind: "thing", SubjectID: fmt.Sprint(i), Data: `{"n":1}`})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func seal(t *testing.T, d *db.DB) int {
	t.Helper()
	n, err := audit.Seal(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSealingCoversEveryEntryOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		write(t, d, 3)
		proof, err := audit.Verify(t.Context(), d)
		if err != nil || proof.Sealed != 0 || proof.Unsealed != 3 {
			t.Fatalf("before sealing: %+v, %v", proof, err)
		}
		if pending, err := audit.Pending(t.Context(), d); err != nil || !pending {
			t.Fatalf("pending %v, %v", pending, err)
		}
		if n := seal(t, d); n != 3 {
			t.Fatalf("sealed %d", n)
		}
		write(t, d, 2)
		seal(t, d)
		if n := seal(t, d); n != 0 {
			t.Fatalf("sealed %d twice", n)
		}
		proof, err = audit.Verify(t.Context(), d)
		if err != nil || proof.Sealed != 5 || proof.Unsealed != 0 || len(proof.Head) != 64 {
			t.Fatalf("after sealing: %+v, %v", proof, err)
		}
	})
}

func TestNodesThatSealAtOnceMakeOneChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				for range 5 {
					write(t, d, 3)
					seal(t, d)
				}
			})
		}
		wait.Wait()
		if proof, err := audit.Verify(t.Context(), d); err != nil || proof.Sealed != 60 {
			t.Fatalf("%+v, %v", proof, err)
		}
	})
}

func TestAnEntryThatIsNotSealedYetCannotBeChangedEither(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		write(t, d, 1)
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE audit_entries SET actor_id = 'somebody else'")
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Fatal(err)
		}
	})
}

func TestTheDatabaseRefusesToChangeTheLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		write(t, d, 2)
		seal(t, d)
		for _, statement := range []string{"UPDATE audit_entries SET data = '{}'", "UPDATE audit_entries SET hash = ''", "UPDATE audit_entries SET seq = seq + 10", "UPDATE audit_entries SET seq = NULL, hash = NULL", "DELETE FROM audit_entries"} {
			err := d.Tx(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), statement)
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", statement, err)
			}
		}
	})
}

// Somebody with the keys to the database can get around the triggers; the chain then tells.
func TestVerifyNamesTheFirstLie(t *testing.T) {
	for name, lie := range map[string]struct{ statement, want string }{
		"a changed entry":  {"UPDATE audit_entries SET data = '{\"n\":2}' WHERE subject_id = '2'", "is not what was sealed"},
		"a changed actor":  {"UPDATE audit_entries SET actor_id = 'somebody else' WHERE subject_id = '2'", "is not what was sealed"},
		"a changed time":   {"UPDATE audit_entries SET at = at + 1 WHERE subject_id = '2'", "is not what was sealed"},
		"a lost entry":     {"DELETE FROM audit_entries WHERE subject_id = '2'", "seal 3 is missing"},
		"a lost seal":      {"UPDATE audit_entries SET seq = NULL, hash = NULL WHERE seq = 2", "seal 2 is missing"},
		"a rewritten seal": {"UPDATE audit_entries SET hash = 'x' WHERE seq = 3", "is not what was sealed"},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
				write(t, d, 5)
				seal(t, d)
				tamper(t, d, lie.statement)
				if _, err := audit.Verify(t.Context(), d); err == nil || !strings.Contains(err.Error(), lie.want) {
					t.Fatalf("got %v, want %q", err, lie.want)
				}
			})
		})
	}
}

// tamper changes the log with its guards taken off, on a connection of its own.
func tamper(t *testing.T, d *db.DB, statement string) {
	t.Helper()
	statements := []string{"PRAGMA foreign_keys = OFF", "DROP TRIGGER audit_entries_update", "DROP TRIGGER audit_entries_delete", statement, "PRAGMA foreign_keys = ON"}
	if d.Dialect == db.PostgreSQL {
		statements = []string{"SET session_replication_role = replica", statement, "SET session_replication_role = origin"}
	}
	connection, err := d.Writer().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	for _, s := range statements {
		var result sql.Result
		if result, err = connection.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if s == statement {
			if n, err := result.RowsAffected(); err != nil || n == 0 {
				t.Fatalf("%s changed %d rows, %v", s, n, err)
			}
		}
	}
}
