package booking_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/schedule"
	"khadamat/internal/notify"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

func TestARequestGoesFromAcceptedToDone(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.request, m.at(10, 0))
		if b.Status != booking.Requested || !b.ExpiresAt.Equal(m.clock.Now().Add(24*time.Hour)) {
			t.Fatalf("a request starts as %s and expires at %s", b.Status, b.ExpiresAt)
		}
		b = m.do(m.bookings.Accept(t.Context(), m.provider, b.ID))
		b = m.do(m.bookings.Start(t.Context(), m.provider, b.ID))
		b = m.do(m.bookings.Complete(t.Context(), m.provider, b.ID))
		if b.Status != booking.Completed || m.status(b.ID) != booking.Completed {
			t.Fatalf("done is %s, stored %s", b.Status, m.status(b.ID))
		}
		timeline, err := m.bookings.Timeline(t.Context(), m.salma, b.ID)
		m.must(err)
		var kinds []booking.Kind
		for _, e := range timeline {
			kinds = append(kinds, e.Kind)
		}
		if want := []booking.Kind{booking.EventRequested, booking.EventAccepted, booking.EventStarted, booking.EventCompleted}; !slices.Equal(kinds, want) {
			t.Fatalf("timeline %v, want %v", kinds, want)
		}
		if got := m.told.letters(m.salma.ID); !slices.Equal(got, []notify.Template{"booking_confirmed", "booking_completed"}) {
			t.Fatalf("the customer was written %v", got)
		}
		if got := m.told.letters(m.provider.ID); !slices.Equal(got, []notify.Template{"booking_requested"}) {
			t.Fatalf("the provider was written %v", got)
		}
	})
}

func TestAnInstantBookingStartsAccepted(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.instant, m.at(10, 0))
		if b.Status != booking.Accepted || !b.ExpiresAt.IsZero() {
			t.Fatalf("starts %s, expires %s", b.Status, b.ExpiresAt)
		}
	})
}

func TestABookingKeepsWhatWasAgreed(t *testing.T) {
	each(t, func(m *market) {
		made, err := m.bookings.Request(t.Context(), m.salma, booking.Request{ServiceID: m.instant.ID, Start: m.at(10, 0),
			AddonIDs: []string{m.instant.Addons[0].ID}, Address: "12, rue des Orangers", Note: "Sonnez\ndeux fois"})
		m.must(err)
		b, err := m.bookings.Booking(t.Context(), m.provider, made.ID)
		m.must(err)
		if b.Price.Minor != 23000 || len(b.Details.Lines) != 2 || b.End.Sub(b.Start) != 90*time.Minute {
			t.Fatalf("price %s in %d lines, %s long", b.Price, len(b.Details.Lines), b.End.Sub(b.Start))
		}
		if b.Block.Start != b.Start || b.Block.End.Sub(b.End) != 30*time.Minute {
			t.Fatalf("block %v around %v–%v", b.Block, b.Start, b.End)
		}
		if b.Details.CustomerName != "Salma Bennani" || b.Details.Address != "12, rue des Orangers" || b.Details.Note != "Sonnez\ndeux fois" || b.Policy != m.offer.Policy {
			t.Fatalf("details %+v, policy %s", b.Details, b.Policy)
		}
	})
}

