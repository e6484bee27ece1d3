package review

import (
	"context"
	"time"

	"khadamat/internal/platform/db"
)

// exported is one review in the file that a person gets of what is kept about them.
type exported struct {
	BookingID string    `json:"booking_id"`
	Service   string    `json:"service"`
	Stars     int       `json:"stars"`
	Words     string    `json:"words"`
	PublicAt  time.Time `json:"public_at"`
	Reply     string    `json:"reply,omitempty"`
	Removed   string    `json:"removed_because,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

// exportedReport is a report of theirs.
type exportedReport struct {
	ReviewID  string    `json:"review_id"`
	Reason    Reason    `json:"reason"`
	Words     string    `json:"words"`
	CreatedAt time.Time `json:"created_at"`
}

// Export returns the reviews that a person wrote, those about them that they may read, and their reports.
func (s *Service) Export(ctx context.Context, accountID string) (string, any, error) {
	written, err := collect(s.config.DB.Query(ctx, `SELECT `+columns+` FROM reviews WHERE author_id = $1 ORDER BY created_at, id`, accountID))
	if err != nil {
		return "reviews", nil, err
	}
	received, err := collect(s.config.DB.Query(ctx, `SELECT `+columns+` FROM reviews WHERE subject_id = $1 AND public_at <= $2 AND removed_at IS NULL ORDER BY public_at, id`,
		accountID, db.At(s.config.Clock.Now())))
	if err != nil {
		return "reviews", nil, err
	}
	reports, err := collectReports(s.config.DB.Query(ctx, `SELECT `+reportColumns+` FROM review_reports WHERE reporter_id = $1 ORDER BY created_at, id`, accountID))
	if err != nil || len(written)+len(received)+len(reports) == 0 {
		return "reviews", nil, err
	}
	told := make([]exportedReport, len(reports))
	for i, r := range reports {
		told[i] = exportedReport{r.ReviewID, r.Reason, r.Words, r.CreatedAt}
	}
	return "reviews", map[string]any{"written": export(written), "received": export(received), "reports": told}, nil
}

func export(reviews []Review) []exported {
	all := make([]exported, len(reviews))
	for i, r := range reviews {
		all[i] = exported{r.BookingID, r.Service.In("fr"), r.Stars, r.Words, r.PublicAt, r.Reply, r.RemovedWhy, r.CreatedAt}
	}
	return all
}

// Erase takes a person's name and words out. The stars stay, since others' trust in a provider rests on them; what providers wrote about
// an erased customer is nobody's to read any more and goes with the name.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, accountID string) error {
	for _, statement := range []string{
		`UPDATE reviews SET words = '' WHERE author_id = $1`,
		`UPDATE reviews SET words = '' WHERE subject_id = $1 AND side = 'provider'`,
		`UPDATE reviews SET reply = '' WHERE subject_id = $1 AND reply IS NOT NULL`,
		`UPDATE reviews SET customer_name = '' WHERE (side = 'customer' AND author_id = $1) OR (side = 'provider' AND subject_id = $1)`,
		`UPDATE reviews SET provider_name = '' WHERE (side = 'provider' AND author_id = $1) OR (side = 'customer' AND subject_id = $1)`,
		`UPDATE review_reports SET words = '' WHERE reporter_id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, accountID); err != nil {
			return err
		}
	}
	return nil
}
