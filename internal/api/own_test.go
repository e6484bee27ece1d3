package api

import (
	"net/http"
	"strings"
	"testing"

	"khadamat/internal/platform/ids"
)

func TestAProviderReadsTheirFigures(t *testing.T) {
	h := newHouse(t)
	h.done(t)
	provider := h.signedIn(t, h.provider)
	var figures ProviderStatistics
	provider.get("/provider/statistics").want(http.StatusOK).into(&figures)
	if figures.Days != 30 || len(figures.Buckets) != 30 || figures.Now.Completed != 1 || figures.Now.Earned != (Money{20000, "MAD"}) || len(figures.Top) != 1 {
		t.Errorf("figures %+v", figures)
	}
	provider.get("/provider/statistics?days=7").want(http.StatusOK).into(&figures)
	if figures.Days != 7 || len(figures.Buckets) != 7 {
		t.Errorf("of a week: %+v", figures)
	}
	saidIn(t, provider, http.MethodGet, "/provider/statistics?days=8", "", http.StatusUnprocessableEntity, "days")
	h.signedIn(t, h.customer).get("/provider/statistics").problem(http.StatusNotFound)
}

func TestAProviderShowsPhotos(t *testing.T) {
	h := newHouse(t)
	provider := h.signedIn(t, h.provider).with("Idempotency-Key", "p1")
	var first, again Photo
	provider.upload("/provider/photos", pixels(t)).want(http.StatusCreated).into(&first)
	provider.upload("/provider/photos", pixels(t)).want(http.StatusCreated).into(&again)
	if first.ID != again.ID {
		t.Error("one key added two photos")
	}
	provider.put("/provider/photos/"+first.ID, map[string]any{"caption": "Salle de bain"}).want(http.StatusNoContent)
	saidIn(t, provider, http.MethodPut, "/provider/photos/"+first.ID, `{"caption":"`+strings.Repeat("a", 121)+`"}`, http.StatusUnprocessableEntity, "caption")
	var shown List[GalleryPhoto]
	for _, ask := range []*got{provider.get("/provider/photos"), h.visitor(t).get("/providers/" + h.shop.ID + "/photos")} {
		ask.want(http.StatusOK).into(&shown)
		if len(shown.Items) != 1 || shown.Items[0].ID != first.ID || shown.Items[0].Caption != "Salle de bain" {
			t.Errorf("shown %+v", shown)
		}
	}
	other := h.signedIn(t, h.customer)
	other.get("/provider/photos").problem(http.StatusForbidden)
	other.upload("/provider/photos", pixels(t)).problem(http.StatusForbidden)
	other.delete("/provider/photos/" + first.ID).problem(http.StatusForbidden)
	provider.delete("/provider/photos/" + ids.New()).problem(http.StatusNotFound)
	provider.delete("/provider/photos/" + first.ID).want(http.StatusNoContent)
	provider.get("/provider/photos").want(http.StatusOK).into(&shown)
	if len(shown.Items) != 0 {
		t.Errorf("removed and still there: %+v", shown)
	}
	h.visitor(t).get("/providers/" + ids.New() + "/photos").problem(http.StatusNotFound)
}

