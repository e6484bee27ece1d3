package admin

import (
	"context"
	"net/http"
	"strconv"

	"khadamat/internal/market/statistics"
	"khadamat/internal/web/figures"
	"khadamat/internal/web/ui"
)

// dashboardView is what the first page of the console shows.
type dashboardView struct {
	frame
	Figures    statistics.MarketFigures
	Cities     []ui.Ranked
	Categories []ui.Ranked
}

// rankedLines is how many cities and categories are named.
const rankedLines = 8

func (p *pages) dashboard(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := p.frame(r, ui.T(ctx, "admin.dashboard.title"))
	if err != nil {
		return err
	}
	found, err := p.Statistics.Market(ctx, ui.From(ctx).Actor, figures.Days(r))
	if err != nil {
		return err
	}
	view := dashboardView{frame: f, Figures: found}
	view.Cities = p.ranked(ctx, found.Cities, p.cityName)
	view.Categories = p.ranked(ctx, found.Categories, p.categoryName)
	return ui.Render(w, r, http.StatusOK, dashboardPage(view))
}

func (p *pages) ranked(ctx context.Context, shares []statistics.Share, name func(context.Context, string) string) []ui.Ranked {
	lines := make([]ui.Ranked, 0, rankedLines)
	for _, share := range shares[:min(rankedLines, len(shares))] {
		lines = append(lines, ui.Ranked{Label: name(ctx, share.ID), Value: float64(share.Bookings), Words: ui.Number(ctx, int(share.Bookings)), Aside: ui.Money(ctx, share.Gross)})
	}
	return lines
}

func (v dashboardView) cards(ctx context.Context) []ui.Figure {
	now := &v.Figures.Now
	card := func(label, value string, figure figures.Figure, good int) ui.Figure {
		return figures.Card(ctx, label, value, now, &v.Figures.Before, v.Figures.Buckets, figure, good)
	}
	conversion, converted := now.Conversion()
	cancellation, cancelled := now.Cancellation()
	return []ui.Figure{
		card(ui.T(ctx, "admin.dashboard.bookings"), ui.Number(ctx, int(now.Bookings)), figures.Bookings, 1),
		card(ui.T(ctx, "admin.dashboard.gross"), figures.Dirhams(ctx, figures.Gross(now)), figures.Gross, 1),
		card(ui.T(ctx, "admin.dashboard.conversion"), figures.Share(ctx, conversion, converted), figures.Conversion, 1),
		card(ui.T(ctx, "admin.dashboard.cancellation"), figures.Share(ctx, cancellation, cancelled), figures.Cancellation, -1),
		card(ui.T(ctx, "admin.dashboard.views"), ui.Number(ctx, int(now.Views)), figures.Views, 1),
		card(ui.T(ctx, "admin.dashboard.people"), ui.Number(ctx, int(now.People)), figures.People, 1),
	}
}

func (v dashboardView) axis(ctx context.Context) string {
	return figures.Axis(ctx, v.Figures.Days, v.Figures.Buckets)
}

func (v dashboardView) bookingsChart(ctx context.Context) ui.Chart {
	return ui.Chart{
		ID: "chart-bookings", Title: ui.T(ctx, "admin.dashboard.bookings"), Axis: v.axis(ctx), Labels: figures.Labels(ctx, v.Figures.Buckets), Whole: true,
		Description: ui.T(ctx, "admin.dashboard.bookings_said", "Count", v.Figures.Now.Bookings, "Cancelled", ui.Number(ctx, int(v.Figures.Now.Cancelled))),
		Series: []ui.Series{
			{Label: ui.T(ctx, "admin.dashboard.kept"), Values: figures.Values(v.Figures.Buckets, figures.Kept)},
			{Label: ui.T(ctx, "admin.dashboard.cancelled"), Values: figures.Values(v.Figures.Buckets, figures.Cancelled)},
		},
	}
}

