package notifications

import (
	"context"
	"net/http"

	"khadamat/internal/notify"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// unsubscribeView is the page that a link in a letter leads to.
type unsubscribeView struct {
	Topic, Secret string
	Done          bool
}

// said is the topic as its readers call it.
func (v unsubscribeView) said(ctx context.Context) string {
	for _, word := range topicWords {
		if string(word.topic) == v.Topic {
			return ui.T(ctx, word.key)
		}
	}
	return v.Topic
}

// askUnsubscribe asks first: programs that look through mail open every link in it.
func (p *pages) askUnsubscribe(w http.ResponseWriter, r *http.Request) error {
	view := unsubscribeView{Topic: r.PathValue("topic"), Secret: r.PathValue("secret"), Done: r.URL.Query().Has("done")}
	if err := p.notices.CheckUnsubscribe(r.Context(), notify.Topic(view.Topic), view.Secret); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, unsubscribePage(view))
}

func (p *pages) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	view := unsubscribeView{Topic: r.PathValue("topic"), Secret: r.PathValue("secret"), Done: true}
	if err := p.notices.Unsubscribe(r.Context(), notify.Topic(view.Topic), view.Secret); err != nil {
		return err
	}
	if sent.Get("List-Unsubscribe") == "One-Click" { // a mail program, which follows no redirect (RFC 8058, 3.1)
		return ui.Render(w, r, http.StatusOK, unsubscribePage(view))
	}
	return route.SeeOther(w, r, ui.PathWith(r.Context(), "/unsubscribe/"+view.Topic+"/"+view.Secret, "done", "1"))
}
