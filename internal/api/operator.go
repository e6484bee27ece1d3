package api

import (
	"context"
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/review"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
)

// Person is an account as operators see it.
type Person struct {
	Account
	Standing      string `json:"standing" enum:"good,suspended,banned"`
	StandingUntil *Time  `json:"standing_until" doc:"Only while suspended"`
	SanctionCount int    `json:"sanction_count" doc:"All there were, warnings and lifted ones too"`
	LastSeenAt    *Time  `json:"last_seen_at" doc:"null: not for a month"`
}

// Sanction is what an operator pronounced against somebody.
type Sanction struct {
	ID        string `json:"id"`
	Kind      string `json:"kind" enum:"warning,suspension,ban"`
	Reason    string `json:"reason"`
	By        string `json:"by_name"`
	CreatedAt Time   `json:"created_at"`
	Until     *Time  `json:"until" doc:"Of a suspension"`
	LiftedAt  *Time  `json:"lifted_at" doc:"null: in force, but for warnings"`
}

// SanctionRequest is what an operator decides.
type SanctionRequest struct {
	Kind   string `json:"kind" enum:"warning,suspension,ban" doc:"A suspension lasts 7 days; only admins ban"`
	Reason string `json:"reason" doc:"The person reads it: 3 to 500 letters"`
}

// OverseenBooking is a booking as operators see it.
type OverseenBooking struct {
	ID         string `json:"id"`
	Status     string `json:"status" enum:"requested,accepted,in_progress,completed,declined,expired,withdrawn,cancelled_by_customer,cancelled_by_provider,no_show"`
	CustomerID string `json:"customer_id" doc:"An account"`
	Customer   string `json:"customer_name"`
	ProviderID string `json:"provider_id"`
	Provider   string `json:"provider_name"`
	ServiceID  string `json:"service_id"`
	Title      string `json:"title" doc:"In the reader's language"`
	CityID     string `json:"city_id"`
	Start      Time   `json:"start"`
	End        Time   `json:"end"`
	Price      Money  `json:"price"`
	Refund     *Money `json:"refund,omitempty" doc:"Left out: nothing was given back"`
	CreatedAt  Time   `json:"created_at"`
	UpdatedAt  Time   `json:"updated_at"`
}

// ReportedReview is a review with the reports that wait for a decision.
type ReportedReview struct {
	Review  Review         `json:"review"`
	Reports []ReviewReport `json:"reports" doc:"The oldest first"`
}

// RemovalReason is why something is taken away.
type RemovalReason struct {
	Reason string `json:"reason" doc:"Its author reads it: 1 to 1000 letters"`
}

type (
	peopleInput struct {
		PageQuery
		Query    string `query:"q" doc:"Part of a name or of an address" example:"salma"`
		Role     string `query:"role" enum:"customer,provider,moderator,finance,reviewer,admin" doc:"Only those of this role"`
		Standing string `query:"standing" enum:"good,suspended,banned" doc:"Only those of this standing"`
	}
	sanctionInput struct {
		Creation
		ID   string `path:"id"`
		Body SanctionRequest
	}
	overseenInput struct {
		PageQuery
		Status    string `query:"status" doc:"One status, or several with commas between them" example:"requested,accepted"`
		Provider  string `query:"provider_id" doc:"Only this provider's"`
		Customer  string `query:"customer_id" doc:"Only this account's"`
		City      string `query:"city" doc:"The id of a city" example:"casablanca"`
		Reference string `query:"reference" doc:"The last eight characters of an id, as people see them" example:"0C2D4E6F"`
		From      string `query:"from" doc:"Starts at or after: a time, or a date in Morocco" example:"2026-06-01"`
		To        string `query:"to" doc:"Starts before: a time, or a date in Morocco" example:"2026-07-01"`
	}
	removeInput struct {
		ID   string `path:"id"`
		Body RemovalReason
	}
)

func (a *api) addOperators() {
	op := operationsOf(tagOperators)
	add(a, forMe, op("list-people", http.MethodGet, "/admin/people", "People", "The newest accounts first.", 403, 422), a.people)
	add(a, forMe, op("get-person", http.MethodGet, "/admin/people/{id}", "A person", "As operators see them.", 403), a.person)
	add(a, forMe, op("list-sanctions", http.MethodGet, "/admin/people/{id}/sanctions", "Sanctions of a person", "The latest first, a hundred at most.", 403), a.sanctions)
	add(a, forMe, op("sanction-person", http.MethodPost, "/admin/people/{id}/sanctions", "Warn, suspend or ban", "The person is told why. Whoever is suspended or banned is out at once.", 409), a.sanction)
	add(a, forMe, op("lift-sanctions", http.MethodPost, "/admin/people/{id}/lift", "Lift a suspension or a ban", "The person is told.", 409), a.lift)
	add(a, forMe, op("list-all-bookings", http.MethodGet, "/admin/bookings", "Everybody's bookings", "The latest start first.", 403, 422), a.overseen)
	add(a, forMe, op("list-reported-reviews", http.MethodGet, "/admin/reviews", "Reported reviews", "Those that wait for a decision, the longest waiting first.", 403, 422), a.reportedReviews)
	add(a, forMe, op("keep-review", http.MethodPost, "/admin/reviews/{id}/keep", "Keep a reported review", "Closes its reports.", 409), a.keepReview)
	add(a, forMe, op("remove-review", http.MethodPost, "/admin/reviews/{id}/remove", "Remove a review", "Out of pages and means; its author is told why.", 409), a.removeReview)
}

