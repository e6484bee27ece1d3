package booking_test

import (
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

var moderator = account.Actor{ID: ids.New(), Role: account.Moderator}

func TestOperatorsSeeAllBookingsAndOthersDoNot(t *testing.T) {
	each(t, func(m *market) {
		first, second := m.booked(m.salma, m.instant, m.at(10, 0)), m.booked(m.youssef, m.request, m.at(14, 0))
		for name, c := range map[string]struct {
			filter booking.OverseerFilter
			want   []string
		}{
			"all, the latest first":    {booking.OverseerFilter{}, []string{second.ID, first.ID}},
			"by status":                {booking.OverseerFilter{Statuses: []booking.Status{booking.Accepted}}, []string{first.ID}},
			"by two states":            {booking.OverseerFilter{Statuses: []booking.Status{booking.Accepted, booking.Requested}}, []string{second.ID, first.ID}},
			"by customer":              {booking.OverseerFilter{CustomerID: m.youssef.ID}, []string{second.ID}},
			"by provider":              {booking.OverseerFilter{ProviderID: m.offer.ID}, []string{second.ID, first.ID}},
			"by city":                  {booking.OverseerFilter{CityID: "casablanca"}, []string{second.ID, first.ID}},
			"of another city":          {booking.OverseerFilter{CityID: "rabat"}, nil},
			"by time":                  {booking.OverseerFilter{From: m.at(10, 0), To: m.at(14, 0)}, []string{first.ID}},
			"by reference":             {booking.OverseerFilter{Reference: strings.ToUpper(first.ID[len(first.ID)-8:])}, []string{first.ID}},
			"by reference and status":  {booking.OverseerFilter{Reference: first.ID[len(first.ID)-8:], Statuses: []booking.Status{booking.Requested}}, nil},
			"of somebody who is no id": {booking.OverseerFilter{CustomerID: "x"}, nil},
		} {
			page, err := m.bookings.All(t.Context(), moderator, c.filter)
			m.must(err)
			var got []string
			for _, b := range page.Items {
				got = append(got, b.ID)
			}
			if strings.Join(got, " ") != strings.Join(c.want, " ") {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		page, err := m.bookings.All(t.Context(), moderator, booking.OverseerFilter{Limit: 1})
		m.must(err)
		if page, err = m.bookings.All(t.Context(), moderator, booking.OverseerFilter{Limit: 1, Cursor: page.NextCursor}); err != nil || len(page.Items) != 1 || page.Items[0].ID != first.ID || page.NextCursor != "" {
			t.Errorf("the second page is %+v, %v", page, err)
		}
		for _, actor := range []account.Actor{m.salma, m.provider} {
			_, err := m.bookings.All(t.Context(), actor, booking.OverseerFilter{})
			m.refused(err, errs.Forbidden, "")
			_, _, err = m.bookings.Inspect(t.Context(), actor, first.ID)
			m.refused(err, errs.Forbidden, "")
		}
		b, timeline, err := m.bookings.Inspect(t.Context(), moderator, first.ID)
		m.must(err)
		if b.ID != first.ID || len(timeline) != 1 {
			t.Errorf("%s with %d events", b.ID, len(timeline))
		}
	})
}

func TestTheTotalsOfADayAreThoseOfMorocco(t *testing.T) {
	each(t, func(m *market) {
		m.booked(m.salma, m.instant, m.at(10, 0))
		m.booked(m.youssef, m.instant, m.at(14, 0))
		m.booked(m.youssef, m.request, m.at(16, 0))
		late := m.agreement()
		late.Start, late.Duration = m.at(24, 30), time.Hour // half past midnight on the wall, still the day before in UTC
		_, err := m.agree(late)
		m.must(err)
		totals, err := m.bookings.DailyTotals(t.Context(), m.at(0, 0), m.at(0, 0).AddDate(0, 0, 3))
		m.must(err)
		got := map[string]int64{}
		for _, total := range totals {
			if total.ProviderID != m.offer.ID {
				t.Errorf("of provider %s", total.ProviderID)
			}
			got[total.Day.String()+" "+string(total.Status)+" "+total.ServiceID] += total.Count*1_000_000 + total.Gross.Minor
		}
		want := map[string]int64{
			"2026-06-02 accepted " + m.instant.ID:  2_040_000,
			"2026-06-02 requested " + m.request.ID: 1_020_000,
			"2026-06-03 accepted " + m.request.ID:  1_123_400,
		}
		if len(got) != len(want) {
			t.Errorf("got %v, want %v", got, want)
		}
		for key, value := range want {
			if got[key] != value {
				t.Errorf("%s: %d, want %d", key, got[key], value)
			}
		}
		_, err = m.bookings.DailyTotals(t.Context(), m.at(0, 0), m.at(0, 0).AddDate(5, 0, 0))
		m.refused(err, errs.Invalid, "booking.too_many_days")
	})
}

// On 20 September 2026 the clock of Morocco went back to UTC: the change falls within the period.
func TestTheTotalsOfADayFollowTheClockWhenItChanges(t *testing.T) {
	each(t, func(m *market) {
		summer := time.Date(2026, time.September, 18, 23, 30, 0, 0, time.UTC) // 00:30 of the 19th at +01
		autumn := time.Date(2026, time.September, 22, 23, 30, 0, 0, time.UTC) // 23:30 of the 22nd at +00
		for _, start := range []time.Time{summer, autumn} {
			a := m.agreement()
			a.Start, a.Duration = start, time.Hour
			_, err := m.agree(a)
			m.must(err)
		}
		totals, err := m.bookings.DailyTotals(t.Context(), summer.AddDate(0, 0, -3), autumn.AddDate(0, 0, 3))
		m.must(err)
		if len(totals) != 2 || totals[0].Day.String() != "2026-09-19" || totals[1].Day.String() != "2026-09-22" {
			t.Fatalf("totals %+v", totals)
		}
	})
}

func TestAProvidersWeekShowsWhatStandsInIt(t *testing.T) {
	each(t, func(m *market) {
		held, asked := m.booked(m.salma, m.instant, m.at(10, 0)), m.booked(m.youssef, m.request, m.at(14, 0))
		gone := m.booked(m.salma, m.instant, m.at(16, 0))
		m.do(m.bookings.Cancel(t.Context(), m.salma, gone.ID, ""))
		m.booked(m.salma, m.instant, m.at(10, 0).AddDate(0, 0, 7))
		week, err := m.bookings.OfProviderWeek(t.Context(), m.provider, m.at(10, 30), m.at(0, 0).AddDate(0, 0, 7))
		m.must(err)
		if len(week) != 2 || week[0].ID != held.ID || week[1].ID != asked.ID {
			t.Errorf("the week has %d bookings: %+v", len(week), week)
		}
		_, err = m.bookings.OfProviderWeek(t.Context(), m.salma, m.at(0, 0), m.at(23, 0))
		m.refused(err, errs.NotFound, "")
	})
}

func TestTheResponseTimeIsTheMedianOfTheAnswers(t *testing.T) {
	each(t, func(m *market) {
		answer := func(after time.Duration, do func(id string)) {
			b := m.booked(m.salma, m.request, m.clock.Now().Truncate(24*time.Hour).AddDate(0, 0, 2).Add(9*time.Hour))
			m.clock.Advance(after)
			do(b.ID)
		}
		decline := func(id string) { m.do(m.bookings.Decline(t.Context(), m.provider, id, "")) }
		answer(10*time.Minute, decline)
		answer(3*time.Hour, decline)
		answer(time.Minute, func(id string) { m.do(m.bookings.Cancel(t.Context(), m.salma, id, "")) }) // no answer of the provider's
		if took, known := m.bookings.ResponseTime(t.Context(), m.offer.ID); known {
			t.Fatalf("two answers are said to be %s", took)
		}
		answer(20*time.Minute, func(id string) { m.do(m.bookings.Accept(t.Context(), m.provider, id)) })
		m.booked(m.youssef, m.instant, m.at(10, 0).AddDate(0, 0, 5)) // at once, but not by the provider
		if took, known := m.bookings.ResponseTime(t.Context(), m.offer.ID); !known || took != 20*time.Minute {
			t.Fatalf("the response time is %s, %v; want 20 minutes", took, known)
		}
	})
}
