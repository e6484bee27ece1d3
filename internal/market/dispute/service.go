package dispute

import (
	"context"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

// Bookings is what disputes need of bookings.
type Bookings interface {
	// Booking returns a booking to one of its two sides; not_found to others.
	Booking(ctx context.Context, actor account.Actor, id string) (booking.Booking, error)
	// Refund gives the customer back what an operator decided, as part of tx.
	Refund(ctx context.Context, tx *db.Tx, bookingID string, refund money.Amount, reason string) error
}

// Notifier tells people, inside the transaction of what happened.
type Notifier interface {
	Tell(ctx context.Context, tx *db.Tx, notice notify.Notice) error
}

// Config is what a Service stands on.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	Bookings Bookings
	Notifier Notifier
}

// Service is everything that a person does with disputes. It is safe for concurrent use.
type Service struct {
	config Config
}

// New returns a service over a migrated database.
func New(config Config) *Service { return &Service{config} }

// Opening is what somebody says who opens a dispute.
type Opening struct {
	Reason         Reason
	Words          string
	IdempotencyKey string // optional
}

var (
	openingRules  = text.Rules{MinRunes: 20, MaxRunes: 3000, Multiline: true}
	messageRules  = text.Rules{MinRunes: 1, MaxRunes: 3000, Multiline: true}
	decisionRules = text.Rules{MinRunes: 10, MaxRunes: 3000, Multiline: true}
)

func (o *Opening) clean() error {
	var fields errs.Fields
	fields.Check(slices.Contains(Reasons, o.Reason), "reason", "dispute.reason_required")
	o.Words = text.Check(&fields, "words", o.Words, openingRules)
	return fields.Err()
}

// Open opens a dispute about a booking for one of its sides and tells the other. It returns invalid with the fields reason and words,
// not_found to whoever stands on no side, what Openable finds, and conflict where one is
// running or decided already.
func (s *Service) Open(ctx context.Context, actor account.Actor, bookingID string, o Opening) (Dispute, error) {
	b, err := s.config.Bookings.Booking(ctx, actor, bookingID)
	if err != nil {
		return Dispute{}, err
	}
	if err := o.clean(); err != nil {
		return Dispute{}, err
	}
	request := idempotency.Request{Scope: "dispute.open:" + actor.ID, Key: o.IdempotencyKey, Body: [...]string{bookingID, string(o.Reason), o.Words}}
	if before, found, err := idempotency.Answer[Dispute](ctx, s.config.DB, request); found || err != nil {
		return before, err
	}
	var opened Dispute
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		opened, _, err = idempotency.Run(ctx, tx, request, func() (Dispute, error) { return s.add(ctx, tx, actor, b, o) })
		return err
	})
	if errs.CodeOf(err) == errs.Conflict {
		// What is running may be this very one, sent a moment earlier.
		if before, found, again := idempotency.Answer[Dispute](ctx, s.config.DB, request); found || again != nil {
			return before, again
		}
	}
	return opened, err
}

