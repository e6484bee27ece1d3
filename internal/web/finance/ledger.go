package finance

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/ui"
)

// trialView is what the trial balance shows.
type trialView struct {
	frame
	ledger.Trial
	Day string // the last one that counts, as the form has it; empty: until now
}

// endOfDay is when the day that the form names is over, the zero time where it names none.
func endOfDay(r *http.Request, name string) time.Time { return dayParam(r, name, 1) }

func (p *pages) trial(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	at, view := endOfDay(r, "day"), trialView{}
	if !at.IsZero() {
		view.Day = r.URL.Query().Get("day")
	}
	var err error
	if view.Trial, err = p.Ledger.Trial(ctx, at); err != nil {
		return err
	}
	if view.frame, err = p.frame(r, ui.T(ctx, "finance.trial.title")); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, trialPage(view))
}

// accountPath is the address of the statement of a kind of accounts.
func accountPath(kind ledger.Kind) string { return statementPath(ledger.Of(kind)) }

// statementPath is the address of an account's statement. Its name is the kind, and the owner after a colon.
func statementPath(account ledger.Account) string {
	if account.Kind == ledger.ProviderPayable && account.Owner == "" {
		return "/finance/ledger/payables"
	}
	name := string(account.Kind)
	if account.Owner != "" {
		name += ":" + account.Owner
	}
	return "/finance/ledger/accounts/" + name
}

// accountOf reads what statementPath wrote.
func accountOf(name string) (ledger.Account, error) {
	kind, owner, _ := strings.Cut(name, ":")
	account := ledger.Account{Kind: ledger.Kind(kind), Owner: owner}
	if accountKeys[account.Kind] == "" || (owner != "") != (account.Kind == ledger.ProviderPayable) {
		return account, errs.New(errs.NotFound, "error.not_found")
	}
	return account, nil
}

// statementView is what the statement of an account shows.
type statementView struct {
	frame
	pager
	Account  ledger.Account
	From, To string // days, as the form has them
	ledger.Statement
}

// statementDays is how far back a statement goes where nobody says from when.
const statementDays = 30

func (p *pages) statement(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	account, err := accountOf(r.PathValue("account"))
	if err != nil {
		return err
	}
	view := statementView{Account: account, From: query.Get("from"), To: query.Get("to")}
	from := dayParam(r, "from", 0)
	if !query.Has("from") { // what one mostly looks for is new
		from = schedule.DateOf(ui.From(ctx).Now, ui.Zone(houseZone)).AddDays(-statementDays).In(ui.Zone(houseZone))
		view.From = from.In(ui.Zone(houseZone)).Format(time.DateOnly)
	}
	if view.Statement, err = p.Ledger.Statement(ctx, account, from, endOfDay(r, "to"), query.Get("cursor"), listPage); err != nil {
		return err
	}
	if view.frame, err = p.frame(r, p.accountTitle(ctx, account)); err != nil {
		return err
	}
	view.Above = crumb(ctx, "/finance/ledger", ui.T(ctx, "finance.nav.ledger"))
	view.pager = pagerOf(r, statementPath(account), view.NextCursor)
	return ui.Render(w, r, http.StatusOK, statementPage(view))
}

func (p *pages) accountTitle(ctx context.Context, account ledger.Account) string {
	if account.Owner == "" {
		return accountName(ctx, account.Kind)
	}
	return accountName(ctx, account.Kind) + " · " + p.providerName(ctx, account.Owner)
}

// providerName is that of a provider who can be found; the end of their id where they cannot.
func (p *pages) providerName(ctx context.Context, id string) string {
	if found, err := p.Catalog.Provider(ctx, id); err == nil {
		return found.Name
	}
	return shortID(id)
}

// payablesView lists what the house owes each provider, or they owe the house.
type payablesView struct {
	frame
	Lines []payable
	Total money.Amount
}

type payable struct {
	ProviderID, Name string
	Amount           money.Amount
}

