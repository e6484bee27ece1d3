package quote

import (
	"context"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// View is a job as one of its readers sees it.
type View struct {
	Job      Job
	Side     booking.Side // the reader's
	Photos   []Photo
	Offers   []Offer           // for the customer all of them, the oldest first; for a provider their own, if there is one
	Services []catalog.Service // for a provider who may answer: those that an offer can be for, the likeliest first
	Zone     string            // for a provider: IANA name of their time zone
}

// Own is the provider's own offer, and whether there is one.
func (v *View) Own() (Offer, bool) {
	if v.Side != booking.ProviderSide || len(v.Offers) == 0 {
		return Offer{}, false
	}
	return v.Offers[0], true
}

// Job returns a job to its customer, and to providers: to those who have answered it and, while it is open, to those who may. It
// returns gone to providers who could have answered once it is over, and not_found to everybody else.
func (s *Service) Job(ctx context.Context, actor account.Actor, id string) (View, error) {
	if err := actor.Require(); err != nil {
		return View{}, err
	}
	j, err := findJob(ctx, s.config.DB, id, "")
	if err != nil {
		return View{}, err
	}
	view := View{Job: j, Side: booking.CustomerSide}
	if j.CustomerID == actor.ID {
		view.Offers, err = offersOf(ctx, s.config.DB, j.ID)
	} else {
		err = s.providerView(ctx, actor, &view)
	}
	if err != nil {
		return View{}, err
	}
	photos, err := photosOf(ctx, s.config.DB, []string{j.ID})
	view.Photos = photos[j.ID]
	return view, err
}

func (s *Service) providerView(ctx context.Context, actor account.Actor, view *View) error {
	own, err := s.provider(ctx, actor)
	if err != nil {
		return asNotFound(err)
	}
	view.Side, view.Zone = booking.ProviderSide, own.Availability.Zone
	o, err := offerOf(ctx, s.config.DB, view.Job.ID, own.ID)
	if err != nil && !isNotFound(err) {
		return err
	}
	if err == nil {
		view.Offers = []Offer{o}
		if o.Status != OfferAccepted {
			view.Job = view.Job.redacted()
		}
		return nil
	}
	offers, err := s.servicesFor(ctx, own, &view.Job)
	if err != nil {
		return err
	}
	if err := view.Job.Open(s.config.Clock.Now()); err != nil {
		return err
	}
	for _, offer := range offers {
		view.Services = append(view.Services, offer.Service)
	}
	view.Job = view.Job.redacted()
	return nil
}

// asNotFound hides from those who are no provider that there is a job.
func asNotFound(err error) error {
	if code := errs.CodeOf(err); code == errs.Forbidden || code == errs.NotFound {
		return errNotFound
	}
	return err
}

// provider returns the actor's provider.
func (s *Service) provider(ctx context.Context, actor account.Actor) (catalog.Provider, error) {
	if err := actor.RequireRole(account.Provider); err != nil {
		return catalog.Provider{}, err
	}
	return s.config.Catalog.ProviderOf(ctx, actor.ID)
}

// servicesFor returns what a provider offers that a job's offer can be for: of the same top category, in the same city; those of the very
// category and those on quote first. It is not_found where there is none.
func (s *Service) servicesFor(ctx context.Context, own catalog.Provider, j *Job) ([]catalog.Offer, error) {
	if own.CityID != j.CityID || own.AccountID == j.CustomerID {
		return nil, errNotFound
	}
	all, err := s.config.Catalog.Offers(ctx, own.ID)
	if err != nil {
		return nil, asNotFound(err)
	}
	top := s.topOf(j.CategoryID)
	offers := slices.DeleteFunc(all, func(o catalog.Offer) bool { return s.topOf(o.Service.CategoryID) != top })
	if len(offers) == 0 {
		return nil, errNotFound
	}
	rank := func(o catalog.Offer) int {
		n := 0
		if o.Service.CategoryID != j.CategoryID {
			n += 2
		}
		if o.Service.Pricing != catalog.OnQuote {
			n++
		}
		return n
	}
	slices.SortStableFunc(offers, func(a, b catalog.Offer) int { return rank(a) - rank(b) })
	return offers, nil
}

func (s *Service) topOf(categoryID string) string {
	category, ok := s.config.Catalog.Category(categoryID)
	if ok && category.ParentID != "" {
		return category.ParentID
	}
	return categoryID
}

// Listed is a job in a list.
type Listed struct {
	Job     Job
	Photos  []Photo
	Waiting int    // for the customer: how many offers await an answer of theirs
	Offer   *Offer // for a provider: their own, where there is one
}

// Page is one page of a list, the newest first. NextCursor is empty on the last one.
type Page struct {
	Items      []Listed
	NextCursor string
}

// Mine returns the actor's own jobs: those that are open, or those that are over.
func (s *Service) Mine(ctx context.Context, actor account.Actor, open bool, cursorText string, limit int) (Page, error) {
	if err := actor.Require(); err != nil {
		return Page{}, err
	}
	limit, after, err := db.ParsePage(limit, cursorText)
	if err != nil {
		return Page{}, err
	}
	jobs, err := jobsOf(ctx, s.config.DB, actor.ID, open, after, limit)
	if err != nil {
		return Page{}, err
	}
	page := pageOf(jobs, limit)
	waiting, err := waitingFor(ctx, s.config.DB, booking.CustomerSide, page.jobIDs(), s.config.Clock.Now())
	if err != nil {
		return Page{}, err
	}
	for i := range page.Items {
		page.Items[i].Waiting = waiting[page.Items[i].Job.ID]
	}
	return page, s.addPhotos(ctx, &page)
}

func pageOf(jobs []Job, limit int) Page {
	var page Page
	if len(jobs) > limit {
		jobs = jobs[:limit]
		last := jobs[limit-1]
		page.NextCursor = db.Cursor{At: last.CreatedAt, ID: last.ID}.String()
	}
	page.Items = make([]Listed, len(jobs))
	for i, j := range jobs {
		page.Items[i].Job = j
	}
	return page
}

func (p *Page) jobIDs() []string {
	all := make([]string, len(p.Items))
	for i := range p.Items {
		all[i] = p.Items[i].Job.ID
	}
	return all
}

func (s *Service) addPhotos(ctx context.Context, page *Page) error {
	photos, err := photosOf(ctx, s.config.DB, page.jobIDs())
	if err != nil {
		return err
	}
	for i := range page.Items {
		page.Items[i].Photos = photos[page.Items[i].Job.ID]
	}
	return nil
}

// Near returns the open jobs that the actor's provider may answer, with the offers that they have made. There are none where the
// provider is not active. It returns not_found where the actor runs none.
func (s *Service) Near(ctx context.Context, actor account.Actor, cursorText string, limit int) (Page, error) {
	own, err := s.provider(ctx, actor)
	if err != nil {
		return Page{}, err
	}
	limit, after, err := db.ParsePage(limit, cursorText)
	if err != nil {
		return Page{}, err
	}
	categories, err := s.categoriesOf(ctx, own)
	if err != nil || len(categories) == 0 {
		return Page{}, err
	}
	jobs, err := jobsNear(ctx, s.config.DB, own.CityID, categories, actor.ID, s.config.Clock.Now(), after, limit)
	if err != nil {
		return Page{}, err
	}
	page := pageOf(jobs, limit)
	offers, err := offersAmong(ctx, s.config.DB, own.ID, page.jobIDs())
	if err != nil {
		return Page{}, err
	}
	for i := range page.Items {
		item := &page.Items[i]
		item.Job = item.Job.redacted()
		if o, ok := offers[item.Job.ID]; ok {
			item.Offer = &o
		}
	}
	return page, s.addPhotos(ctx, &page)
}

// categoriesOf are the children of the top categories in which a provider offers something; none where they are not active.
func (s *Service) categoriesOf(ctx context.Context, own catalog.Provider) ([]string, error) {
	offers, err := s.config.Catalog.Offers(ctx, own.ID)
	if isNotFound(err) {
		return nil, nil
	}
	var tops, children []string
	for _, o := range offers {
		top := s.topOf(o.Service.CategoryID)
		if slices.Contains(tops, top) {
			continue
		}
		tops = append(tops, top)
		category, _ := s.config.Catalog.Category(top)
		for _, child := range category.Children {
			children = append(children, child.ID)
		}
	}
	return children, err
}

// Offered returns the offers that the actor's provider has made, each with its job. It returns not_found where the actor runs none.
func (s *Service) Offered(ctx context.Context, actor account.Actor, cursorText string, limit int) (Page, error) {
	own, err := s.provider(ctx, actor)
	if err != nil {
		return Page{}, err
	}
	limit, after, err := db.ParsePage(limit, cursorText)
	if err != nil {
		return Page{}, err
	}
	offers, err := offersBy(ctx, s.config.DB, own.ID, after, limit)
	if err != nil {
		return Page{}, err
	}
	var page Page
	if len(offers) > limit {
		offers = offers[:limit]
		last := offers[limit-1]
		page.NextCursor = db.Cursor{At: last.CreatedAt, ID: last.ID}.String()
	}
	jobIDs := make([]string, len(offers))
	for i, o := range offers {
		jobIDs[i] = o.JobID
	}
	jobs, err := jobsByID(ctx, s.config.DB, jobIDs)
	if err != nil {
		return Page{}, err
	}
	for i := range offers {
		j := jobs[offers[i].JobID]
		if offers[i].Status != OfferAccepted {
			j = j.redacted()
		}
		page.Items = append(page.Items, Listed{Job: j, Offer: &offers[i]})
	}
	return page, s.addPhotos(ctx, &page)
}

// Slots returns the free times of a provider that start in [from, to) and last a duration. It returns not_found for a provider who is
// not active.
func (s *Service) Slots(ctx context.Context, providerID string, duration time.Duration, from, to time.Time) ([]schedule.Interval, error) {
	p, err := s.config.Catalog.Provider(ctx, providerID)
	if err != nil {
		return nil, err
	}
	const around = 48 * time.Hour // as long as a booking can hold its provider
	busy, err := s.config.Bookings.Busy(ctx, []string{p.ID}, from.Add(-around), to.Add(around))
	if err != nil {
		return nil, err
	}
	return p.Availability.Slots(duration, busy[p.ID], s.config.Clock.Now(), from, to), nil
}
