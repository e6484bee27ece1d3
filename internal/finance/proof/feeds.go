package proof

import (
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payout"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/workspace"
)

// ProjectKey is how 378 knows the project of the proof.
const ProjectKey = "settlement"

//go:embed settlement.yaml
var ruleset string

// project is the proof as a project of 378.
func (s *Service) project() workspace.BuiltIn {
	codes := make([]string, len(WayIDs))
	for i, way := range WayIDs {
		codes[i] = string(way)
	}
	return workspace.BuiltIn{
		Key: ProjectKey, Name: "Settlement", Rules: ruleset, RunDailyAt: "02:30", ReasonCodes: codes, Settler: s,
		Sources: []workspace.FedSource{
			{Name: string(LedgerSide), Feed: ledgerFeed{s}}, {Name: string(SettlementSide), Feed: settlementFeed{s}},
			{Name: string(BankSide), Feed: bankFeed{s}}, {Name: string(PayoutsSide), Feed: payoutsFeed{s}},
		},
	}
}

// The types of rows beside those of settlement lines.
const (
	openingRow = "opening" // of nothing: the books begin
	payoutRow  = "payout"
	batchRow   = "settlement" // a credit of the bank that names a batch
	returnRow  = "return"     // a credit of the bank that names a payout
	otherRow   = "other"
)

// portion is how many records a feed reads at once.
const portion = 10_000

// table writes the rows of a feed, the header with the first one.
type table struct {
	out     *csv.Writer
	columns []string
	begun   bool
}

func newTable(w io.Writer, columns ...string) *table {
	return &table{out: csv.NewWriter(w), columns: columns}
}

func (t *table) row(values ...string) error {
	if !t.begun {
		t.begun = true
		if err := t.out.Write(t.columns); err != nil {
			return err
		}
	}
	return t.out.Write(values)
}

// end writes what is left to write.
func (t *table) end() error {
	t.out.Flush()
	return t.out.Error()
}

// parseMark reads a mark that is a number; at the beginning it is 0.
func parseMark(mark string) (int64, error) {
	if mark == "" {
		return 0, nil
	}
	return strconv.ParseInt(mark, 10, 64)
}

// began is the day of opening rows.
const began = "2000-01-01"

// lineTypeOf is how settlement files call what a transaction of the ledger does.
func lineTypeOf(transactionType string) string {
	switch transactionType {
	case "refunded":
		return string(RefundLine)
	case "chargeback_won", "refund_failed":
		return string(Adjustment)
	case payout.SentType:
		return payoutRow
	}
	return transactionType
}

// ledgerFeed is what the ledger says that processors owe and have paid, and what was sent to providers. Its mark is a place in the ledger's chain.
type ledgerFeed struct{ *Service }

func (f ledgerFeed) Read(ctx context.Context, mark string, w io.Writer) (string, error) {
	after, err := parseMark(mark)
	if err != nil {
		return "", err
	}
	out := newTable(w, "id", "date", "type", "payment", "reference", "booking", "gross", "fee", "amount", "currency")
	if mark == "" {
		if err := out.row(openingRow, began, openingRow, "", openingRow, "", "0.00", "0.00", "0.00", string(money.MAD)); err != nil {
			return "", err
		}
	}
	payments := &paymentsOf{book: f.config.Book, known: map[string]string{}}
	for {
		sealed, err := f.config.Book.Since(ctx, []ledger.Kind{ledger.ProcessorClearing, ledger.PayoutClearing}, after, portion)
		if err != nil {
			return "", err
		}
		for i := range sealed {
			if err := f.row(ctx, out, payments, &sealed[i].Transaction); err != nil {
				return "", err
			}
			after = sealed[i].Seq
		}
		if len(sealed) < portion {
			return strconv.FormatInt(after, 10), out.end()
		}
	}
}

