package httpx

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func TestAWebSocketPassesThroughTheWholeChain(t *testing.T) {
	mux := http.NewServeMux()
	served := make(chan error, 1)
	mux.HandleFunc("GET /ws", func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err == nil {
			err = conn.Write(r.Context(), websocket.MessageText, []byte("hello"))
			conn.CloseRead(r.Context())
		}
		served <- err
		if err == nil {
			_ = conn.Close(websocket.StatusNormalClosure, "")
		}
	})
	logger := slog.New(slog.DiscardHandler)
	upgrade := func(r *http.Request) bool { return r.Header.Get("Upgrade") != "" }
	server := httptest.NewServer(Chain(MarkRoute(mux), RequestID, ClientAddress(Loopback), Log(logger), Compress,
		Recover(logger, renderStatus), SecurityHeaders, Timeout(time.Minute, upgrade), BodyLimit(100), ETag))
	defer server.Close()
	conn, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http")+"/ws",
		&websocket.DialOptions{HTTPHeader: http.Header{"Accept-Encoding": {"gzip, deflate, br, zstd"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	if _, content, err := conn.Read(t.Context()); err != nil || string(content) != "hello" {
		t.Errorf("read %q, %v", content, err)
	}
	if err := <-served; err != nil {
		t.Errorf("served: %v", err)
	}
}
