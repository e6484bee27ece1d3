package proof

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// maxFileBytes bounds a file that is taken in.
const maxFileBytes = 32 << 20

// settlementColumns are those of a settlement file, in any order.
var settlementColumns = []string{"id", "type", "charge", "payment", "gross", "fee", "net", "currency", "batch", "created_at"}

var lineTypes = []LineType{Charge, RefundLine, ChargebackLn, Adjustment, PayoutLine}

// TakeSettlement takes in a processor's settlement file: CSV with the columns id, type, charge, payment, gross, fee, net, currency, batch and created_at,
// one batch, whose last line is of type payout and says what goes to the bank. It returns invalid with the field file, naming the line, for an
// unknown or a missing column, type or currency, for what is no amount or time, and where lines do not add up; conflict where the batch, or the
// file, was taken in before. Nothing is kept of a file that is refused.
func (s *Service) TakeSettlement(ctx context.Context, actor account.Actor, name string, file io.Reader) (Taken, error) {
	if err := mayWork(actor); err != nil {
		return Taken{}, err
	}
	content, err := readFile(file)
	if err != nil {
		return Taken{}, err
	}
	return s.takeSettlement(ctx, actor.ID, name, content)
}

func (s *Service) takeSettlement(ctx context.Context, accountID, name string, content []byte) (Taken, error) {
	lines, err := parseSettlement(content)
	if err != nil {
		return Taken{}, err
	}
	taken := settlementOf(lines)
	taken.Name = name
	if known, err := batchTaken(ctx, s.config.DB, taken.Reference); err != nil {
		return Taken{}, err
	} else if known {
		return Taken{}, batchSeen(taken.Reference)
	}
	return s.take(ctx, accountID, taken, content, func(tx *db.Tx, taken *Taken) error {
		known, err := batchTaken(ctx, tx, taken.Reference)
		if err != nil {
			return err
		}
		if known {
			return batchSeen(taken.Reference)
		}
		return insertSettlement(ctx, tx, *taken, lines)
	})
}

func batchSeen(batch string) error {
	return errs.New(errs.Conflict, "proof.batch_seen").With(errs.Args{"Batch": batch})
}

// settlementOf is what is kept of a file besides its lines.
func settlementOf(lines []SettlementLine) Taken {
	last := lines[len(lines)-1]
	taken := Taken{Kind: SettlementFile, Reference: last.Batch, Lines: len(lines), Total: last.Net}
	for i := range lines {
		day := lines[i].day()
		if taken.From.IsZero() || day.Before(taken.From) {
			taken.From = day
		}
		if day.After(taken.To) {
			taken.To = day
		}
	}
	return taken
}

// readFile reads a file that is not too large.
func readFile(file io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	if err != nil {
		return nil, err
	}
	if len(content) > maxFileBytes {
		return nil, errs.New(errs.TooLarge, "proof.file_too_large").With(errs.Args{"Megabytes": maxFileBytes >> 20})
	}
	return content, nil
}

// refused is why a file cannot be taken in.
func refused(key string, args errs.Args) error {
	return &errs.Error{Code: errs.Invalid, Key: key, Args: args, Fields: []errs.Field{{Name: "file", Key: key, Args: args}}}
}

// parseSettlement reads a settlement file, the payout line last.
func parseSettlement(content []byte) ([]SettlementLine, error) {
	rows := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\xEF\xBB\xBF"))))
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, refused("proof.file_empty", nil)
	}
	if err != nil {
		return nil, refused("proof.not_csv", errs.Args{"Line": lineOf(err)})
	}
	at, err := places(header)
	if err != nil {
		return nil, err
	}
	var lines []SettlementLine
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, refused("proof.not_csv", errs.Args{"Line": lineOf(err)})
		}
		number, _ := rows.FieldPos(0)
		line, err := parseLine(row, at, number)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, addUp(lines)
}

func lineOf(err error) int {
	if broken, ok := errors.AsType[*csv.ParseError](err); ok {
		return broken.Line
	}
	return 1
}

