package quotes_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/quote"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/webtest"
)

// job is a form that nothing is wrong with.
func job() url.Values {
	return url.Values{"category": {"plomberie"}, "city": {"casablanca"}, "title": {"Refaire la salle de bain"}, "description": {"Deux robinets fuient et la douche est à changer."},
		"address": {"12, rue des Orangers"}, "place": {"customer"}, "urgency": {"today"}, "budget_min": {"500"}, "budget_max": {"1 500"}, "key": {"once"}}
}

// offer is a form that nothing is wrong with.
func offer(town *webtest.Town) url.Values {
	return url.Values{"service": {town.OnRequest.ID}, "price": {"900"}, "duration": {"120"}, "start": {town.At(10, 0).Format(time.RFC3339)},
		"words": {"Je viens avec tout le matériel."}, "valid": {"3"}}
}

// posted posts the job as Salma does and returns its id.
func posted(town *webtest.Town, salma *webtest.Browser) string {
	town.Helper()
	sent := salma.PostFiles("/fr/quotes/new", job(), "photo")
	if sent.Status != http.StatusSeeOther {
		town.Fatalf("status %d\n%s", sent.Status, sent.Words())
	}
	return sent.Location()[len("/fr/quotes/"):]
}

// offered has the provider answer the job, and returns the offer's id.
func offered(town *webtest.Town, owner *webtest.Browser, jobID string) string {
	town.Helper()
	if sent := owner.Post("/fr/provider/quotes/"+jobID, offer(town)); sent.Status != http.StatusSeeOther {
		town.Fatalf("status %d\n%s", sent.Status, sent.Words())
	}
	view, err := town.Quotes.Job(town.Context(), webtest.Actor(town.Salma), jobID)
	if err != nil || len(view.Offers) == 0 {
		town.Fatalf("%v, %d offers", err, len(view.Offers))
	}
	return view.Offers[0].ID
}

// says fails for every text that the page does not show.
func says(t *testing.T, page webtest.Page, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !page.Has(text) {
			t.Errorf("the page does not say %q:\n%s", text, page.Words())
		}
	}
}

func TestAJobBecomesABooking(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	says(t, salma.Get("/fr/quotes"), "Aucune demande en cours", "Demander un devis")
	page := salma.Follow(salma.PostFiles("/fr/quotes/new", job(), "photo", webtest.Photo(1)))
	says(t, page, "Votre demande est publiée.", "Refaire la salle de bain", "De 500 MAD à 1 500 MAD", "12, rue des Orangers", "Votre demande est partie.")
	near := owner.Get("/fr/provider/quotes")
	says(t, near, "Aujourd’hui, urgent", "Refaire la salle de bain", "De 500 MAD à 1 500 MAD", "Soyez le premier")
	link := regexp.MustCompile(`/fr/provider/quotes/([0-9a-f-]{36})`).FindStringSubmatch(near.Body)
	if link == nil {
		t.Fatal("no link to the job")
	}
	form := owner.Get(link[0])
	says(t, form, "Salma", "Deux robinets fuient", "Faire une offre", "Budget du client : De 500 MAD à 1 500 MAD")
	if form.Has("rue des Orangers") || form.Has("Bennani") {
		t.Error("the provider sees who and where it is before they are chosen")
	}
	sent := offer(town)
	sent.Set("key", form.Value("key"))
	says(t, owner.Follow(owner.Post(link[0], sent)), "Votre offre est envoyée.", "900 MAD", "En attente de réponse", "Retirer mon offre")
	says(t, owner.Get("/fr/provider/quotes"), "Dernier prix : 900 MAD")
	says(t, salma.Get("/fr/quotes"), "1 offre vous attend")
	page = salma.Get("/fr/quotes/" + link[1])
	says(t, page, "1 offre", "Plomberie Atlas", "900 MAD", "demain à 10:00", "2 h", "Je viens avec tout le matériel.", "Accepter à 900 MAD", "Proposer autre chose", "Décliner")
	accept := regexp.MustCompile(`/fr/quotes/[0-9a-f-]{36}/offers/[0-9a-f-]{36}/accept`).FindString(page.Body)
	says(t, salma.Get(accept), "Accepter et réserver", "900 MAD", "12, rue des Orangers", "Réserver à 900 MAD")
	booked := salma.Follow(salma.Post(accept, url.Values{"address": {"3, rue du Port"}}))
	says(t, booked, "Refaire la salle de bain", "900 MAD", "3, rue du Port", "de 10:00 à 12:00")
	says(t, owner.Get(link[0]), "Acceptée", "Voir la réservation", "3, rue du Port")
	says(t, salma.Get("/fr/quotes?view=over"), "Réservée")
	// A second press leads to the same booking.
	if again := salma.Post(accept, url.Values{}); again.Status != http.StatusSeeOther || !strings.HasPrefix(again.Location(), "/fr/bookings/") || town.Count("bookings") != 1 {
		t.Errorf("status %d to %s, %d bookings", again.Status, again.Location(), town.Count("bookings"))
	}
}

