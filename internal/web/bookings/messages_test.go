package bookings_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"khadamat/internal/platform/ids"
	"khadamat/internal/web/webtest"
)

// letter is the form of a message as a browser sends it from the page.
func letter(page webtest.Page, words string) url.Values {
	return url.Values{"key": {page.Value("key")}, "text": {words}}
}

func TestTheTwoSidesTalkOnTheBookingsPage(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	path := "/fr/bookings/" + town.Book(town.Instant, town.At(10, 0)).ID
	answer := salma.Post(path+"/messages", letter(salma.Get(path), "Bonjour, sonnez <b>deux</b> fois"))
	if answer.Status != http.StatusSeeOther || answer.Location() != path+"#messages" {
		t.Fatalf("sending answers %d to %q", answer.Status, answer.Location())
	}
	if page := salma.Get(path); !page.Has("sonnez <b>deux</b> fois") || page.Has("Lu") {
		t.Errorf("the writer sees\n%s", page.Words())
	}
	if list := salma.Get("/fr/bookings"); list.Has("1 message") {
		t.Error("one's own message counts as unread")
	}
	seen := owner.Get(path)
	if !seen.Has("sonnez <b>deux</b> fois") || strings.Contains(seen.Body, "<b>deux</b>") {
		t.Errorf("the reader sees\n%s", seen.Words())
	}
	if page := salma.Get(path); !page.Has("· Lu") {
		t.Errorf("the writer does not see that it was read:\n%s", page.Words())
	}
	owner.Post(path+"/messages", letter(seen, "D’accord."))
	if list := salma.Get("/fr/bookings"); !list.Has("1 message") || !strings.Contains(list.Body, path+"#messages") {
		t.Errorf("the list does not show that an answer waits:\n%s", list.Words())
	}
	salma.Get(path)
	if list := salma.Get("/fr/bookings"); list.Has("1 message") {
		t.Error("what was read is still marked as unread")
	}
}

func TestAMessageThatWillNotDoComesBackWithItsWords(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	path := "/fr/bookings/" + town.Book(town.Instant, town.At(10, 0)).ID
	for name, test := range map[string]struct{ words, says string }{
		"nothing":   {"  ", "obligatoire"},
		"too long":  {strings.Repeat("é", 2001), "2000 caractères au plus"},
		"bad bytes": {"bon\xffjour", "UTF-8"},
	} {
		answer := salma.Post(path+"/messages", letter(salma.Get(path), test.words))
		if answer.Status != http.StatusUnprocessableEntity || !strings.Contains(answer.Body, `id="message-problem"`) {
			t.Errorf("%s: status %d\n%s", name, answer.Status, answer.Words())
		}
		if name == "too long" && !strings.Contains(answer.Body, test.words) {
			t.Error("the words are gone")
		}
	}
	if n := town.Count("messages"); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
}

func TestAMessageSentTwiceStandsThereOnce(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	path := "/fr/bookings/" + town.Book(town.Instant, town.At(10, 0)).ID
	form := letter(salma.Get(path), "Bonjour")
	for range 3 {
		if got := salma.Post(path+"/messages", form); got.Status != http.StatusSeeOther {
			t.Errorf("status %d", got.Status)
		}
	}
	if n := town.Count("messages"); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

func TestTooManyMessagesAreSlowedDownAndLateOnesRefused(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	b := town.Book(town.Instant, town.At(10, 0))
	path := "/fr/bookings/" + b.ID
	for range 30 {
		if _, err := town.Messages.Send(t.Context(), webtest.Actor(town.Salma), b.ID, "Allô", ids.New()); err != nil {
			t.Fatal(err)
		}
	}
	if answer := salma.Post(path+"/messages", letter(salma.Get(path), "Encore moi")); answer.Status != http.StatusTooManyRequests || !answer.Has("Encore moi") || !answer.Has("Vous avez beaucoup écrit") {
		t.Errorf("one too many answers %d:\n%s", answer.Status, answer.Words())
	}
	town.Clock.Set(b.End.AddDate(0, 0, 31))
	salma = town.As(town.Salma) // the session has run out meanwhile
	page := salma.Get(path)
	if strings.Contains(page.Body, `id="message-form"`) || !page.Has("La conversation s’est close") {
		t.Errorf("a closed thread has a form:\n%s", page.Words())
	}
	if answer := salma.Follow(salma.Post(path+"/messages", url.Values{"text": {"Trop tard"}})); !answer.Has("Cette conversation est close") {
		t.Errorf("a late message: %d\n%s", answer.Status, answer.Words())
	}
}

func TestOtherPeoplesThreadsAreNotFound(t *testing.T) {
	town := webtest.New(t)
	youssef, stranger := town.As(town.Youssef), town.Browser()
	b := town.Book(town.Instant, town.At(10, 0))
	for _, id := range []string{b.ID, ids.New(), "1"} {
		if got := youssef.Post("/fr/bookings/"+id+"/messages", url.Values{"text": {"Bonjour"}}); got.Status != http.StatusNotFound {
			t.Errorf("writing to %s answers %d, want 404", id, got.Status)
		}
		if got := youssef.Get("/fr/bookings/" + id + "/calendar.ics"); got.Status != http.StatusNotFound {
			t.Errorf("the calendar file of %s answers %d, want 404", id, got.Status)
		}
	}
	if got := stranger.Post("/fr/bookings/"+b.ID+"/messages", nil); got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Location(), "/fr/sign-in") {
		t.Errorf("a stranger's message answers %d to %q", got.Status, got.Location())
	}
}

