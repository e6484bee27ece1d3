package main

import (
	"context"
	"os"

	"khadamat/internal/app"
)

type auditing struct {
	Verify verifyAudit `cmd:"" help:"Recompute the chain and stop at the first entry that does not agree."`
}

type verifyAudit struct {
	app.Storage
}

func (v *verifyAudit) Run(ctx context.Context) error {
	return app.VerifyAudit(ctx, v.Storage, os.Stdout)
}
