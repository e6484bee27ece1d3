package proof_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payout"
	"khadamat/internal/finance/proof"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
)

// nothingChanged fails where a refusal has left something.
func (h *house) nothingChanged(kind proof.TakenKind, files int, bank int64) {
	h.Helper()
	page, err := h.Files(h.Context(), h.finance, kind, "", 100)
	h.must(err)
	if len(page.Items) != files || h.stands(ledger.Bank) != bank {
		h.Errorf("there are %d files and %d at the bank, not %d and %d", len(page.Items), h.stands(ledger.Bank), files, bank)
	}
}

func TestASettlementFileThatIsNotRightIsRefusedAsAWhole(t *testing.T) {
	each(t, func(h *house) {
		h.calmDay(7)
		h.on("8 06:00")
		content, _ := h.file(day(7))
		whole := string(content)
		lines := strings.Split(strings.TrimSuffix(whole, "\n"), "\n")
		without := func(n int) string {
			return strings.Join(append(append([]string{}, lines[:n]...), lines[n+1:]...), "\n") + "\n"
		}
		for key, broken := range map[string]string{
			"proof.unknown_column":   strings.Replace(whole, "id,type", "id,type,surprise", 1),
			"proof.missing_column":   strings.Replace(whole, "created_at", "", 1),
			"proof.unknown_type":     strings.Replace(whole, "capture", "gift", 1),
			"proof.unknown_currency": strings.Replace(whole, "MAD", "EUR", 1),
			"proof.bad_sum":          without(2),
			"proof.no_payout_line":   without(len(lines) - 1),
			"proof.bad_amount":       strings.Replace(whole, "270.00", "27O.00", 1),
			"proof.line_sum":         strings.Replace(whole, "270.00", "271.00", 1),
			"proof.several_batches":  strings.Replace(whole, "SBX-2026-05-07", "SBX-2026-05-06", 1),
			"proof.bad_batch":        strings.ReplaceAll(whole, "SBX-2026-05-07", "a batch"),
			"proof.bad_time":         strings.Replace(whole, "2026-05-07T09", "yesterday", 1),
			"proof.value_missing":    strings.Replace(whole, "ln_2026-05-07_0", "", 1),
			"proof.not_csv":          whole + "\"",
			"proof.file_empty":       "",
		} {
			if broken == whole {
				h.Fatalf("%s is not planted", key)
			}
			if key == "proof.missing_column" {
				broken = strings.Replace(broken, ",\n", "\n", 1)
			}
			_, err := h.TakeSettlement(h.Context(), h.finance, "x.csv", strings.NewReader(broken))
			h.refused(err, errs.Invalid, key)
		}
		h.nothingChanged(proof.SettlementFile, 0, 0)

		taken, err := h.TakeSettlement(h.Context(), h.finance, "settlement.csv", bytes.NewReader(content))
		h.must(err)
		if taken.Reference != "SBX-2026-05-07" || taken.Lines != len(lines)-1 || taken.From != taken.To {
			h.Errorf("it was taken in as %+v", taken)
		}
		_, err = h.TakeSettlement(h.Context(), h.finance, "again.csv", bytes.NewReader(content))
		h.refused(err, errs.Conflict, "proof.batch_seen")
		_, err = h.TakeSettlement(h.Context(), h.finance, "again.csv", strings.NewReader(strings.Replace(whole, "ch_7-0", "ch_7-X", 1)))
		h.refused(err, errs.Conflict, "proof.batch_seen")
		h.nothingChanged(proof.SettlementFile, 1, 0)

		_, again, err := h.Content(h.Context(), h.finance, taken.ID)
		h.must(err)
		defer again.Close()
		if kept, err := io.ReadAll(again); err != nil || !bytes.Equal(kept, content) {
			h.Errorf("the file is kept as %d bytes, %v", len(kept), err)
		}
		if _, err := h.TakeSettlement(h.Context(), h.customer, "x.csv", bytes.NewReader(content)); errs.CodeOf(err) != errs.Forbidden {
			h.Errorf("a customer: %v", err)
		}
	})
}

