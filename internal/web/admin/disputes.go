package admin

import (
	"context"
	"net/http"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/dispute"
	"khadamat/internal/market/message"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// disputesView is what the list of disputes shows.
type disputesView struct {
	frame
	All   bool
	Items []dispute.Dispute
	First string
	Next  string
}

func (p *pages) disputes(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	f, err := p.frame(r, ui.T(ctx, "admin.disputes.title"))
	if err != nil {
		return err
	}
	view := disputesView{frame: f, All: query.Get("view") == "all"}
	page, err := p.Disputes.List(ctx, ui.From(ctx).Actor, dispute.Filter{Open: !view.All, Cursor: query.Get("cursor"), Limit: listPage})
	if err != nil {
		return err
	}
	view.Items, view.First, view.Next = page.Items, first(ctx, "/admin/disputes", r), next(ctx, "/admin/disputes", r, page.NextCursor)
	return ui.Render(w, r, http.StatusOK, disputesPage(view))
}

// threadView is what the two sides of a booking wrote to each other.
type threadView struct {
	Readable           bool
	Messages           []message.Message
	Customer, Provider string
}

// thread reads the messages about a booking; without a dispute they are nobody else's business.
func (p *pages) thread(r *http.Request, b *booking.Booking) (threadView, error) {
	ctx := r.Context()
	view := threadView{Customer: b.Details.CustomerName, Provider: b.Details.ProviderName}
	written, err := p.Messages.OfDisputed(ctx, ui.From(ctx).Actor, b.ID)
	if errs.CodeOf(err) == errs.NotFound {
		return view, nil
	}
	view.Readable, view.Messages = err == nil, written
	return view, err
}

// disputeView is what the page of one dispute shows.
type disputeView struct {
	frame
	Dispute  dispute.Dispute
	Booking  booking.Booking
	City     string
	Said     []dispute.Message
	Thread   threadView
	Words    string
	Key      string
	Refund   string // as it stands in the form
	Reason   string
	Problems ui.Problems // of the decision
	Unsaid   ui.Problems // of the message
}

func (p *pages) disputeView(r *http.Request) (disputeView, error) {
	ctx, actor := r.Context(), ui.From(r.Context()).Actor
	d, err := p.Disputes.Dispute(ctx, actor, r.PathValue("id"))
	if err != nil {
		return disputeView{}, err
	}
	f, err := p.frame(r, ui.T(ctx, "admin.dispute.title", "Service", d.Service.In(ui.Lang(ctx))))
	if err != nil {
		return disputeView{}, err
	}
	f.Back = &ui.Crumb{Href: ui.Path(ctx, "/admin/disputes"), Label: ui.T(ctx, "admin.disputes.title")}
	view := disputeView{frame: f, Dispute: d, Key: ids.New()}
	if view.Booking, _, err = p.Bookings.Inspect(ctx, actor, d.BookingID); err != nil {
		return disputeView{}, err
	}
	view.City = p.cityName(ctx, view.Booking.Details.CityID)
	if view.Said, err = p.Disputes.Messages(ctx, actor, d.ID); err != nil {
		return disputeView{}, err
	}
	view.Thread, err = p.thread(r, &view.Booking)
	return view, err
}

func (p *pages) dispute(w http.ResponseWriter, r *http.Request) error {
	view, err := p.disputeView(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, disputePage(view))
}

func (p *pages) say(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, id := r.Context(), r.PathValue("id")
	err = p.Disputes.Say(ctx, ui.From(ctx).Actor, id, sent.Get("text"), sent.Get("key"))
	if err == nil || !ui.Refused(err) {
		return after(w, r, err, "admin.dispute.said", "/admin/disputes/"+id)
	}
	view, loading := p.disputeView(r)
	if loading != nil {
		return loading
	}
	view.Words, view.Key, view.Unsaid = sent.Get("text"), sent.Get("key"), ui.ProblemsOf(ctx, err)
	return ui.Render(w, r, http.StatusUnprocessableEntity, disputePage(view))
}

func (p *pages) decide(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, id := r.Context(), r.PathValue("id")
	err = p.decideAs(ctx, id, sent.Get("refund"), sent.Get("reason"))
	if err == nil || !ui.Refused(err) {
		p.decided()
		return after(w, r, err, "admin.dispute.done", "/admin/disputes/"+id)
	}
	view, loading := p.disputeView(r)
	if loading != nil {
		return loading
	}
	view.Refund, view.Reason, view.Problems = sent.Get("refund"), sent.Get("reason"), ui.ProblemsOf(ctx, err)
	return ui.Render(w, r, http.StatusUnprocessableEntity, disputePage(view))
}

func (p *pages) decideAs(ctx context.Context, id, refund, reason string) error {
	minor, ok := hundredths(refund)
	if !ok {
		return errs.Fields{{Name: "refund", Key: "admin.dispute.refund_bad"}}.Err()
	}
	_, err := p.Disputes.Decide(ctx, ui.From(ctx).Actor, id, dispute.Decision{Refund: money.Of(minor, money.MAD), Reason: reason})
	return err
}

// speaker is who said something in a dispute.
func (v disputeView) speaker(ctx context.Context, m dispute.Message) string {
	switch {
	case m.Party == dispute.CustomerParty && v.Dispute.CustomerName != "":
		return v.Dispute.CustomerName
	case m.Party == dispute.ProviderParty && v.Dispute.ProviderName != "":
		return v.Dispute.ProviderName
	}
	return said(ctx, partyKeys[m.Party], string(m.Party))
}

func (v disputeView) opener(ctx context.Context) string {
	name := v.Dispute.CustomerName
	if v.Dispute.OpenedBy == booking.ProviderSide {
		name = v.Dispute.ProviderName
	}
	return ui.T(ctx, "admin.dispute.opened_by", "Name", name, "Moment", when(ctx, v.Dispute.CreatedAt))
}
