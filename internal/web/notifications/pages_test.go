package notifications_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/notify"
	"khadamat/internal/platform/db"
	"khadamat/internal/web/webtest"
)

// tell tells somebody that their booking is confirmed.
func tell(town *webtest.Town, who account.Account, id string) {
	town.Helper()
	letter := notify.Letter{AccountID: who.ID, Template: notify.BookingConfirmed, Args: map[string]notify.Value{
		"ID": notify.Words(id), "Provider": notify.Words("<b>Atlas</b>"), "Start": notify.Moment(town.At(10, 0), notify.QuietZone),
		"Service": notify.Translated(func(language string) string { return town.Instant.Title.In(language) }),
	}}
	err := town.DB.Tx(town.Context(), func(tx *db.Tx) error {
		return town.Notices.Tell(town.Context(), tx, notify.Notice{Letters: []notify.Letter{letter}})
	})
	if err != nil {
		town.Fatal(err)
	}
}

var openAction = regexp.MustCompile(`action="(/fr/notifications/[^"]+/open)"`)

func TestABookingRaisesTheBellAndLeadsToItself(t *testing.T) {
	town := webtest.New(t)
	made := town.Book(town.OnRequest, town.At(10, 0))
	browser := town.As(town.Owner)
	home := browser.Get("/fr")
	if !strings.Contains(home.Body, `hidden-visually">Notifications, 1 non lue</span>`) {
		t.Errorf("the bell says nothing:\n%s", home.Body)
	}
	page := browser.Get("/fr/notifications")
	if page.Status != http.StatusOK || !page.Has("Nouvelle demande : Chauffe-eau") || !page.Has("Aujourd’hui") || !page.Has("Salma Bennani aimerait réserver") {
		t.Fatalf("%d: %s", page.Status, page.Words())
	}
	opened := browser.Post(openAction.FindStringSubmatch(page.Body)[1], nil)
	if opened.Status != http.StatusSeeOther || opened.Location() != "/fr/bookings/"+made.ID {
		t.Fatalf("%d to %s", opened.Status, opened.Location())
	}
	if after := browser.Follow(opened); after.Status != http.StatusOK || !strings.Contains(after.Body, `hidden-visually">Notifications</span>`) {
		t.Error("the bell still counts what was read")
	}
	if customer := town.As(town.Salma).Get("/fr"); !strings.Contains(customer.Body, `hidden-visually">Notifications</span>`) {
		t.Error("the customer was told of their own request")
	}
}

func TestThePagesAreFaultlessInEveryLanguage(t *testing.T) {
	town := webtest.New(t)
	browser := town.As(town.Salma)
	check := func(path string) webtest.Page {
		t.Helper()
		language, page := path[1:3], browser.Get(path)
		if page.Status != http.StatusOK {
			t.Errorf("%s: %d", path, page.Status)
		}
		for _, fault := range page.Faults(language) {
			t.Errorf("%s: %s", path, fault)
		}
		return page
	}
	for _, language := range []string{"fr", "ar", "en"} {
		check("/" + language + "/notifications")
		check("/" + language + "/account/notifications")
	}
	tell(town, town.Salma, "x")
	town.Clock.Advance(25 * time.Hour)
	tell(town, town.Salma, "x")
	for language, words := range map[string]string{"fr": "Hier", "ar": "أمس", "en": "Yesterday"} {
		if page := check("/" + language + "/notifications"); !page.Has(words) || strings.Contains(page.Body, "<b>Atlas") {
			t.Errorf("%s: no day, or markup that somebody wrote", language)
		}
	}
}

func TestNotificationsAreTheirReadersAlone(t *testing.T) {
	town := webtest.New(t)
	if nobody := town.Browser().Get("/fr/notifications"); nobody.Status != http.StatusSeeOther || !strings.HasPrefix(nobody.Location(), "/fr/sign-in?next=") {
		t.Errorf("nobody: %d to %s", nobody.Status, nobody.Location())
	}
	tell(town, town.Salma, "x")
	action := openAction.FindStringSubmatch(town.As(town.Salma).Get("/fr/notifications").Body)[1]
	if other := town.As(town.Youssef).Post(action, nil); other.Status != http.StatusNotFound {
		t.Errorf("another reader: %d", other.Status)
	}
}

func TestReadingEverythingEmptiesTheBell(t *testing.T) {
	town := webtest.New(t)
	for range 12 {
		tell(town, town.Salma, "x")
	}
	browser := town.As(town.Salma)
	page := browser.Get("/fr/notifications")
	if !strings.Contains(page.Body, ">9+</span>") || !strings.Contains(page.Body, `hidden-visually">Notifications, 12 non lues</span>`) {
		t.Error("the bell does not count")
	}
	page = browser.Follow(browser.Post("/fr/notifications/read", nil))
	if !page.Has("Tout est lu.") || strings.Contains(page.Body, "Tout marquer comme lu") || !strings.Contains(page.Body, `hidden-visually">Notifications</span>`) {
		t.Error("something is left to read")
	}
}

