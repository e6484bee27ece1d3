package booking

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// The states in which a booking holds its provider's time; the migrations' overlap rule names the same.
const holding = `('accepted', 'in_progress', 'completed')`

const columns = `id, customer_id, provider_id, provider_account_id, service_id, status, start_at, end_at, block_start, block_end,
	instant, policy, price_minor, refund_minor, currency, details, proposal, expires_at, created_at, updated_at`

// A row has one column more than is read: the city of the details, to be looked for.
var columnNames = append(strings.Fields(strings.ReplaceAll(columns, ",", " ")), "city_id")

func scan(row interface{ Scan(...any) error }) (Booking, error) {
	var b Booking
	var refund sql.NullInt64
	var proposal Proposal
	err := row.Scan(&b.ID, &b.CustomerID, &b.ProviderID, &b.ProviderAccountID, &b.ServiceID, &b.Status,
		db.Time(&b.Start), db.Time(&b.End), db.Time(&b.Block.Start), db.Time(&b.Block.End), &b.Instant, &b.Policy,
		&b.Price.Minor, &refund, &b.Price.Currency, db.FromJSON(&b.Details), db.FromJSON(&proposal), db.Time(&b.ExpiresAt), db.Time(&b.CreatedAt), db.Time(&b.UpdatedAt))
	if refund.Valid {
		amount := money.Of(refund.Int64, b.Price.Currency)
		b.Refund = &amount
	}
	if proposal.By != "" {
		b.Proposal = &proposal
	}
	return b, err
}

func values(b Booking) ([]any, error) {
	details, err := db.JSON(b.Details)
	if err != nil {
		return nil, err
	}
	refund, proposal, err := changing(b)
	if err != nil {
		return nil, err
	}
	return []any{b.ID, b.CustomerID, b.ProviderID, b.ProviderAccountID, b.ServiceID, string(b.Status), db.At(b.Start), db.At(b.End), db.At(b.Block.Start), db.At(b.Block.End),
		b.Instant, string(b.Policy), b.Price.Minor, refund, string(b.Price.Currency), details, proposal, db.At(b.ExpiresAt), db.At(b.CreatedAt), db.At(b.UpdatedAt), b.Details.CityID}, nil
}

// changing returns the nullable columns of a booking: its refund and its open proposal.
func changing(b Booking) (refund, proposal any, err error) {
	if b.Refund != nil {
		refund = b.Refund.Minor
	}
	if b.Proposal != nil {
		if proposal, err = db.JSON(b.Proposal); err != nil {
			return nil, nil, err
		}
	}
	return refund, proposal, nil
}

const insertBooking = `INSERT INTO bookings (` + columns + `, city_id)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`

// insert adds a booking; a time that another one holds is conflict.
func insert(ctx context.Context, tx *db.Tx, b Booking) error {
	row, err := values(b)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertBooking, row...)
	return refusedOverlap(err)
}

// save stores what the verbs may change.
func save(ctx context.Context, tx *db.Tx, b Booking) error {
	refund, proposal, err := changing(b)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE bookings SET status = $2, start_at = $3, end_at = $4, block_start = $5, block_end = $6, refund_minor = $7, proposal = $8,
		expires_at = $9, updated_at = $10 WHERE id = $1`,
		b.ID, string(b.Status), db.At(b.Start), db.At(b.End), db.At(b.Block.Start), db.At(b.Block.End), refund, proposal, db.At(b.ExpiresAt), db.At(b.UpdatedAt))
	return refusedOverlap(err)
}

var errSlotTaken = &errs.Error{Code: errs.Conflict, Key: "schedule.slot_taken", Fields: []errs.Field{{Name: "start", Key: "schedule.slot_taken"}}}

func refusedOverlap(err error) error {
	if db.IsOverlap(err) {
		refused := *errSlotTaken
		refused.Cause = err
		return &refused
	}
	return err
}

// find reads one booking.
func find(ctx context.Context, q db.Querier, id string) (Booking, error) {
	if !ids.Valid(id) {
		return Booking{}, errNotFound
	}
	b, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM bookings WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Booking{}, errNotFound
	}
	return b, err
}

// hold reads a booking that the transaction will change. Nobody else changes the provider's bookings until it ends.
func hold(ctx context.Context, tx *db.Tx, id string) (Booking, error) {
	b, err := find(ctx, tx, id)
	if err != nil || tx.Dialect() == db.SQLite {
		return b, err
	}
	if err := lockCalendar(ctx, tx, b.ProviderID); err != nil {
		return b, err
	}
	return find(ctx, tx, id)
}

// lockCalendar has changes of one provider's held times take turns. Without it the database would still refuse every overlap, but
// transactions that accept neighbours would wait for each other in a circle.
func lockCalendar(ctx context.Context, tx *db.Tx, providerID string) error {
	return tx.Lock(ctx, "booking.calendar:"+providerID)
}

var errNotFound = errs.New(errs.NotFound, "booking.not_found")

// rivals reads the requests of the same provider whose time overlaps b's.
func rivals(ctx context.Context, tx *db.Tx, b Booking) ([]Booking, error) {
	from, to := around(b.Block)
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM bookings`+tx.Dialect().Using("bookings_provider")+`
		WHERE provider_id = $1 AND status = 'requested' AND block_end > $2 AND block_start < $3 AND start_at > $4 AND start_at < $5 AND id <> $6 ORDER BY id`,
		b.ProviderID, db.At(b.Block.Start), db.At(b.Block.End), from, to, b.ID)
	return db.Collect(rows, err, func(rows *sql.Rows) (Booking, error) { return scan(rows) })
}