func (p *pages) payables(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	owed, err := p.Ledger.Payables(ctx, time.Time{})
	if err != nil {
		return err
	}
	view := payablesView{Total: money.Of(0, money.MAD)}
	for id, amount := range owed {
		view.Lines = append(view.Lines, payable{id, p.providerName(ctx, id), amount})
		view.Total.Minor += amount.Minor
	}
	slices.SortFunc(view.Lines, func(a, b payable) int {
		return cmp.Or(cmp.Compare(b.Amount.Minor, a.Amount.Minor), cmp.Compare(a.ProviderID, b.ProviderID))
	})
	if view.frame, err = p.frame(r, accountName(ctx, ledger.ProviderPayable)); err != nil {
		return err
	}
	view.Above = crumb(ctx, "/finance/ledger", ui.T(ctx, "finance.nav.ledger"))
	return ui.Render(w, r, http.StatusOK, payablesPage(view))
}

// transactionsView is what a search in the ledger shows.
type transactionsView struct {
	frame
	pager
	Text, Type, From, To string
	Items                []ledger.Transaction
}

func (p *pages) transactions(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	view := transactionsView{Text: strings.TrimSpace(query.Get("q")), Type: query.Get("type"), From: query.Get("from"), To: query.Get("to")}
	filter := ledger.Filter{Type: view.Type, From: dayParam(r, "from", 0), To: endOfDay(r, "to"), Cursor: query.Get("cursor"), Limit: listPage}
	filter.Subject = view.Text
	found, err := p.Ledger.Find(ctx, filter)
	if err == nil && len(found.Items) == 0 && view.Text != "" {
		filter.Subject, filter.Reference = "", view.Text
		found, err = p.Ledger.Find(ctx, filter)
	}
	if err != nil {
		return err
	}
	view.Items = found.Items
	if view.frame, err = p.frame(r, ui.T(ctx, "finance.ledger.transactions")); err != nil {
		return err
	}
	view.Above = crumb(ctx, "/finance/ledger", ui.T(ctx, "finance.nav.ledger"))
	view.pager = pagerOf(r, "/finance/ledger/transactions", found.NextCursor)
	return ui.Render(w, r, http.StatusOK, transactionsPage(view))
}

// transactionView is what the page of one transaction shows.
type transactionView struct {
	frame
	ledger.Transaction
	ReversedBy string // id of what takes it back; empty: nothing does
	Lines      []postingLine
}

func (p *pages) transaction(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	found, err := p.Ledger.Transaction(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	view := transactionView{Transaction: found}
	switch reversal, err := p.Ledger.ReversalOf(ctx, found.ID); {
	case err == nil:
		view.ReversedBy = reversal.ID
	case errs.CodeOf(err) != errs.NotFound:
		return err
	}
	names := map[string]string{}
	for _, posting := range found.Postings {
		if owner := posting.Account.Owner; owner != "" {
			names[owner] = p.providerName(ctx, owner)
		}
	}
	view.Lines = postingLines(ctx, found.Postings, names)
	if view.frame, err = p.frame(r, typeName(ctx, found.Type)); err != nil {
		return err
	}
	view.Above = crumb(ctx, "/finance/ledger/transactions", ui.T(ctx, "finance.ledger.transactions"))
	return ui.Render(w, r, http.StatusOK, transactionPage(view))
}

// sum is what a transaction moved: all its debits.
func sum(t ledger.Transaction) money.Amount {
	var total money.Amount
	for _, posting := range t.Postings {
		if posting.Minor > 0 {
			total.Minor += posting.Minor
			total.Currency = cmp.Or(total.Currency, posting.Currency)
		}
	}
	return total
}

// typeOptions are the types of transactions that people look for.
func typeOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "finance.filter.all_types")}}
	for _, name := range types {
		options = append(options, ui.Option{Value: name, Label: typeName(ctx, name)})
	}
	return options
}
