package payment

import (
	"context"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// Follow does what an event of its booking means for a payment, and returns what follows for the ledger. Nothing is stored. A job that was done before the
// customer paid by card was paid at the door, so the payment becomes one in cash; where the customer had gone to pay already, it is let go
// and Replaced instead: its successor is the one in cash.
func (p *Payment) Follow(b booking.Booking, e booking.Event) []ledger.Transaction {
	at, ended := b.UpdatedAt, !p.EndedAt.IsZero()
	switch e.Kind {
	case booking.EventAccepted:
		if p.Status == Awaiting {
			p.PayBy = payBy(b)
		}
		return nil
	case booking.EventRefunded:
		if !ended || p.Method == Cash || e.Refund == nil {
			return nil // what an operator decided while it goes on counts at its end
		}
		p.Keep = p.keepAfter(*e.Refund)
	case booking.EventCompleted:
		if p.Status == Awaiting && !p.BegunAt.IsZero() {
			p.replace(at)
			return nil
		}
		if p.Status == Awaiting {
			p.choose(Cash)
		}
		p.end(p.keepAfter(refundOf(b, money.Of(0, b.Price.Currency))), true, at)
	case booking.EventNoShow:
		policy, err := b.RefundIfCancelled(booking.CustomerSide, at)
		if err != nil {
			policy = money.Of(0, b.Price.Currency)
		}
		if decided := refundOf(b, policy); decided.Minor > policy.Minor {
			policy = decided
		}
		p.end(p.keepWith(policy), false, at)
	case booking.EventCancelled:
		p.end(p.keepWith(refundOf(b, b.Price)), false, at)
	case booking.EventDeclined, booking.EventExpired, booking.EventWithdrawn:
		p.end(money.Of(0, p.Price.Currency), false, at)
	default:
		return nil
	}
	return p.book(at, false)
}

// refundOf is what the booking says that the customer gets back, or otherwise.
func refundOf(b booking.Booking, otherwise money.Amount) money.Amount {
	if b.Refund == nil {
		return otherwise
	}
	return *b.Refund
}

// concerns says whether an event of a booking has anything to do with its money.
func concerns(e booking.Event) bool {
	switch e.Kind {
	case booking.EventRequested, booking.EventAccepted, booking.EventDeclined, booking.EventExpired, booking.EventWithdrawn, booking.EventCompleted,
		booking.EventCancelled, booking.EventNoShow, booking.EventRefunded:
		return true
	}
	return false
}

// Follow does what an event of a booking means for its payment, in the transaction of the event. It returns conflict where the booking was to fall away since it is
// not paid and it is paid after all. A booking without a price has no payment.
func (s *Service) Follow(ctx context.Context, tx *db.Tx, b booking.Booking, e booking.Event) error {
	if b.Price.Minor <= 0 || !concerns(e) {
		return nil
	}
	switch e.Kind {
	case booking.EventRequested:
		p := Draft(b, Card, s.commissionOf(ctx, b.ServiceID))
		p.Processor = s.config.Default
		return insert(ctx, tx, p)
	case booking.EventAccepted:
		return accepted(ctx, tx, b.ID, payBy(b))
	}
	p, err := holdOf(ctx, tx, b.ID)
	if errs.CodeOf(err) == errs.NotFound { // a booking from before there were payments
		return nil
	}
	if err != nil {
		return err
	}
	missing := e.Kind == booking.EventCancelled && e.Side == booking.SystemSide && e.Reason == booking.ReasonPaymentMissing
	if missing && p.Status != Awaiting {
		return errs.New(errs.Conflict, "payment.paid_already")
	}
	transactions := p.Follow(b, e)
	if err := s.keep(ctx, tx, b, &p, transactions); err != nil {
		return err
	}
	if missing {
		return s.config.Notifier.Tell(ctx, tx, missingNotice(b))
	}
	if !p.Replaced {
		return nil
	}
	cash := p.successor(Cash, tx.Now)
	if err := insert(ctx, tx, cash); err != nil {
		return err
	}
	return s.keep(ctx, tx, b, &cash, cash.Follow(b, e))
}

// commissionOf is the share of the house, in hundredths of a per cent, of what a service costs.
func (s *Service) commissionOf(ctx context.Context, serviceID string) int64 {
	if offer, err := s.config.Catalog.Offer(ctx, serviceID); err == nil {
		if category, ok := s.config.Catalog.Category(offer.Service.CategoryID); ok {
			return category.CommissionBasisPoints
		}
	}
	return catalog.DefaultCommissionBasisPoints
}

// keep stores what became of a payment: the ledger's transactions, its row, the job that asks the processor for what is to be done, and what people are told.
func (s *Service) keep(ctx context.Context, tx *db.Tx, b booking.Booking, p *Payment, transactions []ledger.Transaction) error {
	for _, t := range transactions {
		if _, err := ledger.Post(ctx, tx, t); err != nil {
			return err
		}
	}
	p.UpdatedAt = tx.Now
	var renewed *Payment
	if p.lapsed() {
		next := p.renewed(b, tx.Now)
		p.PayBy, renewed = time.Time{}, &next
		p.replace(tx.Now)
	}
	deed, _ := p.next()
	begin := deed != nothing && deed != p.was
	switch {
	case !p.underway():
		p.askAt, p.tries = time.Time{}, 0
	case begin || p.askAt.IsZero():
		p.askAt, p.tries = tx.Now.Add(hanging), 0
	}
	p.was = deed
	if err := save(ctx, tx, *p); err != nil {
		return err
	}
	if renewed != nil {
		if err := insert(ctx, tx, *renewed); err != nil {
			return err
		}
	}
	if begin {
		if err := s.config.Queue.Enqueue(ctx, tx, actJob{p.ID}); err != nil {
			return err
		}
	}
	return s.tell(ctx, tx, b, p, transactions)
}
