package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/job"
)

func TestEveryChangeIsToldWithTheWholeState(t *testing.T) {
	each(t, func(s *desk) {
		checkout := s.begin(asked())
		var want []string
		step := func(event string, status processor.Status, do func() error) {
			s.Helper()
			s.clock.Advance(time.Second)
			s.must(do())
			s.deliver()
			last := s.received[len(s.received)-1]
			if last.Type != event || last.State.Status != status || fmt.Sprint(last.State) != fmt.Sprint(s.state(checkout.Ref)) || !last.At.Equal(s.clock.Now()) {
				s.Fatalf("told %+v, want %s with\n%+v", last, event, s.state(checkout.Ref))
			}
			want = append(want, event)
		}
		pay := func(number string) func() error {
			return func() error { s.pay(checkout.URL, number); return nil }
		}
		step("charge.declined", processor.Declined, pay("4000000000009995"))
		step("charge.challenged", processor.Challenged, pay("4000002760003184"))
		step("charge.authorised", processor.Authorised, func() error {
			s.post(checkout.URL+"/challenge", map[string][]string{"code": {sandbox.ChallengeCode}})
			return nil
		})
		step("charge.captured", processor.Captured, func() error {
			_, err := s.sandbox.Capture(s.Context(), checkout.Ref, mad(300_00), "c")
			return err
		})
		step("charge.refunded", processor.Captured, func() error {
			_, err := s.sandbox.Refund(s.Context(), checkout.Ref, mad(1_00), "r")
			return err
		})
		step("chargeback.opened", processor.Captured, func() error {
			_, err := s.sandbox.ChargeBack(s.Context(), checkout.Ref, "fraudulent")
			return err
		})
		step("chargeback.closed", processor.Captured, func() error {
			_, err := s.sandbox.Decide(s.Context(), checkout.Ref, false)
			return err
		})
		var got []string
		for _, e := range s.received {
			if len(got) == 0 || got[len(got)-1] != e.Type {
				got = append(got, e.Type)
			}
		}
		if !slices.Equal(got, want) {
			s.Fatalf("told %v, want %v", got, want)
		}
		_, err := s.sandbox.Refund(s.Context(), checkout.Ref, mad(1_00), "r")
		s.must(err)
		before := len(s.received)
		if s.deliver(); len(s.received) != before {
			s.Fatalf("a command that was done before was told again: %+v", s.received[before:])
		}
	})
}

func TestNothingIsToldOfWhatWasNotDone(t *testing.T) {
	each(t, func(s *desk) {
		ref := s.begin(asked()).Ref
		_, err := s.sandbox.Capture(s.Context(), ref, mad(1), "early")
		s.refused(err, errs.Conflict, "processor.not_capturable")
		if s.deliver(); len(s.received) != 0 {
			s.Fatalf("told %+v", s.received)
		}
		// What was refused is not remembered under its key either.
		s.must(s.sandboxVoid(ref, "early"))
	})
}

func (s *desk) sandboxVoid(ref, key string) error {
	_, err := s.sandbox.Void(s.Context(), ref, key)
	return err
}

// event is one of a captured charge.
func event() processor.Event {
	at := dbtest.Start
	return processor.Event{ID: "ev_1", Type: "charge.captured", At: at, State: processor.State{
		Ref: "ch_1", PaymentID: "p1", Status: processor.Captured, Amount: mad(350_00), Captured: mad(350_00), Fee: mad(10_40), CapturedAt: at,
		Refunds:     []processor.Refund{{Ref: "re_1", Key: "k", Amount: mad(1_00), At: at}},
		Chargebacks: []processor.Chargeback{{Ref: "cb_1", Amount: mad(2_00), Fee: mad(150_00), Reason: "fraudulent", Status: processor.ChargebackWon, At: at}},
	}}
}

// reader only reads.
func reader() *sandbox.Service {
	return sandbox.New(sandbox.Config{Clock: clock.NewManual(dbtest.Start), Secret: secret})
}

