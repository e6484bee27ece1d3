package app

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"khadamat/internal/account"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/notify"
	"khadamat/internal/platform/job"
)

// webhooksPath is where processors send their news, each below its own name. They are no browsers: what they send is signed.
const webhooksPath = "/webhooks/payments/"

const sandboxPath = "/sandbox/"

func isWebhook(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, webhooksPath) }

// newPayments makes the processors and the payments that go through them, and has queue work their jobs.
func newPayments(ground Ground, queue *job.Queue, market *laterMarket, notices *notify.Service) (*payment.Service, *sandbox.Service) {
	var payments *payment.Service
	receive := func(ctx context.Context, header http.Header, body []byte) error {
		return payments.Receive(ctx, sandbox.Name, header, body)
	}
	processors, cards := ground.Paying.processors(ground.DB, ground.Clock, queue, ground.BaseURL, receive, ground.Logger)
	payments = payment.New(payment.Config{
		DB: ground.DB, Clock: ground.Clock, Queue: queue, Bookings: market, Catalog: market, Notifier: notices, Processors: processors,
		Default: cmp.Or(ground.Paying.Default, sandbox.Name), BaseURL: ground.BaseURL, Logger: ground.Logger,
	})
	payments.Attach(queue)
	return payments, cards
}

// laterMarket is what payments ask of the market, filled in once there is one: bookings are made with the payments that follow them.
type laterMarket struct {
	bookings *booking.Service
	catalog  *catalog.Catalog
}

func (m *laterMarket) Booking(ctx context.Context, actor account.Actor, id string) (booking.Booking, error) {
	return m.bookings.Booking(ctx, actor, id)
}

func (m *laterMarket) FallAway(ctx context.Context, id string) error {
	return m.bookings.FallAway(ctx, id)
}

func (m *laterMarket) Offer(ctx context.Context, serviceID string) (catalog.Offer, error) {
	return m.catalog.Offer(ctx, serviceID)
}

func (m *laterMarket) Category(id string) (catalog.Category, bool) { return m.catalog.Category(id) }

func (m *laterMarket) ProviderOf(ctx context.Context, accountID string) (catalog.Provider, error) {
	return m.catalog.ProviderOf(ctx, accountID)
}
