package workspace_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/workspace"
)

// listener is a program that is told.
type listener struct {
	*httptest.Server
	mu    sync.Mutex
	fail  bool
	heard []heard
}

type heard struct{ signature, event, delivery, body string }

func (h *house) listener() *listener {
	l := &listener{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.heard = append(l.heard, heard{r.Header.Get(workspace.Signature), r.Header.Get("Khadamat-Event"), r.Header.Get("Khadamat-Delivery"), string(body)})
		if l.fail || err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	h.Cleanup(l.Close)
	return l
}

func TestAHookIsToldSignedAgainUntilItHears(t *testing.T) {
	each(t, func(h *house) {
		p := h.books()
		l := h.listener()
		hook, secret, err := h.AddHook(t.Context(), h.owner, p.ID, workspace.HookForm{URL: l.URL + "/in", Events: []string{"run.finished", "period.signed"}})
		h.must(err)
		l.fail = true
		h.run(p, workspace.RunForm{})
		page, err := h.Deliveries(t.Context(), h.owner, hook.ID, "", 0)
		h.must(err)
		if len(page.Items) != 1 || page.Items[0].Event != "run.finished" || page.Items[0].State != workspace.DeliveryWaiting {
			t.Fatalf("%+v", page.Items)
		}
		told := page.Items[0]
		if h.Deliver(t.Context(), told.ID) == nil {
			t.Fatal("the queue is not asked to come again")
		}
		l.fail = false
		h.must(h.Deliver(t.Context(), told.ID))
		h.must(h.Deliver(t.Context(), told.ID)) // it was heard: nobody is told again
		replayed, err := h.Replay(t.Context(), h.owner, told.ID)
		h.must(err)
		h.must(h.Deliver(t.Context(), replayed.ID))
		if len(l.heard) != 3 {
			t.Fatalf("heard %d times", len(l.heard))
		}
		for _, one := range l.heard {
			second, _ := strconv.ParseInt(strings.TrimPrefix(strings.Split(one.signature, ",")[0], "t="), 10, 64)
			if one.signature != workspace.Sign(secret, time.Unix(second, 0), one.body) || one.event != "run.finished" || one.delivery != told.ID || !strings.Contains(one.body, told.ID) {
				t.Errorf("heard %+v", one)
			}
		}
		page, err = h.Deliveries(t.Context(), h.owner, hook.ID, "", 1)
		h.must(err)
		if len(page.Items) != 1 || page.NextCursor == "" {
			t.Fatalf("%+v", page)
		}
		page, err = h.Deliveries(t.Context(), h.owner, hook.ID, page.NextCursor, 1)
		h.must(err)
		if done := page.Items[0]; done.ID != told.ID || done.State != workspace.DeliveryDone || done.Attempts != 2 || done.Status != 200 {
			t.Errorf("%+v", done)
		}
		h.must(h.RemoveHook(t.Context(), h.owner, hook.ID))
		_, err = h.Deliveries(t.Context(), h.owner, hook.ID, "", 0)
		h.refused(err, errs.NotFound, "error.not_found")
	})
}

func TestAHookThatNeverHearsIsGivenUp(t *testing.T) {
	h := lite(t)
	p := h.books()
	l := h.listener()
	l.fail = true
	hook, _, err := h.AddHook(t.Context(), h.owner, p.ID, workspace.HookForm{URL: l.URL})
	h.must(err)
	h.run(p, workspace.RunForm{})
	page, err := h.Deliveries(t.Context(), h.owner, hook.ID, "", 0)
	h.must(err)
	tries := 0
	for h.Deliver(t.Context(), page.Items[0].ID) != nil {
		if tries++; tries > 20 {
			t.Fatal("it is never given up")
		}
	}
	page, err = h.Deliveries(t.Context(), h.owner, hook.ID, "", 0)
	h.must(err)
	if gone := page.Items[0]; gone.State != workspace.DeliveryFailed || gone.Status != http.StatusServiceUnavailable || gone.Failure == "" {
		t.Errorf("%+v", gone)
	}
}

func TestHooksGoToPublicAddressesAlone(t *testing.T) {
	h := lite(t)
	p := h.books()
	for _, address := range []string{"", "ftp://example.com", "http://example.com", "https://user:secret@example.com/", "https://", "http://10.0.0.1/", "nonsense", "https://" + strings.Repeat("a", 3000)} {
		_, _, err := h.AddHook(t.Context(), h.owner, p.ID, workspace.HookForm{URL: address})
		h.refused(err, errs.Invalid, "recon_workspace.bad_hook_url")
	}
	_, _, err := h.AddHook(t.Context(), h.owner, p.ID, workspace.HookForm{URL: "https://example.com/", Events: []string{"moon.risen"}})
	h.refused(err, errs.Invalid, "recon_workspace.bad_hook_event")
	_, _, err = h.AddHook(t.Context(), h.reviewer, p.ID, workspace.HookForm{URL: "https://example.com/"})
	h.refused(err, errs.Forbidden, "recon_workspace.role_needed")
	for i := range 21 {
		_, _, err = h.AddHook(t.Context(), h.owner, p.ID, workspace.HookForm{URL: fmt.Sprintf("https://example.com/%d", i)})
	}
	h.refused(err, errs.Conflict, "recon_workspace.too_many_hooks")
}
