package demo

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"

	"github.com/alexedwards/argon2id"
)

// everyText calls check with each text of the tables and where it stands.
func everyText(check func(where string, w words)) {
	list := func(where string, all []words) {
		for _, w := range all {
			check(where, w)
		}
	}
	list("notes", notes)
	list("declineReasons", declineReasons)
	list("cancelReasons", cancelReasons)
	list("moveReasons", moveReasons)
	for _, f := range fields {
		for _, all := range [][]words{f.openings, f.ways, f.endings, f.assurances, f.practical, f.notes} {
			list(f.categoryID, all)
		}
		for _, t := range f.trades {
			check(t.categoryID, t.called)
			for _, o := range t.offers {
				check(t.categoryID, o.title)
				check(t.categoryID, o.description)
			}
			for _, e := range t.extras {
				check(t.categoryID, e.title)
			}
		}
	}
}

func arabicLetters(s string) (count int) {
	for _, r := range s {
		if unicode.Is(unicode.Arabic, r) {
			count++
		}
	}
	return count
}

func TestEveryTextIsInThreeLanguages(t *testing.T) {
	count := 0
	everyText(func(where string, w words) {
		count++
		for _, s := range []string{w.FR, w.AR, w.EN} {
			if cleaned, key := text.Clean(s, text.Rules{MinRunes: 2, MaxRunes: 400}); key != "" || cleaned != s {
				t.Errorf("%s: %q: %s", where, s, key)
			}
		}
		if arabicLetters(w.FR) > 0 || arabicLetters(w.EN) > 0 {
			t.Errorf("%s: Arabic letters in %q or %q", where, w.FR, w.EN)
		}
		if letters := arabicLetters(w.AR); letters*2 < utf8.RuneCountInString(strings.NewReplacer("TCF", "", "DELF", "", "{trade}", "", "{city}", "", "{since}", "").Replace(w.AR)) {
			t.Errorf("%s: too few Arabic letters in %q", where, w.AR)
		}
		for _, mark := range []string{"{city}", "{since}"} {
			if strings.Contains(w.FR, mark) != strings.Contains(w.AR, mark) || strings.Contains(w.FR, mark) != strings.Contains(w.EN, mark) {
				t.Errorf("%s: %s is not in all three of %q", where, mark, w.FR)
			}
		}
	})
	if count < 600 {
		t.Errorf("%d texts looked at, expected some hundreds: is a table missing?", count)
	}
}

// Six variants of each kind, so that pages do not look copied.
func TestEveryFieldHasSixOfEachKind(t *testing.T) {
	for _, f := range fields {
		titles := map[string]bool{}
		for _, tr := range f.trades {
			if len(tr.offers) < 3 || len(tr.extras) < 2 {
				t.Errorf("%s: %d offers, %d extras", tr.categoryID, len(tr.offers), len(tr.extras))
			}
			for _, o := range tr.offers {
				titles[o.title.FR] = true
			}
		}
		for _, all := range [][]words{f.openings, f.ways, f.endings, f.assurances, f.practical} {
			distinct := map[words]bool{}
			for _, w := range all {
				distinct[w] = true
			}
			if len(distinct) < 6 {
				t.Errorf("%s: only %d variants, of %q …", f.categoryID, len(distinct), all[0].FR)
			}
		}
		if len(titles) < 6 {
			t.Errorf("%s: only %d titles", f.categoryID, len(titles))
		}
	}
}

