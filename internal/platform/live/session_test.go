package live

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// echo greets, repeats what it hears and says goodbye when asked.
type echo struct {
	closed chan struct{}
}

func (e echo) Open(context.Context) ([]byte, error) { return []byte("hello"), nil }

func (e echo) Event(event Event) []byte {
	if event.Type == "secret" {
		return nil
	}
	return []byte("event " + event.Type)
}

func (e echo) Receive(_ context.Context, message []byte) ([]byte, error) {
	switch string(message) {
	case "bye":
		return nil, &Farewell{Code: 4000, Reason: "as you wish"}
	case "break":
		return nil, errors.New("a failure of ours")
	}
	return []byte("you said " + string(message)), nil
}

func (e echo) Beat(context.Context) ([]byte, error) { return []byte("beat"), nil }

func (e echo) Close(context.Context) { close(e.closed) }

// echoing is a server whose only address is an echo on topic "a".
func echoing(t *testing.T, o Options) (*Hub, *websocket.Conn, echo) {
	t.Helper()
	hub, session := New(NewLocal(), o), echo{make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := ServeSession(hub, w, r, session, "a"); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(func() { hub.Drain(); hub.Wait(nil); server.Close() })
	conn, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	return hub, conn, session
}

func write(t *testing.T, conn *websocket.Conn, kind websocket.MessageType, message string) {
	t.Helper()
	if err := conn.Write(t.Context(), kind, []byte(message)); err != nil {
		t.Fatal(err)
	}
}

func TestBothSidesOfASessionSpeak(t *testing.T) {
	hub, conn, session := echoing(t, Options{})
	if got := read(t, conn); got != "hello" {
		t.Errorf("first %q", got)
	}
	write(t, conn, websocket.MessageText, "one")
	write(t, conn, websocket.MessageText, "two")
	if a, b := read(t, conn), read(t, conn); a != "you said one" || b != "you said two" {
		t.Errorf("answers %q, %q", a, b)
	}
	publish(t, hub, "a", "secret", nil)
	publish(t, hub, "a", "open", nil)
	if got := read(t, conn); got != "event open" {
		t.Errorf("heard %q", got)
	}
	if err := conn.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Errorf("closing: %v", err)
	}
	<-session.closed
}

func TestHowASessionEnds(t *testing.T) {
	for name, c := range map[string]struct {
		kind    websocket.MessageType
		message string
		want    websocket.StatusCode
	}{
		"as the session says":         {websocket.MessageText, "bye", 4000},
		"a failure of ours":           {websocket.MessageText, "break", websocket.StatusInternalError},
		"a binary message":            {websocket.MessageBinary, "one", websocket.StatusUnsupportedData},
		"a message beyond all bounds": {websocket.MessageText, strings.Repeat("x", maxClientBytes+1), websocket.StatusMessageTooBig},
	} {
		t.Run(name, func(t *testing.T) {
			_, conn, session := echoing(t, Options{})
			write(t, conn, c.kind, c.message)
			if got := closedWith(t, conn); got != c.want {
				t.Errorf("closed with %d, want %d", got, c.want)
			}
			<-session.closed
		})
	}
}

func TestASessionBeatsWithThePings(t *testing.T) {
	_, conn, _ := echoing(t, Options{PingEvery: 10 * time.Millisecond})
	read(t, conn)
	if a, b := read(t, conn), read(t, conn); a != "beat" || b != "beat" {
		t.Errorf("heard %q, %q", a, b)
	}
}

func TestADrainingHubEndsASessionThatIsBeingSpokenTo(t *testing.T) {
	hub, conn, session := echoing(t, Options{})
	read(t, conn)
	hub.Drain()
	// What the client still says must not stand in the way of the goodbye.
	_ = conn.Write(t.Context(), websocket.MessageText, []byte("one"))
	if got := closedWith(t, conn); got != websocket.StatusGoingAway {
		t.Errorf("closed with %d", got)
	}
	<-session.closed
}
