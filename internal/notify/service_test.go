package notify

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/cache"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/live"
	"khadamat/internal/platform/mail"
	"khadamat/internal/texts"
)

// street is two neighbours on a real database, with a service that tells them things and a queue that nobody works.
type street struct {
	*testing.T
	db      *db.DB
	clock   *clock.Manual
	hub     *live.Hub
	cache   *cache.Memory
	notices *Service
	office  *Office
	sent    *post
	salma   account.Actor
	hamid   account.Actor
}

// post keeps what was mailed.
type post struct{ messages []mail.Message }

func (p *post) Send(_ context.Context, m mail.Message) error {
	p.messages = append(p.messages, m)
	return nil
}

// people are the accounts of the street.
type people map[string]account.Account

func (p people) Account(_ context.Context, id string) (account.Account, error) {
	if a, ok := p[id]; ok {
		return a, nil
	}
	return account.Account{}, errs.New(errs.NotFound, "error.not_found")
}

func each(t *testing.T, test func(s *street)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) { test(newStreet(t, d, now)) })
}

func newStreet(t *testing.T, d *db.DB, now *clock.Manual) *street {
	t.Helper()
	s := &street{T: t, db: d, clock: now, hub: live.New(live.NewLocal(), live.Options{}), sent: &post{}}
	t.Cleanup(s.hub.Drain)
	known := people{}
	add := func(name, language string) account.Actor {
		a := account.Account{ID: ids.New(), Email: ids.New() + "@example.test", Name: name, Role: account.Customer, Language: language, CreatedAt: now.Now()}
		s.must(d.Tx(t.Context(), func(tx *db.Tx) error { return account.Insert(t.Context(), tx, a, "-") }))
		known[a.ID] = a
		return account.Actor{ID: a.ID, Role: a.Role}
	}
	s.salma, s.hamid = add("Salma", "fr"), add("Hamid", "ar")
	var err error
	s.cache, err = cache.NewMemory(1<<20, now)
	s.must(err)
	t.Cleanup(s.cache.Close)
	s.notices = s.another()
	s.office = &Office{Accounts: known, Notices: s.notices, Sender: s.sent, Texts: texts.Catalog(), BaseURL: "https://khadamat.example"}
	return s
}

// another is the service of another node: it shares the database and nothing else.
func (s *street) another() *Service {
	s.Helper()
	queue := job.New(s.db, nil)
	s.must(queue.Open())
	return New(Config{DB: s.db, Clock: s.clock, Queue: queue, Hub: s.hub, Texts: texts.Catalog(), Cache: s.cache})
}

func (s *street) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// tell tells one person one thing.
func (s *street) tell(to account.Actor, template Template, change ...func(map[string]Value)) {
	s.Helper()
	told := args()
	// Far enough away for letters about it to wait.
	told["Start"], told["Proposed"] = Moment(s.clock.Now().Add(72*time.Hour), QuietZone), Moment(s.clock.Now().Add(96*time.Hour), QuietZone)
	for _, c := range change {
		c(told)
	}
	s.must(s.db.Tx(s.Context(), func(tx *db.Tx) error {
		return s.notices.Tell(s.Context(), tx, Notice{Letters: []Letter{{AccountID: to.ID, Template: template, Args: told}}})
	}))
}

// waiting is a letter in the queue.
type waiting struct {
	Letter
	at time.Time // when it may be mailed; zero: now
}

// queued lists the letters in the queue, in the order in which they were put there.
func (s *street) queued() (all []waiting) {
	s.Helper()
	at := "extract(epoch FROM scheduled_at)::bigint"
	if s.db.Dialect == db.SQLite {
		at = "unixepoch(scheduled_at)"
	}
	rows, err := s.db.Query(s.Context(), `SELECT args, state, `+at+` FROM river_job WHERE kind = 'notify.letters' ORDER BY id`)
	s.must(err)
	defer rows.Close()
	for rows.Next() {
		var text, state string
		var seconds int64
		s.must(rows.Scan(&text, &state, &seconds))
		var j letterJob
		s.must(json.Unmarshal([]byte(text), &j))
		for _, letter := range j.Letters {
			w := waiting{Letter: letter}
			if state == "scheduled" {
				w.at = time.Unix(seconds, 0).UTC()
			}
			all = append(all, w)
		}
	}
	s.must(rows.Err())
	return all
}

