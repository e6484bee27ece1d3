package payments_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"testing"

	"khadamat/internal/finance/payment"
	"khadamat/internal/web/webtest"
)

const (
	goodCard = "4000 0000 0000 0077"
	poorCard = "4000 0000 0000 9995"
)

// types a card into the processor's page.
func types(t *testing.T, town *webtest.Town, address, card string) {
	t.Helper()
	form := url.Values{"number": {card}, "expiry": {"12 / 30"}, "cvc": {"123"}}
	r := httptest.NewRequest(http.MethodPost, "/sandbox/pay/"+path.Base(address), strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	town.Sandbox.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("the card page answers %d", w.Code)
	}
}

func TestTheCustomerPaysOnThePageOfTheBooking(t *testing.T) {
	town := webtest.New(t)
	salma, owner, youssef := town.As(town.Salma), town.As(town.Owner), town.As(town.Youssef)
	b := town.Book(town.Instant, town.At(10, 0))
	page := "/fr/bookings/" + b.ID
	if shown := salma.Get(page); !shown.Has("Payer 200 MAD par carte") || !shown.Has("avant : aujourd’hui") || !shown.Has("Acompte par carte : 40 MAD") {
		t.Fatalf("the customer is not asked to pay:\n%s", shown.Words())
	}
	if shown := owner.Get(page); shown.Has("Payer 200 MAD") || !shown.Has("Vous recevrez 176 MAD") {
		t.Fatalf("the provider sees:\n%s", shown.Words())
	}
	for who, browser := range map[string]*webtest.Browser{"a stranger": youssef, "the provider": owner} {
		for _, form := range []string{"/payment", "/payment/method"} {
			if got := browser.Post(page+form, url.Values{"method": {"cash"}}); got.Status != http.StatusNotFound && got.Status != http.StatusForbidden {
				t.Errorf("%s posts %s and gets %d", who, form, got.Status)
			}
		}
	}
	// The card page is another site's here, so a page of ours leads there.
	leaving := salma.Post(page+"/payment", nil)
	address, found := strings.CutPrefix(leaving.Header.Get("Refresh"), "0; url=")
	if !found || leaving.Status != http.StatusOK || !strings.Contains(leaving.Body, `href="`+address+`"`) {
		t.Fatalf("going to pay answers %d and leads to %q", leaving.Status, address)
	}
	types(t, town, address, poorCard)
	if shown := salma.Follow(salma.Get(page + "/payment")); !shown.Has("pas assez de provision") || !shown.Has("Payer 200 MAD par carte") {
		t.Fatalf("after a refused card:\n%s", shown.Words())
	}
	types(t, town, address, goodCard)
	if shown := salma.Follow(salma.Get(page + "/payment")); !shown.Has("200 MAD sont réservés sur votre carte") || shown.Has("Payer 200 MAD") || shown.Has("Payer autrement") {
		t.Fatalf("after a good card:\n%s", shown.Words())
	}
	if shown := salma.Follow(salma.Post(page+"/payment", nil)); !shown.Has("Le paiement est déjà fait.") {
		t.Fatalf("paying twice:\n%s", shown.Words())
	}
	if shown := owner.Get(page); !shown.Has("réservé sur la carte du client") {
		t.Fatalf("the provider sees:\n%s", shown.Words())
	}
}

func TestACustomerChoosesCashWhereTheProviderAllowsIt(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	b := town.Book(town.Instant, town.At(10, 0))
	page := "/fr/bookings/" + b.ID
	if shown := owner.Get("/fr/provider/payments"); shown.Status != http.StatusOK || !strings.Contains(shown.Body, " checked") {
		t.Fatalf("cash is not allowed to begin with:\n%s", shown.Words())
	}
	owner.Follow(owner.Post("/fr/provider/payments", url.Values{}))
	if shown := salma.Get(page); shown.Has("Payer autrement") {
		t.Error("cash is still offered")
	}
	if got := salma.Post(page+"/payment/method", url.Values{"method": {"cash"}}); got.Status != http.StatusForbidden {
		t.Errorf("cash all the same: %d", got.Status)
	}
	owner.Follow(owner.Post("/fr/provider/payments", url.Values{"cash": {"yes"}}))
	if shown := salma.Follow(salma.Post(page+"/payment/method", url.Values{"method": {"cash"}})); !shown.Has("Vous payez 200 MAD en espèces à Plomberie Atlas") || !shown.Has("Tout par carte : 200 MAD") {
		t.Fatalf("in cash:\n%s", shown.Words())
	}
	if shown := owner.Get(page); !shown.Has("La commission de 24 MAD") {
		t.Fatalf("the provider sees:\n%s", shown.Words())
	}
	if v, err := town.Payments.For(t.Context(), webtest.Actor(town.Salma), b.ID); err != nil || v.Status != payment.CashDue {
		t.Fatalf("%+v, %v", v, err)
	}
	if got := salma.Get("/fr/provider/payments"); got.Status != http.StatusForbidden {
		t.Errorf("a customer sees the provider's page: %d", got.Status)
	}
}

func TestThePanelIsSoundInEveryLanguage(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	b := town.Book(town.Instant, town.At(10, 0))
	for _, language := range []string{"fr", "ar", "en"} {
		for path, browser := range map[string]*webtest.Browser{"/bookings/" + b.ID: salma, "/provider/payments": owner} {
			if faults := browser.Get("/" + language + path).Faults(language); len(faults) > 0 {
				t.Errorf("%s%s: %v", language, path, faults)
			}
		}
	}
}
