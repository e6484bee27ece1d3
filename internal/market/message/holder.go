package message

import (
	"context"
	"database/sql"
	"time"

	"khadamat/internal/platform/db"
)

// exported is a message as a person takes it home: what they wrote, and what was written to them.
type exported struct {
	BookingID string    `json:"booking_id"`
	Mine      bool      `json:"mine"`
	Text      string    `json:"text"`
	SentAt    time.Time `json:"sent_at"`
	ReadAt    time.Time `json:"read_at,omitzero"`
}

// Export returns the messages that an account wrote and got, the oldest first.
func (s *Service) Export(ctx context.Context, accountID string) (string, any, error) {
	rows, err := s.config.DB.Query(ctx, `SELECT booking_id, sender_id, body, sent_at, read_at FROM messages WHERE sender_id = $1 OR reader_id = $2 ORDER BY sent_at, id`, accountID, accountID)
	all, err := db.Collect(rows, err, func(rows *sql.Rows) (exported, error) {
		var e exported
		var sender string
		err := rows.Scan(&e.BookingID, &sender, &e.Text, db.Time(&e.SentAt), db.Time(&e.ReadAt))
		e.Mine = sender == accountID
		return e, err
	})
	if err != nil || len(all) == 0 {
		return "messages", nil, err
	}
	return "messages", all, nil
}

// Erase takes the words of a person away. That they wrote stays: the other side's messages would make no sense without.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, accountID string) error {
	_, err := tx.Exec(ctx, `UPDATE messages SET body = '' WHERE sender_id = $1`, accountID)
	return err
}
