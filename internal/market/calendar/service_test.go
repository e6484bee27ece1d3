package calendar_test

import (
	"bufio"
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/calendar"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/outside"
)

// world is a provider with bookings and a calendar elsewhere, on a real database.
type world struct {
	*testing.T
	db       *db.DB
	clock    *clock.Manual
	service  *calendar.Service
	people   map[string]account.Account
	provider catalog.Provider
	owner    account.Actor
	other    account.Actor // another provider
	bookings []booking.Booking

	mu          sync.Mutex
	queued      []job.Args
	told        []notify.Notice
	invalidated int

	elsewhere string // the address of a server whose answer is answer
	answer    func(w http.ResponseWriter, r *http.Request)
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		w := &world{T: t, db: d, clock: now, people: map[string]account.Account{}}
		w.owner, w.provider = w.add("Plomberie Atlas")
		w.other, _ = w.add("Salon Yasmine")
		server := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.answer(rw, r) }))
		t.Cleanup(server.Close)
		roots := x509.NewCertPool()
		roots.AddCert(server.Certificate())
		w.elsewhere = server.URL
		w.service = calendar.New(calendar.Config{
			DB: d, Clock: now, Catalog: w, Bookings: w, Accounts: w, Queue: w, Notifier: w, BaseURL: "https://khadamat.example",
			Outside: outside.Options{AllowLoopback: true, Roots: roots},
		})
		test(w)
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) add(name string) (account.Actor, catalog.Provider) {
	now := w.clock.Now()
	a := account.Account{ID: ids.New(), Email: ids.New() + "@example.test", Name: name, Role: account.Provider, Language: "fr", EmailVerifiedAt: now, CreatedAt: now}
	p := catalog.Provider{ID: ids.New(), AccountID: a.ID, Name: name, CityID: "casablanca", Status: catalog.Active, Policy: catalog.Moderate,
		Availability: catalog.DefaultAvailability(), CreatedAt: now, UpdatedAt: now}
	w.must(w.db.Tx(w.Context(), func(tx *db.Tx) error {
		if err := account.Insert(w.Context(), tx, a, "-"); err != nil {
			return err
		}
		return catalog.InsertProvider(w.Context(), tx, p)
	}))
	w.people[a.ID] = a
	return account.Actor{ID: a.ID, Role: a.Role}, p
}

func (w *world) ProviderOf(ctx context.Context, accountID string) (catalog.Provider, error) {
	var p catalog.Provider
	err := w.db.QueryRow(ctx, `SELECT id, account_id, name FROM providers WHERE account_id = $1`, accountID).Scan(&p.ID, &p.AccountID, &p.Name)
	if err != nil {
		return p, errs.New(errs.NotFound, "catalog.provider_not_found")
	}
	p.Availability = catalog.DefaultAvailability()
	return p, nil
}

func (w *world) Invalidate(string) { w.invalidated++ }

func (w *world) Account(_ context.Context, id string) (account.Account, error) {
	return w.people[id], nil
}

func (w *world) List(_ context.Context, actor account.Actor, f booking.Filter) (booking.Page, error) {
	var page booking.Page
	for _, b := range w.bookings {
		for _, status := range f.Statuses {
			if b.Status == status && b.ProviderAccountID == actor.ID && !b.Start.Before(f.From) && b.Start.Before(f.To) {
				page.Items = append(page.Items, b)
			}
		}
	}
	return page, nil
}

func (w *world) Enqueue(_ context.Context, tx *db.Tx, args job.Args) error {
	tx.AfterCommit(func() { w.queued = append(w.queued, args) })
	return nil
}

func (w *world) Tell(_ context.Context, tx *db.Tx, notice notify.Notice) error {
	tx.AfterCommit(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.told = append(w.told, notice)
	})
	return nil
}

// says makes the calendar elsewhere hold appointments of an hour.
func (w *world) says(starts ...time.Time) {
	w.answer = func(rw http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(rw, "BEGIN:VCALENDAR\r\n")
		for i, at := range starts {
			fmt.Fprintf(rw, "BEGIN:VEVENT\r\nUID:%d\r\nDTSTART:%s\r\nDURATION:PT1H\r\nEND:VEVENT\r\n", i, at.UTC().Format("20060102T150405Z"))
		}
		fmt.Fprint(rw, "END:VCALENDAR\r\n")
	}
}

func (w *world) connect() calendar.Source {
	w.Helper()
	source, err := w.service.Connect(w.Context(), w.owner, calendar.SourceInput{Name: "Privé", URL: w.elsewhere + "/secret.ics"})
	w.must(err)
	return source
}

