package mail

import (
	"errors"
	"net/http"
	"regexp"
	"strings"

	"khadamat/internal/platform/errs"
	post "khadamat/internal/platform/mail"
	"khadamat/internal/web/ui"
)

func (p *pages) listOutbox(w http.ResponseWriter, r *http.Request) error {
	mails, err := p.outbox.List(r.Context(), maxMails)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, outboxPage(mails))
}

func (p *pages) showMail(w http.ResponseWriter, r *http.Request) error {
	message, err := p.outbox.Get(r.Context(), r.PathValue("id"))
	if errors.Is(err, post.ErrNotFound) {
		return errs.Wrap(err, errs.NotFound, "error.not_found")
	}
	if err != nil {
		return err
	}
	framing(w)
	return ui.Render(w, r, http.StatusOK, mailPage(message, linksIn(message.Message.Text)))
}

func (p *pages) showMailLetter(w http.ResponseWriter, r *http.Request) error {
	message, err := p.outbox.Get(r.Context(), r.PathValue("id"))
	if errors.Is(err, post.ErrNotFound) || (err == nil && message.Message.HTML == "") {
		return errs.New(errs.NotFound, "error.not_found")
	}
	if err != nil {
		return err
	}
	return writeLetter(w, message.Message.HTML)
}

var webAddress = regexp.MustCompile(`https?://[^\s<>"]+`)

const (
	maxLinks = 20
	maxMails = 100
)

// linksIn returns the web addresses in a text, each once.
func linksIn(text string) []string {
	var links []string
	seen := map[string]bool{}
	for _, link := range webAddress.FindAllString(text, maxLinks) {
		link = strings.TrimRight(link, ".,;:!?)")
		if !seen[link] {
			seen[link] = true
			links = append(links, link)
		}
	}
	return links
}
