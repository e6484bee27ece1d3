package proof_test

import (
	"fmt"
	"strings"
	"testing"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/finance/proof"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
)

func TestACalmWeekIsProvenToTheBankAndHasNoCases(t *testing.T) {
	each(t, func(h *house) {
		for number := 4; number <= 8; number++ { // Monday to Friday
			h.calmDay(number)
			h.on(fmt.Sprintf("%d 06:00", number+1))
			h.takeFile(day(number), day(min(number+1, 8)))
		}
		h.on("9 05:00")
		p := h.pay("KHP-2026-W19-00001", 300_00)
		h.on("9 07:00")
		h.bank = append(h.bank, entry{day: day(9), minor: -p.Amount.Minor, reference: p.EndToEndID, text: "VIR"})
		h.takeStatement("1", day(4), day(9))
		h.on("10 02:30")
		if cases := h.prove(); len(cases) != 0 {
			h.Fatalf("cases were invented: %s", kindsOf(cases))
		}
		d, err := h.Dashboard(h.Context(), h.finance, h.clock.Now().AddDate(0, 0, -2), i18n.English)
		h.must(err)
		if d.Verdict.Proven.Count != 4 || d.All.Proven.Count != 20 || d.All.Unproven.Count+d.All.Pending.Count+d.All.ToSettlement.Count != 0 || d.Cases != 0 || !d.Balanced || d.Run == nil {
			h.Errorf("the dashboard is %+v", d)
		}
		if h.stands(ledger.ProcessorClearing) != 0 || h.stands(ledger.PayoutClearing) != 0 || h.stands(ledger.Suspense) != 0 {
			h.Error("something is left on the way")
		}
		if got := h.stands(ledger.Bank); got != h.balance.Minor-1_000_000_00 {
			h.Errorf("the ledger's bank moved by %d, the bank's by %d", got, h.balance.Minor-1_000_000_00)
		}
		h.balanced()
	})
}

func TestWhatWaitsForItsTurnIsPendingAndNotACase(t *testing.T) {
	h := lite(t)
	h.calmDay(7)
	h.on("8 02:30") // yesterday's file is not there yet
	if cases := h.prove(); len(cases) != 0 {
		t.Fatalf("cases: %s", kindsOf(cases))
	}
	d, err := h.Dashboard(t.Context(), h.finance, h.clock.Now().AddDate(0, 0, -1), i18n.English)
	h.must(err)
	if d.Verdict.Pending.Count != 4 || d.Verdict.Proven.Count != 0 {
		t.Errorf("the verdict is %+v", d.Verdict)
	}
	h.on("8 09:00")
	h.takeFile(day(7), "")
	if cases := h.prove(); len(cases) != 0 {
		t.Fatalf("cases: %s", kindsOf(cases))
	}
	if d, err = h.Dashboard(t.Context(), h.finance, h.clock.Now().AddDate(0, 0, -1), i18n.English); err != nil || d.Verdict.ToSettlement.Count != 4 {
		t.Errorf("the verdict is %+v, %v", d.Verdict, err)
	}
	h.on("11 02:30") // Thursday's money, over a weekend: Friday and Monday are bank days
	if cases := h.prove(); len(cases) != 0 {
		t.Fatalf("cases: %s", kindsOf(cases))
	}
	h.on("13 02:30")
	if c := h.only(proof.BankDifference); c.Reference != "SBX-"+day(7) {
		t.Errorf("the case is %+v", c)
	}
}

