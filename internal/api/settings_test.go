package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"khadamat/internal/platform/ids"
)

func TestAProfileIsReplaced(t *testing.T) {
	h := newHouse(t)
	c := h.signedIn(t, h.customer)
	var me Account
	c.put("/me", map[string]any{"name": "Salma B.", "language": "ar", "phone": "06 12 34 56 78"}).want(http.StatusOK).into(&me)
	if me.Name != "Salma B." || me.Language != "ar" || me.Phone != "+212612345678" {
		t.Errorf("me: %+v", me)
	}
	for body, field := range map[string]string{`{"language":"fr"}`: "name", `{"name":"","language":"fr"}`: "name", `{"name":"Salma","language":"de"}`: "language",
		`{"name":"Salma","language":"fr","phone":"12"}`: "phone", `{"name":"Salma","language":"fr","role":"admin"}`: "role"} {
		saidIn(t, c, http.MethodPut, "/me", body, http.StatusUnprocessableEntity, field)
	}
	h.visitor(t).put("/me", map[string]any{"name": "Salma", "language": "fr"}).problem(http.StatusUnauthorized)
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	h := newHouse(t)
	here, there, elsewhere := h.signedIn(t, h.customer), h.signedIn(t, h.customer), h.signedIn(t, h.customer)
	stranger := h.signedIn(t, h.stranger)
	var all, theirs List[SessionInfo]
	here.get("/me/sessions").want(http.StatusOK).into(&all)
	there.get("/me/sessions").want(http.StatusOK).into(&theirs)
	if len(all.Items) != 3 {
		t.Fatalf("sessions: %+v", all)
	}
	for _, session := range theirs.Items {
		if session.Current {
			stranger.delete("/me/sessions/" + session.ID).problem(http.StatusNotFound)
			here.delete("/me/sessions/" + session.ID).want(http.StatusNoContent)
			here.delete("/me/sessions/" + session.ID).problem(http.StatusNotFound)
		}
	}
	there.get("/me").problem(http.StatusUnauthorized)
	elsewhere.get("/me").want(http.StatusOK)
	here.delete("/me/sessions").want(http.StatusNoContent)
	elsewhere.get("/me").problem(http.StatusUnauthorized)
	here.get("/me").want(http.StatusOK)
	stranger.get("/me").want(http.StatusOK)
}

func TestAddressesAreKept(t *testing.T) {
	h := newHouse(t)
	c, stranger := h.signedIn(t, h.customer).with("Idempotency-Key", "a1"), h.signedIn(t, h.stranger)
	body := map[string]any{"label": "Maison", "address": "12, rue des Orangers", "city_id": "casablanca"}
	var made, again, changed Address
	c.post("/me/addresses", body).want(http.StatusCreated).into(&made)
	c.post("/me/addresses", body).want(http.StatusCreated).into(&again)
	if made != again || !made.Default || made.CityID != "casablanca" {
		t.Errorf("made %+v, again %+v", made, again)
	}
	body["label"] = "Bureau"
	c.post("/me/addresses", body).problem(http.StatusConflict)
	stranger.put("/me/addresses/"+made.ID, body).problem(http.StatusNotFound)
	c.put("/me/addresses/"+made.ID, body).want(http.StatusOK).into(&changed)
	if changed.Label != "Bureau" || changed.ID != made.ID {
		t.Errorf("changed %+v", changed)
	}
	for field, value := range map[string]any{"label": "", "address": "ici", "city_id": strings.Repeat("a", 61)} {
		wrong := map[string]any{"label": "Maison", "address": "12, rue des Orangers"}
		wrong[field] = value
		saidIn(t, c, http.MethodPost, "/me/addresses", string(encode(wrong)), http.StatusUnprocessableEntity, field)
	}
	stranger.delete("/me/addresses/" + made.ID).problem(http.StatusNotFound)
	c.delete("/me/addresses/" + made.ID).want(http.StatusNoContent)
	var all List[Address]
	c.get("/me/addresses").want(http.StatusOK).into(&all)
	if len(all.Items) != 0 {
		t.Errorf("left: %+v", all)
	}
}

