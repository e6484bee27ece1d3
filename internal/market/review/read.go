package review

import (
	"context"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// Page is one page of reviews. NextCursor is empty on the last one.
type Page struct {
	Items      []Review
	NextCursor string
}

// Summary returns what a provider's published reviews come to. It is right to the moment: those whose blind time ended since the last
// PublishDue are in it. An unknown provider has none.
func (s *Service) Summary(ctx context.Context, providerID string) (Summary, error) {
	summary, err := countsOf(ctx, s.config.DB, providerID, s.config.Clock.Now())
	summary.finish()
	return summary, err
}

// OfProvider returns what customers wrote about a provider and everybody may read, the newest first. Limit is 1 to 100, 20 where it is 0.
func (s *Service) OfProvider(ctx context.Context, providerID, after string, limit int) (Page, error) {
	return s.OfProviderWith(ctx, providerID, 0, after, limit)
}

// OfProviderWith is OfProvider for the reviews that gave so many stars, 1 to 5; 0 takes all.
func (s *Service) OfProviderWith(ctx context.Context, providerID string, stars int, after string, limit int) (Page, error) {
	return s.page(after, limit, byPublication, func(from db.Cursor, limit int) ([]Review, error) {
		return ofProvider(ctx, s.config.DB, providerID, stars, s.config.Clock.Now(), from, limit)
	})
}

// Own returns what customers wrote about the actor's provider, with or without a reply, the newest first. Of a provider that is not the
// actor's there is none.
func (s *Service) Own(ctx context.Context, actor account.Actor, providerID string, replied bool, after string, limit int) (Page, error) {
	if err := actor.Require(); err != nil {
		return Page{}, err
	}
	return s.page(after, limit, byPublication, func(from db.Cursor, limit int) ([]Review, error) {
		return own(ctx, s.config.DB, providerID, actor.ID, replied, s.config.Clock.Now(), from, limit)
	})
}

// CustomerSummary returns what the reviews of providers about a customer come to, to whom OfCustomer answers.
func (s *Service) CustomerSummary(ctx context.Context, actor account.Actor, customerID string) (Summary, error) {
	if err := mayReadAbout(actor, customerID); err != nil {
		return Summary{}, err
	}
	summary, err := aboutByStars(ctx, s.config.DB, customerID, booking.ProviderSide, s.config.Clock.Now())
	summary.finish()
	return summary, err
}

func mayReadAbout(actor account.Actor, customerID string) error {
	if err := actor.Require(); err != nil {
		return err
	}
	if actor.ID != customerID && !readsAboutCustomers(actor) {
		return errs.New(errs.Forbidden, "error.forbidden")
	}
	return nil
}

// OfCustomer returns what providers wrote about a customer, the newest first, to providers, operators and that customer; forbidden to
// others.
func (s *Service) OfCustomer(ctx context.Context, actor account.Actor, customerID, after string, limit int) (Page, error) {
	if err := mayReadAbout(actor, customerID); err != nil {
		return Page{}, err
	}
	return s.about(ctx, customerID, booking.ProviderSide, after, limit)
}

// AboutMe returns what was written about the actor on either side and is public, the newest first.
func (s *Service) AboutMe(ctx context.Context, actor account.Actor, after string, limit int) (Page, error) {
	if err := actor.Require(); err != nil {
		return Page{}, err
	}
	side := booking.ProviderSide
	if actor.Role == account.Provider {
		side = booking.CustomerSide
	}
	return s.about(ctx, actor.ID, side, after, limit)
}

func (s *Service) about(ctx context.Context, accountID string, by booking.Side, after string, limit int) (Page, error) {
	return s.page(after, limit, byPublication, func(from db.Cursor, limit int) ([]Review, error) {
		return about(ctx, s.config.DB, accountID, by, s.config.Clock.Now(), from, limit)
	})
}

// ByMe returns what the actor wrote, blind and removed ones too, the newest first.
func (s *Service) ByMe(ctx context.Context, actor account.Actor, after string, limit int) (Page, error) {
	if err := actor.Require(); err != nil {
		return Page{}, err
	}
	return s.page(after, limit, func(r *Review) time.Time { return r.CreatedAt }, func(from db.Cursor, limit int) ([]Review, error) {
		return byAuthor(ctx, s.config.DB, actor.ID, from, limit)
	})
}

// Review returns one review to whoever may read it; not_found to others.
func (s *Service) Review(ctx context.Context, actor account.Actor, reviewID string) (Review, error) {
	r, err := find(ctx, s.config.DB, reviewID)
	if err != nil {
		return Review{}, err
	}
	if !r.visibleTo(actor, s.config.Clock.Now()) {
		return Review{}, errNotFound
	}
	return r, nil
}

// Standing is how far the reviews of one booking are, as one of its sides may know it.
type Standing struct {
	Booking booking.Booking
	Side    booking.Side // the reader's
	Mine    *Review      // nil where the reader has written none
	Theirs  *Review      // nil until it is public, and where there is none
	TheyDid bool         // the other side has written theirs, seen or not
	Public  bool         // whether Mine is
	BlindTo time.Time    // until when a review stays blind that the other side does not answer
	Until   time.Time    // the last moment to write one
	Closed  error        // why the reader cannot write one (any more); nil where they can
}

// Editable says whether the reader may still change what they wrote.
func (s *Standing) Editable() bool { return s.Mine != nil && !s.Public && s.Mine.RemovedAt.IsZero() }

// Writable says whether the reader may write a review now.
func (s *Standing) Writable() bool { return s.Mine == nil && s.Closed == nil }

// Of returns how far the reviews of a booking are, to one of its two sides. Of a booking that is not completed it says just that, in
// Closed.
func (s *Service) Of(ctx context.Context, actor account.Actor, bookingID string) (Standing, error) {
	b, err := s.config.Bookings.Booking(ctx, actor, bookingID)
	if err != nil {
		return Standing{}, err
	}
	standing := Standing{Booking: b}
	standing.Side, _ = b.SideOf(actor.ID)
	completed, err := s.completedAt(ctx, actor, &b)
	if errs.CodeOf(err) == errs.Conflict {
		standing.Closed = err
		return standing, nil
	}
	if err != nil {
		return Standing{}, err
	}
	now := s.config.Clock.Now()
	standing.BlindTo, standing.Until = completed.Add(BlindFor), completed.Add(WriteWithin)
	standing.Closed = s.running()
	if now.After(standing.Until) {
		standing.Closed = errs.New(errs.Gone, "review.too_late")
	}
	both, err := ofBooking(ctx, s.config.DB, b.ID)
	if err != nil {
		return Standing{}, err
	}
	standing.Mine = both[standing.Side]
	standing.Public = standing.Mine != nil && standing.Mine.Public(now)
	if theirs := both[standing.Side.Other()]; theirs != nil {
		standing.TheyDid = true
		if theirs.Public(now) {
			standing.Theirs = theirs
		}
	}
	return standing, nil
}

// Waiting returns the actor's completed bookings, on one side, that they can still review, the latest first, and at most so many as one
// page of bookings has. What was completed long after its time may be missing; Of and Write are exact.
func (s *Service) Waiting(ctx context.Context, actor account.Actor, side booking.Side, limit int) ([]booking.Booking, error) {
	page, err := s.config.Bookings.List(ctx, actor, booking.Filter{
		Side: side, Statuses: []booking.Status{booking.Completed}, From: s.config.Clock.Now().Add(-WriteWithin), Descending: true, Limit: waitingAmong,
	})
	if err != nil {
		return nil, err
	}
	written, err := writtenBy(ctx, s.config.DB, actor.ID, page.Items)
	if err != nil {
		return nil, err
	}
	var waiting []booking.Booking
	for _, b := range page.Items {
		if !written[b.ID] && len(waiting) < limit {
			waiting = append(waiting, b)
		}
	}
	return waiting, nil
}

// waitingAmong is how many of the latest bookings Waiting looks at.
const waitingAmong = 50

func byPublication(r *Review) time.Time { return r.PublicAt }

// page reads one page of a list that is ordered by the time that at gives, newest first.
func (s *Service) page(after string, limit int, at func(*Review) time.Time, read func(from db.Cursor, limit int) ([]Review, error)) (Page, error) {
	limit, from, err := db.ParsePage(limit, after)
	if err != nil {
		return Page{}, err
	}
	items, err := read(from, limit+1)
	if err != nil || len(items) <= limit {
		return Page{Items: items}, err
	}
	last := items[limit-1]
	return Page{Items: items[:limit], NextCursor: db.Cursor{At: at(&last), ID: last.ID}.String()}, nil
}
