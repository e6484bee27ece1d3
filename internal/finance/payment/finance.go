package payment

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// Filter says which payments a list shows. The zero value of a field leaves it open.
type Filter struct {
	Status   Status
	Method   Method
	Text     string    // id of a payment or a booking, or the processor's name of a charge
	From, To time.Time // of its making: [From, To)
	Cursor   string
	Limit    int // 1 to 100; 20 where it is 0
}

// Page is one page of a list. NextCursor is empty on the last one.
type Page struct {
	Items      []Payment
	NextCursor string
}

// Payments lists payments to finance people, the latest first. It returns forbidden to others, and invalid with the fields status, method, limit and cursor.
func (s *Service) Payments(ctx context.Context, actor account.Actor, f Filter) (Page, error) {
	if err := actor.RequireRole(account.Finance, account.Reviewer); err != nil {
		return Page{}, err
	}
	var fields errs.Fields
	fields.Check(f.Status == "" || slices.Contains(Statuses, f.Status), "status", "payment.unknown_status")
	fields.Check(f.Method == "" || slices.Contains(Methods, f.Method), "method", "payment.unknown_method")
	if err := fields.Err(); err != nil {
		return Page{}, err
	}
	limit, after, err := db.ParsePage(f.Limit, f.Cursor)
	if err != nil {
		return Page{}, err
	}
	f.Limit = limit
	items, err := list(ctx, s.config.DB, f, after)
	if err != nil || len(items) <= limit {
		return Page{Items: items}, err
	}
	last := items[limit-1]
	return Page{Items: items[:limit], NextCursor: db.Cursor{At: last.CreatedAt, ID: last.ID}.String()}, nil
}

func list(ctx context.Context, q db.Querier, f Filter, after db.Cursor) ([]Payment, error) {
	query, args := `SELECT `+columns+` FROM payments WHERE TRUE`, []any{}
	add := func(condition string, values ...any) {
		numbers := make([]any, len(values))
		for i := range values {
			numbers[i] = len(args) + i + 1
		}
		query += fmt.Sprintf(condition, numbers...)
		args = append(args, values...)
	}
	if f.Status != "" {
		add(` AND status = $%d`, string(f.Status))
	}
	if f.Method != "" {
		add(` AND method = $%d`, string(f.Method))
	}
	if f.Text != "" {
		add(` AND (id = $%[1]d OR booking_id = $%[1]d OR ref = $%[1]d)`, f.Text)
	}
	if !f.From.IsZero() {
		add(` AND created_at >= $%d`, db.At(f.From))
	}
	if !f.To.IsZero() {
		add(` AND created_at < $%d`, db.At(f.To))
	}
	if after.ID != "" {
		add(` AND (created_at, id) < ($%d, $%d)`, db.At(after.At), after.ID)
	}
	add(` ORDER BY created_at DESC, id DESC LIMIT $%d`, f.Limit+1)
	rows, err := q.Query(ctx, query, args...)
	return db.Collect(rows, err, func(rows *sql.Rows) (Payment, error) { return scan(rows) })
}

// Moment is something that happened to a payment.
type Moment struct {
	At     time.Time
	Type   string // "begun", "captured", "refund_wanted", "refunded", "refund_failed", "chargeback", "ended", or the word of a webhook
	Amount money.Amount
	Ref    string
}

// Detail is a payment with what happened to it.
type Detail struct {
	Payment
	Moments  []Moment  // the oldest first
	Webhooks []Webhook // the latest first, at most 100
}

// Payment returns a payment with its history to finance people. It returns forbidden to others.
func (s *Service) Payment(ctx context.Context, actor account.Actor, id string) (Detail, error) {
	if err := actor.RequireRole(account.Finance, account.Reviewer); err != nil {
		return Detail{}, err
	}
	if !ids.Valid(id) {
		return Detail{}, errNotFound
	}
	p, err := find(ctx, s.config.DB, `id = $1`, id)
	if err != nil {
		return Detail{}, err
	}
	d := Detail{Payment: p, Moments: p.moments()}
	d.Webhooks, err = listWebhooks(ctx, s.config.DB, WebhookFilter{PaymentID: id, Limit: db.LargestPage}, db.Cursor{})
	return d, err
}