func TestTheCalendarFileSaysWhenAndWhereInUTC(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	b := town.Book(town.Instant, town.At(10, 0))
	file := salma.Get("/fr/bookings/" + b.ID + "/calendar.ics")
	unfolded := strings.ReplaceAll(file.Body, "\r\n ", "")
	for _, line := range []string{"BEGIN:VCALENDAR", "VERSION:2.0", "UID:" + b.ID + "@khadamat", "DTSTART:20260602T090000Z", "DTEND:20260602T100000Z", "STATUS:CONFIRMED",
		`LOCATION:12\, rue des Orangers\, Casablanca`, "SUMMARY:Fuite d’eau – Plomberie Atlas", "END:VEVENT"} {
		if !strings.Contains(unfolded, line+"\r\n") {
			t.Errorf("the file has no line %q:\n%s", line, file.Body)
		}
	}
	for line := range strings.SplitSeq(file.Body, "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	if got := file.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/calendar") {
		t.Errorf("the file is %q", got)
	}
	first := sequence(t, unfolded)
	town.Clock.Advance(time.Minute)
	if _, err := town.Bookings.Cancel(t.Context(), webtest.Actor(town.Owner), b.ID, ""); err != nil {
		t.Fatal(err)
	}
	later := strings.ReplaceAll(owner.Get("/ar/bookings/"+b.ID+"/calendar.ics").Body, "\r\n ", "")
	if !strings.Contains(later, "STATUS:CANCELLED\r\n") || !strings.Contains(later, "UID:"+b.ID+"@khadamat") || sequence(t, later) <= first {
		t.Errorf("after the cancellation the file is\n%s", later)
	}
}

func sequence(t *testing.T, file string) string {
	t.Helper()
	_, rest, found := strings.Cut(file, "SEQUENCE:")
	if !found {
		t.Fatalf("the file has no sequence:\n%s", file)
	}
	number, _, _ := strings.Cut(rest, "\r\n")
	return strings.Repeat("0", 12-len(number)) + number
}

func TestThePageLeadsToTheCalendarAndTheWay(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	path := "/fr/bookings/" + town.Book(town.Instant, town.At(10, 0)).ID
	if page := salma.Get(path); !strings.Contains(page.Body, path+"/calendar.ics") || !strings.Contains(page.Body, "https://calendar.google.com/calendar/render?") || strings.Contains(page.Body, "google.com/maps") {
		t.Error("the customer, who is at home, is not led to the calendar alone")
	}
	if page := owner.Get(path); !strings.Contains(page.Body, "https://www.google.com/maps/dir/?api=1&amp;destination=12%2C+rue+des+Orangers%2C+Casablanca") || !strings.Contains(page.Body, `rel="noopener noreferrer"`) {
		t.Error("the provider is not led to the customer")
	}
}

func TestTheHeroSaysWhatHappensNext(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	b := town.Book(town.OnRequest, town.At(10, 0))
	path := "/fr/bookings/" + b.ID
	says := func(step string, browser *webtest.Browser, words string) {
		t.Helper()
		if page := browser.Get(path); !page.Has(words) {
			t.Errorf("%s: the page does not say %q:\n%s", step, words, page.Words())
		}
	}
	says("requested", salma, "Plomberie Atlas doit répondre avant demain à 09:00")
	says("requested", owner, "Salma Bennani attend votre réponse, au plus tard demain à 09:00")
	owner.Post(path+"/accept", nil)
	says("accepted", salma, "Plomberie Atlas vient chez vous demain à 10:00.")
	says("accepted", owner, "Vous êtes attendu chez Salma Bennani demain à 10:00.")
	owner.Post(path+"/start", nil)
	says("in progress", salma, "Plomberie Atlas est à l’œuvre. Fin prévue à 11:00.")
	owner.Post(path+"/complete", nil)
	says("completed", salma, "C’est fait.")
	if page := salma.Get(path); !strings.Contains(page.Body, "/fr/providers/"+town.Provider.ID+"?service="+town.OnRequest.ID) {
		t.Error("a completed booking cannot be booked again")
	}
	if list := salma.Get("/fr/bookings?view=past"); !list.Has("Réserver à nouveau") {
		t.Errorf("the list of past bookings does not offer to book again:\n%s", list.Words())
	}
}
