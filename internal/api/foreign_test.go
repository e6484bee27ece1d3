package api

import (
	"net/http"
	"strings"
	"testing"

	"khadamat/internal/platform/ids"
)

// TestWhatIsSomebodyElsesDoesNotExist asks for each thing that two people have between them as a third, and as nobody.
func TestWhatIsSomebodyElsesDoesNotExist(t *testing.T) {
	h := newHouse(t)
	job := h.posted(t)
	var offer Offer
	h.signedIn(t, h.provider).post("/quotes/"+job.ID+"/offers", h.offer(t, 6)).want(http.StatusCreated).into(&offer)
	made := h.done(t)
	customer := h.signedIn(t, h.customer)
	var review Review
	customer.post("/bookings/"+made.ID+"/review", map[string]any{"stars": 5}).want(http.StatusCreated).into(&review)
	var dispute Dispute
	customer.post("/bookings/"+made.ID+"/dispute", map[string]any{"reason": "late", "words": "Deux heures de retard sans un mot."}).want(http.StatusCreated).into(&dispute)

	counter := `{"price":{"amount_minor":700000,"currency":"MAD"},"start":"2026-06-09T09:00:00Z"}`
	calls := []struct{ method, path, body string }{
		{"GET", "/bookings/{booking}/messages", ""}, {"POST", "/bookings/{booking}/messages", `{"text":"Bonjour"}`}, {"POST", "/bookings/{booking}/messages/read", ""},
		{"GET", "/bookings/{booking}/review", ""}, {"POST", "/bookings/{booking}/review", `{"stars":5}`}, {"PUT", "/bookings/{booking}/review", `{"stars":5}`},
		{"POST", "/reviews/{review}/reply", `{"reply":"Merci"}`}, {"POST", "/reviews/{review}/report", `{"reason":"spam"}`},
		{"POST", "/bookings/{booking}/dispute", `{"reason":"late","words":"Deux heures de retard sans un mot."}`},
		{"GET", "/disputes/{dispute}", ""}, {"GET", "/disputes/{dispute}/messages", ""}, {"POST", "/disputes/{dispute}/messages", `{"text":"Bonjour"}`}, {"POST", "/disputes/{dispute}/withdraw", ""},
		{"GET", "/quotes/{job}", ""}, {"POST", "/quotes/{job}/withdraw", ""}, {"POST", "/quotes/{job}/offers/{offer}/accept", ""},
		{"POST", "/quotes/{job}/offers/{offer}/counter", counter}, {"POST", "/quotes/{job}/offers/{offer}/decline", ""},
	}
	stranger, nobody := h.signedIn(t, h.stranger), h.visitor(t)
	before := h.rows(t)
	for _, call := range calls {
		theirs := strings.NewReplacer("{booking}", made.ID, "{review}", review.ID, "{dispute}", dispute.ID, "{job}", job.ID, "{offer}", offer.ID)
		unknown := ids.New()
		nothing := strings.NewReplacer("{booking}", unknown, "{review}", unknown, "{dispute}", unknown, "{job}", unknown, "{offer}", unknown)
		rubbish := strings.NewReplacer("{booking}", "%00", "{review}", "%ff", "{dispute}", "1", "{job}", "%27", "{offer}", "%00")
		for name, in := range map[string]*strings.Replacer{"theirs": theirs, "unknown": nothing, "rubbish": rubbish} {
			contentType := ""
			if call.body != "" {
				contentType = "application/json"
			}
			path := in.Replace(call.path)
			t.Run(name+" "+call.method+" "+call.path, func(t *testing.T) {
				saidIn(t, stranger, call.method, path, call.body, http.StatusNotFound, "")
				nobody.send(call.method, path, contentType, call.body).problem(http.StatusUnauthorized)
			})
		}
	}
	if after := h.rows(t); after != before {
		t.Errorf("something was stored:\n%s\n%s", before, after)
	}
}

func TestOperatorsDoorsAreClosedToOthers(t *testing.T) {
	h := newHouse(t)
	c, nobody := h.signedIn(t, h.customer), h.visitor(t)
	for path, body := range map[string]string{"/admin/people": "", "/admin/people/" + h.provider.ID: "", "/admin/people/" + h.provider.ID + "/sanctions": `{"kind":"warning","reason":"Moi"}`,
		"/admin/people/" + h.provider.ID + "/lift": "-", "/admin/bookings": "", "/admin/reviews": "", "/admin/reviews/" + ids.New() + "/keep": "-",
		"/admin/reviews/" + ids.New() + "/remove": `{"reason":"Moi"}`, "/disputes/" + ids.New() + "/decide": `{"refund":{"amount_minor":1,"currency":"MAD"},"reason":"Parce que je le veux."}`} {
		method := http.MethodPost
		if body == "" {
			method = http.MethodGet
		}
		body = strings.TrimPrefix(body, "-")
		saidIn(t, c, method, path, body, http.StatusForbidden, "")
		nobody.send(method, path, "application/json", body).problem(http.StatusUnauthorized)
	}
}

