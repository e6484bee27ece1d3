package finance

import (
	"cmp"
	"context"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/proof"
	"khadamat/internal/money"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// listPage is how many lines a list has.
const listPage = 50

// casesView is what the list of cases shows.
type casesView struct {
	frame
	pager
	proof.CasePage
	Tabs  []ui.Tab
	State proof.State
	Kind  string
	Owner string
	Age   string
	Text  string
}

// all stands for cases of every state.
const all = "all"

func (p *pages) cases(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	view := casesView{Kind: query.Get("kind"), Owner: query.Get("owner"), Age: query.Get("age"), Text: query.Get("q"), State: proof.State(cmp.Or(query.Get("state"), string(proof.Open)))}
	filter := proof.CaseFilter{Kind: proof.Kind(view.Kind), State: view.State, Owner: view.Owner, Text: view.Text, Cursor: query.Get("cursor"), Limit: listPage}
	if view.State == all {
		filter.State = ""
	}
	if filter.Owner == "me" {
		filter.Owner = actor(r).ID
	}
	filter.MinAgeDays, _ = strconv.Atoi(view.Age) // what is no number chooses nothing
	var err error
	if view.CasePage, err = p.Proof.Cases(ctx, actor(r), filter); err != nil {
		return err
	}
	if view.frame, err = p.frame(r, ui.T(ctx, "finance.nav.cases")); err != nil {
		return err
	}
	view.pager = pagerOf(r, "/finance/cases", view.NextCursor)
	tab := func(state proof.State, key string) ui.Tab {
		return ui.Tab{Href: with(r, "/finance/cases", "state", string(state)), Label: ui.T(ctx, key), Current: view.State == state, Count: view.Counts[state]}
	}
	view.Tabs = []ui.Tab{tab(proof.Open, "finance.state.open"), tab(proof.Waiting, "finance.state.waiting"), tab(proof.Settled, "finance.state.settled"), tab(all, "finance.state.all")}
	view.Tabs[2].Count = 0 // what is done needs no attention
	return ui.Render(w, r, http.StatusOK, casesPage(view))
}

func kindOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "finance.filter.all_kinds")}}
	for _, kind := range proof.Kinds {
		options = append(options, ui.Option{Value: string(kind), Label: kindName(ctx, kind)})
	}
	return options
}

func ownerOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Label: ui.T(ctx, "finance.filter.all_owners")}, {Value: "me", Label: ui.T(ctx, "finance.filter.mine")}, {Value: "none", Label: ui.T(ctx, "finance.filter.nobodys")},
	}
}

func ageOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "finance.filter.any_age")}}
	for _, least := range []int{2, 8, 31} {
		options = append(options, ui.Option{Value: strconv.Itoa(least), Label: ui.T(ctx, "finance.age.over", "Count", least-1)})
	}
	return options
}

// caseView is what the page of one case shows.
type caseView struct {
	frame
	proof.CaseDetail
	Way      proof.WayID // as it stands in the form
	Note     string
	Problems ui.Problems
	Verdict  ui.Problems // of the second person's form
}

func (p *pages) caseView(r *http.Request) (caseView, error) {
	ctx := r.Context()
	found, err := p.Proof.Case(ctx, actor(r), r.PathValue("id"), ui.From(ctx).Language)
	if err != nil {
		return caseView{}, err
	}
	view := caseView{CaseDetail: found}
	if view.frame, err = p.frame(r, kindName(ctx, found.Kind)); err != nil {
		return caseView{}, err
	}
	view.Above = crumb(ctx, "/finance/cases", ui.T(ctx, "finance.nav.cases"))
	return view, nil
}

func (p *pages) showCase(w http.ResponseWriter, r *http.Request) error {
	view, err := p.caseView(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, casePage(view))
}

// settle proposes a way to settle a case; a second person approves it.
func (p *pages) settle(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	err = p.Proof.Settle(r.Context(), actor(r), r.PathValue("id"), proof.WayID(sent.Get("way")), sent.Get("note"))
	return p.afterCase(w, r, err, "finance.case.proposed", func(view *caseView) {
		view.Way, view.Note, view.Problems = proof.WayID(sent.Get("way")), sent.Get("note"), ui.ProblemsOf(r.Context(), err)
	})
}

// decide approves or refuses what somebody else proposed.
func (p *pages) decide(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	do, done := p.Proof.Approve, "finance.case.approved"
	if sent.Get("do") == "refuse" {
		do, done = p.Proof.Refuse, "finance.case.refused"
	}
	err = do(r.Context(), actor(r), r.PathValue("id"), sent.Get("note"))
	return p.afterCase(w, r, err, done, func(view *caseView) { view.Verdict = ui.ProblemsOf(r.Context(), err) })
}

