package finance

import (
	"context"
	"net/http"
	"strings"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// paymentsView is what the list of payments shows.
type paymentsView struct {
	frame
	pager
	Text, Status, Method, From, To string
	Items                          []payment.Payment
}

func (p *pages) payments(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	view := paymentsView{Text: strings.TrimSpace(query.Get("q")), Status: query.Get("status"), Method: query.Get("method"), From: query.Get("from"), To: query.Get("to")}
	page, err := p.Payments.Payments(ctx, actor(r), payment.Filter{
		Text: view.Text, Status: payment.Status(view.Status), Method: payment.Method(view.Method), From: dayParam(r, "from", 0), To: endOfDay(r, "to"),
		Cursor: query.Get("cursor"), Limit: listPage,
	})
	if err != nil {
		return err
	}
	view.Items, view.pager = page.Items, pagerOf(r, "/finance/payments", page.NextCursor)
	if view.frame, err = p.frame(r, ui.T(ctx, "finance.nav.payments")); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, paymentsPage(view))
}

func statusOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "finance.filter.all_states")}}
	for _, status := range payment.Statuses {
		options = append(options, ui.Option{Value: string(status), Label: ui.T(ctx, paymentStates[status].key)})
	}
	return options
}

func methodOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "finance.filter.all_methods")}}
	for _, method := range payment.Methods {
		options = append(options, ui.Option{Value: string(method), Label: ui.T(ctx, methodKeys[method])})
	}
	return options
}

// paymentView is what the page of one payment shows.
type paymentView struct {
	frame
	payment.Detail
	Provider string
	Booked   []ledger.Transaction // of the booking, the latest first
}

func (p *pages) payment(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	found, err := p.Payments.Payment(ctx, actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	view := paymentView{Detail: found, Provider: p.providerName(ctx, found.ProviderID)}
	page, err := p.Ledger.Find(ctx, ledger.Filter{Subject: found.BookingID, Limit: listPage})
	if err != nil {
		return err
	}
	view.Booked = page.Items
	if view.frame, err = p.frame(r, ui.T(ctx, "finance.payments.one", "Name", shortID(found.BookingID))); err != nil {
		return err
	}
	view.Above = crumb(ctx, "/finance/payments", ui.T(ctx, "finance.nav.payments"))
	return ui.Render(w, r, http.StatusOK, paymentPage(view))
}

// webhooksView is what processors told the house.
type webhooksView struct {
	frame
	pager
	Status string
	Items  []payment.Webhook
}

func (p *pages) webhooks(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	view := webhooksView{Status: query.Get("status")}
	page, err := p.Payments.Webhooks(ctx, actor(r), payment.WebhookFilter{Status: payment.WebhookStatus(view.Status), Cursor: query.Get("cursor"), Limit: listPage})
	if err != nil {
		return err
	}
	view.Items, view.pager = page.Items, pagerOf(r, "/finance/webhooks", page.NextCursor)
	if view.frame, err = p.frame(r, ui.T(ctx, "finance.nav.webhooks")); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, webhooksPage(view))
}

// replay has a webhook processed again, from what was stored of it.
func (p *pages) replay(w http.ResponseWriter, r *http.Request) error {
	err := p.Payments.Replay(r.Context(), actor(r), r.PathValue("id"))
	switch {
	case ui.Refused(err):
		ui.Notify(w, ui.Warning, "finance.webhooks.not_replayed")
	case err != nil:
		return err
	default:
		ui.Notify(w, ui.Success, "finance.webhooks.replayed")
	}
	return route.SeeOther(w, r, ui.Path(r.Context(), "/finance/webhooks"))
}

var webhookStates = map[payment.WebhookStatus]badge{
	payment.WebhookReceived: {"finance.webhook.received", ui.Info}, payment.WebhookProcessed: {"finance.webhook.processed", ui.Success},
	payment.WebhookIgnored: {"finance.webhook.ignored", ui.Neutral}, payment.WebhookUnknown: {"finance.webhook.unknown", ui.Warning},
	payment.WebhookFailed: {"finance.webhook.failed", ui.Danger},
}

func webhookOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "finance.filter.all_states")}}
	for _, status := range payment.WebhookStatuses {
		options = append(options, ui.Option{Value: string(status), Label: ui.T(ctx, webhookStates[status].key)})
	}
	return options
}

// momentKeys name what happened to a payment.
var momentKeys = map[string]string{
	"created": "finance.moment.created", "begun": "finance.moment.begun", "ended": "finance.moment.ended", "captured": "finance.moment.captured",
	"refund_wanted": "finance.moment.refund_wanted", "refunded": "finance.moment.refunded", "refund_failed": "finance.moment.refund_failed",
	"chargeback_opened": "finance.moment.chargeback_opened", "chargeback_won": "finance.moment.chargeback_won", "chargeback_lost": "finance.moment.chargeback_lost",
}
