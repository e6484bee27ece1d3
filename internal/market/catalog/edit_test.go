package catalog

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// onBoth runs a test over a catalog on each engine.
func onBoth(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) { test(t, newWorld(t, d, now)) })
}

func wantCode(t *testing.T, what string, err error, code errs.Code) {
	t.Helper()
	if errs.CodeOf(err) != code {
		t.Errorf("%s: %v, want %q", what, err, code)
	}
}

func (w *world) audited(t *testing.T, subjectID string) (actions []string) {
	t.Helper()
	rows, err := w.db.Query(t.Context(), `SELECT action FROM audit_entries WHERE subject_id = $1 ORDER BY id`, subjectID)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var action string
		if err := rows.Scan(&action); err != nil {
			t.Fatal(err)
		}
		actions = append(actions, action)
	}
	return actions
}

func TestTheReferenceIsWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		if n := len(w.Cities()); n != 12 {
			t.Errorf("%d cities, want 12", n)
		}
		children := 0
		for _, category := range w.reference().categories {
			if category.Name.FR == "" || category.Name.AR == "" || category.Name.EN == "" {
				t.Errorf("category %s lacks a name", category.ID)
			}
			if category.ParentID == "" {
				continue
			}
			children++
			if synonyms[category.ID] == "" {
				t.Errorf("category %s has no synonyms", category.ID)
			}
		}
		if children < 30 || len(w.Categories()) != 8 || len(synonyms) != children {
			t.Errorf("%d top categories, %d children, %d with synonyms", len(w.Categories()), children, len(synonyms))
		}
		for _, city := range w.Cities() {
			// Between Tarifa and the southern border, the Atlantic and Algeria.
			if city.Name.FR == "" || city.Name.AR == "" || city.Name.EN == "" || city.Latitude < 27 || city.Latitude > 36 || city.Longitude < -13 || city.Longitude > -1 {
				t.Errorf("%+v is not in Morocco", city)
			}
		}
		if city, ok := w.City("fes"); !ok || city.Name.EN != "Fez" {
			t.Errorf("fes is %+v", city)
		}
		if category, ok := w.Category("plomberie"); !ok || category.ParentID != "travaux" {
			t.Errorf("plomberie is %+v", category)
		}
		if _, ok := w.City("paris"); ok {
			t.Error("Paris is no city of the market")
		}
	})
}

func TestATextFallsBackToFrenchThenEnglishThenArabic(t *testing.T) {
	for _, test := range []struct {
		text       Text
		lang, want string
	}{
		{Text{FR: "f", AR: "a", EN: "e"}, "ar", "a"},
		{Text{FR: "f", EN: "e"}, "ar", "f"},
		{Text{AR: "a", EN: "e"}, "fr", "e"},
		{Text{AR: "a"}, "en", "a"},
		{Text{FR: "f"}, "de", "f"},
		{Text{}, "fr", ""},
	} {
		if got := test.text.In(test.lang); got != test.want {
			t.Errorf("%+v in %s is %q, want %q", test.text, test.lang, got, test.want)
		}
	}
}

