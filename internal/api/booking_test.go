package api

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/platform/ids"
)

func TestAnInstantServiceIsBookedAtOnce(t *testing.T) {
	h := newHouse(t)
	start := h.slot(t, h.instant, 0)
	var made Booking
	answer := h.signedIn(t, h.customer).post("/bookings", map[string]any{"service_id": h.instant.ID, "start": start.In(time.FixedZone("", 3600)),
		"addon_ids": []string{h.instant.Addons[0].ID}, "address": "12, rue des Orangers", "note": "Au 3e étage"}).want(http.StatusCreated)
	answer.into(&made)
	if made.Status != "accepted" || !made.Start.Equal(start) || made.End.Sub(made.Start) != 90*time.Minute || made.Price != (Money{25000, "MAD"}) ||
		len(made.Lines) != 2 || made.Side != "customer" || made.Address != "12, rue des Orangers" || made.ExpiresAt != nil || !made.FreeUntil.Equal(start.Add(-24*time.Hour)) {
		t.Errorf("made %+v", made)
	}
	if !bytes.Contains(answer.body, []byte(start.Format(time.RFC3339))) {
		t.Errorf("times are not in UTC: %s", answer.body)
	}
	if !slices.Equal(made.Actions, []string{"cancel", "reschedule"}) {
		t.Errorf("a customer may %v", made.Actions)
	}
	if at := answer.header.Get("Location"); at != "/api/v1/bookings/"+made.ID {
		t.Errorf("Location: %s", at)
	}
	var detail BookingDetail
	h.signedIn(t, h.provider).get("/bookings/" + made.ID).want(http.StatusOK).into(&detail)
	if detail.Side != "provider" || len(detail.Timeline) != 1 || detail.Timeline[0].Kind != "requested" || detail.Customer != "Salma Benali" {
		t.Errorf("the provider sees %+v", detail)
	}
	h.signedIn(t, h.stranger).post("/bookings", map[string]any{"service_id": h.instant.ID, "start": start, "address": "12, rue des Orangers"}).problem(http.StatusConflict)
}

func TestABookingIsMadeOnceByItsKey(t *testing.T) {
	h := newHouse(t)
	c := h.signedIn(t, h.customer).with("Idempotency-Key", "booking-1")
	body := map[string]any{"service_id": h.instant.ID, "start": h.slot(t, h.instant, 0), "address": "12, rue des Orangers"}
	var first, second Booking
	c.post("/bookings", body).want(http.StatusCreated).into(&first)
	c.post("/bookings", body).want(http.StatusCreated).into(&second)
	if first.ID != second.ID {
		t.Error("two bookings")
	}
	body["note"] = "another"
	c.post("/bookings", body).problem(http.StatusConflict)
	c.with("Idempotency-Key", strings.Repeat("k", 300)).post("/bookings", body).problem(http.StatusUnprocessableEntity)
}

