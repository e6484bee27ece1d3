// Package stripe is the adapter to Stripe, over its official library: cards are typed on Stripe's own page (Checkout), reserved by manual capture, and
// everything that happens there comes back as signed webhooks.
package stripe

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/errs"

	sdk "github.com/stripe/stripe-go/v84"
)

// Name is what the processor is called in addresses and in what is stored.
const Name = "stripe"

// Config is what a Processor stands on.
type Config struct {
	Key           string // the secret key, sk_…
	WebhookSecret string // of the webhook's endpoint, whsec_…
	Clock         clock.Clock
	Address       string // of Stripe's API; empty for the real one
}

// Processor moves money through Stripe. It is safe for concurrent use.
type Processor struct {
	config Config
	client *sdk.Client
}

var _ processor.Processor = (*Processor)(nil)

// timeout is how long one exchange with Stripe may take. The library repeats twice what got no answer, under the same idempotency key.
const timeout = 15 * time.Second

// New returns a processor. It does not talk to Stripe yet.
func New(config Config) *Processor {
	backend := &sdk.BackendConfig{
		HTTPClient: &http.Client{Timeout: timeout}, EnableTelemetry: sdk.Bool(false), LeveledLogger: &sdk.LeveledLogger{Level: sdk.LevelNull},
	}
	if config.Address != "" {
		backend.URL = sdk.String(config.Address)
	}
	return &Processor{config, sdk.NewClient(config.Key, sdk.WithBackends(sdk.NewBackendsWithConfig(backend)))}
}

// Name returns Name.
func (p *Processor) Name() string { return Name }

// What the adapter notes on Stripe's objects, to know them again.
const (
	notePayment = "payment_id"
	noteKey     = "key"
)

// locales are those of our languages that Stripe's page speaks; it follows the browser for the others.
var locales = map[string]string{"fr": "fr", "en": "en"}

// Begin implements processor.Processor: it opens a Checkout session.
func (p *Processor) Begin(ctx context.Context, charge processor.Charge) (processor.Checkout, error) {
	locale, method := "auto", "manual"
	if known, ok := locales[charge.Language]; ok {
		locale = known
	}
	if charge.Immediate {
		method = "automatic"
	}
	notes := map[string]string{notePayment: charge.PaymentID}
	params := &sdk.CheckoutSessionCreateParams{
		Mode:               sdk.String(string(sdk.CheckoutSessionModePayment)),
		ClientReferenceID:  sdk.String(charge.PaymentID),
		Metadata:           notes,
		Locale:             sdk.String(locale),
		SuccessURL:         sdk.String(charge.ReturnURL),
		CancelURL:          sdk.String(charge.ReturnURL),
		PaymentMethodTypes: []*string{sdk.String("card")},
		// The customer pays what the house asked for, and in its currency.
		AdaptivePricing: &sdk.CheckoutSessionCreateAdaptivePricingParams{Enabled: sdk.Bool(false)},
		PaymentIntentData: &sdk.CheckoutSessionCreatePaymentIntentDataParams{
			CaptureMethod: sdk.String(method), Metadata: notes, Description: sdk.String(charge.Summary),
		},
		LineItems: []*sdk.CheckoutSessionCreateLineItemParams{{
			Quantity: sdk.Int64(1),
			PriceData: &sdk.CheckoutSessionCreateLineItemPriceDataParams{
				Currency: sdk.String(strings.ToLower(string(charge.Amount.Currency))), UnitAmount: sdk.Int64(charge.Amount.Minor),
				ProductData: &sdk.CheckoutSessionCreateLineItemPriceDataProductDataParams{Name: sdk.String(charge.Summary)},
			},
		}},
	}
	params.SetIdempotencyKey(charge.PaymentID)
	session, err := p.client.V1CheckoutSessions.Create(ctx, params)
	if err != nil {
		return processor.Checkout{}, failure(err)
	}
	return processor.Checkout{Ref: session.ID, URL: session.URL}, nil
}

// chargeOf are Stripe's objects that make one charge. Before the customer has tried to pay there is no intent.
type chargeOf struct {
	session *sdk.CheckoutSession
	intent  *sdk.PaymentIntent
}

// What is fetched together with an intent.
const (
	expandCharge = "latest_charge.balance_transaction"
	expandIntent = "payment_intent." + expandCharge
)

// find reads a charge by the name of its session or, as some webhooks name it, of its intent.
func (p *Processor) find(ctx context.Context, ref string) (c chargeOf, err error) {
	switch {
	case strings.HasPrefix(ref, "cs_"):
		params := &sdk.CheckoutSessionRetrieveParams{}
		params.AddExpand(expandIntent)
		if c.session, err = p.client.V1CheckoutSessions.Retrieve(ctx, ref, params); err != nil {
			return c, failure(err)
		}
		c.intent = c.session.PaymentIntent
		return c, nil
	case strings.HasPrefix(ref, "pi_"):
		params := &sdk.CheckoutSessionListParams{PaymentIntent: sdk.String(ref)}
		params.AddExpand("data." + expandIntent)
		for session, err := range p.client.V1CheckoutSessions.List(ctx, params) {
			if err != nil {
				return c, failure(err)
			}
			return chargeOf{session, session.PaymentIntent}, nil
		}
	}
	return c, errs.New(errs.NotFound, "processor.unknown_charge")
}

