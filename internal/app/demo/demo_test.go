package demo_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/app/demo"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
)

// noon of a Sunday, when the demo's plumber is closed in other weeks.
var day = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

func fill(t testing.TB, d *db.DB, config demo.Config) demo.Summary {
	t.Helper()
	config.DB = d
	if config.Day.IsZero() {
		config.Day = day
	}
	summary, err := demo.Fill(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

func number(t testing.TB, d *db.DB, query string, args ...any) int64 {
	t.Helper()
	var n int64
	if err := d.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// tables are all that Fill writes to, with the key that orders them.
var tables = map[string]string{
	"accounts": "id", "providers": "id", "services": "id", "bookings": "id", "booking_events": "id", "audit_entries": "id",
	"reviews": "id", "messages": "id",
}

func hashes(t testing.TB, d *db.DB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for table, key := range tables {
		rows, err := d.Query(context.Background(), "SELECT * FROM "+table+" ORDER BY "+key)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		sum := sha256.New()
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for i, v := range values {
				if yes, ok := v.(bool); ok { // SQLite has no booleans of its own
					v = map[bool]int64{true: 1}[yes]
				}
				fmt.Fprintf(sum, "%s=%v\x00", columns[i], v)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		all[table] = hex.EncodeToString(sum.Sum(nil))
	}
	return all
}

// The same seed, scale and day give the same rows, whatever the hour and the engine; another seed gives others.
func TestSameEveryTime(t *testing.T) {
	now := clock.NewManual(dbtest.Start)
	first, again, other, postgres := dbtest.SQLite(t, now), dbtest.SQLite(t, now), dbtest.SQLite(t, now), dbtest.PostgreSQL(t, now)
	fill(t, first, demo.Config{})
	now.Set(dbtest.Start.Add(5 * time.Hour))
	fill(t, again, demo.Config{Seed: demo.DefaultSeed, Scale: 1, Day: day.Add(9 * time.Hour)})
	fill(t, postgres, demo.Config{})
	fill(t, other, demo.Config{Seed: 1})
	want, twice, onPostgres, otherSeed := hashes(t, first), hashes(t, again), hashes(t, postgres), hashes(t, other)
	for table := range tables {
		if twice[table] != want[table] {
			t.Errorf("%s: filling twice gives other rows", table)
		}
		if onPostgres[table] != want[table] {
			t.Errorf("%s: PostgreSQL gets other rows than SQLite", table)
		}
		if otherSeed[table] == want[table] {
			t.Errorf("%s: another seed gives the same rows", table)
		}
	}
}

func TestFilledDatabaseIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			return account.Insert(t.Context(), tx, account.Account{ID: "a", Email: "somebody@example.com", Name: "Somebody", Role: account.Customer, Language: "fr", CreatedAt: tx.Now}, "x")
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = demo.Fill(t.Context(), demo.Config{DB: d, Day: day})
		if errs.CodeOf(err) != errs.Conflict || !strings.Contains(err.Error(), "demo.not_empty") {
			t.Errorf("got %v, want conflict demo.not_empty", err)
		}
		if n := number(t, d, "SELECT count(*) FROM accounts"); n != 1 {
			t.Errorf("%d accounts after the refusal, want the 1 from before", n)
		}
	})
}

func TestScaleOutOfRangeIsRefused(t *testing.T) {
	d := dbtest.SQLite(t, clock.NewManual(dbtest.Start))
	for _, scale := range []int{-1, demo.MaxScale + 1} {
		if _, err := demo.Fill(t.Context(), demo.Config{DB: d, Day: day, Scale: scale}); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("scale %d: got %v, want invalid", scale, err)
		}
	}
}

// What is promised of scale 1, on both engines: so many of each, and rules that a query can check.
func TestScaleOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		summary := fill(t, d, demo.Config{})
		if summary.Customers != 3000 || summary.Providers != 300 || summary.Bookings != 20000 {
			t.Errorf("got %+v", summary)
		}
		for _, rule := range rules {
			t.Run(rule.name, func(t *testing.T) {
				if n := number(t, d, rule.query); n < rule.low || n > rule.high {
					t.Errorf("got %d, want %d to %d", n, rule.low, rule.high)
				}
			})
		}
		proof, err := audit.Verify(t.Context(), d)
		if err != nil || proof.Unsealed != 0 || proof.Sealed != int64(summary.Audited) {
			t.Errorf("audit log: %+v, %v", proof, err)
		}
	})
}

const holding = `('accepted', 'in_progress', 'completed')`

var today = fmt.Sprint(time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC).UnixMicro()) // midnight in Casablanca

const dayMicros = "86400000000"

