package api

import (
	"context"
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/review"
	"khadamat/internal/platform/errs"
)

// Review is what one side of a booking says about the other.
type Review struct {
	ID           string       `json:"id"`
	By           string       `json:"by" enum:"customer,provider" doc:"Who wrote it; it is about the other side"`
	Author       string       `json:"author_name" doc:"Of a customer the first name and an initial; empty once the person is erased" example:"Salma B."`
	ProviderID   string       `json:"provider_id"`
	ProviderName string       `json:"provider_name" example:"Plomberie Atlas"`
	Service      string       `json:"service" doc:"What was booked, in the reader's language"`
	Stars        int          `json:"stars" doc:"1 to 5" example:"5"`
	Words        string       `json:"words" doc:"May be empty" example:"À l'heure, propre, et le robinet ne goutte plus."`
	Public       bool         `json:"public" doc:"Others can see it"`
	PublicAt     Time         `json:"public_at" doc:"Since when, or from when, others can see it"`
	Reply        *ReviewReply `json:"reply,omitempty" doc:"Of the reviewed provider; left out where there is none"`
	BookingID    string       `json:"booking_id,omitempty" doc:"Only for the two sides"`
	Removed      string       `json:"removed_reason,omitempty" doc:"Why an operator took it away; only its author still sees it then"`
	CreatedAt    Time         `json:"created_at"`
	UpdatedAt    Time         `json:"updated_at"`
}

// ReviewReply is a provider's one answer to a review.
type ReviewReply struct {
	Words string `json:"words" example:"Merci, au plaisir !"`
	At    Time   `json:"at"`
}

// ReviewSummary is what the published reviews of a provider come to.
type ReviewSummary struct {
	Count int64   `json:"count" example:"48"`
	Mean  float64 `json:"mean" doc:"Bayesian; 0 where there are no reviews" example:"4.6"`
	Stars []int64 `json:"stars" doc:"How many gave one star, two, three, four, five"`
}

// ReviewRequest is what somebody says about the other side.
type ReviewRequest struct {
	Stars int    `json:"stars" doc:"1 to 5" example:"5"`
	Words string `json:"words,omitempty" doc:"Up to 2000 letters" example:"À l'heure, propre, et le robinet ne goutte plus."`
}

// ReviewReplyRequest is a provider's answer.
type ReviewReplyRequest struct {
	Reply string `json:"reply" doc:"1 to 1000 letters" example:"Merci, au plaisir !"`
}

// ReviewReport asks an operator to look at a review.
type ReviewReport struct {
	Reason string `json:"reason" enum:"spam,insult,false,private,other"`
	Words  string `json:"words,omitempty" doc:"Up to 1000 letters; needed for other"`
}

// BookingReviews is how far the reviews of a booking are, as one side may know it.
type BookingReviews struct {
	Mine       *Review `json:"mine,omitempty" doc:"What you wrote; left out: nothing yet"`
	Theirs     *Review `json:"theirs,omitempty" doc:"What the other side wrote; left out until it is public"`
	TheyDid    bool    `json:"they_did" doc:"The other side has written theirs, seen or not"`
	Writable   bool    `json:"writable" doc:"You can write one now"`
	Editable   bool    `json:"editable" doc:"You can still change yours"`
	BlindUntil *Time   `json:"blind_until" doc:"Until when a review stays unseen that the other side does not answer; null before the booking is completed"`
	Until      *Time   `json:"until" doc:"The last moment to write one; null before the booking is completed"`
}

type (
	providerReviewsInput struct {
		PageQuery
		ID    string `path:"id"`
		Stars int    `query:"stars" minimum:"1" maximum:"5" doc:"Only those that gave so many"`
	}
	writeReviewInput struct {
		Creation
		ID   string `path:"id"`
		Body ReviewRequest
	}
	editReviewInput struct {
		ID   string `path:"id"`
		Body ReviewRequest
	}
	replyInput struct {
		Creation
		ID   string `path:"id"`
		Body ReviewReplyRequest
	}
	reportInput struct {
		ID   string `path:"id"`
		Body ReviewReport
	}
	myReviewsInput struct {
		PageQuery
		As string `query:"as" enum:"author,subject" default:"author" doc:"What you wrote, or what was written about you"`
	}
)

func (a *api) addReviews() {
	op := operationsOf(tagReviews)
	add(a, forAll, op("list-provider-reviews", http.MethodGet, "/providers/{id}/reviews", "Reviews of a provider", "What customers wrote, the newest first.", 422), a.providerReviews)
	add(a, forAll, op("get-review-summary", http.MethodGet, "/providers/{id}/reviews/summary", "What the reviews of a provider come to", "How many there are, their mean, and how many gave which stars."), a.reviewSummary)
	add(a, forMe, op("get-booking-reviews", http.MethodGet, "/bookings/{id}/review", "The reviews of a booking", "Yours, the other side's once it is public, and until when you can write one."), a.bookingReviews)
	add(a, forMe, creating(op("write-review", http.MethodPost, "/bookings/{id}/review", "Review the other side",
		"Once the booking is completed and for 60 days, one a side. Nobody sees it until the other side has written theirs or 7 days have passed since the completion.", 409, 410)), a.writeReview)
	add(a, forMe, op("edit-review", http.MethodPut, "/bookings/{id}/review", "Change your review", "While nobody else can see it.", 409), a.editReview)
	add(a, forMe, creating(op("reply-to-review", http.MethodPost, "/reviews/{id}/reply", "Answer a review", "The reviewed provider's, once and for everybody to read.", 409)), a.replyToReview)
	add(a, forMe, op("report-review", http.MethodPost, "/reviews/{id}/report", "Report a review", "Asks an operator to look at it; once for each review.", 409), a.reportReview)
	add(a, forMe, op("list-my-reviews", http.MethodGet, "/me/reviews", "Your reviews", "What you wrote, those that nobody else sees too, or what was written about you; the newest first.", 422), a.myReviews)
}

