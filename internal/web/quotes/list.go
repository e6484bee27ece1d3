package quotes

import (
	"context"
	"net/http"

	"khadamat/internal/market/quote"
	"khadamat/internal/web/ui"
)

// item is a job in a list.
type item struct {
	quote.Listed
	place
}

// listView is what a list of jobs shows. Other is the second of its two views.
type listView struct {
	Other bool
	Items []item
	Next  string // the cursor of the next page; empty on the last one
}

func (p *pages) listed(ctx context.Context, page quote.Page, other bool) listView {
	view := listView{Other: other, Next: page.NextCursor}
	for _, listed := range page.Items {
		view.Items = append(view.Items, item{listed, p.place(ctx, &listed.Job)})
	}
	return view
}

// mine shows the reader's own jobs: those that are open, or those that are over.
func (p *pages) mine(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	over := query.Get("view") == "over"
	page, err := p.quotes.Mine(ctx, ui.From(ctx).Actor, !over, query.Get("cursor"), 0)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, minePage(p.listed(ctx, page, over)))
}

// near shows a provider the open jobs near them, or the offers that they have made.
func (p *pages) near(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	offers := query.Get("view") == "offers"
	list := p.quotes.Near
	if offers {
		list = p.quotes.Offered
	}
	page, err := list(ctx, ui.From(ctx).Actor, query.Get("cursor"), 0)
	if noProvider(err) {
		return toProfile(w, r)
	}
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, nearPage(p.listed(ctx, page, offers)))
}
