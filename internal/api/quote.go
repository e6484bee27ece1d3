package api

import (
	"context"
	"io"
	"net/http"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/quote"
	"khadamat/internal/money"
	"khadamat/internal/platform/picture"
)

// Job is what a customer wants done and asks a price for.
type Job struct {
	ID          string  `json:"id"`
	Status      string  `json:"status" enum:"open,taken,withdrawn,expired"`
	Customer    string  `json:"customer_name" doc:"For providers the first name alone, until the job is theirs" example:"Salma"`
	CategoryID  string  `json:"category_id" example:"plomberie"`
	CityID      string  `json:"city_id" example:"casablanca"`
	Title       string  `json:"title" example:"Refaire la salle de bain"`
	Description string  `json:"description"`
	Place       string  `json:"place" enum:"customer,provider,remote"`
	Address     string  `json:"address" doc:"For the customer, and for the provider whose offer was accepted; else empty"`
	Urgency     string  `json:"urgency" enum:"today,week,month,flexible" doc:"By when it is wanted"`
	BudgetMin   *Money  `json:"budget_min,omitempty" doc:"Left out: the customer does not say"`
	BudgetMax   *Money  `json:"budget_max,omitempty" doc:"Left out: the customer does not say"`
	Photos      []Photo `json:"photos"`
	OfferCount  int     `json:"offer_count" doc:"How many providers have answered"`
	BookingID   string  `json:"booking_id,omitempty" doc:"What it became, once it is taken; for its two sides"`
	ExpiresAt   Time    `json:"expires_at"`
	CreatedAt   Time    `json:"created_at"`
	UpdatedAt   Time    `json:"updated_at"`
}

// ListedJob is a job in a list.
type ListedJob struct {
	Job
	Waiting int    `json:"waiting" doc:"For the customer: how many offers wait for an answer"`
	Offer   *Offer `json:"offer,omitempty" doc:"For a provider: their own; left out where there is none"`
}

// JobDetail is a job with what was offered for it.
type JobDetail struct {
	Job
	Side     string     `json:"side" enum:"customer,provider" doc:"On which side of it you are"`
	Offers   []Offer    `json:"offers" doc:"For the customer all, the oldest first; for a provider their own"`
	Services []JobOffer `json:"services" doc:"For a provider who can answer: which of their services an offer can be for, the likeliest first"`
	Zone     string     `json:"zone,omitempty" doc:"For a provider: the IANA name of their time zone" example:"Africa/Casablanca"`
}

// JobOffer is a service that an offer can be for.
type JobOffer struct {
	ServiceID       string `json:"service_id"`
	Title           string `json:"title" doc:"In the reader's language"`
	DurationMinutes int    `json:"duration_minutes"`
}

// Photo is a picture, at /media/{id}/small.jpg and /media/{id}/large.jpg.
type Photo struct {
	ID     string `json:"id"`
	Width  int    `json:"width" doc:"Of the large one, in pixels" example:"1600"`
	Height int    `json:"height" example:"1200"`
	Small  string `json:"small" doc:"Its address, 320 pixels wide at most" example:"/media/01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f/small.jpg"`
	Large  string `json:"large" doc:"Its address, 1600 pixels wide at most" example:"/media/01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f/large.jpg"`
}

// JobRequest is what a customer says about a job.
type JobRequest struct {
	CategoryID  string   `json:"category_id" maxLength:"100" doc:"One of those below the top" example:"plomberie"`
	CityID      string   `json:"city_id" maxLength:"100" example:"casablanca"`
	Title       string   `json:"title" doc:"10 to 80 letters" example:"Refaire la salle de bain"`
	Description string   `json:"description" doc:"20 to 3000 letters" example:"Douche, lavabo et carrelage, six mètres carrés."`
	Place       string   `json:"place" enum:"customer,provider,remote"`
	Address     string   `json:"address,omitempty" doc:"Up to 300 letters; only the provider whose offer you accept sees it"`
	Urgency     string   `json:"urgency" enum:"today,week,month,flexible"`
	BudgetMin   *Money   `json:"budget_min,omitempty" doc:"Whole dirhams"`
	BudgetMax   *Money   `json:"budget_max,omitempty" doc:"Whole dirhams"`
	PhotoIDs    []string `json:"photo_ids,omitempty" maxItems:"50" doc:"Of POST /quotes/photos, in their order; 6 at most"`
}

type (
	postJobInput struct {
		Creation
		Body JobRequest
	}
	jobsInput struct {
		PageQuery
		Open yesNo `query:"open" doc:"Those that are open, as where it is left out, or those that are over (false)"`
	}
)