func (w *world) busy() []schedule.Interval {
	w.Helper()
	now := w.clock.Now()
	found, err := w.service.Busy(w.Context(), []string{w.provider.ID}, now, now.Add(400*24*time.Hour))
	w.must(err)
	return found[w.provider.ID]
}

func (w *world) source() calendar.Source {
	w.Helper()
	all, err := w.service.Sources(w.Context(), w.owner)
	w.must(err)
	if len(all) != 1 {
		w.Fatalf("%d calendars", len(all))
	}
	return all[0]
}

func TestACalendarElsewhereMakesItsOwnerBusy(t *testing.T) {
	each(t, func(w *world) {
		at := w.clock.Now().Add(26 * time.Hour)
		w.says(at)
		source := w.connect()
		if len(w.queued) != 1 || w.queued[0] != (calendar.FetchJob{SourceID: source.ID}) || !w.source().Waiting() {
			w.Fatalf("queued: %+v", w.queued)
		}
		w.must(w.service.Fetch(w.Context(), source.ID))
		if busy := w.busy(); len(busy) != 1 || !busy[0].Start.Equal(at) || !busy[0].End.Equal(at.Add(time.Hour)) {
			w.Errorf("busy %v, want from %v", busy, at)
		}
		if got := w.source(); got.Failure != "" || got.Busy != 1 || !got.SucceededAt.Equal(w.clock.Now()) || got.Host() != "127.0.0.1" {
			w.Errorf("the source says %+v", got)
		}
		if w.invalidated != 1 || len(w.told) != 1 || w.told[0].Type != "calendar.changed" || w.told[0].Watchers[0] != w.owner.ID {
			w.Errorf("invalidated %d times, told %+v", w.invalidated, w.told)
		}
		w.must(w.service.Fetch(w.Context(), source.ID))
		if w.invalidated != 1 || len(w.told) != 1 {
			w.Error("a calendar that has not changed makes a noise")
		}
		w.says(at.Add(time.Hour), at.Add(5*time.Hour))
		w.must(w.service.Fetch(w.Context(), source.ID))
		if len(w.busy()) != 2 || w.invalidated != 2 {
			w.Errorf("busy %v after a change", w.busy())
		}
	})
}

func TestWhatWasBusyStaysSoWhileFetchingFails(t *testing.T) {
	each(t, func(w *world) {
		w.says(w.clock.Now().Add(26 * time.Hour))
		source := w.connect()
		w.must(w.service.Fetch(w.Context(), source.ID))
		succeeded := w.clock.Now()
		for name, answer := range map[string]func(http.ResponseWriter, *http.Request){
			"calendar.failed.gone":         func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNotFound) },
			"calendar.failed.not_calendar": func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprint(rw, "<title>Sign in</title>") },
		} {
			w.answer = answer
			w.clock.Advance(time.Minute)
			w.must(w.service.Fetch(w.Context(), source.ID))
			if got := w.source(); got.Failure != name || !got.SucceededAt.Equal(succeeded) || !got.TriedAt.Equal(w.clock.Now()) || len(w.busy()) != 1 {
				w.Errorf("%s: the source says %+v, busy %v", name, got, w.busy())
			}
		}
		w.says(w.clock.Now().Add(26 * time.Hour))
		w.must(w.service.Fetch(w.Context(), source.ID))
		if got := w.source(); got.Failure != "" {
			w.Errorf("the failure stays: %+v", got)
		}
	})
}

func TestACalendarIsFetchedEveryQuarterOfAnHourByOneNode(t *testing.T) {
	each(t, func(w *world) {
		w.says()
		w.connect()
		w.must(w.service.EnqueueDue(w.Context()))
		if len(w.queued) != 1 {
			w.Fatalf("fetched again at once: %+v", w.queued)
		}
		w.clock.Advance(15 * time.Minute)
		w.must(w.service.EnqueueDue(w.Context()))
		w.must(w.service.EnqueueDue(w.Context()))
		if len(w.queued) != 2 {
			w.Errorf("%d jobs after a quarter of an hour, want 2", len(w.queued))
		}
	})
}

func TestACalendarIsNotReadAgainAndAgainOnDemand(t *testing.T) {
	each(t, func(w *world) {
		w.says()
		source := w.connect()
		w.must(w.service.Refresh(w.Context(), w.owner, source.ID))
		w.must(w.service.Fetch(w.Context(), source.ID))
		if err := w.service.Refresh(w.Context(), w.owner, source.ID); errs.CodeOf(err) != errs.RateLimited {
			w.Errorf("refreshed at once: %v", err)
		}
		w.clock.Advance(time.Minute)
		w.must(w.service.Refresh(w.Context(), w.owner, source.ID))
		if len(w.queued) != 3 {
			w.Errorf("%d jobs, want 3", len(w.queued))
		}
	})
}

