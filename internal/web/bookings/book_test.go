package bookings_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/webtest"
)

func bookPath(serviceID string, start time.Time) string {
	return "/fr/book/" + serviceID + "?start=" + url.QueryEscape(start.Format(time.RFC3339))
}

// filled is the form as a browser would send it from the page.
func filled(page webtest.Page) url.Values {
	return url.Values{"start": {page.Value("start")}, "key": {page.Value("key")}, "address": {"12, rue des Orangers"}, "note": {"Deuxième étage"}}
}

func TestACustomerBooksAnInstantService(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	page := salma.Get(bookPath(town.Instant.ID, town.At(10, 0)))
	if page.Status != http.StatusOK || page.Titles() != 1 {
		t.Fatalf("status %d, %d first headings\n%s", page.Status, page.Titles(), page.Words())
	}
	for _, words := range []string{"mardi 2 juin", "de 10:00 à 11:00", "heure du Maroc", "200 MAD", "Joint neuf", "Annulation gratuite jusqu’au lundi 1er juin à 10:00.", "Confirmer la réservation"} {
		if !page.Has(words) {
			t.Errorf("the page does not say %q:\n%s", words, page.Words())
		}
	}
	form := filled(page)
	form.Set("addon_ids", town.Instant.Addons[0].ID)
	done := salma.Follow(salma.Post("/fr/book/"+town.Instant.ID, form))
	for _, words := range []string{"C’est réservé", "Confirmée", "de 10:00 à 11:30", "230 MAD", "12, rue des Orangers", "Deuxième étage", "Réservation confirmée"} {
		if !done.Has(words) {
			t.Errorf("the booking does not say %q:\n%s", words, done.Words())
		}
	}
}

func TestARequestSaysThatAnAnswerIsAwaited(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	page := salma.Get(bookPath(town.OnRequest.ID, town.At(10, 0)))
	if !page.Has("Envoyer la demande") || page.Has("Confirmer la réservation") {
		t.Errorf("the button is not that of a request:\n%s", page.Words())
	}
	done := salma.Follow(salma.Post("/fr/book/"+town.OnRequest.ID, filled(page)))
	if !done.Has("En attente de réponse") || !done.Has("Retirer ma demande") {
		t.Errorf("the request is not shown as waiting:\n%s", done.Words())
	}
}

func TestAFormSentTwiceMakesOneBooking(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	form := filled(salma.Get(bookPath(town.Instant.ID, town.At(10, 0))))
	var together sync.WaitGroup
	answers := make([]webtest.Page, 4)
	for i := range answers {
		together.Go(func() { answers[i] = salma.Post("/fr/book/"+town.Instant.ID, form) })
	}
	together.Wait()
	for _, answer := range answers {
		if answer.Status != http.StatusSeeOther || answer.Location() != answers[0].Location() {
			t.Errorf("status %d to %q, want a redirect to %q", answer.Status, answer.Location(), answers[0].Location())
		}
	}
	if n := town.Count("bookings"); n != 1 {
		t.Errorf("%d bookings were made, want 1", n)
	}
}

func TestThePriceIsShownAgainBeforeBooking(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	form := filled(salma.Get(bookPath(town.Instant.ID, town.At(10, 0))))
	form.Set("addon_ids", town.Instant.Addons[0].ID)
	form.Set("preview", "1")
	page := salma.Post("/fr/book/"+town.Instant.ID, form)
	if page.Status != http.StatusOK || !page.Has("230 MAD") || !page.Has("12, rue des Orangers") {
		t.Errorf("status %d, want the price with the add-on and the address kept:\n%s", page.Status, page.Words())
	}
	if n := town.Count("bookings"); n != 0 {
		t.Errorf("looking at the price made %d bookings", n)
	}
}

func TestWhoIsNotSignedInComesBackToTheTimeChosen(t *testing.T) {
	town := webtest.New(t)
	stranger := town.Browser()
	path := bookPath(town.Instant.ID, town.At(10, 0))
	answer := stranger.Get(path)
	if want := "/fr/sign-in?next=" + url.QueryEscape(path); answer.Status != http.StatusSeeOther || answer.Location() != want {
		t.Fatalf("status %d to %q, want a redirect to %q", answer.Status, answer.Location(), want)
	}
	signIn := stranger.Get(answer.Location())
	back := stranger.Post("/fr/sign-in", url.Values{"email": {town.Salma.Email}, "password": {webtest.Password}, "next": {signIn.Value("next")}})
	if back.Location() != path {
		t.Errorf("after signing in the reader is led to %q, want %q", back.Location(), path)
	}
}

