package payment

import (
	"context"
	"errors"
	"sync/atomic"

	"khadamat/internal/account"
	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/market/booking"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// sweepJob has all webhooks processed that were received.
type sweepJob struct{}

// Kind names the job.
func (sweepJob) Kind() string { return "payment.webhooks" }

// sweep knows whether a job waits that will process what is received now: one is enough for all that arrives until it begins.
type sweep struct{ waits atomic.Bool }

func (s *sweep) claim() bool { return s.waits.CompareAndSwap(false, true) }
func (s *sweep) release()    { s.waits.Store(false) }

const (
	sweptAtOnce      = 500 // webhooks that are read together
	paymentsTogether = 32  // payments that one transaction changes
)

// Sweep processes the webhooks that were received: those of one payment together, so that a payment that much is said of is changed once. It returns when none is left.
func (s *Service) Sweep(ctx context.Context) error {
	s.sweeping.release()
	for {
		received, err := receivedWebhooks(ctx, s.config.DB, sweptAtOnce)
		if err != nil || len(received) == 0 {
			return err
		}
		groups, err := s.grouped(ctx, received)
		if err != nil {
			return err
		}
		for len(groups) > 0 {
			n := min(len(groups), paymentsTogether)
			if err := s.absorb(ctx, groups[:n]); err != nil {
				return err
			}
			groups = groups[n:]
		}
	}
}

// group is what was received about one payment.
type group struct {
	payment  Payment // as it was before; without ID: there is none
	booking  booking.Booking
	webhooks []Webhook
	heard    *processor.State // what the processor answered, where the webhooks do not say whose they are
}

// grouped finds the payment of each webhook: by its id, by the charge's name, and where the processor calls the charge something else there, by asking it.
func (s *Service) grouped(ctx context.Context, received []Webhook) ([]*group, error) {
	var groups []*group
	at := map[string]*group{}
	for _, w := range received {
		said := w.PaymentID + " " + w.Processor + " " + w.Ref
		g := at[said]
		if g == nil {
			p, heard, err := s.paymentOf(ctx, w)
			if errs.CodeOf(err) == errs.Unavailable {
				continue // later
			}
			if err != nil {
				return nil, err
			}
			if g = at[p.ID]; g == nil || p.ID == "" {
				if g, err = s.newGroup(ctx, p); err != nil {
					return nil, err
				}
				groups = append(groups, g)
				at[p.ID] = g
			}
			if heard != nil {
				g.heard = heard
			}
			at[said] = g
		}
		g.webhooks = append(g.webhooks, w)
	}
	if len(groups) == 0 {
		return nil, errs.New(errs.Unavailable, "payment.no_answer")
	}
	return groups, nil
}

func (s *Service) newGroup(ctx context.Context, p Payment) (g *group, err error) {
	g = &group{payment: p}
	if p.ID != "" {
		g.booking, err = s.config.Bookings.Booking(ctx, account.Actor{ID: p.CustomerID}, p.BookingID)
	}
	return g, err
}

// paymentOf returns the payment that a webhook is about, without ID where there is none, and the state of its charge where that had to be asked for.
func (s *Service) paymentOf(ctx context.Context, w Webhook) (Payment, *processor.State, error) {
	if ids.Valid(w.PaymentID) {
		p, err := find(ctx, s.config.DB, `id = $1`, w.PaymentID)
		if errs.CodeOf(err) != errs.NotFound {
			return p, nil, err
		}
	}
	if w.Ref == "" {
		return Payment{}, nil, nil
	}
	p, err := find(ctx, s.config.DB, `ref = $1 AND processor = $2`, w.Ref, w.Processor)
	if errs.CodeOf(err) != errs.NotFound || w.PaymentID != "" {
		return p, nil, ignore(err, errs.NotFound)
	}
	state, err := s.config.Processors[w.Processor].Fetch(ctx, w.Ref)
	if err != nil || !ids.Valid(state.PaymentID) {
		return Payment{}, nil, ignore(err, errs.NotFound)
	}
	p, err = find(ctx, s.config.DB, `id = $1`, state.PaymentID)
	return p, &state, ignore(err, errs.NotFound)
}

func ignore(err error, code errs.Code) error {
	if errs.CodeOf(err) == code {
		return nil
	}
	return err
}

// absorb processes what was received about some payments, in one transaction, or one by one where that fails: what one payment fails with is noted with its webhooks.
func (s *Service) absorb(ctx context.Context, groups []*group) error {
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		// Two sweeps that hold some payments each must not wait for each other's.
		if err := tx.Lock(ctx, "payment.webhooks"); err != nil {
			return err
		}
		for _, g := range groups {
			if err := s.absorbOne(ctx, tx, g); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil || ctx.Err() != nil {
		return err
	}
	for _, g := range groups {
		err := s.config.DB.Tx(ctx, func(tx *db.Tx) error { return s.absorbOne(ctx, tx, g) })
		if err == nil {
			continue
		}
		if _, known := errors.AsType[*errs.Error](err); !known {
			return err // the database's; later
		}
		s.config.Logger.ErrorContext(ctx, "webhooks contradict their payment", "payment", g.payment.ID, "error", err)
		err = s.config.DB.Tx(ctx, func(tx *db.Tx) error { return processed(ctx, tx, g.webhooks, WebhookFailed, err.Error()) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) absorbOne(ctx context.Context, tx *db.Tx, g *group) error {
	if g.payment.ID == "" {
		return processed(ctx, tx, g.webhooks, WebhookUnknown, "")
	}
	p, err := hold(ctx, tx, g.payment.ID)
	if err != nil {
		return err
	}
	booked := p.captureKnown()
	var good, bad []Webhook
	for _, w := range g.webhooks {
		state, whole := w.event.State, false
		if g.heard != nil {
			state, whole = *g.heard, true
			state.Ref = ""
		}
		if err := p.learn(state, w.event.At, whole); err != nil {
			w.Problem = err.Error()
			bad = append(bad, w)
			continue
		}
		good = append(good, w)
	}
	if err := s.keep(ctx, tx, g.booking, &p, p.book(tx.Now, !booked && p.captureKnown())); err != nil {
		return err
	}
	for _, w := range bad {
		if err := processed(ctx, tx, []Webhook{w}, WebhookFailed, w.Problem); err != nil {
			return err
		}
	}
	return processed(ctx, tx, good, WebhookProcessed, "")
}
