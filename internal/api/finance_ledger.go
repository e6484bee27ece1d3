package api

import (
	"context"
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
)

// FinanceTrial is a trial balance.
type FinanceTrial struct {
	Rows     []FinanceTrialRow `json:"rows"`
	Totals   []FinanceTrialRow `json:"totals" doc:"By currency; their account is empty"`
	Balanced bool              `json:"balanced"`
}

// FinanceTrialRow is an account of the trial balance.
type FinanceTrialRow struct {
	Account string `json:"account" example:"bank"`
	Debit   Money  `json:"debit"`
	Credit  Money  `json:"credit"`
}

// FinanceStatement is a part of an account's history.
type FinanceStatement struct {
	Opening    []Money       `json:"opening" doc:"Before the first line of this page, by currency"`
	Closing    []Money       `json:"closing" doc:"At the end of the period"`
	Items      []FinanceLine `json:"items" doc:"The earliest first"`
	NextCursor *string       `json:"next_cursor" doc:"Where the next page begins; null on the last one"`
}

// FinanceLine is what one transaction did to an account: debits are positive.
type FinanceLine struct {
	TransactionID string `json:"transaction_id"`
	Type          string `json:"type" example:"capture"`
	At            Time   `json:"at"`
	Subject       string `json:"subject" doc:"A booking, mostly"`
	Reference     string `json:"reference"`
	Amount        Money  `json:"amount"`
	Balance       Money  `json:"balance" doc:"What stood afterwards"`
}

// FinanceTransaction is what happened to money; its postings add up to zero in each currency.
type FinanceTransaction struct {
	ID        string           `json:"id"`
	Key       string           `json:"key" doc:"Business key: it posts once"`
	Type      string           `json:"type" example:"capture"`
	At        Time             `json:"at"`
	Subject   string           `json:"subject"`
	Reference string           `json:"reference"`
	Actor     string           `json:"actor" doc:"The account; empty: the house"`
	Note      string           `json:"note"`
	Reverses  string           `json:"reverses" doc:"The transaction that this one takes back; empty: none"`
	Postings  []FinancePosting `json:"postings"`
}

// FinancePosting is one line of a transaction: positive for a debit, negative for a credit.
type FinancePosting struct {
	Account     string `json:"account" example:"funds_held"`
	Provider    string `json:"provider,omitempty" doc:"Of provider_payable alone"`
	AmountMinor int64  `json:"amount_minor"`
	Currency    string `json:"currency"`
}

// FinancePayment is the money of one booking.
type FinancePayment struct {
	ID          string `json:"id"`
	BookingID   string `json:"booking_id"`
	ProviderID  string `json:"provider_id"`
	Method      string `json:"method" enum:"card,deposit,cash"`
	Status      string `json:"status" enum:"awaiting,authorised,capturing,captured,releasing,released,cash_due,cash_paid"`
	Price       Money  `json:"price"`
	Amount      Money  `json:"amount" doc:"By card"`
	Captured    Money  `json:"captured"`
	Fee         Money  `json:"fee"`
	Refunded    Money  `json:"refunded"`
	ChargedBack Money  `json:"charged_back"`
	Commission  Money  `json:"commission" doc:"Of the price, VAT included"`
	Processor   string `json:"processor"`
	Reference   string `json:"reference" doc:"The processor's name of the charge"`
	CapturedAt  *Time  `json:"captured_at" doc:"null: not yet"`
	CreatedAt   Time   `json:"created_at"`
}

// FinanceWebhook is what a processor told the house.
type FinanceWebhook struct {
	ID          string `json:"id"`
	Processor   string `json:"processor"`
	EventID     string `json:"event_id"`
	Type        string `json:"type"`
	PaymentID   string `json:"payment_id" doc:"Empty where it is about none"`
	Reference   string `json:"reference" doc:"Of the charge"`
	Status      string `json:"status" enum:"received,processed,ignored,unknown,failed"`
	Problem     string `json:"problem,omitempty"`
	ReceivedAt  Time   `json:"received_at"`
	ProcessedAt *Time  `json:"processed_at" doc:"null: not yet"`
}

