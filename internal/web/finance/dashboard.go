package finance

import (
	"context"
	"net/http"
	"strconv"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payout"
	"khadamat/internal/finance/proof"
	"khadamat/internal/money"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/figures"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// dashboardView is what the first page shows.
type dashboardView struct {
	frame
	proof.Dashboard
	Outlook payout.Outlook
}

func (p *pages) dashboard(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	found, err := p.Proof.Dashboard(ctx, actor(r), dayParam(r, "day", 0), ui.From(ctx).Language)
	if err != nil {
		return err
	}
	outlook, err := p.Payouts.Outlook(ctx, actor(r))
	if err != nil {
		return err
	}
	f, err := p.frame(r, ui.T(ctx, "finance.nav.dashboard"))
	if err != nil {
		return err
	}
	f.Actions = act("/finance/prove", ui.T(ctx, "finance.prove"), "shield", "")
	return ui.Render(w, r, http.StatusOK, dashboardPage(dashboardView{frame: f, Dashboard: found, Outlook: outlook}))
}

// prove starts a run of the proof.
func (p *pages) prove(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	_, err := p.Proof.Prove(ctx, actor(r))
	switch {
	case ui.Refused(err):
		ui.Notify(w, ui.Warning, "finance.prove_running")
	case err != nil:
		return err
	default:
		ui.Notify(w, ui.Info, "finance.prove_started")
	}
	return route.SeeOther(w, r, ui.Path(ctx, "/finance"))
}

// verdict says in one sentence whether the day's money is proven.
func (v dashboardView) verdict(ctx context.Context) string {
	switch {
	case v.Run == nil:
		return ui.T(ctx, "finance.verdict.never")
	case v.Verdict.Cases > 0:
		return ui.T(ctx, "finance.verdict.except", "Day", day(ctx, v.Day), "Count", v.Verdict.Cases) + v.older(ctx)
	case v.Verdict.Unproven.Count+v.Verdict.Proven.Count+v.Verdict.ToSettlement.Count+v.Verdict.Settled.Count == 0 && v.Verdict.Pending.Count > 0:
		return ui.T(ctx, "finance.verdict.pending", "Day", day(ctx, v.Day))
	}
	return ui.T(ctx, "finance.verdict.proven", "Day", day(ctx, v.Day)) + v.older(ctx)
}

// older says that cases of other days are left as well; nothing where none are.
func (v dashboardView) older(ctx context.Context) string {
	if v.Cases <= v.Verdict.Cases {
		return ""
	}
	return " " + ui.T(ctx, "finance.verdict.older", "Count", v.Cases-v.Verdict.Cases)
}

// running says whether a run is under way, whose end the page waits for.
func (v dashboardView) running() bool {
	return v.Run != nil && (v.Run.State == workspace.Queued || v.Run.State == workspace.Running)
}

func (v dashboardView) tone() ui.Tone {
	switch {
	case v.Run == nil:
		return ui.Info
	case v.Cases > 0 || !v.Balanced:
		return ui.Warning
	}
	return ui.Success
}

// piece is a part of the bar that sets what is proven against what is not.
type piece struct {
	Kind, Label, Words, Count string
	X, Width                  string // of a hundred
	Href                      string
}

func bar(ctx context.Context, of proof.Verdict) []piece {
	parts := []struct {
		kind, key string
		proof.Part
		href string
	}{
		{"proven", "finance.proven.bank", of.Proven, ""},
		{"halfway", "finance.proven.settlement", of.ToSettlement, ""},
		{"settled", "finance.proven.settled", of.Settled, ui.PathWith(ctx, "/finance/cases", "state", string(proof.Settled))},
		{"pending", "finance.proven.pending", of.Pending, ""},
		{"unproven", "finance.proven.not", of.Unproven, ui.Path(ctx, "/finance/cases")},
	}
	var sum, from int64
	for _, part := range parts {
		sum += extent(part.Amount)
	}
	var pieces []piece
	for _, part := range parts {
		if part.Count == 0 && part.kind != "proven" && part.kind != "unproven" {
			continue
		}
		pieces = append(pieces, piece{Kind: part.kind, Label: ui.T(ctx, part.key), Words: whole(ctx, part.Amount), Count: ui.T(ctx, "finance.bookings", "Count", part.Count),
			X: width(from, sum), Width: width(extent(part.Amount), sum), Href: part.href})
		from += extent(part.Amount)
	}
	return pieces
}

// extent is how long an amount is, whichever way it went.
func extent(a money.Amount) int64 { return max(a.Minor, -a.Minor) }

// owed are the kinds that hold what the house owes or cannot explain: a credit is shown as a positive amount.
var owed = map[ledger.Kind]bool{ledger.FundsHeld: true, ledger.ProviderPayable: true, ledger.PayoutClearing: true, ledger.Suspense: true}

// standing is what a card of the cash position says.
func standing(ctx context.Context, at proof.Position) string {
	if owed[at.Kind] {
		at.Amount.Minor = -at.Amount.Minor
	}
	return whole(ctx, at.Amount)
}

// byKind are the cases that are left, by what they are.
func (v dashboardView) byKind(ctx context.Context) []ui.Ranked {
	lines := make([]ui.Ranked, len(v.ByKind))
	for i, k := range v.ByKind {
		lines[i] = ui.Ranked{Label: kindName(ctx, k.Kind), Href: ui.PathWith(ctx, "/finance/cases", "kind", string(k.Kind)), Value: float64(k.Count),
			Words: ui.Number(ctx, k.Count), Aside: amount(ctx, k.Amount)}
	}
	return lines
}

func (v dashboardView) ageing(ctx context.Context) []ui.Ranked {
	lines := make([]ui.Ranked, len(v.Ageing))
	for i, a := range v.Ageing {
		label := ui.T(ctx, "finance.age.between", "From", a.FromDays, "Count", a.ToDays)
		if a.ToDays < 0 {
			label = ui.T(ctx, "finance.age.over", "Count", a.FromDays-1)
		}
		lines[i] = ui.Ranked{Label: label, Href: ui.PathWith(ctx, "/finance/cases", "age", strconv.Itoa(a.FromDays)), Value: float64(a.Count),
			Words: ui.Number(ctx, a.Count), Aside: amount(ctx, a.Amount)}
	}
	return lines
}

func (v dashboardView) trend(ctx context.Context) ui.Chart {
	chart := ui.Chart{
		ID: "chart-trend", Title: ui.T(ctx, "finance.trend.title"), Description: ui.T(ctx, "finance.trend.said", "Count", len(v.Trend)), Axis: ui.T(ctx, "statistics.day"),
		Format: func(minor float64) string { return figures.Dirhams(ctx, minor) }, Scale: figures.ScaleOfDirhams(ctx),
		Series: []ui.Series{{Label: ui.T(ctx, "finance.trend.proven")}, {Label: ui.T(ctx, "finance.trend.pending")}, {Label: ui.T(ctx, "finance.trend.not")}},
	}
	for _, d := range v.Trend {
		chart.Labels = append(chart.Labels, day(ctx, d.Day))
		chart.Series[0].Values = append(chart.Series[0].Values, float64(d.Proven.Minor))
		chart.Series[1].Values = append(chart.Series[1].Values, float64(d.Pending.Minor))
		chart.Series[2].Values = append(chart.Series[2].Values, float64(extent(d.Unproven)))
	}
	return chart
}
