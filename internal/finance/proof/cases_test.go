package proof_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/finance/payout"
	"khadamat/internal/finance/proof"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/ids"
	"khadamat/internal/recon/workspace"
)

func TestAllErrorsOfOneDayAreFoundEachForItself(t *testing.T) {
	h := lite(t)
	h.week(func(h *house) {
		for _, one := range planted {
			one.plant(h)
		}
	})
	cases := h.prove()
	var want, got []proof.Kind
	owners := map[string]int{}
	for _, one := range planted {
		want = append(want, one.kind)
	}
	for _, c := range cases {
		got = append(got, c.Kind)
		owners[c.Owner]++
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Fatalf("found %s", kindsOf(cases))
	}
	if owners[h.finance.ID] != 3 || owners[h.second.ID] != 3 {
		t.Errorf("the cases are shared as %v", owners)
	}
	d, err := h.Dashboard(t.Context(), h.finance, time.Date(2026, 5, 7, 12, 0, 0, 0, time.UTC), i18n.English)
	h.must(err)
	if d.Cases != 6 || d.Verdict.Cases != 5 || d.Verdict.Unproven.Count != 2 || len(d.ByKind) != 6 || len(d.Trend) != 30 || d.Trend[29].Cases != 5 {
		t.Errorf("the dashboard is %+v", d)
	}
	page, err := h.Cases(t.Context(), h.finance, proof.CaseFilter{Limit: 4})
	h.must(err)
	rest, err := h.Cases(t.Context(), h.finance, proof.CaseFilter{Limit: 4, Cursor: page.NextCursor})
	h.must(err)
	if len(page.Items) != 4 || len(rest.Items) != 2 || rest.NextCursor != "" || page.Total != 6 {
		t.Errorf("pages of %d and %d of %d", len(page.Items), len(rest.Items), page.Total)
	}
	if found := h.cases(proof.CaseFilter{Text: "TWICE"}); len(found) != 1 || found[0].Kind != proof.DoubledCapture || found[0].BookingID != h.payments["twice"].BookingID {
		t.Errorf("searching finds %+v", found)
	}
	_, err = h.Cases(t.Context(), h.customer, proof.CaseFilter{})
	if errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("a customer sees cases: %v", err)
	}
}

func TestIn378TooACaseIsSettledByTwoAndInAWayThatFits(t *testing.T) {
	each(t, func(h *house) {
		h.week(planted[2].plant)
		c := h.only(proof.WrongFee)
		decide := func(who int, act workspace.Act) error {
			act.Items = []string{c.ID}
			actor := h.finance
			if who == 2 {
				actor = h.reviewer
			}
			_, err := h.desk.Decide(h.Context(), actor, c.ProjectID, act)
			return err
		}
		h.refused(decide(1, workspace.Act{Action: workspace.Explain, Reason: string(proof.BookFee)}), errs.Conflict, "proof.settle_instead")
		h.refused(decide(1, workspace.Act{Action: workspace.WriteOff, Reason: string(proof.BookChargeback)}), errs.Invalid, "proof.way_unfit")
		h.must(decide(2, workspace.Act{Action: workspace.WriteOff, Reason: string(proof.BookFee)}))
		h.refused(decide(2, workspace.Act{Action: workspace.Approve}), errs.Forbidden, "recon_workspace.own_write_off")
		h.must(decide(2, workspace.Act{Action: workspace.Undo}))
		h.must(decide(1, workspace.Act{Action: workspace.WriteOff, Reason: string(proof.BookFee)}))
		h.must(decide(2, workspace.Act{Action: workspace.Approve}))
		if h.stands(ledger.ProcessorClearing) != 0 {
			h.Errorf("clearing stands at %d", h.stands(ledger.ProcessorClearing))
		}
		h.refused(decide(1, workspace.Act{Action: workspace.Unmatch}), errs.Conflict, "proof.booked_already")
		h.refused(decide(1, workspace.Act{Action: workspace.Undo}), errs.Conflict, "proof.booked_already")
		h.balanced()
	})
}

