package message_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/message"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// house is one booking between two people on a real database, with a stranger and an operator beside.
type house struct {
	*testing.T
	db                    *db.DB
	clock                 *clock.Manual
	messages              *message.Service
	booking               booking.Booking
	salma, hamid, youssef account.Actor
	moderator             account.Actor
	disputed              map[string]bool
	mu                    sync.Mutex
	notices               []notify.Notice
}

func (h *house) Booking(_ context.Context, actor account.Actor, id string) (booking.Booking, error) {
	if err := actor.Require(); err != nil {
		return booking.Booking{}, err
	}
	if _, ok := h.booking.SideOf(actor.ID); !ok || id != h.booking.ID {
		return booking.Booking{}, errs.New(errs.NotFound, "booking.not_found")
	}
	return h.booking, nil
}

func (h *house) Disputed(_ context.Context, id string) (bool, error) { return h.disputed[id], nil }

func (h *house) Tell(_ context.Context, tx *db.Tx, notice notify.Notice) error {
	tx.AfterCommit(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.notices = append(h.notices, notice)
	})
	return nil
}

// letters are those that an account was sent.
func (h *house) letters(accountID string) (found []notify.Letter) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, notice := range h.notices {
		for _, letter := range notice.Letters {
			if letter.AccountID == accountID {
				found = append(found, letter)
			}
		}
	}
	return found
}

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		h := &house{T: t, db: d, clock: now, disputed: map[string]bool{}, moderator: account.Actor{ID: ids.New(), Role: account.Moderator}}
		h.populate()
		h.messages = message.New(message.Config{DB: d, Clock: now, Bookings: h, Disputes: h, Notifier: h})
		test(h)
	})
}

