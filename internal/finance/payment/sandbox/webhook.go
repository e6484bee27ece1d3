package sandbox

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
)

// SignatureHeader carries the signature of a webhook: "t=1780000000,v1=…", where v1 is the HMAC-SHA256 of the seconds, a point and the body.
const SignatureHeader = "Sandbox-Signature"

// freshFor is how far the time of a signature may lie from now.
const freshFor = 5 * time.Minute

// Sign returns the header of a webhook that is sent at that moment.
func Sign(secret []byte, at time.Time, body []byte) http.Header {
	seconds := strconv.FormatInt(at.Unix(), 10)
	header := http.Header{"Content-Type": {"application/json"}}
	header.Set(SignatureHeader, "t="+seconds+",v1="+hex.EncodeToString(signature(secret, seconds, body)))
	return header
}

func signature(secret []byte, seconds string, body []byte) []byte {
	sum := hmac.New(sha256.New, secret)
	sum.Write([]byte(seconds)) // a hash never fails
	sum.Write([]byte{'.'})
	sum.Write(body)
	return sum.Sum(nil)
}

// maxSignatures bounds how many signatures of a header are tried: two while a secret is being changed.
const maxSignatures = 4

// verify checks signature and age.
func verify(secret []byte, header string, body []byte, now time.Time) error {
	var seconds string
	var signatures [][]byte
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "t":
			seconds = value
		case "v1":
			if raw, err := hex.DecodeString(value); err == nil && len(signatures) < maxSignatures {
				signatures = append(signatures, raw)
			}
		}
	}
	at, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return errs.New(errs.Unauthenticated, "processor.forged")
	}
	expected := signature(secret, seconds, body)
	for _, s := range signatures {
		if hmac.Equal(expected, s) {
			if now.Sub(time.Unix(at, 0)).Abs() > freshFor {
				return errs.New(errs.Unauthenticated, "processor.stale")
			}
			return nil
		}
	}
	return errs.New(errs.Unauthenticated, "processor.forged")
}

// wireEvent is an event as it is sent.
type wireEvent struct {
	ID     string     `json:"id"`
	Type   string     `json:"type"`
	At     time.Time  `json:"created_at"`
	Charge wireCharge `json:"charge"`
}

type wireCharge struct {
	Ref         string           `json:"ref"`
	PaymentID   string           `json:"payment_id"`
	Status      processor.Status `json:"status"`
	Decline     string           `json:"decline,omitempty"`
	Amount      money.Amount     `json:"amount"`
	Captured    money.Amount     `json:"captured"`
	Fee         money.Amount     `json:"fee"`
	CapturedAt  time.Time        `json:"captured_at,omitzero"`
	Refunds     []wireRefund     `json:"refunds,omitempty"`
	Chargebacks []wireChargeback `json:"chargebacks,omitempty"`
}

type wireRefund struct {
	Ref    string       `json:"ref"`
	Key    string       `json:"key,omitempty"`
	Amount money.Amount `json:"amount"`
	Failed bool         `json:"failed,omitempty"`
	At     time.Time    `json:"created_at"`
}

type wireChargeback struct {
	Ref    string                     `json:"ref"`
	Amount money.Amount               `json:"amount"`
	Fee    money.Amount               `json:"fee"`
	Reason string                     `json:"reason"`
	Status processor.ChargebackStatus `json:"status"`
	At     time.Time                  `json:"created_at"`
}

// Encode writes an event as the body of a webhook.
func Encode(event processor.Event) ([]byte, error) {
	s := event.State
	wire := wireEvent{event.ID, event.Type, event.At, wireCharge{
		Ref: s.Ref, PaymentID: s.PaymentID, Status: s.Status, Decline: s.Decline, Amount: s.Amount, Captured: s.Captured, Fee: s.Fee, CapturedAt: s.CapturedAt,
	}}
	for _, r := range s.Refunds {
		wire.Charge.Refunds = append(wire.Charge.Refunds, wireRefund(r))
	}
	for _, b := range s.Chargebacks {
		wire.Charge.Chargebacks = append(wire.Charge.Chargebacks, wireChargeback(b))
	}
	return json.Marshal(wire)
}

// Read implements processor.Processor.
func (s *Service) Read(header http.Header, body []byte) (processor.Event, error) {
	if err := verify(s.config.Secret, header.Get(SignatureHeader), body, s.config.Clock.Now()); err != nil {
		return processor.Event{}, err
	}
	return decode(body)
}