func TestTheLifeOfARequest(t *testing.T) {
	h := newHouse(t)
	made := h.book(t, h.onRequest, 0)
	if made.Status != "requested" || made.ExpiresAt == nil {
		t.Fatalf("made %+v", made)
	}
	customer, provider := h.signedIn(t, h.customer), h.signedIn(t, h.provider)
	at := "/bookings/" + made.ID
	step := func(c *client, path string, body any, want string) Booking {
		t.Helper()
		var b Booking
		c.post(at+path, body).want(http.StatusOK).into(&b)
		if b.Status != want {
			t.Fatalf("%s: %s, want %s", path, b.Status, want)
		}
		return b
	}
	customer.post(at+"/accept", nil).problem(http.StatusForbidden)
	step(provider, "/accept", nil, "accepted")
	provider.post(at+"/accept", nil).problem(http.StatusConflict)

	later := h.slot(t, h.onRequest, 6)
	b := step(customer, "/reschedule", map[string]any{"start": later, "reason": "Un empêchement"}, "accepted")
	if b.Proposal == nil || !b.Proposal.Start.Equal(later) || b.Proposal.By != "customer" {
		t.Errorf("proposed %+v", b.Proposal)
	}
	customer.post(at+"/reschedule/accept", nil).problem(http.StatusForbidden)
	step(provider, "/reschedule/decline", map[string]any{"reason": "Complet"}, "accepted")
	step(provider, "/reschedule", map[string]any{"start": later}, "accepted")
	if b := step(customer, "/reschedule/accept", nil, "accepted"); !b.Start.Equal(later) || b.Proposal != nil {
		t.Errorf("moved to %v", b.Start)
	}
	step(provider, "/start", nil, "in_progress")
	step(provider, "/complete", nil, "completed")
	customer.post(at+"/cancel", nil).problem(http.StatusConflict)

	var detail BookingDetail
	customer.get(at).want(http.StatusOK).into(&detail)
	var kinds []string
	for _, event := range detail.Timeline {
		kinds = append(kinds, event.Kind)
	}
	want := []string{"requested", "accepted", "reschedule_proposed", "reschedule_declined", "reschedule_proposed", "rescheduled", "started", "completed"}
	if !slices.Equal(kinds, want) || detail.Timeline[2].Reason != "Un empêchement" || detail.Timeline[2].Start == nil {
		t.Errorf("the timeline: %v", kinds)
	}
}

func TestCancellingAndDecliningWorkWithAndWithoutABody(t *testing.T) {
	h := newHouse(t)
	customer, provider := h.signedIn(t, h.customer), h.signedIn(t, h.provider)
	for i, c := range []struct {
		who         *client
		path, body  string
		contentType string
		want        string
	}{
		{provider, "/decline", "", "", "declined"},
		{provider, "/decline", "", "application/json", "declined"},
		{provider, "/decline", "{}", "application/json", "declined"},
		{provider, "/decline", `{"reason":"Complet"}`, "application/json", "declined"},
		{customer, "/cancel", "", "", "withdrawn"},
		{customer, "/cancel", `{"reason":null}`, "application/json; charset=utf-8", "withdrawn"},
		{provider, "/cancel", "", "", "declined"},
	} {
		var b Booking
		c.who.send(http.MethodPost, "/bookings/"+h.book(t, h.onRequest, i).ID+c.path, c.contentType, c.body).want(http.StatusOK).into(&b)
		if b.Status != c.want {
			t.Errorf("%s %q: %s, want %s", c.path, c.body, b.Status, c.want)
		}
	}
	var b Booking
	customer.post("/bookings/"+h.book(t, h.instant, 0).ID+"/cancel", nil).want(http.StatusOK).into(&b)
	if b.Status != "cancelled_by_customer" || b.Refund == nil || *b.Refund != (Money{20000, "MAD"}) {
		t.Errorf("cancelled: %+v", b)
	}
}

func TestACustomerWhoIsNotThere(t *testing.T) {
	h := newHouse(t)
	made := h.book(t, h.instant, 0)
	h.signedIn(t, h.provider).post("/bookings/"+made.ID+"/no-show", nil).problem(http.StatusConflict)
	h.clock.Set(made.Start.Add(20 * time.Minute))
	var b Booking
	h.signedIn(t, h.provider).post("/bookings/"+made.ID+"/no-show", nil).want(http.StatusOK).into(&b)
	if b.Status != "no_show" {
		t.Errorf("status %s", b.Status)
	}
}

