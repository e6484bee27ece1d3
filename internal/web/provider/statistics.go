package provider

import (
	"context"
	"net/http"

	"khadamat/internal/market/statistics"
	numbers "khadamat/internal/web/figures"
	"khadamat/internal/web/ui"
)

// statisticsPath is where a provider sees what becomes of their page and their work.
const statisticsPath = "/provider/statistics"

// statisticsView is what the page of a provider's own figures shows.
type statisticsView struct {
	frame
	Figures statistics.ProviderFigures
}

func (p *pages) showStatistics(w http.ResponseWriter, r *http.Request) error {
	f, err := p.frame(r)
	if err != nil {
		return err
	}
	view := statisticsView{frame: f}
	if f.Exists {
		if view.Figures, err = p.statistics.Provider(r.Context(), ui.From(r.Context()).Actor, f.Provider.ID, numbers.Days(r)); err != nil {
			return err
		}
	}
	return ui.Render(w, r, http.StatusOK, statisticsPage(view))
}

func (v statisticsView) axis(ctx context.Context) string {
	return numbers.Axis(ctx, v.Figures.Days, v.Figures.Buckets)
}

func (v statisticsView) cards(ctx context.Context) []ui.Figure {
	now := &v.Figures.Now
	card := func(label, value string, figure numbers.Figure, good int) ui.Figure {
		return numbers.Card(ctx, label, value, now, &v.Figures.Before, v.Figures.Buckets, figure, good)
	}
	acceptance, answered := now.Acceptance()
	return []ui.Figure{
		card(ui.T(ctx, "statistics.earned"), numbers.Dirhams(ctx, numbers.Earned(now)), numbers.Earned, 1),
		card(ui.T(ctx, "statistics.bookings"), ui.Number(ctx, int(now.Bookings)), numbers.Bookings, 1),
		card(ui.T(ctx, "statistics.requests"), ui.Number(ctx, int(now.Requests)), numbers.Requests, 1),
		card(ui.T(ctx, "statistics.views"), ui.Number(ctx, int(now.Views)), numbers.Views, 1),
		card(ui.T(ctx, "statistics.acceptance"), numbers.Share(ctx, acceptance, answered), numbers.Acceptance, 1),
		card(ui.T(ctx, "statistics.cancellations"), ui.Number(ctx, int(now.Cancelled)), numbers.Cancelled, -1),
	}
}

func (v statisticsView) earnedChart(ctx context.Context) ui.Chart {
	return ui.Chart{
		ID: "chart-earned", Title: ui.T(ctx, "statistics.earned"), Axis: v.axis(ctx), Labels: numbers.Labels(ctx, v.Figures.Buckets),
		Description: ui.T(ctx, "statistics.earned_said", "Amount", numbers.Dirhams(ctx, numbers.Earned(&v.Figures.Now))),
		Series:      []ui.Series{{Label: ui.T(ctx, "statistics.earned"), Values: numbers.Values(v.Figures.Buckets, numbers.Earned)}},
		Format:      func(minor float64) string { return numbers.Dirhams(ctx, minor) }, Scale: numbers.ScaleOfDirhams(ctx),
	}
}

func (v statisticsView) bookingsChart(ctx context.Context) ui.Chart {
	return ui.Chart{
		ID: "chart-bookings", Title: ui.T(ctx, "statistics.bookings"), Axis: v.axis(ctx), Labels: numbers.Labels(ctx, v.Figures.Buckets), Whole: true,
		Description: ui.T(ctx, "statistics.bookings_said", "Count", v.Figures.Now.Bookings),
		Series: []ui.Series{
			{Label: ui.T(ctx, "statistics.kept"), Values: numbers.Values(v.Figures.Buckets, numbers.Kept)},
			{Label: ui.T(ctx, "statistics.cancelled"), Values: numbers.Values(v.Figures.Buckets, numbers.Cancelled)},
		},
	}
}

func (v statisticsView) viewsChart(ctx context.Context) ui.Chart {
	return ui.Chart{
		ID: "chart-views", Title: ui.T(ctx, "statistics.views"), Axis: v.axis(ctx), Labels: numbers.Labels(ctx, v.Figures.Buckets), Whole: true,
		Description: ui.T(ctx, "statistics.views_said", "Count", v.Figures.Now.Views), Empty: ui.T(ctx, "statistics.no_views"),
		Series: []ui.Series{{Label: ui.T(ctx, "statistics.views"), Values: numbers.Values(v.Figures.Buckets, numbers.Views)}},
	}
}

func (v statisticsView) top(ctx context.Context) []ui.Ranked {
	lines := make([]ui.Ranked, 0, len(v.Figures.Top))
	for _, s := range v.Figures.Top {
		lines = append(lines, ui.Ranked{Label: s.Title.In(ui.Lang(ctx)), Value: float64(s.Bookings), Words: ui.Number(ctx, int(s.Bookings)), Aside: ui.Money(ctx, s.Gross)})
	}
	return lines
}
