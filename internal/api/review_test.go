package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"khadamat/internal/platform/ids"
)

// put sends JSON as a PUT.
func (c *client) put(path string, body any) *got {
	c.t.Helper()
	return c.send(http.MethodPut, path, "application/json", string(encode(body)))
}

func (c *client) delete(path string) *got {
	c.t.Helper()
	return c.send(http.MethodDelete, path, "", "")
}

// done makes a booking of the customer's that has been completed, and lets its time pass.
func (h *house) done(t testing.TB) Booking {
	t.Helper()
	made := h.book(t, h.instant, 0)
	h.clock.Set(made.Start.Add(time.Minute))
	provider := h.signedIn(t, h.provider)
	provider.post("/bookings/"+made.ID+"/start", nil).want(http.StatusOK)
	provider.post("/bookings/"+made.ID+"/complete", nil).want(http.StatusOK)
	return made
}

func TestReviewsAreBlindUntilBothAreIn(t *testing.T) {
	h := newHouse(t)
	at := "/bookings/" + h.done(t).ID + "/review"
	customer, provider := h.signedIn(t, h.customer).with("Idempotency-Key", "review-1"), h.signedIn(t, h.provider)
	customer.put(at, map[string]any{"stars": 1}).problem(http.StatusNotFound)

	var mine, again, edited Review
	answer := customer.post(at, map[string]any{"stars": 4, "words": "Propre"}).want(http.StatusCreated)
	answer.into(&mine)
	if mine.Stars != 4 || mine.By != "customer" || mine.Author != "Salma B." || mine.Public || mine.BookingID == "" || answer.header.Get("Location") != "/api/v1"+at {
		t.Errorf("wrote %+v", mine)
	}
	customer.post(at, map[string]any{"stars": 4, "words": "Propre"}).want(http.StatusCreated).into(&again)
	if again.ID != mine.ID {
		t.Error("one key made two reviews")
	}
	customer.with("Idempotency-Key", "").post(at, map[string]any{"stars": 4}).problem(http.StatusConflict)
	customer.put(at, map[string]any{"stars": 5, "words": "Très propre"}).want(http.StatusOK).into(&edited)
	if edited.ID != mine.ID || edited.Stars != 5 {
		t.Errorf("edited %+v", edited)
	}

	var seen BookingReviews
	provider.get(at).want(http.StatusOK).into(&seen)
	if seen.Theirs != nil || !seen.TheyDid || !seen.Writable || seen.Until == nil {
		t.Errorf("the provider sees %+v", seen)
	}
	public := "/providers/" + h.shop.ID + "/reviews"
	var page List[Review]
	h.visitor(t).get(public).want(http.StatusOK).into(&page)
	if len(page.Items) != 0 {
		t.Errorf("a blind review is public: %+v", page)
	}
	provider.post(at, map[string]any{"stars": 5}).want(http.StatusCreated)
	customer.put(at, map[string]any{"stars": 1}).problem(http.StatusConflict)

	h.visitor(t).get(public + "?stars=5").want(http.StatusOK).into(&page)
	if len(page.Items) != 1 || page.Items[0].ID != mine.ID || !page.Items[0].Public || page.Items[0].BookingID != "" || page.Items[0].Words != "Très propre" {
		t.Errorf("public: %+v", page)
	}
	h.visitor(t).get(public + "?stars=2").want(http.StatusOK).into(&page)
	if len(page.Items) != 0 {
		t.Errorf("with two stars: %+v", page)
	}
	var summary ReviewSummary
	h.visitor(t).get(public + "/summary").want(http.StatusOK).into(&summary)
	if summary.Count != 1 || len(summary.Stars) != 5 || summary.Stars[4] != 1 {
		t.Errorf("summary %+v", summary)
	}
	for who, want := range map[*client]string{customer: "customer", provider: "provider"} {
		who.get("/me/reviews").want(http.StatusOK).into(&page)
		if len(page.Items) != 1 || page.Items[0].By != want {
			t.Errorf("written by the %s: %+v", want, page)
		}
		who.get("/me/reviews?as=subject").want(http.StatusOK).into(&page)
		if len(page.Items) != 1 || page.Items[0].By == want {
			t.Errorf("about the %s: %+v", want, page)
		}
	}
}

