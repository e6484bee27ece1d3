package proof

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payout"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon"
	"khadamat/internal/recon/source"
	"khadamat/internal/recon/source/open"
	"khadamat/internal/recon/source/statement"
)

// statementColumns are those of a statement in CSV, in any order: days as 2006-01-02, amounts with a point, credits positive, and the balance after
// each line.
var statementColumns = []string{"account", "date", "amount", "currency", "balance", "reference", "description"}

// TakeStatement takes in a statement of the house's bank account, camt.053, MT940, or CSV with the columns account, date, amount, currency, balance,
// reference and description, and books its lines. It returns invalid with the field file, in words of the language where the file cannot be read:
// for a file of another account, for balances that its lines do not lead from and to, and where it overlaps with the statement before or leaves a
// gap after it; conflict where it was taken in before. Nothing is kept, and nothing booked, of a file that is refused.
func (s *Service) TakeStatement(ctx context.Context, actor account.Actor, name string, file io.Reader, language i18n.Language) (Taken, error) {
	if err := mayWork(actor); err != nil {
		return Taken{}, err
	}
	content, err := readFile(file)
	if err != nil {
		return Taken{}, err
	}
	taken, lines, err := readStatement(content, language)
	if err != nil {
		return Taken{}, err
	}
	if taken.AccountID != s.config.IBAN {
		return Taken{}, refused("proof.other_account", errs.Args{"Account": clip(taken.AccountID), "Own": s.config.IBAN})
	}
	taken.Name = name
	return s.take(ctx, actor.ID, taken, content, func(tx *db.Tx, taken *Taken) error {
		if err := follows(ctx, tx, taken); err != nil {
			return err
		}
		if err := insertStatement(ctx, tx, *taken, lines); err != nil {
			return err
		}
		for i := range lines {
			if err := s.book(ctx, tx, lines[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// book posts a bank line. A payout that cannot be what the line says is left for somebody to find out.
func (s *Service) book(ctx context.Context, tx *db.Tx, line BankLine) error {
	if name := line.Payout(); name != "" && line.Amount.Minor < 0 {
		_, paid, err := s.config.Payouts.Paid(ctx, tx, name, payout.BankLine{Reference: line.ID, Amount: line.Amount})
		if code := errs.CodeOf(err); err != nil && code != errs.NotFound && code != errs.Conflict {
			return err
		}
		if paid {
			return nil
		}
	}
	_, err := ledger.Post(ctx, tx, TransactionOf(line, nil))
	return err
}

// follows checks that a statement begins where the one before has ended.
func follows(ctx context.Context, tx *db.Tx, taken *Taken) error {
	before, known, err := lastStatement(ctx, tx, taken.AccountID)
	if err != nil || !known {
		return err
	}
	args := errs.Args{"Before": before.Name, "Through": before.To.Format(time.DateOnly), "From": taken.From.Format(time.DateOnly),
		"Closing": amountText(before.Closing), "Opening": amountText(taken.Opening)}
	switch {
	case taken.From.Before(before.To), taken.From.Equal(before.To) && taken.Opening != before.Closing:
		return refused("proof.statement_overlaps", args)
	case taken.Opening != before.Closing:
		return refused("proof.statement_gap", args)
	}
	return nil
}

// readStatement reads a statement whose balances its lines lead from and to.
func readStatement(content []byte, language i18n.Language) (Taken, []BankLine, error) {
	format, err := open.Detect(content[:min(len(content), 64<<10)])
	if err != nil {
		return Taken{}, nil, unreadable(err, language)
	}
	var from source.Source
	switch format {
	case source.CSV:
		from, err = source.OpenCSV(bytes.NewReader(content), source.Options{})
	case source.Camt053, source.MT940:
		from, err = statement.Open(bytes.NewReader(content), format)
	default:
		return Taken{}, nil, refused("proof.not_a_statement", errs.Args{"Format": string(format)})
	}
	if err != nil {
		return Taken{}, nil, unreadable(err, language)
	}
	r, err := newStatementReader(from, format == source.CSV)
	if err != nil {
		return Taken{}, nil, err
	}
	if err := r.read(from); err != nil {
		return Taken{}, nil, unreadable(err, language)
	}
	if format != source.CSV {
		if err := r.bounds(statement.BalancesOf(from)); err != nil {
			return Taken{}, nil, err
		}
	}
	return r.finish()
}

// unreadable says in the reader's words what is wrong with a file.
func unreadable(err error, language i18n.Language) error {
	if _, ours := errors.AsType[*errs.Error](err); ours {
		return err
	}
	if _, broken := errors.AsType[*source.Problem](err); !broken {
		return err
	}
	return refused("proof.unreadable", errs.Args{"Problem": recon.Explain(language, err)})
}

// statementReader makes bank lines of the rows of a statement.
type statementReader struct {
	at       map[string]int // column
	balances bool           // each row has one
	taken    Taken
	lines    []BankLine
}

func newStatementReader(from source.Source, balances bool) (*statementReader, error) {
	r := &statementReader{at: map[string]int{}, balances: balances, taken: Taken{Kind: StatementFile}}
	for i, column := range from.Description().Header {
		r.at[strings.ToLower(strings.TrimSpace(column))] = i
	}
	for _, name := range statementColumns {
		if _, there := r.at[name]; !there && (balances || name != "balance") {
			return nil, refused("proof.missing_column", errs.Args{"Column": name, "Columns": strings.Join(statementColumns, ", ")})
		}
	}
	return r, nil
}

func (r *statementReader) read(from source.Source) error {
	for {
		row, err := from.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := r.row(row); err != nil {
			return err
		}
	}
}

func (r *statementReader) row(row source.Row) error {
	value := func(column string) string {
		if at, there := r.at[column]; there && at < len(row.Values) {
			return strings.TrimSpace(string(row.Values[at]))
		}
		return ""
	}
	wrong := func(key, column string) error {
		return refused(key, errs.Args{"Line": row.Line, "Column": column, "Value": clip(value(column))})
	}
	line := BankLine{AccountID: ibanOf(value("account")), Reference: value("reference"), Text: value("description")}
	if who := value("counterparty"); who != "" {
		line.Text = strings.TrimSpace(who + " " + line.Text)
	}
	if value("currency") != string(money.MAD) {
		return wrong("proof.unknown_currency", "currency")
	}
	var ok bool
	if line.Amount, ok = parseAmount(value("amount"), money.MAD); !ok {
		return wrong("proof.bad_amount", "amount")
	}
	var err error
	if line.BookedOn, err = time.Parse(time.DateOnly, value("date")); err != nil {
		return wrong("proof.bad_time", "date")
	}
	if r.taken.AccountID != "" && r.taken.AccountID != line.AccountID {
		return refused("proof.several_accounts", errs.Args{"Line": row.Line, "Account": clip(line.AccountID)})
	}
	r.taken.AccountID, r.taken.Reference = line.AccountID, value("statement")
	line.ReturnCode = line.returnCode()
	r.lines = append(r.lines, line)
	if r.balances {
		return r.balance(value("balance"), line, wrong)
	}
	return nil
}

// balance checks the balance after a line of CSV.
func (r *statementReader) balance(text string, line BankLine, wrong func(key, column string) error) error {
	after, ok := parseAmount(text, money.MAD)
	if !ok {
		return wrong("proof.bad_amount", "balance")
	}
	before, err := after.Sub(line.Amount)
	if err != nil {
		return wrong("proof.bad_amount", "balance")
	}
	if len(r.lines) == 1 {
		r.taken.Opening = before
	} else if before != r.taken.Closing {
		return wrong("proof.bad_balance", "balance")
	}
	r.taken.Closing = after
	return nil
}

// ibanOf is an account as it is compared: without spaces, and without the currency that MT940 puts behind it.
func ibanOf(account string) string {
	account = strings.ToUpper(strings.ReplaceAll(account, " ", ""))
	return strings.TrimSuffix(account, string(money.MAD))
}

// bounds takes the balances of a file's statements, each of which begins where the one before has ended.
func (r *statementReader) bounds(all []statement.Balances) error {
	if len(all) == 0 {
		return refused("proof.no_balances", nil)
	}
	for i, b := range all {
		if i > 0 && b.Opening != all[i-1].Closing {
			return refused("proof.statement_gap", errs.Args{"Before": all[i-1].Number, "Through": all[i-1].Through.Format(time.DateOnly), "From": b.From.Format(time.DateOnly),
				"Closing": amountText(all[i-1].Closing), "Opening": amountText(b.Opening)})
		}
		if b.Opening.Currency != money.MAD {
			return refused("proof.unknown_currency", errs.Args{"Line": 1, "Column": "currency", "Value": string(b.Opening.Currency)})
		}
		if account := ibanOf(b.Account); r.taken.AccountID != "" && r.taken.AccountID != account {
			return refused("proof.several_accounts", errs.Args{"Line": 1, "Account": clip(b.Account)})
		}
		r.taken.AccountID = ibanOf(b.Account)
	}
	last := all[len(all)-1]
	r.taken.Opening, r.taken.Closing, r.taken.Reference = all[0].Opening, last.Closing, last.Number
	r.taken.From, r.taken.To = all[0].From, last.Through
	return nil
}

// finish names the lines and adds them up.
func (r *statementReader) finish() (Taken, []BankLine, error) {
	t := &r.taken
	if len(r.lines) == 0 && t.To.IsZero() {
		return Taken{}, nil, refused("proof.file_empty", nil)
	}
	t.Total = money.Of(0, money.MAD)
	for _, line := range r.lines {
		t.Total.Minor += line.Amount.Minor // the balances say that it fits
	}
	if len(r.lines) > 0 {
		byDay := func(a, b BankLine) int { return a.BookedOn.Compare(b.BookedOn) }
		if first := slices.MinFunc(r.lines, byDay).BookedOn; t.From.IsZero() || first.Before(t.From) {
			t.From = first
		}
		if last := slices.MaxFunc(r.lines, byDay).BookedOn; last.After(t.To) {
			t.To = last
		}
	}
	t.Lines = len(r.lines)
	for i := range r.lines {
		r.lines[i].ID = LineID(t.To, t.Reference, i+1)
	}
	return *t, r.lines, nil
}
