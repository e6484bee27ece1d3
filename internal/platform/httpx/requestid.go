package httpx

import (
	"context"
	"net/http"

	"khadamat/internal/platform/ids"
)

// HeaderRequestID carries a request's id in both directions.
const HeaderRequestID = "X-Request-Id"

const maxRequestIDBytes = 64

// RequestID gives every request an id, its sender's own where that is fit for a log, and sends it back.
func RequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x, r := exchangeOf(r)
		x.requestID = r.Header.Get(HeaderRequestID)
		if !saneRequestID(x.requestID) {
			x.requestID = ids.New()
		}
		w.Header().Set(HeaderRequestID, x.requestID)
		next.ServeHTTP(w, r)
	})
}

// RequestIDIn returns the id of the request that ctx belongs to, or "".
func RequestIDIn(ctx context.Context) string {
	if x := exchangeIn(ctx); x != nil {
		return x.requestID
	}
	return ""
}

// saneRequestID says whether s may stand in a header and a log: 8 to 64 letters, digits, "-", "_" and ".".
func saneRequestID(s string) bool {
	if len(s) < 8 || len(s) > maxRequestIDBytes {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}