const mainProviderID = `(SELECT p.id FROM providers p JOIN accounts a ON a.id = p.account_id WHERE a.email = 'provider@khadamat.test')`

var rules = []struct {
	name      string
	query     string
	low, high int64
}{
	{"customers", `SELECT count(*) FROM accounts WHERE role = 'customer'`, 3000, 3000},
	{"providers, all active", `SELECT count(*) FROM providers WHERE status = 'active'`, 300, 300},
	{"services", `SELECT count(*) FROM services`, 750, 1100},
	{"bookings", `SELECT count(*) FROM bookings`, 20000, 20000},
	{"every city has providers", `SELECT count(DISTINCT city_id) FROM providers`, 12, 12},
	{"every category is offered in Casablanca", `SELECT count(DISTINCT s.category_id) FROM services s JOIN providers p ON p.id = s.provider_id WHERE p.city_id = 'casablanca'`, 32, 32},
	{"every category is offered in Rabat", `SELECT count(DISTINCT s.category_id) FROM services s JOIN providers p ON p.id = s.provider_id WHERE p.city_id = 'rabat'`, 32, 32},
	{"in Casablanca by several", `SELECT min(n) FROM (SELECT count(DISTINCT s.provider_id) AS n FROM services s JOIN providers p ON p.id = s.provider_id WHERE p.city_id = 'casablanca' GROUP BY s.category_id) x`, 2, 100},
	{"a third or more are instant, in per cent", `SELECT 100 * sum(CASE WHEN instant THEN 1 ELSE 0 END) / count(*) FROM services`, 34, 60},
	{"every state occurs", `SELECT count(DISTINCT status) FROM bookings`, 10, 10},
	{"most bookings are completed, in per cent", `SELECT 100 * sum(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) / count(*) FROM bookings`, 65, 85},
	{"nothing holds a time that another holds", `SELECT count(*) FROM bookings a JOIN bookings b ON a.provider_id = b.provider_id AND a.id < b.id
		AND a.block_start < b.block_end AND b.block_start < a.block_end AND a.status IN ` + holding + ` AND b.status IN ` + holding, 0, 0},
	{"nobody is at two places at once", `SELECT count(*) FROM bookings a JOIN bookings b ON a.customer_id = b.customer_id AND a.id < b.id AND a.start_at < b.end_at AND b.start_at < a.end_at`, 0, 0},
	{"nothing happened after today began", `SELECT count(*) FROM booking_events WHERE at > ` + today, 0, 0},
	{"nobody books before they signed up", `SELECT count(*) FROM bookings b JOIN accounts a ON a.id = b.customer_id WHERE b.created_at <= a.created_at`, 0, 0},
	{"nobody is booked before they signed up", `SELECT count(*) FROM bookings b JOIN providers p ON p.id = b.provider_id WHERE b.created_at <= p.created_at`, 0, 0},
	{"what is over does not wait", `SELECT count(*) FROM bookings WHERE end_at < ` + today + ` AND status IN ('requested', 'accepted')`, 0, 0},
	{"what is ahead is not done", `SELECT count(*) FROM bookings WHERE start_at > ` + today + ` AND status IN ('completed', 'in_progress', 'no_show')`, 0, 0},
	{"requests run out within a day and none has", `SELECT count(*) FROM bookings WHERE status = 'requested' AND (expires_at IS NULL OR expires_at <= ` + today + ` + 20 * 3600000000 OR expires_at > created_at + ` + dayMicros + `)`, 0, 0},
	{"only requests run out", `SELECT count(*) FROM bookings WHERE status <> 'requested' AND expires_at IS NOT NULL`, 0, 0},
	{"a refund stands where something was cancelled", `SELECT count(*) FROM bookings WHERE (refund_minor IS NOT NULL) <> (status IN ('cancelled_by_customer', 'cancelled_by_provider'))`, 0, 0},
	{"a provider's cancellation refunds all", `SELECT count(*) FROM bookings WHERE status = 'cancelled_by_provider' AND refund_minor <> price_minor`, 0, 0},
	{"the last event says how the booking stands", `SELECT count(*) FROM bookings b JOIN booking_events e ON e.booking_id = b.id AND e.at = b.updated_at WHERE e.status <> b.status`, 0, 0},
	{"every booking has events", `SELECT count(*) FROM bookings b WHERE NOT EXISTS (SELECT 1 FROM booking_events e WHERE e.booking_id = b.id AND e.kind = 'requested' AND e.at = b.created_at)`, 0, 0},
	{"some times are asked to be moved", `SELECT count(*) FROM bookings WHERE proposal IS NOT NULL`, 2, 100},
	{"ratings come from completed bookings", `SELECT count(*) FROM providers p WHERE rating_count > (SELECT count(*) FROM bookings b WHERE b.provider_id = p.id AND b.status = 'completed')
		OR rating_sum < rating_count OR rating_sum > 5 * rating_count`, 0, 0},
	{"ratings are the public reviews of customers", `SELECT count(*) FROM providers p WHERE rating_count <> (SELECT count(*) FROM reviews r WHERE r.provider_id = p.id AND r.side = 'customer' AND r.public_at <= ` + today + `)
		OR rating_sum <> (SELECT coalesce(sum(r.stars), 0) FROM reviews r WHERE r.provider_id = p.id AND r.side = 'customer' AND r.public_at <= ` + today + `)`, 0, 0},
	{"reviews come after their booking's completion", `SELECT count(*) FROM reviews r WHERE r.created_at <= (SELECT max(at) FROM booking_events e WHERE e.booking_id = r.booking_id AND e.kind = 'completed')`, 0, 0},
	{"most reviews have words, in per cent", `SELECT 100 * sum(CASE WHEN words <> '' THEN 1 ELSE 0 END) / count(*) FROM reviews WHERE side = 'customer'`, 60, 80},
	{"some reviews are answered", `SELECT count(*) FROM reviews WHERE reply <> ''`, 500, 3000},
	{"the main customer can still write a review or more", `SELECT count(*) FROM bookings b JOIN accounts a ON a.id = b.customer_id WHERE a.email = 'customer@khadamat.test' AND b.status = 'completed'
		AND b.end_at > ` + today + ` - 55 * ` + dayMicros + ` AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.booking_id = b.id AND r.side = 'customer')`, 1, 30},
	{"people write to each other", `SELECT count(*) FROM messages`, 3000, 9000},
	{"nothing was written after today began", `SELECT count(*) FROM messages WHERE sent_at >= ` + today, 0, 0},
	{"some providers have no rating yet", `SELECT count(*) FROM providers WHERE rating_count = 0`, 3, 30},
	{"the market's mean rating, in hundredths", `SELECT CAST(100 * sum(rating_sum) / sum(rating_count) AS BIGINT) FROM providers`, 420, 480},
	{"today is full at the main provider's", `SELECT count(*) FROM bookings WHERE provider_id = ` + mainProviderID + ` AND status = 'accepted' AND start_at BETWEEN ` + today + ` AND ` + today + ` + ` + dayMicros, 4, 8},
	{"and tomorrow", `SELECT count(*) FROM bookings WHERE provider_id = ` + mainProviderID + ` AND status = 'accepted' AND start_at BETWEEN ` + today + ` + ` + dayMicros + ` AND ` + today + ` + 2 * ` + dayMicros, 3, 8},
	{"requests wait for the main provider", `SELECT count(*) FROM bookings WHERE provider_id = ` + mainProviderID + ` AND status = 'requested'`, 3, 15},
	{"the main customer has something ahead", `SELECT count(*) FROM bookings b JOIN accounts a ON a.id = b.customer_id WHERE a.email = 'customer@khadamat.test' AND start_at > ` + today + ` AND status IN ('accepted', 'requested')`, 4, 12},
	{"and behind", `SELECT count(*) FROM bookings b JOIN accounts a ON a.id = b.customer_id WHERE a.email = 'customer@khadamat.test' AND status = 'completed'`, 5, 60},
	{"customers come again", `SELECT count(*) FROM (SELECT 1 AS one FROM bookings GROUP BY customer_id, provider_id HAVING count(*) > 1) x`, 1000, 9000},
	{"prices add up to something, but for quotes", `SELECT count(*) FROM bookings b JOIN services s ON s.id = b.service_id WHERE (s.pricing = 'quote') <> (b.price_minor = 0)`, 0, 0},
	{"one hash for all, made once", `SELECT count(DISTINCT password_hash) FROM accounts`, 1, 1},
	{"the demo's people, verified", `SELECT count(*) FROM accounts WHERE email LIKE '%@khadamat.test' AND email_verified_at IS NOT NULL`, 6, 6},
	{"a main provider that is a verified plumber in Casablanca", `SELECT count(*) FROM providers p WHERE id = ` + mainProviderID + ` AND verified AND city_id = 'casablanca'
		AND EXISTS (SELECT 1 FROM services s WHERE s.provider_id = p.id AND instant AND category_id = 'plomberie')
		AND EXISTS (SELECT 1 FROM services s WHERE s.provider_id = p.id AND NOT instant AND pricing <> 'quote' AND category_id = 'plomberie')`, 1, 1},
}

func BenchmarkFill(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		d := dbtest.SQLite(b, clock.NewManual(dbtest.Start))
		b.StartTimer()
		fill(b, d, demo.Config{})
	}
}