func TestATakenTimeLeadsToTheNearestFreeOnes(t *testing.T) {
	town := webtest.New(t)
	youssef := town.As(town.Youssef)
	form := filled(youssef.Get(bookPath(town.Instant.ID, town.At(10, 0))))
	town.Book(town.Instant, town.At(10, 0))
	answer := youssef.Post("/fr/book/"+town.Instant.ID, form)
	if answer.Status != http.StatusConflict || !answer.Has("Cet horaire vient d’être pris") {
		t.Errorf("status %d, want 409 and a friendly page:\n%s", answer.Status, answer.Words())
	}
	if !answer.Has("11:30") || answer.Has("10:00") || answer.Has("11:00") {
		t.Errorf("want 11:30, the first time after the job and its buffer, and neither 10:00 nor 11:00:\n%s", answer.Words())
	}
	if again := youssef.Get(bookPath(town.Instant.ID, town.At(10, 0))); again.Status != http.StatusConflict {
		t.Errorf("a link to the taken time answers %d, want 409", again.Status)
	}
}

func TestTimesThatCannotBeHadChangeNothing(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	for name, start := range map[string]string{
		"past":             town.At(10, 0).AddDate(0, 0, -10).Format(time.RFC3339),
		"too soon":         town.Clock.Now().Add(30 * time.Minute).Format(time.RFC3339),
		"too far":          town.At(10, 0).AddDate(0, 6, 0).Format(time.RFC3339),
		"at night":         town.At(3, 0).Format(time.RFC3339),
		"off the step":     town.At(10, 7).Format(time.RFC3339),
		"not a time":       "demain matin",
		"missing":          "",
		"year zero":        "0000-01-01T00:00:00Z",
		"end of all years": "9999-12-31T23:59:59Z",
		"broken bytes":     "2026-06-02T09:00:00Z\xff",
	} {
		t.Run(name, func(t *testing.T) {
			form := url.Values{"start": {start}, "key": {ids.New()}}
			for what, answer := range map[string]webtest.Page{
				"form": salma.Post("/fr/book/"+town.Instant.ID, form),
				"link": salma.Get("/fr/book/" + town.Instant.ID + "?start=" + url.QueryEscape(start)),
			} {
				if answer.Status != http.StatusUnprocessableEntity || answer.Titles() != 1 {
					t.Errorf("%s: status %d, want 422:\n%s", what, answer.Status, answer.Words())
				}
			}
		})
	}
	if n := town.Count("bookings"); n != 0 {
		t.Errorf("%d bookings were made", n)
	}
}

func TestABookingFormSaysWhichFieldIsWrong(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	for name, test := range map[string]struct{ field, value, says string }{
		"address too long":     {"address", strings.Repeat("a", 301), "300 caractères au plus"},
		"address not UTF-8":    {"address", "rue \xff", "UTF-8"},
		"note with control":    {"note", "bonjour\x00", "caractères de contrôle"},
		"note with overrides":  {"note", "bon\u202ejour", "caractères cachés"},
		"note far too long":    {"note", strings.Repeat("é", 5000), "1000 caractères au plus"},
		"unknown add-on":       {"addon_ids", ids.New(), "Certaines informations sont à corriger"},
		"add-on of bad bytes":  {"addon_ids", "\xff\x00", "Certaines informations sont à corriger"},
		"unusable idempotency": {"key", strings.Repeat("k", 500), ""},
	} {
		t.Run(name, func(t *testing.T) {
			form := filled(salma.Get(bookPath(town.Instant.ID, town.At(10, 0))))
			form.Set(test.field, test.value)
			answer := salma.Post("/fr/book/"+town.Instant.ID, form)
			if answer.Status != http.StatusUnprocessableEntity || !answer.Has(test.says) {
				t.Errorf("status %d, want 422 saying %q:\n%s", answer.Status, test.says, answer.Words())
			}
			if test.field != "note" && !answer.Has("Deuxième étage") {
				t.Error("the note was not kept")
			}
		})
	}
	if n := town.Count("bookings"); n != 0 {
		t.Errorf("%d bookings were made", n)
	}
}