func TestAProviderComesToLifeStepByStep(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, actor := t.Context(), w.person(t, account.Provider)
		_, err := w.ProviderOf(ctx, actor.ID)
		wantCode(t, "before", err, errs.NotFound)
		p, err := w.CreateProvider(ctx, actor, Profile{Name: "  Youssef  "})
		if err != nil || p.Status != Draft || p.Name != "Youssef" || p.Policy != Flexible || p.Availability.Validate() != nil {
			t.Fatalf("created %+v, %v", p, err)
		}
		_, err = w.CreateProvider(ctx, actor, Profile{Name: "Again"})
		wantCode(t, "a second provider of one account", err, errs.Conflict)
		delete(w.emails, actor.ID)
		_, err = w.Activate(ctx, actor, p.ID)
		if e, ok := err.(*errs.Error); !ok || len(e.Fields) != 4 {
			t.Errorf("activating an empty draft gives %v, want complaints about email, city_id, bio and services", err)
		}
		_, err = w.Provider(ctx, p.ID)
		wantCode(t, "a draft in public", err, errs.NotFound)

		w.emails[actor.ID] = true
		if _, err := w.UpdateProfile(ctx, actor, p.ID, plumberProfile()); err != nil {
			t.Fatal(err)
		}
		_, err = w.Activate(ctx, actor, p.ID)
		wantField(t, err, "services", "catalog.no_service")
		s, err := w.PutService(ctx, actor, p.ID, plumbing())
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Offer(ctx, s.ID)
		wantCode(t, "a draft's offer", err, errs.NotFound)
		if p, err = w.Activate(ctx, actor, p.ID); err != nil || p.Status != Active {
			t.Fatalf("activated %+v, %v", p, err)
		}
		shown, err := w.Provider(ctx, p.ID)
		if err != nil || shown.Latitude != 33.5731 || shown.Bio != plumberProfile().Bio {
			t.Errorf("in public %+v, %v", shown, err)
		}
		offer, err := w.Offer(ctx, s.ID)
		if err != nil || offer.Provider.ID != p.ID || offer.Service.Price != money.Of(250_00, money.MAD) || len(offer.Service.Addons) != 1 ||
			!ids.Valid(offer.Service.Addons[0].ID) || !offer.Service.CreatedAt.Equal(dbtest.Start) {
			t.Errorf("offer %+v, %v", offer, err)
		}
		if offers, err := w.Offers(ctx, p.ID); err != nil || len(offers) != 1 || offers[0].Service.ID != s.ID {
			t.Errorf("offers %+v, %v", offers, err)
		}
		if got := w.audited(t, p.ID); !slices.Equal(got, []string{"provider.created", "provider.profile_changed", "provider.activated"}) {
			t.Errorf("audited %v", got)
		}
	})
}

func TestActivationAsksForEachThing(t *testing.T) {
	for _, test := range []struct {
		rule, field, key string
		lack             func(w *world, actor account.Actor, profile *Profile)
	}{
		{"a verified address", "email", "catalog.email_unverified", func(w *world, actor account.Actor, _ *Profile) { delete(w.emails, actor.ID) }},
		{"a city", "city_id", "catalog.city_required", func(_ *world, _ account.Actor, p *Profile) { p.CityID = "" }},
		{"fifty characters", "bio", "catalog.bio_too_short", func(_ *world, _ account.Actor, p *Profile) { p.Bio = Text{AR: strings.Repeat("ب", 49)} }},
	} {
		t.Run(test.rule, func(t *testing.T) {
			now := clock.NewManual(dbtest.Start)
			w := newWorld(t, dbtest.SQLite(t, now), now)
			actor, profile := w.person(t, account.Provider), plumberProfile()
			test.lack(w, actor, &profile)
			p, err := w.CreateProvider(t.Context(), actor, profile)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.PutService(t.Context(), actor, p.ID, plumbing()); err != nil {
				t.Fatal(err)
			}
			_, err = w.Activate(t.Context(), actor, p.ID)
			wantField(t, err, test.field, test.key)
		})
	}
}

func TestFiftyCharactersInOneLanguageAreEnough(t *testing.T) {
	now := clock.NewManual(dbtest.Start)
	w := newWorld(t, dbtest.SQLite(t, now), now)
	actor, p, _ := w.plumber(t)
	profile := plumberProfile()
	profile.Bio = Text{AR: strings.Repeat("ب", MinBioRunes)}
	if _, err := w.UpdateProfile(t.Context(), actor, p.ID, profile); err != nil {
		t.Error(err)
	}
	profile.Bio = Text{AR: "قصير", FR: "court"}
	_, err := w.UpdateProfile(t.Context(), actor, p.ID, profile)
	wantField(t, err, "bio", "catalog.bio_too_short")
	if shown, err := w.Provider(t.Context(), p.ID); err != nil || shown.Bio.AR != strings.Repeat("ب", MinBioRunes) {
		t.Errorf("a refused change shows: %+v, %v", shown.Bio, err)
	}
}