func TestAPayoutThatTheBankPaysOtherwiseIsFoundAndSettled(t *testing.T) {
	each(t, func(h *house) {
		h.on("7 05:00")
		p := h.pay("KHP-2026-W19-00003", 412_00)
		h.bank = []entry{{day: day(7), minor: -421_00, reference: p.EndToEndID, text: "VIR"}}
		h.on("8 07:00")
		h.takeStatement("1", day(7), day(8))
		c := h.only(proof.BankDifference)
		h.must(h.Settle(h.Context(), h.finance, c.ID, proof.WriteOff, "the bank's mistake"))
		h.must(h.Approve(h.Context(), h.reviewer, c.ID, ""))
		if h.stands(ledger.PayoutClearing) != 0 || h.stands(ledger.Suspense) != 0 || h.stands(ledger.WriteOffs) != 9_00 {
			h.Errorf("payout clearing %d, suspense %d, write-offs %d", h.stands(ledger.PayoutClearing), h.stands(ledger.Suspense), h.stands(ledger.WriteOffs))
		}
		h.balanced()
	})
}

func TestAPayoutThatTheBankNeverPaysIsACaseAfterItsTime(t *testing.T) {
	h := lite(t)
	h.on("7 05:00")
	h.pay("KHP-2026-W19-00003", 412_00)
	h.on("12 02:30") // Friday, Monday and Tuesday are bank days
	if cases := h.prove(); len(cases) != 0 {
		t.Fatalf("cases: %s", kindsOf(cases))
	}
	h.on("13 02:30")
	c := h.only(proof.OtherCase)
	detail, err := h.Case(t.Context(), h.finance, c.ID, i18n.French)
	h.must(err)
	if len(detail.Ways) != 0 || len(detail.Sides) != 3 || detail.Sides[1].Side != proof.PayoutsSide || detail.Why == "" {
		t.Errorf("the case is %+v", detail)
	}
	h.must(h.Comment(t.Context(), h.finance, c.ID, "I have called the bank."))
	h.must(h.Assign(t.Context(), h.finance, c.ID, h.second.ID))
	if detail, err = h.Case(t.Context(), h.finance, c.ID, i18n.French); err != nil || len(detail.Thread) != 1 || detail.Owner != h.second.ID || detail.OwnerName != "Karim Finance" {
		t.Errorf("the case is %+v, %v", detail, err)
	}
}

func TestWhatTheLedgerDoesNotKnowIsACaseThatCanBeBooked(t *testing.T) {
	for _, one := range []struct {
		name  string
		kind  sandbox.LineType
		gross int64
		way   proof.WayID
		why   ledger.Kind
		want  int64
	}{
		{"a refund that nobody asked for", sandbox.TypeRefund, -80_00, proof.BookRefund, ledger.Refunds, 80_00},
		{"a capture that nobody asked for", sandbox.TypeCapture, 90_00, proof.ToSuspense, ledger.Suspense, -90_00},
	} {
		t.Run(one.name, func(t *testing.T) {
			h := lite(t)
			h.week(func(h *house) {
				h.settle(one.kind, payment.Payment{ID: ids.New(), Ref: "ch_unknown"}, money.Of(one.gross, money.MAD), money.Of(0, money.MAD))
			})
			c := h.only(proof.OtherCase)
			h.must(h.Settle(t.Context(), h.finance, c.ID, one.way, ""))
			h.must(h.Approve(t.Context(), h.reviewer, c.ID, ""))
			if h.stands(ledger.ProcessorClearing) != 0 || h.stands(one.why) != one.want {
				t.Errorf("clearing %d, %s %d", h.stands(ledger.ProcessorClearing), one.why, h.stands(one.why))
			}
		})
	}
}

// shelf is a processor that gives its files.
type shelf struct{ h *house }

func (s *shelf) Settlement(_ context.Context, of string) ([]byte, string, error) {
	if len(s.h.lines[of]) == 0 {
		return nil, "", errs.New(errs.NotFound, "error.not_found")
	}
	content, _ := s.h.file(of)
	return content, "settlement-" + of + ".csv", nil
}

