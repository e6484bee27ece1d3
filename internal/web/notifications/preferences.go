package notifications

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"khadamat/internal/notify"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// preferencesView is the form on which people choose what they want to hear of.
type preferencesView struct {
	Bell, Email map[notify.Topic]bool
	Quiet       bool
	From, To    string // HH:MM
	Problems    ui.Problems
}

// topicWord is how a topic is called and explained.
type topicWord struct {
	topic     notify.Topic
	key, hint string
	icon      string
}

var topicWords = []topicWord{
	{notify.Bookings, "notifications.topic_bookings", "notifications.topic_bookings_hint", "calendar"},
	{notify.Reminders, "notifications.topic_reminders", "notifications.topic_reminders_hint", "clock"},
	{notify.Messages, "notifications.topic_messages", "notifications.topic_messages_hint", "chat"},
	{notify.Quotes, "notifications.topic_quotes", "notifications.topic_quotes_hint", "list"},
	{notify.Reviews, "notifications.topic_reviews", "notifications.topic_reviews_hint", "star"},
}

// The hours that are offered to whoever has none yet.
const (
	usualFrom = "22:00"
	usualTo   = "08:00"
)

func (p *pages) showPreferences(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	preferences, err := p.notices.Preferences(ctx, ui.From(ctx).Actor)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, preferencesPage(viewOf(preferences)))
}

func viewOf(p notify.Preferences) preferencesView {
	view := preferencesView{Bell: map[notify.Topic]bool{}, Email: map[notify.Topic]bool{}, From: usualFrom, To: usualTo}
	for _, topic := range notify.Switchable {
		view.Bell[topic], view.Email[topic] = p.Bell(topic), p.Email(topic)
	}
	if q := p.Quiet; q != nil {
		view.Quiet, view.From, view.To = true, clockOf(q.From), clockOf(q.To)
	}
	return view
}

func (p *pages) setPreferences(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	if err := p.notices.SetPreferences(ctx, ui.From(ctx).Actor, preferencesOf(sent)); err != nil {
		if !ui.Refused(err) {
			return err
		}
		view := sentView(sent)
		view.Problems = ui.ProblemsOf(ctx, err)
		return ui.Render(w, r, http.StatusUnprocessableEntity, preferencesPage(view))
	}
	ui.Notify(w, ui.Success, "notifications.saved")
	return route.SeeOther(w, r, ui.Path(ctx, "/account/notifications"))
}

// preferencesOf reads the form: a switch that is on is sent, one that is off is not.
func preferencesOf(sent url.Values) notify.Preferences {
	p := notify.Preferences{Off: map[notify.Topic]notify.Off{}}
	for _, topic := range notify.Switchable {
		off := notify.Off{Bell: !sent.Has("bell_" + string(topic)), Email: !sent.Has("email_" + string(topic))}
		if off.Bell || off.Email {
			p.Off[topic] = off
		}
	}
	if sent.Has("quiet") {
		p.Quiet = &notify.Quiet{From: minutesOf(sent.Get("quiet_from")), To: minutesOf(sent.Get("quiet_to"))}
	}
	return p
}

// sentView is the form as it was sent.
func sentView(sent url.Values) preferencesView {
	view := viewOf(preferencesOf(sent))
	view.Quiet, view.From, view.To = sent.Has("quiet"), sent.Get("quiet_from"), sent.Get("quiet_to")
	return view
}

func clockOf(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// minutesOf reads "22:30"; what is no time is -1, which the service refuses.
func minutesOf(text string) int {
	hours, minutes, found := strings.Cut(text, ":")
	h, hErr := strconv.Atoi(hours)
	m, mErr := strconv.Atoi(minutes)
	if !found || hErr != nil || mErr != nil || h < 0 || h > 23 || m < 0 || m > 59 {
		return -1
	}
	return h*60 + m
}
