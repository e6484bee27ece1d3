package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/statistics"
	"khadamat/internal/web/webtest"
)

func pause(t *testing.T, town *webtest.Town, names ...feature.Name) {
	t.Helper()
	admin := webtest.Actor(town.Person("switches@example.test", "Amal Admin", account.Admin))
	for _, name := range names {
		if err := town.Features.Set(t.Context(), admin, name, false); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsPausedIsClosedAndSaysSo(t *testing.T) {
	town := webtest.New(t)
	salma, owner, nobody := town.As(town.Salma), town.As(town.Owner), town.Browser()
	booked := town.Book(town.Instant, town.At(10, 0))
	pause(t, town, feature.Names...)
	for _, c := range []struct {
		by           *webtest.Browser
		method, path string
		form         url.Values
		says         string
	}{
		{salma, "GET", "/book/" + town.Instant.ID, nil, "Les nouvelles réservations sont en pause"},
		{salma, "POST", "/book/" + town.Instant.ID, url.Values{}, "Les nouvelles réservations sont en pause"},
		{nobody, "GET", "/sign-up", nil, "La création de comptes est en pause"},
		{nobody, "POST", "/sign-up", url.Values{"role": {"customer"}}, "La création de comptes est en pause"},
		{salma, "POST", "/bookings/" + booked.ID + "/messages", url.Values{"text": {"Bonjour"}}, "L’envoi de messages est en pause"},
		{salma, "GET", "/quotes/new", nil, "Les devis sont en pause"},
		{salma, "GET", "/bookings/" + booked.ID + "/review", nil, "Les avis sont en pause"},
		{salma, "GET", "/reviews/" + booked.ID + "/report", nil, "Les avis sont en pause"},
		{owner, "POST", "/provider/documents", url.Values{}, "L’envoi de photos et de documents est en pause"},
		{owner, "POST", "/provider/photos", url.Values{}, "L’envoi de photos et de documents est en pause"},
		{nobody, "POST", "/sign-in/passkey", url.Values{}, "Les clés d’accès sont en pause"},
		{nobody, "POST", "/sign-in/passkey/options", url.Values{}, "Les clés d’accès sont en pause"},
		{salma, "GET", "/account/passkeys/new", nil, "Les clés d’accès sont en pause"},
		{salma, "POST", "/account/passkeys/options", url.Values{}, "Les clés d’accès sont en pause"},
		{salma, "POST", "/account/passkeys", url.Values{}, "Les clés d’accès sont en pause"},
	} {
		var got webtest.Page
		if c.method == "POST" {
			got = c.by.Post("/fr"+c.path, c.form)
		} else {
			got = c.by.Get("/fr" + c.path)
		}
		if got.Status != http.StatusConflict || !got.Has(c.says) || got.Titles() != 1 {
			t.Errorf("%s %s: %d\n%s", c.method, c.path, got.Status, got.Words())
		}
	}
	if n := town.Count("bookings"); n != 1 {
		t.Errorf("%d bookings, want the one from before", n)
	}
	if n := town.Count("messages"); n != 0 {
		t.Errorf("%d messages were written", n)
	}
}

func TestAPauseOfOneThingLeavesTheOthers(t *testing.T) {
	town := webtest.New(t)
	pause(t, town, feature.ProviderSignUp)
	nobody := town.Browser()
	if got := nobody.Get("/fr/sign-up?role=provider"); got.Status != http.StatusConflict {
		t.Errorf("signing up as a provider: %d", got.Status)
	}
	if got := nobody.Post("/fr/sign-up", url.Values{"role": {"provider"}, "email": {"x@example.test"}}); got.Status != http.StatusConflict || !got.Has("prestataires en ce moment") {
		t.Errorf("the form of a provider: %d", got.Status)
	}
	if got := nobody.Get("/fr/sign-up"); got.Status != http.StatusOK {
		t.Errorf("signing up as a customer: %d", got.Status)
	}
	if got := nobody.Post("/fr/sign-up", url.Values{"role": {"customer"}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("the form of a customer is not read: %d", got.Status)
	}
	if got := town.As(town.Salma).Get("/fr/book/" + town.Instant.ID); got.Status == http.StatusConflict {
		t.Error("booking is paused with it")
	}
}

func TestVisitsOfPeopleAreCounted(t *testing.T) {
	town := webtest.New(t)
	admin := webtest.Actor(town.Person("figures@example.test", "Amal Admin", account.Admin))
	visitor, owner := town.Browser(), town.As(town.Owner)
	visitor.Agent, owner.Agent = "Mozilla/5.0 (Linux; Android 13) Chrome/120.0 Mobile Safari/537.36", "Mozilla/5.0 (Linux; Android 13) Chrome/120.0 Mobile Safari/537.36"
	page := "/fr/providers/" + town.Provider.ID
	visitor.Get("/fr")
	visitor.Get("/ar/search")
	visitor.Get(page)
	visitor.Get(page)
	visitor.Get("/fr/providers/" + town.Salma.ID) // there is none
	owner.Get(page)                               // their own
	robot := town.Browser()
	robot.Agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
	robot.Get(page)
	if err := town.Statistics.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := town.Statistics.Market(t.Context(), admin, statistics.Periods[0])
	if err != nil || got.Now.Home != 1 || got.Now.Searches != 1 || got.Now.Views != 2 {
		t.Errorf("%+v, %v", got.Now, err)
	}
}
