package proof

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payout"
	"khadamat/internal/money"
)

// The types of the transactions that bank lines make. A payout that is seen at the bank is payout.PaidType.
const (
	SettlementType = "settlement"
	BankType       = "bank"
)

var (
	batchName   = regexp.MustCompile(`\b[A-Z]{2,6}-\d{4}-\d{2}-\d{2}\b`)
	payoutName  = regexp.MustCompile(`\bKHP-\d{4}-W\d{2}(?:-\d{1,2})?-\d{5}\b`)
	returnCodes = regexp.MustCompile(`\b(?:A[CGM]|B[EO]|C[HN]|DT|F[FIOR]|MD|MS|NA|NO|RC|RF|RR|SL|TM|UP|ED|DS|ER)\d{2}\b`) // ISO 20022, ExternalReturnReason1Code
)

// LineID names the nth line, from one, of a statement: by its last day and its number.
func LineID(through time.Time, number string, n int) string {
	return fmt.Sprintf("%s.%s/%04d", through.Format(time.DateOnly), number, n)
}

// Batch is the processor's batch that a bank line names; empty where it names none.
func (l *BankLine) Batch() string { return l.names(batchName) }

// Payout is the end-to-end id of a payout that a bank line names; empty where it names none.
func (l *BankLine) Payout() string { return l.names(payoutName) }

func (l *BankLine) names(what *regexp.Regexp) string {
	if found := what.FindString(l.Reference); found != "" {
		return found
	}
	return what.FindString(l.Text)
}

// returnCode is why a transfer came back, where a credit names a payout and a code of ISO 20022.
func (l *BankLine) returnCode() string {
	if l.Amount.Minor <= 0 || l.Payout() == "" {
		return ""
	}
	return returnCodes.FindString(l.Text)
}

// TransactionOf is how a bank line is booked, at its day: as a payout that was seen at the bank where it is one's (paid, else nil) to the last
// centime, as a settlement where a credit names a batch, and else as something that nobody knows yet.
func TransactionOf(line BankLine, paid *payout.Payout) ledger.Transaction {
	if paid != nil && paid.EndToEndID == line.Payout() && line.Amount == money.Of(-paid.Amount.Minor, paid.Amount.Currency) {
		t := payout.PaidOf(*paid)
		t.At, t.Reference = line.BookedOn, line.ID
		return t
	}
	t := ledger.Transaction{Type: BankType, At: line.BookedOn, Subject: line.Payout(), Reference: line.ID}
	other := ledger.Suspense
	if batch := line.Batch(); batch != "" && line.Amount.Minor > 0 {
		t.Type, t.Subject, other = SettlementType, batch, ledger.ProcessorClearing
	}
	t.Key = t.Type + ":" + line.ID
	t.Postings = moves(ledger.Bank, other, line.Amount)
	return t
}

// moves debits an account with an amount and credits another one, or the other way round where the amount is negative.
func moves(to, from ledger.Kind, amount money.Amount) []ledger.Posting {
	return []ledger.Posting{
		{Account: ledger.Of(to), Minor: amount.Minor, Currency: amount.Currency},
		{Account: ledger.Of(from), Minor: -amount.Minor, Currency: amount.Currency},
	}
}

// processorOf is who a batch is of: what stands before its day.
func processorOf(batch string) string {
	name, _, _ := strings.Cut(batch, "-")
	return name
}
