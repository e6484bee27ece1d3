package recon

import (
	"net/http"
	"strconv"

	"khadamat/internal/money"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/ui"
)

// projectsView is what the list of projects shows.
type projectsView struct {
	frame.Page
	Cards    []workspace.ProjectCard
	Archived bool // the list is of those that are out of use
}

func (p *pages) projects(w http.ResponseWriter, r *http.Request) error {
	view := projectsView{Archived: r.URL.Query().Get("archived") != ""}
	var err error
	if view.Cards, err = p.Workspace.Projects(r.Context(), actor(r), view.Archived); err != nil {
		return err
	}
	view.Page = frame.Page{Title: ui.T(r.Context(), "recon_pages.nav.projects")}
	if len(view.Cards) > 0 {
		view.Actions = newButton()
	}
	return ui.Render(w, r, http.StatusOK, projectsPage(view))
}

// openAmounts are what is open on both sides together, for each currency. What one side has too much and the other too little both count.
func openAmounts(figures *workspace.Figures) []money.Amount {
	var sums []money.Amount
	at := map[money.Currency]int{}
	for _, sum := range figures.Sums {
		currency := money.Currency(sum.Currency)
		if sum.Currency == "" || sum.Open.Count == 0 {
			continue
		}
		i, known := at[currency]
		if !known {
			i = len(sums)
			at[currency] = i
			sums = append(sums, money.Of(0, currency))
		}
		sums[i].Minor += max(sum.Open.Minor, -sum.Open.Minor)
	}
	return sums
}

// width is how long the bar of a share is, of a hundred.
func width(share float64) string {
	return strconv.FormatFloat(100*min(max(share, 0), 1), 'f', 1, 64)
}
