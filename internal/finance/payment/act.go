package payment

import (
	"context"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/job"
)

// hanging is how long something may be under way at a processor before it is asked.
const hanging = 2 * time.Minute

const (
	deedsAtOnce = 20 // of one payment in one job
	tendedBatch = 200
	longestWait = 6 * time.Hour
)

// actJob has the processor do what a payment needs.
type actJob struct {
	PaymentID string `json:"payment_id"`
}

// Kind names the job.
func (actJob) Kind() string { return "payment.act" }

// Attach has the service work its jobs on queue, which is not open yet.
func (s *Service) Attach(queue *job.Queue) {
	job.Work(queue, func(ctx context.Context, j actJob) error { return s.act(ctx, j.PaymentID) })
	job.Work(queue, func(ctx context.Context, _ sweepJob) error { return s.Sweep(ctx) })
}

// act has the processor do what the payment needs, one thing after the other. What fails is tried again by the queue, with growing pauses and the same
// keys, so that nothing is done twice.
func (s *Service) act(ctx context.Context, id string) error {
	for range deedsAtOnce {
		p, err := find(ctx, s.config.DB, `id = $1`, id)
		if err != nil {
			return err
		}
		deed, refund := p.next()
		if deed == nothing {
			return nil
		}
		state, err := s.do(ctx, p, deed, refund)
		if errs.CodeOf(err) == errs.Conflict && deed != asking {
			// The charge is not in the state that we know: what it is instead decides.
			if state, err = s.do(ctx, p, asking, nil); err == nil {
				if p, err = s.hear(ctx, p, state); err != nil {
					return err
				}
				if again, _ := p.next(); again == deed {
					return errs.New(errs.Conflict, "payment.refused_by_processor")
				}
				continue
			}
		}
		if err != nil {
			return err
		}
		if _, err := s.hear(ctx, p, state); err != nil || deed == asking {
			return err
		}
	}
	return nil
}

// do asks the processor for one thing.
func (s *Service) do(ctx context.Context, p Payment, deed deed, refund *Refund) (processor.State, error) {
	by, ok := s.config.Processors[p.Processor]
	if !ok {
		return processor.State{}, errs.New(errs.Unavailable, "payment.no_processor")
	}
	switch deed {
	case capturing:
		return by.Capture(ctx, p.Ref, p.Wanted, "capture:"+p.ID)
	case voiding:
		return by.Void(ctx, p.Ref, "void:"+p.ID)
	case refunding:
		return by.Refund(ctx, p.Ref, refund.Amount, refund.ID)
	}
	return by.Fetch(ctx, p.Ref)
}

// ask hears how far a payment is.
func (s *Service) ask(ctx context.Context, p Payment) error {
	state, err := s.do(ctx, p, asking, nil)
	if err == nil {
		_, err = s.hear(ctx, p, state)
	}
	return err
}

// hear joins what the processor answers with what is known, and returns the payment as it is then.
func (s *Service) hear(ctx context.Context, p Payment, state processor.State) (Payment, error) {
	b, err := s.config.Bookings.Booking(ctx, account.Actor{ID: p.CustomerID}, p.BookingID)
	if err != nil {
		return p, err
	}
	state.Ref = "" // it was asked for by the name that we know; the processor may have another one for it
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if p, err = hold(ctx, tx, p.ID); err != nil {
			return err
		}
		transactions, err := p.hear(state, tx.Now, tx.Now, true)
		if err != nil {
			return err
		}
		return s.keep(ctx, tx, b, &p, transactions)
	})
	return p, err
}

// Tend is run every minute: it asks processors for what they have been silent about, has what is to be done begun again, has bookings fall away whose payment is missing,
// and processes webhooks that were left over. What one payment fails with keeps no other from its turn.
func (s *Service) Tend(ctx context.Context) error {
	now := s.config.Clock.Now()
	waiting, err := silent(ctx, s.config.DB, now, tendedBatch)
	if err != nil {
		return err
	}
	for _, id := range waiting {
		if err := s.settle(ctx, id); err != nil {
			s.config.Logger.WarnContext(ctx, "a payment is not settled yet", "payment", id, "error", err)
		}
	}
	overdue, err := unpaid(ctx, s.config.DB, now, tendedBatch)
	if err != nil {
		return err
	}
	for _, id := range overdue {
		if err := s.fallAway(ctx, id); err != nil {
			s.config.Logger.WarnContext(ctx, "an unpaid booking has not fallen away yet", "payment", id, "error", err)
		}
	}
	return s.Sweep(ctx)
}

// settle asks for a payment that hangs, and has what is to be done begun again where the processor has not done it. Before, the next time is noted, later each time.
func (s *Service) settle(ctx context.Context, id string) error {
	var p Payment
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		if p, err = hold(ctx, tx, id); err != nil {
			return err
		}
		wait := min(hanging<<min(p.tries, 10), longestWait)
		p.tries++
		_, err = tx.Exec(ctx, `UPDATE payments SET ask_at = $2, tries = $3 WHERE id = $1`, id, db.At(tx.Now.Add(wait)), p.tries)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.ask(ctx, p); err != nil {
		return err
	}
	return s.act(ctx, id)
}

// fallAway has the booking of an unpaid payment fall away. Where the customer went to pay, the processor is asked first: it is never guessed.
func (s *Service) fallAway(ctx context.Context, id string) error {
	p, err := find(ctx, s.config.DB, `id = $1`, id)
	if err != nil {
		return err
	}
	if p.Ref != "" {
		if err := s.ask(ctx, p); err != nil {
			return err
		}
		if p, err = find(ctx, s.config.DB, `id = $1`, id); err != nil || p.Status != Awaiting {
			return err
		}
	}
	err = s.config.Bookings.FallAway(ctx, p.BookingID)
	if errs.CodeOf(err) != errs.Conflict {
		return err
	}
	// The job has begun without it, or the request ends by itself: nothing falls away for it any more.
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE payments SET pay_by = NULL, updated_at = $2 WHERE id = $1 AND status = 'awaiting' AND pay_by <= $2`, id, db.At(tx.Now))
		return err
	})
}
