package telemetry

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/pprof"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// maxCheck bounds how long readiness waits for all checks.
const maxCheck = 2 * time.Second

// Readiness says whether this process should be sent requests. It is ready once started, until it drains.
type Readiness struct {
	checks   map[string]func(context.Context) error
	draining atomic.Bool
}

// NewReadiness takes checks by name; each returns an error while what it checks does not work.
func NewReadiness(checks map[string]func(context.Context) error) *Readiness {
	return &Readiness{checks: checks}
}

// Drain turns readiness off for good.
func (r *Readiness) Drain() { r.draining.Store(true) }

// ServeHTTP answers 200, or 503 while draining or while a check fails, with each check's state.
func (r *Readiness) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	ctx, cancel := context.WithTimeout(request.Context(), maxCheck)
	defer cancel()
	status, states := http.StatusOK, map[string]string{}
	if r.draining.Load() {
		status, states["draining"] = http.StatusServiceUnavailable, "yes"
	}
	for name, check := range r.checks {
		states[name] = "ok"
		if err := check(ctx); err != nil {
			status, states[name] = http.StatusServiceUnavailable, err.Error()
		}
	}
	answer(w, status, states)
}

// Admin is the handler of the admin address, which only operators reach: /metrics, /healthz, /readyz and /debug/pprof/.
func Admin(m *Metrics, readiness *Readiness) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"process": "ok"})
	})
	mux.Handle("GET /readyz", readiness)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

func answer(w http.ResponseWriter, status int, states map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(states)
}
