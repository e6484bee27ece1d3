package ledger_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
)

// These tests go past the package: what the database itself lets through from somebody who writes SQL by hand.

// line is a posting as SQL. Its zero values are those of a right one.
type line struct {
	id              string
	line, of        int
	kind, owner     string
	currency, minor string
	at              int
}

func (l line) sql() string {
	text := func(s, otherwise string) string {
		if s == "" {
			return otherwise
		}
		return s
	}
	if l.of == 0 {
		l.of = 2
	}
	return fmt.Sprintf("INSERT INTO ledger_postings (transaction_id, line, of_lines, kind, owner, currency, minor, at) VALUES ('%s', %d, %d, '%s', '%s', '%s', %s, %d)",
		text(l.id, "x"), l.line, l.of, text(l.kind, "bank"), l.owner, text(l.currency, "MAD"), text(l.minor, "100"), l.at)
}

func header(id, key, reverses string, lines int) string {
	return fmt.Sprintf("INSERT INTO ledger_transactions (id, key, type, at, subject, reference, actor, note, reverses, content, lines) VALUES ('%s', '%s', 'move', 0, '', '', '', '', %s, '', %d)",
		id, key, reverses, lines)
}

func run(t *testing.T, d *db.DB, statements ...string) error {
	t.Helper()
	return d.Tx(t.Context(), func(tx *db.Tx) error {
		for _, statement := range statements {
			if _, err := tx.Exec(t.Context(), statement); err != nil {
				return err
			}
		}
		return nil
	})
}

var (
	in, out = line{line: 1}.sql(), line{line: 2, kind: "funds_held", minor: "-100"}.sql()
	whole   = header("x", "k", "NULL", 2)
)

func TestTheDatabaseTakesATransactionWrittenByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		if err := run(t, d, in, out, whole); err != nil {
			t.Fatal(err)
		}
		if n := rows(t, d, "ledger_unsealed"); n != 1 {
			t.Errorf("%d wait for a seal", n)
		}
	})
}

func TestTheDatabaseRefusesWhatDoesNotAddUp(t *testing.T) {
	cases := map[string][]string{
		"postings alone":           {in, out},
		"a transaction alone":      {whole},
		"the transaction first":    {whole, in, out},
		"one posting":              {line{line: 1, of: 1}.sql(), header("x", "k", "NULL", 1)},
		"one posting of two":       {in, whole},
		"unbalanced":               {in, line{line: 2, kind: "funds_held", minor: "-99"}.sql(), whole},
		"both debits":              {in, line{line: 2}.sql(), whole},
		"two currencies":           {in, line{line: 2, currency: "EUR", minor: "-100"}.sql(), whole},
		"a right and a wrong one":  {line{line: 1, of: 4}.sql(), line{line: 2, of: 4, minor: "-100"}.sql(), line{line: 3, of: 4, currency: "EUR"}.sql(), line{line: 4, of: 4, currency: "USD", minor: "-100"}.sql(), header("x", "k", "NULL", 4)},
		"zero":                     {line{line: 1, minor: "0"}.sql(), line{line: 2, minor: "0"}.sql(), whole},
		"too large":                {line{line: 1, minor: "10000000000001"}.sql(), line{line: 2, minor: "-10000000000001"}.sql(), whole},
		"beyond 64 bits":           {line{line: 1, minor: "9223372036854775808"}.sql(), line{line: 2, minor: "-9223372036854775808"}.sql(), whole},
		"half a centime":           {line{line: 1, minor: "'a'"}.sql(), line{line: 2, minor: "'b'"}.sql(), whole},
		"no amount":                {line{line: 1, minor: "NULL"}.sql(), line{line: 2, minor: "NULL"}.sql(), whole},
		"an unknown kind":          {line{line: 1, kind: "petty_cash"}.sql(), out, whole},
		"nobody's payable":         {line{line: 1, kind: "provider_payable"}.sql(), out, whole},
		"somebody's bank":          {line{line: 1, owner: "p"}.sql(), out, whole},
		"a currency in small":      {line{line: 1, currency: "mad"}.sql(), line{line: 2, currency: "mad", minor: "-100"}.sql(), whole},
		"a currency of four":       {line{line: 1, currency: "MADX"}.sql(), line{line: 2, currency: "MADX", minor: "-100"}.sql(), whole},
		"another time":             {line{line: 1, at: 1}.sql(), line{line: 2, minor: "-100", at: 1}.sql(), whole},
		"line zero":                {line{line: 0}.sql(), line{line: 1, minor: "-100"}.sql(), whole},
		"more in the same breath":  {in, out, whole, line{line: 3, of: 3}.sql()},
		"more before it":           {in, out, line{line: 3, of: 3}.sql(), whole},
		"more balanced before it":  {in, out, line{line: 3, of: 4}.sql(), line{line: 4, of: 4, minor: "-100"}.sql(), whole},
		"no key":                   {in, out, header("x", "", "NULL", 2)},
		"a reversal of nothing":    {in, out, header("x", "k", "'nothing'", 2)},
		"a reversal of itself":     {in, out, header("x", "k", "'x'", 2)},
		"a seal without its place": {in, out, whole, "INSERT INTO ledger_seals (seq, transaction_id, hash) VALUES (1, 'nothing', '')"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		for name, statements := range cases {
			if err := run(t, d, statements...); err == nil {
				t.Errorf("%s went through", name)
			}
		}
		for _, table := range []string{"ledger_transactions", "ledger_postings", "ledger_unsealed", "ledger_seals"} {
			if n := rows(t, d, table); n != 0 {
				t.Errorf("%s has %d rows", table, n)
			}
		}
	})
}