func TestTheTwoNegotiate(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	id := posted(town, salma)
	path := "/fr/quotes/" + id + "/offers/" + offered(town, owner, id)
	form := salma.Get(path + "/counter")
	says(t, form, "Plomberie Atlas propose 900 MAD", "Garder l’heure proposée", "10:30")
	if form.Value("price") != "900" {
		t.Errorf("the price stands at %q", form.Value("price"))
	}
	refused := salma.Post(path+"/counter", url.Values{"price": {"beaucoup"}, "start": {town.At(10, 0).Format(time.RFC3339)}, "words": {"Un peu moins ?"}})
	if refused.Status != http.StatusUnprocessableEntity || refused.Value("price") != "beaucoup" || !strings.Contains(refused.Body, "Un peu moins ?") {
		t.Errorf("status %d\n%s", refused.Status, refused.Words())
	}
	page := salma.Follow(salma.Post(path+"/counter", url.Values{"price": {"٨٠٠"}, "date": {"2026-06-02"}, "time": {"14:00"}, "words": {"Un peu moins ?"}}))
	says(t, page, "Votre proposition est envoyée.", "800 MAD", "demain à 14:00", "En attente de réponse", "2 propositions sur 6")
	seen := owner.Get("/fr/provider/quotes/" + id)
	says(t, seen, "À vous de répondre", "Salma B. propose", "800 MAD", "Un peu moins ?", "Accepter à 800 MAD")
	// The customer cannot accept their own proposal: the page says so and nothing happens.
	says(t, salma.Follow(salma.Post(path+"/accept", nil)), "C’est à l’autre de répondre")
	booked := owner.Follow(owner.Post(path+"/accept", nil))
	says(t, booked, "800 MAD", "de 14:00 à 16:00")
	if town.Count("bookings") != 1 {
		t.Errorf("%d bookings", town.Count("bookings"))
	}
}

func TestARefusedJobKeepsEverythingThatWasSent(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	form := job()
	form.Set("title", "Court")
	form.Set("budget_max", "100")
	refused := salma.PostFiles("/fr/quotes/new", form, "photo", webtest.Photo(1), webtest.Photo(2))
	if refused.Status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", refused.Status)
	}
	says(t, refused, "10 caractères au moins", "Le maximum doit dépasser le minimum.", "Deux robinets fuient", "Photos déjà envoyées")
	if refused.Value("title") != "Court" || refused.Value("budget_max") != "100" {
		t.Error("what was written is lost")
	}
	kept := regexp.MustCompile(`name="photos" value="([^"]+)"`).FindAllStringSubmatch(refused.Body, -1)
	if len(kept) != 2 {
		t.Fatalf("%d photos are kept", len(kept))
	}
	form = job()
	form.Set("key", refused.Value("key"))
	form["photos"] = []string{kept[1][1]} // the other one was unticked
	page := salma.Follow(salma.PostFiles("/fr/quotes/new", form, "photo", webtest.Photo(3)))
	if n := strings.Count(page.Body, "/small.jpg"); n != 2 {
		t.Errorf("the job shows %d photos", n)
	}
}

func TestPhotosThatAreNoneAreRefused(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	refused := salma.PostFiles("/fr/quotes/new", job(), "photo", "<svg onload=alert(1)>")
	if refused.Status != http.StatusUnprocessableEntity || !refused.Has("n’est pas une photo que nous savons lire") || refused.Value("title") != "Refaire la salle de bain" {
		t.Errorf("status %d\n%s", refused.Status, refused.Words())
	}
	files := make([]string, quote.MaxPhotos+1)
	for i := range files {
		files[i] = webtest.Photo(uint8(i))
	}
	if refused := salma.PostFiles("/fr/quotes/new", job(), "photo", files...); refused.Status != http.StatusUnprocessableEntity || !refused.Has("6 photos au plus") {
		t.Errorf("status %d", refused.Status)
	}
	if town.Count("quote_jobs") != 0 {
		t.Error("a job was posted")
	}
}