// Two hundred customers press one free time of an instant service at once.
func TestOneSlotGoesToOneOfTwoHundred(t *testing.T) {
	each(t, func(m *market) {
		customers := m.customers(200)
		var won, lost atomic.Int32
		var wait sync.WaitGroup
		for _, customer := range customers {
			wait.Go(func() {
				_, err := m.book(customer, m.instant, m.at(10, 0))
				switch errs.CodeOf(err) {
				case "":
					won.Add(1)
				case errs.Conflict:
					lost.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if won.Load() != 1 || lost.Load() != 199 {
			t.Fatalf("%d won and %d were told that the time is taken", won.Load(), lost.Load())
		}
		if n := m.count("SELECT count(*) FROM booking_events"); n != 1 {
			t.Fatalf("%d events were written for one booking", n)
		}
	})
}

func (m *market) customers(n int) []account.Actor {
	m.Helper()
	actors := make([]account.Actor, n)
	m.must(m.db.Tx(m.Context(), func(tx *db.Tx) error {
		for i := range actors {
			actors[i] = account.Actor{ID: m.salma.ID, Role: account.Customer}
			if i == 0 {
				continue
			}
			a := account.Account{ID: ids.New(), Email: fmt.Sprintf("c%d@example.test", i), Name: "Client", Role: account.Customer, Language: "ar", CreatedAt: tx.Now}
			if err := account.Insert(m.Context(), tx, a, "-"); err != nil {
				return err
			}
			m.people[a.ID] = a
			actors[i].ID = a.ID
		}
		return nil
	}))
	return actors
}

func TestManyMayAskForOneTimeAndTheFirstAcceptanceWins(t *testing.T) {
	each(t, func(m *market) {
		first, second := m.booked(m.salma, m.request, m.at(10, 0)), m.booked(m.youssef, m.request, m.at(10, 30))
		later := m.booked(m.youssef, m.request, m.at(14, 0))
		m.do(m.bookings.Accept(t.Context(), m.provider, second.ID))
		if got := m.status(first.ID); got != booking.Declined {
			t.Fatalf("the other request for that time is %s", got)
		}
		if got := m.told.letters(m.salma.ID); !slices.Equal(got, []notify.Template{"booking_slot_taken"}) {
			t.Fatalf("its customer was written %v", got)
		}
		if got := m.status(later.ID); got != booking.Requested {
			t.Fatalf("a request for another time is %s", got)
		}
		_, err := m.bookings.Accept(t.Context(), m.provider, first.ID)
		m.refused(err, errs.Conflict, "booking.wrong_state.declined")
	})
}

func TestRacingAcceptancesOfOverlappingRequestsConfirmOne(t *testing.T) {
	each(t, func(m *market) {
		var asked []booking.Booking
		for i := range 8 {
			asked = append(asked, m.booked(m.salma, m.request, m.at(10, 30*(i%2))))
		}
		var won atomic.Int32
		var wait sync.WaitGroup
		for _, b := range asked {
			wait.Go(func() {
				_, err := m.bookings.Accept(t.Context(), m.provider, b.ID)
				switch errs.CodeOf(err) {
				case "":
					won.Add(1)
				case errs.Conflict:
				default:
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if accepted := m.count("SELECT count(*) FROM bookings WHERE status = 'accepted'"); won.Load() != 1 || accepted != 1 {
			t.Fatalf("%d acceptances went through, %d bookings are accepted", won.Load(), accepted)
		}
	})
}

// The Go code checks as well, but it is the database that must refuse.
func TestTheDatabaseItselfRefusesOverlapsAndAllowsNeighbours(t *testing.T) {
	each(t, func(m *market) {
		held := m.booked(m.salma, m.instant, m.at(10, 0)) // holds 10:00 to 11:30
		move := func(start, end time.Time, status booking.Status) error {
			other := m.booked(m.youssef, m.request, m.at(15, 0))
			return m.db.Tx(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), "UPDATE bookings SET status = $2, block_start = $3, start_at = $3, block_end = $4, end_at = $4 WHERE id = $1",
					other.ID, string(status), db.At(start), db.At(end))
				return err
			})
		}
		for name, c := range map[string]struct {
			start, end time.Time
			status     booking.Status
			refused    bool
		}{
			"one inside":               {m.at(10, 15), m.at(10, 45), booking.Accepted, true},
			"one around":               {m.at(9, 0), m.at(13, 0), booking.Accepted, true},
			"one into the buffer":      {m.at(11, 15), m.at(12, 0), booking.InProgress, true},
			"one that reaches in":      {m.at(9, 0), m.at(10, 0).Add(time.Microsecond), booking.Completed, true},
			"one just before":          {m.at(9, 0), m.at(10, 0), booking.Accepted, false},
			"one just after":           {m.at(11, 30), m.at(12, 0), booking.Accepted, false},
			"a declined one inside":    {m.at(10, 15), m.at(10, 45), booking.Declined, false},
			"a requested one the same": {m.at(10, 0), m.at(11, 0), booking.Requested, false},
		} {
			if err := move(c.start, c.end, c.status); db.IsOverlap(err) != c.refused || (err != nil && !c.refused) {
				t.Errorf("%s: %v", name, err)
			}
		}
		err := m.db.Tx(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO bookings ("+allColumns+") SELECT '"+ids.New()+"', "+strings.TrimPrefix(allColumns, "id, ")+" FROM bookings WHERE id = $1", held.ID)
			return err
		})
		if !db.IsOverlap(err) {
			t.Errorf("a second row for the same time: %v", err)
		}
	})
}

const allColumns = `id, customer_id, provider_id, provider_account_id, service_id, status, start_at, end_at, block_start, block_end,
	instant, policy, price_minor, refund_minor, currency, details, proposal, expires_at, created_at, updated_at`

func TestOnlyFreeTimesCanBeBooked(t *testing.T) {
	each(t, func(m *market) {
		m.booked(m.salma, m.instant, m.at(10, 0))
		for name, c := range map[string]struct {
			start time.Time
			code  errs.Code
			key   string
		}{
			"taken":          {m.at(10, 30), errs.Conflict, "schedule.slot_taken"},
			"in the buffer":  {m.at(11, 0), errs.Conflict, "schedule.slot_taken"},
			"past":           {m.clock.Now().Add(-time.Hour), errs.Invalid, "schedule.slot_past"},
			"too soon":       {m.clock.Now().Add(30 * time.Minute), errs.Invalid, "schedule.slot_too_soon"},
			"too far":        {m.at(10, 0).AddDate(0, 6, 0), errs.Invalid, "schedule.slot_too_far"},
			"at night":       {m.at(22, 0), errs.Invalid, "schedule.slot_outside_hours"},
			"off the grid":   {m.at(12, 7), errs.Invalid, "schedule.slot_off_step"},
			"no time at all": {time.Time{}, errs.Invalid, "text.required"},
		} {
			_, err := m.book(m.youssef, m.instant, c.start)
			if errs.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.key) {
				t.Errorf("%s: got %v, want %s %s", name, err, c.code, c.key)
			}
		}
		m.booked(m.youssef, m.instant, m.at(11, 30))
		if n := m.count("SELECT count(*) FROM bookings"); n != 2 {
			t.Fatalf("%d bookings are stored", n)
		}
	})
}

func TestSlotsAndBookingsAgree(t *testing.T) {
	each(t, func(m *market) {
		from, to := m.at(0, 0), m.at(0, 0).AddDate(0, 0, 1)
		m.booked(m.salma, m.instant, m.at(13, 0))
		slots, err := m.bookings.Slots(t.Context(), m.offer.ID, m.request.ID, nil, from, to)
		m.must(err)
		offered := map[time.Time]bool{}
		for _, slot := range slots {
			offered[slot.Start] = true
		}
		// The buffer after a job counts too: one at noon would run into the one at one.
		if len(slots) == 0 || offered[m.at(13, 0)] || offered[m.at(12, 0)] || !offered[m.at(11, 30)] || !offered[m.at(14, 30)] {
			t.Fatalf("offered %v", slots)
		}
		for at := m.at(8, 0); at.Before(m.at(19, 0)); at = at.Add(30 * time.Minute) {
			_, err := m.book(m.youssef, m.request, at)
			if (err == nil) != offered[at] {
				t.Errorf("%s: offered %v, booking it gives %v", at, offered[at], err)
			}
		}
	})
}

func TestAddOnsMakeFreeTimesFewer(t *testing.T) {
	each(t, func(m *market) {
		m.booked(m.salma, m.instant, m.at(13, 0))
		with, err := m.bookings.Slots(t.Context(), m.offer.ID, m.request.ID, []string{m.request.Addons[0].ID}, m.at(0, 0), m.at(23, 0))
		m.must(err)
		for _, slot := range with {
			if slot.End.Sub(slot.Start) != 90*time.Minute || slot.Start.Equal(m.at(11, 30)) {
				t.Errorf("offered %v", slot)
			}
		}
		if !slices.ContainsFunc(with, func(slot schedule.Interval) bool { return slot.Start.Equal(m.at(11, 0)) }) {
			t.Errorf("eleven is not offered in %v", with)
		}
		_, err = m.bookings.Slots(t.Context(), m.offer.ID, m.request.ID, []string{ids.New()}, m.at(0, 0), m.at(23, 0))
		m.refused(err, errs.Invalid, "booking.unknown_addon")
	})
}

func TestTheSameKeyMakesOneBooking(t *testing.T) {
	each(t, func(m *market) {
		ask := booking.Request{ServiceID: m.instant.ID, Start: m.at(10, 0), Address: "12, rue des Orangers", IdempotencyKey: "tap-1"}
		made, err := m.bookings.Request(t.Context(), m.salma, ask)
		m.must(err)
		again, err := m.bookings.Request(t.Context(), m.salma, ask)
		m.must(err)
		if again.ID != made.ID || again.Price != made.Price || !again.Start.Equal(made.Start) {
			t.Fatalf("the second answer is %+v, the first was %+v", again, made)
		}
		other := ask
		other.Start = m.at(15, 0)
		_, err = m.bookings.Request(t.Context(), m.salma, other)
		m.refused(err, errs.Conflict, "idempotency.other_body")
		_, err = m.bookings.Request(t.Context(), m.youssef, ask)
		m.refused(err, errs.Conflict, "schedule.slot_taken") // another person's key is another key
		if n := m.count("SELECT count(*) FROM bookings"); n != 1 {
			t.Fatalf("%d bookings were made", n)
		}
	})
}

func TestTheSameKeyAtTheSameMomentMakesOneBooking(t *testing.T) {
	each(t, func(m *market) {
		ask := booking.Request{ServiceID: m.instant.ID, Start: m.at(10, 0), Address: "12, rue des Orangers", IdempotencyKey: "double tap"}
		made := make([]string, 16)
		var wait sync.WaitGroup
		for i := range made {
			wait.Go(func() {
				b, err := m.bookings.Request(t.Context(), m.salma, ask)
				if err != nil {
					t.Error(err)
				}
				made[i] = b.ID
			})
		}
		wait.Wait()
		if slices.Sort(made); made[0] != made[len(made)-1] || m.count("SELECT count(*) FROM bookings") != 1 {
			t.Fatalf("made %v", made)
		}
	})
}

func TestARequestExpiresAfterADay(t *testing.T) {
	each(t, func(m *market) {
		day := 24 * time.Hour
		b, other := m.booked(m.salma, m.request, m.at(10, 0).Add(3*day)), m.booked(m.salma, m.request, m.at(15, 0).Add(3*day))
		m.clock.Advance(day - time.Second)
		if n, err := m.bookings.ExpireDue(t.Context()); n != 0 || err != nil {
			t.Fatalf("%d expired a second too early, %v", n, err)
		}
		m.do(m.bookings.Accept(t.Context(), m.provider, other.ID))
		m.clock.Advance(time.Second)
		_, err := m.bookings.Accept(t.Context(), m.provider, b.ID)
		m.refused(err, errs.Gone, "booking.request_expired")
		if n, err := m.bookings.ExpireDue(t.Context()); n != 1 || err != nil {
			t.Fatalf("%d expired, %v", n, err)
		}
		if got := m.status(b.ID); got != booking.Expired {
			t.Fatalf("it is %s", got)
		}
		_, err = m.bookings.Accept(t.Context(), m.provider, b.ID)
		m.refused(err, errs.Gone, "booking.request_expired")
		if got := m.status(other.ID); got != booking.Accepted {
			t.Fatalf("the answered one is %s", got)
		}
	})
}

func TestARequestExpiresAtItsOwnStartAtTheLatest(t *testing.T) {
	each(t, func(m *market) {
		m.clock.Advance(time.Hour)
		b := m.booked(m.salma, m.request, m.at(9, 0))
		if !m.at(9, 0).Before(m.clock.Now().Add(24*time.Hour)) || !b.ExpiresAt.Equal(b.Start) {
			t.Fatalf("asked at %s for %s, expires %s", m.clock.Now(), b.Start, b.ExpiresAt)
		}
	})
}

func TestOthersDoNotLearnThatABookingExists(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.request, m.at(10, 0))
		stranger := account.Actor{ID: m.youssef.ID, Role: account.Customer}
		for name, id := range map[string]string{"somebody else's": b.ID, "an unknown": ids.New(), "a broken": "x' OR 1=1"} {
			_, err := m.bookings.Booking(t.Context(), stranger, id)
			if errs.CodeOf(err) != errs.NotFound {
				t.Errorf("reading %s id: %v", name, err)
			}
			for action, do := range m.actions() {
				if err := do(stranger, id); errs.CodeOf(err) != errs.NotFound {
					t.Errorf("%s with %s id: %v", action, name, err)
				}
			}
		}
		for action, do := range m.actions() {
			if err := do(account.Actor{}, b.ID); errs.CodeOf(err) != errs.Unauthenticated {
				t.Errorf("%s by nobody: %v", action, err)
			}
		}
		if m.status(b.ID) != booking.Requested || m.count("SELECT count(*) FROM booking_events") != 1 {
			t.Fatal("something changed")
		}
	})
}

