package stripe_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
)

func mad(minor int64) money.Amount { return money.Of(minor, money.MAD) }

func charge() processor.Charge {
	return processor.Charge{PaymentID: "p1", Amount: mad(350_00), Summary: "Ménage chez Salma", Language: "fr", ReturnURL: "https://shop.test/back?id=7"}
}

// session is an answer about a session in some state, with an intent in another: nil for none.
func session(answer object, status string, intent object) {
	answer["id"], answer["status"], answer["client_reference_id"] = "cs_test_1", status, "p1"
	answer["amount_total"], answer["currency"] = 35000, "mad"
	answer["payment_intent"] = intent
	if intent == nil {
		answer["payment_intent"] = nil
	}
}

func intent(status string) object {
	return object{"id": "pi_1", "object": "payment_intent", "status": status, "amount": 35000, "currency": "mad", "metadata": object{"payment_id": "p1"}}
}

const taken = 1_780_300_000

// captured is an intent of which half was captured, at a fee of 2.4 % and 2.00.
func captured() object {
	i := intent("succeeded")
	i["amount_received"] = 17500
	i["latest_charge"] = object{
		"id": "ch_1", "object": "charge", "amount": 35000, "amount_captured": 17500, "captured": true, "currency": "mad", "disputed": true,
		"balance_transaction": object{"id": "txn_1", "object": "balance_transaction", "amount": 17500, "currency": "mad", "fee": 620, "created": taken},
	}
	return i
}

func TestBeginReservesByDefaultAndTakesWhatIsImmediate(t *testing.T) {
	c := open(t, func(_ string, answer object) { session(answer, "open", nil) })
	checkout, err := c.stripe.Begin(t.Context(), charge())
	if err != nil || checkout.Ref != "cs_test_1" || !strings.HasPrefix(checkout.URL, "https://checkout.stripe.com/") {
		t.Fatalf("%+v, %v", checkout, err)
	}
	sent, _ := c.asked("POST /v1/checkout/sessions")
	for name, want := range map[string]string{
		"mode": "payment", "client_reference_id": "p1", "locale": "fr", "success_url": "https://shop.test/back?id=7", "cancel_url": "https://shop.test/back?id=7",
		"payment_intent_data[capture_method]": "manual", "payment_intent_data[metadata][payment_id]": "p1", "metadata[payment_id]": "p1",
		"line_items[0][price_data][unit_amount]": "35000", "line_items[0][price_data][currency]": "mad", "line_items[0][quantity]": "1",
		"line_items[0][price_data][product_data][name]": "Ménage chez Salma", "adaptive_pricing[enabled]": "false", "payment_method_types[0]": "card",
	} {
		if got := sent.form.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if sent.key != "p1" {
		t.Errorf("the idempotency key is %q", sent.key)
	}
	deposit := charge()
	deposit.Immediate, deposit.Language = true, "ar"
	if _, err := c.stripe.Begin(t.Context(), deposit); err != nil {
		t.Fatal(err)
	}
	if sent, _ = c.asked("POST /v1/checkout/sessions"); sent.form.Get("payment_intent_data[capture_method]") != "automatic" || sent.form.Get("locale") != "auto" {
		t.Errorf("a deposit was begun with %v", sent.form)
	}
}

func TestFetchSaysHowFarAChargeIs(t *testing.T) {
	var status string
	var within object
	c := open(t, func(_ string, answer object) { session(answer, status, within) })
	declined := intent("requires_payment_method")
	declined["last_payment_error"] = object{"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds"}
	failed := intent("requires_payment_method")
	failed["last_payment_error"] = object{"type": "invalid_request_error", "code": "payment_intent_authentication_failure"}
	for _, s := range []struct {
		session string
		intent  object
		want    processor.Status
		decline string
	}{
		{"open", nil, processor.Created, ""},
		{"expired", nil, processor.Voided, ""},
		{"open", intent("requires_payment_method"), processor.Created, ""},
		{"open", declined, processor.Declined, "insufficient_funds"},
		{"open", failed, processor.Declined, "challenge_failed"},
		{"open", intent("requires_action"), processor.Challenged, ""},
		{"complete", intent("requires_capture"), processor.Authorised, ""},
		{"complete", intent("canceled"), processor.Voided, ""},
	} {
		status, within = s.session, s.intent
		got, err := c.stripe.Fetch(t.Context(), "cs_test_1")
		if err != nil || got.Status != s.want || got.Decline != s.decline || got.Ref != "cs_test_1" || got.PaymentID != "p1" || got.Amount != mad(350_00) || got.Captured.Minor != 0 {
			t.Errorf("%s, %v: %+v, %v", s.session, s.intent["status"], got, err)
		}
	}
	if _, err := c.stripe.Fetch(t.Context(), "../accounts"); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("a name that is none: %v", err)
	}
}

