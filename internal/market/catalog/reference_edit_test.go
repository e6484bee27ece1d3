package catalog

import (
	"slices"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
)

var newCity = CityInput{ID: "sale", Name: Text{FR: "Salé", AR: "سلا", EN: "Sale"}, Latitude: 34.05, Longitude: -6.8}

func newCategory(id, parent string) CategoryInput {
	return CategoryInput{ID: id, ParentID: parent, Name: Text{FR: "Ramonage", AR: "تنظيف المداخن", EN: "Chimney sweeping"}}
}

func (w *world) admin(t *testing.T) account.Actor {
	t.Helper()
	return w.person(t, account.Admin)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func cityIDs(cities []City) (all []string) {
	for _, city := range cities {
		all = append(all, city.ID)
	}
	return all
}

func TestACityIsAddedOnceAndForAllNodes(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		other, admin, input := w.node(t), w.admin(t), newCity
		input.Key = "one"
		must(t, w.AddCity(t.Context(), admin, input))
		must(t, w.AddCity(t.Context(), admin, input)) // the form sent twice
		if all := cityIDs(w.Cities()); len(all) != 13 || all[12] != "sale" {
			t.Errorf("cities: %v", all)
		}
		if _, known := other.City("sale"); known {
			t.Error("the other node knew before it looked")
		}
		must(t, other.Poll(t.Context()))
		if city, known := other.City("sale"); !known || city.Name != input.Name {
			t.Errorf("the other node has %+v", city)
		}
		if got := w.audited(t, "sale"); !slices.Equal(got, []string{"city.added"}) {
			t.Errorf("written down: %v", got)
		}
		input.Key = "two"
		wantCode(t, "the same id again", w.AddCity(t.Context(), admin, input), errs.Invalid)
	})
}

func TestWhatIsWrongWithACityIsSaid(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		admin := w.admin(t)
		for what, spoil := range map[string]func(*CityInput){
			"capitals":           func(i *CityInput) { i.ID = "Sale" },
			"an accent":          func(i *CityInput) { i.ID = "salé" },
			"a slash":            func(i *CityInput) { i.ID = "a/b" },
			"a hyphen at an end": func(i *CityInput) { i.ID = "sale-" },
			"one letter":         func(i *CityInput) { i.ID = "s" },
			"another page's":     func(i *CityInput) { i.ID = "search" },
			"no Arabic name":     func(i *CityInput) { i.Name.AR = "" },
			"off the earth":      func(i *CityInput) { i.Latitude = 91 },
		} {
			input := newCity
			spoil(&input)
			wantCode(t, what, w.AddCity(t.Context(), admin, input), errs.Invalid)
		}
		if n := len(w.Cities()); n != 12 {
			t.Errorf("%d cities, want 12", n)
		}
	})
}

func TestARenamedCategoryIsFoundByItsNewName(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		_, _, service := w.plumber(t)
		must(t, w.RenameCategory(t.Context(), w.admin(t), CategoryInput{ID: "plomberie", Name: Text{FR: "Hydraulique", AR: "السباكة", EN: "Plumbing"}}))
		if category, _ := w.Category("plomberie"); category.Name.FR != "Hydraulique" {
			t.Errorf("the name is %q", category.Name.FR)
		}
		if !w.words.scattered() && w.words.table != nil {
			t.Error("the index of words does not know that names have changed")
		}
		must(t, w.buildWords())
		t.Cleanup(w.words.close)
		page, err := w.Search(t.Context(), Query{Text: "hydraulique", Language: "fr"})
		if err != nil || len(page.Items) != 1 || page.Items[0].Service.ID != service.ID {
			t.Errorf("found %d, %v", len(page.Items), err)
		}
	})
}

func TestHiddenIsNotOfferedAndStaysFindable(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		admin := w.admin(t)
		_, p, service := w.plumber(t)
		must(t, w.HideCity(t.Context(), admin, "casablanca", true))
		must(t, w.HideCategory(t.Context(), admin, "plomberie", true))
		if slices.Contains(cityIDs(w.Cities()), "casablanca") {
			t.Error("a hidden city is offered")
		}
		for _, top := range w.Categories() {
			for _, child := range top.Children {
				if child.ID == "plomberie" {
					t.Error("a hidden category is offered")
				}
			}
		}
		if city, known := w.City("casablanca"); !known || !city.Hidden {
			t.Error("a hidden city is no city any more")
		}
		page, err := w.Search(t.Context(), Query{CityID: p.CityID, CategoryID: service.CategoryID})
		if err != nil || page.Total != 1 {
			t.Errorf("%d services of it are found, %v", page.Total, err)
		}
		must(t, w.HideCategory(t.Context(), admin, "travaux", true))
		for _, top := range w.Categories() {
			if top.ID == "travaux" {
				t.Error("a hidden top category is offered")
			}
		}
		must(t, w.HideCity(t.Context(), admin, "casablanca", false))
		if w.Cities()[0].ID != "casablanca" {
			t.Error("the city did not come back to its place")
		}
	})
}

