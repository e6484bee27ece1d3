package live

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// Session is the house's end of a socket on which both sides speak. Its methods are called one at a time, by one goroutine, and are
// not to take longer than a client waits. What they return is sent as text; nil is nothing to say. An error ends the connection: a
// *Farewell says how, any other is told as a failure of ours.
type Session interface {
	// Open returns what the client hears first. Events come after it, those that happened meanwhile included.
	Open(ctx context.Context) ([]byte, error)
	// Event returns what the client hears of an event of the session's topics.
	Event(e Event) []byte
	// Receive takes a text message of the client and returns the answer to it.
	Receive(ctx context.Context, message []byte) ([]byte, error)
	// Beat is called as often as the client is pinged.
	Beat(ctx context.Context) ([]byte, error)
	// Close is called once when the connection has ended, if Open was called. Its context outlives the connection.
	Close(ctx context.Context)
}

// Farewell ends a connection with a status code of WebSockets (RFC 6455, 7.4) and a reason for whoever reads the client's log.
type Farewell struct {
	Code   int
	Reason string
}

func (f *Farewell) Error() string { return "live: " + f.Reason }

// maxClientBytes bounds a message from a client. A longer one ends the connection with 1009.
const maxClientBytes = 4 << 10

// ServeSession lets a client and a session speak with each other over a WebSocket while the session hears the events of topics. The
// caller has decided that the client may. Pages of other sites are refused by their Origin; binary messages end the connection with 1003.
//
// What it returns, and when, is as with ServeWebSocket.
func ServeSession(h *Hub, w http.ResponseWriter, r *http.Request, s Session, topics ...string) error {
	subscription, err := h.Subscribe(topics...)
	if err != nil {
		return err
	}
	defer subscription.Close()
	if !h.enter() {
		return ErrDraining
	}
	defer h.serving.Done()
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return nil // Accept has answered
	}
	conn.SetReadLimit(maxClientBytes)
	// Reading has a context of its own: when the request's ends, the closing handshake still needs the connection.
	peer, gone := context.WithCancelCause(context.WithoutCancel(r.Context()))
	defer gone(nil)
	l := line{hub: h, conn: conn, request: r.Context(), peer: peer, messages: make(chan []byte), deaf: make(chan struct{})}
	var reader sync.WaitGroup
	reader.Go(func() { gone(l.read()) })
	farewell := l.speak(s, subscription)
	close(l.deaf)
	if farewell != nil {
		_ = conn.Close(websocket.StatusCode(farewell.Code), farewell.Reason)
	}
	_ = conn.CloseNow()
	reader.Wait()
	return nil
}

// enter counts a connection in, unless the hub drains: after that nothing may be added to what Wait waits for.
func (h *Hub) enter() bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if !h.draining {
		h.serving.Add(1)
		return true
	}
	return false
}

// line is one connection while it is served.
type line struct {
	hub           *Hub
	conn          *websocket.Conn
	request, peer context.Context
	messages      chan []byte
	deaf          chan struct{} // closed when nobody takes messages any more
}

var errBinary = errors.New("live: the client sent a binary message")

// read hands the client's messages over until the client leaves; it answers pings and closings by the way. When nobody listens any
// more it goes on reading, which the closing handshake needs. It stands in the place of websocket.Conn.CloseRead, which on data closes
// from within its own reading and then waits 15 seconds for itself to end.
func (l *line) read() error {
	for {
		kind, content, err := l.conn.Read(l.peer)
		if err != nil {
			return err
		}
		if kind != websocket.MessageText {
			return errBinary
		}
		select {
		case l.messages <- content:
		case <-l.deaf:
		}
	}
}

var (
	goingAway = &Farewell{int(websocket.StatusGoingAway), "the server is going away"}
	tooSlow   = &Farewell{int(websocket.StatusTryAgainLater), "too slow"}
	textOnly  = &Farewell{int(websocket.StatusUnsupportedData), "text messages only"}
)

// speak writes what the session has to say, and pings, until something ends the connection. It returns how to close, or nil where there
// is nobody to tell.
func (l *line) speak(s Session, events *Subscription) *Farewell {
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(l.peer), l.hub.options.WriteTimeout)
		defer cancel()
		s.Close(ctx)
	}()
	if end, farewell := l.say(s.Open); end {
		return farewell
	}
	ping := time.NewTicker(l.hub.options.PingEvery)
	defer ping.Stop()
	resync := false
	for {
		var end bool
		var farewell *Farewell
		select {
		case <-l.peer.Done():
			if context.Cause(l.peer) == errBinary {
				return textOnly
			}
			return nil
		case <-l.request.Done():
			return goingAway
		case e, open := <-events.C:
			if !open && resync {
				return tooSlow
			}
			if !open {
				return goingAway
			}
			resync = e.Type == Resync
			end, farewell = l.say(func(context.Context) ([]byte, error) { return s.Event(e), nil })
		case message := <-l.messages:
			end, farewell = l.say(func(ctx context.Context) ([]byte, error) { return s.Receive(ctx, message) })
		case <-ping.C:
			if l.within(l.conn.Ping) != nil {
				return nil
			}
			end, farewell = l.say(s.Beat)
		}
		if end {
			return farewell
		}
	}
}

// say sends what words returns. It says whether the connection is to end, and how.
func (l *line) say(words func(context.Context) ([]byte, error)) (end bool, farewell *Farewell) {
	err := l.within(func(ctx context.Context) error {
		text, err := words(ctx)
		if err != nil {
			farewell = farewellOf(err)
			return err
		}
		if text == nil {
			return nil
		}
		return l.conn.Write(ctx, websocket.MessageText, text)
	})
	return err != nil, farewell
}

func farewellOf(err error) *Farewell {
	if known, ok := errors.AsType[*Farewell](err); ok {
		return known
	}
	return &Farewell{int(websocket.StatusInternalError), "something went wrong on our side"}
}

func (l *line) within(do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(l.peer, l.hub.options.WriteTimeout)
	defer cancel()
	return do(ctx)
}
