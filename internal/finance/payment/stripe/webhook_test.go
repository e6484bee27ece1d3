package stripe_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/finance/payment/stripe"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"

	"github.com/stripe/stripe-go/v84/webhook"
)

// sign is the header that Stripe's library makes.
func sign(body []byte, at time.Time, secret string) http.Header {
	header := http.Header{}
	header.Set(stripe.SignatureHeader, webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: secret, Timestamp: at}).Header)
	return header
}

// event is what Stripe sends about an object.
func event(kind string, about object) []byte {
	body, err := json.Marshal(object{"id": "evt_1", "object": "event", "type": kind, "created": taken, "api_version": "2020-08-27", "data": object{"object": about}})
	if err != nil {
		panic(err) // made of literals
	}
	return body
}

func TestAWebhookSaysWhatItKnows(t *testing.T) {
	at := time.Unix(taken, 0).UTC()
	open, expired := object{"object": "checkout.session"}, object{"object": "checkout.session"}
	session(open, "complete", nil)
	open["payment_intent"] = "pi_1"
	session(expired, "expired", nil)
	declined := intent("requires_payment_method")
	declined["last_payment_error"] = object{"type": "card_error", "code": "expired_card", "decline_code": "expired_card"}
	succeeded := intent("succeeded")
	succeeded["amount_received"], succeeded["latest_charge"] = 35000, "ch_1"
	paid := object{"id": "ch_1", "object": "charge", "amount": 35000, "amount_captured": 35000, "captured": true, "currency": "mad", "payment_intent": "pi_1",
		"metadata": object{"payment_id": "p1"}, "balance_transaction": "txn_1"}
	refund := object{"id": "re_1", "object": "refund", "amount": 5000, "currency": "mad", "created": taken, "status": "pending", "payment_intent": "pi_1",
		"metadata": object{"key": "k", "payment_id": "p1"}}
	elsewhere := object{"id": "re_2", "object": "refund", "amount": 5000, "currency": "mad", "created": taken, "status": "canceled", "payment_intent": "pi_1"}
	dispute := object{"id": "du_1", "object": "dispute", "amount": 35000, "currency": "mad", "created": taken, "status": "won", "reason": "fraudulent", "payment_intent": "pi_1",
		"balance_transactions": []any{object{"amount": -35000, "currency": "mad", "fee": 15000}, object{"amount": 35000, "currency": "mad", "fee": 0}}}
	inquiry := object{"id": "du_2", "object": "dispute", "amount": 35000, "currency": "mad", "created": taken, "status": "warning_needs_response", "payment_intent": "pi_1"}
	for _, c := range []struct {
		kind  string
		about object
		want  processor.State
	}{
		{"checkout.session.completed", open, processor.State{Ref: "cs_test_1", PaymentID: "p1", Amount: mad(350_00)}},
		{"checkout.session.expired", expired, processor.State{Ref: "cs_test_1", PaymentID: "p1", Amount: mad(350_00), Status: processor.Voided}},
		{"payment_intent.requires_action", intent("requires_action"), processor.State{PaymentID: "p1", Amount: mad(350_00), Status: processor.Challenged}},
		{"payment_intent.amount_capturable_updated", intent("requires_capture"), processor.State{PaymentID: "p1", Amount: mad(350_00), Status: processor.Authorised}},
		{"payment_intent.payment_failed", declined, processor.State{PaymentID: "p1", Amount: mad(350_00), Status: processor.Declined, Decline: "expired_card"}},
		{"payment_intent.canceled", intent("canceled"), processor.State{PaymentID: "p1", Amount: mad(350_00), Status: processor.Voided}},
		{"payment_intent.succeeded", succeeded, processor.State{PaymentID: "p1", Amount: mad(350_00), Status: processor.Captured, Captured: mad(350_00)}},
		{"charge.captured", paid, processor.State{PaymentID: "p1", Amount: mad(350_00), Status: processor.Captured, Captured: mad(350_00)}},
		{"charge.refunded", paid, processor.State{PaymentID: "p1", Amount: mad(350_00), Status: processor.Captured, Captured: mad(350_00)}},
		{"refund.created", refund, processor.State{PaymentID: "p1", Refunds: []processor.Refund{{Ref: "re_1", Key: "k", Amount: mad(50_00), At: at}}}},
		{"charge.refund.updated", elsewhere, processor.State{Ref: "pi_1", Refunds: []processor.Refund{{Ref: "re_2", Amount: mad(50_00), Failed: true, At: at}}}},
		{"charge.dispute.closed", dispute, processor.State{Ref: "pi_1", Chargebacks: []processor.Chargeback{
			{Ref: "du_1", Amount: mad(350_00), Fee: mad(150_00), Reason: "fraudulent", Status: processor.ChargebackWon, At: at}}}},
		{"charge.dispute.created", inquiry, processor.State{Ref: "pi_1"}},
		{"customer.created", object{"id": "cus_1", "object": "customer"}, processor.State{}},
	} {
		body := event(c.kind, c.about)
		got, err := alone().Read(sign(body, dbtest.Start, secret), body)
		if err != nil || got.ID != "evt_1" || got.Type != c.kind || !got.At.Equal(at) || fmt.Sprintf("%+v", got.State) != fmt.Sprintf("%+v", c.want) {
			t.Errorf("%s: got\n%+v, %v, want\n%+v", c.kind, got, err, c.want)
		}
	}
}

