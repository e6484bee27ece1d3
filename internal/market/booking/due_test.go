package booking_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/notify"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/live"
	"khadamat/internal/texts"
)

// reminding is one node that reminds the people of a market.
func (m *market) reminding() (*notify.Reminder, *notify.Service) {
	m.Helper()
	queue := job.New(m.db, nil)
	m.must(queue.Open())
	hub := live.New(live.NewLocal(), live.Options{})
	m.Cleanup(hub.Drain)
	notices := notify.New(notify.Config{DB: m.db, Clock: m.clock, Queue: queue, Hub: hub, Texts: texts.Catalog()})
	return notify.NewReminder(notices, m.bookings), notices
}

// reminded lists the reminders that somebody has under their bell, the oldest first.
func (m *market) reminded(notices *notify.Service, accountID string) (got []notify.Template) {
	m.Helper()
	page, err := notices.Mine(m.Context(), account.Actor{ID: accountID}, "", 100)
	m.must(err)
	for _, n := range slices.Backward(page.Items) {
		got = append(got, n.Template)
	}
	return got
}

func (m *market) sweep(r *notify.Reminder) {
	m.Helper()
	_, err := r.SendDue(m.Context())
	m.must(err)
}

// The clock of a market stands at nine in Casablanca on the first of June.
func TestBothSidesAreRemindedADayAndTwoHoursBefore(t *testing.T) {
	each(t, func(m *market) {
		reminder, notices := m.reminding()
		start := m.clock.Now().Add(50 * time.Hour) // eleven in the morning, two days on
		b := m.booked(m.salma, m.instant, start)
		day, soon := start.Add(-24*time.Hour), start.Add(-2*time.Hour)
		for _, step := range []struct {
			at   time.Time
			want []notify.Template
		}{
			{day.Add(-time.Second), nil},
			{day, []notify.Template{notify.ReminderDay}},
			{day.Add(time.Minute), []notify.Template{notify.ReminderDay}},
			{soon.Add(-time.Second), []notify.Template{notify.ReminderDay}},
			{soon, []notify.Template{notify.ReminderDay, notify.ReminderSoon}},
			{soon.Add(time.Minute), []notify.Template{notify.ReminderDay, notify.ReminderSoon}},
		} {
			m.clock.Set(step.at)
			m.sweep(reminder)
			for side, who := range map[string]string{"customer": b.CustomerID, "provider": b.ProviderAccountID} {
				if got := m.reminded(notices, who); !slices.Equal(got, step.want) {
					m.Fatalf("at %s the %s has %v, want %v", step.at, side, got, step.want)
				}
			}
		}
	})
}

func TestNoTwoNodesRemindOfTheSame(t *testing.T) {
	each(t, func(m *market) {
		var bookings []booking.Booking
		for hour := range 4 {
			bookings = append(bookings, m.booked(m.salma, m.instant, m.clock.Now().Add(time.Duration(48+2*hour)*time.Hour)))
		}
		last := bookings[len(bookings)-1]
		m.clock.Set(last.Start.Add(-24 * time.Hour))
		var racing sync.WaitGroup
		var notices *notify.Service
		counts := make([]int, 4)
		for i := range counts {
			reminder, service := m.reminding()
			notices = service
			racing.Go(func() {
				n, err := reminder.SendDue(context.Background())
				if err != nil {
					m.Error(err)
				}
				counts[i] = n
			})
		}
		racing.Wait()
		total := 0
		for _, n := range counts {
			total += n
		}
		if got := m.reminded(notices, last.CustomerID); total != 4 || len(got) != 4 {
			m.Fatalf("%d bookings, %v sent, the customer has %v", len(bookings), counts, got)
		}
	})
}

func TestNobodyIsRemindedOfWhatIsNotToHappen(t *testing.T) {
	each(t, func(m *market) {
		reminder, notices := m.reminding()
		start := m.clock.Now().Add(50 * time.Hour)
		cancelled := m.booked(m.salma, m.instant, start)
		requested := m.booked(m.salma, m.request, start.Add(2*time.Hour))
		_, err := m.bookings.Cancel(m.Context(), m.salma, cancelled.ID, "")
		m.must(err)
		m.clock.Set(start.Add(-22 * time.Hour))
		m.sweep(reminder)
		m.clock.Set(start.Add(-time.Hour))
		m.sweep(reminder)
		if got := m.reminded(notices, requested.CustomerID); len(got) != 0 {
			m.Fatalf("reminded: %v", got)
		}
	})
}

