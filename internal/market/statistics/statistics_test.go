package statistics_test

import (
	"context"
	"math"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/market/statistics"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
)

// market is what the statistics read: a plumber in Rabat with two services and a barber in Fès with one.
type market struct {
	mu     sync.Mutex
	totals []booking.Total
	joined []account.Joined
	asked  []int // for how many days totals were asked
}

func (m *market) DailyTotals(_ context.Context, from, to time.Time) ([]booking.Total, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = append(m.asked, int(to.Sub(from).Hours()/24))
	var found []booking.Total
	for _, t := range m.totals {
		if at := t.Day.In(casablanca); !at.Before(from) && at.Before(to) {
			found = append(found, t)
		}
	}
	return found, nil
}

func (m *market) Directory(context.Context) (catalog.Directory, error) {
	return catalog.Directory{
		Providers: []catalog.ProviderEntry{{ID: "plumber", CityID: "rabat"}, {ID: "barber", CityID: "fes"}},
		Services: []catalog.ServiceEntry{{ID: "leak", CategoryID: "plomberie", Title: catalog.Text{FR: "Fuite"}},
			{ID: "boiler", CategoryID: "plomberie", Title: catalog.Text{FR: "Chauffe-eau"}}, {ID: "cut", CategoryID: "barbier", Title: catalog.Text{FR: "Coupe"}}},
	}, nil
}

func (m *market) ProviderOf(_ context.Context, accountID string) (catalog.Provider, error) {
	if accountID == "hamid" {
		return catalog.Provider{ID: "plumber"}, nil
	}
	return catalog.Provider{}, errs.New(errs.NotFound, "catalog.provider_not_found")
}

func (m *market) Joined(_ context.Context, _, _ time.Time, _ *time.Location) ([]account.Joined, error) {
	return m.joined, nil
}

var (
	casablanca, _ = schedule.Location("Africa/Casablanca")
	today         = schedule.DateOf(dbtest.Start, casablanca)
	moderator     = account.Actor{ID: "nadia", Role: account.Moderator}
	hamid         = account.Actor{ID: "hamid", Role: account.Provider}
)

func (m *market) book(daysAgo int, provider, service string, status booking.Status, count, dirhams int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.totals = append(m.totals, booking.Total{Day: today.AddDays(-daysAgo), ProviderID: provider, ServiceID: service, Status: status, Count: count, Gross: money.Of(dirhams*100, money.MAD)})
}

func onBoth(t *testing.T, test func(t *testing.T, s *statistics.Service, m *market, d *db.DB, now *clock.Manual)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		m := &market{}
		test(t, newService(t, m, d, now), m, d, now)
	})
}