var errUnreadable = errors.New("an event without a name, or with figures that make no sense")

func decode(body []byte) (processor.Event, error) {
	var wire wireEvent
	err := json.Unmarshal(body, &wire)
	if err == nil && (wire.ID == "" || wire.Type == "") {
		err = errUnreadable
	}
	if err != nil {
		return processor.Event{}, errs.Wrap(err, errs.Invalid, "processor.unreadable")
	}
	event := processor.Event{ID: wire.ID, Type: wire.Type, At: wire.At.UTC()}
	if !known(wire.Type) {
		return event, nil
	}
	c := wire.Charge
	state := processor.State{
		Ref: c.Ref, PaymentID: c.PaymentID, Status: c.Status, Decline: c.Decline, Amount: c.Amount, Captured: c.Captured, Fee: c.Fee, CapturedAt: c.CapturedAt.UTC(),
	}
	sound := c.Ref != "" && knownStatus(c.Status) && c.Amount.Minor > 0 && within(c.Captured, c.Amount) && c.Fee.Minor >= 0
	for _, r := range c.Refunds {
		sound = sound && r.Ref != "" && r.Amount.Minor > 0 && within(r.Amount, c.Amount)
		r.At = r.At.UTC()
		state.Refunds = append(state.Refunds, processor.Refund(r))
	}
	for _, b := range c.Chargebacks {
		sound = sound && b.Ref != "" && b.Amount.Minor > 0 && within(b.Amount, c.Amount) && b.Fee.Minor >= 0 && knownChargeback(b.Status)
		b.At = b.At.UTC()
		state.Chargebacks = append(state.Chargebacks, processor.Chargeback(b))
	}
	if !sound {
		return processor.Event{}, errs.Wrap(errUnreadable, errs.Invalid, "processor.unreadable")
	}
	event.State = state
	return event, nil
}

// within says whether a part, which may be nothing at all, is one of the whole.
func within(part, whole money.Amount) bool {
	return part.Minor == 0 || (part.Currency == whole.Currency && part.Minor > 0 && part.Minor <= whole.Minor)
}

func known(event string) bool {
	switch event {
	case eventChallenged, eventAuthorised, eventDeclined, eventCaptured, eventVoided, eventRefunded, eventChargeback, eventDecided:
		return true
	}
	return false
}

func knownStatus(status processor.Status) bool {
	switch status {
	case processor.Created, processor.Challenged, processor.Authorised, processor.Captured, processor.Voided, processor.Declined:
		return true
	}
	return false
}

func knownChargeback(status processor.ChargebackStatus) bool {
	return status == processor.ChargebackOpened || status == processor.ChargebackWon || status == processor.ChargebackLost
}

// lateBy is how much later the webhooks of the late test card are sent.
const lateBy = 90 * time.Second

// deliveries says how long after an event each of its deliveries is due. Most come at once; by the event's name, some come late, so that others
// overtake them, and some twice: as those of real processors do.
func deliveries(eventID string, late bool) []time.Duration {
	if late {
		return []time.Duration{lateBy}
	}
	sum := fnv.New32a()
	sum.Write([]byte(eventID)) // a hash never fails
	switch sum.Sum32() % 8 {
	case 0:
		return []time.Duration{0, 6 * time.Second}
	case 1:
		return []time.Duration{10 * time.Second}
	case 2:
		return []time.Duration{5 * time.Second, 15 * time.Second}
	}
	return []time.Duration{0}
}

// postTimeout is how long a receiver may take.
const postTimeout = 10 * time.Second

// Post delivers to an address over HTTP, as a processor elsewhere would. Whatever is not answered with 2xx is an error.
func Post(address string) Deliver {
	client := &http.Client{Timeout: postTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return func(ctx context.Context, header http.Header, body []byte) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
		if err != nil {
			return err
		}
		request.Header = header
		answer, err := client.Do(request)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if answer.StatusCode/100 != 2 {
			return fmt.Errorf("the receiver answered a webhook with %s", answer.Status)
		}
		return nil
	}
}

// Deliver sends an event to the receiver, signed now. It returns not_found for one that does not exist, and the receiver's error.
func (s *Service) Deliver(ctx context.Context, eventID string) error {
	body, err := eventBody(ctx, s.config.DB, eventID)
	if err != nil {
		return err
	}
	if err := s.config.Deliver(ctx, Sign(s.config.Secret, s.config.Clock.Now(), body), body); err != nil {
		return err
	}
	return countDelivery(ctx, s.config.DB, eventID)
}