func TestTheDatabaseLetsNobodyChangeWhatWasPosted(t *testing.T) {
	changes := map[string]string{
		"a third posting":        line{line: 3, of: 3}.sql(),
		"a posting of more":      line{line: 3}.sql(),
		"a posting once more":    in,
		"an id again":            header("x", "other", "NULL", 2),
		"a changed amount":       "UPDATE ledger_postings SET minor = minor * 2",
		"a changed account":      "UPDATE ledger_postings SET kind = 'suspense'",
		"a changed note":         "UPDATE ledger_transactions SET note = 'other'",
		"a changed key":          "UPDATE ledger_transactions SET key = 'other'",
		"a removed posting":      "DELETE FROM ledger_postings WHERE line = 1",
		"removed postings":       "DELETE FROM ledger_postings",
		"a removed transaction":  "DELETE FROM ledger_transactions",
		"a changed seal":         "UPDATE ledger_seals SET hash = 'other'",
		"a removed seal":         "DELETE FROM ledger_seals",
		"a seal of another seq":  "INSERT INTO ledger_seals (seq, transaction_id, hash) VALUES (2, 'x', '')",
		"a seal of another":      "INSERT INTO ledger_seals (seq, transaction_id, hash) VALUES (1, 'y', '')",
		"half a transaction off": "DELETE FROM ledger_postings WHERE minor > 0",
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		if err := run(t, d, in, out, whole); err != nil {
			t.Fatal(err)
		}
		seal(t, d)
		replaced, emptied := []string{}, []string{}
		if d.Dialect == db.SQLite {
			for _, statement := range []string{in, header("x", "other", "NULL", 2), header("y", "k", "NULL", 2), "INSERT INTO ledger_seals (seq, transaction_id, hash) VALUES (1, 'x', '')"} {
				replaced = append(replaced, strings.Replace(statement, "INSERT", "INSERT OR REPLACE", 1))
			}
		} else {
			emptied = []string{"TRUNCATE ledger_seals", "TRUNCATE ledger_postings", "TRUNCATE ledger_transactions CASCADE"}
		}
		for name, change := range changes {
			if err := run(t, d, change); err == nil {
				t.Errorf("%s went through", name)
			}
		}
		if err := run(t, d, line{id: "y", line: 1}.sql(), line{id: "y", line: 2, minor: "-100"}.sql(), header("y", "k", "NULL", 2)); err == nil {
			t.Error("a key again went through")
		}
		for _, change := range append(replaced, emptied...) {
			if err := run(t, d, change); err == nil {
				t.Errorf("%s went through", change)
			}
		}
	})
}

