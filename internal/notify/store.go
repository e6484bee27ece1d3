package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

const columns = `id, template, args, count, at, read_at`

func scan(row interface{ Scan(...any) error }) (n Notification, err error) {
	err = row.Scan(&n.ID, &n.Template, db.FromJSON(&n.Args), &n.Count, db.Time(&n.At), db.Time(&n.ReadAt))
	return n, err
}

// aboutOf is what a letter is about: the id among its arguments, or "".
func aboutOf(args map[string]Value) string { return args["ID"].Text }

// addressed is a notification with the account that gets it.
type addressed struct {
	accountID string
	Notification
}

// insertAtOnce is how many notifications one statement adds at most.
const insertAtOnce = 4

// insertNotifications adds one new notification, two, and so on.
var insertNotifications = func() (texts [insertAtOnce]string) {
	text := "INSERT INTO notifications (id, account_id, template, about, args, count, at) VALUES "
	for i := range texts {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("($%d, $%d, $%d, $%d, $%d, $%d, $%d)", 7*i+1, 7*i+2, 7*i+3, 7*i+4, 7*i+5, 7*i+6, 7*i+7)
		texts[i] = text
	}
	return texts
}()

func insert(ctx context.Context, tx *db.Tx, fresh []addressed) error {
	for some := range slices.Chunk(fresh, insertAtOnce) {
		values := make([]any, 0, 7*len(some))
		for _, n := range some {
			args, err := db.JSON(n.Args)
			if err != nil {
				return err
			}
			values = append(values, n.ID, n.accountID, string(n.Template), aboutOf(n.Args), args, n.Count, db.At(n.At))
		}
		if _, err := tx.Exec(ctx, insertNotifications[len(some)-1], values...); err != nil {
			return err
		}
	}
	return nil
}