// planted are the errors that the proof must find, each with what makes it and how it is settled.
var planted = []struct {
	kind  proof.Kind
	plant func(h *house)
	way   proof.WayID
	why   string
	left  map[ledger.Kind]int64 // what has to stand on accounts once it is settled
}{
	{proof.MissingSettlement, func(h *house) { h.capture("lost", 480_00, false) }, proof.WriteOff, "none of the processor's files",
		map[ledger.Kind]int64{ledger.ProcessorClearing: 0, ledger.WriteOffs: 480_00 - 13_52}},
	{proof.DoubledCapture, func(h *house) {
		p := h.capture("twice", 300_00, true)
		h.settle(sandbox.TypeCapture, p, p.Captured, p.Fee)
	}, proof.RefundCustomer, "captured once more", map[ledger.Kind]int64{ledger.ProcessorClearing: 0, ledger.Refunds: -300_00}},
	{proof.WrongFee, func(h *house) {
		p := h.capture("dear", 500_00, false)
		h.settle(sandbox.TypeCapture, p, p.Captured, money.Of(p.Fee.Minor+4_25, money.MAD))
	}, proof.BookFee, "4.25", map[ledger.Kind]int64{ledger.ProcessorClearing: 0}},
	{proof.ChargebackWithoutNotice, func(h *house) { h.chargeback(h.capture("taken back", 350_00, true), false) }, proof.BookChargeback, "was not told",
		map[ledger.Kind]int64{ledger.ProcessorClearing: 0, ledger.Chargebacks: 350_00}},
	{proof.UnknownBankLine, func(h *house) {
		h.bank = append(h.bank, entry{day: day(7), minor: -42_00, reference: "", text: "FRAIS TENUE DE COMPTE"})
	}, proof.BookFee, "Nobody knows", map[ledger.Kind]int64{ledger.Suspense: 0}},
	{proof.PayoutReturned, func(h *house) {
		p := h.pay("KHP-2026-W19-00007", 640_00)
		h.bank = append(h.bank, entry{day: day(7), minor: -640_00, reference: p.EndToEndID, text: "VIR"}, entry{day: day(8), minor: 640_00, reference: p.EndToEndID, text: "RETOUR", code: "AC04"})
	}, proof.ReturnPayout, "AC04", map[ledger.Kind]int64{ledger.Suspense: 0, ledger.PayoutClearing: 0}},
}

// week plays a calm week with something on its Thursday, and takes everything in. It returns when all should be proven.
func (h *house) week(plant func(h *house)) {
	h.Helper()
	for number := 4; number <= 8; number++ {
		h.calmDay(number)
		if number == 7 && plant != nil {
			plant(h)
		}
		h.on(fmt.Sprintf("%d 06:00", number+1))
		h.takeFile(day(number), day(min(number+1, 8)))
	}
	h.on("9 07:00")
	h.takeStatement("1", day(4), day(9))
	h.on("13 02:30")
}

func TestEachPlantedErrorIsFoundExplainedAndSettledByTwo(t *testing.T) {
	for _, one := range planted {
		t.Run(string(one.kind), func(t *testing.T) {
			each(t, func(h *house) {
				h.week(one.plant)
				c := h.only(one.kind)
				if c.Owner == "" || c.Owner == h.reviewer.ID {
					h.Errorf("the case belongs to %q", c.Owner)
				}
				detail, err := h.Case(h.Context(), h.finance, c.ID, i18n.English)
				h.must(err)
				if !strings.Contains(detail.Why, one.why) {
					h.Errorf("it says %q", detail.Why)
				}
				if len(detail.Ways) == 0 || detail.MayApprove {
					h.Errorf("ways %v, may approve %v", detail.Ways, detail.MayApprove)
				}
				for _, way := range detail.Ways {
					var sum int64
					for _, p := range way.Postings {
						sum += p.Minor
					}
					if sum != 0 || len(way.Postings) < 2 {
						h.Errorf("the postings of %s do not balance: %v", way.ID, way.Postings)
					}
				}
				before := h.stands(ledger.ProcessorClearing)
				h.must(h.Settle(h.Context(), h.finance, c.ID, one.way, "seen"))
				if h.stands(ledger.ProcessorClearing) != before {
					h.Error("something was booked before a second person approved")
				}
				h.refused(h.Approve(h.Context(), h.finance, c.ID, ""), errs.Forbidden, "recon_workspace.role_needed")
				waiting, err := h.Case(h.Context(), h.reviewer, c.ID, i18n.English)
				h.must(err)
				if waiting.State != proof.Waiting || !waiting.MayApprove || waiting.Chosen == nil || waiting.Chosen.Way.ID != one.way || waiting.Chosen.By != h.finance.ID {
					h.Errorf("it waits as %+v", waiting)
				}
				h.must(h.Approve(h.Context(), h.reviewer, c.ID, ""))
				settled, err := h.Case(h.Context(), h.reviewer, c.ID, i18n.English)
				h.must(err)
				if settled.State != proof.Settled || settled.TransactionID == "" {
					h.Errorf("it is settled as %+v", settled)
				}
				for kind, want := range one.left {
					if got := h.stands(kind); got != want {
						h.Errorf("%s stands at %d, not %d", kind, got, want)
					}
				}
				h.balanced()
				if err := h.Approve(h.Context(), h.reviewer, c.ID, ""); errs.CodeOf(err) != errs.Conflict {
					h.Errorf("a second approval: %v", err)
				}
				h.on("14 02:30")
				if cases := h.prove(); len(cases) != 0 {
					h.Errorf("after another run there are %s", kindsOf(cases))
				}
			})
		})
	}
}