func TestEveryNightTheProcessorsFilesAreFetchedOnceAndTheProofRuns(t *testing.T) {
	now := clock.NewManual(dbtest.Start)
	shelf := &shelf{}
	shelf.h = newHouseOver(t, dbtest.SQLite(t, now), now, shelf)
	h := shelf.h
	h.calmDay(6)
	h.calmDay(7)
	h.on("8 01:00")
	h.must(h.Tend(t.Context()))
	h.must(h.Tend(t.Context()))
	page, err := h.Files(t.Context(), h.finance, proof.SettlementFile, "", 0)
	h.must(err)
	if len(page.Items) != 2 || page.Items[0].TakenBy != "" {
		t.Fatalf("%d files were fetched", len(page.Items))
	}
	_, err = ledger.Seal(t.Context(), h.db)
	h.must(err)
	h.on("8 02:31")
	h.must(h.desk.Tend(t.Context()))
	d, err := h.Dashboard(t.Context(), h.reviewer, time.Time{}, i18n.English)
	h.must(err)
	if d.Run == nil || d.Run.State != workspace.Queued {
		t.Fatalf("the night's run is %+v", d.Run)
	}
	h.must(h.desk.Work(t.Context(), d.Run.ID))
	h.must(h.Tend(t.Context()))
	if d, err = h.Dashboard(t.Context(), h.reviewer, time.Time{}, i18n.English); err != nil || d.Verdict.ToSettlement.Count != 4 || d.Cases != 0 {
		t.Errorf("the dashboard is %+v, %v", d, err)
	}
	run, err := h.Prove(t.Context(), h.reviewer)
	h.must(err)
	if _, err := h.Prove(t.Context(), h.finance); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("a second run beside %s: %v", run, err)
	}
}

func TestABankLineIsBookedByWhatItNames(t *testing.T) {
	paid := payout.Payout{ID: "p", EndToEndID: "KHP-2026-W46-2-00012", Amount: money.Of(50_00, money.MAD), Status: payout.Paid}
	line := func(minor int64, reference, text string) proof.BankLine {
		return proof.BankLine{ID: "line", Amount: money.Of(minor, money.MAD), Reference: reference, Text: text}
	}
	for _, one := range []struct {
		line   proof.BankLine
		paid   *payout.Payout
		key    string
		debit  ledger.Kind
		credit ledger.Kind
	}{
		{line(10_00, "SBX-2026-11-20", ""), nil, "settlement:line", ledger.Bank, ledger.ProcessorClearing},
		{line(10_00, "", "VIR SBX-2026-11-20 LTD"), nil, "settlement:line", ledger.Bank, ledger.ProcessorClearing},
		{line(-10_00, "SBX-2026-11-20", ""), nil, "bank:line", ledger.Suspense, ledger.Bank},
		{line(-50_00, "KHP-2026-W46-2-00012", ""), &paid, "payout_paid:p", ledger.PayoutClearing, ledger.Bank},
		{line(-51_00, "KHP-2026-W46-2-00012", ""), &paid, "bank:line", ledger.Suspense, ledger.Bank},
		{line(50_00, "KHP-2026-W46-2-00012", "AC04"), &paid, "bank:line", ledger.Bank, ledger.Suspense},
		{line(7_00, "", "GIFT"), nil, "bank:line", ledger.Bank, ledger.Suspense},
	} {
		made := proof.TransactionOf(one.line, one.paid)
		var sides []string
		for _, p := range made.Postings {
			if p.Minor > 0 {
				sides = append(sides, "debit "+string(p.Account.Kind))
			} else {
				sides = append(sides, "credit "+string(p.Account.Kind))
			}
		}
		slices.Sort(sides)
		if want := []string{"credit " + string(one.credit), "debit " + string(one.debit)}; made.Key != one.key || !slices.Equal(sides, want) {
			t.Errorf("%v: %s, %v", one.line, made.Key, sides)
		}
	}
	if got := fmt.Sprint(proof.LineID(time.Date(2026, 5, 7, 0, 0, 0, 0, time.UTC), "12/1", 3)); got != "2026-05-07.12/1/0003" {
		t.Error(got)
	}
}
