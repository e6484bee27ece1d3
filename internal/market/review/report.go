package review

import (
	"context"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

// ReportInput is what somebody says who wants an operator to look at a review. Other asks for words.
type ReportInput struct {
	Reason Reason
	Words  string
}

func (in *ReportInput) clean() error {
	var fields errs.Fields
	known := false
	for _, reason := range Reasons {
		known = known || in.Reason == reason
	}
	fields.Check(known, "reason", "review.reason_required")
	in.Words = text.Check(&fields, "words", in.Words, reportRules)
	if in.Reason == Other && in.Words == "" && len(fields) == 0 {
		fields.Add("words", "review.say_what", nil)
	}
	return fields.Err()
}

// Report asks an operator to look at a review that the actor can read. It returns invalid with the fields reason and words, not_found
// for what the actor cannot read, forbidden for one's own, and conflict the second time.
func (s *Service) Report(ctx context.Context, actor account.Actor, reviewID string, in ReportInput) error {
	if err := actor.Require(); err != nil {
		return err
	}
	if err := s.running(); err != nil {
		return err
	}
	if err := in.clean(); err != nil {
		return err
	}
	_, err := s.change(ctx, actor, reviewID, "review.reported", func(tx *db.Tx, r *Review, now time.Time) error {
		if !r.visibleTo(actor, now) || !r.RemovedAt.IsZero() {
			return errNotFound
		}
		if err := r.report(actor, now); err != nil {
			return err
		}
		err := insertReport(ctx, tx, Report{ID: ids.New(), ReviewID: r.ID, ReporterID: actor.ID, Reason: in.Reason, Words: in.Words, CreatedAt: now})
		if db.IsUnique(err) {
			return errs.Wrap(err, errs.Conflict, "review.reported_already")
		}
		return err
	})
	return err
}

// Reported is a review with the reports that wait for an operator.
type Reported struct {
	Review  Review
	Reports []Report // the oldest first
}

// ReportedPage is one page of Reported. NextCursor is empty on the last one.
type ReportedPage struct {
	Items      []Reported
	NextCursor string
}

// Reported returns the reviews that wait for an operator's decision, the longest waiting first, to moderators and admins. Limit is 1 to
// 100, 20 where it is 0.
func (s *Service) Reported(ctx context.Context, actor account.Actor, after string, limit int) (ReportedPage, error) {
	if err := actor.RequireRole(account.Moderator); err != nil {
		return ReportedPage{}, err
	}
	limit, from, err := db.ParsePage(limit, after)
	if err != nil {
		return ReportedPage{}, err
	}
	reviews, err := reported(ctx, s.config.DB, from, limit+1)
	if err != nil {
		return ReportedPage{}, err
	}
	var page ReportedPage
	if len(reviews) > limit {
		reviews = reviews[:limit]
		page.NextCursor = db.Cursor{At: reviews[limit-1].ReportedAt, ID: reviews[limit-1].ID}.String()
	}
	reports, err := openReports(ctx, s.config.DB, reviews)
	if err != nil {
		return ReportedPage{}, err
	}
	for _, r := range reviews {
		page.Items = append(page.Items, Reported{r, reports[r.ID]})
	}
	return page, nil
}

// Keep leaves a reported review where it is and closes its reports: a moderator's or an admin's. It returns conflict where it was
// removed.
func (s *Service) Keep(ctx context.Context, actor account.Actor, reviewID string) error {
	if err := actor.RequireRole(account.Moderator); err != nil {
		return err
	}
	_, err := s.change(ctx, actor, reviewID, "review.kept", func(tx *db.Tx, r *Review, now time.Time) error {
		if err := r.keep(now); err != nil {
			return err
		}
		return closeReports(ctx, tx, r.ID, now)
	})
	return err
}

// Remove takes a review out of pages and means, and tells its author why: a moderator's or an admin's. It returns invalid with the
// field reason, and conflict where it was removed already.
func (s *Service) Remove(ctx context.Context, actor account.Actor, reviewID, reason string) error {
	if err := actor.RequireRole(account.Moderator); err != nil {
		return err
	}
	var fields errs.Fields
	reason = text.Check(&fields, "reason", reason, reasonRules)
	if err := fields.Err(); err != nil {
		return err
	}
	known, err := find(ctx, s.config.DB, reviewID)
	if err != nil {
		return err
	}
	return s.withProvider(ctx, known.ProviderID, func(tx *db.Tx) error {
		r, err := find(ctx, tx, reviewID)
		if err != nil {
			return err
		}
		if err := r.remove(reason, tx.Now); err != nil {
			return err
		}
		r.Counted = true // what is removed before it was counted is not to be published any more
		if err := save(ctx, tx, r); err != nil {
			return err
		}
		if err := closeReports(ctx, tx, r.ID, tx.Now); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, actor.ID, "review.removed", r); err != nil {
			return err
		}
		if err := s.config.Notifier.Tell(ctx, tx, removedNotice(r)); err != nil {
			return err
		}
		if r.Side != booking.CustomerSide {
			return nil
		}
		return s.count(ctx, tx, r.ProviderID)
	})
}
