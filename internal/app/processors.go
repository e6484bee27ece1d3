package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/finance/payment/stripe"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/job"
	"khadamat/internal/texts"
)

// Paying says who moves card money.
type Paying struct {
	Default             string // "sandbox" or "stripe"; empty for the sandbox
	StripeKey           string
	StripeWebhookSecret string
	SandboxWebhook      string // empty: within the process
	SandboxSecret       string
	Operate             bool // the sandbox's pages for operators
}

func (c *Config) paying() Paying {
	return Paying{
		Default: c.Payments, StripeKey: c.StripeKey, StripeWebhookSecret: c.StripeWebhookSecret,
		SandboxWebhook: c.SandboxWebhook, SandboxSecret: c.SandboxSecret, Operate: c.Demo,
	}
}

func (c *Config) validatePayments() error {
	if c.Payments == stripe.Name && (c.StripeKey == "" || c.StripeWebhookSecret == "") {
		return errors.New("payments by stripe: give stripe-key and stripe-webhook-secret as well")
	}
	if c.SandboxWebhook == "" {
		return nil
	}
	u, err := url.Parse(c.SandboxWebhook)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("sandbox webhook %q: give a complete address, such as http://127.0.0.1:8080/webhooks/payments/sandbox", c.SandboxWebhook)
	}
	if c.SandboxSecret == "" {
		return errors.New("sandbox webhook: give sandbox-secret as well, so that the receiver can check who sent it")
	}
	return nil
}

// processors are those who move card money, by name: the sandbox, and Stripe where its key is known. What the sandbox sends goes to receive.
func (p Paying) processors(d *db.DB, clock clock.Clock, queue *job.Queue, baseURL string, receive sandbox.Deliver, logger *slog.Logger) (map[string]processor.Processor, *sandbox.Service) {
	if p.SandboxWebhook != "" {
		receive = sandbox.Post(p.SandboxWebhook)
	}
	tests := sandbox.New(sandbox.Config{
		DB: d, Clock: clock, Queue: queue, Secret: []byte(p.SandboxSecret), BaseURL: baseURL, Deliver: receive, Texts: texts.Catalog(), Logger: logger, Operate: p.Operate,
	})
	tests.Attach(queue)
	all := map[string]processor.Processor{sandbox.Name: tests}
	if p.StripeKey != "" {
		all[stripe.Name] = stripe.New(stripe.Config{Key: p.StripeKey, WebhookSecret: p.StripeWebhookSecret, Clock: clock})
	}
	return all, tests
}
