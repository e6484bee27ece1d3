package dispute

import (
	"context"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// exported is one dispute in the file that a person gets of what is kept about them.
type exported struct {
	BookingID string            `json:"booking_id"`
	Service   string            `json:"service"`
	Reason    Reason            `json:"reason"`
	OpenedBy  booking.Side      `json:"opened_by"`
	Status    Status            `json:"status"`
	Refund    *money.Amount     `json:"refund,omitempty"`
	Decision  string            `json:"decision,omitempty"`
	CreatedAt time.Time         `json:"created_at"`
	Messages  []exportedMessage `json:"messages"`
}

type exportedMessage struct {
	From  Party     `json:"from"`
	Words string    `json:"words"`
	At    time.Time `json:"at"`
}

// Export returns the disputes that a person stands in, with their threads.
func (s *Service) Export(ctx context.Context, accountID string) (string, any, error) {
	found, err := collect(s.config.DB.Query(ctx, `SELECT `+columns+` FROM disputes WHERE customer_id = $1 OR provider_account_id = $1 ORDER BY created_at, id`, accountID))
	if err != nil || len(found) == 0 {
		return "disputes", nil, err
	}
	all := make([]exported, len(found))
	for i, d := range found {
		all[i] = exported{d.BookingID, d.Service.In("fr"), d.Reason, d.OpenedBy, d.Status, d.Refund, d.Decision, d.CreatedAt, nil}
		thread, err := messages(ctx, s.config.DB, d.ID, maxMessages)
		if err != nil {
			return "disputes", nil, err
		}
		for _, m := range thread {
			all[i].Messages = append(all[i].Messages, exportedMessage{m.Party, m.Words, m.CreatedAt})
		}
	}
	return "disputes", all, nil
}

// Erase takes a person's name and words out; that there was a dispute and how it was decided stays, with the other side's words. It
// returns conflict while one is running: the other side waits for it.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, accountID string) error {
	waiting, err := list(ctx, tx, accountID, true, db.Cursor{}, 1)
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		return errs.New(errs.Conflict, "dispute.erase_running")
	}
	for _, statement := range []string{
		`UPDATE disputes SET customer_name = '' WHERE customer_id = $1`,
		`UPDATE disputes SET provider_name = '' WHERE provider_account_id = $1`,
		`UPDATE dispute_messages SET words = '' WHERE author_id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, accountID); err != nil {
			return err
		}
	}
	return nil
}
