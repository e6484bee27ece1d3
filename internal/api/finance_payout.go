package api

import (
	"context"
	"mime"
	"net/http"
	"strconv"
	"time"

	"khadamat/internal/finance/payout"

	"github.com/danielgtaylor/huma/v2"
)

// FinanceBatch is one file of payouts for the bank.
type FinanceBatch struct {
	ID         string `json:"id"`
	Name       string `json:"name" example:"KHP-2026-W46"`
	Count      int    `json:"count"`
	Total      Money  `json:"total"`
	PreparedAt Time   `json:"prepared_at"`
	PreparedBy string `json:"prepared_by" doc:"The account; empty: the house, each week"`
	SentAt     *Time  `json:"sent_at" doc:"null: only prepared"`
	SentBy     string `json:"sent_by" doc:"Never who prepared it"`
}

// FinanceBatchDetail is a batch with its payouts.
type FinanceBatchDetail struct {
	FinanceBatch
	Payouts []FinancePayout `json:"payouts"`
}

// FinancePayout is what one provider gets in one batch.
type FinancePayout struct {
	ID         string `json:"id"`
	ProviderID string `json:"provider_id"`
	Provider   string `json:"provider_name"`
	Amount     Money  `json:"amount"`
	EndToEndID string `json:"end_to_end_id" example:"KHP-2026-W46-00012"`
	Status     string `json:"status" enum:"prepared,sent,paid,returned,dropped"`
	SettledAt  *Time  `json:"settled_at" doc:"When it was paid, returned or dropped; null before"`
}

func (a *api) addFinancePayouts() {
	op := operationsOf(tagFinance)
	add(a, forMe, op("list-finance-batches", http.MethodGet, "/finance/payouts", "Batches of payouts", "The newest first.", 403, 422), a.financeBatches)
	add(a, forMe, op("get-finance-batch", http.MethodGet, "/finance/payouts/{id}", "A batch of payouts", "With what each provider gets.", 403), a.financeBatch)
	add(a, forMe, op("prepare-finance-batch", http.MethodPost, "/finance/payouts/prepare", "Prepare a batch", "Of everything that is due; 409 where nobody is due anything.", 409), a.prepareFinanceBatch)
	add(a, forMe, op("send-finance-batch", http.MethodPost, "/finance/payouts/{id}/send", "Send a batch", "A reviewer's who did not prepare it. It is booked, and its file made.", 409), a.sendFinanceBatch)
	file := op("get-finance-batch-file", http.MethodGet, "/finance/payouts/{id}/file", "The file of a batch", "ISO 20022, pain.001.001.09; the same bytes each time.", 403, 409, 410)
	file.DefaultStatus = http.StatusOK
	a.order = append(a.order, file.OperationID)
	a.mux.HandleFunc("GET "+prefix+file.Path, a.financeBatchFile)
	a.describeRaw(file, "application/xml", &huma.Schema{Type: huma.TypeString, Format: "binary"})
}

func (a *api) financeBatches(ctx context.Context, c *call, in *PageQuery) (*answer[List[FinanceBatch]], error) {
	page, err := a.Payouts.Batches(ctx, c.actor, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, financeBatchOf)), nil
}

func (a *api) financeBatch(ctx context.Context, c *call, in *idInput) (*answer[FinanceBatchDetail], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	batch, all, err := a.Payouts.Batch(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(FinanceBatchDetail{FinanceBatch: financeBatchOf(batch), Payouts: listOf(all, func(p payout.Payout) FinancePayout {
		return FinancePayout{ID: p.ID, ProviderID: p.ProviderID, Provider: p.ProviderName, Amount: moneyOf(p.Amount), EndToEndID: p.EndToEndID, Status: string(p.Status), SettledAt: timeOrNull(p.SettledAt)}
	}).Items}), nil
}

func (a *api) prepareFinanceBatch(ctx context.Context, c *call, _ *struct{}) (*answer[FinanceBatch], error) {
	batch, err := a.Payouts.Prepare(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return reply(financeBatchOf(batch)), nil
}

func (a *api) sendFinanceBatch(ctx context.Context, c *call, in *idInput) (*answer[FinanceBatch], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	batch, err := a.Payouts.Send(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(financeBatchOf(batch)), nil
}

func (a *api) financeBatchFile(w http.ResponseWriter, r *http.Request) {
	name, content, err := a.batchFile(r)
	if err != nil {
		renderError(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/xml")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Length", strconv.Itoa(len(content)))
	h.Set("Cache-Control", string(forMe))
	_, _ = w.Write(content)
}

func (a *api) batchFile(r *http.Request) (string, []byte, error) {
	actor, err := callIn(r.Context()).who()
	if err != nil {
		return "", nil, err
	}
	if err := knownForm(r.PathValue("id")); err != nil {
		return "", nil, err
	}
	return a.Payouts.File(r.Context(), actor, r.PathValue("id"))
}

func financeBatchOf(b payout.Batch) FinanceBatch {
	return FinanceBatch{ID: b.ID, Name: b.Name, Count: b.Count, Total: moneyOf(b.Total), PreparedAt: timeOf(b.PreparedAt), PreparedBy: b.PreparedBy, SentAt: timeOrNull(b.SentAt), SentBy: b.SentBy}
}

// moments are the beginning of the period's first day and the end of its last one; the zero times where they are open.
func (p FinancePeriod) moments() (from, to time.Time, err error) {
	if from, err = dayOf("from", p.From, 0); err != nil {
		return from, to, err
	}
	to, err = dayOf("to", p.To, 1)
	return from, to, err
}
