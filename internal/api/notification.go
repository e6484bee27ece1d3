package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"khadamat/internal/notify"
	"khadamat/internal/platform/errs"
)

// Notification is something that you were told.
type Notification struct {
	ID      string `json:"id"`
	Topic   string `json:"topic" enum:"account,bookings,reminders,messages,quotes,reviews,security"`
	Kind    string `json:"kind" doc:"What happened, for programs" example:"booking_confirmed"`
	Subject string `json:"subject" doc:"It in one line, in the reader's language" example:"Votre rendez-vous est confirmé"`
	Text    string `json:"text" doc:"It in a sentence or two"`
	Path    string `json:"path" doc:"The page that it leads to, below /{language}" example:"/bookings/01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f"`
	Count   int    `json:"count" doc:"How many of its kind it stands for" example:"1"`
	At      Time   `json:"at"`
	ReadAt  *Time  `json:"read_at" doc:"null: not read"`
}

// NotificationPage is one page of notifications.
type NotificationPage struct {
	List[Notification]
	Unread int `json:"unread" doc:"How many you have not read, 100 at most" example:"3"`
}

// Preferences are what you want to hear of, and where.
type Preferences struct {
	Bookings  Channels `json:"bookings"`
	Reminders Channels `json:"reminders"`
	Messages  Channels `json:"messages"`
	Quotes    Channels `json:"quotes"`
	Reviews   Channels `json:"reviews"`
	Quiet     *Quiet   `json:"quiet,omitempty" doc:"Hours in which letters wait; left out: none"`
}

// Channels are where a topic is told.
type Channels struct {
	Bell  bool `json:"bell" doc:"On the pages, and in GET /me/notifications"`
	Email bool `json:"email"`
}

// Quiet are hours on the wall in Morocco. From later than to spans midnight.
type Quiet struct {
	From string `json:"from" maxLength:"10" example:"22:00"`
	To   string `json:"to" maxLength:"10" example:"08:00"`
}

type preferencesInput struct{ Body Preferences }

// topics are the channels of each topic.
func (p *Preferences) topics() map[notify.Topic]*Channels {
	return map[notify.Topic]*Channels{notify.Bookings: &p.Bookings, notify.Reminders: &p.Reminders, notify.Messages: &p.Messages, notify.Quotes: &p.Quotes, notify.Reviews: &p.Reviews}
}

func (a *api) addNotifications() {
	op := operationsOf(tagNotifications)
	add(a, forMe, op("list-notifications", http.MethodGet, "/me/notifications", "Your notifications", "The newest first.", 422), a.notifications)
	add(a, forMe, op("read-notification", http.MethodPost, "/me/notifications/{id}/read", "You have read a notification", "Reading it again changes nothing."), a.readNotification)
	add(a, forMe, op("read-notifications", http.MethodPost, "/me/notifications/read", "You have read everything", "All that there is under the bell."), a.readNotifications)
	add(a, forMe, op("get-notification-preferences", http.MethodGet, "/me/notification-preferences", "What you want to hear of", "Letters about your account's safety always come."), a.preferences)
	add(a, forMe, op("set-notification-preferences", http.MethodPut, "/me/notification-preferences", "Choose what you want to hear of", "Replaces all of it."), a.setPreferences)
}

func (a *api) notifications(ctx context.Context, c *call, in *PageQuery) (*answer[NotificationPage], error) {
	page, err := a.Notices.Mine(ctx, c.actor, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	unread, err := a.Notices.Unread(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return reply(NotificationPage{List: pageOf(page.Items, page.NextCursor, c.notificationOf), Unread: unread}), nil
}

func (a *api) readNotification(ctx context.Context, c *call, in *idInput) (*answer[Notification], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	read, err := a.Notices.MarkRead(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(c.notificationOf(read)), nil
}

func (a *api) readNotifications(ctx context.Context, c *call, _ *struct{}) (*struct{}, error) {
	return nil, a.Notices.MarkAllRead(ctx, c.actor)
}

func (c *call) notificationOf(n notify.Notification) Notification {
	return Notification{ID: n.ID, Topic: string(n.Topic()), Kind: string(n.Template), Subject: n.Subject(c.api.Texts, c.language), Text: n.Text(c.api.Texts, c.language),
		Path: n.Path(), Count: n.Count, At: timeOf(n.At), ReadAt: timeOrNull(n.ReadAt)}
}

func (a *api) preferences(ctx context.Context, c *call, _ *struct{}) (*answer[Preferences], error) {
	kept, err := a.Notices.Preferences(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return reply(preferencesOf(kept)), nil
}

func (a *api) setPreferences(ctx context.Context, c *call, in *preferencesInput) (*answer[Preferences], error) {
	wanted, err := in.Body.domain()
	if err != nil {
		return nil, err
	}
	if err := a.Notices.SetPreferences(ctx, c.actor, wanted); err != nil {
		return nil, named(err, "quiet_from", "quiet.from", "quiet_to", "quiet.to")
	}
	return a.preferences(ctx, c, nil)
}

func preferencesOf(kept notify.Preferences) Preferences {
	var wire Preferences
	for topic, channels := range wire.topics() {
		*channels = Channels{Bell: kept.Bell(topic), Email: kept.Email(topic)}
	}
	if q := kept.Quiet; q != nil {
		wire.Quiet = &Quiet{From: clockOf(q.From), To: clockOf(q.To)}
	}
	return wire
}

func (p *Preferences) domain() (notify.Preferences, error) {
	wanted := notify.Preferences{Off: map[notify.Topic]notify.Off{}}
	for topic, channels := range p.topics() {
		if off := (notify.Off{Bell: !channels.Bell, Email: !channels.Email}); off != (notify.Off{}) {
			wanted.Off[topic] = off
		}
	}
	if p.Quiet == nil {
		return wanted, nil
	}
	var fields errs.Fields
	wanted.Quiet = &notify.Quiet{From: parseClock(&fields, "quiet.from", p.Quiet.From), To: parseClock(&fields, "quiet.to", p.Quiet.To)}
	return wanted, fields.Err()
}

// clockOf writes minutes after midnight as they stand on a clock.
func clockOf(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// parseClock reads what clockOf writes and records a complaint about anything else.
func parseClock(fields *errs.Fields, name, value string) int {
	at, err := time.Parse("15:04", value)
	if err != nil {
		fields.Add(name, "api.not_clock", nil)
		return 0
	}
	return at.Hour()*60 + at.Minute()
}
