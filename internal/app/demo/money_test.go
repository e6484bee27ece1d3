package demo_test

import (
	"strings"
	"testing"
	"time"

	"khadamat/internal/app/demo"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/proof"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
)

// The money of eighteen months: every booking with a price has a payment, the ledger is true, and the bank's last statement says what the ledger says.
func TestTheMoneyAddsUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		summary := fill(t, d, demo.Config{})
		priced := number(t, d, `SELECT count(*) FROM bookings WHERE price_minor > 0`)
		if paid := number(t, d, `SELECT count(DISTINCT booking_id) FROM payments WHERE NOT replaced`); paid != priced {
			t.Errorf("%d payments for %d bookings with a price", paid, priced)
		}
		found, err := ledger.Verify(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		if found.Sealed < 30_000 || found.Unsealed != 0 {
			t.Errorf("the ledger has %d sealed and %d unsealed transactions", found.Sealed, found.Unsealed)
		}
		book := ledger.NewBook(d)
		for kind, sign := range map[ledger.Kind]int64{
			ledger.Bank: 1, ledger.ProcessorClearing: 1, ledger.ProcessorFees: 1, ledger.Commission: -1, ledger.VAT: -1, ledger.FundsHeld: -1, ledger.Suspense: -1,
		} {
			balance, err := book.Balance(t.Context(), ledger.Of(kind), money.MAD, time.Time{})
			if err != nil || balance.Minor*sign <= 0 {
				t.Errorf("%s: %v, %v", kind, balance, err)
			}
		}
		bank, err := book.Balance(t.Context(), ledger.Of(ledger.Bank), money.MAD, time.Time{})
		if closing := number(t, d, `SELECT closing_minor FROM proof_files WHERE kind = 'statement' ORDER BY to_day DESC LIMIT 1`); err != nil || bank.Minor != closing {
			t.Errorf("the ledger's bank account has %v, the bank says %d (%v)", bank, closing, err)
		}
		planted := map[proof.Kind]int{}
		for _, p := range summary.Planted {
			planted[p.Kind]++
		}
		for _, kind := range []proof.Kind{proof.MissingSettlement, proof.DoubledCapture, proof.WrongFee, proof.ChargebackWithoutNotice, proof.BankDifference, proof.PayoutReturned} {
			if planted[kind] != 2 {
				t.Errorf("%d errors of kind %s were planted, want 2", planted[kind], kind)
			}
		}
	})
}

func TestTheTruthIsWritten(t *testing.T) {
	var out strings.Builder
	err := demo.WriteTruth(&out, []demo.Planted{{Kind: proof.WrongFee, Reference: "ch_1", Amount: money.Of(7_50, money.MAD)}})
	if err != nil || !strings.HasPrefix(out.String(), "kind,reference,amount,currency,day\nwrong_fee,ch_1,750,MAD,") {
		t.Errorf("%q, %v", out.String(), err)
	}
}