func (m *market) actions() map[string]func(account.Actor, string) error {
	s, ctx := m.bookings, m.Context()
	return map[string]func(account.Actor, string) error{
		"accept":             func(a account.Actor, id string) error { _, err := s.Accept(ctx, a, id); return err },
		"decline":            func(a account.Actor, id string) error { _, err := s.Decline(ctx, a, id, ""); return err },
		"cancel":             func(a account.Actor, id string) error { _, err := s.Cancel(ctx, a, id, ""); return err },
		"start":              func(a account.Actor, id string) error { _, err := s.Start(ctx, a, id); return err },
		"complete":           func(a account.Actor, id string) error { _, err := s.Complete(ctx, a, id); return err },
		"no-show":            func(a account.Actor, id string) error { _, err := s.NoShow(ctx, a, id); return err },
		"propose":            func(a account.Actor, id string) error { _, err := s.Propose(ctx, a, id, m.at(15, 0), ""); return err },
		"accept reschedule":  func(a account.Actor, id string) error { _, err := s.AcceptReschedule(ctx, a, id); return err },
		"decline reschedule": func(a account.Actor, id string) error { _, err := s.DeclineReschedule(ctx, a, id, ""); return err },
	}
}

func TestEachActionIsForItsSideAndState(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.request, m.at(10, 0))
		for _, action := range []string{"accept", "decline"} {
			m.refused(m.actions()[action](m.salma, b.ID), errs.Forbidden, "booking.not_your_side")
		}
		for _, action := range []string{"start", "complete", "no-show", "propose"} {
			m.refused(m.actions()[action](m.provider, b.ID), errs.Conflict, "booking.wrong_state.requested")
		}
		m.do(m.bookings.Accept(t.Context(), m.provider, b.ID))
		m.refused(m.actions()["accept"](m.provider, b.ID), errs.Conflict, "booking.wrong_state.accepted")
		m.refused(m.actions()["start"](m.salma, b.ID), errs.Forbidden, "booking.not_your_side")
		m.refused(m.actions()["accept reschedule"](m.salma, b.ID), errs.Conflict, "booking.no_proposal")
		m.refused(m.actions()["no-show"](m.provider, b.ID), errs.Conflict, "booking.no_show_too_early")
		m.clock.Set(m.at(10, 15))
		m.must(m.actions()["no-show"](m.provider, b.ID))
		for name, act := range m.actions() {
			if err := act(m.provider, b.ID); err == nil {
				t.Errorf("%s of a booking that is over went through", name)
			}
		}
	})
}

