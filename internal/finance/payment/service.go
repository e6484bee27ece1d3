package payment

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/job"
)

// Bookings is what payments need of bookings.
type Bookings interface {
	// Booking returns a booking to one of its two sides; not_found to others.
	Booking(ctx context.Context, actor account.Actor, id string) (booking.Booking, error)
	// FallAway cancels an accepted booking that was not paid; conflict in other states.
	FallAway(ctx context.Context, id string) error
}

// Catalog knows what the house takes of a service, and which provider an account runs.
type Catalog interface {
	Offer(ctx context.Context, serviceID string) (catalog.Offer, error)
	Category(id string) (catalog.Category, bool)
	ProviderOf(ctx context.Context, accountID string) (catalog.Provider, error)
}

// Notifier tells people, inside the transaction of what happened.
type Notifier interface {
	Tell(ctx context.Context, tx *db.Tx, notice notify.Notice) error
}

// Queue takes jobs as part of a change.
type Queue interface {
	Enqueue(ctx context.Context, tx *db.Tx, args job.Args) error
}

// Config is what a Service stands on.
type Config struct {
	DB         *db.DB
	Clock      clock.Clock
	Queue      Queue
	Bookings   Bookings
	Catalog    Catalog
	Notifier   Notifier
	Processors map[string]processor.Processor // by name
	Default    string                         // the one that new payments go to
	BaseURL    string                         // where customers come back to, without a slash at its end
	Logger     *slog.Logger                   // nil: the default one
}

// Service is the money of bookings. It is safe for concurrent use.
type Service struct {
	config   Config
	arrivals arrivals
	sweeping sweep
}

// New returns a service over a migrated database.
func New(config Config) *Service {
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	return &Service{config: config}
}

// View is a payment as one side of its booking sees it.
type View struct {
	Payment
	Side         booking.Side
	MayPay       bool         // by card, now
	Choices      []Method     // other ways that the customer may choose
	Deposit      money.Amount // what the card part of a deposit is
	ProviderGets money.Amount // once the job is done and paid: the price less the commission
}

// For returns the payment of a booking to one of its two sides, with what they may do. It returns not_found to others, and for a booking without a payment.
func (s *Service) For(ctx context.Context, actor account.Actor, bookingID string) (View, error) {
	b, err := s.config.Bookings.Booking(ctx, actor, bookingID)
	if err != nil {
		return View{}, err
	}
	p, err := findOf(ctx, s.config.DB, bookingID)
	if err != nil {
		return View{}, err
	}
	v := View{Payment: p, Deposit: part(p.Price, DepositPercent, 100), ProviderGets: money.Of(p.Price.Minor-p.Commission.Minor, p.Price.Currency)}
	v.Side, _ = b.SideOf(actor.ID)
	if v.Side != booking.CustomerSide || !p.Open() {
		return v, nil
	}
	v.MayPay = p.payable(s.config.Clock.Now()) == nil
	allowed, err := cashAllowed(ctx, s.config.DB, p.ProviderID)
	for _, method := range Methods {
		if method != p.Method && (allowed || method == Card) {
			v.Choices = append(v.Choices, method)
		}
	}
	return v, err
}

// payable returns why a customer cannot pay by card now, nil where they can.
func (p *Payment) payable(now time.Time) error {
	switch {
	case p.Status == CashDue:
		return errs.New(errs.Conflict, "payment.is_cash")
	case !p.EndedAt.IsZero():
		return errs.New(errs.Gone, "payment.not_needed")
	case p.Status != Awaiting:
		return errs.New(errs.Conflict, "payment.paid_already")
	case !p.PayBy.IsZero() && !now.Before(p.PayBy):
		return errs.New(errs.Gone, "payment.too_late")
	}
	return nil
}

// Choose has the customer pay another way, as long as nothing is authorised. It returns invalid with the field method for an unknown one, forbidden where the
// provider does not take cash, conflict where it is paid already, and gone where there is nothing to pay any more.
func (s *Service) Choose(ctx context.Context, actor account.Actor, bookingID string, method Method) (View, error) {
	b, p, err := s.own(ctx, actor, bookingID)
	if err != nil {
		return View{}, err
	}
	if !slices.Contains(Methods, method) {
		return View{}, errs.Fields{{Name: "method", Key: "payment.unknown_method"}}.Err()
	}
	if p.Ref != "" && p.Open() {
		// The customer may have paid a moment ago, on a page that is still open.
		if err := s.ask(ctx, p); err != nil {
			return View{}, err
		}
	}
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if method != Card {
			if allowed, err := cashAllowed(ctx, tx, p.ProviderID); err != nil || !allowed {
				return orRefuse(err, errs.Forbidden, "payment.cash_refused")
			}
		}
		held, err := holdOf(ctx, tx, bookingID)
		if err != nil {
			return err
		}
		if !held.Open() {
			return held.payable(tx.Now)
		}
		if held.Method == method {
			return nil
		}
		return s.change(ctx, tx, b, held, method)
	})
	if err != nil {
		return View{}, err
	}
	return s.For(ctx, actor, bookingID)
}