func TestForgedAndStaleWebhooksAreRefused(t *testing.T) {
	body, err := sandbox.Encode(event())
	if err != nil {
		t.Fatal(err)
	}
	good := sandbox.Sign(secret, dbtest.Start, body)
	if got, err := reader().Read(good, body); err != nil || fmt.Sprint(got) != fmt.Sprint(event()) {
		t.Fatalf("read %+v, %v", got, err)
	}
	for _, off := range []time.Duration{-5 * time.Minute, 5 * time.Minute} {
		if _, err := reader().Read(sandbox.Sign(secret, dbtest.Start.Add(off), body), body); err != nil {
			t.Errorf("signed %s from now: %v", off, err)
		}
	}
	signature := good.Get(sandbox.SignatureHeader)
	header := func(value string) http.Header {
		h := http.Header{}
		h.Set(sandbox.SignatureHeader, value)
		return h
	}
	if _, err := reader().Read(header(strings.Replace(signature, ",", ",v1=00ff,v0=abc,", 1)), body); err != nil {
		t.Errorf("a header with a second signature: %v", err)
	}
	for name, c := range map[string]struct {
		header http.Header
		body   string
		key    string
	}{
		"no signature":     {http.Header{}, string(body), "processor.forged"},
		"another body":     {good, strings.Replace(string(body), "35000", "35001", 1), "processor.forged"},
		"another secret":   {sandbox.Sign([]byte("another"), dbtest.Start, body), string(body), "processor.forged"},
		"another time":     {header(strings.Replace(signature, "t=1", "t=2", 1)), string(body), "processor.forged"},
		"no time":          {header(signature[strings.Index(signature, ",")+1:]), string(body), "processor.forged"},
		"no hexadecimal":   {header("t=1780300800,v1=zz"), string(body), "processor.forged"},
		"an old signature": {sandbox.Sign(secret, dbtest.Start.Add(-5*time.Minute-time.Second), body), string(body), "processor.stale"},
		"one of tomorrow":  {sandbox.Sign(secret, dbtest.Start.Add(24*time.Hour), body), string(body), "processor.stale"},
	} {
		if _, err := reader().Read(c.header, []byte(c.body)); err == nil || errs.CodeOf(err) != errs.Unauthenticated || !strings.Contains(err.Error(), c.key) {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	if _, err := sandbox.New(sandbox.Config{Clock: clock.NewManual(dbtest.Start)}).Read(sandbox.Sign(nil, dbtest.Start, body), body); errs.CodeOf(err) != errs.Unauthenticated {
		t.Errorf("without a secret of its own, a processor took the empty one: %v", err)
	}
}

func TestAnUnknownTypeSaysNothingAndNonsenseIsInvalid(t *testing.T) {
	unknown := event()
	unknown.Type = "account.updated"
	got, err := read(t, unknown)
	if err != nil || got.ID != "ev_1" || got.Type != "account.updated" || fmt.Sprint(got.State) != fmt.Sprint(processor.State{}) {
		t.Errorf("read %+v, %v", got, err)
	}
	for name, change := range map[string]func(*processor.Event){
		"no name":                func(e *processor.Event) { e.ID = "" },
		"no charge":              func(e *processor.Event) { e.State.Ref = "" },
		"an unknown status":      func(e *processor.Event) { e.State.Status = "lost" },
		"more than was asked":    func(e *processor.Event) { e.State.Captured = mad(350_01) },
		"a negative amount":      func(e *processor.Event) { e.State.Amount = mad(-1) },
		"a negative fee":         func(e *processor.Event) { e.State.Fee = mad(-1) },
		"a refund of nothing":    func(e *processor.Event) { e.State.Refunds[0].Amount = mad(0) },
		"another currency":       func(e *processor.Event) { e.State.Refunds[0].Amount.Currency = "EUR" },
		"an unknown chargeback":  func(e *processor.Event) { e.State.Chargebacks[0].Status = "half" },
		"too large a chargeback": func(e *processor.Event) { e.State.Chargebacks[0].Amount = mad(350_01) },
	} {
		e := event()
		change(&e)
		if _, err := read(t, e); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func read(t *testing.T, e processor.Event) (processor.Event, error) {
	t.Helper()
	body, err := sandbox.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	return reader().Read(sandbox.Sign(secret, dbtest.Start, body), body)
}

func TestAWebhookThatTheReceiverRefusesIsSentAgain(t *testing.T) {
	answer := http.StatusServiceUnavailable
	var header http.Header
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		w.WriteHeader(answer)
	}))
	defer receiver.Close()
	deliver := sandbox.Post(receiver.URL + "/webhooks/payments/sandbox")
	if err := deliver(t.Context(), sandbox.Sign(secret, dbtest.Start, []byte("{}")), []byte("{}")); err == nil {
		t.Error("an answer of 503 was taken for a delivery")
	}
	answer = http.StatusOK
	if err := deliver(t.Context(), sandbox.Sign(secret, dbtest.Start, []byte("{}")), []byte("{}")); err != nil {
		t.Error(err)
	}
	if _, err := reader().Read(header, []byte("{}")); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("the signature did not arrive: %v", err)
	}
}

