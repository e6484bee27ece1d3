package httpx

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// maxTaggedBytes bounds what ETag holds back in order to hash it. A longer answer goes out as it is written, without a tag.
const maxTaggedBytes = 1 << 20

// ETag gives the 200 answers to GET and HEAD a strong entity tag, a hash of the body, and answers 304 where the client has that
// very body (If-None-Match, RFC 9110, 13.1.2; compared weakly as it says there). Answers that carry a tag of their own, are
// flushed, or exceed 1 MiB pass as they are. It stands within Compress.
func ETag(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		held := heldPool.Get().(*heldWriter)
		*held = heldWriter{ResponseWriter: w, buffer: held.buffer[:0]}
		next.ServeHTTP(held, r)
		held.finish(r)
		// Not put back when the handler panics: the collector takes it then.
		held.ResponseWriter = nil
		if cap(held.buffer) <= 256<<10 {
			heldPool.Put(held)
		}
	})
}

var heldPool = sync.Pool{New: func() any { return new(heldWriter) }}

// heldWriter holds an answer back until it is complete or turns out not to be worth a tag.
type heldWriter struct {
	http.ResponseWriter
	buffer  []byte
	status  int
	passing bool
}

func (h *heldWriter) WriteHeader(status int) {
	if h.passing || status < 200 && status != http.StatusSwitchingProtocols {
		h.ResponseWriter.WriteHeader(status)
		return
	}
	if h.status != 0 {
		return
	}
	h.status = status
	if status != http.StatusOK || h.Header().Get("ETag") != "" {
		h.pass()
	}
}

func (h *heldWriter) Write(p []byte) (int, error) {
	if h.status == 0 {
		h.WriteHeader(http.StatusOK)
	}
	if !h.passing && len(h.buffer)+len(p) > maxTaggedBytes {
		h.pass()
	}
	if h.passing {
		return h.ResponseWriter.Write(p)
	}
	h.buffer = append(h.buffer, p...)
	return len(p), nil
}

// pass sends what was held back and lets through what follows.
func (h *heldWriter) pass() {
	h.passing = true
	h.ResponseWriter.WriteHeader(h.status)
	if len(h.buffer) > 0 {
		_, _ = h.ResponseWriter.Write(h.buffer)
	}
}

// Flush gives up the tag: a handler that flushes wants its bytes out before it is done.
func (h *heldWriter) Flush() {
	if h.status == 0 {
		h.WriteHeader(http.StatusOK)
	}
	if !h.passing {
		h.pass()
	}
	_ = http.NewResponseController(h.ResponseWriter).Flush()
}

// Unwrap is for http.ResponseController, which must not find a way around what is held back: it asks for Flush here first.
func (h *heldWriter) Unwrap() http.ResponseWriter { return h.ResponseWriter }

func (h *heldWriter) finish(r *http.Request) {
	if h.passing {
		return
	}
	if h.status == 0 {
		h.status = http.StatusOK
	}
	// A handler may leave the body out when asked for the head only; the hash of nothing is not the tag of its GET.
	headOnly := r.Method == http.MethodHead && len(h.buffer) == 0
	if headOnly || h.Header().Get("ETag") != "" {
		h.pass()
		return
	}
	sum := sha256.Sum256(h.buffer)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
	h.Header().Set("ETag", tag)
	if matchesTag(r.Header.Values("If-None-Match"), tag) {
		h.Header().Del("Content-Type")
		h.Header().Del("Content-Length")
		h.ResponseWriter.WriteHeader(http.StatusNotModified)
		return
	}
	if r.Method == http.MethodGet {
		h.Header().Set("Content-Length", strconv.Itoa(len(h.buffer)))
	}
	h.pass()
}

// matchesTag compares weakly: W/"a" and "a" are the same. Tags may hold commas, so the list is walked quote by quote.
func matchesTag(headers []string, tag string) bool {
	for _, list := range headers {
		if strings.TrimSpace(list) == "*" {
			return true
		}
		for {
			_, rest, ok := strings.Cut(list, `"`)
			if !ok {
				break
			}
			candidate, after, ok := strings.Cut(rest, `"`)
			if !ok {
				break
			}
			if candidate == tag[1:len(tag)-1] {
				return true
			}
			list = after
		}
	}
	return false
}
