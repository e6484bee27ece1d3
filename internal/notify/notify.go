// Package notify tells people what happened: by mail, through jobs that are enqueued with the change itself, and on their open
// pages through the live hub, once the change is committed. What there is to tell is decided by whoever calls.
package notify

import (
	"context"
	"log/slog"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/live"
)

// Notice is one thing that happened, with everybody who is to hear of it.
type Notice struct {
	Watchers []string // accounts whose open pages are told
	Type     string   // what their pages are told, e.g. "booking.changed"
	Data     any
	Letters  []Letter
}

// Letter is one mail to one person, not yet written: the template is filled in the reader's language when it is sent.
type Letter struct {
	AccountID string           `json:"account_id"`
	Template  Template         `json:"template"`
	Args      map[string]Value `json:"args"`
}

// Value is an argument of a letter, kept so that it can be said in any language.
type Value struct {
	Text   string            `json:"text,omitempty"`
	Texts  map[string]string `json:"texts,omitempty"`
	Time   time.Time         `json:"time,omitzero"`
	Zone   string            `json:"zone,omitempty"`
	Amount *money.Amount     `json:"amount,omitempty"`
}

// Words is a value that reads the same in every language.
func Words(text string) Value { return Value{Text: text} }

// Moment is a time in a time zone.
func Moment(at time.Time, zone string) Value { return Value{Time: at, Zone: zone} }

// Money is an amount.
func Money(amount money.Amount) Value { return Value{Amount: &amount} }

// Translated is a text that in gives by language.
func Translated(in func(language string) string) Value {
	texts := make(map[string]string, len(languages))
	for _, language := range languages {
		texts[string(language)] = in(string(language))
	}
	return Value{Texts: texts}
}

// letterJob carries letters from the change to their sending.
type letterJob struct {
	Letters []Letter `json:"letters"`
}

// Kind names the job.
func (letterJob) Kind() string { return "notify.letters" }

// Service tells people. It is safe for concurrent use.
type Service struct {
	queue  *job.Queue
	hub    *live.Hub
	logger *slog.Logger
}

// New returns a service that enqueues its letters on queue and tells open pages through hub.
func New(queue *job.Queue, hub *live.Hub, logger *slog.Logger) *Service {
	return &Service{queue, hub, logger}
}

// AccountTopic is the live topic of one person's open pages.
func AccountTopic(accountID string) string { return "account:" + accountID }

// Tell enqueues the notice's letters as part of tx and tells the watchers' pages after its commit.
func (s *Service) Tell(ctx context.Context, tx *db.Tx, notice Notice) error {
	if len(notice.Letters) > 0 {
		if err := s.queue.Enqueue(ctx, tx, letterJob{notice.Letters}); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() {
		for _, id := range notice.Watchers {
			// A page that is not told shows the change when it is next looked at.
			if err := s.hub.Publish(AccountTopic(id), live.Event{Type: notice.Type, Data: notice.Data}); err != nil {
				s.logger.WarnContext(ctx, "cannot tell open pages", "type", notice.Type, "error", err)
			}
		}
	})
	return nil
}

// Mail enqueues one letter whose arguments are plain words.
func (s *Service) Mail(ctx context.Context, tx *db.Tx, accountID, template string, args map[string]string) error {
	letter := Letter{AccountID: accountID, Template: Template(template), Args: make(map[string]Value, len(args))}
	for name, text := range args {
		letter.Args[name] = Words(text)
	}
	return s.Tell(ctx, tx, Notice{Letters: []Letter{letter}})
}
