package main

import (
	"context"
	"os"

	"khadamat/internal/app"
)

type bookkeeping struct {
	Verify    verifyLedger   `cmd:"" help:"Recompute the ledger and stop at the first lie, naming it."`
	Trial     trialBalance   `cmd:"" help:"Print the trial balance."`
	Statement accountHistory `cmd:"" help:"Print the statement of an account."`
}

type verifyLedger struct {
	app.Storage
}

func (v *verifyLedger) Run(ctx context.Context) error {
	return app.VerifyLedger(ctx, v.Storage, os.Stdout)
}

type trialBalance struct {
	app.Storage
	Day string `help:"The day, as 2026-11-22, at whose beginning it stands; now where it is empty."`
}

func (t *trialBalance) Run(ctx context.Context) error {
	return app.PrintTrial(ctx, t.Storage, t.Day, os.Stdout)
}

type accountHistory struct {
	app.Storage
	Account string `arg:"" help:"Kind of account, e.g. bank; a provider's is provider_payable:ID."`
	From    string `help:"First day, as 2026-11-22; the beginning where it is empty."`
	Until   string `help:"Day before which it ends, as 2026-11-22; now where it is empty."`
}

func (h *accountHistory) Run(ctx context.Context) error {
	return app.PrintStatement(ctx, h.Storage, h.Account, h.From, h.Until, os.Stdout)
}