func TestListsShowOnesOwnBookings(t *testing.T) {
	h := newHouse(t)
	first, second := h.book(t, h.instant, 0), h.book(t, h.onRequest, 8)
	ask := func(c *client, query string) (found []string, next *string) {
		t.Helper()
		var page List[Booking]
		c.get("/bookings" + query).want(http.StatusOK).into(&page)
		for _, b := range page.Items {
			found = append(found, b.ID)
		}
		return found, page.NextCursor
	}
	customer, provider := h.signedIn(t, h.customer), h.signedIn(t, h.provider)
	day := first.Start.Format(time.DateOnly)
	for name, c := range map[string]struct {
		who   *client
		query string
		want  []string
	}{
		"a customer's":              {customer, "", []string{first.ID, second.ID}},
		"the latest first":          {customer, "?order=desc", []string{second.ID, first.ID}},
		"a provider's, by role":     {provider, "", []string{first.ID, second.ID}},
		"a provider's as customer":  {provider, "?as=customer", nil},
		"of one status":             {customer, "?status=requested", []string{second.ID}},
		"of two statuses":           {customer, "?status=requested,accepted", []string{first.ID, second.ID}},
		"of none":                   {customer, "?status=completed", nil},
		"from a day":                {customer, "?from=" + day + "&to=2026-12-31", []string{first.ID, second.ID}},
		"before a day":              {customer, "?to=" + day, nil},
		"somebody else's":           {h.signedIn(t, h.stranger), "", nil},
		"of a customer as provider": {customer, "?as=provider", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if found, _ := ask(c.who, c.query); !slices.Equal(found, c.want) {
				t.Errorf("found %v, want %v", found, c.want)
			}
		})
	}
	page, next := ask(customer, "?limit=1")
	if !slices.Equal(page, []string{first.ID}) || next == nil {
		t.Fatalf("the first page: %v", page)
	}
	if page, next = ask(customer, "?limit=1&cursor="+*next); !slices.Equal(page, []string{second.ID}) || next != nil {
		t.Errorf("the second page: %v", page)
	}
}

func TestWrongBookingsAreRefusedByName(t *testing.T) {
	h := newHouse(t)
	start := h.slot(t, h.instant, 0)
	request := func(name string, value any) string {
		body := map[string]any{"service_id": h.instant.ID, "start": start, "address": "12, rue des Orangers"}
		if body[name] = value; value == nil {
			delete(body, name)
		}
		return string(encode(body))
	}
	cases := map[string]struct {
		path, body, field string
		status            int
	}{
		"no service":                  {"/bookings", request("service_id", nil), "service_id", 422},
		"a number for a service":      {"/bookings", request("service_id", 5), "service_id", 422},
		"an unknown service":          {"/bookings", request("service_id", ids.New()), "", 404},
		"what can be no service":      {"/bookings", request("service_id", "a\x00"), "", 404},
		"no start":                    {"/bookings", request("start", nil), "start", 422},
		"a start of words":            {"/bookings", request("start", "tomorrow"), "start", 422},
		"a start without zone":        {"/bookings", request("start", "2026-06-02T09:00:00"), "start", 422},
		"a number for a start":        {"/bookings", request("start", 1780000000), "start", 422},
		"nowhere to come to":          {"/bookings", request("address", nil), "address", 422},
		"blanks to come to":           {"/bookings", request("address", " \n "), "address", 422},
		"a start gone by":             {"/bookings", request("start", "2026-05-29T09:00:00Z"), "start", 422},
		"a start in year 1":           {"/bookings", request("start", "0001-01-01T00:00:00Z"), "start", 422},
		"a start in year 9999":        {"/bookings", request("start", "9999-12-31T23:59:59Z"), "start", 422},
		"a start between the steps":   {"/bookings", request("start", start.Add(7*time.Minute)), "start", 422},
		"a start at night":            {"/bookings", request("start", "2026-06-03T02:00:00Z"), "start", 422},
		"an unknown add-on":           {"/bookings", request("addon_ids", []string{ids.New()}), "addon_ids", 422},
		"an add-on twice":             {"/bookings", request("addon_ids", []string{h.instant.Addons[0].ID, h.instant.Addons[0].ID}), "addon_ids", 422},
		"a text for add-ons":          {"/bookings", request("addon_ids", "all"), "addon_ids", 422},
		"a number among add-ons":      {"/bookings", request("addon_ids", []any{5}), "addon_ids[0]", 422},
		"endless add-ons":             {"/bookings", request("addon_ids", slices.Repeat([]string{"a"}, 51)), "addon_ids", 422},
		"an endless note":             {"/bookings", request("note", strings.Repeat("a", 1001)), "note", 422},
		"a note with NUL":             {"/bookings", request("note", "a\x00"), "note", 422},
		"a note that turns direction": {"/bookings", request("note", "a\u202eb"), "note", 422},
		"an endless address":          {"/bookings", request("address", strings.Repeat("ب", 301)), "address", 422},
		"a price of one's own":        {"/bookings", request("price", 1), "price", 422},
		"a proposal without a start":  {"/bookings/{id}/reschedule", `{}`, "start", 422},
		"a proposal gone by":          {"/bookings/{id}/reschedule", `{"start":"2026-05-01T09:00:00Z"}`, "start", 422},
		"a proposal of words":         {"/bookings/{id}/reschedule", `{"start":"later"}`, "start", 422},
		"an endless reason":           {"/bookings/{id}/cancel", `{"reason":"` + strings.Repeat("a", 501) + `"}`, "reason", 422},
		"a list for a reason":         {"/bookings/{id}/cancel", `{"reason":[]}`, "reason", 422},
		"a reason with a bell":        {"/bookings/{id}/cancel", `{"reason":"a\u0007"}`, "reason", 422},
		"a list for a body":           {"/bookings/{id}/cancel", `[]`, "body", 422},
	}
	made := h.book(t, h.instant, 8)
	c := h.signedIn(t, h.customer)
	before := h.rows(t)
	for name, wrong := range cases {
		t.Run(name, func(t *testing.T) {
			saidIn(t, c, http.MethodPost, strings.ReplaceAll(wrong.path, "{id}", made.ID), wrong.body, wrong.status, wrong.field)
		})
	}
	for query, field := range map[string]string{"?as=judge": "as", "?status=lost": "status", "?limit=500": "limit", "?limit=x": "limit", "?from=x": "from",
		"?to=2026-13-01": "to", "?order=up": "order", "?cursor=%21": "", "?status=" + strings.Repeat("accepted,", 20): "status"} {
		t.Run(query, func(t *testing.T) { saidIn(t, c, http.MethodGet, "/bookings"+query, "", 422, field) })
	}
	if after := h.rows(t); after != before {
		t.Errorf("something was stored:\n%s\n%s", before, after)
	}
}

