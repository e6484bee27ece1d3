// Package earnings holds the pages on which a provider sees what they earned: what is paid next and what is held back, what led to it, the papers
// to keep, and the bank account that the money goes to.
package earnings

import (
	"context"
	"mime"
	"net/http"
	"strconv"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/payout"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Config is what the pages stand on.
type Config struct {
	Payouts *payout.Service
}

// Where the pages live, below the language.
const (
	Path          = "/provider/earnings"
	movementsPath = Path + "/movements"
	payoutsPath   = Path + "/payouts"
	accountPath   = Path + "/account"
	statementPath = Path + "/statement"
	invoicesPath  = Path + "/invoices"
)

type pages struct{ payouts *payout.Service }

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{config.Payouts}
	get := func(path string, h route.Handler) { routes.Get(path, route.Only(h, account.Provider)) }
	get(Path, p.earnings)
	get(movementsPath, p.movements)
	get(payoutsPath, p.list)
	get(accountPath, p.account)
	routes.Post(accountPath, route.Only(p.saveAccount, account.Provider))
	get(statementPath, p.statement)
	get(invoicesPath+"/{month}", p.invoice)
}

func zone() *time.Location { return ui.Zone(payout.Zone) }

// shownMovements and shownPayouts are how many the first page shows.
const (
	shownMovements = 8
	shownPayouts   = 4
)

// view is what the first page shows.
type view struct {
	Exists    bool // whether the reader offers anything yet
	Earnings  payout.Earnings
	Movements payout.EntryPage
	Payouts   payout.Page
	Months    []payout.Month
	Problems  ui.Problems // of the period that was asked for
}

func (p *pages) earnings(w http.ResponseWriter, r *http.Request) error {
	return p.overview(w, r, http.StatusOK, nil)
}

// overview shows the first page, with what was wrong with the period that was asked for.
func (p *pages) overview(w http.ResponseWriter, r *http.Request, status int, cause error) error {
	ctx, actor := r.Context(), ui.From(r.Context()).Actor
	v := view{Exists: true, Problems: ui.ProblemsOf(ctx, cause)}
	var err error
	if v.Earnings, err = p.payouts.Earnings(ctx, actor); errs.CodeOf(err) == errs.NotFound {
		return ui.Render(w, r, status, earningsPage(view{}))
	} else if err != nil {
		return err
	}
	if v.Movements, err = p.payouts.Entries(ctx, actor, "", shownMovements); err != nil {
		return err
	}
	if v.Payouts, err = p.payouts.Mine(ctx, actor, payout.Filter{Limit: shownPayouts}); err != nil {
		return err
	}
	if v.Months, err = p.payouts.Months(ctx, actor); err != nil {
		return err
	}
	return ui.Render(w, r, status, earningsPage(v))
}

func (p *pages) movements(w http.ResponseWriter, r *http.Request) error {
	page, err := p.payouts.Entries(r.Context(), ui.From(r.Context()).Actor, r.URL.Query().Get("cursor"), 0)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, movementsPage(page))
}

func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	page, err := p.payouts.Mine(r.Context(), ui.From(r.Context()).Actor, payout.Filter{Cursor: r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, payoutsPage(page))
}

// accountView is what the page of the bank account shows.
type accountView struct {
	Earnings payout.Earnings
	Form     accountForm
	Problems ui.Problems
}

// accountForm is a bank account as it was written.
type accountForm struct{ Holder, IBAN string }

func (p *pages) account(w http.ResponseWriter, r *http.Request) error {
	return p.showAccount(w, r, http.StatusOK, accountForm{}, nil)
}

func (p *pages) showAccount(w http.ResponseWriter, r *http.Request, status int, form accountForm, cause error) error {
	ctx, request := r.Context(), ui.From(r.Context())
	earnings, err := p.payouts.Earnings(ctx, request.Actor)
	if err != nil {
		return err
	}
	if form.Holder == "" && cause == nil {
		form.Holder = request.Account.Name
		if earnings.HasAccount {
			form.Holder = earnings.Account.Holder
		}
	}
	return ui.Render(w, r, status, accountPage(accountView{earnings, form, ui.ProblemsOf(ctx, cause)}))
}

func (p *pages) saveAccount(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	form := accountForm{Holder: sent.Get("holder"), IBAN: sent.Get("iban")}
	_, err = p.payouts.SetBankAccount(ctx, ui.From(ctx).Actor, payout.BankAccountInput{Holder: form.Holder, IBAN: form.IBAN, Password: sent.Get("password")})
	if ui.Refused(err) || errs.CodeOf(err) == errs.RateLimited {
		return p.showAccount(w, r, http.StatusUnprocessableEntity, form, err)
	}
	if err != nil {
		return err
	}
	ui.Notify(w, ui.Success, "payout.page.account_saved")
	return route.SeeOther(w, r, ui.Path(ctx, Path))
}

// statement gives the statement of a month, or of the days that the query names, the last one included.
func (p *pages) statement(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), ui.From(r.Context())
	from, to, err := period(r)
	if err != nil {
		return p.overview(w, r, http.StatusUnprocessableEntity, err)
	}
	paper, err := p.payouts.StatementPaper(ctx, request.Actor, from, to, request.Language)
	if ui.Refused(err) {
		return p.overview(w, r, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return give(w, r, paper)
}

func period(r *http.Request) (from, to time.Time, err error) {
	query := r.URL.Query()
	if month, ok := payout.ParseMonth(query.Get("month")); ok {
		return month.Start(), month.Next().Start(), nil
	}
	var fields errs.Fields
	day := func(name string) time.Time {
		at, err := time.ParseInLocation(time.DateOnly, query.Get(name), zone())
		fields.Check(err == nil && at.Year() >= 2000 && at.Year() < 2200, name, "payout.day")
		return at
	}
	from, last := day("from"), day("to")
	return from.UTC(), last.AddDate(0, 0, 1).UTC(), fields.Err()
}

func (p *pages) invoice(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), ui.From(r.Context())
	month, ok := payout.ParseMonth(r.PathValue("month"))
	if !ok {
		return errs.New(errs.NotFound, "error.not_found")
	}
	paper, err := p.payouts.InvoicePaper(ctx, request.Actor, month, request.Language)
	if ui.Refused(err) {
		return p.overview(w, r, http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	return give(w, r, paper)
}

// give answers with a paper as a file to be saved.
func give(w http.ResponseWriter, r *http.Request, paper payout.Paper) error {
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": paper.Name}))
	h.Set("Content-Length", strconv.Itoa(len(paper.Content)))
	h.Set("Cache-Control", "no-store")
	if r.Method != http.MethodHead {
		_, _ = w.Write(paper.Content)
	}
	return nil
}

// next is the address of the page after, or nothing.
func next(ctx context.Context, path, cursor string) string {
	if cursor == "" {
		return ""
	}
	return ui.PathWith(ctx, path, "cursor", cursor)
}
