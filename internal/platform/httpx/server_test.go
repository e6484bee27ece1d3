package httpx

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func TestTheServerFinishesWhatIsUnderWayAndTakesNothingNew(t *testing.T) {
	listener := listen(t)
	ctx, stop := context.WithCancel(t.Context())
	inside, release := make(chan struct{}), make(chan struct{})
	var ready atomic.Bool
	ready.Store(true)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(inside)
		<-release
		if r.Context().Err() != nil {
			t.Error("a request under way saw the server's end")
		}
		_, _ = io.WriteString(w, "finished")
	})
	drained := make(chan struct{})
	returned := make(chan error, 1)
	go func() {
		returned <- Serve(ctx, listener, handler, Options{DrainSeconds: 30, OnDrain: func() { ready.Store(false); close(drained) }})
	}()
	type result struct {
		body string
		err  error
	}
	answered := make(chan result, 1)
	go func() {
		response, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			answered <- result{err: err}
			return
		}
		defer response.Body.Close()
		content, err := io.ReadAll(response.Body)
		answered <- result{string(content), err}
	}()
	<-inside
	stop()
	<-drained
	if ready.Load() {
		t.Error("readiness is not off")
	}
	select {
	case err := <-returned:
		t.Fatalf("returned %v while a request was under way", err)
	default:
	}
	close(release)
	if got := <-answered; got.err != nil || got.body != "finished" {
		t.Errorf("the request under way got %+v", got)
	}
	if err := <-returned; err != nil {
		t.Errorf("returned %v", err)
	}
	if _, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		t.Error("a new connection was taken after the end")
	}
}

func TestWhatOutlastsTheBoundIsCutOff(t *testing.T) {
	listener := listen(t)
	ctx, stop := context.WithCancel(t.Context())
	inside := make(chan struct{})
	cut := make(chan struct{})
	returned := make(chan error, 1)
	go func() {
		returned <- Serve(ctx, listener, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(inside)
			<-r.Context().Done()
			close(cut)
		}), Options{DrainSeconds: 1})
	}()
	go func() {
		if response, err := http.Get("http://" + listener.Addr().String()); err == nil {
			response.Body.Close()
		}
	}()
	<-inside
	stop()
	if err := <-returned; err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("returned %v", err)
	}
	<-cut
}

func TestABrokenListenerIsAnError(t *testing.T) {
	listener := listen(t)
	listener.Close()
	if err := Serve(t.Context(), listener, answer("x"), Options{}); err == nil {
		t.Error("no error")
	}
}