func TestOthersSeeNeitherJobNorPhotos(t *testing.T) {
	town := webtest.New(t)
	salma, owner, youssef := town.As(town.Salma), town.As(town.Owner), town.As(town.Youssef)
	page := salma.Follow(salma.PostFiles("/fr/quotes/new", job(), "photo", webtest.Photo(1)))
	photo := regexp.MustCompile(`/media/[0-9a-f-]{36}/small\.jpg`).FindString(page.Body)
	id := regexp.MustCompile(`/fr/quotes/([0-9a-f-]{36})/withdraw`).FindStringSubmatch(page.Body)[1]
	path := "/fr/quotes/" + id + "/offers/" + offered(town, owner, id)
	for _, hidden := range []string{"/fr/quotes/" + id, "/fr/quotes/" + id + "/withdraw", path + "/accept", path + "/counter", path + "/decline", photo} {
		if got := youssef.Get(hidden); got.Status != http.StatusNotFound {
			t.Errorf("%s: status %d", hidden, got.Status)
		}
	}
	for _, verb := range []string{"/accept", "/counter", "/decline"} {
		if got := youssef.Post(path+verb, url.Values{"price": {"1"}, "start": {town.At(10, 0).Format(time.RFC3339)}}); got.Status != http.StatusNotFound {
			t.Errorf("%s: status %d", verb, got.Status)
		}
	}
	if got := town.Browser().Get(photo); got.Status != http.StatusNotFound {
		t.Errorf("a stranger gets the photo: %d", got.Status)
	}
	for name, reader := range map[string]*webtest.Browser{"its customer": salma, "a provider who may answer": owner} {
		if got := reader.Get(photo); got.Status != http.StatusOK || got.Header.Get("Cache-Control") != "private, max-age=86400, immutable" {
			t.Errorf("%s: status %d, %s", name, got.Status, got.Header.Get("Cache-Control"))
		}
	}
	if got := town.Browser().Get("/fr/quotes/new?category=plomberie"); got.Status != http.StatusSeeOther || !strings.Contains(got.Location(), "sign-in") {
		t.Errorf("who has not signed in: status %d to %s", got.Status, got.Location())
	}
}

func TestAnOfferThatIsRefusedKeepsItsWords(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	id := posted(town, town.As(town.Salma))
	form := offer(town)
	form.Set("start", town.At(20, 0).Format(time.RFC3339))
	refused := owner.Post("/fr/provider/quotes/"+id, form)
	if refused.Status != http.StatusUnprocessableEntity || !strings.Contains(refused.Body, "Je viens avec tout le matériel.") || refused.Value("price") != "900" {
		t.Errorf("status %d\n%s", refused.Status, refused.Words())
	}
	nothing := owner.Post("/fr/provider/quotes/"+id, url.Values{})
	if nothing.Status != http.StatusUnprocessableEntity || strings.Count(nothing.Body, `class="problem"`) < 3 {
		t.Errorf("status %d\n%s", nothing.Status, nothing.Words())
	}
	// Without scripts a button shows the free times for another duration.
	form = offer(town)
	form.Set("duration", "480")
	form.Set("preview", "1")
	longer := owner.Post("/fr/provider/quotes/"+id, form)
	if longer.Status != http.StatusOK || longer.Has("12:00") || !longer.Has("09:00") {
		t.Errorf("status %d\n%s", longer.Status, longer.Words())
	}
	if town.Count("quote_offers") != 0 {
		t.Error("an offer was made")
	}
}

func TestATimeThatHasGoneIsSaidAndAnotherOneCanBeProposed(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	id := posted(town, salma)
	path := "/fr/quotes/" + id + "/offers/" + offered(town, owner, id)
	town.Book(town.Instant, town.At(10, 30))
	page := salma.Follow(salma.Post(path+"/accept", nil))
	says(t, page, "Cet horaire vient d’être pris", "Proposer autre chose")
	if town.Count("bookings") != 1 {
		t.Errorf("%d bookings", town.Count("bookings"))
	}
}

func TestAJobIsWithdrawnAfterAQuestion(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	id := posted(town, salma)
	offered(town, owner, id)
	says(t, salma.Get("/fr/quotes/"+id+"/withdraw"), "Retirer cette demande ?", "La garder")
	says(t, salma.Follow(salma.Post("/fr/quotes/"+id+"/withdraw", nil)), "Votre demande est retirée.")
	says(t, salma.Get("/fr/quotes?view=over"), "Retirée")
	says(t, owner.Get("/fr/provider/quotes/"+id), "Close")
	says(t, salma.Follow(salma.Get("/fr/quotes/"+id+"/withdraw")), "Cette demande a été retirée.")
}

