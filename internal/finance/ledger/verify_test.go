package ledger_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
)

func TestSealingCoversEveryTransactionOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		post(t, d, capture("p1", 10_000, 250), earning("p1", hamid, 10_000))
		if proof := verify(t, d); proof.Sealed != 0 || proof.Unsealed != 2 || proof.Head != "" {
			t.Fatalf("before sealing: %+v", proof)
		}
		if pending, err := ledger.Pending(t.Context(), d); err != nil || !pending {
			t.Fatalf("pending %v, %v", pending, err)
		}
		if n := seal(t, d); n != 2 {
			t.Fatalf("sealed %d", n)
		}
		if n := seal(t, d); n != 0 {
			t.Fatalf("sealed %d once more", n)
		}
		if pending, err := ledger.Pending(t.Context(), d); err != nil || pending {
			t.Fatalf("pending %v, %v", pending, err)
		}
		post(t, d, capture("p2", 5_000, 100))
		if proof := verify(t, d); proof.Sealed != 2 || proof.Unsealed != 1 || proof.Postings != 7 || len(proof.Head) != 64 {
			t.Fatalf("after sealing: %+v", proof)
		}
	})
}

func TestNodesThatPostAndSealAtOnceMakeOneChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		var nodes sync.WaitGroup
		for node := range 4 {
			nodes.Go(func() {
				for i := range 5 {
					name := string(rune('a'+node)) + string(rune('0'+i))
					post(t, d, capture(name, 10_000, 250), earning(name, hamid, 10_000))
					seal(t, d)
					verify(t, d)
				}
			})
		}
		nodes.Wait()
		if proof := verify(t, d); proof.Sealed != 40 {
			t.Fatalf("%+v", proof)
		}
	})
}

