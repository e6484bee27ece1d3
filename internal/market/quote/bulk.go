package quote

import (
	"context"
	"strings"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
)

// Past is a job with the offers for it, for filling a database.
type Past struct {
	Job    Job
	Offers []Offer
}

// InsertMany adds jobs and offers as they are, with an audit entry for each, and tells nobody. An entry's ID is made by entryID from
// the job's or the offer's, so that the same filling makes the same rows. Job.Offers is counted here.
func InsertMany(ctx context.Context, tx *db.Tx, all []Past, entryID func(id string) string) error {
	var jobs, offers [][]any
	var entries []audit.Entry
	for _, past := range all {
		past.Job.Offers = len(past.Offers)
		jobs = append(jobs, jobValues(past.Job))
		entries = append(entries, audit.Entry{ID: entryID(past.Job.ID), At: past.Job.CreatedAt, ActorID: past.Job.CustomerID, Action: "job.posted", SubjectKind: "job", SubjectID: past.Job.ID})
		for _, o := range past.Offers {
			values, err := offerValues(o)
			if err != nil {
				return err
			}
			offers = append(offers, values)
			entries = append(entries, audit.Entry{ID: entryID(o.ID), At: o.CreatedAt, ActorID: o.ProviderAccountID, Action: "offer.made", SubjectKind: "offer", SubjectID: o.ID})
		}
	}
	if err := tx.InsertMany(ctx, "quote_jobs", columnList(jobColumns), jobs); err != nil {
		return err
	}
	if err := tx.InsertMany(ctx, "quote_offers", columnList(offerColumns), offers); err != nil {
		return err
	}
	return audit.Import(ctx, tx, entries)
}

func columnList(columns string) []string {
	return strings.Fields(strings.ReplaceAll(columns, ",", " "))
}