// gatherUnread makes n the news of an unread notification of the same kind about the same thing, where there is one, and says whether.
func gatherUnread(ctx context.Context, tx *db.Tx, accountID string, n *Notification) (bool, error) {
	args, err := db.JSON(n.Args)
	if err != nil {
		return false, err
	}
	err = tx.QueryRow(ctx, `UPDATE notifications SET args = $4, at = $5, count = count + 1
		WHERE id = (SELECT id FROM notifications WHERE account_id = $1 AND read_at IS NULL AND template = $2 AND about = $3 LIMIT 1)
		RETURNING id, count`, accountID, string(n.Template), aboutOf(n.Args), args, db.At(n.At)).Scan(&n.ID, &n.Count)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// gatherFor is how long a burst goes on without a second letter.
const gatherFor = 10 * time.Minute

// gather says whether a letter of a burst is to be mailed: the first one, and one every ten minutes.
func gather(ctx context.Context, tx *db.Tx, letter Letter) (bool, error) {
	result, err := tx.Exec(ctx, `INSERT INTO letters_gathered (account_id, template, about, mailed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, template, about) DO UPDATE SET mailed_at = excluded.mailed_at WHERE letters_gathered.mailed_at <= $5`,
		letter.AccountID, string(letter.Template), aboutOf(letter.Args), db.At(tx.Now), db.At(tx.Now.Add(-gatherFor)))
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

func find(ctx context.Context, q db.Querier, accountID, id string) (Notification, error) {
	unknown := errs.New(errs.NotFound, "error.not_found")
	if !ids.Valid(id) {
		return Notification{}, unknown
	}
	n, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM notifications WHERE id = $1 AND account_id = $2`, id, accountID))
	if errors.Is(err, sql.ErrNoRows) {
		return Notification{}, unknown
	}
	return n, err
}

// list reads the notifications before a place, the newest first.
func list(ctx context.Context, q db.Querier, accountID string, before db.Cursor, limit int) ([]Notification, error) {
	query, args := `SELECT `+columns+` FROM notifications WHERE account_id = $1 ORDER BY at DESC, id DESC LIMIT $2`, []any{accountID, limit}
	if before.ID != "" {
		query = `SELECT ` + columns + ` FROM notifications WHERE account_id = $1 AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $2`
		args = append(args, db.At(before.At), before.ID)
	}
	rows, err := q.Query(ctx, query, args...)
	return db.Collect(rows, err, func(rows *sql.Rows) (Notification, error) { return scan(rows) })
}

// countUnread counts no further than limit.
func countUnread(ctx context.Context, q db.Querier, accountID string, limit int) (count int, err error) {
	err = q.QueryRow(ctx, `SELECT count(*) FROM (SELECT 1 FROM notifications WHERE account_id = $1 AND read_at IS NULL LIMIT $2) AS unread`, accountID, limit).Scan(&count)
	return count, err
}

// markRead also ends the burst that the notification stood for: the next letter of its kind is mailed at once.
func markRead(ctx context.Context, tx *db.Tx, accountID, id string, n Notification) error {
	if _, err := tx.Exec(ctx, `UPDATE notifications SET read_at = $2 WHERE id = $1 AND read_at IS NULL`, id, db.At(tx.Now)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM letters_gathered WHERE account_id = $1 AND template = $2 AND about = $3`, accountID, string(n.Template), aboutOf(n.Args))
	return err
}

func markAllRead(ctx context.Context, tx *db.Tx, accountID string) error {
	if _, err := tx.Exec(ctx, `UPDATE notifications SET read_at = $2 WHERE account_id = $1 AND read_at IS NULL`, accountID, db.At(tx.Now)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM letters_gathered WHERE account_id = $1`, accountID)
	return err
}

// readPreferences returns the zero value and no secret for whoever has chosen nothing yet.
func readPreferences(ctx context.Context, q db.Querier, accountID, lock string) (p Preferences, secret string, err error) {
	err = q.QueryRow(ctx, `SELECT settings, secret FROM notification_preferences WHERE account_id = $1`+lock, accountID).Scan(db.FromJSON(&p), &secret)
	if errors.Is(err, sql.ErrNoRows) {
		return Preferences{}, "", nil
	}
	return p, secret, err
}

// ensurePreferences makes the row of whoever has none, so that there is one to lock and a secret to put into links.
func ensurePreferences(ctx context.Context, tx *db.Tx, accountID, secret string) error {
	_, err := tx.Exec(ctx, `INSERT INTO notification_preferences (account_id, settings, secret, updated_at) VALUES ($1, '{}', $2, $3) ON CONFLICT (account_id) DO NOTHING`,
		accountID, secret, db.At(tx.Now))
	return err
}

func savePreferences(ctx context.Context, tx *db.Tx, accountID string, p Preferences) error {
	settings, err := db.JSON(p)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE notification_preferences SET settings = $2, updated_at = $3 WHERE account_id = $1`, accountID, settings, db.At(tx.Now))
	return err
}

// ownerOf returns whose letters a secret stops; not_found for one that nobody has.
func ownerOf(ctx context.Context, q db.Querier, secret string) (accountID string, err error) {
	unknown := errs.New(errs.NotFound, "notifications.unknown_link")
	if len(secret) != secretLength {
		return "", unknown
	}
	err = q.QueryRow(ctx, `SELECT account_id FROM notification_preferences WHERE secret = $1`, secret).Scan(&accountID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", unknown
	}
	return accountID, err
}

// recordReminder notes a reminder and says whether it is the first of its kind for that booking and start.
func recordReminder(ctx context.Context, tx *db.Tx, bookingID string, start time.Time, kind Template) (bool, error) {
	result, err := tx.Exec(ctx, `INSERT INTO reminders (booking_id, start_at, kind, sent_at) VALUES ($1, $2, $3, $4) ON CONFLICT (booking_id, start_at, kind) DO NOTHING`,
		bookingID, db.At(start), string(kind), db.At(tx.Now))
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

func reminded(ctx context.Context, q db.Querier, bookingID string, start time.Time, kind Template) (found bool, err error) {
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM reminders WHERE booking_id = $1 AND start_at = $2 AND kind = $3)`, bookingID, db.At(start), string(kind)).Scan(&found)
	return found, err
}

func prune(ctx context.Context, tx *db.Tx) error {
	for _, old := range []struct {
		statement string
		before    time.Time
	}{
		{`DELETE FROM notifications WHERE at < $1`, tx.Now.Add(-keptUnread)},
		{`DELETE FROM notifications WHERE at < $1 AND read_at IS NOT NULL`, tx.Now.Add(-keptRead)},
		{`DELETE FROM letters_gathered WHERE mailed_at < $1`, tx.Now.Add(-gatherFor)},
		{`DELETE FROM reminders WHERE start_at < $1`, tx.Now.Add(-keptReminder)},
	} {
		if _, err := tx.Exec(ctx, old.statement, db.At(old.before)); err != nil {
			return err
		}
	}
	return nil
}

// erase deletes everything that was said to somebody, and what they chose.
func erase(ctx context.Context, tx *db.Tx, accountID string) error {
	for _, statement := range []string{
		`DELETE FROM notifications WHERE account_id = $1`,
		`DELETE FROM letters_gathered WHERE account_id = $1`,
		`DELETE FROM notification_preferences WHERE account_id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, accountID); err != nil {
			return err
		}
	}
	return nil
}
