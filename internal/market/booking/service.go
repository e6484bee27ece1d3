package booking

import (
	"context"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/notify"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/cache"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

// Catalog is what bookings need of the catalog.
type Catalog interface {
	// Offer returns an active service with its active provider; not_found else.
	Offer(ctx context.Context, serviceID string) (catalog.Offer, error)
	// ProviderOf returns the provider that an account runs; not_found where it runs none.
	ProviderOf(ctx context.Context, accountID string) (catalog.Provider, error)
	// Invalidate says that the provider's free days may have changed.
	Invalidate(providerID string)
}

// Accounts tells the customer's name.
type Accounts interface {
	Account(ctx context.Context, id string) (account.Account, error)
}

// Notifier tells people. It is called inside the transaction of the event: what it writes is committed with the booking or not
// at all.
type Notifier interface {
	Tell(ctx context.Context, tx *db.Tx, notice notify.Notice) error
}

// Calendars know when providers are busy for reasons of their own.
type Calendars interface {
	// Busy returns times that the providers cannot be booked at, as they are: they need no buffers around them.
	Busy(ctx context.Context, providerIDs []string, from, to time.Time) (map[string][]schedule.Interval, error)
}

// Payments follow the money of bookings.
type Payments interface {
	// Follow is told of every event, in its transaction; an error undoes the event. The booking is as it is after it.
	Follow(ctx context.Context, tx *db.Tx, b Booking, e Event) error
}

// Config is what a Service stands on.
type Config struct {
	DB        *db.DB
	Clock     clock.Clock
	Catalog   Catalog
	Accounts  Accounts
	Notifier  Notifier
	Calendars Calendars   // nil: nobody has another calendar
	Payments  Payments    // nil: nobody follows the money
	Cache     cache.Cache // nil: what is slow to find out is found out every time
}

// Service is everything that a person does with bookings. It is safe for concurrent use.
type Service struct {
	config Config
}

// New returns a service over a migrated database.
func New(config Config) *Service { return &Service{config} }

// Booking returns a booking to one of its two sides. To anybody else it is not_found.
func (s *Service) Booking(ctx context.Context, actor account.Actor, id string) (Booking, error) {
	if err := actor.Require(); err != nil {
		return Booking{}, err
	}
	b, err := find(ctx, s.config.DB, id)
	if err != nil {
		return Booking{}, err
	}
	if _, ok := b.SideOf(actor.ID); !ok {
		return Booking{}, errNotFound
	}
	return b, nil
}

// Timeline returns what happened to a booking, the oldest first, to one of its two sides.
func (s *Service) Timeline(ctx context.Context, actor account.Actor, id string) ([]Event, error) {
	if _, err := s.Booking(ctx, actor, id); err != nil {
		return nil, err
	}
	return events(ctx, s.config.DB, id)
}

// Filter says which bookings a list shows. The zero value of a field leaves it open.
type Filter struct {
	Side       Side // whose bookings of the actor: as customer (the default) or as provider
	Statuses   []Status
	From, To   time.Time // of the start: [From, To)
	Descending bool      // the latest start first
	Cursor     string
	Limit      int // 1 to 100; 20 where it is 0
}

// Page is one page of a list. NextCursor is empty on the last one.
type Page struct {
	Items      []Booking
	NextCursor string
}

// List returns the actor's own bookings by start. It returns invalid with the fields side, status, limit and cursor.
func (s *Service) List(ctx context.Context, actor account.Actor, f Filter) (Page, error) {
	if err := actor.Require(); err != nil {
		return Page{}, err
	}
	after, err := f.validate()
	if err != nil {
		return Page{}, err
	}
	owner := actor.ID
	if f.Side == ProviderSide {
		provider, err := s.config.Catalog.ProviderOf(ctx, actor.ID)
		if errs.CodeOf(err) == errs.NotFound {
			return Page{}, nil
		}
		if err != nil {
			return Page{}, err
		}
		owner = provider.ID
	}
	items, err := list(ctx, s.config.DB, owner, f, after)
	return pageOf(items, f.Limit), err
}

// pageOf makes a page of what was read, which is one row more than the page has where there is another one.
func pageOf(items []Booking, limit int) Page {
	if len(items) <= limit {
		return Page{Items: items}
	}
	last := items[limit-1]
	return Page{Items: items[:limit], NextCursor: db.Cursor{At: last.Start, ID: last.ID}.String()}
}

func (f *Filter) validate() (db.Cursor, error) {
	var fields errs.Fields
	fields.Check(f.Side == "" || f.Side == CustomerSide || f.Side == ProviderSide, "as", "booking.unknown_side")
	for _, status := range f.Statuses {
		fields.Check(status.Valid(), "status", "booking.unknown_status")
	}
	if err := fields.Err(); err != nil {
		return db.Cursor{}, err
	}
	limit, after, err := db.ParsePage(f.Limit, f.Cursor)
	f.Limit = limit
	return after, err
}

// Accept confirms a request for its provider. It returns forbidden to the customer, conflict when the time has gone to another
// booking, and gone when the request has expired or was withdrawn. Other requests for the same time are declined with it.
func (s *Service) Accept(ctx context.Context, actor account.Actor, id string) (Booking, error) {
	return s.change(ctx, actor, id, "", (*Booking).accept)
}

// Decline refuses a request, with a reason if one is given; the errors are those of Accept.
func (s *Service) Decline(ctx context.Context, actor account.Actor, id, reason string) (Booking, error) {
	return s.change(ctx, actor, id, reason, (*Booking).decline)
}

// Cancel withdraws or declines a request and cancels an accepted booking with the refund of its policy. It returns conflict in
// other states and gone once the booking's time is over.
func (s *Service) Cancel(ctx context.Context, actor account.Actor, id, reason string) (Booking, error) {
	return s.change(ctx, actor, id, reason, (*Booking).cancel)
}

// Start says that the job has begun: the provider's, from accepted.
func (s *Service) Start(ctx context.Context, actor account.Actor, id string) (Booking, error) {
	return s.change(ctx, actor, id, "", (*Booking).start)
}

// Complete says that the job is done: the provider's, from in progress.
func (s *Service) Complete(ctx context.Context, actor account.Actor, id string) (Booking, error) {
	return s.change(ctx, actor, id, "", (*Booking).complete)
}

// NoShow says that the customer was not there: the provider's, a quarter of an hour after the start at the earliest.
func (s *Service) NoShow(ctx context.Context, actor account.Actor, id string) (Booking, error) {
	return s.change(ctx, actor, id, "", (*Booking).missed)
}

// Propose asks the other side for another time. It returns invalid with the field start where the provider is not free then.
func (s *Service) Propose(ctx context.Context, actor account.Actor, id string, start time.Time, reason string) (Booking, error) {
	b, err := s.Booking(ctx, actor, id)
	if err != nil {
		return Booking{}, err
	}
	side, _ := b.SideOf(actor.ID)
	if err := b.Can(DoReschedule, side, s.config.Clock.Now()); err != nil {
		return Booking{}, err
	}
	start = start.UTC().Truncate(time.Microsecond)
	if err := s.movable(ctx, b, start); err != nil {
		return Booking{}, err
	}
	return s.change(ctx, actor, id, reason, func(b *Booking, side Side, now time.Time) (Event, error) { return b.propose(side, start, now) })
}

// AcceptReschedule moves the booking to the time that the other side proposed. It returns conflict where that time has gone.
func (s *Service) AcceptReschedule(ctx context.Context, actor account.Actor, id string) (Booking, error) {
	return s.change(ctx, actor, id, "", (*Booking).acceptReschedule)
}

// DeclineReschedule keeps the booking at its time.
func (s *Service) DeclineReschedule(ctx context.Context, actor account.Actor, id, reason string) (Booking, error) {
	return s.change(ctx, actor, id, reason, (*Booking).declineReschedule)
}

var reasonRules = text.Rules{MaxRunes: 500, Multiline: true}

// change loads a booking, applies one verb for the actor's side, and stores the result with its event. Whoever stands on no side
// gets not_found.
func (s *Service) change(ctx context.Context, actor account.Actor, id, reason string, verb func(*Booking, Side, time.Time) (Event, error)) (Booking, error) {
	if err := actor.Require(); err != nil {
		return Booking{}, err
	}
	var fields errs.Fields
	reason = text.Check(&fields, "reason", reason, reasonRules)
	if err := fields.Err(); err != nil {
		return Booking{}, err
	}
	var changed Booking
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		b, err := hold(ctx, tx, id)
		if err != nil {
			return err
		}
		side, ok := b.SideOf(actor.ID)
		if !ok {
			return errNotFound
		}
		event, err := verb(&b, side, tx.Now)
		if err != nil {
			return err
		}
		event.ActorID, event.Side, event.Reason = actor.ID, side, reason
		changed, err = s.store(ctx, tx, b, event)
		return err
	})
	return changed, err
}

