package favourite_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/favourite"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// shelf is a few providers that two people may save.
type shelf struct {
	*testing.T
	db             *db.DB
	clock          *clock.Manual
	favourites     *favourite.Service
	salma, youssef account.Actor
	providers      []string
	gone           map[string]bool
}

func (s *shelf) Provider(_ context.Context, id string) (catalog.Provider, error) {
	for _, known := range s.providers {
		if known == id && !s.gone[id] {
			return catalog.Provider{ID: id}, nil
		}
	}
	return catalog.Provider{}, errs.New(errs.NotFound, "catalog.provider_not_found")
}

func each(t *testing.T, test func(s *shelf)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		s := &shelf{T: t, db: d, clock: now, gone: map[string]bool{}}
		person := func(role account.Role) account.Actor {
			a := account.Account{ID: ids.New(), Email: ids.New() + "@example.test", Name: "Salma", Role: role, Language: "fr", CreatedAt: now.Now()}
			s.must(d.Tx(t.Context(), func(tx *db.Tx) error { return account.Insert(t.Context(), tx, a, "-") }))
			return account.Actor{ID: a.ID, Role: role}
		}
		s.salma, s.youssef = person(account.Customer), person(account.Customer)
		for range 5 {
			p := catalog.Provider{ID: ids.New(), AccountID: person(account.Provider).ID, Name: "Atlas", CityID: "casablanca", Status: catalog.Active, Policy: catalog.Moderate,
				Availability: schedule.Rules{Zone: "Africa/Casablanca", HorizonDays: 60, StepMinutes: 30}, CreatedAt: now.Now(), UpdatedAt: now.Now()}
			s.must(d.Tx(t.Context(), func(tx *db.Tx) error { return catalog.InsertProvider(t.Context(), tx, p) }))
			s.providers = append(s.providers, p.ID)
		}
		s.favourites = favourite.New(favourite.Config{DB: d, Catalog: s})
		test(s)
	})
}

func (s *shelf) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *shelf) save(who account.Actor, at int) {
	s.Helper()
	s.must(s.favourites.Set(s.Context(), who, s.providers[at], true))
	s.clock.Advance(time.Second)
}

// mine lists what somebody saved, page by page.
func (s *shelf) mine(who account.Actor, limit int) (found []string) {
	s.Helper()
	for cursor := ""; ; {
		page, err := s.favourites.Mine(s.Context(), who, cursor, limit)
		s.must(err)
		for _, item := range page.Items {
			found = append(found, item.ProviderID)
		}
		if cursor = page.NextCursor; cursor == "" {
			return found
		}
	}
}

func TestWhatIsSavedIsFoundAgainTheLastFirst(t *testing.T) {
	each(t, func(s *shelf) {
		for i := range s.providers {
			s.save(s.salma, i)
		}
		s.save(s.youssef, 2)
		for _, limit := range []int{1, 2, 5, 20} {
			got := s.mine(s.salma, limit)
			if len(got) != 5 || got[0] != s.providers[4] || got[4] != s.providers[0] {
				t.Errorf("in pages of %d: %v", limit, got)
			}
		}
		if got := s.mine(s.youssef, 20); len(got) != 1 || got[0] != s.providers[2] {
			t.Errorf("the other person has %v", got)
		}
		saved, err := s.favourites.Among(t.Context(), s.youssef, s.providers[1:4])
		s.must(err)
		if len(saved) != 1 || !saved[s.providers[2]] {
			t.Errorf("among three the other person has %v", saved)
		}
		if saved, err := s.favourites.Among(t.Context(), account.Actor{}, s.providers); err != nil || len(saved) != 0 {
			t.Errorf("nobody has saved %v, %v", saved, err)
		}
	})
}