func TestAStatementOfAnotherAccountSeenBeforeOrWithAGapIsRefused(t *testing.T) {
	each(t, func(h *house) {
		take := func(content string) error {
			_, err := h.TakeStatement(h.Context(), h.finance, "s.xml", strings.NewReader(content), i18n.French)
			return err
		}
		h.bank = []entry{{day: day(4), minor: 10_00, text: "GIFT"}, {day: day(5), minor: -3_00, text: "FEE"}}
		h.refused(take(h.statement("MA64011519000001205000534921", "1", day(4), day(5))), errs.Invalid, "proof.other_account")
		first := h.statement(payout.DefaultHouse.IBAN, "1", day(4), day(5))
		h.refused(take(strings.Replace(first, `"MAD">10.00`, `"MAD">11.00`, 1)), errs.Invalid, "proof.unreadable")
		h.refused(take(strings.ReplaceAll(first, "OPBD", "INFO")), errs.Invalid, "proof.no_balances")
		h.refused(take("hello"), errs.Invalid, "proof.missing_column")
		h.nothingChanged(proof.StatementFile, 0, 0)

		h.takeStatement("1", day(4), day(5))
		if h.stands(ledger.Bank) != 7_00 || h.stands(ledger.Suspense) != -7_00 {
			h.Errorf("the bank stands at %d, suspense at %d", h.stands(ledger.Bank), h.stands(ledger.Suspense))
		}
		h.refused(take(first), errs.Conflict, "proof.file_seen")

		known := h.balance
		h.bank = []entry{{day: day(8), minor: 5_00, text: "LATER"}}
		h.balance.Minor += 1_00
		h.refused(take(h.statement(payout.DefaultHouse.IBAN, "3", day(7), day(8))), errs.Invalid, "proof.statement_gap")
		h.balance = known
		h.bank = []entry{{day: day(5), minor: 5_00, text: "AGAIN"}}
		h.refused(take(h.statement(payout.DefaultHouse.IBAN, "2", day(4), day(6))), errs.Invalid, "proof.statement_overlaps")
		h.nothingChanged(proof.StatementFile, 1, 7_00)

		h.bank = []entry{{day: day(6), minor: 5_00, text: "NEXT"}}
		h.takeStatement("2", day(5), day(6))
		h.nothingChanged(proof.StatementFile, 2, 12_00)
	})
}

func TestStatementsComeAsMT940AndCSVToo(t *testing.T) {
	h := lite(t)
	iban := payout.DefaultHouse.IBAN
	swift := ":20:STMT\n:25:" + iban + "MAD\n:28C:1/1\n:60F:C260503MAD1000000,00\n:61:2605040504C12,50NTRFSBX-2026-05-03\n:86:PROCESSOR\n:62F:C260504MAD1000012,50\n-\n"
	taken, err := h.TakeStatement(t.Context(), h.finance, "s.sta", strings.NewReader(swift), i18n.English)
	h.must(err)
	if taken.Closing.Minor != 1_000_012_50 || h.stands(ledger.ProcessorClearing) != -12_50 {
		t.Errorf("%+v, clearing %d", taken, h.stands(ledger.ProcessorClearing))
	}
	const columns = "account,date,amount,currency,balance,reference,description\n"
	rows := func(first, second string) string {
		return columns + fmt.Sprintf("%s,2026-05-05,-2.50,MAD,%s,,FRAIS\n%s,2026-05-06,1.00,MAD,%s,,INTERETS\n", iban, first, iban, second)
	}
	_, err = h.TakeStatement(t.Context(), h.finance, "s.csv", strings.NewReader(rows("1000010.00", "1000012.00")), i18n.English)
	h.refused(err, errs.Invalid, "proof.bad_balance")
	_, err = h.TakeStatement(t.Context(), h.finance, "s.csv", strings.NewReader(rows("1000011.00", "1000012.00")), i18n.English)
	h.refused(err, errs.Invalid, "proof.statement_gap")
	_, err = h.TakeStatement(t.Context(), h.finance, "s.csv", strings.NewReader(rows("1000010.00", "1000011.00")), i18n.English)
	h.must(err)
	if h.stands(ledger.Bank) != 11_00 || h.stands(ledger.Suspense) != 1_50 {
		t.Errorf("the bank stands at %d, suspense at %d", h.stands(ledger.Bank), h.stands(ledger.Suspense))
	}
}