// store saves a changed booking with its event, and declines the requests whose time it took.
func (s *Service) store(ctx context.Context, tx *db.Tx, b Booking, e Event) (Booking, error) {
	// A transaction that waited for the calendar began before what happened to the booking meanwhile; its change comes after that.
	b.UpdatedAt = later(tx.Now, b.UpdatedAt)
	if err := save(ctx, tx, b); err != nil {
		return b, err
	}
	if err := s.record(ctx, tx, b, e); err != nil {
		return b, err
	}
	if e.Kind == EventAccepted || e.Kind == EventRescheduled {
		return b, s.declineRivals(ctx, tx, b)
	}
	return b, nil
}

// record writes an event into the booking's history and the audit log, and tells both sides.
func (s *Service) record(ctx context.Context, tx *db.Tx, b Booking, e Event) error {
	return s.recordAndTell(ctx, tx, b, e, notice(b, e))
}

func (s *Service) recordAndTell(ctx context.Context, tx *db.Tx, b Booking, e Event, told notify.Notice) error {
	e.ID, e.BookingID, e.At = ids.New(), b.ID, b.UpdatedAt
	if err := insertEvent(ctx, tx, e); err != nil {
		return err
	}
	entry, err := auditEntry(b, e)
	if err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, entry); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.config.Catalog.Invalidate(b.ProviderID) })
	if err := s.config.Notifier.Tell(ctx, tx, told); err != nil || s.config.Payments == nil {
		return err
	}
	return s.config.Payments.Follow(ctx, tx, b, e)
}