func (s *street) unread(of account.Actor) int {
	s.Helper()
	n, err := s.notices.Unread(s.Context(), of)
	s.must(err)
	return n
}

func (s *street) mine(of account.Actor) []Notification {
	s.Helper()
	page, err := s.notices.Mine(s.Context(), of, "", 0)
	s.must(err)
	return page.Items
}

func (s *street) prefer(who account.Actor, p Preferences) {
	s.Helper()
	s.must(s.notices.SetPreferences(s.Context(), who, p))
}

func TestWhatIsToldIsUnderTheBellAndInTheQueue(t *testing.T) {
	each(t, func(s *street) {
		s.tell(s.salma, BookingConfirmed)
		if got := s.queued(); len(got) != 1 || got[0].AccountID != s.salma.ID || !got[0].at.IsZero() {
			s.Fatalf("queued: %+v", got)
		}
		got := s.mine(s.salma)
		if len(got) != 1 || got[0].Subject(texts.Catalog(), "fr") != "C’est confirmé\u00a0: Fuite d’eau" || got[0].Path() != "/bookings/"+args()["ID"].Text || !got[0].ReadAt.IsZero() {
			s.Fatalf("under the bell: %+v", got)
		}
		if s.unread(s.salma) != 1 || s.unread(s.hamid) != 0 || len(s.mine(s.hamid)) != 0 {
			s.Fatal("the wrong person was told")
		}
	})
}

func TestNothingIsToldOfAChangeThatIsUndone(t *testing.T) {
	each(t, func(s *street) {
		subscription, err := s.hub.Subscribe(AccountTopic(s.salma.ID))
		s.must(err)
		defer subscription.Close()
		undone := errs.New(errs.Conflict, "error.conflict")
		err = s.db.Tx(s.Context(), func(tx *db.Tx) error {
			s.must(s.notices.Tell(s.Context(), tx, Notice{Watchers: []string{s.salma.ID}, Type: "booking.changed", Letters: []Letter{{AccountID: s.salma.ID, Template: BookingConfirmed, Args: args()}}}))
			return undone
		})
		if errs.CodeOf(err) != errs.Conflict {
			s.Fatal(err)
		}
		if len(s.queued()) != 0 || s.unread(s.salma) != 0 || len(subscription.C) != 0 {
			s.Fatal("something was told")
		}
	})
}

func TestSecretsAreNeverUnderTheBell(t *testing.T) {
	each(t, func(s *street) {
		for template, kind := range templates {
			if kind.topic == Security {
				s.tell(s.salma, template)
			}
		}
		if got := s.mine(s.salma); len(got) != 0 {
			s.Fatalf("under the bell: %v", got)
		}
		if len(s.queued()) < 10 {
			s.Fatal("they were not mailed")
		}
	})
}

func TestTopicsGoWhereTheirReaderWantsThem(t *testing.T) {
	each(t, func(s *street) {
		s.tell(s.salma, BookingConfirmed) // what was chosen before is remembered, and must be forgotten
		s.prefer(s.salma, Preferences{Off: map[Topic]Off{Bookings: {Email: true}, Messages: {Bell: true}, Reviews: {Bell: true, Email: true}}})
		before := len(s.queued())
		s.tell(s.salma, BookingDeclined)
		s.tell(s.salma, MessageReceived)
		s.tell(s.salma, ReviewPublished)
		s.tell(s.salma, DisputeDecided)
		var mailed, shown []Template
		for _, w := range s.queued()[before:] {
			mailed = append(mailed, w.Template)
		}
		for _, n := range s.mine(s.salma) {
			shown = append(shown, n.Template)
		}
		slices.Sort(shown)
		if !slices.Equal(mailed, []Template{MessageReceived, DisputeDecided}) || !slices.Equal(shown, []Template{BookingConfirmed, BookingDeclined, DisputeDecided}) {
			s.Fatalf("mailed %v, shown %v", mailed, shown)
		}
		s.tell(s.hamid, ReviewPublished)
		if len(s.mine(s.hamid)) != 1 {
			s.Fatal("one person's choice was taken for another's")
		}
	})
}