func TestOtherCalendarsAreConnected(t *testing.T) {
	h := newHouse(t)
	provider := h.signedIn(t, h.provider).with("Idempotency-Key", "c1")
	body := map[string]any{"name": "Personnel", "url": "webcal://calendar.example.com/private/basic.ics"}
	var made, again Calendar
	answer := provider.post("/provider/calendars", body).want(http.StatusCreated)
	answer.into(&made)
	provider.post("/provider/calendars", body).want(http.StatusCreated).into(&again)
	if made.ID != again.ID || made.Host != "calendar.example.com" || made.TriedAt != nil || strings.Contains(string(answer.body), "private") {
		t.Errorf("connected %s, again %+v", answer.body, again)
	}
	var all List[Calendar]
	provider.get("/provider/calendars").want(http.StatusOK).into(&all)
	if len(all.Items) != 1 || all.Items[0].ID != made.ID {
		t.Errorf("listed %+v", all)
	}
	for _, address := range []string{"", "http://calendar.example.com/a.ics", "calendar"} {
		saidIn(t, provider, http.MethodPost, "/provider/calendars", string(encode(map[string]any{"url": address})), http.StatusUnprocessableEntity, "url")
	}
	other := h.signedIn(t, h.customer)
	other.get("/provider/calendars").problem(http.StatusNotFound)
	other.delete("/provider/calendars/" + made.ID).problem(http.StatusNotFound)
	other.post("/provider/calendars/"+made.ID+"/refresh", nil).problem(http.StatusNotFound)
	provider.post("/provider/calendars/"+made.ID+"/refresh", nil).want(http.StatusNoContent)
	provider.delete("/provider/calendars/" + made.ID).want(http.StatusNoContent)
	provider.delete("/provider/calendars/" + made.ID).problem(http.StatusNotFound)
}

func TestOperatorsLookAfterPeople(t *testing.T) {
	h := newHouse(t)
	made := h.book(t, h.instant, 0)
	moderator := h.signedIn(t, h.moderator).with("Idempotency-Key", "s1")
	var people List[Person]
	moderator.get("/admin/people?q=SALMA").want(http.StatusOK).into(&people)
	if len(people.Items) != 1 || people.Items[0].ID != h.customer.ID || people.Items[0].Standing != "good" {
		t.Errorf("found %+v", people)
	}
	moderator.get("/admin/people?limit=2").want(http.StatusOK).into(&people)
	if len(people.Items) != 2 || people.NextCursor == nil {
		t.Errorf("a page of two: %+v", people)
	}
	at := "/admin/people/" + h.customer.ID
	warning := map[string]any{"kind": "warning", "reason": "Rendez-vous manqué"}
	moderator.post(at+"/sanctions", warning).want(http.StatusNoContent)
	moderator.post(at+"/sanctions", warning).want(http.StatusNoContent)
	var pronounced List[Sanction]
	moderator.get(at + "/sanctions").want(http.StatusOK).into(&pronounced)
	if len(pronounced.Items) != 1 || pronounced.Items[0].Kind != "warning" || pronounced.Items[0].By != "Amal Berrada" {
		t.Errorf("pronounced %+v", pronounced)
	}
	unkeyed := moderator.with("Idempotency-Key", "")
	unkeyed.post(at+"/sanctions", map[string]any{"kind": "suspension", "reason": "Encore"}).want(http.StatusNoContent)
	var person Person
	moderator.get(at).want(http.StatusOK).into(&person)
	if person.Standing != "suspended" || person.StandingUntil == nil || person.SanctionCount != 2 {
		t.Errorf("the person is %+v", person)
	}
	unkeyed.post(at+"/lift", nil).want(http.StatusNoContent)
	unkeyed.post(at+"/lift", nil).problem(http.StatusConflict)
	unkeyed.post(at+"/sanctions", map[string]any{"kind": "ban", "reason": "Assez"}).problem(http.StatusForbidden)
	unkeyed.post("/admin/people/"+ids.New()+"/sanctions", warning).problem(http.StatusNotFound)
	saidIn(t, unkeyed, http.MethodPost, at+"/sanctions", `{"kind":"warning","reason":""}`, http.StatusUnprocessableEntity, "reason")

	var bookings List[OverseenBooking]
	moderator.get("/admin/bookings?status=accepted&city=casablanca&provider_id=" + h.shop.ID).want(http.StatusOK).into(&bookings)
	if len(bookings.Items) != 1 || bookings.Items[0].ID != made.ID || bookings.Items[0].CustomerID != h.customer.ID {
		t.Errorf("bookings %+v", bookings)
	}
	saidIn(t, moderator, http.MethodGet, "/admin/bookings?status=lost", "", http.StatusUnprocessableEntity, "status")
	saidIn(t, moderator, http.MethodGet, "/admin/bookings?from=x", "", http.StatusUnprocessableEntity, "from")
}
