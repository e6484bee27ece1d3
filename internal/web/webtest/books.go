package webtest

import (
	"khadamat/internal/finance/ledger"
	"khadamat/internal/market/booking"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
)

// Earn books what a booking earned its provider, as if it had been paid by card: 12 % of the price are the house's, a sixth of that VAT.
func (town *Town) Earn(b booking.Booking) {
	town.Helper()
	commission, err := b.Price.Percent(12)
	town.must(err)
	vat, err := commission.Scale(2, 12)
	town.must(err)
	share := money.Of(b.Price.Minor-commission.Minor, b.Price.Currency)
	net := money.Of(commission.Minor-vat.Minor, b.Price.Currency)
	town.must(town.DB.Tx(town.Context(), func(tx *db.Tx) error {
		_, err := ledger.Post(town.Context(), tx, ledger.Transaction{Key: "earning:" + b.ID, Type: "earning", Subject: b.ID, Postings: []ledger.Posting{
			ledger.Debit(ledger.Of(ledger.FundsHeld), b.Price), ledger.Credit(ledger.PayableTo(b.ProviderID), share),
			ledger.Credit(ledger.Of(ledger.Commission), net), ledger.Credit(ledger.Of(ledger.VAT), vat),
		}})
		return err
	}))
}
