package payments

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"khadamat/internal/finance/payment"
	"khadamat/internal/market/booking"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/ui"
)

// boxView is a payment as the page of its booking shows it.
type boxView struct {
	payment.View
	booking *booking.Booking
}

// Box returns what puts the payment on the page of a booking; nil where there are no payments.
func Box(service *payment.Service) func(context.Context, *booking.Booking) (templ.Component, error) {
	return func(ctx context.Context, b *booking.Booking) (templ.Component, error) {
		if service == nil {
			return nil, nil
		}
		v, err := service.For(ctx, ui.From(ctx).Actor, b.ID)
		if errs.CodeOf(err) == errs.NotFound { // on quote, or from before there were payments
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return box(boxView{v, b}), nil
	}
}

func (v boxView) mine() bool { return v.Side == booking.CustomerSide }

func (v boxView) zone() *time.Location { return ui.Zone(v.booking.Details.Zone) }

// badge says in a word how the payment stands.
func (v boxView) badge() (tone ui.Tone, icon, key string) {
	switch {
	case v.Captured.Minor > 0 && v.Refunded.Minor >= v.Captured.Minor:
		return ui.Neutral, "swap", "payment_pages.status.refunded"
	case v.Status == payment.Captured && v.Method == payment.Deposit:
		return ui.Success, "check", "payment_pages.status.deposit"
	case v.Status == payment.Captured:
		return ui.Success, "check", "payment_pages.status.paid"
	case v.Status == payment.Authorised:
		return ui.Success, "lock", "payment_pages.status.reserved"
	case v.Status == payment.Capturing:
		return ui.Info, "clock", "payment_pages.status.capturing"
	case v.Status == payment.CashDue:
		return ui.Info, "coins", "payment_pages.status.cash"
	case v.Status == payment.CashPaid:
		return ui.Success, "check", "payment_pages.status.cash_paid"
	case v.Status == payment.Releasing || v.Status == payment.Released:
		return ui.Neutral, "close", "payment_pages.status.released"
	}
	return ui.Warning, "clock", "payment_pages.status.awaiting"
}

// lead is the sentence that matters most to the reader.
func (v boxView) lead(ctx context.Context) string {
	if v.mine() {
		return v.customerLead(ctx)
	}
	return v.providerLead(ctx)
}

func (v boxView) customerLead(ctx context.Context) string {
	switch v.Status {
	case payment.Awaiting:
		if v.PayBy.IsZero() {
			return ui.T(ctx, "payment_pages.mine.awaiting")
		}
		until := ui.T(ctx, "payment_pages.moment", "Day", ui.NearDay(ctx, v.PayBy, v.zone()), "Time", ui.Time(ctx, v.PayBy, v.zone()))
		if v.booking.Status == booking.Requested {
			return ui.T(ctx, "payment_pages.mine.awaiting_request", "Name", v.booking.Details.ProviderName)
		}
		return ui.T(ctx, "payment_pages.mine.awaiting_until", "Moment", until)
	case payment.Authorised:
		return ui.T(ctx, "payment_pages.mine.reserved", "Amount", ui.Money(ctx, v.Amount))
	case payment.Capturing:
		if v.Method == payment.Deposit || v.Wanted.IsZero() {
			return ui.T(ctx, "payment_pages.mine.capturing", "Amount", ui.Money(ctx, v.Amount))
		}
		return ui.T(ctx, "payment_pages.mine.capturing", "Amount", ui.Money(ctx, v.Wanted))
	case payment.Captured:
		args := []any{"Amount", ui.Money(ctx, v.Captured), "Day", ui.Date(ctx, v.CapturedAt, v.zone()), "Rest", ui.Money(ctx, v.AtDoor())}
		if v.Method == payment.Deposit && v.EndedAt.IsZero() {
			return ui.T(ctx, "payment_pages.mine.deposit", args...)
		}
		return ui.T(ctx, "payment_pages.mine.paid", args...)
	case payment.CashDue:
		return ui.T(ctx, "payment_pages.mine.cash", "Amount", ui.Money(ctx, v.Price), "Name", v.booking.Details.ProviderName)
	case payment.CashPaid:
		return ui.T(ctx, "payment_pages.mine.cash_paid", "Amount", ui.Money(ctx, v.Price))
	}
	return ui.T(ctx, "payment_pages.mine.released")
}

func (v boxView) providerLead(ctx context.Context) string {
	gets := ui.Money(ctx, v.ProviderGets)
	switch v.Status {
	case payment.Awaiting:
		return ui.T(ctx, "payment_pages.theirs.awaiting", "Amount", gets)
	case payment.Authorised:
		return ui.T(ctx, "payment_pages.theirs.reserved", "Amount", gets)
	case payment.Capturing:
		return ui.T(ctx, "payment_pages.theirs.capturing")
	case payment.Captured:
		if v.EndedAt.IsZero() {
			return ui.T(ctx, "payment_pages.theirs.deposit", "Amount", gets, "Rest", ui.Money(ctx, v.AtDoor()))
		}
		if share := v.ProviderShare(); share.Minor >= 0 {
			return ui.T(ctx, "payment_pages.theirs.earned", "Amount", ui.Money(ctx, share))
		}
		return ui.T(ctx, "payment_pages.theirs.owing", "Amount", ui.Money(ctx, owed(v.ProviderShare())))
	case payment.CashDue:
		return ui.T(ctx, "payment_pages.theirs.cash", "Price", ui.Money(ctx, v.Price), "Commission", ui.Money(ctx, v.Commission))
	case payment.CashPaid:
		return ui.T(ctx, "payment_pages.theirs.cash_paid", "Commission", ui.Money(ctx, v.Commission))
	}
	return ui.T(ctx, "payment_pages.theirs.released")
}

// refundText says how far a refund is.
func (v boxView) refundText(ctx context.Context, r payment.Refund) string {
	args := []any{"Amount", ui.Money(ctx, r.Amount), "Day", ui.Date(ctx, r.SentAt, v.zone())}
	switch r.Status {
	case payment.RefundSent:
		return ui.T(ctx, "payment_pages.refund.sent", args...)
	case payment.RefundFailed:
		return ui.T(ctx, "payment_pages.refund.failed", args...)
	}
	return ui.T(ctx, "payment_pages.refund.wanted", args...)
}

// decline says why the last card was refused, and what to do.
func (v boxView) decline(ctx context.Context) string {
	switch v.Decline {
	case "insufficient_funds":
		return ui.T(ctx, "payment_pages.decline.funds")
	case "expired_card":
		return ui.T(ctx, "payment_pages.decline.expired")
	case "challenge_failed":
		return ui.T(ctx, "payment_pages.decline.challenge")
	}
	return ui.T(ctx, "payment_pages.decline.other")
}

// payLabel is what the button says that leads to the card page.
func (v boxView) payLabel(ctx context.Context) string {
	if v.Method == payment.Deposit {
		return ui.T(ctx, "payment_pages.pay.deposit", "Amount", ui.Money(ctx, v.Amount))
	}
	return ui.T(ctx, "payment_pages.pay.card", "Amount", ui.Money(ctx, v.Amount))
}

// choice is what a button says that chooses another way, and what that means.
func (v boxView) choice(ctx context.Context, method payment.Method) (label, hint string) {
	switch method {
	case payment.Deposit:
		return ui.T(ctx, "payment_pages.choose.deposit", "Amount", ui.Money(ctx, v.Deposit)),
			ui.T(ctx, "payment_pages.choose.deposit_hint", "Rest", ui.Money(ctx, rest(v.Price, v.Deposit)))
	case payment.Cash:
		return ui.T(ctx, "payment_pages.choose.cash", "Amount", ui.Money(ctx, v.Price)), ui.T(ctx, "payment_pages.choose.cash_hint")
	}
	return ui.T(ctx, "payment_pages.choose.card", "Amount", ui.Money(ctx, v.Price)), ui.T(ctx, "payment_pages.choose.card_hint")
}

func choiceIcon(method payment.Method) string {
	if method == payment.Card {
		return "lock"
	}
	return "coins"
}