// row writes a transaction, unless it is one that the proof itself has made.
func (f ledgerFeed) row(ctx context.Context, out *table, payments *paymentsOf, t *ledger.Transaction) error {
	kind, _, _ := strings.Cut(t.Key, ":")
	account := ledger.ProcessorClearing
	switch {
	case t.Type == SettlementType, t.Type == payout.PaidType, kind == caseKey:
		return nil
	case t.Type == payout.SentType:
		account = ledger.PayoutClearing
	}
	net, fee := sumOf(t, account), sumOf(t, ledger.ProcessorFees)
	gross, err := net.Add(fee)
	if err != nil || net.IsZero() {
		return err
	}
	payment, err := payments.of(ctx, t)
	if err != nil {
		return err
	}
	booking := t.Subject
	if t.Type == payout.SentType {
		booking = ""
	}
	return out.row(t.Key, dayOf(t.At).Format(time.DateOnly), lineTypeOf(t.Type), payment, t.Reference, booking, amountText(gross), amountText(fee), amountText(net), string(net.Currency))
}

// sumOf is what a transaction does to a kind of accounts in the house's currency. What the ledger took in cannot overflow.
func sumOf(t *ledger.Transaction, kind ledger.Kind) money.Amount {
	sum := money.Of(0, money.MAD)
	for _, p := range t.Postings {
		if p.Account.Kind == kind && p.Currency == money.MAD {
			sum.Minor += p.Minor
		}
	}
	return sum
}

// paymentsOf knows which payment a booking has, by its capture, which comes before all else that happens to it at the processor.
type paymentsOf struct {
	book  *ledger.Book
	known map[string]string // by booking
}

const captureType = "capture"

func (p *paymentsOf) of(ctx context.Context, t *ledger.Transaction) (string, error) {
	if payment, ok := strings.CutPrefix(t.Key, captureType+":"); ok {
		p.known[t.Subject] = payment
		return payment, nil
	}
	if t.Type == payout.SentType || t.Subject == "" {
		return "", nil
	}
	if payment, ok := p.known[t.Subject]; ok {
		return payment, nil
	}
	found, err := p.book.Find(ctx, ledger.Filter{Type: captureType, Subject: t.Subject, Limit: 1})
	if err != nil {
		return "", err
	}
	for _, capture := range found.Items {
		p.known[t.Subject] = strings.TrimPrefix(capture.Key, captureType+":")
	}
	return p.known[t.Subject], nil
}

// settlementFeed are the lines of settlement files. Its mark is the number of a line.
type settlementFeed struct{ *Service }

func (f settlementFeed) Read(ctx context.Context, mark string, w io.Writer) (string, error) {
	after, err := parseMark(mark)
	if err != nil {
		return "", err
	}
	out := newTable(w, "id", "date", "type", "payment", "reference", "batch", "gross", "fee", "amount", "currency")
	if mark == "" {
		if err := out.row(openingRow, began, openingRow, "", openingRow, "", "0.00", "0.00", "0.00", string(money.MAD)); err != nil {
			return "", err
		}
	}
	for {
		lines, err := settlementAfter(ctx, f.config.DB, after, portion)
		if err != nil {
			return "", err
		}
		for i := range lines {
			after = lines[i].seq
			l := &lines[i].line
			reference := l.Ref
			if l.Type == PayoutLine {
				reference = l.Batch
			}
			if err := out.row(lines[i].id, l.day().Format(time.DateOnly), string(l.Type), l.PaymentID, reference, l.Batch, amountText(l.Gross), amountText(l.Fee), amountText(l.Net),
				string(l.Net.Currency)); err != nil {
				return "", err
			}
		}
		if len(lines) < portion {
			return strconv.FormatInt(after, 10), out.end()
		}
	}
}

// settlementID is how the reconciliation knows the nth line of a batch.
func settlementID(l SettlementLine, n int) string {
	if l.Type == PayoutLine {
		return l.Batch + "/" + payoutRow
	}
	return fmt.Sprintf("%s/%05d", l.Batch, n)
}

// day is the day on the wall of a line. What is sent to the bank when a day is over is of that day.
func (l *SettlementLine) day() time.Time {
	if l.Type == PayoutLine {
		return dayOf(l.At.Add(-time.Second))
	}
	return dayOf(l.At)
}

// bankFeed are the lines of statements. Its mark is the number of a line.
type bankFeed struct{ *Service }

