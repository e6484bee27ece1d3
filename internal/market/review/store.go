package review

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

var errNotFound = errs.New(errs.NotFound, "review.not_found")

const columns = `id, booking_id, side, author_id, subject_id, provider_id, customer_name, provider_name, service, stars, words, public_at,
	counted, reply, replied_at, reported_at, removed_at, removed_reason, created_at, updated_at`

var columnNames = strings.Fields(strings.ReplaceAll(columns, ",", " "))

func scan(row interface{ Scan(...any) error }) (r Review, err error) {
	return r, row.Scan(&r.ID, &r.BookingID, &r.Side, &r.AuthorID, &r.SubjectID, &r.ProviderID, &r.CustomerName, &r.ProviderName, db.FromJSON(&r.Service),
		&r.Stars, &r.Words, db.Time(&r.PublicAt), &r.Counted, db.NullText(&r.Reply), db.Time(&r.RepliedAt), db.Time(&r.ReportedAt),
		db.Time(&r.RemovedAt), db.NullText(&r.RemovedWhy), db.Time(&r.CreatedAt), db.Time(&r.UpdatedAt))
}

func collect(rows *sql.Rows, err error) ([]Review, error) {
	return db.Collect(rows, err, func(rows *sql.Rows) (Review, error) { return scan(rows) })
}

func values(r Review) ([]any, error) {
	service, err := db.JSON(r.Service)
	return []any{r.ID, r.BookingID, string(r.Side), r.AuthorID, r.SubjectID, r.ProviderID, r.CustomerName, r.ProviderName, service, r.Stars, r.Words, db.At(r.PublicAt),
		r.Counted, replyOf(r), db.At(r.RepliedAt), db.At(r.ReportedAt), db.At(r.RemovedAt), db.Text(r.RemovedWhy), db.At(r.CreatedAt), db.At(r.UpdatedAt)}, err
}

// replyOf is NULL while nobody has replied; the reply of who was erased is empty.
func replyOf(r Review) any {
	if r.RepliedAt.IsZero() {
		return nil
	}
	return r.Reply
}

