package recon

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// moreZones is how many sides more than two can be given at once.
const moreZones = 2

// newView is the first step: files, nothing else.
type newView struct {
	frame.Page
	Problems ui.Problems
}

func (p *pages) begin(w http.ResponseWriter, r *http.Request) error {
	return p.renderNew(w, r, http.StatusOK, ui.Problems{})
}

func (p *pages) renderNew(w http.ResponseWriter, r *http.Request, status int, problems ui.Problems) error {
	view := newView{Page: frame.Page{Title: ui.T(r.Context(), "recon_pages.nav.new")}, Problems: problems}
	return ui.Render(w, r, status, newPage(view))
}

// sideView is a source with what its latest version looks like.
type sideView struct {
	Source  workspace.Source
	Preview workspace.Preview
}

// Ready says whether there is something to reconcile.
func (s *sideView) Ready() bool { return s.Source.Latest != nil }

// setupView is the page that a project is set up on, from its files to its first run.
type setupView struct {
	frame.Page
	Sides     []sideView
	Templates []workspace.RulesetTemplate
	Name      string
	Rules     string // what is chosen: auto, own, or the id of a template
	YAML      string
	Faults    []workspace.RulesetProblem
	Problems  ui.Problems
}

// Ready says whether all sides have records, so that a run can begin.
func (v *setupView) Ready() bool {
	for i := range v.Sides {
		if !v.Sides[i].Ready() {
			return false
		}
	}
	return true
}

// The ways to rules that are not templates.
const (
	rulesAuto = "auto"
	rulesOwn  = "own"
)

func (p *pages) setup(w http.ResponseWriter, r *http.Request) error {
	return p.renderSetup(w, r, r.PathValue("project"), ui.Problems{})
}

// renderSetup shows the page as it stands, with what was wrong.
func (p *pages) renderSetup(w http.ResponseWriter, r *http.Request, projectID string, problems ui.Problems) error {
	r.SetPathValue("project", projectID)
	view, err := p.setupView(r)
	if err != nil {
		return err
	}
	view.Problems = problems
	status := http.StatusOK
	if problems.Any() {
		status = http.StatusUnprocessableEntity
	}
	return ui.Render(w, r, status, setupPage(view))
}

func (p *pages) setupView(r *http.Request) (setupView, error) {
	ctx := r.Context()
	page, err := p.around(r, ui.T(ctx, "recon_pages.setup.title"))
	if err != nil {
		return setupView{}, err
	}
	view := setupView{Page: page, Name: page.Project.Name, Rules: rulesAuto, Templates: p.Workspace.RulesetTemplates(ui.From(ctx).Language)}
	sources, err := p.Workspace.Sources(ctx, actor(r), page.Project.ID)
	if err != nil {
		return setupView{}, err
	}
	for _, source := range sources {
		side := sideView{Source: source}
		if side.Ready() {
			if side.Preview, err = p.Workspace.Preview(ctx, actor(r), source.Latest.ID, ui.From(ctx).Language); err != nil {
				return setupView{}, err
			}
		}
		view.Sides = append(view.Sides, side)
	}
	return view, nil
}

// finishSetup takes what a person said about columns, rules and the name, and runs. Asked only to look again, it shows what the columns look like now.
func (p *pages) finishSetup(w http.ResponseWriter, r *http.Request) error {
	form, err := route.Form(w, r)
	if err != nil {
		return err
	}
	view, err := p.setupView(r)
	if err != nil {
		return err
	}
	view.Name, view.Rules, view.YAML = strings.TrimSpace(form.Get("name")), cmp.Or(form.Get("rules"), rulesAuto), form.Get("yaml")
	for i := range view.Sides {
		if err := p.saveMapping(r, &view.Sides[i].Source, form, strconv.Itoa(i)); err != nil {
			return p.setupAgain(w, r, &view, err)
		}
	}
	if form.Get("do") == "look" {
		if err := p.rename(r, view.Project, view.Name); err != nil {
			return p.setupAgain(w, r, &view, err)
		}
		return to(w, r, view.Project.ID, "/setup")
	}
	number, err := p.chosenRules(r, &view)
	if err != nil {
		return p.setupAgain(w, r, &view, err)
	}
	if err := p.rename(r, view.Project, view.Name); err != nil {
		return p.setupAgain(w, r, &view, err)
	}
	run, err := p.Workspace.Start(r.Context(), actor(r), view.Project.ID, workspace.RunForm{Full: true, Ruleset: number})
	if err != nil {
		return p.setupAgain(w, r, &view, err)
	}
	return to(w, r, view.Project.ID, "/runs/"+run.ID)
}

// setupAgain shows the form with what is wrong with it.
func (p *pages) setupAgain(w http.ResponseWriter, r *http.Request, view *setupView, err error) error {
	if !again(err) {
		return err
	}
	view.Problems = ui.ProblemsOf(r.Context(), err)
	return ui.Render(w, r, http.StatusUnprocessableEntity, setupPage(*view))
}

func (p *pages) rename(r *http.Request, project *workspace.Project, name string) error {
	if name == project.Name {
		return nil
	}
	changed, err := p.Workspace.Change(r.Context(), actor(r), project.ID, project.Version,
		workspace.ProjectForm{Name: name, Description: project.Description, Settings: project.Settings})
	if err == nil {
		*project = changed
	}
	return err
}