func TestTheListGoesOnWhereAPageEnds(t *testing.T) {
	town := webtest.New(t)
	for range 25 {
		tell(town, town.Salma, "x")
	}
	browser := town.As(town.Salma)
	first := browser.Get("/fr/notifications")
	next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(first.Body)
	if next == nil || strings.Count(first.Body, `class="notification `) != 20 {
		t.Fatalf("%d on the first page, next %v", strings.Count(first.Body, `class="notification `), next)
	}
	if second := browser.Get(next[1]); strings.Count(second.Body, `class="notification `) != 5 || !second.Has("Les plus récentes") {
		t.Errorf("%d on the second page", strings.Count(second.Body, `class="notification `))
	}
	if bad := browser.Get("/fr/notifications?cursor=x"); bad.Status != http.StatusUnprocessableEntity && bad.Status != http.StatusBadRequest {
		t.Errorf("a broken cursor: %d", bad.Status)
	}
}

func TestChoicesAreKept(t *testing.T) {
	town := webtest.New(t)
	browser := town.As(town.Salma)
	form := url.Values{"bell_bookings": {"1"}, "email_messages": {"1"}, "quiet": {"1"}, "quiet_from": {"21:30"}, "quiet_to": {"07:15"}}
	page := browser.Follow(browser.Post("/fr/account/notifications", form))
	if !page.Has("Vos choix sont enregistrés.") || page.Value("quiet_from") != "21:30" || page.Value("quiet_to") != "07:15" {
		t.Fatalf("%s", page.Words())
	}
	for name, want := range map[string]bool{"bell_bookings": true, "email_bookings": false, "bell_messages": false, "email_messages": true, "quiet": true} {
		if got := regexp.MustCompile(`name="` + name + `"[^>]* checked`).MatchString(page.Body); got != want {
			t.Errorf("%s is %v", name, got)
		}
	}
	kept, err := town.Notices.Preferences(t.Context(), webtest.Actor(town.Salma))
	if err != nil || kept.Email(notify.Bookings) || kept.Bell(notify.Messages) || *kept.Quiet != (notify.Quiet{From: 21*60 + 30, To: 7*60 + 15}) {
		t.Errorf("%+v, %v", kept, err)
	}
}

func TestARefusedChoiceIsShownAgain(t *testing.T) {
	town := webtest.New(t)
	browser := town.As(town.Salma)
	for name, form := range map[string]url.Values{
		"the same time": {"quiet": {"1"}, "quiet_from": {"22:00"}, "quiet_to": {"22:00"}, "bell_quotes": {"1"}},
		"no time":       {"quiet": {"1"}, "quiet_from": {"late"}, "quiet_to": {"22:00"}, "bell_quotes": {"1"}},
	} {
		page := browser.Post("/fr/account/notifications", form)
		if page.Status != http.StatusUnprocessableEntity || page.Value("quiet_from") != form.Get("quiet_from") || !strings.Contains(page.Body, `aria-invalid="true"`) {
			t.Errorf("%s: %d, kept %q", name, page.Status, page.Value("quiet_from"))
		}
		if !regexp.MustCompile(`name="bell_quotes"[^>]* checked`).MatchString(page.Body) || regexp.MustCompile(`name="bell_reviews"[^>]* checked`).MatchString(page.Body) {
			t.Errorf("%s: the switches are not as they were sent", name)
		}
	}
}

// link is the path in a letter of Salma's that stops the letters of its topic.
func link(town *webtest.Town) string {
	town.Helper()
	if err := town.Notices.SetPreferences(town.Context(), webtest.Actor(town.Salma), notify.Preferences{}); err != nil {
		town.Fatal(err)
	}
	var secret string
	if err := town.DB.QueryRow(town.Context(), `SELECT secret FROM notification_preferences WHERE account_id = $1`, town.Salma.ID).Scan(&secret); err != nil {
		town.Fatal(err)
	}
	return "/fr/unsubscribe/reviews/" + secret
}

func TestALinkInALetterAsksAndThenStopsItsTopic(t *testing.T) {
	town := webtest.New(t)
	path, browser := link(town), town.Browser()
	mailed := func() bool {
		kept, err := town.Notices.Preferences(t.Context(), webtest.Actor(town.Salma))
		if err != nil {
			t.Fatal(err)
		}
		return kept.Email(notify.Reviews)
	}
	asked := browser.Get(path)
	if asked.Status != http.StatusOK || !asked.Has("Avis") || !mailed() {
		t.Fatalf("looking at the link: %d, still mailed %v", asked.Status, mailed())
	}
	for _, fault := range asked.Faults("fr") {
		t.Error(fault)
	}
	done := browser.Follow(browser.Post(path, nil))
	if done.Status != http.StatusOK || !done.Has("C’est noté") || mailed() {
		t.Fatalf("%d, still mailed %v", done.Status, mailed())
	}
	for _, other := range []string{"/fr/unsubscribe/reviews/" + strings.Repeat("x", 32), strings.Replace(path, "reviews", "security", 1)} {
		if got := browser.Get(other); got.Status != http.StatusNotFound {
			t.Errorf("%s: %d", other, got.Status)
		}
	}
}

func TestAMailProgramsOneClickNeedsNoRedirect(t *testing.T) {
	town := webtest.New(t)
	got := town.Browser().Post(link(town), url.Values{"List-Unsubscribe": {"One-Click"}})
	kept, err := town.Notices.Preferences(t.Context(), webtest.Actor(town.Salma))
	if got.Status != http.StatusOK || err != nil || kept.Email(notify.Reviews) || !kept.Email(notify.Bookings) {
		t.Errorf("%d, %+v, %v", got.Status, kept, err)
	}
}
