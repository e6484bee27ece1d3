package quotes

import (
	"net/http"
	"strconv"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/quote"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// nearView is a job as a provider's page shows it.
type nearView struct {
	jobView
	Times    times
	Form     offerForm
	Problems ui.Problems
}

// durations are the lengths to choose from, in minutes.
var durations = []int{30, 60, 90, 120, 180, 240, 300, 360, 480, 600}

// validDays are for how many days an offer may hold.
var validDays = []int{1, 3, 7, 14}

func (p *pages) showNear(w http.ResponseWriter, r *http.Request) error {
	form := offerForm{Valid: "3", Key: ids.New()}
	return p.nearPage(w, r, form, times{}, nil)
}

// nearPage shows a job with the reader's own offer, or with the form for one and what was wrong with it.
func (p *pages) nearPage(w http.ResponseWriter, r *http.Request, form offerForm, chosen times, cause error) error {
	if cause != nil && !ui.Refused(cause) {
		return cause
	}
	ctx := r.Context()
	found, err := p.job(r)
	if noProvider(err) {
		return toProfile(w, r)
	}
	if err != nil {
		return err
	}
	if found.Side == booking.CustomerSide {
		return route.SeeOther(w, r, ui.Path(ctx, home(found.Job.ID, found.Side)))
	}
	view := nearView{jobView: found, Form: form, Problems: ui.ProblemsOf(ctx, cause)}
	if len(found.Services) > 0 {
		service := serviceOf(found.Services, form.Service)
		if view.Form.Duration == "" {
			view.Form.Duration = strconv.Itoa(service.DurationMinutes)
		}
		if view.Times, err = p.fill(ctx, chosen, service.ProviderID, minutesOf(view.Form.Duration), ui.Zone(found.Zone)); err != nil {
			return err
		}
	}
	return ui.Render(w, r, statusOf(cause), nearJobPage(view))
}

// serviceOf is the chosen one of the services, or the first.
func serviceOf(services []catalog.Service, id string) catalog.Service {
	for _, s := range services {
		if s.ID == id {
			return s
		}
	}
	return services[0]
}

func minutesOf(written string) time.Duration {
	n, err := strconv.Atoi(westernDigits.Replace(written))
	if err != nil || n < 0 || n > quote.MaxDurationMinutes {
		return 0
	}
	return time.Duration(n) * time.Minute
}

// answer makes the provider's offer. With "preview" it only shows the free times for another duration, for browsers without scripts.
func (p *pages) answer(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	form, chosen := offerFormOf(sent), timesOf(sent)
	if sent.Has("preview") {
		return p.nearPage(w, r, form, chosen, nil)
	}
	ctx := r.Context()
	view, err := p.job(r)
	if err != nil {
		return err
	}
	start, err := chosen.chosen(ui.Zone(view.Zone))
	if err != nil {
		return p.nearPage(w, r, form, chosen, err)
	}
	days, _ := strconv.Atoi(form.Valid)
	_, err = p.quotes.Answer(ctx, ui.From(ctx).Actor, r.PathValue("id"), quote.OfferInput{
		ServiceID: form.Service, Price: dirhams(form.Price), Start: start, DurationMinutes: int(minutesOf(form.Duration) / time.Minute), Words: form.Words,
		ValidFor: time.Duration(days) * 24 * time.Hour, IdempotencyKey: form.Key,
	})
	switch {
	case err == nil:
		ui.Notify(w, ui.Success, "quote_pages.done.offered")
		return route.SeeOther(w, r, ui.Path(ctx, home(r.PathValue("id"), booking.ProviderSide)))
	case errs.CodeOf(err) == errs.Gone:
		return tooLate(w, r, "/provider/quotes", err)
	}
	form.Key = ids.New() // the key of a refused form may stand for an earlier offer
	return p.nearPage(w, r, form, chosen, err)
}