func (a *api) people(ctx context.Context, c *call, in *peopleInput) (*answer[List[Person]], error) {
	page, err := a.Accounts.People(ctx, c.actor, account.PeopleFilter{Query: in.Query, Role: account.Role(in.Role), Standing: account.Standing(in.Standing), Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, personOf)), nil
}

func (a *api) person(ctx context.Context, c *call, in *idInput) (*answer[Person], error) {
	found, err := a.Accounts.Person(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(personOf(found)), nil
}

func personOf(p account.Person) Person {
	return Person{Account: accountOf(p.Account), Standing: string(p.Standing), StandingUntil: timeOrNull(p.StandingUntil), SanctionCount: p.SanctionCount, LastSeenAt: timeOrNull(p.LastSeenAt)}
}

func (a *api) sanctions(ctx context.Context, c *call, in *idInput) (*answer[List[Sanction]], error) {
	all, err := a.Accounts.Sanctions(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(listOf(all, func(s account.Sanction) Sanction {
		return Sanction{ID: s.ID, Kind: string(s.Kind), Reason: s.Reason, By: s.ByName, CreatedAt: timeOf(s.CreatedAt), Until: timeOrNull(s.Until), LiftedAt: timeOrNull(s.LiftedAt)}
	})), nil
}

func (a *api) sanction(ctx context.Context, c *call, in *sanctionInput) (*struct{}, error) {
	return nil, a.Accounts.Sanction(ctx, c.actor, in.ID, account.SanctionInput{Kind: account.SanctionKind(in.Body.Kind), Reason: in.Body.Reason, IdempotencyKey: in.IdempotencyKey})
}

func (a *api) lift(ctx context.Context, c *call, in *idInput) (*struct{}, error) {
	return nil, a.Accounts.Lift(ctx, c.actor, in.ID)
}

func (a *api) overseen(ctx context.Context, c *call, in *overseenInput) (*answer[List[OverseenBooking]], error) {
	zone, err := schedule.Location(marketZone)
	if err != nil {
		return nil, err
	}
	var fields errs.Fields
	statuses := parseStatuses(&fields, in.Status)
	from, to := parseMoment(&fields, "from", in.From, zone), parseMoment(&fields, "to", in.To, zone)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	page, err := a.Bookings.All(ctx, c.actor, booking.OverseerFilter{Statuses: statuses, ProviderID: in.Provider, CustomerID: in.Customer, CityID: in.City,
		Reference: in.Reference, From: from, To: to, Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, c.overseenOf)), nil
}

func (c *call) overseenOf(b booking.Booking) OverseenBooking {
	d := b.Details
	wire := OverseenBooking{ID: b.ID, Status: string(b.Status), CustomerID: b.CustomerID, Customer: d.CustomerName, ProviderID: b.ProviderID, Provider: d.ProviderName,
		ServiceID: b.ServiceID, Title: d.Title.In(string(c.language)), CityID: d.CityID, Start: timeOf(b.Start), End: timeOf(b.End), Price: moneyOf(b.Price),
		CreatedAt: timeOf(b.CreatedAt), UpdatedAt: timeOf(b.UpdatedAt)}
	if b.Refund != nil {
		refund := moneyOf(*b.Refund)
		wire.Refund = &refund
	}
	return wire
}

func (a *api) reportedReviews(ctx context.Context, c *call, in *PageQuery) (*answer[List[ReportedReview]], error) {
	page, err := a.Reviews.Reported(ctx, c.actor, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, func(r review.Reported) ReportedReview {
		return ReportedReview{Review: c.reviewOf(r.Review), Reports: listOf(r.Reports, func(report review.Report) ReviewReport {
			return ReviewReport{Reason: string(report.Reason), Words: report.Words}
		}).Items}
	})), nil
}

func (a *api) keepReview(ctx context.Context, c *call, in *idInput) (*struct{}, error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	return nil, a.Reviews.Keep(ctx, c.actor, in.ID)
}

func (a *api) removeReview(ctx context.Context, c *call, in *removeInput) (*struct{}, error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	return nil, a.Reviews.Remove(ctx, c.actor, in.ID, in.Body.Reason)
}
