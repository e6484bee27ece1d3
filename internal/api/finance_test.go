package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
)

const someBatch = "SBX-2026-05-28"

// someSettlement is the file of a batch with two captures; the ledger knows the first one.
func (h *house) someSettlement(t *testing.T) string {
	t.Helper()
	at := time.Date(2026, time.May, 28, 12, 0, 0, 0, time.UTC)
	mad := func(minor int64) money.Amount { return money.Of(minor, money.MAD) }
	if err := h.db.Tx(t.Context(), func(tx *db.Tx) error {
		return ledger.Import(t.Context(), tx, []ledger.Transaction{{Key: "capture:p1", Type: "capture", At: at, Subject: "b1", Reference: "ch_1", Postings: []ledger.Posting{
			ledger.Debit(ledger.Of(ledger.ProcessorClearing), mad(19320)), ledger.Debit(ledger.Of(ledger.ProcessorFees), mad(680)), ledger.Credit(ledger.Of(ledger.FundsHeld), mad(20000)),
		}}})
	}); err != nil {
		t.Fatal(err)
	}
	var file strings.Builder
	line := func(id, payment string) sandbox.Line {
		return sandbox.Line{ID: "txn_" + id, Type: sandbox.TypeCapture, Charge: "ch_" + id, Payment: payment, Gross: mad(20000), Fee: mad(680), At: at}
	}
	if err := sandbox.WriteSettlement(&file, someBatch, []sandbox.Line{line("1", "p1"), line("2", "p2")}); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

func TestTheMoneyIsProvenOverTheWire(t *testing.T) {
	h := newHouse(t)
	document, _ := readDocument(t, h)
	analyst, reviewer, _ := h.financiers(t)
	first, second := h.signedIn(t, analyst), h.signedIn(t, reviewer)
	file := h.someSettlement(t)
	first.uploadFile("/finance/settlements", "file", "s.csv", strings.Replace(file, "200.00", "201.00", 1)).problem(http.StatusUnprocessableEntity)
	var taken FinanceFile
	first.uploadFile("/finance/settlements", "file", "s.csv", file).want(http.StatusCreated).into(&taken)
	if taken.Reference != someBatch || taken.Total.AmountMinor != 2*19320 || taken.TakenBy != analyst.ID {
		t.Errorf("taken in: %+v", taken)
	}
	first.uploadFile("/finance/settlements", "file", "s.csv", file).problem(http.StatusConflict)
	first.uploadFile("/finance/statements", "file", "s.csv", "hello").problem(http.StatusUnprocessableEntity)
	if err := h.proof.ProveNow(t.Context()); err != nil {
		t.Fatal(err)
	}
	var value any
	first.get("/finance/dashboard?day=2026-05-28").want(http.StatusOK).into(&value)
	document.compare(t, "/finance/dashboard", value, document.Paths["/finance/dashboard"]["get"].Responses["200"].Content["application/json"].Schema)
	var cases List[FinanceCase]
	first.get("/finance/cases?state=open&q=p2").want(http.StatusOK).into(&cases)
	if len(cases.Items) != 1 {
		t.Fatalf("of the unknown capture there are %d cases", len(cases.Items))
	}
	path := "/finance/cases/" + cases.Items[0].ID
	var one FinanceCaseDetail
	first.get(path).want(http.StatusOK).into(&one)
	if one.Why == "" || len(one.Sides) != 3 || len(one.Ways) == 0 {
		t.Fatalf("the case says %+v", one)
	}
	first.post(path+"/settle", FinanceSettlement{Way: "nothing"}).problem(http.StatusUnprocessableEntity)
	first.post(path+"/settle", FinanceSettlement{Way: one.Ways[0].ID, Note: "checked"}).want(http.StatusOK).into(&one)
	if one.State != "waiting" || one.MayApprove {
		t.Errorf("proposed: %+v", one)
	}
	if status := first.post(path+"/approve", nil).status; status < 400 {
		t.Errorf("who proposed approves: %d", status)
	}
	second.post(path+"/approve", nil).want(http.StatusOK).into(&one)
	if one.State != "settled" || one.TransactionID == "" {
		t.Errorf("approved: %+v", one)
	}
	var booked FinanceTransaction
	second.get("/finance/ledger/transactions/" + one.TransactionID).want(http.StatusOK).into(&booked)
	if len(booked.Postings) < 2 || booked.Actor != reviewer.ID {
		t.Errorf("booked: %+v", booked)
	}
	var trial FinanceTrial
	second.get("/finance/ledger/trial").want(http.StatusOK).into(&trial)
	if !trial.Balanced || len(trial.Totals) != 1 || trial.Totals[0].Debit != trial.Totals[0].Credit {
		t.Errorf("the trial balance is %+v", trial)
	}
}

func TestTheLedgerIsReadOverTheWire(t *testing.T) {
	h := newHouse(t)
	h.someSettlement(t)
	analyst, _, _ := h.financiers(t)
	c := h.signedIn(t, analyst)
	var statement FinanceStatement
	c.get("/finance/ledger/accounts/funds_held?from=2026-05-28&to=2026-05-28").want(http.StatusOK).into(&statement)
	if len(statement.Items) != 1 || statement.Items[0].Balance.AmountMinor != -20000 || len(statement.Closing) != 1 {
		t.Errorf("the statement is %+v", statement)
	}
	c.get("/finance/ledger/accounts/provider_payable").problem(http.StatusUnprocessableEntity)
	c.get("/finance/ledger/accounts/nothing").problem(http.StatusUnprocessableEntity)
	c.get("/finance/ledger/trial?day=yesterday").problem(http.StatusUnprocessableEntity)
	var found List[FinanceTransaction]
	c.get("/finance/ledger/transactions?subject=b1").want(http.StatusOK).into(&found)
	if len(found.Items) != 1 || found.Items[0].Type != "capture" {
		t.Errorf("found %+v", found)
	}
	for _, path := range []string{"/finance/payments", "/finance/webhooks", "/finance/payouts", "/finance/files?kind=settlement"} {
		c.get(path).want(http.StatusOK)
	}
	c.post("/finance/payouts/prepare", nil).problem(http.StatusConflict)
}

func TestTheMoneyIsNobodyElsesBusiness(t *testing.T) {
	h := newHouse(t)
	c := h.signedIn(t, h.customer)
	for _, path := range []string{"/finance/dashboard", "/finance/cases", "/finance/ledger/trial", "/finance/ledger/accounts/bank", "/finance/ledger/transactions", "/finance/payments", "/finance/webhooks",
		"/finance/payouts", "/finance/files?kind=statement"} {
		c.get(path).problem(http.StatusForbidden)
	}
	c.uploadFile("/finance/settlements", "file", "s.csv", "x").problem(http.StatusForbidden)
	c.post("/finance/proof", nil).problem(http.StatusForbidden)
}
