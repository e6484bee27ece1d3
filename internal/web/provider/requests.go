package provider

import (
	"context"
	"errors"
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

func (p *pages) requests(w http.ResponseWriter, r *http.Request) error {
	f, err := p.frame(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, requestsPage(f))
}

// change is something that a provider does to a booking with one tap.
type change func(s *booking.Service, ctx context.Context, actor account.Actor, id string) (booking.Booking, error)

// declineWithoutReason is the one-tap decline; the booking's own page asks for a reason.
func declineWithoutReason(s *booking.Service, ctx context.Context, actor account.Actor, id string) (booking.Booking, error) {
	return s.Decline(ctx, actor, id, "")
}

// answer answers a request and comes back to those that are left, on the page that the tap came from.
func (p *pages) answer(do change, done string) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := route.Form(w, r)
		if err != nil {
			return err
		}
		back := "/provider/requests"
		if sent.Get("next") == "day" {
			back = "/provider/day"
		}
		_, err = do(p.bookings, r.Context(), ui.From(r.Context()).Actor, r.PathValue("id"))
		return comeBack(w, r, err, done, ui.Path(r.Context(), back))
	}
}

// comeBack says on the page that a tap came from how it went. Where the other side or the clock was quicker, nothing was done and
// the page says why.
func comeBack(w http.ResponseWriter, r *http.Request, err error, done, path string) error {
	tone, key := ui.Success, done
	if err != nil {
		known, ok := errors.AsType[*errs.Error](err)
		if !ok || (known.Code != errs.Conflict && known.Code != errs.Gone) {
			return err
		}
		tone, key = ui.Warning, known.Key
	}
	ui.Notify(w, tone, key)
	return route.SeeOther(w, r, path)
}
