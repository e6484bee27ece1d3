package payment

import (
	"context"
	"database/sql"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/db"
)

// exported is what a person gets of a payment of theirs.
type exported struct {
	BookingID  string       `json:"booking_id"`
	Method     Method       `json:"method"`
	Status     Status       `json:"status"`
	Price      money.Amount `json:"price"`
	Captured   money.Amount `json:"captured"`
	Refunded   money.Amount `json:"refunded"`
	Reference  string       `json:"reference,omitempty"` // the processor's
	CreatedAt  time.Time    `json:"created_at"`
	CapturedAt time.Time    `json:"captured_at,omitzero"`
}

// Export returns what a person has paid, or is to pay. It is part of account.Holder.
func (s *Service) Export(ctx context.Context, accountID string) (string, any, error) {
	const name = "payments"
	rows, err := s.config.DB.Query(ctx, `SELECT `+columns+` FROM payments WHERE customer_id = $1 ORDER BY created_at, id`, accountID)
	all, err := db.Collect(rows, err, func(rows *sql.Rows) (exported, error) {
		p, err := scan(rows)
		return exported{p.BookingID, p.Method, p.Status, p.Price, p.Captured, p.Refunded, p.Ref, p.CreatedAt, p.CapturedAt}, err
	})
	if err != nil || len(all) == 0 {
		return name, nil, err
	}
	return name, all, nil
}

// Erase has nothing to take out: a payment names accounts by id and holds no words, and the law asks to keep it. It is part of account.Holder.
func (s *Service) Erase(context.Context, *db.Tx, string) error { return nil }
