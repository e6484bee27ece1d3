package disputes_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/dispute"
	"khadamat/internal/money"
	"khadamat/internal/web/webtest"
)

const words = "Le joint fuit encore, et il refuse de revenir."

// done is a booking of Salma's that the provider has just completed.
func done(t *testing.T, town *webtest.Town) booking.Booking {
	t.Helper()
	b := town.Book(town.Instant, town.At(10, 0))
	town.Clock.Set(b.Start)
	if _, err := town.Bookings.Start(t.Context(), webtest.Actor(town.Owner), b.ID); err != nil {
		t.Fatal(err)
	}
	town.Clock.Set(b.End)
	b, err := town.Bookings.Complete(t.Context(), webtest.Actor(town.Owner), b.ID)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func opened(t *testing.T, town *webtest.Town) dispute.Dispute {
	t.Helper()
	d, err := town.Disputes.Open(t.Context(), webtest.Actor(town.Salma), done(t, town).ID, dispute.Opening{Reason: dispute.PoorQuality, Words: words})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestADisputeFromItsOpeningToItsDecision(t *testing.T) {
	town := webtest.New(t)
	b := done(t, town)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	moderator := town.Person("moderation@example.test", "Nadia Moderatrice", account.Moderator)
	path := "/fr/bookings/" + b.ID
	if page := salma.Get(path); !page.Has("Signaler un problème") {
		t.Fatalf("the booking does not lead there:\n%s", page.Words())
	}
	form := salma.Get(path + "/dispute")
	after := salma.Follow(salma.Post(path+"/dispute", url.Values{"reason": {"poor_quality"}, "words": {words}, "key": {form.Value("key")}}))
	if !after.Has("Nous avons bien reçu votre récit.") || !after.Has(words) || !after.Has("Nous avons prévenu Plomberie Atlas") {
		t.Fatalf("after opening it:\n%s", after.Words())
	}
	page, err := town.Disputes.List(t.Context(), webtest.Actor(town.Salma), dispute.Filter{})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	thread := "/fr/disputes/" + page.Items[0].ID
	if booked := owner.Get(path); !booked.Has("En attente de réponse") || !strings.Contains(booked.Body, thread) {
		t.Fatalf("the provider's booking:\n%s", booked.Words())
	}
	seen := owner.Get(thread)
	if !seen.Has("Dites-nous comment cela s’est passé pour vous.") || !seen.Has(words) {
		t.Fatalf("the provider sees:\n%s", seen.Words())
	}
	answer := url.Values{"text": {"Je suis venu deux fois."}, "key": {seen.Value("key")}}
	for range 2 {
		if said := owner.Follow(owner.Post(thread+"/messages", answer)); !said.Has("En cours d’examen") || strings.Count(said.Words(), "Je suis venu deux fois.") != 1 {
			t.Fatalf("after the answer:\n%s", said.Words())
		}
	}
	operator := town.As(moderator)
	if said := operator.Follow(operator.Post(thread+"/messages", url.Values{"text": {"Avez-vous une facture ?"}})); !said.Has("Avez-vous une facture ?") {
		t.Fatalf("the operator:\n%s", said.Words())
	}
	if read := salma.Get(thread); !read.Has("L’équipe Khadamat") || !read.Has("Avez-vous une facture ?") || read.Has("Nadia") {
		t.Fatalf("the customer reads:\n%s", read.Words())
	}
	if _, err := town.Disputes.Decide(t.Context(), webtest.Actor(moderator), page.Items[0].ID, dispute.Decision{Refund: money.Of(5000, money.MAD), Reason: "Le joint est à refaire."}); err != nil {
		t.Fatal(err)
	}
	for name, browser := range map[string]*webtest.Browser{"customer": salma, "provider": owner} {
		if end := browser.Get(thread); !end.Has("Salma Bennani récupère 50 MAD sur 200 MAD") || !end.Has("Le joint est à refaire.") || strings.Contains(end.Body, "<textarea") {
			t.Errorf("the %s reads at the end:\n%s", name, end.Words())
		}
		if booked := browser.Get(path); !booked.Has("50 MAD") {
			t.Errorf("the %s's booking:\n%s", name, booked.Words())
		}
	}
	if late := salma.Follow(salma.Post(thread+"/messages", url.Values{"text": {"Encore un mot"}})); !late.Has("Ce litige est clos.") || late.Has("Encore un mot") {
		t.Errorf("after the end:\n%s", late.Words())
	}
}

func TestAFormThatWillNotDoComesBackWithWhatWasWritten(t *testing.T) {
	town := webtest.New(t)
	path := "/fr/bookings/" + done(t, town).ID + "/dispute"
	salma := town.As(town.Salma)
	for name, form := range map[string]url.Values{
		"no reason":      {"words": {words}},
		"another reason": {"reason": {"weather"}, "words": {words}},
		"too short":      {"reason": {"late"}, "words": {"Trop court"}},
	} {
		page := salma.Post(path, form)
		if page.Status != http.StatusUnprocessableEntity || !page.Has(form.Get("words")) || page.Titles() != 1 {
			t.Errorf("%s: %d\n%s", name, page.Status, page.Words())
		}
	}
	if got := town.Count("disputes"); got != 0 {
		t.Errorf("%d disputes", got)
	}
}

func TestASecondFormLeadsToTheDisputeThatThereIs(t *testing.T) {
	town := webtest.New(t)
	d := opened(t, town)
	owner := town.As(town.Owner)
	path := "/fr/bookings/" + d.BookingID + "/dispute"
	if page := owner.Get(path); page.Status != http.StatusSeeOther || page.Location() != "/fr/disputes/"+d.ID {
		t.Errorf("%d, %s", page.Status, page.Location())
	}
	if page := owner.Post(path, url.Values{"reason": {"price"}, "words": {words}}); page.Location() != "/fr/disputes/"+d.ID || town.Count("disputes") != 1 {
		t.Errorf("%d, %s, %d disputes", page.Status, page.Location(), town.Count("disputes"))
	}
}

func TestTheDisputesOfOthersAreNotFound(t *testing.T) {
	town := webtest.New(t)
	d := opened(t, town)
	youssef := town.As(town.Youssef)
	for _, path := range []string{"/fr/disputes/" + d.ID, "/fr/bookings/" + d.BookingID + "/dispute", "/fr/disputes/garbage"} {
		if page := youssef.Get(path); page.Status != http.StatusNotFound || page.Has(words) {
			t.Errorf("%s: %d", path, page.Status)
		}
	}
	for _, path := range []string{"/fr/disputes/" + d.ID + "/messages", "/fr/disputes/" + d.ID + "/withdraw"} {
		if page := youssef.Post(path, url.Values{"text": {"Moi aussi"}}); page.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, page.Status)
		}
	}
	if page := youssef.Get("/fr/disputes"); !page.Has("Aucun litige") {
		t.Errorf("%s", page.Words())
	}
	if page := town.Browser().Get("/fr/disputes/" + d.ID); page.Status != http.StatusSeeOther {
		t.Errorf("nobody: %d", page.Status)
	}
}

