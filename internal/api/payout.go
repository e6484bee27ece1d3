package api

import (
	"context"
	"mime"
	"net/http"
	"time"

	"khadamat/internal/finance/payout"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"

	"github.com/danielgtaylor/huma/v2"
)

// Earnings are what a provider has to know about their money.
type Earnings struct {
	Payable    Money          `json:"payable" doc:"What the house owes; negative where the provider owes commission for cash jobs"`
	Disputed   Money          `json:"disputed" doc:"Held back of it until somebody has decided"`
	UnderWay   Money          `json:"under_way" doc:"Prepared, and not with the bank yet"`
	NextPayout NextPayout     `json:"next_payout"`
	Account    *BankAccount   `json:"bank_account" doc:"Where it goes; null where none was given"`
	Held       []HeldBooking  `json:"held" doc:"The bookings that are disputed"`
	Weeks      []EarningsWeek `json:"weeks" doc:"Twelve, the oldest first"`
}

// NextPayout is what is paid next, as things stand.
type NextPayout struct {
	At     Time   `json:"at"`
	Amount Money  `json:"amount"`
	Hold   string `json:"hold,omitempty" enum:"nothing_earned,no_bank_account,sent_back,below_minimum" doc:"Why nothing would be paid; left out where something would"`
}

// BankAccount is where a provider is paid.
type BankAccount struct {
	Holder     string `json:"holder" example:"Youssef El Amrani"`
	MaskedIBAN string `json:"masked_iban" example:"MA•• •••• 0145"`
	CreatedAt  Time   `json:"created_at"`
}

// BankAccountRequest says where a provider wants to be paid.
type BankAccountRequest struct {
	Holder   string `json:"holder" example:"Youssef El Amrani"`
	IBAN     string `json:"iban" doc:"Spaces do not count" example:"MA85 2307 8037 8000 0378 0000 0145"`
	Password string `json:"password" doc:"Your own"`
}

// HeldBooking is a booking whose money is held back.
type HeldBooking struct {
	BookingID  string `json:"booking_id"`
	Chargeback bool   `json:"chargeback" doc:"The customer's bank took it back; else there is a dispute"`
	Amount     Money  `json:"amount"`
}

// EarningsWeek is what was earned in a week, less what was given back.
type EarningsWeek struct {
	Monday string `json:"monday" format:"date" example:"2026-06-01"`
	Earned Money  `json:"earned"`
}

// Movement is one thing that changed what a provider is owed.
type Movement struct {
	ID         string `json:"id"`
	At         Time   `json:"at"`
	Kind       string `json:"kind" enum:"earning,cash,refund,chargeback,payout,returned,correction"`
	BookingID  string `json:"booking_id,omitempty"`
	Title      string `json:"title,omitempty" doc:"Of the booking, in the reader's language"`
	Price      Money  `json:"price"`
	Commission Money  `json:"commission" doc:"VAT included"`
	VAT        Money  `json:"vat"`
	AtTheDoor  Money  `json:"at_the_door" doc:"What the customer gave in cash"`
	Amount     Money  `json:"amount" doc:"Negative: less is owed"`
	Reference  string `json:"reference,omitempty" doc:"Of a payout, as the bank knows it"`
}

// Payout is what a provider got, or is about to get.
type Payout struct {
	ID         string `json:"id"`
	Amount     Money  `json:"amount"`
	EndToEndID string `json:"end_to_end_id" example:"KHP-2026-W46-00012"`
	MaskedIBAN string `json:"masked_iban" example:"MA•• •••• 0145"`
	Status     string `json:"status" enum:"prepared,sent,paid,returned,dropped"`
	PreparedAt Time   `json:"prepared_at"`
	SentAt     *Time  `json:"sent_at"`
	SettledAt  *Time  `json:"settled_at" doc:"When it was paid, returned or dropped; null before"`
}

type (
	bankAccountInput struct{ Body BankAccountRequest }
	statementInput   struct {
		From string `query:"from" format:"date" required:"true" doc:"The first day" example:"2026-06-01"`
		To   string `query:"to" format:"date" required:"true" doc:"The last day" example:"2026-06-30"`
	}
	invoiceInput struct {
		Month string `path:"month" example:"2026-06"`
	}
	paperAnswer struct {
		ContentType string `header:"Content-Type" hidden:"true"`
		Disposition string `header:"Content-Disposition" hidden:"true"`
		Body        []byte
	}
)

func (a *api) addPayouts() {
	op := operationsOf(tagProvider)
	add(a, forMe, op("get-earnings", http.MethodGet, "/provider/earnings", "Your earnings", "What is owed, what is held back and why, and what is paid next.", 404), a.earnings)
	add(a, forMe, op("list-movements", http.MethodGet, "/provider/movements", "What changed what you are owed", "Jobs, refunds and payouts, the newest first.", 404, 422), a.movements)
	add(a, forMe, op("list-payouts", http.MethodGet, "/provider/payouts", "Your payouts", "The newest first.", 404, 422), a.payouts)
	add(a, forMe, op("set-bank-account", http.MethodPut, "/provider/bank-account", "Say where you are paid", "With your password, and not through a token. You are told by mail.", 404), a.setBankAccount)
	add(a, forMe, asPaper(op("get-statement", http.MethodGet, "/provider/statement", "Your statement", "As PDF, in the reader's language.", 404, 422)), a.statement)
	add(a, forMe, asPaper(op("get-invoice", http.MethodGet, "/provider/invoices/{month}", "The invoice for the commission of a month", "As PDF, in the reader's language. The month is over.", 409)), a.invoice)
}

