package disputes

import (
	"net/http"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/dispute"
	"khadamat/internal/web/ui"
)

// listView is the page of the reader's own disputes.
type listView struct {
	Items []dispute.Dispute
	Next  string
	Later bool
}

func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, from := r.Context(), r.URL.Query().Get("from")
	page, err := p.disputes.List(ctx, ui.From(ctx).Actor, dispute.Filter{Cursor: from})
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, listPage(listView{Items: page.Items, Next: page.NextCursor, Later: from != ""}))
}

// otherOf is the side that a reader looks at: for operators, the one who opened it.
func otherOf(d *dispute.Dispute, reader string) booking.Side {
	if side, ok := d.SideOf(reader); ok {
		return side.Other()
	}
	return d.OpenedBy
}