func TestUnknownServicesAndOnesOwnCannotBeBooked(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	for _, id := range []string{ids.New(), "x", "%00", "..%2f..", strings.Repeat("a", 500)} {
		if got := salma.Get("/fr/book/" + id + "?start=2026-06-02T09:00:00Z"); got.Status != http.StatusNotFound {
			t.Errorf("the page of service %q answers %d, want 404", id, got.Status)
		}
		if got := salma.Post("/fr/book/"+id, url.Values{"start": {"2026-06-02T09:00:00Z"}}); got.Status != http.StatusNotFound {
			t.Errorf("booking service %q answers %d, want 404", id, got.Status)
		}
	}
	form := url.Values{"start": {town.At(10, 0).Format(time.RFC3339)}}
	if got := owner.Post("/fr/book/"+town.Instant.ID, form); got.Status != http.StatusForbidden {
		t.Errorf("booking one's own service answers %d, want 403", got.Status)
	}
}

func TestBodiesThatAreNoFormAreRefused(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	path := "/fr/book/" + town.Instant.ID
	if got := salma.PostBody(path, "application/x-www-form-urlencoded", "start=%zz&note=%"); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a broken form answers %d, want 422", got.Status)
	}
	if got := salma.PostBody(path, "application/x-www-form-urlencoded", "note="+strings.Repeat("a", 1<<20)); got.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a form of a megabyte answers %d, want 413", got.Status)
	}
	if got := salma.PostBody(path, "application/json", `{"start":1}`); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("JSON answers %d, want 422", got.Status)
	}
	if n := town.Count("bookings"); n != 0 {
		t.Errorf("%d bookings were made", n)
	}
}

func TestHostileWordsAreShownAsWords(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	form := filled(salma.Get(bookPath(town.Instant.ID, town.At(10, 0))))
	form.Set("note", `<script>alert("x")</script>`)
	done := salma.Follow(salma.Post("/fr/book/"+town.Instant.ID, form))
	if strings.Contains(done.Body, "<script>alert") || !strings.Contains(done.Body, "&lt;script&gt;alert") {
		t.Error("the note is not escaped")
	}
}

func TestTheListKeepsWhatIsOpenApartFromWhatIsOver(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	if empty := salma.Get("/fr/bookings"); !empty.Has("Rien de prévu pour l’instant") || !empty.Has("Trouver un service") {
		t.Errorf("the empty list does not say what to do next:\n%s", empty.Words())
	}
	open := town.Book(town.Instant, town.At(10, 0))
	over := town.Book(town.OnRequest, town.At(14, 0))
	if _, err := town.Bookings.Cancel(t.Context(), webtest.Actor(town.Salma), over.ID, ""); err != nil {
		t.Fatal(err)
	}
	upcoming, past := salma.Get("/fr/bookings"), salma.Get("/fr/bookings?view=cancelled")
	if !strings.Contains(upcoming.Body, open.ID) || strings.Contains(upcoming.Body, over.ID) || !upcoming.Has("Demain à 10:00") {
		t.Errorf("what is open is not shown alone:\n%s", upcoming.Words())
	}
	if !strings.Contains(past.Body, over.ID) || strings.Contains(past.Body, open.ID) || !past.Has("Demande retirée") {
		t.Errorf("what is over is not shown alone:\n%s", past.Words())
	}
	if got := salma.Get("/fr/bookings?cursor=nonsense"); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a broken cursor answers %d, want 422", got.Status)
	}
}

func TestASavedAddressIsChosenAndAnotherCanBeTyped(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	home, err := town.Accounts.PutAddress(t.Context(), webtest.Actor(town.Salma), account.AddressInput{Address: account.Address{Label: "Maison", Address: "7, rue du Souk", CityID: "casablanca"}})
	if err != nil {
		t.Fatal(err)
	}
	page := salma.Get(bookPath(town.Instant.ID, town.At(10, 0)))
	if !page.Has("Maison") || !page.Has("7, rue du Souk") || !strings.Contains(page.Body, `value="`+home.ID+`" checked`) {
		t.Errorf("the saved address is not offered first:\n%s", page.Words())
	}
	form := filled(page)
	form.Set("saved", home.ID)
	if done := salma.Follow(salma.Post("/fr/book/"+town.Instant.ID, form)); !done.Has("7, rue du Souk") || done.Has("12, rue des Orangers") {
		t.Errorf("the booking has another address than the chosen one:\n%s", done.Words())
	}
	form = filled(salma.Get(bookPath(town.Instant.ID, town.At(14, 0))))
	form.Set("saved", "other")
	if done := salma.Follow(salma.Post("/fr/book/"+town.Instant.ID, form)); !done.Has("12, rue des Orangers") {
		t.Errorf("the booking has another address than the typed one:\n%s", done.Words())
	}
}
