package live

import (
	"context"
	"net/http"

	"github.com/coder/websocket"
)

// ServeWebSocket sends the events of topics to a browser or another client, each as a JSON text message {topic, type, data}. The
// caller has decided that the client may watch these topics. Pages of other sites are refused by their Origin. Clients have nothing
// to say: what they send as data ends the connection.
//
// It returns ErrFull or ErrDraining, with nothing answered yet; otherwise it answers, and returns nil when the connection has
// ended: by the client, by silence (a ping unanswered in time), with 1001 when the hub drains or the request's context ends, or
// with 1013 after a resync.
func ServeWebSocket(h *Hub, w http.ResponseWriter, r *http.Request, topics ...string) error {
	return ServeSession(h, w, r, watcher{}, topics...)
}

// watcher passes every event on as it is.
type watcher struct{}

func (watcher) Open(context.Context) ([]byte, error) { return nil, nil }

func (watcher) Event(e Event) []byte { return e.wire }

func (watcher) Receive(context.Context, []byte) ([]byte, error) {
	return nil, &Farewell{int(websocket.StatusPolicyViolation), "nothing is expected from clients"}
}

func (watcher) Beat(context.Context) ([]byte, error) { return nil, nil }

func (watcher) Close(context.Context) {}
