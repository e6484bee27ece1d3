package quotes

import (
	"net/http"
	"net/url"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/quote"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// answerView is what the pages show on which a side answers an offer.
type answerView struct {
	offerView
	Times    times
	Form     counterForm
	Address  string
	Problems ui.Problems
}

// counterForm is what a side proposes instead, as it was sent.
type counterForm struct{ Price, Words string }

// loadOffer loads the offer that the address names, for one of its sides.
func (p *pages) loadOffer(r *http.Request) (offerView, error) {
	view, err := p.job(r)
	if err != nil {
		return offerView{}, err
	}
	for _, o := range view.Offers {
		if o.ID == r.PathValue("offer") {
			return o, nil
		}
	}
	return offerView{}, errs.New(errs.NotFound, "quote.not_found")
}

func (p *pages) askAccept(w http.ResponseWriter, r *http.Request) error {
	view, err := p.loadOffer(r)
	if err != nil {
		return err
	}
	if err := view.Can(quote.DoAccept, view.Job, view.Side, view.Now); err != nil {
		return tooLate(w, r, home(view.JobID, view.Side), err)
	}
	return ui.Render(w, r, http.StatusOK, acceptPage(answerView{offerView: view, Address: view.Job.Address}))
}

// accept makes the booking and leads to it.
func (p *pages) accept(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	view, err := p.loadOffer(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	_, job, err := p.quotes.Accept(ctx, ui.From(ctx).Actor, view.ID, sent.Get("address"))
	switch {
	case err == nil:
		ui.Notify(w, ui.Success, "quote_pages.done.accepted")
		return route.SeeOther(w, r, ui.Path(ctx, "/bookings/"+job.BookingID))
	case errs.CodeOf(err) == errs.Invalid:
		return ui.Render(w, r, statusOf(err), acceptPage(answerView{offerView: view, Address: sent.Get("address"), Problems: ui.ProblemsOf(ctx, err)}))
	}
	return tooLate(w, r, home(view.JobID, view.Side), err)
}

func (p *pages) askDecline(w http.ResponseWriter, r *http.Request) error {
	view, err := p.loadOffer(r)
	if err != nil {
		return err
	}
	if err := view.Can(quote.DoDecline, view.Job, view.Side, view.Now); err != nil {
		return tooLate(w, r, home(view.JobID, view.Side), err)
	}
	return ui.Render(w, r, http.StatusOK, declinePage(view))
}

func (p *pages) decline(w http.ResponseWriter, r *http.Request) error {
	view, err := p.loadOffer(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	path := home(view.JobID, view.Side)
	if _, err := p.quotes.Decline(ctx, ui.From(ctx).Actor, view.ID); err != nil {
		return tooLate(w, r, path, err)
	}
	done := "quote_pages.done.declined"
	if view.Side == booking.ProviderSide {
		done = "quote_pages.done.taken_back"
	}
	ui.Notify(w, ui.Success, done)
	return route.SeeOther(w, r, ui.Path(ctx, path))
}

func (p *pages) showCounter(w http.ResponseWriter, r *http.Request) error {
	view, err := p.loadOffer(r)
	if err != nil {
		return err
	}
	last := view.Last()
	return p.counterPage(w, r, answerView{offerView: view, Form: counterForm{Price: wholeDirhams(last.Price)}, Times: times{Start: last.Start.Format(time.RFC3339)}}, nil)
}

func (p *pages) counter(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	view, err := p.loadOffer(r)
	if err != nil {
		return err
	}
	again := answerView{offerView: view, Form: counterForm{sent.Get("price"), sent.Get("words")}, Times: timesOf(sent)}
	start, err := again.Times.chosen(view.Zone)
	if err != nil {
		return p.counterPage(w, r, again, err)
	}
	ctx := r.Context()
	_, err = p.quotes.Counter(ctx, ui.From(ctx).Actor, view.ID, quote.CounterInput{Price: dirhams(again.Form.Price), Start: start, Words: again.Form.Words})
	if err != nil {
		return p.counterPage(w, r, again, err)
	}
	ui.Notify(w, ui.Success, "quote_pages.done.countered")
	return route.SeeOther(w, r, ui.Path(ctx, home(view.JobID, view.Side)))
}

// counterPage shows the form, with what was wrong with it; where nothing can be proposed any more it leads back.
func (p *pages) counterPage(w http.ResponseWriter, r *http.Request, view answerView, cause error) error {
	if cause != nil && !ui.Refused(cause) && errs.CodeOf(cause) != errs.Gone {
		return cause
	}
	if err := view.Can(quote.DoCounter, view.Job, view.Side, view.Now); err != nil {
		return tooLate(w, r, home(view.JobID, view.Side), err)
	}
	var err error
	if view.Times, err = p.fill(r.Context(), view.Times, view.ProviderID, view.Duration, view.Zone); err != nil {
		return err
	}
	view.Times.Keep = view.Last().Start
	view.Problems = ui.ProblemsOf(r.Context(), cause)
	return ui.Render(w, r, statusOf(cause), counterPage(view))
}

// offerForm is what a provider has filled in, as it was sent.
type offerForm struct {
	Service, Price, Duration, Words, Valid string
	Key                                    string // makes a form that is sent twice one offer
}

func offerFormOf(sent url.Values) offerForm {
	return offerForm{sent.Get("service"), sent.Get("price"), sent.Get("duration"), sent.Get("words"), sent.Get("valid"), sent.Get("key")}
}
