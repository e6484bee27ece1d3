package api

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"khadamat/internal/platform/ids"
)

// job is a job in the category and the city of the shop.
func (h *house) job() map[string]any {
	return map[string]any{"category_id": h.instant.CategoryID, "city_id": "casablanca", "title": "Refaire la salle de bain", "description": "Douche, lavabo et carrelage, six mètres carrés.",
		"place": "customer", "address": "12, rue des Orangers", "urgency": "week", "budget_max": map[string]any{"amount_minor": 900000, "currency": "MAD"}}
}

func (h *house) posted(t testing.TB) JobDetail {
	t.Helper()
	var posted JobDetail
	h.signedIn(t, h.customer).post("/quotes", h.job()).want(http.StatusCreated).into(&posted)
	return posted
}

func (h *house) offer(t testing.TB, n int) map[string]any {
	t.Helper()
	return map[string]any{"service_id": h.onRequest.ID, "price": map[string]any{"amount_minor": 800000, "currency": "MAD"}, "start": h.slot(t, h.onRequest, n),
		"duration_minutes": 60, "words": "Je peux passer mardi matin, matériel compris.", "valid_hours": 48}
}

// upload sends files as a form does.
func (c *client) upload(path string, files ...[]byte) *got {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, file := range files {
		part, err := form.CreateFormFile("photo", "a.png")
		if err != nil {
			c.t.Fatal(err)
		}
		if _, err := part.Write(file); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		c.t.Fatal(err)
	}
	return c.send(http.MethodPost, path, form.FormDataContentType(), body.String())
}

func pixels(t testing.TB) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewRGBA(image.Rect(0, 0, 8, 6))); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestAJobBecomesABooking(t *testing.T) {
	h := newHouse(t)
	customer, provider := h.signedIn(t, h.customer).with("Idempotency-Key", "job-1"), h.signedIn(t, h.provider).with("Idempotency-Key", "offer-1")
	var photo Photo
	customer.upload("/quotes/photos", pixels(t)).want(http.StatusCreated).into(&photo)
	if photo.Width != 8 || photo.Height != 6 || photo.Small != "/media/"+photo.ID+"/small.jpg" {
		t.Errorf("sent %+v", photo)
	}
	body := h.job()
	body["photo_ids"] = []string{photo.ID}
	var posted, again, seen JobDetail
	answer := customer.post("/quotes", body).want(http.StatusCreated)
	answer.into(&posted)
	customer.post("/quotes", body).want(http.StatusCreated).into(&again)
	if posted.ID != again.ID || posted.Status != "open" || posted.Side != "customer" || len(posted.Photos) != 1 || posted.BudgetMin != nil || posted.BudgetMax == nil ||
		posted.Address == "" || answer.header.Get("Location") != "/api/v1/quotes/"+posted.ID {
		t.Errorf("posted %+v, again %+v", posted, again)
	}
	at := "/quotes/" + posted.ID
	provider.get(at).want(http.StatusOK).into(&seen)
	if seen.Side != "provider" || seen.Address != "" || seen.Customer != "Salma B." || len(seen.Services) == 0 || seen.Zone == "" {
		t.Errorf("the provider sees %+v", seen)
	}
	var near, mine List[ListedJob]
	provider.get("/provider/quotes").want(http.StatusOK).into(&near)
	if len(near.Items) != 1 || near.Items[0].ID != posted.ID || near.Items[0].Offer != nil {
		t.Errorf("near: %+v", near)
	}
	var made, same, countered Offer
	provider.post(at+"/offers", h.offer(t, 4)).want(http.StatusCreated).into(&made)
	provider.post(at+"/offers", h.offer(t, 4)).want(http.StatusCreated).into(&same)
	if made.ID != same.ID || made.Turn != "customer" || !slices.Equal(made.Actions, []string{"decline"}) || made.DurationMinutes != 60 {
		t.Errorf("offered %+v, again %+v", made, same)
	}
	provider.with("Idempotency-Key", "offer-2").post(at+"/offers", h.offer(t, 4)).problem(http.StatusConflict)
	customer.get("/quotes").want(http.StatusOK).into(&mine)
	if len(mine.Items) != 1 || mine.Items[0].Waiting != 1 || mine.Items[0].OfferCount != 1 {
		t.Errorf("the customer's: %+v", mine)
	}
	on := at + "/offers/" + made.ID
	other := at + "/offers/" + ids.New()
	counter := map[string]any{"price": map[string]any{"amount_minor": 750000, "currency": "MAD"}, "start": made.Proposals[0].Start, "words": "Un peu moins ?"}
	customer.post(other+"/counter", counter).problem(http.StatusNotFound)
	customer.post("/quotes/"+ids.New()+"/offers/"+made.ID+"/counter", counter).problem(http.StatusNotFound)
	provider.post(on+"/counter", counter).problem(http.StatusConflict)
	customer.post(on+"/counter", counter).want(http.StatusOK).into(&countered)
	if len(countered.Proposals) != 2 || countered.Turn != "provider" {
		t.Errorf("countered %+v", countered)
	}
	customer.post(on+"/accept", nil).problem(http.StatusConflict)
	provider.post(on+"/accept", nil).want(http.StatusOK).into(&seen)
	if seen.Status != "taken" || seen.BookingID == "" || seen.Address != "12, rue des Orangers" {
		t.Errorf("accepted %+v", seen)
	}
	var booked BookingDetail
	customer.get("/bookings/" + seen.BookingID).want(http.StatusOK).into(&booked)
	if booked.Status != "accepted" || booked.Price.AmountMinor != 750000 {
		t.Errorf("booked %+v", booked)
	}
	var offers List[ListedJob]
	provider.get("/provider/offers").want(http.StatusOK).into(&offers)
	if len(offers.Items) != 1 || offers.Items[0].Offer.Status != "accepted" {
		t.Errorf("the provider's offers: %+v", offers)
	}
	customer.get("/quotes?open=false").want(http.StatusOK).into(&mine)
	if len(mine.Items) != 1 || mine.Items[0].Status != "taken" {
		t.Errorf("over: %+v", mine)
	}
}

