package demo

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"time"

	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/finance/proof"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
)

// Planted is an error that was put into the files of the outside world on purpose, for the daily proof to find.
type Planted struct {
	Kind      proof.Kind
	Reference string // of the charge, the batch or the payout that it befell
	Amount    money.Amount
	Day       schedule.Date // on which the outside world shows it, or should have
}

// Errors of the processor's files, by how many days before today they befall. Those of payouts are planted with the payouts.
var plantedDays = []struct {
	kind proof.Kind
	days []int
}{
	{proof.MissingSettlement, []int{3, 6}},
	{proof.DoubledCapture, []int{1, 8}},
	{proof.WrongFee, []int{1, 5}},
	{proof.ChargebackWithoutNotice, []int{4, 7}},
	{proof.BankDifference, []int{4, 9}},
}

// wrongFee is what the processor takes too much.
const wrongFee = 7_50

// plant spoils the processor's files: what is lost, doubled or wrong there is right in the ledger.
func (t *till) plant() {
	for _, one := range plantedDays {
		for _, days := range one.days {
			day := t.today.AddDays(-days)
			if one.kind == proof.BankDifference {
				t.swapped[day] = true
				continue
			}
			if at := t.plain(day); at >= 0 {
				t.spoil(one.kind, day, at)
			}
		}
	}
}

// plain finds a charge of a day that nothing has befallen, -1 where there is none.
func (t *till) plain(day schedule.Date) int {
	lines := t.settled[day]
	for range 4 * len(lines) {
		at := t.IntN(len(lines))
		line := lines[at]
		if line.Type == sandbox.TypeCapture && line.Gross.Minor > 150_00 && !t.eventful[line.Payment] {
			return at
		}
	}
	return -1
}

func (t *till) spoil(kind proof.Kind, day schedule.Date, at int) {
	line := t.settled[day][at]
	found := Planted{Kind: kind, Reference: line.Charge, Amount: line.Gross, Day: day}
	switch kind {
	case proof.MissingSettlement:
		t.settled[day] = slices.Delete(t.settled[day], at, at+1)
	case proof.DoubledCapture:
		again := line
		again.ID, again.At = "txn_"+t.id(line.At)[19:], line.At.Add(3*time.Second)
		t.settled[day] = slices.Insert(t.settled[day], at+1, again)
	case proof.WrongFee:
		t.settled[day][at].Fee.Minor += wrongFee
		found.Amount.Minor = wrongFee
	case proof.ChargebackWithoutNotice:
		t.settle(line.At.Add(time.Hour), sandbox.Line{Type: sandbox.TypeChargeback, Charge: line.Charge, Payment: line.Payment,
			Gross: money.Of(-line.Gross.Minor, line.Gross.Currency), Fee: sandbox.ChargebackFee()})
	}
	t.eventful[line.Payment] = true
	t.planted = append(t.planted, found)
}

// swapDigits swaps the first two neighbouring digits that differ, but for the first digit of all; zero where there are none.
func swapDigits(minor int64) int64 {
	digits := []byte(strconv.FormatInt(minor, 10))
	for i := 1; i+1 < len(digits); i++ {
		if digits[i] != digits[i+1] {
			digits[i], digits[i+1] = digits[i+1], digits[i]
			swapped, err := strconv.ParseInt(string(digits), 10, 64)
			if err != nil { // they were digits
				return 0
			}
			return swapped
		}
	}
	return 0
}

// WriteTruth writes what was planted as CSV.
func WriteTruth(w io.Writer, planted []Planted) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"kind", "reference", "amount", "currency", "day"}}
	for _, p := range planted {
		rows = append(rows, []string{string(p.Kind), p.Reference, strconv.FormatInt(p.Amount.Minor, 10), string(p.Amount.Currency), p.Day.String()})
	}
	return out.WriteAll(rows)
}