func (s *Service) add(ctx context.Context, tx *db.Tx, actor account.Actor, b booking.Booking, o Opening) (Dispute, error) {
	if err := Openable(&b, tx.Now); err != nil {
		return Dispute{}, err
	}
	before, err := latest(ctx, tx, b.ID)
	if err != nil {
		return Dispute{}, err
	}
	if err := before.closes(); err != nil {
		return Dispute{}, err
	}
	side, _ := b.SideOf(actor.ID)
	d := Dispute{
		ID: ids.New(), BookingID: b.ID, CustomerID: b.CustomerID, ProviderID: b.ProviderID, ProviderAccountID: b.ProviderAccountID,
		CustomerName: b.Details.CustomerName, ProviderName: b.Details.ProviderName, Service: b.Details.Title, Start: b.Start, Zone: b.Details.Zone, Price: b.Price,
		OpenedBy: side, Reason: o.Reason, Status: Open, CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	if err := insert(ctx, tx, d); db.IsUnique(err) { // the other side was quicker
		return Dispute{}, errs.Wrap(err, errs.Conflict, "dispute.open_already")
	} else if err != nil {
		return Dispute{}, err
	}
	if err := insertMessage(ctx, tx, Message{ID: ids.New(), DisputeID: d.ID, AuthorID: actor.ID, Party: Party(side), Words: o.Words, CreatedAt: tx.Now}); err != nil {
		return Dispute{}, err
	}
	if err := s.audit(ctx, tx, actor.ID, "dispute.opened", d); err != nil {
		return Dispute{}, err
	}
	return d, s.config.Notifier.Tell(ctx, tx, openedNotice(d))
}

// Say adds to the thread of a running dispute and tells the other side, or both where an operator speaks. It returns invalid with the
// field text, not_found to whoever has no part in it, and conflict where it has ended.
func (s *Service) Say(ctx context.Context, actor account.Actor, id, words, key string) error {
	if err := actor.Require(); err != nil {
		return err
	}
	var fields errs.Fields
	words = text.Check(&fields, "text", words, messageRules)
	if err := fields.Err(); err != nil {
		return err
	}
	request := idempotency.Request{Scope: "dispute.say:" + actor.ID, Key: key, Body: [...]string{id, words}}
	_, err := s.change(ctx, actor, id, "dispute.said", func(tx *db.Tx, d *Dispute, party Party) (notify.Notice, error) {
		_, replayed, err := idempotency.Run(ctx, tx, request, func() (string, error) {
			if err := d.speak(party, tx.Now); err != nil {
				return "", err
			}
			message := Message{ID: ids.New(), DisputeID: d.ID, AuthorID: actor.ID, Party: party, Words: words, CreatedAt: tx.Now}
			return message.ID, insertMessage(ctx, tx, message)
		})
		if replayed || err != nil {
			return notify.Notice{}, err
		}
		operators, err := operatorsIn(ctx, tx, d.ID)
		return saidNotice(*d, party, words, operators), err
	})
	return err
}

// Withdraw ends a dispute for who opened it. It returns forbidden to the other side, not_found to whoever has no part in it, and conflict
// where it has ended.
func (s *Service) Withdraw(ctx context.Context, actor account.Actor, id string) (Dispute, error) {
	return s.change(ctx, actor, id, "dispute.withdrawn", func(tx *db.Tx, d *Dispute, party Party) (notify.Notice, error) {
		if err := d.withdraw(booking.Side(party), tx.Now); err != nil {
			return notify.Notice{}, err
		}
		operators, err := operatorsIn(ctx, tx, d.ID)
		return changed(*d, operators), err
	})
}

// Decide ends a dispute with a refund, from nothing to the price, and the reasons for it: a moderator's or an admin's who stands on
// neither side. It returns invalid with the fields refund and reason, and conflict where it has ended.
func (s *Service) Decide(ctx context.Context, actor account.Actor, id string, decision Decision) (Dispute, error) {
	if err := actor.RequireRole(account.Moderator); err != nil {
		return Dispute{}, err
	}
	var fields errs.Fields
	decision.Reason = text.Check(&fields, "reason", decision.Reason, decisionRules)
	if err := fields.Err(); err != nil {
		return Dispute{}, err
	}
	return s.change(ctx, actor, id, "dispute.decided", func(tx *db.Tx, d *Dispute, _ Party) (notify.Notice, error) {
		if err := d.decide(actor.ID, decision, tx.Now); err != nil {
			return notify.Notice{}, err
		}
		// Nothing given back leaves the booking as it is, whatever state that is, with what a cancellation gave back before.
		if !decision.Refund.IsZero() {
			if err := s.config.Bookings.Refund(ctx, tx, d.BookingID, decision.Refund, decision.Reason); err != nil {
				return notify.Notice{}, err
			}
		}
		operators, err := operatorsIn(ctx, tx, d.ID)
		return decidedNotice(*d, operators), err
	})
}

// change loads a dispute, applies one verb for the actor's party, and stores the result with an audit entry and the notice that the verb
// returns. A notice without a type says that nothing has changed.
func (s *Service) change(ctx context.Context, actor account.Actor, id, action string, verb func(*db.Tx, *Dispute, Party) (notify.Notice, error)) (Dispute, error) {
	if err := actor.Require(); err != nil {
		return Dispute{}, err
	}
	var changed Dispute
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		d, err := hold(ctx, tx, id)
		if err != nil {
			return err
		}
		party, ok := d.partyOf(actor)
		if !ok {
			return errNotFound
		}
		notice, err := verb(tx, &d, party)
		changed = d
		if err != nil || notice.Type == "" {
			return err
		}
		if err := save(ctx, tx, d); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, actor.ID, action, d); err != nil {
			return err
		}
		return s.config.Notifier.Tell(ctx, tx, notice)
	})
	return changed, err
}

