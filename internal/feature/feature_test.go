package feature_test

import (
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
)

// house is two nodes over one database, with an admin.
type house struct {
	*feature.Service
	db    *db.DB
	other *feature.Service
	admin account.Actor
}

func onBoth(t *testing.T, test func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		admin, err := account.New(account.Config{DB: d, Clock: now}).EnsureAccount(t.Context(), account.NewAccount{
			Email: "admin@example.test", Password: "une petite phrase", Name: "Nadia", Role: account.Admin, Language: "fr"})
		if err != nil {
			t.Fatal(err)
		}
		test(t, &house{Service: node(t, d), db: d, other: node(t, d), admin: account.Actor{ID: admin.ID, Role: account.Admin}})
	})
}

func node(t *testing.T, d *db.DB) *feature.Service {
	t.Helper()
	s, err := feature.New(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (h *house) set(t *testing.T, name feature.Name, on bool) {
	t.Helper()
	if err := h.Set(t.Context(), h.admin, name, on); err != nil {
		t.Fatal(err)
	}
}

func (h *house) audited(t *testing.T) (entries int) {
	t.Helper()
	if err := h.db.QueryRow(t.Context(), `SELECT count(*) FROM audit_entries WHERE subject_kind = 'feature'`).Scan(&entries); err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestEverythingIsOnUntilSomebodySwitchesItOff(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		for _, name := range feature.Names {
			if !h.On(name) {
				t.Errorf("%s is off", name)
			}
		}
		var nobody *feature.Service
		if !nobody.On(feature.Quotes) {
			t.Error("without switches something is off")
		}
	})
}

func TestASwitchWorksAtOnceHereAndAfterAPollElsewhere(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.set(t, feature.Quotes, false)
		if h.On(feature.Quotes) || !h.On(feature.Reviews) {
			t.Error("not exactly quotes are off")
		}
		if !h.other.On(feature.Quotes) {
			t.Error("the other node knew before it looked")
		}
		if err := h.other.Poll(t.Context()); err != nil || h.other.On(feature.Quotes) {
			t.Errorf("the other node did not learn of it (%v)", err)
		}
		if node(t, h.db).On(feature.Quotes) {
			t.Error("a node that starts has everything on")
		}
		h.set(t, feature.Quotes, true)
		if !h.On(feature.Quotes) {
			t.Error("quotes stay off")
		}
	})
}

func TestASwitchRemembersWhoAndWritesItDown(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.set(t, feature.Reviews, false)
		h.set(t, feature.Reviews, false) // changes nothing
		all, err := h.Switches(t.Context(), h.admin)
		if err != nil || len(all) != len(feature.Names) {
			t.Fatalf("%d switches, %v", len(all), err)
		}
		for _, one := range all {
			touched := one.Name == feature.Reviews
			if one.On == touched || (one.ChangedBy == h.admin.ID) != touched || one.ChangedAt.IsZero() == touched {
				t.Errorf("%+v", one)
			}
		}
		if n := h.audited(t); n != 1 {
			t.Errorf("%d audit entries, want 1", n)
		}
	})
}

func TestOnlyAdminsSwitch(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		for _, role := range []account.Role{account.Customer, account.Provider, account.Moderator, account.Finance, account.Reviewer} {
			actor := account.Actor{ID: h.admin.ID, Role: role}
			if err := h.Set(t.Context(), actor, feature.Bookings, false); errs.CodeOf(err) != errs.Forbidden {
				t.Errorf("%s: %v", role, err)
			}
			if _, err := h.Switches(t.Context(), actor); errs.CodeOf(err) != errs.Forbidden {
				t.Errorf("%s reads the switches: %v", role, err)
			}
		}
		if err := h.Set(t.Context(), account.Actor{}, feature.Bookings, false); errs.CodeOf(err) != errs.Unauthenticated {
			t.Errorf("nobody: %v", err)
		}
		if err := h.Set(t.Context(), h.admin, "everything", false); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("an unknown switch: %v", err)
		}
		if !h.On(feature.Bookings) {
			t.Error("somebody switched bookings off")
		}
	})
}

func TestWhatIsPausedSaysSo(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range feature.Names {
		err := name.Paused()
		if errs.CodeOf(err) != errs.Conflict || seen[err.Error()] {
			t.Errorf("%s: %v", name, err)
		}
		seen[err.Error()] = true
	}
}