func TestWhatIsKeptIsHandedOutAndErasedForThePassword(t *testing.T) {
	h := newHouse(t)
	h.book(t, h.onRequest, 0)
	c := h.signedIn(t, h.stranger)
	saidIn(t, c, http.MethodPost, "/me/export", `{"password":"wrong password"}`, http.StatusUnprocessableEntity, "password")
	answer := c.post("/me/export", map[string]any{"password": password}).want(http.StatusOK)
	var kept map[string]any
	if err := json.Unmarshal(answer.body, &kept); err != nil || kept["account"] == nil {
		t.Errorf("exported %s, %v", answer.body, err)
	}
	if !strings.HasPrefix(answer.header.Get("Content-Disposition"), "attachment") || answer.header.Get("Cache-Control") != "private, no-store" || strings.Contains(string(answer.body), "Salma") {
		t.Errorf("exported with %v: %s", answer.header, answer.body)
	}
	var made NewToken
	c.post("/me/tokens", map[string]any{"name": "Agenda"}).want(http.StatusCreated).into(&made)
	program := h.visitor(t).with("Authorization", "Bearer "+made.Secret)
	program.post("/me/export", map[string]any{"password": password}).problem(http.StatusForbidden)
	program.post("/me/erase", map[string]any{"password": password}).problem(http.StatusForbidden)

	c.post("/me/erase", map[string]any{"password": "wrong password"}).problem(http.StatusUnprocessableEntity)
	c.post("/me/erase", map[string]any{"password": password}).want(http.StatusNoContent)
	c.get("/me").problem(http.StatusUnauthorized)
	h.visitor(t).post("/auth/login", map[string]any{"email": h.stranger.Email, "password": password}).problem(http.StatusUnauthorized)
}

func TestAPasswordIsChanged(t *testing.T) {
	h := newHouse(t)
	c, other := h.signedIn(t, h.customer), h.signedIn(t, h.customer)
	saidIn(t, c, http.MethodPut, "/me/password", `{"password":"wrong password","new_password":"dix-mille dromadaires"}`, http.StatusUnprocessableEntity, "password")
	saidIn(t, c, http.MethodPut, "/me/password", `{"password":"`+password+`","new_password":"short"}`, http.StatusUnprocessableEntity, "new_password")
	c.put("/me/password", map[string]any{"password": password, "new_password": "dix-mille dromadaires"}).want(http.StatusNoContent)
	c.get("/me").want(http.StatusOK)
	other.get("/me").problem(http.StatusUnauthorized)
}

func TestFavouritesAreSavedAndForgotten(t *testing.T) {
	h := newHouse(t)
	c, at := h.signedIn(t, h.customer), "/me/favourites/"+h.shop.ID
	c.send(http.MethodPut, at, "", "").want(http.StatusNoContent)
	c.send(http.MethodPut, at, "", "").want(http.StatusNoContent)
	var saved List[Favourite]
	c.get("/me/favourites").want(http.StatusOK).into(&saved)
	if len(saved.Items) != 1 || saved.Items[0].ProviderID != h.shop.ID || saved.Items[0].Provider == nil || saved.Items[0].Provider.Name != "Plomberie Atlas" {
		t.Errorf("saved %+v", saved)
	}
	h.signedIn(t, h.stranger).get("/me/favourites").want(http.StatusOK).into(&saved)
	if len(saved.Items) != 0 {
		t.Errorf("a stranger sees %+v", saved)
	}
	c.delete(at).want(http.StatusNoContent)
	c.delete(at).want(http.StatusNoContent)
	c.get("/me/favourites").want(http.StatusOK).into(&saved)
	if len(saved.Items) != 0 {
		t.Errorf("forgotten and still there: %+v", saved)
	}
	for _, id := range []string{ids.New(), "1", "%00"} {
		saidIn(t, c, http.MethodPut, "/me/favourites/"+id, "", http.StatusNotFound, "")
	}
	saidIn(t, c, http.MethodGet, "/me/favourites?cursor=%21", "", http.StatusUnprocessableEntity, "cursor")
}

