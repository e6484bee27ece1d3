package main

import (
	"context"
	"os"

	"khadamat/internal/app"
)

type fill struct {
	app.Demo
}

func (f *fill) Run(ctx context.Context) error { return f.Demo.Run(ctx, os.Stdout) }
