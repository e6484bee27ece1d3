package account

import (
	"context"
	"database/sql"
	"time"

	"khadamat/internal/platform/db"
)

// Joined is how many accounts of a role were made on a day. Day is the noon of it.
type Joined struct {
	Day   time.Time
	Role  Role
	Count int64
}

const dayMicros = int64(24 * time.Hour / time.Microsecond)

// Joined counts the accounts made in [from, to) by day and role, for statistics; it tells nobody's name. Days are those of UTC moved by
// what zone is ahead at from, which is exact but for the hour that some days have more or less.
func (s *Service) Joined(ctx context.Context, from, to time.Time, zone *time.Location) ([]Joined, error) {
	_, ahead := from.In(zone).Zone()
	moved := (time.Duration(ahead) * time.Second).Microseconds()
	rows, err := s.db.Query(ctx, `SELECT (created_at + $1) / $2 AS day, role, count(*) FROM accounts WHERE created_at >= $3 AND created_at < $4 GROUP BY 1, 2 ORDER BY 1`,
		moved, dayMicros, db.At(from), db.At(to))
	return db.Collect(rows, err, func(rows *sql.Rows) (Joined, error) {
		var j Joined
		var days int64
		err := rows.Scan(&days, &j.Role, &j.Count)
		// Noon, so that no hour more or less moves it into another day.
		j.Day = time.UnixMicro(days*dayMicros + dayMicros/2 - moved).UTC()
		return j, err
	})
}
