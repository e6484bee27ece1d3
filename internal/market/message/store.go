package message

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"khadamat/internal/platform/db"
)

const rateWindow = time.Hour

const columns = `id, booking_id, sender_id, reader_id, side, body, sent_at, read_at`

var columnNames = strings.Split(columns, ", ")

func scan(row interface{ Scan(...any) error }) (Message, error) {
	var m Message
	err := row.Scan(&m.ID, &m.BookingID, &m.SenderID, &m.ReaderID, &m.Side, &m.Text, db.Time(&m.SentAt), db.Time(&m.ReadAt))
	return m, err
}

func values(m Message) []any {
	return []any{m.ID, m.BookingID, m.SenderID, m.ReaderID, string(m.Side), m.Text, db.At(m.SentAt), db.At(m.ReadAt)}
}

func insert(ctx context.Context, tx *db.Tx, m Message) error {
	_, err := tx.Exec(ctx, `INSERT INTO messages (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, values(m)...)
	return err
}

func find(ctx context.Context, d *db.DB, id string) (Message, error) {
	return scan(d.QueryRow(ctx, `SELECT `+columns+` FROM messages WHERE id = $1`, id))
}

// InsertMany adds messages as they are and tells nobody, for filling a database.
func InsertMany(ctx context.Context, tx *db.Tx, all []Message) error {
	rows := make([][]any, len(all))
	for i, m := range all {
		rows[i] = values(m)
	}
	return tx.InsertMany(ctx, "messages", columnNames, rows)
}

// latest reads the last messages before a cursor, the oldest first.
func latest(ctx context.Context, d *db.DB, bookingID string, before db.Cursor, limit int) ([]Message, error) {
	at, id := before.Backwards()
	rows, err := d.Query(ctx, `SELECT `+columns+` FROM messages WHERE booking_id = $1 AND (sent_at, id) < ($2, $3) ORDER BY sent_at DESC, id DESC LIMIT $4`,
		bookingID, at, id, limit)
	found, err := db.Collect(rows, err, func(rows *sql.Rows) (Message, error) { return scan(rows) })
	slices.Reverse(found)
	return found, err
}

// wholeLimit bounds what is read of one thread at once. Two people who write as much as they may need a day for it.
const wholeLimit = 1000

// whole reads the end of a thread as far as it is reasonable.
func whole(ctx context.Context, d *db.DB, bookingID string) ([]Message, error) {
	return latest(ctx, d, bookingID, db.Cursor{}, wholeLimit)
}

func sentSince(ctx context.Context, tx *db.Tx, bookingID, senderID string, since time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM messages WHERE booking_id = $1 AND sender_id = $2 AND sent_at > $3`, bookingID, senderID, db.At(since)).Scan(&n)
	return n, err
}

func unreadSince(ctx context.Context, tx *db.Tx, bookingID, readerID string, since time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM messages WHERE reader_id = $1 AND booking_id = $2 AND read_at IS NULL AND sent_at > $3`, readerID, bookingID, db.At(since)).Scan(&n)
	return n, err
}

func anyUnread(ctx context.Context, d *db.DB, bookingID, readerID string) (bool, error) {
	var one int
	err := d.QueryRow(ctx, `SELECT 1 FROM messages WHERE reader_id = $1 AND booking_id = $2 AND read_at IS NULL LIMIT 1`, readerID, bookingID).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// markRead marks what waits for a reader and returns who wrote it.
func markRead(ctx context.Context, tx *db.Tx, bookingID, readerID string) ([]string, error) {
	rows, err := tx.Query(ctx, `UPDATE messages SET read_at = $1 WHERE reader_id = $2 AND booking_id = $3 AND read_at IS NULL RETURNING sender_id`,
		db.At(tx.Now), readerID, bookingID)
	senders, err := db.Collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
	slices.Sort(senders)
	return slices.Compact(senders), err
}

// unreadBookings bounds how many bookings a reader is told of.
const unreadBookings = 500

func unread(ctx context.Context, d *db.DB, readerID string) (map[string]int, error) {
	rows, err := d.Query(ctx, `SELECT booking_id, count(*) FROM messages WHERE reader_id = $1 AND read_at IS NULL GROUP BY booking_id LIMIT $2`, readerID, unreadBookings)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		counts[id] = n
	}
	return counts, rows.Err()
}
