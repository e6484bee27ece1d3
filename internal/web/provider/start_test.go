package provider_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/market/catalog"
	"khadamat/internal/web/webtest"
)

func TestANewProviderIsLedThroughFiveStagesUntilTheyAreOnline(t *testing.T) {
	town := webtest.New(t)
	person := town.Person("nadia@example.test", "Nadia Berrada", account.Provider)
	nadia := town.As(person)
	first := nadia.Follow(nadia.Get("/fr/provider/day"))
	if !first.Has("Préparons votre vitrine") || !first.Has("Continuer : Votre profil") || !strings.Contains(first.Body, `aria-label="0 étapes faites sur 5"`) {
		t.Fatalf("the first page does not begin the start:\n%s", first.Words())
	}
	if got := nadia.Get("/fr/provider/services"); got.Status != http.StatusSeeOther || got.Location() != "/fr/provider/profile?start=1" {
		t.Errorf("services before a profile answer %d to %q", got.Status, got.Location())
	}
	profile := url.Values{"name": {"Cours Nadia"}, "city_id": {"rabat"}, "policy": {"flexible"}, "bio.fr": {strings.Repeat("Des cours de maths. ", 4)}}
	wrong := nadia.Post("/fr/provider/profile?start=1", url.Values{"name": {""}, "policy": {"flexible"}})
	if wrong.Status != http.StatusUnprocessableEntity || !wrong.Has("Étape 1 sur 5") {
		t.Errorf("a refused profile answers %d outside of the start", wrong.Status)
	}
	saved := nadia.Post("/fr/provider/profile?start=1", profile)
	if saved.Location() != "/fr/provider/services?start=1" {
		t.Fatalf("the profile leads to %q", saved.Location())
	}
	if form := nadia.Follow(nadia.Follow(saved)); !form.Has("Étape 2 sur 5") || !form.Has("Ajouter un service") {
		t.Errorf("who has no service is not led to add one:\n%s", form.Words())
	}
	if early := nadia.Follow(nadia.Post("/fr/provider/activate", nil)); !early.Has("Continuer : Vos services") {
		t.Errorf("without a service the provider is online:\n%s", early.Words())
	}
	listed := nadia.Follow(nadia.Post("/fr/provider/services/new?start=1", lesson()))
	if !listed.Has("Cours de maths") || !listed.Has("180 MAD") || !strings.Contains(listed.Body, `href="/fr/provider/hours?start=1"`) {
		t.Fatalf("the service was not saved, or leads nowhere:\n%s", listed.Words())
	}
	hours := nadia.Post("/fr/provider/hours?start=1", week())
	if hours.Location() != "/fr/provider/start/photos?start=1" {
		t.Errorf("the hours lead to %q", hours.Location())
	}
	if photos := nadia.Follow(hours); !strings.Contains(photos.Body, `href="/fr/provider/documents?start=1"`) || !photos.Has("Étape 4 sur 5") {
		t.Errorf("photos cannot be left out:\n%s", photos.Words())
	}
	ready := nadia.Get("/fr/provider/start")
	if !ready.Has("Tout est prêt") || !strings.Contains(ready.Body, `action="/fr/provider/activate"`) || !strings.Contains(ready.Body, `aria-label="3 étapes faites sur 5"`) {
		t.Fatalf("nothing is missing, and the page does not say so:\n%s", ready.Words())
	}
	own, err := town.Catalog.ProviderOf(t.Context(), person.ID)
	if err != nil {
		t.Fatal(err)
	}
	online := nadia.Follow(nadia.Post("/fr/provider/activate", nil))
	if !online.Has("Vous êtes en ligne") || !strings.Contains(online.Body, `value="https://khadamat.example/fr/providers/`+own.ID+`"`) {
		t.Errorf("the provider is not online, or the address is not shown:\n%s", online.Words())
	}
	if after := nadia.Get("/fr/provider/start"); after.Location() != "/fr/provider/day" {
		t.Errorf("the start goes on for who is online: %d to %q", after.Status, after.Location())
	}
}

func TestOnlyWhoIsOnlineIsCongratulated(t *testing.T) {
	town := webtest.New(t)
	nadia := town.As(town.Person("nadia@example.test", "Nadia Berrada", account.Provider))
	if got := nadia.Get("/fr/provider/live"); got.Status != http.StatusSeeOther {
		t.Errorf("a draft is congratulated: %d", got.Status)
	}
	own, err := town.Catalog.ProviderOf(t.Context(), town.Owner.ID)
	if err != nil || own.Status != catalog.Active {
		t.Fatal(err)
	}
	if got := town.As(town.Owner).Get("/fr/provider/profile?start=1"); !strings.Contains(got.Body, "provider-nav") {
		t.Error("who is online is put into the start again by an address")
	}
}