func (v dashboardView) grossChart(ctx context.Context) ui.Chart {
	return ui.Chart{
		ID: "chart-gross", Title: ui.T(ctx, "admin.dashboard.gross"), Axis: v.axis(ctx), Labels: figures.Labels(ctx, v.Figures.Buckets),
		Description: ui.T(ctx, "admin.dashboard.gross_said", "Amount", figures.Dirhams(ctx, figures.Gross(&v.Figures.Now))),
		Series:      []ui.Series{{Label: ui.T(ctx, "admin.dashboard.gross"), Values: figures.Values(v.Figures.Buckets, figures.Gross)}},
		Format:      func(minor float64) string { return figures.Dirhams(ctx, minor) },
		Scale:       figures.ScaleOfDirhams(ctx),
	}
}

func (v dashboardView) conversionChart(ctx context.Context) ui.Chart {
	return ui.Chart{
		ID: "chart-views", Title: ui.T(ctx, "admin.dashboard.from_views"), Axis: v.axis(ctx), Labels: figures.Labels(ctx, v.Figures.Buckets), Whole: true,
		Description: ui.T(ctx, "admin.dashboard.views_said", "Count", v.Figures.Now.Views, "Requests", ui.Number(ctx, int(v.Figures.Now.Requests))),
		Empty:       ui.T(ctx, "admin.dashboard.no_views"),
		Series: []ui.Series{
			{Label: ui.T(ctx, "admin.dashboard.views"), Values: figures.Values(v.Figures.Buckets, figures.Views)},
			{Label: ui.T(ctx, "admin.dashboard.requests"), Values: figures.Values(v.Figures.Buckets, figures.Requests)},
		},
	}
}

func (v dashboardView) cancellationChart(ctx context.Context) ui.Chart {
	return ui.Chart{
		ID: "chart-cancellation", Title: ui.T(ctx, "admin.dashboard.cancellation"), Axis: v.axis(ctx), Labels: figures.Labels(ctx, v.Figures.Buckets),
		Description: ui.T(ctx, "admin.dashboard.cancellation_said"),
		Series:      []ui.Series{{Label: ui.T(ctx, "admin.dashboard.cancellation"), Values: figures.Values(v.Figures.Buckets, figures.Cancellation)}},
		Format:      func(share float64) string { return figures.Percent(ctx, share) }, Scale: figures.ScaleOfShares(ctx),
	}
}

// statisticsFile is the figures of the dashboard as a table.
func (p *pages) statisticsFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	found, err := p.Statistics.Market(ctx, ui.From(ctx).Actor, figures.Days(r))
	if err != nil {
		return err
	}
	file := newSheet(w, "khadamat-statistics-"+found.To.String()+".csv")
	file.row(ui.T(ctx, "admin.csv.from"), ui.T(ctx, "admin.csv.to"), ui.T(ctx, "admin.dashboard.requests"), ui.T(ctx, "admin.dashboard.bookings"), ui.T(ctx, "admin.booking.completed"),
		ui.T(ctx, "admin.dashboard.cancelled"), ui.T(ctx, "admin.booking.no_show"), ui.T(ctx, "admin.csv.gross"), ui.T(ctx, "admin.csv.earned"),
		ui.T(ctx, "admin.csv.home"), ui.T(ctx, "admin.csv.searches"), ui.T(ctx, "admin.dashboard.views"), ui.T(ctx, "admin.dashboard.people"))
	for _, b := range found.Buckets {
		whole := func(n int64) string { return strconv.FormatInt(n, 10) }
		file.row(b.From.String(), b.To.String(), whole(b.Requests), whole(b.Bookings), whole(b.Completed), whole(b.Cancelled), whole(b.NoShows),
			plain(b.Gross.Minor), plain(b.Earned.Minor), whole(b.Home), whole(b.Searches), whole(b.Views), whole(b.People))
	}
	return file.flush()
}
