package telemetry

import (
	"database/sql"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"khadamat/internal/platform/httpx"
)

// Metrics is the process's Prometheus registry, with what every process has: the Go runtime, the process itself, the build, and
// the requests.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

// NewMetrics returns a registry of its own, so that two in one test do not meet.
func NewMetrics(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "http_request_duration_seconds",
			Help:    "How long requests took, by route pattern, method and class of status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "method", "status"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "http_requests_in_flight", Help: "Requests that are being answered."}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "build_info", Help: "Always 1; which build this is stands in the labels.",
		ConstLabels: prometheus.Labels{"version": version, "revision": revision(), "go": goVersion()},
	})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.inFlight, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Gauge registers a value that is asked for at each scrape. A name can be registered once.
func (m *Metrics) Gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

// Counter registers a count that only grows, asked for at each scrape.
func (m *Metrics) Counter(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value))
}

// RegisterDB registers the connection pool under a name ("reader", "writer").
func (m *Metrics) RegisterDB(pool *sql.DB, name string) {
	m.registry.MustRegister(collectors.NewDBStatsCollector(pool, name))
}

// Hub is what there is to know of a live hub.
type Hub interface {
	Subscribers() int
	Dropped() uint64
}

// RegisterHub registers the live hub.
func (m *Metrics) RegisterHub(hub Hub) {
	m.Gauge("live_subscribers", "Watchers of live events.", func() float64 { return float64(hub.Subscribers()) })
	m.Counter("live_dropped_total", "Watchers that were too slow.", func() float64 { return float64(hub.Dropped()) })
}

// Cache is what there is to know of an in-process cache.
type Cache interface {
	Bytes() int64
	Len() int
}

// RegisterCache registers the in-process cache.
func (m *Metrics) RegisterCache(cache Cache) {
	m.Gauge("cache_bytes", "Bytes that the in-process cache holds.", func() float64 { return float64(cache.Bytes()) })
	m.Gauge("cache_entries", "Entries that the in-process cache holds.", func() float64 { return float64(cache.Len()) })
}

// Requests measures each request. It stands around what notes the route (httpx.MarkRoute) and beside httpx.Log. WebSockets are
// left out: their length says nothing of our speed.
func (m *Metrics) Requests(next http.Handler) http.Handler {
	return httpx.Chain(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		m.inFlight.Inc()
		recorder := httpx.Record(w)
		defer func() {
			m.inFlight.Dec()
			if recorder.Status() != http.StatusSwitchingProtocols {
				m.requests.WithLabelValues(route(r), method(r.Method), class(recorder.Status())).Observe(time.Since(started).Seconds())
			}
		}()
		next.ServeHTTP(recorder, r)
	}), httpx.RequestScope)
}

// route is the pattern without its method. What no route took counts together: paths are anybody's to invent.
func route(r *http.Request) string {
	pattern := httpx.RouteOf(r)
	if pattern == "" {
		return "none"
	}
	if _, path, ok := strings.Cut(pattern, " "); ok {
		return path
	}
	return pattern
}

// method keeps invented methods from making series.
func method(s string) string {
	switch s {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return s
	}
	return "other"
}

func class(status int) string {
	switch status / 100 {
	case 2:
		return "2xx"
	case 3:
		return "3xx"
	case 4:
		return "4xx"
	}
	return "5xx"
}

func goVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.GoVersion
	}
	return "unknown"
}

func revision() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				return setting.Value
			}
		}
	}
	return "unknown"
}
