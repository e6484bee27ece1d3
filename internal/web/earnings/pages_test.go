package earnings_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/web/webtest"
)

const iban = "MA85 2307 8037 8000 0378 0000 0145"

// earned has the town's provider finish a job of 200 dirhams that was paid by card.
func earned(t *testing.T, town *webtest.Town) (bookingID string) {
	t.Helper()
	b := town.Book(town.Instant, town.At(10, 0))
	town.Clock.Set(town.At(10, 0))
	owner := webtest.Actor(town.Owner)
	if _, err := town.Bookings.Start(t.Context(), owner, b.ID); err != nil {
		t.Fatal(err)
	}
	done, err := town.Bookings.Complete(t.Context(), owner, b.ID)
	if err != nil {
		t.Fatal(err)
	}
	town.Earn(done)
	return b.ID
}

func TestAProviderSeesWhatTheyEarnedAndSaysWhereItGoes(t *testing.T) {
	town := webtest.New(t)
	id := earned(t, town)
	owner := town.As(town.Owner)
	page := owner.Get("/fr/provider/earnings")
	for _, words := range []string{"176 MAD", "Ajoutez votre compte bancaire", "Prix 200 MAD, commission 24 MAD", "Fuite d’eau", "Vos gains par semaine"} {
		if !page.Has(words) {
			t.Errorf("the page does not say %q:\n%s", words, page.Words())
		}
	}
	if !strings.Contains(page.Body, `href="/fr/bookings/`+id+`"`) {
		t.Error("the movement does not lead to its booking")
	}
	form := url.Values{"holder": {"Hamid Tazi"}, "iban": {iban}, "password": {webtest.Password}}
	done := owner.Follow(owner.Post("/fr/provider/earnings/account", form))
	for _, words := range []string{"Votre compte bancaire est enregistré.", "lundi 8 juin", "0145"} {
		if !done.Has(words) {
			t.Errorf("the page does not say %q:\n%s", words, done.Words())
		}
	}
	if strings.Contains(done.Body, "23078037") || strings.Contains(done.Body, "2307 8037") {
		t.Error("the whole IBAN is shown")
	}
}

func TestAWrongBankAccountIsShownAgainWithWhatIsWrong(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	for field, wrong := range map[string]url.Values{
		"iban":     {"holder": {"Hamid Tazi"}, "iban": {"MA85 2307 8037 8000 0378 0000 0154"}, "password": {webtest.Password}},
		"holder":   {"holder": {" "}, "iban": {iban}, "password": {webtest.Password}},
		"password": {"holder": {"Hamid Tazi"}, "iban": {iban}, "password": {"autre chose"}},
	} {
		page := owner.Post("/fr/provider/earnings/account", wrong)
		if page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Body, `id="field-`+field+`-problem"`) || strings.Contains(page.Body, "autre chose") {
			t.Errorf("%s: %d\n%s", field, page.Status, page.Words())
		}
	}
	if town.Count("payout_accounts") != 0 {
		t.Error("a wrong account was kept")
	}
}

func TestPapersAreGivenAsFiles(t *testing.T) {
	town := webtest.New(t)
	earned(t, town)
	if running := town.As(town.Owner).Get("/fr/provider/earnings/invoices/2026-06"); running.Status != http.StatusConflict || !running.Has("La facture d’un mois est prête une fois le mois terminé.") {
		t.Errorf("the invoice of a month that runs: %d\n%s", running.Status, running.Words())
	}
	town.Clock.Advance(40 * 24 * time.Hour)
	owner := town.As(town.Owner)
	page := owner.Get("/ar/provider/earnings")
	for _, path := range []string{"/ar/provider/earnings/statement?month=2026-06", "/ar/provider/earnings/invoices/2026-06"} {
		if !strings.Contains(page.Body, `href="`+path+`"`) {
			t.Errorf("the page does not lead to %s", path)
		}
		if got := owner.Get(path); got.Status != http.StatusOK || !strings.HasPrefix(got.Body, "%PDF-") || !strings.Contains(got.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s answers %d", path, got.Status)
		}
	}
	if got := owner.Get("/fr/provider/earnings/statement?from=2026-06-01&to=2026-06-30"); got.Status != http.StatusOK || !strings.HasPrefix(got.Body, "%PDF-") {
		t.Errorf("a period of one's own answers %d", got.Status)
	}
	for _, wrong := range []string{"", "?from=2026-06-30&to=2026-06-01", "?from=x&to=2026-06-01", "?from=2020-01-01&to=2026-06-01"} {
		if got := owner.Get("/fr/provider/earnings/statement" + wrong); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q answers %d", wrong, got.Status)
		}
	}
	if got := owner.Get("/fr/provider/earnings/invoices/juin"); got.Status != http.StatusNotFound {
		t.Errorf("a month that is none answers %d", got.Status)
	}
}

func TestEarningsAreTheProvidersOwn(t *testing.T) {
	town := webtest.New(t)
	earned(t, town)
	salma, stranger := town.As(town.Salma), town.Browser()
	rival := town.As(town.Person("rival@example.test", "Rachid Filali", account.Provider))
	for _, path := range []string{"", "/movements", "/payouts", "/account"} {
		if got := salma.Get("/fr/provider/earnings" + path); got.Status != http.StatusForbidden {
			t.Errorf("%q answers a customer %d", path, got.Status)
		}
		if got := stranger.Get("/fr/provider/earnings" + path); got.Status != http.StatusSeeOther {
			t.Errorf("%q answers a stranger %d", path, got.Status)
		}
	}
	if page := rival.Get("/fr/provider/earnings"); page.Status != http.StatusOK || page.Has("176 MAD") || !page.Has("Créez votre profil") {
		t.Errorf("who offers nothing sees %d\n%s", page.Status, page.Words())
	}
}
