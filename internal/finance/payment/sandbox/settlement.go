package sandbox

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/timezone"
)

// What the processor keeps: 2.4 % and 2.00 of a capture, 150.00 of a chargeback.
const (
	feePerMille        = 24
	feeFixedMinor      = 200
	chargebackFeeMinor = 150_00
)

// Fee is what the processor keeps of a capture: 2.4 % rounded half to even, and 2.00.
func Fee(captured money.Amount) money.Amount {
	share, _ := captured.Scale(feePerMille, 1000) // 2.4 % of what fits 64 bits fits, and two more do
	return money.Of(share.Minor+feeFixedMinor, captured.Currency)
}

// ChargebackFee is what a chargeback costs, whoever wins it.
func ChargebackFee() money.Amount { return money.Of(chargebackFeeMinor, money.MAD) }

// LineType says what moved money.
type LineType string

// The types of lines. A file ends with one of TypePayout, which only WriteSettlement makes.
const (
	TypeCapture    LineType = "capture"
	TypeRefund     LineType = "refund"
	TypeChargeback LineType = "chargeback"
	TypeAdjustment LineType = "adjustment" // a chargeback that was won
	TypePayout     LineType = "payout"
)

// Line is one line of a settlement file. Gross is negative for what is taken off; Fee is what the processor keeps, positive; the net is Gross less Fee.
type Line struct {
	ID      string
	Type    LineType
	Charge  string // the processor's name of it
	Payment string // ours
	Gross   money.Amount
	Fee     money.Amount
	At      time.Time
}

var zone = sync.OnceValue(func() *time.Location {
	found, err := timezone.Load("Africa/Casablanca")
	if err != nil {
		panic(err) // the zones are part of the binary
	}
	return found
})

const dayForm = "2006-01-02"

// DayOf is the day that something is settled with, in Casablanca: "2026-11-20".
func DayOf(at time.Time) string { return at.In(zone()).Format(dayForm) }

// BatchName is the name of a day's batch, which the bank's credit carries: "SBX-2026-11-20".
func BatchName(day string) string { return "SBX-" + day }

// FileName is the name of a batch's file.
func FileName(batch string) string { return "settlement-" + batch + ".csv" }

var settlementHeader = []string{"id", "type", "charge", "payment", "gross", "fee", "net", "currency", "batch", "created_at"}

// WriteSettlement writes the file of a batch: CSV with a header, amounts with a point, times as RFC 3339 in UTC, and as last line the payout, whose
// net goes to the bank at the end of the batch's day. The lines stand in the order given and have one currency. It fails on a batch whose name holds no
// day, on mixed currencies, on what overflows, and as w does.
func WriteSettlement(w io.Writer, batch string, lines []Line) error {
	day, err := time.ParseInLocation(dayForm, strings.TrimPrefix(batch, BatchName("")), zone())
	if err != nil {
		return fmt.Errorf("settlement: the batch %q names no day: %w", batch, err)
	}
	currency := money.MAD
	if len(lines) > 0 {
		currency = lines[0].Gross.Currency
	}
	file := csv.NewWriter(w)
	if err := file.Write(settlementHeader); err != nil {
		return err
	}
	payout := Line{
		ID: "po_" + day.Format(dayForm), Type: TypePayout, Gross: money.Of(0, currency), Fee: money.Of(0, currency), At: day.AddDate(0, 0, 1).UTC(),
	}
	for _, line := range lines {
		if err := payout.include(line); err != nil {
			return fmt.Errorf("settlement %s, line %s: %w", batch, line.ID, err)
		}
		if err := line.write(file, batch); err != nil {
			return err
		}
	}
	if err := payout.write(file, batch); err != nil {
		return err
	}
	file.Flush()
	return file.Error()
}

// include adds a line to the payout.
func (l *Line) include(other Line) (err error) {
	if l.Gross, err = l.Gross.Add(other.Gross); err == nil {
		l.Fee, err = l.Fee.Add(other.Fee)
	}
	return err
}

// Net is what the line is worth to the house.
func (l Line) Net() (money.Amount, error) { return l.Gross.Sub(l.Fee) }

func (l Line) write(file *csv.Writer, batch string) error {
	net, err := l.Net()
	if err != nil {
		return fmt.Errorf("settlement %s, line %s: %w", batch, l.ID, err)
	}
	return file.Write([]string{
		l.ID, string(l.Type), l.Charge, l.Payment, decimal(l.Gross), decimal(l.Fee), decimal(net), string(l.Gross.Currency), batch, l.At.UTC().Format(time.RFC3339),
	})
}

// decimal is an amount without its currency: "-12.50".
func decimal(a money.Amount) string { return strings.TrimSuffix(a.String(), " "+string(a.Currency)) }

// Settlement is the file of a day ("2026-11-20", in Casablanca) and its name. It returns invalid for what is no day, unavailable while the day is not
// over, and not_found where nothing was moved on it.
func (s *Service) Settlement(ctx context.Context, day string) (content []byte, name string, err error) {
	start, err := time.ParseInLocation(dayForm, day, zone())
	if err != nil {
		return nil, "", errs.Wrap(err, errs.Invalid, "sandbox.bad_day")
	}
	if s.config.Clock.Now().Before(start.AddDate(0, 0, 1)) {
		return nil, "", errs.New(errs.Unavailable, "sandbox.day_not_over")
	}
	batch := BatchName(day)
	lines, err := linesOf(ctx, s.config.DB, batch)
	if err != nil {
		return nil, "", err
	}
	if len(lines) == 0 {
		return nil, "", errs.New(errs.NotFound, "sandbox.nothing_settled")
	}
	var file bytes.Buffer
	if err := WriteSettlement(&file, batch, lines); err != nil {
		return nil, "", err
	}
	return file.Bytes(), FileName(batch), nil
}