func (a *api) providerReviews(ctx context.Context, c *call, in *providerReviewsInput) (*answer[List[Review]], error) {
	if _, err := a.Catalog.Provider(ctx, in.ID); err != nil {
		return nil, err
	}
	page, err := a.Reviews.OfProviderWith(ctx, in.ID, in.Stars, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, c.reviewOf)), nil
}

func (a *api) reviewSummary(ctx context.Context, _ *call, in *idInput) (*answer[ReviewSummary], error) {
	if _, err := a.Catalog.Provider(ctx, in.ID); err != nil {
		return nil, err
	}
	summary, err := a.Reviews.Summary(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(ReviewSummary{Count: summary.Count, Mean: summary.Mean, Stars: summary.Stars[:]}), nil
}

func (a *api) bookingReviews(ctx context.Context, c *call, in *idInput) (*answer[BookingReviews], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	standing, err := a.Reviews.Of(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(BookingReviews{Mine: c.reviewOrNull(standing.Mine), Theirs: c.reviewOrNull(standing.Theirs), TheyDid: standing.TheyDid,
		Writable: standing.Writable(), Editable: standing.Editable(), BlindUntil: timeOrNull(standing.BlindTo), Until: timeOrNull(standing.Until)}), nil
}

func (a *api) writeReview(ctx context.Context, c *call, in *writeReviewInput) (*created[Review], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	written, err := a.Reviews.Write(ctx, c.actor, in.ID, review.Input{Stars: in.Body.Stars, Words: in.Body.Words, IdempotencyKey: in.IdempotencyKey})
	if err != nil {
		return nil, err
	}
	return &created[Review]{Location: prefix + "/bookings/" + in.ID + "/review", Body: c.reviewOf(written)}, nil
}

func (a *api) editReview(ctx context.Context, c *call, in *editReviewInput) (*answer[Review], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	standing, err := a.Reviews.Of(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	if standing.Mine == nil {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	edited, err := a.Reviews.Edit(ctx, c.actor, standing.Mine.ID, review.Input{Stars: in.Body.Stars, Words: in.Body.Words})
	if err != nil {
		return nil, err
	}
	return reply(c.reviewOf(edited)), nil
}

func (a *api) replyToReview(ctx context.Context, c *call, in *replyInput) (*answer[Review], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	replied, err := a.Reviews.Reply(ctx, c.actor, in.ID, in.Body.Reply, in.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	return reply(c.reviewOf(replied)), nil
}

func (a *api) reportReview(ctx context.Context, c *call, in *reportInput) (*struct{}, error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	return nil, a.Reviews.Report(ctx, c.actor, in.ID, review.ReportInput{Reason: review.Reason(in.Body.Reason), Words: in.Body.Words})
}

func (a *api) myReviews(ctx context.Context, c *call, in *myReviewsInput) (*answer[List[Review]], error) {
	read := a.Reviews.ByMe
	if in.As == "subject" {
		read = a.Reviews.AboutMe
	}
	page, err := read(ctx, c.actor, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, c.reviewOf)), nil
}

func (c *call) reviewOrNull(r *review.Review) *Review {
	if r == nil {
		return nil
	}
	wire := c.reviewOf(*r)
	return &wire
}

func (c *call) reviewOf(r review.Review) Review {
	wire := Review{
		ID: r.ID, By: string(r.Side), Author: account.ShortName(r.CustomerName), ProviderID: r.ProviderID, ProviderName: r.ProviderName,
		Service: r.Service.In(string(c.language)), Stars: r.Stars, Words: r.Words, Public: r.Public(c.api.Clock.Now()), PublicAt: timeOf(r.PublicAt),
		CreatedAt: timeOf(r.CreatedAt), UpdatedAt: timeOf(r.UpdatedAt),
	}
	if r.Side == booking.ProviderSide {
		wire.Author = r.ProviderName
	}
	if !r.RepliedAt.IsZero() {
		wire.Reply = &ReviewReply{Words: r.Reply, At: timeOf(r.RepliedAt)}
	}
	if c.actor.SignedIn() && (c.actor.ID == r.AuthorID || c.actor.ID == r.SubjectID) {
		wire.BookingID = r.BookingID
	}
	if c.actor.SignedIn() && c.actor.ID == r.AuthorID {
		wire.Removed = r.RemovedWhy
	}
	return wire
}