func (s *Service) audit(ctx context.Context, tx *db.Tx, actorID, action string, d Dispute) error {
	data := struct {
		Booking string `json:"booking"`
		Status  Status `json:"status"`
		Reason  Reason `json:"reason"`
		Refund  *int64 `json:"refund_minor,omitempty"`
	}{d.BookingID, d.Status, d.Reason, nil}
	if d.Refund != nil {
		data.Refund = &d.Refund.Minor
	}
	written, err := db.JSON(data)
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{ActorID: actorID, Action: action, SubjectKind: "dispute", SubjectID: d.ID, Data: written})
}

// Dispute returns a dispute to its two sides and to operators; not_found to others.
func (s *Service) Dispute(ctx context.Context, actor account.Actor, id string) (Dispute, error) {
	if err := actor.Require(); err != nil {
		return Dispute{}, err
	}
	d, err := find(ctx, s.config.DB, id)
	if err != nil {
		return Dispute{}, err
	}
	if _, ok := d.partyOf(actor); !ok {
		return Dispute{}, errNotFound
	}
	return d, nil
}

// maxMessages bounds how much of a thread is read: far more than people write.
const maxMessages = 500

// Messages returns what was said in a dispute, the oldest first, to its two sides and to operators; not_found to others. Of a longer thread
// than maxMessages it is the newest.
func (s *Service) Messages(ctx context.Context, actor account.Actor, id string) ([]Message, error) {
	if _, err := s.Dispute(ctx, actor, id); err != nil {
		return nil, err
	}
	return messages(ctx, s.config.DB, id, maxMessages)
}

// Filter says which disputes a list shows.
type Filter struct {
	Open   bool // only those that wait for a decision, the longest waiting first; else all, the newest first
	Cursor string
	Limit  int // 1 to 100; 20 where it is 0
}

// Page is one page of a list. NextCursor is empty on the last one.
type Page struct {
	Items      []Dispute
	NextCursor string
}

// List returns all disputes to operators and their own to others.
func (s *Service) List(ctx context.Context, actor account.Actor, f Filter) (Page, error) {
	if err := actor.Require(); err != nil {
		return Page{}, err
	}
	limit, from, err := db.ParsePage(f.Limit, f.Cursor)
	if err != nil {
		return Page{}, err
	}
	owner := actor.ID
	if operates(actor) {
		owner = ""
	}
	items, err := list(ctx, s.config.DB, owner, f.Open, from, limit+1)
	if err != nil || len(items) <= limit {
		return Page{Items: items}, err
	}
	last := items[limit-1]
	return Page{Items: items[:limit], NextCursor: db.Cursor{At: last.CreatedAt, ID: last.ID}.String()}, nil
}

// Standing is what one side of a booking can know and do about its disputes.
type Standing struct {
	Booking booking.Booking
	Side    booking.Side
	Latest  *Dispute // nil where there never was one
	Closed  error    // why none can be opened now; nil where one can
	Until   time.Time
}

// Of returns how it stands between the two sides of a booking, to one of them.
func (s *Service) Of(ctx context.Context, actor account.Actor, bookingID string) (Standing, error) {
	b, err := s.config.Bookings.Booking(ctx, actor, bookingID)
	if err != nil {
		return Standing{}, err
	}
	standing := Standing{Booking: b, Until: b.End.Add(OpenWithin), Closed: Openable(&b, s.config.Clock.Now())}
	standing.Side, _ = b.SideOf(actor.ID)
	if standing.Latest, err = latest(ctx, s.config.DB, b.ID); err != nil {
		return Standing{}, err
	}
	if err := standing.Latest.closes(); err != nil {
		standing.Closed = err
	}
	return standing, nil
}

// Disputed says whether there is or was a dispute about a booking, so that operators may read what the two sides wrote to each other.
func (s *Service) Disputed(ctx context.Context, bookingID string) (bool, error) {
	d, err := latest(ctx, s.config.DB, bookingID)
	return d != nil, err
}

// Running says whether an account stands in a dispute that waits for a decision.
func (s *Service) Running(ctx context.Context, accountID string) (bool, error) {
	items, err := list(ctx, s.config.DB, accountID, true, db.Cursor{}, 1)
	return len(items) > 0, err
}