func TestAReviewIsAnsweredOnceAndReported(t *testing.T) {
	h := newHouse(t)
	at := "/bookings/" + h.done(t).ID + "/review"
	customer, provider := h.signedIn(t, h.customer), h.signedIn(t, h.provider).with("Idempotency-Key", "reply-1")
	var mine, replied, again Review
	customer.post(at, map[string]any{"stars": 2, "words": "En retard"}).want(http.StatusCreated).into(&mine)
	provider.post("/reviews/"+mine.ID+"/reply", map[string]any{"reply": "Pardon"}).problem(http.StatusNotFound)
	provider.post(at, map[string]any{"stars": 5}).want(http.StatusCreated)

	provider.post("/reviews/"+mine.ID+"/reply", map[string]any{"reply": "Pardon"}).want(http.StatusCreated).into(&replied)
	provider.post("/reviews/"+mine.ID+"/reply", map[string]any{"reply": "Pardon"}).want(http.StatusCreated).into(&again)
	if replied.Reply == nil || replied.Reply.Words != "Pardon" || again.ID != replied.ID {
		t.Errorf("replied %+v, again %+v", replied, again)
	}
	provider.with("Idempotency-Key", "reply-2").post("/reviews/"+mine.ID+"/reply", map[string]any{"reply": "Encore"}).problem(http.StatusConflict)
	h.signedIn(t, h.stranger).post("/reviews/"+mine.ID+"/reply", map[string]any{"reply": "Moi"}).problem(http.StatusNotFound)

	report := map[string]any{"reason": "false", "words": "Je suis venu à l'heure"}
	provider.post("/reviews/"+mine.ID+"/report", report).want(http.StatusNoContent)
	provider.post("/reviews/"+mine.ID+"/report", report).problem(http.StatusConflict)
	customer.post("/reviews/"+mine.ID+"/report", report).problem(http.StatusForbidden)

	var waiting List[ReportedReview]
	customer.get("/admin/reviews").problem(http.StatusForbidden)
	moderator := h.signedIn(t, h.moderator)
	moderator.get("/admin/reviews").want(http.StatusOK).into(&waiting)
	if len(waiting.Items) != 1 || waiting.Items[0].Review.ID != mine.ID || waiting.Items[0].Reports[0].Reason != "false" {
		t.Fatalf("waiting %+v", waiting)
	}
	moderator.post("/admin/reviews/"+mine.ID+"/remove", map[string]any{"reason": "Faux"}).want(http.StatusNoContent)
	moderator.post("/admin/reviews/"+mine.ID+"/keep", nil).problem(http.StatusConflict)
	var page List[Review]
	customer.get("/me/reviews").want(http.StatusOK).into(&page)
	if page.Items[0].Removed != "Faux" {
		t.Errorf("its author is not told why: %+v", page.Items[0])
	}
	h.visitor(t).get("/providers/" + h.shop.ID + "/reviews").want(http.StatusOK).into(&page)
	if len(page.Items) != 0 {
		t.Errorf("removed and still public: %+v", page)
	}
}

func TestWrongReviewsAreRefusedByName(t *testing.T) {
	h := newHouse(t)
	early := h.book(t, h.onRequest, 8)
	h.signedIn(t, h.customer).post("/bookings/"+early.ID+"/review", map[string]any{"stars": 5}).problem(http.StatusConflict)
	at := "/bookings/" + h.done(t).ID + "/review"
	c := h.signedIn(t, h.customer)
	before := h.rows(t)
	for body, field := range map[string]string{`{}`: "stars", `{"stars":0}`: "stars", `{"stars":6}`: "stars", `{"stars":4.5}`: "stars", `{"stars":"5"}`: "stars",
		`{"stars":5,"words":"` + strings.Repeat("a", 2001) + `"}`: "words", `{"stars":5,"words":"a\u0000"}`: "words", `{"stars":5,"rating":5}`: "rating"} {
		saidIn(t, c, http.MethodPost, at, body, http.StatusUnprocessableEntity, field)
	}
	saidIn(t, c, http.MethodPost, "/reviews/"+ids.New()+"/report", `{"reason":"boring"}`, http.StatusUnprocessableEntity, "reason")
	saidIn(t, c, http.MethodPost, "/reviews/"+ids.New()+"/reply", `{"reply":""}`, http.StatusUnprocessableEntity, "reply")
	for query, field := range map[string]string{"?stars=6": "stars", "?stars=x": "stars", "?limit=500": "limit", "?cursor=%21": "cursor"} {
		saidIn(t, h.visitor(t), http.MethodGet, "/providers/"+h.shop.ID+"/reviews"+query, "", http.StatusUnprocessableEntity, field)
	}
	if after := h.rows(t); after != before {
		t.Errorf("something was stored:\n%s\n%s", before, after)
	}
}
