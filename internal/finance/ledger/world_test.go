package ledger_test

import (
	"testing"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
)

const hamid, zineb = "0192aaaa-0000-7000-8000-000000000001", "0192aaaa-0000-7000-8000-000000000002"

func mad(minor int64) money.Amount { return money.Of(minor, money.MAD) }

// move is a transaction of one amount from one account to another.
func move(key string, to, from ledger.Account, minor int64) ledger.Transaction {
	return ledger.Transaction{Key: key, Type: "move", Postings: []ledger.Posting{ledger.Debit(to, mad(minor)), ledger.Credit(from, mad(minor))}}
}

// capture is what a processor took of a customer, less its fee.
func capture(payment string, gross, fee int64) ledger.Transaction {
	return ledger.Transaction{Key: "capture:" + payment, Type: "capture", Subject: "booking of " + payment, Reference: "ch_" + payment, Postings: []ledger.Posting{
		ledger.Debit(ledger.Of(ledger.ProcessorClearing), mad(gross-fee)), ledger.Debit(ledger.Of(ledger.ProcessorFees), mad(fee)), ledger.Credit(ledger.Of(ledger.FundsHeld), mad(gross))}}
}

// earning is what a provider gets of it.
func earning(payment, provider string, gross int64) ledger.Transaction {
	commission, vat := gross/10, gross/50
	return ledger.Transaction{Key: "earning:" + payment, Type: "earning", Subject: "booking of " + payment, Postings: []ledger.Posting{
		ledger.Debit(ledger.Of(ledger.FundsHeld), mad(gross)), ledger.Credit(ledger.PayableTo(provider), mad(gross-commission-vat)),
		ledger.Credit(ledger.Of(ledger.Commission), mad(commission)), ledger.Credit(ledger.Of(ledger.VAT), mad(vat))}}
}

func tryPost(t *testing.T, d *db.DB, transaction ledger.Transaction) (posted bool, err error) {
	t.Helper()
	err = d.Tx(t.Context(), func(tx *db.Tx) error {
		posted, err = ledger.Post(t.Context(), tx, transaction)
		return err
	})
	return posted, err
}

func post(t *testing.T, d *db.DB, all ...ledger.Transaction) {
	t.Helper()
	for _, one := range all {
		if posted, err := tryPost(t, d, one); err != nil || !posted {
			t.Fatalf("%s: posted %v, %v", one.Key, posted, err)
		}
	}
}

func seal(t *testing.T, d *db.DB) int {
	t.Helper()
	n, err := ledger.Seal(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func verify(t *testing.T, d *db.DB) ledger.Proof {
	t.Helper()
	proof, err := ledger.Verify(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return proof
}

func rows(t *testing.T, d *db.DB, table string) (n int) {
	t.Helper()
	if err := d.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