func (f bankFeed) Read(ctx context.Context, mark string, w io.Writer) (string, error) {
	after, err := parseMark(mark)
	if err != nil {
		return "", err
	}
	out := newTable(w, "id", "date", "type", "reference", "text", "return_code", "amount", "currency")
	if mark == "" {
		if err := out.row(openingRow, began, openingRow, openingRow, "", "", "0.00", string(money.MAD)); err != nil {
			return "", err
		}
	}
	for {
		lines, err := bankAfter(ctx, f.config.DB, after, portion)
		if err != nil {
			return "", err
		}
		for i := range lines {
			after = lines[i].seq
			l := &lines[i].line
			kind, reference := l.kind()
			if err := out.row(l.ID, l.BookedOn.Format(time.DateOnly), kind, reference, l.Text, l.ReturnCode, amountText(l.Amount), string(l.Amount.Currency)); err != nil {
				return "", err
			}
		}
		if len(lines) < portion {
			return strconv.FormatInt(after, 10), out.end()
		}
	}
}

// kind says what a bank line is, and by what its partner would know it.
func (l *BankLine) kind() (kind, reference string) {
	received := l.Amount.Minor > 0
	if name := l.Payout(); name != "" {
		if received {
			return returnRow, name
		}
		return payoutRow, name
	}
	if batch := l.Batch(); batch != "" && received {
		return batchRow, batch
	}
	return otherRow, l.Reference
}

// payoutsFeed are the transfers that were given to the bank. Its mark is when the last of them was sent, in microseconds, and its id.
type payoutsFeed struct{ *Service }

// rereading is how far a feed goes back behind its mark, for what was sent by a clock that was behind. Rows that come again count once.
const rereading = time.Hour

func (f payoutsFeed) Read(ctx context.Context, mark string, w io.Writer) (string, error) {
	text, _, _ := strings.Cut(mark, " ")
	micros, err := parseMark(text)
	if err != nil {
		return "", err
	}
	out := newTable(w, "id", "date", "type", "reference", "holder", "amount", "currency")
	if mark == "" {
		if err := out.row(openingRow, began, openingRow, openingRow, "", "0.00", string(money.MAD)); err != nil {
			return "", err
		}
	}
	var at time.Time
	id := ""
	if micros > 0 {
		at = time.UnixMicro(micros).Add(-rereading)
	}
	var all []payout.Payout
	for {
		some, err := f.config.Payouts.SentAfter(ctx, at, id, portion)
		if err != nil {
			return "", err
		}
		all = append(all, some...)
		if len(some) < portion {
			break
		}
		at, id = some[len(some)-1].SentAt, some[len(some)-1].ID
	}
	next := mark
	if next == "" {
		next = "0 "
	}
	if n := len(all); n > 0 {
		next = strconv.FormatInt(all[n-1].SentAt.UnixMicro(), 10) + " " + all[n-1].ID
	}
	if next == mark {
		return next, nil
	}
	for _, p := range all {
		if err := out.row(p.EndToEndID, dayOf(p.SentAt).Format(time.DateOnly), payoutRow, p.EndToEndID, p.Holder, "-"+amountText(p.Amount), string(p.Amount.Currency)); err != nil {
			return "", err
		}
	}
	return next, out.end()
}

// fetch takes in the processor's files of the last days that are there and were not taken in yet.
func (s *Service) fetch(ctx context.Context) error {
	if s.config.Settlements == nil {
		return nil
	}
	today := dayOf(s.config.Clock.Now())
	for back := fetchedDays; back >= 1; back-- {
		day := today.AddDate(0, 0, -back).Format(time.DateOnly)
		if _, done := s.fetched.Load(day); done {
			continue
		}
		content, name, err := s.config.Settlements.Settlement(ctx, day)
		switch errs.CodeOf(err) {
		case "":
			if _, err := s.takeSettlement(ctx, "", name, content); err != nil && errs.CodeOf(err) != errs.Conflict {
				return fmt.Errorf("take in %s: %w", name, err)
			}
		case errs.NotFound: // nothing moved, and the day is over
		case errs.Unavailable:
			continue
		default:
			return err
		}
		s.fetched.Store(day, true)
	}
	return nil
}

// fetchedDays is how far back the processor's files are looked for.
const fetchedDays = 7
