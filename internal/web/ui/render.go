package ui

import (
	"bytes"
	"net/http"
	"strconv"
	"sync"

	"github.com/a-h/templ"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooledBytes keeps one enormous page from holding its memory for ever.
const maxPooledBytes = 1 << 20

// Render answers with a page. It is rendered whole before anything is sent, so that an error on the way can still become an error
// page.
func Render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	buffer := buffers.Get().(*bytes.Buffer)
	buffer.Reset()
	defer func() {
		if buffer.Cap() <= maxPooledBytes {
			buffers.Put(buffer)
		}
	}()
	if err := page.Render(r.Context(), buffer); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(buffer.Len()))
	h.Add("Vary", "Cookie")
	if h.Get("Cache-Control") == "" {
		// A page shows who reads it; what it shows changes by the minute.
		h.Set("Cache-Control", cacheControl(r))
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(buffer.Bytes())
	}
	return nil
}

func cacheControl(r *http.Request) string {
	if From(r.Context()).SignedIn() {
		return "no-store"
	}
	return "private, no-cache"
}