// FinancePeriod is the days that are asked for.
type FinancePeriod struct {
	From string `query:"from" doc:"The first day; open where it is left out" example:"2026-11-01"`
	To   string `query:"to" doc:"The last day; open where it is left out" example:"2026-11-21"`
}

type (
	financeTrialInput struct {
		Day string `query:"day" doc:"At its end; now where it is left out" example:"2026-11-21"`
	}
	financeStatementInput struct {
		PageQuery
		FinancePeriod
		Account  string `path:"account" enum:"bank,processor_clearing,suspense,payout_clearing,chargebacks,funds_held,refunds,provider_payable,vat,commission,processor_fees,write_offs"`
		Provider string `query:"provider" doc:"Of provider_payable"`
	}
	financeTransactionsInput struct {
		PageQuery
		FinancePeriod
		Type      string `query:"type" doc:"Only those of the type" example:"capture"`
		Subject   string `query:"subject" doc:"Only those about it: a booking, mostly"`
		Reference string `query:"reference" doc:"Only those that others call so"`
		Account   string `query:"account" doc:"Only those that touch accounts of the kind"`
	}
	financePaymentsInput struct {
		PageQuery
		FinancePeriod
		Status string `query:"status" doc:"Only those in the state"`
		Method string `query:"method" doc:"Only those paid so"`
		Query  string `query:"q" doc:"Id of a payment or a booking, or the processor's name of a charge"`
	}
	financeWebhooksInput struct {
		PageQuery
		Status string `query:"status" doc:"Only those in the state"`
	}
)

func (a *api) addFinanceLedger() {
	op := operationsOf(tagFinance)
	add(a, forMe, op("get-finance-trial", http.MethodGet, "/finance/ledger/trial", "The trial balance", "By kind of account and currency.", 403, 422), a.financeTrial)
	add(a, forMe, op("get-finance-statement", http.MethodGet, "/finance/ledger/accounts/{account}", "An account's statement", "With the balance after each line.", 403, 422), a.financeStatement)
	add(a, forMe, op("list-finance-transactions", http.MethodGet, "/finance/ledger/transactions", "Transactions of the ledger", "The latest first.", 403, 422), a.financeTransactions)
	add(a, forMe, op("get-finance-transaction", http.MethodGet, "/finance/ledger/transactions/{id}", "A transaction of the ledger", "With its postings.", 403), a.financeTransaction)
	add(a, forMe, op("list-finance-payments", http.MethodGet, "/finance/payments", "Payments", "The latest first.", 403, 422), a.financePayments)
	add(a, forMe, op("list-finance-webhooks", http.MethodGet, "/finance/webhooks", "What processors told", "The latest first.", 403, 422), a.financeWebhooks)
	add(a, forMe, op("replay-finance-webhook", http.MethodPost, "/finance/webhooks/{id}/replay", "Process a webhook again", "What is known already stays as it is.", 409), a.replayFinanceWebhook)
}

// financier returns forbidden to everybody but those who watch over the money: the ledger itself shows anybody anything.
func (c *call) financier() error {
	return c.actor.RequireRole(account.Finance, account.Reviewer)
}

func (a *api) financeTrial(ctx context.Context, c *call, in *financeTrialInput) (*answer[FinanceTrial], error) {
	if err := c.financier(); err != nil {
		return nil, err
	}
	at, err := dayOf("day", in.Day, 1)
	if err != nil {
		return nil, err
	}
	trial, err := a.Ledger.Trial(ctx, at)
	if err != nil {
		return nil, err
	}
	return reply(FinanceTrial{Balanced: trial.Balanced(),
		Rows: listOf(trial.Rows, func(r ledger.TrialRow) FinanceTrialRow {
			return FinanceTrialRow{string(r.Kind), moneyOf(r.Debit), moneyOf(r.Credit)}
		}).Items,
		Totals: listOf(trial.Totals, func(t ledger.TrialTotal) FinanceTrialRow {
			return FinanceTrialRow{Debit: moneyOf(t.Debit), Credit: moneyOf(t.Credit)}
		}).Items}), nil
}