func TestWhatNobodyCanSwitchOffIsRefused(t *testing.T) {
	each(t, func(s *street) {
		for name, p := range map[string]Preferences{
			"security":      {Off: map[Topic]Off{Security: {Email: true}}},
			"account":       {Off: map[Topic]Off{Account: {Bell: true}}},
			"no such topic": {Off: map[Topic]Off{"love": {}}},
			"no such time":  {Quiet: &Quiet{From: 24 * 60, To: 60}},
			"no quiet time": {Quiet: &Quiet{From: 60, To: 60}},
		} {
			if err := s.notices.SetPreferences(s.Context(), s.salma, p); errs.CodeOf(err) != errs.Invalid {
				s.Errorf("%s: %v", name, err)
			}
		}
		if err := s.notices.SetPreferences(s.Context(), account.Actor{}, Preferences{}); errs.CodeOf(err) != errs.Unauthenticated {
			s.Error(err)
		}
	})
}

// dbtest.Start is nine in the morning in Casablanca.
func TestLettersWaitUntilQuietHoursEnd(t *testing.T) {
	each(t, func(s *street) {
		s.prefer(s.salma, Preferences{Quiet: &Quiet{From: 22 * 60, To: 8 * 60}})
		s.tell(s.salma, ReviewPublished)
		s.clock.Advance(14 * time.Hour) // eleven in the evening
		night := s.clock.Now()
		s.tell(s.salma, ReviewReplied)
		s.tell(s.salma, BookingDeclined)
		soon := func(a map[string]Value) { a["Start"] = Moment(night.Add(3*time.Hour), QuietZone) }
		s.tell(s.salma, BookingCancelled, soon)
		s.tell(s.salma, DisputeDecided)
		s.tell(s.salma, PasswordChanged)
		morning := time.Date(2026, time.June, 2, 7, 0, 0, 0, time.UTC)
		want := []waiting{
			{Letter{Template: ReviewPublished}, time.Time{}}, {Letter{Template: ReviewReplied}, morning}, {Letter{Template: BookingDeclined}, morning},
			{Letter{Template: BookingCancelled}, time.Time{}}, {Letter{Template: DisputeDecided}, time.Time{}}, {Letter{Template: PasswordChanged}, time.Time{}},
		}
		got := s.queued()
		if len(got) != len(want) {
			s.Fatalf("%d letters", len(got))
		}
		for i := range want {
			if got[i].Template != want[i].Template || !got[i].at.Equal(want[i].at) {
				s.Errorf("%s waits until %s, want %s until %s", got[i].Template, got[i].at, want[i].Template, want[i].at)
			}
		}
		if s.unread(s.salma) != 5 {
			s.Errorf("%d under the bell: that does not wait", s.unread(s.salma))
		}
	})
}

