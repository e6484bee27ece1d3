// Package review is what the two sides of a booking say about each other once it is done: one review a side, blind until both are in or
// seven days have passed, and then for good. What is shown of it where is up to the pages.
package review

import (
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/errs"
)

// How long after the completion a review may be written, and how long it stays blind where the other side writes none.
const (
	WriteWithin = 60 * 24 * time.Hour
	BlindFor    = 7 * 24 * time.Hour
)

// Review is a copy of what is stored; changing its fields changes nothing.
type Review struct {
	ID           string
	BookingID    string
	Side         booking.Side // who wrote it; it is about the other side
	AuthorID     string       // an account, as the next one is
	SubjectID    string
	ProviderID   string
	CustomerName string // names as they were when it was written; empty once the person is erased
	ProviderName string
	Service      catalog.Text
	Stars        int // 1 to 5
	Words        string
	PublicAt     time.Time // until then only its author sees it
	Counted      bool      // its publication has been told and stands in the counts
	Reply        string    // of the reviewed provider; empty while there is none
	RepliedAt    time.Time
	ReportedAt   time.Time // the oldest report that waits for an operator; zero where none does
	RemovedAt    time.Time // zero while nobody has removed it
	RemovedWhy   string
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Public says whether others than its author may see it at all.
func (r *Review) Public(now time.Time) bool { return r.RemovedAt.IsZero() && !now.Before(r.PublicAt) }

// visibleTo: what customers write about providers is everybody's to read, what providers write about a customer only providers' and
// that customer's. Operators see all that is public.
func (r *Review) visibleTo(actor account.Actor, now time.Time) bool {
	switch {
	case actor.SignedIn() && actor.ID == r.AuthorID:
		return true
	case !r.Public(now):
		return false
	case r.Side == booking.CustomerSide, actor.SignedIn() && actor.ID == r.SubjectID:
		return true
	}
	return readsAboutCustomers(actor)
}

func readsAboutCustomers(actor account.Actor) bool {
	return actor.Role == account.Provider || actor.Role == account.Moderator || actor.Role == account.Admin
}

// write puts stars and words in; for others to see they must not have been yet.
func (r *Review) write(stars int, words string, now time.Time) error {
	if !r.RemovedAt.IsZero() || !now.Before(r.PublicAt) {
		return errs.New(errs.Conflict, "review.published_already")
	}
	r.Stars, r.Words, r.UpdatedAt = stars, words, now
	return nil
}

// publish shows the review now where it is still blind.
func (r *Review) publish(now time.Time) {
	if now.Before(r.PublicAt) {
		r.PublicAt = now
	}
	r.Counted, r.UpdatedAt = true, now
}

// answer adds the provider's one reply.
func (r *Review) answer(words string, now time.Time) error {
	if r.Side != booking.CustomerSide {
		return errs.New(errs.Forbidden, "review.no_reply_here")
	}
	if !r.Public(now) {
		return errs.New(errs.Conflict, "review.not_published")
	}
	if !r.RepliedAt.IsZero() {
		return errs.New(errs.Conflict, "review.replied_already")
	}
	r.Reply, r.RepliedAt, r.UpdatedAt = words, now, now
	return nil
}

// report notes that somebody wants an operator to look.
func (r *Review) report(by account.Actor, now time.Time) error {
	if by.ID == r.AuthorID {
		return errs.New(errs.Forbidden, "review.own_report")
	}
	if r.ReportedAt.IsZero() {
		r.ReportedAt = now
	}
	return nil
}

// keep ends the reports without a consequence.
func (r *Review) keep(now time.Time) error {
	if !r.RemovedAt.IsZero() {
		return errs.New(errs.Conflict, "review.removed_already")
	}
	r.ReportedAt, r.UpdatedAt = time.Time{}, now
	return nil
}

// remove takes the review out of everybody's sight but its author's.
func (r *Review) remove(why string, now time.Time) error {
	if !r.RemovedAt.IsZero() {
		return errs.New(errs.Conflict, "review.removed_already")
	}
	if now.Before(r.PublicAt) {
		return errs.New(errs.Conflict, "review.not_published")
	}
	r.ReportedAt, r.RemovedAt, r.RemovedWhy, r.UpdatedAt = time.Time{}, now, why, now
	return nil
}

// Reason says why somebody reports a review.
type Reason string

// The closed set of reasons.
const (
	Spam    Reason = "spam"
	Insult  Reason = "insult"
	False   Reason = "false"
	Private Reason = "private"
	Other   Reason = "other"
)

// Reasons lists them in the order in which they are offered.
var Reasons = []Reason{Spam, Insult, False, Private, Other}

// Report is one person's request that an operator looks at a review.
type Report struct {
	ID         string
	ReviewID   string
	ReporterID string
	Reason     Reason
	Words      string
	CreatedAt  time.Time
	ClosedAt   time.Time // when an operator has kept or removed the review; zero before
}

// Summary is what all published reviews of customers about one provider come to.
type Summary struct {
	Count int64
	Mean  float64  // the Bayesian one that the catalog shows; 0 where there are no reviews
	Stars [5]int64 // how many gave one star, two, … five
}

func (s *Summary) add(stars int, n int64) {
	s.Stars[stars-1] += n
	s.Count += n
}

// sum is how many stars were given altogether.
func (s *Summary) sum() (sum int64) {
	for i, n := range s.Stars {
		sum += int64(i+1) * n
	}
	return sum
}

func (s *Summary) finish() {
	if s.Count > 0 {
		s.Mean = catalog.MeanOf(s.sum(), s.Count)
	}
}