func TestACaptureIsToldWithItsFeeItsRefundsAndItsChargebacks(t *testing.T) {
	now := intent("requires_capture")
	c := open(t, func(path string, answer object) {
		switch path {
		case "GET /v1/checkout/sessions/cs_test_1":
			session(answer, "complete", now)
		case "GET /v1/checkout/sessions":
			one := object{}
			session(one, "complete", captured())
			answer["data"], answer["has_more"] = []any{one}, false
		case "POST /v1/payment_intents/pi_1/capture":
			now = captured()
		case "GET /v1/refunds":
			refund := func(id, key, status string, balance any) object {
				return object{"id": id, "object": "refund", "amount": 5000, "currency": "mad", "created": taken, "status": status, "metadata": object{"key": key}, "balance_transaction": balance}
			}
			answer["data"], answer["has_more"] = []any{refund("re_1", "k1", "succeeded", "txn_2"), refund("re_2", "", "failed", "txn_3"), refund("re_3", "", "succeeded", nil)}, false
		case "GET /v1/disputes":
			dispute := func(id, status string) object {
				return object{"id": id, "object": "dispute", "amount": 12500, "currency": "mad", "created": taken, "status": status, "reason": "fraudulent", "balance_transactions": []any{
					object{"id": "txn_4", "object": "balance_transaction", "amount": -1250, "currency": "eur", "fee": 1500}}}
			}
			answer["data"], answer["has_more"] = []any{dispute("du_1", "needs_response"), dispute("du_2", "warning_closed")}, false
		}
	})
	at := time.Unix(taken, 0).UTC()
	want := processor.State{
		Ref: "cs_test_1", PaymentID: "p1", Status: processor.Captured, Amount: mad(350_00), Captured: mad(175_00), Fee: mad(6_20), CapturedAt: at,
		Refunds:     []processor.Refund{{Ref: "re_1", Key: "k1", Amount: mad(50_00), At: at}, {Ref: "re_2", Amount: mad(50_00), Failed: true, At: at}},
		Chargebacks: []processor.Chargeback{{Ref: "du_1", Amount: mad(125_00), Fee: mad(150_00), Reason: "fraudulent", Status: processor.ChargebackOpened, At: at}},
	}
	got, err := c.stripe.Capture(t.Context(), "cs_test_1", mad(175_00), "capture:p1")
	if err != nil || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Fatalf("got\n%+v, %v, want\n%+v", got, err, want)
	}
	if sent, _ := c.asked("POST /v1/payment_intents/pi_1/capture"); sent.key != "capture:p1" || sent.form.Get("amount_to_capture") != "17500" {
		t.Errorf("sent %+v", sent)
	}
	byIntent, err := c.stripe.Fetch(t.Context(), "pi_1")
	if err != nil || fmt.Sprintf("%+v", byIntent) != fmt.Sprintf("%+v", want) {
		t.Errorf("by its intent\n%+v, %v, want\n%+v", byIntent, err, want)
	}
	if _, err := c.stripe.Refund(t.Context(), "cs_test_1", mad(50_00), "refund:1"); err != nil {
		t.Error(err)
	}
	if sent, _ := c.asked("POST /v1/refunds"); sent.key != "refund:1" || sent.form.Get("amount") != "5000" || sent.form.Get("payment_intent") != "pi_1" ||
		sent.form.Get("metadata[key]") != "refund:1" || sent.form.Get("metadata[payment_id]") != "p1" {
		t.Errorf("sent %+v", sent)
	}
	for name, do := range map[string]func(money.Amount) error{
		"capture": func(a money.Amount) error { _, err := c.stripe.Capture(t.Context(), "cs_test_1", a, "k"); return err },
		"refund":  func(a money.Amount) error { _, err := c.stripe.Refund(t.Context(), "cs_test_1", a, "k"); return err },
	} {
		if err := do(money.Of(1, "EUR")); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s in another currency: %v", name, err)
		}
		if err := do(mad(0)); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s of nothing: %v", name, err)
		}
	}
}

