package api

import (
	"context"
	"net/http"

	"khadamat/internal/recon/result"
	"khadamat/internal/recon/workspace"
)

// ReconRun is one execution.
type ReconRun struct {
	ID         string         `json:"id"`
	Number     int            `json:"number" doc:"From 1 in its project"`
	State      string         `json:"state" enum:"queued,running,finished,failed,cancelled"`
	Full       bool           `json:"full" doc:"Everything anew, but for what people decided; else only what is new against what is open"`
	Ruleset    int            `json:"ruleset" doc:"By its number; 0: automatic"`
	Versions   []string       `json:"versions" doc:"That it read, by their ids"`
	By         string         `json:"by" doc:"The account; empty: the house"`
	QueuedAt   Time           `json:"queued_at"`
	StartedAt  *Time          `json:"started_at" doc:"null: not yet"`
	FinishedAt *Time          `json:"finished_at" doc:"null: not yet"`
	Problem    string         `json:"problem,omitempty" doc:"Of a failed run, in the reader's language"`
	Progress   *ReconProgress `json:"progress,omitempty" doc:"Of a running one; left out else"`
	Figures    *ReconFigures  `json:"figures,omitempty" doc:"Of a finished one; left out else"`
}

// ReconProgress is where a running run is.
type ReconProgress struct {
	Stage       string  `json:"stage" example:"match"`
	Step        int     `json:"step"`
	Steps       int     `json:"steps"`
	Done        int64   `json:"done" doc:"Rows"`
	Total       int64   `json:"total" doc:"Rows in all; 0: not known yet"`
	Rate        float64 `json:"rate" doc:"Rows a second"`
	LeftSeconds float64 `json:"left_seconds" doc:"0: not known"`
}

// ReconFigures are results at a glance.
type ReconFigures struct {
	Records    []int           `json:"records" doc:"By side"`
	Matched    int             `json:"matched" doc:"Records"`
	Suggested  int             `json:"suggested" doc:"Records"`
	Open       int             `json:"open" doc:"Records"`
	Broken     int             `json:"broken" doc:"Records in breaks"`
	MatchRate  float64         `json:"match_rate" doc:"Of records, 0 to 1"`
	Sums       []ReconSums     `json:"sums" doc:"For each side and currency what came in, and what became of it: in = matched + suggested + offset + open"`
	Passes     []ReconPass     `json:"passes"`
	Causes     []ReconSlice    `json:"causes" doc:"Breaks by their cause"`
	Ageing     []ReconSlice    `json:"ageing" doc:"Open items by days: 0-7, 8-30, 31-90, over 90"`
	Categories []ReconCategory `json:"categories" doc:"Ledger against bank"`
	ByDay      []ReconDay      `json:"by_day" doc:"400 days at most"`
	RunSeconds float64         `json:"run_seconds" doc:"How long the run took"`
}

// ReconSums are the records of one side in one currency.
type ReconSums struct {
	Side      int      `json:"side"`
	Currency  string   `json:"currency" doc:"Empty for sides without amounts"`
	In        ReconSum `json:"in"`
	Matched   ReconSum `json:"matched"`
	Suggested ReconSum `json:"suggested"`
	Offset    ReconSum `json:"offset"`
	Open      ReconSum `json:"open"`
	Break     ReconSum `json:"break" doc:"The part of matched that does not agree"`
}

// ReconSum is how many records, and what they add up to.
type ReconSum struct {
	Count       int   `json:"count"`
	AmountMinor int64 `json:"amount_minor"`
}

// ReconPass counts what a pass of the rules found.
type ReconPass struct {
	Name    string `json:"name"`
	Kind    string `json:"kind" example:"exact"`
	Matches int    `json:"matches"`
	Records int    `json:"records"`
}

// ReconSlice is a part of a whole.
type ReconSlice struct {
	Name   string `json:"name"`
	Count  int    `json:"count"`
	Amount *Money `json:"amount,omitempty" doc:"left out: none, or of several currencies"`
}

// ReconCategory compares the sides: what agrees, what the right side lacks and what it has too much.
type ReconCategory struct {
	Currency      string `json:"currency"`
	BalancedMinor int64  `json:"balanced_minor"`
	MissingMinor  int64  `json:"missing_minor"`
	ExcessMinor   int64  `json:"excess_minor"`
	Balanced      int    `json:"balanced" doc:"Records"`
	Missing       int    `json:"missing"`
	Excess        int    `json:"excess"`
}

// ReconDay are the figures of one day.
type ReconDay struct {
	Day     *string `json:"day" format:"date" doc:"null: without a date"`
	Matched int     `json:"matched"`
	Open    int     `json:"open"`
	Broken  int     `json:"broken"`
}

// ReconRunRequest says how to run.
type ReconRunRequest struct {
	Full    bool `json:"full,omitempty" doc:"Everything anew, but for what people decided"`
	Ruleset *int `json:"ruleset,omitempty" doc:"By its number; 0: automatic; left out: the newest one of the project"`
}

type reconRunInput struct {
	ID string `path:"id"`
	Creation
	Body *ReconRunRequest // may be left out
}

type pagedInput struct {
	ID string `path:"id"`
	PageQuery
}

// newestRuleset asks for the last version that was saved, whichever that is.
const newestRuleset = -1