func TestWhoOpenedADisputeWithdrawsIt(t *testing.T) {
	town := webtest.New(t)
	d := opened(t, town)
	path := "/fr/disputes/" + d.ID
	owner, salma := town.As(town.Owner), town.As(town.Salma)
	if page := owner.Get(path); strings.Contains(page.Body, path+"/withdraw") {
		t.Error("the other side is offered to withdraw it")
	}
	if page := owner.Post(path+"/withdraw", nil); page.Status != http.StatusForbidden {
		t.Errorf("the other side: %d", page.Status)
	}
	if after := salma.Follow(salma.Post(path+"/withdraw", nil)); !after.Has("Le litige est retiré.") || !after.Has("Retiré") {
		t.Errorf("%s", after.Words())
	}
	if page := salma.Get("/fr/bookings/" + d.BookingID); !page.Has("Signaler un problème") {
		t.Errorf("another one cannot be opened:\n%s", page.Words())
	}
}

func TestTooEarlyAndTooLateLeadBackToTheBooking(t *testing.T) {
	town := webtest.New(t)
	b := town.Book(town.Instant, town.At(10, 0))
	path := "/fr/bookings/" + b.ID
	salma := town.As(town.Salma)
	if page := salma.Get(path); page.Has("Signaler un problème") {
		t.Error("it is offered before the booking has begun")
	}
	if page := salma.Follow(salma.Get(path + "/dispute")); !page.Has("Un litige peut être ouvert dès l’heure de la réservation.") {
		t.Errorf("%s", page.Words())
	}
	town.Clock.Set(b.End.Add(dispute.OpenWithin + 1e9))
	late := town.As(town.Salma)
	if page := late.Follow(late.Post(path+"/dispute", url.Values{"reason": {"not_done"}, "words": {words}})); !page.Has("dans les 14 jours") {
		t.Errorf("%s", page.Words())
	}
}

func TestNoPageHasAFaultInAnyLanguage(t *testing.T) {
	town := webtest.New(t)
	d := opened(t, town)
	second := town.Book(town.Instant, town.At(14, 0))
	town.Clock.Set(second.Start)
	moderator := town.Person("moderation@example.test", "Nadia Moderatrice", account.Moderator)
	for who, paths := range map[account.Account][]string{
		town.Salma: {"/bookings/" + second.ID + "/dispute", "/disputes/" + d.ID, "/disputes", "/bookings/" + d.BookingID},
		town.Owner: {"/disputes/" + d.ID, "/disputes"},
		moderator:  {"/disputes/" + d.ID},
	} {
		browser := town.As(who)
		for _, language := range []string{"fr", "ar", "en"} {
			for _, path := range paths {
				page := browser.Get("/" + language + path)
				if page.Status != http.StatusOK {
					t.Errorf("/%s%s: %d", language, path, page.Status)
				}
				for _, fault := range page.Faults(language) {
					t.Errorf("/%s%s: %s", language, path, fault)
				}
			}
		}
	}
}