// places finds each column.
func places(header []string) (map[string]int, error) {
	at := map[string]int{}
	for i, column := range header {
		name := strings.ToLower(strings.TrimSpace(column))
		if _, twice := at[name]; twice || !slices.Contains(settlementColumns, name) {
			return nil, refused("proof.unknown_column", errs.Args{"Column": clip(column), "Columns": strings.Join(settlementColumns, ", ")})
		}
		at[name] = i
	}
	for _, name := range settlementColumns {
		if _, there := at[name]; !there {
			return nil, refused("proof.missing_column", errs.Args{"Column": name, "Columns": strings.Join(settlementColumns, ", ")})
		}
	}
	return at, nil
}

// clip shortens what a message quotes.
func clip(value string) string {
	const most = 60
	if letters := []rune(value); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return value
}

func parseLine(row []string, at map[string]int, number int) (SettlementLine, error) {
	value := func(column string) string { return strings.TrimSpace(row[at[column]]) }
	wrong := func(key, column string) error {
		return refused(key, errs.Args{"Line": number, "Column": column, "Value": clip(value(column))})
	}
	line := SettlementLine{ID: value("id"), Type: LineType(value("type")), Ref: value("charge"), PaymentID: value("payment"), Batch: value("batch")}
	line.Processor = processorOf(line.Batch)
	switch {
	case !slices.Contains(lineTypes, line.Type):
		return line, wrong("proof.unknown_type", "type")
	case value("currency") != string(money.MAD):
		return line, wrong("proof.unknown_currency", "currency")
	case line.ID == "":
		return line, wrong("proof.value_missing", "id")
	case batchName.FindString(line.Batch) != line.Batch || line.Batch == "":
		return line, wrong("proof.bad_batch", "batch")
	}
	for column, into := range map[string]*money.Amount{"gross": &line.Gross, "fee": &line.Fee, "net": &line.Net} {
		amount, ok := parseAmount(value(column), money.MAD)
		if !ok {
			return line, wrong("proof.bad_amount", column)
		}
		*into = amount
	}
	var err error
	if line.At, err = time.Parse(time.RFC3339, value("created_at")); err != nil {
		return line, wrong("proof.bad_time", "created_at")
	}
	if net, err := line.Gross.Sub(line.Fee); err != nil || net != line.Net {
		return line, refused("proof.line_sum", errs.Args{"Line": number, "Gross": amountText(line.Gross), "Fee": amountText(line.Fee), "Net": amountText(line.Net)})
	}
	return line, nil
}

// addUp checks that the lines are one batch whose last line is what they add up to.
func addUp(lines []SettlementLine) error {
	if len(lines) == 0 {
		return refused("proof.file_empty", nil)
	}
	last := lines[len(lines)-1]
	if last.Type != PayoutLine {
		return refused("proof.no_payout_line", nil)
	}
	sum := money.Of(0, money.MAD)
	for _, line := range lines[:len(lines)-1] {
		if line.Type == PayoutLine || line.Batch != last.Batch {
			return refused("proof.several_batches", errs.Args{"Batch": last.Batch})
		}
		var err error
		if sum, err = sum.Add(line.Net); err != nil {
			return refused("proof.bad_sum", errs.Args{"Batch": last.Batch, "Sum": "∞", "Payout": amountText(last.Net)})
		}
	}
	if sum != last.Net {
		return refused("proof.bad_sum", errs.Args{"Batch": last.Batch, "Sum": amountText(sum), "Payout": amountText(last.Net)})
	}
	return nil
}

// parseAmount reads an amount with a point and at most as many decimals as its currency has.
func parseAmount(text string, currency money.Currency) (money.Amount, bool) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	decimals := currency.Digits()
	if whole == "" || len(fraction) > decimals {
		return money.Amount{}, false
	}
	var minor int64
	for _, c := range []byte(whole + fraction + strings.Repeat("0", decimals-len(fraction))) {
		if c < '0' || c > '9' || minor > (math.MaxInt64-9)/10 {
			return money.Amount{}, false
		}
		minor = minor*10 + int64(c-'0')
	}
	if negative {
		minor = -minor
	}
	return money.Of(minor, currency), true
}

// amountText is an amount as files have it: "-12.50".
func amountText(a money.Amount) string {
	return strings.TrimSuffix(a.String(), fmt.Sprintf(" %s", a.Currency))
}