func TestEachSideIsLedToItsOwnPage(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	id := posted(town, salma)
	if got := owner.Get("/fr/quotes/" + id); got.Status != http.StatusSeeOther || got.Location() != "/fr/provider/quotes/"+id {
		t.Errorf("the provider is led to %q (%d)", got.Location(), got.Status)
	}
	owned := owner.PostFiles("/fr/quotes/new", job(), "photo")
	ownID := owned.Location()[len("/fr/quotes/"):]
	if got := owner.Get("/fr/provider/quotes/" + ownID); got.Status != http.StatusSeeOther || got.Location() != "/fr/quotes/"+ownID {
		t.Errorf("the provider who posted is led to %q (%d)", got.Location(), got.Status)
	}
	if got := salma.Get("/fr/provider/quotes"); got.Status != http.StatusForbidden {
		t.Errorf("a customer: status %d", got.Status)
	}
	fresh := town.As(town.Person("fresh@example.test", "Fresh", account.Provider))
	for _, path := range []string{"/fr/provider/quotes", "/fr/provider/quotes?view=offers"} {
		if got := fresh.Get(path); got.Status != http.StatusSeeOther || got.Location() != "/fr/provider/profile" {
			t.Errorf("%s: status %d to %s", path, got.Status, got.Location())
		}
	}
}

func TestTheFormComesFilledWithWhatWasLookedFor(t *testing.T) {
	town := webtest.New(t)
	page := town.As(town.Salma).Get("/fr/quotes/new?category=peinture&city=rabat&title=Repeindre+le+salon")
	for _, chosen := range []string{`<option value="peinture" selected>`, `<option value="rabat" selected>`} {
		if !strings.Contains(page.Body, chosen) {
			t.Errorf("%s is not there", chosen)
		}
	}
	if page.Value("title") != "Repeindre le salon" || page.Value("key") == "" {
		t.Errorf("title %q, key %q", page.Value("title"), page.Value("key"))
	}
}

// rival is a second plumber of the town.
func rival(town *webtest.Town) (account.Account, catalog.Service) {
	town.Helper()
	who := town.Person("rif@example.test", "Rif Travaux", account.Provider)
	provider := town.Provider
	provider.ID, provider.AccountID, provider.Name = ids.New(), who.ID, "Rif Travaux"
	service := town.OnRequest
	service.ID, service.ProviderID = ids.New(), provider.ID
	err := town.DB.Tx(town.Context(), func(tx *db.Tx) error {
		return catalog.InsertMany(town.Context(), tx, []catalog.Provider{provider}, []catalog.Service{service})
	})
	if err == nil {
		err = town.Catalog.Reload(town.Context())
	}
	if err != nil {
		town.Fatal(err)
	}
	return who, service
}

func TestOffersStandSideBySideAndThePagesAreSound(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	who, service := rival(town)
	page := salma.Follow(salma.PostFiles("/fr/quotes/new", job(), "photo", webtest.Photo(1)))
	id := regexp.MustCompile(`/fr/quotes/([0-9a-f-]{36})/withdraw`).FindStringSubmatch(page.Body)[1]
	form := "/provider/quotes/" + id
	formPages := map[string]webtest.Page{"fr": owner.Get("/fr" + form), "ar": owner.Get("/ar" + form), "en": owner.Get("/en" + form)}
	mine := offered(town, owner, id)
	cheaper := offer(town)
	cheaper.Set("service", service.ID)
	cheaper.Set("price", "750")
	other := town.As(who)
	other.Follow(other.Post("/fr/provider/quotes/"+id, cheaper))
	says(t, salma.Get("/fr/quotes/"+id), "2 offres", "900 MAD", "750 MAD", "Le prix le plus bas")
	says(t, salma.Get("/fr/quotes"), "2 offres vous attendent")
	for _, language := range []string{"fr", "ar", "en"} {
		pages := map[string]webtest.Page{
			"list": salma.Get("/" + language + "/quotes"), "over": salma.Get("/" + language + "/quotes?view=over"), "new": salma.Get("/" + language + "/quotes/new"),
			"job": salma.Get("/" + language + "/quotes/" + id), "withdraw": salma.Get("/" + language + "/quotes/" + id + "/withdraw"),
			"near": owner.Get("/" + language + "/provider/quotes"), "offers": owner.Get("/" + language + "/provider/quotes?view=offers"),
			"own": owner.Get("/" + language + form), "form": formPages[language], "take back": owner.Get("/" + language + "/quotes/" + id + "/offers/" + mine + "/decline"),
		}
		for _, verb := range []string{"accept", "counter", "decline"} {
			pages[verb] = salma.Get("/" + language + "/quotes/" + id + "/offers/" + mine + "/" + verb)
		}
		for name, page := range pages {
			if page.Status != http.StatusOK {
				t.Errorf("%s %s: status %d", language, name, page.Status)
			}
			for _, fault := range page.Faults(language) {
				t.Errorf("%s %s: %s", language, name, fault)
			}
		}
	}
}
