package quotes

import (
	"context"
	"net/http"
	"slices"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/quote"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// jobView is a job as its page shows it.
type jobView struct {
	quote.View
	place
	Now    time.Time
	Offers []offerView // in the place of View's: those that are under way first
}

// offerView is an offer with who made it.
type offerView struct {
	quote.Offer
	Job      *quote.Job
	Side     booking.Side     // the reader's
	Provider catalog.Provider // zero where they are no longer active
	Zone     *time.Location
	Lowest   bool // of several
	Now      time.Time
}

func (v offerView) can(action quote.Action) bool {
	return v.Offer.Can(action, v.Job, v.Side, v.Now) == nil
}

// other is the name of the side that the reader is not on.
func (v offerView) other(ctx context.Context) string {
	if v.Side == booking.CustomerSide {
		return nameOr(ctx, v.ProviderName)
	}
	return nameOr(ctx, v.Job.CustomerName)
}

// within is other for a sentence: in Arabic a Latin name stands apart, or else it would pull the numbers beside it to its own side.
func (v offerView) within(ctx context.Context) string {
	const firstStrongIsolate, popIsolate = "\u2068", "\u2069"
	if ui.Lang(ctx) == "ar" {
		return firstStrongIsolate + v.other(ctx) + popIsolate
	}
	return v.other(ctx)
}

// path is an address below the offer.
func (v offerView) path(ctx context.Context, verb string) string {
	return ui.Path(ctx, "/quotes/"+v.JobID+"/offers/"+v.ID+"/"+verb)
}

// before are the proposals before the last one, the newest first.
func (v offerView) before() []quote.Proposal {
	earlier := slices.Clone(v.Proposals[:max(0, len(v.Proposals)-1)])
	slices.Reverse(earlier)
	return earlier
}

// words are the provider's from their first proposal, which say what is offered.
func (v offerView) words() string {
	if len(v.Proposals) == 0 {
		return ""
	}
	return v.Proposals[0].Words
}

// open says whether the job still takes offers.
func (v jobView) open() bool { return v.Job.Open(v.Now) == nil }

// waiting says how many offers await the reader.
func (v jobView) waiting() int {
	n := 0
	for i := range v.Offers {
		if v.Offers[i].can(quote.DoAccept) {
			n++
		}
	}
	return n
}

// job loads the job that the address names.
func (p *pages) job(r *http.Request) (jobView, error) {
	ctx := r.Context()
	request := ui.From(ctx)
	found, err := p.quotes.Job(ctx, request.Actor, r.PathValue("id"))
	if err != nil {
		return jobView{}, err
	}
	view := jobView{View: found, place: p.place(ctx, &found.Job), Now: request.Now}
	for _, o := range found.Offers {
		one := offerView{Offer: o, Job: &found.Job, Side: found.Side, Zone: p.zoneOf(ctx, o.ProviderID), Now: request.Now}
		one.Provider, _ = p.catalog.Provider(ctx, o.ProviderID)
		view.Offers = append(view.Offers, one)
	}
	slices.SortStableFunc(view.Offers, func(a, b offerView) int { return rank(a) - rank(b) })
	markLowest(view.Offers)
	return view, nil
}

// rank puts what can be accepted before what is under way, and that before what is over.
func rank(v offerView) int {
	switch {
	case v.Status == quote.OfferAccepted:
		return 0
	case v.can(quote.DoAccept):
		return 1
	case v.Status == quote.OfferOpen && !v.Lapsed(v.Now):
		return 2
	}
	return 3
}

// markLowest marks the lowest price where there are several to choose from.
func markLowest(offers []offerView) {
	lowest, count := -1, 0
	for i, o := range offers {
		if o.Status != quote.OfferOpen || o.Lapsed(o.Now) {
			continue
		}
		count++
		if lowest < 0 || o.Last().Price.Minor < offers[lowest].Last().Price.Minor {
			lowest = i
		}
	}
	if count > 1 {
		offers[lowest].Lowest = true
	}
}

// show is the page of a job for its customer; a provider is sent to their own.
func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	view, err := p.job(r)
	if err != nil {
		return err
	}
	if view.Side == booking.ProviderSide {
		return route.SeeOther(w, r, ui.Path(r.Context(), home(view.Job.ID, view.Side)))
	}
	return ui.Render(w, r, http.StatusOK, jobPage(view))
}

func (p *pages) askWithdraw(w http.ResponseWriter, r *http.Request) error {
	view, err := p.job(r)
	if err != nil {
		return err
	}
	if view.Side != booking.CustomerSide {
		return errs.New(errs.NotFound, "quote.not_found")
	}
	if err := view.Job.Open(view.Now); err != nil {
		return tooLate(w, r, home(view.Job.ID, view.Side), err)
	}
	return ui.Render(w, r, http.StatusOK, withdrawPage(view))
}

func (p *pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	if _, err := p.quotes.Withdraw(ctx, ui.From(ctx).Actor, id); err != nil {
		return tooLate(w, r, home(id, booking.CustomerSide), err)
	}
	ui.Notify(w, ui.Success, "quote_pages.done.withdrawn")
	return route.SeeOther(w, r, ui.Path(ctx, "/quotes"))
}