func TestOtherPeoplesBookingsDoNotExist(t *testing.T) {
	h := newHouse(t)
	theirs := h.book(t, h.onRequest, 0).ID
	stranger, nobody := h.signedIn(t, h.stranger), h.visitor(t)
	before := h.rows(t)
	for _, id := range []string{theirs, ids.New(), "1", "%00", "%ff", strings.ToUpper(theirs)} {
		saidIn(t, stranger, http.MethodGet, "/bookings/"+id, "", http.StatusNotFound, "")
		for _, action := range []string{"accept", "decline", "cancel", "start", "complete", "no-show", "reschedule", "reschedule/accept", "reschedule/decline"} {
			body := ""
			if action == "reschedule" {
				body = `{"start":"2026-06-03T09:00:00Z"}`
			}
			path := "/bookings/" + id + "/" + action
			stranger.send(http.MethodPost, path, "application/json", body).problem(http.StatusNotFound)
			nobody.send(http.MethodPost, path, "application/json", body).problem(http.StatusUnauthorized)
		}
	}
	if after := h.rows(t); after != before {
		t.Errorf("something was stored:\n%s\n%s", before, after)
	}
}

func TestTheWireKnowsEveryStatusAndAction(t *testing.T) {
	h := newHouse(t)
	document := string(h.visitor(t).get("/api/openapi.json").want(http.StatusOK).body)
	for _, status := range booking.Statuses {
		if !strings.Contains(document, `"`+string(status)+`"`) {
			t.Errorf("%s is not documented", status)
		}
	}
	for _, action := range allActions {
		if !strings.Contains(document, `"`+string(action)+`"`) {
			t.Errorf("%s is not documented", action)
		}
	}
}
