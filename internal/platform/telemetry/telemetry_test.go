package telemetry

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
	"strings"
	"testing"

	"khadamat/internal/platform/httpx"

	_ "modernc.org/sqlite"
)

func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestALineCarriesTheRequestAndItsAccount(t *testing.T) {
	var out bytes.Buffer
	logger, err := NewLogger(&out, "info")
	if err != nil {
		t.Fatal(err)
	}
	h := httpx.RequestID(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		httpx.SetAccount(r.Context(), "acc-1")
		logger.With("area", "test").DebugContext(r.Context(), "hidden")
		logger.With("area", "test").WarnContext(r.Context(), "shown")
	}))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("X-Request-Id", "request-0001")
	h.ServeHTTP(httptest.NewRecorder(), r)
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v in %s", err, &out)
	}
	if line["msg"] != "shown" || line["request_id"] != "request-0001" || line["account"] != "acc-1" || line["area"] != "test" {
		t.Errorf("line %s", &out)
	}
	out.Reset()
	logger.Info("outside")
	if strings.Contains(out.String(), "request_id") || strings.Contains(out.String(), "account") {
		t.Errorf("outside a request: %s", &out)
	}
	if _, err := NewLogger(&out, "loud"); err == nil {
		t.Error("an unknown level was taken")
	}
}

func TestRequestsAreCountedByRouteMethodAndClass(t *testing.T) {
	m := NewMetrics("1.2.3")
	mux := http.NewServeMux()
	mux.HandleFunc("GET /p/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	mux.HandleFunc("GET /ws", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusSwitchingProtocols) })
	h := httpx.Chain(httpx.MarkRoute(mux), m.Requests, httpx.RequestID)
	get(t, h, "/p/1")
	get(t, h, "/p/2")
	get(t, h, "/invented/3")
	get(t, h, "/ws")
	r := httptest.NewRequest("INVENTED", "/p/1", nil)
	h.ServeHTTP(httptest.NewRecorder(), r)
	scraped := get(t, Admin(m, NewReadiness(nil)), "/metrics").Body.String()
	for _, want := range []string{
		`http_request_duration_seconds_count{method="GET",route="/p/{id}",status="4xx"} 2`,
		`http_request_duration_seconds_count{method="GET",route="none",status="4xx"} 1`,
		`http_request_duration_seconds_count{method="other",route="none",status="4xx"} 1`,
		`http_requests_in_flight 0`, `version="1.2.3"`, "go_goroutines",
	} {
		if !strings.Contains(scraped, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, unwanted := range []string{"/ws", "invented", "INVENTED", "/p/1"} {
		if strings.Contains(scraped, unwanted) {
			t.Errorf("%s became a series", unwanted)
		}
	}
}

type fixed struct{}

func (fixed) Subscribers() int { return 3 }
func (fixed) Dropped() uint64  { return 4 }
func (fixed) Bytes() int64     { return 5 }
func (fixed) Len() int         { return 6 }

func TestGaugesAreAskedAtEachScrape(t *testing.T) {
	m := NewMetrics("x")
	m.RegisterHub(fixed{})
	m.RegisterCache(fixed{})
	pool, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	m.RegisterDB(pool, "reader")
	n := 0.0
	m.Gauge("asked", "How often.", func() float64 { n++; return n })
	admin := Admin(m, NewReadiness(nil))
	get(t, admin, "/metrics")
	scraped := get(t, admin, "/metrics").Body.String()
	for _, want := range []string{"live_subscribers 3", "live_dropped_total 4", "cache_bytes 5", "cache_entries 6", "asked 2", `go_sql_open_connections{db_name="reader"}`} {
		if !strings.Contains(scraped, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestReadinessFollowsChecksAndDraining(t *testing.T) {
	var failure error
	readiness := NewReadiness(map[string]func(context.Context) error{"database": func(ctx context.Context) error {
		if _, bounded := ctx.Deadline(); !bounded {
			t.Error("a check may wait for ever")
		}
		return failure
	}})
	admin := Admin(NewMetrics("x"), readiness)
	expect := func(path string, status int, body string) {
		t.Helper()
		if w := get(t, admin, path); w.Code != status || !strings.Contains(w.Body.String(), body) {
			t.Errorf("%s: %d %s, want %d with %s", path, w.Code, w.Body, status, body)
		}
	}
	expect("/readyz", 200, `"database":"ok"`)
	failure = errors.New("locked")
	expect("/readyz", 503, "locked")
	expect("/healthz", 200, "ok")
	failure = nil
	expect("/readyz", 200, "ok")
	readiness.Drain()
	expect("/readyz", 503, "draining")
	expect("/healthz", 200, "ok")
}

func TestProfilesAreServed(t *testing.T) {
	server := httptest.NewServer(Admin(NewMetrics("x"), NewReadiness(nil)))
	defer server.Close()
	response, err := server.Client().Get(server.URL + "/debug/pprof/goroutine?debug=1")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != 200 || !bytes.Contains(content, []byte("goroutine profile")) {
		t.Errorf("%d %.80s %v", response.StatusCode, content, err)
	}
}

func TestLogAndMetricsShareARequest(t *testing.T) {
	var out bytes.Buffer
	logger, err := NewLogger(&out, "info")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /x", func(http.ResponseWriter, *http.Request) {})
	get(t, httpx.Chain(httpx.MarkRoute(mux), NewMetrics("x").Requests, httpx.Log(logger)), "/x")
	if !strings.Contains(out.String(), `"route":"GET /x"`) || strings.Contains(out.String(), slog.LevelError.String()) {
		t.Errorf("log %s", &out)
	}
}