func (h *house) populate() {
	h.Helper()
	now := h.clock.Now()
	person := func(name string, role account.Role) account.Actor {
		a := account.Account{ID: ids.New(), Email: ids.New() + "@example.test", Name: name, Role: role, Language: "fr", EmailVerifiedAt: now, CreatedAt: now}
		h.must(h.db.Tx(h.Context(), func(tx *db.Tx) error { return account.Insert(h.Context(), tx, a, "-") }))
		return account.Actor{ID: a.ID, Role: role}
	}
	h.salma, h.hamid, h.youssef = person("Salma Bennani", account.Customer), person("Hamid Tazi", account.Provider), person("Youssef Alaoui", account.Customer)
	provider := catalog.Provider{ID: ids.New(), AccountID: h.hamid.ID, Name: "Plomberie Atlas", CityID: "casablanca", Bio: catalog.Text{FR: "Plombier"},
		Status: catalog.Active, Policy: catalog.Moderate, Availability: schedule.Rules{Zone: "Africa/Casablanca", HorizonDays: 60, StepMinutes: 30}, CreatedAt: now, UpdatedAt: now}
	service := catalog.Service{ID: ids.New(), ProviderID: provider.ID, CategoryID: "plomberie", Title: catalog.Text{FR: "Fuite d’eau"}, Pricing: catalog.Fixed,
		Price: money.Of(20000, money.MAD), DurationMinutes: 60, Place: catalog.AtCustomer, Active: true, CreatedAt: now, UpdatedAt: now}
	start := now.Add(24 * time.Hour)
	h.booking = booking.Booking{ID: ids.New(), CustomerID: h.salma.ID, ProviderID: provider.ID, ProviderAccountID: h.hamid.ID, ServiceID: service.ID, Status: booking.Accepted,
		Start: start, End: start.Add(time.Hour), Block: schedule.Interval{Start: start, End: start.Add(time.Hour)}, Policy: catalog.Moderate, Price: service.Price,
		Details:   booking.Details{CustomerName: "Salma Bennani", ProviderName: "Plomberie Atlas", Title: service.Title, CityID: "casablanca", Zone: "Africa/Casablanca"},
		CreatedAt: now, UpdatedAt: now}
	h.must(h.db.Tx(h.Context(), func(tx *db.Tx) error {
		if err := catalog.InsertProvider(h.Context(), tx, provider); err != nil {
			return err
		}
		if err := catalog.InsertService(h.Context(), tx, service); err != nil {
			return err
		}
		return booking.Import(h.Context(), tx, []booking.Past{{Booking: h.booking}}, func(id string) string { return id })
	}))
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// say sends what may not be refused.
func (h *house) say(who account.Actor, words string) message.Message {
	h.Helper()
	sent, err := h.messages.Send(h.Context(), who, h.booking.ID, words, ids.New())
	h.must(err)
	return sent
}

func (h *house) thread(who account.Actor) []message.Message {
	h.Helper()
	page, err := h.messages.Thread(h.Context(), who, h.booking.ID, "")
	h.must(err)
	return page.Items
}

func (h *house) refused(err error, code errs.Code, key string) {
	h.Helper()
	e, ok := err.(*errs.Error)
	if !ok || e.Code != code || (key != "" && e.Key != key && (len(e.Fields) == 0 || e.Fields[0].Key != key)) {
		h.Fatalf("got %v, want %s %s", err, code, key)
	}
}

func TestTheTwoSidesWriteToEachOther(t *testing.T) {
	each(t, func(h *house) {
		h.say(h.salma, "Bonjour,\navez-vous une échelle ?")
		h.clock.Advance(time.Minute)
		h.say(h.hamid, "Oui, bien sûr.")
		for _, who := range []account.Actor{h.salma, h.hamid} {
			thread := h.thread(who)
			if len(thread) != 2 || thread[0].Text != "Bonjour,\navez-vous une échelle ?" || thread[0].Side != booking.CustomerSide || thread[1].Side != booking.ProviderSide {
				t.Fatalf("the thread is %+v", thread)
			}
		}
		if n := h.count(`SELECT count(*) FROM audit_entries WHERE action = 'message.sent' AND subject_id = $1`, h.booking.ID); n != 2 {
			t.Errorf("%d audit entries", n)
		}
	})
}

func (h *house) count(query string, args ...any) (n int) {
	h.Helper()
	h.must(h.db.QueryRow(h.Context(), query, args...).Scan(&n))
	return n
}

func TestTheReaderIsToldWithTheBeginningOfWhatWasWritten(t *testing.T) {
	each(t, func(h *house) {
		h.say(h.salma, "Je vous attends "+strings.Repeat("devant la porte ", 30))
		letters := h.letters(h.hamid.ID)
		if len(letters) != 1 || letters[0].Template != notify.MessageReceived || len(h.letters(h.salma.ID)) != 0 {
			t.Fatalf("the reader got %v, the writer %v", letters, h.letters(h.salma.ID))
		}
		args := letters[0].Args
		if excerpt := args["Excerpt"].Text; args["ID"].Text != h.booking.ID || args["Sender"].Text != "Salma Bennani" || !strings.HasPrefix(excerpt, "Je vous attends") || !strings.HasSuffix(excerpt, "…") || len([]rune(excerpt)) > 141 {
			t.Errorf("the letter says %+v", args)
		}
		if notice := h.notices[0]; len(notice.Watchers) != 2 || notice.Type != "message.changed" {
			t.Errorf("open pages are told %+v", notice)
		}
	})
}

// Ten messages in a row are one letter, until they are read or an hour has passed.
func TestUnreadMessagesGatherBehindOneLetter(t *testing.T) {
	each(t, func(h *house) {
		for range 3 {
			h.say(h.salma, "Vous êtes là ?")
		}
		if got := len(h.letters(h.hamid.ID)); got != 1 {
			t.Errorf("three messages in a row sent %d letters", got)
		}
		h.clock.Advance(61 * time.Minute)
		h.say(h.salma, "Toujours là ?")
		if got := len(h.letters(h.hamid.ID)); got != 2 {
			t.Errorf("an hour later there are %d letters, want 2", got)
		}
		h.must(h.messages.MarkRead(t.Context(), h.hamid, h.booking.ID))
		h.say(h.salma, "Merci !")
		if got := len(h.letters(h.hamid.ID)); got != 3 {
			t.Errorf("after reading there are %d letters, want 3", got)
		}
	})
}

func TestWhatTheOtherSideHasSeenIsMarked(t *testing.T) {
	each(t, func(h *house) {
		h.say(h.salma, "Un")
		h.say(h.salma, "Deux")
		unread, err := h.messages.Unread(t.Context(), h.hamid)
		h.must(err)
		if unread[h.booking.ID] != 2 || len(unread) != 1 {
			t.Fatalf("%v wait for the reader, want 2", unread)
		}
		h.must(h.messages.MarkRead(t.Context(), h.salma, h.booking.ID)) // one's own messages are not unread
		if h.thread(h.salma)[0].Read() {
			t.Fatal("the writer marked their own message as seen")
		}
		told := len(h.notices)
		h.must(h.messages.MarkRead(t.Context(), h.hamid, h.booking.ID))
		for _, m := range h.thread(h.salma) {
			if !m.Read() {
				t.Errorf("%q is not marked", m.Text)
			}
		}
		if len(h.notices) != told+1 || h.notices[told].Watchers[0] != h.salma.ID {
			t.Errorf("the writer's page is not told: %+v", h.notices[told:])
		}
		h.must(h.messages.MarkRead(t.Context(), h.hamid, h.booking.ID))
		if len(h.notices) != told+1 {
			t.Error("reading nothing new tells somebody")
		}
		h.must(h.messages.MarkRead(t.Context(), h.youssef, h.booking.ID))
		if unread, err = h.messages.Unread(t.Context(), h.hamid); err != nil || len(unread) != 0 {
			t.Errorf("%v still wait, %v", unread, err)
		}
	})
}

func TestStrangersNeitherReadNorWrite(t *testing.T) {
	each(t, func(h *house) {
		h.say(h.salma, "Le code de la porte est 1234.")
		for _, who := range []account.Actor{h.youssef, h.moderator} {
			_, err := h.messages.Thread(t.Context(), who, h.booking.ID, "")
			h.refused(err, errs.NotFound, "")
			_, err = h.messages.Send(t.Context(), who, h.booking.ID, "Bonjour", "")
			h.refused(err, errs.NotFound, "")
		}
		_, err := h.messages.Send(t.Context(), account.Actor{}, h.booking.ID, "Bonjour", "")
		h.refused(err, errs.Unauthenticated, "")
	})
}

func TestOperatorsReadTheThreadOfADisputeOnly(t *testing.T) {
	each(t, func(h *house) {
		h.say(h.salma, "Le robinet fuit encore.")
		_, err := h.messages.OfDisputed(t.Context(), h.moderator, h.booking.ID)
		h.refused(err, errs.NotFound, "")
		h.disputed[h.booking.ID] = true
		found, err := h.messages.OfDisputed(t.Context(), h.moderator, h.booking.ID)
		h.must(err)
		if len(found) != 1 || found[0].Read() {
			t.Errorf("the operator reads %+v", found)
		}
		_, err = h.messages.OfDisputed(t.Context(), h.salma, h.booking.ID)
		h.refused(err, errs.Forbidden, "")
	})
}

func TestAMessageSentTwiceIsThereOnce(t *testing.T) {
	each(t, func(h *house) {
		key := ids.New()
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				if _, err := h.messages.Send(t.Context(), h.salma, h.booking.ID, "Bonjour", key); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n := len(h.thread(h.salma)); n != 1 {
			t.Errorf("%d messages", n)
		}
		_, err := h.messages.Send(t.Context(), h.salma, h.booking.ID, "Bonsoir", key)
		h.refused(err, errs.Conflict, "idempotency.other_body")
	})
}

func TestNobodyWritesMoreThanThirtyMessagesAnHour(t *testing.T) {
	each(t, func(h *house) {
		var sent atomic.Int32
		var wait sync.WaitGroup
		for range 40 {
			wait.Go(func() {
				switch _, err := h.messages.Send(t.Context(), h.salma, h.booking.ID, "Allô", ""); errs.CodeOf(err) {
				case "":
					sent.Add(1)
				case errs.RateLimited:
				default:
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if sent.Load() != 30 {
			t.Errorf("%d were sent at once, want 30", sent.Load())
		}
		h.say(h.hamid, "Doucement !") // the other side is not bound by it
		h.clock.Advance(time.Hour)
		h.say(h.salma, "Pardon.")
	})
}

func TestAThreadClosesThirtyDaysAfterTheEnd(t *testing.T) {
	each(t, func(h *house) {
		h.clock.Set(h.booking.End.AddDate(0, 0, 30).Add(-time.Second))
		h.say(h.salma, "Merci encore")
		h.clock.Advance(time.Second)
		_, err := h.messages.Send(t.Context(), h.salma, h.booking.ID, "Trop tard", "")
		h.refused(err, errs.Gone, "message.closed")
		if len(h.thread(h.hamid)) != 1 {
			t.Error("a closed thread cannot be read")
		}
	})
}

func TestTextsThatWillNotDoAreRefused(t *testing.T) {
	each(t, func(h *house) {
		for name, words := range map[string]string{"empty": " \n ", "too long": strings.Repeat("é", 2001), "no UTF-8": "a\xff", "turned": "a\u202eb", "control": "a\x00b"} {
			if _, err := h.messages.Send(t.Context(), h.salma, h.booking.ID, words, ""); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		h.say(h.salma, strings.Repeat("é", 2000))
	})
}

func TestALongThreadIsReadInParts(t *testing.T) {
	each(t, func(h *house) {
		var all []message.Message
		for i := range 120 {
			all = append(all, message.Message{ID: ids.New(), BookingID: h.booking.ID, SenderID: h.salma.ID, ReaderID: h.hamid.ID, Side: booking.CustomerSide,
				Text: "m", SentAt: h.clock.Now().Add(time.Duration(i/2) * time.Second)})
		}
		h.must(h.db.Tx(t.Context(), func(tx *db.Tx) error { return message.InsertMany(t.Context(), tx, all) }))
		var seen []string
		cursor := ""
		for {
			page, err := h.messages.Thread(t.Context(), h.hamid, h.booking.ID, cursor)
			h.must(err)
			var part []string
			for _, m := range page.Items {
				part = append(part, m.ID)
			}
			seen = append(part, seen...)
			if cursor = page.Earlier; cursor == "" {
				break
			}
		}
		if len(seen) != len(all) {
			t.Fatalf("%d of %d messages were read", len(seen), len(all))
		}
		for i, m := range all {
			if seen[i] != m.ID {
				t.Fatalf("message %d stands elsewhere", i)
			}
		}
		_, err := h.messages.Thread(t.Context(), h.hamid, h.booking.ID, "x")
		h.refused(err, errs.Invalid, "error.bad_cursor")
	})
}

func TestAPersonTakesTheirMessagesHomeAndTheirWordsAway(t *testing.T) {
	each(t, func(h *house) {
		h.say(h.salma, "Mon secret")
		h.clock.Advance(time.Second)
		h.say(h.hamid, "Ma réponse")
		name, data, err := h.messages.Export(t.Context(), h.salma.ID)
		h.must(err)
		text, err := json.Marshal(data)
		h.must(err)
		if name != "messages" || !strings.Contains(string(text), `"mine":true,"text":"Mon secret"`) || !strings.Contains(string(text), `"mine":false,"text":"Ma réponse"`) {
			t.Errorf("%s: %s", name, text)
		}
		if _, data, err := h.messages.Export(t.Context(), h.youssef.ID); data != nil || err != nil {
			t.Errorf("a stranger takes home %v, %v", data, err)
		}
		h.must(h.db.Tx(t.Context(), func(tx *db.Tx) error { return h.messages.Erase(t.Context(), tx, h.salma.ID) }))
		if thread := h.thread(h.hamid); len(thread) != 2 || thread[0].Text != "" || thread[1].Text != "Ma réponse" {
			t.Errorf("after erasing the thread is %+v", thread)
		}
		if n := h.count(`SELECT count(*) FROM idempotency_keys WHERE result LIKE '%secret%'`); n != 0 {
			t.Error("the words are still kept beside an idempotency key")
		}
	})
}
