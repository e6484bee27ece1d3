package httpx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Options of a server. Zero durations take the default that stands beside them.
type Options struct {
	ReadHeaderTimeout time.Duration // 10 s: how long a client may take to say what it wants
	ReadTimeout       time.Duration // 60 s: the same, body included
	WriteTimeout      time.Duration // 120 s: how long a client may take to fetch its answer
	IdleTimeout       time.Duration // 120 s: how long an unused connection is kept
	DrainSeconds      int           // 20: how long what is under way may take once the server ends
	// OnDrain runs first when the server ends: readiness goes off, and those who hold connections of their own
	// (WebSockets) begin to let go of them. It must not block.
	OnDrain func()
	Logger  *slog.Logger // takes the server's own complaints; slog.Default() where nil
}

// Serve answers on listener until ctx ends, then drains: OnDrain, no new connections, and what is under way gets DrainSeconds to
// finish. It returns nil when all finished, an error when something had to be cut off or the listener failed. Requests do
// not see ctx end; their contexts end when they do, or are cut off.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, o Options) error {
	logger := o.Logger
	if logger == nil {
		logger = slog.Default()
	}
	requests, cutOff := context.WithCancel(context.WithoutCancel(ctx))
	defer cutOff()
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: orDefault(o.ReadHeaderTimeout, 10*time.Second),
		ReadTimeout:       orDefault(o.ReadTimeout, time.Minute),
		WriteTimeout:      orDefault(o.WriteTimeout, 2*time.Minute),
		IdleTimeout:       orDefault(o.IdleTimeout, 2*time.Minute),
		MaxHeaderBytes:    64 << 10,
		BaseContext:       func(net.Listener) context.Context { return requests },
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return fmt.Errorf("httpx: serve: %w", err)
	case <-ctx.Done():
	}
	if o.OnDrain != nil {
		o.OnDrain()
	}
	seconds := o.DrainSeconds
	if seconds <= 0 {
		seconds = 20
	}
	bound, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Duration(seconds)*time.Second)
	defer cancel()
	err := server.Shutdown(bound)
	if err != nil {
		cutOff()
		err = errors.Join(fmt.Errorf("httpx: cut off what was under way: %w", err), server.Close())
	}
	<-served
	return err
}

func orDefault(d, fallback time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return fallback
}