func (a *api) addReconRuns() {
	op := operationsOf(tagRecon)
	add(a, forMe, creating(op("start-recon-run", http.MethodPost, "/recon/projects/{id}/runs", "Start a run", "Over the versions that there are; 409 while another one of the project runs, or where a source has none.", 409)), a.startReconRun)
	add(a, forMe, op("list-recon-runs", http.MethodGet, "/recon/projects/{id}/runs", "Runs of a project", "The latest first.", 403, 422), a.reconRuns)
	add(a, forMe, op("get-recon-run", http.MethodGet, "/recon/runs/{id}", "A run", "With how far it is, or what it found. Hear of progress on the live socket, or ask again now and then.", 403), a.reconRun)
	add(a, forMe, op("cancel-recon-run", http.MethodPost, "/recon/runs/{id}/cancel", "Cancel a run", "One that waits or runs.", 409), a.cancelReconRun)
	add(a, forMe, op("get-recon-figures", http.MethodGet, "/recon/projects/{id}/figures", "Figures of a project", "Of its last finished run, with all decisions.", 403), a.reconFigures)
}

func (a *api) startReconRun(ctx context.Context, c *call, in *reconRunInput) (*created[ReconRun], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	form := workspace.RunForm{Ruleset: newestRuleset, IdempotencyKey: in.IdempotencyKey}
	if in.Body != nil {
		form.Full = in.Body.Full
		if in.Body.Ruleset != nil {
			form.Ruleset = *in.Body.Ruleset
		}
	}
	started, err := a.Recon.Start(ctx, c.actor, in.ID, form)
	if err != nil {
		return nil, err
	}
	return &created[ReconRun]{Location: prefix + "/recon/runs/" + started.ID, Body: reconRunOf(started)}, nil
}

func (a *api) reconRuns(ctx context.Context, c *call, in *pagedInput) (*answer[List[ReconRun]], error) {
	page, err := a.Recon.Runs(ctx, c.actor, in.ID, in.Cursor, in.Limit, c.language)
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, reconRunOf)), nil
}

func (a *api) reconRun(ctx context.Context, c *call, in *idInput) (*answer[ReconRun], error) {
	run, err := a.Recon.Run(ctx, c.actor, in.ID, c.language)
	if err != nil {
		return nil, err
	}
	return reply(reconRunOf(run)), nil
}

func (a *api) cancelReconRun(ctx context.Context, c *call, in *idInput) (*answer[ReconRun], error) {
	if err := a.Recon.Cancel(ctx, c.actor, in.ID); err != nil {
		return nil, err
	}
	return a.reconRun(ctx, c, in)
}

func (a *api) reconFigures(ctx context.Context, c *call, in *idInput) (*answer[ReconFigures], error) {
	figures, err := a.Recon.Summary(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(*reconFiguresOrNull(&figures)), nil
}

func reconRunOf(r workspace.Run) ReconRun {
	wire := ReconRun{ID: r.ID, Number: r.Number, State: string(r.State), Full: r.Full, Ruleset: r.Ruleset, Versions: notNull(r.Versions), By: r.By, QueuedAt: timeOf(r.QueuedAt),
		StartedAt: timeOrNull(r.StartedAt), FinishedAt: timeOrNull(r.FinishedAt), Problem: r.Problem, Figures: reconFiguresOrNull(r.Figures)}
	if p := r.Progress; p != nil && r.State == workspace.Running {
		wire.Progress = &ReconProgress{Stage: p.Stage, Step: p.Step, Steps: p.Steps, Done: p.Done, Total: p.Total, Rate: p.Rate, LeftSeconds: p.Left.Seconds()}
	}
	return wire
}

func reconFiguresOrNull(f *workspace.Figures) *ReconFigures {
	if f == nil {
		return nil
	}
	return &ReconFigures{Records: notNull(f.Records), Matched: f.Matched, Suggested: f.Suggested, Open: f.Open, Broken: f.Broken, MatchRate: f.MatchRate, RunSeconds: f.TookRun.Seconds(),
		Sums: listOf(f.Sums, reconSumsOf).Items, Causes: listOf(f.Causes, reconSliceOf).Items, Ageing: listOf(f.Ageing, reconSliceOf).Items,
		Passes: listOf(f.Passes, func(p result.Pass) ReconPass {
			return ReconPass{Name: p.Name, Kind: p.Kind, Matches: p.Matches, Records: p.Records}
		}).Items,
		Categories: listOf(f.Categories, func(s workspace.CategorySum) ReconCategory {
			return ReconCategory{Currency: s.Currency, BalancedMinor: s.Balanced, MissingMinor: s.Missing, ExcessMinor: s.Excess, Balanced: s.BalancedN, Missing: s.MissingN, Excess: s.ExtraN}
		}).Items,
		ByDay: listOf(f.ByDay, func(d workspace.DayFigures) ReconDay {
			return ReconDay{Day: dayOrNull(d.Day), Matched: d.Matched, Open: d.Open, Broken: d.Broken}
		}).Items}
}

func reconSumsOf(s result.Sums) ReconSums {
	sum := func(s result.Sum) ReconSum { return ReconSum{Count: s.Count, AmountMinor: s.Minor} }
	return ReconSums{Side: int(s.Side), Currency: s.Currency, In: sum(s.In), Matched: sum(s.Matched), Suggested: sum(s.Suggested), Offset: sum(s.Offset), Open: sum(s.Open), Break: sum(s.Break)}
}

func reconSliceOf(s workspace.Slice) ReconSlice {
	return ReconSlice{Name: s.Name, Count: s.Count, Amount: reconMoney(s.Amount)}
}
