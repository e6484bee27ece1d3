// Package telemetry is how an operator sees what the process does: structured logs, Prometheus metrics, and the admin address with
// health, readiness and profiles.
package telemetry

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"khadamat/internal/platform/httpx"
)

// NewLogger returns a logger that writes JSON lines from the given level ("debug", "info", "warn", "error") up. A line that
// belongs to a request carries its id and, once known, the account.
func NewLogger(w io.Writer, level string) (*slog.Logger, error) {
	var parsed slog.Level
	if err := parsed.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("telemetry: log level %q: %w", level, err)
	}
	return slog.New(contextual{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: parsed})}), nil
}

// contextual adds what the context knows.
type contextual struct {
	slog.Handler
}

func (c contextual) Handle(ctx context.Context, record slog.Record) error {
	if id := httpx.RequestIDIn(ctx); id != "" {
		record.AddAttrs(slog.String("request_id", id))
	}
	if account := httpx.AccountIn(ctx); account != "" {
		record.AddAttrs(slog.String("account", account))
	}
	return c.Handler.Handle(ctx, record)
}

func (c contextual) WithAttrs(attributes []slog.Attr) slog.Handler {
	return contextual{c.Handler.WithAttrs(attributes)}
}

func (c contextual) WithGroup(name string) slog.Handler { return contextual{c.Handler.WithGroup(name)} }