func (a *api) addQuotes() {
	op := operationsOf(tagQuotes)
	a.addUpload(creating(op("upload-job-photo", http.MethodPost, "/quotes/photos", "Send a photo for a job",
		"Name its id in the job that you post within a day.", 409)), a.uploadJobPhoto)
	add(a, forMe, creating(op("post-job", http.MethodPost, "/quotes", "Post a job", "The best providers of its category in its city are told. It is open for 14 days; 10 at a time.", 409)), a.postJob)
	add(a, forMe, op("list-jobs", http.MethodGet, "/quotes", "Your jobs", "The newest first.", 422), a.jobs)
	add(a, forMe, op("get-job", http.MethodGet, "/quotes/{id}", "A job", "For its customer, for providers who have answered it and, while it is open, for those who may.", 410), a.job)
	add(a, forMe, op("withdraw-job", http.MethodPost, "/quotes/{id}/withdraw", "Withdraw a job", "Its customer's. Those who made an offer are told.", 410), a.withdrawJob)
	add(a, forMe, op("list-jobs-near", http.MethodGet, "/provider/quotes", "Jobs for your provider", "Open ones in your categories and your city, the newest first, with the offers that you have made.", 403, 404, 422), a.jobList(a.Quotes.Near))
	add(a, forMe, op("list-own-offers", http.MethodGet, "/provider/offers", "Your provider's offers", "Each with its job, the newest first.", 403, 404, 422), a.jobList(a.Quotes.Offered))
}

func (a *api) uploadJobPhoto(ctx context.Context, c *call, file io.ReadSeeker, _ string) (Photo, error) {
	kept, err := a.Quotes.UploadPhoto(ctx, c.actor, file)
	if err != nil {
		return Photo{}, err
	}
	return jobPhotoOf(kept), nil
}

func (a *api) postJob(ctx context.Context, c *call, in *postJobInput) (*created[JobDetail], error) {
	b := in.Body
	posted, err := a.Quotes.Post(ctx, c.actor, quote.JobInput{CategoryID: b.CategoryID, CityID: b.CityID, Title: b.Title, Description: b.Description, Address: b.Address,
		Place: catalog.Place(b.Place), Urgency: quote.Urgency(b.Urgency), Budget: quote.Budget{Min: amountOrZero(b.BudgetMin), Max: amountOrZero(b.BudgetMax)},
		PhotoIDs: b.PhotoIDs, IdempotencyKey: in.IdempotencyKey})
	if err != nil {
		return nil, named(err, "category", "category_id", "city", "city_id", picture.Field, "photo_ids")
	}
	view, err := a.Quotes.Job(ctx, c.actor, posted.ID)
	if err != nil {
		return nil, err
	}
	return &created[JobDetail]{Location: prefix + "/quotes/" + posted.ID, Body: c.jobDetailOf(view)}, nil
}

func amountOrZero(m *Money) money.Amount {
	if m == nil {
		return money.Amount{}
	}
	return m.amount()
}

func (a *api) jobs(ctx context.Context, c *call, in *jobsInput) (*answer[List[ListedJob]], error) {
	open := in.Open.choice()
	page, err := a.Quotes.Mine(ctx, c.actor, open == nil || *open, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, c.listedJobOf(booking.CustomerSide))), nil
}

func (a *api) job(ctx context.Context, c *call, in *idInput) (*answer[JobDetail], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	view, err := a.Quotes.Job(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(c.jobDetailOf(view)), nil
}

func (a *api) withdrawJob(ctx context.Context, c *call, in *idInput) (*answer[JobDetail], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	if _, err := a.Quotes.Withdraw(ctx, c.actor, in.ID); err != nil {
		return nil, err
	}
	return a.job(ctx, c, in)
}

func (c *call) listedJobOf(side booking.Side) func(quote.Listed) ListedJob {
	return func(l quote.Listed) ListedJob {
		wire := ListedJob{Job: c.jobOf(l.Job, l.Photos), Waiting: l.Waiting}
		if l.Offer != nil {
			offer := c.offerOf(*l.Offer, &l.Job, side)
			wire.Offer = &offer
		}
		return wire
	}
}

func (c *call) jobDetailOf(view quote.View) JobDetail {
	return JobDetail{
		Job: c.jobOf(view.Job, view.Photos), Side: string(view.Side), Zone: view.Zone,
		Offers: listOf(view.Offers, func(o quote.Offer) Offer { return c.offerOf(o, &view.Job, view.Side) }).Items,
		Services: listOf(view.Services, func(s catalog.Service) JobOffer {
			return JobOffer{ServiceID: s.ID, Title: s.Title.In(string(c.language)), DurationMinutes: s.DurationMinutes}
		}).Items,
	}
}

func (c *call) jobOf(j quote.Job, photos []quote.Photo) Job {
	return Job{
		ID: j.ID, Status: string(j.Status), Customer: j.CustomerName, CategoryID: j.CategoryID, CityID: j.CityID, Title: j.Title, Description: j.Description,
		Place: string(j.Place), Address: j.Address, Urgency: string(j.Urgency), BudgetMin: moneyOrNull(j.Budget.Min), BudgetMax: moneyOrNull(j.Budget.Max),
		Photos: listOf(photos, jobPhotoOf).Items, OfferCount: j.Offers, BookingID: j.BookingID,
		ExpiresAt: timeOf(j.ExpiresAt), CreatedAt: timeOf(j.CreatedAt), UpdatedAt: timeOf(j.UpdatedAt),
	}
}

func jobPhotoOf(p quote.Photo) Photo { return photoOf(p.ID, p.Width, p.Height) }

func photoOf(id string, width, height int) Photo {
	return Photo{ID: id, Width: width, Height: height, Small: "/media/" + id + "/small.jpg", Large: "/media/" + id + "/large.jpg"}
}
