package queue

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// periodsPage is the months of a project, the latest first.
type periodsPage struct {
	frame.Page
	Periods  []workspace.Period
	Members  []workspace.Member
	Tried    string // the month that a form was refused for
	Problems ui.Problems
}

func (p *pages) periods(w http.ResponseWriter, r *http.Request) error {
	page, err := p.periodsOf(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, periodsTemplate(page))
}

func (p *pages) periodsOf(r *http.Request) (*periodsPage, error) {
	ctx := r.Context()
	around, err := p.around(r, ui.T(ctx, "recon_queue.periods.title"))
	if err != nil {
		return nil, err
	}
	page := &periodsPage{Page: around}
	if page.Members, err = p.Workspace.Members(ctx, actor(r), around.Project.ID); err != nil {
		return nil, err
	}
	page.Periods, err = p.Workspace.Periods(ctx, actor(r), around.Project.ID)
	return page, err
}

// period prepares, signs or reopens a month.
func (p *pages) period(w http.ResponseWriter, r *http.Request) error {
	form, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, project, name, note := r.Context(), r.PathValue("project"), form.Get("period"), strings.TrimSpace(form.Get("note"))
	said := ""
	switch form.Get("do") {
	case "prepare":
		_, err = p.Workspace.PrepareSignOff(ctx, actor(r), project, name, note)
		said = "recon_queue.periods.did_prepare"
	case "sign":
		_, err = p.Workspace.SignOff(ctx, actor(r), project, name)
		said = "recon_queue.periods.did_sign"
	case "reopen":
		_, err = p.Workspace.Reopen(ctx, actor(r), project, name, note)
		said = "recon_queue.periods.did_reopen"
	default:
		return errs.New(errs.Invalid, "error.invalid")
	}
	switch {
	case err == nil:
		ui.Notify(w, ui.Success, said)
		return route.SeeOther(w, r, ui.Path(ctx, "/recon/"+project+"/periods"))
	case !ui.Refused(err):
		return err
	}
	page, shown := p.periodsOf(r)
	if shown != nil {
		return shown
	}
	page.Tried, page.Problems = name, ui.ProblemsOf(ctx, err)
	return ui.Render(w, r, http.StatusUnprocessableEntity, periodsTemplate(page))
}

// review leads to the items of a month that wait.
func (p *periodsPage) review(ctx context.Context, period *workspace.Period) string {
	through := period.Through.Time()
	from := through.AddDate(0, 0, 1-through.Day())
	v := view{Sort: workspace.ByUrgency, Filter: workspace.Filter{Statuses: frame.Waiting, From: from, To: through}}
	return v.with(ctx, "/recon/"+p.Project.ID+"/review")
}

// sheet is the signed document of a month.
func (p *periodsPage) sheet(ctx context.Context, period *workspace.Period) string {
	return ui.PathWith(ctx, "/recon/"+p.Project.ID+"/export", "format", string(workspace.ExportPDF), "kind", string(workspace.ExportSignOff), "period", period.Name)
}

// mayPrepare says whether the reader may prepare a month: the earliest that is open, for they are signed in their order.
func (p *periodsPage) mayPrepare(period *workspace.Period) bool {
	if period.State != workspace.PeriodOpen || !p.May(workspace.Analyst) {
		return false
	}
	return !slices.ContainsFunc(p.Periods, func(other workspace.Period) bool {
		return other.State != workspace.PeriodSigned && other.Name < period.Name
	})
}

// maySign says whether the reader may sign what is prepared: a reviewer, and never the one who prepared it.
func (p *periodsPage) maySign(ctx context.Context, period *workspace.Period) bool {
	return period.State == workspace.PeriodPrepared && p.May(workspace.Reviewer) && period.PreparedBy != ui.From(ctx).Actor.ID
}

// lastSigned is the only month whose sign-off can be taken back.
func (p *periodsPage) lastSigned() string {
	at := slices.IndexFunc(p.Periods, func(period workspace.Period) bool { return period.State == workspace.PeriodSigned })
	if at < 0 {
		return ""
	}
	return p.Periods[at].Name
}

var periodKeys = map[workspace.PeriodState]string{
	workspace.PeriodOpen: "recon_queue.periods.open", workspace.PeriodPrepared: "recon_queue.periods.prepared", workspace.PeriodSigned: "recon_queue.periods.signed",
}

var periodTones = map[workspace.PeriodState]ui.Tone{
	workspace.PeriodOpen: ui.Neutral, workspace.PeriodPrepared: ui.Info, workspace.PeriodSigned: ui.Success,
}

// amounts writes amounts of several currencies one after the other.
func amounts(ctx context.Context, list []money.Amount) string {
	said := make([]string, 0, len(list))
	for _, a := range list {
		if !a.IsZero() {
			said = append(said, amount(ctx, a))
		}
	}
	return strings.Join(said, " · ")
}

func periodIcon(state workspace.PeriodState) string {
	if state == workspace.PeriodSigned {
		return "lock"
	}
	return ""
}
