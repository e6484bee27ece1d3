package notify

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// Switchable are the topics of which people choose whether to hear, in the order in which they are offered them.
var Switchable = []Topic{Bookings, Reminders, Messages, Quotes, Reviews}

// Switchable says whether people choose to hear of the topic.
func (t Topic) Switchable() bool { return slices.Contains(Switchable, t) }

// Preferences are what somebody wants to hear of, where and when. The zero value is everything, everywhere, at once.
type Preferences struct {
	Off   map[Topic]Off `json:"off,omitempty"`
	Quiet *Quiet        `json:"quiet,omitempty"` // nil: no quiet hours
}

// Off is where somebody does not want to hear of a topic.
type Off struct {
	Bell  bool `json:"bell,omitempty"`
	Email bool `json:"email,omitempty"`
}

// Quiet are hours in which letters wait, in minutes after midnight on the wall in Morocco; from 22:00 to 8:00 they span midnight.
type Quiet struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Bell says whether a topic shows under the bell.
func (p Preferences) Bell(t Topic) bool { return !t.Switchable() || !p.Off[t].Bell }

// Email says whether a topic is mailed.
func (p Preferences) Email(t Topic) bool { return !t.Switchable() || !p.Off[t].Email }

func (p *Preferences) set(t Topic, off Off) {
	if p.Off == nil {
		p.Off = map[Topic]Off{}
	}
	p.Off[t] = off
}

func (p Preferences) validate() error {
	var fields errs.Fields
	for topic := range p.Off {
		fields.Check(topic.Switchable(), "topic", "notifications.unknown_topic")
	}
	if q := p.Quiet; q != nil {
		const day = 24 * 60
		fields.Check(0 <= q.From && q.From < day, "quiet_from", "notifications.bad_time")
		fields.Check(0 <= q.To && q.To < day, "quiet_to", "notifications.bad_time")
		fields.Check(q.From != q.To, "quiet_to", "notifications.no_quiet_time")
	}
	return fields.Err()
}

// QuietZone is whose clock quiet hours are read on.
const QuietZone = "Africa/Casablanca"

// until returns when the quiet hours around now end, and the zero time where now is outside of them.
func (q *Quiet) until(now time.Time) time.Time {
	if q == nil {
		return time.Time{}
	}
	zone, err := schedule.Location(QuietZone)
	if err != nil {
		return time.Time{}
	}
	wall := now.In(zone)
	minute := wall.Hour()*60 + wall.Minute()
	within := q.From <= minute && minute < q.To
	if q.From > q.To {
		within = q.From <= minute || minute < q.To
	}
	if !within {
		return time.Time{}
	}
	year, month, day := wall.Date()
	end := time.Date(year, month, day, 0, q.To, 0, 0, zone)
	if !end.After(now) {
		end = time.Date(year, month, day+1, 0, q.To, 0, 0, zone)
	}
	return end.UTC()
}

// urgentWithin is how near the thing that a letter is about may be for the letter not to wait.
const urgentWithin = 3 * time.Hour

// mailAt returns when a letter may be mailed; the zero time is at once.
func (p Preferences) mailAt(now time.Time, letter Letter, topic Topic) time.Time {
	if !topic.Switchable() {
		return time.Time{}
	}
	for _, name := range []string{"Start", "Proposed"} {
		if at := letter.Args[name].Time; at.After(now) && at.Sub(now) <= urgentWithin {
			return time.Time{}
		}
	}
	return p.Quiet.until(now)
}

func preferencesKey(accountID string) string { return "notify.preferences:" + accountID }

