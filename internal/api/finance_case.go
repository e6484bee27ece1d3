package api

import (
	"context"
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/proof"
)

// FinanceCase is something that does not agree with the outside world, or did not until it was settled.
type FinanceCase struct {
	ID        string  `json:"id"`
	ProjectID string  `json:"project_id" doc:"Of 378: the case is an item there, with the same id"`
	Kind      string  `json:"kind" enum:"missing_settlement,doubled_capture,wrong_fee,chargeback_without_notice,bank_difference,payout_returned,unknown_bank_line,other"`
	State     string  `json:"state" enum:"open,waiting,settled" doc:"waiting: for a second person"`
	Amount    Money   `json:"amount" doc:"By how much the books say more than the outside world"`
	Reference string  `json:"reference" doc:"The charge's, the batch's, the payout's or the bank's"`
	PaymentID string  `json:"payment_id" doc:"Empty where there is none"`
	BookingID string  `json:"booking_id" doc:"Empty where there is none"`
	Day       *string `json:"day" format:"date" doc:"Of the movement"`
	AgeDays   int     `json:"age_days"`
	Owner     string  `json:"owner" doc:"The account; empty: nobody"`
	Comments  int     `json:"comments"`
}

// FinanceCaseDetail is a case with what everybody says about it, and how it can be settled.
type FinanceCaseDetail struct {
	FinanceCase
	Why           string         `json:"why" doc:"In the reader's language"`
	Sides         []FinanceSide  `json:"sides"`
	Ways          []FinanceWay   `json:"ways" doc:"That you may choose now"`
	Chosen        *FinanceChoice `json:"chosen" doc:"null: nobody chose yet"`
	MayApprove    bool           `json:"may_approve" doc:"Never whoever chose"`
	TransactionID string         `json:"transaction_id" doc:"What settled it in the ledger; empty before"`
}

// FinanceSide is what one side says.
type FinanceSide struct {
	Side    string          `json:"side" enum:"ledger,settlement,bank,payouts"`
	Records []FinanceRecord `json:"records"`
}

// FinanceRecord is a record of a side.
type FinanceRecord struct {
	ID            string         `json:"id"`
	Day           *string        `json:"day" format:"date"`
	Amount        Money          `json:"amount"`
	Fields        []FinanceField `json:"fields"`
	TransactionID string         `json:"transaction_id,omitempty" doc:"On the ledger's side"`
}

// FinanceField is a value of a record.
type FinanceField struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Differs bool   `json:"differs"`
}

// FinanceWay is how a case can be settled.
type FinanceWay struct {
	ID       string           `json:"id" example:"write_off"`
	Postings []FinancePosting `json:"postings" doc:"What would be booked"`
}

// FinanceChoice is the way that somebody chose.
type FinanceChoice struct {
	Way  FinanceWay `json:"way"`
	By   string     `json:"by" doc:"The account"`
	At   Time       `json:"at"`
	Note string     `json:"note"`
}

// FinanceSettlement says how to settle a case.
type FinanceSettlement struct {
	Way  string `json:"way" example:"fee"`
	Note string `json:"note,omitempty" doc:"For the person who approves"`
}

// FinanceNote is a word about a decision.
type FinanceNote struct {
	Note string `json:"note,omitempty"`
}

type (
	financeCasesInput struct {
		PageQuery
		Kind       string `query:"kind" doc:"Only those of the kind"`
		State      string `query:"state" enum:"open,waiting,settled" doc:"Only those in the state"`
		Owner      string `query:"owner" doc:"An account, or none"`
		MinAgeDays int    `query:"min_age_days" doc:"Only those that are at least so old"`
		Query      string `query:"q" doc:"In reference, payment, booking and text"`
	}
	financeSettleInput struct {
		ID   string `path:"id"`
		Body FinanceSettlement
	}
	financeNoteInput struct {
		ID   string       `path:"id"`
		Body *FinanceNote // may be left out
	}
)