func TestAStoppedProviderIsHiddenAndCannotActivate(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		actor, p, s := w.plumber(t)
		w.now.Advance(1000)
		err := w.db.Tx(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE providers SET status = 'suspended', updated_at = $2 WHERE id = $1`, p.ID, db.At(tx.Now))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Poll(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err = w.Provider(t.Context(), p.ID)
		wantCode(t, "in public", err, errs.NotFound)
		_, err = w.Offer(t.Context(), s.ID)
		wantCode(t, "their offer", err, errs.NotFound)
		_, err = w.Activate(t.Context(), actor, p.ID)
		wantCode(t, "activating", err, errs.Forbidden)
	})
}

func TestOnlyTheOwnerChangesAProvider(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		_, p, s := w.plumber(t)
		stranger, theirs, theirService := w.plumber(t)
		stolen := plumbing()
		stolen.ID = s.ID
		calls := map[string]func(actor account.Actor, providerID string) error{
			"UpdateProfile": func(actor account.Actor, id string) error {
				_, err := w.UpdateProfile(t.Context(), actor, id, plumberProfile())
				return err
			},
			"SetAvailability": func(actor account.Actor, id string) error {
				_, err := w.SetAvailability(t.Context(), actor, id, DefaultAvailability())
				return err
			},
			"Activate": func(actor account.Actor, id string) error {
				_, err := w.Activate(t.Context(), actor, id)
				return err
			},
			"PutService": func(actor account.Actor, id string) error {
				_, err := w.PutService(t.Context(), actor, id, plumbing())
				return err
			},
			"RemoveService": func(actor account.Actor, id string) error {
				return w.RemoveService(t.Context(), actor, id, s.ID)
			},
			"ServicesOf": func(actor account.Actor, id string) error {
				_, err := w.ServicesOf(t.Context(), actor, id)
				return err
			},
		}
		before := len(w.audited(t, p.ID))
		for name, call := range calls {
			wantCode(t, name+" by a stranger", call(stranger, p.ID), errs.NotFound)
			wantCode(t, name+" by an admin", call(account.Actor{ID: stranger.ID, Role: account.Admin}, p.ID), errs.NotFound)
			wantCode(t, name+" by nobody", call(account.Actor{}, p.ID), errs.Unauthenticated)
			wantCode(t, name+" of nothing", call(stranger, ids.New()), errs.NotFound)
			wantCode(t, name+" of what is no id", call(stranger, "a\x00\xff"), errs.NotFound)
		}
		_, err := w.PutService(t.Context(), stranger, theirs.ID, stolen)
		wantCode(t, "replacing another provider's service", err, errs.NotFound)
		stolen.ID = "a\x00\xff"
		_, err = w.PutService(t.Context(), stranger, theirs.ID, stolen)
		wantCode(t, "replacing what is no id", err, errs.NotFound)
		wantCode(t, "removing what is no id", w.RemoveService(t.Context(), stranger, theirs.ID, stolen.ID), errs.NotFound)
		_, err = w.Offer(t.Context(), stolen.ID)
		wantCode(t, "the offer of what is no id", err, errs.NotFound)
		wantCode(t, "removing another provider's service", w.RemoveService(t.Context(), stranger, theirs.ID, s.ID), errs.NotFound)
		if after := len(w.audited(t, p.ID)); after != before {
			t.Errorf("%d entries were audited", after-before)
		}
		for _, id := range []string{s.ID, theirService.ID} {
			if _, err := w.Offer(t.Context(), id); err != nil {
				t.Errorf("a service is gone: %v", err)
			}
		}
		_, err = w.CreateProvider(t.Context(), w.person(t, account.Customer), plumberProfile())
		wantCode(t, "a customer as a provider", err, errs.Forbidden)
		_, err = w.CreateProvider(t.Context(), account.Actor{}, plumberProfile())
		wantCode(t, "nobody as a provider", err, errs.Unauthenticated)
	})
}

func TestServicesAreAddedReplacedHiddenAndRemoved(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		actor, p, s := w.plumber(t)
		offered := func() int {
			offers, err := w.Offers(ctx, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			return len(offers)
		}
		input := plumbing()
		input.ID, input.Title.FR, input.Addons = s.ID, "Fuite urgente", s.Addons
		w.now.Advance(1_000_000)
		changed, err := w.PutService(ctx, actor, p.ID, input)
		if err != nil || changed.ID != s.ID || changed.Addons[0].ID != s.Addons[0].ID || !changed.CreatedAt.Equal(s.CreatedAt) {
			t.Errorf("replaced %+v, %v", changed, err)
		}
		if offer, err := w.Offer(ctx, s.ID); err != nil || offer.Service.Title.FR != "Fuite urgente" || !offer.Service.UpdatedAt.Equal(w.now.Now()) {
			t.Errorf("offer %+v, %v", offer, err)
		}
		input.Active = false
		if _, err := w.PutService(ctx, actor, p.ID, input); err != nil || offered() != 0 {
			t.Errorf("hidden: %d offers, %v", offered(), err)
		}
		_, err = w.Offer(ctx, s.ID)
		wantCode(t, "a hidden service", err, errs.NotFound)
		if own, err := w.ServicesOf(ctx, actor, p.ID); err != nil || len(own) != 1 || own[0].Active {
			t.Errorf("the owner sees %+v, %v", own, err)
		}
		if err := w.RemoveService(ctx, actor, p.ID, s.ID); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "removing twice", w.RemoveService(ctx, actor, p.ID, s.ID), errs.NotFound)
		_, err = w.PutService(ctx, actor, p.ID, input)
		wantCode(t, "replacing a removed one", err, errs.NotFound)
		if own, err := w.ServicesOf(ctx, actor, p.ID); err != nil || len(own) != 0 {
			t.Errorf("after removal the owner sees %+v, %v", own, err)
		}
		if got := w.audited(t, s.ID); !slices.Equal(got, []string{"service.created", "service.changed", "service.changed", "service.removed"}) {
			t.Errorf("audited %v", got)
		}
	})
}

func TestAServiceAskedForTwiceIsMadeOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		actor, p, _ := w.plumber(t)
		input := plumbing()
		input.IdempotencyKey = "press"
		first, err := w.PutService(t.Context(), actor, p.ID, input)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.PutService(t.Context(), actor, p.ID, input)
		if err != nil || again.ID != first.ID || again.Price != first.Price {
			t.Errorf("again %+v, %v", again, err)
		}
		input.Title.FR = "Autre chose"
		_, err = w.PutService(t.Context(), actor, p.ID, input)
		wantCode(t, "the same key for another service", err, errs.Conflict)
		if own, err := w.ServicesOf(t.Context(), actor, p.ID); err != nil || len(own) != 2 {
			t.Errorf("%d services, %v", len(own), err)
		}
	})
}

func TestAProviderHasABoundedNumberOfServices(t *testing.T) {
	now := clock.NewManual(dbtest.Start)
	w := newWorld(t, dbtest.SQLite(t, now), now)
	actor, p, _ := w.plumber(t)
	for range MaxServices - 1 {
		if _, err := w.PutService(t.Context(), actor, p.ID, plumbing()); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.PutService(t.Context(), actor, p.ID, plumbing())
	wantCode(t, "one more", err, errs.Conflict)
}

func TestAvailabilityIsCheckedAndShown(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		actor, p, _ := w.plumber(t)
		rules := DefaultAvailability()
		rules.Exceptions = []schedule.Exception{{Date: schedule.NewDate(2026, 6, 2), Reason: "Mariage"}}
		if _, err := w.SetAvailability(t.Context(), actor, p.ID, rules); err != nil {
			t.Fatal(err)
		}
		shown, err := w.Provider(t.Context(), p.ID)
		if err != nil || len(shown.Availability.Exceptions) != 1 || shown.Availability.Exceptions[0].Reason != "Mariage" {
			t.Errorf("shown %+v, %v", shown.Availability, err)
		}
		page, err := w.Search(t.Context(), Query{Date: schedule.NewDate(2026, 6, 2)})
		if err != nil || page.Total != 0 {
			t.Errorf("a day off finds %d, %v", page.Total, err)
		}
		rules.Zone = "Mars/Base"
		_, err = w.SetAvailability(t.Context(), actor, p.ID, rules)
		wantField(t, err, "zone", "schedule.zone_unknown")
	})
}

func TestEveryFieldOfAProfileIsChecked(t *testing.T) {
	now := clock.NewManual(dbtest.Start)
	w := newWorld(t, dbtest.SQLite(t, now), now)
	actor, p, _ := w.plumber(t)
	for _, test := range []struct {
		rule, field, key string
		spoil            func(p *Profile)
	}{
		{"no name", "name", "text.required", func(p *Profile) { p.Name = " " }},
		{"a name of one letter", "name", "text.too_short", func(p *Profile) { p.Name = "a" }},
		{"an endless name", "name", "text.too_long", func(p *Profile) { p.Name = strings.Repeat("a", MaxNameRunes+1) }},
		{"a name with a line end", "name", "text.single_line", func(p *Profile) { p.Name = "a\nb" }},
		{"a name that turns around", "name", "text.direction", func(p *Profile) { p.Name = "a\u2066b" }},
		{"a name that is not UTF-8", "name", "text.encoding", func(p *Profile) { p.Name = "ab\xff" }},
		{"an unknown city", "city_id", "catalog.city_unknown", func(p *Profile) { p.CityID = "paris" }},
		{"too far north", "latitude", "catalog.not_on_earth", func(p *Profile) { p.Latitude = 90.1 }},
		{"no longitude", "longitude", "catalog.not_on_earth", func(p *Profile) { p.Longitude = math.NaN() }},
		{"a bio with a bell", "bio.ar", "text.control", func(p *Profile) { p.Bio.AR = "a\ab" }},
		{"an endless bio", "bio.en", "text.too_long", func(p *Profile) { p.Bio.EN = strings.Repeat("a", MaxBioRunes+1) }},
		{"an unknown policy", "policy", "catalog.policy_unknown", func(p *Profile) { p.Policy = "none" }},
	} {
		t.Run(test.rule, func(t *testing.T) {
			profile := plumberProfile()
			test.spoil(&profile)
			_, err := w.UpdateProfile(t.Context(), actor, p.ID, profile)
			wantField(t, err, test.field, test.key)
			_, err = w.CreateProvider(t.Context(), w.person(t, account.Provider), profile)
			wantField(t, err, test.field, test.key)
		})
	}
	if shown, err := w.Provider(t.Context(), p.ID); err != nil || shown.Name != plumberProfile().Name {
		t.Errorf("something changed: %+v, %v", shown, err)
	}
}

func TestEveryFieldOfAServiceIsChecked(t *testing.T) {
	now := clock.NewManual(dbtest.Start)
	w := newWorld(t, dbtest.SQLite(t, now), now)
	actor, p, _ := w.plumber(t)
	for _, test := range []struct {
		rule, field, key string
		spoil            func(s *ServiceInput)
	}{
		{"no category", "category_id", "catalog.category_unknown", func(s *ServiceInput) { s.CategoryID = "" }},
		{"a top category", "category_id", "catalog.category_too_wide", func(s *ServiceInput) { s.CategoryID = "travaux" }},
		{"no title", "title", "catalog.title_required", func(s *ServiceInput) { s.Title = Text{} }},
		{"a title of blanks", "title", "catalog.title_required", func(s *ServiceInput) { s.Title = Text{FR: "  "} }},
		{"an endless title", "title.ar", "text.too_long", func(s *ServiceInput) { s.Title.AR = strings.Repeat("ب", MaxTitleRunes+1) }},
		{"a description with a null", "description.fr", "text.control", func(s *ServiceInput) { s.Description.FR = "a\x00" }},
		{"an unknown pricing", "pricing", "catalog.pricing_unknown", func(s *ServiceInput) { s.Pricing = "free" }},
		{"no price", "price", "catalog.price_out_of_range", func(s *ServiceInput) { s.Price.Minor = 0 }},
		{"a negative price", "price", "catalog.price_out_of_range", func(s *ServiceInput) { s.Price.Minor = -1 }},
		{"too high a price", "price", "catalog.price_out_of_range", func(s *ServiceInput) { s.Price.Minor = MaxPriceMinor + 1 }},
		{"another currency", "price", "catalog.currency_unknown", func(s *ServiceInput) { s.Price.Currency = "EUR" }},
		{"a price on quote", "price", "catalog.price_on_quote", func(s *ServiceInput) { s.Pricing = OnQuote }},
		{"no time", "duration_minutes", "catalog.duration_out_of_range", func(s *ServiceInput) { s.DurationMinutes = 4 }},
		{"more than a day", "duration_minutes", "catalog.duration_out_of_range", func(s *ServiceInput) { s.DurationMinutes = 1441 }},
		{"an unknown place", "place", "catalog.place_unknown", func(s *ServiceInput) { s.Place = "moon" }},
		{"too many add-ons", "addons", "catalog.too_many_addons", func(s *ServiceInput) { s.Addons = make([]Addon, MaxAddons+1) }},
		{"an add-on without a title", "addons.0.title", "catalog.title_required", func(s *ServiceInput) { s.Addons[0].Title = Text{} }},
		{"an add-on of less than nothing", "addons.0.price", "catalog.price_out_of_range", func(s *ServiceInput) { s.Addons[0].Price.Minor = -1 }},
		{"an add-on in another currency", "addons.0.price", "catalog.currency_unknown", func(s *ServiceInput) { s.Addons[0].Price.Currency = "USD" }},
		{"an add-on that saves time", "addons.0.duration_minutes", "catalog.duration_out_of_range", func(s *ServiceInput) { s.Addons[0].DurationMinutes = -1 }},
		{"an add-on twice", "addons.1.id", "catalog.addon_twice", func(s *ServiceInput) {
			s.Addons[0].ID = ids.New()
			s.Addons = append(s.Addons, s.Addons[0])
		}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			input := plumbing()
			test.spoil(&input)
			_, err := w.PutService(t.Context(), actor, p.ID, input)
			wantField(t, err, test.field, test.key)
		})
	}
	if own, err := w.ServicesOf(t.Context(), actor, p.ID); err != nil || len(own) != 1 {
		t.Errorf("something was added: %+v, %v", own, err)
	}
}

func TestAnotherNodeSeesAChangeAtItsNextPoll(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		other := w.node(t)
		actor, p, s := w.plumber(t)
		_, err := other.Provider(t.Context(), p.ID)
		wantCode(t, "before the poll", err, errs.NotFound)
		poll := func() {
			if err := other.Poll(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		poll()
		if _, err := other.Provider(t.Context(), p.ID); err != nil {
			t.Errorf("after the poll: %v", err)
		}
		// The clocks of the nodes differ: this change bears an earlier time than the one that was seen.
		w.now.Advance(-pollOverlap / 2)
		if err := w.RemoveService(t.Context(), actor, p.ID, s.ID); err != nil {
			t.Fatal(err)
		}
		poll()
		if offers, err := other.Offers(t.Context(), p.ID); err != nil || len(offers) != 0 {
			t.Errorf("after the removal %d offers, %v", len(offers), err)
		}
		before := other.snapshot.Load()
		poll()
		if other.snapshot.Load() != before {
			t.Error("a poll that finds nothing new makes a new snapshot")
		}
	})
}

func TestSearchesRunBesideChanges(t *testing.T) {
	w := market(t)
	actor, p, _ := w.plumber(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan int)
	for range 4 {
		go func() {
			count := 0
			for ; ctx.Err() == nil; count++ {
				for _, q := range []Query{{Text: "plombier"}, {}, {Date: schedule.NewDate(2026, 6, 2)}} {
					page, err := w.Search(context.WithoutCancel(ctx), q)
					if err != nil || page.Total < len(page.Items) || (q.Text == "" && q.Date.IsZero() && page.Total < 7) {
						t.Errorf("%d services, %v", page.Total, err)
						break
					}
				}
			}
			done <- count
		}()
	}
	for range 30 {
		if _, err := w.UpdateProfile(t.Context(), actor, p.ID, plumberProfile()); err != nil {
			t.Error(err)
		}
		w.Invalidate(p.ID)
	}
	if err := w.buildWords(); err != nil {
		t.Error(err)
	}
	stop()
	for range 4 {
		if <-done == 0 {
			t.Error("a searcher never came to search")
		}
	}
}
