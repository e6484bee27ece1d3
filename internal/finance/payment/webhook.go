package payment

import (
	"context"
	"net/http"
	"sync"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// WebhookStatus says what became of a webhook.
type WebhookStatus string

// The closed set.
const (
	WebhookReceived  WebhookStatus = "received"  // stored, and not processed yet
	WebhookProcessed WebhookStatus = "processed" // joined with what is known
	WebhookIgnored   WebhookStatus = "ignored"   // of a type that says nothing of a charge
	WebhookUnknown   WebhookStatus = "unknown"   // of a charge that is none of ours
	WebhookFailed    WebhookStatus = "failed"    // it contradicts its payment
)

// Webhook is something that a processor sent, as it is stored.
type Webhook struct {
	ID          string
	Processor   string
	EventID     string // the processor's
	Type        string // the processor's word
	PaymentID   string // as the processor has it; empty where it does not say
	Ref         string // of the charge; may be empty
	Status      WebhookStatus
	Problem     string // why it failed
	Tries       int
	Body        string // only in the detail
	ReceivedAt  time.Time
	ProcessedAt time.Time

	event processor.Event
}

// Receive takes in a webhook: it is verified, stored, and processed by a job a moment later. A webhook that came before is no error and changes nothing. It returns
// not_found for a processor that there is not, unauthenticated for what is forged or stale, and invalid for what cannot be read.
func (s *Service) Receive(ctx context.Context, name string, header http.Header, body []byte) error {
	by, ok := s.config.Processors[name]
	if !ok {
		return errs.New(errs.NotFound, "error.not_found")
	}
	event, err := by.Read(header, body)
	if err != nil {
		return err
	}
	w := Webhook{ID: ids.New(), Processor: name, EventID: event.ID, Type: event.Type, PaymentID: event.State.PaymentID, Ref: event.State.Ref,
		Status: WebhookReceived, Body: string(body), event: event}
	if w.PaymentID == "" && w.Ref == "" {
		w.Status = WebhookIgnored
	}
	return s.arrivals.add(ctx, &w, s.store)
}

// store puts webhooks that arrived together away, in one transaction.
func (s *Service) store(ctx context.Context, all []*Webhook) error {
	wake := false
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		wake = false
		for _, w := range all {
			w.ReceivedAt = tx.Now
			fresh, err := insertWebhook(ctx, tx, *w)
			if err != nil {
				return err
			}
			wake = wake || (fresh && w.Status == WebhookReceived)
		}
		if wake && s.sweeping.claim() {
			return s.config.Queue.Enqueue(ctx, tx, sweepJob{})
		}
		return nil
	})
	if err != nil && wake {
		s.sweeping.release()
	}
	return err
}

const (
	storedTogether = 256
	storingTime    = 20 * time.Second
)

// arrivals has what arrives at the same time stored in one transaction: a commit waits for the disk, and takes as long for one webhook as for many. Whoever
// finds nobody storing stores what has come so far, and hands over to the first who came meanwhile.
type arrivals struct {
	mu      sync.Mutex
	waiting []*arrival
	storing bool
}

type arrival struct {
	webhook *Webhook
	turn    chan bool  // true: it is on you to store
	stored  chan error // what came of it
}

func (a *arrivals) add(ctx context.Context, w *Webhook, store func(context.Context, []*Webhook) error) error {
	mine := &arrival{webhook: w, turn: make(chan bool, 1), stored: make(chan error, 1)}
	a.mu.Lock()
	a.waiting = append(a.waiting, mine)
	leads := !a.storing
	a.storing = true
	a.mu.Unlock()
	if !leads {
		select {
		case err := <-mine.stored:
			return err
		case <-mine.turn:
		}
	}
	a.lead(ctx, store)
	return <-mine.stored
}

// lead stores what waits, the leader's own first of all, and has somebody else lead who came meanwhile.
func (a *arrivals) lead(ctx context.Context, store func(context.Context, []*Webhook) error) {
	a.mu.Lock()
	together := a.waiting[:min(len(a.waiting), storedTogether)]
	a.waiting = append([]*arrival(nil), a.waiting[len(together):]...)
	a.mu.Unlock()
	webhooks := make([]*Webhook, len(together))
	for i, each := range together {
		webhooks[i] = each.webhook
	}
	// The others' webhooks must not be lost with the leader's connection.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storingTime)
	err := store(ctx, webhooks)
	cancel()
	for _, each := range together {
		each.stored <- err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.storing = len(a.waiting) > 0; a.storing {
		a.waiting[0].turn <- true
	}
}