func (a *api) financeStatement(ctx context.Context, c *call, in *financeStatementInput) (*answer[FinanceStatement], error) {
	if err := c.financier(); err != nil {
		return nil, err
	}
	of, err := financeAccountOf(in.Account, in.Provider)
	if err != nil {
		return nil, err
	}
	from, to, err := in.FinancePeriod.moments()
	if err != nil {
		return nil, err
	}
	s, err := a.Ledger.Statement(ctx, of, from, to, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return reply(FinanceStatement{Opening: listOf(s.Opening, moneyOf).Items, Closing: listOf(s.Closing, moneyOf).Items, NextCursor: cursorOrNull(s.NextCursor),
		Items: listOf(s.Lines, func(l ledger.Line) FinanceLine {
			return FinanceLine{TransactionID: l.TransactionID, Type: l.Type, At: timeOf(l.At), Subject: l.Subject, Reference: l.Reference, Amount: moneyOf(l.Amount), Balance: moneyOf(l.Balance)}
		}).Items}), nil
}

func (a *api) financeTransactions(ctx context.Context, c *call, in *financeTransactionsInput) (*answer[List[FinanceTransaction]], error) {
	if err := c.financier(); err != nil {
		return nil, err
	}
	from, to, err := in.FinancePeriod.moments()
	if err != nil {
		return nil, err
	}
	page, err := a.Ledger.Find(ctx, ledger.Filter{Type: in.Type, Subject: in.Subject, Reference: in.Reference, Kind: ledger.Kind(in.Account), From: from, To: to, Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, financeTransactionOf)), nil
}

func (a *api) financeTransaction(ctx context.Context, c *call, in *idInput) (*answer[FinanceTransaction], error) {
	if err := c.financier(); err != nil {
		return nil, err
	}
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	found, err := a.Ledger.Transaction(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(financeTransactionOf(found)), nil
}

func financeTransactionOf(t ledger.Transaction) FinanceTransaction {
	return FinanceTransaction{ID: t.ID, Key: t.Key, Type: t.Type, At: timeOf(t.At), Subject: t.Subject, Reference: t.Reference, Actor: t.Actor, Note: t.Note, Reverses: t.Reverses,
		Postings: financePostingsOf(t.Postings)}
}

func (a *api) financePayments(ctx context.Context, c *call, in *financePaymentsInput) (*answer[List[FinancePayment]], error) {
	from, to, err := in.FinancePeriod.moments()
	if err != nil {
		return nil, err
	}
	page, err := a.Payments.Payments(ctx, c.actor, payment.Filter{Status: payment.Status(in.Status), Method: payment.Method(in.Method), Text: in.Query, From: from, To: to, Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, func(p payment.Payment) FinancePayment {
		return FinancePayment{ID: p.ID, BookingID: p.BookingID, ProviderID: p.ProviderID, Method: string(p.Method), Status: string(p.Status), Price: moneyOf(p.Price), Amount: moneyOf(p.Amount),
			Captured: moneyOf(p.Captured), Fee: moneyOf(p.Fee), Refunded: moneyOf(p.Refunded), ChargedBack: moneyOf(p.ChargedBack), Commission: moneyOf(p.Commission), Processor: p.Processor,
			Reference: p.Ref, CapturedAt: timeOrNull(p.CapturedAt), CreatedAt: timeOf(p.CreatedAt)}
	})), nil
}

func (a *api) financeWebhooks(ctx context.Context, c *call, in *financeWebhooksInput) (*answer[List[FinanceWebhook]], error) {
	page, err := a.Payments.Webhooks(ctx, c.actor, payment.WebhookFilter{Status: payment.WebhookStatus(in.Status), Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, func(w payment.Webhook) FinanceWebhook {
		return FinanceWebhook{ID: w.ID, Processor: w.Processor, EventID: w.EventID, Type: w.Type, PaymentID: w.PaymentID, Reference: w.Ref, Status: string(w.Status), Problem: w.Problem,
			ReceivedAt: timeOf(w.ReceivedAt), ProcessedAt: timeOrNull(w.ProcessedAt)}
	})), nil
}

func (a *api) replayFinanceWebhook(ctx context.Context, c *call, in *idInput) (*struct{}, error) {
	return nil, a.Payments.Replay(ctx, c.actor, in.ID)
}
