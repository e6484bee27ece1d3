package app_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"khadamat/internal/app"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
)

// books is a folder with a ledger of two captures, of 1 and of 2 June 2026.
func books(t *testing.T) (app.Storage, *db.DB) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "data")
	now := clock.NewManual(time.Date(2026, time.June, 1, 8, 0, 0, 0, time.UTC))
	d, err := db.Open(t.Context(), db.Config{Folder: folder}, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, payment := range []string{"p1", "p2"} {
		if err := d.Tx(t.Context(), func(tx *db.Tx) error {
			_, err := ledger.Post(t.Context(), tx, ledger.Transaction{Key: "capture:" + payment, Type: "capture", Postings: []ledger.Posting{
				ledger.Debit(ledger.Of(ledger.ProcessorClearing), money.Of(9_750, money.MAD)), ledger.Debit(ledger.Of(ledger.ProcessorFees), money.Of(250, money.MAD)),
				ledger.Credit(ledger.Of(ledger.FundsHeld), money.Of(10_000, money.MAD))}})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		now.Advance(24 * time.Hour)
	}
	if _, err := ledger.Seal(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return app.Storage{Data: folder}, d
}

func TestTheLedgerIsProvenAndItsLieNamed(t *testing.T) {
	storage, d := books(t)
	var out strings.Builder
	if err := app.VerifyLedger(t.Context(), storage, &out); err != nil || !strings.HasPrefix(out.String(), "ledger: 2 transactions with 6 postings sealed and true, 0 true and not sealed yet\nhead ") {
		t.Fatalf("%q, %v", out.String(), err)
	}
	for _, statement := range []string{"DROP TRIGGER ledger_postings_update", "UPDATE ledger_postings SET minor = minor * 2 WHERE transaction_id = (SELECT id FROM ledger_transactions WHERE key = 'capture:p2')"} {
		if _, err := d.Writer().ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := app.VerifyLedger(t.Context(), storage, &out); err == nil || !strings.Contains(err.Error(), "(capture:p2) is not what was posted") {
		t.Errorf("a lie: %v", err)
	}
}

func TestTheLedgerIsPrinted(t *testing.T) {
	storage, _ := books(t)
	for what, c := range map[string]struct {
		print func(out *strings.Builder) error
		want  string
	}{
		"the trial balance": {func(out *strings.Builder) error { return app.PrintTrial(t.Context(), storage, "", out) },
			"account debit credit processor_clearing 195.00 MAD 0.00 MAD funds_held 0.00 MAD 200.00 MAD processor_fees 5.00 MAD 0.00 MAD total 200.00 MAD 200.00 MAD"},
		"that of a day": {func(out *strings.Builder) error { return app.PrintTrial(t.Context(), storage, "2026-06-02", out) },
			"account debit credit processor_clearing 97.50 MAD 0.00 MAD funds_held 0.00 MAD 100.00 MAD processor_fees 2.50 MAD 0.00 MAD total 100.00 MAD 100.00 MAD"},
		"a statement": {func(out *strings.Builder) error {
			return app.PrintStatement(t.Context(), storage, "funds_held", "2026-06-02", "2026-06-03", out)
		}, "opening -100.00 MAD 2026-06-02 09:00:00 capture:p2 -100.00 MAD -200.00 MAD closing -200.00 MAD"},
	} {
		var out strings.Builder
		if err := c.print(&out); err != nil || strings.Join(strings.Fields(out.String()), " ") != c.want {
			t.Errorf("%s: %q, %v", what, out.String(), err)
		}
	}
	var out strings.Builder
	for what, refused := range map[string]error{
		"an unknown account": app.PrintStatement(t.Context(), storage, "petty_cash", "", "", &out),
		"nobody's payable":   app.PrintStatement(t.Context(), storage, "provider_payable", "", "", &out),
		"a day that is none": app.PrintTrial(t.Context(), storage, "yesterday", &out),
	} {
		if refused == nil {
			t.Errorf("%s was taken", what)
		}
	}
}
