package booking

import (
	"context"
	"database/sql"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// exportedBooking is a booking as the file has it that people get of themselves: their own part, and of the other side no more than
// the name that they agreed with.
type exportedBooking struct {
	ID        string       `json:"id"`
	As        Side         `json:"as"`
	With      string       `json:"with"`
	Status    Status       `json:"status"`
	Start     time.Time    `json:"start"`
	End       time.Time    `json:"end"`
	Service   string       `json:"service"`
	Price     money.Amount `json:"price"`
	Address   string       `json:"address,omitempty"`
	Note      string       `json:"note,omitempty"`
	CreatedAt time.Time    `json:"created_at"`
	Said      []string     `json:"said,omitempty"` // the reasons that the person gave
}

// Export is account.Holder: every booking on either side, the latest first.
func (s *Service) Export(ctx context.Context, accountID string) (string, any, error) {
	bookings, err := ofAccount(ctx, s.config.DB, accountID)
	if err != nil || len(bookings) == 0 {
		return "bookings", nil, err
	}
	said, err := reasonsOf(ctx, s.config.DB, accountID)
	if err != nil {
		return "bookings", nil, err
	}
	out := make([]exportedBooking, len(bookings))
	for i, b := range bookings {
		side, _ := b.SideOf(accountID)
		out[i] = exportedBooking{
			ID: b.ID, As: side, With: b.Details.ProviderName, Status: b.Status, Start: b.Start, End: b.End, Service: b.Details.Title.In("fr"), Price: b.Price,
			Address: b.Details.Address, Note: b.Details.Note, CreatedAt: b.CreatedAt, Said: said[b.ID],
		}
		if side == ProviderSide { // where the customer lives, and what they wrote, is theirs
			out[i].With, out[i].Address, out[i].Note = b.Details.CustomerName, "", ""
		}
	}
	return "bookings", out, nil
}

// Erase is account.Holder: bookings stay, since the other side has them too, without the person's name, address and words. It returns
// conflict while one is open, since somebody counts on it.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, accountID string) error {
	open, err := countOpen(ctx, tx, accountID)
	if err != nil {
		return err
	}
	if open > 0 {
		return errs.New(errs.Conflict, "account.erase_bookings_open").With(errs.Args{"Count": open})
	}
	person, err := s.config.Accounts.Account(ctx, accountID)
	if err != nil {
		return err
	}
	bookings, err := ofAccount(ctx, tx, accountID)
	if err != nil {
		return err
	}
	for _, b := range bookings {
		if side, _ := b.SideOf(accountID); side == CustomerSide {
			b.Details.CustomerName, b.Details.Address, b.Details.Note = account.ErasedName(person.Language), "", ""
		} else {
			b.Details.ProviderName = account.ErasedName(person.Language)
		}
		if err := rewriteDetails(ctx, tx, b); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE booking_events SET reason = NULL WHERE actor_id = $1 AND reason IS NOT NULL`, accountID)
	return err
}

// ofAccount returns all bookings of somebody, on either side, the latest first.
func ofAccount(ctx context.Context, q db.Querier, accountID string) ([]Booking, error) {
	rows, err := q.Query(ctx, `SELECT `+columns+` FROM bookings WHERE customer_id = $1 UNION ALL
		SELECT `+columns+` FROM bookings WHERE provider_account_id = $1 AND customer_id <> $1 ORDER BY start_at DESC, id DESC`, accountID)
	return db.Collect(rows, err, func(rows *sql.Rows) (Booking, error) { return scan(rows) })
}

func countOpen(ctx context.Context, q db.Querier, accountID string) (n int, err error) {
	const open = `status IN ('requested', 'accepted', 'in_progress')`
	err = q.QueryRow(ctx, `SELECT (SELECT count(*) FROM bookings WHERE customer_id = $1 AND `+open+`) +
		(SELECT count(*) FROM bookings WHERE provider_account_id = $1 AND customer_id <> $1 AND `+open+`)`, accountID).Scan(&n)
	return n, err
}

// reasonsOf returns what somebody gave as reasons, by booking.
func reasonsOf(ctx context.Context, q db.Querier, accountID string) (map[string][]string, error) {
	type reason struct{ bookingID, text string }
	rows, err := q.Query(ctx, `SELECT booking_id, reason FROM booking_events WHERE actor_id = $1 AND reason IS NOT NULL ORDER BY at, id`, accountID)
	all, err := db.Collect(rows, err, func(rows *sql.Rows) (r reason, err error) { return r, rows.Scan(&r.bookingID, &r.text) })
	said := make(map[string][]string, len(all))
	for _, r := range all {
		said[r.bookingID] = append(said[r.bookingID], r.text)
	}
	return said, err
}

func rewriteDetails(ctx context.Context, tx *db.Tx, b Booking) error {
	details, err := db.JSON(b.Details)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE bookings SET details = $2, updated_at = $3 WHERE id = $1`, b.ID, details, db.At(tx.Now))
	return err
}
