package bookings_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/webtest"
)

func statusOf(t *testing.T, town *webtest.Town, id string) booking.Status {
	t.Helper()
	b, err := town.Bookings.Booking(t.Context(), webtest.Actor(town.Salma), id)
	if err != nil {
		t.Fatal(err)
	}
	return b.Status
}

func TestTheTwoSidesTakeABookingToItsEnd(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	b := town.Book(town.OnRequest, town.At(10, 0))
	path := "/fr/bookings/" + b.ID
	steps := []struct {
		verb string
		want booking.Status
		says string
	}{
		{"accept", booking.Accepted, "Réservation confirmée."},
		{"start", booking.InProgress, "C’est parti."},
		{"complete", booking.Completed, "Bravo, c’est terminé."},
	}
	for _, step := range steps {
		if page := owner.Get(path); !strings.Contains(page.Body, `action="`+path+"/"+step.verb+`"`) {
			t.Errorf("the provider is not offered to %s:\n%s", step.verb, page.Words())
		}
		if page := salma.Get(path); strings.Contains(page.Body, `action="`+path+"/"+step.verb+`"`) {
			t.Errorf("the customer is offered to %s", step.verb)
		}
		done := owner.Follow(owner.Post(path+"/"+step.verb, nil))
		if got := statusOf(t, town, b.ID); got != step.want || !done.Has(step.says) {
			t.Fatalf("after %s the booking is %s, want %s and %q said:\n%s", step.verb, got, step.want, step.says, done.Words())
		}
	}
	if page := salma.Get(path); !page.Has("Terminée") || !page.Has("par Plomberie Atlas") {
		t.Errorf("the customer does not see what happened:\n%s", page.Words())
	}
}

func TestACancellationShowsItsRefundFirst(t *testing.T) {
	for name, test := range map[string]struct {
		byProvider bool
		advance    time.Duration
		says       string
		after      string
	}{
		"in time":            {says: "Vous serez remboursé de la totalité : 200 MAD.", after: "Remboursement 200 MAD"},
		"late":               {advance: 2 * time.Hour, says: "Vous serez remboursé de 100 MAD sur 200 MAD.", after: "Remboursement 100 MAD"},
		"late, the provider": {byProvider: true, advance: 2 * time.Hour, says: "Salma Bennani sera remboursé de la totalité : 200 MAD.", after: "Remboursement 200 MAD"},
	} {
		t.Run(name, func(t *testing.T) {
			town := webtest.New(t)
			b := town.Book(town.Instant, town.At(10, 0)) // free until 24 hours before: an hour from now
			town.Clock.Advance(test.advance)
			browser := town.As(town.Salma)
			if test.byProvider {
				browser = town.As(town.Owner)
			}
			path := "/fr/bookings/" + b.ID + "/cancel"
			if page := browser.Get(path); page.Status != http.StatusOK || !page.Has(test.says) {
				t.Errorf("status %d, want %q:\n%s", page.Status, test.says, page.Words())
			}
			if got := statusOf(t, town, b.ID); got != booking.Accepted {
				t.Fatalf("asking changed the booking to %s", got)
			}
			done := browser.Follow(browser.Post(path, url.Values{"reason": {"Je suis malade"}}))
			if !done.Has(test.after) || !done.Has("Je suis malade") {
				t.Errorf("want %q and the reason:\n%s", test.after, done.Words())
			}
		})
	}
}

func TestAReasonThatWillNotDoIsAskedForAgain(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	b := town.Book(town.OnRequest, town.At(10, 0))
	for _, reason := range []string{strings.Repeat("a", 501), "\xff\xfe", "a\x00b", "a\u202eb"} {
		for _, verb := range []string{"decline", "cancel"} {
			answer := owner.Post("/fr/bookings/"+b.ID+"/"+verb, url.Values{"reason": {reason}})
			if answer.Status != http.StatusUnprocessableEntity || answer.Titles() != 1 {
				t.Errorf("%s with the reason %.10q answers %d, want 422", verb, reason, answer.Status)
			}
		}
	}
	if got := statusOf(t, town, b.ID); got != booking.Requested {
		t.Errorf("the booking became %s", got)
	}
}

