package sandbox_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/job"
	"khadamat/internal/texts"
)

var secret = []byte("a secret of the tests")

// desk is a processor with its pages on a server of their own, and what its client has received.
type desk struct {
	*testing.T
	db       *db.DB
	clock    *clock.Manual
	queue    *job.Queue
	sandbox  *sandbox.Service
	server   *httptest.Server
	log      bytes.Buffer
	received []processor.Event
}

// each runs a test at a desk on each engine.
func each(t *testing.T, test func(s *desk)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) { test(open(t, d, now)) })
}

// one runs a test that says nothing about the database on SQLite alone.
func one(t *testing.T, test func(s *desk)) {
	t.Helper()
	now := clock.NewManual(dbtest.Start)
	test(open(t, dbtest.SQLite(t, now), now))
}

func open(t *testing.T, d *db.DB, now *clock.Manual) *desk {
	s := &desk{T: t, db: d, clock: now}
	logger := slog.New(slog.NewTextHandler(&s.log, nil))
	s.queue = job.New(d, logger)
	var handler http.Handler
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(s.server.Close)
	s.sandbox = sandbox.New(sandbox.Config{
		DB: d, Clock: now, Queue: s.queue, Secret: secret, BaseURL: s.server.URL, Deliver: s.receive, Texts: texts.Catalog(), Logger: logger, Operate: true,
	})
	handler = s.sandbox.Handler()
	return s
}

func (s *desk) receive(_ context.Context, header http.Header, body []byte) error {
	event, err := s.sandbox.Read(header, body)
	s.received = append(s.received, event)
	return err
}

func (s *desk) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *desk) refused(err error, code errs.Code, key string) {
	s.Helper()
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Code != code || known.Key != key {
		s.Fatalf("got %v, want %s: %s", err, code, key)
	}
}

func mad(minor int64) money.Amount { return money.Of(minor, money.MAD) }

// asked is a charge of 350.00 MAD.
func asked() processor.Charge {
	return processor.Charge{PaymentID: ids.New(), Amount: mad(350_00), Summary: "Ménage chez Salma", Language: "fr", ReturnURL: "https://shop.test/back?id=7"}
}

func (s *desk) begin(charge processor.Charge) processor.Checkout {
	s.Helper()
	checkout, err := s.sandbox.Begin(s.Context(), charge)
	s.must(err)
	return checkout
}

// paid is a charge that was paid with the card that pays at once.
func (s *desk) paid(charge processor.Charge) string {
	s.Helper()
	checkout := s.begin(charge)
	if p := s.pay(checkout.URL, "4000 0000 0000 0077"); p.status != http.StatusSeeOther {
		s.Fatalf("paying answered %d\n%s", p.status, p.body)
	}
	return checkout.Ref
}

// captured is a charge that was paid and wholly captured.
func (s *desk) captured() string {
	s.Helper()
	ref := s.paid(asked())
	_, err := s.sandbox.Capture(s.Context(), ref, mad(350_00), "capture:"+ref)
	s.must(err)
	return ref
}

func (s *desk) state(ref string) processor.State {
	s.Helper()
	state, err := s.sandbox.Fetch(s.Context(), ref)
	s.must(err)
	return state
}

func (s *desk) is(ref string, want processor.Status) {
	s.Helper()
	if got := s.state(ref).Status; got != want {
		s.Fatalf("the charge is %s, want %s", got, want)
	}
}

// page is what a browser got that follows no redirect.
type page struct {
	status int
	header http.Header
	body   string
}

func (p page) location() string { return p.header.Get("Location") }

func (s *desk) get(address string) page {
	s.Helper()
	return s.do(http.MethodGet, address, nil)
}

func (s *desk) post(address string, form url.Values) page {
	s.Helper()
	return s.do(http.MethodPost, address, form)
}

func (s *desk) do(method, address string, form url.Values) page {
	s.Helper()
	if !strings.HasPrefix(address, "http") {
		address = s.server.URL + address
	}
	request, err := http.NewRequestWithContext(s.Context(), method, address, strings.NewReader(form.Encode()))
	s.must(err)
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	s.must(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	s.must(err)
	return page{answer.StatusCode, answer.Header, string(body)}
}

// pay types a card into the card page.
func (s *desk) pay(address, number string) page {
	s.Helper()
	return s.post(address, url.Values{"number": {number}, "expiry": {"12/29"}, "cvc": {"123"}})
}

// deliver has every delivery made that was enqueued and not made yet, in the order in which they were due.
func (s *desk) deliver() {
	s.Helper()
	rows, err := s.db.Query(s.Context(), `SELECT args FROM river_job WHERE kind = 'sandbox.deliver' ORDER BY scheduled_at, id`)
	jobs, err := db.Collect(rows, err, func(rows *sql.Rows) (args struct {
		EventID string `json:"event_id"`
	}, err error) {
		var text []byte
		if err = rows.Scan(&text); err == nil {
			err = json.Unmarshal(text, &args)
		}
		return args, err
	})
	s.must(err)
	for _, j := range jobs {
		s.must(s.sandbox.Deliver(s.Context(), j.EventID))
	}
	s.must(s.db.Tx(s.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(s.Context(), `DELETE FROM river_job WHERE kind = 'sandbox.deliver'`)
		return err
	}))
}
