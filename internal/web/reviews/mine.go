package reviews

import (
	"context"
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/review"
	"khadamat/internal/web/ui"
)

// mineView is the page of what was written about the reader and by them.
type mineView struct {
	Written bool // by the reader; else about them
	Waiting []booking.Booking
	Items   []review.Review
	Next    string
	Older   bool
}

const (
	pageItems    = 10
	waitingItems = 3
)

func (p *pages) mine(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, query := r.Context(), ui.From(r.Context()).Actor, r.URL.Query()
	view := mineView{Written: query.Get("view") == "written", Older: query.Get("from") != ""}
	side := booking.CustomerSide
	if actor.Role == account.Provider {
		side = booking.ProviderSide
	}
	var err error
	if view.Waiting, err = p.reviews.Waiting(ctx, actor, side, waitingItems); err != nil {
		return err
	}
	read := p.reviews.AboutMe
	if view.Written {
		read = p.reviews.ByMe
	}
	page, err := read(ctx, actor, query.Get("from"), pageItems)
	if err != nil {
		return err
	}
	view.Items, view.Next = page.Items, page.NextCursor
	return ui.Render(w, r, http.StatusOK, minePage(view))
}

func (v mineView) name() string {
	if v.Written {
		return "written"
	}
	return ""
}

func (v mineView) link(ctx context.Context, from string) string {
	return ui.PathWith(ctx, "/reviews", "view", v.name(), "from", from)
}

// side is the reader's in a booking that waits for their review.
func side(ctx context.Context, b *booking.Booking) booking.Side {
	side, _ := b.SideOf(ui.From(ctx).Actor.ID)
	return side
}

// blind says whether nobody but its author sees a review yet.
func blind(ctx context.Context, r *review.Review) bool {
	return r.RemovedAt.IsZero() && ui.From(ctx).Now.Before(r.PublicAt)
}
