package payment

import (
	"io"
	"net/http"
	"path"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
)

// maxWebhookBytes is far more than any processor sends of one charge.
const maxWebhookBytes = 256 << 10

// Receiver answers processors, each at an address that ends with its name. They have no session and are no browsers: their signature says who they are. An answer of
// 200 means that the webhook is stored; fail renders the others.
func (s *Service) Receiver(fail httpx.RenderError) http.Handler {
	take := func(r *http.Request) error {
		if r.Method != http.MethodPost {
			return errs.New(errs.NotFound, "error.not_found")
		}
		body, err := io.ReadAll(r.Body)
		if known := httpx.ErrorOf(err); err != nil && known.Code == errs.Internal {
			return errs.Wrap(err, errs.Invalid, "error.invalid") // whoever sent it went away
		} else if err != nil {
			return known
		}
		return s.Receive(r.Context(), path.Base(r.URL.Path), r.Header, body)
	}
	return httpx.BodyLimit(maxWebhookBytes)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if err := take(r); err != nil {
			fail(w, r, err)
			return
		}
		w.WriteHeader(http.StatusOK)
	}))
}