func TestOnlyTheEmptyCanBeRemoved(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		admin := w.admin(t)
		actor, p, service := w.plumber(t)
		must(t, w.AddCategory(t.Context(), admin, newCategory("ramonage", "travaux")))
		must(t, w.RemoveCategory(t.Context(), admin, "ramonage"))
		if _, known := w.Category("ramonage"); known {
			t.Error("the empty category is still there")
		}
		wantCode(t, "a category with a service", w.RemoveCategory(t.Context(), admin, "plomberie"), errs.Conflict)
		must(t, w.RemoveService(t.Context(), actor, p.ID, service.ID))
		wantCode(t, "a category that had a service", w.RemoveCategory(t.Context(), admin, "plomberie"), errs.Conflict)
		wantCode(t, "a category with categories", w.RemoveCategory(t.Context(), admin, "travaux"), errs.Conflict)
		wantCode(t, "a city with a provider", w.RemoveCity(t.Context(), admin, "casablanca"), errs.Conflict)
		must(t, w.RemoveCity(t.Context(), admin, "safi"))
		wantCode(t, "one that is gone", w.RemoveCity(t.Context(), admin, "safi"), errs.NotFound)
		if page, err := w.Search(t.Context(), Query{}); err != nil || page.Total != 0 {
			t.Errorf("%d services, %v", page.Total, err)
		}
	})
}

func TestOrderIsChangedOneStepAtATime(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		admin := w.admin(t)
		must(t, w.MoveCity(t.Context(), admin, "rabat", true))
		must(t, w.MoveCity(t.Context(), admin, "rabat", true)) // is first already
		if got := cityIDs(w.Cities())[:3]; !slices.Equal(got, []string{"rabat", "casablanca", "marrakech"}) {
			t.Errorf("cities: %v", got)
		}
		must(t, w.MoveCategory(t.Context(), admin, "plomberie", false))
		children := w.Categories()[0].Children
		if children[0].ID != "electricite" || children[1].ID != "plomberie" || w.Categories()[1].Children[0].ID != "menage" {
			t.Errorf("children: %s, %s", children[0].ID, children[1].ID)
		}
		wantCode(t, "one that is not there", w.MoveCity(t.Context(), admin, "atlantis", true), errs.NotFound)
	})
}

func TestCommissionIsInherited(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		admin := w.admin(t)
		of := func(id string) int64 {
			category, _ := w.Category(id)
			return category.CommissionBasisPoints
		}
		if of("travaux") != DefaultCommissionBasisPoints || of("plomberie") != DefaultCommissionBasisPoints {
			t.Errorf("without a word: %d and %d", of("travaux"), of("plomberie"))
		}
		ten, eight, nothing := int64(1000), int64(850), int64(0)
		must(t, w.SetCommission(t.Context(), admin, "travaux", &ten))
		must(t, w.SetCommission(t.Context(), admin, "plomberie", &eight))
		must(t, w.SetCommission(t.Context(), admin, "peinture", &nothing))
		for id, want := range map[string]int64{"travaux": 1000, "plomberie": 850, "electricite": 1000, "peinture": 0, "menage": 1200} {
			if of(id) != want {
				t.Errorf("%s: %d, want %d", id, of(id), want)
			}
		}
		must(t, w.SetCommission(t.Context(), admin, "plomberie", nil))
		if of("plomberie") != 1000 {
			t.Errorf("taken back: %d, want 1000", of("plomberie"))
		}
		for _, wrong := range []int64{-1, MaxCommissionBasisPoints + 1} {
			wantCode(t, "out of range", w.SetCommission(t.Context(), admin, "travaux", &wrong), errs.Invalid)
		}
	})
}