func TestTheDatabaseReversesOnceAndInFull(t *testing.T) {
	turned := func(id string) []string {
		return []string{line{id: id, line: 1, minor: "-100"}.sql(), line{id: id, line: 2, kind: "funds_held"}.sql()}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		if err := run(t, d, in, out, whole); err != nil {
			t.Fatal(err)
		}
		partly := []string{line{id: "z", line: 1, minor: "-50"}.sql(), line{id: "z", line: 2, kind: "funds_held", minor: "50"}.sql(), header("z", "partly", "'x'", 2)}
		longer := []string{line{id: "z", line: 1, of: 4, minor: "-100"}.sql(), line{id: "z", line: 2, of: 4, kind: "funds_held"}.sql(),
			line{id: "z", line: 3, of: 4}.sql(), line{id: "z", line: 4, of: 4, minor: "-100"}.sql(), header("z", "longer", "'x'", 4)}
		same := []string{line{id: "z", line: 1}.sql(), line{id: "z", line: 2, kind: "funds_held", minor: "-100"}.sql(), header("z", "same", "'x'", 2)}
		for name, statements := range map[string][]string{"a part": partly, "more": longer, "the same signs": same} {
			if err := run(t, d, statements...); err == nil {
				t.Errorf("a reversal of %s went through", name)
			}
		}
		if err := run(t, d, append(turned("y"), header("y", "back", "'x'", 2))...); err != nil {
			t.Fatal(err)
		}
		if err := run(t, d, append(turned("z"), header("z", "again", "'x'", 2))...); err == nil {
			t.Error("a second reversal went through")
		}
		if err := run(t, d, line{id: "z", line: 1}.sql(), line{id: "z", line: 2, kind: "funds_held", minor: "-100"}.sql(), header("z", "forth", "'y'", 2)); err == nil {
			t.Error("a reversal of a reversal went through")
		}
	})
}

// On PostgreSQL two may write at once: neither sees what the other has not committed.
func TestNobodyAddsToATransactionThatIsBeingWritten(t *testing.T) {
	d := dbtest.PostgreSQL(t, clock.System{})
	begin := func() *sql.Tx {
		tx, err := d.Writer().BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return tx
	}
	first, second := begin(), begin()
	defer first.Rollback()  //nolint:errcheck // after a commit there is nothing to roll back
	defer second.Rollback() //nolint:errcheck // the same
	for _, statement := range []string{in, out, whole} {
		if _, err := first.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := second.ExecContext(t.Context(), line{line: 3, of: 3}.sql()); err != nil {
		t.Fatal(err)
	}
	if err := first.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := second.Commit(); err == nil {
		t.Error("a third posting went through")
	}
	if n := rows(t, d, "ledger_postings"); n != 2 {
		t.Errorf("%d postings", n)
	}
}

func TestABookIsOpenedAndClosedInOneTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			if _, err := ledger.Post(t.Context(), tx, move("a", bank, held, 100)); err != nil {
				return err
			}
			page, err := ledger.NewBook(d).In(tx).Find(t.Context(), ledger.Filter{Type: "move"})
			if err != nil || len(page.Items) != 1 {
				t.Errorf("inside: %d, %v", len(page.Items), err)
			}
			return fmt.Errorf("no")
		})
		if n := rows(t, d, "ledger_transactions") + rows(t, d, "ledger_postings") + rows(t, d, "ledger_unsealed"); err == nil || n != 0 {
			t.Errorf("%d rows are left, %v", n, err)
		}
	})
}
