package stripe

import (
	"context"
	"strings"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"

	sdk "github.com/stripe/stripe-go/v84"
)

// maxListed bounds how many refunds or disputes of a charge are read. Stripe itself refuses to go on long before.
const maxListed = 100

// state is all that Stripe knows of a charge; it asks for its refunds and disputes.
func (p *Processor) state(ctx context.Context, c chargeOf) (processor.State, error) {
	s := sessionState(c.session)
	if c.intent == nil {
		return s, nil
	}
	s = joined(s, intentState(c.intent))
	charge := c.intent.LatestCharge
	if s.Status != processor.Captured {
		return s, nil
	}
	if charge == nil || s.CapturedAt.IsZero() {
		return processor.State{}, errs.New(errs.Unavailable, "processor.no_answer") // taken, and the fee is not known yet
	}
	params := &sdk.RefundListParams{PaymentIntent: sdk.String(c.intent.ID)}
	params.Limit = sdk.Int64(maxListed)
	for refund, err := range p.client.V1Refunds.List(ctx, params) {
		if err != nil {
			return processor.State{}, failure(err)
		}
		if len(s.Refunds) == maxListed {
			break
		}
		if !isRest(refund, charge) {
			s.Refunds = append(s.Refunds, refundOf(refund))
		}
	}
	if !charge.Disputed {
		return s, nil
	}
	disputes := &sdk.DisputeListParams{PaymentIntent: sdk.String(c.intent.ID)}
	disputes.Limit = sdk.Int64(maxListed)
	for dispute, err := range p.client.V1Disputes.List(ctx, disputes) {
		if err != nil {
			return processor.State{}, failure(err)
		}
		if len(s.Chargebacks) == maxListed {
			break
		}
		if found, ok := chargebackOf(dispute); ok {
			s.Chargebacks = append(s.Chargebacks, found)
		}
	}
	return s, nil
}

// sessionState is what a session says by itself: whether anybody can still pay.
func sessionState(session *sdk.CheckoutSession) processor.State {
	s := processor.State{Ref: session.ID, PaymentID: session.ClientReferenceID, Amount: amountOf(session.AmountTotal, session.Currency)}
	if s.PaymentID == "" {
		s.PaymentID = session.Metadata[notePayment]
	}
	switch session.Status {
	case sdk.CheckoutSessionStatusOpen:
		s.Status = processor.Created
	case sdk.CheckoutSessionStatusExpired:
		s.Status = processor.Voided
	}
	return s
}

// intentState is what an intent says by itself. What it was captured for in the end, and for which fee, only its charge knows, where it came along.
func intentState(intent *sdk.PaymentIntent) processor.State {
	s := processor.State{PaymentID: intent.Metadata[notePayment], Amount: amountOf(intent.Amount, intent.Currency)}
	switch intent.Status {
	case sdk.PaymentIntentStatusRequiresPaymentMethod:
		s.Status = processor.Created
		if intent.LastPaymentError != nil {
			s.Status, s.Decline = processor.Declined, declineOf(intent.LastPaymentError)
		}
	case sdk.PaymentIntentStatusRequiresConfirmation:
		s.Status = processor.Created
	case sdk.PaymentIntentStatusRequiresAction, sdk.PaymentIntentStatusProcessing:
		s.Status = processor.Challenged
	case sdk.PaymentIntentStatusRequiresCapture:
		s.Status = processor.Authorised
	case sdk.PaymentIntentStatusSucceeded:
		s.Status = processor.Captured
		s.Captured = amountOf(intent.AmountReceived, intent.Currency)
	case sdk.PaymentIntentStatusCanceled:
		s.Status = processor.Voided
	}
	if intent.LatestCharge != nil {
		s = joined(s, chargeState(intent.LatestCharge))
	}
	return s
}