func TestACaptureWhoseFeeIsNotKnownYetIsAskedForAgain(t *testing.T) {
	now := captured()
	delete(now["latest_charge"].(object), "balance_transaction")
	c := open(t, func(_ string, answer object) { session(answer, "complete", now) })
	if _, err := c.stripe.Fetch(t.Context(), "cs_test_1"); errs.CodeOf(err) != errs.Unavailable {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsNotCapturedIsLetGo(t *testing.T) {
	const expire, cancel = "POST /v1/checkout/sessions/cs_test_1/expire", "POST /v1/payment_intents/pi_1/cancel"
	for _, s := range []struct {
		session string
		intent  object
		asks    string
	}{
		{"open", nil, expire}, {"open", intent("requires_action"), expire}, {"complete", intent("requires_capture"), cancel},
		{"expired", nil, ""}, {"complete", intent("canceled"), ""},
	} {
		c := open(t, func(path string, answer object) {
			switch path {
			case expire:
				session(answer, "expired", s.intent)
				if s.intent != nil {
					session(answer, "expired", intent("canceled"))
				}
			case cancel:
				for name, value := range intent("canceled") {
					answer[name] = value
				}
			default:
				session(answer, s.session, s.intent)
			}
		})
		got, err := c.stripe.Void(t.Context(), "cs_test_1", "void:p1")
		if err != nil || got.Status != processor.Voided || got.PaymentID != "p1" {
			t.Errorf("%s, %v: %+v, %v", s.session, s.intent["status"], got, err)
		}
		for _, path := range []string{expire, cancel} {
			if sent, found := c.asked(path); found != (path == s.asks) || (found && sent.key != "void:p1") {
				t.Errorf("%s, %v: %s was asked: %v, %+v", s.session, s.intent["status"], path, found, sent)
			}
		}
	}
}

func TestWhatNobodyHasPaidIsNeitherCapturedNorRefunded(t *testing.T) {
	c := open(t, func(_ string, answer object) { session(answer, "open", nil) })
	if _, err := c.stripe.Capture(t.Context(), "cs_test_1", mad(1), "k"); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("capture: %v", err)
	}
	if _, err := c.stripe.Refund(t.Context(), "cs_test_1", mad(1), "k"); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("refund: %v", err)
	}
}

func TestStripesErrorsAreTheHouses(t *testing.T) {
	var status int
	var body string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Stripe-Should-Retry", "false")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error":%s}`, body)
	}))
	for _, c := range []struct {
		status int
		body   string
		want   errs.Code
	}{
		{400, `{"type":"idempotency_error","message":"other parameters"}`, errs.Conflict},
		{400, `{"type":"invalid_request_error","code":"payment_intent_unexpected_state"}`, errs.Conflict},
		{400, `{"type":"invalid_request_error","code":"charge_already_refunded"}`, errs.Conflict},
		{400, `{"type":"invalid_request_error","code":"amount_too_large"}`, errs.Invalid},
		{402, `{"type":"card_error","code":"card_declined"}`, errs.Conflict},
		{404, `{"type":"invalid_request_error","code":"resource_missing"}`, errs.NotFound},
		{409, `{"type":"invalid_request_error","code":"idempotency_key_in_use"}`, errs.Unavailable},
		{429, `{"type":"invalid_request_error","code":"rate_limit"}`, errs.Unavailable},
		{503, `{"type":"api_error"}`, errs.Unavailable},
		{401, `{"type":"invalid_request_error","message":"Invalid API key"}`, errs.Internal},
	} {
		status, body = c.status, c.body
		if _, err := at(server.URL).Fetch(t.Context(), "cs_test_1"); errs.CodeOf(err) != c.want {
			t.Errorf("%d %s: %v, want %s", c.status, c.body, err, c.want)
		}
	}
	server.Close()
	if _, err := at(server.URL).Fetch(t.Context(), "cs_test_1"); errs.CodeOf(err) != errs.Unavailable {
		t.Errorf("nobody there: %v", err)
	}
}