var everyVerb = []string{"accept", "decline", "cancel", "start", "complete", "no-show", "reschedule", "reschedule/accept", "reschedule/decline"}

func TestOtherPeoplesAndUnknownBookingsAreNotFound(t *testing.T) {
	town := webtest.New(t)
	youssef := town.As(town.Youssef)
	b := town.Book(town.OnRequest, town.At(10, 0))
	for _, id := range []string{b.ID, ids.New(), "1", "%00", strings.ToUpper(b.ID), strings.Repeat("a", 300)} {
		for _, page := range []string{"", "/cancel", "/decline", "/no-show", "/reschedule"} {
			if got := youssef.Get("/fr/bookings/" + id + page); got.Status != http.StatusNotFound {
				t.Errorf("GET %s%s answers %d, want 404", id, page, got.Status)
			}
		}
		for _, verb := range everyVerb {
			form := url.Values{"start": {town.At(12, 0).Format(time.RFC3339)}}
			if got := youssef.Post("/fr/bookings/"+id+"/"+verb, form); got.Status != http.StatusNotFound {
				t.Errorf("POST %s/%s answers %d, want 404", id, verb, got.Status)
			}
		}
	}
	if got := statusOf(t, town, b.ID); got != booking.Requested {
		t.Errorf("a stranger made the booking %s", got)
	}
}

func TestAStrangerMustSignInFirst(t *testing.T) {
	town := webtest.New(t)
	stranger := town.Browser()
	b := town.Book(town.OnRequest, town.At(10, 0))
	for _, path := range []string{"/fr/bookings", "/fr/bookings/" + b.ID, "/ar/bookings/" + b.ID + "/cancel"} {
		if got := stranger.Get(path); got.Status != http.StatusSeeOther || !strings.Contains(got.Location(), "/sign-in?next="+url.QueryEscape(path)) {
			t.Errorf("GET %s answers %d to %q, want the way to sign in", path, got.Status, got.Location())
		}
	}
	for _, verb := range everyVerb {
		if got := stranger.Post("/fr/bookings/"+b.ID+"/"+verb, nil); got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Location(), "/fr/sign-in") {
			t.Errorf("POST %s answers %d to %q, want the way to sign in", verb, got.Status, got.Location())
		}
	}
}

func TestAButtonThatCameTooLateSaysSo(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	b := town.Book(town.OnRequest, town.At(10, 0))
	if _, err := town.Bookings.Cancel(t.Context(), webtest.Actor(town.Salma), b.ID, ""); err != nil {
		t.Fatal(err)
	}
	done := owner.Follow(owner.Post("/fr/bookings/"+b.ID+"/accept", nil))
	if done.Status != http.StatusOK || !done.Has("Demande retirée") || !strings.Contains(done.Body, "tone-warning") {
		t.Errorf("the page does not warn that nothing was done:\n%s", done.Words())
	}
}

func TestTheWrongSideIsRefused(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	b := town.Book(town.OnRequest, town.At(10, 0))
	for _, verb := range []string{"accept", "decline", "start", "complete", "no-show"} {
		if got := salma.Post("/fr/bookings/"+b.ID+"/"+verb, nil); got.Status != http.StatusForbidden {
			t.Errorf("the customer's %s answers %d, want 403", verb, got.Status)
		}
	}
	if got := statusOf(t, town, b.ID); got != booking.Requested {
		t.Errorf("the customer made the booking %s", got)
	}
}