func TestOnlyItsOwnerTouchesACalendar(t *testing.T) {
	each(t, func(w *world) {
		w.says(w.clock.Now().Add(26 * time.Hour))
		source := w.connect()
		w.must(w.service.Fetch(w.Context(), source.ID))
		for name, err := range map[string]error{
			"disconnect":        w.service.Disconnect(w.Context(), w.other, source.ID),
			"refresh":           w.service.Refresh(w.Context(), w.other, source.ID),
			"refresh a nothing": w.service.Refresh(w.Context(), w.owner, "nothing"),
		} {
			if errs.CodeOf(err) != errs.NotFound {
				w.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.service.Sources(w.Context(), account.Actor{}); errs.CodeOf(err) != errs.Unauthenticated {
			w.Error(err)
		}
		w.must(w.service.Disconnect(w.Context(), w.owner, source.ID))
		if all, err := w.service.Sources(w.Context(), w.owner); err != nil || len(all) != 0 || len(w.busy()) != 0 || w.invalidated != 2 {
			w.Errorf("left: %v, %v (%v)", all, w.busy(), err)
		}
		w.must(w.service.Fetch(w.Context(), source.ID)) // a job that comes late
	})
}

func TestThreeCalendarsAtMostEachOnce(t *testing.T) {
	each(t, func(w *world) {
		w.says()
		key := ids.New()
		input := calendar.SourceInput{URL: "webcal://one.example/a", IdempotencyKey: key}
		first, err := w.service.Connect(w.Context(), w.owner, input)
		w.must(err)
		again, err := w.service.Connect(w.Context(), w.owner, input)
		if err != nil || again.ID != first.ID || first.Name != "one.example" {
			w.Errorf("the same form made %+v and %+v (%v)", first, again, err)
		}
		if _, err := w.service.Connect(w.Context(), w.owner, calendar.SourceInput{URL: "https://one.example/a"}); errs.CodeOf(err) != errs.Conflict {
			w.Errorf("the same address twice: %v", err)
		}
		for i := range calendar.MaxSources {
			_, err := w.service.Connect(w.Context(), w.owner, calendar.SourceInput{URL: fmt.Sprintf("https://more.example/%d", i)})
			if (i < calendar.MaxSources-1) != (err == nil) || (err != nil && errs.CodeOf(err) != errs.Conflict) {
				w.Errorf("calendar %d: %v", i+2, err)
			}
		}
		if _, err := w.service.Connect(w.Context(), w.other, calendar.SourceInput{URL: "http://one.example/a"}); errs.CodeOf(err) != errs.Invalid {
			w.Errorf("plain http: %v", err)
		}
	})
}

func (w *world) book(status booking.Status, start time.Time, title, address string) booking.Booking {
	b := booking.Booking{ID: ids.New(), ProviderID: w.provider.ID, ProviderAccountID: w.owner.ID, Status: status, Start: start, End: start.Add(time.Hour),
		Price: money.Of(20000, money.MAD), UpdatedAt: w.clock.Now(),
		Details: booking.Details{CustomerName: "Salma Bennani", Title: catalog.Text{FR: title, AR: "إصلاح"}, Address: address}}
	w.bookings = append(w.bookings, b)
	return b
}

func TestTheFeedHoldsTheBookingsAsOtherCalendarsReadThem(t *testing.T) {
	each(t, func(w *world) {
		token, err := w.service.OpenFeed(w.Context(), w.owner)
		w.must(err)
		empty, err := w.service.Publish(w.Context(), token)
		if err != nil || strings.Contains(string(empty.Content), "VEVENT") {
			w.Errorf("an empty feed: %s (%v)", empty.Content, err)
		}
		start := time.Date(2026, 6, 2, 13, 0, 0, 0, time.UTC)
		long := strings.Repeat("إصلاح التسرب ", 12)
		b := w.book(booking.Accepted, start, "Fuite d’eau; urgente, "+long, "12, rue des Orangers\nCasablanca")
		w.book(booking.Requested, start.Add(3*time.Hour), "Chauffe-eau", "")
		w.book(booking.CancelledByCustomer, start.Add(5*time.Hour), "Évier", "")
		w.book(booking.Declined, start.Add(7*time.Hour), "Refusée", "")
		w.book(booking.Accepted, start.Add(300*24*time.Hour), "Lointaine", "")
		published, err := w.service.Publish(w.Context(), token)
		w.must(err)
		text := strings.ReplaceAll(string(published.Content), "\r\n ", "")
		for _, want := range []string{
			"UID:" + b.ID + "@khadamat\r\n", "DTSTART:20260602T130000Z\r\n", "DTEND:20260602T140000Z\r\n", "STATUS:CONFIRMED\r\n", "STATUS:TENTATIVE\r\n", "STATUS:CANCELLED\r\n",
			`SUMMARY:Fuite d’eau\; urgente\, ` + long, "LOCATION:12\\, rue des Orangers\\, Casablanca\r\n", "URL:https://khadamat.example/fr/bookings/" + b.ID,
		} {
			if !strings.Contains(text, want) {
				w.Errorf("the feed lacks %q:\n%s", want, text)
			}
		}
		if strings.Count(text, "BEGIN:VEVENT") != 3 || strings.Contains(text, "Refusée") || strings.Contains(text, "Lointaine") {
			w.Errorf("the feed has the wrong bookings:\n%s", text)
		}
		lines := bufio.NewScanner(strings.NewReader(string(published.Content)))
		for lines.Scan() {
			if len(lines.Bytes()) > 75 || strings.ContainsRune(lines.Text(), '\ufffd') {
				w.Errorf("a line is not folded right: %q", lines.Text())
			}
		}
		w.clock.Advance(time.Minute)
		again, err := w.service.Publish(w.Context(), token)
		if err != nil || again.ETag != published.ETag || !again.ChangedAt.Equal(b.UpdatedAt) {
			w.Errorf("a feed that has not changed has another tag (%v)", err)
		}
		w.book(booking.Accepted, start.Add(48*time.Hour), "Neuve", "")
		if changed, err := w.service.Publish(w.Context(), token); err != nil || changed.ETag == published.ETag {
			w.Errorf("a feed that has changed has the same tag (%v)", err)
		}
	})
}

func TestASecretAddressWorksUntilThereIsANewOneOrNone(t *testing.T) {
	each(t, func(w *world) {
		first, err := w.service.OpenFeed(w.Context(), w.owner)
		w.must(err)
		second, err := w.service.OpenFeed(w.Context(), w.owner)
		w.must(err)
		opens := func(token string) bool {
			_, err := w.service.Publish(w.Context(), token)
			if err != nil && errs.CodeOf(err) != errs.NotFound {
				w.Fatal(err)
			}
			return err == nil
		}
		if len(first) < 43 || first == second || opens(first) || !opens(second) || opens("") || opens(second[:42]) {
			w.Errorf("%q opens: %v, %q opens: %v", first, opens(first), second, opens(second))
		}
		var stored string
		w.must(w.db.QueryRow(w.Context(), `SELECT token_hash FROM calendar_feeds`).Scan(&stored))
		if strings.Contains(stored, second) {
			w.Error("the secret itself is kept")
		}
		if feed, err := w.service.Feed(w.Context(), w.owner); err != nil || !feed.Exists || !feed.CreatedAt.Equal(w.clock.Now()) {
			w.Errorf("%+v (%v)", feed, err)
		}
		w.must(w.service.CloseFeed(w.Context(), w.owner))
		w.must(w.service.CloseFeed(w.Context(), w.owner))
		if feed, err := w.service.Feed(w.Context(), w.owner); err != nil || feed.Exists || opens(second) {
			w.Errorf("a closed address opens: %+v (%v)", feed, err)
		}
	})
}

func TestAPersonGetsAndLosesTheirCalendars(t *testing.T) {
	each(t, func(w *world) {
		var holder account.Holder = w.service
		if _, data, err := holder.Export(w.Context(), w.owner.ID); err != nil || data != nil {
			w.Errorf("of nothing there is %v (%v)", data, err)
		}
		w.says(w.clock.Now().Add(26 * time.Hour))
		source := w.connect()
		w.must(w.service.Fetch(w.Context(), source.ID))
		token, err := w.service.OpenFeed(w.Context(), w.owner)
		w.must(err)
		name, data, err := holder.Export(w.Context(), w.owner.ID)
		if text := fmt.Sprintf("%+v", data); err != nil || name != "calendars" || !strings.Contains(text, source.URL) {
			w.Errorf("exported %s: %s (%v)", name, text, err)
		}
		w.must(w.db.Tx(w.Context(), func(tx *db.Tx) error { return holder.Erase(w.Context(), tx, w.owner.ID) }))
		if _, err := w.service.Publish(w.Context(), token); errs.CodeOf(err) != errs.NotFound || len(w.busy()) != 0 {
			w.Errorf("after being erased there is still %v (%v)", w.busy(), err)
		}
		if _, data, err := holder.Export(w.Context(), w.owner.ID); err != nil || data != nil {
			w.Errorf("left: %v (%v)", data, err)
		}
	})
}
