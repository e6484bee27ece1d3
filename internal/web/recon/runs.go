package recon

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

const runsOnPage = 30

// runsView is the list of a project's runs.
type runsView struct {
	frame.Page
	Runs        []workspace.Run
	Rulesets    []workspace.Ruleset
	First, Next string
	Problems    ui.Problems
}

func (p *pages) runs(w http.ResponseWriter, r *http.Request) error {
	return p.renderRuns(w, r, http.StatusOK, ui.Problems{})
}

func (p *pages) renderRuns(w http.ResponseWriter, r *http.Request, status int, problems ui.Problems) error {
	ctx := r.Context()
	page, err := p.around(r, ui.T(ctx, "recon_pages.nav.runs"))
	if err != nil {
		return err
	}
	view := runsView{Page: page, Problems: problems}
	cursor := r.URL.Query().Get("cursor")
	found, err := p.Workspace.Runs(ctx, actor(r), page.Project.ID, cursor, runsOnPage, ui.From(ctx).Language)
	if err != nil {
		return err
	}
	if view.Rulesets, err = p.Workspace.Rulesets(ctx, actor(r), page.Project.ID); err != nil {
		return err
	}
	view.Runs = found.Items
	if cursor != "" {
		view.First = page.Path(ctx, "/runs")
	}
	if found.NextCursor != "" {
		view.Next = ui.PathWith(ctx, "/recon/"+page.Project.ID+"/runs", "cursor", found.NextCursor)
	}
	return ui.Render(w, r, status, runsPage(view))
}

// goesOn says whether a run has not ended.
func goesOn(state workspace.RunState) bool {
	return state == workspace.Queued || state == workspace.Running
}

// runs that go on, of those shown.
func (v *runsView) goesOn() bool {
	for i := range v.Runs {
		if goesOn(v.Runs[i].State) {
			return true
		}
	}
	return false
}

// ruleOptions are the rules that a run can follow: the newest first.
func (v *runsView) ruleOptions(ctx context.Context) []ui.Option {
	var options []ui.Option
	for i := range v.Rulesets {
		options = append(options, ui.Option{Value: strconv.Itoa(v.Rulesets[i].Number), Label: rulesName(ctx, v.Rulesets[i].Number)})
	}
	return append(options, ui.Option{Value: "0", Label: rulesName(ctx, 0)})
}

// lastRules are those that the latest run followed.
func (v *runsView) lastRules() string {
	if len(v.Runs) == 0 {
		return ""
	}
	return strconv.Itoa(v.Runs[0].Ruleset)
}

// rulesName says which rules a run followed.
func rulesName(ctx context.Context, number int) string {
	if number == 0 {
		return ui.T(ctx, "recon_pages.setup.auto")
	}
	return ui.T(ctx, "recon_pages.rules.version", "Number", number)
}

// start begins a run.
func (p *pages) start(w http.ResponseWriter, r *http.Request) error {
	form, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ruleset, err := strconv.Atoi(form.Get("rules"))
	if err != nil {
		ruleset = newestRules
	}
	run, err := p.Workspace.Start(r.Context(), actor(r), r.PathValue("project"), workspace.RunForm{Full: form.Get("full") != "", Ruleset: ruleset})
	if again(err) {
		return p.renderRuns(w, r, http.StatusUnprocessableEntity, ui.ProblemsOf(r.Context(), err))
	}
	if err != nil {
		return err
	}
	return to(w, r, r.PathValue("project"), "/runs/"+run.ID)
}

// newestRules has a run follow the newest rules of its project.
const newestRules = -1

// runView is one run: where it is, or how it ended.
type runView struct {
	frame.Page
	Run      workspace.Run
	Sources  []workspace.Source
	Problems ui.Problems
}

func (p *pages) run(w http.ResponseWriter, r *http.Request) error {
	return p.renderRun(w, r, http.StatusOK, ui.Problems{})
}

func (p *pages) renderRun(w http.ResponseWriter, r *http.Request, status int, problems ui.Problems) error {
	ctx := r.Context()
	page, err := p.around(r, "")
	if err != nil {
		return err
	}
	run, err := p.Workspace.Run(ctx, actor(r), r.PathValue("run"), ui.From(ctx).Language)
	if err != nil {
		return err
	}
	view := runView{Page: page, Run: run, Problems: problems}
	view.Title = ui.T(ctx, "recon_pages.runs.one", "Number", run.Number)
	view.Above = &ui.Crumb{Href: page.Path(ctx, "/runs"), Label: ui.T(ctx, "recon_pages.nav.runs")}
	if view.Sources, err = p.Workspace.Sources(ctx, actor(r), page.Project.ID); err != nil {
		return err
	}
	return ui.Render(w, r, status, runPage(view))
}

func (p *pages) cancel(w http.ResponseWriter, r *http.Request) error {
	err := p.Workspace.Cancel(r.Context(), actor(r), r.PathValue("run"))
	if again(err) {
		return p.renderRun(w, r, http.StatusConflict, ui.ProblemsOf(r.Context(), err))
	}
	if err != nil {
		return err
	}
	return to(w, r, r.PathValue("project"), "/runs/"+r.PathValue("run"))
}

// stages are the steps of a run in their order.
var stages = []string{"read", "match", "write"}

func stageNames(ctx context.Context) []string {
	names := make([]string, len(stages))
	for i, stage := range stages {
		names[i] = ui.T(ctx, stageKeys[stage])
	}
	return names
}

// stageNow is the number of a run's stage among them, from one.
func stageNow(progress *workspace.Progress) int {
	if progress == nil {
		return 1
	}
	return max(1, slices.Index(stages, progress.Stage)+1)
}