// wants returns what somebody wants to hear, as far as it matters for a topic: of some nobody can choose not to hear.
func (s *Service) wants(ctx context.Context, tx *db.Tx, accountID string, topic Topic) (p Preferences, err error) {
	if !topic.Switchable() {
		return p, nil
	}
	if text, ok := s.remembered(ctx, preferencesKey(accountID)); ok && json.Unmarshal(text, &p) == nil {
		return p, nil
	}
	if p, _, err = readPreferences(ctx, tx, accountID, ""); err != nil {
		return p, err
	}
	if text, err := json.Marshal(p); err == nil {
		s.remember(ctx, preferencesKey(accountID), text)
	}
	return p, nil
}

// Preferences returns what the actor wants to hear of.
func (s *Service) Preferences(ctx context.Context, actor account.Actor) (Preferences, error) {
	if err := actor.Require(); err != nil {
		return Preferences{}, err
	}
	p, _, err := readPreferences(ctx, s.config.DB, actor.ID, "")
	return p, err
}

// SetPreferences stores what the actor wants to hear of. It returns invalid with the fields topic, quiet_from and quiet_to.
func (s *Service) SetPreferences(ctx context.Context, actor account.Actor, p Preferences) error {
	if err := actor.Require(); err != nil {
		return err
	}
	if err := p.validate(); err != nil {
		return err
	}
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		return s.change(ctx, tx, actor.ID, "notifications.preferences_changed", func(kept *Preferences) { *kept = p })
	})
}

// change changes somebody's preferences and records that.
func (s *Service) change(ctx context.Context, tx *db.Tx, accountID, action string, change func(*Preferences)) error {
	if err := ensurePreferences(ctx, tx, accountID, newSecret()); err != nil {
		return err
	}
	p, _, err := readPreferences(ctx, tx, accountID, tx.Dialect().ForUpdate())
	if err != nil {
		return err
	}
	change(&p)
	if err := savePreferences(ctx, tx, accountID, p); err != nil {
		return err
	}
	data, err := db.JSON(p)
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { s.forget(context.WithoutCancel(ctx), preferencesKey(accountID)) })
	return audit.Write(ctx, tx, audit.Entry{ActorID: accountID, Action: action, SubjectKind: "account", SubjectID: accountID, Data: data})
}

// CheckUnsubscribe says whether a link that stops the letters of a topic works: not_found where it does not.
func (s *Service) CheckUnsubscribe(ctx context.Context, topic Topic, secret string) error {
	_, err := s.unsubscriber(ctx, topic, secret)
	return err
}

// Unsubscribe stops the letters of a topic for whoever was sent the link. Doing it again changes nothing.
func (s *Service) Unsubscribe(ctx context.Context, topic Topic, secret string) error {
	accountID, err := s.unsubscriber(ctx, topic, secret)
	if err != nil {
		return err
	}
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		return s.change(ctx, tx, accountID, "notifications.unsubscribed", func(p *Preferences) {
			p.set(topic, Off{Bell: p.Off[topic].Bell, Email: true})
		})
	})
}

func (s *Service) unsubscriber(ctx context.Context, topic Topic, secret string) (string, error) {
	if !topic.Switchable() {
		return "", errs.New(errs.NotFound, "notifications.unknown_link")
	}
	return ownerOf(ctx, s.config.DB, secret)
}

// mailing says, when a letter is about to be mailed, whether its reader still wants letters of the topic, and which secret stands in
// the link that stops them.
func (s *Service) mailing(ctx context.Context, accountID string, topic Topic) (secret string, wanted bool, err error) {
	p, secret, err := readPreferences(ctx, s.config.DB, accountID, "")
	if err != nil || !p.Email(topic) || secret != "" {
		return secret, p.Email(topic), err
	}
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := ensurePreferences(ctx, tx, accountID, newSecret()); err != nil {
			return err
		}
		_, secret, err = readPreferences(ctx, tx, accountID, "")
		return err
	})
	return secret, true, err
}

// secretLength is the length of what newSecret returns.
const secretLength = 32

func newSecret() string {
	secret := make([]byte, 24)
	rand.Read(secret) //nolint:errcheck // never fails
	return base64.RawURLEncoding.EncodeToString(secret)
}