func (a *api) addFinanceCases() {
	op := operationsOf(tagFinance)
	add(a, forMe, op("list-finance-cases", http.MethodGet, "/finance/cases", "Cases", "What is open first, the oldest first.", 403, 422), a.financeCases)
	add(a, forMe, op("get-finance-case", http.MethodGet, "/finance/cases/{id}", "A case", "Why it is one, what everybody says about it, and the ways to settle it.", 403), a.financeCase)
	add(a, forMe, op("settle-finance-case", http.MethodPost, "/finance/cases/{id}/settle", "Propose how to settle a case", "A second person approves it, always.", 409), a.settleFinanceCase)
	add(a, forMe, op("approve-finance-case", http.MethodPost, "/finance/cases/{id}/approve", "Approve what was proposed", "It is booked then. Never whoever proposed it.", 409), a.decideFinanceCase(a.Proof.Approve))
	add(a, forMe, op("refuse-finance-case", http.MethodPost, "/finance/cases/{id}/refuse", "Refuse what was proposed", "The case is open again; nothing is booked.", 409), a.decideFinanceCase(a.Proof.Refuse))
}

func (a *api) financeCases(ctx context.Context, c *call, in *financeCasesInput) (*answer[List[FinanceCase]], error) {
	page, err := a.Proof.Cases(ctx, c.actor, proof.CaseFilter{Kind: proof.Kind(in.Kind), State: proof.State(in.State), Owner: in.Owner, MinAgeDays: in.MinAgeDays, Text: in.Query, Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, financeCaseOf)), nil
}

func (a *api) financeCase(ctx context.Context, c *call, in *idInput) (*answer[FinanceCaseDetail], error) {
	d, err := a.Proof.Case(ctx, c.actor, in.ID, c.language)
	if err != nil {
		return nil, err
	}
	wire := FinanceCaseDetail{FinanceCase: financeCaseOf(d.Case), Why: d.Why, Sides: listOf(d.Sides, financeSideOf).Items, Ways: listOf(d.Ways, financeWayOf).Items,
		MayApprove: d.MayApprove, TransactionID: d.TransactionID}
	if chosen := d.Chosen; chosen != nil {
		wire.Chosen = &FinanceChoice{Way: financeWayOf(chosen.Way), By: chosen.By, At: timeOf(chosen.At), Note: chosen.Note}
	}
	return reply(wire), nil
}

func (a *api) settleFinanceCase(ctx context.Context, c *call, in *financeSettleInput) (*answer[FinanceCaseDetail], error) {
	if err := a.Proof.Settle(ctx, c.actor, in.ID, proof.WayID(in.Body.Way), in.Body.Note); err != nil {
		return nil, err
	}
	return a.financeCase(ctx, c, &idInput{in.ID})
}

// decideFinanceCase is what a second person does.
func (a *api) decideFinanceCase(do func(ctx context.Context, actor account.Actor, id, note string) error) func(context.Context, *call, *financeNoteInput) (*answer[FinanceCaseDetail], error) {
	return func(ctx context.Context, c *call, in *financeNoteInput) (*answer[FinanceCaseDetail], error) {
		note := ""
		if in.Body != nil {
			note = in.Body.Note
		}
		if err := do(ctx, c.actor, in.ID, note); err != nil {
			return nil, err
		}
		return a.financeCase(ctx, c, &idInput{in.ID})
	}
}

func financeCaseOf(c proof.Case) FinanceCase {
	return FinanceCase{ID: c.ID, ProjectID: c.ProjectID, Kind: string(c.Kind), State: string(c.State), Amount: moneyOf(c.Amount), Reference: c.Reference, PaymentID: c.PaymentID,
		BookingID: c.BookingID, Day: dateOrNull(c.At), AgeDays: c.AgeDays, Owner: c.Owner, Comments: c.Comments}
}

func financeSideOf(s proof.SideRecords) FinanceSide {
	return FinanceSide{Side: string(s.Side), Records: listOf(s.Records, func(r proof.CaseRecord) FinanceRecord {
		return FinanceRecord{ID: r.ID, Day: dateOrNull(r.Date), Amount: moneyOf(r.Amount), TransactionID: r.LedgerID,
			Fields: listOf(r.Fields, func(f proof.CaseField) FinanceField { return FinanceField{f.Name, f.Value, f.Differ} }).Items}
	}).Items}
}

func financeWayOf(w proof.Way) FinanceWay {
	return FinanceWay{ID: string(w.ID), Postings: financePostingsOf(w.Postings)}
}

func financePostingsOf(all []ledger.Posting) []FinancePosting {
	return listOf(all, func(p ledger.Posting) FinancePosting {
		return FinancePosting{Account: string(p.Account.Kind), Provider: p.Account.Owner, AmountMinor: p.Minor, Currency: string(p.Currency)}
	}).Items
}