// chargeState is what a charge says by itself: a try to pay that may have been captured.
func chargeState(charge *sdk.Charge) processor.State {
	s := processor.State{PaymentID: charge.Metadata[notePayment]}
	if !charge.Captured || charge.AmountCaptured <= 0 {
		return s
	}
	s.Status = processor.Captured
	s.Amount, s.Captured = amountOf(charge.Amount, charge.Currency), amountOf(charge.AmountCaptured, charge.Currency)
	if balance := charge.BalanceTransaction; balance != nil && balance.Amount != 0 {
		s.Fee, s.CapturedAt = feeOf(s.Captured, balance), time.Unix(balance.Created, 0).UTC()
	}
	return s
}

// joined is a with what b says and, where both speak, as b says it.
func joined(a, b processor.State) processor.State {
	if a.Ref == "" {
		a.Ref = b.Ref
	}
	if b.PaymentID != "" {
		a.PaymentID = b.PaymentID
	}
	if b.Status != "" {
		a.Status, a.Decline = b.Status, b.Decline
	}
	if b.Amount.Minor != 0 {
		a.Amount = b.Amount
	}
	if b.Captured.Minor != 0 {
		a.Captured = b.Captured
	}
	if !b.CapturedAt.IsZero() {
		a.Fee, a.CapturedAt = b.Fee, b.CapturedAt
	}
	return a
}

func paymentOf(c chargeOf) string { return sessionState(c.session).PaymentID }

// feeOf is Stripe's fee in the currency of what it was kept of. Where Stripe pays out in another one, it is the same share of the amount, rounded half to even.
func feeOf(amount money.Amount, balance *sdk.BalanceTransaction) money.Amount {
	if sameCurrency(balance.Currency, amount) {
		return money.Of(balance.Fee, amount.Currency)
	}
	fee, err := amount.Scale(balance.Fee, max(balance.Amount, -balance.Amount))
	if err != nil {
		return money.Of(0, amount.Currency) // figures that make no sense say nothing
	}
	return fee
}

// isRest says whether a refund is none: what was reserved and not captured is let go as a refund that never reached the balance.
func isRest(refund *sdk.Refund, charge *sdk.Charge) bool {
	return charge.AmountCaptured < charge.Amount && refund.BalanceTransaction == nil && refund.Metadata[noteKey] == ""
}

func refundOf(refund *sdk.Refund) processor.Refund {
	return processor.Refund{
		Ref: refund.ID, Key: refund.Metadata[noteKey], Amount: amountOf(refund.Amount, refund.Currency), At: time.Unix(refund.Created, 0).UTC(),
		Failed: refund.Status == sdk.RefundStatusFailed || refund.Status == sdk.RefundStatusCanceled,
	}
}

// chargebackOf returns false for a mere inquiry, and for what was prevented: no money moved.
func chargebackOf(dispute *sdk.Dispute) (processor.Chargeback, bool) {
	c := processor.Chargeback{
		Ref: dispute.ID, Amount: amountOf(dispute.Amount, dispute.Currency), Reason: string(dispute.Reason), At: time.Unix(dispute.Created, 0).UTC(),
	}
	switch dispute.Status {
	case sdk.DisputeStatusNeedsResponse, sdk.DisputeStatusUnderReview:
		c.Status = processor.ChargebackOpened
	case sdk.DisputeStatusWon:
		c.Status = processor.ChargebackWon
	case sdk.DisputeStatusLost:
		c.Status = processor.ChargebackLost
	default:
		return c, false
	}
	c.Fee = money.Of(0, c.Amount.Currency)
	for _, balance := range dispute.BalanceTransactions {
		// The first one takes the money; a second one gives it back.
		if balance != nil && balance.Amount < 0 {
			c.Fee = feeOf(c.Amount, balance)
			break
		}
	}
	return c, true
}

// declineOf is why a try was refused, in the words that the port names: the bank's where it said, else Stripe's.
func declineOf(failed *sdk.Error) string {
	switch {
	case failed.Code == sdk.ErrorCodePaymentIntentAuthenticationFailure:
		return "challenge_failed"
	case failed.DeclineCode != "":
		return string(failed.DeclineCode)
	case failed.Code != "":
		return string(failed.Code)
	}
	return "declined"
}

func amountOf(minor int64, currency sdk.Currency) money.Amount {
	return money.Of(minor, money.Currency(strings.ToUpper(string(currency))))
}