func TestNobodyBooksTheirOwnService(t *testing.T) {
	each(t, func(m *market) {
		_, err := m.book(m.provider, m.instant, m.at(10, 0))
		m.refused(err, errs.Forbidden, "booking.own_service")
	})
}

func TestWhatCannotBeUsedIsRefusedByField(t *testing.T) {
	each(t, func(m *market) {
		for name, c := range map[string]struct {
			change func(*booking.Request)
			code   errs.Code
		}{
			"an unknown service":    {func(r *booking.Request) { r.ServiceID = ids.New() }, errs.NotFound},
			"a broken service id":   {func(r *booking.Request) { r.ServiceID = "\x00'; DROP TABLE bookings" }, errs.NotFound},
			"an unknown add-on":     {func(r *booking.Request) { r.AddonIDs = []string{ids.New()} }, errs.Invalid},
			"an add-on named twice": {func(r *booking.Request) { r.AddonIDs = slices.Repeat([]string{m.instant.Addons[0].ID}, 2) }, errs.Invalid},
			"a broken address":      {func(r *booking.Request) { r.Address = "\xff\xfe" }, errs.Invalid},
			"a long address":        {func(r *booking.Request) { r.Address = strings.Repeat("a", 301) }, errs.Invalid},
			"a turned note":         {func(r *booking.Request) { r.Note = "abc\u202edef" }, errs.Invalid},
			"a long note":           {func(r *booking.Request) { r.Note = strings.Repeat("ن", 1001) }, errs.Invalid},
			"an unusable key":       {func(r *booking.Request) { r.IdempotencyKey = "a\nb" }, errs.Invalid},
			"nowhere to come to":    {func(r *booking.Request) { r.Address = " " }, errs.Invalid},
			"an endless key":        {func(r *booking.Request) { r.IdempotencyKey = strings.Repeat("k", 201) }, errs.Invalid},
		} {
			ask := booking.Request{ServiceID: m.instant.ID, Start: m.at(10, 0), Address: "12, rue des Orangers"}
			c.change(&ask)
			if _, err := m.bookings.Request(t.Context(), m.salma, ask); errs.CodeOf(err) != c.code {
				t.Errorf("%s: got %v, want %s", name, err, c.code)
			}
		}
		_, err := m.bookings.Request(t.Context(), account.Actor{}, booking.Request{ServiceID: m.instant.ID, Start: m.at(10, 0), Address: "12, rue des Orangers"})
		m.refused(err, errs.Unauthenticated, "")
		b := m.booked(m.salma, m.request, m.at(10, 0))
		_, err = m.bookings.Decline(t.Context(), m.provider, b.ID, "no\u2066way")
		m.refused(err, errs.Invalid, "")
		if m.count("SELECT count(*) FROM bookings") != 1 || m.status(b.ID) != booking.Requested {
			t.Fatal("something was stored")
		}
	})
}