func orRefuse(err error, code errs.Code, key string) error {
	if err != nil {
		return err
	}
	return errs.New(code, key)
}

// change makes an open payment one of another method: the same one as long as the customer has not gone to pay, a new one else, since a charge that was begun has its amount.
func (s *Service) change(ctx context.Context, tx *db.Tx, b booking.Booking, p Payment, method Method) error {
	by := p.PayBy
	if by.IsZero() { // it was cash: the time runs from now
		b.UpdatedAt = tx.Now
		by = payBy(b)
	}
	if p.BegunAt.IsZero() {
		p.Processor, p.PayBy = s.config.Default, by
		p.choose(method)
		return s.keep(ctx, tx, b, &p, nil)
	}
	p.replace(tx.Now)
	if err := s.keep(ctx, tx, b, &p, nil); err != nil {
		return err
	}
	p.PayBy, p.Processor = by, s.config.Default
	return insert(ctx, tx, p.successor(method, tx.Now))
}

// own returns a booking and its payment to its customer. The provider is refused.
func (s *Service) own(ctx context.Context, actor account.Actor, bookingID string) (booking.Booking, Payment, error) {
	b, err := s.config.Bookings.Booking(ctx, actor, bookingID)
	if err != nil {
		return b, Payment{}, err
	}
	if side, _ := b.SideOf(actor.ID); side != booking.CustomerSide {
		return b, Payment{}, errs.New(errs.Forbidden, "payment.not_yours")
	}
	p, err := findOf(ctx, s.config.DB, bookingID)
	return b, p, err
}

// Begin returns the address of the page on which the customer pays. It returns conflict where the payment is made already or is to be in cash, gone where it is too late,
// and unavailable where the processor cannot be reached.
func (s *Service) Begin(ctx context.Context, actor account.Actor, bookingID string, language i18n.Language) (string, error) {
	b, p, err := s.own(ctx, actor, bookingID)
	if err != nil {
		return "", err
	}
	if err := p.payable(s.config.Clock.Now()); err != nil {
		return "", err
	}
	if p.url != "" {
		return p.url, nil
	}
	by, ok := s.config.Processors[p.Processor]
	if !ok {
		return "", errs.New(errs.Unavailable, "payment.no_processor")
	}
	// It is written down before the processor hears of it, so that the same is asked again where the answer is lost.
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if p, err = hold(ctx, tx, p.ID); err != nil {
			return err
		}
		if err := p.payable(tx.Now); err != nil || !p.BegunAt.IsZero() {
			return err
		}
		p.BegunAt, p.language = tx.Now, string(language)
		return s.keep(ctx, tx, b, &p, nil)
	})
	if err != nil {
		return "", err
	}
	page := s.config.BaseURL + "/" + p.language + "/bookings/" + bookingID + "/payment"
	checkout, err := by.Begin(ctx, processor.Charge{
		PaymentID: p.ID, Amount: p.Amount, Summary: b.Details.Title.In(p.language), Language: p.language, ReturnURL: page, Immediate: p.Method == Deposit,
	})
	if err != nil {
		return "", err
	}
	return checkout.URL, s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		p, err := hold(ctx, tx, p.ID)
		if err != nil || p.url != "" {
			return err
		}
		p.Ref, p.url = checkout.Ref, checkout.URL
		p.Status = p.standing()
		return s.keep(ctx, tx, b, &p, nil)
	})
}

// Returned hears how far the payment of a booking is, for a customer who comes back from the page where they pay. What the processor cannot say now it says later.
func (s *Service) Returned(ctx context.Context, actor account.Actor, bookingID string) error {
	_, p, err := s.own(ctx, actor, bookingID)
	if err != nil || p.Ref == "" || p.Status != Awaiting {
		return err
	}
	if err := s.ask(ctx, p); errs.CodeOf(err) != errs.Unavailable {
		return err
	}
	return nil
}

// Terms says whether the actor's provider takes cash. It returns not_found to an account without provider.
func (s *Service) Terms(ctx context.Context, actor account.Actor) (cash bool, err error) {
	if err := actor.Require(); err != nil {
		return false, err
	}
	provider, err := s.config.Catalog.ProviderOf(ctx, actor.ID)
	if err != nil {
		return false, err
	}
	return cashAllowed(ctx, s.config.DB, provider.ID)
}

// SetTerms says whether customers may pay the actor's provider in cash, from now on. What was agreed on before stays.
func (s *Service) SetTerms(ctx context.Context, actor account.Actor, cash bool) error {
	if err := actor.Require(); err != nil {
		return err
	}
	provider, err := s.config.Catalog.ProviderOf(ctx, actor.ID)
	if err != nil {
		return err
	}
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error { return allowCash(ctx, tx, provider.ID, cash) })
}
