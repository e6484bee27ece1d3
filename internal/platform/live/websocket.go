package live

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// maxClientBytes bounds a message from a client. Clients have nothing to say: what they send as data ends the connection.
const maxClientBytes = 4 << 10

// ServeWebSocket sends the events of topics to a browser or another client, each as a JSON text message {topic, type, data}. The
// caller has decided that the client may watch these topics. Pages of other sites are refused by their Origin.
//
// It returns ErrFull or ErrDraining, with nothing answered yet; otherwise it answers, and returns nil when the connection has
// ended: by the client, by silence (a ping unanswered in time), with 1001 when the hub drains or the request's context ends, or
// with 1013 after a resync.
func ServeWebSocket(h *Hub, w http.ResponseWriter, r *http.Request, topics ...string) error {
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
	var reader sync.WaitGroup
	reader.Go(func() { gone(readNothing(peer, conn)) })
	code, reason := h.pump(r.Context(), peer, conn, subscription)
	if code != 0 {
		_ = conn.Close(code, reason)
	}
	_ = conn.CloseNow()
	reader.Wait()
	return nil
}

var errTalks = errors.New("live: the client sent data")

// readNothing answers pings and closings, which reading does, until the client leaves or sends data. It stands in the place of
// websocket.Conn.CloseRead, which on data closes from within its own reading and then waits 15 seconds for itself to end.
func readNothing(ctx context.Context, conn *websocket.Conn) error {
	_, _, err := conn.Read(ctx)
	if err == nil {
		err = errTalks
	}
	return err
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

// pump writes events and pings until something ends the connection. It returns how to close, or 0 where there is nobody to tell.
func (h *Hub) pump(request, peer context.Context, conn *websocket.Conn, s *Subscription) (websocket.StatusCode, string) {
	ping := time.NewTicker(h.options.PingEvery)
	defer ping.Stop()
	resync := false
	for {
		select {
		case <-peer.Done():
			if context.Cause(peer) == errTalks {
				return websocket.StatusPolicyViolation, "nothing is expected from clients"
			}
			return 0, ""
		case <-request.Done():
			return websocket.StatusGoingAway, "the server is going away"
		case e, open := <-s.C:
			if !open && resync {
				return websocket.StatusTryAgainLater, "too slow"
			}
			if !open {
				return websocket.StatusGoingAway, "the server is going away"
			}
			resync = e.Type == Resync
			if h.within(peer, func(ctx context.Context) error { return conn.Write(ctx, websocket.MessageText, e.wire) }) != nil {
				return 0, ""
			}
		case <-ping.C:
			if h.within(peer, conn.Ping) != nil {
				return 0, ""
			}
		}
	}
}

func (h *Hub) within(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, h.options.WriteTimeout)
	defer cancel()
	return do(ctx)
}