func TestListsShowOnesOwnBookingsPageByPage(t *testing.T) {
	each(t, func(m *market) {
		var want []string
		for hour := range 5 {
			want = append(want, m.booked(m.salma, m.request, m.at(9+hour, 0)).ID)
		}
		m.booked(m.youssef, m.request, m.at(9, 0))
		var got []string
		filter := booking.Filter{Limit: 2}
		for {
			page, err := m.bookings.List(t.Context(), m.salma, filter)
			m.must(err)
			for _, b := range page.Items {
				got = append(got, b.ID)
			}
			if filter.Cursor = page.NextCursor; filter.Cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		page, err := m.bookings.List(t.Context(), m.provider, booking.Filter{Side: booking.ProviderSide, Statuses: []booking.Status{booking.Requested}, Descending: true})
		m.must(err)
		if len(page.Items) != 6 || page.Items[0].ID != want[4] {
			t.Fatalf("the provider sees %d, the first %s", len(page.Items), page.Items[0].ID)
		}
		if page, err = m.bookings.List(t.Context(), m.salma, booking.Filter{From: m.at(10, 0), To: m.at(12, 0)}); err != nil || len(page.Items) != 2 {
			t.Fatalf("between ten and twelve: %d, %v", len(page.Items), err)
		}
		for _, f := range []booking.Filter{{Cursor: "???"}, {Cursor: "bm90IG9uZQ"}, {Limit: 101}, {Limit: -1}, {Side: "both"}, {Statuses: []booking.Status{"lost"}}} {
			if _, err := m.bookings.List(t.Context(), m.salma, f); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("%+v: %v", f, err)
			}
		}
	})
}

