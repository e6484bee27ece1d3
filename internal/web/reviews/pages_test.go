package reviews_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/review"
	"khadamat/internal/web/webtest"
)

// done is a booking of somebody's that the provider has just completed.
func done(t *testing.T, town *webtest.Town, who account.Account) booking.Booking {
	t.Helper()
	must := func(b booking.Booking, err error) booking.Booking {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	slots, err := town.Bookings.Slots(t.Context(), town.Provider.ID, town.Instant.ID, nil, town.Clock.Now(), town.Clock.Now().AddDate(0, 0, 3))
	if err != nil || len(slots) == 0 {
		t.Fatalf("%d slots, %v", len(slots), err)
	}
	b := must(town.Bookings.Request(t.Context(), webtest.Actor(who), booking.Request{ServiceID: town.Instant.ID, Start: slots[0].Start, Address: "12, rue des Orangers"}))
	town.Clock.Set(b.Start)
	must(town.Bookings.Start(t.Context(), webtest.Actor(town.Owner), b.ID))
	town.Clock.Set(b.End)
	return must(town.Bookings.Complete(t.Context(), webtest.Actor(town.Owner), b.ID))
}

// say writes a review.
func say(t *testing.T, town *webtest.Town, who account.Account, b booking.Booking, stars int, words string) review.Review {
	t.Helper()
	r, err := town.Reviews.Write(t.Context(), webtest.Actor(who), b.ID, review.Input{Stars: stars, Words: words})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// published is a review of a customer's that everybody can read.
func published(t *testing.T, town *webtest.Town, who account.Account, stars int, words string) review.Review {
	t.Helper()
	b := done(t, town, who)
	r := say(t, town, who, b, stars, words)
	say(t, town, town.Owner, b, 5, "Accueil chaleureux")
	return r
}

func noFaults(t *testing.T, p webtest.Page, language string) {
	t.Helper()
	for _, fault := range p.Faults(language) {
		t.Error(fault)
	}
}

func TestTheTwoSidesReviewEachOther(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	b := done(t, town, town.Salma)
	owner := town.As(town.Owner)
	path := "/fr/bookings/" + b.ID
	if page := salma.Get(path); !page.Has("Comment s’est passé votre rendez-vous avec Plomberie Atlas") || !strings.Contains(page.Body, path+"/review?stars=4") {
		t.Fatalf("the customer is not invited:\n%s", page.Words())
	}
	form := salma.Get(path + "/review?stars=4")
	noFaults(t, form, "fr")
	if !strings.Contains(form.Body, `value="4" checked`) || !form.Has("ne verra votre avis qu’après avoir donné le sien") {
		t.Fatalf("the form:\n%s", form.Words())
	}
	after := salma.Follow(salma.Post(path+"/review", url.Values{"stars": {"4"}, "words": {"Rapide et soigné"}, "key": {form.Value("key")}}))
	if !after.Has("Merci, votre avis est enregistré.") || !after.Has("Rapide et soigné") || !after.Has("visible dès que Plomberie Atlas aura donné le sien") {
		t.Fatalf("after sending it:\n%s", after.Words())
	}
	if page := owner.Get(path); page.Has("Rapide et soigné") || !page.Has("Salma Bennani a déjà donné son avis") {
		t.Fatalf("the provider sees too much or too little:\n%s", page.Words())
	}
	edit := salma.Get(path + "/review")
	if !edit.Has("Rapide et soigné") || edit.Value("review") == "" {
		t.Fatalf("the review cannot be edited:\n%s", edit.Words())
	}
	salma.Follow(salma.Post(path+"/review", url.Values{"stars": {"5"}, "words": {"Rapide, soigné, aimable"}, "review": {edit.Value("review")}}))
	ownerForm := owner.Get(path + "/review")
	if !ownerForm.Has("visible dès l’envoi") {
		t.Fatalf("the provider is not told that it will be public:\n%s", ownerForm.Words())
	}
	both := owner.Follow(owner.Post(path+"/review", url.Values{"stars": {"5"}, "words": {"Cliente ponctuelle"}, "key": {ownerForm.Value("key")}}))
	for name, page := range map[string]webtest.Page{"provider": both, "customer": salma.Get(path)} {
		if !page.Has("Rapide, soigné, aimable") || !page.Has("Cliente ponctuelle") {
			t.Errorf("the %s does not see both:\n%s", name, page.Words())
		}
	}
	if page := town.Browser().Get("/fr/providers/" + town.Provider.ID); !page.Has("Rapide, soigné, aimable") || !page.Has("Salma B.") || page.Has("Bennani") || page.Has("Cliente ponctuelle") {
		t.Errorf("the public sees:\n%s", page.Words())
	}
	if again := salma.Get(path + "/review"); again.Status != http.StatusSeeOther {
		t.Errorf("a public review can be edited: %d", again.Status)
	}
}

func TestAFormThatWillNotDoComesBackWithWhatWasWritten(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	path := "/fr/bookings/" + done(t, town, town.Salma).ID + "/review"
	for name, form := range map[string]url.Values{
		"no stars":   {"words": {"Très bien"}},
		"six stars":  {"stars": {"6"}, "words": {"Très bien"}},
		"no number":  {"stars": {"beaucoup"}, "words": {"Très bien"}},
		"the longer": {"stars": {"5"}, "words": {"Très bien" + strings.Repeat("é", 2000)}},
	} {
		page := salma.Post(path, form)
		if page.Status != http.StatusUnprocessableEntity || !page.Has("Très bien") || page.Titles() != 1 {
			t.Errorf("%s: %d\n%s", name, page.Status, page.Words())
		}
	}
	if page := salma.Post(path, url.Values{"words": {"Très bien"}}); !page.Has("Choisissez de 1 à 5 étoiles.") {
		t.Errorf("it is not said what is wrong:\n%s", page.Words())
	}
	if got := town.Count("reviews"); got != 0 {
		t.Errorf("%d reviews", got)
	}
}

func TestAFormThatIsSentTwiceIsOneReview(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	path := "/fr/bookings/" + done(t, town, town.Salma).ID + "/review"
	form := url.Values{"stars": {"5"}, "words": {"Parfait"}, "key": {salma.Get(path).Value("key")}}
	for range 2 {
		if after := salma.Follow(salma.Post(path, form)); !after.Has("Merci, votre avis est enregistré.") {
			t.Fatalf("%s", after.Words())
		}
	}
	if got := town.Count("reviews"); got != 1 {
		t.Errorf("%d reviews", got)
	}
}

func TestNobodyReviewsTheBookingsOfOthers(t *testing.T) {
	town := webtest.New(t)
	path := "/fr/bookings/" + done(t, town, town.Salma).ID + "/review"
	youssef := town.As(town.Youssef)
	if page := youssef.Get(path); page.Status != http.StatusNotFound {
		t.Errorf("status %d", page.Status)
	}
	if page := youssef.Post(path, url.Values{"stars": {"1"}}); page.Status != http.StatusNotFound {
		t.Errorf("status %d", page.Status)
	}
	if page := town.Browser().Get(path); page.Status != http.StatusSeeOther || !strings.Contains(page.Location(), "/sign-in") {
		t.Errorf("nobody gets %d, %s", page.Status, page.Location())
	}
	open := town.Book(town.Instant, town.At(15, 0))
	if page := town.As(town.Salma).Get("/fr/bookings/" + open.ID + "/review"); page.Status != http.StatusSeeOther || page.Location() != "/fr/bookings/"+open.ID {
		t.Errorf("before it is done: %d, %s", page.Status, page.Location())
	}
}

func TestTheProviderRepliesToReviews(t *testing.T) {
	town := webtest.New(t)
	r := published(t, town, town.Salma, 3, "Un peu long")
	owner := town.As(town.Owner)
	list := owner.Get("/fr/provider/reviews")
	noFaults(t, list, "fr")
	if !list.Has("Un peu long") || !list.Has("Sans réponse") {
		t.Fatalf("%s", list.Words())
	}
	path := "/fr/provider/reviews/" + r.ID + "/reply"
	if empty := owner.Post(path, url.Values{"reply": {"  "}}); empty.Status != http.StatusUnprocessableEntity || empty.Titles() != 1 {
		t.Errorf("an empty reply: %d", empty.Status)
	}
	if page := town.As(town.Salma).Post(path, url.Values{"reply": {"Moi-même"}}); page.Status != http.StatusForbidden {
		t.Errorf("a customer replies: %d", page.Status)
	}
	form := url.Values{"reply": {"Désolé, la pièce manquait."}, "key": {list.Value("key")}}
	for range 2 {
		if after := owner.Follow(owner.Post(path, form)); !after.Has("Votre réponse est publiée.") || !after.Has("Avec votre réponse") {
			t.Fatalf("%s", after.Words())
		}
	}
	if page := town.Browser().Get("/fr/providers/" + town.Provider.ID); !page.Has("Réponse de Plomberie Atlas") || !page.Has("Désolé, la pièce manquait.") {
		t.Errorf("the public does not see the reply:\n%s", page.Words())
	}
	if again := owner.Follow(owner.Post(path, url.Values{"reply": {"Et encore"}})); !again.Has("Vous avez déjà répondu à cet avis.") {
		t.Errorf("%s", again.Words())
	}
}

func TestAReviewIsReported(t *testing.T) {
	town := webtest.New(t)
	r := published(t, town, town.Salma, 1, "Voleur !")
	youssef := town.As(town.Youssef)
	path := "/fr/reviews/" + r.ID + "/report"
	form := youssef.Get(path)
	noFaults(t, form, "fr")
	if !form.Has("Voleur !") {
		t.Fatalf("%s", form.Words())
	}
	if page := youssef.Post(path, url.Values{"words": {"Une raison"}}); page.Status != http.StatusUnprocessableEntity || !page.Has("Une raison") {
		t.Errorf("without a reason: %d\n%s", page.Status, page.Words())
	}
	after := youssef.Follow(youssef.Post(path, url.Values{"reason": {"insult"}}))
	if !after.Has("Merci. Nous allons examiner cet avis.") {
		t.Errorf("%s", after.Words())
	}
	if again := youssef.Follow(youssef.Post(path, url.Values{"reason": {"spam"}})); !again.Has("Vous avez déjà signalé cet avis.") {
		t.Errorf("%s", again.Words())
	}
	if own := town.As(town.Salma).Post(path, url.Values{"reason": {"spam"}}); own.Status != http.StatusForbidden {
		t.Errorf("one's own: %d", own.Status)
	}
	if page := town.Browser().Get(path); page.Status != http.StatusSeeOther {
		t.Errorf("nobody: %d", page.Status)
	}
	about, err := town.Reviews.AboutMe(t.Context(), webtest.Actor(town.Salma), "", 0)
	if err != nil || len(about.Items) != 1 {
		t.Fatal(about, err)
	}
	if page := youssef.Get("/fr/reviews/" + about.Items[0].ID + "/report"); page.Status != http.StatusNotFound {
		t.Errorf("what a provider says of somebody else: %d", page.Status)
	}
}

func TestOnesOwnReviewsAreListed(t *testing.T) {
	town := webtest.New(t)
	published(t, town, town.Salma, 5, "Parfait")
	blind := done(t, town, town.Salma)
	say(t, town, town.Salma, blind, 2, "Moins bien")
	waiting := done(t, town, town.Salma)
	salma := town.As(town.Salma)
	received := salma.Get("/fr/reviews")
	if !received.Has("Accueil chaleureux") || received.Has("Parfait") || !strings.Contains(received.Body, waiting.ID+"/review?stars=5") || strings.Contains(received.Body, blind.ID+"/review?stars=5") {
		t.Errorf("received:\n%s", received.Words())
	}
	written := salma.Get("/fr/reviews?view=written")
	if !written.Has("Parfait") || !written.Has("Moins bien") || !written.Has("Visible au plus tard le") || written.Has("Accueil chaleureux") {
		t.Errorf("written:\n%s", written.Words())
	}
	if page := town.As(town.Youssef).Get("/fr/reviews"); !page.Has("Aucun avis reçu") {
		t.Errorf("of somebody without any:\n%s", page.Words())
	}
	if page := salma.Get("/fr/reviews?from=garbage"); page.Status != http.StatusUnprocessableEntity && page.Status != http.StatusBadRequest {
		t.Errorf("a broken cursor: %d", page.Status)
	}
}

func TestTheProvidersPageFiltersByStarsAndHasPages(t *testing.T) {
	town := webtest.New(t)
	for i := range 8 {
		published(t, town, town.Salma, 4+i%2, fmt.Sprintf("Mot numéro %d.", i))
	}
	reader, path := town.Browser(), "/fr/providers/"+town.Provider.ID
	first := reader.Get(path)
	if !first.Has("Mot numéro 7.") || first.Has("Mot numéro 1.") || !first.Has("8 avis") {
		t.Fatalf("first page:\n%s", first.Words())
	}
	more := href(first.Body, "reviews=")
	if older := reader.Get(more); !older.Has("Mot numéro 1.") || older.Has("Mot numéro 7.") {
		t.Errorf("second page, %s:\n%s", more, older.Words())
	}
	five := reader.Get(path + "?stars=5")
	if !five.Has("Mot numéro 1.") || !five.Has("Mot numéro 7.") || five.Has("Mot numéro 6.") {
		t.Errorf("five stars:\n%s", five.Words())
	}
	for _, nonsense := range []string{"?stars=9", "?stars=x", "?reviews=garbage", "?stars=1"} {
		if page := reader.Get(path + nonsense); page.Status != http.StatusOK || !page.Has("8 avis") {
			t.Errorf("%s: %d", nonsense, page.Status)
		}
	}
}

// href is the first address on a page that has a part.
func href(body, part string) string {
	for _, piece := range strings.Split(body, `href="`)[1:] {
		address, _, _ := strings.Cut(piece, `"`)
		if strings.Contains(address, part) {
			before, _, _ := strings.Cut(strings.ReplaceAll(address, "&amp;", "&"), "#")
			return before
		}
	}
	return ""
}

func TestAProviderSeesWhatOthersSayOfACustomer(t *testing.T) {
	town := webtest.New(t)
	published(t, town, town.Salma, 5, "Parfait")
	b := town.Book(town.OnRequest, town.At(16, 0))
	path := "/fr/bookings/" + b.ID
	if page := town.As(town.Owner).Get(path); !page.Has("Ce que d’autres prestataires disent de Salma B.") || !page.Has("Accueil chaleureux") {
		t.Errorf("the provider:\n%s", page.Words())
	}
	if page := town.As(town.Salma).Get(path); page.Has("d’autres prestataires disent") {
		t.Errorf("the customer:\n%s", page.Words())
	}
}

func TestNoPageHasAFaultInAnyLanguage(t *testing.T) {
	town := webtest.New(t)
	r := published(t, town, town.Salma, 3, "Un peu long")
	blind := done(t, town, town.Salma)
	say(t, town, town.Salma, blind, 2, "Moins bien")
	waiting := done(t, town, town.Salma)
	for who, paths := range map[account.Account][]string{
		town.Salma:   {"/bookings/" + waiting.ID + "/review", "/bookings/" + blind.ID + "/review", "/reviews", "/reviews?view=written", "/bookings/" + blind.ID, "/bookings/" + waiting.ID, "/bookings/" + r.BookingID},
		town.Youssef: {"/reviews", "/reviews?view=written", "/reviews/" + r.ID + "/report", "/providers/" + town.Provider.ID},
		town.Owner:   {"/provider/reviews", "/reviews", "/bookings/" + waiting.ID},
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

func TestWhileReviewsArePausedNobodyIsInvited(t *testing.T) {
	town := webtest.New(t)
	b := done(t, town, town.Salma)
	admin := town.Person("admin@example.test", "Nadia Admin", account.Admin)
	if err := town.Features.Set(t.Context(), webtest.Actor(admin), feature.Reviews, false); err != nil {
		t.Fatal(err)
	}
	salma := town.As(town.Salma)
	if page := salma.Get("/fr/bookings/" + b.ID); page.Has("Comment s’est passé") {
		t.Errorf("%s", page.Words())
	}
	if page := salma.Get("/fr/bookings/" + b.ID + "/review"); page.Status == http.StatusOK {
		t.Errorf("the form is there: %d", page.Status)
	}
	if page := salma.Post("/fr/bookings/"+b.ID+"/review", url.Values{"stars": {"5"}}); page.Status == http.StatusOK || town.Count("reviews") != 0 {
		t.Errorf("%d, %d reviews", page.Status, town.Count("reviews"))
	}
}

// A provider without a profile has a page that says so, and no error.
func TestAProviderWithoutAProfileHasAnEmptyPage(t *testing.T) {
	town := webtest.New(t)
	fresh := town.Person("new@example.test", "Nouvel Artisan", account.Provider)
	if page := town.As(fresh).Get("/fr/provider/reviews"); page.Status != http.StatusOK || !page.Has("Aucun avis pour l’instant") {
		t.Errorf("%d\n%s", page.Status, page.Words())
	}
	if page := town.As(town.Salma).Get("/fr/provider/reviews"); page.Status != http.StatusForbidden {
		t.Errorf("a customer: %d", page.Status)
	}
}

func TestTheRatingOnTheProvidersPageIsTheCatalogs(t *testing.T) {
	town := webtest.New(t)
	published(t, town, town.Salma, 5, "Parfait")
	shown, err := town.Catalog.Provider(t.Context(), town.Provider.ID)
	if err != nil {
		t.Fatal(err)
	}
	summary, err := town.Reviews.Summary(t.Context(), town.Provider.ID)
	if err != nil || summary.Mean != shown.Rating() || summary.Count != shown.RatingCount {
		t.Fatalf("%+v, the catalog shows %v of %d", summary, shown.Rating(), shown.RatingCount)
	}
}
