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

// node is a server whose only address is a WebSocket on topic "a".
type node struct {
	hub    *Hub
	url    string
	served chan error
	cancel context.CancelFunc
}

func start(t *testing.T, o Options) node {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	n := node{hub: New(NewLocal(), o), served: make(chan error, 10), cancel: cancel}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requestCtx, stop := context.WithCancel(r.Context())
		defer stop()
		defer context.AfterFunc(ctx, stop)()
		err := ServeWebSocket(n.hub, w, r.WithContext(requestCtx), "a")
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
		n.served <- err
	}))
	n.url = "ws" + strings.TrimPrefix(server.URL, "http")
	t.Cleanup(func() { cancel(); n.hub.Drain(); server.Close() })
	return n
}

func (n node) dial(t *testing.T) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), n.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	return conn
}

func read(t *testing.T, conn *websocket.Conn) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, content, err := conn.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func closedWith(t *testing.T, conn *websocket.Conn) websocket.StatusCode {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		if _, _, err := conn.Read(ctx); err != nil {
			return websocket.CloseStatus(err)
		}
	}
}

func TestAClientReceivesEventsAsJSON(t *testing.T) {
	n := start(t, Options{})
	conn := n.dial(t)
	publish(t, n.hub, "a", "changed", map[string]string{"id": "7"})
	if got := read(t, conn); got != `{"topic":"a","type":"changed","data":{"id":"7"}}` {
		t.Errorf("got %s", got)
	}
	if err := conn.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Errorf("closing: %v", err)
	}
	if err := <-n.served; err != nil || n.hub.Subscribers() != 0 {
		t.Errorf("after the client left: %v, %d subscribers", err, n.hub.Subscribers())
	}
}

func TestAPageOfAnotherSiteIsRefused(t *testing.T) {
	n := start(t, Options{})
	header := http.Header{"Origin": {"https://evil.test"}}
	_, response, err := websocket.Dial(t.Context(), n.url, &websocket.DialOptions{HTTPHeader: header})
	if err == nil || response == nil || response.StatusCode != http.StatusForbidden {
		t.Errorf("response %v, error %v", response, err)
	}
	if <-n.served; n.hub.Subscribers() != 0 {
		t.Error("a subscription is left behind")
	}
}

func TestAFullHubIsSaidBeforeTheUpgrade(t *testing.T) {
	n := start(t, Options{MaxSubscribers: 1})
	n.dial(t)
	_, response, err := websocket.Dial(t.Context(), n.url, nil)
	if err == nil || response == nil || response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("response %v, error %v", response, err)
	}
	if err := <-n.served; !errors.Is(err, ErrFull) {
		t.Errorf("served: %v", err)
	}
}

func TestADrainingHubSaysGoingAway(t *testing.T) {
	n := start(t, Options{})
	conn := n.dial(t)
	n.hub.Drain()
	if got := closedWith(t, conn); got != websocket.StatusGoingAway {
		t.Errorf("closed with %d", got)
	}
	if !n.hub.Wait(nil) {
		t.Error("a connection is left")
	}
}

func TestTheEndOfTheRequestSaysGoingAway(t *testing.T) {
	n := start(t, Options{})
	conn := n.dial(t)
	n.cancel()
	if got := closedWith(t, conn); got != websocket.StatusGoingAway {
		t.Errorf("closed with %d", got)
	}
}

func TestAClientThatSendsDataIsClosed(t *testing.T) {
	n := start(t, Options{})
	conn := n.dial(t)
	if err := conn.Write(t.Context(), websocket.MessageText, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if got := closedWith(t, conn); got != websocket.StatusPolicyViolation {
		t.Errorf("closed with %d", got)
	}
	<-n.served
}

func TestPingsKeepALivingConnectionAndEndADeadOne(t *testing.T) {
	n := start(t, Options{PingEvery: 20 * time.Millisecond, WriteTimeout: 100 * time.Millisecond})
	pings := make(chan struct{}, 100)
	living, _, err := websocket.Dial(t.Context(), n.url, &websocket.DialOptions{
		OnPingReceived: func(context.Context, []byte) bool { pings <- struct{}{}; return true },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer living.CloseNow()
	living.CloseRead(t.Context())
	for range 3 {
		<-pings
	}
	if n.hub.Subscribers() != 1 {
		t.Error("a client that answers pings was dropped")
	}
	// One that does not read answers no ping.
	n.dial(t)
	if err := <-n.served; err != nil {
		t.Errorf("served: %v", err)
	}
	if n.hub.Subscribers() != 1 {
		t.Errorf("%d subscribers, want the living one", n.hub.Subscribers())
	}
}