// asPaper says that the answer is a document.
func asPaper(operation huma.Operation) huma.Operation {
	operation.Responses = map[string]*huma.Response{"200": {Description: "The document", Content: map[string]*huma.MediaType{
		"application/pdf": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	return operation
}

func (a *api) earnings(ctx context.Context, c *call, _ *struct{}) (*answer[Earnings], error) {
	e, err := a.Payouts.Earnings(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	wire := Earnings{
		Payable: moneyOf(e.Payable), Disputed: moneyOf(e.Disputed), UnderWay: moneyOf(e.UnderWay),
		NextPayout: NextPayout{At: timeOf(e.Next), Amount: moneyOf(e.NextAmount), Hold: string(e.Hold)},
		Held: listOf(e.Contested, func(h payout.Contest) HeldBooking {
			return HeldBooking{BookingID: h.BookingID, Chargeback: h.ByBank, Amount: moneyOf(h.Amount)}
		}).Items,
		Weeks: listOf(e.WeekEarned, func(w payout.WeekEarned) EarningsWeek {
			return EarningsWeek{Monday: schedule.DateOf(w.Monday, payoutZone()).String(), Earned: moneyOf(w.Amount)}
		}).Items,
	}
	if e.HasAccount {
		account := bankAccountOf(e.Account)
		wire.Account = &account
	}
	return reply(wire), nil
}

func bankAccountOf(a payout.BankAccount) BankAccount {
	return BankAccount{Holder: a.Holder, MaskedIBAN: a.Masked(), CreatedAt: timeOf(a.CreatedAt)}
}

// payoutZone is the clock that weeks and days of payouts are counted on.
func payoutZone() *time.Location {
	zone, err := schedule.Location(payout.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

func (a *api) movements(ctx context.Context, c *call, in *PageQuery) (*answer[List[Movement]], error) {
	page, err := a.Payouts.Entries(ctx, c.actor, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, func(e payout.Entry) Movement {
		return Movement{
			ID: e.ID, At: timeOf(e.At), Kind: string(e.Kind), BookingID: e.BookingID, Title: e.Title.In(string(c.language)), Price: moneyOf(e.Price), Commission: moneyOf(e.Commission),
			VAT: moneyOf(e.VAT), AtTheDoor: moneyOf(e.AtTheDoor), Amount: moneyOf(e.Amount), Reference: e.Reference,
		}
	})), nil
}

func (a *api) payouts(ctx context.Context, c *call, in *PageQuery) (*answer[List[Payout]], error) {
	page, err := a.Payouts.Mine(ctx, c.actor, payout.Filter{Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, func(p payout.Payout) Payout {
		return Payout{ID: p.ID, Amount: moneyOf(p.Amount), EndToEndID: p.EndToEndID, MaskedIBAN: payout.MaskIBAN(p.IBAN), Status: string(p.Status), PreparedAt: timeOf(p.At),
			SentAt: timeOrNull(p.SentAt), SettledAt: timeOrNull(p.SettledAt)}
	})), nil
}

func (a *api) setBankAccount(ctx context.Context, c *call, in *bankAccountInput) (*answer[BankAccount], error) {
	set, err := a.Payouts.SetBankAccount(ctx, c.actor, payout.BankAccountInput{Holder: in.Body.Holder, IBAN: in.Body.IBAN, Password: in.Body.Password})
	if err != nil {
		return nil, err
	}
	return reply(bankAccountOf(set)), nil
}

func (a *api) statement(ctx context.Context, c *call, in *statementInput) (*paperAnswer, error) {
	var fields errs.Fields
	day := func(name, value string) schedule.Date {
		date, err := schedule.ParseDate(value)
		fields.Check(err == nil, name, "payout.day")
		return date
	}
	from, to := day("from", in.From), day("to", in.To)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return paperOf(a.Payouts.StatementPaper(ctx, c.actor, from.In(payoutZone()).UTC(), to.AddDays(1).In(payoutZone()).UTC(), c.language))
}

func (a *api) invoice(ctx context.Context, c *call, in *invoiceInput) (*paperAnswer, error) {
	month, ok := payout.ParseMonth(in.Month)
	if !ok {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return paperOf(a.Payouts.InvoicePaper(ctx, c.actor, month, c.language))
}

func paperOf(paper payout.Paper, err error) (*paperAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &paperAnswer{ContentType: "application/pdf", Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": paper.Name}), Body: paper.Content}, nil
}