// alone is an adapter that talks to nobody.
func alone() *stripe.Processor { return at("http://127.0.0.1:1") }

func TestForgedAndStaleWebhooksAreRefused(t *testing.T) {
	body := event("payment_intent.canceled", intent("canceled"))
	good := sign(body, dbtest.Start, secret)
	for name, c := range map[string]struct {
		header http.Header
		body   string
		key    string
	}{
		"no signature":     {http.Header{}, string(body), "processor.forged"},
		"another body":     {good, strings.Replace(string(body), "35000", "35001", 1), "processor.forged"},
		"another secret":   {sign(body, dbtest.Start, "whsec_other"), string(body), "processor.forged"},
		"an old signature": {sign(body, dbtest.Start.Add(-5*time.Minute-time.Second), secret), string(body), "processor.stale"},
		"one of tomorrow":  {sign(body, dbtest.Start.Add(24*time.Hour), secret), string(body), "processor.stale"},
	} {
		if _, err := alone().Read(c.header, []byte(c.body)); err == nil || errs.CodeOf(err) != errs.Unauthenticated || !strings.Contains(err.Error(), c.key) {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	open := stripe.New(stripe.Config{Key: "sk_test_123", Clock: clock.NewManual(dbtest.Start)})
	if _, err := open.Read(sign(body, dbtest.Start, ""), body); errs.CodeOf(err) != errs.Unauthenticated {
		t.Errorf("without a secret of its own, the adapter took the empty one: %v", err)
	}
}

func TestAnEventThatCannotBeReadIsInvalid(t *testing.T) {
	for name, body := range map[string][]byte{
		"no JSON":          []byte("hello"),
		"no event":         []byte(`{"id":"evt_1","object":"charge","type":"charge.captured"}`),
		"no name":          []byte(`{"object":"event","type":"charge.captured"}`),
		"nothing about it": []byte(`{"id":"evt_1","object":"event","type":"charge.captured"}`),
		"no object's name": event("charge.captured", object{"amount": 1}),
		"another shape":    event("payment_intent.succeeded", object{"id": "pi_1", "amount": "much"}),
	} {
		if _, err := alone().Read(sign(body, dbtest.Start, secret), body); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, body := range [][]byte{
		event("payment_intent.succeeded", captured()),
		event("charge.dispute.created", object{"id": "du_1", "status": "lost", "amount": 1, "balance_transactions": []any{nil, object{"amount": -1, "fee": 2}}}),
		event("charge.captured", object{"id": "ch_1", "captured": true, "amount_captured": 5, "balance_transaction": object{"amount": 3, "fee": -9223372036854775807, "currency": "eur"}}),
		event("refund.failed", object{"id": "re_1", "payment_intent": object{"id": "pi_1"}}),
		[]byte(`{"id":"e","object":"event","type":"checkout.session.completed","data":{"object":null}}`),
		[]byte("{}"),
	} {
		f.Add("t=1,v1=00", body)
	}
	p := alone()
	f.Fuzz(func(t *testing.T, signature string, body []byte) {
		header := http.Header{}
		header.Set(stripe.SignatureHeader, signature)
		if _, err := p.Read(header, body); err == nil && !strings.Contains(signature, "v1=") {
			t.Fatal("read without a signature")
		}
		got, err := p.Read(sign(body, dbtest.Start, secret), body)
		if err != nil {
			if errs.CodeOf(err) != errs.Invalid {
				t.Fatal(err)
			}
			return
		}
		if got.ID == "" || got.Type == "" {
			t.Fatalf("read %+v", got)
		}
	})
}
