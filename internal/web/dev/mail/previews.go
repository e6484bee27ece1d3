package mail

import (
	"net/http"

	"khadamat/internal/notify"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	post "khadamat/internal/platform/mail"
	"khadamat/internal/web/ui"
)

// preview is one mail in one language.
type preview struct {
	Template notify.Template
	Language i18n.Language
	Message  post.Message
}

// letterPath is where the letter stands alone, for frames.
func (p preview) letterPath() string {
	return "/dev/mail/" + string(p.Template) + "/letter?in=" + string(p.Language)
}

// group is what is written about one topic.
type group struct {
	Topic    notify.Topic
	Previews []preview
}

var topicKeys = map[notify.Topic]string{
	notify.Security: "notifications.topic_security", notify.Account: "notifications.topic_account", notify.Bookings: "notifications.topic_bookings",
	notify.Reminders: "notifications.topic_reminders", notify.Messages: "notifications.topic_messages", notify.Quotes: "notifications.topic_quotes",
	notify.Reviews: "notifications.topic_reviews",
}

// languageOf is the language that the address asks for, else the reader's.
func languageOf(r *http.Request) i18n.Language {
	if language, ok := i18n.Parse(r.URL.Query().Get("in")); ok {
		return language
	}
	return ui.From(r.Context()).Language
}

func (p *pages) preview(r *http.Request, template notify.Template) (preview, error) {
	if !template.Known() {
		return preview{}, errs.New(errs.NotFound, "error.not_found")
	}
	language := languageOf(r)
	message, err := p.previews.Preview(template, language, ui.From(r.Context()).Now)
	return preview{template, language, message}, err
}

func (p *pages) listTemplates(w http.ResponseWriter, r *http.Request) error {
	var groups []group
	for _, template := range notify.Templates() {
		written, err := p.preview(r, template)
		if err != nil {
			return err
		}
		if len(groups) == 0 || groups[len(groups)-1].Topic != template.Topic() {
			groups = append(groups, group{Topic: template.Topic()})
		}
		last := &groups[len(groups)-1]
		last.Previews = append(last.Previews, written)
	}
	return ui.Render(w, r, http.StatusOK, templatesPage(groups, languageOf(r)))
}

func (p *pages) showTemplate(w http.ResponseWriter, r *http.Request) error {
	written, err := p.preview(r, notify.Template(r.PathValue("template")))
	if err != nil {
		return err
	}
	framing(w)
	return ui.Render(w, r, http.StatusOK, templatePage(written))
}

func (p *pages) showTemplateLetter(w http.ResponseWriter, r *http.Request) error {
	written, err := p.preview(r, notify.Template(r.PathValue("template")))
	if err != nil {
		return err
	}
	return writeLetter(w, written.Message.HTML)
}
