package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/quote"
	"khadamat/internal/platform/errs"
)

// Offer is a provider's answer to a job, with everything that the two have proposed since.
type Offer struct {
	ID              string          `json:"id"`
	JobID           string          `json:"quote_id"`
	Status          string          `json:"status" enum:"open,accepted,declined,closed" doc:"closed: another offer was taken, or the job is over"`
	Actions         []string        `json:"actions" enum:"accept,counter,decline" doc:"What you may do with it now"`
	Turn            string          `json:"turn" enum:"customer,provider" doc:"Whose answer is awaited while it is open"`
	Lapsed          bool            `json:"lapsed" doc:"Nobody answered in time"`
	DeclinedBy      string          `json:"declined_by,omitempty" enum:"customer,provider"`
	ProviderID      string          `json:"provider_id"`
	Provider        string          `json:"provider_name" example:"Plomberie Atlas"`
	ServiceID       string          `json:"service_id"`
	DurationMinutes int             `json:"duration_minutes" example:"120"`
	Proposals       []OfferProposal `json:"proposals" doc:"The oldest first; the last is what the other side can accept"`
	ValidUntil      Time            `json:"valid_until"`
	CreatedAt       Time            `json:"created_at"`
	UpdatedAt       Time            `json:"updated_at"`
}

// OfferProposal is one price and time that one side would agree to.
type OfferProposal struct {
	By    string `json:"by" enum:"customer,provider"`
	Price Money  `json:"price"`
	Start Time   `json:"start"`
	Words string `json:"words" doc:"May be empty"`
	At    Time   `json:"at" doc:"When it was made"`
}

// OfferRequest is a provider's first word to a job.
type OfferRequest struct {
	ServiceID       string `json:"service_id" maxLength:"100" doc:"One of the services that the job names"`
	Price           Money  `json:"price" doc:"Whole dirhams"`
	Start           string `json:"start" format:"date-time" doc:"A time that your hours allow" example:"2026-06-02T09:00:00+01:00"`
	DurationMinutes int    `json:"duration_minutes" example:"120"`
	Words           string `json:"words" doc:"10 to 1000 letters" example:"Je peux passer mardi matin, matériel compris."`
	ValidHours      int    `json:"valid_hours" minimum:"1" maximum:"336" doc:"How long it stands; the job's end and the start shorten it" example:"48"`
}

// CounterRequest is what a side proposes instead.
type CounterRequest struct {
	Price Money  `json:"price" doc:"Whole dirhams"`
	Start string `json:"start" format:"date-time" doc:"The proposed time, or another one" example:"2026-06-02T09:00:00+01:00"`
	Words string `json:"words,omitempty" doc:"Up to 500 letters"`
}

// Acceptance goes with taking an offer.
type Acceptance struct {
	Address string `json:"address,omitempty" doc:"Of the customer, where the job did not name it; up to 300 letters" example:"12, rue des Orangers, Maârif"`
}

type (
	makeOfferInput struct {
		Creation
		ID   string `path:"id"`
		Body OfferRequest
	}
	// OfferPath is which offer for which job.
	OfferPath struct {
		ID    string `path:"id"`
		Offer string `path:"offer"`
	}
	counterInput struct {
		OfferPath
		Body CounterRequest
	}
	acceptInput struct {
		OfferPath
		Body *Acceptance // may be left out
	}
)

func (a *api) addOffers() {
	op := operationsOf(tagQuotes)
	add(a, forMe, creating(op("make-offer", http.MethodPost, "/quotes/{id}/offers", "Make an offer", "A provider's, once for each job; a job takes 20.", 409, 410)), a.makeOffer)
	add(a, forMe, op("accept-offer", http.MethodPost, "/quotes/{id}/offers/{offer}/accept", "Accept an offer",
		"What the other side proposed last. It makes the booking, which the job then names, and closes the other offers. 409 where the time has gone: propose another.", 409, 410), a.acceptOffer)
	add(a, forMe, op("counter-offer", http.MethodPost, "/quotes/{id}/offers/{offer}/counter", "Propose something else", "Another price, another time, or both, where the other side spoke last; six proposals in all.", 409, 410), a.counterOffer)
	add(a, forMe, op("decline-offer", http.MethodPost, "/quotes/{id}/offers/{offer}/decline", "Decline an offer", "Either side's; its provider takes it back so.", 410), a.declineOffer)
}