func TestSavingTwiceIsSavingOnce(t *testing.T) {
	each(t, func(s *shelf) {
		var wait sync.WaitGroup
		for range 6 {
			wait.Go(func() {
				if err := s.favourites.Set(t.Context(), s.salma, s.providers[0], true); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if got := s.mine(s.salma, 20); len(got) != 1 {
			t.Errorf("saved %v", got)
		}
		entries := 0
		s.must(s.db.QueryRow(t.Context(), `SELECT count(*) FROM audit_entries WHERE action = 'favourite.saved'`).Scan(&entries))
		if entries != 1 {
			t.Errorf("%d audit entries", entries)
		}
		for range 2 {
			s.must(s.favourites.Set(t.Context(), s.salma, s.providers[0], false))
		}
		if got := s.mine(s.salma, 20); len(got) != 0 {
			t.Errorf("after forgetting: %v", got)
		}
	})
}

func TestOnlyWhoIsOnOfferCanBeSavedAndAnybodyForgotten(t *testing.T) {
	each(t, func(s *shelf) {
		s.save(s.salma, 0)
		s.gone[s.providers[0]], s.gone[s.providers[1]] = true, true
		for _, id := range []string{s.providers[1], ids.New(), "x", ""} {
			if err := s.favourites.Set(t.Context(), s.salma, id, true); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("saving %q: %v", id, err)
			}
		}
		s.must(s.favourites.Set(t.Context(), s.salma, s.providers[0], false))
		if err := s.favourites.Set(t.Context(), account.Actor{}, s.providers[2], true); errs.CodeOf(err) != errs.Unauthenticated {
			t.Errorf("nobody saves: %v", err)
		}
	})
}

func TestThereIsAnEndToSaving(t *testing.T) {
	each(t, func(s *shelf) {
		s.must(s.db.Tx(t.Context(), func(tx *db.Tx) error {
			var accounts []account.Account
			var providers []catalog.Provider
			var all []favourite.Saved
			for range 500 {
				a := account.Account{ID: ids.New(), Email: ids.New() + "@example.test", Name: "P", Role: account.Provider, Language: "fr", CreatedAt: tx.Now}
				p := catalog.Provider{ID: ids.New(), AccountID: a.ID, Name: "P", CityID: "rabat", Status: catalog.Active, Policy: catalog.Strict,
					Availability: schedule.Rules{Zone: "Africa/Casablanca", HorizonDays: 60, StepMinutes: 30}, CreatedAt: tx.Now, UpdatedAt: tx.Now}
				accounts, providers = append(accounts, a), append(providers, p)
				all = append(all, favourite.Saved{AccountID: s.salma.ID, ProviderID: p.ID, At: tx.Now})
			}
			for _, a := range accounts {
				if err := account.Insert(t.Context(), tx, a, "-"); err != nil {
					return err
				}
			}
			if err := catalog.InsertMany(t.Context(), tx, providers, nil); err != nil {
				return err
			}
			return favourite.InsertMany(t.Context(), tx, all)
		}))
		err := s.favourites.Set(t.Context(), s.salma, s.providers[0], true)
		if e, ok := err.(*errs.Error); !ok || e.Key != "favourite.too_many" {
			t.Errorf("one more than 500: %v", err)
		}
	})
}

func TestBrokenCursorsAndLimitsAreRefused(t *testing.T) {
	each(t, func(s *shelf) {
		for _, cursor := range []string{"x", "1.2", ".", "zz." + strings.Repeat("a", 36)} {
			if _, err := s.favourites.Mine(t.Context(), s.salma, cursor, 0); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("cursor %q: %v", cursor, err)
			}
		}
		for _, limit := range []int{-1, 101} {
			if _, err := s.favourites.Mine(t.Context(), s.salma, "", limit); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("limit %d: %v", limit, err)
			}
		}
	})
}

func TestAPersonTakesTheirFavouritesHomeAndAway(t *testing.T) {
	each(t, func(s *shelf) {
		s.save(s.salma, 1)
		s.save(s.youssef, 1)
		name, data, err := s.favourites.Export(t.Context(), s.salma.ID)
		s.must(err)
		text, err := json.Marshal(data)
		s.must(err)
		if name != "favourites" || !strings.Contains(string(text), s.providers[1]) {
			t.Errorf("%s: %s", name, text)
		}
		s.must(s.db.Tx(t.Context(), func(tx *db.Tx) error { return s.favourites.Erase(t.Context(), tx, s.salma.ID) }))
		if got := s.mine(s.salma, 20); len(got) != 0 {
			t.Errorf("after erasing: %v", got)
		}
		if got := s.mine(s.youssef, 20); len(got) != 1 {
			t.Errorf("the other person's: %v", got)
		}
	})
}
