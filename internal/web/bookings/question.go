package bookings

import (
	"context"

	"khadamat/internal/market/booking"
	"khadamat/internal/money"
	"khadamat/internal/web/ui"
)

// questionView is what a page shows that asks before something is done.
type questionView struct {
	detailView
	question question
	Refund   money.Amount // what the customer would get back
	Reason   string
	Problems ui.Problems
}

func (v questionView) withdraws() bool {
	return v.question.action == booking.DoCancel && v.Booking.Status == booking.Requested && v.Side == booking.CustomerSide
}

func (v questionView) title(ctx context.Context) string {
	switch {
	case v.withdraws():
		return ui.T(ctx, "booking_pages.cancel.withdraw_title")
	case v.question.action == booking.DoDecline:
		return ui.T(ctx, "booking_pages.decline.title")
	case v.question.action == booking.DoNoShow:
		return ui.T(ctx, "booking_pages.no_show.title")
	}
	return ui.T(ctx, "booking_pages.cancel.title")
}

// consequence says what happens then; for a cancellation it is the refund.
func (v questionView) consequence(ctx context.Context) string {
	amount, total := ui.Money(ctx, v.Refund), ui.Money(ctx, v.Booking.Price)
	switch {
	case v.withdraws():
		return ui.T(ctx, "booking_pages.cancel.withdraw_lead", "Name", v.other())
	case v.question.action == booking.DoDecline:
		return ui.T(ctx, "booking_pages.decline.lead", "Name", v.other())
	case v.question.action == booking.DoNoShow:
		return ui.T(ctx, "booking_pages.no_show.lead", "Name", v.other())
	case v.Booking.Price.IsZero():
		return ui.T(ctx, "booking_pages.cancel.nothing_paid")
	case v.Side == booking.ProviderSide:
		return ui.T(ctx, "booking_pages.cancel.refund_customer", "Name", v.other(), "Amount", amount)
	case v.Refund == v.Booking.Price:
		return ui.T(ctx, "booking_pages.cancel.refund_all", "Amount", amount)
	case v.Refund.IsZero():
		return ui.T(ctx, "booking_pages.cancel.refund_none", "Total", total)
	}
	return ui.T(ctx, "booking_pages.cancel.refund_part", "Amount", amount, "Total", total)
}

func (v questionView) yes(ctx context.Context) string {
	switch {
	case v.withdraws():
		return ui.T(ctx, "booking_pages.action.withdraw")
	case v.question.action == booking.DoDecline:
		return ui.T(ctx, "booking_pages.action.decline")
	case v.question.action == booking.DoNoShow:
		return ui.T(ctx, "booking_pages.action.no_show")
	}
	return ui.T(ctx, "booking_pages.action.cancel")
}

func (v questionView) no(ctx context.Context) string {
	switch v.question.action {
	case booking.DoDecline:
		return ui.T(ctx, "booking_pages.decline.keep")
	case booking.DoNoShow:
		return ui.T(ctx, "booking_pages.no_show.keep")
	}
	return ui.T(ctx, "booking_pages.cancel.keep")
}

// refunds says whether it is a cancellation of something that costs something.
func (v questionView) refunds() bool {
	return v.question.action == booking.DoCancel && !v.withdraws() && !v.Booking.Price.IsZero()
}

// takesReason says whether the page asks why.
func (v questionView) takesReason() bool { return v.question.action != booking.DoNoShow }
