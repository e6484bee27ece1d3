package recon

import (
	"context"
	"net/http"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/figures"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/ui"
)

// analyticsView is what the page of figures over time shows.
type analyticsView struct {
	frame.Page
	Project  string // chosen; empty: all
	Projects []workspace.ProjectCard
	From, To string // as the form has them; the last day counts
	Figures  workspace.Analytics
}

func (p *pages) analytics(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	view := analyticsView{Page: frame.Page{Title: ui.T(ctx, "recon_pages.nav.analytics")}, Project: query.Get("project")}
	form := workspace.AnalyticsForm{ProjectID: view.Project}
	zone := ui.Zone(officeZone)
	from, errFrom := time.ParseInLocation(time.DateOnly, query.Get("from"), zone)
	to, errTo := time.ParseInLocation(time.DateOnly, query.Get("to"), zone)
	if errFrom == nil && errTo == nil && !to.Before(from) {
		form.From, form.To = from, to.AddDate(0, 0, 1)
	}
	var err error
	if view.Projects, err = p.Workspace.Projects(ctx, actor(r), false); err != nil {
		return err
	}
	if view.Figures, err = p.Workspace.Analytics(ctx, actor(r), form); err != nil {
		return err
	}
	view.From = view.Figures.From.In(zone).Format(time.DateOnly)
	view.To = view.Figures.To.Add(-time.Second).In(zone).Format(time.DateOnly)
	return ui.Render(w, r, http.StatusOK, analyticsPage(view))
}

// projectOptions are the projects to choose from.
func (v *analyticsView) projectOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "recon_pages.analytics.all")}}
	for i := range v.Projects {
		options = append(options, ui.Option{Value: v.Projects[i].ID, Label: v.Projects[i].Name})
	}
	return options
}

// known are the days from the first one that has figures of a run: before it, nothing is not the same as none.
func (v *analyticsView) known() []workspace.AnalyticsRow {
	days := v.Figures.Days
	for len(days) > 0 && days[0].MatchRate < 0 {
		days = days[1:]
	}
	return days
}

// labels are the days as charts name them.
func labels(days []workspace.AnalyticsRow) []string {
	labels := make([]string, len(days))
	for i := range days {
		labels[i] = days[i].Name
		if day, err := time.Parse(time.DateOnly, days[i].Name); err == nil {
			labels[i] = day.Format("02/01")
		}
	}
	return labels
}

// values are a figure of each day.
func values(days []workspace.AnalyticsRow, of func(*workspace.AnalyticsRow) float64) []float64 {
	values := make([]float64, len(days))
	for i := range days {
		values[i] = of(&days[i])
	}
	return values
}

func (v *analyticsView) rateChart(ctx context.Context) ui.Chart {
	return ui.Chart{
		ID: "rate", Title: ui.T(ctx, "recon_pages.match_rate"), Description: ui.T(ctx, "recon_pages.analytics.rate_says"),
		Axis: ui.T(ctx, "recon_pages.analytics.day"), Labels: labels(v.known()),
		Series: []ui.Series{{Label: ui.T(ctx, "recon_pages.match_rate"), Values: values(v.known(), func(row *workspace.AnalyticsRow) float64 { return row.MatchRate })}},
		Format: func(share float64) string { return percent(ctx, share) }, Scale: figures.ScaleOfShares(ctx),
	}
}

func (v *analyticsView) workChart(ctx context.Context) ui.Chart {
	return ui.Chart{
		ID: "work", Title: ui.T(ctx, "recon_pages.analytics.work"), Description: ui.T(ctx, "recon_pages.analytics.work_says"),
		Axis: ui.T(ctx, "recon_pages.analytics.day"), Labels: labels(v.Figures.Days), Whole: true,
		Series: []ui.Series{
			{Label: ui.T(ctx, "recon_pages.analytics.settled"), Values: values(v.Figures.Days, func(row *workspace.AnalyticsRow) float64 { return float64(row.Settled) })},
			{Label: ui.T(ctx, "recon_pages.analytics.other_decisions"), Values: values(v.Figures.Days, func(row *workspace.AnalyticsRow) float64 { return float64(max(0, row.Decisions-row.Settled)) })},
		},
	}
}

// openChart shows what is open in one currency, the first one that there is.
func (v *analyticsView) openChart(ctx context.Context) (ui.Chart, bool) {
	currency := money.Currency("")
	for i := range v.Figures.Days {
		for _, open := range v.Figures.Days[i].OpenAmounts {
			if currency == "" {
				currency = open.Currency
			}
		}
	}
	in := func(row *workspace.AnalyticsRow) float64 {
		for _, open := range row.OpenAmounts {
			if open.Currency == currency {
				return float64(max(open.Minor, -open.Minor))
			}
		}
		return 0
	}
	return ui.Chart{
		ID: "open", Title: ui.T(ctx, "recon_pages.open_amount"), Description: ui.T(ctx, "recon_pages.analytics.open_says"),
		Axis: ui.T(ctx, "recon_pages.analytics.day"), Labels: labels(v.known()),
		Series: []ui.Series{{Label: ui.T(ctx, "recon_pages.open_amount"), Values: values(v.known(), in)}},
		Format: func(minor float64) string { return amount(ctx, money.Of(int64(minor), currency)) }, Scale: figures.ScaleOfDirhams(ctx),
	}, currency != ""
}

// shareOf writes a match rate that there may not be.
func shareOf(ctx context.Context, share float64) string {
	if share < 0 {
		return "–"
	}
	return percent(ctx, share)
}

// settleTime writes how long settling took, where anything was settled.
func settleTime(ctx context.Context, d time.Duration) string {
	if d <= 0 {
		return "–"
	}
	return lasted(ctx, d)
}
