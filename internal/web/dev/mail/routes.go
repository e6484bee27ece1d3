// Package mail holds what demo mode shows of the post: the outbox, in which people find the mails that the house would have sent them,
// and a preview of every mail that there is.
package mail

import (
	"context"
	"net/http"
	"time"

	"khadamat/internal/notify"
	"khadamat/internal/platform/i18n"
	post "khadamat/internal/platform/mail"
	"khadamat/internal/web/route"
)

// Outbox is where mails are kept that go nowhere.
type Outbox interface {
	List(ctx context.Context, limit int) ([]post.Item, error)
	Get(ctx context.Context, id string) (post.Item, error)
}

// Previews writes mails with invented arguments.
type Previews interface {
	Preview(template notify.Template, language i18n.Language, now time.Time) (post.Message, error)
}

// Config is what the pages stand on. Where a member is nil there are no pages for it.
type Config struct {
	Outbox   Outbox
	Previews Previews
}

type pages struct {
	outbox   Outbox
	previews Previews
}

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{config.Outbox, config.Previews}
	if config.Outbox != nil {
		routes.Plain("GET /dev/outbox", p.listOutbox)
		routes.Plain("GET /dev/outbox/{id}", p.showMail)
		routes.Plain("GET /dev/outbox/{id}/letter", p.showMailLetter)
	}
	if config.Previews != nil {
		routes.Plain("GET /dev/mail", p.listTemplates)
		routes.Plain("GET /dev/mail/{template}", p.showTemplate)
		routes.Plain("GET /dev/mail/{template}/letter", p.showTemplateLetter)
	}
}

// framing lets a page of ours hold frames, which our pages otherwise may not.
func framing(w http.ResponseWriter) {
	w.Header().Set("Content-Security-Policy", w.Header().Get("Content-Security-Policy")+"; frame-src 'self'")
}

// writeLetter answers with a letter as a mail program would show it: with its own style, and able to do nothing.
func writeLetter(w http.ResponseWriter, letter string) error {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(letter))
	return nil
}
