package api

import (
	"context"
	"net/http"

	"khadamat/internal/finance/payment"
)

// Payment is the money of a booking, as one of its two sides sees it.
type Payment struct {
	ID           string          `json:"id"`
	BookingID    string          `json:"booking_id"`
	Method       string          `json:"method" enum:"card,deposit,cash" doc:"card: reserved when booked, taken when done; deposit: a part by card at once, the rest in cash; cash: at the door"`
	Status       string          `json:"status" enum:"awaiting,authorised,capturing,captured,releasing,released,cash_due,cash_paid"`
	Price        Money           `json:"price" doc:"Of the booking"`
	Amount       Money           `json:"amount" doc:"By card: the price, the deposit, or nothing"`
	AtDoor       Money           `json:"at_door" doc:"In cash"`
	Captured     Money           `json:"captured"`
	Refunded     Money           `json:"refunded"`
	Refunds      []PaymentRefund `json:"refunds"`
	Decline      string          `json:"decline" doc:"Why the last card was refused; empty where none was" example:"insufficient_funds"`
	PayBy        *Time           `json:"pay_by" doc:"The booking falls away where it is not paid by then; null where there is no such moment"`
	CapturedAt   *Time           `json:"captured_at"`
	MayPay       bool            `json:"may_pay" doc:"You can pay by card now"`
	Choices      []string        `json:"choices" doc:"Other ways that you may choose"`
	ProviderGets Money           `json:"provider_gets" doc:"Once the job is done and paid: the price less the commission"`
}

// PaymentRefund is money given back.
type PaymentRefund struct {
	Amount    Money  `json:"amount"`
	Status    string `json:"status" enum:"wanted,sent,failed"`
	DecidedAt Time   `json:"decided_at"`
	SentAt    *Time  `json:"sent_at"`
}

// PaymentMethod chooses how to pay.
type PaymentMethod struct {
	Method string `json:"method" enum:"card,deposit,cash"`
}

// Checkout is where a customer pays.
type Checkout struct {
	URL string `json:"url" doc:"A page of the payment processor's: card numbers are typed there and nowhere else"`
}

// PaymentTerms are what a provider allows.
type PaymentTerms struct {
	Cash bool `json:"cash" doc:"Customers may pay in cash, or a deposit by card and the rest in cash"`
}

type (
	paymentMethodInput struct {
		ID   string `path:"id"`
		Body PaymentMethod
	}
	paymentTermsInput struct{ Body PaymentTerms }
)

func (a *api) addPayments() {
	op := operationsOf(tagBookings)
	add(a, forMe, op("get-payment", http.MethodGet, "/bookings/{id}/payment", "The payment of a booking", "For its two sides. A booking on quote has none."), a.payment)
	add(a, forMe, op("choose-payment-method", http.MethodPut, "/bookings/{id}/payment/method", "Choose how to pay",
		"The customer's, until something is reserved or taken. Deposit and cash where the provider allows cash.", 409, 410, 422, 503), a.choosePaymentMethod)
	add(a, forMe, op("begin-payment", http.MethodPost, "/bookings/{id}/payment/checkout", "Go to pay by card",
		"The customer's. Asked again, the answer is the same page.", 409, 410, 503), a.beginPayment)
	own := operationsOf(tagProvider)
	add(a, forMe, own("get-payment-terms", http.MethodGet, "/provider/payment-terms", "How customers may pay", "For the account that runs a provider."), a.paymentTerms)
	add(a, forMe, own("set-payment-terms", http.MethodPut, "/provider/payment-terms", "Change how customers may pay", "What was agreed on before stays."), a.setPaymentTerms)
}

func paymentOf(v payment.View) Payment {
	wire := Payment{
		ID: v.ID, BookingID: v.BookingID, Method: string(v.Method), Status: string(v.Status), Price: moneyOf(v.Price), Amount: moneyOf(v.Amount), AtDoor: moneyOf(v.AtDoor()),
		Captured: moneyOf(v.Captured), Refunded: moneyOf(v.Refunded), Refunds: []PaymentRefund{}, Decline: v.Decline, PayBy: timeOrNull(v.PayBy), CapturedAt: timeOrNull(v.CapturedAt),
		MayPay: v.MayPay, Choices: []string{}, ProviderGets: moneyOf(v.ProviderGets),
	}
	for _, r := range v.Refunds {
		wire.Refunds = append(wire.Refunds, PaymentRefund{moneyOf(r.Amount), string(r.Status), timeOf(r.DecidedAt), timeOrNull(r.SentAt)})
	}
	for _, method := range v.Choices {
		wire.Choices = append(wire.Choices, string(method))
	}
	return wire
}

func (a *api) payment(ctx context.Context, c *call, in *idInput) (*answer[Payment], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	v, err := a.Payments.For(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(paymentOf(v)), nil
}

func (a *api) choosePaymentMethod(ctx context.Context, c *call, in *paymentMethodInput) (*answer[Payment], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	v, err := a.Payments.Choose(ctx, c.actor, in.ID, payment.Method(in.Body.Method))
	if err != nil {
		return nil, err
	}
	return reply(paymentOf(v)), nil
}

func (a *api) beginPayment(ctx context.Context, c *call, in *idInput) (*answer[Checkout], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	address, err := a.Payments.Begin(ctx, c.actor, in.ID, c.language)
	if err != nil {
		return nil, err
	}
	return reply(Checkout{address}), nil
}

func (a *api) paymentTerms(ctx context.Context, c *call, _ *struct{}) (*answer[PaymentTerms], error) {
	cash, err := a.Payments.Terms(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return reply(PaymentTerms{cash}), nil
}

func (a *api) setPaymentTerms(ctx context.Context, c *call, in *paymentTermsInput) (*struct{}, error) {
	return nil, a.Payments.SetTerms(ctx, c.actor, in.Body.Cash)
}
