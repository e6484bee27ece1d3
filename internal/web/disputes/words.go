package disputes

import (
	"context"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/dispute"
	"khadamat/internal/web/ui"
)

// statusWord is how a state is said and coloured.
type statusWord struct {
	key  string
	tone ui.Tone
	icon string
}

var statusWords = map[dispute.Status]statusWord{
	dispute.Open:      {"dispute_pages.status.open", ui.Warning, "clock"},
	dispute.Answered:  {"dispute_pages.status.answered", ui.Info, "chat"},
	dispute.Decided:   {"dispute_pages.status.decided", ui.Success, "scale"},
	dispute.Withdrawn: {"dispute_pages.status.withdrawn", ui.Neutral, "close"},
}

// nameOf is what a side is called; whoever was erased is called something general.
func nameOf(ctx context.Context, d *dispute.Dispute, side booking.Side) string {
	if name := d.NameOf(side); name != "" {
		return name
	}
	if side == booking.CustomerSide {
		return ui.T(ctx, "dispute_pages.former_customer")
	}
	return ui.T(ctx, "dispute_pages.former_provider")
}

func avatarOf(d *dispute.Dispute, side booking.Side) string {
	if side == booking.CustomerSide {
		return d.CustomerID
	}
	return d.ProviderID
}

// speaker is who said something, as the reader would say.
func speaker(ctx context.Context, d *dispute.Dispute, m *dispute.Message) string {
	switch {
	case m.AuthorID == ui.From(ctx).Actor.ID:
		return ui.T(ctx, "dispute_pages.you")
	case m.Party == dispute.OperatorParty:
		return ui.T(ctx, "dispute.operator")
	}
	return nameOf(ctx, d, booking.Side(m.Party))
}

func own(ctx context.Context, m *dispute.Message) bool {
	return m.AuthorID == ui.From(ctx).Actor.ID
}

func moment(ctx context.Context, d *dispute.Dispute, t time.Time) string {
	return ui.DateTime(ctx, t, ui.Zone(d.Zone))
}

// next says to one of the sides, or to an operator, what happens now.
func next(ctx context.Context, d *dispute.Dispute) string {
	side, onSide := d.SideOf(ui.From(ctx).Actor.ID)
	switch {
	case d.Status == dispute.Withdrawn:
		return ui.T(ctx, "dispute_pages.next.withdrawn", "Name", nameOf(ctx, d, d.OpenedBy))
	case d.Status == dispute.Decided:
		return ui.T(ctx, "dispute_pages.next.decided")
	case !onSide:
		return ui.T(ctx, "dispute_pages.next.operator")
	case d.Status == dispute.Answered:
		return ui.T(ctx, "dispute_pages.next.answered")
	case side == d.OpenedBy:
		return ui.T(ctx, "dispute_pages.next.wait", "Name", nameOf(ctx, d, side.Other()))
	}
	return ui.T(ctx, "dispute_pages.next.speak")
}

// refundWords say what a decision gives back, to whom it concerns.
func refundWords(ctx context.Context, d *dispute.Dispute) string {
	switch {
	case d.Refund.IsZero():
		return ui.T(ctx, "dispute_pages.refund.none")
	case *d.Refund == d.Price:
		return ui.T(ctx, "dispute_pages.refund.all", "Amount", ui.Money(ctx, *d.Refund), "Name", nameOf(ctx, d, booking.CustomerSide))
	}
	return ui.T(ctx, "dispute_pages.refund.part", "Amount", ui.Money(ctx, *d.Refund), "Total", ui.Money(ctx, d.Price), "Name", nameOf(ctx, d, booking.CustomerSide))
}

func reasons(ctx context.Context) []ui.Option {
	options := make([]ui.Option, len(dispute.Reasons))
	for i, reason := range dispute.Reasons {
		options[i] = ui.Option{Value: string(reason), Label: ui.T(ctx, dispute.ReasonKey(reason))}
	}
	return options
}
