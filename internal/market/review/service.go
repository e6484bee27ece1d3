package review

import (
	"context"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/feature"
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

// Bookings is what reviews need of bookings. All of it answers the two sides alone.
type Bookings interface {
	Booking(ctx context.Context, actor account.Actor, id string) (booking.Booking, error)
	Timeline(ctx context.Context, actor account.Actor, id string) ([]booking.Event, error)
	List(ctx context.Context, actor account.Actor, f booking.Filter) (booking.Page, error)
}

// Catalog shows what a provider's reviews come to.
type Catalog interface {
	SetRating(ctx context.Context, tx *db.Tx, providerID string, sum, count int64) error
}

// Notifier tells people, inside the transaction of what happened.
type Notifier interface {
	Tell(ctx context.Context, tx *db.Tx, notice notify.Notice) error
}

// Features says what an operator has paused.
type Features interface {
	On(feature.Name) bool
}

// Config is what a Service stands on. Without Features nothing is ever paused.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	Bookings Bookings
	Catalog  Catalog
	Notifier Notifier
	Features Features
}

// Service is everything that a person does with reviews. It is safe for concurrent use.
type Service struct {
	config Config
}

// New returns a service over a migrated database.
func New(config Config) *Service { return &Service{config} }

// running returns the error of an operator's having paused the writing of reviews.
func (s *Service) running() error {
	if s.config.Features != nil && !s.config.Features.On(feature.Reviews) {
		return feature.Reviews.Paused()
	}
	return nil
}

// Input is what one side says about the other.
type Input struct {
	Stars          int // 1 to 5
	Words          string
	IdempotencyKey string // optional; counts for Write alone
}

var (
	wordRules   = text.Rules{MaxRunes: 2000, Multiline: true}
	replyRules  = text.Rules{MinRunes: 1, MaxRunes: 1000, Multiline: true}
	reportRules = text.Rules{MaxRunes: 1000, Multiline: true}
	reasonRules = text.Rules{MinRunes: 1, MaxRunes: 1000, Multiline: true}
)

func (in *Input) clean() error {
	var fields errs.Fields
	fields.Check(1 <= in.Stars && in.Stars <= 5, "stars", "review.stars_required")
	in.Words = text.Check(&fields, "words", in.Words, wordRules)
	return fields.Err()
}

// Write adds what the actor says about the other side of a booking. It returns invalid with the fields stars and words, not_found to
// whoever stands on no side, conflict where the booking is not completed or the actor's review is there already, and gone once
// WriteWithin has passed. It is public at once where the other side's review is in or BlindFor has passed; else it waits for that.
func (s *Service) Write(ctx context.Context, actor account.Actor, bookingID string, in Input) (Review, error) {
	b, completed, err := s.done(ctx, actor, bookingID)
	if err != nil {
		return Review{}, err
	}
	if err := s.running(); err != nil {
		return Review{}, err
	}
	if err := in.clean(); err != nil {
		return Review{}, err
	}
	request := idempotency.Request{Scope: "review.write:" + actor.ID, Key: in.IdempotencyKey, Body: [...]any{bookingID, in.Stars, in.Words}}
	var written Review
	err = s.withProvider(ctx, b.ProviderID, func(tx *db.Tx) error {
		written, _, err = idempotency.Run(ctx, tx, request, func() (Review, error) { return s.add(ctx, tx, actor, b, completed, in) })
		return err
	})
	return written, err
}

// done returns a completed booking of the actor's and when that was.
func (s *Service) done(ctx context.Context, actor account.Actor, bookingID string) (booking.Booking, time.Time, error) {
	b, err := s.config.Bookings.Booking(ctx, actor, bookingID)
	if err != nil {
		return b, time.Time{}, err
	}
	completed, err := s.completedAt(ctx, actor, &b)
	return b, completed, err
}

// completedAt returns when the booking was completed, conflict where it was not.
func (s *Service) completedAt(ctx context.Context, actor account.Actor, b *booking.Booking) (time.Time, error) {
	if b.Status == booking.Completed {
		events, err := s.config.Bookings.Timeline(ctx, actor, b.ID)
		if err != nil {
			return time.Time{}, err
		}
		for _, e := range events {
			if e.Kind == booking.EventCompleted {
				return e.At, nil
			}
		}
	}
	return time.Time{}, errs.New(errs.Conflict, "review.not_completed")
}