// TestAnswersOfEveryRoomAreAsDocumented compares real answers with their schemas.
func TestAnswersOfEveryRoomAreAsDocumented(t *testing.T) {
	h := newHouse(t)
	document, _ := readDocument(t, h)
	job := h.posted(t)
	made := h.done(t)
	customer, provider, moderator := h.signedIn(t, h.customer), h.signedIn(t, h.provider), h.signedIn(t, h.moderator)
	var dispute Dispute
	customer.post("/bookings/"+made.ID+"/dispute", map[string]any{"reason": "late", "words": "Deux heures de retard sans un mot."}).want(http.StatusCreated).into(&dispute)
	for _, who := range []*client{customer, provider} {
		who.post("/bookings/"+made.ID+"/review", map[string]any{"stars": 5}).want(http.StatusCreated)
		who.post("/bookings/"+made.ID+"/messages", map[string]any{"text": "Merci"}).want(http.StatusCreated)
	}
	customer.send(http.MethodPut, "/me/favourites/"+h.shop.ID, "", "").want(http.StatusNoContent)
	customer.post("/me/addresses", map[string]any{"label": "Maison", "address": "12, rue des Orangers"}).want(http.StatusCreated)
	provider.post("/quotes/"+job.ID+"/offers", h.offer(t, 6)).want(http.StatusCreated)
	provider.upload("/provider/photos", pixels(t)).want(http.StatusCreated)
	provider.post("/provider/calendars", map[string]any{"url": "https://calendar.example.com/a.ics"}).want(http.StatusCreated)
	moderator.post("/admin/people/"+h.stranger.ID+"/sanctions", map[string]any{"kind": "warning", "reason": "Rendez-vous manqué"}).want(http.StatusNoContent)
	for _, ask := range []struct {
		who      *client
		path, at string
	}{
		{customer, "/providers/" + h.shop.ID + "/reviews", "/providers/{id}/reviews"}, {customer, "/providers/" + h.shop.ID + "/reviews/summary", "/providers/{id}/reviews/summary"},
		{customer, "/bookings/" + made.ID + "/review", "/bookings/{id}/review"}, {customer, "/bookings/" + made.ID + "/messages", "/bookings/{id}/messages"},
		{customer, "/me/reviews", "/me/reviews"}, {customer, "/me/favourites", "/me/favourites"}, {customer, "/me/notifications", "/me/notifications"},
		{customer, "/me/notification-preferences", "/me/notification-preferences"}, {customer, "/me/sessions", "/me/sessions"}, {customer, "/me/addresses", "/me/addresses"},
		{customer, "/quotes", "/quotes"}, {customer, "/quotes/" + job.ID, "/quotes/{id}"}, {provider, "/quotes/" + job.ID, "/quotes/{id}"}, {provider, "/provider/quotes", "/provider/quotes"},
		{provider, "/provider/offers", "/provider/offers"}, {customer, "/disputes", "/disputes"}, {customer, "/disputes/" + dispute.ID, "/disputes/{id}"},
		{customer, "/disputes/" + dispute.ID + "/messages", "/disputes/{id}/messages"}, {provider, "/provider/statistics", "/provider/statistics"},
		{provider, "/provider/photos", "/provider/photos"}, {customer, "/providers/" + h.shop.ID + "/photos", "/providers/{id}/photos"}, {provider, "/provider/calendars", "/provider/calendars"},
		{moderator, "/admin/people", "/admin/people"}, {moderator, "/admin/people/" + h.stranger.ID, "/admin/people/{id}"},
		{moderator, "/admin/people/" + h.stranger.ID + "/sanctions", "/admin/people/{id}/sanctions"}, {moderator, "/admin/bookings", "/admin/bookings"}, {moderator, "/admin/reviews", "/admin/reviews"},
	} {
		var value any
		ask.who.get(ask.path).want(http.StatusOK).into(&value)
		document.compare(t, ask.path, value, document.Paths[ask.at]["get"].Responses["200"].Content["application/json"].Schema)
	}
}