func insert(ctx context.Context, tx *db.Tx, r Review) error {
	row, err := values(r)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO reviews (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`, row...)
	return err
}

// save stores what the verbs may change.
func save(ctx context.Context, tx *db.Tx, r Review) error {
	_, err := tx.Exec(ctx, `UPDATE reviews SET stars = $2, words = $3, public_at = $4, counted = $5, reply = $6, replied_at = $7, reported_at = $8,
		removed_at = $9, removed_reason = $10, updated_at = $11 WHERE id = $1`,
		r.ID, r.Stars, r.Words, db.At(r.PublicAt), r.Counted, replyOf(r), db.At(r.RepliedAt), db.At(r.ReportedAt), db.At(r.RemovedAt), db.Text(r.RemovedWhy), db.At(r.UpdatedAt))
	return err
}

func find(ctx context.Context, q db.Querier, id string) (Review, error) {
	if !ids.Valid(id) {
		return Review{}, errNotFound
	}
	r, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM reviews WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Review{}, errNotFound
	}
	return r, err
}

// ofBooking reads what the two sides of a booking wrote, by who did.
func ofBooking(ctx context.Context, q db.Querier, bookingID string) (map[booking.Side]*Review, error) {
	found, err := collect(q.Query(ctx, `SELECT `+columns+` FROM reviews WHERE booking_id = $1`, bookingID))
	both := make(map[booking.Side]*Review, len(found))
	for i := range found {
		both[found[i].Side] = &found[i]
	}
	return both, err
}

// list reads what a condition picks, the newest first by the column that orders, from behind a cursor.
func list(ctx context.Context, q db.Querier, order string, from db.Cursor, limit int, condition string, args ...any) ([]Review, error) {
	if from.ID != "" {
		args = append(args, db.At(from.At), from.ID)
		condition += fmt.Sprintf(` AND (%s, id) < ($%d, $%d)`, order, len(args)-1, len(args))
	}
	args = append(args, limit)
	return collect(q.Query(ctx, fmt.Sprintf(`SELECT `+columns+` FROM reviews WHERE %s ORDER BY %s DESC, id DESC LIMIT $%d`, condition, order, len(args)), args...))
}

func ofProvider(ctx context.Context, d *db.DB, providerID string, stars int, now time.Time, from db.Cursor, limit int) ([]Review, error) {
	condition, args := `provider_id = $1 AND side = 'customer' AND removed_at IS NULL AND public_at <= $2`, []any{providerID, db.At(now)}
	if stars != 0 {
		condition, args = condition+` AND stars = $3`, append(args, stars)
	}
	return list(ctx, d, "public_at", from, limit, condition, args...)
}

func own(ctx context.Context, d *db.DB, providerID, subjectID string, replied bool, now time.Time, from db.Cursor, limit int) ([]Review, error) {
	condition := `provider_id = $1 AND subject_id = $2 AND side = 'customer' AND removed_at IS NULL AND public_at <= $3 AND replied_at IS NULL`
	if replied {
		condition = `provider_id = $1 AND subject_id = $2 AND side = 'customer' AND removed_at IS NULL AND public_at <= $3 AND replied_at IS NOT NULL`
	}
	return list(ctx, d, "public_at", from, limit, condition, providerID, subjectID, db.At(now))
}

func about(ctx context.Context, d *db.DB, subjectID string, by booking.Side, now time.Time, from db.Cursor, limit int) ([]Review, error) {
	return list(ctx, d, "public_at", from, limit, `subject_id = $1 AND side = $2 AND removed_at IS NULL AND public_at <= $3`, subjectID, string(by), db.At(now))
}

func aboutByStars(ctx context.Context, d *db.DB, subjectID string, by booking.Side, now time.Time) (Summary, error) {
	return byStars(d.Query(ctx, `SELECT stars, count(*) FROM reviews WHERE subject_id = $1 AND side = $2 AND removed_at IS NULL AND public_at <= $3 GROUP BY stars`,
		subjectID, string(by), db.At(now)))
}

func byAuthor(ctx context.Context, d *db.DB, authorID string, from db.Cursor, limit int) ([]Review, error) {
	return list(ctx, d, "created_at", from, limit, `author_id = $1`, authorID)
}

// writtenBy says which of the bookings an account has reviewed.
func writtenBy(ctx context.Context, d *db.DB, authorID string, bookings []booking.Booking) (map[string]bool, error) {
	if len(bookings) == 0 {
		return nil, nil
	}
	names := make([]string, len(bookings))
	for i, b := range bookings {
		names[i] = b.ID
	}
	// Whose they are is looked at here: one booking has two at most, one author may have thousands.
	rows, err := d.Query(ctx, `SELECT booking_id, author_id FROM reviews WHERE booking_id `+d.Dialect.In("$1"), db.List(names))
	written := map[string]bool{}
	_, err = db.Collect(rows, err, func(rows *sql.Rows) (id string, err error) {
		var author string
		err = rows.Scan(&id, &author)
		written[id] = written[id] || author == authorID
		return id, err
	})
	return written, err
}

// due reads the providers that have reviews to publish, those that have waited longest first.
func due(ctx context.Context, d *db.DB, now time.Time, limit int) ([]string, error) {
	rows, err := d.Query(ctx, `SELECT provider_id FROM reviews WHERE NOT counted AND public_at <= $1 ORDER BY public_at LIMIT $2`, db.At(now), limit)
	all, err := db.Collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
	var once []string
	seen := map[string]bool{}
	for _, id := range all {
		if !seen[id] {
			seen[id] = true
			once = append(once, id)
		}
	}
	return once, err
}

func dueOf(ctx context.Context, tx *db.Tx, providerID string, now time.Time, limit int) ([]*Review, error) {
	found, err := collect(tx.Query(ctx, `SELECT `+columns+` FROM reviews WHERE provider_id = $1 AND NOT counted AND public_at <= $2 ORDER BY public_at LIMIT $3`, providerID, db.At(now), limit))
	fresh := make([]*Review, len(found))
	for i := range found {
		fresh[i] = &found[i]
	}
	return fresh, err
}

// counted counts a provider's reviews from the rows themselves.
func counted(ctx context.Context, tx *db.Tx, providerID string) (Summary, error) {
	return byStars(tx.Query(ctx, `SELECT stars, count(*) FROM reviews WHERE provider_id = $1 AND side = 'customer' AND removed_at IS NULL AND counted GROUP BY stars`, providerID))
}

func byStars(rows *sql.Rows, err error) (Summary, error) {
	var s Summary
	type group struct {
		stars int
		n     int64
	}
	groups, err := db.Collect(rows, err, func(rows *sql.Rows) (g group, err error) { return g, rows.Scan(&g.stars, &g.n) })
	for _, g := range groups {
		s.add(g.stars, g.n)
	}
	return s, err
}

// countsOf reads the counts and adds what has become public since they were last brought up to date.
func countsOf(ctx context.Context, d *db.DB, providerID string, now time.Time) (Summary, error) {
	s, err := byStars(d.Query(ctx, `SELECT stars, count(*) FROM reviews WHERE provider_id = $1 AND NOT counted AND public_at <= $2 AND side = 'customer' AND removed_at IS NULL GROUP BY stars`,
		providerID, db.At(now)))
	if err != nil {
		return s, err
	}
	var kept [5]int64
	err = d.QueryRow(ctx, `SELECT one, two, three, four, five FROM review_counts WHERE provider_id = $1`, providerID).Scan(&kept[0], &kept[1], &kept[2], &kept[3], &kept[4])
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s, err
	}
	for i, n := range kept {
		s.add(i+1, n)
	}
	return s, nil
}

func saveCounts(ctx context.Context, tx *db.Tx, providerID string, s Summary) error {
	_, err := tx.Exec(ctx, `INSERT INTO review_counts (provider_id, one, two, three, four, five) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (provider_id) DO UPDATE SET one = excluded.one, two = excluded.two, three = excluded.three, four = excluded.four, five = excluded.five`,
		providerID, s.Stars[0], s.Stars[1], s.Stars[2], s.Stars[3], s.Stars[4])
	return err
}

func insertReport(ctx context.Context, tx *db.Tx, r Report) error {
	_, err := tx.Exec(ctx, `INSERT INTO review_reports (id, review_id, reporter_id, reason, words, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		r.ID, r.ReviewID, r.ReporterID, string(r.Reason), r.Words, db.At(r.CreatedAt))
	return err
}

func closeReports(ctx context.Context, tx *db.Tx, reviewID string, now time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE review_reports SET closed_at = $2 WHERE review_id = $1 AND closed_at IS NULL`, reviewID, db.At(now))
	return err
}

// reported reads the reviews that wait for an operator, the longest waiting first.
func reported(ctx context.Context, d *db.DB, from db.Cursor, limit int) ([]Review, error) {
	query, args := `SELECT `+columns+` FROM reviews WHERE reported_at IS NOT NULL`, []any{}
	if from.ID != "" {
		query, args = query+` AND (reported_at, id) > ($1, $2)`, []any{db.At(from.At), from.ID}
	}
	args = append(args, limit)
	return collect(d.Query(ctx, query+fmt.Sprintf(` ORDER BY reported_at, id LIMIT $%d`, len(args)), args...))
}

const reportColumns = `id, review_id, reporter_id, reason, words, created_at, closed_at`

func collectReports(rows *sql.Rows, err error) ([]Report, error) {
	return db.Collect(rows, err, func(rows *sql.Rows) (r Report, err error) {
		return r, rows.Scan(&r.ID, &r.ReviewID, &r.ReporterID, &r.Reason, &r.Words, db.Time(&r.CreatedAt), db.Time(&r.ClosedAt))
	})
}

// openReports reads what was said about each of the reviews and waits for an answer.
func openReports(ctx context.Context, d *db.DB, reviews []Review) (map[string][]Report, error) {
	names := make([]string, len(reviews))
	for i, r := range reviews {
		names[i] = r.ID
	}
	found, err := collectReports(d.Query(ctx, `SELECT `+reportColumns+` FROM review_reports WHERE review_id `+d.Dialect.In("$1")+` AND closed_at IS NULL ORDER BY created_at, id`, db.List(names)))
	byReview := map[string][]Report{}
	for _, r := range found {
		byReview[r.ReviewID] = append(byReview[r.ReviewID], r)
	}
	return byReview, err
}
