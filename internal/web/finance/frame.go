// Package finance holds the pages of those who watch over the house's money: what is proven and what is not, the cases that are left and how
// they are settled, the ledger, what came in from the processor and the bank, payments and payouts. No rule and no SQL lives here.
package finance

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"khadamat/internal/account"
	"khadamat/internal/finance/proof"
	"khadamat/internal/web/ui"
)

// frame is what stands around every page.
type frame struct {
	Title   string
	Left    int             // cases that wait for somebody, shown beside the menu; 0: nothing is shown
	Actions templ.Component // at the end of the title's line; nil: none
	Above   *ui.Crumb       // the page above this one; nil where there is none
}

func (p *pages) frame(r *http.Request, title string) (frame, error) {
	found, err := p.Proof.Cases(r.Context(), actor(r), proof.CaseFilter{Limit: 1})
	return frame{Title: title, Left: found.Counts[proof.Open] + found.Counts[proof.Waiting]}, err
}

// section is a page of the rail.
type section struct {
	path, key, icon string
	exact           bool // what lies below the path has entries of its own
	count           int
}

func (f frame) sections() []section {
	return []section{
		{path: "/finance", key: "finance.nav.dashboard", icon: "shield", exact: true},
		{path: "/finance/cases", key: "finance.nav.cases", icon: "inbox", count: f.Left},
		{path: "/finance/ledger", key: "finance.nav.ledger", icon: "list"},
		{path: "/finance/payments", key: "finance.nav.payments", icon: "wallet"},
		{path: "/finance/payouts", key: "finance.nav.payouts", icon: "send"},
		{path: "/finance/files", key: "finance.nav.files", icon: "upload"},
		{path: "/finance/webhooks", key: "finance.nav.webhooks", icon: "bolt"},
		{path: "/recon", key: "recon_pages.nav.name", icon: "scale"},
	}
}

// current marks the section that the page belongs to.
func (s section) current(ctx context.Context) templ.Attributes {
	request := ui.From(ctx)
	if s.exact && request.URL.Path != ui.Path(ctx, s.path) || !request.Under(s.path) {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}

// crumb is the page above, as a link.
func crumb(ctx context.Context, path, label string) *ui.Crumb {
	return &ui.Crumb{Href: ui.Path(ctx, path), Label: label}
}

func actor(r *http.Request) account.Actor { return ui.From(r.Context()).Actor }