func newService(t *testing.T, m *market, d *db.DB, now clock.Clock) *statistics.Service {
	t.Helper()
	s, err := statistics.New(statistics.Config{DB: d, Clock: now, Bookings: m, Catalog: m, People: m})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func refresh(t *testing.T, s *statistics.Service) {
	t.Helper()
	if err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func figures(t *testing.T, s *statistics.Service, days int) statistics.MarketFigures {
	t.Helper()
	got, err := s.Market(t.Context(), moderator, days)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestTheMarketAddsUpEachState(t *testing.T) {
	onBoth(t, func(t *testing.T, s *statistics.Service, m *market, _ *db.DB, _ *clock.Manual) {
		m.book(0, "plumber", "leak", booking.Completed, 3, 600)
		m.book(1, "plumber", "boiler", booking.Accepted, 2, 500)
		m.book(2, "barber", "cut", booking.CancelledByCustomer, 1, 80)
		m.book(3, "barber", "cut", booking.CancelledByProvider, 1, 80)
		m.book(3, "barber", "cut", booking.NoShow, 1, 80)
		m.book(4, "barber", "cut", booking.Declined, 2, 160)
		m.book(5, "barber", "cut", booking.Expired, 1, 80)
		m.book(6, "barber", "cut", booking.Withdrawn, 1, 80)
		m.book(6, "barber", "cut", booking.Requested, 1, 80)
		m.book(7, "plumber", "leak", booking.Completed, 4, 800) // the period before
		m.book(14, "plumber", "leak", booking.Completed, 9, 1800)
		m.book(-1, "plumber", "leak", booking.Accepted, 9, 1800) // tomorrow
		got := figures(t, s, 7)
		want := statistics.Sums{Requests: 13, Bookings: 8, Completed: 3, Cancelled: 2, NoShows: 1, Refused: 3, Gross: money.Of(110000, money.MAD), Earned: money.Of(60000, money.MAD)}
		if got.Now != want {
			t.Errorf("now\n%+v, want\n%+v", got.Now, want)
		}
		if got.Before.Bookings != 4 || got.Before.Gross != money.Of(80000, money.MAD) {
			t.Errorf("before: %+v", got.Before)
		}
		if r, ok := got.Now.Cancellation(); !ok || r != 0.25 {
			t.Errorf("cancellation %v %v", r, ok)
		}
		if r, ok := got.Now.Acceptance(); !ok || math.Abs(r-8.0/11) > 1e-9 {
			t.Errorf("acceptance %v %v", r, ok)
		}
	})
}

func TestCitiesAndCategoriesShareTheMarketWholly(t *testing.T) {
	onBoth(t, func(t *testing.T, s *statistics.Service, m *market, _ *db.DB, _ *clock.Manual) {
		m.book(0, "plumber", "leak", booking.Completed, 3, 600)
		m.book(1, "plumber", "boiler", booking.Accepted, 2, 500)
		m.book(2, "barber", "cut", booking.Completed, 1, 80)
		m.book(2, "barber", "cut", booking.Declined, 7, 560)
		got := figures(t, s, 30)
		wantCities := []statistics.Share{{ID: "rabat", Bookings: 5, Gross: money.Of(110000, money.MAD)}, {ID: "fes", Bookings: 1, Gross: money.Of(8000, money.MAD)}}
		wantCategories := []statistics.Share{{ID: "plomberie", Bookings: 5, Gross: money.Of(110000, money.MAD)}, {ID: "barbier", Bookings: 1, Gross: money.Of(8000, money.MAD)}}
		if len(got.Cities) != 2 || got.Cities[0] != wantCities[0] || got.Cities[1] != wantCities[1] {
			t.Errorf("cities: %+v", got.Cities)
		}
		if len(got.Categories) != 2 || got.Categories[0] != wantCategories[0] || got.Categories[1] != wantCategories[1] {
			t.Errorf("categories: %+v", got.Categories)
		}
	})
}

func TestBucketsAddUpToThePeriod(t *testing.T) {
	onBoth(t, func(t *testing.T, s *statistics.Service, m *market, _ *db.DB, _ *clock.Manual) {
		for ago := range 800 {
			m.book(ago, "plumber", "leak", booking.Completed, int64(ago%5+1), int64(ago%5+1)*100)
		}
		for _, days := range statistics.Periods {
			got := figures(t, s, days)
			sum, next := int64(0), got.From
			for _, b := range got.Buckets {
				if b.From != next || b.To.Before(b.From) {
					t.Errorf("%d days: a bucket from %v to %v after %v", days, b.From, b.To, next)
				}
				next = b.To.AddDays(1)
				sum += b.Bookings
			}
			if next != today.AddDays(1) || got.To != today || got.To.Sub(got.From) != days-1 {
				t.Errorf("%d days end on %v", days, next.AddDays(-1))
			}
			if sum != got.Now.Bookings || got.Before.Bookings == 0 {
				t.Errorf("%d days: buckets hold %d bookings of %d", days, sum, got.Now.Bookings)
			}
			want := map[int]int{7: 7, 30: 30, 90: 13, 365: 52}[days]
			for i, b := range got.Buckets {
				if length := b.To.Sub(b.From) + 1; days >= 90 && length != 7 && (i > 0 || length < 4 || length > 10) {
					t.Errorf("%d days: bucket %d has %d days", days, i, length)
				}
			}
			if len(got.Buckets) != want {
				t.Errorf("%d days: %d buckets, want %d", days, len(got.Buckets), want)
			}
		}
	})
}

func TestVisitsAreKeptAndAddUp(t *testing.T) {
	onBoth(t, func(t *testing.T, s *statistics.Service, m *market, d *db.DB, now *clock.Manual) {
		other := newService(t, m, d, now)
		for range 3 {
			s.Visit(statistics.ProviderPage, "plumber")
			other.Visit(statistics.ProviderPage, "barber")
		}
		s.Visit(statistics.HomePage, "")
		s.Visit(statistics.SearchPage, "")
		s.Visit(statistics.BookPage, "plumber")
		for _, node := range []*statistics.Service{s, other} {
			if err := node.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		s.Visit(statistics.ProviderPage, "plumber")
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := figures(t, s, 7).Now
		if got.Views != 7 || got.Home != 1 || got.Searches != 1 || got.BookViews != 1 {
			t.Errorf("the market's visits: %+v", got)
		}
		mine, err := s.Provider(t.Context(), hamid, "plumber", 7)
		if err != nil || mine.Now.Views != 4 || mine.Now.BookViews != 1 || mine.Now.Home != 0 {
			t.Errorf("the plumber's visits: %+v, %v", mine.Now, err)
		}
	})
}

func TestWhatCannotBeWrittenIsKept(t *testing.T) {
	onBoth(t, func(t *testing.T, s *statistics.Service, _ *market, _ *db.DB, _ *clock.Manual) {
		s.Visit(statistics.HomePage, "")
		ended, end := context.WithCancel(t.Context())
		end()
		if s.Flush(ended) == nil {
			t.Fatal("a flush that could not be")
		}
		s.Visit(statistics.HomePage, "")
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := figures(t, s, 7).Now.Home; got != 2 {
			t.Errorf("%d visits, want 2", got)
		}
	})
}

func TestVisitsCountFromManySidesAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *statistics.Service, _ *market, _ *db.DB, _ *clock.Manual) {
		var people sync.WaitGroup
		for range 8 {
			people.Go(func() {
				for i := range 100 {
					s.Visit(statistics.ProviderPage, "plumber")
					if i%40 == 0 {
						if err := s.Flush(t.Context()); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		people.Wait()
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := figures(t, s, 7).Now.Views; got != 800 {
			t.Errorf("%d views, want 800", got)
		}
	})
}

func TestAProviderSeesTheirOwnFiguresOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, s *statistics.Service, m *market, _ *db.DB, _ *clock.Manual) {
		m.book(0, "plumber", "leak", booking.Completed, 3, 600)
		m.book(0, "plumber", "boiler", booking.Completed, 5, 900)
		m.book(0, "barber", "cut", booking.Completed, 9, 700)
		mine, err := s.Provider(t.Context(), hamid, "plumber", 30)
		if err != nil {
			t.Fatal(err)
		}
		if mine.Now.Bookings != 8 || mine.Now.Earned != money.Of(150000, money.MAD) {
			t.Errorf("%+v", mine.Now)
		}
		if len(mine.Top) != 2 || mine.Top[0].ID != "boiler" || mine.Top[0].Title.FR != "Chauffe-eau" || mine.Top[1].Bookings != 3 {
			t.Errorf("top: %+v", mine.Top)
		}
		if _, err := s.Provider(t.Context(), moderator, "barber", 30); err != nil {
			t.Errorf("a moderator: %v", err)
		}
		for what, c := range map[string]struct {
			actor    account.Actor
			provider string
			code     errs.Code
		}{
			"somebody else's":  {hamid, "barber", errs.NotFound},
			"everybody's":      {moderator, "", errs.NotFound},
			"a customer's try": {account.Actor{ID: "salma", Role: account.Customer}, "plumber", errs.NotFound},
			"nobody's try":     {account.Actor{}, "plumber", errs.Unauthenticated},
		} {
			if _, err := s.Provider(t.Context(), c.actor, c.provider, 30); errs.CodeOf(err) != c.code {
				t.Errorf("%s: %v, want %s", what, err, c.code)
			}
		}
	})
}

func TestTheMarketIsForOperators(t *testing.T) {
	onBoth(t, func(t *testing.T, s *statistics.Service, _ *market, _ *db.DB, _ *clock.Manual) {
		for _, role := range []account.Role{account.Customer, account.Provider, account.Finance, account.Reviewer} {
			if _, err := s.Market(t.Context(), account.Actor{ID: "x", Role: role}, 7); errs.CodeOf(err) != errs.Forbidden {
				t.Errorf("%s: %v", role, err)
			}
		}
		if _, err := s.Market(t.Context(), account.Actor{ID: "x", Role: account.Admin}, 7); err != nil {
			t.Errorf("an admin: %v", err)
		}
		if _, err := s.Market(t.Context(), moderator, 8); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("eight days: %v", err)
		}
	})
}

func TestARefreshReadsRecentDaysAndNowAndThenAll(t *testing.T) {
	onBoth(t, func(t *testing.T, s *statistics.Service, m *market, _ *db.DB, now *clock.Manual) {
		m.book(100, "plumber", "leak", booking.Completed, 1, 100)
		refresh(t, s)
		m.book(0, "plumber", "leak", booking.Completed, 1, 100)
		now.Advance(time.Minute)
		refresh(t, s)
		if got := figures(t, s, 365).Now.Bookings; got != 2 {
			t.Errorf("%d bookings, want 2", got)
		}
		if len(m.asked) != 3 || m.asked[2] > 40 {
			t.Errorf("totals were asked for %v days: all, then recent ones, then recent ones alone", m.asked)
		}
		m.book(200, "plumber", "leak", booking.Completed, 1, 100)
		now.Advance(15 * time.Minute)
		refresh(t, s)
		if got := figures(t, s, 365).Now.Bookings; got != 3 {
			t.Errorf("%d bookings after a quarter of an hour, want 3", got)
		}
	})
}

func TestANewDayIsCountedWithoutWaiting(t *testing.T) {
	onBoth(t, func(t *testing.T, s *statistics.Service, m *market, _ *db.DB, now *clock.Manual) {
		m.book(-1, "plumber", "leak", booking.Accepted, 1, 100)
		if got := figures(t, s, 7).Now.Bookings; got != 0 {
			t.Errorf("tomorrow's booking counts today")
		}
		now.Advance(24 * time.Hour)
		if got := figures(t, s, 7); got.Now.Bookings != 1 || got.To != today.AddDays(1) {
			t.Errorf("%d bookings up to %v", got.Now.Bookings, got.To)
		}
	})
}

func TestNewPeopleAreCountedByRole(t *testing.T) {
	onBoth(t, func(t *testing.T, s *statistics.Service, m *market, _ *db.DB, _ *clock.Manual) {
		noon := today.In(casablanca).Add(12 * time.Hour)
		m.joined = []account.Joined{{Day: noon, Role: account.Customer, Count: 4}, {Day: noon, Role: account.Provider, Count: 2}, {Day: noon.AddDate(0, 0, -8), Role: account.Customer, Count: 1}}
		if got := figures(t, s, 7); got.Now.People != 6 || got.Now.Professionals != 2 || got.Before.People != 1 {
			t.Errorf("%+v, before %+v", got.Now, got.Before)
		}
	})
}

func TestRatesOfNothingAreNone(t *testing.T) {
	var none statistics.Sums
	for what, rate := range map[string]func() (float64, bool){"conversion": none.Conversion, "cancellation": none.Cancellation, "acceptance": none.Acceptance} {
		if value, ok := rate(); ok || value != 0 {
			t.Errorf("%s of nothing is %v", what, value)
		}
	}
	if value, ok := (statistics.Sums{Requests: 9, Views: 3}).Conversion(); !ok || value != 1 {
		t.Errorf("a conversion of %v", value)
	}
}

func TestRobotsAreKnown(t *testing.T) {
	for agent, robot := range map[string]bool{
		"Mozilla/5.0 (Linux; Android 13; SM-A127F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36":  false,
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 Version/17.2 Mobile/15E148 Safari/604.1": false,
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)":                                            true,
		"WhatsApp/2.23.20.0": true,
		"curl/8.5.0":         true,
		"":                   true,
	} {
		if statistics.Robot(agent) != robot {
			t.Errorf("%q: robot %v", agent, !robot)
		}
	}
}
