package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"khadamat/internal/api"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/platform/live"
	"khadamat/internal/platform/mail"
	"khadamat/internal/platform/telemetry"
	"khadamat/internal/texts"
	"khadamat/internal/web"
)

// goodbyeTime is how long the live pages' sockets may take to close once the server ends.
const goodbyeTime = 2 * time.Second

// maxBodyBytes bounds a request's body where no route says otherwise.
const maxBodyBytes = 1 << 20

// Serve opens everything, fills an empty database in demo mode, and answers requests until ctx ends; then it drains.
func Serve(ctx context.Context, c Config, version string, logger *slog.Logger) error {
	if c.Demo {
		if err := fillEmpty(ctx, c.Storage, logger); err != nil {
			return err
		}
	}
	d, err := open(ctx, c.database(), clock.System{})
	if err != nil {
		return err
	}
	defer d.Close()
	sender, outbox, err := post(c)
	if err != nil {
		return err
	}
	hub := live.New(live.NewLocal(), live.Options{})
	blobs, err := blob.NewFolder(c.blobFolder())
	if err != nil {
		return err
	}
	reconciling, err := c.reconciling()
	if err != nil {
		return err
	}
	services, err := NewServices(ctx, Ground{DB: d, Clock: clock.System{}, Hub: hub, Blobs: blobs, Sender: sender, BaseURL: c.baseURL(), Logger: logger, Recon: reconciling, Paying: c.paying(), House: c.house()})
	if err != nil {
		return err
	}
	metrics := telemetry.NewMetrics(version)
	metrics.RegisterDB(d.Writer(), string(d.Dialect))
	metrics.RegisterHub(hub)
	metrics.RegisterCache(services.Cache)
	handler, err := handlerOf(c, services, hub, outbox, metrics.Requests, logger)
	if err != nil {
		return err
	}
	readiness := telemetry.NewReadiness(map[string]func(context.Context) error{"database": d.Ping})
	s := server{
		config: c, logger: logger, handler: handler, hub: hub, admin: telemetry.Admin(metrics, readiness),
		background: func(ctx context.Context) { services.background(ctx, d, c.drain(), logger) },
		onDrain: func() {
			readiness.Drain()
			hub.Drain()
		},
	}
	return s.run(ctx)
}

