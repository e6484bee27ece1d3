package recon

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"

	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// ruleText is a ruleset in an editor.
type ruleText struct {
	YAML     string
	Check    string // where it is checked while it is written
	Faults   []workspace.RulesetProblem
	Optional bool
}

// rulesView is what the page of a project's rules shows.
type rulesView struct {
	frame.Page
	Versions  []workspace.Ruleset
	Shown     int // the version in the editor; 0: the automatic rules, or what is being written
	Text      ruleText
	Note      string
	Templates []workspace.RulesetTemplate
	Reference []topic
	Against   int // the version that the text is compared with
	Lines     []line
	Trial     *workspace.Trial
	Learnt    bool // the text is what the last run learnt by itself
	Problems  ui.Problems
}

func (p *pages) rules(w http.ResponseWriter, r *http.Request) error {
	view, err := p.rulesView(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	switch {
	case query.Get("template") != "":
		for _, template := range view.Templates {
			if template.ID == query.Get("template") {
				view.Text.YAML, view.Note = template.YAML, template.Name
			}
		}
	case query.Get("version") == "0" || query.Get("version") == "" && len(view.Versions) == 0:
		if view.Text.YAML, err = p.learnt(r, view.Project.ID); err != nil {
			return err
		}
		view.Learnt = view.Text.YAML != ""
	default:
		version := view.version(query.Get("version"))
		if version == nil {
			return errs.New(errs.NotFound, "error.not_found")
		}
		view.Shown, view.Text.YAML, view.Note = version.Number, version.YAML, version.Note
	}
	if against := view.version(cmp.Or(query.Get("against"), "-")); against != nil {
		view.Against, view.Lines = against.Number, compare(against.YAML, view.Text.YAML)
	}
	return ui.Render(w, r, http.StatusOK, rulesPage(view))
}

func (p *pages) rulesView(r *http.Request) (rulesView, error) {
	ctx := r.Context()
	page, err := p.around(r, ui.T(ctx, "recon_pages.nav.rules"))
	if err != nil {
		return rulesView{}, err
	}
	view := rulesView{Page: page, Templates: p.Workspace.RulesetTemplates(ui.From(ctx).Language), Reference: p.reference[ui.From(ctx).Language]()}
	view.Text.Check = page.Path(ctx, "/rules/check")
	view.Versions, err = p.Workspace.Rulesets(ctx, actor(r), page.Project.ID)
	return view, err
}

// version returns the ruleset of a number as it stands in an address, the newest for none.
func (v *rulesView) version(written string) *workspace.Ruleset {
	if written == "" && len(v.Versions) > 0 {
		return &v.Versions[0]
	}
	number, err := strconv.Atoi(written)
	for i := range v.Versions {
		if err == nil && v.Versions[i].Number == number {
			return &v.Versions[i]
		}
	}
	return nil
}

// learnt is the ruleset that the last run wrote by itself, empty where there is none.
func (p *pages) learnt(r *http.Request, projectID string) (string, error) {
	runs, err := p.Workspace.Runs(r.Context(), actor(r), projectID, "", lookBack, ui.From(r.Context()).Language)
	if err != nil {
		return "", err
	}
	for _, run := range runs.Items {
		if run.State == workspace.Finished {
			return p.Workspace.RunRules(r.Context(), actor(r), run.ID)
		}
	}
	return "", nil
}

// lookBack is how many runs are looked through for one that finished.
const lookBack = 20

// saveRules saves what is in the editor as a new version, or says what it would do.
func (p *pages) saveRules(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := route.Form(w, r)
	if err != nil {
		return err
	}
	view, err := p.rulesView(r)
	if err != nil {
		return err
	}
	view.Text.YAML = strings.ReplaceAll(form.Get("yaml"), "\r\n", "\n")
	view.Note = strings.TrimSpace(form.Get("note"))
	view.Text.Faults = p.Workspace.CheckRuleset(view.Text.YAML, ui.From(ctx).Language)
	before, _ := strconv.Atoi(form.Get("before")) // anything else: the automatic rules
	if against := view.version(cmp.Or(form.Get("before"), "-")); against != nil {
		view.Against, view.Lines = against.Number, compare(against.YAML, view.Text.YAML)
	}
	if len(view.Text.Faults) > 0 {
		view.Problems = ui.Problems{General: ui.T(ctx, "recon_pages.rules.faulty")}
		return ui.Render(w, r, http.StatusUnprocessableEntity, rulesPage(view))
	}
	if form.Get("do") == "try" {
		trial, err := p.Workspace.TryRuleset(ctx, actor(r), view.Project.ID, workspace.TryForm{YAML: view.Text.YAML, Before: before}, ui.From(ctx).Language)
		if err != nil {
			return p.rulesAgain(w, r, view, err)
		}
		view.Trial, view.Text.Faults = &trial, trial.Problems
		return ui.Render(w, r, http.StatusOK, rulesPage(view))
	}
	saved, err := p.Workspace.SaveRuleset(ctx, actor(r), view.Project.ID, workspace.RulesetForm{YAML: view.Text.YAML, Note: view.Note})
	if err != nil {
		return p.rulesAgain(w, r, view, err)
	}
	ui.Notify(w, ui.Success, "recon_pages.rules.saved")
	return to(w, r, view.Project.ID, "/rules?version="+strconv.Itoa(saved.Number))
}

func (p *pages) rulesAgain(w http.ResponseWriter, r *http.Request, view rulesView, err error) error {
	if !again(err) {
		return err
	}
	view.Problems = ui.ProblemsOf(r.Context(), err)
	return ui.Render(w, r, http.StatusUnprocessableEntity, rulesPage(view))
}

// checkRules answers with what is wrong with a ruleset, as the part of the page that says it.
func (p *pages) checkRules(w http.ResponseWriter, r *http.Request) error {
	form, err := route.Form(w, r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, ruleProblems(p.Workspace.CheckRuleset(form.Get("yaml"), ui.From(r.Context()).Language)))
}

// before is the version that a trial is compared with: what it was the last time, else the newest.
func (v *rulesView) before() string {
	if v.Against > 0 {
		return strconv.Itoa(v.Against)
	}
	if v.Trial == nil && v.Shown == 0 && len(v.Versions) > 0 {
		return strconv.Itoa(v.Versions[0].Number)
	}
	return "0"
}

// olders are the versions to compare with.
func (v *rulesView) olders(ctx context.Context) []ui.Option {
	options := []ui.Option{{Value: "0", Label: ui.T(ctx, "recon_pages.setup.auto")}}
	for i := range v.Versions {
		options = append(options, ui.Option{Value: strconv.Itoa(v.Versions[i].Number), Label: ui.T(ctx, "recon_pages.rules.version", "Number", v.Versions[i].Number)})
	}
	return options
}
