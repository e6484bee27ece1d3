package finance

import (
	"context"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payout"
	"khadamat/internal/finance/proof"
	"khadamat/internal/market/catalog"
	"khadamat/internal/web/route"
)

// Config is what the pages stand on.
type Config struct {
	Accounts People
	Catalog  *catalog.Catalog
	Ledger   *ledger.Book
	Payouts  *payout.Service
	Payments *payment.Service
	Proof    *proof.Service
}

// People finds the names of those who did something.
type People interface {
	Account(ctx context.Context, id string) (account.Account, error)
}

type pages struct{ Config }

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{config}
	only := func(h route.Handler) route.Handler { return route.Only(h, account.Finance, account.Reviewer) }
	get := func(path string, h route.Handler) { routes.Get("/finance"+path, only(h)) }
	post := func(path string, h route.Handler) { routes.Post("/finance"+path, only(h)) }

	get("", p.dashboard)
	post("/prove", p.prove)

	get("/cases", p.cases)
	get("/cases/{id}", p.showCase)
	post("/cases/{id}/settle", p.settle)
	post("/cases/{id}/decide", p.decide)
	post("/cases/{id}/comment", p.comment)
	post("/cases/{id}/take", p.take)

	get("/ledger", p.trial)
	get("/ledger/payables", p.payables)
	get("/ledger/accounts/{account}", p.statement)
	get("/ledger/transactions", p.transactions)
	get("/ledger/transactions/{id}", p.transaction)

	get("/payments", p.payments)
	get("/payments/{id}", p.payment)
	get("/webhooks", p.webhooks)
	post("/webhooks/{id}/replay", p.replay)

	get("/payouts", p.payouts)
	post("/payouts/prepare", p.prepare)
	get("/payouts/{id}", p.batch)
	post("/payouts/{id}/send", p.send)
	get("/payouts/{id}/file", p.batchFile)

	get("/files", p.files)
	get("/files/{id}", p.file)
	post("/files", route.Upload(p.takeFile))
}
