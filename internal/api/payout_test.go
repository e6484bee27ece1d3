package api

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
)

// earned books that a finished job was paid by card after all: of 200 dirhams 176 are the provider's. The commission of 24 for a job in cash, as which
// payments book what was never paid, stays beside it.
func (h *house) earned(t *testing.T, bookingID string) {
	t.Helper()
	dirhams := func(minor int64) money.Amount { return money.Of(minor, money.MAD) }
	err := h.db.Tx(t.Context(), func(tx *db.Tx) error {
		_, err := ledger.Post(t.Context(), tx, ledger.Transaction{Key: "earning:" + bookingID, Type: "earning", Subject: bookingID, Postings: []ledger.Posting{
			ledger.Debit(ledger.Of(ledger.FundsHeld), dirhams(20000)), ledger.Credit(ledger.PayableTo(h.shop.ID), dirhams(17600)),
			ledger.Credit(ledger.Of(ledger.Commission), dirhams(2000)), ledger.Credit(ledger.Of(ledger.VAT), dirhams(400)),
		}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAProviderReadsTheirEarnings(t *testing.T) {
	h := newHouse(t)
	h.earned(t, h.done(t).ID)
	provider := h.signedIn(t, h.provider)
	var e Earnings
	provider.get("/provider/earnings").want(http.StatusOK).into(&e)
	if e.Payable != (Money{15200, "MAD"}) || e.NextPayout.Hold != "no_bank_account" || e.Account != nil || len(e.Weeks) != 12 {
		t.Errorf("earnings %+v", e)
	}
	saidIn(t, provider, http.MethodPut, "/provider/bank-account", `{"holder":"Hamid Tazi","iban":"MA85 2307 8037 8000 0378 0000 0154","password":"`+password+`"}`, http.StatusUnprocessableEntity, "iban")
	saidIn(t, provider, http.MethodPut, "/provider/bank-account", `{"holder":"Hamid Tazi","iban":"MA85 2307 8037 8000 0378 0000 0145","password":"nicht das richtige"}`, http.StatusUnprocessableEntity, "password")
	var account BankAccount
	provider.put("/provider/bank-account", map[string]any{"holder": "Hamid Tazi", "iban": "MA85 2307 8037 8000 0378 0000 0145", "password": password}).want(http.StatusOK).into(&account)
	answer := provider.get("/provider/earnings").want(http.StatusOK)
	e = Earnings{}
	answer.into(&e)
	if e.NextPayout.Amount != (Money{15200, "MAD"}) || e.NextPayout.Hold != "" || e.Account == nil || *e.Account != account || strings.Contains(string(answer.body), "2307") {
		t.Errorf("with an account: %s", answer.body)
	}
	var movements List[Movement]
	provider.get("/provider/movements").want(http.StatusOK).into(&movements)
	if len(movements.Items) != 2 || movements.Items[0].Kind != "earning" || movements.Items[1].Kind != "cash" || movements.Items[1].AtTheDoor != (Money{20000, "MAD"}) || movements.Items[0].Commission != (Money{2400, "MAD"}) || movements.Items[0].Title == "" {
		t.Errorf("movements %+v", movements)
	}
	var payouts List[Payout]
	provider.get("/provider/payouts").want(http.StatusOK).into(&payouts)
	if len(payouts.Items) != 0 {
		t.Errorf("payouts %+v", payouts)
	}
	h.signedIn(t, h.customer).get("/provider/earnings").problem(http.StatusNotFound)
}

func TestAProviderGetsPapers(t *testing.T) {
	h := newHouse(t)
	h.earned(t, h.done(t).ID)
	provider := h.signedIn(t, h.provider)
	month := h.clock.Now().Format("2006-01")
	provider.get("/provider/invoices/" + month).problem(http.StatusConflict)
	provider.get("/provider/invoices/juin").problem(http.StatusNotFound)
	saidIn(t, provider, http.MethodGet, "/provider/statement?from=hier&to=2026-06-30", "", http.StatusUnprocessableEntity, "from")
	saidIn(t, provider, http.MethodGet, "/provider/statement?from=2026-06-30&to=2026-06-01", "", http.StatusUnprocessableEntity, "to")
	h.clock.Advance(40 * 24 * time.Hour)
	provider = h.signedIn(t, h.provider)
	for _, path := range []string{"/provider/statement?from=2026-06-01&to=2026-06-30", "/provider/invoices/" + month} {
		answer := provider.get(path).want(http.StatusOK)
		if !bytes.HasPrefix(answer.body, []byte("%PDF-")) || answer.header.Get("Content-Type") != "application/pdf" || !strings.Contains(answer.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s answers %v", path, answer.header)
		}
	}
}