// longestBlock is what the table's check allows; it bounds which bookings can touch an interval.
const longestBlock = 48 * time.Hour

func around(i schedule.Interval) (from, to any) {
	return db.At(i.Start.Add(-longestBlock)), db.At(i.End.Add(longestBlock))
}

// busy reads the blocks that hold the providers' time within the interval, but for that of one booking where it is named.
func busy(ctx context.Context, d *db.DB, providerIDs []string, within schedule.Interval, exceptID string) (map[string][]schedule.Interval, error) {
	from, to := around(within)
	who, condition := db.List(providerIDs), d.Dialect.In("$1")
	if len(providerIDs) == 1 {
		who, condition = providerIDs[0], "= $1"
	}
	query := `SELECT provider_id, block_start, block_end FROM bookings` + d.Dialect.Using("bookings_holding") + `
		WHERE provider_id ` + condition + ` AND status IN ` + holding + ` AND block_end > $2 AND block_start < $3 AND start_at > $4 AND start_at < $5`
	args := []any{who, db.At(within.Start), db.At(within.End), from, to}
	if exceptID != "" { // the index has all that the plain query asks for; this one reads the rows
		query += ` AND id <> $6`
		args = append(args, exceptID)
	}
	rows, err := d.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	blocks := make(map[string][]schedule.Interval, len(providerIDs))
	for rows.Next() {
		var id string
		var block schedule.Interval
		if err := rows.Scan(&id, db.Time(&block.Start), db.Time(&block.End)); err != nil {
			return nil, err
		}
		blocks[id] = append(blocks[id], block)
	}
	return blocks, rows.Err()
}

// due reads the requests that have run out of time, the oldest first.
func due(ctx context.Context, d *db.DB, now time.Time, limit int) ([]string, error) {
	rows, err := d.Query(ctx, `SELECT id FROM bookings WHERE status = 'requested' AND expires_at <= $1 ORDER BY expires_at LIMIT $2`, db.At(now), limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
}

// list reads one page of the bookings of a customer's account or of a provider, by f.Side, and one row more where there is more.
func list(ctx context.Context, d *db.DB, ownerID string, f Filter, after db.Cursor) ([]Booking, error) {
	owner, order, compare := "customer_id", "ASC", ">"
	if f.Side == ProviderSide {
		owner = "provider_id"
	}
	if f.Descending {
		order, compare = "DESC", "<"
	}
	query := `SELECT ` + columns + ` FROM bookings WHERE ` + owner + ` = $1`
	args := []any{ownerID}
	where := func(condition string, arg any) {
		args = append(args, arg)
		query += fmt.Sprintf(condition, len(args))
	}
	if len(f.Statuses) > 0 {
		args = append(args, db.List(namesOf(f.Statuses)))
		query += ` AND status ` + d.Dialect.In("$"+strconv.Itoa(len(args)))
	}
	if !f.From.IsZero() {
		where(` AND start_at >= $%d`, db.At(f.From))
	}
	if !f.To.IsZero() {
		where(` AND start_at < $%d`, db.At(f.To))
	}
	if after.ID != "" {
		args = append(args, db.At(after.At), after.ID)
		query += fmt.Sprintf(` AND (start_at, id) %s ($%d, $%d)`, compare, len(args)-1, len(args))
	}
	args = append(args, f.Limit+1)
	query += fmt.Sprintf(` ORDER BY start_at %s, id %s LIMIT $%d`, order, order, len(args))
	rows, err := d.Query(ctx, query, args...)
	return db.Collect(rows, err, func(rows *sql.Rows) (Booking, error) { return scan(rows) })
}

const insertEventRow = `INSERT INTO booking_events (id, booking_id, at, actor_id, actor_side, kind, status, reason, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

var eventColumns = []string{"id", "booking_id", "at", "actor_id", "actor_side", "kind", "status", "reason", "data"}

// eventData is what an event keeps beside its columns.
type eventData struct {
	Start  time.Time     `json:"start,omitzero"`
	Refund *money.Amount `json:"refund,omitempty"`
}

func eventValues(e Event) ([]any, error) {
	data, err := db.JSON(eventData{e.Start, e.Refund})
	return []any{e.ID, e.BookingID, db.At(e.At), db.Text(e.ActorID), string(e.Side), string(e.Kind), string(e.Status), db.Text(e.Reason), data}, err
}

func insertEvent(ctx context.Context, tx *db.Tx, e Event) error {
	row, err := eventValues(e)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertEventRow, row...)
	return err
}

func events(ctx context.Context, q db.Querier, bookingID string) ([]Event, error) {
	rows, err := q.Query(ctx, `SELECT id, booking_id, at, actor_id, actor_side, kind, status, reason, data FROM booking_events WHERE booking_id = $1 ORDER BY at, id`, bookingID)
	return db.Collect(rows, err, func(rows *sql.Rows) (Event, error) {
		var e Event
		var data eventData
		err := rows.Scan(&e.ID, &e.BookingID, db.Time(&e.At), db.NullText(&e.ActorID), &e.Side, &e.Kind, &e.Status, db.NullText(&e.Reason), db.FromJSON(&data))
		e.Start, e.Refund = data.Start, data.Refund
		return e, err
	})
}
