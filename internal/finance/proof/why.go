package proof

import (
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/texts"
)

// why says in a sentence what does not agree.
func (m *matter) why(language i18n.Language) string {
	amount := func(a money.Amount) string {
		if a.Minor < 0 {
			a.Minor = -a.Minor
		}
		return i18n.FormatMoney(language, a.Minor, string(a.Currency), a.Currency.Digits())
	}
	say := func(key string, args map[string]any) string { return texts.Catalog().T(language, key, args) }
	day := i18n.FormatDate(language, m.item.Date, time.UTC)
	name := m.reference()
	whole := map[string]any{"Amount": amount(m.item.Amount), "Date": day, "Name": name}
	switch m.kind() {
	case MissingSettlement:
		return say("proof.why_missing_settlement", whole)
	case DoubledCapture:
		return say("proof.why_doubled_capture", map[string]any{"Amount": amount(m.settlement.Gross), "Date": day, "Name": m.paymentID, "Batch": m.settlement.Batch})
	case WrongFee:
		return say("proof.why_wrong_fee", map[string]any{"Name": name, "Booked": amount(m.fee()), "Kept": amount(m.settlement.Fee), "Difference": amount(m.item.Difference)})
	case ChargebackWithoutNotice:
		return say("proof.why_chargeback_without_notice", map[string]any{"Amount": amount(m.settlement.Gross), "Fee": amount(m.settlement.Fee), "Date": day, "Name": name})
	case BankDifference:
		return m.whyDifference(say, amount, whole)
	case PayoutReturned:
		if m.bank.ReturnCode == "" {
			return say("proof.why_payout_returned", whole)
		}
		return say("proof.why_payout_returned_code", map[string]any{"Amount": amount(m.item.Amount), "Date": day, "Name": name, "Code": m.bank.ReturnCode})
	case UnknownBankLine:
		if m.item.Amount.Minor < 0 {
			return say("proof.why_unknown_debit", whole)
		}
		return say("proof.why_unknown_credit", whole)
	}
	return m.whyOther(say, whole)
}

func (m *matter) whyDifference(say func(string, map[string]any) string, amount func(money.Amount) string, whole map[string]any) string {
	if m.bank == nil {
		return say("proof.why_not_at_bank", whole)
	}
	sent := money.Amount{}
	if m.payout != nil {
		sent = m.payout.Amount
	} else if m.settlement != nil {
		sent = m.settlement.Net
	}
	args := map[string]any{"Name": m.reference(), "Sent": amount(sent), "Seen": amount(m.bank.Amount), "Difference": amount(m.item.Difference)}
	if m.item.Cause == "swapped_digits" {
		return say("proof.why_swapped_digits", args)
	}
	return say("proof.why_bank_difference", args)
}

// whyOther says what is known of a matter that is of no kind of its own.
func (m *matter) whyOther(say func(string, map[string]any) string, whole map[string]any) string {
	switch {
	case m.several:
		return say("proof.why_by_hand", whole)
	case m.payout != nil && m.ledger != nil:
		return say("proof.why_payout_not_at_bank", whole)
	case m.payout != nil:
		return say("proof.why_payout_not_booked", whole)
	case isPayout(m.ledger):
		return say("proof.why_payout_not_sent", whole)
	case m.settlement != nil && m.ledger != nil:
		return say("proof.why_other_amount", whole)
	case m.settlement != nil && m.settlement.Type == RefundLine:
		return say("proof.why_unknown_refund", whole)
	case m.settlement != nil:
		return say("proof.why_unknown_line", whole)
	}
	return say("proof.why_no_file", whole)
}
