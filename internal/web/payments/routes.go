// Package payments holds what people see of the money of a booking: the part of its page on which the customer pays and both sides see how it stands, the way to the
// page where card numbers are typed, which is the processor's own, and the provider's page of what they allow.
package payments

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"khadamat/internal/account"
	"khadamat/internal/finance/payment"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Config is what the pages stand on.
type Config struct {
	Payments *payment.Service
	BaseURL  string // where the site is reached, without a slash at the end
}

type pages struct {
	payments *payment.Service
	baseURL  string
}

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{payments: config.Payments, baseURL: config.BaseURL}
	routes.Post("/bookings/{id}/payment", route.SignedIn(p.begin))
	routes.Get("/bookings/{id}/payment", route.SignedIn(p.back))
	routes.Post("/bookings/{id}/payment/method", route.SignedIn(p.choose))
	routes.Get(termsPath, route.Only(p.showTerms, account.Provider))
	routes.Post(termsPath, route.Only(p.setTerms, account.Provider))
}

// begin sends the customer to the page where they pay.
func (p *pages) begin(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	address, err := p.payments.Begin(ctx, ui.From(ctx).Actor, id, ui.From(ctx).Language)
	if err != nil {
		return sayWhy(w, r, id, err)
	}
	w.Header().Set("Cache-Control", "no-store")
	to, err := url.Parse(address)
	if err != nil {
		return err
	}
	if here, own := strings.CutPrefix(address, p.baseURL+"/"); own {
		// Whoever came by another name of this site, localhost or its number, is signed in under that one only.
		http.Redirect(w, r, "/"+here, http.StatusSeeOther)
		return nil
	}
	// A browser does not follow a form's redirect to where the site's policy sends no form; it follows a page's.
	w.Header().Set("Refresh", "0; url="+to.String())
	return ui.Render(w, r, http.StatusOK, leavingPage(to.String()))
}

// back is where the processor sends the customer after they paid, or did not.
func (p *pages) back(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	actor := ui.From(ctx).Actor
	if err := p.payments.Returned(ctx, actor, id); err != nil {
		return err
	}
	v, err := p.payments.For(ctx, actor, id)
	if err != nil {
		return err
	}
	switch {
	case v.Status == payment.Authorised:
		ui.Notify(w, ui.Success, "payment_pages.done.reserved")
	case v.Status == payment.Captured:
		ui.Notify(w, ui.Success, "payment_pages.done.paid")
	case v.Status == payment.Awaiting && v.Decline == "":
		ui.Notify(w, ui.Info, "payment_pages.done.waiting")
	}
	return route.SeeOther(w, r, ui.Path(ctx, "/bookings/"+id))
}

func (p *pages) choose(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, id := r.Context(), r.PathValue("id")
	method := payment.Method(sent.Get("method"))
	if _, err := p.payments.Choose(ctx, ui.From(ctx).Actor, id, method); err != nil {
		return sayWhy(w, r, id, err)
	}
	ui.Notify(w, ui.Success, chosenKeys[method])
	return route.SeeOther(w, r, ui.Path(ctx, "/bookings/"+id))
}

var chosenKeys = map[payment.Method]string{
	payment.Card:    "payment_pages.done.chose_card",
	payment.Deposit: "payment_pages.done.chose_deposit",
	payment.Cash:    "payment_pages.done.chose_cash",
}

// sayWhy shows the booking as it is now, and why nothing was done.
func sayWhy(w http.ResponseWriter, r *http.Request, id string, err error) error {
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || (known.Code != errs.Conflict && known.Code != errs.Gone && known.Code != errs.Unavailable) {
		return err
	}
	ui.Notify(w, ui.Warning, known.Key)
	return route.SeeOther(w, r, ui.Path(r.Context(), "/bookings/"+id))
}

const termsPath = "/provider/payments"

func (p *pages) showTerms(w http.ResponseWriter, r *http.Request) error {
	cash, err := p.payments.Terms(r.Context(), ui.From(r.Context()).Actor)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, termsPage(cash))
}

func (p *pages) setTerms(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	if err := p.payments.SetTerms(ctx, ui.From(ctx).Actor, sent.Get("cash") == "yes"); err != nil {
		return err
	}
	ui.Notify(w, ui.Success, "payment_pages.terms.saved")
	return route.SeeOther(w, r, ui.Path(ctx, termsPath))
}
