// Command webhooks sends a storm of a processor's webhooks, repeated and in any order, to the house's own receiver, while the house processes them, and compares what
// it knows in the end with a house that heard each of them once and in order.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"sync"
	"time"

	"khadamat/internal/app"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/live"
	"khadamat/internal/platform/mail"
	"khadamat/load/rig"
)

type options struct {
	engine   string
	rate     int // webhooks a second
	seconds  int
	payments int
	clients  int
}

func main() {
	var o options
	flag.StringVar(&o.engine, "engine", rig.SQLite, "sqlite, postgres or both; postgres below scripts/with-postgres")
	flag.IntVar(&o.rate, "rate", 1000, "webhooks a second")
	flag.IntVar(&o.seconds, "seconds", 60, "how long the storm lasts")
	flag.IntVar(&o.payments, "payments", 1200, "payments that it is about, each with six events")
	flag.IntVar(&o.clients, "clients", 64, "senders at once")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	engines, err := rig.Engines(o.engine)
	if err != nil {
		return err
	}
	if distinct := o.payments * eventsEach; o.rate*o.seconds < distinct {
		return fmt.Errorf("%d webhooks cannot tell %d events: give a longer storm or fewer payments", o.rate*o.seconds, distinct)
	}
	var report rig.Report
	for _, engine := range engines {
		if err := storm(ctx, o, engine, &report); err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
	}
	report.Print(os.Stdout)
	if report.Missed() {
		return errors.New("a target was missed")
	}
	return nil
}

// storm compares a calm house with a stormy one, on one engine.
func storm(ctx context.Context, o options, engine string, report *rig.Report) error {
	all := newHistory(o.payments, time.Now())
	calm, err := open(ctx, engine, all)
	if err != nil {
		return err
	}
	defer calm.close()
	stormy, err := open(ctx, engine, all)
	if err != nil {
		return err
	}
	defer stormy.close()

	// One sender a payment, so that its events come in order.
	took, _, err := calm.send(ctx, o.clients, 0, all.inOrder(o.clients))
	if err != nil {
		return err
	}
	report.Note("webhooks in order, each once, "+engine, fmt.Sprintf("%d in %.1f s", o.payments*eventsEach, took.Seconds()))
	if err := calm.settled(ctx); err != nil {
		return err
	}

	total := o.rate * o.seconds
	took, latencies, err := stormy.send(ctx, o.clients, o.rate, all.shuffled(o.clients, total))
	if err != nil {
		return err
	}
	started := time.Now()
	if err := stormy.settled(ctx); err != nil {
		return err
	}
	reached := float64(total) / took.Seconds()
	report.Figure("webhook storm, "+engine, fmt.Sprintf("%.0f events/s for %.0f s", reached, took.Seconds()), fmt.Sprintf("%d events/s", o.rate), reached >= 0.98*float64(o.rate))
	report.Note("answer, "+engine, fmt.Sprintf("median %s, p99 %s", rig.Millis(rig.Median(latencies)), rig.Millis(rig.Quantile(latencies, 0.99))))
	report.Note("last one processed, "+engine, fmt.Sprintf("%.1f s after the storm", time.Since(started).Seconds()))
	differ, err := compare(ctx, calm, stormy)
	if err != nil {
		return err
	}
	report.Figure("payments whose state or books differ from calm, "+engine, fmt.Sprintf("%d of %d", differ, o.payments), "0", differ == 0)
	return nil
}

// house is the services over a database of their own, with their jobs worked and their receiver on a loopback address.
type house struct {
	place    rig.Place
	db       *db.DB
	services *app.Services
	server   *httptest.Server
	client   *http.Client
	stop     func()
}

var secret = "a secret of the storm"

func open(ctx context.Context, engine string, all *history) (h *house, err error) {
	place, err := rig.NewPlace(ctx, engine)
	if err != nil {
		return nil, err
	}
	h = &house{place: place, stop: func() {}, client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 256}}}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	if h.db, err = db.Open(ctx, db.Config{URL: place.DatabaseURL, Folder: place.Folder}, clock.System{}); err != nil {
		return h, err
	}
	if err := h.db.Migrate(ctx); err != nil {
		return h, err
	}
	if err := h.db.Tx(ctx, func(tx *db.Tx) error { return all.store(ctx, tx) }); err != nil {
		return h, err
	}
	blobs, err := blob.NewFolder(place.Folder + "/blobs")
	if err != nil {
		return h, err
	}
	outbox, err := mail.NewOutbox(place.Folder+"/outbox", "storm@khadamat.test", clock.System{})
	if err != nil {
		return h, err
	}
	quiet := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	hub := live.New(live.NewLocal(), live.Options{})
	h.services, err = app.NewServices(ctx, app.Ground{DB: h.db, Clock: clock.System{}, Hub: hub, Blobs: blobs, Sender: outbox, BaseURL: "http://127.0.0.1", Logger: quiet,
		Paying: app.Paying{SandboxSecret: secret}})
	if err != nil {
		return h, err
	}
	working, stop := context.WithCancel(ctx)
	var jobs sync.WaitGroup
	jobs.Go(func() {
		if err := h.services.Queue.Run(working, 5*time.Second); err != nil {
			fmt.Fprintln(os.Stderr, "the job queue has stopped:", err)
		}
	})
	h.stop = func() {
		stop()
		jobs.Wait()
		hub.Drain()
		h.services.Cache.Close()
	}
	h.server = httptest.NewServer(h.services.Payments.Receiver(func(w http.ResponseWriter, _ *http.Request, err error) {
		fmt.Fprintln(os.Stderr, "refused:", err)
		w.WriteHeader(http.StatusInternalServerError)
	}))
	return h, nil
}

func (h *house) close() {
	if h.server != nil {
		h.server.Close()
	}
	h.stop()
	if h.db != nil {
		_ = h.db.Close() // it is thrown away
	}
	if err := h.place.Remove(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// settled processes what the jobs have not come to yet, and fails where anything is left.
func (h *house) settled(ctx context.Context) error {
	if err := h.services.Payments.Sweep(ctx); err != nil && errs.CodeOf(err) != errs.Unavailable {
		return err
	}
	var left int
	err := h.db.QueryRow(ctx, `SELECT count(*) FROM payment_webhooks WHERE status <> $1`, string(payment.WebhookProcessed)).Scan(&left)
	if err == nil && left > 0 {
		err = fmt.Errorf("%d webhooks are not processed", left)
	}
	return err
}

// inOrder gives each sender whole payments, each event once.
func (h *history) inOrder(clients int) [][]processor.Event {
	parts := make([][]processor.Event, clients)
	for i, events := range h.events {
		parts[i%clients] = append(parts[i%clients], events...)
	}
	return parts
}

// shuffled gives the senders so many events in any order, each event about as often as another.
func (h *history) shuffled(clients, total int) [][]processor.Event {
	var all []processor.Event
	for len(all) < total {
		for _, events := range h.events {
			all = append(all, events...)
		}
	}
	all = all[:total]
	random := rand.New(rand.NewPCG(378, 4))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	parts := make([][]processor.Event, clients)
	for i, event := range all {
		parts[i%clients] = append(parts[i%clients], event)
	}
	return parts
}
