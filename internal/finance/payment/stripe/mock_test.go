package stripe_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"khadamat/internal/finance/payment/stripe"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db/dbtest"
)

const secret = "whsec_of_the_tests"

// request is one that Stripe was sent.
type request struct {
	path string // with the method: "POST /v1/refunds"
	key  string
	form url.Values
}

// counter is Stripe's own mock server behind a proxy. The mock checks every request against Stripe's OpenAPI document and answers with fixtures, which
// are always the same; the proxy notes the requests and changes the answers to what the test is about.
type counter struct {
	stripe   *stripe.Processor
	mu       sync.Mutex
	requests []request
}

// object is a JSON object of an answer.
type object = map[string]any

func open(t *testing.T, change func(path string, answer object)) *counter {
	t.Helper()
	behind, err := url.Parse(mockAddress)
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(behind) },
		ModifyResponse: func(answer *http.Response) error {
			body, err := io.ReadAll(answer.Body)
			if err != nil || answer.StatusCode != http.StatusOK {
				answer.Body = io.NopCloser(bytes.NewReader(body))
				return err
			}
			var all object
			if err := json.Unmarshal(body, &all); err != nil {
				return err
			}
			change(answer.Request.Method+" "+answer.Request.URL.Path, all)
			if body, err = json.Marshal(all); err != nil {
				return err
			}
			answer.Header.Del("Content-Length")
			answer.ContentLength = int64(len(body))
			answer.Body = io.NopCloser(bytes.NewReader(body))
			return nil
		},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what is cut short, the mock refuses
		form, _ := url.ParseQuery(string(body))
		c.mu.Lock()
		c.requests = append(c.requests, request{r.Method + " " + r.URL.Path, r.Header.Get("Idempotency-Key"), form})
		c.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	c.stripe = at(server.URL)
	return c
}

// at is the adapter to what stands at an address.
func at(address string) *stripe.Processor {
	return stripe.New(stripe.Config{Key: "sk_test_123", WebhookSecret: secret, Clock: clock.NewManual(dbtest.Start), Address: address})
}

// mockAddress is where the mock server listens while the tests run.
var mockAddress string

func TestMain(m *testing.M) {
	stop, err := startMock()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	stop()
	os.Exit(code)
}

// startMock starts the mock server on free ports.
func startMock() (stop func(), err error) {
	path, err := filepath.Abs("../../../../.tools/stripe-mock")
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%w: run load/tools stripe-mock, as make test does", err)
	}
	command := exec.Command(path, "-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0")
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	var reading sync.WaitGroup
	stop = func() {
		_ = command.Process.Kill() // it may have ended by itself, which the tests have noticed
		reading.Wait()
		_ = command.Wait()
	}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if address, found := strings.CutPrefix(lines.Text(), "Listening for HTTP at address: "); found {
			mockAddress = "http://" + address
			// It writes a line for each request, and would wait for a reader once the pipe is full.
			reading.Go(func() { _, _ = io.Copy(io.Discard, output) })
			return stop, nil
		}
	}
	stop()
	return nil, fmt.Errorf("stripe-mock ended before it listened: %w", cmp.Or(lines.Err(), io.EOF))
}

// asked returns the last request to a path, and whether there was one.
func (c *counter) asked(path string) (request, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := len(c.requests) - 1; i >= 0; i-- {
		if c.requests[i].path == path {
			return c.requests[i], true
		}
	}
	return request{}, false
}