// TestTheQueueDeliversAndChargesBack works the real queue. Its clock stands in the past, so that everything is due.
func TestTheQueueDeliversAndChargesBack(t *testing.T) {
	one(t, func(s *desk) {
		arrived := make(chan string, 16)
		s.sandbox = sandbox.New(sandbox.Config{DB: s.db, Clock: s.clock, Queue: s.queue, Secret: secret, Deliver: func(_ context.Context, header http.Header, body []byte) error {
			event, err := reader().Read(header, body)
			arrived <- event.Type
			return err
		}})
		charge := asked()
		charge.Immediate = true
		checkout := s.begin(charge)
		s.pay(s.server.URL+"/sandbox/pay/"+checkout.Ref, "4000000000000259")
		s.sandbox.Attach(s.queue)
		run(s, s.queue)
		for seen := map[string]bool{}; !seen["charge.captured"] || !seen["chargeback.opened"]; {
			select {
			case kind := <-arrived:
				seen[kind] = true
			case <-s.Context().Done():
				s.Fatal(s.Context().Err())
			}
		}
		if got := s.state(checkout.Ref); len(got.Chargebacks) != 1 || got.Chargebacks[0].Amount != mad(350_00) {
			s.Errorf("chargebacks: %+v", got.Chargebacks)
		}
	})
}

// run works the queue until the test ends.
func run(s *desk, queue *job.Queue) {
	s.must(queue.Open())
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- queue.Run(ctx, time.Second) }()
	s.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			s.Error(err)
		}
	})
}

func FuzzRead(f *testing.F) {
	body, err := sandbox.Encode(event())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sandbox.Sign(secret, dbtest.Start, body).Get(sandbox.SignatureHeader), body)
	f.Add("t=1,v1=,v1=00", []byte("{}"))
	f.Add("", []byte(`{"id":"e","type":"charge.captured","created_at":"2026-06-01T08:00:00Z","charge":{"ref":"c","status":"captured","amount":{"amount_minor":-1}}}`))
	service := reader()
	f.Fuzz(func(t *testing.T, signature string, body []byte) {
		header := http.Header{}
		header.Set(sandbox.SignatureHeader, signature)
		if _, err := service.Read(header, body); err == nil && signature != sandbox.Sign(secret, dbtest.Start, body).Get(sandbox.SignatureHeader) && !strings.Contains(signature, "v1=") {
			t.Fatal("read without a signature")
		}
		got, err := service.Read(sandbox.Sign(secret, dbtest.Start, body), body)
		if err != nil {
			if errs.CodeOf(err) != errs.Invalid {
				t.Fatal(err)
			}
			return
		}
		if !json.Valid(body) || got.ID == "" || got.State.Amount.Minor < 0 || got.State.Captured.Minor > got.State.Amount.Minor {
			t.Fatalf("read %+v", got)
		}
	})
}