func TestNotificationsAreReadInTheReadersLanguage(t *testing.T) {
	h := newHouse(t)
	h.book(t, h.onRequest, 0)
	h.book(t, h.onRequest, 4)
	provider := h.signedIn(t, h.provider)
	var page, second NotificationPage
	heard := map[string]bool{}
	for _, language := range []string{"fr", "ar", "en"} {
		provider.with("Accept-Language", language).get("/me/notifications?limit=1").want(http.StatusOK).into(&page)
		if len(page.Items) != 1 || page.Unread != 2 || page.NextCursor == nil || page.Items[0].Kind != "booking_requested" || page.Items[0].Topic != "bookings" || page.Items[0].ReadAt != nil {
			t.Fatalf("told %+v", page)
		}
		heard[page.Items[0].Subject] = true
	}
	if len(heard) != 3 {
		t.Errorf("said in %d ways: %v", len(heard), heard)
	}
	provider.get("/me/notifications?limit=1&cursor=" + *page.NextCursor).want(http.StatusOK).into(&second)
	if len(second.Items) != 1 || second.Items[0].ID == page.Items[0].ID || second.NextCursor != nil {
		t.Errorf("the second page: %+v", second)
	}
	var read Notification
	at := "/me/notifications/" + page.Items[0].ID + "/read"
	h.signedIn(t, h.customer).post(at, nil).problem(http.StatusNotFound)
	provider.post(at, nil).want(http.StatusOK).into(&read)
	if read.ReadAt == nil {
		t.Errorf("read %+v", read)
	}
	provider.post("/me/notifications/read", nil).want(http.StatusNoContent)
	provider.get("/me/notifications").want(http.StatusOK).into(&page)
	if page.Unread != 0 {
		t.Errorf("%d unread", page.Unread)
	}
}

func TestPreferencesAreChosen(t *testing.T) {
	h := newHouse(t)
	c := h.signedIn(t, h.customer)
	on := map[string]any{"bell": true, "email": true}
	all := func() map[string]any {
		return map[string]any{"bookings": on, "reminders": on, "messages": on, "quotes": on, "reviews": on}
	}
	var kept Preferences
	c.get("/me/notification-preferences").want(http.StatusOK).into(&kept)
	if !kept.Bookings.Bell || !kept.Reviews.Email || kept.Quiet != nil {
		t.Errorf("at first: %+v", kept)
	}
	wanted := all()
	wanted["reviews"] = map[string]any{"bell": true, "email": false}
	wanted["quiet"] = map[string]any{"from": "22:00", "to": "08:30"}
	c.put("/me/notification-preferences", wanted).want(http.StatusOK)
	c.get("/me/notification-preferences").want(http.StatusOK).into(&kept)
	if kept.Reviews.Email || !kept.Reviews.Bell || !kept.Bookings.Email || kept.Quiet == nil || *kept.Quiet != (Quiet{"22:00", "08:30"}) {
		t.Errorf("kept %+v", kept)
	}
	h.signedIn(t, h.stranger).get("/me/notification-preferences").want(http.StatusOK).into(&kept)
	if !kept.Reviews.Email {
		t.Error("one person's choice is another's")
	}
	for value, field := range map[string]string{`{"from":"25:00","to":"08:00"}`: "quiet.from", `{"from":"22:00","to":"tomorrow"}`: "quiet.to", `{"from":"22:00","to":"22:00"}`: "quiet.to"} {
		wrong := all()
		wrong["quiet"] = json.RawMessage(value)
		saidIn(t, c, http.MethodPut, "/me/notification-preferences", string(encode(wrong)), http.StatusUnprocessableEntity, field)
	}
	missing := all()
	delete(missing, "quotes")
	saidIn(t, c, http.MethodPut, "/me/notification-preferences", string(encode(missing)), http.StatusUnprocessableEntity, "quotes")
}