// declineRivals: many requests may want one time; the first acceptance wins and the rest are told.
func (s *Service) declineRivals(ctx context.Context, tx *db.Tx, winner Booking) error {
	others, err := rivals(ctx, tx, winner)
	if err != nil {
		return err
	}
	for _, b := range others {
		event, err := b.decline(SystemSide, tx.Now)
		if err != nil {
			return err
		}
		event.Side, event.Reason = SystemSide, ReasonSlotTaken
		if _, err := s.store(ctx, tx, b, event); err != nil {
			return err
		}
	}
	return nil
}

// expireBatch bounds what one call of ExpireDue works through.
const expireBatch = 500

// ExpireDue ends the requests that nobody answered in time and returns how many they were. It is run every minute; until it has
// come by, Accept refuses them by their time.
func (s *Service) ExpireDue(ctx context.Context) (int, error) {
	overdue, err := due(ctx, s.config.DB, s.config.Clock.Now(), expireBatch)
	if err != nil {
		return 0, err
	}
	expired := 0
	for _, id := range overdue {
		err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
			b, err := hold(ctx, tx, id)
			if err != nil {
				return err
			}
			event, err := b.expire(tx.Now)
			if err != nil {
				return err
			}
			event.Side = SystemSide
			_, err = s.store(ctx, tx, b, event)
			return err
		})
		switch errs.CodeOf(err) {
		case "":
			expired++
		case errs.Conflict: // somebody answered in the meantime
		default:
			return expired, err
		}
	}
	return expired, nil
}

// requestScope keeps one customer's idempotency keys apart from another's.
func requestScope(accountID string) string { return "booking.request:" + accountID }

func idempotent(accountID string, r Request) idempotency.Request {
	key := r.IdempotencyKey
	r.IdempotencyKey = ""
	return idempotency.Request{Scope: requestScope(accountID), Key: key, Body: r}
}

// later returns now, or the moment after last where that is not before now.
func later(now, last time.Time) time.Time {
	if now.After(last) {
		return now
	}
	return last.Add(time.Microsecond)
}
