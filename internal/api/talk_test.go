package api

import (
	"net/http"
	"strings"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/platform/ids"
)

func TestTheTwoSidesWriteToEachOther(t *testing.T) {
	h := newHouse(t)
	at := "/bookings/" + h.book(t, h.instant, 0).ID + "/messages"
	customer, provider := h.signedIn(t, h.customer).with("Idempotency-Key", "m1"), h.signedIn(t, h.provider)
	var sent, again Message
	customer.post(at, map[string]any{"text": "Code de la porte : 12A"}).want(http.StatusCreated).into(&sent)
	customer.post(at, map[string]any{"text": "Code de la porte : 12A"}).want(http.StatusCreated).into(&again)
	if sent.ID != again.ID || !sent.Mine || sent.By != "customer" || sent.ReadAt != nil {
		t.Errorf("sent %+v, again %+v", sent, again)
	}
	customer.post(at, map[string]any{"text": "Autre chose"}).problem(http.StatusConflict)
	var thread List[Message]
	provider.get(at).want(http.StatusOK).into(&thread)
	if len(thread.Items) != 1 || thread.Items[0].Mine || thread.NextCursor != nil {
		t.Errorf("the provider reads %+v", thread)
	}
	provider.post(at+"/read", nil).want(http.StatusNoContent)
	customer.get(at).want(http.StatusOK).into(&thread)
	if thread.Items[0].ReadAt == nil {
		t.Error("the customer does not see that it was read")
	}
	saidIn(t, customer, http.MethodPost, at, `{"text":""}`, http.StatusUnprocessableEntity, "text")
	saidIn(t, customer, http.MethodPost, at, `{"text":"`+strings.Repeat("a", 2001)+`"}`, http.StatusUnprocessableEntity, "text")
	saidIn(t, customer, http.MethodGet, at+"?cursor=%21", "", http.StatusUnprocessableEntity, "cursor")
}

func TestALongThreadIsReadFromItsEnd(t *testing.T) {
	h := newHouse(t)
	at := "/bookings/" + h.book(t, h.instant, 0).ID + "/messages"
	customer, provider := h.signedIn(t, h.customer), h.signedIn(t, h.provider)
	for range 28 {
		customer.post(at, map[string]any{"text": "Bonjour"}).want(http.StatusCreated)
		provider.post(at, map[string]any{"text": "Bonsoir"}).want(http.StatusCreated)
	}
	var latest, earlier List[Message]
	customer.get(at).want(http.StatusOK).into(&latest)
	if len(latest.Items) != 50 || latest.NextCursor == nil {
		t.Fatalf("%d messages, cursor %v", len(latest.Items), latest.NextCursor)
	}
	customer.get(at + "?cursor=" + *latest.NextCursor).want(http.StatusOK).into(&earlier)
	if len(earlier.Items) != 6 || earlier.NextCursor != nil || earlier.Items[5].ID == latest.Items[0].ID {
		t.Errorf("the part before has %d messages, cursor %v", len(earlier.Items), earlier.NextCursor)
	}
}

func TestWhatIsSwitchedOffSaysSo(t *testing.T) {
	h := newHouse(t)
	made := h.book(t, h.instant, 0)
	admin, err := h.accounts.EnsureAccount(t.Context(), account.NewAccount{Email: "admin@example.test", Password: password, Name: "Amal", Role: account.Admin})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []feature.Name{feature.Messages, feature.Reviews, feature.Quotes} {
		if err := h.features.Set(t.Context(), account.Actor{ID: admin.ID, Role: account.Admin}, name, false); err != nil {
			t.Fatal(err)
		}
	}
	c := h.signedIn(t, h.customer)
	saidIn(t, c, http.MethodPost, "/bookings/"+made.ID+"/messages", `{"text":"Bonjour"}`, http.StatusConflict, "")
	saidIn(t, c, http.MethodPost, "/reviews/"+ids.New()+"/report", `{"reason":"spam"}`, http.StatusConflict, "")
	saidIn(t, c, http.MethodPost, "/quotes", string(encode(h.job())), http.StatusConflict, "")
}

