package booking

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/db"
)

// referenceLength is how much of the end of an id people see.
const referenceLength = 8

// overseen reads one page of everybody's bookings, the latest start first, and one row more where there is more.
func overseen(ctx context.Context, d *db.DB, f OverseerFilter, after db.Cursor) ([]Booking, error) {
	query := `SELECT ` + columns + ` FROM bookings` + d.Dialect.Using(f.index()) + ` WHERE 1 = 1`
	var args []any
	where := func(condition string, arg any) {
		args = append(args, arg)
		query += fmt.Sprintf(condition, "$"+strconv.Itoa(len(args)))
	}
	if len(f.Statuses) == 1 { // one value lets the index give the order as well
		where(` AND status = %s`, string(f.Statuses[0]))
	} else if len(f.Statuses) > 1 {
		where(` AND status `+d.Dialect.In("%s"), db.List(namesOf(f.Statuses)))
	}
	if f.ProviderID != "" {
		where(` AND provider_id = %s`, f.ProviderID)
	}
	if f.CustomerID != "" {
		where(` AND customer_id = %s`, f.CustomerID)
	}
	if f.CityID != "" {
		where(` AND city_id = %s`, f.CityID)
	}
	if f.Reference != "" {
		where(` AND substr(id, 29) = %s`, strings.ToLower(strings.TrimSpace(f.Reference)))
	}
	if !f.From.IsZero() {
		where(` AND start_at >= %s`, db.At(f.From))
	}
	if !f.To.IsZero() {
		where(` AND start_at < %s`, db.At(f.To))
	}
	if after.ID != "" {
		args = append(args, db.At(after.At), after.ID)
		query += fmt.Sprintf(` AND (start_at, id) < ($%d, $%d)`, len(args)-1, len(args))
	}
	where(` ORDER BY start_at DESC, id DESC LIMIT %s`, f.Limit+1)
	rows, err := d.Query(ctx, query, args...)
	return db.Collect(rows, err, func(rows *sql.Rows) (Booking, error) { return scan(rows) })
}

// index is the one in which the fewest rows stand that a list does not show: few bookings are ever asked for or in progress.
func (f OverseerFilter) index() string {
	switch few := len(f.Statuses) == 1 && (f.Statuses[0] == Requested || f.Statuses[0] == InProgress); {
	case f.Reference != "":
		return "bookings_reference"
	case f.CustomerID != "":
		return "bookings_customer"
	case f.ProviderID != "":
		return "bookings_provider"
	case f.CityID != "" && !few:
		return "bookings_city"
	case len(f.Statuses) == 1:
		return "bookings_status"
	}
	return "bookings_start"
}

func namesOf(statuses []Status) []string {
	names := make([]string, len(statuses))
	for i, s := range statuses {
		names[i] = string(s)
	}
	return names
}

const dayMicros = int64(24 * time.Hour / time.Microsecond)

// dailyTotals counts within an interval throughout which the zone is equally far ahead of UTC.
func dailyTotals(ctx context.Context, d *db.DB, within schedule.Interval, zone *time.Location) ([]Total, error) {
	_, ahead := within.Start.In(zone).Zone()
	rows, err := d.Query(ctx, `SELECT (start_at + $1) / $2 AS day, service_id, provider_id, status, currency, count(*), CAST(sum(price_minor) AS BIGINT) FROM bookings
		WHERE start_at >= $3 AND start_at < $4 GROUP BY 1, service_id, provider_id, status, currency ORDER BY 1`,
		(time.Duration(ahead) * time.Second).Microseconds(), dayMicros, db.At(within.Start), db.At(within.End))
	return db.Collect(rows, err, func(rows *sql.Rows) (Total, error) {
		var t Total
		var days int64
		err := rows.Scan(&days, &t.ServiceID, &t.ProviderID, &t.Status, &t.Gross.Currency, &t.Count, &t.Gross.Minor)
		t.Day = schedule.DateOf(time.UnixMicro(days*dayMicros), time.UTC)
		return t, err
	})
}

// ofProvider reads the bookings of a provider that reach into an interval and have not come to nothing, by start.
func ofProvider(ctx context.Context, d *db.DB, providerID string, within schedule.Interval, limit int) ([]Booking, error) {
	rows, err := d.Query(ctx, `SELECT `+columns+` FROM bookings
		WHERE provider_id = $1 AND start_at > $2 AND start_at < $3 AND end_at > $4 AND status IN ('requested', 'accepted', 'in_progress', 'completed', 'no_show')
		ORDER BY start_at, id LIMIT $5`,
		providerID, db.At(within.Start.Add(-longestBlock)), db.At(within.End), db.At(within.Start), limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (Booking, error) { return scan(rows) })
}

// answersLooked bounds how many requests the response time is of, and the requests that are looked at for them.
const (
	answersLooked  = 50
	requestsLooked = 150
)

// answers reads how long a provider took for the latest requests that they answered, the shortest first.
func answers(ctx context.Context, d *db.DB, providerID string) ([]time.Duration, error) {
	rows, err := d.Query(ctx, `SELECT e.at - b.created_at FROM
		(SELECT id, created_at FROM bookings WHERE provider_id = $1 AND instant = FALSE ORDER BY created_at DESC LIMIT $2) b
		JOIN booking_events e ON e.booking_id = b.id AND e.kind IN ('accepted', 'declined') AND e.actor_side = 'provider'
		ORDER BY b.created_at DESC LIMIT $3`, providerID, requestsLooked, answersLooked)
	took, err := db.Collect(rows, err, func(rows *sql.Rows) (time.Duration, error) {
		var micros int64
		err := rows.Scan(&micros)
		return time.Duration(micros) * time.Microsecond, err
	})
	slices.Sort(took)
	return took, err
}
