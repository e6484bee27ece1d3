// Package sandbox is a card processor inside the binary that behaves as if it stood elsewhere: with its own tables and its own card page, signed
// webhooks that come late, twice and in another order, fees, chargebacks and a settlement file a day. It moves no money and knows nothing of the
// house that it works for.
package sandbox

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/job"
)

// Name is what the processor is called in addresses and in what is stored.
const Name = "sandbox"

// Queue takes jobs for later, as part of a change.
type Queue interface {
	EnqueueAt(ctx context.Context, tx *db.Tx, args job.Args, at time.Time) error
}

// Deliver hands a webhook to its receiver. What it returns an error for is sent again later.
type Deliver func(ctx context.Context, header http.Header, body []byte) error

// Config is what a Service stands on.
type Config struct {
	DB      *db.DB
	Clock   clock.Clock
	Queue   Queue
	Secret  []byte // signs webhooks; where it is empty, one is made that only this process knows
	BaseURL string // where people reach the card page, without a slash at the end
	Deliver Deliver
	Texts   *i18n.Catalog
	Logger  *slog.Logger
	Operate bool // also serves the pages on which an operator charges back and sends webhooks again: for demonstrations
}

// Service is the processor. It is safe for concurrent use.
type Service struct {
	config Config
}

var _ processor.Processor = (*Service)(nil)

// New returns a processor over a migrated database.
func New(config Config) *Service {
	if len(config.Secret) == 0 {
		config.Secret = []byte(rand.Text())
	}
	return &Service{config}
}

// Name returns Name.
func (s *Service) Name() string { return Name }

// deliverJob has an event delivered.
type deliverJob struct {
	EventID string `json:"event_id"`
}

// Kind names the job.
func (deliverJob) Kind() string { return "sandbox.deliver" }

// chargeBackJob has the holder of a card take the money of a charge back.
type chargeBackJob struct {
	Ref string `json:"ref"`
}

// Kind names the job.
func (chargeBackJob) Kind() string { return "sandbox.charge_back" }

// Attach has queue work the processor's jobs. It is called before the queue is opened.
func (s *Service) Attach(queue *job.Queue) {
	job.Work(queue, func(ctx context.Context, args deliverJob) error { return s.Deliver(ctx, args.EventID) })
	job.Work(queue, func(ctx context.Context, args chargeBackJob) error { return s.chargedBackLater(ctx, args.Ref) })
}

// newRef makes a name that nobody guesses: whoever knows that of a charge sees its card page.
func newRef(prefix string) string { return prefix + strings.ToLower(rand.Text()) }
