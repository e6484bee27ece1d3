package api

import (
	"context"
	"net/http"

	"khadamat/internal/market/dispute"
)

// Dispute is a disagreement about a booking.
type Dispute struct {
	ID         string `json:"id"`
	Status     string `json:"status" enum:"open,answered,decided,withdrawn" doc:"open becomes answered when the other side speaks"`
	Reason     string `json:"reason" enum:"not_done,poor_quality,late,price,behaviour,no_show_wrong,other"`
	OpenedBy   string `json:"opened_by" enum:"customer,provider"`
	As         string `json:"as" enum:"customer,provider,operator" doc:"As whom you see it"`
	BookingID  string `json:"booking_id"`
	ProviderID string `json:"provider_id"`
	Provider   string `json:"provider_name" doc:"Empty once the person is erased" example:"Plomberie Atlas"`
	Customer   string `json:"customer_name" doc:"Empty once the person is erased" example:"Salma Benali"`
	Service    string `json:"service" doc:"What was booked, in the reader's language"`
	Start      Time   `json:"start" doc:"Of the booking"`
	Price      Money  `json:"price" doc:"Of the booking: the most that can be given back"`
	Refund     *Money `json:"refund,omitempty" doc:"What the decision gives back; left out before"`
	Decision   string `json:"decision" doc:"In the operator's words; empty before"`
	CreatedAt  Time   `json:"created_at"`
	UpdatedAt  Time   `json:"updated_at"`
	EndedAt    *Time  `json:"ended_at" doc:"When it was decided or withdrawn; null before"`
}

// DisputeMessage is what a party said.
type DisputeMessage struct {
	ID   string `json:"id"`
	By   string `json:"by" enum:"customer,provider,operator"`
	Mine bool   `json:"mine" doc:"You said it"`
	Text string `json:"text" doc:"Empty once the person is erased"`
	At   Time   `json:"at"`
}

// DisputeRequest opens a dispute.
type DisputeRequest struct {
	Reason string `json:"reason" enum:"not_done,poor_quality,late,price,behaviour,no_show_wrong,other"`
	Words  string `json:"words" doc:"What went wrong: 20 to 3000 letters" example:"La fuite est revenue le lendemain, au même endroit."`
}

// DisputeDecision ends a dispute.
type DisputeDecision struct {
	Refund Money  `json:"refund" doc:"What the customer gets back altogether, from nothing to the price"`
	Reason string `json:"reason" doc:"For both sides: 10 to 3000 letters"`
}

type (
	openDisputeInput struct {
		Creation
		ID   string `path:"id"`
		Body DisputeRequest
	}
	disputesInput struct {
		PageQuery
		Open bool `query:"open" doc:"Only those that wait for a decision, the longest waiting first; else all, the newest first"`
	}
	decideInput struct {
		ID   string `path:"id"`
		Body DisputeDecision
	}
)

func (a *api) addDisputes() {
	op := operationsOf(tagDisputes)
	add(a, forMe, creating(op("open-dispute", http.MethodPost, "/bookings/{id}/dispute", "Open a dispute",
		"Either side's, from the booking's time on and until 14 days after its end. One booking has one dispute at a time, and none after a decision.", 409, 410)), a.openDispute)
	add(a, forMe, op("list-disputes", http.MethodGet, "/disputes", "Disputes", "Your own; for moderators and admins all.", 422), a.disputes)
	add(a, forMe, op("get-dispute", http.MethodGet, "/disputes/{id}", "A dispute", "For its two sides, and for moderators and admins."), a.dispute)
	add(a, forMe, op("list-dispute-messages", http.MethodGet, "/disputes/{id}/messages", "What was said in a dispute", "The oldest first, 500 at most."), a.disputeMessages)
	add(a, forMe, op("say-in-dispute", http.MethodPost, "/disputes/{id}/messages", "Say something in a dispute", "While it waits for a decision. The other side is told, and both where an operator speaks.", 409), a.sayInDispute)
	add(a, forMe, op("withdraw-dispute", http.MethodPost, "/disputes/{id}/withdraw", "Withdraw a dispute", "Of the side that opened it.", 409), a.withdrawDispute)
	add(a, forMe, op("decide-dispute", http.MethodPost, "/disputes/{id}/decide", "Decide a dispute", "A moderator's or an admin's who stands on neither side. It is final.", 409), a.decideDispute)
}

func (a *api) openDispute(ctx context.Context, c *call, in *openDisputeInput) (*created[Dispute], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	opened, err := a.Disputes.Open(ctx, c.actor, in.ID, dispute.Opening{Reason: dispute.Reason(in.Body.Reason), Words: in.Body.Words, IdempotencyKey: in.IdempotencyKey})
	if err != nil {
		return nil, err
	}
	return &created[Dispute]{Location: prefix + "/disputes/" + opened.ID, Body: c.disputeOf(opened)}, nil
}

func (a *api) disputes(ctx context.Context, c *call, in *disputesInput) (*answer[List[Dispute]], error) {
	page, err := a.Disputes.List(ctx, c.actor, dispute.Filter{Open: in.Open, Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, c.disputeOf)), nil
}

func (a *api) dispute(ctx context.Context, c *call, in *idInput) (*answer[Dispute], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	return c.disputed(a.Disputes.Dispute(ctx, c.actor, in.ID))
}

func (a *api) disputeMessages(ctx context.Context, c *call, in *idInput) (*answer[List[DisputeMessage]], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	thread, err := a.Disputes.Messages(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(listOf(thread, func(m dispute.Message) DisputeMessage {
		return DisputeMessage{ID: m.ID, By: string(m.Party), Mine: m.AuthorID == c.actor.ID, Text: m.Words, At: timeOf(m.CreatedAt)}
	})), nil
}

func (a *api) sayInDispute(ctx context.Context, c *call, in *sayInput) (*struct{}, error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	return nil, a.Disputes.Say(ctx, c.actor, in.ID, in.Body.Text, in.IdempotencyKey)
}

func (a *api) withdrawDispute(ctx context.Context, c *call, in *idInput) (*answer[Dispute], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	return c.disputed(a.Disputes.Withdraw(ctx, c.actor, in.ID))
}

func (a *api) decideDispute(ctx context.Context, c *call, in *decideInput) (*answer[Dispute], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	return c.disputed(a.Disputes.Decide(ctx, c.actor, in.ID, dispute.Decision{Refund: in.Body.Refund.amount(), Reason: in.Body.Reason}))
}

func (c *call) disputed(d dispute.Dispute, err error) (*answer[Dispute], error) {
	if err != nil {
		return nil, err
	}
	return reply(c.disputeOf(d)), nil
}

func (c *call) disputeOf(d dispute.Dispute) Dispute {
	as := string(dispute.OperatorParty)
	if side, ok := d.SideOf(c.actor.ID); ok {
		as = string(side)
	}
	wire := Dispute{
		ID: d.ID, Status: string(d.Status), Reason: string(d.Reason), OpenedBy: string(d.OpenedBy), As: as, BookingID: d.BookingID, ProviderID: d.ProviderID,
		Provider: d.ProviderName, Customer: d.CustomerName, Service: d.Service.In(string(c.language)), Start: timeOf(d.Start), Price: moneyOf(d.Price),
		Decision: d.Decision, CreatedAt: timeOf(d.CreatedAt), UpdatedAt: timeOf(d.UpdatedAt), EndedAt: timeOrNull(d.EndedAt),
	}
	if d.Refund != nil {
		refund := moneyOf(*d.Refund)
		wire.Refund = &refund
	}
	return wire
}