func TestADisputeIsTalkedOverAndDecided(t *testing.T) {
	h := newHouse(t)
	made := h.done(t)
	customer, provider, moderator := h.signedIn(t, h.customer).with("Idempotency-Key", "d1"), h.signedIn(t, h.provider), h.signedIn(t, h.moderator)
	body := map[string]any{"reason": "poor_quality", "words": "La fuite est revenue le lendemain, au même endroit."}
	var opened, again, d Dispute
	customer.post("/bookings/"+made.ID+"/dispute", body).want(http.StatusCreated).into(&opened)
	customer.post("/bookings/"+made.ID+"/dispute", body).want(http.StatusCreated).into(&again)
	if opened.ID != again.ID || opened.Status != "open" || opened.As != "customer" || opened.Price != (Money{20000, "MAD"}) {
		t.Errorf("opened %+v, again %+v", opened, again)
	}
	provider.post("/bookings/"+made.ID+"/dispute", body).problem(http.StatusConflict)

	at := "/disputes/" + opened.ID
	provider.post(at+"/messages", map[string]any{"text": "Je repasse demain."}).want(http.StatusNoContent)
	moderator.get(at).want(http.StatusOK).into(&d)
	if d.Status != "answered" || d.As != "operator" {
		t.Errorf("the moderator sees %+v", d)
	}
	var thread List[DisputeMessage]
	customer.get(at + "/messages").want(http.StatusOK).into(&thread)
	if len(thread.Items) != 2 || !thread.Items[0].Mine || thread.Items[1].By != "provider" || thread.Items[1].Text != "Je repasse demain." {
		t.Errorf("the thread: %+v", thread)
	}
	var page List[Dispute]
	for _, who := range []*client{customer, provider, moderator} {
		who.get("/disputes?open=true").want(http.StatusOK).into(&page)
		if len(page.Items) != 1 || page.Items[0].ID != opened.ID {
			t.Errorf("listed %+v", page)
		}
	}
	h.signedIn(t, h.stranger).get("/disputes").want(http.StatusOK).into(&page)
	if len(page.Items) != 0 {
		t.Errorf("a stranger sees %+v", page)
	}
	provider.post(at+"/withdraw", nil).problem(http.StatusForbidden)
	decision := map[string]any{"refund": map[string]any{"amount_minor": 10000, "currency": "MAD"}, "reason": "La moitié du travail est à refaire."}
	customer.post(at+"/decide", decision).problem(http.StatusForbidden)
	moderator.post(at+"/decide", map[string]any{"refund": map[string]any{"amount_minor": 99999999, "currency": "MAD"}, "reason": "Tout est à refaire."}).problem(http.StatusUnprocessableEntity)
	moderator.post(at+"/decide", decision).want(http.StatusOK).into(&d)
	if d.Status != "decided" || d.Refund == nil || d.Refund.AmountMinor != 10000 || d.EndedAt == nil {
		t.Errorf("decided %+v", d)
	}
	moderator.post(at+"/decide", decision).problem(http.StatusConflict)
	customer.post(at+"/withdraw", nil).problem(http.StatusConflict)
}

func TestADisputeIsWithdrawn(t *testing.T) {
	h := newHouse(t)
	made := h.done(t)
	customer := h.signedIn(t, h.customer)
	var d Dispute
	customer.post("/bookings/"+made.ID+"/dispute", map[string]any{"reason": "late", "words": "Deux heures de retard sans un mot."}).want(http.StatusCreated).into(&d)
	customer.post("/disputes/"+d.ID+"/withdraw", nil).want(http.StatusOK).into(&d)
	if d.Status != "withdrawn" || d.EndedAt == nil {
		t.Errorf("withdrawn %+v", d)
	}
	for body, field := range map[string]string{`{}`: "words", `{"reason":"weather","words":"Il a plu toute la journée."}`: "reason", `{"reason":"late","words":"Tard"}`: "words"} {
		saidIn(t, customer, http.MethodPost, "/bookings/"+made.ID+"/dispute", body, http.StatusUnprocessableEntity, field)
	}
}
