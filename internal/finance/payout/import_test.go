package payout_test

import (
	"slices"
	"testing"

	"khadamat/internal/finance/payout"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
)

func TestImportedBatchesHaveTheirFilesToo(t *testing.T) {
	each(t, func(w *world) {
		b, payouts := sentBatch()
		b.ID, b.Through, b.PreparedAt, b.SentBy = ids.New(), b.SentAt, b.SentAt, w.reviewer.ID
		var accounts []payout.BankAccount
		for i := range payouts {
			p := &payouts[i]
			account := payout.BankAccount{ID: ids.New(), ProviderID: ids.New(), AccountID: ids.New(), Holder: p.Holder, IBAN: p.IBAN, CreatedAt: b.SentAt}
			accounts = append(accounts, account)
			p.ID, p.BatchID, p.ProviderID, p.BankAccountID, p.At = ids.New(), b.ID, account.ProviderID, account.ID, b.SentAt
			if p.Status != payout.Dropped {
				p.Status, p.SentAt = payout.Paid, b.SentAt
			}
			p.SettledAt = b.SentAt
		}
		w.tx(func(tx *db.Tx) error { return payout.Import(w.Context(), tx, []payout.Batch{b}, payouts, accounts) })
		_, file, err := w.payouts.File(w.Context(), w.finance, b.ID)
		w.must(err)
		if read := readOrder(t, file); !slices.Equal(read["NbOfTxs"], []string{"3", "3"}) || !slices.Equal(read["CtrlSum"], []string{"100000.00", "100000.00"}) {
			w.Errorf("the file says %v and %v", read["NbOfTxs"], read["CtrlSum"])
		}
	})
}