func TestAnotherTimeIsProposedAndAccepted(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	b := town.Book(town.Instant, town.At(10, 0))
	path := "/fr/bookings/" + b.ID
	page := salma.Get(path + "/reschedule")
	wanted := town.At(15, 0).Format(time.RFC3339)
	if page.Status != http.StatusOK || !strings.Contains(page.Body, `value="`+wanted+`"`) || page.Titles() != 1 {
		t.Fatalf("status %d, want the free times of the week:\n%s", page.Status, page.Words())
	}
	proposed := salma.Follow(salma.Post(path+"/reschedule", url.Values{"start": {wanted}, "reason": {"Une réunion"}}))
	if !proposed.Has("Vous avez proposé mardi 2 juin à 15:00") {
		t.Errorf("the customer does not see the proposal:\n%s", proposed.Words())
	}
	if seen := owner.Get(path); !seen.Has("Salma Bennani propose un autre horaire : mardi 2 juin à 15:00") || !seen.Has("Une réunion") {
		t.Errorf("the provider does not see the proposal:\n%s", seen.Words())
	}
	if got := salma.Post(path+"/reschedule/accept", nil); got.Status != http.StatusForbidden {
		t.Errorf("accepting one's own proposal answers %d, want 403", got.Status)
	}
	if done := owner.Follow(owner.Post(path+"/reschedule/accept", nil)); !done.Has("de 15:00 à 16:00") {
		t.Errorf("the booking has not moved:\n%s", done.Words())
	}
}

func TestProposalsOfTimesThatCannotBeHadAreRefused(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	b := town.Book(town.Instant, town.At(10, 0))
	for name, start := range map[string]string{
		"none": "", "no time": "demain", "past": town.At(10, 0).AddDate(0, 0, -3).Format(time.RFC3339), "at night": town.At(2, 0).Format(time.RFC3339),
		"the same": town.At(10, 0).Format(time.RFC3339), "broken bytes": "\xff",
	} {
		if got := salma.Post("/fr/bookings/"+b.ID+"/reschedule", url.Values{"start": {start}}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d, want 422", name, got.Status)
		}
	}
	for _, from := range []string{"0001-01-01", "9999-12-31", "nonsense", "%ff"} {
		if got := salma.Get("/fr/bookings/" + b.ID + "/reschedule?from=" + from); got.Status != http.StatusOK {
			t.Errorf("the week of %s answers %d, want 200", from, got.Status)
		}
	}
}

// The live element swaps what is marked; without the marks the other side's changes would not appear.
func TestPagesMarkWhatChangesByItself(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	b := town.Book(town.Instant, town.At(10, 0))
	for path, id := range map[string]string{"/fr/bookings": "bookings", "/fr/bookings/" + b.ID: "booking"} {
		if page := salma.Get(path); !strings.Contains(page.Body, `id="`+id+`" data-live`) {
			t.Errorf("%s has no live region %q", path, id)
		}
	}
}

func TestEveryPageReadsInArabicAndEnglish(t *testing.T) {
	town := webtest.New(t)
	salma, owner := town.As(town.Salma), town.As(town.Owner)
	b, request := town.Book(town.Instant, town.At(10, 0)), town.Book(town.OnRequest, town.At(14, 0))
	for _, lang := range []string{"ar", "en"} {
		for path, browser := range map[string]*webtest.Browser{
			"/bookings": salma, "/bookings?view=past": salma, "/bookings?view=cancelled": salma, "/bookings/" + b.ID: salma, "/bookings/" + b.ID + "/cancel": salma,
			"/bookings/" + b.ID + "/reschedule": salma, "/bookings/" + request.ID: owner, "/bookings/" + request.ID + "/decline": owner,
			"/book/" + town.Instant.ID + "?start=" + url.QueryEscape(town.At(16, 0).Format(time.RFC3339)): salma,
		} {
			page := browser.Get("/" + lang + path)
			if page.Status != http.StatusOK || page.Titles() != 1 || !strings.Contains(page.Body, `<html lang="`+lang+`"`) {
				t.Errorf("%s in %s: status %d, %d first headings", path, lang, page.Status, page.Titles())
			}
			for _, key := range []string{"booking_pages.", "account_pages."} {
				if strings.Contains(page.Body, key) {
					t.Errorf("%s in %s shows a key instead of a text", path, lang)
				}
			}
		}
	}
}