// moments are the payment's own facts by time.
func (p *Payment) moments() []Moment {
	var all []Moment
	add := func(at time.Time, kind string, amount money.Amount, ref string) {
		if !at.IsZero() {
			all = append(all, Moment{at, kind, amount, ref})
		}
	}
	add(p.CreatedAt, "created", p.Price, "")
	add(p.BegunAt, "begun", p.Amount, p.Ref)
	add(p.EndedAt, "ended", p.Keep, "")
	if p.captureKnown() {
		add(p.CapturedAt, "captured", p.Captured, p.Ref)
	}
	for _, r := range p.Refunds {
		add(r.DecidedAt, "refund_wanted", r.Amount, r.Ref)
		if r.Status == RefundFailed {
			add(r.SentAt, "refund_failed", r.Amount, r.Ref)
		} else {
			add(r.SentAt, "refunded", r.Amount, r.Ref)
		}
	}
	for _, c := range p.Chargebacks {
		add(c.At, "chargeback_"+string(c.Status), c.Amount, c.Ref)
	}
	slices.SortStableFunc(all, func(a, b Moment) int { return a.At.Compare(b.At) })
	return all
}

// WebhookFilter says which webhooks a list shows. The zero value of a field leaves it open.
type WebhookFilter struct {
	Status    WebhookStatus
	PaymentID string
	Cursor    string
	Limit     int // 1 to 100; 20 where it is 0
}

// WebhookPage is one page of a list. NextCursor is empty on the last one.
type WebhookPage struct {
	Items      []Webhook
	NextCursor string
}

// WebhookStatuses lists every state of a webhook.
var WebhookStatuses = []WebhookStatus{WebhookReceived, WebhookProcessed, WebhookIgnored, WebhookUnknown, WebhookFailed}

// Webhooks lists what processors sent to finance people, the latest first, without bodies. It returns forbidden to others, and invalid with the fields status, limit and cursor.
func (s *Service) Webhooks(ctx context.Context, actor account.Actor, f WebhookFilter) (WebhookPage, error) {
	if err := actor.RequireRole(account.Finance, account.Reviewer); err != nil {
		return WebhookPage{}, err
	}
	if f.Status != "" && !slices.Contains(WebhookStatuses, f.Status) {
		return WebhookPage{}, errs.Fields{{Name: "status", Key: "payment.unknown_status"}}.Err()
	}
	limit, after, err := db.ParsePage(f.Limit, f.Cursor)
	if err != nil {
		return WebhookPage{}, err
	}
	f.Limit = limit
	items, err := listWebhooks(ctx, s.config.DB, f, after)
	if err != nil || len(items) <= limit {
		return WebhookPage{Items: items}, err
	}
	last := items[limit-1]
	return WebhookPage{Items: items[:limit], NextCursor: db.Cursor{At: last.ReceivedAt, ID: last.ID}.String()}, nil
}

// Webhook returns one webhook with its body to finance people.
func (s *Service) Webhook(ctx context.Context, actor account.Actor, id string) (Webhook, error) {
	if err := actor.RequireRole(account.Finance, account.Reviewer); err != nil {
		return Webhook{}, err
	}
	return findWebhook(ctx, s.config.DB, id)
}

// Replay has a webhook processed again, by the id that it is stored under: that of a charge that nobody knew then, or one that failed. What is known already stays as it is.
func (s *Service) Replay(ctx context.Context, actor account.Actor, id string) error {
	if err := actor.RequireRole(account.Finance, account.Reviewer); err != nil {
		return err
	}
	w, err := findWebhook(ctx, s.config.DB, id)
	if err != nil {
		return err
	}
	if w.Status == WebhookIgnored {
		return errs.New(errs.Conflict, "payment.webhook_ignored")
	}
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE payment_webhooks SET status = 'received', problem = NULL WHERE id = $1`, id); err != nil {
			return err
		}
		entry := audit.Entry{At: tx.Now, ActorID: actor.ID, Action: "payment.webhook_replayed", SubjectKind: "payment_webhook", SubjectID: id, Data: "{}"}
		if err := audit.Write(ctx, tx, entry); err != nil {
			return err
		}
		return s.config.Queue.Enqueue(ctx, tx, sweepJob{})
	})
}
