package stripe

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/platform/errs"

	sdk "github.com/stripe/stripe-go/v84"
	"github.com/stripe/stripe-go/v84/webhook"
)

// SignatureHeader carries the signature of a webhook.
const SignatureHeader = "Stripe-Signature"

var errShape = errors.New("an event without a name, or of something without one")

// Read implements processor.Processor. Stripe names intents and not sessions in most of its news: there the state has the payment's id and no Ref. News
// of disputes, and of refunds that were made elsewhere, have only the intent's name, as Ref, which Fetch takes.
func (p *Processor) Read(header http.Header, body []byte) (processor.Event, error) {
	signed := header.Get(SignatureHeader)
	if err := webhook.ValidatePayloadIgnoringTolerance(body, signed, p.config.WebhookSecret); err != nil || p.config.WebhookSecret == "" {
		return processor.Event{}, errs.Wrap(err, errs.Unauthenticated, "processor.forged")
	}
	// The library compares with the machine's clock; this is the house's.
	if p.config.Clock.Now().Sub(signedAt(signed)).Abs() > webhook.DefaultTolerance {
		return processor.Event{}, errs.New(errs.Unauthenticated, "processor.stale")
	}
	var event sdk.Event
	err := json.Unmarshal(body, &event)
	if err == nil && (event.Object != "event" || event.ID == "" || event.Type == "") {
		err = errShape
	}
	read := processor.Event{ID: event.ID, Type: string(event.Type), At: time.Unix(event.Created, 0).UTC()}
	if err == nil {
		read.State, err = stateOf(event)
	}
	if err != nil {
		return processor.Event{}, errs.Wrap(err, errs.Invalid, "processor.unreadable")
	}
	return read, nil
}

// signedAt is the time of a signature, the last one as the library takes it.
func signedAt(header string) time.Time {
	var at time.Time
	for part := range strings.SplitSeq(header, ",") {
		if value, ok := strings.CutPrefix(part, "t="); ok {
			seconds, _ := strconv.ParseInt(value, 10, 64) // the library has read it before
			at = time.Unix(seconds, 0)
		}
	}
	return at
}

// stateOf is what an event says of a charge; the empty state for a type that the house does not follow.
func stateOf(event sdk.Event) (processor.State, error) {
	family, _, _ := strings.Cut(string(event.Type), ".")
	if strings.HasPrefix(string(event.Type), "charge.dispute.") {
		family = "dispute"
	} else if strings.HasPrefix(string(event.Type), "charge.refund.") {
		family = "refund"
	}
	switch family {
	case "checkout":
		return of(event, func(o *sdk.CheckoutSession) (string, processor.State) { return o.ID, sessionState(o) })
	case "payment_intent":
		return of(event, func(o *sdk.PaymentIntent) (string, processor.State) { return o.ID, intentState(o) })
	case "charge":
		return of(event, func(o *sdk.Charge) (string, processor.State) { return o.ID, named(chargeState(o), o.PaymentIntent) })
	case "refund":
		return of(event, func(o *sdk.Refund) (string, processor.State) {
			return o.ID, named(processor.State{PaymentID: o.Metadata[notePayment], Refunds: []processor.Refund{refundOf(o)}}, o.PaymentIntent)
		})
	case "dispute":
		return of(event, func(o *sdk.Dispute) (string, processor.State) {
			var s processor.State
			if c, ok := chargebackOf(o); ok {
				s.Chargebacks = []processor.Chargeback{c}
			}
			return o.ID, named(s, o.PaymentIntent)
		})
	}
	return processor.State{}, nil
}

// of reads the event's object and what it says.
func of[T any](event sdk.Event, say func(*T) (id string, state processor.State)) (processor.State, error) {
	if event.Data == nil {
		return processor.State{}, errShape
	}
	object := new(T)
	if err := json.Unmarshal(event.Data.Raw, object); err != nil {
		return processor.State{}, err
	}
	id, state := say(object)
	if id == "" {
		return processor.State{}, errShape
	}
	return state, nil
}

// named gives a state that does not say which payment it is of the name of its intent.
func named(s processor.State, intent *sdk.PaymentIntent) processor.State {
	if s.PaymentID == "" && intent != nil {
		s.Ref = intent.ID
	}
	return s
}