func (s *Service) add(ctx context.Context, tx *db.Tx, actor account.Actor, b booking.Booking, completed time.Time, in Input) (Review, error) {
	side, _ := b.SideOf(actor.ID)
	if tx.Now.After(completed.Add(WriteWithin)) {
		return Review{}, errs.New(errs.Gone, "review.too_late")
	}
	both, err := ofBooking(ctx, tx, b.ID)
	if err != nil {
		return Review{}, err
	}
	if both[side] != nil {
		return Review{}, errs.New(errs.Conflict, "review.written_already")
	}
	r := Review{
		ID: ids.New(), BookingID: b.ID, Side: side, AuthorID: actor.ID, SubjectID: b.AccountOf(side.Other()), ProviderID: b.ProviderID,
		CustomerName: b.Details.CustomerName, ProviderName: b.Details.ProviderName, Service: b.Details.Title,
		Stars: in.Stars, Words: in.Words, PublicAt: completed.Add(BlindFor), CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	if err := insert(ctx, tx, r); err != nil {
		return Review{}, err
	}
	if err := s.audit(ctx, tx, actor.ID, "review.written", r); err != nil {
		return Review{}, err
	}
	if theirs := both[side.Other()]; theirs != nil || !tx.Now.Before(r.PublicAt) {
		fresh := []*Review{&r}
		if theirs != nil && !theirs.Counted {
			fresh = append(fresh, theirs)
		}
		return r, s.publish(ctx, tx, fresh)
	}
	return r, s.config.Notifier.Tell(ctx, tx, changed(r))
}

// Edit changes a review that nobody but its author, the actor, can see yet. It returns invalid as Write does, not_found for somebody
// else's, and conflict once it is public.
func (s *Service) Edit(ctx context.Context, actor account.Actor, reviewID string, in Input) (Review, error) {
	if err := actor.Require(); err != nil {
		return Review{}, err
	}
	if err := s.running(); err != nil {
		return Review{}, err
	}
	if err := in.clean(); err != nil {
		return Review{}, err
	}
	return s.change(ctx, actor, reviewID, "review.edited", func(_ *db.Tx, r *Review, now time.Time) error {
		if r.AuthorID != actor.ID {
			return errNotFound
		}
		return r.write(in.Stars, in.Words, now)
	})
}

// Reply adds the reviewed provider's one public answer. It returns invalid with the field reply, not_found for what is not about the
// actor, and conflict where there is a reply already.
func (s *Service) Reply(ctx context.Context, actor account.Actor, reviewID, words, key string) (Review, error) {
	if err := actor.Require(); err != nil {
		return Review{}, err
	}
	if err := s.running(); err != nil {
		return Review{}, err
	}
	var fields errs.Fields
	words = text.Check(&fields, "reply", words, replyRules)
	if err := fields.Err(); err != nil {
		return Review{}, err
	}
	request := idempotency.Request{Scope: "review.reply:" + actor.ID, Key: key, Body: [...]string{reviewID, words}}
	if before, found, err := idempotency.Answer[Review](ctx, s.config.DB, request); found || err != nil {
		return before, err
	}
	replied, err := s.change(ctx, actor, reviewID, "review.replied", func(tx *db.Tx, r *Review, now time.Time) error {
		if r.SubjectID != actor.ID || !r.visibleTo(actor, now) {
			return errNotFound
		}
		if err := r.answer(words, now); err != nil {
			return err
		}
		if err := idempotency.Keep(ctx, tx, request, *r); err != nil {
			return err
		}
		return s.config.Notifier.Tell(ctx, tx, repliedNotice(*r))
	})
	if errs.CodeOf(err) == errs.Conflict {
		// The reply may be this very one, sent a moment earlier.
		if before, found, again := idempotency.Answer[Review](ctx, s.config.DB, request); found || again != nil {
			return before, again
		}
	}
	return replied, err
}

// change loads a review, applies one verb, and stores the result with an audit entry. Reviews of one provider take turns.
func (s *Service) change(ctx context.Context, actor account.Actor, reviewID, action string, verb func(*db.Tx, *Review, time.Time) error) (Review, error) {
	known, err := find(ctx, s.config.DB, reviewID)
	if err != nil {
		return Review{}, err
	}
	var changed Review
	err = s.withProvider(ctx, known.ProviderID, func(tx *db.Tx) error {
		r, err := find(ctx, tx, reviewID)
		if err != nil {
			return err
		}
		if err := verb(tx, &r, tx.Now); err != nil {
			return err
		}
		if err := save(ctx, tx, r); err != nil {
			return err
		}
		changed = r
		return s.audit(ctx, tx, actor.ID, action, r)
	})
	return changed, err
}

// withProvider runs a change of one provider's reviews in a transaction. Such changes take turns, so that what is counted inside is
// exact.
func (s *Service) withProvider(ctx context.Context, providerID string, change func(*db.Tx) error) error {
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "review.provider:"+providerID); err != nil {
			return err
		}
		return change(tx)
	})
}

// audit notes a change without the words: who may no longer read those shall not find them there.
func (s *Service) audit(ctx context.Context, tx *db.Tx, actorID, action string, r Review) error {
	data, err := db.JSON(struct {
		Booking string       `json:"booking"`
		Side    booking.Side `json:"side"`
		Stars   int          `json:"stars"`
		Reason  string       `json:"reason,omitempty"`
	}{r.BookingID, r.Side, r.Stars, r.RemovedWhy})
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{ActorID: actorID, Action: action, SubjectKind: "review", SubjectID: r.ID, Data: data})
}