func TestWhoBooksForTomorrowIsNotRemindedOfYesterday(t *testing.T) {
	each(t, func(m *market) {
		reminder, notices := m.reminding()
		m.clock.Advance(time.Hour)
		b := m.booked(m.salma, m.instant, m.clock.Now().Add(23*time.Hour+30*time.Minute))
		m.sweep(reminder)
		if got := m.reminded(notices, b.CustomerID); len(got) != 0 {
			m.Fatalf("reminded at once: %v", got)
		}
		m.clock.Set(b.Start.Add(-2 * time.Hour))
		m.sweep(reminder)
		if got := m.reminded(notices, b.CustomerID); !slices.Equal(got, []notify.Template{notify.ReminderSoon}) {
			m.Fatalf("reminded: %v", got)
		}
	})
}

func TestAReminderFollowsTheBookingToItsNewTime(t *testing.T) {
	each(t, func(m *market) {
		reminder, notices := m.reminding()
		start := m.clock.Now().Add(50 * time.Hour)
		b := m.booked(m.salma, m.instant, start)
		m.clock.Set(start.Add(-24 * time.Hour))
		m.sweep(reminder)
		later := start.Add(48 * time.Hour)
		_, err := m.bookings.Propose(m.Context(), m.salma, b.ID, later, "")
		m.must(err)
		_, err = m.bookings.AcceptReschedule(m.Context(), m.provider, b.ID)
		m.must(err)
		m.clock.Set(start.Add(-2 * time.Hour))
		m.sweep(reminder)
		if got := m.reminded(notices, b.CustomerID); !slices.Equal(got, []notify.Template{notify.ReminderDay}) {
			m.Fatalf("reminded of the old time: %v", got)
		}
		m.clock.Set(later.Add(-24 * time.Hour))
		m.sweep(reminder)
		page, err := notices.Mine(m.Context(), m.salma, "", 1)
		m.must(err)
		if got := m.reminded(notices, b.CustomerID); len(got) != 2 || !page.Items[0].Args["Start"].Time.Equal(later) {
			m.Fatalf("reminded: %v, at last of %s", got, page.Items[0].Args["Start"].Time)
		}
	})
}

func TestRemindersThatWereDueWhileNoNodeRanAreSentIfTheyStillHelp(t *testing.T) {
	each(t, func(m *market) {
		reminder, notices := m.reminding()
		start := m.clock.Now().Add(50 * time.Hour)
		b := m.booked(m.salma, m.instant, start)
		m.clock.Set(start.Add(-19 * time.Hour))
		m.sweep(reminder)
		if got := m.reminded(notices, b.CustomerID); !slices.Equal(got, []notify.Template{notify.ReminderDay}) {
			m.Fatalf("five hours late: %v", got)
		}
		other, _ := m.reminding()
		m.clock.Set(start.Add(-30 * time.Minute))
		m.sweep(other)
		if got := m.reminded(notices, b.CustomerID); len(got) != 1 {
			m.Fatalf("half an hour before the start: %v", got)
		}
	})
}

func TestOnlyAnAcceptedBookingIsAnAppointment(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.instant, m.clock.Now().Add(50*time.Hour))
		held := false
		m.must(m.db.Tx(m.Context(), func(tx *db.Tx) error {
			a, ok, err := m.bookings.Appointment(m.Context(), tx, b.ID)
			held = ok && a.Start.Equal(b.Start) && a.CustomerID == b.CustomerID && a.ProviderID == b.ProviderAccountID
			return err
		}))
		if !held {
			m.Fatal("an accepted booking is not there to be reminded of")
		}
		_, err := m.bookings.Cancel(m.Context(), m.salma, b.ID, "")
		m.must(err)
		m.must(m.db.Tx(m.Context(), func(tx *db.Tx) error {
			_, held, err = m.bookings.Appointment(m.Context(), tx, b.ID)
			return err
		}))
		if held {
			m.Fatal("a cancelled booking is there to be reminded of")
		}
	})
}