// Somebody with the keys to the database can get around its rules; the proof then tells, and names what is wrong.
func TestVerifyNamesTheFirstLie(t *testing.T) {
	const third = "(SELECT id FROM ledger_transactions WHERE key = 'capture:p3')"
	lies := map[string]struct {
		statements string
		want       string
	}{
		"a changed amount":         {"UPDATE ledger_postings SET minor = minor + 1 WHERE line = 1 AND transaction_id = " + third, "(capture:p3) is no transaction"},
		"amounts changed to match": {"UPDATE ledger_postings SET minor = minor * 2 WHERE transaction_id = " + third, "(capture:p3) is not what was posted"},
		"a changed account":        {"UPDATE ledger_postings SET kind = 'bank' WHERE line = 1 AND transaction_id = " + third, "(capture:p3) is not what was posted"},
		"a changed owner":          {"UPDATE ledger_postings SET owner = '" + zineb + "' WHERE owner <> '' AND transaction_id = (SELECT id FROM ledger_transactions WHERE key = 'earning:p3')", "(earning:p3) is not what was posted"},
		"a changed subject":        {"UPDATE ledger_transactions SET subject = 'another' WHERE key = 'capture:p3'", "(capture:p3) is not what was posted"},
		"a changed key":            {"UPDATE ledger_transactions SET key = 'capture:px' WHERE key = 'capture:p3'", "(capture:px) is not what was posted"},
		"a changed time":           {"UPDATE ledger_transactions SET at = at + 1 WHERE key = 'capture:p3'", "(capture:p3) has a posting at another time"},
		"times changed to match":   {"UPDATE ledger_transactions SET at = at + 1 WHERE key = 'capture:p3'; UPDATE ledger_postings SET at = at + 1 WHERE transaction_id = " + third, "(capture:p3) (seal 5) is not what was sealed"},
		"a new content":            {"UPDATE ledger_transactions SET content = 'another' WHERE key = 'capture:p3'", "(capture:p3) is not what was posted"},
		"a lost posting":           {"DELETE FROM ledger_postings WHERE line = 3 AND transaction_id = " + third, "(capture:p3) is no transaction"},
		"lost postings":            {"DELETE FROM ledger_postings WHERE transaction_id = " + third, "of seal 5 is missing, or its postings are"},
		"a lost transaction":       {"DELETE FROM ledger_transactions WHERE key = 'capture:p3'", "of seal 5 is missing, or its postings are"},
		"the last one lost":        {"DELETE FROM ledger_transactions WHERE key = 'earning:p4'", "of seal 8 is missing, or its postings are"},
		"a rewritten seal":         {"UPDATE ledger_seals SET hash = 'x' WHERE seq = 5", "(capture:p3) (seal 5) is not what was sealed"},
		"a lost seal":              {"DELETE FROM ledger_seals WHERE seq = 5", "seal 5 is missing"},
		"the last seal lost":       {"DELETE FROM ledger_seals WHERE seq = 8", "balance of commission is kept as -40.00 MAD and adds up to -30.00 MAD"},
		"all seals lost":           {"DELETE FROM ledger_seals", "balance of commission"},
		"all traces of a seal lost": {"DELETE FROM ledger_seals WHERE seq = 8; UPDATE ledger_balances SET minor = minor - (SELECT sum(p.minor) FROM ledger_postings p, ledger_transactions t WHERE t.key = 'earning:p4'" +
			" AND p.transaction_id = t.id AND (p.kind, p.owner) = (ledger_balances.kind, ledger_balances.owner)) WHERE kind IN ('funds_held', 'commission', 'vat') OR owner = '" + zineb + "'", "(earning:p4) has lost its seal"},
		"a balance that is kept wrong": {"UPDATE ledger_balances SET minor = minor + 1 WHERE kind = 'vat'", "the balance of vat is kept as"},
		"a balance that nobody has":    {"INSERT INTO ledger_balances (kind, owner, currency, minor) VALUES ('bank', '', 'MAD', 5)", "the balance of bank is kept as 0.05 MAD"},
		"a lost balance":               {"DELETE FROM ledger_balances WHERE kind = 'vat'", "the balance of vat is kept as 0.00 MAD and adds up to -8.00 MAD"},
		"what waits changed":           {"UPDATE ledger_postings SET minor = minor * 2 WHERE transaction_id = (SELECT id FROM ledger_transactions WHERE key = 'capture:p5')", "(capture:p5) is not what was posted"},
		"what waits forgotten":         {"DELETE FROM ledger_unsealed", "(capture:p5) has lost its seal"},
		"what is sealed waits again":   {"INSERT INTO ledger_unsealed (transaction_id) SELECT id FROM ledger_transactions WHERE key = 'capture:p3'", "waits for a seal that it cannot get"},
		"a posting of nothing":         {"INSERT INTO ledger_postings (transaction_id, line, of_lines, kind, owner, currency, minor, at) VALUES ('nothing', 1, 2, 'bank', '', 'MAD', 5, 0)", "nothing () has postings and is not there"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		for _, payment := range []string{"p1", "p2", "p3", "p4"} {
			provider := hamid
			if payment == "p4" {
				provider = zineb
			}
			post(t, d, capture(payment, 10_000, 250))
			seal(t, d)
			post(t, d, earning(payment, provider, 10_000))
			seal(t, d)
		}
		post(t, d, capture("p5", 10_000, 250))
		verify(t, d)
		for _, table := range tables {
			if err := run(t, d, "CREATE TABLE true_"+table+" AS SELECT * FROM "+table); err != nil {
				t.Fatal(err)
			}
		}
		for name, lie := range lies {
			tamper(t, d, strings.Split(lie.statements, "; ")...)
			if _, err := ledger.Verify(t.Context(), d); err == nil || !strings.Contains(err.Error(), lie.want) {
				t.Errorf("%s: got %v, want %q", name, err, lie.want)
			}
			for _, table := range tables {
				tamper(t, d, "DELETE FROM "+table, "INSERT INTO "+table+" SELECT * FROM true_"+table)
			}
			verify(t, d)
		}
	})
}

var tables = []string{"ledger_transactions", "ledger_postings", "ledger_seals", "ledger_unsealed", "ledger_balances"}

// tamper changes the journal with its guards taken off, on a connection of its own.
func tamper(t *testing.T, d *db.DB, statements ...string) {
	t.Helper()
	connection, err := d.Writer().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	off, on := []string{"SET session_replication_role = replica"}, "SET session_replication_role = origin"
	if d.Dialect == db.SQLite {
		off, on = []string{"PRAGMA foreign_keys = OFF"}, "PRAGMA foreign_keys = ON"
		for _, trigger := range []string{"transactions_insert", "transactions_wait", "transactions_update", "transactions_delete", "postings_update", "postings_delete", "seals_update", "seals_delete"} {
			off = append(off, "DROP TRIGGER IF EXISTS ledger_"+trigger)
		}
	}
	for _, statement := range slices.Concat(off, statements, []string{on}) {
		if _, err := connection.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}