func TestQuietHoursAreReadOnTheMoroccanWall(t *testing.T) {
	for _, c := range []struct {
		name     string
		quiet    *Quiet
		now, end string
	}{
		{"none", nil, "2026-06-01T01:00:00Z", ""},
		{"before", &Quiet{13 * 60, 15 * 60}, "2026-06-01T11:59:00Z", ""},
		{"first minute", &Quiet{13 * 60, 15 * 60}, "2026-06-01T12:00:00Z", "2026-06-01T14:00:00Z"},
		{"last minute", &Quiet{13 * 60, 15 * 60}, "2026-06-01T13:59:59Z", "2026-06-01T14:00:00Z"},
		{"after", &Quiet{13 * 60, 15 * 60}, "2026-06-01T14:00:00Z", ""},
		{"evening", &Quiet{22 * 60, 7*60 + 30}, "2026-06-01T21:00:00Z", "2026-06-02T06:30:00Z"},
		{"after midnight", &Quiet{22 * 60, 7*60 + 30}, "2026-06-02T00:00:00Z", "2026-06-02T06:30:00Z"},
		{"in Ramadan, at UTC", &Quiet{22 * 60, 7 * 60}, "2026-03-01T22:00:00Z", "2026-03-02T07:00:00Z"},
		{"the night that Ramadan ends", &Quiet{22 * 60, 7 * 60}, "2026-03-21T23:00:00Z", "2026-03-22T06:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		got := c.quiet.until(now)
		if (c.end == "") != got.IsZero() || (c.end != "" && got.Format(time.RFC3339) != c.end) {
			t.Errorf("%s: until %s, want %q", c.name, got, c.end)
		}
	}
}

func TestABurstOfMessagesIsOneLetterInTenMinutes(t *testing.T) {
	each(t, func(s *street) {
		subscription, err := s.hub.Subscribe(AccountTopic(s.salma.ID))
		s.must(err)
		defer subscription.Close()
		says := func(words string) func(map[string]Value) {
			return func(a map[string]Value) { a["Excerpt"] = Words(words) }
		}
		s.tell(s.salma, MessageReceived, says("Bonjour"))
		s.clock.Advance(5 * time.Minute)
		s.tell(s.salma, MessageReceived, says("Vous êtes là ?"))
		s.tell(s.salma, MessageReceived, func(a map[string]Value) { a["ID"] = Words(ids.New()) })
		if got := s.queued(); len(got) != 2 {
			s.Fatalf("%d letters about two bookings", len(got))
		}
		got := s.mine(s.salma)
		first := got[slices.IndexFunc(got, func(n Notification) bool { return n.Count == 2 })]
		if len(got) != 2 || first.Args["Excerpt"].Text != "Vous êtes là ?" || !first.At.Equal(s.clock.Now()) || s.unread(s.salma) != 2 {
			s.Fatalf("under the bell: %+v", got)
		}
		for i := range 3 {
			if e := <-subscription.C; e.Type != "notification.new" {
				s.Fatalf("event %d is %q", i, e.Type)
			}
		}
		s.clock.Advance(5 * time.Minute)
		s.tell(s.salma, MessageReceived)
		if len(s.queued()) != 3 {
			s.Fatal("after ten minutes there is no further letter")
		}
	})
}

func TestWhoHasReadAMessageIsMailedTheNextOne(t *testing.T) {
	each(t, func(s *street) {
		s.tell(s.salma, MessageReceived)
		_, err := s.notices.MarkRead(s.Context(), s.salma, s.mine(s.salma)[0].ID)
		s.must(err)
		s.tell(s.salma, MessageReceived)
		if got := s.mine(s.salma); len(got) != 2 || len(s.queued()) != 2 || s.unread(s.salma) != 1 {
			s.Fatalf("%d under the bell, %d mailed", len(got), len(s.queued()))
		}
	})
}

func TestAnotherPageHearsOfItAtOnce(t *testing.T) {
	each(t, func(s *street) {
		first, err := s.hub.Subscribe(AccountTopic(s.salma.ID))
		s.must(err)
		defer first.Close()
		second, err := s.hub.Subscribe(AccountTopic(s.salma.ID))
		s.must(err)
		defer second.Close()
		s.tell(s.salma, BookingConfirmed)
		for _, page := range []*live.Subscription{first, second} {
			e := <-page.C
			var data newEvent
			raw, _ := e.Data.(json.RawMessage)
			s.must(json.Unmarshal(raw, &data))
			if e.Type != "notification.new" || data.Count != 1 || data.ID != s.mine(s.salma)[0].ID || data.Text["ar"] != "تم التأكيد: تسرب ماء" || data.Text["fr"] != "C’est confirmé\u00a0: Fuite d’eau" {
				s.Fatalf("%s: %+v", e.Type, data)
			}
		}
		_, err = s.notices.MarkRead(s.Context(), s.salma, s.mine(s.salma)[0].ID)
		s.must(err)
		e := <-second.C
		if raw, _ := e.Data.(json.RawMessage); e.Type != "notification.read" || string(raw) != `{"count":0}` {
			s.Fatalf("%s: %s", e.Type, raw)
		}
	})
}

func TestReadingIsForTheReaderAlone(t *testing.T) {
	each(t, func(s *street) {
		s.tell(s.salma, BookingConfirmed)
		id := s.mine(s.salma)[0].ID
		for name, who := range map[string]account.Actor{"a neighbour": s.hamid, "nobody": {}} {
			if _, err := s.notices.MarkRead(s.Context(), who, id); errs.CodeOf(err) != errs.NotFound && errs.CodeOf(err) != errs.Unauthenticated {
				s.Errorf("%s: %v", name, err)
			}
		}
		s.must(s.notices.MarkAllRead(s.Context(), s.hamid))
		if s.unread(s.salma) != 1 {
			s.Fatal("somebody else has read it")
		}
		s.clock.Advance(time.Minute)
		read, err := s.notices.MarkRead(s.Context(), s.salma, id)
		s.must(err)
		s.clock.Advance(time.Minute)
		again, err := s.notices.MarkRead(s.Context(), s.salma, id)
		s.must(err)
		if s.unread(s.salma) != 0 || !read.ReadAt.Equal(again.ReadAt) {
			s.Fatalf("read at %s, then at %s", read.ReadAt, again.ReadAt)
		}
		s.tell(s.salma, BookingDeclined)
		s.tell(s.salma, BookingDeclined)
		s.must(s.notices.MarkAllRead(s.Context(), s.salma))
		if s.unread(s.salma) != 0 {
			s.Fatal("not everything is read")
		}
	})
}

func TestThePagesOfAListShowEveryNotificationOnce(t *testing.T) {
	each(t, func(s *street) {
		for range 7 {
			s.tell(s.salma, BookingDeclined) // some at the same moment
		}
		s.clock.Advance(time.Hour)
		s.tell(s.salma, BookingConfirmed)
		var seen []string
		for cursor := ""; ; {
			page, err := s.notices.Mine(s.Context(), s.salma, cursor, 3)
			s.must(err)
			for _, n := range page.Items {
				seen = append(seen, n.ID)
			}
			if cursor = page.NextCursor; cursor == "" {
				break
			}
		}
		sorted := slices.Clone(seen)
		slices.Sort(sorted)
		if len(seen) != 8 || len(slices.Compact(sorted)) != 8 || s.mine(s.salma)[0].Template != BookingConfirmed {
			s.Fatalf("seen: %v", seen)
		}
		for _, bad := range []string{"x", "MTIz", "eC4wMTkw"} {
			if _, err := s.notices.Mine(s.Context(), s.salma, bad, 3); errs.CodeOf(err) != errs.Invalid {
				s.Errorf("cursor %q: %v", bad, err)
			}
		}
		if _, err := s.notices.Mine(s.Context(), s.salma, "", 101); errs.CodeOf(err) != errs.Invalid {
			s.Error(err)
		}
	})
}

func TestALinkInALetterStopsItsTopic(t *testing.T) {
	each(t, func(s *street) {
		letter := Letter{AccountID: s.salma.ID, Template: ReviewPublished, Args: args()}
		s.must(s.office.send(s.Context(), letter))
		s.must(s.office.send(s.Context(), letter))
		_, secret, err := readPreferences(s.Context(), s.db, s.salma.ID, "")
		s.must(err)
		for _, m := range s.sent.messages {
			if m.Headers["List-Unsubscribe"] != "<https://khadamat.example/fr/unsubscribe/reviews/"+secret+">" {
				s.Fatalf("the link of %s has changed: %v", secret, m.Headers)
			}
		}
		for topic, of := range map[Topic]string{Reviews: newSecret(), Security: secret, "love": secret, Bookings: ""} {
			if err := s.notices.Unsubscribe(s.Context(), topic, of); errs.CodeOf(err) != errs.NotFound {
				s.Errorf("%s: %v", topic, err)
			}
		}
		s.prefer(s.salma, Preferences{Off: map[Topic]Off{Reviews: {Bell: true}, Quotes: {Email: true}}})
		s.must(s.notices.CheckUnsubscribe(s.Context(), Reviews, secret))
		s.must(s.notices.Unsubscribe(s.Context(), Reviews, secret))
		s.must(s.notices.Unsubscribe(s.Context(), Reviews, secret))
		p, err := s.notices.Preferences(s.Context(), s.salma)
		s.must(err)
		if p.Email(Reviews) || p.Bell(Reviews) || p.Email(Quotes) || !p.Email(Bookings) {
			s.Fatalf("%+v", p)
		}
		// A letter that had waited in the queue is not mailed any more.
		s.must(s.office.send(s.Context(), letter))
		if len(s.sent.messages) != 2 {
			s.Fatal("the letter was sent all the same")
		}
		var audited int
		s.must(s.db.QueryRow(s.Context(), `SELECT count(*) FROM audit_entries WHERE action IN ('notifications.unsubscribed', 'notifications.preferences_changed')`).Scan(&audited))
		if audited != 3 {
			s.Errorf("%d audit entries", audited)
		}
	})
}

func TestAPersonGetsAndIsRidOfEverythingThatTheyWereTold(t *testing.T) {
	each(t, func(s *street) {
		var holder account.Holder = s.notices
		for range 3 {
			s.tell(s.salma, MessageReceived)
		}
		s.tell(s.salma, BookingConfirmed)
		s.tell(s.hamid, BookingConfirmed)
		s.prefer(s.salma, Preferences{Quiet: &Quiet{From: 1, To: 2}})
		name, data, err := holder.Export(s.Context(), s.salma.ID)
		s.must(err)
		got := data.(exported)
		if name != "notifications" || len(got.Notifications) != 2 || got.Preferences.Quiet == nil || got.Notifications[0].Text["en"] == "" {
			s.Fatalf("%s: %+v", name, got)
		}
		s.must(s.db.Tx(s.Context(), func(tx *db.Tx) error { return holder.Erase(s.Context(), tx, s.salma.ID) }))
		_, data, err = holder.Export(s.Context(), s.salma.ID)
		s.must(err)
		if got := data.(exported); len(got.Notifications) != 0 || got.Preferences.Quiet != nil || s.unread(s.salma) != 0 || s.unread(s.hamid) != 1 {
			s.Fatalf("left: %+v", got)
		}
	})
}

func TestOldNotificationsAreForgotten(t *testing.T) {
	each(t, func(s *street) {
		s.tell(s.salma, BookingDeclined)
		s.must(s.notices.MarkAllRead(s.Context(), s.salma))
		s.tell(s.salma, BookingConfirmed)
		s.clock.Advance(keptRead + time.Hour)
		s.must(s.notices.Prune(s.Context()))
		if got := s.mine(s.salma); len(got) != 1 || got[0].Template != BookingConfirmed {
			s.Fatalf("kept: %+v", got)
		}
		s.clock.Advance(keptUnread)
		s.must(s.notices.Prune(s.Context()))
		if len(s.mine(s.salma)) != 0 {
			s.Fatal("half a year old, and still there")
		}
	})
}

func TestALetterThatNobodyWroteIsRefused(t *testing.T) {
	each(t, func(s *street) {
		err := s.db.Tx(s.Context(), func(tx *db.Tx) error {
			return s.notices.Mail(s.Context(), tx, s.salma.ID, "love", nil)
		})
		if err == nil || len(s.queued()) != 0 {
			s.Fatalf("%v", err)
		}
	})
}