func TestEveryChangeOfStateIsInTheSealedAuditLog(t *testing.T) {
	each(t, func(m *market) {
		b := m.booked(m.salma, m.request, m.at(10, 0))
		m.do(m.bookings.Accept(t.Context(), m.provider, b.ID))
		m.do(m.bookings.Cancel(t.Context(), m.salma, b.ID, "Empêchement"))
		if n := m.count("SELECT count(*) FROM audit_entries WHERE subject_id = $1", b.ID); n != 3 {
			t.Fatalf("%d entries", n)
		}
		_, err := audit.Seal(t.Context(), m.db)
		m.must(err)
		if proof, err := audit.Verify(t.Context(), m.db); err != nil || proof.Sealed != 3 || proof.Unsealed != 0 {
			t.Fatalf("%+v, %v", proof, err)
		}
	})
}

func TestTheMostBookedServicesOfTheLastMonthComeFirst(t *testing.T) {
	each(t, func(m *market) {
		for _, hour := range []int{10, 12} {
			m.booked(m.salma, m.instant, m.at(hour, 0))
		}
		accepted := m.booked(m.youssef, m.request, m.at(14, 0))
		m.do(m.bookings.Accept(t.Context(), m.provider, accepted.ID))
		for _, hour := range []int{15, 16} { // asked for only
			m.booked(m.youssef, m.request, m.at(hour, 30))
		}
		popular := func() []string {
			ids, err := m.bookings.MostBooked(t.Context())
			m.must(err)
			return ids
		}
		if got := popular(); len(got) != 0 {
			t.Errorf("before their time: %v", got)
		}
		m.clock.Advance(48 * time.Hour)
		if got := popular(); !slices.Equal(got, []string{m.instant.ID, m.request.ID}) {
			t.Errorf("got %v, want %s before %s", got, m.instant.ID, m.request.ID)
		}
		m.clock.Advance(31 * 24 * time.Hour)
		if got := popular(); len(got) != 0 {
			t.Errorf("a month later: %v", got)
		}
	})
}