// The tables name just the categories and cities that the migrations make.
func TestTablesFitTheCatalog(t *testing.T) {
	d := dbtest.SQLite(t, clock.NewManual(dbtest.Start))
	count := 0
	exists := func(query, id, parent string) {
		var n int
		if err := d.QueryRow(t.Context(), query, id, parent).Scan(&n); err != nil || n != 1 {
			t.Errorf("%s below %q: %d rows, %v", id, parent, n, err)
		}
		count++
	}
	const category = `SELECT count(*) FROM categories WHERE id = $1 AND coalesce(parent_id, '') = $2`
	for _, f := range fields {
		exists(category, f.categoryID, "")
		for _, tr := range f.trades {
			exists(category, tr.categoryID, f.categoryID)
			if tr.beside != "" {
				exists(category, tr.beside, f.categoryID)
			}
		}
	}
	for _, town := range towns {
		exists(`SELECT count(*) FROM cities WHERE id = $1 AND $2 = ''`, town.cityID, "")
	}
	var all int
	if err := d.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM categories) + (SELECT count(*) FROM cities)`).Scan(&all); err != nil || count < all {
		t.Errorf("the tables name %d categories and cities, the catalog has %d (%v)", count, all, err)
	}
}

func smallWorld(t *testing.T, day time.Time) *world {
	t.Helper()
	cities, err := catalog.ReadCities(t.Context(), dbtest.SQLite(t, clock.NewManual(dbtest.Start)))
	if err != nil {
		t.Fatal(err)
	}
	w, err := newWorld(Config{Seed: 7, Scale: 1, Day: day}, cities)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// The days that a demo may be started on differ: weekdays, Sundays, Fridays, in Ramadan and on the days when the clock changes.
var startDays = []time.Time{
	time.Date(2026, time.November, 22, 2, 0, 0, 0, time.UTC),
	time.Date(2026, time.February, 15, 12, 0, 0, 0, time.UTC),
	time.Date(2026, time.March, 21, 12, 0, 0, 0, time.UTC),
	time.Date(2027, time.January, 1, 12, 0, 0, 0, time.UTC),
}

// Every booking lies in its provider's hours as schedule sees them, was made in time, and its events come one after another.
func TestBookingsObeyTheirProvidersRules(t *testing.T) {
	for _, day := range startDays {
		t.Run(day.Format(time.DateOnly), func(t *testing.T) {
			w := smallWorld(t, day)
			checked := 0
			for _, p := range w.providers {
				if err := p.row.Availability.Validate(); err != nil {
					t.Fatalf("provider %d: %v", p.index, err)
				}
				for i, past := range w.tell(p) {
					b := past.Booking
					checked++
					if err := p.row.Availability.Allows(b.Start, b.End.Sub(b.Start), nil, b.CreatedAt); err != nil {
						t.Fatalf("provider %d, booked at %v for %v: %v", p.index, b.CreatedAt, b.Start, err)
					}
					if got := p.row.Availability.Block(b.Start, b.End.Sub(b.Start)); got != b.Block {
						t.Fatalf("provider %d: block %v, want %v", p.index, b.Block, got)
					}
					checkStory(t, w, past.Past)
					if b.Status != p.plans[i].status {
						t.Fatalf("a booking planned as %s is told as %s", p.plans[i].status, b.Status)
					}
				}
			}
			if checked != bookingsAtScaleOne {
				t.Errorf("%d bookings, want %d", checked, bookingsAtScaleOne)
			}
		})
	}
}

func checkStory(t *testing.T, w *world, past booking.Past) {
	t.Helper()
	var before time.Time
	for _, e := range past.Events {
		if !e.At.After(before) || e.At.After(w.now) {
			t.Fatalf("%s (%s) at %v comes after %v, now is %v", past.Booking.Status, e.Kind, e.At, before, w.now)
		}
		before = e.At
		if (e.ActorID == "") != (e.Side == booking.SystemSide) || !ids.Valid(e.ID) || e.BookingID != past.Booking.ID {
			t.Fatalf("odd event %+v", e)
		}
	}
	var sum int64
	for _, line := range past.Booking.Details.Lines {
		sum += line.Price.Minor
	}
	if sum != past.Booking.Price.Minor {
		t.Fatalf("lines add up to %d, the price is %d", sum, past.Booking.Price.Minor)
	}
}

// What people read is whole: no placeholder is left, and what the catalog asks of an active provider is there.
func TestProvidersAreComplete(t *testing.T) {
	w := smallWorld(t, startDays[0])
	bios := map[string]int{}
	for _, p := range w.providers {
		bios[p.row.Bio.FR]++
		texts := []catalog.Text{p.row.Bio}
		for _, s := range p.services {
			texts = append(texts, s.Title, s.Description)
			if (s.Pricing == catalog.OnQuote) != s.Price.IsZero() || s.Price.Minor%1000 != 0 {
				t.Errorf("%s at %s costs %v", s.Title.FR, p.row.Name, s.Price)
			}
		}
		for _, all := range texts {
			for _, s := range []string{all.FR, all.AR, all.EN} {
				if s == "" || strings.ContainsAny(s, "{}") {
					t.Errorf("provider %d: %q", p.index, s)
				}
			}
		}
		if utf8.RuneCountInString(p.row.Bio.AR) < 50 || len(p.services) < 2 || len(p.services) > 4 {
			t.Errorf("provider %d: %d services, bio %q", p.index, len(p.services), p.row.Bio.AR)
		}
		if _, ok := account.ParseEmail(p.account.Email); !ok {
			t.Errorf("%s is no address", p.account.Email)
		}
	}
	for bio, n := range bios {
		if n > 2 {
			t.Errorf("%d providers say %q", n, bio)
		}
	}
}

// Whoever opens the demo finds free times: nearly all providers have some in the coming week.
func TestPlentyIsFree(t *testing.T) {
	w := smallWorld(t, startDays[0])
	open := 0
	for _, p := range w.providers {
		var busy []schedule.Interval
		for _, pl := range p.plans {
			if pl.slot.Start.After(w.now) {
				busy = append(busy, p.row.Availability.Block(pl.slot.Start, pl.slot.End.Sub(pl.slot.Start)))
			}
		}
		if len(p.row.Availability.Slots(p.services[0].Duration(), busy, w.now, w.now, w.now.AddDate(0, 0, 7))) >= 5 {
			open++
		}
	}
	if open < 285 {
		t.Errorf("%d of 300 providers have five free times in a week, want 285", open)
	}
}

// The written-down hash is of the demo's password, made as account makes hashes today.
func TestPasswordHash(t *testing.T) {
	right, params, err := argon2id.CheckHash(Password, passwordHash)
	if err != nil || !right {
		t.Fatalf("the password does not fit its hash: %v", err)
	}
	if *params != *account.DefaultHashing {
		t.Errorf("hashed with %+v, account hashes with %+v", *params, *account.DefaultHashing)
	}
}