// chosenRules saves the ruleset that was chosen and returns its number, zero for the automatic one.
func (p *pages) chosenRules(r *http.Request, view *setupView) (int, error) {
	form := workspace.RulesetForm{YAML: view.YAML}
	switch view.Rules {
	case rulesAuto:
		return 0, nil
	case rulesOwn:
		if view.Faults = p.Workspace.CheckRuleset(form.YAML, ui.From(r.Context()).Language); len(view.Faults) > 0 {
			return 0, errs.New(errs.Invalid, "recon_pages.rules.faulty")
		}
	default:
		found := false
		for _, template := range view.Templates {
			if template.ID == view.Rules {
				form, found = workspace.RulesetForm{YAML: template.YAML, Note: template.Name}, true
			}
		}
		if !found {
			return 0, errs.New(errs.Invalid, "error.invalid")
		}
	}
	if err := p.tryOn(r, view, form.YAML); err != nil {
		return 0, err
	}
	saved, err := p.Workspace.SaveRuleset(r.Context(), actor(r), view.Project.ID, form)
	return saved.Number, err
}

const (
	// quickBytes is how much is read at once to see whether rules fit: with more, the run itself finds out.
	quickBytes = 32 << 20
	fewRecords = 100
)

// tryOn sees whether rules fit the columns that there are. Where they do not, they stand in the editor with what is wrong.
func (p *pages) tryOn(r *http.Request, view *setupView, yaml string) error {
	var bytes int64
	for i := range view.Sides {
		if !view.Sides[i].Ready() {
			return nil
		}
		bytes += view.Sides[i].Source.Latest.Bytes
	}
	if bytes > quickBytes {
		return nil
	}
	trial, err := p.Workspace.TryRuleset(r.Context(), actor(r), view.Project.ID, workspace.TryForm{YAML: yaml, Sample: fewRecords}, ui.From(r.Context()).Language)
	if err != nil {
		return err
	}
	if len(trial.Problems) > 0 {
		view.Rules, view.YAML, view.Faults = rulesOwn, yaml, trial.Problems
		return errs.New(errs.Invalid, "recon_pages.trial.unfit")
	}
	return nil
}

// saveMapping keeps what a form says about the columns of a source: fields "role.N.column" and "written.N.column", empty for what is to be found out.
func (p *pages) saveMapping(r *http.Request, source *workspace.Source, form url.Values, prefix string) error {
	mapping := record.Mapping{}
	for column, known := range source.Mapping {
		mapping[column] = known
	}
	for name, values := range form {
		kind, rest, _ := strings.Cut(name, ".")
		at, column, ok := strings.Cut(rest, ".")
		if !ok || at != prefix || kind != "role" && kind != "written" {
			continue
		}
		mapped, value := mapping[column], values[0]
		if kind == "role" {
			mapped.Ignore = value == ignoreColumn
			mapped.Role = record.Role(value)
			if mapped.Ignore {
				mapped.Role = ""
			}
		} else {
			mapped.Written = value
		}
		mapping[column] = mapped
	}
	for column, mapped := range mapping {
		if mapped == (record.Mapped{}) {
			delete(mapping, column)
		}
	}
	if sameMapping(mapping, source.Mapping) {
		return nil
	}
	changed, err := p.Workspace.SetMapping(r.Context(), actor(r), source.ID, mapping)
	if err == nil {
		*source = changed
	}
	return err
}

func sameMapping(a, b record.Mapping) bool {
	if len(a) != len(b) {
		return false
	}
	for column, mapped := range a {
		if other, ok := b[column]; !ok || other != mapped {
			return false
		}
	}
	return true
}

// ignoreColumn is the choice that keeps a column out of the matching.
const ignoreColumn = "ignore"

// roleOptions are what a column can be for: what was found out first.
func roleOptions(ctx context.Context, column *workspace.PreviewColumn) []ui.Option {
	first := ui.Option{Label: ui.T(ctx, "recon_pages.column.by_itself")}
	if !column.Chosen {
		first.Label = ui.T(ctx, "recon_pages.column.found", "Role", said(ctx, columnKeys[column.Role], string(column.Role)))
	}
	options := []ui.Option{first}
	for _, role := range columnRoles {
		options = append(options, ui.Option{Value: string(role), Label: ui.T(ctx, columnKeys[role])})
	}
	return append(options, ui.Option{Value: ignoreColumn, Label: ui.T(ctx, "recon_pages.column.ignore")})
}

// chosenRole is the option that holds for a column.
func chosenRole(source *workspace.Source, column string) string {
	mapped := source.Mapping[column]
	if mapped.Ignore {
		return ignoreColumn
	}
	return string(mapped.Role)
}

// writings are how values of a type may be written.
var writings = map[record.Type][]string{
	record.Date:   {"yyyy-mm-dd", "dd/mm/yyyy", "mm/dd/yyyy"},
	record.Number: {"1234,56", "1234.56"},
}

// writtenOptions are how a column's values may be written; none for texts.
func writtenOptions(ctx context.Context, source *workspace.Source, column *workspace.PreviewColumn) []ui.Option {
	ways := writings[column.Type]
	if ways == nil {
		return nil
	}
	first := ui.Option{Label: ui.T(ctx, "recon_pages.column.found", "Role", column.Written)}
	if source.Mapping[column.Name].Written != "" {
		first.Label = ui.T(ctx, "recon_pages.column.by_itself")
	}
	options := []ui.Option{first}
	for _, way := range ways {
		options = append(options, ui.Option{Value: way, Label: way})
	}
	return options
}

// emptyShare is how many of a version's values are empty.
func emptyShare(preview *workspace.Preview) float64 {
	values := preview.Count * len(preview.Columns)
	if values == 0 {
		return 0
	}
	return float64(preview.Empty) / float64(values)
}
