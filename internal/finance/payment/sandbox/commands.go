package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"
	"unicode/utf8"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
)

// Bounds of what clients send.
const (
	maxKey         = 200
	maxSummary     = 300
	maxReturnURL   = 2000
	maxAmountMinor = 1_000_000_000 // ten million dirhams
)

// chargedBackAfter is when the holder of such a card takes the money back, counted from the capture.
const chargedBackAfter = 24 * time.Hour

// Begin implements processor.Processor. The payment's id is the key: another amount under it is a conflict; other words replace those that the card
// holder has not paid by yet.
func (s *Service) Begin(ctx context.Context, asked processor.Charge) (processor.Checkout, error) {
	if err := acceptable(asked); err != nil {
		return processor.Checkout{}, err
	}
	var ref string
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		c, err := holdOf(ctx, tx, asked.PaymentID)
		if errors.Is(err, errUnknown) {
			c = charge{Charge: asked, state: processor.State{Ref: newRef("ch_"), Status: processor.Created}, createdAt: tx.Now, updatedAt: tx.Now}
			ref = c.state.Ref
			err = insert(ctx, tx, &c)
			if db.IsUnique(err) {
				err = db.ErrAgain
			}
			return err
		}
		if err != nil {
			return err
		}
		if c.Amount != asked.Amount || c.Immediate != asked.Immediate {
			return errs.New(errs.Conflict, "processor.other_body")
		}
		ref = c.state.Ref
		c.Summary, c.Language, c.ReturnURL = asked.Summary, asked.Language, asked.ReturnURL
		return save(ctx, tx, &c)
	})
	if err != nil {
		return processor.Checkout{}, err
	}
	return processor.Checkout{Ref: ref, URL: s.config.BaseURL + payPath(ref)}, nil
}

func acceptable(asked processor.Charge) error {
	back, err := url.Parse(asked.ReturnURL)
	switch {
	case asked.PaymentID == "" || len(asked.PaymentID) > maxKey:
		return errs.New(errs.Invalid, "processor.bad_key")
	case asked.Amount.Currency != money.MAD || asked.Amount.Minor <= 0 || asked.Amount.Minor > maxAmountMinor:
		return errs.New(errs.Invalid, "processor.bad_amount")
	case !utf8.ValidString(asked.Summary) || utf8.RuneCountInString(asked.Summary) > maxSummary:
		return errs.New(errs.Invalid, "sandbox.bad_summary")
	case err != nil || back.Host == "" || (back.Scheme != "http" && back.Scheme != "https") || len(asked.ReturnURL) > maxReturnURL:
		return errs.New(errs.Invalid, "sandbox.bad_return")
	}
	if _, ok := i18n.Parse(asked.Language); !ok {
		return errs.New(errs.Invalid, "sandbox.bad_language")
	}
	return nil
}

// Fetch implements processor.Processor.
func (s *Service) Fetch(ctx context.Context, ref string) (processor.State, error) {
	c, err := find(ctx, s.config.DB, ref)
	return c.state, err
}

// Capture implements processor.Processor.
func (s *Service) Capture(ctx context.Context, ref string, amount money.Amount, key string) (processor.State, error) {
	return s.command(ctx, ref, key, fmt.Sprintf("capture %s of %s", amount, ref), func(c *charge, now time.Time) error { return c.capture(amount, now) })
}

// Void implements processor.Processor.
func (s *Service) Void(ctx context.Context, ref, key string) (processor.State, error) {
	return s.command(ctx, ref, key, "void "+ref, func(c *charge, _ time.Time) error { return c.void() })
}

// Refund implements processor.Processor.
func (s *Service) Refund(ctx context.Context, ref string, amount money.Amount, key string) (processor.State, error) {
	return s.command(ctx, ref, key, fmt.Sprintf("refund %s of %s", amount, ref), func(c *charge, now time.Time) error { return c.refund(amount, key, now) })
}

// command does once what a client asks for under a key, and answers with the charge as it is now.
func (s *Service) command(ctx context.Context, ref, key, body string, verb func(*charge, time.Time) error) (processor.State, error) {
	fresh := false
	c, err := s.change(ctx, ref, func(tx *db.Tx, c *charge) (err error) {
		if fresh, err = remember(ctx, tx, key, body); err != nil || !fresh {
			return err
		}
		return verb(c, tx.Now)
	})
	if err == nil && fresh && c.behaves(hangs) {
		return processor.State{}, errs.New(errs.Unavailable, "processor.no_answer")
	}
	return c.state, err
}

// ChargeBack has the card holder's bank take back all that is left of a charge. It returns conflict where nothing is left.
func (s *Service) ChargeBack(ctx context.Context, ref, reason string) (processor.State, error) {
	c, err := s.change(ctx, ref, func(tx *db.Tx, c *charge) error { return c.chargeBack(reason, tx.Now) })
	return c.state, err
}

// Decide ends the open chargeback of a charge. It returns conflict where there is none.
func (s *Service) Decide(ctx context.Context, ref string, won bool) (processor.State, error) {
	c, err := s.change(ctx, ref, func(tx *db.Tx, c *charge) error { return c.decide(won, tx.Now) })
	return c.state, err
}

// chargedBackLater is ChargeBack for a card whose holder does so; what was refunded meanwhile stays so.
func (s *Service) chargedBackLater(ctx context.Context, ref string) error {
	_, err := s.change(ctx, ref, func(tx *db.Tx, c *charge) error {
		if len(c.state.Chargebacks) > 0 || c.left() == 0 {
			return nil
		}
		return c.chargeBack("fraudulent", tx.Now)
	})
	return err
}

// change runs a verb on a charge and stores what came of it, with the events that tell it.
func (s *Service) change(ctx context.Context, ref string, verb func(*db.Tx, *charge) error) (charge, error) {
	var c charge
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		if c, err = hold(ctx, tx, ref); err != nil {
			return err
		}
		if err := verb(tx, &c); err != nil {
			return err
		}
		c.updatedAt = tx.Now
		if err := save(ctx, tx, &c); err != nil {
			return err
		}
		return s.tell(ctx, tx, &c)
	})
	if err != nil {
		return charge{}, err
	}
	return c, nil
}

// tell makes the events of a change and has them delivered once it is committed.
func (s *Service) tell(ctx context.Context, tx *db.Tx, c *charge) error {
	for _, kind := range c.news {
		event := processor.Event{ID: newRef("ev_"), Type: kind, At: tx.Now, State: c.state}
		body, err := Encode(event)
		if err != nil {
			return err
		}
		if err := insertEvent(ctx, tx, event, body); err != nil {
			return err
		}
		for _, after := range deliveries(event.ID, c.behaves(late) || c.behaves(hangs)) {
			if err := s.config.Queue.EnqueueAt(ctx, tx, deliverJob{event.ID}, tx.Now.Add(after)); err != nil {
				return err
			}
		}
		if kind == eventCaptured && c.behaves(chargesBack) {
			if err := s.config.Queue.EnqueueAt(ctx, tx, chargeBackJob{c.state.Ref}, tx.Now.Add(chargedBackAfter)); err != nil {
				return err
			}
		}
	}
	return nil
}

func payPath(ref string) string { return "/sandbox/pay/" + ref }
