package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/db"
)

// DayTotal is what stood on all accounts of a kind in a currency when a day was over. A debit balance is positive.
type DayTotal struct {
	Day     time.Time // its first moment
	Kind    Kind
	Balance money.Amount
}

// Daily returns the closing balances of kinds for each day of a zone that begins in [from, to): by day, then as kinds are given, then by
// currency. Days on which nothing was posted have the balance of the day before.
func (b *Book) Daily(ctx context.Context, kinds []Kind, from, to time.Time, zone *time.Location) ([]DayTotal, error) {
	from = startOfDay(from.In(zone), 0)
	if !from.Before(to) {
		return nil, nil
	}
	var days []time.Time
	for day := from; day.Before(to); day = startOfDay(day, 1) {
		days = append(days, day)
	}
	args := []any{from.UnixMicro(), listed(kinds)}
	day := "CASE"
	for _, s := range regular(append(days, startOfDay(days[len(days)-1], 1))) {
		args = append(args, s.until, s.first, s.start, s.length)
		n := len(args)
		day += fmt.Sprintf(" WHEN at < $%d THEN CAST($%d AS BIGINT) + (at - CAST($%d AS BIGINT)) / CAST($%d AS BIGINT)", n-3, n-2, n-1, n)
	}
	day += fmt.Sprintf(" ELSE %d END", len(days))
	condition := "kind " + b.dialect.In("$2")
	// What stands now and what was posted on each day are read at once: a closing balance is the one less what came after.
	rows, err := b.db.Query(ctx, `SELECT kind, currency, day, CAST(sum(minor) AS BIGINT) FROM (
			SELECT kind, currency, -1 AS day, minor FROM ledger_balances WHERE `+condition+`
			UNION ALL SELECT kind, currency, -1 AS day, minor FROM ledger_waiting WHERE `+condition+`
			UNION ALL SELECT kind, currency, `+day+` AS day, minor FROM ledger_postings WHERE `+condition+` AND at >= $1) AS parts
		GROUP BY kind, currency, day`, args...)
	standing, moved := map[kindIn]int64{}, map[kindIn]map[int]int64{}
	_, err = db.Collect(rows, err, func(rows *sql.Rows) (of kindIn, err error) {
		var day int
		var minor int64
		if err := rows.Scan((*string)(&of.kind), (*string)(&of.currency), &day, &minor); err != nil {
			return of, err
		}
		if day < 0 {
			standing[of] = minor
			return of, nil
		}
		if moved[of] == nil {
			moved[of] = map[int]int64{}
		}
		moved[of][day] = minor
		return of, nil
	})
	return closings(kinds, days, standing, moved), err
}

// stretch is a run of days of the same length, in microseconds: from the start of the day numbered first until another length begins.
type stretch struct{ first, start, length, until int64 }

// regular cuts days, of which the last is only the end, into stretches. Where clocks change, a day is a stretch by itself.
func regular(days []time.Time) []stretch {
	var all []stretch
	for i := range len(days) - 1 {
		start, until := days[i].UnixMicro(), days[i+1].UnixMicro()
		if n := len(all); n > 0 && all[n-1].length == until-start {
			all[n-1].until = until
			continue
		}
		all = append(all, stretch{int64(i), start, until - start, until})
	}
	return all
}

type kindIn struct {
	kind     Kind
	currency money.Currency
}

// startOfDay is the first moment of the day that many days later.
func startOfDay(t time.Time, days int) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day+days, 0, 0, 0, 0, t.Location())
}

// closings goes back from what stands now, day by day.
func closings(kinds []Kind, days []time.Time, standing map[kindIn]int64, moved map[kindIn]map[int]int64) []DayTotal {
	var all []DayTotal
	for of, minor := range standing {
		for i := len(days) - 1; i >= 0; i-- {
			minor -= moved[of][i+1] // after the last day: everything since
			all = append(all, DayTotal{days[i], of.kind, money.Of(minor, of.currency)})
		}
	}
	slices.SortFunc(all, func(a, b DayTotal) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(a.Balance.Currency, b.Balance.Currency))
	})
	return all
}