func TestANewCategoryTakesServices(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		must(t, w.buildWords())
		t.Cleanup(w.words.close)
		must(t, w.AddCategory(t.Context(), w.admin(t), newCategory("ramonage", "travaux")))
		actor, p, _ := w.plumber(t)
		input := plumbing()
		input.CategoryID, input.Title = "ramonage", Text{FR: "Conduit de cheminée"}
		_, err := w.PutService(t.Context(), actor, p.ID, input)
		must(t, err)
		page, err := w.Search(t.Context(), Query{Text: "ramonage", CategoryID: "travaux", Language: "fr"})
		if err != nil || len(page.Items) != 1 {
			t.Errorf("%d found by the category's name, %v", len(page.Items), err)
		}
		wantCode(t, "a third level", w.AddCategory(t.Context(), w.admin(t), newCategory("pellets", "ramonage")), errs.Invalid)
		wantCode(t, "below nothing", w.AddCategory(t.Context(), w.admin(t), newCategory("pellets", "nowhere")), errs.Invalid)
	})
}

func TestOnlyAdminsEdit(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		rate := int64(100)
		for _, role := range []account.Role{account.Customer, account.Provider, account.Moderator, account.Finance} {
			actor := account.Actor{ID: "somebody", Role: role}
			for what, do := range map[string]func() error{
				"add a city":     func() error { return w.AddCity(t.Context(), actor, newCity) },
				"change a city":  func() error { c := newCity; c.ID = "rabat"; return w.UpdateCity(t.Context(), actor, c) },
				"hide a city":    func() error { return w.HideCity(t.Context(), actor, "rabat", true) },
				"remove a city":  func() error { return w.RemoveCity(t.Context(), actor, "safi") },
				"add":            func() error { return w.AddCategory(t.Context(), actor, newCategory("ramonage", "travaux")) },
				"rename":         func() error { return w.RenameCategory(t.Context(), actor, newCategory("plomberie", "")) },
				"move":           func() error { return w.MoveCategory(t.Context(), actor, "plomberie", false) },
				"the commission": func() error { return w.SetCommission(t.Context(), actor, "plomberie", &rate) },
			} {
				wantCode(t, string(role)+": "+what, do(), errs.Forbidden)
			}
			_, _, err := w.Reference(t.Context(), actor)
			if role == account.Moderator {
				must(t, err)
			} else {
				wantCode(t, string(role)+": read", err, errs.Forbidden)
			}
		}
	})
}

func TestOperatorsSeeHowMuchIsWhere(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.plumber(t)
		cities, categories, err := w.Reference(t.Context(), account.Actor{ID: "nadia", Role: account.Moderator})
		must(t, err)
		if len(cities) != 12 || cities[0].Providers != 1 || cities[1].Providers != 0 {
			t.Errorf("cities: %+v", cities)
		}
		if len(categories) != 8 || categories[0].Services != 1 || categories[0].Below[0].Services != 1 || categories[1].Services != 0 {
			t.Errorf("the first category: %+v", categories[0])
		}
	})
}

func TestOperatorsSeeProvidersOfEveryStatus(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		_, first, service := w.plumber(t)
		draft, err := w.CreateProvider(t.Context(), w.person(t, account.Provider), Profile{Name: "100 % Peinture"})
		must(t, err)
		moderator := account.Actor{ID: "nadia", Role: account.Moderator}
		yes := true
		for what, c := range map[string]struct {
			filter OverseerFilter
			want   []string
		}{
			"all":        {OverseerFilter{}, []string{draft.ID, first.ID}},
			"drafts":     {OverseerFilter{Status: Draft}, []string{draft.ID}},
			"by city":    {OverseerFilter{CityID: "casablanca"}, []string{first.ID}},
			"by name":    {OverseerFilter{Name: "AMRANI"}, []string{first.ID}},
			"a per cent": {OverseerFilter{Name: "%"}, []string{draft.ID}},
			"verified":   {OverseerFilter{Verified: &yes}, nil},
		} {
			page, err := w.Oversee(t.Context(), moderator, c.filter)
			must(t, err)
			var got []string
			for _, p := range page.Items {
				got = append(got, p.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", what, got, c.want)
			}
		}
		page, err := w.Oversee(t.Context(), moderator, OverseerFilter{Limit: 1})
		must(t, err)
		next, err := w.Oversee(t.Context(), moderator, OverseerFilter{Limit: 1, Cursor: page.NextCursor})
		must(t, err)
		if len(page.Items) != 1 || len(next.Items) != 1 || page.Items[0].ID == next.Items[0].ID || next.NextCursor != "" {
			t.Error("pages overlap or do not end")
		}
		_, services, err := w.Inspect(t.Context(), moderator, first.ID)
		if err != nil || len(services) != 1 || services[0].ID != service.ID {
			t.Errorf("inspected: %d services, %v", len(services), err)
		}
		_, err = w.Oversee(t.Context(), account.Actor{ID: "x", Role: account.Provider}, OverseerFilter{})
		wantCode(t, "a provider", err, errs.Forbidden)
	})
}