func (p *pages) comment(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	err = p.Proof.Comment(r.Context(), actor(r), r.PathValue("id"), sent.Get("text"))
	return p.afterCase(w, r, err, "finance.case.commented", func(view *caseView) { view.Problems = ui.ProblemsOf(r.Context(), err) })
}

// take makes the reader the owner of a case.
func (p *pages) take(w http.ResponseWriter, r *http.Request) error {
	err := p.Proof.Assign(r.Context(), actor(r), r.PathValue("id"), actor(r).ID)
	return p.afterCase(w, r, err, "finance.case.taken", func(view *caseView) { view.Problems = ui.ProblemsOf(r.Context(), err) })
}

// afterCase answers a form of a case: with the case as it is now, or with the form again and what is wrong with it.
func (p *pages) afterCase(w http.ResponseWriter, r *http.Request, err error, done string, again func(*caseView)) error {
	switch {
	case err == nil:
		ui.Notify(w, ui.Success, done)
		return route.SeeOther(w, r, ui.Path(r.Context(), "/finance/cases/"+r.PathValue("id")))
	case !ui.Refused(err):
		return err
	}
	view, loading := p.caseView(r)
	if loading != nil {
		return loading
	}
	again(&view)
	return ui.Render(w, r, http.StatusUnprocessableEntity, casePage(view))
}

// chosen is the way that the form shows as chosen.
func (v caseView) chosen() proof.WayID {
	if v.Way == "" && len(v.Ways) > 0 {
		return v.Ways[0].ID
	}
	return v.Way
}

func wayName(ctx context.Context, way proof.WayID) string {
	return said(ctx, wayKeys[way], string(way))
}

func wayHint(ctx context.Context, way proof.WayID) string { return said(ctx, wayHints[way], "") }

// postingLine is one posting as people read it.
type postingLine struct {
	Account, Owner, Href string
	Debit, Credit        string
}

// postingLines writes postings, debits before credits; names are those of providers that are known.
func postingLines(ctx context.Context, all []ledger.Posting, names map[string]string) []postingLine {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b ledger.Posting) int { return cmp.Compare(sign(b), sign(a)) })
	lines := make([]postingLine, len(all))
	for i, posting := range all {
		line := postingLine{Account: accountName(ctx, posting.Account.Kind), Href: ui.Path(ctx, statementPath(posting.Account))}
		if owner := posting.Account.Owner; owner != "" {
			line.Owner = cmp.Or(names[owner], shortID(owner))
		}
		if posting.Minor > 0 {
			line.Debit = amount(ctx, money.Of(posting.Minor, posting.Currency))
		} else {
			line.Credit = amount(ctx, money.Of(-posting.Minor, posting.Currency))
		}
		lines[i] = line
	}
	return lines
}

func sign(p ledger.Posting) int { return cmp.Compare(p.Minor, 0) }

// aside are the fields that a record's heading says, or nobody compares.
var aside = map[string]bool{"id": true, "date": true, "amount": true, "currency": true}

// fieldsOf are the values of a record below its heading.
func fieldsOf(record proof.CaseRecord) []proof.CaseField {
	fields := slices.DeleteFunc(slices.Clone(record.Fields), func(f proof.CaseField) bool { return f.Value == "" || aside[f.Name] })
	for i := range fields {
		fields[i].Differ = fields[i].Differ && fields[i].Name != "type" // each side has its own words for it
	}
	return fields
}

// differs says whether a record's partner has another amount.
func differs(record proof.CaseRecord) bool {
	return slices.ContainsFunc(record.Fields, func(f proof.CaseField) bool { return f.Name == "amount" && f.Differ })
}

// plainDecimal is how records write amounts, whoever reads them.
var plainDecimal = regexp.MustCompile(`^-?[0-9]{1,13}\.[0-9]{2}$`)

// valueOf writes a value of a record for its reader: amounts as their language does, types by their name, ids short.
func valueOf(ctx context.Context, side proof.Side, field proof.CaseField) string {
	switch field.Name {
	case "gross", "fee":
		if plainDecimal.MatchString(field.Value) {
			minor, _ := strconv.ParseInt(strings.Replace(field.Value, ".", "", 1), 10, 64) // it is short enough
			return ui.Decimal(ctx, float64(minor)/100, 2)
		}
	case "type":
		if side == proof.SettlementSide && field.Value == string(proof.PayoutLine) { // the processor's to the house, not the house's to a provider
			return typeName(ctx, proof.SettlementType)
		}
		return typeName(ctx, field.Value)
	case "payment", "booking":
		return shortID(field.Value)
	}
	return field.Value
}