func TestOffersAreDeclinedAndJobsWithdrawn(t *testing.T) {
	h := newHouse(t)
	posted := h.posted(t)
	customer, provider := h.signedIn(t, h.customer), h.signedIn(t, h.provider)
	var made Offer
	provider.post("/quotes/"+posted.ID+"/offers", h.offer(t, 4)).want(http.StatusCreated).into(&made)
	customer.post("/quotes/"+posted.ID+"/offers/"+made.ID+"/decline", nil).want(http.StatusOK).into(&made)
	if made.Status != "declined" || made.DeclinedBy != "customer" || len(made.Actions) != 0 {
		t.Errorf("declined %+v", made)
	}
	customer.post("/quotes/"+posted.ID+"/offers/"+made.ID+"/decline", nil).problem(http.StatusGone)
	provider.post("/quotes/"+posted.ID+"/withdraw", nil).problem(http.StatusNotFound)
	customer.post("/quotes/"+posted.ID+"/withdraw", nil).want(http.StatusOK).into(&posted)
	if posted.Status != "withdrawn" {
		t.Errorf("withdrawn %+v", posted)
	}
	customer.post("/quotes/"+posted.ID+"/withdraw", nil).problem(http.StatusGone)
}

func TestWrongJobsAndOffersAreRefusedByName(t *testing.T) {
	h := newHouse(t)
	posted := h.posted(t)
	customer, provider := h.signedIn(t, h.customer), h.signedIn(t, h.provider)
	with := func(body map[string]any, name string, value any) string {
		if body[name] = value; value == nil {
			delete(body, name)
		}
		return string(encode(body))
	}
	before := h.rows(t)
	for _, c := range []struct {
		name  string
		value any
		field string
	}{
		{"category_id", "castles", "category_id"}, {"city_id", "paris", "city_id"}, {"title", "Court", "title"}, {"title", nil, "title"}, {"description", "Court", "description"},
		{"place", "moon", "place"}, {"urgency", "yesterday", "urgency"}, {"address", strings.Repeat("a", 301), "address"},
		{"budget_max", map[string]any{"amount_minor": -100, "currency": "MAD"}, "budget_max"}, {"budget_max", map[string]any{"amount_minor": 100, "currency": "EUR"}, "budget_max"},
		{"budget_max", 5, "budget_max"}, {"photo_ids", []string{ids.New()}, "photo_ids"}, {"photo_ids", slices.Repeat([]string{"a"}, 7), "photo_ids"}, {"price", 5, "price"},
	} {
		saidIn(t, customer, http.MethodPost, "/quotes", with(h.job(), c.name, c.value), http.StatusUnprocessableEntity, c.field)
	}
	for _, c := range []struct {
		name  string
		value any
		field string
	}{
		{"service_id", ids.New(), "service_id"}, {"service_id", "\x00", "service_id"}, {"price", map[string]any{"amount_minor": 150, "currency": "MAD"}, "price"}, {"start", "soon", "start"},
		{"start", h.clock.Now().Add(-time.Hour), "start"}, {"duration_minutes", 5, "duration_minutes"}, {"duration_minutes", 1 << 40, "duration_minutes"}, {"words", "Oui", "words"},
		{"valid_hours", 0, "valid_hours"}, {"valid_hours", 10000, "valid_hours"},
	} {
		saidIn(t, provider, http.MethodPost, "/quotes/"+posted.ID+"/offers", with(h.offer(t, 4), c.name, c.value), http.StatusUnprocessableEntity, c.field)
	}
	saidIn(t, customer, http.MethodGet, "/quotes?limit=500", "", http.StatusUnprocessableEntity, "limit")
	saidIn(t, customer, http.MethodGet, "/provider/quotes", "", http.StatusForbidden, "")
	if after := h.rows(t); after != before {
		t.Errorf("something was stored:\n%s\n%s", before, after)
	}
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	h := newHouse(t)
	c := h.signedIn(t, h.customer)
	for name, refused := range map[string]*got{
		"no picture": c.upload("/quotes/photos", []byte("GIF89a and no more")),
		"no file":    c.upload("/quotes/photos"),
		"two files":  c.upload("/quotes/photos", pixels(t), pixels(t)),
	} {
		if p := refused.problem(http.StatusUnprocessableEntity); !p.names("photo") {
			t.Errorf("%s: the field is not named: %+v", name, p)
		}
	}
	c.send(http.MethodPost, "/quotes/photos", "application/json", "{}").problem(http.StatusUnsupportedMediaType)
	c.send(http.MethodPost, "/quotes/photos", "multipart/form-data", "{}").problem(http.StatusBadRequest)
	c.send(http.MethodPost, "/quotes/photos", "multipart/form-data; boundary=x", "--x\r\nContent").problem(http.StatusBadRequest)
	c.send(http.MethodPost, "/quotes/photos", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\n"+strings.Repeat("a", maxUploadBytes)+"\r\n--x--\r\n").problem(http.StatusRequestEntityTooLarge)
	h.visitor(t).upload("/quotes/photos", pixels(t)).problem(http.StatusUnauthorized)
	answer := c.send(http.MethodDelete, "/quotes/photos", "", "")
	answer.problem(http.StatusMethodNotAllowed)
	if allow := answer.header.Get("Allow"); !strings.Contains(allow, "POST") {
		t.Errorf("Allow: %s", allow)
	}
	c.get("/quotes/photos").problem(http.StatusNotFound)
}
