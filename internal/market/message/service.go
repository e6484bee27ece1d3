package message

import (
	"context"
	"errors"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/notify"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

// Bookings are what messages are about.
type Bookings interface {
	// Booking returns a booking to one of its two sides; not_found to anybody else.
	Booking(ctx context.Context, actor account.Actor, id string) (booking.Booking, error)
}

// Disputes know which threads operators have to read.
type Disputes interface {
	// Disputed says whether there is or was a dispute about a booking.
	Disputed(ctx context.Context, bookingID string) (bool, error)
}

// Notifier tells people, within the transaction of what they are told.
type Notifier interface {
	Tell(ctx context.Context, tx *db.Tx, notice notify.Notice) error
}

// Config is what a Service stands on.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	Bookings Bookings
	Disputes Disputes // nil: there are none
	Notifier Notifier
}

// Service is everything that a person does with messages. It is safe for concurrent use.
type Service struct {
	config Config
}

// New returns a service over a migrated database.
func New(config Config) *Service { return &Service{config} }

// Page is one part of a thread, the oldest message first. Earlier is the cursor of the part before; empty where there is none.
type Page struct {
	Items   []Message
	Earlier string
}

// pageSize is how much of a thread is read at once.
const pageSize = 50

// Thread returns the latest messages about a booking to one of its two sides, or those before a cursor. It returns not_found to anybody
// else and invalid with the field before.
func (s *Service) Thread(ctx context.Context, actor account.Actor, bookingID, before string) (Page, error) {
	if _, err := s.config.Bookings.Booking(ctx, actor, bookingID); err != nil {
		return Page{}, err
	}
	return s.page(ctx, bookingID, before)
}

// OfDisputed returns the messages about a booking over which there is a dispute to an operator. It returns forbidden to others and
// not_found where there is none.
func (s *Service) OfDisputed(ctx context.Context, actor account.Actor, bookingID string) ([]Message, error) {
	if err := actor.RequireRole(account.Moderator); err != nil {
		return nil, err
	}
	if s.config.Disputes == nil || !ids.Valid(bookingID) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	disputed, err := s.config.Disputes.Disputed(ctx, bookingID)
	if err != nil {
		return nil, err
	}
	if !disputed {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return whole(ctx, s.config.DB, bookingID)
}

// Send writes to the other side of a booking. It returns invalid with the field text, gone once the thread is closed, rate_limited where
// too much was written within an hour, and conflict where the idempotency key was used otherwise.
func (s *Service) Send(ctx context.Context, actor account.Actor, bookingID, words, key string) (Message, error) {
	b, err := s.config.Bookings.Booking(ctx, actor, bookingID)
	if err != nil {
		return Message{}, err
	}
	side, _ := b.SideOf(actor.ID)
	var fields errs.Fields
	words = text.Check(&fields, "text", words, textRules)
	if err := fields.Err(); err != nil {
		return Message{}, err
	}
	request := idempotency.Request{Scope: "message.send:" + actor.ID, Key: key, Body: []string{bookingID, words}}
	var id string // what is kept of the answer: the words have their own place, from which they can be erased
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		var err error
		id, _, err = idempotency.Run(ctx, tx, request, func() (string, error) {
			return s.send(ctx, tx, b, Message{BookingID: b.ID, SenderID: actor.ID, ReaderID: b.AccountOf(side.Other()), Side: side, Text: words})
		})
		return err
	})
	if errors.Is(err, db.ErrAgain) { // the same request got ahead again and again
		return Message{}, errs.Wrap(err, errs.Conflict, "error.conflict")
	}
	if err != nil {
		return Message{}, err
	}
	return find(ctx, s.config.DB, id)
}

func (s *Service) send(ctx context.Context, tx *db.Tx, b booking.Booking, m Message) (string, error) {
	if err := open(&b, tx.Now); err != nil {
		return "", err
	}
	// Whoever writes twice at once takes turns: the count below stays true.
	if err := tx.Lock(ctx, "message:"+b.ID+":"+m.SenderID); err != nil {
		return "", err
	}
	recent, err := sentSince(ctx, tx, b.ID, m.SenderID, tx.Now.Add(-rateWindow))
	if err != nil {
		return "", err
	}
	if recent >= perHour {
		return "", errs.New(errs.RateLimited, "message.too_many")
	}
	waiting, err := unreadSince(ctx, tx, b.ID, m.ReaderID, tx.Now.Add(-letterPause))
	if err != nil {
		return "", err
	}
	m.ID, m.SentAt = ids.New(), tx.Now
	if err := insert(ctx, tx, m); err != nil {
		return "", err
	}
	if err := audit.Write(ctx, tx, audit.Entry{ActorID: m.SenderID, Action: "message.sent", SubjectKind: "booking", SubjectID: b.ID}); err != nil {
		return "", err
	}
	return m.ID, s.config.Notifier.Tell(ctx, tx, notice(b, m, waiting > 0))
}

// changed is what the pages of both sides are told at once.
const changed = "message.changed"

type change struct {
	BookingID string `json:"booking_id"`
}

// notice tells both sides' open pages of a message, and its reader by a letter unless one that told of another still waits to be read.
func notice(b booking.Booking, m Message, waiting bool) notify.Notice {
	n := notify.Notice{Watchers: []string{m.ReaderID, m.SenderID}, Type: changed, Data: change{b.ID}}
	if waiting {
		return n
	}
	args := booking.LetterArgs(b)
	args["Sender"] = args["Customer"]
	if m.Side == booking.ProviderSide {
		args["Sender"] = args["Provider"]
	}
	args["Excerpt"] = notify.Words(excerpt(m.Text))
	n.Letters = []notify.Letter{{AccountID: m.ReaderID, Template: notify.MessageReceived, Args: args}}
	return n
}

// MarkRead says that the actor has seen everything that was written to them about a booking; the other side's page shows it at once. To
// have read something is no change that anybody has to answer for, so the audit log does not have it.
func (s *Service) MarkRead(ctx context.Context, actor account.Actor, bookingID string) error {
	if err := actor.Require(); err != nil {
		return err
	}
	if !ids.Valid(bookingID) {
		return errs.New(errs.NotFound, "booking.not_found")
	}
	waiting, err := anyUnread(ctx, s.config.DB, bookingID, actor.ID)
	if err != nil || !waiting {
		return err
	}
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		senders, err := markRead(ctx, tx, bookingID, actor.ID)
		if err != nil || len(senders) == 0 {
			return err
		}
		return s.config.Notifier.Tell(ctx, tx, notify.Notice{Watchers: senders, Type: changed, Data: change{bookingID}})
	})
}

// Unread counts the messages that wait for the actor, by booking.
func (s *Service) Unread(ctx context.Context, actor account.Actor) (map[string]int, error) {
	if err := actor.Require(); err != nil {
		return nil, err
	}
	return unread(ctx, s.config.DB, actor.ID)
}

func (s *Service) page(ctx context.Context, bookingID, before string) (Page, error) {
	end, err := db.ParseCursor(before)
	if err != nil {
		return Page{}, err
	}
	items, err := latest(ctx, s.config.DB, bookingID, end, pageSize+1)
	if err != nil {
		return Page{}, err
	}
	page := Page{Items: items}
	if len(items) > pageSize {
		page.Items = items[1:]
		page.Earlier = db.Cursor{At: page.Items[0].SentAt, ID: page.Items[0].ID}.String()
	}
	return page, nil
}
