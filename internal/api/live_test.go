package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"khadamat/internal/platform/live"

	"github.com/coder/websocket"
)

func (c *client) dial(ctx context.Context) (*websocket.Conn, *http.Response, error) {
	return websocket.Dial(ctx, "ws"+strings.TrimPrefix(c.house.server.URL, "http")+LivePath, &websocket.DialOptions{HTTPClient: c.http, HTTPHeader: c.header})
}

func TestBothSidesHearOfAChange(t *testing.T) {
	h := newHouse(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	conn, _, err := h.signedIn(t, h.provider).dial(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	other, _, err := h.signedIn(t, h.stranger).dial(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer other.CloseNow()
	made := h.book(t, h.onRequest, 0)
	_, message, err := conn.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var event struct {
		Type string
		Data struct{ ID, Status string }
	}
	if err := json.Unmarshal(message, &event); err != nil || event.Type != "booking.changed" || event.Data.ID != made.ID || event.Data.Status != "requested" {
		t.Errorf("heard %s (%v)", message, err)
	}
	// What the stranger hears first is their own, so they heard nothing of the booking.
	if err := h.hub.Publish("account:"+h.stranger.ID, live.Event{Type: "test"}); err != nil {
		t.Fatal(err)
	}
	if _, message, err = other.Read(ctx); err != nil || !strings.Contains(string(message), `"test"`) {
		t.Errorf("the stranger heard %s (%v)", message, err)
	}
}

func TestTheSocketIsForThoseWhoAreSignedIn(t *testing.T) {
	h := newHouse(t)
	_, answer, err := h.visitor(t).dial(t.Context())
	if err == nil || answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody got %v, %v", answer, err)
	}
	_, answer, err = h.signedIn(t, h.customer).with("Origin", "https://elsewhere.test").dial(t.Context())
	if err == nil || answer.StatusCode != http.StatusForbidden || answer.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("another site got %v, %v", answer, err)
	}
	h.signedIn(t, h.customer).get("/live").problem(http.StatusUpgradeRequired)
	h.signedIn(t, h.customer).post("/live", nil).problem(http.StatusMethodNotAllowed)
	h.hub.Drain()
	_, answer, err = h.signedIn(t, h.customer).dial(t.Context())
	if err == nil || answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a draining hub gave %v, %v", answer, err)
	}
}