// open opens and migrates a database, which goes by a clock.
func open(ctx context.Context, config db.Config, time clock.Clock) (*db.DB, error) {
	d, err := db.Open(ctx, config, time)
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// post returns where mail goes: to the mail server, or where there is none into the outbox, which demo mode shows.
func post(c Config) (mail.Sender, *mail.Outbox, error) {
	if c.SMTPHost != "" {
		sender, err := mail.NewSMTP(mail.Config{Host: c.SMTPHost, Port: c.SMTPPort, Username: c.SMTPUser, Password: c.SMTPPassword, From: c.MailFrom}, clock.System{})
		return sender, nil, err
	}
	outbox, err := mail.NewOutbox(c.outboxFolder(), c.MailFrom, clock.System{})
	return outbox, outbox, err
}

// handlerOf puts site and API side by side, and around both what is common to all answers.
func handlerOf(c Config, s *Services, hub *live.Hub, outbox *mail.Outbox, measure httpx.Middleware, logger *slog.Logger) (http.Handler, error) {
	trusted, err := c.trusted()
	if err != nil {
		return nil, err
	}
	site := web.Config{
		Accounts:   s.Accounts,
		Catalog:    s.Catalog,
		Bookings:   s.Bookings,
		Notices:    s.Notices,
		Calendars:  s.Calendars,
		Documents:  s.Documents,
		Reviews:    s.Reviews,
		Disputes:   s.Disputes,
		Statistics: s.Statistics,
		Features:   s.Features,
		AuditLog:   s.AuditLog,
		Messages:   s.Messages,
		Favourites: s.Favourites,
		Gallery:    s.Gallery,
		Quotes:     s.Quotes,
		Payments:   s.Payments,
		Workspace:  s.Workspace,
		Ledger:     s.Ledger,
		Payouts:    s.Payouts,
		Proof:      s.Proof,
		Texts:      texts.Catalog(), Clock: clock.System{}, Logger: logger, BaseURL: c.baseURL(), Demo: c.Demo, Limits: c.webLimits(),
	}
	if c.Demo && outbox != nil {
		site.Outbox = outbox
	}
	if c.Demo {
		site.Previews = s.Office
	}
	pages := web.New(site)
	interfaces := api.New(api.Config{
		Accounts:   s.Accounts,
		Catalog:    s.Catalog,
		Bookings:   s.Bookings,
		Messages:   s.Messages,
		Reviews:    s.Reviews,
		Disputes:   s.Disputes,
		Quotes:     s.Quotes,
		Payments:   s.Payments,
		Ledger:     s.Ledger,
		Payouts:    s.Payouts,
		Proof:      s.Proof,
		Favourites: s.Favourites,
		Gallery:    s.Gallery,
		Calendars:  s.Calendars,
		Statistics: s.Statistics,
		Notices:    s.Notices,
		Features:   s.Features,
		Recon:      s.Workspace,
		Hub:        hub, Texts: texts.Catalog(), Clock: clock.System{}, Logger: logger, Limits: c.apiLimits(),
	})
	isAPI := func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }
	problem := api.RenderError(texts.Catalog())
	fail := func(w http.ResponseWriter, r *http.Request, err error) {
		if isAPI(r) {
			problem(w, r, err)
			return
		}
		pages.Fail(w, r, err)
	}
	refuseOthers, err := httpx.CrossOrigin(fail)
	if err != nil {
		return nil, err
	}
	takesItsTime := func(r *http.Request) bool { return api.TakesItsTime(r) || web.TakesItsTime(r) }
	sameOrigin := func(next http.Handler) http.Handler {
		refusing := refuseOthers(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isWebhook(r) {
				next.ServeHTTP(w, r)
				return
			}
			refusing.ServeHTTP(w, r)
		})
	}
	webhooks, cards := s.Payments.Receiver(problem), s.Sandbox.Handler()
	all := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case isAPI(r):
			interfaces.ServeHTTP(w, r)
		case isWebhook(r):
			webhooks.ServeHTTP(w, r)
		case strings.HasPrefix(r.URL.Path, sandboxPath):
			cards.ServeHTTP(w, r)
		default:
			pages.ServeHTTP(w, r)
		}
	})
	return httpx.Chain(all,
		httpx.RequestID, httpx.ClientAddress(trusted), measure, httpx.Log(logger), httpx.Compress, httpx.Recover(logger, fail), httpx.SecurityHeaders,
		sameOrigin, httpx.Timeout(c.timeout(), takesItsTime), httpx.BodyLimit(maxBodyBytes)), nil
}

// server is what answers, with what goes on beside it.
type server struct {
	config         Config
	logger         *slog.Logger
	handler, admin http.Handler
	hub            *live.Hub
	background     func(context.Context)
	onDrain        func()
}

// run serves until ctx ends, drains, and then stops what goes on in the background.
func (s *server) run(ctx context.Context) error {
	listener, err := net.Listen("tcp", s.config.Addr)
	if err != nil {
		return fmt.Errorf("%w: choose another address with --addr or KHADAMAT_ADDR", err)
	}
	adminListener, err := s.listenAdmin()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	// What goes on beside the requests outlives the last of them.
	beside, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var others sync.WaitGroup
	others.Go(func() { s.background(beside) })
	if adminListener != nil {
		others.Go(func() {
			if err := httpx.Serve(beside, adminListener, s.admin, httpx.Options{DrainSeconds: 1, Logger: s.logger}); err != nil {
				s.logger.Error("the admin server has stopped", "error", err)
			}
		})
	}
	s.logger.Info("serving", "address", s.config.baseURL(), "demo", s.config.Demo)
	err = httpx.Serve(ctx, listener, s.handler, httpx.Options{DrainSeconds: s.config.DrainSeconds, Logger: s.logger, OnDrain: s.onDrain})
	// Sockets are none of the HTTP server's any more: they have the time of one goodbye.
	goodbye, cancel := context.WithTimeout(beside, goodbyeTime)
	defer cancel()
	s.hub.Wait(goodbye.Done())
	stop()
	others.Wait()
	return err
}

func (s *server) listenAdmin() (net.Listener, error) {
	if s.config.AdminAddr == "" {
		return nil, nil
	}
	listener, err := net.Listen("tcp", s.config.AdminAddr)
	if err != nil {
		return nil, fmt.Errorf("%w: choose another address with --admin-addr or KHADAMAT_ADMIN_ADDR, or none with an empty one", err)
	}
	return listener, nil
}
