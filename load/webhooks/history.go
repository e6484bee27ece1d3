package main

import (
	"context"
	"fmt"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
)

// eventsEach is how many events there are of one payment.
const eventsEach = 6

// history is bookings that were done and are about to be paid, and all that the processor has to say of their payments.
type history struct {
	customer, owner account.Account
	provider        catalog.Provider
	service         catalog.Service
	bookings        []booking.Past
	payments        []payment.Payment
	events          [][]processor.Event // by payment, in order
}

func newHistory(count int, now time.Time) *history {
	now = now.UTC().Truncate(time.Microsecond)
	h := &history{
		customer: account.Account{ID: ids.New(), Email: "salma@example.test", Name: "Salma Bennani", Role: account.Customer, Language: "fr", CreatedAt: now},
		owner:    account.Account{ID: ids.New(), Email: "atlas@example.test", Name: "Hamid Tazi", Role: account.Provider, Language: "ar", CreatedAt: now},
	}
	h.provider = catalog.Provider{ID: ids.New(), AccountID: h.owner.ID, Name: "Plomberie Atlas", CityID: "casablanca", Latitude: 33.57, Longitude: -7.58,
		Bio: catalog.Text{FR: "Plombier à Casablanca depuis vingt ans."}, Status: catalog.Active, Policy: catalog.Moderate, Availability: schedule.Rules{Zone: "Africa/Casablanca", HorizonDays: 60, StepMinutes: 60},
		CreatedAt: now, UpdatedAt: now}
	h.service = catalog.Service{ID: ids.New(), ProviderID: h.provider.ID, CategoryID: "plomberie", Title: catalog.Text{FR: "Fuite d’eau"}, Description: catalog.Text{FR: "Fuite d’eau"},
		Pricing: catalog.Fixed, Price: money.Of(35000, money.MAD), DurationMinutes: 60, Place: catalog.AtCustomer, Instant: true, Active: true, CreatedAt: now, UpdatedAt: now}
	for i := range count {
		h.add(i, now)
	}
	return h
}

// add makes a booking that was done i hours ago, its payment, reserved and about to be taken, and what its processor says.
func (h *history) add(i int, now time.Time) {
	start := now.Truncate(time.Hour).Add(-time.Duration(i+2) * time.Hour)
	end := start.Add(time.Hour)
	price := money.Of(int64(20000+i*7), money.MAD)
	b := booking.Booking{
		ID: ids.New(), CustomerID: h.customer.ID, ProviderID: h.provider.ID, ProviderAccountID: h.owner.ID, ServiceID: h.service.ID, Status: booking.Completed,
		Start: start, End: end, Block: schedule.Interval{Start: start, End: end}, Instant: true, Policy: catalog.Moderate, Price: price,
		Details: booking.Details{CustomerName: h.customer.Name, ProviderName: h.provider.Name, Title: h.service.Title, CityID: "casablanca", Zone: "Africa/Casablanca",
			Place: catalog.AtCustomer, Lines: []booking.Line{{Title: h.service.Title, Price: price}}},
		CreatedAt: start, UpdatedAt: end,
	}
	h.bookings = append(h.bookings, booking.Past{Booking: b})
	p := payment.Draft(b, payment.Card, catalog.DefaultCommissionBasisPoints)
	p.Processor, p.Ref, p.Status, p.BegunAt, p.EndedAt, p.Done = sandbox.Name, fmt.Sprintf("ch_storm_%05d", i), payment.Capturing, start, end, true
	p.Keep, p.Wanted, p.PayBy = price, price, time.Time{}
	h.payments = append(h.payments, p)

	state := processor.State{Ref: p.Ref, PaymentID: p.ID, Status: processor.Authorised, Amount: price}
	var events []processor.Event
	tell := func(kind string) {
		copied := state
		copied.Refunds = append([]processor.Refund(nil), state.Refunds...)
		copied.Chargebacks = append([]processor.Chargeback(nil), state.Chargebacks...)
		at := end.Add(time.Duration(len(events)) * time.Minute)
		events = append(events, processor.Event{ID: fmt.Sprintf("evt_%05d_%d", i, len(events)), Type: kind, At: at, State: copied})
	}
	tell("charge.authorised")
	state.Status, state.Captured, state.Fee, state.CapturedAt = processor.Captured, price, sandbox.Fee(price), end
	tell("charge.captured")
	for n := range 2 {
		state.Refunds = append(state.Refunds, processor.Refund{Ref: fmt.Sprintf("re_%05d_%d", i, n), Amount: money.Of(int64(1001+n*333), money.MAD), At: end.Add(time.Duration(n+1) * time.Minute)})
		tell("charge.refunded")
	}
	left := money.Of(price.Minor-1001-1334, money.MAD)
	state.Chargebacks = []processor.Chargeback{{Ref: fmt.Sprintf("cb_%05d", i), Amount: left, Fee: sandbox.ChargebackFee(), Reason: "fraudulent", Status: processor.ChargebackOpened, At: end.Add(4 * time.Minute)}}
	tell("chargeback.opened")
	state.Chargebacks[0].Status = processor.ChargebackWon
	if i%2 == 0 {
		state.Chargebacks[0].Status = processor.ChargebackLost
	}
	tell("chargeback.closed")
	h.events = append(h.events, events)
}

// store fills an empty database with it.
func (h *history) store(ctx context.Context, tx *db.Tx) error {
	for _, a := range []account.Account{h.customer, h.owner} {
		if err := account.Insert(ctx, tx, a, "-"); err != nil {
			return err
		}
	}
	if err := catalog.InsertMany(ctx, tx, []catalog.Provider{h.provider}, []catalog.Service{h.service}); err != nil {
		return err
	}
	if err := booking.Import(ctx, tx, h.bookings, func(string) string { return ids.New() }); err != nil {
		return err
	}
	return payment.Import(ctx, tx, h.payments)
}