// Fetch implements processor.Processor. It takes the names of intents too.
func (p *Processor) Fetch(ctx context.Context, ref string) (processor.State, error) {
	c, err := p.find(ctx, ref)
	if err != nil {
		return processor.State{}, err
	}
	return p.state(ctx, c)
}

// Capture implements processor.Processor.
func (p *Processor) Capture(ctx context.Context, ref string, amount money.Amount, key string) (processor.State, error) {
	c, err := p.find(ctx, ref)
	if err != nil {
		return processor.State{}, err
	}
	if c.intent == nil {
		return processor.State{}, errs.New(errs.Conflict, "processor.not_capturable")
	}
	if !sameCurrency(c.intent.Currency, amount) || amount.Minor <= 0 {
		return processor.State{}, errs.New(errs.Invalid, "processor.bad_amount")
	}
	params := &sdk.PaymentIntentCaptureParams{AmountToCapture: sdk.Int64(amount.Minor)}
	params.SetIdempotencyKey(key)
	if _, err = p.client.V1PaymentIntents.Capture(ctx, c.intent.ID, params); err != nil {
		return processor.State{}, failure(err)
	}
	// Asked again under its key, the capture answers as it did at first, when the fee may not have been known.
	return p.Fetch(ctx, c.session.ID)
}

// Void implements processor.Processor. What nobody has tried to pay is let go by ending the session.
func (p *Processor) Void(ctx context.Context, ref, key string) (processor.State, error) {
	c, err := p.find(ctx, ref)
	if err != nil {
		return processor.State{}, err
	}
	switch {
	case c.session.Status == sdk.CheckoutSessionStatusExpired, c.intent != nil && c.intent.Status == sdk.PaymentIntentStatusCanceled:
		// Done before: the same key on another path would be refused.
	case c.session.Status == sdk.CheckoutSessionStatusOpen:
		// An open session would make another intent for one that is cancelled. Its end cancels its intent as well.
		params := &sdk.CheckoutSessionExpireParams{}
		params.AddExpand(expandIntent)
		params.SetIdempotencyKey(key)
		if c.session, err = p.client.V1CheckoutSessions.Expire(ctx, c.session.ID, params); err != nil {
			return processor.State{}, failure(err)
		}
		c.intent = c.session.PaymentIntent
	case c.intent != nil:
		params := &sdk.PaymentIntentCancelParams{}
		params.AddExpand(expandCharge)
		params.SetIdempotencyKey(key)
		if c.intent, err = p.client.V1PaymentIntents.Cancel(ctx, c.intent.ID, params); err != nil {
			return processor.State{}, failure(err)
		}
	}
	return p.state(ctx, c)
}

// Refund implements processor.Processor.
func (p *Processor) Refund(ctx context.Context, ref string, amount money.Amount, key string) (processor.State, error) {
	c, err := p.find(ctx, ref)
	if err != nil {
		return processor.State{}, err
	}
	if c.intent == nil {
		return processor.State{}, errs.New(errs.Conflict, "processor.not_refundable")
	}
	if !sameCurrency(c.intent.Currency, amount) || amount.Minor <= 0 {
		return processor.State{}, errs.New(errs.Invalid, "processor.bad_amount")
	}
	params := &sdk.RefundCreateParams{
		PaymentIntent: sdk.String(c.intent.ID), Amount: sdk.Int64(amount.Minor), Metadata: map[string]string{noteKey: key, notePayment: paymentOf(c)},
	}
	params.SetIdempotencyKey(key)
	if _, err := p.client.V1Refunds.Create(ctx, params); err != nil {
		return processor.State{}, failure(err)
	}
	return p.state(ctx, c)
}

func sameCurrency(theirs sdk.Currency, ours money.Amount) bool {
	return strings.EqualFold(string(theirs), string(ours.Currency))
}

// failure says what an error of Stripe's means to the house. What is the house's own fault, such as a wrong key, is left as it is.
func failure(err error) error {
	known, ok := errors.AsType[*sdk.Error](err)
	if !ok {
		return errs.Wrap(err, errs.Unavailable, "processor.no_answer") // the library says nothing else where no answer came
	}
	switch status := known.HTTPStatusCode; {
	case status == http.StatusTooManyRequests, status >= http.StatusInternalServerError, status == http.StatusConflict:
		// A conflict is a request with the same key that is still under way.
		return errs.Wrap(err, errs.Unavailable, "processor.no_answer")
	case known.Type == sdk.ErrorTypeIdempotency:
		return errs.Wrap(err, errs.Conflict, "processor.other_body")
	case status == http.StatusNotFound, known.Code == sdk.ErrorCodeResourceMissing:
		return errs.Wrap(err, errs.NotFound, "processor.unknown_charge")
	case known.Code == sdk.ErrorCodeAmountTooLarge, known.Code == sdk.ErrorCodeAmountTooSmall, known.Code == sdk.ErrorCodeParameterInvalidInteger:
		return errs.Wrap(err, errs.Invalid, "processor.bad_amount")
	case status == http.StatusBadRequest, status == http.StatusPaymentRequired:
		// The charge is not in a state for it: captured, cancelled, refunded or disputed meanwhile.
		return errs.Wrap(err, errs.Conflict, "processor.wrong_state")
	}
	return err
}