func TestTheBanksSwappedDigitsAreFoundAndSettled(t *testing.T) {
	each(t, func(h *house) {
		h.calmDay(7)
		h.on("8 06:00")
		_, total := h.file(day(7))
		h.takeFile(day(7), "")
		wrong := total.Minor - total.Minor%100 + total.Minor%10*10 + total.Minor/10%10
		if wrong == total.Minor {
			h.Fatal("the digits are the same")
		}
		h.bank = append(h.bank, entry{day: day(8), minor: wrong, reference: "SBX-" + day(7), text: "PROCESSOR"})
		h.on("9 07:00")
		h.takeStatement("1", day(7), day(9))
		c := h.only(proof.BankDifference)
		detail, err := h.Case(h.Context(), h.finance, c.ID, i18n.English)
		h.must(err)
		if !strings.Contains(detail.Why, "two digits are swapped") || c.Amount.Minor != total.Minor-wrong {
			h.Errorf("%s: %s", c.Amount, detail.Why)
		}
		h.must(h.Settle(h.Context(), h.finance, c.ID, proof.WriteOff, ""))
		h.must(h.Approve(h.Context(), h.reviewer, c.ID, ""))
		if h.stands(ledger.ProcessorClearing) != 0 || h.stands(ledger.WriteOffs) != total.Minor-wrong {
			h.Errorf("clearing %d, write-offs %d", h.stands(ledger.ProcessorClearing), h.stands(ledger.WriteOffs))
		}
		d, err := h.Dashboard(h.Context(), h.finance, h.clock.Now().AddDate(0, 0, -2), i18n.English)
		h.must(err)
		if d.Verdict.Proven.Count != 4 || d.Cases != 0 {
			h.Errorf("after settling the verdict is %+v", d.Verdict)
		}
	})
}

func TestARefusedSettlementBooksNothingAndCanBeTriedAgain(t *testing.T) {
	each(t, func(h *house) {
		h.week(planted[0].plant)
		c := h.only(proof.MissingSettlement)
		h.refused(h.Settle(h.Context(), h.finance, c.ID, proof.BookChargeback, ""), errs.Invalid, "proof.way_unfit")
		before := h.stands(ledger.ProcessorClearing)
		h.must(h.Settle(h.Context(), h.finance, c.ID, proof.WriteOff, ""))
		h.must(h.Refuse(h.Context(), h.reviewer, c.ID, "ask the processor first"))
		if h.stands(ledger.ProcessorClearing) != before || h.stands(ledger.WriteOffs) != 0 {
			h.Error("a refusal has booked something")
		}
		detail, err := h.Case(h.Context(), h.finance, c.ID, i18n.English)
		h.must(err)
		if detail.State != proof.Open || detail.Chosen != nil || len(detail.Ways) == 0 {
			h.Errorf("it stands as %+v", detail)
		}
		h.must(h.Settle(h.Context(), h.second, c.ID, proof.WriteOff, ""))
		h.must(h.Approve(h.Context(), h.reviewer, c.ID, ""))
		if h.stands(ledger.ProcessorClearing) != 0 {
			h.Error("the second try has not booked")
		}
	})
}

func TestFilesMayComeInAnyOrder(t *testing.T) {
	h := lite(t)
	h.calmDay(4)
	h.calmDay(5)
	_, first := h.file(day(4))
	_, second := h.file(day(5))
	h.bank = []entry{{day: day(5), minor: first.Minor, reference: "SBX-" + day(4)}, {day: day(6), minor: second.Minor, reference: "SBX-" + day(5)}}
	h.on("7 07:00")
	h.takeStatement("1", day(4), day(6)) // the bank's before the processor's
	h.on("7 08:00")
	h.takeFile(day(5), "")
	h.prove()
	h.takeFile(day(4), "")
	if cases := h.prove(); len(cases) != 0 {
		t.Fatalf("cases: %s", kindsOf(cases))
	}
	d, err := h.Dashboard(t.Context(), h.finance, h.clock.Now(), i18n.English)
	h.must(err)
	if d.All.Proven.Count != 8 {
		t.Errorf("the verdict is %+v", d.All)
	}
}