func (a *api) jobList(read func(ctx context.Context, actor account.Actor, cursor string, limit int) (quote.Page, error)) func(context.Context, *call, *PageQuery) (*answer[List[ListedJob]], error) {
	return func(ctx context.Context, c *call, in *PageQuery) (*answer[List[ListedJob]], error) {
		page, err := read(ctx, c.actor, in.Cursor, in.Limit)
		if err != nil {
			return nil, err
		}
		return reply(pageOf(page.Items, page.NextCursor, c.listedJobOf(booking.ProviderSide))), nil
	}
}

func (a *api) makeOffer(ctx context.Context, c *call, in *makeOfferInput) (*answer[Offer], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	b := in.Body
	var fields errs.Fields
	start := parseTime(&fields, "start", b.Start)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	made, err := a.Quotes.Answer(ctx, c.actor, in.ID, quote.OfferInput{ServiceID: b.ServiceID, Price: b.Price.amount(), Start: start, DurationMinutes: b.DurationMinutes,
		Words: b.Words, ValidFor: time.Duration(b.ValidHours) * time.Hour, IdempotencyKey: in.IdempotencyKey})
	if err != nil {
		return nil, named(err, "service", "service_id", "duration", "duration_minutes", "valid", "valid_hours")
	}
	view, err := a.Quotes.Job(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(c.offerOf(made, &view.Job, booking.ProviderSide)), nil
}

// offered returns a job whose offer is asked for, not_found where it has none of that id for the actor.
func (a *api) offered(ctx context.Context, c *call, in OfferPath) (quote.View, error) {
	if err := knownForms(in.ID, in.Offer); err != nil {
		return quote.View{}, err
	}
	view, err := a.Quotes.Job(ctx, c.actor, in.ID)
	if err == nil && !slices.ContainsFunc(view.Offers, func(o quote.Offer) bool { return o.ID == in.Offer }) {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	return view, err
}

func (a *api) acceptOffer(ctx context.Context, c *call, in *acceptInput) (*answer[JobDetail], error) {
	if _, err := a.offered(ctx, c, in.OfferPath); err != nil {
		return nil, err
	}
	address := ""
	if in.Body != nil {
		address = in.Body.Address
	}
	if _, _, err := a.Quotes.Accept(ctx, c.actor, in.Offer, address); err != nil {
		return nil, err
	}
	return a.job(ctx, c, &idInput{ID: in.ID})
}

func (a *api) counterOffer(ctx context.Context, c *call, in *counterInput) (*answer[Offer], error) {
	view, err := a.offered(ctx, c, in.OfferPath)
	if err != nil {
		return nil, err
	}
	var fields errs.Fields
	start := parseTime(&fields, "start", in.Body.Start)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	changed, err := a.Quotes.Counter(ctx, c.actor, in.Offer, quote.CounterInput{Price: in.Body.Price.amount(), Start: start, Words: in.Body.Words})
	if err != nil {
		return nil, err
	}
	return reply(c.offerOf(changed, &view.Job, view.Side)), nil
}

func (a *api) declineOffer(ctx context.Context, c *call, in *OfferPath) (*answer[Offer], error) {
	view, err := a.offered(ctx, c, *in)
	if err != nil {
		return nil, err
	}
	changed, err := a.Quotes.Decline(ctx, c.actor, in.Offer)
	if err != nil {
		return nil, err
	}
	return reply(c.offerOf(changed, &view.Job, view.Side)), nil
}

var offerActions = []quote.Action{quote.DoAccept, quote.DoCounter, quote.DoDecline}

func (c *call) offerOf(o quote.Offer, j *quote.Job, side booking.Side) Offer {
	now := c.api.Clock.Now()
	allowed := []string{}
	for _, action := range offerActions {
		if o.Can(action, j, side, now) == nil {
			allowed = append(allowed, string(action))
		}
	}
	return Offer{
		ID: o.ID, JobID: o.JobID, Status: string(o.Status), Actions: allowed, Turn: string(o.Turn()), Lapsed: o.Lapsed(now), DeclinedBy: string(o.DeclinedBy),
		ProviderID: o.ProviderID, Provider: o.ProviderName, ServiceID: o.ServiceID, DurationMinutes: int(o.Duration / time.Minute),
		Proposals: listOf(o.Proposals, func(p quote.Proposal) OfferProposal {
			return OfferProposal{By: string(p.By), Price: moneyOf(p.Price), Start: timeOf(p.Start), Words: p.Words, At: timeOf(p.At)}
		}).Items,
		ValidUntil: timeOf(o.ValidUntil), CreatedAt: timeOf(o.CreatedAt), UpdatedAt: timeOf(o.UpdatedAt),
	}
}
