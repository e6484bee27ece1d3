package main

import (
	"context"
	"os"

	"khadamat/internal/app"
	"khadamat/internal/platform/telemetry"
)

type serve struct {
	app.Config
}

func (s *serve) Run(ctx context.Context) error {
	logger, err := telemetry.NewLogger(os.Stderr, s.LogLevel)
	if err != nil {
		return err
	}
	return app.Serve(ctx, s.Config, version, logger)
}
